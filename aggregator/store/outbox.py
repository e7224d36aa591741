"""The outbox: what is to be told, the messages that carry it, and what became of them.

The functions that write run inside the caller's transaction. A row is queued once for
(recipient, kind, story, seq, topic); a second insert changes nothing.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aggregator.alerts.planning import Pending, Traffic
from aggregator.model import Intent, Mail, Told
from aggregator.store.db import instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.alerts.planning import Parcel
    from aggregator.store.db import Db, Row

# More than `deliver` ever lets a message wait after a failure of its own.
LONGEST_WAIT = timedelta(hours=8)
_UNSENT = "state = 'queued' and alert_id is null"


# -- what intake asks and writes -------------------------------------------------------


def told(db: Db, story_id: int) -> tuple[Told, ...]:
    """Return what each recipient was told of a story, or is about to be."""
    rows = db.rows("select * from outbox where story_id = ? order by seq", (story_id,))
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["recipient"], []).append(row)
    return tuple(_told(recipient, mine) for recipient, mine in grouped.items())


def queue(db: Db, intents: Iterable[Intent]) -> int:
    """Insert what is to be told; return how many rows are new.

    A row that no message carries yet takes up what a later intent adds (watchlists, an
    earlier time); one that is carried or sent stays as it is.
    """
    return sum(_queue_one(db, intent) for intent in intents)


def merge_story(db: Db, old_id: int, new_id: int) -> None:
    """Let rows about a story that was merged be about the one it lives on in.

    A recipient who was told of either is told no more of what they know; what waits is
    one row a recipient, and becomes a follow-up when it names a watchlist not told.
    """
    recipients = db.rows(
        "select distinct recipient from outbox where story_id = ?", (old_id,)
    )
    for row in recipients:
        _renumber(db, row[0], (new_id, old_id))


# -- what delivery asks ----------------------------------------------------------------


def pending(db: Db) -> list[Pending]:
    """Return the rows that no message carries yet, oldest first."""
    rows = db.rows(f"select * from outbox where {_UNSENT} order by id")
    return [Pending(id=row["id"], intent=_intent(row)) for row in rows]


def due_alerts(db: Db, now: datetime) -> list[int]:
    """Return the ids of messages that may be tried again, oldest first.

    No message waits for so long: a later time was set by a clock that was ahead.
    """
    rows = db.rows(
        "select id from alerts where state = 'queued'"
        " and (next_try_at <= ? or next_try_at > ?) order by +id",  # by its index
        (instant(now), instant(now + LONGEST_WAIT)),
    )
    return [row[0] for row in rows]


def later_alerts(db: Db, now: datetime) -> list[Row]:
    """Return the messages that wait after a failure of their own."""
    return db.rows(
        "select recipient, subject, next_try_at, attempts, error from alerts"
        " where state = 'queued' and next_try_at > ? and next_try_at <= ?"
        " order by next_try_at",
        (instant(now), instant(now + LONGEST_WAIT)),
    )


def load_alert(db: Db, alert_id: int, sender: str) -> tuple[Mail, Row]:
    """Return a message byte for byte, and its row."""
    row = db.row("select * from alerts where id = ?", (alert_id,))
    if row is None:
        raise KeyError(alert_id)
    mail = Mail(
        sender=sender,
        recipient=row["recipient"],
        message_id=row["message_id"],
        subject=row["subject"],
        payload=bytes(row["payload"] or b""),
    )
    return mail, row


def traffic(db: Db, now: datetime) -> dict[str, Traffic]:
    """Return what went to each recipient in the last hour."""
    rows = db.rows(
        "select recipient, slot, created_at from alerts"
        " where created_at > ? and created_at <= ?",
        (instant(now - timedelta(hours=1)), instant(now + timedelta(hours=1))),
    )
    instants: dict[str, list[datetime]] = {}
    storms: dict[str, datetime] = {}
    for row in rows:
        at = datetime.fromisoformat(row["created_at"])
        if row["slot"] == "instant":
            instants.setdefault(row["recipient"], []).append(at)
        elif row["slot"] == "storm":
            storms[row["recipient"]] = at
    return {
        name: Traffic(instants=tuple(instants.get(name, ())), storm_at=storms.get(name))
        for name in instants.keys() | storms.keys()
    }


def thread(db: Db, recipient: str, story_id: int) -> tuple[tuple[str, ...], str]:
    """Return the Message-IDs sent to a recipient about a story alone, and a subject."""
    rows = db.rows(
        "select distinct a.message_id, a.subject, a.id from outbox o"
        " join alerts a on a.id = o.alert_id"
        " where o.recipient = ? and o.story_id = ? and a.state <> 'dead' order by a.id",
        (recipient, story_id),
    )
    single = [row for row in rows if not _is_digest(db, row["id"])]
    if not single:
        return (), ""
    return tuple(row["message_id"] for row in single), str(single[0]["subject"])


def mailed_at_once(db: Db, recipient: str, since: datetime) -> int:
    """Count the stories that a recipient was told of outside of digests since."""
    return int(
        db.value(
            "select count(distinct o.story_id) from outbox o join alerts a"
            " on a.id = o.alert_id where a.recipient = ? and a.created_at >= ?"
            " and o.slot = 'instant' and a.state <> 'dead'",
            (recipient, instant(since)),
        )
    )


# -- what delivery writes --------------------------------------------------------------


def is_current(db: Db, rows: Sequence[Pending]) -> bool:
    """Say whether rows are still as they were read.

    A run beside the delivery may have merged their stories or added a watchlist since;
    what was written about them then must not go.
    """
    return all(_is_same(db, row) for row in rows)


def freeze(db: Db, mail: Mail, parcel: Parcel, now: datetime) -> int:
    """Keep a message byte for byte before its first attempt; return its id."""
    alert_id = db.write(
        "insert into alerts (recipient, channel, kind, slot, message_id, subject,"
        " payload, created_at, next_try_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            mail.recipient,
            parcel.channel,
            parcel.kind,
            parcel.slot,
            mail.message_id,
            mail.subject,
            mail.payload,
            instant(now),
            instant(now),
        ),
    )
    if not parcel.rows:  # a digest without a match is a delivery too
        _queue_frame(db, parcel, alert_id, now)
    marks = ",".join("?" * len(parcel.rows))
    db.write(
        f"update outbox set alert_id = ? where {_UNSENT} and id in ({marks})",
        (alert_id, *(row.id for row in parcel.rows)),
    )
    return alert_id


def mark_sent(db: Db, alert_id: int, now: datetime) -> None:
    """Note that the server took a message over."""
    db.write(
        "update alerts set state = 'sent', sent_at = ?, error = null,"
        " attempts = attempts + 1 where id = ?",
        (instant(now), alert_id),
    )
    db.write("update outbox set state = 'sent' where alert_id = ?", (alert_id,))


def mark_failed(
    db: Db, alert_id: int, error: str, *, now: datetime, next_try_at: datetime
) -> None:
    """Note a failure of the message's own; it is tried again later."""
    db.write(
        "update alerts set attempts = attempts + 1, error = ?, next_try_at = ?,"
        " failed_at = coalesce(failed_at, ?) where id = ?",
        (error, instant(next_try_at), instant(now), alert_id),
    )


def touch(db: Db, alert_id: int) -> None:
    """Write a message's row without changing it: raises where nothing can be noted."""
    db.write("update alerts set state = state where id = ?", (alert_id,))


def mark_blocked(db: Db, alert_id: int, error: str) -> None:
    """Note why a message waits when its server is to blame: no attempt is counted."""
    db.write("update alerts set error = ? where id = ?", (error, alert_id))


def mark_dead(db: Db, alert_id: int, error: str, *, now: datetime) -> None:
    """Give a message up; its last try is when that was."""
    db.write(
        "update alerts set state = 'dead', error = ?, attempts = attempts + 1,"
        " next_try_at = ? where id = ?",
        (error, instant(now), alert_id),
    )
    db.write("update outbox set state = 'dead' where alert_id = ?", (alert_id,))


def drop(db: Db, rows: Sequence[Pending], note: str) -> None:
    """Give up rows that nobody subscribes to any more."""
    db.conn.executemany(
        f"update outbox set state = 'dead', note = ? where id = ? and {_UNSENT}",
        [(note, row.id) for row in rows],
    )


# -- what is remembered between deliveries ---------------------------------------------


def remember(db: Db, key: str, value: str | None) -> None:
    """Keep a value; None forgets it."""
    if value is None:
        db.write("delete from meta where key = ?", (key,))
    else:
        db.write("insert or replace into meta values (?, ?)", (key, value))


def recall(db: Db, key: str) -> str | None:
    """Return a value kept, or None."""
    found = db.value("select value from meta where key = ?", (key,))
    return None if found is None else str(found)


def recall_all(db: Db, prefix: str) -> dict[str, str]:
    """Return the values whose key begins so, by key."""
    rows = db.rows(
        "select key, value from meta where key >= ? and key < ?",
        (prefix, prefix + "\uffff"),
    )
    return {row[0]: row[1] for row in rows}


# -- private ---------------------------------------------------------------------------


def _is_same(db: Db, row: Pending) -> bool:
    found = db.row(f"select * from outbox where id = ? and {_UNSENT}", (row.id,))
    return found is not None and _intent(found) == row.intent


def _queue_one(db: Db, intent: Intent) -> int:
    row = db.row(
        "select * from outbox where recipient = ? and coalesce(story_id, 0) = ?"
        " and seq = ? and topic = ? and (kind = ? or alert_id is null)"
        " and (story_id is not null or kind = ?)",
        (
            intent.recipient,
            intent.story_id or 0,
            intent.seq,
            intent.topic,
            intent.kind,
            intent.kind,
        ),
    )
    if row is not None:
        if row["state"] == "queued" and row["alert_id"] is None:
            _extend(db, row, intent)
        return 0
    names = (
        "recipient, channel, kind, story_id, seq, topic, slot, watchlists, cause,"
        " outlets, late, held, text, due_at, queued_at"
    )
    cursor = db.conn.execute(
        f"insert or ignore into outbox ({names}) values ({', '.join('?' * 15)})",
        (
            intent.recipient,
            intent.channel,
            intent.kind,
            intent.story_id,
            intent.seq,
            intent.topic,
            intent.slot,
            json.dumps(intent.watchlists, ensure_ascii=False),
            intent.cause,
            intent.outlets,
            intent.late,
            intent.held,
            intent.text,
            instant(intent.due_at),
            instant(intent.queued_at),
        ),
    )
    return cursor.rowcount


def _extend(db: Db, row: Row, intent: Intent) -> None:
    """Let a waiting row say more, and go in the more urgent of both ways."""
    known = json.loads(row["watchlists"])
    more = [*known, *(key for key in intent.watchlists if key not in known)]
    due = min(row["due_at"], instant(intent.due_at) or row["due_at"])
    sooner = due < row["due_at"]
    db.write(
        "update outbox set watchlists = ?, due_at = ?, slot = ?, kind = ?, cause = ?,"
        " held = ? where id = ?",
        (
            json.dumps(more, ensure_ascii=False),
            due,
            intent.slot if sooner else row["slot"],
            intent.kind if sooner else row["kind"],
            intent.cause if row["cause"] == "outlets" else row["cause"],
            intent.held if sooner else row["held"],
            row["id"],
        ),
    )


def _told(recipient: str, rows: list[Row]) -> Told:
    waiting = [row for row in rows if row["state"] == "queued" and not row["alert_id"]]
    last = waiting[-1] if waiting else None
    times = [datetime.fromisoformat(row["queued_at"]) for row in rows]
    return Told(
        recipient=recipient,
        watchlists=frozenset(
            key for row in rows for key in json.loads(row["watchlists"])
        ),
        outlets=max(row["outlets"] for row in rows),
        seq=max(row["seq"] for row in rows),
        told_at=max(times),
        pending=(last["kind"], last["seq"], last["slot"]) if last else None,
    )


def _renumber(db: Db, recipient: str, story_ids: tuple[int, int]) -> None:
    """Number the rows about both stories anew, what went first, one waiting at most."""
    new_id, old_id = story_ids
    rows = db.rows(
        "select * from outbox where recipient = ? and story_id in (?, ?)"
        " order by alert_id is null and state = 'queued', id",
        (recipient, new_id, old_id),
    )
    gone = [row for row in rows if row["alert_id"] or row["state"] != "queued"]
    waiting = [row for row in rows if row not in gone]
    # Out of the way first, so that no two rows have one number in between.
    db.write(
        "update outbox set story_id = ?, seq = -id where recipient = ?"
        " and story_id in (?, ?)",
        (new_id, recipient, new_id, old_id),
    )
    for seq, row in enumerate(gone, 1):
        db.write("update outbox set seq = ? where id = ?", (seq, row["id"]))
    if waiting:
        _join_waiting(db, gone, waiting)


def _join_waiting(db: Db, gone: list[Row], waiting: list[Row]) -> None:
    """Make one row of those that wait; none where they say nothing new."""
    known = {key for row in gone for key in json.loads(row["watchlists"])}
    keys = dict.fromkeys(k for row in waiting for k in json.loads(row["watchlists"]))
    new = [key for key in keys if key not in known]
    kept = min(waiting, key=lambda row: (row["due_at"], row["id"]))
    news = {row["cause"] for row in waiting} & {"outlets", "woke"}
    for row in waiting:
        if row is not kept or (gone and not new and not news):
            db.write("delete from outbox where id = ?", (row["id"],))
    if not gone:
        changes = (1, kept["kind"], json.dumps(list(keys)), kept["cause"])
    else:
        kind = "followup" if kept["slot"] == "instant" else kept["kind"]
        cause = "watchlist" if new else kept["cause"]
        changes = (len(gone) + 1, kind, json.dumps(new or list(keys)), cause)
    db.write(
        "update outbox set seq = ?, kind = ?, watchlists = ?, cause = ? where id = ?",
        (*changes, kept["id"]),
    )


def _queue_frame(db: Db, parcel: Parcel, alert_id: int, now: datetime) -> None:
    db.write(
        "insert into outbox (recipient, channel, kind, topic, slot, due_at, queued_at,"
        " alert_id) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            parcel.recipient,
            parcel.channel,
            parcel.kind,
            f"{parcel.slot}:{instant(parcel.at)}",
            parcel.slot,
            instant(parcel.at),
            instant(now),
            alert_id,
        ),
    )


def _is_digest(db: Db, alert_id: int) -> bool:
    kind = db.value("select kind from alerts where id = ?", (alert_id,))
    return bool(kind == "digest")


def _intent(row: Row) -> Intent:
    due, queued = parse_instant(row["due_at"]), parse_instant(row["queued_at"])
    assert due is not None  # noqa: S101 - the column is not null
    assert queued is not None  # noqa: S101 - as above
    return Intent(
        recipient=row["recipient"],
        channel=row["channel"],
        kind=row["kind"],
        story_id=row["story_id"],
        seq=row["seq"],
        topic=row["topic"],
        slot=row["slot"],
        watchlists=tuple(json.loads(row["watchlists"])),
        cause=row["cause"],
        outlets=row["outlets"],
        late=bool(row["late"]),
        held=bool(row["held"]),
        text=row["text"],
        due_at=due,
        queued_at=queued,
    )
