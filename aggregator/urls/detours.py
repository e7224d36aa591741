"""Addresses that carry another one: caches, translators, and counters of clicks."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

if TYPE_CHECKING:
    from collections.abc import Callable
    from urllib.parse import SplitResult

# Host and path → the parameters that hold the address.
_BY_PARAMETER = (
    (r"(?:news\.url\.)?google\.[a-z.]{2,6}", r"/url", "url q"),
    (r"translate\.google\.[a-z.]{2,6}", r"/translate", "u"),
    (r"bing\.com", r"/news/apiclick\.aspx", "url"),
    (r"duckduckgo\.com", r"/l/?", "uddg"),
    (r"yandex\.[a-z.]{2,6}", r"/turbo|/clck/jsredir", "text url"),
    (r"(?:click|go|r)\.mail\.ru", r"/redir", "u url"),
    (r"(?:away\.)?vk\.(?:com|ru)", r"/away(?:\.php)?", "to"),
    (r"lm?\.facebook\.com", r"/l\.php", "u"),
    (r"l\.instagram\.com", r"/?", "u"),
    (r"out\.reddit\.com", r".*", "url"),
    (r"youtube\.com", r"/redirect", "q"),
    (r"linkedin\.com", r"/redir/redirect|/safety/go", "url"),
    (r"t\.umblr\.com", r"/redirect", "z"),
    (r"t\.me", r"/iv", "url"),
    (r"flipboard\.com|getpocket\.com", r"/redirect", "url"),
    (r"medium\.com", r"/r/?", "url"),
    (r"slack-redir\.net", r"/link", "url"),
    (r"(?:.+\.)?safelinks\.protection\.outlook\.com", r".*", "url"),
)
# Host and path → the address is the path's one group; a query belongs to it.
_BY_PATH = (
    (
        r"(?:.+\.)?(?:cdn\.ampproject\.org|bing-amp\.com)|.+\.amp\.cloudflare\.com",
        r"/[a-z]{1,3}(?:/s)?/(.+)",
    ),
    (r"google\.[a-z.]{2,6}", r"/amp/(?:s/)?(.+)"),
    (r"yandex\.[a-z.]{2,6}", r"/turbo/s/(.+)"),
    (r"yandex\.[a-z.]{2,6}", r"/turbo/([^/]+\.[^/]+)/s(/.*)"),
    (r"web\.archive\.org", r"/web/\d+[a-z_]*/(.+)"),
)
_TRANSLATED = ".translate.goog"
_GOOGLE_NEWS = re.compile(r"/(?:rss/)?(?:articles|read)/([\w-]{20,})\Z", re.ASCII)
_ADDRESS = re.compile(rb"https?://[\x21-\x7e]+")


def find_target(host: str, parts: SplitResult) -> str | None:
    """Return the address that another one only leads to, None if it is no detour.

    Args:
        host: the canonical one, without `www.`.
        parts: the address, split.
    """
    for find in _finders(host):
        if target := find(parts):
            return target
    return None


@lru_cache(maxsize=4096)
def _finders(host: str) -> tuple[Callable[[SplitResult], str | None], ...]:
    """Return the ways to look into an address of this host: for nearly all none."""
    found: list[Callable[[SplitResult], str | None]] = []
    for hosts, path, names in _BY_PARAMETER:
        if re.fullmatch(hosts, host):
            found.append(_by_parameter(re.compile(path), names.split()))
    for hosts, path in _BY_PATH:
        if re.fullmatch(hosts, host):
            found.append(_by_path(re.compile(path)))
    if host == "news.google.com":
        found.append(_google_news)
    if host.endswith(_TRANSLATED):
        found.append(_translated(host))
    return tuple(found)


def _by_parameter(
    path: re.Pattern[str], names: list[str]
) -> Callable[[SplitResult], str | None]:
    def find(parts: SplitResult) -> str | None:
        if not path.fullmatch(parts.path):
            return None
        query = parse_qs(parts.query)
        values = (query[name][0] for name in names if name in query)
        return next((v for v in values if v.startswith(("http://", "https://"))), None)

    return find


def _by_path(path: re.Pattern[str]) -> Callable[[SplitResult], str | None]:
    def find(parts: SplitResult) -> str | None:
        if not (found := path.fullmatch(parts.path)):
            return None
        target = "".join(found.groups())
        if "%3a" in target[:12].lower():
            target = unquote(target)
        target = re.sub(r"\A(https?):/+", r"\1://", target)
        if not target.startswith(("http://", "https://")):
            target = f"https://{target}"
        return f"{target}?{parts.query}" if parts.query else target

    return find


def _translated(host: str) -> Callable[[SplitResult], str | None]:
    """haber-example.translate.goog → haber.example; a hyphen of its own is doubled."""
    name = host.removesuffix(_TRANSLATED)
    origin = re.sub(r"--|-", lambda dash: "." if dash[0] == "-" else "-", name)

    def find(parts: SplitResult) -> str:
        return f"https://{origin}{parts.path}" + (parts.query and f"?{parts.query}")

    return find


def _google_news(parts: SplitResult) -> str | None:
    """Addresses of before 2024 hold the article's; later ones only Google can read."""
    if not (found := _GOOGLE_NEWS.search(parts.path)):
        return None
    code = found[1] + "=" * (-len(found[1]) % 4)
    try:
        address = _ADDRESS.search(base64.urlsafe_b64decode(code))
    except ValueError:
        return None
    return address[0].decode("ascii") if address else None
