"""What the phases of one run share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol

from aggregator.model import Filed, RunReport
from aggregator.store import articles

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.fetch import Session
    from aggregator.intake.context import Intake
    from aggregator.model import Config, Feed, FeedState, FeedVisited
    from aggregator.poll.workers import Workers
    from aggregator.store import Db


class Progress(Protocol):
    """Told how far a phase is; `what` names the feed or host just done."""

    def __call__(self, phase: str, done: int, total: int, what: str = "") -> None:
        """Take note."""


def silent(phase: str, done: int, total: int, what: str = "") -> None:
    """Say nothing, as under cron."""


@dataclass(kw_only=True)
class Run:
    """One run: its parts, and what it has done so far."""

    id: int
    config: Config
    db: Db
    workers: Workers
    clock: Callable[[], datetime]
    started_at: datetime  # what due times count from, however long the run takes
    deadline: float  # time.monotonic() after which nothing new is begun
    progress: Progress
    open_session: Callable[..., Session] | None = None  # None: the usual one
    feeds_due: int = 0
    fetched: int = 0
    not_modified: int = 0
    failed: int = 0
    failures: list[tuple[FeedVisited, FeedState]] = field(default_factory=list)
    scraped: int = 0
    filed: Filed = field(default_factory=Filed)
    sent: int = 0
    own_outage: bool = False
    is_chosen: bool = False  # feeds were named: no other is asked
    is_whole: bool = True  # all feeds are due, or those that were asked for by name
    problems: list[str] = field(default_factory=list)

    @cached_property
    def intake(self) -> Intake:
        """What filing articles needs; made when the first comes."""
        from aggregator.intake.context import Intake  # noqa: PLC0415 - heavy, and an idle run needs none

        return Intake(self.config, self.db, self.problems)

    @cached_property
    def session_maker(self) -> Callable[..., Session]:
        """What makes the session of each visit; all of a run share one pace."""
        from aggregator.fetch import Pace, Session  # noqa: PLC0415 - an idle run asks nobody

        return self.open_session or partial(Session, pace=Pace())

    @cached_property
    def feeds(self) -> dict[str, Feed]:
        """The configured feeds by id."""
        return {feed.id: feed for feed in self.config.feeds}

    def report(self) -> RunReport:
        """Return what this run did. It failed (exit 1) when every feed did.

        A dead feed that happens to be due alone is no failure of the run: that is
        health, and cron would mail it at each of its tries.
        """
        nothing_read = self.failed and not (self.fetched or self.not_modified)
        failed = nothing_read and (self.own_outage or self.is_whole)
        return RunReport(
            run_id=self.id,
            started_at=self.started_at,
            finished_at=self.clock(),
            feeds_due=self.feeds_due,
            fetched=self.fetched,
            not_modified=self.not_modified,
            failed=self.failed,
            entries_new=self.filed.entries_new,
            articles_new=self.filed.articles_new,
            articles_scraped=self.scraped,
            matches_new=max(0, self.filed.matches_new),
            alerts_queued=self.filed.alerts_queued,
            alerts_sent=self.sent,
            exit_code=1 if failed else 0,
            waiting=articles.count_waiting(self.db),
            problems=tuple(self.problems),
        )
