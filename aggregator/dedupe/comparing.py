"""The verdict on two articles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from aggregator.dedupe.facts import Agreement, weigh_facts
from aggregator.dedupe.items import Item, is_overview, read_item, shingles, support
from aggregator.model import Candidate, Copy
from aggregator.text.wording import DAY, NAME, NUMBER, same_name

# Of the shorter text's shingles, those that the longer must hold. Labelled agency
# copies lie at .54-1.0, daily reports in one template at .42-.44.
_CONTAINMENT = 0.5
_FEWEST_WORDS, _FEWEST_FACTS = 12, 3  # a text with fewer proves little by itself
_GUARDED = 40  # words; the full guard of facts is too strict for shorter texts
# Shares of the matched sentences, and of their numbers, that make it another matter.
_CONFLICTS, _LOST = 1 / 3, 0.3
_LATER_CONFLICTS = 1 / 4  # a late copy is told by its facts, not by its day
_DISPUTE = 0.08  # of all facts: one slip in a long sentence makes no other story
_DAY = timedelta(hours=18)  # copies of an evening's notice appear after midnight
# Shares of the longer text that the shorter one covers. A copy cut to 40 % covers more
# than the first; a piece of a round-up seldom covers more than the second.
_PIECE, _HALF = 0.36, 0.6
# Shares of a title's words that a text bears out (see `support`).
_SUPPORT, _SOME_SUPPORT, _SURE_SUPPORT = 1 / 3, 0.2, 0.5
# How much the rest of the longer text is about the same: its names and its sentences
# (see `_kinship`).
_KIN, _SOME_KIN = 0.25, 0.08
_LIKENESS, _SOME_LIKENESS = 0.5, 0.15
_LONG_WORD = 6  # letters
# Of a short text's pairs of words, in the beginning of the longer one, which is so many
# words longer: with ten, a round-up that came first swallowed a story.
_OPENING, _SLACK = 0.8, 2

Verdict = tuple[Literal["conflict", "stub", "different", "part"], str]


def compare(
    new: Candidate, old: Candidate, *, series: bool = False, stub: bool = False
) -> Copy:
    """Judge whether a new article and a stored one carry the same text.

    series: the title of one of them is a series' (`series_key` seen on ≥ 3 days). stub:
    the body of one of them is known boilerplate (`body_key` under ≥ 3 titles of an
    outlet). The ids of the result are the stored article's; the new one's are not read.
    """
    mine = read_item(new.title, new.lead, new.text)
    yours = read_item(old.title, old.lead, old.text)
    is_longer = len(mine.body) >= len(yours.body)
    pair = _Pair(
        short=yours if is_longer else mine,
        long=mine if is_longer else yours,
        same_outlet=new.outlet == old.outlet,
        same_day=abs(_time(new) - _time(old)) <= _DAY,
        series=series,
        stub=stub,
    )
    doubt = _first_doubt(pair)
    return Copy(
        article_id=old.article_id,
        story_id=old.story_id,
        verdict=doubt[0] if doubt else "copy",
        containment=round(pair.containment, 3),
        reason=doubt[1] if doubt else f"{pair.containment:.0%} of the shorter text",
        coverage=round(pair.coverage, 3),
        longer="new" if is_longer else "old",
    )


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """Two articles beside each other, by the length of their bodies."""

    short: Item
    long: Item
    same_outlet: bool
    same_day: bool
    series: bool
    stub: bool

    @cached_property
    def containment(self) -> float:
        """The share of the shorter text that the longer holds."""
        return self._shared / max(1, len(self._runs[0]))

    @cached_property
    def coverage(self) -> float:
        """The share of the longer text that the shorter holds."""
        return self._shared / max(1, len(self._runs[1]))

    @cached_property
    def agreement(self) -> Agreement:
        """How the facts stand; a brief's title counts, and rounded figures agree."""
        short, long = self.short, self.long
        if self.is_brief:
            return weigh_facts(short.whole_wording, long.whole_wording, rounding=True)
        return weigh_facts(short.wording, long.wording)

    @property
    def is_brief(self) -> bool:
        return len(self.short.body) < _GUARDED

    @property
    def body_containment(self) -> float:
        """The containment of the bodies alone, in pairs of words."""
        mine, yours = (shingles(item.body, 2) for item in (self.short, self.long))
        return len(mine & yours) / max(1, len(mine))

    @property
    def same_title(self) -> bool:
        return self.short.title == self.long.title

    @cached_property
    def supports(self) -> tuple[float, float]:
        """How far the shorter text bears out each title; .5 when it says nothing."""
        body = self.short.body
        first, second = support(self.short.title, body), support(self.long.title, body)
        return (0.5 if first is None else first), (0.5 if second is None else second)

    @cached_property
    def _shared(self) -> int:
        return len(self._runs[0] & self._runs[1])

    @property
    def _runs(self) -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]:
        if self.short.is_short:
            return self.short.pairs, self.long.pairs
        return self.short.triples, self.long.triples


def _first_doubt(pair: _Pair) -> Verdict | None:
    """Return the first reason against a copy, cheapest first; None when it is one."""
    for doubt in _DOUBTS:
        if found := doubt(pair):
            return found
    return None


def _doubt_overlap(pair: _Pair) -> Verdict | None:
    if pair.containment >= _CONTAINMENT or _opens_alike(pair):
        return None
    return "different", f"only {pair.containment:.0%} of the shorter text is shared"


def _opens_alike(pair: _Pair) -> bool:
    """Say whether two items of a day begin with one telling sentence.

    Feeds cut where they like: behind it one has the second sentence, one the fourth.
    """
    if not (pair.same_day and pair.long.is_short):
        return False
    mine, yours = pair.short.wording, pair.long.wording
    start, end = mine.sentences[0] if mine.sentences else (0, 0)
    facts = sum(mask in (NUMBER, NAME, DAY) for mask in mine.masks[start:end])
    is_telling = end - start >= _FEWEST_WORDS and facts >= _FEWEST_FACTS
    return is_telling and mine.words[start:end] == yours.words[start:end]


def _doubt_stub(pair: _Pair) -> Verdict | None:
    """Cookie walls and video pages: one body under titles it says nothing of."""
    if pair.same_title and pair.same_day:
        return None
    if pair.stub:
        return "stub", "the body is boilerplate of an outlet"
    is_borne_out = min(pair.supports) >= _SUPPORT
    if pair.same_outlet and pair.short.body == pair.long.body and not is_borne_out:
        return "stub", "the same body under another title of the same outlet"
    if pair.short.is_short and max(pair.supports) == 0:
        return "stub", "neither title is borne out by the shared text"
    return None


def _doubt_evidence(pair: _Pair) -> Verdict | None:
    """Few words or facts prove little: then the title and the day decide."""
    words, facts = pair.short.words, pair.short.wording.facts
    if len(words) >= _FEWEST_WORDS and (
        len(facts | pair.short.title_wording.facts) >= _FEWEST_FACTS
    ):
        return None
    if pair.same_day and pair.same_title:
        return None
    is_borne_out = max(pair.supports) >= _SUPPORT
    if (
        pair.same_day
        and len(words) >= _FEWEST_WORDS
        and is_borne_out
        and pair.body_containment >= 0.8
    ):
        return None
    return "different", "too few words and facts to tell"


def _doubt_piece(pair: _Pair) -> Verdict | None:
    """A round-up holds whole briefs, yet is not their copy."""
    if pair.coverage >= _HALF or _is_one_matter(pair):
        return None
    return "part", f"a piece of a longer text about more ({pair.coverage:.0%} of it)"


def _is_one_matter(pair: _Pair) -> bool:
    """Say whether the longer text goes on about what the shorter one tells.

    By its title, by the names of the rest and by its words; a title that says nothing
    of any article ('Bugün neler oldu?') or announces several is a round-up's.
    """
    short, long = pair.short, pair.long
    told = support(long.title, short.title + short.body)
    if told is not None and not is_overview(long.title) and _opens(short, long):
        return True
    kinship, likeness = _kinship(short, long)
    if told is None or is_overview(long.title) or kinship >= _KIN:
        return kinship >= _KIN
    if pair.coverage >= _PIECE:
        return told >= _SOME_SUPPORT or kinship >= _SOME_KIN or likeness >= _LIKENESS
    is_near = kinship >= _SOME_KIN or likeness >= _SOME_LIKENESS
    return told >= (_SUPPORT if is_near else _SURE_SUPPORT)


def _opens(short: Item, long: Item) -> bool:
    """Say whether the longer text begins with the shorter: feeds carry beginnings."""
    opening = shingles(long.body[: len(short.body) + _SLACK], 2)
    mine = shingles(short.body, 2)
    return bool(mine) and len(mine & opening) >= _OPENING * len(mine)


def _kinship(short: Item, long: Item) -> tuple[float, float]:
    """Return how much the rest of the longer text speaks of the shorter one's matter.

    First the share of the rest's names that the shorter text has, then the share of its
    sentences that have two long words of it.
    """
    wording = long.wording
    names = short.wording.names | short.title_wording.names
    words = {w[:_LONG_WORD] for w in short.body if len(w) >= _LONG_WORD}
    size, held = (2, short.pairs) if short.is_short else (3, short.triples)
    found: list[bool] = []
    alike: list[bool] = []
    for start, end in wording.sentences:
        sentence = wording.words[start:end]
        runs = shingles(sentence, size)
        if 2 * len(runs & held) >= max(1, len(runs)):
            continue
        masks = wording.masks[start:end]
        marked = zip(sentence, masks, strict=True)
        found += [word in names for word, mask in marked if mask == NAME]
        alike.append(len({w[:_LONG_WORD] for w in sentence} & words) >= 2)
    return _share(found), _share(alike)


def _share(values: list[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def _doubt_dates(pair: _Pair) -> Verdict | None:
    mine, yours = pair.short.dates, pair.long.dates
    if mine and yours and not mine & yours:
        return "conflict", "the same wording about another day"
    if not pair.same_day and not (mine <= yours or yours <= mine):
        return "conflict", "the same wording about other days as well"
    return None


def _doubt_series(pair: _Pair) -> Verdict | None:
    """A daily notice must agree on its day and place as well."""
    if not pair.series:
        return None
    if not pair.same_day:
        return "conflict", "a series' title, published on another day"
    if _is_elsewhere(pair.short, pair.long) or _is_elsewhere(pair.long, pair.short):
        return "conflict", "a series' title about another place"
    if pair.agreement.differing:
        return "conflict", "a series' text with other facts"
    return None


def _is_elsewhere(one: Item, other: Item) -> bool:
    """Say whether none of the names of a title occurs in the other article."""
    names = one.title_wording.names
    words = {*other.title, *other.body}
    return bool(names) and not any(same_name(n, w) for n in names for w in words)


def _doubt_facts(pair: _Pair) -> Verdict | None:
    found = pair.agreement
    if pair.is_brief:
        least = 2 if pair.same_day else 1
        is_later = not pair.same_day and found.differing >= 2
        if is_later or (
            found.differing >= least and 2 * found.conflicting >= found.matched
        ):
            return "conflict", f"a brief with {found.differing} other facts"
        return None
    if found.dispute < _DISPUTE:
        return None
    most = _CONFLICTS if pair.same_day else _LATER_CONFLICTS
    if found.conflict_share >= most:
        return (
            "conflict",
            f"{found.conflicting} of {found.matched} sentences state other facts",
        )
    if found.lost_share > _LOST:
        return "conflict", f"{found.lost} of {found.numbers} numbers are others"
    return None


_DOUBTS: tuple[Callable[[_Pair], Verdict | None], ...] = (
    _doubt_overlap,
    _doubt_stub,
    _doubt_evidence,
    _doubt_dates,
    _doubt_series,
    _doubt_facts,
    _doubt_piece,
)


def _time(article: Candidate) -> datetime:
    return article.published_at or article.first_seen_at
