"""Whether two headlines, or a lead and a text, say the same."""

from __future__ import annotations

import itertools

from aggregator.text.wording import fold_words

_ALIKE = 0.6  # of the words of both headlines
_SAID = 0.9  # of the lead's pairs of words that stand in the text


def same_headline(one: str, other: str) -> bool:
    """Say whether two headlines are one, give or take an edit.

    Used beside another sign of identity (an equal number in the address), never alone.
    """
    a, b = set(fold_words(one)), set(fold_words(other))
    if not a or not b:
        return False
    return len(a & b) >= _ALIKE * len(a | b)


def says_already(text: str, lead: str) -> bool:
    """Say whether a text holds a lead, so that it need not be shown twice."""
    words = fold_words(lead)
    if len(words) < 2:
        return not words or words[0] in fold_words(text)
    body = fold_words(text)
    there = set(itertools.pairwise(body))
    pairs = list(itertools.pairwise(words))
    return sum(pair in there for pair in pairs) >= _SAID * len(pairs)
