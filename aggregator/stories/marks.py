"""What of an article survives translation: names by their sound, numbers by value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from aggregator.text.wording import NAME, NUMBER, Wording

_CYRILLIC = {
    **dict(
        zip(
            "абвгдезийклмнопрстуфхцчшщыэюя",
            "abvgdeziyklmnoprstufhscssieua",
            strict=True,
        )
    ),
    "ё": "e",
    "ж": "c",
    "ъ": "",
    "ь": "",
}
_LETTERS = str.maketrans({**_CYRILLIC, "q": "k", "x": "h", "w": "v", "j": "c"})
# In the order of use: дж is Azerbaijani c and English j.
_DIGRAPHS = (
    *(("дж", "c"), ("dzh", "c"), ("sh", "s"), ("ch", "c"), ("kh", "h"), ("gh", "g")),
    *(("zh", "c"), ("ts", "s"), ("ph", "f"), ("ck", "k")),
)
_VOWELS = str.maketrans("eyouı", "aiuui")
_VOWEL = re.compile("[aeiouy]")
_REPEATED = re.compile(r"(.)\1+")
_SHORT = 2  # consonants: then the vowels count too
# Case endings of names, after folding: Turkish and Azerbaijani, Russian.
_ENDING = re.compile(
    r"(?<=\w{3})(?:(?:dan|den|tan|ten|da|de|ta|te|nin|nun|in|un|ya|ye|ni|nu|na|ne)"
    r"|(?:ом|ой|ами|ах|ов|ем|ию|ии|ия|ий|а|у|е|ы|и|ю|я))\Z"
)
_THOUSAND = frozenset(("bin", "min", "thousand", "тыс", "тысяч", "тысячи"))
_FIGURE = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_SUFFIX = re.compile("['’\u02bc\u0060\u00b4‘].*")
_LEAST = 3  # letters of a name


@dataclass(frozen=True, slots=True)
class Marks:
    """Names and numbers. maybe: words at a sentence's start, a name or not.

    written: each name as the article writes it, without its suffix. runs: the rows of
    capital words that each stands in, counted; the words of one name share a row.
    """

    names: frozenset[str]
    maybe: frozenset[str]
    numbers: frozenset[str]
    written: dict[str, str]
    runs: dict[str, set[int]]

    @property
    def all(self) -> frozenset[str]:
        """Every mark, the doubtful ones too."""
        return self.names | self.maybe | self.numbers

    def shared(self, other: Marks) -> frozenset[str]:
        """Return what both speak of; one of them must be sure that it is a name."""
        return (
            (self.names & (other.names | other.maybe))
            | (self.maybe & other.names)
            | (self.numbers & other.numbers)
        )

    def shared_names(self, other: Marks) -> list[set[str]]:
        """Return what is shared, with the words of one name together.

        A person's name is one thing that two texts have in common, not two or three.
        """
        names: list[set[str]] = []
        for mark in sorted(self.shared(other)):
            for name in names:
                if any(self._joins(mark, m) and other._joins(mark, m) for m in name):
                    name.add(mark)
                    break
            else:
                names.append({mark})
        return names

    def _joins(self, one: str, other: str) -> bool:
        """Say whether two marks stand in one row; numbers stand in none."""
        return not self.runs.get(one, set()).isdisjoint(self.runs.get(other, ()))


def read_marks(wording: Wording, known: Mapping[str, str]) -> Marks:
    """Return the marks of a text; known: folded written form → id of a name."""
    starts = {start for start, _ in wording.sentences}
    names, maybe = set(), set()
    written: dict[str, str] = {}
    runs: dict[str, set[int]] = {}
    run = 0
    for i, (word, mask) in enumerate(zip(wording.words, wording.masks, strict=True)):
        if mask == NUMBER:
            run += 1
            continue
        known_id = known.get(word)
        if known_id is None and (mask == NAME or i in starts):
            known_id = known.get(_base(word))
        key = f"@{known_id}" if known_id else sound_of(word)
        if known_id or (mask == NAME and len(word) >= _LEAST):
            names.add(key)
        elif i in starts and len(word) > _LEAST:
            maybe.add(key)
        else:
            run += 1
            continue
        if known_id or i in starts:  # a configured name is one by itself
            run += 1
        runs.setdefault(key, set()).add(run)
        run += known_id is not None
        written.setdefault(key, _SUFFIX.sub("", wording.surfaces[i]))
    numbers = frozenset(_numbers(wording))
    return Marks(frozenset(names), frozenset(maybe), numbers, written, runs)


@lru_cache(maxsize=4096)
def sound_of(name: str) -> str:
    """Return what a folded name sounds like, in whatever alphabet and case.

    >>> sound_of("шамахе") == sound_of("samaxida") == sound_of("shamakhi")
    True
    """
    word = _base(name)
    for letters, sound in _DIGRAPHS:
        word = word.replace(letters, sound)
    word = _REPEATED.sub(r"\1", word.translate(_LETTERS))
    bones = _VOWEL.sub("", word)
    return bones if len(bones) > _SHORT else word.translate(_VOWELS)


def _base(name: str) -> str:
    return _ENDING.sub("", name)


def _numbers(wording: Wording) -> Iterator[str]:
    """Yield numbers that tell something: no single digits, no years."""
    masks = (*wording.masks, "")
    words = (*wording.words, "")
    for i, word in enumerate(wording.words):
        if masks[i] != NUMBER:
            continue
        if words[i + 1] in _THOUSAND and _FIGURE.fullmatch(word):
            yield str(round(float(word) * 1000))
        elif len(word) > 1 and not _YEAR.match(word):
            yield word
