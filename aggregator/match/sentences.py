"""Sentences: what SAME asks about, and what a snippet shows."""

# ruff: noqa: RUF001 - Russian letters, meant
from __future__ import annotations

import re
from bisect import bisect_right

SNIPPET = 240  # characters at most
_FURTHEST = 300  # characters a snippet looks to either side

# A set of characters comes first, so that the search runs at memory speed.
_BREAK = re.compile(r"[\n.!?…](?:(?<=\n)|[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]?[^\W_]))")
_ABBREVIATIONS = """
prof doç yrd dr av op sn alb org gen tuğ müh bkz vb vs no tel cad sok mah apt mr mrs ms
st jr sr inc ltd co corp gov sen rep ул им св тыс млн млрд руб стр см проф акад
"""
_ABBREVIATED = frozenset(_ABBREVIATIONS.split())
_LONGEST_ABBREVIATION = max(map(len, _ABBREVIATED))


class Sentences:
    """The sentences of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]  # as far as they were needed
        self._stops = _BREAK.finditer(text)

    def number(self, at: int) -> int:
        """Return the place in the text of the sentence that holds offset `at`."""
        self._read_to(at)
        return bisect_right(self._starts, at) - 1

    def _read_to(self, at: int) -> None:
        """Find the starts of sentences up to the first behind `at`."""
        while self._starts[-1] <= at:
            stop = next(self._stops, None)
            if stop is None:
                return
            if _is_break(self._text, stop):
                self._starts.append(stop.end())

    def span(self, at: int) -> tuple[int, int]:
        """Return the offsets of the sentence that holds `at`, blanks cut off.

        Looks no further than a snippet shows.
        """
        number = self.number(at)
        following = self._starts[number + 1 : number + 2] or [len(self._text)]
        start = max(self._starts[number], at - _FURTHEST)
        end = min(following[0], at + _FURTHEST)
        sentence = self._text[start:end]
        end = start + len(sentence.rstrip())
        return min(start + len(sentence) - len(sentence.lstrip()), end), end

    def snippet(self, start: int, end: int) -> str:
        """Return the sentence round a hit; a long one is cut at words on both sides."""
        first, last = self.span(start)
        last = max(last, end)
        if last - first <= SNIPPET:
            return self._text[first:last].replace("\n", " ")
        room = SNIPPET - 2 - min(end - start, SNIPPET - 2)
        left = max(first, min(start - room // 2, last - SNIPPET + 2))
        right = min(last, left + SNIPPET - 2)
        left, right = _to_words(self._text, (left, first, start), (right, last, end))
        before = "…" if left > first else ""
        after = "…" if right < last else ""
        return before + self._text[left:right].strip().replace("\n", " ") + after


def _to_words(
    text: str, left: tuple[int, int, int], right: tuple[int, int, int]
) -> tuple[int, int]:
    """Move both cuts (place, limit of the sentence, limit of the hit) to blanks."""
    start, first, hit = left
    end, last, hit_end = right
    if start > first:
        blank = text.find(" ", start, hit)
        start = blank + 1 if blank >= 0 else start
    if end < last:
        blank = text.rfind(" ", hit_end, end)
        end = blank if blank >= 0 else end
    return start, end


def _is_break(text: str, stop: re.Match[str]) -> bool:
    """Say whether a sentence ends there: not in Dr. Ak, 40. yıl, A. B., ... küçük."""
    start, end = stop.span()
    if text[start] == "\n" or text.find("\n", start, end) >= 0:
        return True
    if text[end : end + 1].islower():
        return False
    if text[start] != ".":
        return True
    word = text[text.rfind(" ", 0, start) + 1 : start]
    if len(word) > _LONGEST_ABBREVIATION:
        return True
    return not (
        (word.isdigit() and len(word) < 3)
        or (len(word) == 1 and word.isupper())
        or word.lower() in _ABBREVIATED
    )
