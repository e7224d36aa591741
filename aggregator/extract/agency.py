"""Which wire service a text credits, under one spelling for each."""

from __future__ import annotations

import re
from functools import cache

from aggregator.text.fold import fold_key

# The written form → the name we keep. Short names need a credit's form round them.
_NAMES = {
    "AA": "AA",
    "A.A.": "AA",
    "ANADOLU AJANSI": "AA",
    "ANADOLU AGENCY": "AA",
    "İHA": "İHA",
    "IHA": "İHA",
    "İHLAS HABER AJANSI": "İHA",
    "DHA": "DHA",
    "DEMİRÖREN HABER AJANSI": "DHA",
    "ANKA": "ANKA",
    "ANKA HABER AJANSI": "ANKA",
    "İGFA": "İGFA",
    "IGFA": "İGFA",
    "İGF HABER AJANSI": "İGFA",
    "AZƏRTAC": "AZƏRTAC",
    "AZERTAC": "AZƏRTAC",
    "AZƏRTAG": "AZƏRTAC",
    "AZERTAG": "AZƏRTAC",
    "АЗЕРТАДЖ": "AZƏRTAC",
    "APA": "APA",
    "TREND": "Trend",
    "REPORT": "Report",
    "TURAN": "Turan",
    "ТАСС": "TASS",  # noqa: RUF001 - Russian, meant
    "TASS": "TASS",
    "РИА НОВОСТИ": "RIA",
    "ИНТЕРФАКС": "Interfax",
    "REUTERS": "Reuters",
    "AFP": "AFP",
    "DPA": "dpa",
    "AP": "AP",
}


def _titled(name: str) -> str:
    """`str.title` makes Ajansi of AJANSI."""
    small = {"I": "ı", "İ": "i"}
    return " ".join(
        word[0] + "".join(small.get(letter, letter.lower()) for letter in word[1:])
        for word in name.split(" ")
    )


_ANY = "|".join(re.escape(n) for n in sorted(_NAMES, key=len, reverse=True))
_ANY_CASE = "|".join(
    re.escape(form)
    for name in sorted(_NAMES, key=len, reverse=True)
    for form in dict.fromkeys((name, name.capitalize(), name.title(), name.lower()))
)
_LONG = "|".join(re.escape(n) for n in _NAMES if len(n) > 9)
# Written as a name is: DHA, Trend, Report; 'report' and 'apa' are words.
_STRICT = "|".join(
    re.escape(form)
    for name in sorted(_NAMES, key=len, reverse=True)
    for form in dict.fromkeys(
        (name, _NAMES[name], _titled(name) if len(name) > 5 else name)
    )
)
_PLAIN = r"AA|A\.A\.|[İI]HA|DHA|ANKA|[İI]GFA|AZ[ƏE]RTA[CG]"  # mean nothing else
_HEAD = 400  # characters in which a dateline stands
_FORMS = (
    # ERZURUM (AA) - · (DHA)- · İSTANBUL, (İHA) · BAKU /Trend/
    re.compile(rf"[(/]\s*({_PLAIN})\s*[)/]"),
    # The others need the place before and the dash behind, or the end of the text:
    # Avrupa Parlamentosu (AP) is no agency.
    re.compile(rf"(?m)^[^\n()!?]{{2,60}}[(/]\s*({_STRICT})\s*[)/]\s*[-–—.:]"),
    re.compile(rf"[(/]\s*({_STRICT})\s*[)/]\.?\s*\Z"),
    # Kaynak: İHA · Mənbə: AZƏRTAC · Источник: Trend · Haber: DHA
    re.compile(
        rf"(?:kaynak|haber|mənbə|источник|source|foto(?:ğraf)?)\s*:\s*(?i:{_ANY})\b",
        re.IGNORECASE,
    ),
    # Bakı, 6 yanvar, AZƏRTAC · İZMİR, AA –
    re.compile(rf"\A[^\n.!?]{{3,60}},\s*({_STRICT})\b\s*(?:[-–—:.\n]|\Z)"),
    # APA-ya istinadən · AZƏRTAC-a istinadən · "Report"a istinadən · Trend xəbər verir
    re.compile(
        rf"[\"“«]?\b({_STRICT})[\"”»]?[-'’]?\w{{0,4}}\s+(?:\w+\s+)?"
        r"(?:istinad\w*|xəbər ver\w*|məlumat\w* (?:əsasən|görə)|bildir\w*)"
    ),
    # AA'nın haberine göre · DHA muhabirine · Anadolu Ajansı muhabirinin edindiği
    re.compile(
        rf"\b({_STRICT})['’]?\w{{0,4}}"
        r"\s+(?:haberine|muhabiri\w*|aktardığına|geçtiği)"
    ),
    # сообщает Report · передает Trend · со ссылкой на АЗЕРТАДЖ
    re.compile(
        rf"(?:сообща\w+|переда\w+|пишет|ссылк\w+ на)\s+[\"«]?({_ANY_CASE})\b",
    ),
)
_ALONE = re.compile(rf"\W*({_STRICT})\W*")
_FULL_NAME = re.compile(rf"\b({_LONG})", re.IGNORECASE)
_SIGNS = re.compile(r"[\W_]+")


def find_agency(text: str, author: str = "") -> str:
    """Return the agency that a text or its byline credits, '' for none.

    One of AA, İHA, DHA, ANKA, İGFA, AZƏRTAC, APA, Trend, Report, Turan or a foreign
    one. A dateline, a source line or a quoting phrase counts; a mere mention does not.

    >>> find_agency("ERZURUM (IHA) - Palandöken'de kar yağışı başladı.")
    'İHA'
    >>> find_agency("DHA sözü geçen bir cümle.")
    ''
    """
    if found := _ALONE.fullmatch(author) or _FULL_NAME.search(_upper(author)):
        return _canonical(found[1])
    if found := re.search(
        rf"[(/]\s*({_STRICT})\s*[)/]|\b(DHA|[İI]HA|[İI]GFA)\b", author
    ):
        return _canonical(found[1] or found[2])
    edges = [
        edge
        for edge in dict.fromkeys((text[:_HEAD], text[-_HEAD:]))
        if _may_name_one(edge)
    ]
    for form in _FORMS:
        for edge in edges:
            if found := form.search(edge):
                return _canonical(found[1] if form.groups else _after_colon(found[0]))
    return ""


def is_agency(text: str) -> bool:
    """Say whether a text is the name of an agency and nothing else."""
    return bool(_ALONE.fullmatch(text) or _FULL_NAME.fullmatch(_upper(text)))


def _may_name_one(text: str) -> bool:
    """Say whether a word begins as a name does: most texts need no closer look."""
    words = _as_words(text)
    return any(name in words for name in _folded_names())


@cache
def _folded_names() -> frozenset[str]:
    return frozenset(_as_words(name).rstrip() for name in _NAMES)


def _as_words(text: str) -> str:
    return _SIGNS.sub(" ", f" {fold_key(text)} ")


def _after_colon(credit: str) -> str:
    return re.split(":", credit, maxsplit=1)[1].strip()


def _canonical(name: str) -> str:
    return _NAMES.get(name) or _NAMES.get(_upper(name), "")


def _upper(name: str) -> str:
    """Upper case by Turkish rules: İhlas → İHLAS, and plain for names without i."""
    return name.replace("i", "İ").replace("ı", "I").upper()
