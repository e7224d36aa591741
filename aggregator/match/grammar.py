"""Closed chains of suffixes: which endings a word of a language may carry.

A grammar is a table of states; a state lists the suffixes that may follow and the state
each leads to. Nothing is compiled: a suffix is spelled out for the sounds before it
when text first asks for it, and every answer is kept, so that a thousand terms share
the few tables and a fresh process starts at once.

Suffixes are written as grammars write them: A is a or e (Azerbaijani ə), I is ı, i, u
or ü, D is d or t, C is c or ç; a letter in brackets stands only where two vowels or two
consonants would meet. A text under a foreign keyboard or in its capitals does not tell
ı from i: there tails are compared folded to ASCII, and the harmony that is left still
does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

VOWELS = frozenset("aeıioöuüə")
_VOICELESS = frozenset("fstkçşhpx")
_HIGH = {"a": "ı", "ı": "ı", "e": "i", "i": "i", "ə": "i"} | {
    "o": "u",
    "u": "u",
    "ö": "ü",
    "ü": "ü",
}
_BACK = frozenset("aıou")
_ASCII = str.maketrans("ışğüöçə", "isguoce")
_TAIL = str.maketrans("əâîû", "eaiu")
_EXACT = str.maketrans("ə", "e")

Rows = Mapping[str, tuple[tuple[str, str], ...]]
"""State → (suffix, next state) of each suffix that may follow."""


class Sound(NamedTuple):  # compared by the thousand, five times as fast as a dataclass
    """What harmony knows of the letters before a suffix."""

    vowel: str  # the last vowel
    final: str  # 'v' ends in a vowel, 'f' in a voiceless consonant, 'c' in another


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """A table of suffixes. `open_states` may not end a word: something must follow."""

    rows: Rows
    open_states: frozenset[str] = frozenset()

    def accepts(self, state: str, sound: Sound, tail: str, *, exact: bool) -> bool:
        """Say whether `tail` is a chain of suffixes from `state`.

        exact: letter by letter; else `tail` is folded to ASCII.
        """
        return _accepts(self, state, sound, tail, exact)

    def sounds_before(self, state: str, tail: str) -> frozenset[Sound]:
        """Return the sounds behind which `tail`, folded, is a chain of suffixes."""
        return _sounds_before(self, state, tail)


def exactly(tail: str) -> str:
    """Return a tail for an exact comparison; Turkish e and Azerbaijani ə are one."""
    return tail.translate(_TAIL)


def sound_of(word: str, *, vowel: str | None = None) -> Sound:
    """Return the sound a word ends in; one without vowels is read as letters: TBMM."""
    if vowel is None:
        vowel = next((letter for letter in reversed(word) if letter in VOWELS), "e")
    last = word[-1:]
    if last in VOWELS:
        return Sound(vowel, "v")
    return Sound(vowel, "f" if last in _VOICELESS else "c")


def fronted(sound: Sound) -> Sound:
    """Return the sound of loans that take front suffixes: saat-i, rol-ü, Kemal-e."""
    front = {"a": "e", "ı": "i", "o": "ö", "u": "ü"}.get(sound.vowel, sound.vowel)
    return Sound(front, sound.final)


@lru_cache(maxsize=1 << 16)
def _accepts(  # positional: keywords cost the cache a third of its speed
    grammar: Grammar, state: str, sound: Sound, tail: str, exact: bool
) -> bool:
    if not tail:
        return state not in grammar.open_states
    return any(
        tail.startswith(letters)
        and _accepts(grammar, following, after, tail[len(letters) :], exact)
        for letters, following, after in _continuations(grammar, state, sound, exact)
    )


@lru_cache(maxsize=4096)
def _continuations(
    grammar: Grammar, state: str, sound: Sound, exact: bool
) -> tuple[tuple[str, str, Sound], ...]:
    """Spell out the suffixes of a state: letters, next state, the sound then."""
    letters_of = _EXACT if exact else _ASCII
    found: dict[tuple[str, str, Sound], None] = {}
    for suffix, following in grammar.rows.get(state, ()):
        for letters in _spell(suffix, sound):
            after = sound_of(letters, vowel=_last_vowel(letters, sound.vowel))
            found[letters.translate(letters_of), following, after] = None
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def _sounds_before(grammar: Grammar, state: str, tail: str) -> frozenset[Sound]:
    found = frozenset[Sound]()
    for letters, following, after, sounds in _openings(grammar, state).get(tail[0], ()):
        if tail.startswith(letters):
            rest = tail[len(letters) :]
            if _accepts(grammar, following, after, rest, False):
                found |= sounds
    return found


_Opening = tuple[str, str, Sound, frozenset[Sound]]


@lru_cache(maxsize=64)
def _openings(grammar: Grammar, state: str) -> Mapping[str, tuple[_Opening, ...]]:
    """List the suffixes of a state by first letter, each with the sounds before it."""
    before: dict[tuple[str, str, Sound], set[Sound]] = defaultdict(set)
    for sound in (Sound(vowel, final) for vowel in VOWELS for final in "vfc"):
        for opening in _continuations(grammar, state, sound, False):
            before[opening].add(sound)
    found = defaultdict[str, tuple[_Opening, ...]](tuple)
    for opening, sounds in before.items():
        found[opening[0][0]] += ((*opening, frozenset(sounds)),)
    return found


def _last_vowel(letters: str, before: str) -> str:
    return next((one for one in reversed(letters) if one in VOWELS), before)


def _spell(suffix: str, sound: Sound) -> tuple[str, ...]:
    """Write a suffix out after `sound`.

    After a voiceless consonant both kitapta and the careless kitapda are found; after
    any other only d and c: karta is not a form of kar.
    """
    if suffix.startswith("("):
        buffer, suffix = suffix[1], suffix[3:]
        meets = (sound.final == "v") == (buffer not in "IA")
        suffix = buffer + suffix if meets else suffix
    if sound.final == "f" and suffix[0] in "DC":
        hard, soft = ("t", "d") if suffix[0] == "D" else ("ç", "c")
        return tuple(_harmonise(one + suffix[1:], sound.vowel) for one in (hard, soft))
    return (_harmonise(suffix, sound.vowel),)


def _harmonise(suffix: str, vowel: str) -> str:
    letters = []
    for letter in suffix:
        if letter == "A":
            vowel = "a" if vowel in _BACK else "e"
            letters.append(vowel)
        elif letter == "I":
            vowel = _HIGH[vowel]
            letters.append(vowel)
        else:
            vowel = letter if letter in VOWELS else vowel
            letters.append({"D": "d", "C": "c"}.get(letter, letter))
    return "".join(letters)
