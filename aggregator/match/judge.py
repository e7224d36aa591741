"""Whether an article satisfies a query, and by which hits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from aggregator.match.engine import Engine, Hit, in_order
from aggregator.match.passage import EMPTY, Passage
from aggregator.match.query import (
    TEXT_FIELDS,
    And,
    Leaf,
    Meta,
    Near,
    Node,
    Not,
    Or,
    Regex,
    TextField,
    Within,
)
from aggregator.match.sentences import Sentences
from aggregator.model import Document
from aggregator.text.fold import fold_key

_WORDS = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_LONGEST_WORD = 40  # characters; bounds how far NEAR looks
_MOST = 200  # hits a side that NEAR compares


class Reading:
    """An article read for all watchlists: its fields and the hits of all patterns."""

    def __init__(self, document: Document, engine: Engine) -> None:
        self.document = document
        texts = (document.title, document.lead, document.text)
        self.passages: dict[TextField, Passage] = {
            field: Passage(text) if text else EMPTY
            for field, text in zip(TEXT_FIELDS, texts, strict=True)
        }
        hits = engine.read(self.passages.values())
        self.hits = dict(zip(TEXT_FIELDS, hits, strict=True))
        self.patterns = frozenset[int]().union(*self.hits.values())
        self._sentences: dict[TextField, Sentences] = {}

    def sentences(self, field: TextField) -> Sentences:
        """Return the sentences of a field."""
        if field not in self._sentences:
            self._sentences[field] = Sentences(self.passages[field].text)
        return self._sentences[field]

    def words_between(self, one: Occurrence, other: Occurrence) -> int | None:
        """Count the words between two hits of one field; None: too far to matter."""
        first, second = sorted((one.hit, other.hit), key=lambda hit: hit.at)
        between = self.passages[one.field].normal.text[first.until : second.at]
        if len(between) > 100 * _LONGEST_WORD:
            return None
        return len(_WORDS.findall(between))

    @cached_property
    def size(self) -> int:
        """About how many words the article has."""
        return sum(
            one.text.count(" ") + 1 for one in self.passages.values() if one.text
        )


class Occurrence(NamedTuple):
    """A hit of a term in a field."""

    field: TextField
    hit: Hit
    term: str


class Verdict(NamedTuple):
    """Whether a part of a query is true, and the hits that make it so."""

    true: bool
    found: tuple[Occurrence, ...] = ()


_FALSE = Verdict(true=False)


@dataclass(frozen=True, slots=True)
class Judge:
    """What judging a watchlist needs beside its query.

    terms: the terms by place, as they were typed. ignored: the places of the phrases
    inside which a hit does not count.
    """

    terms: Mapping[int, str]
    ignored: tuple[int, ...]

    def judge(
        self,
        node: Node,
        reading: Reading,
        fields: tuple[TextField, ...] = TEXT_FIELDS,
    ) -> Verdict:
        """Judge a part of the query over these fields."""
        if isinstance(node, Leaf | Regex):
            return self._leaf(node, reading, fields)
        if isinstance(node, And | Or):
            return self._joined(node, reading, fields)
        if isinstance(node, Not):
            return Verdict(not self.judge(node.node, reading, fields).true)
        if isinstance(node, Near):
            return self._near(node, reading, fields)
        if isinstance(node, Within):
            within = tuple(field for field in fields if field == node.field)
            return self.judge(node.node, reading, within)
        return _meta(node, reading)

    def _joined(
        self, node: And | Or, reading: Reading, fields: tuple[TextField, ...]
    ) -> Verdict:
        parts: Iterable[Node] = node.nodes
        if isinstance(node, Or):  # may be a list of a hundred terms
            hit = reading.patterns & node.users.keys()
            numbers = {one for place in hit for one in node.users[place]}
            parts = [node.nodes[one] for one in sorted({*numbers, *node.others})]
        verdicts = [self.judge(part, reading, fields) for part in parts]
        true = [verdict for verdict in verdicts if verdict.true]
        if not true or (isinstance(node, And) and len(true) < len(verdicts)):
            return _FALSE
        found = dict.fromkeys(one for verdict in true for one in verdict.found)
        return Verdict(true=True, found=tuple(found))

    def _near(
        self, node: Near, reading: Reading, fields: tuple[TextField, ...]
    ) -> Verdict:
        left = self.judge(node.left, reading, fields).found[:_MOST]
        right = self.judge(node.right, reading, fields).found[:_MOST]
        found = {
            one: None
            for first in left
            for second in right
            if first.field == second.field
            and _is_near(reading, first, second, node.words)
            for one in (first, second)
        }
        return Verdict(bool(found), tuple(found))

    def _leaf(
        self, node: Leaf | Regex, reading: Reading, fields: tuple[TextField, ...]
    ) -> Verdict:
        if isinstance(node, Leaf) and reading.patterns.isdisjoint(node.wanted):
            return _FALSE
        found: list[Occurrence] = []
        for field in fields:
            hits = self._hits(node, reading, field)
            if self.ignored:
                hits = [one for one in hits if not self._is_ignored(one, reading)]
            if len(hits) > 1:
                hits = _unrepeated(hits, reading.passages[field].text)
            found += hits
        return Verdict(bool(found), tuple(found))

    def _hits(
        self, node: Leaf | Regex, reading: Reading, field: TextField
    ) -> list[Occurrence]:
        if isinstance(node, Regex):
            return list(_regex_hits(node, reading, field))
        there = reading.hits[field]
        return [
            Occurrence(field, hit, self.terms[place])
            for place in node.places
            if place in there
            for hit in there[place]
        ]

    def _is_ignored(self, one: Occurrence, reading: Reading) -> bool:
        return any(
            phrase.start <= one.hit.start and one.hit.end <= phrase.end
            for place in self.ignored
            for phrase in reading.hits[one.field].get(place, ())
        )


def may_be_true_unseen(node: Node) -> bool:
    """Say whether a query can hold without a single hit: NOT spor, outlet: X, /x/."""
    if isinstance(node, Not | Meta | Regex):
        return True
    if isinstance(node, And):
        return all(may_be_true_unseen(part) for part in node.nodes)
    if isinstance(node, Or):
        return any(may_be_true_unseen(part) for part in node.nodes)
    if isinstance(node, Near):
        return may_be_true_unseen(node.left) and may_be_true_unseen(node.right)
    return isinstance(node, Within) and may_be_true_unseen(node.node)


def _meta(node: Node, reading: Reading) -> Verdict:
    if not isinstance(node, Meta):  # pragma: no cover - every term was bound
        raise TypeError(f"{node!r} is not bound")
    stated: str = getattr(reading.document, node.field)
    return Verdict(fold_key(stated) == fold_key(node.value))


def _regex_hits(
    node: Regex, reading: Reading, field: TextField
) -> Iterator[Occurrence]:
    from aggregator.match.regexes import find_regex  # noqa: PLC0415 - seldom used

    if not reading.passages[field].text:
        return
    normal = reading.passages[field].normal
    for at, until in find_regex(node.source, normal.text):
        start, end = normal.span(at, until)
        yield Occurrence(field, Hit(start, end, at, until), f"/{node.source}/")


def _is_near(
    reading: Reading, one: Occurrence, other: Occurrence, words: int | None
) -> bool:
    if one.hit.at < other.hit.until and other.hit.at < one.hit.until:
        return False  # the same words are not near themselves
    if words is None:
        sentences = reading.sentences(one.field)
        return sentences.number(one.hit.start) == sentences.number(other.hit.start)
    between = reading.words_between(one, other)
    return between is not None and between <= words


def _unrepeated(found: list[Occurrence], text: str) -> list[Occurrence]:
    """Keep the longest of the hits that several forms of a name have in one place.

    Of equal ones the form that the text begins with: Izmir, where İzmir fits as well.
    """
    terms: dict[Hit, Occurrence] = {}
    for one in found:
        if one.hit not in terms or text.startswith(one.term, one.hit.start):
            terms[one.hit] = one
    return [terms[hit] for hit in in_order(list(terms))]
