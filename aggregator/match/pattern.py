"""A term compiled: the words of a name, noun or phrase and the forms each may take."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from aggregator.match import azerbaijani, english, lexicon, ordinary, russian, turkish
from aggregator.match.stems import BARE, Endings, Stem
from aggregator.model import CaseRule
from aggregator.text.fold import fold_letters, normalise

Capitals = Literal["free", "wanted", "strict"]

_WORD = re.compile(r"[^ -]+")
_SEPARATOR = re.compile(r"[ -]{1,3}")
_TAIL = re.compile(r"([^\W_]*)(?:'([^\W_]+))?")
_MAX_TAIL = 14  # letters behind an apostrophe
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_UNSPACED = re.compile("[\u2e80-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_ELIDED = re.compile(r"(?<![^\W_])(?:d|l|qu|j|s|n|un|dell|all|nell|sull)'$")
_OWN_LETTERS = re.compile("[şğüöçə]")
_AROUND = 80  # characters
_OTHER_NAMES = tuple(lexicon.OTHER_NAMES)
_QUOTES = "\"'“”„«»()[]"


@dataclass(frozen=True, slots=True)
class Found:
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

    words: the stems of each word. capitals: 'free' where the term was typed small or
    case is 'any', 'wanted' where a capital is asked for but a text without any is read
    kindly, 'strict' where the small word means something else. capital_words: which of
    the words were typed with one. anywhere: a script without blanks.
    """

    term: str
    language: str
    words: tuple[tuple[Stem, ...], ...]
    capitals: Capitals
    capital_words: tuple[bool, ...]
    anywhere: bool

    def keys(self) -> frozenset[str]:
        """Return what a folded text must hold where a hit may begin."""
        return frozenset(fold_letters(stem.letters) for stem in self.words[0])

    def match(self, text: str, at: int) -> Found | None:
        """Return the hit that begins at `at` of the normalised `text`, the longest."""
        if not (self.anywhere or _is_word_start(text, at)):
            return None
        starts: list[int] = []
        ending = _Ending(at)
        for stems in self.words:
            begin = _next_word(text, ending.at) if starts else at
            longest = self._end(stems, text, begin)
            if longest is None:
                return None
            starts.append(begin)
            ending = longest
        found = Found(
            at, ending.at, tuple(starts), ending.suffixed, ending.demonym, ending.twin
        )
        return None if self._is_another_word(text, found) else found

    def _end(self, stems: tuple[Stem, ...], text: str, at: int) -> _Ending | None:
        best: _Ending | None = None
        for stem in stems:
            end = at + len(stem.letters)
            if not is_written(stem.letters, text[at:end]):
                continue
            if self.anywhere:
                return _Ending(end)
            ending = _read_tail(stem, text, end, twin=text[at:end] != stem.letters)
            if ending is not None and (best is None or ending.at > best.at):
                best = ending
        return best

    def _is_another_word(self, text: str, found: Found) -> bool:
        """Say whether a single inflected word is better known as another: için of iç."""
        if len(self.words) > 1 or self.language not in ("tr", "az"):
            return False
        written = text[found.start : found.end]
        if found.suffixed:
            folded = fold_letters(written)
            return folded in lexicon.OTHER_WORDS or (
                self.capitals != "free" and folded.startswith(_OTHER_NAMES)
            )
        return found.twin and _is_other_spelling(text, found, written)


@dataclass(frozen=True, slots=True)
class _Ending:
    at: int
    suffixed: bool = False
    demonym: bool = False
    twin: bool = False


def compile_pattern(term: str, language: str | None, case: CaseRule) -> Pattern | None:
    """Compile a term; None: it holds no letter or digit. language None: by its script."""
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
        tuple(_stems(language, typed, words, place) for place in range(len(words))),
        _capitals(language, words, any(capital_words), case),
        capital_words,
        _UNSPACED.search(term) is not None,
    )


def is_written(letters: str, piece: str) -> bool:
    """Say whether `piece` of a text writes `letters`: its own, or their ASCII twins.

    One way only: Ören is found in Oren, Oran never in Ören. ı and i stand for each other,
    as capitals and foreign keyboards make one of the other.
    """
    if piece == letters:
        return True
    if len(piece) != len(letters):
        return False
    for wanted, given in zip(letters, piece, strict=True):
        if wanted != given and not (
            given == fold_letters(wanted) or (wanted == "i" and given == "ı")
        ):
            return False
    return True


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
    language: str, typed: list[str], words: list[str], place: int
) -> tuple[Stem, ...]:
    word = words[place]
    if language == "ru":
        return _russian(typed, words, place)
    if place < len(words) - 1 or not word[-1].isalnum():
        return (_fixed(word),)
    if language == "en":
        return english.stems(word, proper=typed[-1][:1].isupper())
    if language == "az":
        return _azerbaijani(typed, words)
    return _turkish(typed, words) if language == "tr" else english.whole_word(word)


def _turkish(typed: list[str], words: list[str]) -> tuple[Stem, ...]:
    last = words[-1]
    if len(words) > 1:
        return (*turkish.noun_stems(last), *turkish.marked_stems(last))
    if typed[-1][:1].isupper():
        return turkish.name_stems(last, spelled=len(last) > 1 and typed[-1].isupper())
    return turkish.noun_stems(last)


def _azerbaijani(typed: list[str], words: list[str]) -> tuple[Stem, ...]:
    last = words[-1]
    if len(words) > 1:
        return (*azerbaijani.noun_stems(last), *azerbaijani.marked_stems(last))
    if typed[-1][:1].isupper():
        return azerbaijani.name_stems(last)
    return azerbaijani.noun_stems(last)


def _russian(typed: list[str], words: list[str], place: int) -> tuple[Stem, ...]:
    word, proper = words[place], typed[place][:1].isupper()
    if not word.isalpha() or (len(word) > 1 and typed[place].isupper()):
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
    letters, _, tail = word.partition("'")
    return Stem(letters, Endings(frozenset({fold_letters(tail)})), apostrophe=False)


def _is_word_start(text: str, at: int) -> bool:
    if at == 0:
        return True
    before = text[at - 1]
    if before == "'" and at > 1 and text[at - 2].isalnum():
        return _ELIDED.search(text, max(0, at - 8), at) is not None
    return not before.isalnum()


def _next_word(text: str, at: int) -> int:
    """Return where the next word of a phrase starts; -1: something else stands there."""
    gap = _SEPARATOR.match(text, at)
    if gap is not None:
        return gap.end()
    return at if text[at - 1 : at] == "." else -1


def _read_tail(stem: Stem, text: str, end: int, *, twin: bool) -> _Ending | None:
    """Return where the word ends whose stem ends at `end`, if its tail is allowed."""
    letters, behind = _tail(text, end)
    folded = fold_letters(letters)
    plain = end + len(letters)
    ending = _Ending(plain, bool(letters), stem.demonym, twin)
    if not behind:
        return ending if stem.tails.accepts(folded) else None
    if not stem.apostrophe:
        if stem.tails.accepts(folded + fold_letters(behind)):
            return replace(ending, at=plain + 1 + len(behind))
        return ending if stem.tails.accepts(folded) else None
    if len(behind) <= _MAX_TAIL and stem.tails.accepts(folded):
        return replace(ending, at=plain + 1 + len(behind))
    return None


def _tail(text: str, at: int) -> tuple[str, str]:
    """Return the letters that follow, and those behind an apostrophe."""
    found = _TAIL.match(text, at)
    return (found[1], found[2] or "") if found else ("", "")


def _is_other_spelling(text: str, found: Found, written: str) -> bool:
    """Say whether a text that has its own letters means another word: baki is not Bakı."""
    if not ordinary.is_ordinary(written, "tr"):
        return False
    around = text[max(0, found.start - _AROUND) : found.end + _AROUND]
    return _OWN_LETTERS.search(around) is not None
