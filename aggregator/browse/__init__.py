"""The desk: a Datasette plugin with the pages that analysts keep open all day.

`serve` and `build` start it; the rest are the hooks by which Datasette finds it through
the entry point `aggregator`. All of them exist in Datasette 0.65 and 1.0.
"""

# ruff: noqa: PLC0415 - Datasette imports its plugins while it is imported itself: what
# imports Datasette here, at the top, would show it a module without hooks.

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pluggy import HookimplMarker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from aggregator.model import Config

hookimpl = HookimplMarker("datasette")


def build(config: Config, *, clock: Callable[[], datetime]) -> Any:
    """Return the desk as a Datasette object, for tests; see `server.build`."""
    from aggregator.browse import server

    return server.build(config, clock=clock)


def serve(
    config: Config, *, host: str, port: int, clock: Callable[[], datetime]
) -> None:
    """Serve the desk until it is stopped; see `server.serve`."""
    from aggregator.browse import server

    server.serve(config, host=host, port=port, clock=clock)


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """Add the pages."""
    from aggregator.browse import plugin

    return plugin.register_routes(datasette)


@hookimpl
def extra_template_vars(datasette: Any, request: Any) -> dict[str, Any]:
    """Give every template, stock ones included, the reader's language."""
    from aggregator.browse import plugin

    return plugin.extra_template_vars(datasette, request)


@hookimpl
def filters_from_request(
    datasette: Any, request: Any, table: str
) -> Callable[[], Awaitable[Any]] | None:
    """Search the archive."""
    from aggregator.browse import plugin

    return plugin.filters_from_request(datasette, request, table)


@hookimpl(trylast=True)
def actor_from_request(datasette: Any, request: Any) -> dict[str, str] | None:
    """Know who sits at this machine, on a desk without log-in."""
    from aggregator.browse import plugin

    return plugin.actor_from_request(datasette, request)


@hookimpl(tryfirst=True)
def permission_allowed(datasette: Any, action: str, resource: Any) -> bool | None:
    """Close what nobody may see."""
    from aggregator.browse import plugin

    return plugin.permission_allowed(datasette, action, resource)


@hookimpl
def render_cell(datasette: Any, value: Any, column: str, table: str | None) -> Any:
    """Show a cell of the archive."""
    from aggregator.browse import plugin

    return plugin.render_cell(datasette, value, column, table)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Put the guard before everything."""
    from aggregator.browse import plugin

    return plugin.asgi_wrapper(datasette)


@hookimpl
def forbidden(
    datasette: Any, request: Any, message: str
) -> Callable[[], Awaitable[Any]] | None:
    """Say in the reader's language that a page is closed."""
    from aggregator.browse import plugin

    return plugin.forbidden(datasette, request, message)


@hookimpl
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Callable[[], Awaitable[Any]] | None:
    """Say in the reader's language what went wrong."""
    from aggregator.browse import plugin

    return plugin.handle_exception(datasette, request, exception)
