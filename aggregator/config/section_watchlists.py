"""`names` and `watchlists`: what is looked for, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aggregator.config import checks, forms
from aggregator.config.reading import read_row, read_section
from aggregator.config.report import shown
from aggregator.config.schema import FormRow, WatchlistRow
from aggregator.model import Form, Name, Watchlist

if TYPE_CHECKING:
    from aggregator.config.document import Path
    from aggregator.config.report import Report


def read_names(value: Any, report: Report) -> tuple[Name, ...]:
    """Return the names with their written forms, in the order of the file."""
    names = []
    for name_id, raw in read_section(value, ("names",), report, dict).items():
        path: Path = ("names", name_id)
        try:
            forms.identifier(name_id)
        except ValueError as error:
            report.mistake(path, f"the id {error}")
        raw_forms = [raw] if isinstance(raw, str) else raw
        if not isinstance(raw_forms, list) or not raw_forms:
            what = f"must be a list of written forms, not {shown(raw)}"
            report.mistake(path, "must not be empty" if raw_forms == [] else what)
            continue
        found = [_form(form, (*path, n), report) for n, form in enumerate(raw_forms)]
        names.append(Name(id=name_id, forms=tuple(form for form in found if form)))
    return tuple(names)


def _form(raw: Any, path: Path, report: Report) -> Form | None:
    if isinstance(raw, str):
        raw = {"text": raw}
    if not isinstance(raw, dict):
        hint = "; put it in quotes" if isinstance(raw, (int, float)) else ""
        what = f"must be text or {{text: …}}, not {shown(raw)}{hint}"
        report.mistake(path, what)
        return None
    row = read_row(FormRow, raw, path, report)
    return Form(**dict(row)) if row else None


def read_watchlists(
    value: Any, names: frozenset[str], report: Report
) -> tuple[Watchlist, ...]:
    """Return the watchlists that can be read; names: the ids that queries may use."""
    rows = read_section(value, ("watchlists",), report, list)
    checks.check_unique_ids("watchlists", rows, report)
    watchlists = []
    for number, raw in enumerate(rows):
        path: Path = ("watchlists", number)
        row = read_row(WatchlistRow, raw, path, report)
        if isinstance(raw, dict):
            checks.check_watchlist(raw, path, names, report)
        if row is not None:
            watchlist = Watchlist(
                id=row.id,
                title=row.title or row.id,
                query=row.query or "",
                terms=tuple(row.terms or ()),
                ignore=tuple(row.ignore),
                threshold=row.threshold,
            )
            watchlists.append(watchlist)
    return tuple(watchlists)
