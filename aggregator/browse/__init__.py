"""The desk: a Datasette plugin with the pages that analysts keep open all day.

`serve` and `build` start it; the rest are the hooks by which Datasette finds it through
the entry point `aggregator`.
"""

from __future__ import annotations

from aggregator.browse.hooks import (
    actor_from_request,
    asgi_wrapper,
    extra_template_vars,
    forbidden,
    handle_exception,
    permission_allowed,
    prepare_connection,
    register_routes,
    render_cell,
)
from aggregator.browse.server import build, serve

__all__ = [
    "actor_from_request",
    "asgi_wrapper",
    "build",
    "extra_template_vars",
    "forbidden",
    "handle_exception",
    "permission_allowed",
    "prepare_connection",
    "register_routes",
    "render_cell",
    "serve",
]
