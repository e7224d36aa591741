"""Triyaj: what a person says about a story, and edits of stories."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from datasette.utils.asgi import BadRequest, NotFound, Response

from aggregator.browse.desk import (
    actor_id,
    desk_of,
    fill_template,
    local_path,
    read_news,
    write_triage,
)
from aggregator.browse.guard import private_post
from aggregator.browse.pages import lists
from aggregator.store import triage
from aggregator.store.desk import cards, story

# What a button says: kind of mark and its value.
BUTTONS: dict[str, tuple[triage.MarkKind, str]] = {
    "ilgili": ("verdict", "relevant"),
    "ilgisiz": ("verdict", "irrelevant"),
    "karar-geri": ("verdict", ""),
    "yildiz": ("star", "1"),
    "yildiz-geri": ("star", ""),
}
NOTE_LIMIT = 4000
NAME_LIMIT = 80


@private_post
async def post_mark(request: Any, datasette: Any) -> Any:
    """Store a mark; answer with the page it came from, or with the buttons alone."""
    form = request.form
    story_id = await _story_of(datasette, form.get("story"))
    kind, value = _mark(form)
    actor, at = actor_id(request), desk_of(datasette).clock()
    await write_triage(
        datasette,
        lambda conn: triage.add_mark(conn, story_id, kind, value, actor=actor, at=at),
    )
    if request.headers.get("x-fragment") == "triage":
        return await _buttons(request, datasette, story_id)
    return Response.redirect(_back(form, story_id), status=303)


@private_post
async def post_edit(request: Any, datasette: Any) -> Any:
    """Store a split or a merge; the next run carries it out."""
    form = request.form
    story_id = await _story_of(datasette, form.get("story"))
    actor, at = actor_id(request), desk_of(datasette).clock()
    if form.get("article"):
        article_id = _number(form["article"])
        carriers = await read_news(
            datasette, lambda conn: story.load_carriers(conn, story_id)
        )
        if len(carriers) < 2 or all(c.article_id != article_id for c in carriers):
            raise BadRequest("Bu haber bu hikâyeden ayrılamaz")
        await write_triage(
            datasette,
            lambda conn: triage.add_split(
                conn, story_id, article_id, actor=actor, at=at
            ),
        )
    else:
        other_id = await _story_of(datasette, form.get("other"))
        if other_id == story_id:
            raise BadRequest("Bir hikâye kendisiyle birleştirilemez")
        await write_triage(
            datasette,
            lambda conn: triage.add_merge(conn, story_id, other_id, actor=actor, at=at),
        )
    return Response.redirect(f"/hikaye/{story_id}#duzeltme", status=303)


@private_post
async def post_look(request: Any, datasette: Any) -> Any:
    """Note that a person has seen everything that stood on the page.

    What came after the page was made has not been seen, however late the press of the
    button.
    """
    actor, at = actor_id(request), desk_of(datasette).clock()
    seen_at = min(at, _time(request.form.get("at")) or at)
    await write_triage(datasette, lambda conn: triage.note_look(conn, actor, seen_at))
    return Response.redirect(local_path(request.form.get("next")), status=303)


def _time(text: str | None) -> datetime | None:
    """Return an aware time as a form of the desk carries it; None: there is none."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else None


def _mark(form: dict[str, str]) -> tuple[triage.MarkKind, str]:
    if form.get("isaret") in BUTTONS:
        return BUTTONS[form["isaret"]]
    if form.get("note", "").strip():
        return "note", form["note"].strip()[:NOTE_LIMIT]
    if "assignee" in form:
        return "assignee", " ".join(form["assignee"].split())[:NAME_LIMIT]
    raise BadRequest("Ne işaretleneceği belli değil")


async def _story_of(datasette: Any, text: str | None) -> int:
    """Return the present id of a story given as a number or as its address."""
    asked = _number((text or "").strip())
    found = await read_news(datasette, lambda conn: story.resolve_id(conn, asked))
    if found is None:
        raise NotFound("Böyle bir hikâye yok")
    return found


def _number(text: str) -> int:
    match = re.fullmatch(r"(?:.*/hikaye/)?([0-9]{1,18})(?:[?#].*)?", text)
    if match is None:
        raise BadRequest("Hikâye numarası ya da adresi bekleniyordu")
    return int(match.group(1))


def _back(form: dict[str, str], story_id: int) -> str:
    path = local_path(form.get("next")).partition("#")[0]
    return f"{path}#not" if path.startswith("/hikaye/") else f"{path}#h{story_id}"


async def _buttons(request: Any, datasette: Any, story_id: int) -> Any:
    found = await read_news(datasette, lambda conn: cards.load_cards(conn, [story_id]))
    states = await lists.load_states(datasette, request, [story_id])
    page = fill_template(
        datasette,
        request,
        "desk/_triage.html",
        {
            "card": found[0] if found else None,
            "state": states.get(story_id, triage.State()),
            "next": local_path(request.form.get("next")),
        },
    )
    return Response.html(page)
