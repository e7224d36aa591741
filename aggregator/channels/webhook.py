"""A signed JSON POST to a configured address: chat bridges, ticket systems, scripts.

The receiver checks `X-Signature-256: sha256=HEX`, the HMAC-SHA256 of the body under the
secret, and drops what carries an `Idempotency-Key` it has seen.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import ssl
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from aggregator.channels.words import say_failure
from aggregator.errors import DeliveryError
from aggregator.urls import hide_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.model import AlertSettings, Mail

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SIGN = "X-Signature-256"
_BUSY = (408, 425, 429)
# Longer than this no server is left alone, whatever it asks for.
LONGEST_WISH = timedelta(hours=6)


class WebhookChannel:
    """Connections to the addresses of one delivery, one host at a time each.

    Only the configured address is asked: a redirect is a failure. Anything but 2xx is:
    4xx is permanent for the message (but 408, 425, 429), all else blames the server,
    which may say with Retry-After how long it wants to be left alone.
    """

    def __init__(self, settings: AlertSettings, environ: Mapping[str, str]) -> None:
        self._seconds = settings.smtp.timeout.total_seconds()
        self._secret_env = settings.webhook_secret_env
        self._secret = environ.get(settings.webhook_secret_env, "")
        self._addresses = {way.to: way.address for way in settings.subscriptions}
        self._lines: dict[str, http.client.HTTPConnection] = {}

    def server_of(self, recipient: str) -> str:
        """Return host and port of the address."""
        address = self._address(recipient) or recipient
        return urlsplit(address).netloc.rpartition("@")[2] or recipient

    def connect(self, recipient: str) -> None:
        """Open a line to the address's server; see `Channel.connect`."""
        server, address = self.server_of(recipient), self._address(recipient)
        if server in self._lines or address is None:
            return  # nothing to open: `send` says what is wrong
        if not address:
            raise self._blame(server, f"the variable {recipient[1:]} is not set")
        if not self._secret:
            raise self._blame(server, f"the variable {self._secret_env} is not set")
        line = self._line(address)
        try:
            line.connect()
        except UnicodeError as error:  # of the name's parts, one is empty or too long
            line.close()
            raise self._blame(server, "this is no name of a host") from error
        except (OSError, http.client.HTTPException) as error:
            line.close()
            raise self._blame(server, say_failure(error)) from error
        self._lines[server] = line

    def send(self, mail: Mail) -> str:
        """POST one message; see `Channel.send`."""
        server, address = self.server_of(mail.recipient), self._address(mail.recipient)
        if address is None:
            what = "its address is not configured any more"
            raise DeliveryError(what, permanent=True)
        self.connect(mail.recipient)
        line = self._lines[server]
        target = _target(address)
        try:
            line.request("POST", target, body=mail.payload, headers=self._headers(mail))
            response = line.getresponse()
            response.read(10_000)
        except (OSError, http.client.HTTPException) as error:
            self._drop(server)
            what = f"the line was lost: {say_failure(error)}"
            raise DeliveryError(what, permanent=False, scope="line") from error
        if response.will_close or not response.isclosed():
            self._drop(server)
        self._judge(server, response)
        return f"{response.status} {response.reason}"

    def close(self) -> None:
        """Close all lines."""
        for server in list(self._lines):
            self._drop(server)

    # -- private -----------------------------------------------------------------------

    def _address(self, recipient: str) -> str | None:
        """Return where to post; '' is not set, None: no subscription has this name."""
        if recipient != hide_key(recipient):  # an address, to try it by hand
            return recipient
        return self._addresses.get(recipient)

    def _line(self, address: str) -> http.client.HTTPConnection:
        parts = urlsplit(address)
        host, seconds = parts.hostname or "", self._seconds
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                host, parts.port, timeout=seconds, context=context
            )
        if parts.scheme == "http" and host in _LOOPBACK:
            return http.client.HTTPConnection(host, parts.port, timeout=seconds)
        raise self._blame(self.server_of(address), "https is required")

    def _headers(self, mail: Mail) -> dict[str, str]:
        digest = hmac.new(self._secret.encode(), mail.payload, hashlib.sha256)
        return {
            "Content-Type": "application/json",
            "User-Agent": "press-monitor",
            "Idempotency-Key": mail.message_id.strip("<>"),
            _SIGN: f"sha256={digest.hexdigest()}",
        }

    def _judge(self, server: str, response: http.client.HTTPResponse) -> None:
        status = response.status
        if 200 <= status < 300:
            return
        text = f"{status} {response.reason}"
        if 300 <= status < 400:
            what = f"{text}: redirects are not followed"
            raise DeliveryError(what, permanent=True, code=status)
        if status < 500 and status not in _BUSY:
            raise DeliveryError(text, permanent=True, code=status)
        failure = self._blame(server, text, status)
        failure.retry_after = _read_wait(response)
        raise failure

    def _blame(self, server: str, why: str, code: int | None = None) -> DeliveryError:
        return DeliveryError(
            f"webhook {server}: {why}", permanent=False, scope="server", code=code
        )

    def _drop(self, server: str) -> None:
        if line := self._lines.pop(server, None):
            with contextlib.suppress(OSError):
                line.close()


def _read_wait(response: http.client.HTTPResponse) -> timedelta | None:
    """Read Retry-After in both forms; a date counts from the server's own Date."""
    text = (response.getheader("Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:12]), LONGEST_WISH.total_seconds()))
    else:
        try:
            here = parsedate_to_datetime(response.getheader("Date") or "")
            wait = parsedate_to_datetime(text) - here
        except (TypeError, ValueError):
            return None
    return min(wait, LONGEST_WISH) if wait > timedelta() else None


def ping(url: str, *, timeout_seconds: float = 10.0) -> None:
    """Ask a dead man's switch, so that it notices when the runs stop.

    Raises:
        DeliveryError: it did not answer with 2xx.
    """
    parts = urlsplit(url)
    make = (
        http.client.HTTPSConnection
        if parts.scheme == "https"
        else http.client.HTTPConnection
    )
    line = make(parts.hostname or "", parts.port, timeout=timeout_seconds)
    try:
        line.request("GET", _target(url))
        status = line.getresponse().status
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        raise DeliveryError(
            f"ping {parts.hostname}: {say_failure(error)}", permanent=False
        ) from error
    finally:
        line.close()
    if not 200 <= status < 300:
        raise DeliveryError(f"ping {parts.hostname}: {status}", permanent=False)


def _target(url: str) -> str:
    """Return path and query as a request line holds them: ASCII, nothing twice."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return quote(f"{parts.path or '/'}{query}", safe="%/?&=+:;,@!$'()*~[]")
