"""A term compiled: the words of a name, noun or phrase and the forms each may take."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from aggregator.match import azerbaijani, english, lexicon, ordinary, russian, turkish
from aggregator.match.grammar import VOWELS
from aggregator.match.passage import Passage
from aggregator.match.stems import BARE, Endings, Stem
from aggregator.model import CaseRule
from aggregator.text.fold import fold_letters, normalise

Capitals = Literal["free", "wanted", "strict"]

_WORD = re.compile(r"[^ -]+")
_SIGN = re.compile(r"[\W_]")
_SEPARATOR = re.compile(r"[ -]{1,3}")
_LONGEST_GAP = 4  # blanks and signs between two words: 40. - yıl
_WHOLE = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_MOST_KNOWN = 4096
_TAIL = re.compile(r"([^\W_]*)(?:'([^\W_]+))?")
_HYPHENED = re.compile(r"-([^\W\d_]{1,9})(?![^\W_])")
_MAX_TAIL = 14  # letters behind an apostrophe
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_UNSPACED = "[\u2e80-\u9fff\uac00-\ud7af\u0e00-\u0e7f]"
_ELIDED = re.compile(r"(?<![^\W_])(?:d|l|qu|j|s|n|un|dell|all|nell|sull)'$")
_PLAIN = {"â": "a", "î": "i", "û": "u"}
_SHORT = 4  # letters
_AROUND = 100  # characters either side
_OTHER_NAMES = tuple(lexicon.OTHER_NAMES)
_QUOTES = "\"'“”„«»()[]"


class Found(NamedTuple):  # made by the thousand
    """A hit in a normalised text, before its capitals are looked at.

    words: where each word starts. suffixed: letters stand behind the stem without an
    apostrophe. demonym: it names the people of the place.
    """

    start: int
    end: int
    words: tuple[int, ...]
    suffixed: bool
    demonym: bool
    twin: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A term ready to be looked for.

    typed, words: its words as typed, and in normal form. capitals: 'free' where the
    term was typed small or case is 'any', 'wanted' where a capital is asked for but a
    text without any is read kindly, 'strict' where the small word is another one.
    capital_words: which words were typed with one. anywhere: a script without blanks.
    simple: which words are all letters; for them `known` keeps what the grammar said.
    made: the stems of the words that were needed so far.
    """

    term: str
    language: str
    typed: tuple[str, ...]
    words: tuple[str, ...]
    capitals: Capitals
    capital_words: tuple[bool, ...]
    anywhere: bool
    simple: tuple[bool, ...]
    known: dict[tuple[int, str, bool], _Ending | None] = field(default_factory=dict)
    made: dict[int, tuple[Stem, ...]] = field(default_factory=dict)

    def keys(self) -> frozenset[str]:
        """Return what a folded text, signs as blanks, must hold where a hit begins.

        A first word that never changes takes the beginning of the second with it:
        else every İzmir would be looked at for each phrase that begins so.
        """
        first = {_word_key(stem.letters) for stem in self.stems(0)} - {""}
        if len(self.words) == 1 or not all(stem.is_fixed for stem in self.stems(0)):
            return frozenset(first)
        second = {_word_key(stem.letters)[:2] for stem in self.stems(1)}
        gaps = [" " * size for size in range(1, _LONGEST_GAP + 1)]
        return frozenset(
            one + gap + other for one in first for gap in gaps for other in second
        )

    @property
    def is_abbreviation(self) -> bool:
        """Whether the term is one word of capitals: AB, TBMM."""
        return 1 < len(self.term) <= _SHORT and self.term.isupper()

    def stems(self, number: int) -> tuple[Stem, ...]:
        """Return the stems of a word, made when it is first met."""
        if number not in self.made:
            self.made[number] = _stems(self.language, self.typed, self.words, number)
        return self.made[number]

    def match(self, passage: Passage, at: int) -> Found | None:
        """Return the hit that begins at `at` of the normal form, the longest."""
        text = passage.normal.text
        if text[at - 1 : at] == "'" and not _is_quoted(text, at):
            return None
        ending = self._end(0, passage, at)
        if ending is None:
            return None
        starts = [at]
        end = at + ending.size
        for number in range(1, len(self.words)):
            begin = _next_word(text, end)
            inside = 0 <= begin < len(text)
            ending = self._end(number, passage, begin) if inside else None
            if ending is None:
                return None
            starts.append(begin)
            end = begin + ending.size
        found = Found(
            at, end, tuple(starts), ending.suffixed, ending.demonym, ending.twin
        )
        is_other = found.twin and self._is_mistaken(passage, found)
        return None if is_other else found

    def _end(self, number: int, passage: Passage, at: int) -> _Ending | None:
        """Return how the word `number` of the pattern ends that begins at `at`."""
        text = passage.normal.text
        own = passage.has_own_letters(at) and not passage.is_undotted(at)
        whole = _WHOLE.match(text, at)
        if whole is None or not self.simple[number]:
            return self._read(number, text, at, own)
        # The same few forms come again and again: ask the grammar once for each.
        key = (number, whole[0], own)
        if key not in self.known:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            self.known[key] = self._read(number, whole[0], 0, own)
        return self.known[key]

    def _read(self, number: int, text: str, at: int, own: bool) -> _Ending | None:
        ending = _longest(self.stems(number), text, at, own)
        if ending is None or not ending.suffixed or not self._is_one_word:
            return ending
        written = text[at : at + ending.size]
        return None if self._is_another_word(written, own) else ending

    @property
    def _is_one_word(self) -> bool:
        return len(self.words) == 1 and self.language in ("tr", "az")

    def _is_another_word(self, written: str, own: bool) -> bool:
        """Say whether a form is better known as another word: için of iç, baki."""
        if lexicon.is_other_word(self.words[0], written, self.language, exact=own):
            return True
        return self.capitals != "free" and _is_other_name(self.words[0], written)

    def _is_mistaken(self, passage: Passage, found: Found) -> bool:
        """Say whether a word is meant as it is written: ise, where the term has iş."""
        if not self._is_one_word:
            return False
        if _is_other_i(self.words[0], passage, found.start):
            return True
        is_bare_name = self.capitals == "wanted" and not found.suffixed  # PARIS
        if not is_bare_name and _has_other_capital_i(
            self.words[0], passage, found.start
        ):
            return True
        # A text that has its own letters writes iş with them: ise is another word.
        written = passage.normal.text[found.start : found.end]
        common = self.capitals == "free" or ordinary.is_ordinary(written, "tr")
        if not common or not passage.has_own_letters(found.start):
            return False
        return not (
            passage.is_undotted(found.start)
            and _lacks_dots_only(self.words[0], written)
        )


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a word was read. size: letters from its start."""

    size: int
    suffixed: bool = False
    demonym: bool = False
    twin: bool = False


def compile_pattern(term: str, language: str | None, case: CaseRule) -> Pattern | None:
    """Compile a term; None: it has no letter or digit. language None: by its script."""
    normal = normalise(term.strip().strip(_QUOTES))
    spans = [word.span() for word in _WORD.finditer(normal.text)]
    words = [normal.text[start:end] for start, end in spans]
    if not any(letter.isalnum() for word in words for letter in word):
        return None
    language = language or _guess_language(normal.text)
    typed = [term.strip().strip(_QUOTES)[slice(*normal.span(*span))] for span in spans]
    capital_words = tuple(word[:1].isupper() or word[1:2].isupper() for word in typed)
    return Pattern(
        term,
        language,
        tuple(typed),
        tuple(words),
        _capitals(language, words, any(capital_words), case),
        capital_words,
        _is_unspaced(term),
        tuple(
            word.isalnum()
            and not _is_unspaced(word)
            and not (language == "az" and _is_abbreviation(one))  # BMT-nin
            for word, one in zip(words, typed, strict=True)
        ),
    )


def compare(letters: str, piece: str) -> Literal["same", "twin", "other"]:
    """Say how `piece` of a text writes `letters`: as they are, or by ASCII twins.

    One way only: Ören is found in Oren, Oran never in Ören. ı and i stand for each
    other, as capitals and foreign keyboards make one of the other. A circumflex more or
    less is nothing in a long word (Hakkâri); in a short one it makes another (kâr,
    kar).
    """
    if piece == letters:
        return "same"
    if len(piece) != len(letters):
        return "other"
    writing: Literal["same", "twin", "other"] = "same"
    for wanted, given in zip(letters, piece, strict=True):
        if wanted == given:
            continue
        if len(letters) > _SHORT and wanted == _PLAIN.get(given):
            continue
        if given != _twin(wanted) and (wanted, given) != ("i", "ı"):
            return "other"
        if wanted not in _PLAIN:
            writing = "twin"
    return writing


@cache
def _twin(letter: str) -> str:
    return fold_letters(letter)


@lru_cache(maxsize=1 << 14)
def _folded(word: str) -> str:
    return fold_letters(word)


def _is_other_name(word: str, written: str) -> bool:
    """Say whether a form begins as another name does: Denizli is not of Deniz."""
    return _folded(written).startswith(_OTHER_NAMES) and not _folded(word).startswith(
        _OTHER_NAMES
    )


def _written_i(word: str, passage: Passage, at: int) -> list[tuple[int, str]]:
    """Return where in the word, and how, the text has an ı for an i of the term."""
    normal = passage.normal
    return [
        (place, passage.text[normal.starts[at + place]])
        for place, letter in enumerate(word)
        if letter == "i" and normal.text[at + place : at + place + 1] == "ı"
    ]


def _is_other_i(word: str, passage: Passage, at: int) -> bool:
    """Say whether the text has a small ı where the term has an i: Halı is not Hali."""
    return any(letter == "ı" for _, letter in _written_i(word, passage, at))


def _has_other_capital_i(word: str, passage: Passage, at: int) -> bool:
    """Say whether a capital I is meant as an ı: YARISI is not Yaris.

    It is where the text also writes İ inside its words; in front of a word many forget
    that dot, and in one that no Turkish word sounds like it is foreign spelling:
    BERLIN, SPLIT.
    """
    normal = passage.normal
    start = normal.starts[at]
    around = passage.text[max(0, start - _AROUND) : start + _AROUND]
    return (
        "İ" in around
        and any(place for place, _ in _written_i(word, passage, at))
        and not passage.is_undotted(at)
        and _sounds_turkish(normal.text[at : at + len(word)])
    )


@lru_cache(maxsize=1 << 12)
def _sounds_turkish(word: str) -> bool:
    """Say whether a word with ı may be Turkish: beside ı stand a and ı only.

    And no Turkish word opens with two consonants.
    """
    if word[0] not in VOWELS and word[1:2] not in VOWELS:
        return False
    vowels = [letter for letter in word if letter in VOWELS]
    return all(
        pair <= {"a", "ı"} or "ı" not in pair
        for pair in map(set, itertools.pairwise(vowels))
    )


def _lacks_dots_only(word: str, written: str) -> bool:
    """Say whether no letter but i has its ASCII twin: VAKTI is vakti, ISI no iş."""
    return not any(
        wanted not in {"i", given} and given == _twin(wanted)
        for wanted, given in zip(word, written, strict=False)
    )


@lru_cache(maxsize=1 << 14)
def _is_unspaced(text: str) -> bool:
    """Say whether a script stands there that sets no blanks between words."""
    # Compiled only if met: the class takes 5 ms of every start.
    return max(text, default="") >= "\u0e00" and bool(re.search(_UNSPACED, text))


@lru_cache(maxsize=1 << 14)
def _word_key(letters: str) -> str:
    """Fold letters as fold_words folds a text."""
    key = fold_letters(letters)
    return key if key.isalnum() else _SIGN.sub(" ", key).rstrip() or key


def _guess_language(text: str) -> str:
    if _CYRILLIC.search(text):
        return "ru"
    return "az" if "ə" in text else "tr"


def _capitals(
    language: str, words: list[str], capital: bool, case: CaseRule
) -> Capitals:
    if case == "any" or not capital:
        return "free"
    if case == "strict" or (
        len(words) == 1 and ordinary.is_ordinary(words[0], language)
    ):
        return "strict"
    return "wanted"


def _stems(
    language: str, typed: tuple[str, ...], words: tuple[str, ...], place: int
) -> tuple[Stem, ...]:
    word = words[place]
    if language == "ru":
        return _russian(typed, words, place)
    inflects = place == len(words) - 1 or (
        language == "en" and place == 0 and english.inflects_first(words)
    )
    if not inflects or not word[-1].isalnum():
        return (_fixed(word),)
    if language == "en":
        return english.stems(word, proper=typed[place][:1].isupper())
    if language == "az":
        return _azerbaijani(typed, words)
    return _turkish(typed, words) if language == "tr" else english.whole_word(word)


def _turkish(typed: tuple[str, ...], words: tuple[str, ...]) -> tuple[Stem, ...]:
    last = words[-1]
    if len(words) > 1:
        stems = (*turkish.noun_stems(last), *turkish.marked_stems(last))
        foreign = typed[-1][:1].isupper() and lexicon.looks_foreign(last)
        return (*stems, *turkish.name_stems(last)) if foreign else stems
    if typed[-1][:1].isupper():
        return turkish.name_stems(last, spelled=_is_abbreviation(typed[-1]))
    return turkish.noun_stems(last)


def _is_abbreviation(typed: str) -> bool:
    return len(typed) > 1 and typed.isupper()


def _azerbaijani(typed: tuple[str, ...], words: tuple[str, ...]) -> tuple[Stem, ...]:
    last = words[-1]
    if len(words) > 1:
        return (*azerbaijani.noun_stems(last), *azerbaijani.marked_stems(last))
    if typed[-1][:1].isupper():
        return azerbaijani.name_stems(last, spelled=_is_abbreviation(typed[-1]))
    return azerbaijani.noun_stems(last)


def _russian(
    typed: tuple[str, ...], words: tuple[str, ...], place: int
) -> tuple[Stem, ...]:
    word, proper = words[place], typed[place][:1].isupper()
    if len(word) > 2 and word.isalpha() and _is_abbreviation(typed[place]):  # МИДа
        return (Stem(word, russian.ABBREVIATED, apostrophe=False),)
    if not word.isalpha() or _is_abbreviation(typed[place]):
        return english.whole_word(word)
    if proper:
        stems = russian.name_stems(word)
    else:
        stems = russian.noun_stems(word, in_phrase=len(words) > 1)
    bare = Stem(word, BARE, apostrophe=False)
    if len(words) > 1:
        return (bare, *(stem for stem in stems if not stem.demonym))
    return (bare, *stems)


def _fixed(word: str) -> Stem:
    """Return the stem of a word that does not change: Azerbaycan'ın, 40., kardeş."""
    letters, _, tail = word.lstrip("'").partition("'")
    return Stem(letters, Endings(frozenset({fold_letters(tail)})), apostrophe=False)


def _is_quoted(text: str, at: int) -> bool:
    """Say whether a word may start behind this apostrophe: 'İzmir', d'Izmir; Van'a."""
    if at < 2 or not text[at - 2].isalnum():
        return True
    return _ELIDED.search(text, max(0, at - 8), at) is not None


def _next_word(text: str, at: int) -> int:
    """Return where the next word of a phrase starts; -1: there is none."""
    gap = _SEPARATOR.match(text, at)
    if gap is not None:
        return gap.end()
    return at if text[at - 1 : at] == "." else -1


def _longest(stems: tuple[Stem, ...], text: str, at: int, own: bool) -> _Ending | None:
    """Return the longest ending that a stem gives, the one without twins first."""
    best: _Ending | None = None
    for stem in stems:
        end = at + len(stem.letters)
        writing = compare(stem.letters, text[at:end])
        if writing == "other":
            continue
        tail = _read_tail(stem, text, end, own)
        if tail is None:
            continue
        suffixed = tail > 0 and text[end : end + 1] != "'"
        ending = _Ending(end - at + tail, suffixed, stem.demonym, writing == "twin")
        if best is None or (ending.size, best.twin) > (best.size, ending.twin):
            best = ending
    return best


def _read_tail(stem: Stem, text: str, end: int, own: bool) -> int | None:
    """Return how many letters belong to the stem that ends at `end`; None: wrong ones.

    own: the text has its own letters.
    """
    if _is_unspaced(stem.letters) or not stem.letters[-1:].isalnum():
        return 0  # 40.yıl
    if stem.hyphen and (joined := _HYPHENED.match(text, end)):
        exact = own and joined[1].isalnum()
        return joined.end() - end if stem.tails.accepts(joined[1], exact=exact) else 0
    letters, behind = _tail(text, end)
    exact = bool(letters) and own
    size = len(letters)
    if behind and not stem.apostrophe:
        if stem.tails.accepts(letters + behind, exact=exact):
            return size + 1 + len(behind)
        behind = ""
    if len(behind) > _MAX_TAIL or not stem.tails.accepts(letters, exact=exact):
        return None
    return size + 1 + len(behind) if behind else size


def _tail(text: str, at: int) -> tuple[str, str]:
    """Return the letters that follow, and those behind an apostrophe."""
    found = _TAIL.match(text, at)
    return (found[1], found[2] or "") if found else ("", "")
