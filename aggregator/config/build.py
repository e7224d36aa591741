"""A document to the values that travel: every section read, every mistake collected."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from aggregator.config.around import Around
from aggregator.config.reading import read_section
from aggregator.config.report import Report, nearest
from aggregator.config.section_alerts import read_alerts
from aggregator.config.section_feeds import read_feeds, read_settings
from aggregator.config.section_watchlists import read_names, read_watchlists
from aggregator.errors import ConfigError
from aggregator.model import Config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.config.document import Document

_SECTIONS = ("settings", "feeds", "names", "watchlists", "alerts")


def build_config(
    document: Document, path: FilePath, environ: Mapping[str, str]
) -> Config:
    """Return the configuration that a document holds.

    Raises:
        ConfigError: with one line for every mistake, in file order.
    """
    report = Report(name=str(path), document=document)
    for place, line, what in document.faults:
        report.mistake(place, what, line)
    around = Around(report=report, folder=path.parent, environ=environ)
    root = read_section(document.value, (), report, dict)
    for key in root:
        if key not in _SECTIONS:
            report.mistake((key,), f"unknown key{nearest(key, _SECTIONS)}")
    settings = read_settings(root.get("settings"), around)
    feeds = read_feeds(root.get("feeds"), settings, around)
    names = read_names(root.get("names"), report)
    known = frozenset(root["names"]) if isinstance(root.get("names"), dict) else None
    watchlists = read_watchlists(root.get("watchlists"), known or frozenset(), report)
    alerts = read_alerts(root.get("alerts"), _ids(root.get("watchlists")), around)
    if mistakes := report.mistakes():
        raise ConfigError(mistakes)
    return Config(
        path=str(path),
        settings=settings,
        feeds=feeds,
        names=names,
        watchlists=watchlists,
        alerts=alerts,
        warnings=report.warnings(),
    )


def _ids(rows: Any) -> frozenset[str]:
    found = rows if isinstance(rows, list) else ()
    ids = (row.get("id") for row in found if isinstance(row, dict))
    return frozenset(row_id for row_id in ids if isinstance(row_id, str))
