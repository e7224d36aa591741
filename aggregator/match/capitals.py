"""The case rule: a name typed with a capital wants one in the text, within reason."""

from __future__ import annotations

from aggregator.match.pattern import Found, Pattern

_SHORT = 2  # letters
_AROUND = 80  # characters either side that show how a text uses capitals


def is_capital_enough(
    pattern: Pattern, found: Found, text: str, starts: list[int]
) -> bool:
    """Say whether a hit is written as its term asks.

    text: the original. starts: where each word of the hit starts in it.
    """
    if found.suffixed and pattern.is_abbreviation:
        return _is_abbreviation(pattern, text, starts[0])
    written = [text[at : at + 1].isupper() for at in starts]
    if pattern.capitals == "strict":
        return _is_strict(pattern, found, text, written, starts[0])
    if found.demonym or any(written):
        return True
    return text[starts[0] - 1 : starts[0]] in ("#", "@") or not _has(
        text, starts[0], str.isupper
    )


def _is_abbreviation(pattern: Pattern, text: str, at: int) -> bool:
    """Say whether an abbreviation with a bare suffix is one: ABye, not Abla or ABLA."""
    size = len(pattern.words[0])
    if text[at : at + size].isupper():
        return size > _SHORT or _has(text, at, str.islower)
    return not _has(text, at, str.isupper)


def _is_strict(
    pattern: Pattern, found: Found, text: str, written: list[bool], at: int
) -> bool:
    if found.demonym and pattern.language != "tr":
        return True
    if not all(
        have for have, want in zip(written, pattern.capital_words, strict=True) if want
    ):
        return False
    # In a line of capitals only the apostrophe tells VAN'A from vana: a name keeps it.
    unmarked = found.suffixed and pattern.language == "tr"
    return not unmarked or _has(text, at, str.islower)


def _has(text: str, at: int, kind: object) -> bool:
    """Say whether there is a letter of this kind around `at`."""
    around = text[max(0, at - _AROUND) : at + _AROUND]
    return any(map(kind, around))  # type: ignore[call-overload]  # str.isupper or islower
