"""The sample outlets as web servers on loopback, one address each.

They behave as real ones do: ETag and Last-Modified (each outlet offers its own choice),
304, gzip, HEAD, robots.txt, and 404 for the rest. Nothing but loopback is bound.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import threading
from dataclasses import dataclass
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from aggregator.demo.documents import PLACES, encode, render_feed
from aggregator.demo.outlets import Outlet, Published, load_outlets
from aggregator.demo.pages import render_listing, render_page

if TYPE_CHECKING:
    from datetime import datetime

_FIRST_HOST = 21  # 127.0.0.21 and up: hosts of their own, as on the real web
_WORTH_PACKING = 500  # bytes


@dataclass(frozen=True, slots=True)
class Request:
    """One request that a site answered."""

    outlet_id: str
    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class _Document:
    """A body as the server holds it; changed_at None: no validators are offered."""

    body: bytes
    content_type: str
    changed_at: datetime | None = None
    status: int = 200


_NOT_FOUND = _Document(b"404\n", "text/plain", status=404)


class Site:
    """All sample outlets; `with Site(now)` serves the first batch as of `now`."""

    def __init__(self, now: datetime) -> None:
        self.outlets = load_outlets()
        self._batches = {1: now}
        self._requests: list[Request] = []
        self._lock = threading.Lock()
        self._servers: dict[str, _Server] = {}

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            for place, outlet in enumerate(self.outlets):
                server = _bind(f"127.0.0.{_FIRST_HOST + place}", self, outlet)
                undo.callback(server.server_close)
                self._servers[outlet.id] = server
            undo.pop_all()
        for server in self._servers.values():
            threading.Thread(
                target=server.serve_forever, args=(0.01,), daemon=True
            ).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    def publish(self, batch: int, at: datetime) -> int:
        """Let a batch appear; return how many articles came."""
        before = len(self.published())
        with self._lock:
            self._batches[batch] = at
        return len(self.published()) - before

    def published(self, outlet_id: str | None = None) -> tuple[Published, ...]:
        """Return what is published, newest first; outlet_id None: everywhere."""
        batches = dict(self._batches)
        found = [
            Published(
                outlet=outlet,
                sample=sample,
                url=self.address(outlet.id) + outlet.path_of(sample),
                published_at=batches[sample.batch].replace(microsecond=0) - sample.age,
            )
            for outlet in self.outlets
            if outlet_id in (None, outlet.id)
            for sample in outlet.articles
            if sample.batch in batches
        ]
        return tuple(sorted(found, key=lambda item: item.published_at, reverse=True))

    def requests(self) -> tuple[Request, ...]:
        """Return all requests so far, in the order they were answered."""
        with self._lock:
            return tuple(self._requests)

    def note(self, request: Request) -> None:
        """Remember a request."""
        with self._lock:
            self._requests.append(request)

    def address(self, outlet_id: str) -> str:
        """Return an outlet's root address, without a trailing slash."""
        host, port = self._servers[outlet_id].server_address[:2]
        return f"http://{host!s}:{port}"

    def host(self, outlet_id: str) -> str:
        """Return the loopback address of an outlet."""
        return str(self._servers[outlet_id].server_address[0])

    def feed_url(self, outlet: Outlet) -> str:
        """Return the address of the outlet's feed, sitemap or list."""
        return self.address(outlet.id) + PLACES[outlet.kind][0]

    def document(self, outlet: Outlet, path: str) -> _Document:
        """Return what lies at a path of an outlet."""
        if path == "/robots.txt":
            return _Document(_robots(outlet), "text/plain; charset=utf-8")
        items = self.published(outlet.id)
        feed_path, feed_type, _ = PLACES[outlet.kind]
        if path == feed_path:
            body = render_feed(outlet, self.address(outlet.id), items)
            return _Document(body, feed_type, self._changed_at(outlet))
        if path == "/":
            home = render_listing(outlet, self.address(outlet.id), items)
            return _page(outlet, home)
        for item in items:
            if outlet.path_of(item.sample) == path:
                return _page(outlet, render_page(item, self.feed_url(outlet), items))
        return _NOT_FOUND

    def _changed_at(self, outlet: Outlet) -> datetime:
        """When the newest batch with an article of this outlet appeared."""
        return max(
            at
            for batch, at in self._batches.items()
            if any(sample.batch == batch for sample in outlet.articles)
        )


def _page(outlet: Outlet, text: str) -> _Document:
    """A page; the old template names its charset in the page only, and a wrong one."""
    charset = f"; charset={outlet.charset}" if outlet.template != "old" else ""
    return _Document(encode(text, outlet.charset), f"text/html{charset}")


def _robots(outlet: Outlet) -> bytes:
    rule = f"Disallow: {outlet.disallow}\n" if outlet.disallow else "Disallow:\n"
    return f"User-agent: *\n{rule}".encode()


def _bind(host: str, site: Site, outlet: Outlet) -> _Server:
    """Take an address for the outlet; a system with one loopback address shares it."""
    try:
        return _Server(host, site, outlet)
    except OSError:
        return _Server("127.0.0.1", site, outlet)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, host: str, site: Site, outlet: Outlet) -> None:
        super().__init__((host, 0), _Handler)
        self.site, self.outlet = site, outlet

    def server_bind(self) -> None:
        """Bind without the name look-up of http.server, which may wait for DNS."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, *_: object) -> None:
        """A client that goes away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """Answer, and note what was answered."""
        document = self.server.site.document(self.server.outlet, self.path)
        tag, modified = _validators(self.server.outlet, document)
        status = document.status
        if self._is_known(tag, modified):
            status = 304
        self.server.site.note(
            Request(self.server.outlet.id, self.command, self.path, status)
        )
        with contextlib.suppress(OSError):
            self._send(status, document, {"ETag": tag, "Last-Modified": modified})

    do_HEAD = do_GET  # noqa: N815 - the name http.server asks for

    def _is_known(self, tag: str | None, modified: str | None) -> bool:
        """RFC 9110 13.1: If-None-Match decides where it is sent."""
        if (asked := self.headers.get("If-None-Match")) is not None:
            return tag is not None and asked == tag
        since = self.headers.get("If-Modified-Since")
        if since is None or modified is None:
            return False
        try:
            return parsedate_to_datetime(since) >= parsedate_to_datetime(modified)
        except ValueError:
            return False

    def _send(
        self, status: int, document: _Document, headers: dict[str, str | None]
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        body = document.body
        if status == 304:
            self.end_headers()
            return
        self.send_header("Content-Type", document.content_type)
        self.send_header("Vary", "Accept-Encoding")
        accepted = self.headers.get("Accept-Encoding", "")
        if "gzip" in accepted and len(body) > _WORTH_PACKING:
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


def _validators(outlet: Outlet, document: _Document) -> tuple[str | None, str | None]:
    if document.changed_at is None:
        return None, None
    digest = hashlib.sha256(document.body).hexdigest()[:16]
    tag = f'W/"{digest}"' if outlet.validators == "weak-etag" else f'"{digest}"'
    modified = format_datetime(document.changed_at, usegmt=True)
    if outlet.validators == "last-modified":
        return None, modified
    return tag, modified if outlet.validators == "both" else None
