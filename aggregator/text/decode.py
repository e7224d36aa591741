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

from aggregator.text.mojibake import repair_mojibake

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
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# Of the high bytes: so few come from a widget in a UTF-8 page, more from windows-1254.
_MOST_BAD = 0.10
# Servers state these by default: where a body is no UTF-8, they tell nothing of it.
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
_EIGHT_BITS = dict.fromkeys(("ru", "uk", "bg", "be"), "cp1251")
# Where these are declared, or nothing is, the letters show which of two it is.
_CYRILLIC = frozenset(("", "cp1251", "koi8-r", "koi8-u", "mac-cyrillic"))
_OTHER_SCRIPTS = frozenset(("el", "ar", "fa", "he", "zh", "ja", "ko", "th", "hy", "ka"))
# Escape sequences among them: what is read of a page is printed on terminals.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LONG_RUN = re.compile(rb"[\x80-\xff]{4,}")  # no Turkish word has four such in a row
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

    The first of these that fits: a byte order mark; UTF-8; UTF-8 of whose high bytes
    under 10 % are bad; `override`, or the declared charset. Where that is missing,
    unknown or of the latin-1 family, windows-1254 is taken, and for what is or looks
    Russian windows-1251 or KOI8-R. So are the bad bytes of UTF-8 within words.

    Args:
        body: the bytes, decompressed.
        declared: charset of the Content-Type header; None: look into the document.
        override: the feed's `encoding`, stronger than any declaration, not than UTF-8.
        language: code of the publisher's language, e.g. tr.
    """
    declared = declared or _find_declared(body)
    language = (language or "").partition("-")[0].lower()
    text, encoding, note = _decide(body, override or declared, language, bool(override))
    if not note and declared and encoding == "utf-8" and _codec(declared) != "utf-8":
        note = f"declared {declared[:40]}, is UTF-8"
    text, repair = repair_mojibake(text, language)
    text = unicodedata.normalize("NFC", text.replace("\x00", ""))
    return Decoded(text=text, encoding=encoding, note=repair or note)


def drop_control(text: str) -> str:
    """Return a text without control characters (but tabs and line ends)."""
    return _CONTROL.sub("", text)


def stated_charset(content_type: str) -> str | None:
    """Return the charset of a Content-Type header, None where it states none."""
    found = _CHARSET.search(content_type)
    return found[1] if found else None


def _find_declared(body: bytes) -> str | None:
    found = _DECLARED.search(body[:_HEAD])
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def _decide(
    body: bytes, declared: str | None, language: str, certain: bool
) -> tuple[str, str, str]:
    """Return text, encoding and note; certain: a person chose the charset."""
    if by_mark := _by_mark(body):
        return (*by_mark, "")
    if declared and _codec(declared).startswith("iso2022"):  # Japanese in seven bits
        return body.decode(_codec(declared), "replace"), _codec(declared), ""
    try:
        return body.decode("utf-8"), "utf-8", ""
    except UnicodeDecodeError:
        text = body.decode("utf-8", "surrogateescape")
    high = len(body) - len(body.translate(None, _HIGH))
    # A character cut in two by the limit on a body's size is no sign of windows-1254.
    whole = _CUT_END.sub("", text) if high > _LONGEST_CUT else text
    bad = len(_BAD_BYTE.findall(whole))
    if bad < _MOST_BAD * high:
        local = _EIGHT_BITS.get(language, "cp1254")
        text = _BAD_BYTES.sub(lambda run: _letters(run[0], local), text)
        return text, "utf-8", f"{bad or 1} bytes are not UTF-8 and were replaced"
    encoding = _eight_bits(declared, language)
    if not certain:
        encoding = _by_letters(body, declared, language) or encoding
    note = ""
    if declared and _codec(declared) == "utf-8":
        note = f"declared {declared[:40]}, read as {encoding}"
    return _decode_bytes(body, encoding), encoding, note


_HIGH = bytes(range(0x80, 0x100))
_LONGEST_CUT = 3
_BAD_BYTE = re.compile("[\udc80-\udcff]")
_CUT_END = re.compile("[\udc80-\udcff]{1,3}\\Z")
_BAD_BYTES = re.compile(
    "(?:(?<=[A-Za-z])|(?=.[A-Za-z]))[\udc80-\udcff]{1,3}|[\udc80-\udcff]+"
)
_TURKISH_BYTES = frozenset("çğıöşüÇĞİÖŞÜâîû".encode("cp1254"))


def _letters(bad: str, encoding: str) -> str:
    """Read bytes that are no UTF-8 as letters of the publisher's language, if they are.

    Items of another source in a feed; not what a cut emoji left.
    """
    raw = bad.encode("utf-8", "surrogateescape")
    if encoding == "cp1254":
        known = len(raw) <= _LONGEST_CUT and _TURKISH_BYTES.issuperset(raw)
    else:
        known = min(raw) >= 0xC0  # where Cyrillic letters begin
    return raw.decode(encoding, "replace") if known else "\ufffd"


def _by_letters(body: bytes, declared: str | None, language: str) -> str:
    """Tell windows-1251 from KOI8-R, and both from Turkish; '' for neither.

    Russian words are runs of high bytes, most of them small letters, which stand in
    another half of each table.
    """
    codec = _codec(declared) if declared else ""
    if language in _OTHER_SCRIPTS or (codec not in _MEANINGLESS | _CYRILLIC):
        return ""
    runs = b"".join(_LONG_RUN.findall(body))
    high = len(body) - len(body.translate(None, _HIGH))
    foreign = len(runs.translate(None, bytes(_TURKISH_BYTES)))  # а, е, и, н, т, с …
    if 2 * len(runs) < high or foreign < 0.4 * len(runs):
        return ""
    small = len(runs) - len(runs.translate(None, bytes(range(0xE0, 0x100))))
    koi = len(runs) - len(runs.translate(None, bytes(range(0xC0, 0xE0))))
    return "koi8-r" if koi > small else "cp1251"


def _decode_bytes(body: bytes, encoding: str) -> str:
    """Decode; bytes that windows-1254 leaves open stay themselves, as in browsers."""
    if encoding != "cp1254":
        return body.decode(encoding, "replace")
    text = body.decode("cp1254", "surrogateescape")
    return _BAD_BYTE.sub(lambda byte: chr(ord(byte[0]) - 0xDC00), text)


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
