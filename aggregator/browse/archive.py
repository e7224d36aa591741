"""The archive: Datasette's own tables over the public views, in Turkish."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from datasette.filters import FilterArguments
from datasette.utils.asgi import BadRequest, Forbidden
from datasette.views.database import DatabaseView
from markupsafe import Markup, escape

from aggregator import match, urls
from aggregator.browse.desk import NEWS, render_page, whole_number
from aggregator.browse.guard import private

# The archive's own search shows so many of the newest hits; /ara knows no such bound.
SEARCH_LIMIT = 5000
# Its page of all views costs half a second of counting rows that it does not show.
VIEWS = ("news", "flagged", "matches", "feed_health", "gaps", "runs", "deliveries")

_SCHEME = re.compile(r"^https?://(www\.)?")
_URL_WIDTH = 40
_TEXT_WIDTH = 200


@private
async def show_archive(request: Any, datasette: Any) -> Any:
    """List the views; with SQL (people named in `allow_sql`) Datasette's own page."""
    if request.query_string or request.url_vars.get("format"):
        return await DatabaseView(datasette).dispatch_request(request)
    await datasette.ensure_permissions(request.actor, [("view-database", NEWS)])
    about = (datasette.metadata("databases") or {}).get(NEWS, {})
    sql = await datasette.permission_allowed(request.actor, "execute-sql", NEWS)
    return render_page(
        datasette,
        request,
        "archive.html",
        {"views": VIEWS, "about": about, "allow_execute_sql": sql},
    )


async def archive_filters(request: Any, table: str) -> FilterArguments:
    """Return what the archive's search box adds to a table's conditions.

    Instead of Datasette's own filters: those collect every hit of a word first, which
    at a million articles runs into the time limit, and let addresses name other tables.

    Raises:
        Forbidden: a condition in SQL; SQL has a page of its own.
        BadRequest: a number that is none, over which Datasette itself would fail.
    """
    if "_where" in request.args:
        raise Forbidden("SQL için izniniz yok.")
    for name in ("_next", "_timelimit"):
        if name in request.args and whole_number(request.args[name]) is None:
            raise BadRequest(name)
    searchable = table == "news"
    q = request.args.get("_search") or ""
    context = {
        "supports_search": searchable,
        "search": q,
        "search_limit": SEARCH_LIMIT,
    }
    if not (searchable and q):
        return FilterArguments([], extra_context=context)
    where = (
        "id in (select rowid from search_fts where search_fts match :search"
        " order by rowid desc limit :search_limit)"
    )
    found = {"search": match.search_query(q) or '""', "search_limit": SEARCH_LIMIT}
    return FilterArguments([where], found, extra_context=context)


def render_archive_cell(value: Any, column: str, table: str | None) -> Any:
    """Return how a cell is shown, or None for Datasette's own way."""
    if table is None or value is None or value == "":
        return None
    if column == "story_id" or (column == "id" and table == "flagged"):
        return _page_link("hikaye", value)
    if column == "watchlist_id":
        return _page_link("izleme", value)
    if column == "url":
        return external_link(
            str(value), _short(_SCHEME.sub("", str(value)), _URL_WIDTH)
        )
    if isinstance(value, str):
        return (
            _time(value)
            if column.endswith("_at")
            else escape(_short(value, _TEXT_WIDTH))
        )
    return None


def _page_link(page: str, value: Any) -> Markup:
    name = escape(value)
    return Markup(f'<a href="/{page}/{name}">{name}</a>')  # noqa: S704 - escaped


def external_link(url: str, label: str) -> Markup:
    """Return a link out of the desk; an address that is no web address is only text."""
    safe = urls.safe_link(url)
    if safe is None:
        return escape(label)
    where = escape(safe)
    return Markup(  # noqa: S704 - both parts are escaped
        f'<a href="{where}" rel="noopener noreferrer nofollow" title="{where}">'
        f"{escape(label)}</a>"
    )


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _time(value: str) -> Markup:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return escape(value)
    return Markup(  # noqa: S704 - what reads as a time, and a time in digits
        f'<time datetime="{escape(value)}">{at:%Y-%m-%d %H:%M}</time>'
    )
