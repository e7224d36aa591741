"""What would go to whom and when, as files; nothing is sent or noted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from aggregator.alerts.planning import Parcel, cursor_of
from aggregator.alerts.timing import next_daily
from aggregator.deliver.situation import make_plan
from aggregator.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aggregator.alerts.planning import Plan
    from aggregator.model import Config
    from aggregator.store import Db


class Preview(NamedTuple):
    """A message that would go. at: aware UTC. file: its .eml, or .json of a webhook."""

    at: datetime
    recipient: str
    subject: str
    file: str

    def describe(self, zone: ZoneInfo) -> str:
        """Return it as one line, its time in a zone."""
        at = f"{self.at.astimezone(zone):%Y-%m-%d %H:%M}"
        return f"{at}  {self.recipient}  {self.subject}  {self.file}"


def preview(config: Config, db: Db, now: datetime, out: Path) -> Iterator[Preview]:
    """Write what would go as .eml, .txt and .html; the outbox stays as it is.

    Raises:
        StoreError: the folder cannot be written.
    """
    from aggregator.deliver import letters  # noqa: PLC0415 - a run only pings

    look = letters.look_of(config)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for number, parcel in enumerate(_parcels(config, db, now), 1):
            letter = letters.write_letter(config, db, parcel, max(now, parcel.at))
            if letter is None:
                continue
            mail, rendered = letters.to_message(letter, parcel.channel, look)
            who = re.sub(r"[^a-z0-9]+", "-", parcel.recipient.lower()).strip("-")
            path = out / f"{number:03}-{parcel.kind}-{who}"
            ending = ".json" if parcel.channel == "webhook" else ".eml"
            path.with_name(path.name + ending).write_bytes(mail.payload)
            path.with_name(path.name + ".txt").write_text(rendered.text, "utf-8")
            path.with_name(path.name + ".html").write_text(rendered.html, "utf-8")
            at = max(now, parcel.at)
            yield Preview(at, parcel.recipient, mail.subject, f"{path}{ending}")
    except OSError as error:
        raise StoreError(f"{out}: {error.strerror or error}") from error


def _parcels(config: Config, db: Db, now: datetime) -> Iterator[Parcel]:
    """Yield what goes now, what waits as it would go, and empty digests."""
    plan = make_plan(config, db, now)
    yield from plan.due
    yield from _later(config, plan)
    busy = {p.recipient for p in plan.due if p.slot == "daily"}
    busy |= {w.rows[0].intent.recipient for w in plan.waiting if w.why == "daily"}
    zone = ZoneInfo(config.settings.timezone)
    for way in config.alerts.subscriptions:
        if way.mode == "daily" and way.to not in busy:
            yield Parcel(
                recipient=way.to,
                channel=way.channel,
                kind="digest",
                slot="daily",
                at=next_daily(way, now, zone),
                language=way.language,
                cursor=cursor_of(way),
                subscriptions=(way,),
            )


def _later(config: Config, plan: Plan) -> Iterator[Parcel]:
    groups: dict[tuple[str, str, datetime], Parcel] = {}
    for wait in plan.waiting:
        first = wait.rows[0].intent
        ways = [way for way in config.alerts.subscriptions if way.to == first.recipient]
        single = first.slot == "instant" and wait.why not in ("quiet", "storm")
        key = (first.recipient, wait.why, wait.until)
        if key in groups and not single:
            before = groups[key]
            groups[key] = replace(before, rows=before.rows + wait.rows, kind="digest")
            continue
        daily = [way for way in ways if way.mode == "daily"]
        is_daily = first.slot == "daily" and bool(daily)
        slot = wait.why if wait.why in ("quiet", "storm") else first.slot
        parcel = Parcel(
            recipient=first.recipient,
            channel=first.channel,
            kind=first.kind if len(wait.rows) == 1 else "digest",
            slot="daily" if is_daily else slot,
            at=wait.until,
            rows=wait.rows,
            language=ways[0].language if ways else "tr",
            cursor=cursor_of(daily[0]) if is_daily else "",
            subscriptions=tuple(daily if is_daily else ways),
        )
        if single:
            yield parcel
        else:
            groups[key] = parcel
    yield from groups.values()
