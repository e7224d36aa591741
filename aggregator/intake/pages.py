"""From a scraped page to the article's text: aliases, versions, retries."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator import dedupe, stories, urls
from aggregator.alerts import OLD_NEWS
from aggregator.dedupe.likeness import same_headline, says_already
from aggregator.intake.judge import join_stories, judge
from aggregator.model import Filed
from aggregator.store import articles, instant

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.intake.context import Intake
    from aggregator.model import Article, Failure, PageVisited
    from aggregator.store.articles import StoredArticle

# When a page is asked for again after a failure that may pass; then the feed's own
# text is what there is.
RETRIES = (timedelta(minutes=20), timedelta(hours=2), timedelta(hours=8))
# A page text this much shorter than the feed's own is a teaser, not the article.
TEASER = 0.8


def file_page(intake: Intake, visited: PageVisited, *, now: datetime) -> Filed:
    """Store what a visit to an article's page brought, and judge the article again."""
    if visited.result == "skipped" or not articles.exists(
        intake.db, visited.article_id
    ):  # another page of this run turned out to be the same article
        return Filed()
    known = articles.load(intake.db, visited.article_id)
    if visited.article is None:
        assert visited.failure is not None  # noqa: S101 - a page has one or the other
        is_last = _give_up(intake, known, visited.failure, now)
        if not is_last and known.published_at is not None:
            return Filed()
        return judge(intake, known.id, now=now)
    same = _same_article(intake, known, visited)
    if same is not None:
        return _absorb(intake, known, same, now)
    _store_page(intake, known, visited.article, now)
    return judge(intake, known.id, now=now)


def note_failure(intake: Intake, visited: PageVisited, *, now: datetime) -> None:
    """Note a failure without judging the article again, where that is what failed."""
    if visited.failure is not None and articles.exists(intake.db, visited.article_id):
        known = articles.load(intake.db, visited.article_id)
        _give_up(intake, known, visited.failure, now)


def _give_up(
    intake: Intake, known: StoredArticle, failure: Failure, now: datetime
) -> bool:
    """Note a failed attempt; True when it was the last."""
    passing = failure.state == "failed" and known.scrape_attempts < len(RETRIES)
    if passing:
        wait = RETRIES[known.scrape_attempts]
        articles.postpone(intake.db, known.id, failure.message, until=now + wait)
        return False
    # A re-scrape that failed leaves what an earlier one brought.
    state = known.scrape_state if known.scrape_state == "full" else failure.state
    articles.update(
        intake.db,
        known.id,
        {
            "scrape_state": state,
            "scrape_host": None,
            "scrape_error": failure.message,
            "scrape_attempts": known.scrape_attempts + 1,
        },
    )
    return True


def _same_article(
    intake: Intake, known: StoredArticle, visited: PageVisited
) -> int | None:
    """Note the page's addresses; return another article that has one of them."""
    keys = [urls.canonical_url(known.url)]
    page = visited.article
    final = visited.url
    if final and urls.same_site(final, known.url) and not urls.is_home(final):
        keys.append(urls.canonical_url(final))
    if page and page.canonical and not urls.is_home(page.canonical):
        keys.append(urls.canonical_url(page.canonical))
    for key in keys:
        owner = articles.by_url(intake.db, [key])
        if owner in (None, known.id) or not articles.exists(intake.db, owner):
            continue
        if same_headline(articles.load(intake.db, owner).title, known.title):
            return owner
    articles.add_aliases(intake.db, known.id, keys, urls.item_key(final or known.url))
    return None


def _absorb(
    intake: Intake, known: StoredArticle, other_id: int, now: datetime
) -> Filed:
    """Two entries led to one page: keep the article that came first."""
    keep, drop = min(known.id, other_id), max(known.id, other_id)
    join_stories(intake, keep, drop, "two addresses lead to one page", now)
    articles.absorb(intake.db, drop, keep)
    return judge(intake, keep, now=now)


def _store_page(
    intake: Intake, known: StoredArticle, page: Article, now: datetime
) -> None:
    text, state = _best_text(known, page)
    lead = _best_lead(known, page, text)
    title = _best_title(known, page)
    changes: dict[str, object] = {
        "title": title,
        "lead": lead,
        "author": page.author or known.author,
        "agency": page.agency or known.agency,
        "language": known.language or page.language,
        "words": len(text.split()),
        "scrape_state": state,
        "scrape_host": None,
        "scrape_after": None,
        "scrape_error": None,
        "scrape_attempts": known.scrape_attempts + 1,
        "title_key": dedupe.title_key(title),
        "series_key": dedupe.series_key(title),
    }
    undated = known.published_at is None or known.date_source == "lastmod"
    if undated and page.published_at is not None:
        changes |= {
            "published_at": instant(page.published_at),
            "published_day": intake.local_day(min(page.published_at, now)),
            "date_source": page.date_source,
        }
        if page.published_at < now - OLD_NEWS:
            changes["quiet"] = 1
    scraped_before = known.scrape_state == "full"
    if scraped_before and stories.is_edit(known.text, text):
        articles.keep_version(intake.db, known)
        changes |= {"versions": known.versions + 1, "changed_at": instant(now)}
    articles.update(intake.db, known.id, changes)
    articles.set_text(intake.db, known.id, text)
    articles.learn_lines(
        intake.db,
        urls.host_of(known.url),
        str(changes["title_key"]),
        page.line_hashes,
        now,
    )


def _best_text(known: StoredArticle, page: Article) -> tuple[str, str]:
    """Return the text to keep and the scrape_state that says where it is from."""
    if page.quality not in ("full", "thin"):
        return known.feed_text, page.quality
    if len(page.text) < TEASER * len(known.feed_text):
        return known.feed_text, "feed_only"
    return page.text, page.quality


def _best_lead(known: StoredArticle, page: Article, text: str) -> str:
    """Return the page's lead, else the feed's, unless the text says it already."""
    for lead in (page.lead, known.lead):
        if lead and not says_already(text, lead):
            return lead
    return ""


def _best_title(known: StoredArticle, page: Article) -> str:
    """Return the feed's title unless it is missing or cut off."""
    cut = known.title.rstrip().endswith(("…", "..."))
    if page.title and (not known.title or cut):
        return page.title
    return known.title
