"""Gaps: noting that entries rolled off a feed unseen, filling them (polling.md 25)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator import schedule
from aggregator.store import feeds, gaps

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import Feed, FeedVisited, Filed, ParsedFeed, Seam
    from aggregator.poll.state import Run

# A gap is tried to be filled for so long; a news sitemap lists two days.
FILL_WITHIN = timedelta(days=3)
# The outlet's other feeds are asked for it at once, but not sooner than this after the
# last time.
SOONEST = timedelta(minutes=30)


def note_gap(
    run: Run,
    visited: FeedVisited,
    filed: Filed,
    newest: datetime | None,
    *,
    seam: Seam | None,
) -> bool:
    """Record a stretch in which entries probably rolled off unseen.

    Args:
        run: the run, in a transaction.
        visited: what the feed showed.
        filed: what of it was new.
        newest: when the newest entry known before was published.
        seam: what was known of the feed before; None: nothing, it is new.

    Returns:
        whether it is one, filled from older pages or not. One that was filled and
        brought nothing is on record too: the feed shows just enough.
    """
    parsed = visited.parsed
    if parsed is None or filed.reissued:
        return False
    new = filed.entries_new - filed.renamed
    if not schedule.is_gap(
        visited, had_entries=seam is not None, new_entries=new, seam=seam
    ):
        return False
    gap = gaps.add_gap(
        run.db,
        visited.feed_id,
        after=newest,
        before=_oldest_after(parsed, newest),
        now=run.started_at,
    )
    if visited.bridged:
        brought = sum(entry.late for entry in parsed.entries)
        gaps.close_gap(run.db, gap, brought)
    return True


def fill_gaps(run: Run) -> list[Feed]:
    """Close gaps that another feed of the outlet covers.

    A sitemap or listing of the outlet fills a gap when it shows what the feed showed on
    both sides of it: what came in between is in it too, and stored by now.

    Returns:
        feeds that may fill a gap found in this run, and may be asked at once.
    """
    found = gaps.open_gaps(run.db, run.started_at - FILL_WITHIN)
    if not found:
        return []
    just_now = run.started_at.replace(microsecond=0)  # as the store keeps it
    of_outlet = defaultdict(list)
    for feed in run.config.feeds:
        if feed.enabled:
            of_outlet[feed.outlet].append(feed.id)
    wanted: dict[str, Feed] = {}
    with run.db.transaction():
        for gap in found:
            rolled = run.feeds.get(gap.feed_id)
            of_same = of_outlet[rolled.outlet] if rolled is not None else []
            helpers = [helper for helper in of_same if helper != gap.feed_id]
            if not _fill(run, gap, helpers) and gap.detected_at >= just_now:
                wanted |= {feed.id: feed for feed in _hasten(run, helpers)}
    return list(wanted.values())


def _fill(run: Run, gap: gaps.OpenGap, helpers: list[str]) -> bool:
    for helper in helpers:
        if gaps.is_covered(run.db, gap, helper):
            brought = gaps.count_between(run.db, gap, helper)
            gaps.close_gap(run.db, gap.id, brought)
            return True
    return False


def _hasten(run: Run, helpers: list[str]) -> list[Feed]:
    """Return the outlet's sitemaps and listings to ask now; have others asked soon."""
    states, now = feeds.load_states(run.db), []
    for helper in helpers:
        feed, state = run.feeds[helper], states.get(helper)
        if feed.kind == "feed" or state is None or state.failures:
            continue
        last = state.last_polled_at
        pause = max(SOONEST, schedule.shortest_wait(feed))
        soonest = run.started_at if last is None else last + pause
        if soonest <= run.started_at and not run.is_chosen:
            now.append(feed)
        else:
            feeds.hasten(run.db, helper, max(run.started_at, soonest))
    return now


def _oldest_after(parsed: ParsedFeed, newest: datetime | None) -> datetime | None:
    """Return the oldest date of the newest document that is later than the known."""
    dated = [
        entry.published_at
        for entry in parsed.entries
        if entry.published_at and not entry.late
    ]
    later = [moment for moment in dated if newest is None or moment > newest]
    return min(later or dated, default=None)


def mark_late(run: Run, feed: Feed, parsed: ParsedFeed) -> ParsedFeed:
    """Mark entries that fill the stretch of an open gap of the outlet."""
    of_outlet = {other.id for other in run.config.feeds if other.outlet == feed.outlet}
    spans = [
        (gap.after_at, gap.before_at)
        for gap in gaps.open_gaps(run.db, run.started_at - FILL_WITHIN)
        if gap.feed_id in of_outlet and gap.after_at and gap.before_at
    ]
    if not spans:
        return parsed
    entries = tuple(
        replace(entry, late=True)
        if any(start < (entry.published_at or start) < end for start, end in spans)
        else entry
        for entry in parsed.entries
    )
    return replace(parsed, entries=entries)
