"""Which addresses and ports may be connected to (polling.md 98, 99)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_PORTS = frozenset({80, 443})
# RFC 6052: what a NAT64 translates into IPv4; is_global says yes to 64:ff9b::127.0.0.1
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Deprecated (RFC 4291, 2.5.5.1), but some systems still route ::127.0.0.1
_COMPATIBLE = ipaddress.ip_network("::/96")


@dataclass(frozen=True, slots=True)
class _Exception:
    """One entry of allow_hosts. port None: every port."""

    name: str | None
    network: IpNetwork | None
    port: int | None

    def covers(self, host: str, port: int, address: str | None) -> bool:
        if self.port not in {None, port}:
            return False
        if self.network is None:
            return self.name == host.lower()
        return address is not None and _strip_scope(address) in self.network


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Decides about each connection.

    allow_hosts: exceptions, each a host, host:port, address, address:port or network
    (127.0.0.0/8). configured: (host, port) pairs that feeds.yaml itself names.
    """

    allow_hosts: tuple[str, ...] = ()
    configured: frozenset[tuple[str, int]] = frozenset()

    def refusal(self, host: str, port: int, address: str | None) -> str | None:
        """Say why a connection is refused, None when it is fine.

        address None: unknown, because a proxy resolves the name.
        """
        rules = _read_exceptions(self.allow_hosts)
        if any(rule.covers(host, port, address) for rule in rules):
            return None
        if address is not None and not is_public(address):
            what = host if host == address else f"{host} is {address}, which"
            return f"{what} is not a public address (allow_hosts)"
        if port not in _PORTS and (host.lower(), port) not in self.configured:
            return f"port {port} is neither 80 nor 443 nor configured (allow_hosts)"
        return None


def is_public(address: str) -> bool:
    """Say whether an address is a public unicast one, also inside IPv6 wrappings."""
    ip = _strip_scope(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in _NAT64 or ip in _COMPATIBLE:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def literal_address(host: str) -> str | None:
    """Return a host that is written as an address, else None."""
    try:
        return str(_strip_scope(host.strip("[]")))
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def host_and_port(url: str) -> tuple[str, int]:
    """Return the host in lower case and the port, also where it is the default one.

    Raises:
        ValueError: no host, or no valid port.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(url)
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


@lru_cache(maxsize=1024)
def _strip_scope(address: str) -> IpAddress:
    return ipaddress.ip_address(address.partition("%")[0])


@lru_cache(maxsize=8)
def _read_exceptions(entries: tuple[str, ...]) -> tuple[_Exception, ...]:
    return tuple(_read_exception(entry.strip().lower()) for entry in entries)


def _read_exception(entry: str) -> _Exception:
    for text, port in _splits(entry):
        try:
            network = ipaddress.ip_network(text.strip("[]"), strict=False)
        except ValueError:
            continue
        return _Exception(None, network, port)
    name, _, port_text = entry.partition(":")
    return _Exception(name, None, int(port_text) if port_text.isdigit() else None)


def _splits(entry: str) -> list[tuple[str, int | None]]:
    """Return the ways to read an entry: whole first, for ::1 has colons too."""
    head, _, tail = entry.rpartition(":")
    return [(entry, None), *([(head, int(tail))] if tail.isdigit() else [])]
