"""Which addresses belong to one site."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from aggregator.urls.parts import ascii_host, split_url, unusual_port

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def host_of(url: str) -> str:
    """Return the host in lower case with its port when it is unusual; '' without one.

    >>> host_of("https://user@WWW.Haber.example:8080/x")
    'www.haber.example:8080'
    """
    parts = split_url(url.strip())
    if parts is None or not parts.hostname:
        return ""
    port = unusual_port(parts)
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


@lru_cache(maxsize=4096)
def _site(host: str) -> str:
    """Return the registrable domain of a host, or the host with its port."""
    name = host.rpartition(":")[0] or host if re.search(r":\d+\Z", host) else host
    if name.startswith("["):
        return host
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return _suffixes().privatesuffix(ascii_host(name.strip("."))) or host
    return host


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    """Load the public suffix list when first asked: it takes a tenth of a second."""
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - cron starts cold

    return PublicSuffixList()
