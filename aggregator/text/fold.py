"""One normal form for comparing texts, with a way back to the original's offsets.

Every comparison of the program goes through here: watchlists, the search index, the
search box and the shingles of duplicates, so that none of them reads Turkish, or a
text in capitals, or one typed without its own letters, differently from another.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import overload

MASK = "\x00"  # stands for every character of a masked address; never part of a word

_MARKS = "\u0300-\u036f\u0483-\u0487"
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_UNCOMMON = f"[{_MARKS}{_INVISIBLE}]"
_INVISIBLES = f"[{_INVISIBLE}]+"
_MARK = f"[{_MARKS}]+"
_ODD = f"[{_MARKS}{_INVISIBLE}]+"

# A text of one alphabet fits one byte a letter; ə takes one that no text uses.
_CODE_PAGES = "cp1254", "cp1251"
_SCHWA, _LARGE_SCHWA, _RARE = "\x01", "\x02", b"\x03"

# str.replace runs at memory speed, str.translate at 3-6 MB/s.
_APOSTROPHES = "\u2019\u2018\u02bc\u2032\u00b4`\u201b\uff07\u02b9\u02bb"
_DASHES = "\u2013\u2014\u2010\u2011\u2012\u2015\u2212"
_SPACES = "\n\u00a0\r\t\u2009\u202f\u2028\u2029\u3000"

_LINK_HINTS = (
    *("://", "www.", "@", ".com", ".org", ".net"),
    *(".tr", ".ru", ".gov", ".edu", ".info"),
)
_LINK = re.compile(
    r"(?:https?|ftp)://\S+|\bwww\.\S+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|(?<![\w.-])(?:[\w-]{1,63}\.){1,8}(?:com|org|net|gov|edu|[iı]nfo|tr|ru)"
    r"(?:\.[a-z]{2})?(?![\w.]\w)(?:/\S*)?"
)

# What writers use or leave out as they like: the dots of ё, the comma or cedilla of
# Romanian. The Turkish circumflex stays: kâr is not kar.
_OPTIONAL = (("ё", "е"), ("ș", "ş"), ("ț", "ţ"))

# One letter for one letter, so that an offset in the folded text is one in the text.
_TWINS = (
    *(("ı", "i"), ("ş", "s"), ("ğ", "g"), ("ü", "u"), ("ö", "o"), ("ç", "c")),
    *(("ə", "e"), ("â", "a"), ("î", "i"), ("û", "u"), ("ς", "σ")),  # noqa: RUF001 - Greek
    *(("ø", "o"), ("ł", "l"), ("đ", "d"), ("ð", "d"), ("þ", "t"), ("ħ", "h")),
    *(("æ", "e"), ("œ", "e"), ("ß", "s"), ("ŋ", "n")),
)
_ACCENTED = "[\u00e0-\u024f\u1e00-\u1fff\u0386-\u03ce]"


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text in normal form: text[i] came from original[starts[i]:ends[i]].

    Lower case by Turkish rules, NFC without stray marks and the dots of ё; one
    apostrophe, one dash, one blank; addresses of pages and mailboxes are blanked out
    with MASK.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original of text[start:end], which is not empty."""
        return self.starts[start], self.ends[end - 1]


def normalise(text: str, small: Narrow | None = None) -> Normalised:
    """Return the normal form of `text` with its offset map. small: narrow(text) if had.

    A letter and its combining marks count as one character; soft hyphens and other
    invisible characters vanish. What has neither keeps its offsets.
    """
    small = small or narrow(text)
    if small is None and _pattern(_UNCOMMON).search(text):
        text, starts, ends = _compose(text)
        small = narrow(text)
        normal = small.normal() if small else _mask_links(_lower(text))
        return Normalised(normal, starts, ends)
    normal = small.normal() if small else _mask_links(_lower(text))
    return Normalised(normal, range(len(text)), range(1, len(text) + 1))


def fold_key(text: str) -> str:
    """Return what is equal for all ways to write `text`: şehir, SEHIR, ŞEHİR → sehir.

    Idempotent and symmetric, for keys, shingles and search. It
    takes ön for on: where that matters, `match` compares letter by letter.
    Addresses and digits are kept.

    >>> fold_key("Bakı’dan İZMİR’E, Şəkidən")
    "baki'dan izmir'e, sekiden"
    """
    if _pattern(_UNCOMMON).search(text):
        visible = _pattern(_INVISIBLES).sub("", text)
        text = _pattern(_MARK).sub("", unicodedata.normalize("NFC", visible))
    return fold_letters(_lower(text))


def fold_letters(text: str) -> str:
    """Replace each letter of a normalised text by its ASCII twin, offsets unchanged."""
    if text.isascii():
        return text
    for letter, twin in _TWINS:
        text = text.replace(letter, twin)
    return _pattern(_ACCENTED).sub(_bare, text)


def fold_words(text: str) -> str:
    """Fold a normal form and make every sign a blank, offsets unchanged."""
    small = narrow(text)
    if small is not None:
        return small.words
    return _pattern(r"[\W_]").sub(" ", fold_letters(text))


@dataclass(frozen=True, slots=True)
class Narrow:
    """A text in one byte a letter: bytes.translate brings it to its normal form.

    That runs at 1.7 GB/s, replacing sign by sign at .05. words: what fold_words
    returns, but that addresses are not blanked out.
    """

    raw: bytes
    codec: str
    words: str

    def normal(self) -> str:
        """Return the normal form; its offsets are the original's."""
        tables = _tables(self.codec)
        text = self.raw.translate(tables.lower).decode(self.codec)
        text = text.replace(_SCHWA, "ə")
        # An address has a letter right behind a dot; prose has none.
        classes = self.raw.translate(tables.classes)
        may_link = b".a" in classes or b"@" in classes or b"://" in classes
        return _mask_links(text) if may_link else text


def narrow(text: str) -> Narrow | None:
    """Return a text of one alphabet in one byte a letter; None: it is more than that.

    Most texts of the press are: Turkish, Azerbaijani and English in one code page,
    Russian in another. One with soft hyphens, combining marks or rare signs is not.
    """
    if _SCHWA in text or _LARGE_SCHWA in text:
        return None
    small = text.replace("ə", _SCHWA).replace("Ə", _LARGE_SCHWA)
    for codec in _CODE_PAGES:
        try:
            raw = small.encode(codec)
        except UnicodeEncodeError:
            continue
        words = raw.translate(_tables(codec).words)
        if _RARE in words:
            return None
        return Narrow(raw, codec, words.decode("ascii" if words.isascii() else codec))
    return None


@dataclass(frozen=True, slots=True)
class _Tables:
    """Of each byte: its normal form; its folded letter or a blank; its class."""

    lower: bytes
    words: bytes
    classes: bytes


@cache
def _tables(codec: str) -> _Tables:
    lower, words, classes = bytearray(), bytearray(), bytearray()
    for number in range(256):
        letter = bytes((number,)).decode(codec, "replace")
        letter = {_SCHWA: "ə", _LARGE_SCHWA: "Ə"}.get(letter, letter)
        small = _lower(letter)
        lower += small.replace("ə", _SCHWA).encode(codec, "replace")
        words += _word_byte(small, codec)
        classes += b"a" if letter.isalpha() else letter.encode("ascii", "replace")
    return _Tables(bytes(lower), bytes(words), bytes(classes))


def _word_byte(small: str, codec: str) -> bytes:
    """Return how a letter in normal form stands among words; _RARE: not at all."""
    if _pattern(_UNCOMMON).match(small):
        return _RARE
    if not small.isalnum():
        return b" "
    folded = fold_letters(small)
    known = folded.isascii() or "а" <= folded <= "я"
    return folded.encode(codec) if known else _RARE


@cache
def _pattern(source: str) -> re.Pattern[str]:
    """Compile when first needed: a class with far letters takes milliseconds."""
    return re.compile(source)


def _bare(letter: re.Match[str]) -> str:
    """Strip the accents of one Latin or Greek letter; й keeps its own (not matched)."""
    return unicodedata.normalize("NFD", letter[0])[0]


def _lower(text: str) -> str:
    """Lower `text` and unify its signs, character for character."""
    # 'İ'.lower() is two characters long, which would shift every offset behind it.
    text = text.replace("İ", "i").replace("I", "ı").lower()
    for letter, plain in _OPTIONAL:
        text = text.replace(letter, plain)
    for signs, one in ((_APOSTROPHES, "'"), (_DASHES, "-"), (_SPACES, " ")):
        for sign in signs:
            text = text.replace(sign, one)
    return text


def _mask_links(text: str) -> str:
    """Blank out the addresses, looking only at the words that may hold one."""
    hints = [hint for hint in _LINK_HINTS if hint in text]
    if not hints:
        return text
    parts: list[str] = []
    at = 0
    words = {word for hint in hints for word in _words(text, hint)}
    for start, end in sorted(words):
        masked = _LINK.sub(lambda link: MASK * len(link[0]), text[start:end])
        parts += (text[at:start], masked)
        at = end
    return "".join((*parts, text[at:]))


def _words(text: str, hint: str) -> Iterator[tuple[int, int]]:
    """Find the words, blank to blank, that hold `hint`."""
    at = text.find(hint)
    while at >= 0:
        end = text.find(" ", at)
        end = len(text) if end < 0 else end
        yield text.rfind(" ", 0, at) + 1, end
        at = text.find(hint, end)


def _compose(text: str) -> tuple[str, _Places, _Places]:
    """Drop invisible characters and join letters with their marks.

    Marks that have no letter of their own vanish: the second dot of i̇ (what str.lower()
    makes of İ), the stress of Баку́. Returns where each character starts and ends.
    """
    parts: list[str] = []
    marks = _pattern(_MARK)
    starts, ends = _Places(), _Places()
    at = 0
    for odd in _pattern(_ODD).finditer(text):
        begin, end = odd.start(), odd.end()
        if begin > at and text[begin - 1].isalpha():
            begin -= 1
        starts.add(at, begin - at)
        ends.add(at + 1, begin - at)
        visible = _pattern(_INVISIBLES).sub("", text[begin:end])
        letters = marks.sub("", unicodedata.normalize("NFC", visible))
        starts.add(begin, len(letters[:1]))
        last = end if marks.search(text, begin, end) else begin + 1
        ends.add(last, len(letters[:1]))
        parts += (text[at:begin], letters[:1])
        at = end
    starts.add(at, len(text) - at)
    ends.add(at + 1, len(text) - at)
    return "".join((*parts, text[at:])), starts, ends


class _Places(Sequence[int]):
    """Offsets in runs: most of a text is only shifted by the marks before."""

    def __init__(self) -> None:
        self._size = 0
        self._firsts: list[int] = []
        self._shifts: list[int] = []

    def add(self, place: int, count: int) -> None:
        """Append `count` places that follow one another from `place`."""
        if count:
            self._firsts.append(self._size)
            self._shifts.append(place - self._size)
            self._size += count

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(self._size))]
        index = index + self._size if index < 0 else index
        if not 0 <= index < self._size:
            raise IndexError(index)
        return index + self._shifts[bisect_right(self._firsts, index) - 1]
