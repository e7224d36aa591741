"""Turkish: the nominal chain and the changes of a common noun's stem.

Source of the rules: the orthography of the Türk Dil Kurumu (proper names keep their
spelling, apostrophe before the inflection), and any reference grammar's table of the
nominal inflection (derivation, number, possessor, case, -ki, copula).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from aggregator.match import lexicon
from aggregator.match.grammar import VOWELS, Grammar, Sound, fronted, sound_of
from aggregator.match.stems import Chain, Stem

_CASES = (
    *(("(y)I", "case"), ("(y)A", "case"), ("DA", "local"), ("DAn", "case")),
    *(("(n)In", "local"), ("(y)lA", "case")),
)
# Behind a third person's possessive stands the pronominal n.
_N_CASES = (
    *(("nI", "case"), ("nA", "case"), ("ndA", "local"), ("ndAn", "case")),
    *(("nIn", "local"), ("(y)lA", "case"), ("ncA", "case")),
)
_COPULA = (
    *(("DIr", "is"), ("(y)DI", "was"), ("(y)mIş", "was"), ("(y)sA", "was")),
    *(("(y)ken", "end"), ("(y)Iz", "end"), ("sInIz", "end")),
)
# Behind a case also of me and you: Ankara'dayım.
_BEING = (*_COPULA, ("(y)Im", "end"), ("sIn", "end"))
_OURS = (("(I)mIz", "owned"), ("(I)nIz", "owned"))
_THEIRS = (("(s)I", "theirs"), ("lArI", "theirs"))
_MINE = (("(I)m", "owned"), ("(I)n", "owned"), ("(y)Im", "end"), ("sIn", "end"))
_PLURAL = (("lAr", "plural"),)
_LI = (("lI", "derived"),)
_LIK = (("lIk", "derived"), ("lIğ", "softened"))
_SOFTENED = (
    *(("I", "theirs"), ("I", "case"), ("A", "case"), ("In", "local")),
    *(("ImIz", "owned"), ("InIz", "owned")),
)
_NAME = (*_PLURAL, *_OURS, *_THEIRS, *_CASES, *_COPULA)
# A place is no 'we' or 'you': karstik is not of Kars.
_IT_IS = (("DIr", "is"), *((one, "it was") for one in ("(y)DI", "(y)mIş", "(y)sA")))
_PROPER = (*_PLURAL, *_OURS, *_THEIRS, *_CASES, *_IT_IS, ("(y)ken", "end"))
_PLURALS = (
    *(*_OURS, ("I", "theirs"), ("(I)m", "owned"), ("(I)n", "owned")),
    *(*_CASES, *_COPULA, ("CA", "case")),
)

GRAMMAR = Grammar(
    {
        "name": _PROPER,
        "li": _LI,
        "lik": _LIK,
        "softened": _SOFTENED,
        # No 'your' behind a short noun: sorun is a problem.
        "short": (*_NAME, ("(I)m", "owned")),
        "shortest": _NAME,
        # Beyoğlu'nda, Beypazarına: what ends in a possessive keeps its n.
        "named theirs": (*_N_CASES, *_COPULA),
        "noun": (*_NAME, *_MINE, ("CA", "case")),
        "marked": (*_OURS, *_THEIRS, ("lAr", "marked plural")),
        "marked long": (*_OURS, *_THEIRS, *_MINE[:2], ("lAr", "marked plural")),
        "marked plural": (*_OURS, ("I", "theirs"), ("Im", "owned")),
        "derived": (
            *_LIK,
            *_PLURAL,
            *_OURS,
            *_THEIRS,
            *_CASES,
            *_COPULA,
            ("CA", "case"),
        ),
        "plural": _PLURALS,
        "owned": (*_CASES, *_BEING, ("CA", "case")),
        "theirs": (*_N_CASES, *_COPULA),
        "local": (("ki", "ki"), *_BEING),
        "case": _BEING,
        "ki": (*_PLURAL, *_N_CASES, *_COPULA),
        "when": (("ki", "ki"), ("kü", "ki")),
        "is": _PLURAL,
        "it was": (("lAr", "end"), ("DIr", "end")),
        "was": (
            *(("lAr", "end"), ("DIr", "end"), ("k", "end"), ("nIz", "end")),
            *(("m", "end"), ("n", "end")),
        ),
    },
    open_states=frozenset(
        {"li", "lik", "softened", "when", "marked", "marked long", "marked plural"}
    ),
)
"""Suffixes by state; -sIz, -CI, -CIk, -sAl make other words and are not here."""

_SOFT = {"k": "ğ", "p": "b", "ç": "c", "t": "d", "g": "ğ"}
_HARD = {"ğ": "kğ", "b": "pb", "c": "çc", "d": "td", "g": "kg"}
# Last parts of names that are compounds with the possessive.
_POSSESSED = (
    *("oğlu", "köyü", "dağı", "gölü", "çayı", "adası", "kalesi", "pazarı", "hisarı"),
    *("pınarı", "tepesi", "deresi", "ovası", "başı", "beyi", "paşası", "kayası"),
    *("burnu", "boğazı", "limanı", "sarayı", "meydanı", "kapısı", "evleri", "eli"),
    *("önü", "altı", "üstü", "içi", "dibi", "arası", "ardı", "ucu", "yanı", "düzü"),
    *("yolu", "suyu", "köprüsü", "çeşmesi", "kuyusu", "tarlası", "yaylası", "yakası"),
    *("bahçesi", "çarşısı", "hanı", "hamamı", "bağı", "alanı", "durağı", "tabyası"),
)
_SHORT = 5  # letters; below it a noun has no 'my' and 'your'


def name_stems(word: str, *, spelled: bool = False) -> tuple[Stem, ...]:
    """Return the stem of a proper name, which never changes.

    spelled: an abbreviation read letter by letter (CHP'li, TBMM'ye).
    """
    sounds = _sounds(word)
    if spelled or not VOWELS.intersection(word):
        sounds += (Sound("e", "v"), Sound("a", "v"))
    elif lexicon.looks_foreign(word):
        # As it sounds, not as it is written: Bordeaux'ya, Google'ın.
        sounds += tuple(Sound(vowel, final) for vowel in "aeoö" for final in "vc")
    elif len(word) >= _SHORT and not word.endswith("ev"):  # Aliyeva is another name
        sounds += tuple(Sound(vowel, sounds[0].final) for vowel in "aeoö")
    # No bare -lIk: Kayalık is no form of Kaya, but İzmirlilik is one of İzmirli.
    people = _people(word, sounds, "li")
    stems = (Stem(word, Chain(GRAMMAR, "name", sounds)), *people)
    if word.endswith(_POSSESSED):
        return (Stem(word, Chain(GRAMMAR, "named theirs", sounds)), *stems)
    return stems


@lru_cache(maxsize=4096)  # phrases share their last words
def noun_stems(word: str) -> tuple[Stem, ...]:
    """Return the stems of a common noun: toprak and toprağ-, şehir and şehr-."""
    sounds = _sounds(word)
    state = "noun" if len(word) >= _SHORT else "short"
    mine = (word + "m", *(word + vowel + "m" for vowel in "ıiuü"))
    if state == "short" and any(map(lexicon.is_own_in_m, mine)):
        state = "shortest"
    stems = [
        Stem(word, Chain(GRAMMAR, state, sounds)),
        *_people(word, sounds, "li", "lik"),
    ]
    softer = tuple(Sound(sound.vowel, "c") for sound in sounds)
    changed = lexicon.changed_stems(word)
    if word in lexicon.VOWEL_AS_CONSONANT:  # camii beside camisi
        changed += (word,)
    stems += (
        Stem(one, Chain(GRAMMAR, state, softer, before_vowel=True)) for one in changed
    )
    if word in lexicon.WHEN:
        stems.append(Stem(word, Chain(GRAMMAR, "when", sounds)))
    return tuple(stems)


def _people(word: str, sounds: tuple[Sound, ...], *states: str) -> Iterator[Stem]:
    """Yield the stems behind which -lI and -lIk may stand: İzmirli, kardeşlik."""
    for state in states:
        derived = (word + "l" + vowel + state[2:] for vowel in "ıiuü")
        if not any(lexicon.is_own_word(one) for one in derived):
            yield Stem(word, Chain(GRAMMAR, state, sounds))


@lru_cache(maxsize=4096)
def marked_stems(word: str) -> tuple[Stem, ...]:
    """Return the stems of a compound's last word without its marker (oda of odası).

    Each requires a possessive, so that "belediye meclisi" is not found in "belediye
    meclis üyesi". The word as it stands keeps its own chain: nobody can tell konsey-i
    from a word that ends in i.
    """
    stems: list[Stem] = []
    for stem in _unmarked(word):
        state = "marked long" if len(stem) >= _SHORT else "marked"
        sounds = _sounds(stem)
        stems.append(Stem(stem, Chain(GRAMMAR, state, sounds)))
        for changed in lexicon.changed_stems(stem):
            softer = tuple(Sound(sound.vowel, "c") for sound in sounds)
            stems.append(
                Stem(changed, Chain(GRAMMAR, state, softer, before_vowel=True))
            )
    return tuple(stems)


def _unmarked(word: str) -> tuple[str, ...]:
    """Return what `word` may be the third person's possessive of."""
    if len(word) < 4 or word[-1] not in "ıiuü":
        return ()
    found: list[str] = []
    if word.endswith("suyu"):
        found.append(word[:-2])
    if word[-2] == "s" and word[-3] in VOWELS:
        found.append(word[:-2])
    if word[-2] not in VOWELS:
        stem = word[:-1]
        found.append(stem)
        found += [stem[:-1] + hard for hard in _HARD.get(stem[-1], "")]
        found += lexicon.undropped(stem)
    return tuple(dict.fromkeys(found))


def _sounds(word: str) -> tuple[Sound, ...]:
    """Return the sounds that suffixes may follow; loans in -l, -at, -rf take both."""
    sound = sound_of(word)
    if word.endswith(("l", "at", "rf", "rp", "lp")):
        return (sound, fronted(sound))
    return (sound,)
