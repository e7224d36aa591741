"""A text prepared once for all terms."""

from __future__ import annotations

import re
from functools import cached_property

from aggregator.text.fold import Normalised, fold_letters, normalise

_OWN_LETTERS = re.compile("[şğüöçəıŞĞÜÖÇƏİ]")
_AROUND = 300  # characters


class Passage:
    """An original text with its normal form."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.normal: Normalised = normalise(text)

    @cached_property
    def folded(self) -> str:
        """The normal form in ASCII twins, offset for offset."""
        return fold_letters(self.normal.text)

    def has_own_letters(self, at: int) -> bool:
        """Say whether the original is written with Turkish letters round its letter `at`.

        `at` counts in the normal form. Where it is not, i may stand for ı and s for ş.
        """
        place = self.normal.starts[at]
        start, end = max(0, place - _AROUND), place + _AROUND
        return _OWN_LETTERS.search(self.text, start, end) is not None
