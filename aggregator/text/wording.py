"""A text as words, with the facts among them: numbers, names, days.

Two texts are one when they share their wording and their facts; a daily notice shares
only the wording of yesterday's.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from aggregator.text.fold import fold_key

_APOSTROPHE = "['’\u02bc\u0060\u00b4‘]"
_TOKEN = re.compile(rf"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:{_APOSTROPHE}[^\W\d_]+)*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+\Z")
# What lies between two words ends a sentence: a stop and a blank, a line, a bullet.
_STOP = re.compile(r"[.!?…;][\"”’')\]]*\s|\n|[•▪●■*]\s|\s[-–—]\s\Z")
_QUOTE = re.compile(r"[:\"“”«»]")
_DAY = re.compile(r"\d{1,2}")
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(?:\d{2}|\d{4}))?\Z")

_MONTH_NAMES = """
ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik
yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr
january february march april may june july august september october november december
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
"""
_MONTHS = {
    name: number
    for names in _MONTH_NAMES.strip().splitlines()
    for number, name in enumerate(names.split(), 1)
}
_WEEKDAYS = frozenset(
    word
    for words in (
        "pazartesi sali carsamba persembe cuma cumartesi pazar bazar cersenbe senbe",
        "monday tuesday wednesday thursday friday saturday sunday",
        "понедельник вторник среда среду четверг пятница пятницу суббота субботу",
        "воскресенье",
    )
    for word in words.split()
)
NUMBER, NAME, DAY = "#", "@", "&"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in words.

    words: folded, numbers in one spelling. masks: the same words with '#' for a number,
    '@' for a name, '&' for a month or weekday. sentences: (start, end) in words.
    surfaces: the words as written, with suffixes behind an apostrophe.
    """

    words: tuple[str, ...]
    masks: tuple[str, ...]
    sentences: tuple[tuple[int, int], ...]
    surfaces: tuple[str, ...]

    @property
    def facts(self) -> frozenset[str]:
        """The distinct numbers, names and days."""
        return frozenset(w for w, m in self._marked() if m in (NUMBER, NAME, DAY))

    @property
    def numbers(self) -> frozenset[str]:
        """The distinct numbers; dates and times of day count too."""
        return frozenset(w for w, m in self._marked() if m == NUMBER)

    @property
    def names(self) -> frozenset[str]:
        """The distinct names, without their suffixes behind an apostrophe."""
        return frozenset(w for w, m in self._marked() if m == NAME)

    @property
    def dates(self) -> frozenset[tuple[int, int]]:
        """The (day, month) pairs that the text states."""
        return frozenset(_dates(self.words))

    def _marked(self) -> zip[tuple[str, str]]:
        return zip(self.words, self.masks, strict=True)


@lru_cache(maxsize=64)  # an article's title and body are asked for several times
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded; cheaper than `read_wording`.

    >>> words_of("İZMİR’de 4.500 kişi, saat 09.00'da")
    ('izmir', '4500', 'kisi', 'saat', '09.00', 'da')
    """
    return _fold([found[0] for found in _TOKEN.finditer(_clean(text))])


@lru_cache(maxsize=256)
def read_wording(text: str) -> Wording:
    """Read a text into words, facts and sentences."""
    text = _clean(text)
    found = list(_TOKEN.finditer(text))
    surfaces = [token[0] for token in found]
    words = _fold(surfaces)
    starts = _sentence_starts(text, found)
    masks = _masks(surfaces, words, starts)
    bounds = [i for i, is_start in enumerate(starts) if is_start] + [len(words)]
    return Wording(words, masks, tuple(pairwise(bounds)), tuple(surfaces))


def same_name(a: str, b: str) -> bool:
    """Say whether two folded words are one name but for their endings.

    >>> same_name("bakida", "bakidan"), same_name("karsiyaka", "karabaglar")
    (True, False)
    """
    short, long = sorted((a, b), key=len)
    stem = max(3, len(short) - 3)
    return len(long) - len(short) <= 6 and short[:stem] == long[:stem]


def _clean(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def _fold(surfaces: list[str]) -> tuple[str, ...]:
    if not surfaces:
        return ()
    # One call for all: folding costs more a call than a letter. No word holds a bar.
    return tuple(_one_form(word) for word in fold_key("|".join(surfaces)).split("|"))


def _one_form(word: str) -> str:
    """Return a name without its suffix, a number without its grouping."""
    if not word[:1].isdecimal():  # ² is a digit, and no number
        return word.partition("'")[0] or word  # some letters fold to an apostrophe
    if _GROUPED.match(word):
        return word.replace(".", "").replace(",", "")
    return word.translate(_SEPARATORS) if not word.isdecimal() else word


_SEPARATORS = str.maketrans(",:/", "...")


def _sentence_starts(text: str, found: list[re.Match[str]]) -> list[bool]:
    starts = []
    at = 0
    for token in found:
        gap = text[at : token.start()]
        starts.append(at == 0 or (gap != " " and _STOP.search(gap) is not None))
        at = token.end()
    return starts


def _masks(
    surfaces: list[str], words: tuple[str, ...], starts: list[bool]
) -> tuple[str, ...]:
    capital = [s[0].isupper() for s in surfaces]
    # A text in capitals, or without any, has no names to be told by their letters.
    shouting = sum(capital) > 0.7 * len(surfaces) and len(surfaces) > 7
    inner = {
        w for w, c, start in zip(words, capital, starts, strict=True) if c and not start
    }
    masks = []
    for i, word in enumerate(words):
        if word[:1].isdecimal():
            masks.append(NUMBER)
        elif word in _MONTHS or word in _WEEKDAYS:
            masks.append(DAY)
        elif capital[i] and not shouting and _is_name(i, surfaces, word, starts, inner):
            masks.append(NAME)
        else:
            masks.append(word)
    return tuple(masks)


def _is_name(
    i: int, surfaces: list[str], word: str, starts: list[bool], inner: set[str]
) -> bool:
    """A capital inside a sentence, or one at its start that is a name elsewhere."""
    return not starts[i] or word in inner or not surfaces[i].isalpha()


def _dates(words: tuple[str, ...]) -> list[tuple[int, int]]:
    dates = []
    for i, word in enumerate(words):
        if word in _MONTHS:
            for day in (*words[max(i - 1, 0) : i], *words[i + 1 : i + 2]):
                if _DAY.fullmatch(day) and 1 <= int(day) <= 31:
                    dates.append((int(day), _MONTHS[word]))
                    break
        elif (found := _DATE.match(word)) and word.count(".") == 2:
            dates.append((int(found[1]), int(found[2])))
    return dates
