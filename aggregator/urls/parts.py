"""An address in its parts, with the host in one form."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

# What needs no closer look: urlsplit takes three times as long.
_PLAIN = re.compile(
    r"([hH][tT][tT][pP][sS]?)://([^/?#\x00-\x20]*)([^?#\x00-\x20]*)"
    r"(?:\?([^#\x00-\x20]*))?(?:#([^\x00-\x20]*))?\Z"
)
_BROKEN_HOST = re.compile(r"[\s\x00-\x20<>\"{}|\\^`]")
_BARE_HOST = re.compile(
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::\d+)?(?:[/?#]|\Z)", re.IGNORECASE
)
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?:)|feed(?=://)", re.IGNORECASE)
_HTTP = frozenset(("http", "https"))
_DEFAULT_PORTS = frozenset((None, 80, 443))
_VARIANT = re.compile(r"(?:www\d?|m|mobile?|wap|touch|amp)\.")
_SECOND_LEVEL = re.compile(
    r"(?:com|org|net|gov|edu|bel|av|gen|web|k12|info|co|ac|biz)\Z"
)


def split_url(url: str) -> SplitResult | None:
    """Split an http address; None when it is none (another scheme, a broken host)."""
    if found := _PLAIN.match(url):
        scheme, netloc, path, query, fragment = found.groups("")
        parts = SplitResult(scheme.lower(), netloc, path, query, fragment)
    else:
        try:
            parts = urlsplit(_with_scheme(url))
        except ValueError:
            return None
    if parts.scheme not in _HTTP:
        return None
    try:
        read_authority(parts.netloc)
    except ValueError:
        return None
    return parts


@lru_cache(maxsize=4096)
def read_authority(netloc: str) -> tuple[str, str]:
    """Return the canonical host, '' for none, and ':port' when it is unusual.

    Raises:
        ValueError: the port is none, or the brackets of an IPv6 address are broken.
    """
    parts = urlsplit(f"https://{netloc}")
    port = unusual_port(parts)
    host = _canonical_host(parts.hostname or "")
    if _BROKEN_HOST.search(host):
        host = ""
    return host, "" if port is None else f":{port}"


def unusual_port(parts: SplitResult) -> int | None:
    """Return the port, None when it is a default one (http and https are one)."""
    return None if parts.port in _DEFAULT_PORTS else parts.port


def ascii_host(host: str) -> str:
    """Return a host as it is asked for (IDNA), percent-encoded where that fails."""
    if host.isascii():
        return host
    try:
        return unicodedata.normalize("NFC", host).encode("idna").decode("ascii").lower()
    except UnicodeError:
        return quote(host, safe="-.", errors="replace").lower()


def _with_scheme(url: str) -> str:
    if url.startswith("//"):
        return "https:" + url
    if "://" not in url[:9] and _BARE_HOST.match(url):
        return "https://" + url
    if scheme := _FEED_SCHEME.match(url):
        rest = url[scheme.end() :]
        return f"https{rest}" if rest.startswith(":") else rest
    return url


def _canonical_host(host: str) -> str:
    """Return a host in ASCII without the prefixes of mobile and AMP variants."""
    host = host.strip(".")
    if ":" in host:
        return f"[{_shortest(host)}]"
    host = ascii_host(host)
    while variant := _VARIANT.match(host):
        rest = host[variant.end() :]
        if not _is_registrable(rest):
            break
        host = rest
    return host


def _shortest(address: str) -> str:
    try:
        return str(ipaddress.IPv6Address(address))
    except ValueError:
        return address


def _is_registrable(host: str) -> bool:
    """Say whether a name can stand alone: 'm.com.tr' must not become 'com.tr'."""
    labels = host.split(".")
    if len(labels) < 2 or not all(labels):
        return False
    return len(labels) > 2 or len(labels[1]) > 2 or not _SECOND_LEVEL.match(labels[0])
