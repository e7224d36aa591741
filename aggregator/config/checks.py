"""What one row alone cannot tell: doubled ids and addresses, names not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aggregator.config import forms
from aggregator.config.report import nearest
from aggregator.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.config.document import Path
    from aggregator.config.report import Report

# Outside quotes and /patterns/, an @ begins a name.
_QUOTED = re.compile(r'"[^"]*"|(?<![^\s(])/(?:[^/\\]|\\.)+/')
_NAME = re.compile(r"@([^\s()\"]+)")


def check_unique_ids(section: str, rows: Sequence[Any], report: Report) -> None:
    """Report every row whose id an earlier row of its section has."""
    seen: dict[str, Path] = {}
    for number, row in enumerate(rows):
        row_id = row.get("id") if isinstance(row, dict) else None
        if not isinstance(row_id, str):
            continue
        path: Path = (section, number, "id")
        if row_id in seen:
            line = report.document.line(seen[row_id])
            report.mistake(path, f"the id {row_id!r} is taken, see line {line}")
        seen.setdefault(row_id, path)


def check_unique_addresses(rows: Sequence[Any], report: Report) -> None:
    """Report every feed that asks what an earlier one asks."""
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        url = row.get("url") if isinstance(row, dict) else None
        key = address_key(url) if isinstance(url, str) else None
        if not key:
            continue
        if key in seen:
            first = seen[key]
            line = report.document.line(("feeds", first, "url"))
            report.mistake(
                ("feeds", number, "url"), f"the same address is on line {line}"
            )
        seen.setdefault(key, number)


def address_key(url: str) -> str | None:
    """Return what two addresses of one feed share; None: it is no address.

    Scheme, `www.` and a closing slash make no difference; the query does.

    >>> address_key("HTTP://www.Gazete.example/rss/?p=1")
    'gazete.example/rss?p=1'
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return None
    if not host:
        return None
    at = "" if port in {None, 80, 443} else f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{at}{parts.path.rstrip('/')}{query}"


def is_same_address(one: str, other: str) -> bool:
    """Tell whether two feeds would ask the same."""
    key = address_key(one)
    return key is not None and key == address_key(other)


def check_watchlist(
    row: Mapping[str, Any], path: Path, names: frozenset[str], report: Report
) -> None:
    """Report a watchlist without query and terms, or with both, or a bad query."""
    query, terms = row.get("query"), row.get("terms")
    if query is None and terms is None:
        report.mistake(path, "query or terms is missing")
    if query is not None and terms is not None:
        report.mistake((*path, "terms"), "there is a query already; keep one of both")
    if isinstance(query, str) and query.strip():
        _check_query(query, (*path, "query"), names, report)
    if isinstance(terms, list):
        for number, term in enumerate(terms):
            if isinstance(term, str) and term.strip():
                _check_term(term.strip(), (*path, "terms", number), names, report)


def _check_query(text: str, path: Path, names: frozenset[str], report: Report) -> None:
    from aggregator.match import (  # noqa: PLC0415 - config must import fast
        check_query,
        is_open,
    )

    unknown = [name for name in _names_in(text) if name not in names]
    for name in unknown:
        report.mistake(path, _no_name(name, names))
    try:
        check_query(text, names | frozenset(unknown))
        if is_open(text):
            report.warn(path, "holds for nearly every article; NOT wants AND beside it")
    except QueryError as error:
        report.mistake(path, str(error))


def _check_term(term: str, path: Path, names: frozenset[str], report: Report) -> None:
    if term.startswith("@") and term[1:] not in names:
        report.mistake(path, _no_name(term[1:], names))


def _no_name(name: str, names: frozenset[str]) -> str:
    return f"no name @{name} in names{_near_id(name, names)}"


def _near_id(word: str, known: frozenset[str]) -> str:
    return nearest(word, sorted(known))


def _names_in(query: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_NAME.findall(_QUOTED.sub(" ", query))))


def check_recipients(
    row: Mapping[str, Any], path: Path, watchlists: frozenset[str], report: Report
) -> None:
    """Report an address that the channel cannot use, and unknown watchlists."""
    to = row.get("to")
    if isinstance(to, str) and to.strip():
        is_hook = row.get("channel") == "webhook"
        check = forms.hook_address if is_hook else forms.mail_address
        try:
            if not (is_hook and forms.hook_variable(to)):
                check(to)
        except ValueError as error:
            report.mistake((*path, "to"), str(error))
    wanted = row.get("watchlists")
    for number, watchlist in enumerate(wanted if isinstance(wanted, list) else ()):
        if isinstance(watchlist, str) and watchlist not in watchlists:
            what = f"no watchlist {watchlist!r}{_near_id(watchlist, watchlists)}"
            report.mistake((*path, "watchlists", number), what)
