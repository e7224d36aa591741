"""What keeps the database small, whole and the same after years of runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.errors import RunLocked, StoreError
from aggregator.store import open_db, triage, upkeep
from aggregator.store.lock import run_lock
from tests.fakes import LOOPBACK
from tests.trial import Item, Press, prose

pytestmark = pytest.mark.allow_hosts(LOOPBACK)

BAKU = "Heyet dün Bakü'ye gitti ve kardeş kentle bir anlaşma imzaladı."
COPIED = prose(50, sentences=16)
TABLES = (
    "bodies",
    "versions",
    "match_records",
    "flags",
    "shingles",
    "search_texts",
    "decisions",
)


def dull(n: int) -> Item:
    """News that no watchlist wants."""
    return Item(slug=f"d{n}", title=f"{n}. mahallenin parkı", body=prose(n))


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    """Two outlets: dull news, one flagged article, and a dull text that both carry."""
    with Press(tmp_path, hosts=2) as opened:
        opened.feed("bir")
        opened.feed("iki", host=2)
        wanted = Item(slug="w", title="Bakü heyeti geldi", body=prose(9, BAKU))
        opened.publish(
            "bir", wanted, dull(1), Item(slug="c1", title="Başlık bir", body=COPIED)
        )
        opened.publish("iki", Item(slug="c2", title="Başlık iki", body=COPIED))
        opened.poll()
        edited = Item(slug="d1", title="1. mahallenin yeni parkı", body=dull(1).body)
        opened.publish(
            "bir", wanted, edited, Item(slug="c1", title="Başlık bir", body=COPIED)
        )
        opened.poll(after=61)
        yield opened


def prune(press: Press, *, articles_days: float | None) -> upkeep.Pruned:
    """Prune as if it were a year later."""
    later = press.clock() + timedelta(days=365)
    before = later - timedelta(days=articles_days) if articles_days else None
    with press.db() as db:
        return upkeep.prune(
            db, logs_before=later - timedelta(days=90), articles_before=before
        )


def test_pruned_articles_leave_no_trace_and_do_not_come_back(press: Press) -> None:
    assert press.value("select count(*) from news") == 4
    assert prune(press, articles_days=30).articles == 3
    assert press.rows("select title from news") == [("Bakü heyeti geldi",)]
    kept = press.value("select id from news")
    for table in TABLES:
        column = "id" if table == "search_texts" else "article_id"
        assert (
            press.rows(
                f"select distinct {column} from {table} where {column} <> ?", kept
            )
            == []
        ), table
    assert press.value("select count(*) from stories") == 1
    with press.db() as db:
        # FTS5 compares its index with the texts that are left.
        db.write("insert into search_fts (search_fts) values ('integrity-check')")
    again = press.poll(after=61)
    assert (again.entries_new, again.articles_new) == (0, 0)


def test_a_story_goes_when_its_last_article_is_old(press: Press) -> None:
    """A copy whose original was pruned was left to speak for a story it is not."""
    press.feed("uc", host=2)
    press.publish("uc", Item(slug="c3", title="Başlık üç", body=COPIED))
    press.poll(after=24 * 60)
    with press.db() as db:
        before = press.clock() - timedelta(hours=12)
        upkeep.prune(db, logs_before=before, articles_before=before)
    titles = press.rows("select title from news order by title")
    assert [title for (title,) in titles] == [
        "Bakü heyeti geldi", "Başlık bir", "Başlık iki", "Başlık üç",
    ]  # fmt: skip
    assert press.value("select max(outlets) from stories") == 3


def test_an_edit_of_an_article_that_was_pruned_stops_no_feed(press: Press) -> None:
    prune(press, articles_days=30)
    edited = Item(slug="d1", title="1. mahallenin parkı kapandı", body=dull(1).body)
    new = Item(slug="n", title="Bakü'den yeni haber", body=prose(70, BAKU))
    press.publish("bir", new, edited)
    report = press.poll(after=61)
    assert report.problems == ()
    assert report.failed == 0
    assert press.value("select count(*) from news where title like '%yeni haber'") == 1


def test_another_feed_may_show_an_article_that_was_pruned(press: Press) -> None:
    prune(press, articles_days=30)
    press.feed("uc")
    press.publish("uc", dull(1))
    report = press.poll(after=61)
    assert report.problems == ()
    assert report.failed == 0
    assert press.value("select count(*) from entries where feed_id = 'uc'") == 1


def test_pruning_drops_old_logs_and_the_bytes_of_sent_mails_only(
    press: Press,
) -> None:
    new = Item(slug="n", title="Bakü'den yeni haber", body=prose(70, BAKU))
    press.publish("bir", new)
    press.poll(after=61)
    newer = Item(slug="m", title="Bakü'den son haber", body=prose(71, BAKU))
    press.publish("bir", newer, new)
    press.sink.reply("DATA", "451 4.3.0 later")
    press.poll(after=61)
    states = "select state, payload is null from alerts order by id"
    assert press.rows(states) == [("sent", 0), ("queued", 0)]
    pruned = prune(press, articles_days=None)
    assert (pruned.mails, pruned.articles) == (1, None)
    assert press.rows(states) == [("sent", 1), ("queued", 0)]
    assert press.value("select count(*) from fetches") == 0
    assert press.value("select count(*) from news") == 6


def test_what_comparing_needs_no_more_goes_once_a_day(press: Press) -> None:
    assert press.value("select count(*) from shingles") > 0
    press.clock.move(days=40)
    press.publish("bir", *[dull(n) for n in range(20, 22)])
    press.poll()
    weeks = press.rows("select distinct week from shingles")
    assert len(weeks) == 1
    with press.db() as db:
        db.write("insert into shingles values (1, 1, 1)")
    press.poll(after=61)
    assert press.value("select count(*) from shingles where week = 1") == 1
    press.poll(after=25 * 60)
    assert press.value("select count(*) from shingles where week = 1") == 0


def test_a_backup_takes_the_desks_notes_along(press: Press) -> None:
    conn = triage.open_triage(press.folder / "triage.db")
    at = datetime(2026, 1, 6, tzinfo=UTC)
    triage.add_mark(conn, 1, "note", "önemli", actor="analist", at=at)
    conn.close()
    target = press.folder / "out" / "news.db"
    assert len(list(upkeep.backup(press.folder / "news.db", target))) == 2
    copy = sqlite3.connect(press.folder / "out" / "news.triage.db")
    assert copy.execute("select value from marks").fetchall() == [("önemli",)]
    copy.close()
    assert not list((press.folder / "out").glob("*.part"))


def test_a_backup_is_made_from_a_folder_of_any_name(tmp_path: Path) -> None:
    database = tmp_path / "50%20 #1?" / "news.db"
    open_db(database).close()
    (made,) = upkeep.backup(database, tmp_path / "copy.db")
    assert made.target == tmp_path / "copy.db"


def test_a_damaged_database_gives_no_backup(press: Press) -> None:
    database = press.folder / "news.db"
    sqlite3.connect(database).execute("pragma wal_checkpoint(truncate)")
    damaged = bytearray(database.read_bytes())
    damaged[4096 * 9 : 4096 * 40] = bytes(range(256)) * (16 * 31)
    database.write_bytes(damaged)
    target = press.folder / "out" / "news.db"
    with pytest.raises(StoreError, match=r"news\.db"):
        list(upkeep.backup(database, target))
    assert not target.exists()


def test_a_database_of_an_older_release_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    open_db(path).close()
    conn = sqlite3.connect(path)
    conn.execute("pragma user_version = 0")
    conn.commit()
    conn.close()
    opened = open_db(path)
    assert opened.value("select count(*) from news") == 0
    opened.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file") as wrong:
        open_db(tmp_path / "file" / "news.db")
    assert str(wrong.value).count(str(tmp_path)) == 1
    with pytest.raises(StoreError, match="file"), run_lock(tmp_path / "file" / "n.db"):
        pass


def test_the_lock_is_free_again_after_a_run_that_failed(tmp_path: Path) -> None:
    database = tmp_path / "db" / "news.db"

    def fail() -> None:
        with run_lock(database):
            raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        fail()
    with (
        run_lock(database),
        pytest.raises(RunLocked, match=r"news\.db\.lock"),
        run_lock(database),
    ):
        pass
    with run_lock(database):
        pass
