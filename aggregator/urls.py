"""Addresses as keys: which of them lead to the same page, and which are one site.

The rules are those of the press measured on pairs of real addresses: only *named*
tracking is dropped, because old .aspx and .php sites live on parameters that look like
waste (`sid`, `cid`, `n`, `source`).
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_VARIANTS = ("www.", "m.", "mobil.", "mobile.", "amp.")
_SECOND_LEVEL = re.compile(
    r"(?:com|org|net|gov|edu|bel|av|gen|web|k12|info|co|ac|biz)\Z"
)
_TRACKING = re.compile(
    r"(?:utm_|mtm_|at_|ga_|__twitter_).*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid"
    r"|ysclid|twclid|ttclid|srsltid|igshid|igsh|_ga|_gl|_openstat|mc_cid|mc_eid"
)
# `ref` is where a reader came from only with such a value; else it may be a reference.
_REFERRERS = re.compile(
    r"rss|feed|atom|ana-?sayfa|home(?:page)?|manset|son-?dakika|sosyal|social|twitter|push"
    r"|facebook|instagram|telegram|whatsapp|linkedin|google|googlenews|newsletter|bulten"
    r"|share|mobile?|widget",
    re.IGNORECASE,
)
# By name and shape: a word such as `session` with a short value may be an article's id.
_SESSION_NAMES = re.compile(
    r"(?:phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|session_?id|sess(?:ion)?"
    r"|oturum|cftoken|zenid|oscsid)\Z"
)
_SESSION_VALUE = re.compile(r"[0-9a-f-]{16,}\Z", re.IGNORECASE)
_OWN_SESSION_VALUE = re.compile(r"[0-9a-z!.,_-]{16,}\Z", re.IGNORECASE)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sessionid)=[^/;]*", re.IGNORECASE)
_INDEX = re.compile(r"index\.[a-z]{2,5}\d?\Z", re.IGNORECASE)
_AMP_SUFFIX = re.compile(r"(?<=.)[._-]amp(?=(?:\.html?)?\Z)|\.amp\Z", re.IGNORECASE)
_AMP_VALUES = frozenset(("", "1", "true", "yes"))
_SECTIONS = re.compile(
    r"etiket(?:ler)?|konu(?:lar)?|tags?|topics?|kategori|category|ara|search|teq|tema",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp;)+")
_BARE_HOST = re.compile(
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::\d+)?(?:[/?#]|\Z)", re.IGNORECASE
)
_HOME_PATHS = re.compile(r"/?|/(?:tr|az|en|ru|ana-?sayfa|home|main)")
_HTTP = frozenset(("http", "https"))
_DEFAULT_PORTS = frozenset((None, 80, 443))
_PATH_SAFE = "!$&'()*+,:=@~-._"
_QUERY_SAFE = "!$'()*,/:;=?@~-._"
_PLAIN_PATH = re.compile(r"[\w!$&'()*+,:=@~.-]*\Z", re.ASCII)
_PLAIN_QUERY = re.compile(r"[\w!$'()*,/:;=?@~.-]*\Z", re.ASCII)


_BROKEN_HOST = re.compile(r"[\s\x00-\x20<>\"{}|\\^`]")
_SECRET_NAME = re.compile(
    r"(?i)token|key|secret|pass|pwd|auth|sig|session|sid$|hash|code|credential|user"
)
_SECRET_PART = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9]{32,}")


def canonical_url(url: str) -> str:
    """Return the key under which an address is known; never fetched, never shown.

    Equal keys mean the same page. Idempotent; never raises: what is no http address
    comes back without its surrounding blanks, otherwise unchanged.

    >>> canonical_url("http://www.Haber.example/amp/spor/?utm_source=x&id=5#yorum")
    'https://haber.example/spor?id=5'
    """
    url = url.strip()
    parts = _split(url)
    if parts is None:
        return url
    host, port = _authority(parts.netloc)
    if not host or _BROKEN_HOST.search(host):
        return url
    path = parts.path
    if host.endswith(".cdn.ampproject.org") and (origin := _amp_origin(path)):
        return canonical_url(origin + (f"?{parts.query}" if parts.query else ""))
    key = f"https://{host}{port}{_canonical_path(path)}"
    if parts.query and (query := _canonical_query(parts.query)):
        key += f"?{query}"
    # What follows # is a place in the page, but '#!/…' is the page itself.
    if parts.fragment.startswith("!/"):
        key += "#" + _quote(_decode(parts.fragment), _QUERY_SAFE)
    return key


def host_of(url: str) -> str:
    """Return the host in lower case with its port when it is unusual; '' without one.

    >>> host_of("https://user@WWW.Haber.example:8080/x")
    'www.haber.example:8080'
    """
    parts = _split(url.strip())
    if parts is None or not parts.hostname:
        return ""
    port = _port(parts)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return host if port is None else f"{host}:{port}"


def same_site(a: str, b: str) -> bool:
    """Say whether two addresses belong to one registrable domain.

    Numeric addresses and names without a public suffix (localhost) are a site only with
    the same port.
    """
    one, other = host_of(a), host_of(b)
    if not one or not other:
        return False
    return one == other or _site(one) == _site(other)


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


def safe_link(url: str) -> str | None:
    """Return an address that may be put into a page as a link, else None.

    Only http and https with a host, without blanks or control characters inside.
    """
    url = url.strip()
    if any(c.isspace() or unicodedata.category(c) == "Cc" for c in url):
        return None
    parts = _split(url)
    if parts is None or not parts.hostname or parts.scheme not in _HTTP:
        return None
    return url if "://" in url else None


def mask_url(url: str) -> str:
    """Return an address fit for logs, mails and views: no password, no token.

    Masked are user and password, the values of query parameters whose names speak of
    secrets, and path segments of 32 or more letters and digits in one run.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "***"
    netloc = parts.netloc
    if "@" in netloc:
        netloc = "***@" + netloc.rpartition("@")[2]
    query = "&".join(_mask_pair(pair) for pair in parts.query.split("&"))
    path = _SECRET_PART.sub("***", parts.path)
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def _split(url: str) -> SplitResult | None:
    """Split an http address; None when it is none (another scheme, a broken host)."""
    if url.startswith("//"):
        url = "https:" + url
    elif "://" not in url[:9] and _BARE_HOST.match(url):
        url = "https://" + url
    try:
        parts = urlsplit(url)
        _authority(parts.netloc)
    except ValueError:
        return None
    return parts if parts.scheme in _HTTP else None


def _port(parts: SplitResult) -> int | None:
    """Return the port, None when it is a default one (http and https are one)."""
    return None if parts.port in _DEFAULT_PORTS else parts.port


@lru_cache(maxsize=4096)
def _authority(netloc: str) -> tuple[str, str]:
    """Return the canonical host, and ':port' when it is unusual."""
    parts = SplitResult("https", netloc, "", "", "")
    port = _port(parts)
    return _canonical_host(parts.hostname or ""), "" if port is None else f":{port}"


def _canonical_host(host: str) -> str:
    """Return a host in ASCII without the prefixes of mobile and AMP variants."""
    host = host.strip(".")
    if ":" in host:
        return f"[{host}]"
    if not host.isascii():
        host = _ascii_host(host)
    stripped = True
    while stripped:
        stripped = False
        for prefix in _VARIANTS:
            rest = host.removeprefix(prefix)
            if rest != host and _is_registrable(rest):
                host, stripped = rest, True
    return host


def _ascii_host(host: str) -> str:
    try:
        return unicodedata.normalize("NFC", host).encode("idna").decode("ascii").lower()
    except UnicodeError:
        return quote(host, safe="-.", errors="replace").lower()


def _is_registrable(host: str) -> bool:
    """Say whether a name can stand alone: 'm.com.tr' must not become 'com.tr'."""
    labels = host.split(".")
    if len(labels) < 2 or not all(labels):
        return False
    return len(labels) > 2 or len(labels[1]) > 2 or not _SECOND_LEVEL.match(labels[0])


def _canonical_path(path: str) -> str:
    if ";" in path:
        path = _PATH_SESSION.sub("", path)
    segments: list[str] = []
    for raw in path.split("/"):
        segment = _decode(raw) if "%" in raw or not raw.isascii() else raw
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    _strip_variants(segments)
    return "".join("/" + (s if _PLAIN_PATH.match(s) else _escape(s)) for s in segments)


def _strip_variants(segments: list[str]) -> None:
    """Take the marks of AMP and the directory's index off, in place."""
    while segments:
        last = segments[-1]
        if _INDEX.match(last) or (
            last.lower() == "amp"
            and not (len(segments) > 1 and _SECTIONS.fullmatch(segments[-2]))
        ):
            segments.pop()
        elif (short := _AMP_SUFFIX.sub("", last)) != last:
            segments[-1] = short
        else:
            break
    while len(segments) > 1 and segments[0].lower() == "amp":
        del segments[0]


def _canonical_query(query: str) -> str:
    if "&amp;" in query:
        query = _ENTITY.sub("&", query)
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        name, value = _decode_query(name), _decode_query(value)
        if (name or value) and not _is_tracking(name.lower(), value):
            kept.append((_escape_query(name), _escape_query(value)))
    kept.sort(key=lambda item: item[0])  # stable: of a repeated name the order counts
    return "&".join(f"{name}={value}" for name, value in kept)


def _is_tracking(name: str, value: str) -> bool:
    if _TRACKING.fullmatch(name):
        return True
    if name == "ref":
        return _REFERRERS.fullmatch(value) is not None
    if name == "ref_src":
        return value.startswith("twsrc")
    if name == "amp" or (name == "outputtype" and value.lower() == "amp"):
        return name != "amp" or value.lower() in _AMP_VALUES
    if _SESSION_NAMES.match(name):
        own = not name.startswith(("sess", "oturum"))  # a name no site gives an article
        return bool((_OWN_SESSION_VALUE if own else _SESSION_VALUE).match(value))
    return False


def _decode(text: str) -> str:
    return unicodedata.normalize("NFC", unquote(text, errors="surrogateescape"))


def _decode_query(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    return _decode(text) if "%" in text or not text.isascii() else text


def _escape(text: str) -> str:
    return _quote(text, _PATH_SAFE)


def _escape_query(text: str) -> str:
    return text if _PLAIN_QUERY.match(text) else _quote(text, _QUERY_SAFE)


def _quote(text: str, safe: str) -> str:
    """Percent-encode as UTF-8; bytes that were no UTF-8 keep their value."""
    try:
        return quote(text, safe=safe, errors="surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate is no text: nothing can mean it
        return quote(text.encode("utf-8", "replace"), safe=safe)


def _amp_origin(path: str) -> str | None:
    """Return the page behind an address of the AMP cache, as in '/c/s/host/path'."""
    found = re.match(r"/[cvi](?:/s)?/(.+)", path)
    return "https://" + found[1] if found else None


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


@lru_cache(maxsize=4096)
def _site(host: str) -> str:
    """Return the registrable domain of a host, or the host with its port."""
    name = host.rpartition(":")[0] or host if re.search(r":\d+\Z", host) else host
    if name.startswith("["):
        return host
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return _suffixes().privatesuffix(_ascii_name(name)) or host
    return host


def _ascii_name(name: str) -> str:
    return name.strip(".") if name.isascii() else _ascii_host(name.strip("."))


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    """Load the public suffix list when first asked: it takes a tenth of a second."""
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - cron starts cold

    return PublicSuffixList()


def _mask_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if _SECRET_NAME.search(name) or _SECRET_PART.search(value):
        return f"{name}{equals}***" if equals else "***"
    return pair
