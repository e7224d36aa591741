"""What stands round an agency's text: credits, clocks, calls to subscribe.

Taken off before two texts are compared. Strangers that share a subscription paragraph
must not look alike, and a new clock or credit is no edit.
"""

from __future__ import annotations

import re
from functools import lru_cache

_AGENCY = (
    r"(?:AA|[İI]HA|DHA|ANKA|[İI]GFA|UHA|BYA|AZ[ƏE]RTAC|AZERTAG|APA|Trend|Report|Turan"
    r"|Reuters|AFP|AP|dpa|TASS|ТАСС|РИА Новости|Интерфакс|Sputnik|Xinhua"  # noqa: RUF001 - Russian
    r"|Anadolu Ajansı|[İI]hlas Haber Ajansı|Demirören Haber Ajansı|Anadolu Agency)"
)
# ERZURUM (AA) - · (DHA)- · İZMİR, (DHA) · İZMİR/ANKA - · BAKU, January 6. /Trend/:
# Bakı, 6 yanvar, AZƏRTAC. · БАКУ, 6 января. /Trend/. · Haber/ Ad Soyad-
_DATELINE = re.compile(
    rf"\s*(?:[^\W\d_][^/(\n]{{0,60}}?)?"
    rf"(?:\(\s*{_AGENCY}\s*\)|/\s*{_AGENCY}\s*/?(?=\W)|(?<=, ){_AGENCY}(?=\W))"
    r"\s*[-–—:.,]*\s*"
)
_BYLINE = re.compile(r"\s*[^\W\d_][\w ]{2,30}/ ?[^\W\d_][\w. ]{2,40}?\s?[-–—]\s*")
_CREDIT = re.compile(
    r"(?:[Kk]aynak|[Hh]aber|[Mm]uhabir|[Mm]ənbə|[Ии]сточник|[Ss]ource)\s*:\s*"
    rf"{_AGENCY}\.?\s*\Z|[(/]\s*{_AGENCY}\s*[)/]\s*\Z"
    rf"|(?<=[.!?”\"])\s+{_AGENCY}\.?\s*\Z"
)
_LABEL = re.compile(
    r"\s*(?:kaynak|haber|muhabir|editör|foto(?:ğraf)?|kamera|etiketler|paylaş"
    r"|ilgili haber(?:ler)?|haber merkezi|reklam(?: alanı)?|mənbə|müəllif|foto|teqlər"
    r"|oxşar xəbərlər|advertisement|source|author|photo|tags|read also|share"
    r"|источник|автор|фото|читайте также|реклама)\s*(?::.{0,90}|\.?)\Z",
    re.IGNORECASE,
)
_STAMP = (
    r"(?:giri[şs]|(?:son )?g[üu]ncelleme|yay[ıi]n(?:lanma)?(?: tarihi)?|olu[şs]turulma"
    r"|updated|published|обновлено)\s*:\s*"
)
_MOMENT = (
    r"\d{1,2}[./ ](?:\d{1,2}|[^\W\d_]{3,9})[./ ]\d{4}(?:,? [^\W\d_]{3,10}(?=,? \d))?"
    r"(?:\s*[,|-]?\s*(?:saat\s*)?\d{1,2}[:.]\d{2}(?::\d{2})?)?"
)
_CLOCK = re.compile(
    rf"(?:{_STAMP})?{_MOMENT}"
    r"|\d[\d.,]* (?:okunma|görüntülenme|yorum|paylaşım|baxış|şərh|views?|comments?"
    r"|shares?|просмотр\w*|dk(?: okuma)?|dakikalık okuma|min(?:ute)? read)"
    r"|\d+ (?:dakika|dk|saat|gün|dəqiqə) (?:önce|əvvəl)(?: \w+)?"
    r"|\d+ (?:hours?|minutes?) ago",
    re.IGNORECASE,
)
_INLINE_CLOCK = re.compile(_STAMP + _MOMENT, re.IGNORECASE)
_TAIL = re.compile(
    r"abonelere sunulan|abonelik için|abone ol|haber akış sistemi|hukuki muhatab"
    r"|tarafından servis edil|müdahale(?:si)? (?:ol|bulun|edil)|tüm hakları saklıdır"
    r"|izinsiz (?:kullan|kopya|yayın)|kaynak gösteril|(?:whatsapp|telegram) kanal"
    r"|bizi takip|google (?:news|haberler)|sosyal medya hesap|bildirimleri aç|tıklayın"
    r"|istinad (?:zəruri|mütləq|edil)|bütün hüquqlar|abunə ol|all rights reserved"
    r"|subscribe|follow us|click here|подпис(?:ывай|ат)|все права"
    r"|при (?:перепечатке|использовании материалов)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[\"“‘'(]?[^\W\d_a-zçğıöşüə])")
_LONGEST_TAIL = 45  # words; a tail is a sentence, not a story that talks of subscribers


@lru_cache(maxsize=64)  # an article's text is asked for several times
def core_text(text: str) -> str:
    """Return a text without its agency credit, clocks, labels and subscription tail.

    For comparing only: what is stored and shown stays whole. Paragraphs stay apart. A
    text that is nothing else (a video page) comes back as it is.
    """
    lines = [_without_clock(line).strip() for line in text.split("\n")]
    kept = [line for line in lines if line and not _is_label(line)]
    if kept:
        kept[0] = _without_dateline(kept[0])
    while kept and not (last := _without_tail(kept[-1])):
        kept.pop()
    if kept:
        kept[-1] = last
    return "\n".join(line for line in kept if line) or text.strip()


def _is_label(line: str) -> bool:
    if len(line) > 200:
        return False
    return bool(_LABEL.match(line) or _CLOCK.fullmatch(line) or _is_tail(line))


def _is_tail(sentence: str) -> bool:
    return len(sentence.split()) <= _LONGEST_TAIL and bool(_TAIL.search(sentence))


def _without_clock(line: str) -> str:
    head, rest = line[:400], line[400:]
    return _INLINE_CLOCK.sub("", head) + rest if ":" in head else line


def _without_dateline(line: str) -> str:
    for pattern in (_DATELINE, _BYLINE):
        if found := pattern.match(line):
            return line[found.end() :]
    return line


def _without_tail(line: str) -> str:
    """Cut credits and calls to subscribe off the end of the last paragraph."""
    sentences = _SENTENCE_END.split(line)
    while sentences and (_is_tail(sentences[-1]) or _LABEL.match(sentences[-1])):
        sentences.pop()
    return _CREDIT.sub("", " ".join(sentences)).strip()
