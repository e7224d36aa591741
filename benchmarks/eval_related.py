"""Print how well stories of one event in other words and languages are linked.

Run: python -m benchmarks.eval_related [--misses]. Made-up reports of made-up events
(tests/data/related/events.txt), many of which share their place, topic or day. Each
report is a story of its own; the pairs that `stories.related` links are compared with
the true ones, by languages. The rules were tuned on the reports of every other event
('tuned on'); the rest are printed apart, as 'unseen'. 'In a crowd' adds the stories of
tests/data/stories/agency.txt, all counted as other events, though some of them come
near (a festival in Şuşa, a terminal in Ələt).
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from aggregator.model import Candidate
from aggregator.stories import related
from aggregator.text import fold_key
from aggregator.text.wording import fold_words
from tests.story_corpus import read_blocks

DATA = Path(__file__).parents[1] / "tests" / "data" / "related" / "events.txt"
START = datetime(2026, 1, 6, 6, 0, tzinfo=UTC)
# Names as any configuration of this desk has them.
NAMES = {
    "izmir": "İzmir Izmir Измир",
    "baku": "Bakü Bakı Baku Баку",
    "azerbaijan": "Azerbaycan Azərbaycan Azerbaijan Азербайджан",
    "turkiye": "Türkiye Türkiyə Turkey Турция",
    "bremen": "Bremen Бремен",
}
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One outlet's account of an event."""

    event: str
    language: str
    title: str
    lead: str


def read_reports() -> list[Report]:
    """Read the labelled reports."""
    rows = [
        [part.strip() for part in line.split("|", 3)]
        for line in DATA.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return [Report(event=e, language=g, title=t, lead=lead) for e, g, t, lead in rows]


def written_forms() -> dict[str, str]:
    """Return the names as `related` takes them."""
    return {
        fold_key(form): name for name, forms in NAMES.items() for form in forms.split()
    }


def link(reports: list[Report]) -> set[Pair]:
    """Return the pairs linked when each report arrives after those before it."""
    names = written_forms()
    stored: list[Candidate] = []
    found: set[Pair] = set()
    for n, report in enumerate(reports):
        at = START + timedelta(minutes=7 * n)
        new = Candidate(
            article_id=n,
            story_id=n,
            outlet=f"Gazete {n}",
            title=report.title,
            lead=report.lead,
            text="",
            agency="",
            published_at=at,
            first_seen_at=at,
            language=report.language,
        )
        found |= {(r.story_id, n) for r in related(new, stored, names=names)}
        stored.append(new)
    return found


def by_title(reports: list[Report]) -> set[Pair]:
    """Pair what shares 30 % of its titles' words: what is there without names."""
    words = [frozenset(fold_words(r.title)) for r in reports]
    return {
        (i, j)
        for i, j in combinations(range(len(reports)), 2)
        if 10 * len(words[i] & words[j]) >= 3 * len(words[i] | words[j])
    }


def true_pairs(reports: list[Report]) -> set[Pair]:
    """Return the pairs that tell one event."""
    return {
        (i, j)
        for i, j in combinations(range(len(reports)), 2)
        if reports[i].event == reports[j].event
    }


def measure(found: set[Pair], wanted: set[Pair]) -> tuple[float, float, float]:
    """Return precision, recall and their harmonic mean."""
    hits = len(found & wanted)
    precision = hits / len(found) if found else 1.0
    recall = hits / len(wanted) if wanted else 1.0
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def halves(reports: list[Report]) -> tuple[list[Report], list[Report]]:
    """Return the reports of the events tuned on, and the unseen ones."""
    events = list(dict.fromkeys(r.event for r in reports))
    seen = set(events[::2])
    return (
        [r for r in reports if r.event in seen],
        [r for r in reports if r.event not in seen],
    )


def crowd() -> list[Report]:
    """Return agency stories, every one another event."""
    return [
        Report(
            event=f"crowd-{n}",
            language=block.head[0],
            title=block.titles[0],
            lead=block.paragraphs[0],
        )
        for n, block in enumerate(read_blocks("agency.txt"))
    ]


def main(arguments: list[str]) -> None:
    """Print the tables."""
    reports = read_reports()
    seen, unseen = halves(reports)
    crowded = crowd() + reports
    print(f"{'':34}{'same':>6}{'other':>7}{'P':>7}{'R':>7}{'F1':>7}")
    for name, method in (("stories.related", link), ("title words, J >= .3", by_title)):
        for part, chosen in (
            ("all", reports),
            ("tuned on", seen),
            ("unseen", unseen),
            ("in a crowd", crowded),
        ):
            _show(f"{name}, {part}", chosen, method(chosen))
    found = link(reports)
    for languages, keep in _by_languages(reports).items():
        wanted = {pair for pair in true_pairs(reports) if keep(pair)}
        scored = measure({pair for pair in found if keep(pair)}, wanted)
        print(_row(f"  {languages}", len(wanted), 0, scored))
    if "--misses" in arguments:
        _tell_misses(reports, found)


def _show(name: str, reports: list[Report], found: set[Pair]) -> None:
    wanted = true_pairs(reports)
    others = len(reports) * (len(reports) - 1) // 2 - len(wanted)
    print(_row(name, len(wanted), others, measure(found, wanted)))


def _row(name: str, same: int, other: int, scored: tuple[float, float, float]) -> str:
    figures = "".join(f"{figure:7.3f}" for figure in scored)
    return f"{name:34}{same:6}{other or '':>7}{figures}"


def _by_languages(reports: list[Report]) -> dict[str, Callable[[Pair], bool]]:
    counts = Counter(_languages(reports, pair) for pair in true_pairs(reports))
    tests: dict[str, Callable[[Pair], bool]] = {}
    for languages in sorted(counts):
        tests[languages] = lambda pair, wanted=languages: (  # type: ignore[misc] # mypy has no defaults in lambdas
            _languages(reports, pair) == wanted
        )
    return tests


def _languages(reports: list[Report], pair: Pair) -> str:
    return "–".join(sorted(reports[n].language for n in pair))


def _tell_misses(reports: list[Report], found: set[Pair]) -> None:
    wanted = true_pairs(reports)
    groups: dict[str, Iterable[Pair]] = defaultdict(tuple)
    groups["linked wrongly"] = sorted(found - wanted)
    groups["not linked"] = sorted(wanted - found)
    for name, pairs in groups.items():
        print(f"\n{name}")
        for i, j in pairs:
            print(f"  {reports[i].title}  |  {reports[j].title}")


if __name__ == "__main__":
    main(sys.argv[1:])
