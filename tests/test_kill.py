"""Promise 3: `kill -9` at any moment, then the next run: the same rows and mails."""

from __future__ import annotations

import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator import demo
from aggregator.store.lock import run_lock
from tests.fakes import LOOPBACK

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(LOOPBACK)]

KILLS = 5  # in each of two phases
_PORT = re.compile(r"(?<=127\.0\.0\.)(\d+):\d+")

ROWS = {
    "entries": "select e.feed_id, e.key, a.url from entries e"
    " join articles a on a.id = e.article_id",
    "news": "select url, feed_id, title, lead, text, agency, versions, scrape_state"
    " from news",
    "matches": "select n.url, m.watchlist_id, m.term, m.surface, m.field, m.start"
    " from matches m join news n on n.id = m.article_id",
    "flagged": "select watchlist_id, title, articles, outlets from flagged",
}


def poll(config: Path, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "aggregator", "--config", str(config)),
            *("poll", "--force", *options),
        ],
        stderr=subprocess.PIPE,
    )


def finish(config: Path, *options: str) -> None:
    process = poll(config, *options)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows that matter, without ids, times and ports."""
    conn = sqlite3.connect(database)
    found = {}
    for name, sql in ROWS.items():
        found[name] = sorted(
            tuple(
                _PORT.sub(r"\1", value) if isinstance(value, str) else value
                for value in row
            )
            for row in conn.execute(sql)
        )
    stories: dict[int, set[str]] = {}
    for story_id, url in conn.execute("select story_id, url from news"):
        stories.setdefault(story_id, set()).add(_PORT.sub(r"\1", url))
    found["stories"] = sorted((tuple(sorted(urls)),) for urls in stories.values())
    conn.close()
    return found


def mails(shown: demo.Demo) -> dict[tuple[str, str], set[str]]:
    """Message-IDs by recipient and subject; one each, however often it came."""
    found: dict[tuple[str, str], set[str]] = {}
    for mail in shown.mails():
        key = (str(mail["To"]), str(mail["Subject"]))
        found.setdefault(key, set()).add(str(mail["Message-ID"]))
    return found


def test_killed_runs_and_a_last_one_leave_what_undisturbed_runs_leave(
    tmp_path: Path,
) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the processes read the real clock
    draw = random.Random(20260106)
    with demo.start(tmp_path / "calm", now=now) as shown:
        finish(shown.config_path, "--no-deliver")
        shown.publish_more(now)
        finish(shown.config_path)
        wanted, told = rows(tmp_path / "calm" / "news.db"), mails(shown)
    with demo.start(tmp_path / "killed", now=now) as shown:
        for deliver in ("--no-deliver", None):
            options = (deliver,) if deliver else ()
            for _ in range(KILLS):
                process = poll(shown.config_path, *options)
                time.sleep(draw.uniform(0.3, 2.5))  # noqa: TID251 - a moment to kill at
                process.send_signal(signal.SIGKILL)
                process.communicate(timeout=10)  # its workers hold the pipe: they end
            finish(shown.config_path, *options)
            if deliver:
                shown.publish_more(now)
        found, told_too = rows(tmp_path / "killed" / "news.db"), mails(shown)
    for name in wanted:
        assert found[name] == wanted[name], name
    assert told_too.keys() == told.keys()
    assert all(len(ids) == 1 for ids in told_too.values())


def test_a_second_run_ends_at_once_with_75_and_touches_nothing(tmp_path: Path) -> None:
    config = tmp_path / "feeds.yaml"
    config.write_text(
        "settings: {database: news.db, contact: a@b.example}\nfeeds: []\n"
    )
    with run_lock(tmp_path / "news.db"):
        process = poll(config)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 75
    assert b"another run holds" in errors
    assert not (tmp_path / "news.db").exists()
