"""Score extraction beside trafilatura, on our labelled pages and on real ones.

    python -m benchmarks.eval_extract [--worst N]

Prints one row a set and system. body F1 and recall are over words; foreign: share of
the snippets of menus and related stories that came in; kept: share of the leads and
paragraphs that are there; wrong dates: stated, but not the right day.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator.errors import ScrapeError
from aggregator.extract import PageContext, extract

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests" / "data" / "pages"
SHARED = ROOT.parent / "shared" / "data"
_EAST = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A page and what it should give. None: not labelled, not scored."""

    name: str
    html: bytes
    url: str
    language: str
    charset: str | None = None
    timezone: str = "Europe/Istanbul"
    now: datetime | None = None
    body: tuple[str, ...] | None = None
    lead: str = ""
    title: str | None = None
    author: str | None = None
    agency: str | None = None
    published_at: datetime | None = None
    dated: bool = False  # published_at is a label; None then means: no date
    quality: str = "full"
    leave: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a system made of a page."""

    title: str = ""
    text: str = ""
    author: str = ""
    agency: str = ""
    published_at: datetime | None = None
    quality: str = "full"
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Means over a set; shares from 0 to 1. NaN-free: nothing labelled counts as 1."""

    pages: int
    f1: float
    recall: float
    worst: float
    foreign: float
    kept: float
    title: float
    author: float
    agency: float
    date: float
    wrong_dates: int
    quality: float
    milliseconds: float


def words(text: str) -> list[str]:
    """Split into words; Chinese, Japanese and Korean into characters."""
    found = re.findall(r"[^\W_]+", text.lower())
    return [x for w in found for x in (list(w) if _EAST.search(w) else [w])]


def overlap(text: str, expected: str) -> tuple[float, float]:
    """Return F1 and recall of the words of `text`."""
    mine, theirs = Counter(words(text)), Counter(words(expected))
    both = sum((mine & theirs).values())
    if not both:
        return (1.0, 1.0) if not mine and not theirs else (0.0, 0.0)
    precision, recall = both / sum(mine.values()), both / sum(theirs.values())
    return 2 * precision * recall / (precision + recall), recall


def squeeze(text: str) -> str:
    """Return letters and digits only, for asking whether a snippet is there."""
    return re.sub(r"[\W_]+", "", text.lower())


def read_ours(case: Case) -> Reading:
    """Read a page with this program."""
    started = time.process_time()
    try:
        found = extract(
            case.html,
            case.url,
            charset=case.charset,
            language=case.language,
            timezone=case.timezone,
            known=PageContext(now=case.now),
        )
    except ScrapeError as error:
        return Reading(quality=error.state)
    return Reading(
        title=found.title,
        text=f"{found.lead}\n{found.text}",
        author=found.author,
        agency=found.agency,
        published_at=found.published_at,
        quality=found.quality,
        seconds=time.process_time() - started,
    )


def read_trafilatura(case: Case) -> Reading:
    """Read a page with trafilatura's defaults, from its bytes."""
    import trafilatura  # noqa: PLC0415 - only the comparison needs it

    started = time.process_time()
    text = trafilatura.extract(case.html, url=case.url, include_comments=False) or ""
    seconds = time.process_time() - started
    meta = trafilatura.extract_metadata(case.html, default_url=case.url)
    day = str(getattr(meta, "date", "") or "")
    return Reading(
        title=str(getattr(meta, "title", "") or ""),
        text=text,
        author=str(getattr(meta, "author", "") or ""),
        published_at=datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None,
        seconds=seconds,
    )


def score(cases: Iterable[Case], readings: Iterable[Reading]) -> Scores:
    """Score readings against their labels."""
    pairs = list(zip(cases, readings, strict=True))
    bodies = [overlap(r.text, _expected(c)) for c, r in pairs if c.body is not None]
    leave = [squeeze(s) in squeeze(r.text) for c, r in pairs for s in c.leave]
    wanted = [
        squeeze(s) in squeeze(r.text)
        for c, r in pairs
        for s in (*(c.body or ()), c.lead)
        if s
    ]
    dates = [_same_day(c, r) for c, r in pairs if c.dated]
    return Scores(
        pages=len(pairs),
        f1=_mean([f for f, _ in bodies]),
        recall=_mean([r for _, r in bodies]),
        worst=min((f for f, _ in bodies), default=1.0),
        foreign=_mean(leave, nothing=0.0),
        kept=_mean(wanted),
        title=_mean(
            [squeeze(r.title) == squeeze(c.title) for c, r in pairs if c.title]
        ),
        author=_mean([_names(r.author, c.author) for c, r in pairs if c.author]),
        agency=_mean([r.agency == c.agency for c, r in pairs if c.agency is not None]),
        date=_mean(dates),
        wrong_dates=sum(
            r.published_at is not None and not _same_day(c, r)
            for c, r in pairs
            if c.dated
        ),
        quality=_mean([r.quality == c.quality for c, r in pairs]),
        milliseconds=1000 * _mean([r.seconds for _, r in pairs]),
    )


def _expected(case: Case) -> str:
    body = "\n".join(case.body or ())
    # A lead that the body repeats word for word is wanted once.
    return body if squeeze(case.lead) in squeeze(body) else f"{case.lead}\n{body}"


def _names(found: str, wanted: str) -> bool:
    return squeeze(wanted.partition(",")[0]) in squeeze(found)


def _same_day(case: Case, reading: Reading) -> bool:
    """Say whether the day is right; a page's local day may be Greenwich's next one."""
    if case.published_at is None or reading.published_at is None:
        return case.published_at is reading.published_at
    return abs(case.published_at - reading.published_at) <= timedelta(hours=24)


def _mean(values: Iterable[float], nothing: float = 1.0) -> float:
    values = list(values)
    return sum(values) / len(values) if values else nothing


# -- the sets --------------------------------------------------------------------------


def own_cases() -> list[Case]:
    """Return the labelled pages of this repository."""
    cases = []
    for file in sorted(PAGES.glob("*.json")):
        label = json.loads(file.read_text("utf-8"))
        at = label["published_at"]
        body = label["text"]
        cases.append(
            Case(
                name=file.stem,
                html=file.with_suffix(".html").read_bytes(),
                url=label["url"],
                language=label["language"],
                charset=label["charset"],
                timezone=label["timezone"],
                now=datetime.fromisoformat(label["now"]),
                # Lists of links and walls have no body to be right about.
                body=None
                if label["quality"] in ("list_page", "blocked")
                else tuple(body),
                lead=label["lead"],
                title=label["title"],
                author=label["author"] or None,
                agency=label["agency"],
                published_at=datetime.fromisoformat(at) if at else None,
                dated=True,
                quality=label["quality"],
                leave=tuple(label["leave"]),
            )
        )
    return cases


def shared_cases() -> Iterator[Case]:
    """Yield the real pages beside the repository, where they are."""
    index = SHARED / "pages" / "index.jsonl"
    if not index.is_file():
        return
    for line in index.read_text("utf-8").splitlines():
        row = json.loads(line)
        label = json.loads((SHARED / "pages" / row["expected"]).read_text("utf-8"))
        body = _shared_body(label)
        at = label.get("publishing_date")
        if row["file"].startswith("tr/AnadoluAjansi"):
            at = "2025-04-05 00:00:00"  # the label has day and month exchanged
        crawled = label.get("crawled_at", "2026-07-20 00:00:00")
        zone = "Europe/Istanbul" if row["language"] == "tr" else "UTC"
        yield Case(
            name=row["file"].removesuffix(".html.gz"),
            html=gzip.decompress((SHARED / "pages" / row["file"]).read_bytes()),
            url=row["url"],
            language=row["language"],
            timezone=zone,
            now=datetime.fromisoformat(crawled).replace(tzinfo=UTC)
            + timedelta(hours=12),
            body=tuple(body.split("\n")),
            title=label.get("title"),
            author=", ".join(label.get("authors") or ()) or None,
            published_at=_aware(at) if at else None,
            dated=bool(at),
        )


def _shared_body(label: dict[str, Any]) -> str:
    if "text" in label:
        return str(label["text"])
    sections = label["body"]["sections"]
    parts = [p for s in sections for p in (*s["headline"], *s["paragraphs"])]
    return "\n".join((*label["body"]["summary"], *parts))


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def served_cases() -> Iterator[Case]:
    """Yield every article of the seven sample sites, as they would be served."""
    file = SHARED / "serve.py"
    if not file.is_file():
        return
    spec = importlib.util.spec_from_file_location("shared_serve", file)
    assert spec is not None
    assert spec.loader is not None
    serve = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = serve
    spec.loader.exec_module(serve)
    began = datetime(2026, 1, 6, 9, tzinfo=UTC)
    roots = {site.id: f"https://{site.id}.example" for site in serve.SITES}
    press = serve.Press(serve.build_sites(), roots, began, 0, 0, 20)
    for site in serve.SITES:
        for article, at in press.published(site):
            page = serve.page(press, site, article, at)
            yield Case(
                name=f"{site.id}{article.path}",
                html=page.encode(site.charset, "xmlcharrefreplace"),
                url=roots[site.id] + article.path,
                language="tr",
                charset=site.charset,
                now=began + timedelta(hours=1),
                body=tuple(article.paragraphs),
                lead=article.lead,
                title=article.title,
                published_at=at,
                dated=True,
                leave=("Henüz yorum yapılmamış", "çerez kullanıyoruz", "Etiketler:"),
            )


def encoded_cases(case: Case) -> Iterator[Case]:
    """Yield one page under nine pairs of true and declared charset."""
    text = case.html.decode("utf-8")
    for true in ("utf-8", "iso-8859-9", "windows-1254"):
        for said in ("utf-8", "iso-8859-9", "iso-8859-1"):
            declared = re.sub(r"(?i)(charset=[\"']?)utf-8", rf"\g<1>{said}", text)
            yield Case(
                name=f"{case.name} {true} as {said}",
                html=declared.encode(true, "xmlcharrefreplace"),
                url=case.url,
                language=case.language,
                charset=said,
                now=case.now,
                body=case.body,
                lead=case.lead,
            )


# -- the table -------------------------------------------------------------------------

_COLUMNS = (
    *("pages", "f1", "recall", "worst", "foreign", "kept", "title", "author"),
    *("agency", "date", "wrong_dates", "quality", "milliseconds"),
)


def _row(name: str, scores: Scores) -> str:
    cells = [getattr(scores, c) for c in _COLUMNS]
    return f"{name:28}" + "".join(
        f"{c:>9}" if isinstance(c, int) else f"{c:>9.3f}" for c in cells
    )


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worst", type=int, default=0, help="list the N worst pages")
    wanted = options.parse_args()
    own, real = own_cases(), list(shared_cases())
    turkish = [c for c in own if c.language == "tr"]
    sets = {
        "own": own,
        "own, tr": turkish,
        "own, az": [c for c in own if c.language == "az"],
        "own, ru, en and de": [c for c in own if c.language not in ("tr", "az")],
        "nine encodings": [
            e
            for c in turkish
            if c.quality == "full" and _is_utf8(c)
            for e in encoded_cases(c)
        ],
        "real, tr": [c for c in real if c.language == "tr"],
        "real, world": [c for c in real if c.language != "tr"],
        "seven sites": list(served_cases()),
    }
    for case in (*own, *real[:2]):  # what is loaded once is not a page's cost
        read_ours(case), read_trafilatura(case)
    print(f"{'':28}" + "".join(f"{c[:8]:>9}" for c in _COLUMNS))
    for name, cases in sets.items():
        if not cases:
            print(f"{name:28} (no data beside the repository)")
            continue
        ours = [read_ours(c) for c in cases]
        print(_row(name, score(cases, ours)))
        theirs = [read_trafilatura(c) for c in cases]
        print(_row("  trafilatura", score(cases, theirs)))
        for case, reading in _worst(cases, ours)[: wanted.worst]:
            f1, recall = overlap(reading.text, _expected(case))
            print(f"    {f1:.3f} {recall:.3f} {case.name}")


def _is_utf8(case: Case) -> bool:
    try:
        return bool(case.html.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _worst(cases: list[Case], readings: list[Reading]) -> list[tuple[Case, Reading]]:
    pairs = [p for p in zip(cases, readings, strict=True) if p[0].body is not None]
    return sorted(pairs, key=lambda p: overlap(p[1].text, _expected(p[0]))[0])


if __name__ == "__main__":
    main()
