"""A small newsroom for the tests of alerts: its store, filled by plain SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aggregator import alerts
from aggregator.model import (
    AlertSettings,
    Config,
    Settings,
    Smtp,
    StoryEvent,
    Subscription,
    Watchlist,
)
from aggregator.store import Db, instant, outbox
from tests.fakes import Received

NOW = datetime(2026, 1, 6, 11, 30, tzinfo=UTC)  # a Tuesday, 14:30 in Istanbul
ANALYST = "analist@example.org"
HEAD = "mudur@example.org"
OPERATOR = "sistem@example.org"
WATCHLISTS = (
    Watchlist(id="izmir-baku", title="İzmir–Bakü", terms=("Bakü",)),
    Watchlist(id="kardes", title="Kardeş şehirler", terms=("kardeş şehir",)),
)


def subscription(**changes: Any) -> Subscription:
    """An instant subscription to everything."""
    values: dict[str, Any] = {"to": ANALYST, "watchlists": None, "mode": "instant"}
    return Subscription(**{**values, **changes})


def config(
    folder: Path,
    *subscriptions: Subscription,
    port: int = 25,
    smtp: dict[str, Any] | None = None,
    **changes: Any,
) -> Config:
    """A configuration with the two watchlists and a mail server on loopback."""
    server = Smtp(
        **{
            "host": "127.0.0.1",
            "port": port,
            "timeout": timedelta(seconds=5),
            **(smtp or {}),
        }
    )
    settings = AlertSettings(
        smtp=server, subscriptions=subscriptions, operator=OPERATOR
    )
    return Config(
        path=str(folder / "feeds.yaml"),
        settings=Settings(database=str(folder / "news.db")),
        feeds=(),
        names=(),
        watchlists=WATCHLISTS,
        alerts=replace(settings, **changes),
    )


class Clock:
    """A clock that stands still unless told to move."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


def add_feed(db: Db, feed_id: str, outlet: str, state: str = "ok", **more: Any) -> None:
    """One row of `feeds`."""
    row = {
        "feed_id": feed_id,
        "outlet": outlet,
        "url": f"https://{feed_id}.example/rss",
        "kind": "feed",
        "language": "tr",
        "category": "press",
        "region": "",
        "enabled": 1,
        "state": state,
        **more,
    }
    _insert(db, "feeds", row)


STORY: dict[str, Any] = {
    "outlets": ("Son Mühür",),
    "watchlists": ("izmir-baku",),
    "at": NOW,
    "score": 5.0,
    "text": "Heyet dün Bakü'ye gitti; görüşmeler üç gün sürecek.",
    "surface": "Bakü'ye",
    "agency": "İHA",
    "lead": "Heyet üç gün kalacak.",
}


def add_story(db: Db, title: str, **changes: Any) -> int:
    """A story with an article an outlet, flagged and matched; see STORY."""
    story = {**STORY, **changes}
    outlets, watchlists, at = story["outlets"], story["watchlists"], story["at"]
    found, score = (story["text"], story["surface"]), story["score"]
    with db.transaction():
        story_id = db.write(
            "insert into stories (title, articles, outlets, first_seen_at,"
            " last_seen_at) values (?, ?, ?, ?, ?)",
            (title, len(outlets), len(set(outlets)), instant(at), instant(at)),
        )
        first = None
        for n, outlet in enumerate(outlets):
            seen = at + timedelta(minutes=7 * n)
            article_id = _insert(
                db,
                "articles",
                {
                    "story_id": story_id,
                    "copy_of": first,
                    "outlet": outlet,
                    "feed_id": "son-muhur",
                    "url": f"https://haber.example/{story_id}/{n}?a=1&b=2",
                    "title": title if n != 1 else f"{title} (ajans)",
                    "lead": story["lead"],
                    "language": "tr",
                    "category": "press",
                    "agency": story["agency"],
                    "published_at": instant(seen),
                    "published_day": seen.date().isoformat(),
                    "date_source": "feed",
                    "first_seen_at": instant(seen),
                    "changed_at": instant(seen),
                    "scrape_state": "full",
                    "title_key": title.casefold(),
                },
            )
            first = first or article_id
            _flag(db, article_id, watchlists, score, found, seen)
        db.write(
            "update stories set representative_id = ? where id = ?", (first, story_id)
        )
        for key in watchlists:
            db.write(
                "insert into story_flags values (?, ?, ?, ?)",
                (key, story_id, score, instant(at)),
            )
    return story_id


def _flag(
    db: Db,
    article_id: int,
    watchlists: tuple[str, ...],
    score: float,
    found: tuple[str, str],
    at: datetime,
) -> None:
    text, surface = found
    for key in watchlists:
        db.write(
            "insert into flags values (?, ?, ?, 1, ?)",
            (key, article_id, score, instant(at)),
        )
        start = text.find(surface)
        for field, place in (("title", 0), ("text", start), ("text", start + 90)):
            db.write(
                "insert into match_records (watchlist_id, article_id, term, surface,"
                ' field, start, "end", snippet, version, matched_at)'
                " values (?, ?, 'Bakü', ?, ?, ?, ?, ?, 1, ?)",
                (
                    key,
                    article_id,
                    surface,
                    field,
                    place,
                    place + len(surface),
                    text,
                    instant(at),
                ),
            )


def event(story_id: int, **changes: Any) -> StoryEvent:
    """A first article that satisfies izmir-baku."""
    values: dict[str, Any] = {
        "story_id": story_id,
        "article_id": story_id,
        "watchlists": (("izmir-baku", 5.0),),
        "new": ("izmir-baku",),
        "outlets_before": 0,
        "outlets_after": 1,
        "published_at": NOW,
        "first_seen_at": NOW,
    }
    return StoryEvent(**{**values, **changes})


def tell(db: Db, conf: Config, now: datetime, story_id: int, **changes: Any) -> int:
    """Do what intake does with an event; return how many rows are new."""
    found = event(story_id, **{"published_at": now, **changes})
    intents = alerts.wanted(
        found,
        conf.alerts.subscriptions,
        outbox.told(db, story_id),
        conf.settings,
        now,
    )
    with db.transaction():
        return outbox.queue(db, intents)


def add_and_tell(db: Db, conf: Config, now: datetime, title: str, **more: Any) -> int:
    """Add a story and tell of it; return its id."""
    story_id = add_story(db, title, at=now, **more)
    keys = more.get("watchlists", ("izmir-baku",))
    tell(db, conf, now, story_id, watchlists=tuple((k, 5.0) for k in keys), new=keys)
    return story_id


def read(received: Received) -> EmailMessage:
    """A message as a mail program reads it."""
    return message_from_bytes(received.content, policy=policy.default)


def text_of(message: EmailMessage) -> str:
    """The plain text."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    """The HTML."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def states(db: Db) -> list[tuple[str, str, str]]:
    """Recipient, kind and state of all rows of `deliveries`."""
    return [
        (row["recipient"], row["kind"], row["state"])
        for row in db.rows("select * from deliveries order by queued_at, rowid")
    ]


def _insert(db: Db, table: str, row: dict[str, Any]) -> int:
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    return db.write(
        f"insert into {table} ({names}) values ({marks})", tuple(row.values())
    )
