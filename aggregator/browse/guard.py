"""Keeping strangers out: permissions, CSRF, headers, bad paths, throttling."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import asgi_csrf  # type: ignore[import-untyped]  # no types
from datasette.utils.asgi import Forbidden, Response
from datasette.views.base import DatasetteError

from aggregator.browse.desk import LOCAL_ACTOR, NEWS, PREFERENCES, desk_of
from aggregator.browse.spreadsheet import send_for_excel
from aggregator.store import triage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aggregator.browse.desk import Desk

    View = Callable[[Any, Any], Awaitable[Any]]

# What people may read of the archive; the tables behind these views are private.
PUBLIC_VIEWS = (
    "news",
    "matches",
    "flagged",
    "feed_health",
    "deliveries",
    "gaps",
    "runs",
)
# Datasette's own pages that stay open; the rest of /-/ tells strangers too much
# (/-/password-tool even spends a second of CPU on each of their requests).
OPEN_PATHS = ("/-/login", "/-/logout", "/-/static/", "/-/static-plugins/")
_ASSETS = "/-/static-plugins/aggregator/"
# Failed log-ins of one address before it has to wait.
LOGIN_TRIES = 10
LOGIN_WAIT = timedelta(minutes=15)

# No page of the desk, the archive's included, needs a script or a style in its text.
_HEADERS = {
    b"content-security-policy": (
        b"default-src 'self'; img-src 'self' data:; base-uri 'none';"
        b" form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
}


# Datasette checks form tokens before any page of ours is asked, and answers with one
# line in English; a person gets it whose page is older than the desk's last start.
_TOKEN_MESSAGES = frozenset(text.encode() for text in asgi_csrf.error_messages.values())
_STALE = """<!DOCTYPE html>
<html lang="tr"><meta charset="utf-8"><title>403 · Basın Masası</title>
<p>Formun süresi geçmiş: önceki sayfaya dönüp yenileyin, sonra yeniden gönderin.</p>
<p lang="en">The form is out of date: go back, reload the page and send it again.</p>
<p><a href="/">Bugün</a></p></html>
"""


def private(view: View) -> View:
    """Let a page be seen only by who may see the desk.

    Datasette does not ask this for routes of plugins: without it strangers get 200.
    """

    @wraps(view)
    async def guarded(request: Any, datasette: Any) -> Any:
        await require_reader(datasette, request)
        return await view(request, datasette)

    return guarded


def private_post(view: View) -> View:
    """Like `private`, for changes: only POST, and only with the form's own token.

    Datasette lets a POST without cookies pass; on a desk without log-in any page in the
    same browser could send such a one.
    """

    @wraps(view)
    async def guarded(request: Any, datasette: Any) -> Any:
        await require_reader(datasette, request)
        if request.method != "POST":
            raise DatasetteError("Bu adrese yalnız formlar gönderilir.", status=405)
        form = await request.post_vars()
        token = request.scope["csrftoken"]()
        if not secrets.compare_digest(
            form.get("csrftoken", "").encode(), token.encode()
        ):
            raise Forbidden("Formun süresi geçmiş: sayfayı yenileyip yeniden gönderin.")
        request.form = form
        return await view(request, datasette)

    return guarded


def private_or_token(view: View) -> View:
    """Like `private`, but a feed token opens the page too (feed readers sign in so)."""

    @wraps(view)
    async def guarded(request: Any, datasette: Any) -> Any:
        secret = request.args.get("anahtar")
        if not secret or not await _is_token(datasette, secret):
            await require_reader(datasette, request)
        return await view(request, datasette)

    return guarded


async def require_reader(datasette: Any, request: Any) -> None:
    """Raise Forbidden unless the one who asks may see the desk."""
    await datasette.ensure_permissions(request.actor, ["view-instance"])


def actor_of(datasette: Any, request: Any) -> dict[str, str] | None:
    """Return the local actor of a desk without log-in, else None.

    Only a request that names this machine as its host is local: a page elsewhere that
    rebinds its own name to 127.0.0.1 is not.
    """
    if desk_of(datasette).login or not is_loopback(_host_of(request)):
        return None
    return {"id": LOCAL_ACTOR}


def is_loopback(host: str) -> bool:
    """Say whether a host name or address means this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_allowed(action: str, resource: Any) -> bool | None:
    """Return False for what nobody may see: private tables, triage.db, downloads."""
    if action == "view-database" and resource == "triage":
        return False
    if action == "view-database-download":
        return False
    if action == "view-table":
        database, table = resource
        if database == "triage" or (database == "news" and table not in PUBLIC_VIEWS):
            return False
    return None


def secure(app: Any, desk: Desk) -> Any:
    """Wrap the whole application: bad paths, closed pages, throttling, headers."""
    failures: dict[str, list[datetime]] = {}

    async def secured(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        is_refused_form = False

        async def send_with_headers(event: Any) -> None:
            nonlocal is_refused_form
            if event["type"] == "http.response.start":
                _note_login(scope, event["status"], failures, desk)
                is_refused_form = scope["method"] == "POST" and event["status"] == 403
                event = {**event, "headers": _with_headers(scope, event)}
            elif is_refused_form and event["body"] in _TOKEN_MESSAGES:
                event = {**event, "body": _STALE.encode()}
            await send(event)

        path = PurePosixPath(scope["path"])
        if path.suffix == ".csv" and path.parts[1:2] in {(NEWS,), (f"{NEWS}.csv",)}:
            send = send_for_excel(send, path.stem)
        refusal = _refusal(scope) or _waiting(scope, failures, desk)
        if refusal is not None:
            await refusal.asgi_send(send_with_headers)
        else:
            await app(scope, receive, send_with_headers)

    return secured


def _refusal(scope: Any) -> Any:
    raw = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    start = raw[:8].lower().replace("%5c", "\\").replace("%2f", "/")
    if start[1:2] in {"/", "\\"} or start[:1] != "/":
        return Response.text("400", status=400)
    path = scope["path"]
    if path.startswith("/-/") and not path.startswith(OPEN_PATHS):
        return Response.text("403", status=403)
    if scope["method"] == "POST" and path.startswith("/news"):
        return Response.text("405", status=405)  # the archive is only read
    return None


def _is_login(scope: Any) -> bool:
    return bool(scope["method"] == "POST" and scope["path"] == "/-/login")


def client_of(address: str) -> str:
    """Return whom an address belongs to: IPv6 gives everybody a whole /64 of them."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else address


def _client(scope: Any) -> str:
    return client_of(str((scope.get("client") or ("?",))[0]))


def _waiting(scope: Any, failures: dict[str, list[datetime]], desk: Desk) -> Any:
    if not _is_login(scope):
        return None
    since = desk.clock() - LOGIN_WAIT
    recent = [at for at in failures.get(_client(scope), ()) if at > since]
    if len(recent) < LOGIN_TRIES:
        return None
    return Response.text(
        "Çok fazla deneme. 15 dakika sonra yeniden deneyin.\n"
        "Too many attempts. Try again in 15 minutes.\n",
        status=429,
        headers={"retry-after": str(int(LOGIN_WAIT.total_seconds()))},
    )


def _note_login(
    scope: Any, status: int, failures: dict[str, list[datetime]], desk: Desk
) -> None:
    """Count a failed log-in: the form again (200) instead of a redirect."""
    if not _is_login(scope) or status in {302, 429}:
        return
    now = desk.clock()
    kept = [at for at in failures.get(_client(scope), ()) if at > now - LOGIN_WAIT]
    if len(failures) > 10_000:  # addresses, not tries: memory stays bounded
        failures.clear()
    failures[_client(scope)] = [*kept, now]


def _with_headers(scope: Any, event: Any) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer, with those that all of them have.

    What a person may see is for no cache; our static files are, for good: the address
    changes with the file (see `desk.asset_url`).
    """
    is_asset = scope["path"].startswith(_ASSETS) and event["status"] == HTTPStatus.OK
    cache = b"public, max-age=31536000, immutable" if is_asset else b"private, no-store"
    ours = {**_HEADERS, b"cache-control": cache}
    kept = [pair for pair in event["headers"] if pair[0].lower() not in ours]
    return [*kept, *ours.items(), *_preferences(scope)]


def _preferences(scope: Any) -> list[tuple[bytes, bytes]]:
    """Return the cookies that remember what a reader asks for, on any page."""
    asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    return [
        (
            b"set-cookie",
            f"{name}={asked[name]}; Path=/; Max-Age=31536000; HttpOnly;"
            " SameSite=lax".encode(),
        )
        for name, values in PREFERENCES.items()
        if asked.get(name) in values
    ]


def _host_of(request: Any) -> str:
    host = str(request.host)
    if host.startswith("["):
        return host.partition("]")[0].strip("[]")
    return host.partition(":")[0]


async def _is_token(datasette: Any, secret: str) -> bool:
    found = await datasette.get_database("triage").execute_fn(
        lambda conn: triage.token_actor(conn, secret)
    )
    return found is not None
