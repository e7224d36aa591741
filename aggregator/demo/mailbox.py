"""A mail server on loopback that puts what it accepts into a maildir.

For trying and for tests: no TLS, no log-in, accepts every address. Python's own `smtpd`
left the standard library with 3.12.
"""

from __future__ import annotations

import email
import mailbox
import socketserver
import threading
from email import policy
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

_MAX_LINE = 1000  # RFC 5321 4.5.3.1.6, with the line end
_MAX_BYTES = 10_000_000


class Sink:
    """`with Sink(folder) as sink`: a mail server on 127.0.0.1, port `sink.port`."""

    def __init__(self, folder: Path) -> None:
        self._box = mailbox.Maildir(folder, create=True)
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.sink = self
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Store a message; the envelope goes in front as a mail server writes it."""
        envelope = [f"Return-Path: <{sender}>"]
        envelope += [f"Delivered-To: {recipient}" for recipient in recipients]
        head = "".join(f"{line}\n" for line in envelope).encode("utf-8", "replace")
        with self._lock:
            self._box.add(head + content.replace(b"\r\n", b"\n"))


def read_mails(folder: Path) -> tuple[EmailMessage, ...]:
    """Return the mails of a maildir that one `Sink` wrote, oldest first."""
    box = mailbox.Maildir(folder, create=False)
    return tuple(
        email.message_from_bytes(box.get_bytes(key), policy=policy.default)
        for key in sorted(box.keys(), key=_arrival)
    )


def _arrival(key: str) -> int:
    """Return the count that Maildir puts into a file's name: `….M12P34Q5.host`."""
    return int(key.partition("Q")[2].partition(".")[0])


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    sink: Sink


class _Session(socketserver.StreamRequestHandler):
    """One connection. Replies follow RFC 5321 4.2."""

    server: _Server
    timeout = 60
    sender: str | None = None

    def handle(self) -> None:
        """Talk until QUIT, or until the client goes away."""
        self.recipients: list[str] = []
        self._reply("220 127.0.0.1 demo mailbox")
        try:
            while line := self.rfile.readline(_MAX_LINE):
                verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                if verb.upper() == "QUIT":
                    self._reply("221 bye")
                    return
                self._reply(self._answer(verb.upper(), rest))
        except OSError:  # the client went away or fell silent
            return

    def _answer(self, verb: str, rest: str) -> str:
        reply = "250 OK"
        match verb:
            case "EHLO":
                reply = f"250-127.0.0.1\r\n250-SIZE {_MAX_BYTES}\r\n250 8BITMIME"
            case "MAIL":
                self._forget()
                self.sender = _address(rest)
            case "RCPT":
                reply = self._add_recipient(rest)
            case "DATA":
                reply = self._take_message()
                self._forget()
            case "HELO" | "RSET":
                self._forget()
            case "NOOP":
                pass
            case _:
                reply = "502 5.5.2 not understood"
        return reply

    def _add_recipient(self, rest: str) -> str:
        if self.sender is None:
            return "503 5.5.1 MAIL first"
        self.recipients.append(_address(rest))
        return "250 OK"

    def _take_message(self) -> str:
        if self.sender is None or not self.recipients:
            return "503 5.5.1 RCPT first"
        self._reply("354 go on, end with a dot")
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline()) not in (b".\r\n", b".\n"):
            if not line:
                raise ConnectionError("the line was lost within DATA")
            size += len(line)
            if size <= _MAX_BYTES:
                lines.append(line.removeprefix(b".") if line[:2] == b".." else line)
        if size > _MAX_BYTES:
            return "552 5.3.4 too big"
        self.server.sink.keep(self.sender, self.recipients, b"".join(lines))
        return "250 OK"

    def _forget(self) -> None:
        self.sender, self.recipients = None, []

    def _reply(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def _address(rest: str) -> str:
    """Return what stands between the angle brackets of `FROM:<a@b> SIZE=1`."""
    return rest.partition("<")[2].partition(">")[0]
