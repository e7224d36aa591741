"""The store: one writer, whole transactions, stable ids, views with fixed names."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.model import (
    Feed,
    FeedHints,
    FeedState,
    Fingerprint,
    HostState,
    Robots,
    Validators,
)
from aggregator.store import (
    Db,
    articles,
    feeds,
    gaps,
    matches,
    open_db,
    outbox,
    stories,
    telling,
    upkeep,
)
from aggregator.store.desk import sources

NOW = datetime(2026, 1, 6, 11, 30, tzinfo=UTC)

VIEWS = {
    "news": "id, story_id, copy_of, outlet, feed_id, url, title, lead, text, language,"
    " author, agency, published_at, date_source, first_seen_at, versions, scrape_state",
    "matches": "watchlist_id, article_id, story_id, term, surface, field, start, end,"
    " snippet, matched_at",
    "flagged": "watchlist_id, story_id, title, outlets, articles, first_seen_at,"
    " last_seen_at, score",
    "feed_health": "feed_id, outlet, url, kind, state, last_polled_at,"
    " last_success_at, last_new_at, failures, status, error, next_poll_at, entries_24h",
    "deliveries": "recipient, kind, story_id, state, attempts, message_id, queued_at,"
    " sent_at, error",
    "gaps": "feed_id, after_at, before_at, recovered",
    "runs": "id, started_at, finished_at, feeds_due, fetched, not_modified, failed,"
    " entries_new, articles_new, articles_scraped, matches_new, alerts_queued,"
    " alerts_sent, exit_code",
}


def add_article(db: Db, title: str, text: str = "Metin burada.") -> int:
    return articles.add(
        db,
        {
            "outlet": "Son Haber",
            "feed_id": "son-haber",
            "url": f"https://haber.example/{title}",
            "title": title,
            "language": "tr",
            "category": "press",
            "published_day": "2026-01-06",
            "date_source": "seen",
            "first_seen_at": "2026-01-06T11:30:00+00:00",
            "changed_at": "2026-01-06T11:30:00+00:00",
            "scrape_state": "feed_only",
            "title_key": title.lower(),
        },
        text=text,
    )


@pytest.mark.parametrize("view", VIEWS)
def test_the_public_views_have_exactly_the_promised_columns(db: Db, view: str) -> None:
    found = [
        column[0] for column in db.conn.execute("select * from " + view).description
    ]
    assert found == VIEWS[view].replace(",", "").split()


def test_opening_a_database_again_changes_nothing(tmp_path: Path) -> None:
    open_db(tmp_path / "news.db").close()
    before = (tmp_path / "news.db").read_bytes()
    open_db(tmp_path / "news.db").close()
    assert (tmp_path / "news.db").read_bytes() == before


def test_a_file_that_is_no_database_is_named_in_the_error(tmp_path: Path) -> None:
    (tmp_path / "news.db").write_text("Bu bir veritabanı değil." * 100)
    with pytest.raises(StoreError, match=r"news\.db"):
        open_db(tmp_path / "news.db")


def test_a_row_that_the_schema_refuses_is_no_fault_of_the_database(db: Db) -> None:
    # A StoreError ends the run; this is to fail its own feed alone.
    add_article(db, "ilk")
    with pytest.raises(sqlite3.IntegrityError), db.transaction():
        db.write("insert into bodies (article_id) values (1), (1)")
    assert not db.conn.in_transaction


def test_a_wait_written_by_a_clock_that_was_ahead_is_over(db: Db) -> None:
    now = datetime(2026, 1, 6, 12, tzinfo=UTC)
    waits = {"soon": timedelta(hours=8), "wrong": timedelta(days=900)}
    ids = {name: add_article(db, name) for name in waits}
    for name, wait in waits.items():
        articles.update(db, ids[name], {"scrape_host": "haber.example"})
        articles.postpone(db, ids[name], "HTTP 503", until=now + wait)
    assert [one.article_id for one in articles.waiting(db, now)] == [ids["wrong"]]


def test_a_transaction_that_fails_leaves_nothing_behind(db: Db) -> None:
    def fail() -> None:
        with db.transaction():
            add_article(db, "Fuar açıldı")
            raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        fail()
    assert db.value("select count(*) from articles") == 0
    assert db.value("select count(*) from stories") == 0


def test_a_locked_database_is_a_store_error(db: Db) -> None:
    other = sqlite3.connect(db.path, isolation_level=None)
    other.execute("begin exclusive")
    db.conn.execute("pragma busy_timeout = 10")
    with pytest.raises(StoreError, match="locked"), db.transaction():
        pass
    other.close()


def test_what_is_remembered_of_a_feed_comes_back_as_it_was(db: Db) -> None:
    feed = Feed(
        id="a", outlet="A", url="https://a.example/rss", interval=timedelta(hours=1)
    )
    state = FeedState(
        feed_id="a",
        url="https://b.example/rss",
        validators=Validators(
            url="https://b.example/rss", etag='W/"ı-1"', last_modified="bozuk tarih"
        ),
        body_hash="ab12",
        state="quiet",
        state_since=NOW,
        last_polled_at=NOW,
        last_success_at=NOW,
        failures=3,
        status=503,
        error="HTTP 503",
        next_poll_at=NOW + timedelta(minutes=7),
        rhythm=timedelta(minutes=90),
        weekends=False,
        hints=FeedHints(every=timedelta(minutes=5), skip_hours=(0, 1), skip_days=(6,)),
        max_age=timedelta(seconds=30),
        moved_to="https://c.example/rss",
        moved_first_at=NOW,
        moved_count=2,
        notes=("guid tekrarlı",),
    )
    feeds.sync(db, [feed], {"a": feed.url})
    feeds.save_state(db, state)
    assert feeds.load_states(db) == {"a": state}


def test_a_feed_that_left_the_configuration_is_shown_as_disabled(db: Db) -> None:
    feed = Feed(
        id="a", outlet="A", url="https://a.example/rss", interval=timedelta(hours=1)
    )
    feeds.sync(db, [feed], {"a": feed.url})
    feeds.sync(db, [], {})
    assert db.value("select state from feed_health") == "disabled"


def test_hosts_keep_their_pause_and_their_robots(db: Db) -> None:
    host = HostState(
        host="a.example",
        retry_after_until=NOW,
        robots=(
            Robots(origin="https://a.example", fetched_at=NOW, body="User-agent: *"),
        ),
    )
    feeds.save_host(db, host)
    assert feeds.load_hosts(db) == {"a.example": host}


def test_known_items_are_bounded_but_hold_a_whole_document(db: Db) -> None:
    feed = Feed(
        id="a", outlet="A", url="https://a.example/rss", interval=timedelta(hours=1)
    )
    feeds.sync(db, [feed], {"a": feed.url})
    feeds.add_known_items(db, "a", [f"old{n}" for n in range(2_000)])
    feeds.add_known_items(db, "a", [f"new{n}" for n in range(2_500)])
    known = feeds.known_items(db, "a")
    assert len(known) == 2_500
    assert "new2499" in known


def test_a_merged_story_lives_on_under_the_older_id(db: Db) -> None:
    one, two, three = (add_article(db, f"Haber {n}") for n in range(3))
    first, second, third = (articles.load(db, n).story_id for n in (one, two, three))
    stories.merge(db, third, second, NOW)
    stories.merge(db, second, first, NOW)
    assert [stories.resolve(db, n) for n in (first, second, third)] == [first] * 3
    assert {m.article_id for m in stories.members(db, first)} == {one, two, three}


def test_story_ids_are_never_given_twice(db: Db) -> None:
    first = articles.load(db, add_article(db, "Bir")).story_id
    second = articles.load(db, add_article(db, "İki")).story_id
    stories.merge(db, second, first, NOW)
    assert articles.load(db, add_article(db, "Üç")).story_id > second


def test_a_merge_keeps_the_links_and_flags_of_both(db: Db) -> None:
    ids = [add_article(db, f"Haber {n}") for n in range(3)]
    one, two, three = (articles.load(db, n).story_id for n in ids)
    stories.link(db, two, three, "aynı olay", NOW)
    db.write("insert into story_flags values ('izmir', ?, 40, 'x')", (two,))
    stories.merge(db, two, one, NOW)
    assert tuple(db.rows("select story_id, other_id from story_links")[0]) == (
        one,
        three,
    )
    assert stories.flags_of(db, one) == (("izmir", 40.0),)


def test_articles_find_each_other_by_shared_shingles_within_two_weeks(db: Db) -> None:
    print_ = Fingerprint(size=2, hashes=(1, 2, 3), words=20)
    old = add_article(db, "Eski")
    near = add_article(db, "Yakın")
    new = add_article(db, "Yeni")
    stories.add_shingles(db, old, print_, NOW - timedelta(days=21))
    stories.add_shingles(db, near, print_, NOW - timedelta(days=2))
    found = stories.candidates(db, print_, article_id=new, now=NOW)
    assert [candidate.article_id for candidate in found] == [near]


def test_an_article_is_found_by_its_present_words_only(db: Db) -> None:
    article = add_article(db, "Fuar")
    articles.index(db, article, "fuar kent")
    articles.index(db, article, "liman kent")
    query = "select rowid from search_fts where search_fts match ?"
    assert db.rows(query, ("fuar",)) == []
    assert db.value(query, ("liman",)) == article


def test_lines_under_three_titles_of_a_host_are_furniture(db: Db) -> None:
    for title in ("bir", "iki", "üç", "dört"):
        articles.learn_lines(db, "a.example", title, ["menü", f"gövde {title}"], NOW)
    assert articles.boilerplate(db, "a.example") == {"menü"}
    articles.forget_lines(db, NOW + timedelta(days=30))
    assert articles.boilerplate(db, "a.example") == {"menü"}
    assert db.value("select count(distinct line) from boilerplate") == 1


def test_a_backup_made_while_a_writer_works_is_whole(db: Db, tmp_path: Path) -> None:
    with db.transaction():
        add_article(db, "Fuar")
    target = tmp_path / "yedek" / "news.db"
    with db.transaction():
        add_article(db, "Yarım kalan")
        (made,) = upkeep.backup(db.path, target)
    assert made == (db.path, target, target.stat().st_size)
    copy = open_db(target)
    assert copy.value("select count(*) from articles") == 1
    copy.close()


def test_a_backup_of_nothing_fails_and_leaves_an_older_copy_alone(
    tmp_path: Path,
) -> None:
    target = tmp_path / "copy.db"
    target.write_text("the older copy")
    with pytest.raises(StoreError):
        list(upkeep.backup(tmp_path / "missing.db", target))
    assert target.read_text() == "the older copy"


def test_pruning_keeps_what_a_watchlist_flags(db: Db) -> None:
    plain, flagged = add_article(db, "Bir"), add_article(db, "İki")
    story = articles.load(db, flagged).story_id
    db.write("insert into story_flags values ('izmir', ?, 40, 'x')", (story,))
    articles.index(db, plain, "bir")
    later = NOW + timedelta(days=400)
    upkeep.prune(db, logs_before=later, articles_before=later)
    assert [row[0] for row in db.rows("select id from articles")] == [flagged]
    assert db.value("select count(*) from stories") == 1
    assert db.rows("select * from search_texts") == []


def test_the_id_of_an_absorbed_article_is_not_given_again(db: Db) -> None:
    """`explain` told of the next article what was decided about that one."""
    with db.transaction():
        first, second = add_article(db, "bir"), add_article(db, "iki")
        articles.absorb(db, second, first)
        third = add_article(db, "üç")
        articles.remove(db, third)
        assert add_article(db, "dört") == third + 1 == second + 2


def test_what_every_run_asks_is_found_by_an_index(db: Db) -> None:
    """At a million articles a look at each takes seconds, of an idle run too."""
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    articles.waiting(db, NOW)
    articles.count_waiting(db)
    matches.flagged_alone(db)
    outbox.pending(db)
    outbox.due_alerts(db, NOW)
    outbox.told(db, 1)
    outbox.traffic(db, NOW)
    telling.dead_alerts(db, NOW)
    sources.load_pulse(db.conn, now=NOW)
    gaps.load_seam(db, "bir")
    feeds.newest_entry_at(db, "bir")
    stories.candidates(
        db, Fingerprint(size=2, hashes=(1,), words=9), article_id=1, now=NOW
    )
    db.conn.set_trace_callback(None)
    assert len(asked) > 16
    large = "articles|bodies|entries|shingles|alerts|outbox|flags|stories|fetches"
    for sql in asked:
        steps = [row["detail"] for row in db.rows(f"explain query plan {sql}")]
        assert not [s for s in steps if re.fullmatch(f"SCAN ({large})", s)], sql


def test_processes_that_open_a_new_archive_at_once_all_get_one(tmp_path: Path) -> None:
    """After an upgrade the desk starts while cron runs: one of them failed."""
    code = (
        "import sys; from aggregator.store import open_db, triage;"
        "print('ready', flush=True); sys.stdin.readline();"
        "open_db(sys.argv[1]).close();"
        "triage.open_triage(triage.triage_path(sys.argv[1])).close()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "db" / "news.db")]
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    command,
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
            )
            for _ in range(4)
        ]
        for process in started:
            assert process.stdout
            assert process.stdin
            process.stdout.readline()
        for process in started:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        said = [process.communicate(timeout=60)[1] for process in started]
    assert said == [""] * 4
