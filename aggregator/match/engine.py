"""All terms over one text: an automaton finds where, a pattern decides whether."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from aggregator.match.capitals import Writing, writing_of
from aggregator.match.passage import Passage
from aggregator.match.pattern import Pattern, compile_pattern
from aggregator.model import CaseRule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import ahocorasick  # type: ignore[import-not-found]  # ships no types


_LONG = 4  # letters; a suffix on a shorter ordinary word makes too many others


class Hit(NamedTuple):  # made by the thousand, three times as fast as a dataclass
    """One occurrence: offsets into the original text, and into its normal form.

    writing: only the engine meets other hits than names.
    """

    start: int
    end: int
    at: int
    until: int
    writing: Writing = "name"


Hits = dict[int, list[Hit]]
"""The hits of each pattern by its place among the patterns, in text order."""


class Engine:
    """The patterns of many terms. Built in about 10 ms for 1,000 terms, hence uncached.

    Holds an Aho-Corasick automaton over the folded first stems, each with the blank
    before it: most letters of a text are inside words and leave it at its root.
    """

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        self.patterns = patterns
        self._automaton = _build_automaton(patterns)
        self._ambiguous = frozenset(
            place
            for place, pattern in enumerate(patterns)
            if pattern.capitals == "strict"
        )

    def read(self, passages: Collection[Passage]) -> list[Hits]:
        """Return the hits in each passage of one article.

        'Ordu' at the start of a sentence and 'ORDU' in a headline may be the army: they
        do not count where the article writes the word small, and nowhere as a name.
        Where nothing tells, a headline counts if there is more to the article: of the
        army, that would have written the word small.
        """
        read = [(passage, self._scan(passage)) for passage in passages]
        met = frozenset[int]().union(*(hits for _, hits in read))
        for place in met & self._ambiguous:
            there = [(one, hits[place]) for one, hits in read if place in hits]
            _settle(self.patterns[place].words[0], there, passages)
        return [
            {place: in_order(found) for place, found in hits.items() if found}
            for _, hits in read
        ]

    def _scan(self, passage: Passage) -> Hits:
        if self._automaton is None or not passage.text:
            return {}
        found: Hits = {}
        for last, (size, places) in self._automaton.iter(passage.words):
            at = last - size
            for place in places:
                hit = _verify(self.patterns[place], passage, at)
                if hit is not None:
                    found.setdefault(place, []).append(hit)
        return found


def find(
    term: str, text: str, language: str = "tr", *, case: CaseRule = "auto"
) -> list[tuple[int, int]]:
    """Return where `text` holds `term` in any of its forms.

    term: a name, noun or phrase in its dictionary form; language: the term's own (tr,
    az, ru, en have grammars, any other is found as a whole word). A name is a term
    typed with a capital; `case` says whether the text must have one ('auto' asks for
    it, but not of a text without capitals; 'strict' always; 'any' never). Each span
    (start, end) covers the whole written form, suffixes and apostrophe included, in
    offsets of `text`.
    """
    (hits,) = _single(term, language, case).read((Passage(text),))
    return [(hit.start, hit.end) for hit in hits.get(0, ())]


@lru_cache(maxsize=2048)
def _single(term: str, language: str, case: CaseRule) -> Engine:
    pattern = compile_pattern(term, language, case)
    return Engine((pattern,) if pattern else ())


def _build_automaton(patterns: tuple[Pattern, ...]) -> ahocorasick.Automaton | None:
    from ahocorasick import Automaton  # noqa: PLC0415 - loaded when there is work

    places: dict[str, list[int]] = {}
    for place, pattern in enumerate(patterns):
        before = "" if pattern.anywhere else " "
        for key in pattern.keys():  # noqa: SIM118 - not a mapping
            places.setdefault(before + key, []).append(place)
    if not places:
        return None
    automaton = Automaton()
    for key, users in places.items():
        automaton.add_word(key, (len(key.removeprefix(" ")), tuple(users)))
    automaton.make_automaton()
    return automaton


def _verify(pattern: Pattern, passage: Passage, at: int) -> Hit | None:
    found = pattern.match(passage, at)
    if found is None:
        return None
    writing: Writing = "name"
    if pattern.capitals != "free":
        given = writing_of(pattern, found, passage)
        if given is None:
            return None
        writing = given
    start, end = passage.normal.span(found.start, found.end)
    return Hit(start, end, found.start, found.end, writing)


def _has_small_letters(passage: Passage) -> bool:
    return any(map(str.islower, passage.text))


def _settle(
    word: str, there: list[tuple[Passage, list[Hit]]], article: Iterable[Passage]
) -> None:
    """Keep of the hits of an ambiguous name those that are the name."""
    found = [(passage, hit) for passage, hits in there for hit in hits]
    small = {
        passage.normal.text[hit.at : hit.until]
        for passage, hit in found
        if hit.writing == "small"
    }
    writings = {hit.writing for _, hit in found}
    sure = "name" in writings
    more = "open" in writings and any(map(_has_small_letters, article))
    # vana is no form of the van that is meant by Van; ordusu is of ordu.
    is_word = bool(small) and (word in small or len(word) >= _LONG)
    others = small - {word}  # vana, where also Vana stands
    counting: set[Writing] = set()
    if sure:
        counting = {"doubtful", "open", "unlikely"}
    elif not is_word:
        counting = {"doubtful", "open"} if more else {"doubtful"}
    for passage, hits in there:
        hits[:] = [
            hit
            for hit in hits
            if hit.writing == "name"
            or (
                hit.writing in counting
                and passage.normal.text[hit.at : hit.until] not in others
            )
        ]


def in_order(hits: list[Hit]) -> list[Hit]:
    """Sort by place and drop what lies inside the hit before."""
    if len(hits) == 1:
        return hits
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.at, -one.until)):
        if not kept or hit.at >= kept[-1].until:
            kept.append(hit)
    return kept
