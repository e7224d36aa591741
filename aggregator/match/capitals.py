"""The case rule: a name typed with a capital wants one in the text, within reason."""

from __future__ import annotations

import re
from typing import Literal

from aggregator.match import ordinary
from aggregator.match.company import Company, company_of
from aggregator.match.passage import Passage
from aggregator.match.pattern import Found, Pattern

_SHORT = 2  # letters
_AROUND = 80  # characters either side that show how a text uses capitals
_SENTENCE_START = re.compile(r"(?:\A|[.!?…:\n])[\s\"'“”‘’«»()\[\]\-–—•]*\Z")
_WORD_BEFORE = re.compile(r"([^\W\d_])[^\W_]*[\W_]*\Z")
_WORD_AFTER = re.compile(r"[^\W_]*(?:['’][^\W_]*)?[\W_]*([^\W\d_])")

_PLACED = re.compile(r"[dt][ae](?:n|k[iı]\w*)?|l[ıiuü](?:l[ae]r\w*)?")
# Several of them, or one that is supposed: Çanlar, Gölcüklerde, Borsa; never a place.
_MANY = re.compile(r"l[ae]r|s[ae]\Z")

Writing = Literal["name", "doubtful", "open", "unlikely", "small"]
"""How a hit is written: as a name is; as a name, but where any word might have that
capital: 'doubtful' if the word is more often the name, 'open' if not, but the rest of
an article can tell, 'unlikely' if what stands beside it tells of the ordinary word;
small, as the ordinary word is.
"""


_WRITINGS: dict[Company, Writing] = {
    "name": "name",
    "likely": "doubtful",
    "open": "open",
    "word": "unlikely",
}


def writing_of(pattern: Pattern, found: Found, passage: Passage) -> Writing | None:
    """Say how a hit is written; None: as neither the name nor the ordinary word is."""
    text, places = passage.text, passage.normal.starts
    starts = [places[word] for word in found.words]
    if found.suffixed and pattern.is_abbreviation:
        return "name" if _is_abbreviation(pattern, text, starts[0]) else None
    written = [text[at : at + 1].isupper() for at in starts]
    if pattern.capitals == "strict":
        return _strict(pattern, found, passage, written)
    if found.suffixed and pattern.language == "en" and any(written) and not written[-1]:
        return None  # European unions are no European Union
    if found.demonym or any(written):
        return "name"
    if _is_tagged(text, starts[0]) or not _has(text, starts[0], str.isupper):
        return "name"
    return None


def _is_abbreviation(pattern: Pattern, text: str, at: int) -> bool:
    """Say whether an abbreviation with a bare suffix is one: ABye, not Abla or ABLA."""
    size = len(pattern.words[0])
    if text[at : at + size].isupper():
        alone = size > _SHORT and pattern.capitals != "strict"
        return alone or _has(text, at, str.islower)
    return not _has(text, at, str.isupper)


def _strict(
    pattern: Pattern, found: Found, passage: Passage, written: list[bool]
) -> Writing | None:
    text, at = passage.text, passage.normal.starts[found.start]
    if (found.demonym and pattern.language != "tr") or _is_tagged(text, at):
        return "name"
    if not all(
        have for have, want in zip(written, pattern.capital_words, strict=True) if want
    ):
        return "small" if not any(written) else None
    mixed = _has(text, at, str.islower)
    own = len(written) > 1 or (mixed and _is_own(text, at, passage, found))
    if own:
        return "name"
    if found.suffixed and pattern.language == "tr":
        # Where any word has a capital only the apostrophe tells Van'a from Vana: in a
        # line of capitals, and in a text that sets them. Else a name that is hardly a
        # word may do without: VANDA.
        tail = passage.normal.text[found.start : found.end][len(pattern.words[0]) :]
        if _MANY.match(tail):
            return None
        word = pattern.words[0]
        placed = _PLACED.fullmatch(tail) is not None
        seldom = placed and ordinary.is_seldom(word)
        town = ordinary.is_town(word)  # an attribute has no case
        if not (seldom or town) and (passage.has_apostrophes or not (mixed or placed)):
            return None
    return _judged(pattern, found, passage, in_capitals=_is_in_capitals(text, at))


def _judged(
    pattern: Pattern, found: Found, passage: Passage, *, in_capitals: bool
) -> Writing:
    """Judge by what stands beside a word that any word's capital was given."""
    text = passage.normal.text
    if "'" in text[found.start : found.end]:
        return "name"
    company = company_of(
        pattern.words[0],
        pattern.language,
        text,
        found.start,
        found.end,
        in_capitals=in_capitals,
    )
    if company == "open" and not in_capitals:  # where one sentence opens with it
        return "unlikely"
    return _WRITINGS[company]


def _is_own(text: str, at: int, passage: Passage, found: Found) -> bool:
    """Say whether a capital is the word's own: not a sentence's, not a headline's."""
    if "'" in passage.normal.text[found.start : found.end]:
        return True
    before = text[max(0, at - _AROUND) : at]
    if _SENTENCE_START.search(before):
        return False
    word, following = _WORD_BEFORE.search(before), _WORD_AFTER.match(text, at)
    in_headline = word is not None and word[1].isupper()
    return not (in_headline and (following is None or following[1].isupper()))


def _is_in_capitals(text: str, at: int) -> bool:
    """Say whether the line round `at` has no small letter, as far as is looked."""
    before = text[max(0, at - _AROUND) : at].rpartition("\n")[2]
    after = text[at : at + _AROUND].partition("\n")[0]
    return not any(map(str.islower, before + after))


def _is_tagged(text: str, at: int) -> bool:
    return text[at - 1 : at] in ("#", "@")


def _has(text: str, at: int, kind: object) -> bool:
    """Say whether there is a letter of this kind around `at`."""
    around = text[max(0, at - _AROUND) : at + _AROUND]
    return any(map(kind, around))  # type: ignore[call-overload]  # str.isupper or islower
