"""Building the desk's Datasette and serving it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import __version__ as datasette_version
from datasette.app import Datasette, DatasetteClient
from datasette.database import Database
from datasette.plugins import pm

from aggregator import match
from aggregator.browse.desk import NEWS, TRIAGE, Desk
from aggregator.browse.guard import is_loopback
from aggregator.browse.rendering import read_templates
from aggregator.errors import ConfigError
from aggregator.store import open_db, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.model import Config

METADATA = "metadata.json"
AUTH = "datasette-auth-passwords"
# Cookies are signed with it; without it every start signs everybody out.
SECRET_ENV = "DATASETTE_SECRET"  # noqa: S105 - the name of a variable

_REPLACED = ("datasette.handle_exception", "datasette.filters")
_HERE = Path(__file__).parent

SETTINGS = {
    "default_page_size": 25,
    "max_returned_rows": 1000,
    "num_sql_threads": 4,
    "sql_time_limit_ms": 1000,
    "suggest_facets": False,  # 1.3 s of the articles page at a million rows
    "default_allow_sql": False,
    "allow_download": False,
    "allow_csv_stream": True,
    "max_csv_mb": 20,
    "truncate_cells_html": 200,
    "default_cache_ttl": 0,  # what one person may see is no matter for caches
    "template_debug": False,
    "trace_debug": False,
}


def build(config: Config, *, clock: Callable[[], datetime]) -> Any:
    """Return the desk as a Datasette object; databases are made where they lack.

    Args:
        config: the whole configuration.
        clock: returns the time of a request, aware.

    Raises:
        ConfigError: metadata.json is not readable, or Datasette is of another line.
        StoreError: a database cannot be opened.
    """
    check_version(datasette_version)
    _replace_stock_parts()
    metadata = load_metadata(config)
    database = Path(config.settings.database)
    open_db(database).close()
    notes = triage.triage_path(database)
    triage.open_triage(notes).close()
    datasette = Datasette(
        [],
        metadata=metadata,
        settings=SETTINGS,
        template_dir=str(_HERE / "templates"),
        secret=os.environ.get(SECRET_ENV),
    )
    datasette.remove_database("_memory")
    datasette.add_database(_News(datasette, path=str(database)), name=NEWS)
    datasette.add_database(Database(datasette, path=str(notes)), name=TRIAGE)
    datasette.desk = Desk(config=config, clock=clock, login=has_login(datasette))
    # Its own client was made with the routes of a Datasette that was no desk yet.
    datasette.client = DatasetteClient(datasette)
    return datasette


class _News(Database):  # type: ignore[misc]  # Datasette ships no types
    """The archive, whose views are counted without what they join.

    Each row of theirs has just one partner; fetching it takes seconds in a large
    archive that was not read for a while, and Datasette counts before it shows a page.
    """

    async def execute(self, sql: str, *arguments: Any, **options: Any) -> Any:
        """Run a query; see Datasette."""
        counted = _COUNTED.get(sql.strip(), sql)
        return await super().execute(counted, *arguments, **options)


_COUNTED = {
    # Each article has a row there, whose index is the smallest.
    "select count(*) from news": "select count(*) from bodies",
    "select count(*) from matches": "select count(*) from match_records",
    "select count(*) from flagged": "select count(*) from story_flags",
}


def serve(
    config: Config, *, host: str, port: int, clock: Callable[[], datetime]
) -> None:
    """Serve the desk until it is stopped.

    Raises:
        ConfigError: another address than this machine's is asked for, but nobody has a
            password; see also `build`.
        StoreError: a database cannot be opened.
    """
    import uvicorn  # noqa: PLC0415 - only who serves needs it

    datasette = build(config, clock=clock)
    check_address(host, login=datasette.desk.login)
    # Now, not in the first answers: the templates and the grammars of words.
    read_templates()
    match.highlight("bir", "bir")
    # No access log: feed tokens are part of addresses.
    uvicorn.run(
        datasette.app(),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
    )


def check_version(version: str) -> None:
    """Refuse a Datasette that reads the rules of access in another way.

    Raises:
        ConfigError: it is not 0.65; 1.0 ignores them, and strangers would read all.
    """
    if version.split(".")[:2] != ["0", "65"]:
        raise ConfigError(
            (f"Datasette {version} is installed; the desk needs 0.65.x (>=0.65.5)",)
        )


def check_address(host: str, *, login: bool) -> None:
    """Refuse to serve strangers.

    Raises:
        ConfigError: the host is not this machine and nobody has to log in.
    """
    if login or is_loopback(host):
        return
    message = (
        f"serve --host {host}: nobody has a password, so the desk answers on 127.0.0.1"
        " only; set DESK_PASSWORD_HASH first"
    )
    raise ConfigError((message,))


def load_metadata(config: Config) -> dict[str, Any]:
    """Return metadata.json: beside feeds.yaml, else the one that came with the desk.

    Raises:
        ConfigError: it cannot be read.
    """
    path = metadata_path(config)
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError((f"{path}: {error.strerror}",)) from error
    except ValueError as error:
        raise ConfigError((f"{path}: {error}",)) from error
    return found


def metadata_path(config: Config) -> Path:
    """Return where metadata.json is.

    Beside feeds.yaml (the operator's own), inside the package (a wheel), or at the top
    of the source tree, in this order.
    """
    own = Path(config.path).parent / METADATA
    packaged = _HERE / METADATA
    source = _HERE.parents[1] / METADATA
    return next((path for path in (own, packaged) if path.exists()), source)


def _replace_stock_parts() -> None:
    """Take out two parts of Datasette that the desk has its own for.

    Its error handler prints every local variable of every 404; its filters search
    without bound (see `archive.archive_filters`).
    """
    for name in _REPLACED:
        if pm.has_plugin(name):
            pm.unregister(name=name)


def has_login(datasette: Any) -> bool:
    """Say whether anybody has a password; one whose variable is not set is none."""
    config = datasette.plugin_config(AUTH) or {}
    return any(value for key, value in config.items() if key.endswith("_password_hash"))
