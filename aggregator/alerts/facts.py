"""What a mail tells, as plain values; the store fills them, the templates show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.alerts.troubles import HealthNote


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """One outlet's article. at: published, or else first seen."""

    outlet: str
    title: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A term with its places: ('title', 1), ('text', 3)."""

    surface: str
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A story as a mail tells it.

    watchlists: (id, title), best score first, those that the recipient follows.
    carriers: an article an outlet, earliest first, a limited number. sentence: pieces
    of the sentence round the hit, True where it is the hit. cause: see model.Intent.
    """

    story_id: int
    title: str
    lead: str
    language: str
    agency: str
    watchlists: tuple[tuple[str, str], ...]
    new_watchlists: tuple[tuple[str, str], ...]
    score: float
    outlets: int
    articles: int
    carriers: tuple[Carrier, ...]
    hits: tuple[Hit, ...]
    sentence: tuple[tuple[str, bool], ...]
    cause: str = "new"
    late: bool = False
    seq: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of a source that was probably missed."""

    outlet: str
    after_at: datetime | None
    before_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A watchlist that is unusually loud: stories today, mean of the days before."""

    watchlist_id: str
    title: str
    today: int
    usual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What shows that nothing was missed between `since` and `until`."""

    since: datetime
    until: datetime
    articles: int
    stories: int
    feeds: int
    healthy: int
    quiet: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    last_run_at: datetime | None = None
    mailed: int = 0  # stories mailed at once meanwhile: counted, never repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that one message says, before it has a form.

    kind: instant, followup, digest, health, notice, test. slot: why it is a digest.
    thread: Message-IDs of what it follows, oldest first; thread_subject: of the first.
    """

    kind: str
    slot: str
    recipient: str
    language: str
    at: datetime
    key: str  # what its Message-ID is made from
    items: tuple[Item, ...] = ()
    proof: Proof | None = None
    notes: tuple[HealthNote, ...] = ()
    spikes: tuple[Spike, ...] = ()
    thread: tuple[str, ...] = ()
    thread_subject: str = ""
    reason: str = ""  # the subscriptions that sent it, for the foot
