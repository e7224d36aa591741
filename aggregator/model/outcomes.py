"""What a run did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What filing a feed, a page or an article changed, in counts."""

    entries_new: int = 0
    articles_new: int = 0
    matches_new: int = 0
    alerts_queued: int = 0
    reissued: int = 0  # old items that came as new ones
    renamed: int = 0  # of entries_new: known to this feed under another guid

    def plus(self, other: Filed) -> Filed:
        """Return the sums."""
        return Filed(
            entries_new=self.entries_new + other.entries_new,
            articles_new=self.articles_new + other.articles_new,
            matches_new=self.matches_new + other.matches_new,
            alerts_queued=self.alerts_queued + other.alerts_queued,
            reissued=self.reissued + other.reissued,
            renamed=self.renamed + other.renamed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What one run did; the columns of the view `runs`."""

    run_id: int
    started_at: datetime
    finished_at: datetime
    feeds_due: int = 0
    fetched: int = 0
    not_modified: int = 0
    failed: int = 0
    entries_new: int = 0
    articles_new: int = 0
    articles_scraped: int = 0
    matches_new: int = 0
    alerts_queued: int = 0
    alerts_sent: int = 0
    exit_code: int = 0
    waiting: int = 0  # pages left for the next run
    problems: tuple[str, ...] = ()
