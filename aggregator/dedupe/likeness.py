"""Whether two headlines, or a lead and a text, say the same."""

from __future__ import annotations

import itertools

from aggregator.text.wording import words_of

_ALIKE = 0.6  # of the words of both headlines
_SAID = 0.9  # of the lead's pairs of words that stand in the text


def same_headline(one: str, other: str) -> bool:
    """Say whether two headlines are one, give or take an edit.

    Used beside another sign of identity (an equal number in the address), never alone.
    """
    a, b = set(words_of(one)), set(words_of(other))
    if not a or not b:
        return False
    return len(a & b) >= _ALIKE * len(a | b)


def says_already(text: str, lead: str) -> bool:
    """Say whether a text holds a lead, so that it need not be shown twice."""
    words = words_of(lead)
    if len(words) < 2:
        return not words or words[0] in words_of(text)
    body = words_of(text)
    there = set(itertools.pairwise(body))
    pairs = list(itertools.pairwise(words))
    return sum(pair in there for pair in pairs) >= _SAID * len(pairs)
