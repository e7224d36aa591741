"""Articles, their texts, versions, keys and search rows.

All functions run inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aggregator.model import Document
from aggregator.store.db import instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from aggregator.store.db import Db, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """A row of `entries`."""

    id: int
    article_id: int
    item_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article as the store has it, with its text."""

    id: int
    story_id: int
    outlet: str
    feed_id: str
    url: str
    title: str
    lead: str
    text: str
    feed_text: str
    language: str
    category: str
    author: str
    agency: str
    published_at: datetime | None
    date_source: str
    first_seen_at: datetime
    changed_at: datetime
    versions: int
    scrape_state: str
    scrape_attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An article that waits for its page."""

    article_id: int
    feed_id: str
    url: str
    host: str


_NEWEST_ID = "newest_article"
LONGEST_WAIT = timedelta(days=2)  # for the next attempt at a page
# Words a title needs to tell one article from another of its outlet.
LONG_TITLE = 4

_SELECT = """
select a.*, b.text, b.feed_text from articles a join bodies b on b.article_id = a.id
"""


def find_entry(db: Db, feed_id: str, key: str) -> StoredEntry | None:
    """Return the entry of that key in that feed, or None."""
    row = db.row(
        "select id, article_id, item_hash from entries where feed_id = ? and key = ?",
        (feed_id, key),
    )
    return None if row is None else StoredEntry(**dict(row))


def add_entry(db: Db, entry: dict[str, Any]) -> None:
    """Note that a feed showed an article; keys are columns of `entries`."""
    _insert(db, "entries", entry)


def touch_entry(db: Db, entry_id: int, item_hash: str) -> None:
    """Note an edited item, so that it counts as known again."""
    db.write("update entries set item_hash = ? where id = ?", (item_hash, entry_id))


def load(db: Db, article_id: int) -> StoredArticle:
    """Return an article; it must exist."""
    row = db.row(_SELECT + " where a.id = ?", (article_id,))
    if row is None:
        raise KeyError(article_id)
    return _article(row)


def exists(db: Db, article_id: int) -> bool:
    """Say whether an article is there; one that was absorbed is not."""
    found = db.value("select count(*) from articles where id = ?", (article_id,))
    return bool(found)


def add(db: Db, article: dict[str, Any], *, text: str) -> int:
    """Insert an article with its feed text and return its id, which is given once.

    `article` holds columns of `articles` but for `story_id`, which becomes a new story.
    """
    story_id = db.write(
        "insert into stories (title, first_seen_at, last_seen_at) values (?, ?, ?)",
        (article["title"], article["first_seen_at"], article["first_seen_at"]),
    )
    article_id = 1 + _newest_given(db)
    _insert(db, "articles", {"id": article_id, **article, "story_id": story_id})
    db.write(
        "update stories set representative_id = ? where id = ?", (article_id, story_id)
    )
    db.write(
        "insert into bodies (article_id, text, feed_text) values (?, ?, ?)",
        (article_id, text, text),
    )
    return article_id


def update(db: Db, article_id: int, columns: dict[str, Any]) -> None:
    """Change columns of an article's row; no columns, no change."""
    if not columns:
        return
    names = ", ".join(f"{name} = ?" for name in columns)
    db.write(
        f"update articles set {names} where id = ?",
        (*columns.values(), article_id),
    )


def set_text(db: Db, article_id: int, text: str, body_key: str | None = None) -> None:
    """Replace the text of an article; body_key: None: not grouped by it yet."""
    db.write(
        "update bodies set text = ?, body_key = ? where article_id = ?",
        (text, body_key, article_id),
    )


def set_feed_text(db: Db, article_id: int, text: str) -> None:
    """Replace what the feed itself carried."""
    db.write("update bodies set feed_text = ? where article_id = ?", (text, article_id))


def keep_version(db: Db, old: StoredArticle) -> None:
    """Store the present content as a version, before it is replaced."""
    db.write(
        "insert or ignore into versions (article_id, n, seen_at, title, lead, text)"
        " values (?, ?, ?, ?, ?, ?)",
        (
            old.id,
            old.versions,
            instant(old.changed_at),
            old.title,
            old.lead,
            old.text,
        ),
    )


def index(db: Db, article_id: int, folded: str) -> None:
    """Make an article findable by `folded` words (match.index_text)."""
    old = db.value("select folded from search_texts where id = ?", (article_id,))
    if old == folded:
        return
    if old is not None:
        db.write(
            "insert into search_fts (search_fts, rowid, folded) values ('delete',?,?)",
            (article_id, old),
        )
    db.write(
        "insert into search_texts (id, folded) values (?, ?)"
        " on conflict (id) do update set folded = excluded.folded",
        (article_id, folded),
    )
    db.write(
        "insert into search_fts (rowid, folded) values (?, ?)", (article_id, folded)
    )


def as_document(article: StoredArticle) -> Document:
    """Return what the watchlists are judged on."""
    return Document(
        title=article.title,
        lead=article.lead,
        text=article.text,
        language=article.language,
        outlet=article.outlet,
        category=article.category,
    )


def archive(db: Db, *, since: datetime | None = None) -> Iterator[StoredArticle]:
    """Yield the archive, newest first, without what was first seen before `since`."""
    below = 1 + int(db.value("select coalesce(max(id), 0) from articles"))
    while True:
        rows = db.rows(
            _SELECT + " where a.id < ? and a.first_seen_at >= ?"
            " order by a.id desc limit 500",
            (below, instant(since) or ""),
        )
        yield from (_article(row) for row in rows)
        if not rows:
            return
        below = rows[-1]["id"]


# -- identity --------------------------------------------------------------------------


def by_url(db: Db, keys: Iterable[str]) -> int | None:
    """Return the article that has one of these canonical URLs, or None.

    One that was pruned keeps its addresses: see `exists`.
    """
    for key in keys:
        found = db.value("select article_id from url_aliases where key = ?", (key,))
        if found is not None:
            return int(found)
    return None


def by_item_key(db: Db, key: str) -> tuple[int, ...]:
    """Return articles whose address has this host and number, newest first."""
    rows = db.rows(
        "select k.article_id from item_keys k join articles a on a.id = k.article_id"
        " where k.key = ? order by k.article_id desc limit 5",
        (key,),
    )
    return tuple(row[0] for row in rows)


def by_title(db: Db, outlet: str, title_key: str) -> int | None:
    """Return the outlet's newest article of that title (folded), or None.

    Short titles ("Günün haberleri") recur and find nothing.
    """
    if title_key.count(" ") < LONG_TITLE - 1:
        return None
    found = db.value(
        "select id from articles where title_key = ? and outlet = ?"
        " order by id desc limit 1",
        (title_key, outlet),
    )
    return None if found is None else int(found)


def is_quiet(db: Db, article_id: int) -> bool:
    """Say whether an article is old news by rule and makes no alert."""
    return bool(db.value("select quiet from articles where id = ?", (article_id,)))


def add_aliases(
    db: Db, article_id: int, urls: Iterable[str], item_key: str | None
) -> None:
    """Let these canonical URLs lead to the article; the first owner keeps a key."""
    for key in urls:
        db.write("insert or ignore into url_aliases values (?, ?)", (key, article_id))
    if item_key:
        db.write(
            "insert or ignore into item_keys values (?, ?)", (item_key, article_id)
        )


def absorb(db: Db, old_id: int, into_id: int) -> None:
    """Make one article of two that turned out to be the same; `old_id` disappears.

    The caller has merged their stories and notes it in `decisions`.
    """
    db.write(
        "update entries set article_id = ? where article_id = ?", (into_id, old_id)
    )
    for table in ("url_aliases", "item_keys"):
        db.write(
            f"update or ignore {table} set article_id = ? where article_id = ?",
            (into_id, old_id),
        )
        db.write(f"delete from {table} where article_id = ?", (old_id,))
    _erase(db, old_id)


def remove(db: Db, article_id: int) -> None:
    """Remove an article with all that hangs on it, and its story when it was alone.

    Its entries and addresses stay, so that it does not come in again as new.
    """
    story_id = db.value("select story_id from articles where id = ?", (article_id,))
    _erase(db, article_id)
    db.write("delete from decisions where article_id = ?", (article_id,))
    left = db.value("select count(*) from articles where story_id = ?", (story_id,))
    if not left:
        for table, column in (
            ("story_flags", "story_id"),
            ("story_links", "story_id"),
            ("story_links", "other_id"),
            ("story_aliases", "story_id"),
            ("stories", "id"),
        ):
            db.write(f"delete from {table} where {column} = ?", (story_id,))


def _erase(db: Db, article_id: int) -> None:
    """Delete an article's row, texts, flags and search row.

    Its shingles go with their week: finding them takes a look at all of them.
    """
    folded = db.value("select folded from search_texts where id = ?", (article_id,))
    if folded is not None:
        db.write(
            "insert into search_fts (search_fts, rowid, folded) values ('delete',?,?)",
            (article_id, folded),
        )
    db.write("delete from search_texts where id = ?", (article_id,))
    for table in ("bodies", "versions", "match_records", "flags"):
        db.write(f"delete from {table} where article_id = ?", (article_id,))
    if article_id == _newest_given(db):
        # Decisions, notes of the desk and shingles still name it.
        db.write(
            "insert or replace into meta values (?, ?)", (_NEWEST_ID, str(article_id))
        )
    db.write("delete from articles where id = ?", (article_id,))


def _newest_given(db: Db) -> int:
    """Return the highest id that an article has or had."""
    return int(
        db.value(
            "select max(coalesce((select max(id) from articles), 0),"
            " coalesce((select cast(value as integer) from meta where key = ?), 0))",
            (_NEWEST_ID,),
        )
    )


# -- waiting for their page ------------------------------------------------------------


def waiting(db: Db, now: datetime, limit: int = 100_000) -> list[Waiting]:
    """Return what waits for its page and may be asked for, newest first.

    A wait of more than LONGEST_WAIT was written by a clock that was ahead.
    """
    rows = db.rows(
        "select id, feed_id, url, scrape_host from articles"
        " where scrape_host is not null"
        " and (scrape_after is null or scrape_after <= ? or scrape_after > ?)"
        # Not `order by id`: SQLite would walk the whole archive in that order.
        " order by +id desc limit ?",
        (instant(now), instant(now + LONGEST_WAIT), limit),
    )
    return [
        Waiting(article_id=row[0], feed_id=row[1], url=row[2], host=row[3])
        for row in rows
    ]


def count_waiting(db: Db) -> int:
    """Return how many articles wait for their page."""
    return int(db.value("select count(*) from articles where scrape_host is not null"))


def postpone(db: Db, article_id: int, error: str, *, until: datetime) -> None:
    """Note a failed attempt that will be repeated."""
    db.write(
        "update articles set scrape_attempts = scrape_attempts + 1, scrape_error = ?,"
        " scrape_after = ? where id = ?",
        (error, instant(until), article_id),
    )


# -- learned boilerplate ---------------------------------------------------------------

# A line met under this many different titles of a host is furniture.
BOILERPLATE_TITLES = 3
LINE_MEMORY = timedelta(days=14)


def boilerplate(db: Db, host: str) -> frozenset[str]:
    """Return the line hashes that are furniture on this host."""
    rows = db.rows(
        "select line from boilerplate where host = ?"
        " group by line having count(*) >= ?",
        (host, BOILERPLATE_TITLES),
    )
    return frozenset(row[0] for row in rows)


def learn_lines(
    db: Db, host: str, title_key: str, lines: Iterable[str], seen_at: datetime
) -> None:
    """Remember which lines stood under this title; a line is kept 3 titles at most."""
    for line in dict.fromkeys(lines):
        db.write(
            "insert or ignore into boilerplate (host, line, title_key, seen_on)"
            " select ?, ?, ?, ? where (select count(*) from boilerplate"
            " where host = ? and line = ?) < ?",
            (
                host,
                line,
                title_key,
                seen_at.date().isoformat(),
                host,
                line,
                BOILERPLATE_TITLES,
            ),
        )


def forget_lines(db: Db, now: datetime) -> None:
    """Drop lines that never became furniture within LINE_MEMORY."""
    db.write(
        "delete from boilerplate where seen_on < ? and (host, line) not in"
        " (select host, line from boilerplate"
        "  group by host, line having count(*) >= ?)",
        ((now - LINE_MEMORY).date().isoformat(), BOILERPLATE_TITLES),
    )


def _insert(db: Db, table: str, row: dict[str, Any]) -> int:
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    return db.write(
        f"insert into {table} ({names}) values ({marks})",
        tuple(row.values()),
    )


def _article(row: Row) -> StoredArticle:
    kept = {name: row[name] for name in StoredArticle.__dataclass_fields__}
    for name in ("published_at", "first_seen_at", "changed_at"):
        kept[name] = parse_instant(kept[name])
    return StoredArticle(**kept)
