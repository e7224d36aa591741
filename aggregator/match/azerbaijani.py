"""Azerbaijani: the nominal chain (no apostrophe) and the changes of a stem.

Source of the rules: the orthography of Azerbaijani and the table of its nominal
inflection (number, possessor, case, -kI, predicative endings).
"""

from __future__ import annotations

from functools import lru_cache

from aggregator.match import lexicon
from aggregator.match.grammar import Grammar, Sound, fronted, sound_of
from aggregator.match.stems import Chain, Stem

_PREDICATE = (
    *(
        ("(y)Am", "asked"),
        ("sAn", "asked"),
        ("DIr", "is"),
        ("dIr", "is"),
        ("sInIz", "asked"),
    ),
    *(("(y)Iq", "asked"), ("(y)Ik", "asked"), ("(y)DI", "was"), ("(y)dI", "was")),
    *(("(y)mIş", "was"), ("(y)sA", "was"), ("(y)kən", "end")),
)
_DATIVE_ON = (("dək", "case"), ("cAn", "case"), ("kI", "ki"))
_CASES = (
    *(("(n)In", "local"), ("(n)I", "case"), ("(y)A", "dative"), ("dA", "local")),
    *(("dAn", "case"), ("(y)lA", "case"), ("tA", "local"), ("tAn", "case")),
)
_N_CASES = (
    *(("nIn", "local"), ("nI", "case"), ("nA", "dative"), ("ndA", "local")),
    *(("ndAn", "case"), ("(y)lA", "case"), ("lA", "case"), ("ncA", "case")),
)
_OURS = (("(I)mIz", "owned"), ("(I)nIz", "owned"))
_THEIRS = (("(s)I", "theirs"), ("lArI", "theirs"))
_MINE = (("(I)m", "owned"), ("(I)n", "owned"))
_PLURAL = (("lAr", "plural"),)
_NAME = (*_PLURAL, *_OURS, *_THEIRS, *_CASES, *_PREDICATE)

GRAMMAR = Grammar(
    {
        "name": _NAME,
        "noun": (*_NAME, *_MINE),
        "li": (("lI", "derived"),),
        "lik": (
            ("lIq", "derived"),
            ("lIk", "derived"),
            ("lIğ", "derived"),
            ("lIy", "derived"),
        ),
        "marked": (*_OURS, *_THEIRS, *_MINE, ("lAr", "marked plural")),
        "marked plural": (*_OURS, ("I", "theirs"), *_MINE),
        "derived": (*_NAME, ("lIq", "derived"), ("lIğ", "derived")),
        "plural": (*_OURS, ("I", "theirs"), *_MINE, *_CASES, *_PREDICATE),
        "owned": (*_CASES, *_PREDICATE, ("cA", "case")),
        "theirs": (*_N_CASES, *_PREDICATE),
        "local": (("kI", "ki"), *_PREDICATE),
        "dative": (*_DATIVE_ON, *_PREDICATE),
        "case": _PREDICATE,
        "ki": (*_PLURAL, *_N_CASES, *_PREDICATE),
        "is": (("lAr", "asked"), ("mI", "end")),
        "asked": (("mI", "end"),),
        "was": (
            *(("m", "asked"), ("n", "asked"), ("q", "asked"), ("k", "asked")),
            *(("nIz", "asked"), ("lAr", "asked"), ("DIr", "is"), ("dIr", "is")),
            ("mI", "end"),
        ),
    },
    open_states=frozenset({"li", "lik", "marked", "marked plural"}),
)


def name_stems(word: str, *, spelled: bool = False) -> tuple[Stem, ...]:
    """Return the stems of a proper name; its people are written small (naxçıvanlı).

    spelled: an abbreviation, read letter by letter or as a word: BMT-nin, SOCAR-ın.
    """
    if spelled:
        sounds = (*_sounds(word), Sound("e", "v"), Sound("a", "v"))
        return (Stem(word, Chain(GRAMMAR, "name", sounds), hyphen=True),)
    return (
        *_chains(word, "name"),
        Stem(word, Chain(GRAMMAR, "li", _sounds(word)), demonym=True),
    )


@lru_cache(maxsize=4096)  # phrases share their last words
def noun_stems(word: str) -> tuple[Stem, ...]:
    """Return the stems of a common noun: uşaq and uşağ-, çörək and çörəy-."""
    derived = tuple(
        Stem(word, Chain(GRAMMAR, one, _sounds(word))) for one in ("li", "lik")
    )
    return (*_chains(word, "noun"), *derived)


@lru_cache(maxsize=4096)
def marked_stems(word: str) -> tuple[Stem, ...]:
    """Return the stems of a compound's last word without its marker (palata of -sı)."""
    stems: list[str] = []
    if len(word) > 3 and word[-1] in "ıiuü":
        if word[-2] == "s" and word[-3] in "aeıioöuüə":
            stems.append(word[:-2])
        if word[-2] not in "aeıioöuüə":
            stems.append(word[:-1])
            stems += [word[:-2] + hard for hard in _HARD.get(word[-2], "")]
    return tuple(stem for one in stems for stem in _chains(one, "marked"))


_HARD = {"ğ": "q", "y": "k", "d": "t"}


def _chains(word: str, state: str) -> tuple[Stem, ...]:
    sounds = _sounds(word)
    softer = tuple(Sound(sound.vowel, "c") for sound in sounds)
    changed = lexicon.changed_stems(word, azerbaijani=True)
    return (
        Stem(word, Chain(GRAMMAR, state, sounds)),
        *(
            Stem(one, Chain(GRAMMAR, state, softer, before_vowel=True))
            for one in changed
        ),
    )


def _sounds(word: str) -> tuple[Sound, ...]:
    sound = sound_of(word)
    if word.endswith(("l", "at", "rf")):
        return (sound, fronted(sound))
    return (sound,)
