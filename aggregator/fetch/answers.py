"""An answer as it came, and which answers are none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from aggregator.errors import FetchError
from aggregator.fetch.headers import first, read_retry_after
from aggregator.sources.disguise import find_challenge
from aggregator.urls import mask_url

if TYPE_CHECKING:
    from urllib3._collections import HTTPHeaderDict

# What these promise is not a whole document (polling.md 41).
_USELESS = {
    204: "no content",
    205: "no content",
    206: "a part of a document, which was not asked for",
    226: "a difference, which was not asked for",
}
_CHALLENGE_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "challenge"),
    ("x-amzn-waf-action", "captcha"),
)
_REASONS = {
    401: "a login is needed",
    403: "the server refuses us",
    404: "nothing there",
    410: "gone for good",
    429: "asked too often",
    451: "withheld for legal reasons",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response. url: without login and fragment. conditional: validators were sent.

    body: of an error page only its start.
    """

    url: str
    status: int
    headers: HTTPHeaderDict
    body: bytes
    conditional: bool

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as text: raw UTF-8 arrives as Latin-1."""
        value = first(self.headers, "Location")
        if value is None:
            return None
        try:
            return value.encode("latin-1").decode("utf-8").strip()
        except UnicodeError:
            return value.strip()


def judge_status(answer: Answer, now: datetime) -> None:
    """Let pass what holds a document or says that it has not changed.

    Raises:
        FetchError: anything else, with the state it suggests and its Retry-After.
    """
    if any(first(answer.headers, name) == value for name, value in _CHALLENGE_HEADERS):
        raise _error(answer, "a challenge for browsers stands before it", "blocked")
    if answer.status == 304:
        if not answer.conditional:
            raise _error(answer, "not modified, though nothing was asked to be", None)
        return
    if answer.status in _USELESS:
        raise _error(answer, _USELESS[answer.status], None)
    if 200 <= answer.status < 300:
        return
    challenge = find_challenge(answer.body.decode("utf-8", "replace"))
    if challenge is not None:
        raise _error(answer, challenge, "blocked")
    wait = read_retry_after(answer.headers, now)
    error = _error(
        answer, _reason(answer.status), "gone" if answer.status == 410 else None
    )
    if answer.status in {429, 503} and wait is not None:
        error.retry_after = wait.total_seconds()
    raise error


def _error(answer: Answer, reason: str, state: str | None) -> FetchError:
    return FetchError(
        f"HTTP {answer.status}: {reason}",
        url=mask_url(answer.url),
        status=answer.status,
        state=state or "failing",
        kind="status",
    )


def _reason(status: int) -> str:
    if status in _REASONS:
        return _REASONS[status]
    if 300 <= status < 400:
        return "a redirect that leads nowhere"
    try:
        return HTTPStatus(status).phrase.lower()
    except ValueError:
        return "an unknown status"
