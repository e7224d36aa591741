"""The archive after a watchlist changed: matched again, in pieces, without mail."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.store import articles, matches, stories
from aggregator.store.matches import StoredWatchlist

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.intake.context import Intake
    from aggregator.model import Config, Watchlist
    from aggregator.store import Db

# Articles matched again in one transaction.
PIECE = 200

_NAME = re.compile(r"@([a-z0-9-]+)")


def note_watchlists(config: Config, db: Db) -> tuple[str, ...]:
    """Compare the configuration with what was used last; return ids that changed.

    What is new or edited is matched against the archive from now on (`rematch_some`),
    and the articles that are there already never make an alert for it.
    """
    stored = matches.stored_watchlists(db)
    newest = matches.newest_id(db)
    changed = []
    for position, watchlist in enumerate(config.watchlists):
        fingerprint = _fingerprint(config, watchlist)
        old = stored.get(watchlist.id)
        if old is not None and old.fingerprint == fingerprint:
            matches.describe_watchlist(
                db, watchlist.id, title=watchlist.title, position=position
            )
            continue
        changed.append(watchlist.id)
        matches.save_watchlist(
            db,
            StoredWatchlist(
                watchlist_id=watchlist.id,
                fingerprint=fingerprint,
                active=True,
                since_id=newest,
                rematch_below=newest + 1 if newest else 0,
            ),
            title=watchlist.title,
            position=position,
        )
    if stored.keys() - {watchlist.id for watchlist in config.watchlists}:
        matches.retire_watchlists(db, [item.id for item in config.watchlists])
    return tuple(changed)


def request_rematch(intake: Intake, watchlists: tuple[str, ...]) -> None:
    """Have the whole archive matched again for these watchlists (all when empty)."""
    newest = matches.newest_id(intake.db)
    stored = matches.stored_watchlists(intake.db)
    for position, watchlist in enumerate(intake.config.watchlists):
        if watchlist.id in stored and (not watchlists or watchlist.id in watchlists):
            matches.save_watchlist(
                intake.db,
                replace(stored[watchlist.id], rematch_below=newest + 1),
                title=watchlist.title,
                position=position,
            )


def rematch_some(
    intake: Intake,
    *,
    now: datetime,
    since: datetime | None = None,
    is_over: Callable[[], bool],
) -> int:
    """Match the archive again where a watchlist asks for it, newest first.

    Each piece is a transaction of its own, so that it may stop at any time and goes on
    in the next run. It never mails.

    Args:
        intake: the run's context; no transaction may be open.
        now: time to note as matched_at.
        since: leave out what was first seen before; None: everything.
        is_over: asked before each piece; True stops.

    Returns:
        how many articles were matched.
    """
    done = 0
    while not is_over():
        pending = {
            key: item
            for key, item in matches.stored_watchlists(intake.db).items()
            if item.rematch_below
        }
        if not pending:
            break
        with intake.db.transaction():
            done += _rematch_piece(intake, pending, since, now)
    return done


def _rematch_piece(
    intake: Intake,
    pending: dict[str, StoredWatchlist],
    since: datetime | None,
    now: datetime,
) -> int:
    """Take the watchlists that are furthest behind through one piece."""
    top = max(item.rematch_below for item in pending.values())
    only = frozenset(key for key, item in pending.items() if item.rematch_below == top)
    ids = matches.archive_ids(intake.db, below=top, limit=PIECE, since=since)
    for article_id in ids:
        _rematch(intake, article_id, only, now)
    below = ids[-1] if len(ids) == PIECE else 0
    for position, watchlist in enumerate(intake.config.watchlists):
        if watchlist.id in only:
            matches.save_watchlist(
                intake.db,
                replace(pending[watchlist.id], rematch_below=below),
                title=watchlist.title,
                position=position,
            )
    return len(ids)


def _rematch(
    intake: Intake, article_id: int, only: frozenset[str], now: datetime
) -> None:
    article = articles.load(intake.db, article_id)
    flags = intake.matcher.flags(articles.as_document(article))
    matches.replace_flags(
        intake.db, article_id, flags, version=article.versions, now=now, only=only
    )
    stories.refresh_flags(intake.db, article.story_id)


def _fingerprint(config: Config, watchlist: Watchlist) -> str:
    """Return a hash of all that decides what a watchlist matches."""
    used = set(_NAME.findall(" ".join((watchlist.query, *watchlist.terms))))
    names = [name for name in config.names if name.id in used]
    described = repr(
        (watchlist.query, watchlist.terms, watchlist.ignore, watchlist.threshold, names)
    )
    return hashlib.blake2b(described.encode(), digest_size=12).hexdigest()
