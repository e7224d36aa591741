"""English: plurals and possessives, and other languages as whole words."""

from __future__ import annotations

from aggregator.match import ordinary
from aggregator.match.stems import BARE, Endings, Stem

_PLURALS = """
man:men woman:women child:children foot:feet tooth:teeth mouse:mice
goose:geese ox:oxen wife:wives life:lives knife:knives leaf:leaves wolf:wolves
shelf:shelves half:halves thief:thieves self:selves loaf:loaves calf:calves
crisis:crises analysis:analyses basis:bases thesis:theses axis:axes
criterion:criteria phenomenon:phenomena medium:media midwife:midwives
person:people quiz:quizzes datum:data bacterium:bacteria stimulus:stimuli nucleus:nuclei
alumnus:alumni fungus:fungi hypothesis:hypotheses
"""
# Names and words of their own, which are no plural or possessive of the one without s.
_OWN_IN_S = """
    athens balkans baltics banks bells brooks brussels burns cannes cooks daniels fields
    flowers frosts hills hopkins jeans jenkins lakes marks means mills naples news parks
    paris rivers rings roberts stones summers thanks tours walls wales waters wells
    williams winters woods
"""
_LINKS = ("of", "in", "at", "for", "to", "on")
_POSTPOSED = ("general", "elect", "designate", "royal", "martial", "laureate")
_IRREGULAR = dict(pair.split(":") for pair in _PLURALS.split())
_S = Endings(frozenset({"", "s"}))
_ES = Endings(frozenset({"", "es"}))
_O = Endings(frozenset({"", "s", "es"}))
_Y = Endings(frozenset({"y", "ies", "ys"}))  # the citys budget


def stems(word: str, *, proper: bool = False) -> tuple[Stem, ...]:
    """Return the stems of an English word; behind an apostrophe any tail may stand."""
    if proper:
        other = word + "s" in _OWN_IN_S.split() or ordinary.is_ordinary(
            word + "s", "en"
        )
        return (Stem(word, BARE if other else _endings(word)),)
    if word in _IRREGULAR:
        return (Stem(word, BARE), Stem(_IRREGULAR[word], BARE))
    if word.endswith("man"):  # policeman, chairwoman
        return (Stem(word, BARE), Stem(word[:-3] + "men", BARE))
    if len(word) > 2 and word.endswith("y") and word[-2] not in "aeıiou":
        return (Stem(word[:-1], _Y),)
    return (Stem(word, _endings(word)),)


def inflects_first(words: tuple[str, ...]) -> bool:
    """Say whether the first word of a phrase has the plural: chambers of commerce."""
    return words[1] in _LINKS or words[-1] in _POSTPOSED


def _endings(word: str) -> Endings:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return _ES
    return _O if word.endswith("o") else _S


def whole_word(word: str) -> tuple[Stem, ...]:
    """Return the one stem of a word whose language has no grammar here."""
    return (Stem(word, BARE, apostrophe=False),)
