"""How fast the desk answers: builds a press of random text and times each page.

    python -m benchmarks.desk_speed --articles 200000
    python -m benchmarks.desk_speed --articles 1000000 --folder db/speed --writer

Prints milliseconds over loopback HTTP, warm: medians, the worst, the first answer after
the start; on a busy machine trust the column CPU, the desk's own time an answer.

With `--writer` each page is timed in turns while nothing is written and while a poll
writes, so that both see the same database and the same machine; the ratio is the
writing median through the quiet one. The poll is a process of its own that commits a
feed with thirty new articles twice a second: a run over 180 feeds in a minute and a
half that finds more than a day's press, harder than any but the first. What it wrote is
taken out again at the end. The folder is kept and used again; delete it to build anew.
"""

# ruff: noqa: E501 - statements of SQL are easier to compare on one line.

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import random
import signal
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from aggregator.match import index_text
from aggregator.model import AlertSettings, Config, Form, Name, Settings, Watchlist
from aggregator.store import instant, open_db
from benchmarks.random_press import OUTLETS, Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.synchronize import Event

    from aggregator.store import Db

# The poll that writes: so many articles a feed, so long from one feed to the next.
FEED_ARTICLES, FEED_SECONDS = 30, 0.5
# A page is timed so often quiet and so often while it writes.
ROUNDS = 3
NOW = datetime(2026, 1, 6, 14, 20, tzinfo=UTC)
DAYS = 720
LANGUAGES = ("tr", "tr", "tr", "tr", "az", "en", "ru")
COPIES = (1, 1, 1, 1, 1, 2, 2, 3, 5)
LISTS = ("izmir", "azerbaycan", "kardes-sehirler", "kurumlar")
# The word that stands in 70 % of all articles, and one that stands in 50 of a million.
COMMON, RARE = "İzmir", "Naxçıvan"


class Vocabulary:
    """Words with what the index makes of each, so that a million texts are fast."""

    def __init__(self, rng: random.Random, size: int = 6000) -> None:
        self.words = Words(rng, size)
        known = (*self.words.all, COMMON, RARE)
        self.folded = {word: _folded(word) for word in known}


def _folded(word: str) -> str:
    return index_text("", "", word, "tr").replace("zzbreakzz", "").strip()


def build(path: Path, articles: int) -> None:
    """Fill a database."""
    rng = random.Random(7)
    vocabulary = Vocabulary(rng)
    db = open_db(path)
    db.conn.execute("pragma synchronous = off")
    started = time.perf_counter()
    _add_feeds(db)
    made = 0
    stories = _stories(rng, vocabulary, articles)
    while made < articles:
        with db.transaction():
            made += _add_batch(db, stories, 20_000)
        print(
            f"{made:>9,} articles, {time.perf_counter() - started:5.0f} s", flush=True
        )
    with db.transaction():
        db.write("insert into search_fts (search_fts) values ('optimize')")
        _add_rest(db)
    db.conn.execute("analyze")
    db.close()


def _stories(
    rng: random.Random, vocabulary: Vocabulary, articles: int
) -> Iterator[dict[str, Any]]:
    """Yield articles with their story, oldest first."""
    article_id = story_id = 0
    step = timedelta(days=DAYS) / articles
    while True:
        story_id += 1
        words = vocabulary.words.some(110)
        if rng.random() < 0.7:
            words[rng.randrange(8, 110)] = COMMON
        if rng.random() < 0.00005:
            words[rng.randrange(8, 110)] = RARE
        text = " ".join(words)
        folded = " ".join(vocabulary.folded[word] for word in words)
        lists = [name for n, name in enumerate(LISTS) if rng.random() < 0.06 / (n + 1)]
        copies = rng.choice(COPIES)
        for copy in range(copies):
            article_id += 1
            yield {
                "id": article_id,
                "story_id": story_id,
                "copy_of": None if copy == 0 else article_id - copy,
                "first": copy == 0,
                "copies": copies,
                "outlet": rng.choice(OUTLETS),
                "language": LANGUAGES[story_id % len(LANGUAGES)],
                "title": " ".join(words[:8]).capitalize(),
                "text": text,
                "folded": folded,
                "at": NOW - timedelta(days=DAYS) + article_id * step,
                "lists": lists,
                "agency": ("AA", "İHA", "DHA", "", "", "")[story_id % 6],
            }


def _add_batch(db: Db, stories: Iterator[dict[str, Any]], size: int) -> int:
    rows = [next(stories) for _ in range(size)]
    stamped = [(row, instant(row["at"])) for row in rows]
    run = db.conn.executemany
    run(
        "insert into articles (id, story_id, copy_of, outlet, feed_id, url, title,"
        " language, category, agency, published_at, published_day, date_source,"
        " first_seen_at, changed_at, words, scrape_state, title_key)"
        " values (?,?,?,?,?,?,?,?,'press',?,?,?,'feed',?,?,110,'full','')",
        [
            (
                row["id"],
                row["story_id"],
                row["copy_of"],
                row["outlet"],
                row["outlet"].replace("Yayın ", "y"),
                f"https://y.example/{row['id']}",
                row["title"],
                row["language"],
                row["agency"],
                at,
                f"{row['at']:%Y-%m-%d}",
                at,
                at,
            )
            for row, at in stamped
        ],
    )
    run(
        "insert into bodies (article_id, text) values (?, ?)",
        [(r["id"], r["text"]) for r in rows],
    )
    run(
        "insert into search_texts values (?, ?)", [(r["id"], r["folded"]) for r in rows]
    )
    run(
        "insert into search_fts (rowid, folded) values (?, ?)",
        [(r["id"], r["folded"]) for r in rows],
    )
    run(
        "insert into entries (feed_id, key, item_hash, article_id, first_seen_at)"
        " values (?, ?, '', ?, ?)",
        [
            (r["outlet"].replace("Yayın ", "y"), str(r["id"]), r["id"], at)
            for r, at in stamped
        ],
    )
    run(
        "insert or ignore into stories (id, representative_id, title, articles, outlets,"
        " first_seen_at, last_seen_at) values (?, ?, ?, ?, ?, ?, ?)",
        [
            (r["story_id"], r["id"], r["title"], r["copies"], r["copies"], at, at)
            for r, at in stamped
        ],
    )
    flagged = [(name, r, at) for r, at in stamped for name in r["lists"]]
    run(
        "insert into flags values (?, ?, 10, 1, ?)",
        [(n, r["id"], at) for n, r, at in flagged],
    )
    run(
        "insert or ignore into story_flags values (?, ?, 10, ?)",
        [(n, r["story_id"], at) for n, r, at in flagged],
    )
    run(
        'insert into match_records (watchlist_id, article_id, term, surface, field, start, "end", snippet, version, matched_at)'
        " values (?, ?, ?, ?, 'text', 0, 5, ?, 1, ?)",
        [
            (n, r["id"], n, r["text"].split()[0], r["text"][:200], at)
            for n, r, at in flagged
        ],
    )
    return size


def _add_feeds(db: Db) -> None:
    with db.transaction():
        for outlet in OUTLETS:
            db.write(
                "insert into feeds (feed_id, outlet, url, kind, language, category, region,"
                " enabled, last_success_at) values (?, ?, '', 'feed', 'tr', 'press', '', 1, ?)",
                (outlet.replace("Yayın ", "y"), outlet, instant(NOW)),
            )


def _add_rest(db: Db) -> None:
    db.write(
        "insert into run_records (started_at, finished_at, exit_code) values (?, ?, 0)",
        (instant(NOW), instant(NOW)),
    )


def make_config(path: Path) -> Config:
    """Return the desk's configuration."""
    return Config(
        path=str(path.with_name("feeds.yaml")),
        settings=Settings(database=str(path)),
        feeds=(),
        names=tuple(Name(id=one, forms=(Form(text=one),)) for one in LISTS),
        watchlists=tuple(
            Watchlist(id=one, title=one, terms=(f"@{one}",)) for one in LISTS
        ),
        alerts=AlertSettings(),
    )


def run_desk(path: Path, port: int) -> None:
    """Serve the desk (in a process of its own)."""
    from aggregator import browse  # noqa: PLC0415 - only the desk's process needs it

    browse.serve(make_config(path), host="127.0.0.1", port=port, clock=lambda: NOW)


def run_writer(path: Path, writes: Event) -> None:
    """File feeds as a poll does, while `writes` is set; see the top of this file."""
    db = open_db(path)
    rng = random.Random(1)
    source = _stories(rng, Vocabulary(rng, 500), 1_000_000)
    article, story = _last_ids(db)
    for n in itertools.count():
        writes.wait()
        rows = [next(source) for _ in range(FEED_ARTICLES)]
        new = [
            {**row, "id": article + row["id"], "story_id": story + row["story_id"]}
            | {"copy_of": row["copy_of"] and article + row["copy_of"], "at": NOW}
            for row in rows
        ]
        with db.transaction():
            _add_batch(db, iter(new), FEED_ARTICLES)
            db.write(
                "update feeds set last_success_at = ?, last_new_at = ? where feed_id = ?",
                (instant(NOW), instant(NOW), f"y{n % len(OUTLETS)}"),
            )
        time.sleep(FEED_SECONDS)


def _last_ids(db: Db) -> tuple[int, int]:
    return (
        int(db.value("select max(id) from articles")),
        int(db.value("select max(id) from stories")),
    )


def remove_after(path: Path, article: int, story: int) -> int:
    """Take out what came after these ids; return how many articles it was."""
    db = open_db(path)
    after = (article,)
    with db.transaction():
        count = int(db.value("select count(*) from articles where id > ?", after))
        db.write(
            "insert into search_fts (search_fts, rowid, folded)"
            " select 'delete', id, folded from search_texts where id > ?",
            after,
        )
        for table in ("search_texts", "articles"):
            db.write(f"delete from {table} where id > ?", after)
        for table in ("bodies", "entries", "match_records", "flags"):
            db.write(f"delete from {table} where article_id > ?", after)
        db.write("delete from story_flags where story_id > ?", (story,))
        db.write("delete from stories where id > ?", (story,))
    db.close()
    return count


def pages(path: Path) -> dict[str, str]:
    """Return the pages that are timed, by name."""
    db = open_db(path)
    story = db.value(
        "select id from stories where articles = 5 and id in (select story_id from story_flags) order by id desc limit 1"
    )
    db.close()
    return {
        "home": "/",
        "home, a year ago": "/?gun=2025-01-06",
        "story": f"/hikaye/{story}",
        "sources": "/kaynaklar",
        "watchlist": "/izleme/izmir",
        "watchlists": "/izleme",
        "search, commonest word": "/ara?q=izmir",
        "search, rare word": "/ara?q=naxcivan",
        "search, two words": "/ara?q=izmir+kale",
        "search, phrase": "/ara?q=%22kale+izmir%22",
        "search, word and outlet": "/ara?q=izmir&yayin=Yay%C4%B1n+7",
        "search, word and watchlist": "/ara?q=izmir&izleme=kurumlar",
        "search, word and old days": "/ara?q=izmir&bas=2024-06-01&son=2024-06-03",
        "search, watchlist alone": "/ara?izleme=kurumlar",
        "report, week": "/rapor",
        "report, month": "/rapor?donem=ay&gun=2025-12-15",
        "atom": "/izleme/izmir.atom",
        "archive, table": "/news/news",
        "archive, search": "/news/news?_search=izmir",
        "archive, facet": "/news/news?_facet=language",
        "archive, database": "/news",
    }


def fetch(url: str) -> tuple[int, float]:
    """Return status and milliseconds of a request."""
    started = time.perf_counter()
    try:
        with urlopen(url) as answer:
            answer.read()
            status = answer.status
    except OSError as error:
        status = getattr(error, "code", 0)
    return status, (time.perf_counter() - started) * 1000


def cpu_of(pid: int) -> float:
    """Return the milliseconds of CPU that a process has used."""
    fields = (
        Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    )
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def hammer(base: str) -> None:
    """Search the archive without pause, as a colleague would."""
    while True:
        fetch(base + "/news/news?_search=izmir")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What the answers of a page took: milliseconds each, and CPU an answer."""

    first: float
    quiet: list[float]
    writing: list[float]
    cpu: float
    status: int

    def row(self, name: str) -> str:
        """Return a row of the table."""
        quiet = statistics.median(self.quiet)
        line = f"{name:<30}{self.first:8.0f}{quiet:8.1f}"
        if self.writing:
            writing = statistics.median(self.writing)
            line += f"{writing:8.1f}{writing / quiet:7.2f}"
        worst = max(*self.quiet, *self.writing)
        return f"{line}{worst:8.0f}{self.cpu:8.1f}  {self.status}"


def time_page(url: str, desk: int, writes: Event | None, repeat: int) -> Timing:
    """Return what a page took, in rounds: quiet, then writing, and again."""
    status, first = fetch(url)
    quiet: list[float] = []
    writing: list[float] = []
    before = cpu_of(desk)
    for _ in range(ROUNDS):
        quiet += [fetch(url)[1] for _ in range(repeat)]
        if writes is not None:
            writes.set()
            time.sleep(FEED_SECONDS)
            writing += [fetch(url)[1] for _ in range(repeat)]
            writes.clear()
    cpu = (cpu_of(desk) - before) / len([*quiet, *writing])
    return Timing(first=first, quiet=quiet, writing=writing, cpu=cpu, status=status)


def measure(path: Path, port: int, *, writer: bool, repeat: int) -> None:
    """Print the table."""
    context = multiprocessing.get_context("spawn")
    desk = context.Process(target=run_desk, args=(path, port), daemon=True)
    writes = context.Event()
    poll = context.Process(target=run_writer, args=(path, writes), daemon=True)
    for helper in (desk, poll) if writer else (desk,):
        helper.start()
    base = f"http://127.0.0.1:{port}"
    while fetch(base + "/-/login")[0] != 200:
        time.sleep(0.2)
    titles = ("first", "quiet", *(("writing",) if writer else ()))
    head = f"{'page':<30}" + "".join(f"{title:>8}" for title in titles)
    print(head + ("  ratio" if writer else "") + f"{'worst':>8}{'CPU':>8}  status")
    addresses = pages(path)
    desk_id = desk.pid or 0
    for name, page in addresses.items():
        found = time_page(base + page, desk_id, writes if writer else None, repeat)
        print(found.row(name), flush=True)
    six = [context.Process(target=hammer, args=(base,), daemon=True) for _ in range(6)]
    for one in six:
        one.start()
    time.sleep(2)
    times = [fetch(base + addresses["story"])[1] for _ in range(3 * repeat)]
    median, worst = statistics.median(times), max(times)
    print(f"story, six search the archive: median {median:.1f}, worst {worst:.0f}")
    print(f"memory of the desk: {memory_of(desk_id)} MB")
    for one in (*six, desk, poll):
        if one.pid is not None:
            one.terminate()
            one.join()


def memory_of(pid: int) -> int:
    """Return the megabytes that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) // 1000


def main() -> None:
    """Build what is missing and measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, default=Path("db/speed"))
    parser.add_argument("--port", type=int, default=18971)
    parser.add_argument("--repeat", type=int, default=6, help="a round; of three")
    parser.add_argument("--writer", action="store_true")
    options = parser.parse_args()
    # Else a killed run leaves its desk behind, and the next one measures that.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    path = options.folder / f"desk-{options.articles}" / "news.db"
    if not path.exists():
        build(path, options.articles)
    print(
        json.dumps({"articles": options.articles, "MB": path.stat().st_size // 10**6})
    )
    db = open_db(path)
    article, story = _last_ids(db)
    db.close()
    try:
        measure(path, options.port, writer=options.writer, repeat=options.repeat)
    finally:
        if options.writer:
            print(f"taken out again: {remove_after(path, article, story):,} articles")


if __name__ == "__main__":
    main()
