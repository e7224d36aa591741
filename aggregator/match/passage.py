"""A text prepared once for all terms."""

from __future__ import annotations

import re
from functools import cached_property

from aggregator.text.fold import Normalised, fold_words, narrow, normalise

# As one sign each, or as a letter and its mark.
_OWN_LETTERS = re.compile("[şğüöçəıŞĞÜÖÇƏ\u0306\u0308\u0327]")
# Software makes İ of every i: OTOBUSLER YİNE DOLU is ASCII all the same.
_DOTTED_LETTERS = re.compile("[İ\u0307]")
# Capitals as an English machine makes them: İzmir'de ÇEŞME becomes İZMIR'DE ÇEŞME. Who
# writes Turkish capitals has an İ inside some word.
_UNDOTTED = re.compile(r"(?<=[A-ZÇƏĞİÖŞÜ])I|I(?=[A-ZÇƏĞÖŞÜ])")
_DOTTED_INSIDE = re.compile(r"(?<=[^\W\d_])(?:İ|I\u0307)")
_TELLING = 28  # characters that seldom go without any of the others
_APOSTROPHE = re.compile(r"[^\W\d_]'[^\W\d_]")
_BLOCK = 256  # characters; a block is judged together with its neighbours


class Passage:
    """An original text with its normal form."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._narrow = narrow(text) if text else None
        self._own: dict[int, bool] = {}
        self._undotted: dict[int, bool] = {}
        # The normal form in ASCII twins, signs as blanks, and a blank in front.
        words = self._narrow.words if self._narrow else fold_words(self.normal.text)
        self.words = " " + words

    @cached_property
    def normal(self) -> Normalised:
        """The normal form with its offset map; made when a word is looked at."""
        return normalise(self.text, self._narrow)

    @cached_property
    def has_apostrophes(self) -> bool:
        """Whether the text sets an apostrophe inside a word anywhere."""
        return _APOSTROPHE.search(self.normal.text) is not None

    def has_own_letters(self, at: int) -> bool:
        """Say whether the original has Turkish letters of its own round `at`.

        `at` counts in the normal form. Where it is not, i may stand for ı and s for ş.
        """
        block = self.normal.starts[at] // _BLOCK
        if block not in self._own:
            start = max(0, (block - 1) * _BLOCK)
            found = _OWN_LETTERS.search(self.text, start, (block + 2) * _BLOCK)
            if found is None and len(self.text) - start < _TELLING:
                found = _DOTTED_LETTERS.search(self.text, start)
            self._own[block] = found is not None
        return self._own[block]

    def is_undotted(self, at: int) -> bool:
        """Say whether a word in capitals may stand there whose I is an i: İZMIR."""
        start = self.normal.starts[at]
        if not self.text[start : start + 2].isupper():
            return False
        block = start // _BLOCK
        if block not in self._undotted:
            around = self.text[max(0, (block - 1) * _BLOCK) : (block + 2) * _BLOCK]
            self._undotted[block] = bool(
                _UNDOTTED.search(around) and not _DOTTED_INSIDE.search(around)
            )
        return self._undotted[block]


EMPTY = Passage("")
