"""Decode what publishers send: the bytes decide, then what is declared.

A Turkish page that declares iso-8859-9 is UTF-8 as often as one that declares UTF-8 is
windows-1254; both are read right, because almost no text in an eight-bit encoding is
UTF-8 by accident.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # starts with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 4096  # bytes searched for a declaration; CMS put <meta> behind their scripts
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)"
    rb"|<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)",
    re.IGNORECASE,
)
_MOST_BAD = (
    0.10  # of the high bytes: a cut-off widget in a UTF-8 page, not windows-1254
)
# What these names are worth is only "eight bits": servers send them by default.
_MEANINGLESS = frozenset(
    (
        *("ascii", "utf-8", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32"),
        *("iso8859-1", "iso8859-9", "iso8859-15", "cp1252", "cp1254"),
    )
)
# Codecs of Python that are no charset of a document, and can raise.
_NO_CHARSET = frozenset(
    ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")
)
_EIGHT_BITS = {"ru": "cp1251", "uk": "cp1251", "bg": "cp1251"}
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
_WIDER |= {"euc_kr": "cp949"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, NFC and without NUL. encoding: Python's name of what was decided.

    note: what was odd, as a sentence; empty for nothing.
    """

    text: str
    encoding: str
    note: str = ""


def decode(
    body: bytes,
    *,
    declared: str | None = None,
    override: str | None = None,
    language: str | None = None,
) -> Decoded:
    """Turn a page's or feed's bytes into text; never raises.

    BOM, strict UTF-8, UTF-8 with under 10 % of its high bytes bad, then `override` or
    the declared charset. Where that is missing, unknown or one of the latin-1 family it
    means windows-1254, for Russian windows-1251.

    Args:
        body: the bytes, decompressed.
        declared: charset of the Content-Type header; None: look into the document.
        override: the feed's `encoding`, stronger than any declaration, not than UTF-8.
        language: code of the publisher's language, e.g. tr.
    """
    declared = declared or _find_declared(body)
    language = (language or "").partition("-")[0].lower()
    text, encoding, note = _decide(body, override or declared, language)
    if not note and declared and encoding == "utf-8" and _codec(declared) != "utf-8":
        note = f"declared {declared[:40]}, is UTF-8"
    text, repair = repair_mojibake(text, language)
    text = unicodedata.normalize("NFC", text.replace("\x00", ""))
    return Decoded(text=text, encoding=encoding, note=repair or note)


def _find_declared(body: bytes) -> str | None:
    found = _DECLARED.search(body[:_HEAD])
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def _decide(body: bytes, declared: str | None, language: str) -> tuple[str, str, str]:
    """Return text, encoding and note."""
    if by_mark := _by_mark(body):
        return (*by_mark, "")
    if declared and _codec(declared).startswith("iso2022"):  # Japanese in seven bits
        return body.decode(_codec(declared), "replace"), _codec(declared), ""
    try:
        return body.decode("utf-8"), "utf-8", ""
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    high = len(body) - len(body.translate(None, _HIGH))
    bad = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    # A character cut in two by the limit on a body's size is no sign of windows-1254.
    if bad < _MOST_BAD * high or (bad == 1 and text.endswith("\ufffd") and high > 1):
        return text, "utf-8", f"{bad} bytes are not UTF-8 and were replaced"
    encoding = _eight_bits(declared, language)
    note = ""
    if declared and _codec(declared) == "utf-8":
        note = f"declared {declared[:40]}, read as {encoding}"
    return body.decode(encoding, "replace"), encoding, note


_HIGH = bytes(range(0x80, 0x100))


def _by_mark(body: bytes) -> tuple[str, str] | None:
    """Decode by byte order mark, or by the NULs of UTF-16 without one."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), encoding
    for start, encoding in ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):
        if body.startswith(start):
            return body.decode(encoding, "replace"), encoding
    return None


def _eight_bits(declared: str | None, language: str) -> str:
    codec = _codec(declared) if declared else ""
    if not codec or codec in _MEANINGLESS:
        return _EIGHT_BITS.get(language, "cp1254")
    return codec


def _codec(name: str) -> str:
    """Return Python's name of a text encoding, '' for an unknown one."""
    try:
        found = codecs.lookup(name.strip())
        "".encode(found.name)  # refuses rot13 and zlib, which are no text encodings
    except (LookupError, ValueError):
        return ""
    name = found.name.replace("-escape", "_escape")
    return "" if name in _NO_CHARSET else _WIDER.get(name, name)


# -- text that was garbled before it was sent ------------------------------------------

# UTF-8 taken for windows-1252 or latin-1 and encoded again: Ä°zmir, BakÄ±, Ð‘Ð°ÐºÑƒ.
_BYTE_OF = {bytes([b]).decode("latin-1"): b for b in range(0x80, 0x100)}
_BYTE_OF |= {
    bytes([b]).decode("cp1252"): b
    for b in range(0x80, 0xA0)
    if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TAILS = "".join(re.escape(c) for c, b in _BYTE_OF.items() if b < 0xC0)
_TWICE = re.compile(f"[ÂÃÄÅÆÉÐÑ][{_TAILS}]|â[{_TAILS}]{{2}}")
_TURKISH = frozenset("çğıöşüÇĞİÖŞÜ")
_WANTED = _TURKISH | frozenset("əƏâîûÂÎÛéäß«»°·\u00a0’‘“”–—…•€")
# windows-1254 taken for latin-1: Ýzmir Þiþli.
_AS_LATIN = str.maketrans("ýþðÝÞÐ", "ışğİŞĞ")


def repair_mojibake(text: str, language: str = "") -> tuple[str, str]:
    r"""Return the text with provable damage undone, and a note if there was any.

    >>> repair_mojibake("Ä°zmir Å\x9fehir")
    ('İzmir şehir', 'was UTF-8 encoded twice, repaired')
    """
    if _is_twice_encoded(text):
        return _TWICE.sub(_once, text), "was UTF-8 encoded twice, repaired"
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


def _once(found: re.Match[str]) -> str:
    try:
        letter = bytes(_BYTE_OF[c] for c in found[0]).decode("utf-8")
    except (UnicodeDecodeError, KeyError):
        return found[0]
    return letter if letter in _WANTED or "\u0400" <= letter <= "\u045f" else found[0]


def _is_latin(text: str) -> bool:
    wrong = sum(text.count(c) for c in "ýþðÝÞÐ")
    return wrong > 2 and not any(c in text for c in "ışğİŞĞ")
