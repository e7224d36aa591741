"""Connections that know whom they may reach and until when they may last.

requests brings neither: it follows redirects to loopback, and a timeout of 1 s let a
server that sends a byte every half second hold it for 9.5 s (polling.md 52, 98). Here
the address that was checked is the one that is connected to, so DNS rebinding has no
second look-up to win; and every read of a socket gets what is left of the whole time.
"""

from __future__ import annotations

import functools
import os
import selectors
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from aggregator.errors import FetchError
from aggregator.fetch.address import Guard
from aggregator.fetch.names import Resolve, look_up

_STAGGER = 0.25  # seconds until the next address is tried as well (RFC 8305, 5)

SocketAddress = tuple[Any, ...]
Resolved = tuple[int, SocketAddress]  # family, address


@dataclass(slots=True)
class Gate:
    """What all connections of one session share: the guard and the time left.

    until: the time on `clock` at which the current request must be over.
    """

    guard: Guard = field(default_factory=Guard)
    resolve: Resolve = socket.getaddrinfo
    clock: Callable[[], float] = time.monotonic
    read_timeout: float = 20.0
    until: float = float("inf")

    def time_left(self, at_most: float) -> float:
        """Return how long the next step may take, in seconds.

        Raises:
            TimeoutError: nothing is left.
        """
        left = min(at_most, self.until - self.clock())
        if left <= 0:
            raise TimeoutError("the whole time is used up")
        return left

    def open(self, host: str, port: int, timeout: float, *, proxy: bool) -> TimedSocket:
        """Connect to the first permitted address that answers.

        Raises:
            FetchError: kind dns, address, timeout or refused.
        """
        found = self._look_up(host, port, timeout)
        candidates = self._permitted(host, port, found, proxy)
        try:
            connected = _connect_first(candidates, self.time_left(timeout), self)
        except TimeoutError as error:
            raise FetchError(
                f"{host} does not answer: no connection within {timeout:g} s",
                kind="timeout",
            ) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise FetchError(
                f"{host} refuses the connection: {reason}", kind="refused"
            ) from error
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connected.settimeout(self.time_left(self.read_timeout))  # for the handshake
        return connected

    def _look_up(self, host: str, port: int, timeout: float) -> list[Resolved]:
        silent = f"the name server does not answer for {host}"
        try:
            found = look_up(self.resolve, host, port, self.time_left(timeout))
        except TimeoutError as error:
            message = f"{silent} within {timeout:g} s"
            raise FetchError(message, kind="dns") from error
        except (OSError, UnicodeError) as error:
            code = error.errno if isinstance(error, socket.gaierror) else None
            unknown = f"no address for the host {host}"
            message = silent if code == socket.EAI_AGAIN else unknown
            raise FetchError(message, kind="dns") from error
        return [(entry[0], entry[4]) for entry in found]

    def _permitted(
        self, host: str, port: int, found: list[Resolved], proxy: bool
    ) -> list[Resolved]:
        if proxy:  # the operator's own, named in the environment
            return _interleave(found)
        reasons = {
            address: self.guard.refusal(host, port, address[0]) for _, address in found
        }
        good = [entry for entry in found if reasons[entry[1]] is None]
        if not good:
            reason = next(filter(None, reasons.values()), f"no address for {host}")
            raise FetchError(reason, kind="address")
        return _interleave(good)


class TimedSocket(socket.socket):
    """A socket whose reads end when the gate's time does."""

    gate: Gate
    failure: OSError | None = None  # why connecting failed at once

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Read what comes within the time left."""
        self.settimeout(self.gate.time_left(self.gate.read_timeout))
        return super().recv_into(buffer, nbytes, flags)


class TimedTlsSocket(ssl.SSLSocket):
    """The same over TLS; the gate is there once the handshake is done."""

    gate: Gate | None = None

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        """Read what comes within the time left."""
        if self.gate is not None:
            self.settimeout(self.gate.time_left(self.gate.read_timeout))
        return super().recv_into(buffer, nbytes, flags)


class GuardedAdapter(HTTPAdapter):
    """requests' way to a proxy over a gate; no cookies, no redirects."""

    def __init__(self, gate: Gate) -> None:
        self._pools = {
            "http": functools.partial(_PlainPool, gate=gate),
            "https": functools.partial(_TlsPool, gate=gate),
        }
        super().__init__(pool_connections=4, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Build the pools from connections that pass the gate."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        """The same for connections to a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Use one TLS context a process."""
        host, tls = super().build_connection_pool_key_attributes(request, True, cert)
        if host["scheme"] == "https":
            return host, {
                "cert_reqs": "CERT_REQUIRED" if verify else "CERT_NONE",
                "ssl_context": tls_context(verify),
            }
        return host, tls

    def cert_verify(self, *_: Any) -> None:
        """Nothing: the context above has all certificates."""


@functools.cache
def tls_context(verify: bool | str) -> ssl.SSLContext:
    """Trust the usual authorities and those of a file (polling.md 53); False: anybody.

    One a process: loading certificates takes 15 ms.

    Raises:
        FetchError: the file cannot be read.
    """
    context = create_urllib3_context()
    context.sslsocket_class = TimedTlsSocket
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
    context.check_hostname, context.verify_mode = True, ssl.CERT_REQUIRED
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    if isinstance(verify, str):
        try:
            context.load_verify_locations(verify)
        except OSError as error:
            raise FetchError(
                f"the ca_bundle {verify} cannot be read: {error}", kind="tls"
            ) from error
    return context


class PlainConnection(HTTPConnection):
    """A connection that its gate opens."""

    gate: Gate

    def _new_conn(self) -> socket.socket:
        timeout = self.timeout if isinstance(self.timeout, int | float) else 10
        host, proxied = self.host.strip("[]"), self.proxy is not None
        return self.gate.open(host, self.port, timeout, proxy=proxied)


class TlsConnection(PlainConnection, HTTPSConnection):
    """The same over TLS."""

    def connect(self) -> None:
        """Connect; from then on each read has what is left of the time."""
        super().connect()
        if isinstance(self.sock, TimedTlsSocket):
            self.sock.gate = self.gate


class _PlainPool(HTTPConnectionPool):
    """urllib3's pool, which hands its gate to each connection."""

    ConnectionCls = PlainConnection

    def __init__(self, *args: Any, gate: Gate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate = gate

    def _new_conn(self) -> Any:
        connection: Any = super()._new_conn()
        connection.gate = self._gate
        return connection


class _TlsPool(_PlainPool, HTTPSConnectionPool):
    """The same for TLS."""

    ConnectionCls = TlsConnection

    def _validate_conn(self, conn: Any) -> None:
        # Without urllib3's warning on `verify: false`: the run says it once.
        if conn.is_closed:
            conn.connect()


def _interleave(found: list[Resolved]) -> list[Resolved]:
    """Alternate the families, the resolver's first one leading (RFC 8305, 4)."""
    lead = [entry for entry in found if entry[0] == found[0][0]]
    rest = [entry for entry in found if entry[0] != found[0][0]]
    ranked = [
        *enumerate(lead),
        *((place + 0.5, entry) for place, entry in enumerate(rest)),
    ]
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]


def _connect_first(
    candidates: list[Resolved], timeout: float, gate: Gate
) -> TimedSocket:
    """Try addresses in turn, each a quarter of a second later (polling.md 50).

    Raises:
        TimeoutError: none answered in time.
        OSError: all refused; the last reason.
    """
    until = time.monotonic() + timeout
    waiting, failure = list(candidates), OSError("no address")
    with selectors.DefaultSelector() as pending:
        try:
            while waiting or pending.get_map():
                if waiting and (refused := _start(waiting.pop(0), pending, gate)):
                    failure = refused
                    continue
                left = until - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                for key, _ in pending.select(min(left, _STAGGER) if waiting else left):
                    connected = _finish(key.fileobj, pending)
                    if isinstance(connected, TimedSocket):
                        return connected
                    failure = connected
        finally:
            for key in list(pending.get_map().values()):
                key.fileobj.close()  # type: ignore[union-attr] # we register sockets only
    raise failure


def _start(
    candidate: Resolved, pending: selectors.BaseSelector, gate: Gate
) -> OSError | None:
    """Begin to connect; return why that cannot even begin."""
    family, address = candidate
    try:
        attempt = TimedSocket(family, socket.SOCK_STREAM)
    except OSError as error:  # a machine without IPv6
        return error
    attempt.gate = gate
    attempt.setblocking(False)
    # "No route" comes at once and is not kept in SO_ERROR; the socket is writable (and
    # hung up) then, so that it takes the same way out as a late refusal.
    try:
        attempt.connect(address)
    except BlockingIOError:
        pass
    except OSError as error:
        attempt.failure = error
    pending.register(attempt, selectors.EVENT_WRITE)
    return None


def _finish(attempt: object, pending: selectors.BaseSelector) -> TimedSocket | OSError:
    """Take a ready socket out: it is connected, or this is the reason it is not."""
    if not isinstance(attempt, TimedSocket):
        raise TypeError(attempt)
    pending.unregister(attempt)
    code = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    failure = attempt.failure or (OSError(code, os.strerror(code)) if code else None)
    if failure is None:
        return attempt
    attempt.close()
    return failure
