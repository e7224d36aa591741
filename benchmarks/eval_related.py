"""Print how well stories of one event in other words and languages are linked.

    python -m benchmarks.eval_related [--misses] [--thresholds]

Made-up reports of made-up events (tests/data/related), many of which share their place,
kind, office-holder or day. Each report is a story of its own; the pairs that
`stories.related` links, by words and with the model of the extra `related` where that
is installed, are compared with the true ones. Families of events that can be confused
stay together in one of two halves: figures of the rules were chosen on 'tuned on', and
'unseen' tells what they are worth. (The words' rules were first tuned on reports of
events.txt in both halves.) 'In a crowd' adds the stories of
tests/data/stories/agency.txt, all counted as other events, though some come near (a
festival in Şuşa, a terminal in Ələt). --thresholds chooses those of the model anew.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from statistics import fmean

from aggregator import meaning
from aggregator.intake.similarity import ByMeaning
from aggregator.model import Candidate
from aggregator.store import open_db
from aggregator.stories import Profile, Similarity, related
from aggregator.stories import relating as rules
from aggregator.text import fold_key
from aggregator.text.wording import words_of
from tests.story_corpus import read_blocks

DATA = Path(__file__).parents[1] / "tests" / "data" / "related"
EVENTS, MIXED_DAYS = "events.txt", "mixed_days.txt"
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

    @property
    def family(self) -> str:
        """The events that it may be confused with."""
        return self.event.split("-")[0]


def read_reports(*files: str) -> list[Report]:
    """Read the labelled reports of these files, or of all."""
    rows = [
        [part.strip() for part in line.split("|", 3)]
        for file in files or (EVENTS, MIXED_DAYS)
        for line in (DATA / file).read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    return [Report(event=e, language=g, title=t, lead=lead) for e, g, t, lead in rows]


def written_forms() -> dict[str, str]:
    """Return the names as `related` takes them."""
    return {
        fold_key(form): name for name, forms in NAMES.items() for form in forms.split()
    }


def candidates(reports: list[Report]) -> list[Candidate]:
    """Return the reports as stories of their own, one every seven minutes."""
    return [
        Candidate(
            article_id=n,
            story_id=n,
            outlet=f"Gazete {n}",
            title=report.title,
            lead=report.lead,
            text="",
            agency="",
            published_at=START + timedelta(minutes=7 * n),
            first_seen_at=START + timedelta(minutes=7 * n),
            language=report.language,
        )
        for n, report in enumerate(reports)
    ]


def link(reports: list[Report], similarity: Similarity | None = None) -> set[Pair]:
    """Return the pairs linked when each report arrives after those before it."""
    names = written_forms()
    profiles: dict[int, Profile] = {}
    stories = candidates(reports)
    return {
        (found.story_id, n)
        for n, new in enumerate(stories)
        for found in related(
            new, stories[:n], names=names, profiles=profiles, similarity=similarity
        )
    }


def by_title(reports: list[Report]) -> set[Pair]:
    """Pair what shares 30 % of its titles' words: what is there without names."""
    words = [frozenset(words_of(r.title)) for r in reports]
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
    """Return the reports of the families tuned on, and the unseen ones."""
    families = list(dict.fromkeys(r.family for r in reports))
    seen = set(families[::2])
    return (
        [r for r in reports if r.family in seen],
        [r for r in reports if r.family not in seen],
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


def load_similarity() -> Similarity | None:
    """Return what a run would compare by; None without the extra `related`."""
    if not meaning.is_installed():
        return None
    return ByMeaning(open_db(":memory:"), meaning.load(), most=10_000)


def main(arguments: list[str]) -> None:
    """Print the tables."""
    reports = read_reports()
    seen, unseen = halves(reports)
    similarity = load_similarity()
    if "--thresholds" in arguments:
        if similarity is None:
            sys.exit("pip install 'aggregator[related]' first")
        _choose_thresholds(seen, similarity)
        return
    ways: dict[str, Similarity | None] = {"by words": None}
    if similarity is None:
        print("the extra `related` is not installed: by words only\n")
    else:
        ways["with the model"] = similarity
    print(" " * 41 + "".join(f"{way:>22}" for way in ways))
    print(f"{'':28}{'same':>6}{'other':>7}" + f"{'P':>8}{'R':>7}{'F1':>7}" * len(ways))
    for name, chosen in (
        (EVENTS, read_reports(EVENTS)),
        (MIXED_DAYS, read_reports(MIXED_DAYS)),
        ("both", reports),
        ("both, tuned on", seen),
        ("both, unseen", unseen),
        ("both, in a crowd", crowd() + reports),
    ):
        wanted = true_pairs(chosen)
        others = len(chosen) * (len(chosen) - 1) // 2 - len(wanted)
        found = [link(chosen, way) for way in ways.values()]
        print(_row(name, len(wanted), others, [measure(f, wanted) for f in found]))
        if chosen in (reports, unseen):
            _show_languages(chosen, wanted, found)
    titles = measure(by_title(reports), true_pairs(reports))
    print(_row("both, title words, J >= .3", len(true_pairs(reports)), 0, [titles]))
    if "--misses" in arguments:
        for name, way in ways.items():
            print(f"\n== {name}")
            _tell_misses(reports, link(reports, way))


def _show_languages(
    reports: list[Report], wanted: set[Pair], found: Sequence[set[Pair]]
) -> None:
    for languages in sorted({_languages(reports, pair) for pair in wanted}):
        of_these = {pair for pair in wanted if _languages(reports, pair) == languages}
        scores = [
            measure({p for p in pairs if _languages(reports, p) == languages}, of_these)
            for pairs in found
        ]
        print(_row(f"  {languages}", len(of_these), 0, scores))


def _row(
    name: str, same: int, other: int, scores: Sequence[tuple[float, float, float]]
) -> str:
    figures = "".join(" " + "".join(f"{f:7.3f}" for f in scored) for scored in scores)
    return f"{name:28}{same:6}{other or '':>7}{figures}"


def _languages(reports: list[Report], pair: Pair) -> str:
    return " ".join(sorted(reports[n].language for n in pair))


def _choose_thresholds(reports: list[Report], similarity: Similarity) -> None:
    """Print a threshold for each pair of languages.

    Unrelated texts that share a mark are alike to a degree that depends on the
    languages; the true pairs lie above it by what is much the same everywhere, so that
    languages with few true pairs borrow it: the lowest share of it that keeps .97 of
    precision is taken.
    """
    reached = _reached(reports, similarity)
    wanted = true_pairs(reports)
    bases, gaps = {}, []
    for languages in {_languages(reports, pair) for pair in reached}:
        these = {
            p: r for p, r in reached.items() if _languages(reports, p) == languages
        }
        true = [r for pair, r in these.items() if pair in wanted]
        bases[languages] = fmean(r for pair, r in these.items() if pair not in wanted)
        if len(true) >= 8:
            gaps.append(fmean(true) - bases[languages])
    gap = fmean(gaps)
    share = 0.3
    while True:
        least = {key: base + share * gap for key, base in bases.items()}
        found = {p for p, r in reached.items() if r >= least[_languages(reports, p)]}
        precision, recall, _ = measure(found, wanted)
        if precision >= 0.97:
            break
        share += 0.01
    print(f"precision {precision:.3f}, recall {recall:.3f} on what was tuned on")
    for languages, threshold in sorted(least.items()):
        print(f'    "{languages}": {threshold:.3f},')


def _reached(reports: list[Report], similarity: Similarity) -> dict[Pair, float]:
    """Return what each pair that shares a mark is compared with its threshold by."""
    stories = candidates(reports)
    profiles = [Profile.of(story, written_forms()) for story in stories]
    rarity = rules.Rarity(profiles)
    reached = {}
    for i, j in combinations(range(len(reports)), 2):
        common = rules.Common.of(profiles[j], profiles[i], rarity)
        if common.shared:
            likeness = similarity(stories[j], stories[i])
            assert likeness is not None
            reached[i, j] = rules.weigh(likeness, common)
    return reached


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
