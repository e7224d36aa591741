"""Stories: members, merges, shingles, decisions and links.

All functions run inside the caller's transaction. A story's id is given once; a story
that was merged lives on in `story_aliases`.

What is done for every article changes one row a statement: a statement that may change
many makes SQLite take a savepoint, at which FTS5 writes out all that the transaction
has indexed so far (measured: 0.6-1.2 ms an article, growing with the archive).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aggregator.model import Candidate, Decisions, StoryFacts
from aggregator.store.db import instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aggregator.model import Fingerprint
    from aggregator.store.db import Db, Row

# How many of the articles that share most shingles are compared exactly.
CANDIDATES = 20
# A shingle that more articles of a week hold is a set phrase ("tedavi altına alındı"):
# of those only the newest count, so that a look-up costs the same in any archive.
NEWEST = 100
# A kind of title met on so many days is a series: daily weather, pharmacies on duty.
SERIES_DAYS = 3
# One body under so many titles of an outlet is a stub: a cookie wall, a video page.
STUB_TITLES = 3
# Of all articles with one body the newest are looked at: a wall may stand for years.
STUB_BODIES = 500

_EDITS = "story_edits_applied"

_SHARING = """
select s.article_id, count(*) as n
from (select ? as week union all select ?) w cross join json_each(?) asked
cross join shingles s on s.week = w.week and s.h = asked.value and s.article_id >=
    coalesce((select o.article_id from shingles o
              where o.week = w.week and o.h = asked.value
              order by o.article_id desc limit 1 offset ?), 0)
where s.article_id <> ?
group by s.article_id order by n desc, s.article_id desc limit ?
"""
_CANDIDATE = """
select a.id, a.story_id, a.outlet, a.title, a.lead, b.text, a.agency, a.published_at,
       a.first_seen_at, a.language
from articles a join bodies b on b.article_id = a.id
"""


def resolve(db: Db, story_id: int) -> int:
    """Return the id under which a story lives now."""
    found = db.value("select story_id from story_aliases where old_id = ?", (story_id,))
    return story_id if found is None else int(found)


def story_of(db: Db, article_id: int) -> int:
    """Return the story that an article is in; it must exist."""
    return int(db.value("select story_id from articles where id = ?", (article_id,)))


def week_of(at: datetime) -> int:
    """Return the bucket of the shingle index: whole weeks since 1970."""
    return int(at.timestamp() // 604_800)


def candidates(
    db: Db, fingerprint: Fingerprint, *, article_id: int, now: datetime
) -> list[Candidate]:
    """Return the stored articles of this and last week that share most shingles.

    The representatives of their stories come after them: an article joins by those.
    """
    asked = fingerprint.lookup or fingerprint.hashes
    if not asked:
        return []
    week = week_of(now)
    rows = db.rows(
        _SHARING, (week - 1, week, json.dumps(asked), NEWEST, article_id, CANDIDATES)
    )
    found = load_candidates(db, [row[0] for row in rows])
    there = {article_id, *(candidate.article_id for candidate in found)}
    speak = [
        representative_of(db, story_id)[0]
        for story_id in dict.fromkeys(candidate.story_id for candidate in found)
    ]
    return found + load_candidates(db, [n for n in speak if n and n not in there])


def load_candidates(db: Db, article_ids: Iterable[int]) -> list[Candidate]:
    """Return articles as candidates, in the order given."""
    found = []
    for article_id in article_ids:
        row = db.row(_CANDIDATE + " where a.id = ?", (article_id,))
        if row is not None:
            found.append(_candidate(row))
    return found


def members(db: Db, story_id: int) -> list[Candidate]:
    """Return the articles of a story in order of arrival."""
    rows = db.rows(_CANDIDATE + " where a.story_id = ? order by a.id", (story_id,))
    return [_candidate(row) for row in rows]


def facts(db: Db, story_ids: Iterable[int]) -> list[StoryFacts]:
    """Return what placing an article must know of these stories."""
    found = []
    for story_id in dict.fromkeys(story_ids):
        row = db.row(
            "select representative_id, is_roundup from stories where id = ?",
            (story_id,),
        )
        if row is not None and row["representative_id"] is not None:
            ids = db.rows(
                "select id from articles where story_id = ? order by id", (story_id,)
            )
            found.append(
                StoryFacts(
                    story_id=story_id,
                    representative=row["representative_id"],
                    members=tuple(item[0] for item in ids),
                    is_roundup=bool(row["is_roundup"]),
                )
            )
    return found


def decisions_about(db: Db, article_id: int) -> Decisions:
    """Return what people decided about an article."""
    rows = db.rows(
        "select one, other, kind from story_pairs where one = ? or other = ?",
        (article_id, article_id),
    )
    pairs: dict[str, set[frozenset[int]]] = {"split": set(), "join": set()}
    for row in rows:
        pairs[row["kind"]].add(frozenset((row["one"], row["other"])))
    return Decisions(splits=frozenset(pairs["split"]), joins=frozenset(pairs["join"]))


def add_pair(db: Db, one: int, other: int, kind: str) -> None:
    """Note that people want two articles together ('join') or apart ('split')."""
    db.write(
        "insert or replace into story_pairs values (?, ?, ?)",
        (min(one, other), max(one, other), kind),
    )


def keys_of(db: Db, article_id: int) -> tuple[str | None, str | None]:
    """Return the key of an article's kind of title, and that of its body as grouped."""
    row = db.row(
        "select a.series_key, b.body_key from articles a"
        " join bodies b on b.article_id = a.id where a.id = ?",
        (article_id,),
    )
    return (None, None) if row is None else (row[0], row[1])


def are_kept_apart(db: Db, one: int, other: int) -> bool:
    """Say whether people split an article of one story from one of the other."""
    return bool(
        db.value(
            "select count(*) from story_pairs p join articles a on a.id = p.one"
            " join articles b on b.id = p.other where p.kind = 'split'"
            " and ((a.story_id = ? and b.story_id = ?)"
            " or (a.story_id = ? and b.story_id = ?))",
            (one, other, other, one),
        )
    )


def is_series(db: Db, series_key: str | None) -> bool:
    """Say whether titles of this kind appeared on SERIES_DAYS days or more."""
    if series_key is None:
        return False
    days = db.value(
        "select count(*) from (select distinct published_day from articles"
        " where series_key = ? limit ?)",
        (series_key, SERIES_DAYS),
    )
    return bool(days >= SERIES_DAYS)


def is_stub(db: Db, body_key: str | None, outlet: str) -> bool:
    """Say whether an outlet shows this body under STUB_TITLES titles or more."""
    if body_key is None:
        return False
    titles = db.value(
        "select count(*) from (select distinct a.title_key from"
        " (select article_id from bodies where body_key = ?"
        "  order by article_id desc limit ?) b"
        " join articles a on a.id = b.article_id where a.outlet = ? limit ?)",
        (body_key, STUB_BODIES, outlet, STUB_TITLES),
    )
    return bool(titles >= STUB_TITLES)


def flagged_representatives(
    db: Db, since: datetime, limit: int
) -> list[tuple[int, int]]:
    """Return (article, story) of what speaks for stories flagged since, newest first.

    A story whose articles are older, flagged by a new watchlist, is left out.
    """
    rows = db.rows(
        "select distinct a.id, s.id from story_flags f"
        " join stories s on s.id = f.story_id"
        " join articles a on a.id = s.representative_id"
        " where f.flagged_at >= ? and s.last_seen_at >= ?"
        " order by f.flagged_at desc limit ?",
        (instant(since), instant(since), limit),
    )
    return [(row[0], row[1]) for row in rows]


def mark_roundup(db: Db, story_id: int) -> None:
    """Note that a story holds parts of several others: only its copies join it."""
    db.write("update stories set is_roundup = 1 where id = ?", (story_id,))


def is_alone(db: Db, story_id: int) -> bool:
    """Say whether a story has one article only."""
    count = db.value("select count(*) from articles where story_id = ?", (story_id,))
    return bool(count == 1)


def add_shingles(
    db: Db, article_id: int, fingerprint: Fingerprint, at: datetime
) -> None:
    """Let later articles find this one by its text."""
    week = week_of(at)
    db.conn.executemany(
        "insert or ignore into shingles values (?, ?, ?)",
        [(week, h, article_id) for h in fingerprint.hashes],
    )


def forget_shingles(db: Db, now: datetime) -> None:
    """Drop the weeks that no new article is compared with any more."""
    db.write("delete from shingles where week < ?", (week_of(now) - 2,))


def drop_orphaned_shingles(db: Db) -> None:
    """Drop those of articles that are not there any more."""
    db.write("delete from shingles where article_id not in (select id from articles)")


def decide(
    db: Db, *, article_id: int, story_id: int, action: str, reason: str, at: datetime
) -> None:
    """Note why an article is where it is (`explain`)."""
    db.write(
        "insert into decisions (article_id, story_id, action, reason, at)"
        " values (?, ?, ?, ?, ?)",
        (article_id, story_id, action, reason, instant(at)),
    )


def merge(db: Db, old_id: int, into_id: int, at: datetime) -> None:
    """Move every article of a story into another; the old id becomes an alias."""
    moment = instant(at)
    for row in db.rows("select id from articles where story_id = ?", (old_id,)):
        db.write("update articles set story_id = ? where id = ?", (into_id, row[0]))
    for row in db.rows(
        "select old_id from story_aliases where story_id = ?", (old_id,)
    ):
        db.write(
            "update story_aliases set story_id = ? where old_id = ?", (into_id, row[0])
        )
    db.write(
        "insert into story_aliases values (?, ?, ?) on conflict (old_id) do update"
        " set story_id = excluded.story_id, at = excluded.at",
        (old_id, into_id, moment),
    )
    for row in db.rows("select id from decisions where story_id = ?", (old_id,)):
        db.write("update decisions set story_id = ? where id = ?", (into_id, row[0]))
    _move_links(db, old_id, into_id)
    for row in db.rows(
        "select watchlist_id, ?, score, flagged_at from story_flags where story_id = ?",
        (into_id, old_id),
    ):
        db.write(
            "insert into story_flags values (?, ?, ?, ?)"
            " on conflict (watchlist_id, story_id) do update set"
            " score = max(score, excluded.score),"
            " flagged_at = min(flagged_at, excluded.flagged_at)",
            tuple(row),
        )
    db.write("delete from story_flags where story_id = ?", (old_id,))
    db.write("delete from stories where id = ?", (old_id,))


def split(db: Db, article_id: int, at: datetime) -> int:
    """Give an article a story of its own; return the new story's id."""
    row = db.row(
        "select title, first_seen_at from articles where id = ?", (article_id,)
    )
    if row is None:
        raise KeyError(article_id)
    story_id = db.write(
        "insert into stories (title, representative_id, first_seen_at, last_seen_at)"
        " values (?, ?, ?, ?)",
        (row["title"], article_id, row["first_seen_at"], instant(at)),
    )
    db.write("update articles set story_id = ? where id = ?", (story_id, article_id))
    return story_id


def link(db: Db, one: int, other: int, reason: str, at: datetime) -> None:
    """Link two related stories; a link is never a merge."""
    if one != other:
        db.write(
            "insert or ignore into story_links values (?, ?, ?, ?)",
            (min(one, other), max(one, other), reason, instant(at)),
        )


def refresh(db: Db, story_id: int, representative_id: int) -> None:
    """Bring a story's counts, title, flags and its articles' copy_of up to date."""
    changed = db.rows(
        "select nullif(?, id), id from articles"
        " where story_id = ? and copy_of is not nullif(?, id)",
        (representative_id, story_id, representative_id),
    )
    for row in changed:
        db.write("update articles set copy_of = ? where id = ?", tuple(row))
    db.write(
        "update stories set representative_id = ?,"
        " title = (select title from articles where id = ?),"
        " articles = (select count(*) from articles where story_id = ?),"
        " outlets = (select count(distinct outlet) from articles where story_id = ?),"
        " first_seen_at = (select min(first_seen_at) from articles where story_id = ?),"
        " last_seen_at = (select max(first_seen_at) from articles where story_id = ?)"
        " where id = ?",
        (representative_id, representative_id, *(story_id,) * 5),
    )
    refresh_flags(db, story_id)


def refresh_flags(db: Db, story_id: int) -> None:
    """Recompute which watchlists a story satisfies from its articles' flags."""
    wanted = db.rows(
        "select f.watchlist_id, a.story_id, max(f.score), min(f.flagged_at)"
        " from articles a join flags f on f.article_id = a.id where a.story_id = ?"
        " group by f.watchlist_id",
        (story_id,),
    )
    stored = dict(flags_of(db, story_id))
    for row in wanted:
        if stored.pop(row[0], None) != row[2]:
            db.write(
                "insert into story_flags values (?, ?, ?, ?)"
                " on conflict (watchlist_id, story_id) do update set"
                " score = excluded.score",
                tuple(row),
            )
    for watchlist_id in stored:
        db.write(
            "delete from story_flags where watchlist_id = ? and story_id = ?",
            (watchlist_id, story_id),
        )


def flags_of(db: Db, story_id: int) -> tuple[tuple[str, float], ...]:
    """Return the watchlists a story satisfies, with the best score of each."""
    rows = db.rows(
        "select watchlist_id, score from story_flags where story_id = ? order by 1",
        (story_id,),
    )
    return tuple((row[0], row[1]) for row in rows)


def counts(db: Db, story_id: int) -> tuple[int, datetime]:
    """Return how many outlets carry a story and when it was last seen."""
    row = db.row("select outlets, last_seen_at from stories where id = ?", (story_id,))
    if row is None:
        raise KeyError(story_id)
    last = parse_instant(row["last_seen_at"])
    assert last is not None  # noqa: S101 - the column is not null
    return row["outlets"], last


def representative_of(db: Db, story_id: int) -> tuple[int | None, bool]:
    """Return a story's representative, and whether it is frozen (alerted)."""
    row = db.row(
        "select representative_id, alerted from stories where id = ?", (story_id,)
    )
    return (None, False) if row is None else (row[0], bool(row[1]))


def freeze(db: Db, story_id: int) -> None:
    """Keep the representative of a story from now on: it was shown in a mail."""
    db.write("update stories set alerted = 1 where id = ?", (story_id,))


def edits_applied(db: Db) -> int:
    """Return the id of the last edit of the desk's that a run applied, 0: none."""
    return int(db.value("select value from meta where key = ?", (_EDITS,)) or 0)


def note_edits_applied(db: Db, edit_id: int) -> None:
    """Remember how far the desk's edits are applied."""
    db.write("insert or replace into meta values (?, ?)", (_EDITS, str(edit_id)))


def thaw(db: Db, story_id: int, article_id: int) -> None:
    """Let a story choose its representative anew when it loses this article."""
    db.write(
        "update stories set alerted = 0 where id = ? and representative_id = ?",
        (story_id, article_id),
    )


def _move_links(db: Db, old_id: int, into_id: int) -> None:
    rows = db.rows(
        "select story_id, other_id, reason, at from story_links"
        " where story_id = ? or other_id = ?",
        (old_id, old_id),
    )
    db.write(
        "delete from story_links where story_id = ? or other_id = ?", (old_id, old_id)
    )
    for row in rows:
        other = row[1] if row[0] == old_id else row[0]
        if other != into_id:
            db.write(
                "insert or ignore into story_links values (?, ?, ?, ?)",
                (min(other, into_id), max(other, into_id), row[2], row[3]),
            )


def _candidate(row: Row) -> Candidate:
    first_seen = parse_instant(row["first_seen_at"])
    assert first_seen is not None  # noqa: S101 - the column is not null
    return Candidate(
        article_id=row["id"],
        story_id=row["story_id"],
        outlet=row["outlet"],
        title=row["title"],
        lead=row["lead"],
        text=row["text"],
        agency=row["agency"],
        published_at=parse_instant(row["published_at"]),
        first_seen_at=first_seen,
        language=row["language"],
    )
