"""The company a word keeps: what stands beside tells a name from a common word.

Where every word has a capital (a headline, the start of a sentence) Konak may be the
district or a mansion. "Konak Belediyesi" and "Konak ve Buca'da" are of the district,
"her konak" and "tarihi konak" are not. What tells nothing is left to how often the
word is the name, as counted in treebanks and labelled sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal

from aggregator.match import neighbours, ordinary
from aggregator.text.fold import fold_letters

Company = Literal["name", "likely", "open", "word"]

_LONGEST_NAME = 2  # words
_REACH = 60  # characters; longer than the name of an office
_BREAK = re.compile(r"[^\w' -]| -|- ")
_LINK = re.compile(r"(?: ?([,/-]) ?| (?:ve|ile|və|and|и) )([^\W_]+)('[^\W_]+)?")
_LINK_BEFORE = re.compile(r"([^\W_]+)(?: ?[/-] ?| (?:ve|ile|and|и) )\Z")
_CASE = re.compile(r"(?:[dt][ae](?:n|ki\w*)?|n?[iu]n|[yn]?[aeiu])\Z")
# The head of a compound: belediyesi, sokaklarında, madenini; not pahalı, sebeplerle.
_HEAD = re.compile(
    r"[^\W_]{2,}(?:[^ldt\W][iu]|[^l\W][iu]n(?:[aiu]|[iu]n|d[ae]n?)|l[ae]r[iu]\w*)"
    r"(?![^\W_])"
)
_PART = re.compile(r"([^\W\d_]+)'n?[dt][ae](?:n|ki\w*)?(?![^\W_])")


def company_of(
    word: str, language: str, text: str, at: int, end: int, *, in_capitals: bool
) -> Company:
    """Say what the words beside text[at:end] tell of an ambiguous name.

    word: the name, and `text`: where it was found, both in normal form. in_capitals:
    everything is, not the start of a sentence only. 'likely' and 'open': they tell
    nothing, and the word is more often the name, or is not.
    """
    before = fold_letters(text[max(0, at - _REACH) : at])
    after = fold_letters(text[end : end + _REACH])
    if _is_listed(before, after):
        return "name"
    left, right = _words_before(before), _words_after(after)
    if language == "tr":
        return _turkish(word, left, right, suffixed=end - at > len(word))
    if language == "en":
        plural = end - at > len(word) and "'" not in text[at:end]
        return _english(word, left, right, in_capitals=in_capitals, plural=plural)
    if language == "ru" and after.startswith("-"):  # сплит-система
        return "word"
    known = {"az": _azerbaijani, "ru": _russian}.get(language)
    return known(word, left, right) if known else "likely"


def _words_before(before: str) -> str:
    """Return the words of the clause that stand directly before, if any."""
    clause = _BREAK.split(before)[-1]
    return clause.strip() if clause[-1:].isspace() else ""


def _words_after(after: str) -> str:
    clause = _BREAK.split(after, maxsplit=1)[0]
    return clause.strip() if clause[:1].isspace() else ""


def _is_listed(before: str, after: str) -> bool:
    """Say whether the word is listed with places: Konak ve Buca'da, Konak-Karşıyaka."""
    beside = _LINK_BEFORE.search(before)
    if beside and _is_place(beside[1]):
        return True
    at, joined, places = 0, False, 0
    while link := _LINK.match(after, at):
        sign, word, tail = link.groups()
        joined = joined or sign != ","
        if tail:  # Buca'da: not behind a comma alone, which may part two clauses
            return joined
        places += _is_place(word) or (joined and _is_place(_CASE.sub("", word)))
        at = link.end()
    return places > (0 if joined or not after[at:].strip() else 1)


def _turkish(word: str, left: str, right: str, *, suffixed: bool) -> Company:
    kind = ordinary.kind_of(word)
    if _is_turkish_place(word, kind, left, right):
        return "name"
    if _is_turkish_word(word, kind, left, right):
        return "word"
    return "likely" if _is_likely(word, kind, left, right, suffixed) else "open"


def _is_turkish_place(word: str, kind: ordinary.Kind, left: str, right: str) -> bool:
    names = neighbours.NAMES.get(fold_letters(word))
    if names and re.search(names, f"{left} {right}"):
        return True
    if kind in ("nature", "time") or _is_compound(neighbours.COMPOUNDS, word, right):
        return False
    if _begins(right, "PLACE_HEADS") or _ends(left, "PLACE_TITLES"):
        return True
    if _is_addressed(word, kind, left, right):
        return True
    if kind == "form":  # a dative is no part of a compound: Gence heyeti
        return _HEAD.match(right) is not None and not _ends(left, "DETERMINERS")
    return kind != "person" and not left and _holds_part(right)


def _is_addressed(word: str, kind: ordinary.Kind, left: str, right: str) -> bool:
    """Say whether the word is a place in the place before it: İzmir Konak Alsancak."""
    key = fold_letters(word)
    around = left.rpartition(" ")[2]
    within = around != key and all(_is(one, "PLACES_AT_HOME") for one in (around, key))
    grown = _is(key, "PRODUCTS") and _begins(right, "PRODUCT_HEADS")
    return within and not grown and (kind == "noun" or ordinary.is_town(word))


def _holds_part(right: str) -> bool:
    """Say whether a place's part follows: Konak Kemeraltı Çarşısı, Selçuk Efes'te."""
    part = _PART.match(right)
    if part and not _is_place(part[1]):
        return True
    blanks = list(re.finditer(" ", right))[:_LONGEST_NAME]
    return any(_begins(right[blank.end() :], "PARTS") for blank in blanks)


def _is_turkish_word(word: str, kind: ordinary.Kind, left: str, right: str) -> bool:
    if kind == "time":
        return False
    if _ends(left, "DETERMINERS") or _is_compound(neighbours.COMPOUNDS, word, right):
        return True
    if _ends(left, "ATTRIBUTES") and not _is_place(left.rpartition(" ")[2]):
        return True
    if kind != "person" and _ends(left, "PARTICIPLES"):
        return True
    if kind == "verb" and (left or _begins(right, "BEHIND_VERBS")):
        return True
    grown = _is(fold_letters(word), "PRODUCTS") and _begins(right, "PRODUCT_HEADS")
    return grown or _begins(right, "LIGHT_VERBS")


def _is_likely(
    word: str, kind: ordinary.Kind, left: str, right: str, suffixed: bool
) -> bool:
    """Say whether a Turkish word that nothing tells of is more often the name."""
    if suffixed:  # without an apostrophe
        return kind not in ("nature", "person")
    if kind == "form":
        return not right or (ordinary.is_seldom(word) and not left)
    if ordinary.is_seldom(word) or kind in ("person", "time", "verb"):
        return True
    if left:
        return False
    # A line that opens with it: Çeşme marinasında, Dikili karanlıkta; not konak yandı.
    compound = kind == "noun" and _HEAD.match(right) is not None
    return compound or ordinary.is_town(word)


def _azerbaijani(word: str, left: str, right: str) -> Company:
    if _begins(right, "AZERI_HEADS"):
        return "name"
    common = _is_compound(neighbours.AZERI_COMPOUNDS, word, right)
    return "word" if common or _ends(left, "AZERI_DETERMINERS") else "likely"


def _english(
    word: str, left: str, right: str, *, in_capitals: bool, plural: bool
) -> Company:
    # A headline opens with its subject.
    everyday = in_capitals and ordinary.is_everyday(word)
    if plural and (everyday or not right or _begins(right, "ENGLISH_BEHIND_PLURALS")):
        return "word"
    if _is_compound(neighbours.ENGLISH_COMPOUNDS, word, right):
        return "word"
    if _is_english_place(word, left, right):
        return "name"
    if _is_english_word(word, left):
        return "word"
    return "open" if everyday and left else "likely"


def _is_english_place(word: str, left: str, right: str) -> bool:
    if _ends(left, "ENGLISH_BEFORE_PLACES") or _begins(right, "ENGLISH_PLACE_HEADS"):
        return True
    head, _, link = left.rpartition(" ")
    if link == "of":
        return _ends(head, "ENGLISH_OF")
    may_go = not _is(word, "ENGLISH_VERBS") or _ends(head, "ENGLISH_WAYS")
    return link == "to" and may_go


def _is_english_word(word: str, left: str) -> bool:
    if left.rpartition(" ")[2] == "the" and ordinary.is_seldom(word):
        return False  # the Tampa area
    if _is(word, "ENGLISH_VERBS") and _ends(left, "ENGLISH_AUXILIARY"):
        return True
    return _ends(left, "ENGLISH_DETERMINERS")


def _russian(_: str, left: str, right: str) -> Company:
    if _ends(left, "RUSSIAN_BEFORE_PLACES"):
        return "name"
    return "word" if _ends(left, "RUSSIAN_ADJECTIVES") else "likely"


def _is_compound(compounds: Mapping[str, str], word: str, right: str) -> bool:
    """Say whether what follows makes a compound with the common word: ağrı kesici."""
    heads = compounds.get(fold_letters(word))
    return heads is not None and _compile(heads).match(right) is not None


@cache
def _compile(words: str) -> re.Pattern[str]:
    """Compile a list into what matches one of its words whole."""
    spaced = re.sub(r"(?<!\\)\s+", "|", words.strip())
    return re.compile(rf"(?:{spaced})(?!\w)")


@cache
def _list(name: str) -> frozenset[str]:
    return frozenset(getattr(neighbours, name).split())


def _is(word: str, name: str) -> bool:
    return word in _list(name)


def _is_place(word: str) -> bool:
    return _is(word, "PLACES_AT_HOME") or _is(word, "PLACES_ABROAD")


def _begins(right: str, name: str) -> bool:
    return _compile(getattr(neighbours, name)).match(right) is not None


def _ends(left: str, name: str) -> bool:
    """Say whether the last word before is one of a list."""
    last = left.rpartition(" ")[2]
    return bool(last) and (
        _compile(getattr(neighbours, name)).fullmatch(last) is not None
    )
