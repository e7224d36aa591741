"""The way to an answer: which addresses may be on it, and what is sent along."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit, urlunsplit

from aggregator.errors import FetchError
from aggregator.fetch.address import host_and_port
from aggregator.fetch.answers import Answer
from aggregator.model import Validators
from aggregator.urls import mask_url


def conditions(validators: Validators) -> dict[str, str]:
    """Both validators, or the one there is (polling.md 2-4)."""
    headers = {}
    if validators.etag is not None:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified is not None:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def check_target(url: str) -> None:
    """Let pass what is an http address with a host.

    Raises:
        FetchError: kind scheme.
    """
    try:
        host_and_port(url)
        if url.partition(":")[0].lower() in {"http", "https"}:
            return
    except ValueError:
        pass
    raise FetchError("not a web address", url=mask_url(url), kind="scheme")


def next_url(answer: Answer, start: str, *, secure: bool) -> str:
    """Return where a redirect leads. start: where the way began, for the message.

    secure: a way from https to http is refused.

    Raises:
        FetchError: to no web address, or to an insecure one.
    """
    location = answer.location or ""
    try:
        target = urljoin(answer.url, location).partition("#")[0]
        scheme = urlsplit(target).scheme
    except ValueError:
        target, scheme = location, ""
    if scheme not in {"http", "https"}:
        raise FetchError(
            f"redirects to {mask_url(target)[:200]}, which is no web address",
            url=mask_url(start),
            status=answer.status,
            kind="scheme",
        )
    if secure and scheme == "http" and answer.url.startswith("https:"):
        raise FetchError(
            f"redirects from https to {mask_url(target)}",
            url=mask_url(start),
            status=answer.status,
            kind="redirect",
        )
    return target


def strip_login(url: str) -> str:
    """Return an address without user, password and fragment."""
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=netloc, fragment=""))
