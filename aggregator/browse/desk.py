"""What every page of the desk starts from."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from datasette.utils.asgi import NotFound, Response
from markupsafe import Markup

from aggregator.alerts.faults import tell_fault
from aggregator.browse import labels
from aggregator.browse.interface import Interface, Language, iso
from aggregator.browse.reasons import tell_reason
from aggregator.browse.rendering import fill
from aggregator.store.desk import watchlist

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.model import Config
    from aggregator.store import Connection

T = TypeVar("T")

# The names under which the desk's Datasette knows its two databases.
NEWS = "news"
TRIAGE = "triage"
# Who acts on a desk that has no log-in: whoever sits at this machine.
LOCAL_ACTOR = "yerel"
# What a reader may choose by an address, and a cookie of the same name remembers; the
# first value holds where nothing was chosen.
PREFERENCES = {"dil": ("tr", "en"), "gorunum": ("kart", "liste")}

_STATIC = Path(__file__).with_name("static")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A running desk; Datasette carries it as `datasette.desk`.

    clock: returns the time of a request. login: people sign in; without it the desk
    serves this machine only.
    """

    config: Config
    clock: Callable[[], datetime]
    login: bool

    @property
    def zone(self) -> ZoneInfo:
        """The operator's zone."""
        return ZoneInfo(self.config.settings.timezone)

    def interface(self, request: Any) -> Interface:
        """Return the reader's language and now."""
        return Interface(
            language=language_of(request), zone=self.zone, now=self.clock()
        )


def desk_of(datasette: Any) -> Desk:
    """Return the desk of a Datasette.

    Raises:
        NotFound: Datasette was not started by `aggregator serve`.
    """
    desk: Desk | None = getattr(datasette, "desk", None)
    if desk is None:
        raise NotFound("Masa şu komutla başlar: aggregator serve")
    return desk


def language_of(request: Any) -> Language:
    """Return the reader's language."""
    return "en" if preference(request, "dil") == "en" else "tr"


def preference(request: Any, name: str) -> str:
    """Return what a reader asks for now, else chose before, else the usual."""
    values = PREFERENCES[name]
    if request is None:
        return values[0]
    for asked in (request.args.get(name), request.cookies.get(name)):
        if asked in values:
            return str(asked)
    return values[0]


def whole_number(text: str | None) -> int | None:
    """Return the number that a part of an address is; None: none, or beyond all ids."""
    found = re.fullmatch(r"\s*([0-9]{1,18})\s*", text or "", re.ASCII)
    return int(found[1]) if found else None


def actor_id(request: Any) -> str:
    """Return who asks."""
    return str((request.actor or {}).get("id") or "")


async def read_news(datasette: Any, question: Callable[[Connection], T]) -> T:
    """Return what a question to the news database gives."""
    found: T = await datasette.get_database(NEWS).execute_fn(question)
    return found


async def read_triage(datasette: Any, question: Callable[[Connection], T]) -> T:
    """Return what a question to triage.db gives."""
    found: T = await datasette.get_database(TRIAGE).execute_fn(question)
    return found


async def write_triage(datasette: Any, change: Callable[[Connection], T]) -> T:
    """Return what a change of triage.db gives; changes are made one after another."""
    found: T = await datasette.get_database(TRIAGE).execute_write_fn(change)
    return found


async def watchlist_titles(datasette: Any) -> dict[str, str]:
    """Return the titles of the watchlists, as configured, in their order."""
    configured = {w.id: w.title for w in desk_of(datasette).config.watchlists}
    if configured:
        return configured
    return await read_news(datasette, watchlist.known_watchlists)


def fill_template(
    datasette: Any, request: Any, template: str, context: dict[str, Any]
) -> str:
    """Return a template filled with a page's values and those that all pages have."""
    return fill(template, request, context | template_variables(datasette, request))


def render_page(
    datasette: Any, request: Any, template: str, context: dict[str, Any]
) -> Any:
    """Return a page as a response."""
    page = fill_template(datasette, request, f"desk/{template}", context)
    return Response.html(page)


def template_variables(datasette: Any, request: Any) -> dict[str, Any]:
    """Return what every template may use, stock ones included."""
    desk = desk_of(datasette)
    ui = desk.interface(request)
    return {
        "ui": ui,
        "t": ui.t,
        "iso": iso,
        "login": desk.login,
        "me": actor_id(request) if request else "",
        "asset": asset_url,
        "with_args": lambda **changes: with_args(request, changes),
        "dense": preference(request, "gorunum") == "liste",
        "here": request.full_path if request else "/",
        "scrape_words": labels.SCRAPE_STATES,
        "field_words": labels.FIELDS,
        "kind_words": labels.DELIVERIES,
        "action_words": labels.ACTIONS,
        "language_words": labels.LANGUAGES,
        "category_words": labels.CATEGORIES,
        "feed_words": labels.FEED_KINDS,
        "result_words": labels.RESULTS,
        "lookup_words": labels.LOOKUPS,
        "archive_rows": lambda **values: Markup(  # noqa: S704 - a template of ours
            fill_template(datasette, request, "desk/_archive.html", values)
        ),
        "fault": partial(tell_fault, language=ui.language),
        "reason": partial(
            tell_reason,
            ui,
            names={name.id: name.forms[0].text for name in desk.config.names},
        ),
    }


def with_args(request: Any, changes: dict[str, str | None]) -> str:
    """Return the present address with some arguments changed (None: without it).

    The answer to a form has no address to come back to; home stands for it. What a form
    left empty goes too, but for the archive's conditions (agency__exact=).
    """
    pairs = [
        (name, value)
        for name in request.args
        for value in request.args.getlist(name)
        if name not in changes and (value or "__" in name)
    ]
    pairs += [(name, value) for name, value in changes.items() if value]
    path = "/" if request.method == "POST" else str(request.path)
    return path + ("?" + urlencode(pairs) if pairs else "")


@cache
def asset_url(name: str) -> str:
    """Return the address of a static file; it changes with the file."""
    content = (_STATIC / name).read_bytes()
    mark = hashlib.sha256(content).hexdigest()[:10]
    return f"/-/static-plugins/aggregator/{name}?v={mark}"


def local_path(path: str | None) -> str:
    """Return a path of this desk to go back to; anything else becomes the home page."""
    if not path or not path.startswith("/") or path[1:2] in {"/", "\\"}:
        return "/"
    if any(ord(sign) < 32 or sign == "\\" for sign in path):
        return "/"
    return path
