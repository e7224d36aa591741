"""Story grouping over an open store, one article at a time: the contract's function."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator import dedupe, urls
from aggregator.intake.context import Intake
from aggregator.intake.entries import file_feed
from aggregator.intake.judge import refresh
from aggregator.model import (
    AlertSettings,
    Config,
    Entry,
    Feed,
    ParsedFeed,
    Settings,
)
from aggregator.store import articles, stories

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.store import Db


def group_article(  # noqa: PLR0913 - an evaluation says all of an article in one call
    db: Db,
    *,
    title: str,
    text: str,
    outlet: str,
    url: str,
    published_at: datetime | None,
    now: datetime,
    lead: str = "",
    language: str = "tr",
    agency: str = "",
) -> int:
    """Add an article to the store and return the id of the story it belongs to.

    The article goes the way of an entry in a run: identity (an address that is known is
    the same article again; other words under it are a new version, and its story
    stays), then its text against those of this and last week, one at a time, in order
    of arrival. No watchlist is asked and nothing is mailed.

    A later article may show that two stories are one. The older id stays then, and
    `aggregator.store.stories.resolve(db, id)` follows the other to it.

    Args:
        db: an open store (`aggregator.store.open_db`). The article is committed, unless
            the caller has a transaction open: then it belongs to that.
        title: the headline.
        text: the full text in lines, '' for a feed's item of title and lead only.
        outlet: who published it; stubs and agencies' own texts are told by it.
        url: its address; '' when it has none.
        published_at: aware; None when it is not stated.
        now: aware, when it was seen; must not go back from call to call.
        lead: the summary above the text.
        language: tr, az, en, ru.
        agency: the wire service credited; '' looks for a credit in lead and text.

    Raises:
        StoreError: the database cannot be written.

    >>> from datetime import UTC, datetime
    >>> from aggregator.store import open_db
    >>> db = open_db(":memory:")
    >>> at = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
    >>> body = (
    ...     "İzmir Limanı'nda 12 Ocak'ta başlayacak onarım için 3 iskele kapatılacak."
    ...     " Gemiler bu süre boyunca Aliağa'ya yanaşacak, işler 45 gün sürecek."
    ... )
    >>> first = group_article(
    ...     db, title="Liman onarılıyor", text=body, outlet="Gazete A",
    ...     url="https://a.example/1", published_at=at, now=at,
    ... )
    >>> first == group_article(
    ...     db, title="Üç iskele kapanıyor", text=body, outlet="Gazete B",
    ...     url="https://b.example/9", published_at=at, now=at,
    ... )
    True
    >>> db.close()
    """
    feed = _feed(outlet, language)
    entry = Entry(
        key=urls.canonical_url(url) if url else dedupe.title_key(title),
        item_hash="",
        url=url,
        title=title,
        lead=lead,
        text=text,
        published_at=published_at,
        language=language,
    )
    if db.conn.in_transaction:
        return _file(db, feed, entry, agency, now)
    with db.transaction():
        return _file(db, feed, entry, agency, now)


def _file(db: Db, feed: Feed, entry: Entry, agency: str, now: datetime) -> int:
    intake = Intake(_config(feed), db)
    parsed = ParsedFeed(entries=(entry,), total=1)
    file_feed(intake, feed, parsed, first=False, now=now)
    stored = articles.find_entry(db, feed.id, entry.key)
    assert stored is not None  # noqa: S101 - it was filed a line above
    article = articles.load(db, stored.article_id)
    if agency and article.agency != agency:
        articles.update(db, article.id, {"agency": agency})
        refresh(intake, article.story_id)
    return stories.resolve(db, article.story_id)


def _feed(outlet: str, language: str) -> Feed:
    return Feed(
        id="-".join(dedupe.title_key(outlet).split()),
        outlet=outlet,
        url="",
        language=language,
        interval=timedelta(hours=1),
        scrape=False,
    )


def _config(feed: Feed) -> Config:
    """A configuration that watches nothing and tells nobody."""
    return Config(
        path="",
        settings=Settings(),
        feeds=(feed,),
        names=(),
        watchlists=(),
        alerts=AlertSettings(),
    )
