"""Which troubles are news to the operator: begun, changed, lasting, over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

REMINDER = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that is wrong now. text: one sentence, names what it is about.

    once: it is an event (a gap, a dead alert), told once and never over.
    """

    topic: str
    state: str
    text: str
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTrouble:
    """What the operator was told of a trouble, and when last."""

    topic: str
    state: str
    text: str
    since: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthNote:
    """One line of a health mail. change: began, changed, lasts, over, event."""

    topic: str
    change: str
    state: str
    text: str
    since: datetime


def health(
    known: Iterable[KnownTrouble], troubles: Iterable[Trouble], now: datetime
) -> tuple[HealthNote, ...]:
    """Compare what is wrong now with what was told; return what is worth telling.

    One note a change of state, one a day while it lasts, one when it is over. While
    the outage is our own (topic `outage`), no feed is blamed and none recovers.
    """
    before = {item.topic: item for item in known}
    current = {item.topic: item for item in troubles}
    ours = "outage" in current
    if ours:
        current = {k: v for k, v in current.items() if not k.startswith("feed:")}
    notes = [
        note
        for trouble in current.values()
        if (note := _note(trouble, before.get(trouble.topic), now)) is not None
    ]
    over = [
        HealthNote(
            topic=item.topic,
            change="over",
            state="ok",
            text=item.text,
            since=item.since,
        )
        for item in before.values()
        if item.topic not in current and not (ours and item.topic.startswith("feed:"))
    ]
    return (*notes, *over)


def _note(
    trouble: Trouble, before: KnownTrouble | None, now: datetime
) -> HealthNote | None:
    if trouble.once:
        change = "event"
    elif before is None:
        change = "began"
    elif before.state != trouble.state:
        change = "changed"
    elif abs(now - before.told_at) >= REMINDER:  # a clock may have been ahead
        change = "lasts"
    else:
        return None
    kept = before is not None and change == "lasts"
    return HealthNote(
        topic=trouble.topic,
        change=change,
        state=trouble.state,
        text=trouble.text,
        since=before.since if kept and before else now,
    )
