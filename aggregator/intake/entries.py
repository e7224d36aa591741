"""From a feed's entries to articles: identity, sightings, edits, re-issues."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aggregator import dedupe, extract, stories, urls
from aggregator.alerts import OLD_NEWS
from aggregator.dedupe.likeness import same_headline
from aggregator.intake.judge import judge
from aggregator.model import Filed
from aggregator.store import articles, feeds, gaps, instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.intake.context import Intake
    from aggregator.model import Entry, Feed, ParsedFeed
    from aggregator.store.articles import StoredArticle, StoredEntry

# So many new entries at once, most of them old or known, are a re-issue: a site that
# moved gives every old item a new guid (polling.md 61, 66).
REISSUE_ENTRIES = 10
REISSUE_SHARE = 0.8
# Where no page was read, the lead that is stored is the feed's.
_OWN_LEAD = frozenset({"pending", "failed", "blocked", "refused"})


def file_feed(
    intake: Intake,
    feed: Feed,
    parsed: ParsedFeed,
    *,
    first: bool,
    now: datetime,
) -> Filed:
    """Store what a document showed for the first time, oldest first.

    Args:
        intake: the run's context.
        feed: where it came from.
        parsed: the document; entries known to the worker are already cut out.
        first: nothing of this feed was ever stored: all of it is old news.
        now: the time of the visit.
    """
    oldest_first = parsed.entries[::-1]  # documents show the newest first
    ordered = sorted(oldest_first, key=lambda e: e.published_at or now)
    reissue = not first and _is_reissue(intake, feed, ordered, now)
    filed = Filed()
    for entry in ordered:
        filed = filed.plus(
            _file_entry(
                intake,
                feed,
                entry,
                quiet=first or reissue,
                now=now,
            )
        )
    if reissue:
        filed = filed.plus(Filed(reissued=filed.entries_new))
    return filed


def _file_entry(
    intake: Intake,
    feed: Feed,
    entry: Entry,
    *,
    quiet: bool,
    now: datetime,
) -> Filed:
    stored = articles.find_entry(intake.db, feed.id, entry.key)
    if stored is not None and _is_another(intake, stored, entry):
        # A guid that was given to something else (polling.md 69).
        canonical = urls.canonical_url(entry.url)
        entry = replace(entry, key=f"{entry.key} {canonical}")
        stored = articles.find_entry(intake.db, feed.id, entry.key)
    if stored is not None:
        articles.touch_entry(intake.db, stored.id, entry.item_hash)
        if not articles.exists(intake.db, stored.article_id):
            return Filed()  # it was pruned
        return _revise(intake, feed, stored.article_id, entry, now)
    found = _find_article(intake, feed, entry, quiet=quiet)
    renamed = found is not None and gaps.shows(intake.db, feed.id, found)
    article_id = found or _add_article(intake, feed, entry, quiet=quiet, now=now)
    canonical = urls.canonical_url(entry.url) if entry.url else ""
    articles.add_aliases(
        intake.db,
        article_id,
        [canonical] if canonical else [],
        urls.item_key(entry.url) if entry.url else None,
    )
    articles.add_entry(
        intake.db,
        {
            "feed_id": feed.id,
            "key": entry.key,
            "item_hash": entry.item_hash,
            "guid": entry.guid,
            "article_id": article_id,
            "published_at": instant(entry.published_at),
            "date_raw": entry.date_raw,
            "first_seen_at": instant(now),
        },
    )
    if found:
        seen = Filed(entries_new=1, renamed=int(renamed))
        return _see_again(intake, feed, found, entry, now).plus(seen)
    judged = judge(intake, article_id, late=entry.late, now=now)
    return judged.plus(Filed(entries_new=1, articles_new=1))


def _is_another(intake: Intake, stored: StoredEntry, entry: Entry) -> bool:
    """Say whether an entry with a known key has another title and another link."""
    if not articles.exists(intake.db, stored.article_id):
        return False
    known = articles.load(intake.db, stored.article_id)
    if not entry.url or same_headline(known.title, entry.title):
        return False
    owner = articles.by_url(intake.db, [urls.canonical_url(entry.url)])
    return owner != known.id


def _add_article(
    intake: Intake, feed: Feed, entry: Entry, *, quiet: bool, now: datetime
) -> int:
    settings = intake.config.settings
    dated = entry.published_at
    wanted = feed.scrape and bool(entry.url)
    fresh = (dated or now) >= now - settings.max_scrape_age
    title = entry.title or entry.lead[:120]
    return articles.add(
        intake.db,
        {
            "outlet": feed.outlet,
            "feed_id": feed.id,
            "url": entry.url,
            "title": title,
            "lead": entry.lead,
            "language": entry.language or feed.language,
            "category": feed.category,
            "author": entry.author,
            "agency": extract.find_agency(f"{entry.lead}\n{entry.text}"),
            "published_at": instant(dated),
            "published_day": intake.local_day(min(dated or now, now)),
            "date_source": _date_source(entry),
            "first_seen_at": instant(now),
            "changed_at": instant(now),
            "words": len(entry.text.split()),
            "scrape_state": "pending" if wanted and fresh else "feed_only",
            "scrape_host": urls.host_of(entry.url) if wanted and fresh else None,
            "quiet": int(quiet or (dated is not None and dated < now - OLD_NEWS)),
            "title_key": dedupe.title_key(title),
            "series_key": dedupe.series_key(title),
        },
        text=entry.text,
    )


def _date_source(entry: Entry) -> str:
    """Say where an entry's date is from; a page's own leads over a mere change."""
    if entry.published_at is None:
        return "seen"
    return "lastmod" if entry.date_is_change else "feed"


def _find_article(
    intake: Intake, feed: Feed, entry: Entry, *, quiet: bool
) -> int | None:
    """Return the stored article that this entry shows again, or None."""
    if not entry.url:
        return None
    found = articles.by_url(intake.db, [urls.canonical_url(entry.url)])
    if found is not None:
        return found
    number = urls.item_key(entry.url)
    if number:
        for article_id in articles.by_item_key(intake.db, number):
            known = articles.load(intake.db, article_id)
            if same_headline(known.title, entry.title):
                return article_id
    if quiet:
        return articles.by_title(intake.db, feed.outlet, dedupe.title_key(entry.title))
    return None


def _see_again(
    intake: Intake, feed: Feed, article_id: int, entry: Entry, now: datetime
) -> Filed:
    """A second feed shows a known article: keep what it says better."""
    if not articles.exists(intake.db, article_id):
        return Filed()  # it was pruned
    known = articles.load(intake.db, article_id)
    better_date = entry.published_at is not None and not entry.date_is_change
    if better_date and known.date_source in {"lastmod", "seen"}:
        _date(intake, article_id, entry, now)
    better_text = len(entry.text) > len(known.feed_text)
    better_lead = not known.lead and bool(entry.lead)
    if not (better_text or better_lead) or known.scrape_state == "full":
        return Filed()
    if better_text:
        articles.set_feed_text(intake.db, article_id, entry.text)
        if len(entry.text) > len(known.text):
            articles.set_text(intake.db, article_id, entry.text)
    if better_lead:
        articles.update(intake.db, article_id, {"lead": entry.lead})
    return judge(intake, article_id, now=now)


def _date(intake: Intake, article_id: int, entry: Entry, now: datetime) -> None:
    """Note when an article was published, where only a change or nothing was known."""
    at = entry.published_at or now
    articles.update(
        intake.db,
        article_id,
        {
            "published_at": instant(at),
            "published_day": intake.local_day(min(at, now)),
            "date_source": "feed",
        },
    )


def _revise(
    intake: Intake, feed: Feed, article_id: int, entry: Entry, now: datetime
) -> Filed:
    """An item we know was edited: a version, when its words changed."""
    known = articles.load(intake.db, article_id)
    edit = _find_edit(known, feed, entry)
    if not any(edit):
        return Filed()
    changes: dict[str, object] = {}
    if edit.text:
        articles.set_feed_text(intake.db, article_id, entry.text)
    # Where we have the page, a text that only the feed changed is read there first.
    text = edit.text and known.scrape_state != "full"
    if edit.headline or edit.lead or text:
        articles.keep_version(intake.db, known)
        changes |= {"versions": known.versions + 1, "changed_at": instant(now)}
    if edit.headline:
        changes |= {
            "title": entry.title,
            "title_key": dedupe.title_key(entry.title),
            "series_key": dedupe.series_key(entry.title),
        }
    if edit.lead:
        changes["lead"] = entry.lead
    if text:
        articles.set_text(intake.db, article_id, entry.text)
    if feed.scrape and known.url and known.scrape_state != "refused":
        changes |= {
            "scrape_host": urls.host_of(known.url),
            "scrape_after": None,
            "scrape_attempts": 0,
        }
    articles.update(intake.db, article_id, changes)
    return judge(intake, article_id, now=now)


class _Edit(NamedTuple):
    """What a feed changed of an article."""

    headline: bool
    lead: bool
    text: bool


def _find_edit(known: StoredArticle, feed: Feed, entry: Entry) -> _Edit:
    """Compare an item that was touched with the article as it is stored.

    Another feed's item says the same in other words: only more text is news there. The
    lead counts as long as the stored one is the feed's, not the page's.
    """
    from_here = known.feed_id == feed.id
    cut = entry.title.rstrip()
    is_cut = cut.endswith(("…", "...")) and known.title.startswith(cut.rstrip(" .…"))
    own_lead = known.scrape_state in _OWN_LEAD or not known.scrape_attempts
    headline = bool(entry.title) and entry.title != known.title and not is_cut
    lead = own_lead and bool(entry.lead) and stories.is_edit(known.lead, entry.lead)
    longer = len(entry.text) > len(known.feed_text)
    return _Edit(
        headline=from_here and headline,
        lead=from_here and lead,
        text=(from_here or longer) and stories.is_edit(known.feed_text, entry.text),
    )


def _is_reissue(
    intake: Intake, feed: Feed, entries: Sequence[Entry], now: datetime
) -> bool:
    """Say whether these are mostly old items under new identities."""
    new = [
        entry
        for entry in entries
        if articles.find_entry(intake.db, feed.id, entry.key) is None
    ]
    if len(new) < REISSUE_ENTRIES:
        return False
    seen_until = feeds.newest_entry_at(intake.db, feed.id) or now
    before = min(seen_until, now - OLD_NEWS)  # later ones came while we were away
    old = sum(1 for entry in new if _is_old(intake, feed, entry, before))
    return old >= REISSUE_SHARE * len(new)


def _is_old(intake: Intake, feed: Feed, entry: Entry, before: datetime) -> bool:
    if entry.published_at is not None and entry.published_at < before:
        return True
    key = dedupe.title_key(entry.title)
    return articles.by_title(intake.db, feed.outlet, key) is not None
