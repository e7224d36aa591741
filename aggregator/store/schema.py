"""Tables, indexes and public views, made only by migrations.

Tables are private; the views at the end are the contract (names and columns stay).
Times are UTC ISO 8601 text with seconds (`2026-01-06T11:30:00+00:00`), so that they
compare as text. Ids rise in order of arrival: newest first is `order by id desc`, which
stays flat at a million rows where a joined date column does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlite_utils.migrations import Migrations

from aggregator.urls import hide_key

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("aggregator")

FEEDS = """
create table feeds (
    feed_id text primary key,
    outlet text not null,
    url text not null,               -- as configured, secrets masked
    kind text not null,
    language text not null,
    category text not null,
    region text not null,
    own integer not null default 0,  -- 1: our own releases
    enabled integer not null,        -- 0 too when it left feeds.yaml
    state text not null default 'ok',
    state_since text,
    last_polled_at text,
    last_success_at text,
    last_new_at text,
    failures integer not null default 0,  -- in a row
    status integer,                  -- last HTTP status, null: no answer
    error text,                      -- null: the last poll was good
    next_poll_at text,
    memory text not null default '{}',    -- the rest of FeedState, as JSON
    known_items text not null default ''  -- hashes of the items of its last documents
);
create table hosts (
    host text primary key,
    retry_after_until text,
    failures integer not null default 0,
    robots text                      -- JSON list of model.Robots
);
create table fetches (
    id integer primary key,
    run_id integer not null,
    feed_id text not null,
    at text not null,
    result text not null,            -- parsed, unchanged, failed, skipped
    status integer,
    bytes integer not null,
    seconds real not null,
    entries integer not null,        -- in the document
    entries_new integer not null,
    error text
);
create index fetches_feed on fetches (feed_id, id);
create table gap_records (
    id integer primary key,
    feed_id text not null,
    after_at text,                   -- newest entry known before
    before_at text,                  -- oldest entry of the document that showed it
    detected_at text not null,
    recovered integer not null default 0,  -- 1: filled from an archive or a sitemap
    entries integer not null default 0     -- how many were recovered
);
create index gap_records_feed on gap_records (feed_id, id);
create table entries (
    id integer primary key,
    feed_id text not null,
    key text not null,               -- identity within its feed
    item_hash text not null,         -- of the raw item: an edit changes it
    guid text,
    article_id integer not null,
    published_at text,
    date_raw text not null default '',  -- as the feed wrote it
    first_seen_at text not null,
    unique (feed_id, key)
);
create index entries_article on entries (article_id);
create index entries_seen on entries (feed_id, first_seen_at);
"""

ARTICLES = """
create table articles (
    id integer primary key,
    story_id integer not null,
    copy_of integer,                 -- the story's representative, null: it is that
    outlet text not null,
    feed_id text not null,           -- where it was seen first
    url text not null,               -- http(s) only
    title text not null,
    lead text not null default '',
    language text not null,
    category text not null,
    author text not null default '',
    agency text not null default '',
    published_at text,
    published_day text not null,     -- in the operator's zone; else day first seen
    date_source text not null,       -- feed, lastmod, json-ld, meta, visible …, seen
    first_seen_at text not null,
    changed_at text not null,        -- when the present version was seen
    versions integer not null default 1,
    words integer not null default 0,
    scrape_state text not null,
    scrape_host text,                -- set while it waits for its page
    scrape_after text,               -- not before; null: at once
    scrape_attempts integer not null default 0,
    scrape_error text,
    quiet integer not null default 0,  -- 1: old news by rule, makes no alert
    title_key text not null,         -- folded: the same headline again
    series_key text                  -- title with numbers, days and names masked
);
create index articles_story on articles (story_id, id);
create index articles_outlet on articles (outlet, id);
create index articles_feed on articles (feed_id, id);
create index articles_language on articles (language, id);
create index articles_category on articles (category, id);
create index articles_agency on articles (agency, id);
create index articles_day on articles (published_day, id);
create index articles_published on articles (published_at);
create index articles_state on articles (scrape_state, id);
create index articles_waiting on articles (scrape_host, id)
    where scrape_host is not null;
create index articles_title_key on articles (title_key, outlet);
create index articles_series on articles (series_key, published_day)
    where series_key is not null;
create table bodies (                -- apart from the row: facets stay fast
    article_id integer primary key,
    text text not null,
    feed_text text not null default '',  -- what the feed itself carried
    body_key text                    -- hash of the folded text: stubs
);
create index bodies_key on bodies (body_key);
create table versions (              -- texts that were replaced
    id integer primary key,
    article_id integer not null,
    n integer not null,              -- 1 = the first
    seen_at text not null,
    title text not null,
    lead text not null,
    text text not null,
    unique (article_id, n)
);
create table url_aliases (
    key text primary key,            -- canonical URL
    article_id integer not null
) without rowid;
create index url_aliases_article on url_aliases (article_id);
create table item_keys (
    key text not null,               -- host + number in the path
    article_id integer not null,
    primary key (key, article_id)
) without rowid;
create table boilerplate (
    host text not null,
    line text not null,              -- hash of a line with digits masked
    title_key text not null,
    seen_on text not null,           -- a day: what never repeats is forgotten
    primary key (host, line, title_key)
) without rowid;
create table search_texts (
    id integer primary key,          -- the article's
    folded text not null
);
create virtual table search_fts using fts5 (
    folded, content="search_texts", content_rowid="id", tokenize="unicode61"
);
"""

STORIES = """
create table stories (
    id integer primary key autoincrement,  -- given once, never reused
    representative_id integer,
    title text not null,
    articles integer not null default 1,
    outlets integer not null default 1,
    first_seen_at text not null,
    last_seen_at text not null,
    alerted integer not null default 0,    -- 1: the representative is frozen
    is_roundup integer not null default 0  -- 1: holds parts of several stories
);
create index stories_seen on stories (first_seen_at);
create index stories_last on stories (last_seen_at);
create table story_aliases (         -- stories that were merged into another
    old_id integer primary key,
    story_id integer not null,
    at text not null
);
create index story_aliases_to on story_aliases (story_id);
create table story_links (           -- related stories, lower id first
    story_id integer not null,
    other_id integer not null,
    reason text not null,
    at text not null,
    primary key (story_id, other_id)
) without rowid;
create index story_links_other on story_links (other_id);
create table story_pairs (           -- what people decided on the desk; it wins
    one integer not null,            -- the lower article id
    other integer not null,
    kind text not null,              -- split, join
    primary key (one, other)
) without rowid;
create index story_pairs_other on story_pairs (other);
create table decisions (             -- why an article is where it is
    id integer primary key,
    article_id integer not null,
    story_id integer not null,
    action text not null,            -- joined, alone, merged, split, moved
    reason text not null,
    at text not null
);
create index decisions_article on decisions (article_id);
create index decisions_story on decisions (story_id);
create table shingles (
    week integer not null,           -- days since 1970 / 7
    h integer not null,
    article_id integer not null,
    primary key (week, h, article_id)
) without rowid;
"""

MATCHES = """
create table match_records (
    id integer primary key,
    watchlist_id text not null,
    article_id integer not null,
    term text not null,
    surface text not null,
    field text not null,             -- title, lead, text
    start integer not null,          -- offsets into the stored field
    "end" integer not null,
    snippet text not null,
    version integer not null,
    matched_at text not null
);
create index match_records_article on match_records (article_id);
create index match_records_watchlist on match_records (watchlist_id, id);
create table flags (                 -- an article that satisfies a watchlist
    watchlist_id text not null,
    article_id integer not null,
    score real not null,
    version integer not null,
    flagged_at text not null,
    primary key (watchlist_id, article_id)
) without rowid;
create index flags_article on flags (article_id);
create table story_flags (           -- the same by story, kept by the store
    watchlist_id text not null,
    story_id integer not null,
    score real not null,             -- of its best article
    flagged_at text not null,        -- the first time
    primary key (watchlist_id, story_id)
) without rowid;
create index story_flags_story on story_flags (story_id);
create index story_flags_at on story_flags (flagged_at);
create table watchlists (            -- as last used, so that an edit is noticed
    watchlist_id text primary key,
    title text not null,
    fingerprint text not null,       -- of its query with all names it uses
    position integer not null,
    active integer not null default 1,
    since_id integer not null default 0,   -- articles up to this id never alert
    rematch_below integer not null default 0  -- archive still to match again: ids below
);
"""

OUTBOX = """
create table outbox (                -- what is to be told to whom
    id integer primary key,
    recipient text not null,         -- an address, or the name of a webhook
    channel text not null default 'email',
    kind text not null,              -- instant, digest, followup, health, test
    story_id integer,                -- null: health, test, a digest as such, a notice
    seq integer not null default 1,  -- of this story to this recipient
    topic text not null default '',  -- what makes it one where there is no story
    slot text not null,              -- instant, hourly, daily, health, notice
    watchlists text not null default '[]',  -- JSON: why
    cause text not null default 'new',      -- new, watchlist, outlets, woke
    outlets integer not null default 0,     -- that carried the story by then
    late integer not null default 0,        -- 1: found late, a gap was filled
    held integer not null default 0,        -- 1: quiet hours keep it until due_at
    text text not null default '',          -- of a note
    due_at text not null,            -- not before
    queued_at text not null,
    state text not null default 'queued',   -- queued, sent, dead
    note text,                       -- why it is dead without a message
    alert_id integer                 -- the message that carries it
);
create unique index outbox_once
    on outbox (recipient, kind, coalesce(story_id, 0), seq, topic);
create index outbox_waiting on outbox (due_at)
    where state = 'queued' and alert_id is null;
create index outbox_story on outbox (story_id);
create index outbox_alert on outbox (alert_id);
create table alerts (                -- messages, byte for byte, from the first attempt
    id integer primary key,
    recipient text not null,
    channel text not null default 'email',
    kind text not null,
    slot text not null,              -- instant, hourly, daily, storm, quiet, backlog …
    message_id text not null unique,
    subject text not null,
    payload blob,                    -- emptied by `prune` once sent
    state text not null default 'queued',
    attempts integer not null default 0,
    created_at text not null,
    next_try_at text not null,       -- of one that is dead: its last try
    failed_at text,                  -- the first failure of its own, null: none
    sent_at text,
    error text
);
create index alerts_queued on alerts (next_try_at) where state = 'queued';
create index alerts_recipient on alerts (recipient, created_at);
create table troubles (              -- what the operator was told, until it is over
    topic text primary key,          -- feed:ID, outage, disk, mail …
    state text not null,
    text text not null,
    since text not null,
    told_at text not null
) without rowid;
create table meta (
    key text primary key,
    value text not null
) without rowid;
"""

RUNS = """
create table run_records (
    id integer primary key,
    started_at text not null,
    finished_at text,                -- null: it was killed, or is running
    feeds_due integer not null default 0,
    fetched integer not null default 0,
    not_modified integer not null default 0,
    failed integer not null default 0,
    entries_new integer not null default 0,
    articles_new integer not null default 0,
    articles_scraped integer not null default 0,
    matches_new integer not null default 0,
    alerts_queued integer not null default 0,
    alerts_sent integer not null default 0,
    exit_code integer
);
"""

VECTORS = """
create table vectors (               -- what the optional model made of a text, kept
    id integer primary key,
    key text not null unique,        -- hash of the model's name and the text
    vector blob not null             -- 32-bit floats
);
"""

# A message's bytes stand before these columns in its row: without an index whoever asks
# for them reads all mails of the last months.
ALERT_INDEXES = """
create index alerts_made on alerts (created_at, recipient, slot);
create index alerts_state on alerts (state, created_at);
"""

VIEWS = """
create view news as
select a.id, a.story_id, a.copy_of, a.outlet, a.feed_id, a.url, a.title, a.lead,
       -- no join: counting a million rows then reads no bodies (570 against 13 ms)
       (select b.text from bodies b where b.article_id = a.id) as text,
       a.language, a.author, a.agency, a.published_at, a.date_source,
       a.first_seen_at, a.versions, a.scrape_state
from articles a;

create view matches as
select m.watchlist_id, m.article_id, a.story_id, m.term, m.surface, m.field, m.start,
       m."end", m.snippet, m.matched_at
from match_records m join articles a on a.id = m.article_id;

create view flagged as
select f.watchlist_id, f.story_id, s.title, s.outlets, s.articles, s.first_seen_at,
       s.last_seen_at, f.score
from story_flags f join stories s on s.id = f.story_id;

create view feed_health as
select f.feed_id, f.outlet, f.url, f.kind,
       case when f.enabled then f.state else 'disabled' end as state,
       f.last_polled_at, f.last_success_at, f.last_new_at, f.failures, f.status,
       f.error, f.next_poll_at,
       (select count(*) from entries e where e.feed_id = f.feed_id
          and e.first_seen_at >=
              strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '-1 day')) as entries_24h
from feeds f;

create view deliveries as
select o.recipient, o.kind, o.story_id, o.state, coalesce(a.attempts, 0) as attempts,
       a.message_id, o.queued_at, a.sent_at, coalesce(a.error, o.note) as error
from outbox o left join alerts a on a.id = o.alert_id;

create view gaps as
select feed_id, after_at, before_at, recovered from gap_records;

create view runs as
select id, started_at, finished_at, feeds_due, fetched, not_modified, failed,
       entries_new, articles_new, articles_scraped, matches_new, alerts_queued,
       alerts_sent, exit_code
from run_records;
"""


@migrations()
def m0001_initial(db: Database) -> None:
    """Make everything of the first release."""
    for script in (FEEDS, ARTICLES, STORIES, MATCHES, OUTBOX, RUNS, VIEWS):
        for statement in _statements(script):
            db.execute(statement)


@migrations()
def m0002_vectors(db: Database) -> None:
    """Make room for what the extra `related` reads."""
    for statement in _statements(VECTORS):
        db.execute(statement)


@migrations()
def m0003_hook_names(db: Database) -> None:
    """Put names where the addresses of webhooks stood: they hold keys."""
    db.execute("pragma secure_delete = on")  # nothing of them stays in free pages
    for table in ("outbox", "alerts"):
        for row in list(db.query(f"select distinct recipient from {table} {_HOOKS}")):
            both = (hide_key(row["recipient"]), row["recipient"])
            sql = f"update {table} set recipient = ? where recipient = ?"
            db.execute(sql, both)
            if table == "alerts":  # the foot of each message names its recipient
                said = "cast(replace(cast(payload as text), ?2, ?1) as blob)"
                sql = f"update alerts set payload = {said} where recipient = ?1"
                db.execute(sql, both)
    known = db.query("select key from meta where key like 'digest:http%://%'")
    for key in [row["key"] for row in known]:
        _, address, clock = re.split(r"^digest:|(?=:\d\d:\d\d$)", key)
        name = f"digest:{hide_key(address)}{clock}"
        db.execute("update or replace meta set key = ? where key = ?", (name, key))


@migrations()
def m0004_alert_indexes(db: Database) -> None:
    """Let a delivery and the desk find messages without reading them."""
    for statement in _statements(ALERT_INDEXES):
        db.execute(statement)


_HOOKS = "where channel = 'webhook' and recipient like 'http%://%'"


def _statements(script: str) -> list[str]:
    """Split a script: `executescript` would commit the migration's transaction."""
    lines = [line.split("--", 1)[0].rstrip() for line in script.splitlines()]
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]
