"""What the hooks of the desk do; `aggregator.browse` declares them to Datasette."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError

from aggregator.browse import guard
from aggregator.browse.archive import archive_filters, render_archive_cell
from aggregator.browse.desk import desk_of, fill_template, template_variables
from aggregator.browse.english import ENGLISH
from aggregator.browse.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


_log = logging.getLogger(__name__)


def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """Add the pages, if this Datasette is a desk."""
    return list(ROUTES) if hasattr(datasette, "desk") else []


def extra_template_vars(datasette: Any, request: Any) -> dict[str, Any]:
    """Give every template, stock ones included, the reader's language."""
    if not hasattr(datasette, "desk"):
        return {}
    return template_variables(datasette, request)


def actor_from_request(datasette: Any, request: Any) -> dict[str, str] | None:
    """Know who sits at this machine, on a desk without log-in."""
    if not hasattr(datasette, "desk"):
        return None
    return guard.actor_of(datasette, request)


def permission_allowed(datasette: Any, action: str, resource: Any) -> bool | None:
    """Close what nobody may see."""
    return guard.is_allowed(action, resource) if hasattr(datasette, "desk") else None


def render_cell(datasette: Any, value: Any, column: str, table: str | None) -> Any:
    """Show a cell of the archive."""
    if not hasattr(datasette, "desk"):
        return None
    return render_archive_cell(value, column, table)


def filters_from_request(
    datasette: Any, request: Any, table: str
) -> Callable[[], Awaitable[Any]] | None:
    """Search the archive."""
    if not hasattr(datasette, "desk"):
        return None
    return lambda: archive_filters(request, table)


def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Put the guard before everything."""
    if not hasattr(datasette, "desk"):
        return lambda app: app
    return lambda app: guard.secure(app, desk_of(datasette))


def forbidden(
    datasette: Any, request: Any, message: str
) -> Callable[[], Awaitable[Any]] | None:
    """Say in the reader's language that a page is closed."""
    if not hasattr(datasette, "desk"):
        return None
    return lambda: _error_page(datasette, request, 403, message)


def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Callable[[], Awaitable[Any]] | None:
    """Answer with a page that says what went wrong; a bug is logged, not shown."""
    if not hasattr(datasette, "desk"):
        return None
    if isinstance(exception, (Base400, DatasetteError)):
        # "Cannot sort by …" is a wrong request, though Datasette calls it a failure.
        is_asked = exception.status == 500 and exception.__context__ is None
        status = 400 if is_asked else exception.status
        message = str(exception)
    else:
        _log.error("%s failed", request.path, exc_info=exception)
        status, message = 500, ""
    if request.path.endswith(".json"):
        answer = {"ok": False, "error": message, "status": status}
        return lambda: _answer(Response.json(answer, status=status))
    return lambda: _error_page(datasette, request, status, message)


async def _answer(response: Any) -> Any:
    return response


async def _error_page(datasette: Any, request: Any, status: int, message: str) -> Any:
    # Datasette's own messages are English, and of use only where a request was wrong.
    answer = {"status": status, "error": message, "own": message in ENGLISH}
    page = fill_template(datasette, request, "error.html", answer)
    headers = {"allow": "POST"} if status == HTTPStatus.METHOD_NOT_ALLOWED else {}
    return Response.html(page, status=status, headers=headers)
