"""A session's connections, one an origin, straight on urllib3's.

requests prepares the address and speaks to proxies. Elsewhere its adapter and urllib3's
pools would cost as much as the request itself: a visit has one connection, asked in
turn, and nothing to share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aggregator.fetch.address import host_and_port
from aggregator.fetch.transport import Gate, PlainConnection, TlsConnection, tls_context

if TYPE_CHECKING:
    from requests.models import PreparedRequest
    from urllib3 import BaseHTTPResponse


class Connections:
    """Connections that are used again while their answers are read to the end."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._kept: dict[tuple[str, str, bool | str], PlainConnection] = {}

    def send(
        self, request: PreparedRequest, *, verify: bool | str, timeout: float
    ) -> tuple[PlainConnection, BaseHTTPResponse]:
        """Send a GET; return its answer, unread, and what it comes on.

        The caller closes the connection unless it has read the answer to its end.

        Args:
            request: prepared.
            verify: as requests has it: True, False or a file of authorities to trust.
            timeout: seconds for connecting.

        Raises:
            FetchError: nothing to connect to.
            urllib3.exceptions.HTTPError, http.client.HTTPException, OSError: no answer.
        """
        connection = self._take(request.url or "", verify, timeout)
        try:
            connection.request(
                request.method or "GET",
                request.path_url,
                headers=request.headers,
                preload_content=False,
                decode_content=False,
            )
            return connection, connection.getresponse()
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close all connections."""
        for connection in self._kept.values():
            connection.close()

    def _take(self, url: str, verify: bool | str, timeout: float) -> PlainConnection:
        """Return an origin's connection; one that the server closed opens itself."""
        parts = urlsplit(url)
        key = (parts.scheme, parts.netloc, verify)
        connection = self._kept.get(key)
        if connection is None:
            connection = self._kept[key] = self._make(key, timeout)
        elif connection.sock is not None and not connection.is_connected:
            connection.close()
        connection.timeout = timeout
        return connection

    def _make(
        self, key: tuple[str, str, bool | str], timeout: float
    ) -> PlainConnection:
        scheme, netloc, verify = key
        host, port = host_and_port(f"{scheme}://{netloc}")
        if scheme != "https":
            connection = PlainConnection(host, port, timeout=timeout)
        else:
            connection = TlsConnection(
                host, port, timeout=timeout, ssl_context=tls_context(verify)
            )
        connection.gate = self._gate
        return connection
