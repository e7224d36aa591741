"""What is worth telling, to whom, in which message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent:
    """What one article's arrival or change did to its story, for alerts to judge.

    watchlists: all that the story satisfies now, with its best score. new: those it did
    not satisfy before. baseline: the article is old news by rule (first run of a feed,
    re-issue, rematch): it never makes an alert. late: it was found late (a gap filled).
    slept: the story was silent for 72 hours before this.
    """

    story_id: int
    article_id: int
    watchlists: tuple[tuple[str, float], ...]
    new: tuple[str, ...]
    outlets_before: int
    outlets_after: int
    published_at: datetime | None
    first_seen_at: datetime
    baseline: bool = False
    late: bool = False
    slept: bool = False
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is to be told to whom: a row of the outbox before it is one.

    slot: when it goes: 'instant', 'hourly', 'daily', 'health', 'notice'. cause: 'new',
    'watchlist' (one more), 'outlets', 'woke', or a health note's. outlets: how many
    carried the story when it was queued. topic: what makes it one, where there is no
    story. held: quiet hours keep it until due_at. text: what a note says.
    """

    recipient: str
    channel: str = "email"
    kind: str
    story_id: int | None = None
    seq: int = 1
    topic: str = ""
    slot: str = "instant"
    watchlists: tuple[str, ...] = ()
    cause: str = "new"
    outlets: int = 0
    late: bool = False
    held: bool = False
    text: str = ""
    due_at: datetime
    queued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one recipient was told of a story, or is about to be.

    seq: the highest so far. outlets: the highest count mentioned. told_at: the latest
    row. pending: (kind, seq, slot) of a row that no message carries yet; None: none.
    """

    recipient: str
    watchlists: frozenset[str]
    outlets: int
    seq: int
    told_at: datetime
    pending: tuple[str, int, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message ready to go, byte for byte."""

    sender: str
    recipient: str
    message_id: str
    subject: str
    payload: bytes  # the whole RFC 5322 message, CRLF
