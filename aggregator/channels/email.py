"""Mail over SMTP: one connection a delivery, one recipient a message."""

from __future__ import annotations

import contextlib
import email.utils
import smtplib
import ssl
from typing import TYPE_CHECKING

from aggregator.channels.words import say_answer, say_failure
from aggregator.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.model import AlertSettings, Mail

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# RFC 5321 4.2.3: the server is going away. 535 and 530 concern the log-in.
_SERVER_CODES = (421, 530, 534, 535)
_TOO_BIG = 552


class EmailChannel:
    """A connection to the configured server, opened when it is needed.

    Answers to RCPT and DATA concern one message, all others the server: those count as
    nobody's attempt.
    """

    def __init__(self, settings: AlertSettings, environ: Mapping[str, str]) -> None:
        self._smtp = settings.smtp
        self._sender = email.utils.parseaddr(settings.sender)[1]
        self._environ = environ
        self._line: smtplib.SMTP | None = None
        self.transcript: list[str] = []

    def server_of(self, recipient: str) -> str:
        """Return host and port: one server takes all mail."""
        del recipient
        return f"{self._smtp.host}:{self._smtp.port}"

    def connect(self, recipient: str = "") -> None:
        """Open the line, encrypt and log in, unless it is open.

        Raises:
            DeliveryError: with scope 'server'; the message names the cause.
        """
        del recipient
        if self._line is not None:
            return
        self._check_secrecy()
        try:
            line = self._open()
        except smtplib.SMTPResponseException as error:
            raise self._blame_server(
                say_answer(error.smtp_error), error.smtp_code
            ) from error
        except UnicodeError as error:  # of the name's parts, one is empty or too long
            raise self._blame_server("this is no name of a host") from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._blame_server(say_failure(error)) from error
        try:
            self._secure(line)
        except BaseException:
            line.close()
            raise
        self._line = line

    def send(self, mail: Mail) -> str:
        """Send one message to one recipient; see `Channel.send`."""
        self.connect()
        try:
            self._envelope(mail)
        except smtplib.SMTPServerDisconnected:
            # A line that idled too long is dropped; nothing was sent yet, so ask anew.
            self._drop()
            self.connect()
            try:
                self._envelope(mail)
            except smtplib.SMTPServerDisconnected as error:
                self._drop()
                raise self._blame_server(say_failure(error)) from error
        return self._data(mail)

    def close(self) -> None:
        """Say QUIT; what the server answers no longer matters."""
        if self._line is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._line.quit()
            self._drop()

    # -- private -----------------------------------------------------------------------

    def _open(self) -> smtplib.SMTP:
        seconds = self._smtp.timeout.total_seconds()
        host, port = self._smtp.host, self._smtp.port
        if self._smtp.security == "tls":
            context = self._context()
            return smtplib.SMTP_SSL(host, port, timeout=seconds, context=context)
        return smtplib.SMTP(host, port, timeout=seconds)

    def _secure(self, line: smtplib.SMTP) -> None:
        """Greet, encrypt where configured, log in where configured."""
        smtp = self._smtp
        try:
            line.ehlo_or_helo_if_needed()
            if smtp.security == "starttls":
                code, answer = line.starttls(context=self._context())
                if code != 220:
                    raise self._blame_server(
                        f"STARTTLS refused: {say_answer(answer)}", code
                    )
                line.ehlo()
            if smtp.username:
                self._log_in(line, smtp.username)
        except smtplib.SMTPNotSupportedError as error:
            what = f"the server does not offer it: {error}"
            raise self._blame_server(what) from error
        except smtplib.SMTPResponseException as error:
            raise self._blame_server(
                say_answer(error.smtp_error), error.smtp_code
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._blame_server(say_failure(error)) from error

    def _check_secrecy(self) -> None:
        smtp = self._smtp
        if smtp.username and smtp.security == "none" and smtp.host not in _LOOPBACK:
            raise self._blame_server("no log-in over an unencrypted line")

    def _log_in(self, line: smtplib.SMTP, username: str) -> None:
        smtp = self._smtp
        password = self._environ.get(smtp.password_env or "")
        if not password:
            raise self._blame_server("the variable that password_env names is not set")
        if not (username + password).isascii():
            # smtplib sends nothing else, and its own error would hold the password.
            what = "user name and password of a log-in must be ASCII"
            raise self._blame_server(what)
        line.login(username, password)

    def _context(self) -> ssl.SSLContext:
        bundle = self._smtp.ca_bundle
        try:
            return ssl.create_default_context(cafile=bundle)
        except OSError as error:  # an SSLError is one; neither names the file
            what = f"ca_bundle {bundle}: {error.strerror or error}"
            raise self._blame_server(what) from error

    def _envelope(self, mail: Mail) -> None:
        """Say MAIL and RCPT.

        Raises:
            SMTPServerDisconnected: the line was lost; nothing was sent.
            DeliveryError: the server or the recipient was refused.
        """
        line = self._require_line()
        try:
            line.rset()
            size = f"size={len(mail.payload)}" if line.has_extn("size") else ""
            code, answer = line.mail(self._sender, [size] if size else [])
            self._note("MAIL", code, answer)
            if code == _TOO_BIG:
                raise DeliveryError(
                    f"{code} {say_answer(answer)}", permanent=True, code=code
                )
            if not _is_yes(code):  # the sender is the same for everybody
                raise self._blame_server(say_answer(answer), code)
            code, answer = line.rcpt(mail.recipient)
            self._note("RCPT", code, answer)
        except UnicodeEncodeError as error:
            raise DeliveryError(
                f"{mail.recipient}: not a mail address", permanent=True
            ) from error
        except (TimeoutError, ConnectionError) as error:
            self._drop()
            raise smtplib.SMTPServerDisconnected(say_failure(error)) from error
        self._judge(code, answer)

    def _data(self, mail: Mail) -> str:
        line = self._require_line()
        answer: bytes | str
        try:
            code, answer = line.data(mail.payload)
        except smtplib.SMTPDataError as error:
            code, answer = error.smtp_code, error.smtp_error
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # It may have been taken over: the same bytes go again, with the same
            # Message-ID, and the others are not held up by it.
            self._drop()
            what = f"the line was lost after DATA: {say_failure(error)}"
            raise DeliveryError(what, permanent=False, scope="line") from error
        self._note("DATA", code, answer)
        self._judge(code, answer)
        return f"{code} {say_answer(answer)}"

    def _judge(self, code: int, answer: bytes | str) -> None:
        """Raise unless the answer is yes."""
        if _is_yes(code):
            return
        text = f"{code} {say_answer(answer)}"
        if code in _SERVER_CODES or code < 0:
            raise self._blame_server(say_answer(answer), code)
        permanent = code >= 500
        raise DeliveryError(text, permanent=permanent, code=code)

    def _blame_server(self, reason: str, code: int | None = None) -> DeliveryError:
        self._drop()
        text = reason if code is None else f"{code} {reason}"
        server = self.server_of("")
        return DeliveryError(
            f"mail server {server}: {text}", permanent=False, scope="server", code=code
        )

    def _require_line(self) -> smtplib.SMTP:
        if self._line is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        return self._line

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _note(self, command: str, code: int, answer: bytes | str) -> None:
        self.transcript.append(f"{command}: {code} {say_answer(answer)}")


def _is_yes(code: int) -> bool:
    return 200 <= code < 300
