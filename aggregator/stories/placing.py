"""Where a new article belongs: one at a time, as they arrive, never moved again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.model import Candidate, Copy, Decisions, Placement, StoryFacts
from aggregator.text.wording import words_of

_WINDOW = timedelta(hours=72)
_LONG_WINDOW = timedelta(days=10)
_SURE = 0.8  # containment: then the long window holds, and a bridge may merge
_MUTUAL = 0.6  # of the longer text too: the two are one text, not a piece
_TWIN = 0.5  # of the longer text, beside nearly all of the shorter: no link of a chain
_WHOLE = 0.7  # of a text, that two cuts of it cover together
_SPEAKS = 80  # words of a representative that can be told from a new text
_ROUNDUP = 3  # stories whose parts an article holds
_FULL_NAMES = {
    "aa": ("anadolu", "ajansi"),
    "iha": ("ihlas", "haber", "ajansi"),
    "dha": ("demiroren", "haber", "ajansi"),
}
_NO_DECISIONS = Decisions()


def place(
    article: Candidate,
    copies: tuple[Copy, ...],
    candidates: Iterable[Candidate],
    *,
    stories: Iterable[StoryFacts] = (),
    decisions: Decisions = _NO_DECISIONS,
) -> Placement:
    """Decide the story of a new article from what comparing it found.

    candidates: the stored articles compared (`copies` is about them). stories: facts of
    their stories; where one is missing, its first candidate counts as representative.
    An article joins by the representative, by half of the story's articles compared or
    by one that is nearly the same text, never by any other one of them: that chains.
    What it bridges is merged into the oldest.
    """
    known = {c.article_id: c for c in candidates}
    facts = _story_facts(known.values(), stories)
    forced = _forced(article, facts.values(), decisions)
    if forced is not None:
        return Placement(story_id=forced, reason="joined by a person")
    near = [c for c in copies if c.article_id in known]
    barred = _barred(article, facts.values(), decisions)
    near = [c for c in near if c.story_id not in barred]
    links = _links(near)
    quoted = _quoting(copies, known, facts)
    evidence = [
        c for c in near if c.article_id not in quoted and _counts(article, c, known)
    ]
    offers = _offers(evidence, known, facts)
    if len(links) >= _ROUNDUP:
        offers = [o for o in offers if o.coverage >= _MUTUAL]
        if not offers:
            reason = f"a round-up: it holds parts of {len(links)} stories"
            return Placement(
                story_id=None, reason=reason, related=links, is_roundup=True
            )
    if not offers:
        return Placement(story_id=None, reason=_why_alone(near), related=links)
    return _join(offers, links)


def representative(members: Sequence[Candidate]) -> int:
    """Return the id of the article that speaks for a story.

    The agency's own text if it was seen (its outlet is the agency credited), else the
    longest of the earliest third: the earliest is not always the original, one page of
    an agency's text was dated 13 minutes before the page that credits the agency.
    Once a story was alerted its representative stays; that is the caller's to know.

    Raises:
        ValueError: there are no members.
    """
    if not members:
        raise ValueError("a story without articles has no representative")
    ordered = sorted(members, key=lambda m: (_time(m), m.article_id))
    own = [m for m in ordered if _is_agency_own(m)]
    pool = own or ordered[: max(1, (len(ordered) + 2) // 3)]
    return max(
        pool, key=lambda m: (len(m.text) or len(m.lead), -m.article_id)
    ).article_id


@dataclass(frozen=True, slots=True)
class _Offer:
    """A story that an article may join, with its best evidence."""

    story_id: int
    containment: float
    coverage: float
    holds: bool  # the new article is the longer one
    by: str


def _story_facts(
    candidates: Iterable[Candidate], stories: Iterable[StoryFacts]
) -> dict[int, StoryFacts]:
    facts = {s.story_id: s for s in stories}
    found: dict[int, list[int]] = {}
    for candidate in sorted(candidates, key=lambda c: c.article_id):
        found.setdefault(candidate.story_id, []).append(candidate.article_id)
    for story_id, members in found.items():
        facts.setdefault(
            story_id,
            StoryFacts(
                story_id=story_id, representative=members[0], members=tuple(members)
            ),
        )
    return facts


def _forced(
    article: Candidate, stories: Iterable[StoryFacts], decisions: Decisions
) -> int | None:
    """Return the oldest story that a person put the article into."""
    partners = _partners(article.article_id, decisions.joins)
    chosen = [s.story_id for s in stories if partners & {*s.members, s.representative}]
    return min(chosen, default=None)


def _barred(
    article: Candidate, stories: Iterable[StoryFacts], decisions: Decisions
) -> set[int]:
    """Return the stories that a person keeps the article out of."""
    partners = _partners(article.article_id, decisions.splits)
    return {s.story_id for s in stories if partners & {*s.members, s.representative}}


def _partners(article_id: int, pairs: frozenset[frozenset[int]]) -> set[int]:
    return {
        other for pair in pairs if article_id in pair for other in pair - {article_id}
    }


def _links(copies: list[Copy]) -> tuple[int, ...]:
    """Return the stories that an article holds parts of, or is a part of."""
    return tuple(sorted({c.story_id for c in copies if _is_piece(c)}))


def _is_piece(copy: Copy) -> bool:
    if copy.verdict == "part":
        return True
    return copy.verdict == "copy" and copy.longer == "new" and copy.coverage < _MUTUAL


def _counts(article: Candidate, copy: Copy, known: dict[int, Candidate]) -> bool:
    """Say whether a copy is evidence: a copy, and within the window of its strength."""
    window = _LONG_WINDOW if copy.containment >= _SURE else _WINDOW
    apart = abs(_time(article) - _time(known[copy.article_id]))
    return copy.verdict == "copy" and apart <= window


def _quoting(
    copies: Iterable[Copy], known: dict[int, Candidate], facts: dict[int, StoryFacts]
) -> set[int]:
    """Return the articles that a longer new text only quotes: they are no evidence.

    A column holds a story's brief whole, but what speaks for the story is another text.
    """
    verdicts = {copy.article_id: copy.verdict for copy in copies}
    found = set()
    for copy in copies:
        speaker = facts[copy.story_id].representative if copy.story_id in facts else 0
        is_other = (
            verdicts.get(speaker) == "different"
            and len(known[speaker].text.split()) >= _SPEAKS
        )
        if copy.longer == "new" and copy.coverage < _TWIN and is_other:
            found.add(copy.article_id)
    return found


def _offers(
    copies: list[Copy], known: dict[int, Candidate], facts: dict[int, StoryFacts]
) -> list[_Offer]:
    """Return the stories that may be joined, the best evidence first."""
    compared = Counter(c.story_id for c in known.values())
    by_story: dict[int, list[Copy]] = {}
    for copy in copies:
        by_story.setdefault(copy.story_id, []).append(copy)
    offers = []
    for story_id, found in by_story.items():
        story = facts[story_id]
        best = max(found, key=lambda c: (c.containment, c.coverage))
        is_led = any(c.article_id == story.representative for c in found)
        if story.is_roundup and best.coverage < _MUTUAL:
            continue
        is_twin = any(c.containment >= _SURE and c.coverage >= _TWIN for c in found)
        if is_led or is_twin or 2 * len(found) >= compared[story_id]:
            by = "its representative" if is_led else f"{len(found)} of its articles"
            holds = best.longer == "new"
            offers.append(_Offer(story_id, best.containment, best.coverage, holds, by))
    return sorted(offers, key=lambda o: (-o.containment, -o.coverage, o.story_id))


def _join(offers: list[_Offer], links: tuple[int, ...]) -> Placement:
    """Join the best offer; stories that the article bridges become one, the oldest."""
    best, *others = offers
    bridged = [o.story_id for o in others if _is_bridge(best, o)]
    story_id, *merges = sorted([best.story_id, *bridged])
    reason = f"{best.containment:.0%} of the shorter text is shared with {best.by}"
    return Placement(
        story_id=story_id,
        reason=reason,
        merges=tuple(merges),
        related=tuple(s for s in links if s != story_id and s not in merges),
        containment=best.containment,
    )


def _is_bridge(best: _Offer, other: _Offer) -> bool:
    """Say whether an article proves two stories to be one.

    It is the whole text of which they were two cuts, or one text with both.
    """
    if min(best.containment, other.containment) < _SURE:
        return False
    if min(best.coverage, other.coverage) >= _MUTUAL:
        return True
    is_whole = best.holds and other.holds
    return is_whole and best.coverage + other.coverage >= _WHOLE


def _why_alone(copies: list[Copy]) -> str:
    """Say why nothing was joined, by what came nearest."""
    if not copies:
        return "nothing shares its text"
    nearest = max(copies, key=lambda c: c.containment)
    if nearest.verdict == "copy":
        return f"a copy of article {nearest.article_id}, but too late or of too few"
    return f"nearest is article {nearest.article_id}: {nearest.reason}"


def _is_agency_own(article: Candidate) -> bool:
    """Say whether an outlet credits itself: it is the agency."""
    agency, outlet = words_of(article.agency), words_of(article.outlet)
    names = (agency, _FULL_NAMES.get(" ".join(agency), agency))
    return any(
        name and name == outlet[i : i + len(name)]
        for name in names
        for i in range(len(outlet))
    )


def _time(article: Candidate) -> datetime:
    return article.published_at or article.first_seen_at
