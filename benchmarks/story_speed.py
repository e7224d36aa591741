"""Time adding one article to stores of several sizes: grouping alone, and all of it.

    python -m benchmarks.story_speed                          # 2,000 and 100,000
    python -m benchmarks.story_speed --sizes 10000 1000000 --folder db/story-speed

Stores are filled by bulk SQL with made-up Turkish texts (words by Zipf's law, stock
phrases, a third of them copies) at 3,000 articles a day, so that only the last two
weeks are in the index of shingles. Then the same new articles are added to each, in
turns, so that a busy machine slows all alike. The folder is kept and used again.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator import dedupe, extract, urls
from aggregator.intake.context import Intake
from aggregator.intake.entries import file_feed
from aggregator.intake.judge import settle
from aggregator.model import (
    AlertSettings,
    Config,
    Entry,
    Feed,
    Form,
    Name,
    ParsedFeed,
    Settings,
    Watchlist,
)
from aggregator.store import Db, articles, instant, open_db, stories
from benchmarks.random_press import OUTLETS, Words

NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
A_DAY = 3000
WINDOW = timedelta(days=14)
COPIED = 0.35
BLOCK = 20
PIECE = 5000
PHRASES = (
    "konuya ilişkin yapılan yazılı açıklamada",
    "olay yerine çok sayıda polis ve sağlık ekibi sevk edildi",
    "hastaneye kaldırılarak tedavi altına alındı",
    "basın mensuplarına açıklamalarda bulundu",
    "sosyal medya hesabından yaptığı paylaşımda",
    "olayla ilgili geniş çaplı soruşturma başlatıldı",
    "il müdürlüğü ekipleri tarafından düzenlenen operasyonda",
    "büyükşehir belediyesi tarafından hayata geçirilen proje kapsamında",
    "gelen ihbar üzerine harekete geçen ekipler",
    "emniyetteki işlemlerinin ardından adliyeye sevk edildi",
)
_COLD = """
import json, sys, time
from datetime import datetime
from aggregator import dedupe
from aggregator.store import open_db, stories
path, now, text = sys.argv[1:]
print_ = dedupe.fingerprint("Yeni bir haber", "", text)
db = open_db(path)
wall, cpu = time.perf_counter(), time.process_time()
stories.candidates(db, print_, article_id=0, now=datetime.fromisoformat(now))
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps([wall * 1000, cpu * 1000]))
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up article."""

    title: str
    text: str
    outlet: str
    at: datetime


class Writer:
    """Writes articles that read like Turkish to an index, seeded."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.words = Words(self.rng, 40_000)
        self.recent: list[Made] = []

    def write(self, at: datetime) -> Made:
        """Return a new text, or what another outlet makes of one of the last day."""
        outlet = self.rng.choice(OUTLETS)
        if self.recent and self.rng.random() < COPIED:
            old = self.rng.choice(self.recent)
            lines = old.text.split("\n")
            kept = lines[: max(2, round(len(lines) * self.rng.uniform(0.5, 1.0)))]
            return Made(self._title(), "\n".join(kept), outlet, at)
        size = int(min(900, max(40, self.rng.lognormvariate(5.3, 0.6))))
        lines = [self._paragraph() for _ in range(max(2, size // 42))]
        made = Made(self._title(), "\n".join(lines), outlet, at)
        self.recent = [*self.recent[-A_DAY // 2 :], made]
        return made

    def _title(self) -> str:
        words = self.words.some(self.rng.randint(4, 9))
        words[-2] = words[-2].capitalize()
        return words[0].capitalize() + " " + " ".join(words[1:])

    def _paragraph(self) -> str:
        return " ".join(self._sentence() for _ in range(3))

    def _sentence(self) -> str:
        words = self.words.some(self.rng.randint(8, 18))
        at = self.rng.randrange(1, len(words))
        words[at] = words[at].capitalize()
        if self.rng.random() < 0.3:
            words[at] = str(self.rng.randint(2, 9000))
        if self.rng.random() < 0.1:
            words[at:at] = [self.rng.choice(PHRASES)]
        return words[0].capitalize() + " " + " ".join(words[1:]) + "."


def main() -> None:
    """Fill what is missing, add the new articles and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[2000, 100_000])
    parser.add_argument("--new", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="kept; else a temporary one")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="story-speed-"))
    folder.mkdir(parents=True, exist_ok=True)
    paths = [fill(folder, size) for size in asked.sizes]
    colds = [cold_lookup(path) for path in paths]
    stores = [open_db(path) for path in paths]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    runs = add_in_turns(stores, new_articles(asked.new))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    base = runs[0]
    print(f"{'':32}" + "".join(f"{size:>12,}" for size in asked.sizes))
    for name in ("grouping", "adding"):
        medians = [statistics.median(run[name]) * 1000 for run in runs]
        means = [statistics.fmean(run[name]) * 1000 for run in runs]
        print(_row(f"{name} an article, ms, median", medians))
        print(_row(f"{name} an article, ms, mean", means))
        first = statistics.fmean(base[name]) * 1000
        print(_row("  times the first", [mean / first for mean in means]))
    print(_row("first look-up of a process, ms", [wall for wall, _ in colds]))
    print(_row("  its CPU ms", [cpu for _, cpu in colds]))
    print(_row("index, bytes an article in it", [index_bytes(db) for db in stores]))
    print(_row("index, rows an article", [index_rows(db) for db in stores]))
    print(f"memory grown while adding: {grown / 1024:.0f} MB")
    for db in stores:
        db.close()


def _row(name: str, values: Sequence[float]) -> str:
    return f"{name:32}" + "".join(f"{value:12.2f}" for value in values)


# -- filling ---------------------------------------------------------------------------


def fill(folder: Path, size: int) -> Path:
    """Return a store of so many articles, made unless it is there; copied each time."""
    path = folder / f"news-{size}.db"
    if not path.exists():
        part = folder / "part.db"
        part.unlink(missing_ok=True)
        db = open_db(part)
        started = time.monotonic()
        _fill(db, size)
        db.conn.execute("pragma wal_checkpoint(truncate)")
        db.close()
        part.rename(path)
        print(f"filled {size:,} in {time.monotonic() - started:.0f} s", file=sys.stderr)
    copy = folder / f"work-{size}.db"
    for ending in ("", "-wal", "-shm"):
        Path(f"{copy}{ending}").unlink(missing_ok=True)
    subprocess.run(["cp", "--reflink=auto", str(path), str(copy)], check=True)
    return copy


def _fill(db: Db, size: int) -> None:
    writer = Writer(1)
    made: list[Made] = []
    for n in range(size):
        made.append(writer.write(NOW - timedelta(days=(size - n) / A_DAY)))
        if len(made) == PIECE or n == size - 1:
            with db.transaction():
                _insert(db, n + 1 - len(made) + 1, made)
            made = []
    with db.transaction():
        db.write("insert into search_fts (search_fts) values ('rebuild')")


def _insert(db: Db, first: int, made: Sequence[Made]) -> None:
    ids = range(first, first + len(made))
    rows = list(zip(ids, made, strict=True))
    many = db.conn.executemany
    many(
        "insert into stories (id, representative_id, title, first_seen_at,"
        " last_seen_at) values (?, ?, ?, ?, ?)",
        [(n, n, m.title, instant(m.at), instant(m.at)) for n, m in rows],
    )
    many(
        "insert into articles (id, story_id, outlet, feed_id, url, title, language,"
        " category, published_at, published_day, date_source, first_seen_at,"
        " changed_at, words, scrape_state, title_key, series_key)"
        " values (?,?,?,?,?,?,'tr','press',?,?,'feed',?,?,?,'full',?,?)",
        [_columns(n, m) for n, m in rows],
    )
    many(
        "insert into bodies values (?, ?, '', ?)",
        [(n, m.text, f"{hash(m.text) & (1 << 64) - 1:016x}") for n, m in rows],
    )
    many(
        "insert or ignore into url_aliases values (?, ?)",
        [(urls.canonical_url(_url(n, m)), n) for n, m in rows],
    )
    many(
        "insert into item_keys values (?, ?)",
        [(urls.item_key(_url(n, m)), n) for n, m in rows],
    )
    many(
        "insert into entries (feed_id, key, item_hash, article_id, published_at,"
        " first_seen_at) values (?, ?, ?, ?, ?, ?)",
        [
            (m.outlet, _url(n, m), f"{n:032x}", n, instant(m.at), instant(m.at))
            for n, m in rows
        ],
    )
    many(
        "insert into decisions (article_id, story_id, action, reason, at)"
        " values (?, ?, 'alone', 'nothing shares its text', ?)",
        [(n, n, instant(m.at)) for n, m in rows],
    )
    many(
        "insert into search_texts values (?, ?)",
        [(n, f"{m.title} {m.text}".lower()) for n, m in rows],
    )
    many(
        "insert into flags values ('kent', ?, 1.0, 1, ?)",
        [(n, instant(m.at)) for n, m in rows if n % 25 == 0],
    )
    many(
        "insert into story_flags values ('kent', ?, 1.0, ?)",
        [(n, instant(m.at)) for n, m in rows if n % 25 == 0],
    )
    for n, m in rows:
        if NOW - m.at <= WINDOW:
            print_ = dedupe.fingerprint(m.title, "", m.text)
            stories.add_shingles(db, n, print_, m.at)


def _columns(n: int, made: Made) -> tuple[object, ...]:
    at = instant(made.at)
    return (
        *(n, n, made.outlet, made.outlet, _url(n, made), made.title, at),
        *((at or "")[:10], at, at, len(made.text.split())),
        *(dedupe.title_key(made.title), dedupe.series_key(made.title)),
    )


def _url(n: int, made: Made) -> str:
    host = made.outlet.lower().replace("ı", "i").replace(" ", "")
    slug = made.title.split()[0].lower()
    return f"https://{host}.example/haber/{slug}-{n + 3_000_000}"


# -- measuring -------------------------------------------------------------------------


def new_articles(count: int) -> list[Made]:
    """Return the articles to add; they copy one another as the stored ones do."""
    writer = Writer(2)
    for _ in range(60):
        writer.write(NOW)
    return [writer.write(NOW + timedelta(seconds=20 * n)) for n in range(count)]


def add_in_turns(
    stores: Sequence[Db], new: Sequence[Made]
) -> list[dict[str, list[float]]]:
    """Add the articles to each store, a block at a time; return CPU seconds each."""
    lanes = [(Intake(_config(), db), {"grouping": [], "adding": []}) for db in stores]
    runs: list[dict[str, list[float]]] = [run for _, run in lanes]
    for block in _blocks(new):
        lanes = [*lanes[1:], lanes[0]]  # the first to meet a word pays for its stems
        for intake, run in lanes:
            _add_block(intake, block, run)
    return runs


def _blocks(new: Sequence[Made]) -> Iterator[Sequence[Made]]:
    for start in range(0, len(new), BLOCK):
        yield new[start : start + BLOCK]


def _add_block(
    intake: Intake, block: Sequence[Made], run: dict[str, list[float]]
) -> None:
    """File a block in one transaction, as a run does a feed's, its commit included.

    Before each article a twin of it is grouped, timed and taken back: it is what
    `settle` alone costs.
    """
    before = time.process_time()
    aside = 0.0
    with intake.db.transaction():
        for made in block:
            started = time.process_time()
            run["grouping"].append(_group_alone(intake, made))
            aside += time.process_time() - started
            _file(intake, made)
    run["adding"].append((time.process_time() - before - aside) / len(block))


def _file(intake: Intake, made: Made) -> None:
    number = int(made.at.timestamp())
    entry = Entry(
        key=str(number),
        item_hash=str(number),
        url=_url(number, made),
        title=made.title,
        text=made.text,
        published_at=made.at,
    )
    feed = replace(intake.config.feeds[0], outlet=made.outlet)
    parsed = ParsedFeed(entries=(entry,), total=1)
    file_feed(intake, feed, parsed, first=False, now=made.at)


def _group_alone(intake: Intake, made: Made) -> float:
    db = intake.db
    db.write("savepoint twin")
    found = articles.add(
        db,
        {
            "outlet": made.outlet,
            "feed_id": "a",
            "url": "",
            "title": made.title,
            "language": "tr",
            "category": "press",
            "agency": extract.find_agency(made.text),
            "published_at": instant(made.at),
            "published_day": made.at.date().isoformat(),
            "date_source": "feed",
            "first_seen_at": instant(made.at),
            "changed_at": instant(made.at),
            "scrape_state": "feed_only",
            "title_key": dedupe.title_key(made.title),
            "series_key": dedupe.series_key(made.title),
        },
        text=made.text,
    )
    article = articles.load(db, found)
    before = time.process_time()
    settle(intake, article, made.at)
    spent = time.process_time() - before
    db.write("rollback to twin")
    db.write("release twin")
    return spent


def _config() -> Config:
    """A configuration with a watchlist that a part of the articles satisfy."""
    feed = Feed(id="a", outlet="A", url="", interval=timedelta(hours=1), scrape=False)
    names = (Name(id="emniyet", forms=(Form(text="emniyet"),)),)
    watchlists = (
        Watchlist(id="kent", title="Kent", terms=("büyükşehir belediyesi", "@emniyet")),
        Watchlist(id="saglik", title="Sağlık", query="hastane NEAR/5 tedavi"),
    )
    return Config(
        path="",
        settings=Settings(),
        feeds=(feed,),
        names=names,
        watchlists=watchlists,
        alerts=AlertSettings(),
    )


def cold_lookup(path: Path, times: int = 7) -> tuple[float, float]:
    """Return a fresh process's first look-up in milliseconds: wall and CPU, medians."""
    spent = []
    for n in range(times):
        text = Writer(10 + n).write(NOW).text
        done = subprocess.run(
            [sys.executable, "-c", _COLD, str(path), NOW.isoformat(), text],
            check=True,
            capture_output=True,
            text=True,
        )
        spent.append(json.loads(done.stdout))
    wall, cpu = zip(*spent, strict=True)
    return statistics.median(wall), statistics.median(cpu)


def index_bytes(db: Db) -> float:
    """Return how many bytes of the file the index of shingles has an article."""
    size = db.value("select sum(pgsize) from dbstat where name = 'shingles'")
    return float(size / _indexed(db))


def index_rows(db: Db) -> float:
    """Return how many rows of the index an article has."""
    return float(db.value("select count(*) from shingles") / _indexed(db))


def _indexed(db: Db) -> int:
    return int(db.value("select count(distinct article_id) from shingles"))


if __name__ == "__main__":
    main()
