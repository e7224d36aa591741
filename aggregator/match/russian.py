"""Russian: every form of a noun, a name or an adjective from its dictionary form.

The declensions of the school grammar. A dictionary would tell more, but the one there
is for Python takes 2.5 s to load in a process that cron starts afresh; the rules here
do as well. Gender is not known: a word in -ь takes the endings of both, which costs
nothing, as the forms it does not have are no words. ё is е here, as in the normal form.
"""

# ruff: noqa: RUF001 - Russian letters, meant
from __future__ import annotations

from collections.abc import Iterator

from aggregator.match.stems import BARE, Endings, Stem

_VOWELS = "аеиоуыэюя"
_VELAR = "гкх"
_HUSH = "жшщч"


def _endings(text: str) -> Endings:
    """Read a list of endings; 0 is none."""
    return Endings(frozenset("" if one == "0" else one for one in text.split()))


_MASCULINE = _endings("0 а у ом е ы ов ам ами ах")
_MASCULINE_K = _endings("0 а у ом е и ов ам ами ах")
_MASCULINE_HUSH = _endings("0 а у ем ом е и ей ам ами ах")
_MASCULINE_TS = _endings("0 а у ем ом е ы ев ов ам ами ах")
_SOFT_SIGN = _endings("ь я ю ем е и ью ей ям ями ях ам ами ах")
_FEMININE_SIGN = _endings("ь и ью ей ям ями ях")
_SHORT_I = _endings("й я ю ем е и ев ям ями ях")
_FEMININE = _endings("а ы е у ой ою 0 ам ами ах")
_FEMININE_K = _endings("а и е у ой ою 0 ам ами ах")
_FEMININE_HUSH = _endings("а и ы е у ей ею ой ою 0 ам ами ах")
_FEMININE_SOFT = _endings("я и е ю ей ею 0 ь й ям ями ях")
_FEMININE_YA = _endings("я и е ю ей ею ям ями ях")
_NEUTER = _endings("о а у ом е 0 ам ами ах")
_NEUTER_K = _endings("о а у ом е 0 ам ами ах и")
_NEUTER_SOFT = _endings("е я ю ем и ей й ев ям ями ях")
_NEUTER_TS = _endings("е а у ем 0 ам ами ах")
_NEUTER_MYA = _endings("я ени енем ена ен енам енами енах")
_PLURAL = _endings("ы и а я 0 ов ев ей ам ям ами ями ах ях")
_SURNAME = _endings("0 а у ым е ы ых ыми ой ом")
_SURNAME_FEMININE = _endings("а ой у ою ы ых ым ыми")
_ADJECTIVE = _endings(
    "ый ий ой ая яя ое ее ые ие ого его ому ему ым им ом ем ей ою ею ую юю ых их "
    "ыми ими"
)
_ADJECTIVE_M = _endings("ый ий ой ого его ому ему ым им ом ем ые ие ых их ыми ими")
_ADJECTIVE_F = _endings("ая яя ой ей ую юю ою ею ые ие ых их ым им ыми ими")
_ADJECTIVE_N = _endings("ое ее ого его ому ему ым им ом ем ые ие ых их ыми ими")
_ADJECTIVE_PLURAL = _endings("ые ие ых их ым им ыми ими")
_ADJECTIVES = {
    "ые": _ADJECTIVE_PLURAL,
    "ие": _ADJECTIVE_PLURAL,
    "ая": _ADJECTIVE_F,
    "яя": _ADJECTIVE_F,
    "ое": _ADJECTIVE_N,
    "ее": _ADJECTIVE_N,
}
_ADJECTIVE_ENDS = ("ый", "ой", "ая", "яя", "ое", "ее", "ые", "ские", "цкие")
_SOFT_ADJECTIVES = ("жний", "шний", "дний", "тний", "рний")
_CHILDREN = _endings("ята ят ятам ятами ятах")
_CITIZENS = _endings("е 0 ам ами ах")
_BROTHERS = _endings("ья ьев ьям ьями ьях")

# Dictionary form: other stem + endings. What no rule gives.
_IRREGULAR = """
человек:люд+и,ей,ям,ьми,ях ребенок:дет+и,ей,ям,ьми,ях год:лет+0
друг:друз+ья,ей,ьям,ьями,ьях сын:сынов+ья,ей,ьям,ьями,ьях муж:муж+ья,ьям,ьями,ьях
князь:княз+ья,ьям,ьями,ьях мать:матер+и,ью,ей,ям,ями,ях дочь:дочер+и,ью,ей,ям,ями,ях,ьми
сосед:сосед+и,ей,ям,ями,ях черт:черт+и,ей,ям,ями,ях хозяин:хозяев+а,0,ам,ами,ах
господин:господ+а,0,ам,ами,ах небо:небес+а,0,ам,ами,ах чудо:чудес+а,0,ам,ами,ах
колено:колен+и,ей,ям,ями,ях плечо:плеч+и ухо:уш+и,ей,ам,ами,ах глаз:глаз+0
цветок:цвет+ы,ов,ам,ами,ах судно:суд+а,ов,ам,ами,ах лошадь:лошад+ьми дверь:двер+ьми
дитя:дет+и,ей,ям,ьми,ях церковь:церк+ви,вей,вам,вами,вах любовь:люб+ви ложь:лж+и
рожь:рж+и вошь:вш+и,ей,ам лев:льв+а,у,ом,е,ы,ов,ам,ами,ах
лед:льд+а,у,ом,е,ы,ов,ам,ами,ах рот:рт+а,у,ом,е,ы,ов,ам лоб:лб+а,у,ом,е,ы,ов,ам,ами,ах
сон:сн+а,у,ом,е,ы,ов,ам,ами,ах пес:пс+а,у,ом,е,ы,ов,ам,ами,ах
день:дн+я,ю,ем,е,и,ей,ям,ями,ях пень:пн+я,ю,ем,е,и,ей,ям,ями,ях
огонь:огн+я,ю,ем,е,и,ей,ям,ями заем:займ+а,у,ом,е,ы,ов,ам,ами,ах
наем:найм+а,у,ом,е,ы,ов,ам,ами,ах заяц:зайц+а,у,ем,е,ы,ев,ам,ами,ах павел:павл+а,у,ом,е
петр:петр+ом хребет:хребт+а,у,ом,е,ы,ов,ам,ами,ах угол:угл+а,у,ом,е,ы,ов,ам,ами,ах,у
посол:посл+а,у,ом,е,ы,ов,ам,ами,ах чехол:чехл+а,у,ом,е,ы,ов,ам,ами,ах
козел:козл+а,у,ом,е,ы,ов,ам,ами,ах орел:орл+а,у,ом,е,ы,ов,ам,ами,ах
осел:осл+а,у,ом,е,ы,ов,ам,ами,ах котел:котл+а,у,ом,е,ы,ов,ам,ами,ах
узел:узл+а,у,ом,е,ы,ов,ам,ами,ах ветер:ветр+а,у,ом,е,ы,ов,ам,ами,ах
костер:костр+а,у,ом,е,ы,ов,ам,ами,ах ковер:ковр+а,у,ом,е,ы,ов,ам,ами,ах
шатер:шатр+а,у,ом,е,ы,ов,ам,ами,ах церковь:церкв+и,ей,ам,ами,ах,ям дно:дон+ья,ьев
деньги:денег+0 яйцо:яиц+0 сестра:сестер+0 земля:земель+0 овца:овец+0 война:войн+0
курица:кур+ы,0,ам,ами,ах кровь:кров+и,ью копейка:копеек+0 судьба:судеб+0
свадьба:свадеб+0 тюрьма:тюрем+0 письмо:писем+0 дело:дел+0 стол:стол+0
отношение:отношени+й шов:шв+а,у,ом,е,ы,ов,ам,ами,ах ров:рв+а,у,ом,е,ы,ов,ам
мох:мх+а,у,ом,е,и,ов,ам египет:египт+а,у,ом,е христос:христ+а,у,ом,е бог:бож+е
"""
ABBREVIATED = _endings("0 а у ом е ы ов ам ами ах")
"""What may stand behind an abbreviation that is read as a word: МИДа, ВУЗов."""
_MYA = frozenset(
    ("имя", "время", "пламя", "племя", "семя", "знамя", "темя", "бремя", "стремя")
)
# Forms that are nearly always another word: лет of год, тем of то, начал a verb.
_OTHER_WORDS = {"лето": "лет", "тема": "тем", "начало": "начал", "ряд": "рядом"}
_BROTHERLY = frozenset(
    ("брат", "стул", "лист", "дерево", "крыло", "перо", "звено", "прут", "кол", "зять")
)
_PLURAL_NAMES = ("ки", "чи", "щи")
_SINGULAR_KI = frozenset(("хельсинки", "нагасаки", "сочи", "карачи", "шеки", "баки"))
# The adjective where no rule gives it.
_ADJECTIVES_OF = """
баку:бакинск гянджа:гянджинск шуша:шушинск турция:турецк анкара:анкарск
шеки:шекинск куба:кубинск бухара:бухарск тбилиси:тбилисск казань:казанск
анталья:антальск алматы:алматинск астана:астанинск сочи:сочинск ялта:ялтинск
москва:московск тула:тульск уфа:уфимск вологда:вологодск женева:женевск
варшава:варшавск гавана:гаванск прага:пражск рига:рижск самара:самарск вена:венск
одесса:одесск кострома:костромск калуга:калужск полтава:полтавск
адана:аданск бурса:бурсск
"""
_PEOPLE = dict(pair.split(":") for pair in _ADJECTIVES_OF.split())


def name_stems(word: str) -> tuple[Stem, ...]:
    """Return the stems of a proper name, among them its adjective: измирский."""
    found = dict.fromkeys((*_names(word), *_irregular(word)))
    if people := _people(word):
        found[Stem(people, _ADJECTIVE, apostrophe=False, demonym=True)] = None
    return tuple(found)


def _people(word: str) -> str:
    """Return the stem of a place's adjective: стамбульск, минск; '': none known."""
    if word in _PEOPLE:
        return _PEOPLE[word]
    if word.endswith("ск"):
        return word
    if word[-1] in _VOWELS + "ьй":
        return ""
    return word + ("ьск" if word.endswith("л") else "ск")


def noun_stems(word: str, *, in_phrase: bool = False) -> tuple[Stem, ...]:
    """Return the stems of a noun; in a phrase also an adjective's, of all genders."""
    if len(word) < 3:
        return (Stem(word, BARE, apostrophe=False),)
    found = dict.fromkeys((*_irregular(word), *_nouns(word, in_phrase=in_phrase)))
    other = _OTHER_WORDS.get(word)
    return tuple(_without(stem, other) if other else stem for stem in found)


def _without(stem: Stem, form: str) -> Stem:
    """Return the stem without the ending that would make `form`."""
    if not form.startswith(stem.letters) or not isinstance(stem.tails, Endings):
        return stem
    kept = stem.tails.endings - {form[len(stem.letters) :]}
    return _stem(stem.letters, Endings(kept))


def _stem(letters: str, endings: Endings) -> Stem:
    return Stem(letters, endings, apostrophe=False)


def _irregular(word: str) -> Iterator[Stem]:
    for line in _IRREGULAR.split():
        lemma, _, rest = line.partition(":")
        if lemma == word:
            letters, _, endings = rest.partition("+")
            yield _stem(letters, _endings(endings.replace(",", " ")))
    if word in _BROTHERLY:
        yield _stem(word.rstrip("оь"), _BROTHERS)


def _names(word: str) -> Iterator[Stem]:
    if _is_indeclinable(word):
        yield _stem(word, BARE)
    elif word.endswith(("ов", "ев", "ин", "ын")):
        yield _stem(word, Endings(_SURNAME.endings | _MASCULINE.endings))
    elif word.endswith(("ова", "ева", "ина", "ына")):
        yield _stem(word[:-1], Endings(_SURNAME_FEMININE.endings | _FEMININE.endings))
    else:
        yield from _nouns(word, in_phrase=True)


def _is_indeclinable(word: str) -> bool:
    """Say whether a name never changes: Баку, Сочи, Токио, Оденсе."""
    last = word[-1]
    return (
        len(word) < 3
        or last in "уэю"
        or (last == "о" and not word.endswith(("ово", "ево", "ино", "ыно")))
        or (last == "е" and not word.endswith(("ое", "ее", "ье", "ие")))
        or (last == "и" and (not word.endswith(_PLURAL_NAMES) or word in _SINGULAR_KI))
    )


def _nouns(word: str, *, in_phrase: bool) -> Iterator[Stem]:
    adjective = _adjective(word, in_phrase=in_phrase)
    if adjective is not None:
        yield adjective
        if not word.endswith("ой"):
            return
    last = word[-1]
    if last in "ая":
        yield from _feminine(word)
    elif last in "оеё":
        yield from _neuter(word)
    elif last in "ыи":
        yield from _plural_only(word)
    elif last in "уюэ":
        yield _stem(word, BARE)
    else:
        yield from _masculine(word)


def _adjective(word: str, *, in_phrase: bool) -> Stem | None:
    """Return the stem of an adjective, or of a noun declined as one; None: neither."""
    if len(word) < 5 or not _is_adjectival(word):
        return None
    if in_phrase:
        return _stem(word[:-2], _ADJECTIVE)
    return _stem(word[:-2], _ADJECTIVES.get(word[-2:], _ADJECTIVE_M))


def _is_adjectival(word: str) -> bool:
    if word.endswith("ий"):  # комментарий is a noun
        return word[-3] in "кгхжшщч" or word.endswith(_SOFT_ADJECTIVES)
    return word.endswith(_ADJECTIVE_ENDS)


def _masculine(word: str) -> Iterator[Stem]:
    last = word[-1]
    if last in "ьй":
        yield from _masculine_soft(word)
        return
    endings = _masculine_endings(last)
    yield _stem(word, endings)
    oblique = Endings(endings.endings - {""})
    for stem in _without_fleeting(word):
        yield _stem(stem, oblique)
    if word.endswith(("анин", "янин", "арин")):
        yield _stem(word[:-2], Endings(_CITIZENS.endings | {"ы"}))
    if word.endswith(("онок", "енок")):
        yield _stem(word[:-4], _CHILDREN)


def _masculine_endings(last: str) -> Endings:
    if last in _VELAR:
        return _MASCULINE_K
    if last in _HUSH:
        return _MASCULINE_HUSH
    return _MASCULINE_TS if last == "ц" else _MASCULINE


def _masculine_soft(word: str) -> Iterator[Stem]:
    stem = word[:-1]
    if word[-1] == "й":
        yield _stem(stem, _SHORT_I)
        if word.endswith("ей"):  # воробей, воробья
            yield _stem(word[:-2] + "ь", _endings("я ю ем е и ев ям ями ях"))
        return
    feminine = len(word) > 5 and word.endswith(("ость", "есть", "знь", "щь", "овь"))
    yield _stem(stem, _FEMININE_SIGN if feminine else _SOFT_SIGN)
    if word.endswith(("ень", "оть", "оль", "онь")) and len(word) > 4:
        yield _stem(word[:-3] + word[-2], _endings("я ю ем е и ей ям ями ях"))


def _without_fleeting(word: str) -> Iterator[str]:
    """Yield the stem without its fleeting vowel: рынок, рынк-; палец, пальц-."""
    body = word[:-2]
    if not word.endswith(("ок", "ек", "ец", "ел")) or not any(
        one in _VOWELS for one in body
    ):
        return
    if word.endswith("ел"):
        return
    before = body[-1:]
    soft = "й" if before in _VOWELS else ""
    if before == "л" and not word.endswith("ок"):  # владелец, владельц-; угол(о)к-
        soft = "ь"
    yield body + soft + word[-1]
    if word.endswith("ек") and before in "нр":
        yield body + "ьк"


def _feminine(word: str) -> Iterator[Stem]:
    stem, before = word[:-1], word[-2]
    if word in _MYA:
        yield _stem(stem, _NEUTER_MYA)
        return
    if word.endswith("ья"):  # семья, семей; семь is seven
        yield _stem(stem, _FEMININE_YA)
        yield _stem(stem[:-1], _endings("ей"))
        return
    if word[-1] == "я":
        yield _stem(stem, _FEMININE_SOFT)
    elif before in _VELAR:
        yield _stem(stem, _FEMININE_K)
    else:
        yield _stem(stem, _FEMININE_HUSH if before in _HUSH + "ц" else _FEMININE)
    yield from _with_fleeting(stem)


def _neuter(word: str) -> Iterator[Stem]:
    stem, before = word[:-1], word[-2]
    if word[-1] == "о":
        yield _stem(stem, _NEUTER_K if before in _VELAR else _NEUTER)
    elif before in _HUSH + "ц":
        yield _stem(stem, _NEUTER_TS)
    else:
        yield _stem(stem, _NEUTER_SOFT)
        if before == "ь":
            yield _stem(stem[:-1], _endings("ий ев"))
    yield from _with_fleeting(stem)


def _plural_only(word: str) -> Iterator[Stem]:
    yield _stem(word[:-1], _PLURAL)
    yield from _with_fleeting(word[:-1])


def _with_fleeting(stem: str) -> Iterator[Stem]:
    """Yield the genitive plural's stem with its vowel: сумка, сумок; весна, весен."""
    if len(stem) < 3 or stem[-1] not in "кнлрцмвгб" or stem[-2] in _VOWELS:
        return
    body, last = stem[:-2] if stem[-2] in "ьй" else stem[:-1], stem[-1]
    for vowel in "ое":
        yield _stem(body + vowel + last, _endings("0 ь"))
