"""What changed from text to text: in versions, and in what outlets make of one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from aggregator.model import Candidate
from aggregator.text.credits import core_text
from aggregator.text.wording import words_of

Op = Literal["equal", "delete", "insert"]

_PIECE = re.compile(r"\S+\s*|\s+")
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_HELD = 0.5  # of a sentence's pairs of words; then it is the original's, edited
_LONG = 4000  # words; beyond, exactness would cost seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyChange:
    """What an outlet did to a text.

    kept: share of the original's sentences (by words) that the copy carries; the rest
    was cut. added_lead: what the copy puts before the first of them. added: its
    other sentences that the original lacks. headline_changed: other words, not other
    letters or signs.
    """

    headline_changed: bool
    kept: float
    added_lead: str = ""
    added: tuple[str, ...] = ()


def word_diff(old: str, new: str) -> tuple[tuple[Op, str], ...]:
    """Return the steps from one text to another, in words with the blanks behind them.

    Joining the equal and inserted parts gives `new`, the equal and deleted ones `old`.

    >>> word_diff("üç kişi öldü", "dört kişi öldü")
    (('delete', 'üç '), ('insert', 'dört '), ('equal', 'kişi öldü'))
    """
    a, b = _PIECE.findall(old), _PIECE.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=len(a) + len(b) > _LONG)
    steps: list[tuple[Op, str]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            # The blanks of both sides are equal here: they belong to the pieces.
            steps.append(("equal", "".join(a[i1:i2])))
            continue
        if i2 > i1:
            steps.append(("delete", "".join(a[i1:i2])))
        if j2 > j1:
            steps.append(("insert", "".join(b[j1:j2])))
    return tuple(steps)


def is_edit(old: str, new: str) -> bool:
    """Say whether a text was really changed.

    Credits, clocks, counters, advertisements, blanks and signs are no edit; a word is,
    and a letter (Izmir → İzmir) too.
    """
    return _plain_words(old) != _plain_words(new)


def describe_copy(representative: Candidate, copy: Candidate) -> CopyChange:
    """Say what a copy changed: its headline, what it cut, the lead it put before."""
    original = _sentences(representative)
    carried = _sentences(copy)
    pairs = _pairs(original)
    held = [_is_held(s, pairs) for s in carried]
    first = held.index(True) if True in held else len(held)
    late = zip(carried[first:], held[first:], strict=True)
    return CopyChange(
        headline_changed=words_of(representative.title) != words_of(copy.title),
        kept=_kept(original, _pairs(carried)),
        added_lead=" ".join(carried[:first]),
        added=tuple(sentence for sentence, is_held in late if not is_held),
    )


def _plain_words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", core_text(text)))


def _sentences(article: Candidate) -> list[str]:
    text, lead = core_text(article.text), core_text(article.lead)
    if lead and lead.rstrip(".…")[:80] not in text:
        text = f"{lead}\n{text}"
    return [s for s in _SENTENCE.split(text) if _WORD.search(s)]


def _pairs(sentences: list[str]) -> set[tuple[str, str]]:
    return {pair for s in sentences for pair in _runs(s)}


def _runs(sentence: str) -> list[tuple[str, str]]:
    words = ("", *words_of(sentence), "")
    return list(pairwise(words))


def _is_held(sentence: str, pairs: set[tuple[str, str]]) -> bool:
    runs = _runs(sentence)
    return sum(run in pairs for run in runs) >= _HELD * len(runs)


def _kept(sentences: list[str], pairs: set[tuple[str, str]]) -> float:
    sizes = [len(s.split()) for s in sentences]
    kept = sum(
        size for s, size in zip(sentences, sizes, strict=True) if _is_held(s, pairs)
    )
    return round(kept / sum(sizes), 3) if sizes else 0.0
