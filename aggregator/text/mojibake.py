"""Undo what happened to a text before it was sent: letters that became two others.

Only what is proven is undone; the tables are those of the encodings.
"""

from __future__ import annotations

import re

# UTF-8 taken for windows-1252 or latin-1 and encoded again: Ä°zmir, BakÄ±, Ð‘Ð°ÐºÑƒ.
_BYTE_OF = {bytes([b]).decode("latin-1"): b for b in range(0x80, 0x100)}
_BYTE_OF |= {
    bytes([b]).decode("cp1252"): b
    for b in range(0x80, 0xA0)
    if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TAILS = "".join(re.escape(c) for c, b in _BYTE_OF.items() if b < 0xC0)
_LEADS = "ÂÃÄÅÆÉÐÑâ"
_TWICE = re.compile(f"[ÂÃÄÅÆÉÐÑ][{_TAILS}]|â[{_TAILS}]{{2}}")
# The same taken for windows-1251: Г§, Дџ, РџСЂРёРІРµС‚.  # noqa: RUF003 - as it looks
_BYTE_OF_1251 = {
    bytes([b]).decode("cp1251"): b for b in range(0x80, 0x100) if b != 0x98
}
_BYTE_OF_1251["\x98"] = 0x98
_TAILS_1251 = "".join(re.escape(c) for c, b in _BYTE_OF_1251.items() if b < 0xC0)
_TWICE_1251 = re.compile(f"[ВГДЕЙРС][{_TAILS_1251}]|в[{_TAILS_1251}]{{2}}")
# One of them is in any such text of some sentences: о, а, е, т, ı, ş, ü, ç, ə.
_PAIRS_1251 = tuple(letter.encode().decode("cp1251") for letter in "оаетışüçə")
_RUSSIAN = re.compile("[а-яА-ЯёЁ]")
_TURKISH = frozenset("çğıöşüÇĞİÖŞÜ")
_WANTED = _TURKISH | frozenset("əƏâîûÂÎÛéäß«»°·\u00a0’‘“”–—…•€")
# windows-1251 taken for latin-1: Áàêó.
_AS_LATIN_1251 = {b: bytes([b]).decode("cp1251") for b in range(0xC0, 0x100)}
_LATIN_RUN = re.compile("[À-ÿ]{4,}")
_CYRILLIC = frozenset(("ru", "uk", "bg", "be"))
# windows-1254 taken for latin-1: Ýzmir Þiþli.
_AS_LATIN = str.maketrans("ýþðÝÞÐ", "ışğİŞĞ")


def repair_mojibake(text: str, language: str = "") -> tuple[str, str]:
    r"""Return the text with provable damage undone, and a note if there was any.

    >>> repair_mojibake("Ä°zmir Å\x9fehir")
    ('İzmir şehir', 'was UTF-8 encoded twice, repaired')
    """
    if language in _CYRILLIC and "Ğ" in text:  # no Russian letter: 0xD0 in cp1254
        as_latin = text.replace("Ğ", "Ð")
        text = as_latin if _is_twice_encoded(as_latin) else text
    if any(lead in text for lead in _LEADS) and _is_twice_encoded(text):
        return _TWICE.sub(_once, text), "was UTF-8 encoded twice, repaired"
    if any(pair in text for pair in _PAIRS_1251) and _is_read_as_1251(text):
        repaired = _TWICE_1251.sub(_once_1251, text)
        return repaired, "was UTF-8 read as windows-1251, repaired"
    if language in _CYRILLIC and _LATIN_RUN.search(text) and not _RUSSIAN.search(text):
        repaired = text.translate(_AS_LATIN_1251)
        return repaired, "was windows-1251 read as latin-1, repaired"
    if language in ("tr", "az") and _is_latin(text):
        return text.translate(_AS_LATIN), "was windows-1254 read as latin-1, repaired"
    return text, ""


def _is_twice_encoded(text: str) -> bool:
    """One Turkish letter proves it: nobody writes Ä° or ÅŸ. Others may be chance."""
    targets = [_once(found) for found in _TWICE.finditer(text)]
    wanted = [t for t in targets if t in _WANTED or "\u0400" <= t <= "\u045f"]
    if any(t in _TURKISH for t in wanted):
        return True
    return len(wanted) > 3 and len({*wanted}) > 1


def _is_read_as_1251(text: str) -> bool:
    """Several pairs prove it where nearly all Russian letters are parts of one."""
    pairs = [f for f in _TWICE_1251.finditer(text) if _once_1251(f) != f[0]]
    return len(pairs) > 3 and len(pairs) > 0.4 * len(_RUSSIAN.findall(text))


def _once(found: re.Match[str]) -> str:
    return _undo(found[0], _BYTE_OF)


def _once_1251(found: re.Match[str]) -> str:
    return _undo(found[0], _BYTE_OF_1251)


def _undo(garbled: str, byte_of: dict[str, int]) -> str:
    try:
        letter = bytes(byte_of[c] for c in garbled).decode("utf-8")
    except (UnicodeDecodeError, KeyError):
        return garbled
    return letter if letter in _WANTED or "\u0400" <= letter <= "\u045f" else garbled


def _is_latin(text: str) -> bool:
    wrong = sum(text.count(c) for c in "ýþðÝÞÐ")
    return wrong > 2 and not any(c in text for c in "ışğİŞĞ")
