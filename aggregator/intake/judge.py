"""An article's text against the watchlists, the stories and the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator import alerts, dedupe, match
from aggregator import stories as story_rules
from aggregator.model import Filed, StoryEvent
from aggregator.store import articles, matches, outbox, stories

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aggregator.intake.context import Intake
    from aggregator.model import Candidate, Placement
    from aggregator.store.articles import StoredArticle

# A story that wakes after this long is told again.
SLEEP = timedelta(hours=72)
# A new story is compared with so many flagged ones of the last three days.
RELATED_AMONG = 200


def judge(
    intake: Intake, article_id: int, *, now: datetime, late: bool = False
) -> Filed:
    """Match, index and group an article, and queue what is worth telling.

    late: it came after a gap, and a mail about it says so.
    """
    db = intake.db
    article = articles.load(db, article_id)
    flags = intake.matcher.flags(articles.as_document(article))
    articles.index(
        db,
        article_id,
        match.index_text(article.title, article.lead, article.text, article.language),
    )
    before = stories.counts(db, article.story_id)
    had = matches.scores_of(db, article_id)
    found = matches.replace_flags(
        db, article_id, flags, version=article.versions, now=now
    )
    if article.scrape_state != "pending":
        before = settle(intake, article, now) or before
    else:
        refresh(intake, article.story_id)
    told_by_score = {
        key for key, score in had.items() if score >= intake.thresholds.get(key, 0.0)
    }
    gained = {flag.watchlist_id for flag in flags} - told_by_score
    article = replace(article, story_id=stories.story_of(db, article_id))
    queued = _tell(intake, article, before, now, late=late, gained=gained)
    return Filed(matches_new=found, alerts_queued=queued)


def settle_all(intake: Intake, article_ids: Iterable[int], *, now: datetime) -> None:
    """Group articles by the text they have now."""
    for article_id in article_ids:
        settle(intake, articles.load(intake.db, article_id), now)


def settle(
    intake: Intake, article: StoredArticle, now: datetime
) -> tuple[int, datetime] | None:
    """Place an article in a story by its text, if it is still alone.

    Returns:
        outlets and time last seen of the story it joined, before it did; None when it
        joined none.
    """
    db = intake.db
    before = None
    if stories.is_alone(db, article.story_id):
        key = dedupe.body_key(article.text)
        articles.set_text(db, article.id, article.text, key)
        fingerprint = dedupe.fingerprint(article.title, article.lead, article.text)
        found = stories.candidates(db, fingerprint, article_id=article.id, now=now)
        placement = _place(intake, article, found, now)
        if placement.story_id is not None:
            before = stories.counts(db, placement.story_id)
        _apply(intake, article, placement, now)
        stories.add_shingles(db, article.id, fingerprint, now)
    refresh(intake, stories.story_of(db, article.id))
    return before


def relate(intake: Intake, article_id: int, now: datetime) -> None:
    """Link a new flagged story with others that probably tell the same event."""
    db = intake.db
    mine = stories.load_candidates(db, [article_id])[0]
    intake.profiles.pop(article_id, None)  # its page may have come since
    others = [
        _representative(intake, speaker, story_id)
        for speaker, story_id in stories.flagged_representatives(
            db, now - SLEEP, RELATED_AMONG
        )
    ]
    for found in story_rules.related(
        mine,
        others,
        names=intake.written_forms,
        profiles=intake.profiles,
        similarity=intake.similarity,
    ):
        stories.link(db, mine.story_id, found.story_id, ", ".join(found.words), now)


def _representative(intake: Intake, article_id: int, story_id: int) -> Candidate:
    """Return what speaks for a story; its text is read once a run."""
    known = intake.speakers.get(article_id)
    if known is None:
        (known,) = stories.load_candidates(intake.db, [article_id])
        intake.speakers[article_id] = known
    return replace(known, story_id=story_id)


def join_stories(
    intake: Intake, one_article: int, other_article: int, reason: str, now: datetime
) -> int:
    """Merge the stories of two articles; the older id survives and is returned."""
    one = articles.load(intake.db, one_article).story_id
    other = articles.load(intake.db, other_article).story_id
    return merge_stories(
        intake, one, other, article_id=other_article, reason=reason, now=now
    )


def refresh(intake: Intake, story_id: int) -> None:
    """Choose a story's representative anew, unless it is frozen, and its counts."""
    db = intake.db
    members = stories.members(db, story_id)
    current, frozen = stories.representative_of(db, story_id)
    if not (frozen and any(m.article_id == current for m in members)):
        current = story_rules.representative(members)
    assert current is not None  # noqa: S101 - a story has members
    stories.refresh(db, story_id, current)


def _place(
    intake: Intake, article: StoredArticle, found: list[Candidate], now: datetime
) -> Placement:
    """Compare an article with its candidates and decide where it belongs."""
    db = intake.db
    mine = stories.load_candidates(db, [article.id])[0]
    is_series, is_stub = _series_and_stubs(intake, mine)
    copies = []
    for other in found:
        other_series, other_stub = _series_and_stubs(intake, other)
        copies.append(
            dedupe.compare(
                mine,
                other,
                series=is_series or other_series,
                stub=is_stub or other_stub,
            )
        )
    return story_rules.place(
        mine,
        tuple(copies),
        found,
        stories=stories.facts(db, [other.story_id for other in found]),
        decisions=stories.decisions_about(db, article.id),
    )


def _series_and_stubs(intake: Intake, article: Candidate) -> tuple[bool, bool]:
    """Say whether an article's title is a series', and whether its body is a stub's."""
    series_key, body_key = stories.keys_of(intake.db, article.article_id)
    if body_key is None:  # its text was replaced since it was grouped
        body_key = dedupe.body_key(article.text)
    return (
        stories.is_series(intake.db, series_key),
        stories.is_stub(intake.db, body_key, article.outlet),
    )


def _apply(
    intake: Intake, article: StoredArticle, placement: Placement, now: datetime
) -> None:
    db = intake.db
    story_id = article.story_id
    if placement.story_id is not None:
        story_id = merge_stories(
            intake,
            story_id,
            placement.story_id,
            article_id=article.id,
            reason=placement.reason,
            now=now,
        )
    for other in placement.merges:
        if stories.are_kept_apart(db, story_id, other):
            stories.link(db, story_id, other, placement.reason, now)
            continue
        story_id = merge_stories(
            intake,
            story_id,
            other,
            article_id=article.id,
            reason=placement.reason,
            now=now,
        )
    for other in placement.related:
        stories.link(db, story_id, other, placement.reason, now)
    if placement.is_roundup:
        stories.mark_roundup(db, story_id)
    if placement.story_id is None:
        stories.decide(
            db,
            article_id=article.id,
            story_id=story_id,
            action="alone",
            reason=placement.reason,
            at=now,
        )


def merge_stories(
    intake: Intake,
    one: int,
    other: int,
    *,
    article_id: int,
    reason: str,
    now: datetime,
) -> int:
    """Make one story of two, noting which article caused it; return the id that stays.

    The older id survives; the other becomes an alias, and what was queued about it is
    told about the survivor. A merge never mails.
    """
    one, other = stories.resolve(intake.db, one), stories.resolve(intake.db, other)
    if one == other:
        return one
    keep, drop = min(one, other), max(one, other)
    stories.merge(intake.db, drop, keep, now)
    outbox.merge_story(intake.db, drop, keep)
    stories.decide(
        intake.db,
        article_id=article_id,
        story_id=keep,
        action="joined",
        reason=reason,
        at=now,
    )
    return keep


def _tell(
    intake: Intake,
    article: StoredArticle,
    before: tuple[int, datetime],
    now: datetime,
    *,
    late: bool,
    gained: set[str],
) -> int:
    """Queue alerts for what this article brought to its story; return how many.

    gained: the watchlists that it satisfies only now. An edit is news for these alone:
    what old news said before stays old. Where the feed states no date, or only that of
    a change, the page is read first, for it may be old.
    """
    db = intake.db
    unread = article.scrape_state == "pending" and not article.scrape_attempts
    undated = article.published_at is None or article.date_source == "lastmod"
    if undated and unread:
        return 0
    is_quiet = articles.is_quiet(db, article.id)
    edited = gained if article.versions > 1 else set()
    watched = [
        (key, score)
        for key, score in stories.flags_of(db, article.story_id)
        if (key in edited or (not is_quiet and article.id > intake.since.get(key, 0)))
        and score >= intake.thresholds.get(key, 0.0)
    ]
    if not watched:
        return 0
    others = matches.flags_of_others(db, article.story_id, article.id)
    if not others:
        relate(intake, article.id, now)
    outlets, _ = stories.counts(db, article.story_id)
    event = StoryEvent(
        story_id=article.story_id,
        article_id=article.id,
        watchlists=tuple(watched),
        new=tuple(key for key, _ in watched if key not in others),
        outlets_before=before[0],
        outlets_after=outlets,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        late=late,
        slept=now - before[1] > SLEEP,
        edited=bool(edited),
    )
    intents = alerts.wanted(
        event,
        intake.config.alerts.subscriptions,
        outbox.told(db, article.story_id),
        intake.config.settings,
        now,
    )
    return outbox.queue(db, intents)
