"""The world outside, on loopback: a scriptable web site and a scriptable mail server.

    with Site() as site:
        site.add("/rss", Answer(body=RSS, etag='"1"'))       # 304 when asked with it
        site.add("/rss", Answer(503), Answer(body=RSS))      # one after the other
        site.add("/rss", Answer(410), address="127.0.0.2")   # on another host
        ... site.url("/rss") ...
        assert [r.path for r in site.requests] == ["/rss"]

    with MailSink() as sink:
        sink.refuse("nobody@example.org")
        ... sink.port ...
        assert sink.messages[0].recipients == ("a@example.org",)

Real sockets, real bytes; nothing here sleeps unless an answer is told to.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

LOOPBACK = [
    "127.0.0.0/8",
    "::1",
]  # for pytest.mark.allow_hosts where a site has several

# -- a web site ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. `headers` has lower-case names, `address` is where it came to."""

    method: str
    address: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One response.

    gzip: compress where the request allows it. drip: seconds between two bytes of the
    body. cut: close the connection after so many bytes of a body promised in full.
    raw: these bytes instead of any HTTP. hang: say nothing until the site closes.
    """

    status: int = 200
    body: bytes | str = b""
    content_type: str | None = "application/xml"
    headers: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    gzip: bool = False
    drip: float | None = None
    cut: int | None = None
    raw: bytes | None = None
    hang: bool = False

    @property
    def octets(self) -> bytes:
        """The body as bytes."""
        return self.body.encode() if isinstance(self.body, str) else self.body


Script = Answer | Callable[[Request], Answer]
NOT_FOUND = Answer(404, "not here", "text/plain")


def redirect(target: str, status: int = 301) -> Answer:
    """A redirect as an answer."""
    return Answer(status, b"", None, headers=(("Location", target),))


class Site:
    """A web site on one or several loopback addresses, all with the same port.

    A path holds one or more answers: each request takes the next, the last one stays.
    What is not known is 404, /robots.txt included.
    """

    def __init__(
        self, *addresses: str, tls: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        self.addresses = addresses or ("127.0.0.1",)
        self.requests: list[Request] = []
        self.port = port
        self._tls = tls
        self._routes: dict[tuple[str | None, str], list[Script]] = {}
        self._servers: list[_Server] = []
        self._closing = threading.Event()
        self._lock = threading.Lock()

    def add(self, path: str, *answers: Script, address: str | None = None) -> None:
        """Give a path its answers, instead of those it had. address None: on all."""
        with self._lock:
            self._routes[address, path] = list(answers)

    def url(self, path: str = "/", host: str | None = None) -> str:
        """The absolute address of a path; host may be a name, for a fake resolver."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{host or self.addresses[0]}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        """All requests for one path, in order."""
        return [request for request in self.requests if request.path == path]

    def answer(self, request: Request) -> Answer:
        """Note a request and choose its answer."""
        with self._lock:
            self.requests.append(request)
            for key in ((request.address, request.path), (None, request.path)):
                if answers := self._routes.get(key):
                    script = answers.pop(0) if len(answers) > 1 else answers[0]
                    break
            else:
                return NOT_FOUND
        answer = script if isinstance(script, Answer) else script(request)
        return _not_modified(answer) if _matches(request, answer) else answer

    def pause(self, seconds: float | None) -> None:
        """Wait, but no longer than the site is open."""
        self._closing.wait(seconds)

    def __enter__(self) -> Self:
        for address in self.addresses:
            server = _Server((address, self.port), _Handler)
            server.site = self
            self.port = server.server_address[1]
            if self._tls:
                server.socket = self._tls.wrap_socket(
                    server.socket, server_side=True, do_handshake_on_connect=False
                )
            self._servers.append(server)
            threading.Thread(
                target=server.serve_forever, args=(0.01,), daemon=True
            ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()


def _matches(request: Request, answer: Answer) -> bool:
    """RFC 9110 13.1: If-None-Match decides where it is sent, else If-Modified-Since."""
    if answer.status != 200:
        return False
    if (tag := request.headers.get("if-none-match")) is not None:
        return tag == answer.etag
    since = request.headers.get("if-modified-since")
    return since is not None and since == answer.last_modified


def _not_modified(answer: Answer) -> Answer:
    return replace(answer, status=304, body=b"", content_type=None, gzip=False)


class _Server(ThreadingHTTPServer):
    site: Site
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A client that goes away, or refuses our certificate, is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        answer = site.answer(
            Request(
                self.command,
                str(self.server.server_address[0]),
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
            )
        )
        with contextlib.suppress(OSError):
            self._send(site, answer)

    do_HEAD = do_GET  # noqa: N815 - the name http.server asks for

    def _send(self, site: Site, answer: Answer) -> None:
        if answer.hang:
            site.pause(None)
        if answer.raw is not None:
            self.close_connection = True
            self.wfile.write(answer.raw)
            return
        body = self._head(answer)
        if self.command == "HEAD" or answer.status == 304:
            return
        if answer.drip is not None:
            for octet in body:
                self.wfile.write(bytes([octet]))
                site.pause(answer.drip)
            return
        if answer.cut is not None:
            self.close_connection = True
        self.wfile.write(body[: answer.cut])

    def _head(self, answer: Answer) -> bytes:
        """Send status and headers; return the body as it goes over the wire."""
        body, said = answer.octets, {name.lower() for name, _ in answer.headers}
        self.send_response_only(answer.status)
        if "date" not in said:
            self.send_header("Date", self.date_time_string())
        if answer.gzip and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        for name, value in (
            ("Content-Type", answer.content_type),
            ("ETag", answer.etag),
            ("Last-Modified", answer.last_modified),
            *answer.headers,
        ):
            if value is not None:
                self.send_header(name, value)
        if not said & {"content-length", "transfer-encoding"} and answer.status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return body

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


# -- a mail server ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Received:
    """A message that the sink took over."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    tls: bool
    user: str | None


@dataclass(slots=True)
class MailSink:
    """A mail server on 127.0.0.1 that keeps what it accepts in `messages`.

    tls: offers STARTTLS. users: asks for AUTH with one of these name → password pairs.
    drop_after_data: keep the message, then close the connection without a word.
    hang: never answer DATA. greylist: refuse each recipient once, with 451.
    `refuse` and `reply` set single answers; all may be changed while it runs.
    """

    tls: ssl.SSLContext | None = None
    users: dict[str, str] = field(default_factory=dict)
    drop_after_data: bool = False
    hang: bool = False
    greylist: bool = False
    port: int = 0
    messages: list[Received] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)  # RCPT and DATA, as they came
    _replies: dict[str, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _stop: Callable[[], None] = lambda: None

    def refuse(self, recipient: str, reply: str = "550 5.1.1 no such user") -> None:
        """Answer RCPT TO this address with this line."""
        self._replies[recipient] = reply

    def reply(self, command: str, line: str | None) -> None:
        """Answer every RCPT or DATA with this line; None takes it back."""
        self._replies.pop(command, None)
        if line is not None:
            self._replies[command] = line

    def accept(self, recipient: str) -> None:
        """Take back what `refuse` said."""
        self._replies.pop(recipient, None)

    def __enter__(self) -> Self:
        controller = Controller(
            _Mailbox(self),
            hostname="127.0.0.1",
            port=self.port or _free_port(),
            tls_context=self.tls,
            authenticator=self._log_in,
            auth_required=bool(self.users),
            auth_require_tls=self.tls is not None,
        )
        controller.start()
        self.port, self._stop = controller.port, controller.stop
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _log_in(self, *asked: object) -> AuthResult:
        login = asked[-1]
        good = isinstance(login, LoginPassword) and (
            self.users.get(login.login.decode()) == login.password.decode()
        )
        return AuthResult(success=good, handled=False, auth_data=login)


class _Mailbox:
    """What aiosmtpd asks; the answers are the sink's."""

    def __init__(self, sink: MailSink) -> None:
        self.sink = sink

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's hook
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        sink = self.sink
        sink.commands.append(f"RCPT {address}")
        if line := sink._replies.get(address) or sink._replies.get("RCPT"):
            return line
        if sink.greylist and address not in sink._seen:
            sink._seen.add(address)
            return "451 4.7.1 greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's hook
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        sink = self.sink
        sink.commands.append("DATA")
        if sink.hang:
            await asyncio.sleep(3600)
        if line := sink._replies.get("DATA"):
            return line
        login: object = session.auth_data
        sink.messages.append(
            Received(
                envelope.mail_from or "",
                tuple(envelope.rcpt_tos),
                bytes(envelope.original_content or b""),
                session.ssl is not None,
                login.login.decode() if isinstance(login, LoginPassword) else None,
            )
        )
        if sink.drop_after_data and isinstance(
            server.transport, asyncio.WriteTransport
        ):
            server.transport.abort()
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
