"""Akışlar: secret addresses for feed readers, one person's, revocable."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import BadRequest

from aggregator.browse.desk import (
    actor_id,
    desk_of,
    read_triage,
    render_page,
    watchlist_titles,
    whole_number,
    write_triage,
)
from aggregator.browse.guard import private, private_post
from aggregator.store import triage

LABEL_LIMIT = 80


@private
async def show_tokens(request: Any, datasette: Any) -> Any:
    """List a person's tokens."""
    return await _page(request, datasette, secret=None)


@private_post
async def post_token(request: Any, datasette: Any) -> Any:
    """Make a token, whose secret is shown once, or revoke one."""
    form = request.form
    actor, at = actor_id(request), desk_of(datasette).clock()
    if form.get("iptal"):
        token_id = whole_number(form["iptal"])
        if token_id is None:
            raise BadRequest("Anahtar numarası bekleniyordu")
        revoked = token_id
        await write_triage(
            datasette, lambda conn: triage.revoke_token(conn, revoked, actor, at)
        )
        return await _page(request, datasette, secret=None)
    label = " ".join(form.get("label", "").split())[:LABEL_LIMIT]
    secret = await write_triage(
        datasette, lambda conn: triage.make_token(conn, actor, label, at)
    )
    return await _page(request, datasette, secret=secret)


async def _page(request: Any, datasette: Any, *, secret: str | None) -> Any:
    actor = actor_id(request)
    return render_page(
        datasette,
        request,
        "tokens.html",
        {
            "tokens": await read_triage(
                datasette, lambda conn: triage.tokens_of(conn, actor)
            ),
            "secret": secret,
            "titles": await watchlist_titles(datasette),
            "base_url": desk_of(datasette).config.alerts.base_url.rstrip("/"),
        },
    )
