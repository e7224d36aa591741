"""How single values are written: durations, sizes, times, addresses, selectors.

Every function takes what YAML gave and returns the value, or raises ValueError with a
sentence that continues `feeds[x].interval: `.
"""

from __future__ import annotations

import codecs
import re
from datetime import time, timedelta
from ipaddress import ip_network
from urllib.parse import urlsplit

from aggregator.config.report import nearest, shown

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"([0-9]{1,9})\s*([smhd])")
_LONGEST = timedelta(days=3650)
_SIZES = {"B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(B|KB|MB|GB)", re.IGNORECASE)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_ID = re.compile(r"[a-z0-9-]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_VARIABLE = re.compile(r"\$([A-Z_][A-Z0-9_]*)")
# What a mail server accepts in practice; RFC 5321 allows more that nobody has, and
# letters beyond ASCII (RFC 6531) fail at the first server that does not know them.
_MAIL = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.)*[\w-]{1,63}", re.ASCII
)
_SENDER = re.compile(r"[^<>\r\n\x00-\x1f]*<(?P<address>[^<>]+)>")
# As the channels know this machine, to which nothing needs to be encrypted.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_BREAKS = re.compile(r"[\s\x00-\x20\x7f]")
# Elements, classes and ids, one within another: surely a selector, and a run need not
# load a library (20 ms) to know it.
_STEP = r"(?:[a-z][a-z0-9-]*|(?=[.#]))(?:[.#][a-z][\w-]*)*"
_SIMPLE = re.compile(rf"{_STEP}(?:(?: *[>,] *| +){_STEP})*", re.IGNORECASE | re.ASCII)
# What people write for a zone that has another name, or none.
_ZONES = dict.fromkeys(
    ("ankara", "izmir", "istanbul", "turkey", "turkiye", "trt", "utc+3", "gmt+3"),
    "Europe/Istanbul",
) | dict.fromkeys(("baku", "azerbaijan", "utc+4", "gmt+4"), "Asia/Baku")
_PATTERN_STARTS = ("/", "^", "http")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_WORDS = {day: number for number, day in enumerate(_DAYS)} | dict(
    zip(("pzt", "sal", "çar", "per", "cum", "cmt", "paz"), range(7), strict=True)
)


def duration(value: object) -> timedelta:
    """Read `30s`, `15m`, `1h`, `7d`; a bare 0 needs no unit."""
    if value == 0 and not isinstance(value, bool):
        return timedelta(0)
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError(
            f"must be a duration such as 30s, 15m, 1h or 7d, {_not(value)}"
        )
    length = timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    if length > _LONGEST:
        raise ValueError(f"must be at most {_LONGEST.days}d, {_not(value)}")
    return length


def size(value: object) -> int:
    """Read `5MB`, `500KB`, in bytes; 1 KB is 1000 bytes."""
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"must be a size such as 500KB or 5MB, {_not(value)}")
    return int(float(found[1]) * _SIZES[found[2].upper()])


def clock(value: object) -> time:
    """Read `07:30`, a time of day."""
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"must be a time such as 07:30, {_not(value)}")
    return time(int(found[1]), int(found[2]))


def quiet(value: object) -> tuple[time, time]:
    """Read `22:00-07:00`; it may run over midnight."""
    parts = re.split(r"\s*[-–]\s*", value.strip()) if isinstance(value, str) else []
    if len(parts) != 2 or not all(_CLOCK.fullmatch(part) for part in parts):
        raise ValueError(f"must be two times such as 22:00-07:00, {_not(value)}")
    start, end = clock(parts[0]), clock(parts[1])
    if start == end:
        raise ValueError("begins and ends at the same time; leave it out for never")
    return start, end


def weekday(value: object) -> int:
    """Read `mon` … `sun` or `pzt` … `paz`; 0 is Monday."""
    word = value.strip().lower() if isinstance(value, str) else ""
    word = word[:3] if word.endswith("day") else word
    if word not in _DAY_WORDS:
        raise ValueError(f"must be one of {', '.join(_DAYS)}, {_not(value)}")
    return _DAY_WORDS[word]


def watchlist_choice(value: object) -> object:
    """Let a list pass, and the word `all`."""
    if isinstance(value, list) or value == "all":
        return value
    raise ValueError(f"must be a list of watchlists, or all, {_not(value)}")


def truth(value: object) -> object:
    """Let yes, no, on and off pass as what YAML 1.1 made of them."""
    if isinstance(value, str):
        word = value.lower()
        if word in {"yes", "on"}:
            return True
        if word in {"no", "off"}:
            return False
    return value


def text(value: str) -> str:
    """Strip a text; an empty one is a mistake."""
    value = value.strip()
    if not value:
        raise ValueError("must not be empty")
    return value


def term(value: str) -> str:
    """Check what is looked for in texts; without a letter it is never found."""
    value = text(value)
    if not any(char.isalnum() for char in value):
        raise ValueError(f"would never match without a letter or digit, {_not(value)}")
    return value


def identifier(value: str) -> str:
    """Check an id: small letters a-z, digits, hyphens."""
    if not _ID.fullmatch(value):
        raise ValueError(f"must be of a-z, 0-9 and '-' only, {_not(value)}")
    return value


def language(value: str) -> str:
    """Check a language code such as tr, az, en, ru."""
    if not _LANGUAGE.fullmatch(value):
        raise ValueError(f"must be a language code such as tr, az, en, {_not(value)}")
    return value


def web_address(value: str) -> str:
    """Check an absolute http or https address."""
    value = value.strip()
    if _BREAKS.search(value):
        raise ValueError(f"must be one address without blanks, {_not(value)}")
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"is no address ({error})") from error
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        raise ValueError(f"must be an http or https address, {_not(value)}")
    if "{" in host + parts.path or "}" in host + parts.path:
        raise ValueError(f"holds a placeholder in braces that nothing fills, {value!r}")
    return value


def hook_variable(value: str) -> str | None:
    """Return the environment variable that `$NAME` names; None: it is an address."""
    found = _VARIABLE.fullmatch(value.strip())
    return found[1] if found else None


def hook_address(value: str) -> str:
    """Check where a webhook goes: https, or http on this machine."""
    try:
        value = web_address(value)
    except ValueError:  # its words repeat the address, which holds a key
        what = "must be a whole address such as https://hooks.example/…"
        raise ValueError(what) from None
    parts = urlsplit(value)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("must be an https address; http only on this machine")
    return value


def is_mail_address(value: str) -> bool:
    """Tell whether a text is a bare e-mail address that every server takes."""
    return bool(_MAIL.fullmatch(value)) and ".." not in value


def mail_address(value: str) -> str:
    """Check a bare e-mail address."""
    value = value.strip()
    if not is_mail_address(value):
        plain = "" if value.isascii() else " without letters such as ş"
        raise ValueError(f"must be an e-mail address{plain}, {_not(value)}")
    return value


def sender(value: str) -> str:
    """Check `Name <address>` or a bare address."""
    value = value.strip()
    found = _SENDER.fullmatch(value)
    try:
        mail_address(found["address"] if found else value)
    except ValueError as error:
        what = f"must be 'Name <address@example.org>', {_not(value)}"
        raise ValueError(what) from error
    return value


def zone(value: str) -> str:
    """Check the name of a time zone."""
    from zoneinfo import (  # noqa: PLC0415 - reads a folder of files
        ZoneInfo,
        available_timezones,
    )

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        place = re.sub(r"[\s:0]", "", value.lower()).rpartition("/")[2]
        known = _ZONES.get(place.replace("\u0307", "").replace("ü", "u"))
        near = f"; did you mean {known}?" if known else ""
        near = near or nearest(value, sorted(available_timezones()))
        what = f"unknown time zone {value!r}{near or '; write Continent/City'}"
        raise ValueError(what) from error
    return value


def encoding(value: str) -> str:
    """Check the name of a character encoding."""
    try:
        codecs.lookup(value).encode("")
    except (LookupError, TypeError, ValueError) as error:
        near = nearest(value, ("utf-8", "windows-1254", "iso-8859-9", "windows-1251"))
        raise ValueError(f"unknown encoding {value!r}{near}") from error
    return value


def header(value: str) -> str:
    """Check a header's value: one line of ASCII."""
    value = text(value)
    if not value.isascii() or not value.isprintable():
        raise ValueError("must be one line of plain ASCII")
    return value


def host(value: str) -> str:
    """Check a host, host:port, address or network such as 10.0.0.0/8."""
    value = text(value)
    if "://" in value or _BREAKS.search(value):
        raise ValueError(f"must be a host, address or network, {_not(value)}")
    if "/" in value:
        try:
            ip_network(value, strict=False)
        except ValueError as error:
            what = f"must be a network such as 10.1.0.0/16, {_not(value)}"
            raise ValueError(what) from error
    return value


def selector(value: str) -> str:
    """Check a CSS selector."""
    value = text(value)
    if _SIMPLE.fullmatch(value):
        return value
    from cssselect import (  # noqa: PLC0415 - few files have selectors
        HTMLTranslator,
        SelectorError,
    )

    try:
        HTMLTranslator().css_to_xpath(value)
    except SelectorError as error:
        raise ValueError(f"{shown(value)} is no CSS selector: {error}") from error
    return value


def link_rule(value: str) -> str:
    """Check a link rule: CSS, or a pattern when it starts with '/', '^' or 'http'."""
    value = text(value)
    if not value.startswith(_PATTERN_STARTS):
        return selector(value)
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is no pattern: {error}") from error
    return value


def is_example(address: str) -> bool:
    """Tell whether an address belongs to nobody (RFC 2606)."""
    domain = address.rpartition("@")[2].strip(" >/").lower()
    return bool(re.search(r"(?:^|[./])example(?:\.(?:com|net|org))?$", domain))


def _not(value: object) -> str:
    return f"not {shown(value)}"
