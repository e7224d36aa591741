"""`settings` and `feeds`: rows of the file to values, mistakes to the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aggregator.config import checks, forms
from aggregator.config.around import check_bundle
from aggregator.config.reading import read_row, read_section
from aggregator.config.report import nearest, shown
from aggregator.config.schema import FeedRow, SettingsRow
from aggregator.model import Feed, ListRule, Settings
from aggregator.schedule import shortest_wait

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path as FilePath

    from aggregator.config.around import Around
    from aggregator.config.document import Path
    from aggregator.config.report import Report

_CATEGORIES = ("municipal", "press", "agency", "government")
_MUST_BE_POSITIVE = (
    *("interval", "max_interval", "max_run"),
    *("connect_timeout", "read_timeout", "total_timeout"),
)


def read_settings(value: Any, around: Around) -> Settings:
    """Return the settings; the defaults where the section cannot be read."""
    report = around.report
    section = read_section(value, ("settings",), report, dict)
    row = read_row(SettingsRow, section, ("settings",), report)
    if row is None:
        return Settings()
    for key in _MUST_BE_POSITIVE:
        if not getattr(row, key):
            report.mistake(("settings", key), "must be longer than 0s")
    if row.interval > row.max_interval:
        report.mistake(("settings", "interval"), "is longer than max_interval")
    if forms.is_example(row.contact):
        what = (
            "still the example; publishers who must reach you cannot"
            if "contact" in section
            else "contact is missing; publishers who must reach you cannot"
        )
        report.warn(("settings", "contact"), what)
    fields = row.model_dump()
    fields["allow_hosts"] = tuple(row.allow_hosts)
    fields["database"] = str(around.folder / row.database)
    return Settings(**fields)


def read_feeds(value: Any, settings: Settings, around: Around) -> tuple[Feed, ...]:
    """Return the feeds that can be read, in the order of the file."""
    report = around.report
    rows = read_section(value, ("feeds",), report, list)
    checks.check_unique_ids("feeds", rows, report)
    checks.check_unique_addresses(rows, report)
    feeds = []
    for number, raw in enumerate(rows):
        path: Path = ("feeds", number)
        row = read_row(FeedRow, raw, path, report)
        if isinstance(raw, dict):
            _check_list(raw, path, report)
        if row is not None:
            _check_feed(row, path, settings, around)
            feeds.append(_feed(row, settings, around.folder))
    if not any(feed.enabled for feed in feeds):
        report.warn(("feeds",), "no feed is enabled: a run has nothing to read")
    _tell_hurry(feeds, report)
    return tuple(feeds)


def _tell_hurry(feeds: list[Feed], report: Report) -> None:
    """Warn in one line of all list pages whose interval is shorter than it can be."""
    hasty = [
        feed.id
        for feed in feeds
        if feed.enabled and feed.interval < shortest_wait(feed)
    ]
    if hasty:
        more = f" and {len(hasty) - 3} more" if len(hasty) > 3 else ""
        what = "a list page (kind: html) is asked hourly at most, whatever its interval"
        report.warn(("feeds",), f"{what}: {', '.join(hasty[:3])}{more}")


def _check_list(raw: Mapping[str, Any], path: Path, report: Report) -> None:
    rule = raw.get("list")
    if rule is None:
        return
    if raw.get("kind", "feed") in {"feed", "sitemap"}:
        report.mistake((*path, "list"), "only a feed of kind html has a list")
    if isinstance(rule, dict) and rule.keys() <= {"title", "date"}:
        report.mistake((*path, "list"), "item or link is missing")


def _check_feed(row: FeedRow, path: Path, settings: Settings, around: Around) -> None:
    report = around.report
    if row.interval is not None:
        if not row.interval:
            report.mistake((*path, "interval"), "must be longer than 0s")
        elif row.interval > settings.max_interval:
            what = "is longer than settings.max_interval"
            report.mistake((*path, "interval"), what)
    if row.category not in _CATEGORIES:
        near = nearest(row.category, _CATEGORIES)
        report.warn((*path, "category"), f"{shown(row.category)} is not usual{near}")
    if "@" in row.url.split("/")[2]:
        report.warn((*path, "url"), "holds a password; whoever reads this file has it")
    if not row.verify:
        report.warn((*path, "verify"), "its certificate is not checked")
    check_bundle(row.ca_bundle, (*path, "ca_bundle"), around)


def _feed(row: FeedRow, settings: Settings, folder: FilePath) -> Feed:
    fields = dict(row)
    fields["timezone"] = row.timezone or settings.timezone
    fields["interval"] = row.interval or settings.interval
    fields["list"] = ListRule(**dict(row.list)) if row.list else None
    fields["ca_bundle"] = str(folder / row.ca_bundle) if row.ca_bundle else None
    fields["remove"] = tuple(row.remove)
    return Feed(**fields)
