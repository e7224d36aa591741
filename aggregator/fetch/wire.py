"""One request and its answer; what requests and urllib3 raise becomes ours."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from functools import cached_property
from http.client import HTTPException
from typing import TYPE_CHECKING

from requests.exceptions import RequestException
from requests.models import PreparedRequest
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError, IncompleteRead

from aggregator.errors import FetchError
from aggregator.fetch.address import host_and_port, literal_address
from aggregator.fetch.answers import Answer
from aggregator.fetch.body import CODINGS, CodingError, TooLarge, read_body, read_start
from aggregator.fetch.connections import Connections
from aggregator.fetch.transport import Gate, GuardedAdapter
from aggregator.fetch.way import strip_login
from aggregator.urls import mask_url

if TYPE_CHECKING:
    from aggregator.model import Feed, Limits

_PROXY_NAMES = (
    *("http_proxy", "https_proxy", "all_proxy"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
)
_ERROR_PAGE_BYTES = 65_536
_TLS_REASONS = {  # X509_V_ERR_*; what can be done differs for each (polling.md 54)
    10: "its certificate has expired",
    9: "its certificate is not valid yet",
    18: "its certificate is self-signed",
    19: "its certificate comes from a private authority (ca_bundle)",
    20: "the certificate of its authority is missing (ca_bundle)",
    21: "the certificate of its authority is missing (ca_bundle)",
    62: "its certificate is for another host",
    64: "its certificate is for another address",
}


class Wire:
    """The connections of a session, and the only place where requests is used."""

    def __init__(self, gate: Gate, pace: Callable[[str], None]) -> None:
        """Make it. pace: waits until the host of an address may be asked again."""
        self.requests = 0
        self._gate, self._pace = gate, pace
        self._connections = Connections(gate)

    def send(
        self,
        url: str,
        headers: dict[str, str],
        *,
        feed: Feed,
        limits: Limits,
        cut: bool,
    ) -> Answer:
        """Send one GET. Once more for a reset connection or a lie about the coding.

        cut: shorten a body over the cap instead of refusing it.

        Raises:
            FetchError: no whole answer came.
        """
        headers = {"Accept-Encoding": CODINGS, **headers}
        try:
            return self._try(url, headers, feed, limits, cut)
        except _Again as again:
            headers |= again.headers
        try:
            return self._try(url, headers, feed, limits, cut)
        except _Again as again:
            raise FetchError(
                again.message, url=mask_url(url), kind=again.kind
            ) from again

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()
        if "_adapter" in vars(self):
            self._adapter.close()

    @cached_property
    def _adapter(self) -> GuardedAdapter:
        """What speaks to proxies."""
        return GuardedAdapter(self._gate)

    def _try(
        self, url: str, headers: dict[str, str], feed: Feed, limits: Limits, cut: bool
    ) -> Answer:
        request = PreparedRequest()
        try:
            _prepare(request, url, headers)
            self._pace(url)
            self.requests += 1
            return self._exchange(request, feed, limits, cut=cut)
        except FetchError as error:
            error.url = mask_url(url)
            raise
        except TooLarge as error:
            raise FetchError(
                f"more than {limits.max_bytes:,} bytes", url=mask_url(url), kind="size"
            ) from error
        except CodingError as error:
            raise _Again(
                str(error), "encoding", {"Accept-Encoding": "identity"}
            ) from error
        except (
            *(RequestException, HTTPError, HTTPException),
            *(OSError, ValueError),
        ) as error:
            raise self._translate(error, url) from error

    def _exchange(
        self, request: PreparedRequest, feed: Feed, limits: Limits, *, cut: bool
    ) -> Answer:
        """Send a request and read its answer."""
        verify = (feed.ca_bundle or True) if feed.verify else False
        connecting = limits.connect_timeout.total_seconds()
        proxies = self._proxies(request.url or "")
        if proxies:
            response = self._adapter.send(
                request,
                stream=True,
                timeout=(connecting, limits.read_timeout.total_seconds()),
                verify=verify,
                proxies=proxies,
            ).raw
            try:
                return _read_answer(response, request, limits.max_bytes, cut=cut)
            finally:
                response.close()  # nothing, if it was read to its end
        connection, response = self._connections.send(
            request, verify=verify, timeout=connecting
        )
        is_over = False
        try:
            answer = _read_answer(response, request, limits.max_bytes, cut=cut)
            is_over = response.closed
        finally:
            if not is_over:
                connection.close()
        return answer

    def _proxies(self, url: str) -> dict[str, str]:
        """Return the environment's proxies; what they are asked for is checked here.

        Raises:
            FetchError: an address or port that may not be asked for through one either.
        """
        if not any(name in os.environ for name in _PROXY_NAMES):
            return {}  # requests takes 0.3 ms to find that out
        proxies = get_environ_proxies(url)
        if proxies and select_proxy(url, proxies):
            host, port = host_and_port(url)
            reason = self._gate.guard.refusal(host, port, literal_address(host))
            if reason is not None:
                raise FetchError(reason, kind="address")
        return proxies

    def _translate(self, error: Exception, url: str) -> Exception:
        """Say in one sentence of ours what a library's exception means."""
        causes = list(_causes(error))
        kind, message = "protocol", _say_protocol(causes)
        for cause in causes:
            if isinstance(cause, _Again):
                return cause
            if isinstance(cause, ssl.SSLCertVerificationError):
                reason = _TLS_REASONS.get(cause.verify_code, cause.verify_message)
                kind, message = "tls", f"TLS: {reason}"
                break
            if isinstance(cause, ssl.SSLError):
                kind, message = "tls", f"TLS: {_say_tls(cause)}"
                break
            if isinstance(cause, TimeoutError):
                kind, message = "timeout", self._say_timeout()
                break
            if isinstance(cause, ConnectionError):
                return _Again("the connection was cut off", "reset", {})
        return FetchError(message, url=mask_url(url), kind=kind)

    def _say_timeout(self) -> str:
        if self._gate.clock() >= self._gate.until:
            return "not complete within its whole time (total_timeout)"
        return f"no data for {self._gate.read_timeout:g} s"


def as_sent(url: str) -> str:
    """Return an address as an answer has it: encoded, without login and fragment.

    `?kategori=gündem` and `%c5%9f` are sent as `?kategori=g%C3%BCndem` and `%C5%9F`.
    """
    request = PreparedRequest()
    try:
        _prepare(request, url, {})
    except FetchError:
        return url
    return strip_login(request.url or "")


def _prepare(request: PreparedRequest, url: str, headers: dict[str, str]) -> None:
    """Fill in what a GET needs: half of `PreparedRequest.prepare`, cookies left out."""
    try:
        request.prepare_method("GET")
        request.prepare_url(url, None)
        request.prepare_headers(headers)
        if "@" in url:
            request.prepare_auth(None, url)
    except (RequestException, UnicodeError) as error:
        raise FetchError("not a web address", kind="scheme") from error


class _Again(Exception):  # noqa: N818 - a wish, not a mistake
    """Ask once more, with these headers."""

    def __init__(self, message: str, kind: str, headers: dict[str, str]) -> None:
        super().__init__(message)
        self.message, self.kind, self.headers = message, kind, headers


def _read_answer(
    response: BaseHTTPResponse, request: PreparedRequest, max_bytes: int, *, cut: bool
) -> Answer:
    """Read as much of the body as its status deserves, and all of it where possible.

    A connection is used again only when the answer on it was read to its end.
    """
    body = b""
    if 200 <= response.status < 300:
        plain = request.headers["Accept-Encoding"] == "identity"
        try:
            body = read_body(response, max_bytes, asked_plain=plain)
        except TooLarge as error:
            if not cut:
                raise
            body = error.body
    elif response.status != 304:
        body = read_start(response, _ERROR_PAGE_BYTES)
    if response.length_remaining == 0:
        response.drain_conn()
    sent = request.headers
    return Answer(
        url=strip_login(request.url or ""),
        status=response.status,
        headers=response.headers,
        body=body,
        conditional="If-None-Match" in sent or "If-Modified-Since" in sent,
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk through all that an exception wraps: cause, context, reason, arguments."""
    seen: list[BaseException] = []
    queue: list[object] = [error]
    while queue:
        cause = queue.pop(0)
        if isinstance(cause, BaseException) and not any(cause is old for old in seen):
            seen.append(cause)
            yield cause
            queue += [
                cause.__cause__,
                cause.__context__,
                getattr(cause, "reason", None),
            ]
            queue += cause.args


def _say_tls(error: ssl.SSLError) -> str:
    """Say why no TLS came about, in words where it is usual."""
    reason = error.reason or str(error)
    if reason in {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST"}:
        return "what answers there speaks no TLS"
    if "UNSUPPORTED_PROTOCOL" in reason or "PROTOCOL_VERSION" in reason:
        return "it speaks outdated versions only"
    return reason


def _say_protocol(causes: list[BaseException]) -> str:
    """Name the last cause without its text, which may hold the address."""
    if any(isinstance(cause, IncompleteRead) for cause in causes):
        return "the body ends too early: fewer bytes than Content-Length says"
    return f"no proper HTTP answer: {type(causes[-1]).__name__}"
