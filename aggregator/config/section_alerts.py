"""`alerts`: the mail server, and who is told of what."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Any

from aggregator.config import checks, forms
from aggregator.config.around import check_bundle
from aggregator.config.reading import read_row, read_section
from aggregator.config.schema import AlertsRow, SmtpRow, SubscriptionRow
from aggregator.model import AlertSettings, Smtp, Subscription
from aggregator.urls import hide_key

if TYPE_CHECKING:
    from aggregator.config.around import Around
    from aggregator.config.document import Path

_PORTS = {"none": 25, "starttls": 587, "tls": 465}


def read_alerts(
    value: Any, watchlists: frozenset[str], around: Around
) -> AlertSettings:
    """Return the section; watchlists: the ids that subscriptions may name."""
    report = around.report
    section = dict(read_section(value, ("alerts",), report, dict))
    rows = section.pop("subscriptions", None)
    path: Path = ("alerts", "subscriptions")
    subscriptions = []
    for number, raw in enumerate(read_section(rows, path, report, list)):
        found = _subscription(raw, (*path, number), watchlists, around)
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


def _smtp(row: SmtpRow, around: Around) -> Smtp:
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
    if row.username and row.security == "none" and row.host not in forms.LOOPBACK:
        what = "none: the password would travel unencrypted, so there is no log-in"
        report.warn((*path, "security"), what)
    if not row.timeout:
        report.mistake((*path, "timeout"), "must be longer than 0s")
    check_bundle(row.ca_bundle, (*path, "ca_bundle"), around)
    fields = dict(row)
    fields["port"] = row.port or _PORTS[row.security]
    fields["ca_bundle"] = str(around.folder / row.ca_bundle) if row.ca_bundle else None
    return Smtp(**fields)


def _subscription(
    raw: Any, path: Path, watchlists: frozenset[str], around: Around
) -> Subscription | None:
    report = around.report
    row = read_row(SubscriptionRow, raw, path, report)
    if isinstance(raw, dict):
        checks.check_recipients(raw, path, watchlists, report)
    if row is None:
        return None
    if row.at is not None and row.mode != "daily":
        report.warn((*path, "at"), f"does nothing in mode {row.mode}")
    if row.watchlists == []:
        report.mistake((*path, "watchlists"), "must name a watchlist, or be all")
    to, address = row.to, ""
    if row.channel == "webhook":
        to, address = _hook(row.to, (*path, "to"), around)
    return Subscription(
        to=to,
        address=address,
        watchlists=None if row.watchlists == "all" else tuple(row.watchlists),
        mode=row.mode,
        at=row.at or time(7, 30),
        days=tuple(sorted(set(row.days))),
        quiet=row.quiet,
        language=row.language,
        channel=row.channel,
    )


def _hook(to: str, path: Path, around: Around) -> tuple[str, str]:
    """Return a webhook's name and address; `$NAME` is in the environment, '' if not."""
    variable = forms.hook_variable(to)
    if variable is None:
        return hide_key(to), to
    address = around.environ.get(variable, "").strip()
    if not address:
        what = f"the environment variable {variable} is not set"
        around.report.warn(path, what)
        return to, ""
    try:
        forms.hook_address(address)
    except ValueError as error:
        around.report.mistake(path, f"the environment variable {variable} {error}")
    return to, address
