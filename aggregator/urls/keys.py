"""The key of an address: one for all the forms that lead to the same page."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from aggregator.urls.detours import find_target
from aggregator.urls.parts import read_authority, split_url
from aggregator.urls.sites import host_of
from aggregator.urls.tracking import is_tracking, is_view

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_HOME_PATHS = re.compile(r"/?|/(?:tr|az|en|ru|ana-?sayfa|home|main)")
_ROUTE = re.compile(r"!/|/[A-Za-z]{2}")
_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jsp|cfm|cgi|do|pl)\Z", re.IGNORECASE)
# Tracking that was glued to an address with the wrong sign: ?id=5?utm_source=x
_GLUED = re.compile(
    r"(?:[?;&]|%3[Ff]|%26)(?:amp;)?"
    r"(?=(?:utm_[a-z]{2,9}|fbclid|gclid|yclid|ysclid|xtor)(?:=|%3[Dd]))"
)
_ENTITY = re.compile(r"&(?:amp;)+")
_PATH_SAFE = "!$&'()*+,:=@~-._"
_QUERY_SAFE = "!$'()*,/:;=?@~-._"
_PLAIN_PATH = re.compile(r"[\w!$&'()*+,:=@~.-]*\Z", re.ASCII)
_PLAIN_QUERY = re.compile(r"[\w!$'()*,/:;=?@~.-]*\Z", re.ASCII)
# Of session ids, AMP, print and mobile views, and the files that a directory shows.
_PATH_SESSION = re.compile(
    r";(?:jsessionid|phpsessid|sessionid)=[^/;]*|(?<=/)\((?:[A-Z]\([A-Za-z0-9]+\))+\)(?=/)",
    re.IGNORECASE,
)
_MAY_BE_MARKED = ("amp", "index.", "default.", "/print", "/yazdir", "/m/", "/mobil")
# Nearly all paths: nothing to decode, to resolve or to cut.
_PLAIN_WHOLE = re.compile(r"(?:/[\w!$&'*+,:=@~-][\w!$&'*+,:=@~.-]*)*", re.ASCII)
_INDEX = re.compile(r"(?:index|default)\.[a-z]{2,5}\d?\Z", re.IGNORECASE)
# '-amp' ends a slug only behind its number: a text may be about three amperes.
_AMP_SUFFIX = re.compile(
    r"(?<=[^\W_])(?:[._-]amp(?=\.html?\Z)|\.amp\Z)|(?<=\d{4})[_-]amp\Z", re.IGNORECASE
)
_AMP = frozenset(("amp", "amphtml", "amp-html"))
_PRINT = frozenset(("print", "yazdir"))
_OTHER_VIEWS = frozenset(("m", "mobil", "mobile")) | _PRINT
_SECTIONS = re.compile(
    r"etiket(?:ler)?|konu(?:lar)?|tags?|topics?|kategori|category|ara|search|teq|tema",
    re.IGNORECASE,
)


def canonical_url(url: str) -> str:
    """Return the key under which an address is known; never fetched, never shown.

    Equal keys mean the same page. Idempotent; never raises: what is no http address
    comes back without its surrounding blanks, otherwise unchanged.

    >>> canonical_url("http://www.Haber.example/amp/spor/?utm_source=x&id=5#yorum")
    'https://haber.example/spor?id=5'
    """
    url, parts = _arrive(url.strip())
    key = _key(url, parts)
    # What was cleaned up may turn out to be a detour: .../web/1//haber.example
    while (behind := _arrive(key))[0] != key:
        key = _key(*behind)
    return key


def _key(url: str, parts: SplitResult | None) -> str:
    if parts is None:
        return url
    host, port = read_authority(parts.netloc)
    if not host:
        return url
    path = _canonical_path(parts.path)
    key = f"https://{host}{port}{path}"
    # Google's says in which country and language the reader's list of news was.
    query = "" if host == "news.google.com" else parts.query
    if query and (query := _canonical_query(query, path)):
        key += f"?{query}"
    # What follows # is a place in the page, but '#!/…' and '#/haber…' are the page.
    if _ROUTE.match(parts.fragment):
        key += "#" + _quote(_decode(parts.fragment), _QUERY_SAFE)
    return key


def skip_detour(url: str) -> str:
    """Return the address behind a cache, a translator or a counter of clicks.

    Others come back without their surrounding blanks, otherwise unchanged.

    >>> skip_detour("https://www.google.com/url?q=https%3A%2F%2Fhaber.example%2Fa-1")
    'https://haber.example/a-1'
    """
    return _arrive(url.strip())[0]


def item_key(url: str) -> str | None:
    """Return host and the longest run of ≥ 4 digits in the path; None without one.

    Dates do not count. The same key is a hint that a page was re-slugged, never proof:
    it needs a similar title or text beside it.

    >>> item_key("https://www.haber.example/2026/01/06/yeni-baslik-123456.html")
    'haber.example#123456'
    """
    key = canonical_url(url)
    host = host_of(key)
    if not host:
        return None
    runs = [r for r in re.findall(r"\d{4,}", urlsplit(key).path) if not _is_date(r)]
    # Of equally long runs the last stands nearest to the slug's end, where ids are.
    return f"{host}#{max(reversed(runs), key=len)}" if runs else None


def is_home(url: str) -> bool:
    """Say whether an address is a front page: dead articles often end there."""
    key = canonical_url(url)
    if not host_of(key):
        return False
    parts = urlsplit(key)
    return not parts.query and _HOME_PATHS.fullmatch(parts.path) is not None


def _arrive(url: str) -> tuple[str, SplitResult | None]:
    """Follow detours; return the last address and its parts, None if it has none."""
    parts = split_url(url)
    while parts is not None:
        target = find_target(read_authority(parts.netloc)[0], parts)
        if not target or len(target) >= len(url):
            break
        next_parts = split_url(target.strip())
        if next_parts is None or "." not in (next_parts.hostname or ""):
            break
        url, parts = target.strip(), next_parts
    return url, parts


# -- path ------------------------------------------------------------------------------


def _canonical_path(path: str) -> str:
    """Return a path without a closing slash and the marks of its other views."""
    low = path.lower()
    marked = any(mark in low for mark in _MAY_BE_MARKED)
    if "=" in path and (glued := _GLUED.search(path)):
        path = path[: glued.start()]
    short = path.rstrip("/")
    if not marked and _PLAIN_WHOLE.fullmatch(short):
        return short
    if ";" in path or "(" in path:
        path = _PATH_SESSION.sub("", path)
    segments = _segments(path)
    if marked or "%" in path:
        while _strip_last(segments) or _strip_first(segments):
            pass
        _strip_inner(segments)
    return "".join("/" + _escape_path(s) for s in segments)


def _segments(path: str) -> list[str]:
    segments: list[str] = []
    for raw in path.split("/"):
        segment = _decode(raw) if "%" in raw or not raw.isascii() else raw
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return segments


def _strip_last(segments: list[str]) -> bool:
    """Take one mark of another view, or a directory's index, off the end."""
    if not segments:
        return False
    last, before = segments[-1].lower(), segments[-2] if len(segments) > 1 else ""
    is_amp = last in _AMP and not _SECTIONS.fullmatch(before)
    if is_amp or _INDEX.match(last) or (last in _PRINT and _is_slug(before.lower())):
        segments.pop()
        return True
    short = _AMP_SUFFIX.sub("", segments[-1])
    changed, segments[-1] = short != segments[-1], short
    return changed


def _strip_first(segments: list[str]) -> bool:
    if len(segments) < 2:
        return False
    first = segments[0].lower()
    if (
        first in _AMP
        or first == "index.php"
        or (first in _OTHER_VIEWS and re.search(r"\d{4}", segments[-1]))
    ):
        del segments[0]
        return True
    return False


def _strip_inner(segments: list[str]) -> None:
    """/tr/amp/a-1 → /tr/a-1, but a page under a tag called amp stays."""
    for place in range(len(segments) - 2, 0, -1):
        if segments[place].lower() in _AMP and not _SECTIONS.fullmatch(
            segments[place - 1]
        ):
            del segments[place]


def _is_slug(segment: str) -> bool:
    return "-" in segment or segment in _AMP or bool(re.search(r"\d{4}", segment))


def _escape_path(segment: str) -> str:
    return segment if _PLAIN_PATH.match(segment) else _quote(segment, _PATH_SAFE)


# -- query -----------------------------------------------------------------------------


def _canonical_query(query: str, path: str) -> str:
    if "&amp;" in query:
        query = _ENTITY.sub("&", query)
    if "?" in query or ";" in query or "%" in query:
        query = _GLUED.sub("&", query)
    kept: list[tuple[str, str]] = []
    views: list[tuple[str, str]] = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        name, value = _decode_query(name), _decode_query(value)
        low = name.lower()
        if not (name or value) or is_tracking(low, value):
            continue
        held = views if is_view(low, value) else kept
        held.append((_escape_query(name), _escape_query(value)))
    if views and not kept and (not path or _SCRIPT.search(path)):
        kept = views  # nothing else says which article it is
    kept.sort(key=lambda item: item[0])  # stable: of a repeated name the order counts
    return "&".join(f"{name}={value}" for name, value in kept)


def _decode(text: str) -> str:
    return unicodedata.normalize("NFC", unquote(text, errors="surrogateescape"))


def _decode_query(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    return _decode(text) if "%" in text or not text.isascii() else text


def _escape_query(text: str) -> str:
    return text if _PLAIN_QUERY.match(text) else _quote(text, _QUERY_SAFE)


def _quote(text: str, safe: str) -> str:
    """Percent-encode as UTF-8; bytes that were no UTF-8 keep their value."""
    try:
        return quote(text, safe=safe, errors="surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate is no text: nothing can mean it
        return quote(text.encode("utf-8", "replace"), safe=safe)


# -- digits ----------------------------------------------------------------------------


def _is_date(digits: str) -> bool:
    """Say whether a run of digits can be a year, a day or a time of the clock."""
    if len(digits) == 4:
        return "1900" <= digits <= "2099"
    if len(digits) == 6:
        return "2000" <= digits[:4] <= "2039" and "01" <= digits[4:] <= "12"
    if len(digits) not in (8, 12, 14):
        return False
    year_first = "1990" <= digits[:4] <= "2039" and _is_day(digits[4:6], digits[6:8])
    day_first = "1990" <= digits[4:8] <= "2039" and _is_day(digits[2:4], digits[:2])
    return year_first or (day_first and len(digits) == 8)


def _is_day(month: str, day: str) -> bool:
    return "01" <= month <= "12" and "01" <= day <= "31"
