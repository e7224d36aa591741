"""A document to the values that travel: every section read, every mistake collected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from aggregator.config import checks, forms
from aggregator.config.reading import read_row, read_section
from aggregator.config.report import Report, nearest, shown
from aggregator.config.schema import (
    AlertsRow,
    FeedRow,
    FormRow,
    SettingsRow,
    SmtpRow,
    SubscriptionRow,
    WatchlistRow,
)
from aggregator.errors import ConfigError
from aggregator.model import (
    AlertSettings,
    Config,
    Feed,
    Form,
    ListRule,
    Name,
    Settings,
    Smtp,
    Subscription,
    Watchlist,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.config.document import Document, Path

_SECTIONS = ("settings", "feeds", "names", "watchlists", "alerts")
_CATEGORIES = ("municipal", "press", "agency", "government")
_PORTS = {"none": 25, "starttls": 587, "tls": 465}
_MUST_BE_POSITIVE = (
    *("interval", "max_interval", "max_run"),
    *("connect_timeout", "read_timeout", "total_timeout"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What the sections share: where mistakes go, the file's folder, environment."""

    report: Report
    folder: FilePath
    environ: Mapping[str, str]


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
    around = _Around(report=report, folder=path.parent, environ=environ)
    root = read_section(document.value, (), report, dict)
    for key in root:
        if key not in _SECTIONS:
            report.mistake((key,), f"unknown key{nearest(key, _SECTIONS)}")
    settings = _settings(root.get("settings"), around)
    feeds = _feeds(root.get("feeds"), settings, around)
    names = _names(root.get("names"), report)
    known = frozenset(root["names"]) if isinstance(root.get("names"), dict) else None
    watchlists = _watchlists(root.get("watchlists"), known or frozenset(), report)
    alerts = _alerts(root.get("alerts"), _ids(root.get("watchlists")), around)
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


def _settings(value: Any, around: _Around) -> Settings:
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


def _feeds(value: Any, settings: Settings, around: _Around) -> tuple[Feed, ...]:
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
    return tuple(feeds)


def _check_list(raw: Mapping[str, Any], path: Path, report: Report) -> None:
    rule = raw.get("list")
    if rule is None:
        return
    if raw.get("kind", "feed") in {"feed", "sitemap"}:
        report.mistake((*path, "list"), "only a feed of kind html has a list")
    if isinstance(rule, dict) and rule.keys() <= {"title", "date"}:
        report.mistake((*path, "list"), "item or link is missing")


def _check_feed(row: FeedRow, path: Path, settings: Settings, around: _Around) -> None:
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
    _check_bundle(row.ca_bundle, (*path, "ca_bundle"), around)


def _check_bundle(bundle: str | None, path: Path, around: _Around) -> None:
    if bundle is not None and not (around.folder / bundle).is_file():
        around.report.warn(path, f"there is no file {bundle!r}")


def _feed(row: FeedRow, settings: Settings, folder: FilePath) -> Feed:
    fields = dict(row)
    fields["timezone"] = row.timezone or settings.timezone
    fields["interval"] = row.interval or settings.interval
    fields["list"] = ListRule(**dict(row.list)) if row.list else None
    fields["ca_bundle"] = str(folder / row.ca_bundle) if row.ca_bundle else None
    fields["remove"] = tuple(row.remove)
    return Feed(**fields)


def _names(value: Any, report: Report) -> tuple[Name, ...]:
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


def _watchlists(
    value: Any, names: frozenset[str], report: Report
) -> tuple[Watchlist, ...]:
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


def _alerts(value: Any, watchlists: frozenset[str], around: _Around) -> AlertSettings:
    report = around.report
    section = dict(read_section(value, ("alerts",), report, dict))
    rows = section.pop("subscriptions", None)
    path: Path = ("alerts", "subscriptions")
    subscriptions = []
    for number, raw in enumerate(read_section(rows, path, report, list)):
        found = _subscription(raw, (*path, number), watchlists, report)
        subscriptions += [found] if found else []
    subscriptions = _merge_spellings(subscriptions)
    row = read_row(AlertsRow, section, ("alerts",), report)
    if row is None:
        return AlertSettings()
    if forms.is_example(row.sender) and (subscriptions or row.operator):
        report.warn(("alerts", "from"), "mails would come from the example address")
    return AlertSettings(
        sender=row.sender,
        base_url=row.base_url.rstrip("/"),
        smtp=_smtp(row.smtp, around),
        operator=row.operator,
        operator_language=row.operator_language,
        ping_url=row.ping_url,
        storm_cap=row.storm_cap,
        spikes=row.spikes,
        webhook_secret_env=row.webhook_secret_env,
        subscriptions=tuple(subscriptions),
    )


def _merge_spellings(rows: list[Subscription]) -> list[Subscription]:
    """Write an address as its first row does: `Basin@` and `basin@` are one person.

    Two would be mailed every story twice.
    """
    first: dict[str, str] = {}
    return [
        replace(row, to=first.setdefault(row.to.lower(), row.to))
        if row.channel == "email"
        else row
        for row in rows
    ]


def _smtp(row: SmtpRow, around: _Around) -> Smtp:
    path: Path = ("alerts", "smtp")
    report = around.report
    if row.username and not row.password_env:
        report.mistake((*path, "username"), "password_env is missing beside it")
    if row.password_env and not row.username:
        report.mistake((*path, "password_env"), "username is missing beside it")
    if row.username and row.password_env and row.password_env not in around.environ:
        # A name in capitals is surely one; anything else may be the password itself.
        name = row.password_env if row.password_env.isupper() else "that it names"
        what = f"the environment variable {name} is not set"
        report.warn((*path, "password_env"), what)
    if row.username and row.security == "none" and row.host != "localhost":
        what = "none: the password would travel unencrypted"
        report.warn((*path, "security"), what)
    if not row.timeout:
        report.mistake((*path, "timeout"), "must be longer than 0s")
    _check_bundle(row.ca_bundle, (*path, "ca_bundle"), around)
    fields = dict(row)
    fields["port"] = row.port or _PORTS[row.security]
    fields["ca_bundle"] = str(around.folder / row.ca_bundle) if row.ca_bundle else None
    return Smtp(**fields)


def _subscription(
    raw: Any, path: Path, watchlists: frozenset[str], report: Report
) -> Subscription | None:
    row = read_row(SubscriptionRow, raw, path, report)
    if isinstance(raw, dict):
        checks.check_recipients(raw, path, watchlists, report)
    if row is None:
        return None
    if row.at is not None and row.mode != "daily":
        report.warn((*path, "at"), f"does nothing in mode {row.mode}")
    if row.watchlists == []:
        report.mistake((*path, "watchlists"), "must name a watchlist, or be all")
    return Subscription(
        to=row.to,
        watchlists=None if row.watchlists == "all" else tuple(row.watchlists),
        mode=row.mode,
        at=row.at or time(7, 30),
        days=tuple(sorted(set(row.days))),
        quiet=row.quiet,
        language=row.language,
        channel=row.channel,
    )
