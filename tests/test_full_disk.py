"""What stops a run, a full disk or Ctrl-C, stops it at once and loses nothing."""

from __future__ import annotations

import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import Answer, Request, Site

ENTRIES = 12
LETTERS = "abcdefghijklmnoprstuvyz"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def text(draw: random.Random) -> str:
    """Words that no other text has."""
    return " ".join("".join(draw.sample(LETTERS, 9)) for _ in range(600))


def document(site: Site, name: str) -> Answer:
    draw = random.Random(name)
    items = "".join(
        f"<item><title>{text(draw)[:60]}</title><guid>{name}-{n}</guid>"
        f"<link>{site.url(f'/{name}/{n}')}</link>"
        f"<description>{text(draw)}</description></item>"
        for n in range(ENTRIES)
    )
    body = f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>"
    return Answer(body=body, etag='"1"')


def poll(config: Path, largest: int | None) -> subprocess.CompletedProcess[str]:
    """Run as cron does; no file may grow beyond so many bytes."""

    def limit() -> None:
        if largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    return subprocess.run(
        [sys.executable, "-m", "aggregator", "--config", str(config), "poll"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=limit,
    )


def entries(folder: Path) -> dict[str, int]:
    """How many entries of each feed are stored."""
    with sqlite3.connect(folder / "news.db") as conn:
        return dict(conn.execute("select feed_id, count(*) from entries group by 1"))


def test_a_full_disk_stops_the_run_with_one_line_and_loses_nothing(
    site: Site, tmp_path: Path
) -> None:
    names = [f"gazete{n}" for n in range(4)]
    feeds = ""
    for name in names:
        site.add(f"/{name}/rss", document(site, name))
        feeds += (
            f"- {{id: {name}, outlet: {name}, url: '{site.url(f'/{name}/rss')}',"
            " scrape: false}\n"
        )
    config = tmp_path / "feeds.yaml"
    config.write_text(
        f"settings: {{database: {tmp_path / 'news.db'}, contact: a@b.example,"
        f" host_delay: 0s, allow_hosts: [127.0.0.1]}}\nfeeds:\n{feeds}"
    )

    full = poll(config, 1_700_000)
    assert full.returncode == 1
    assert "Traceback" not in full.stderr
    assert "news.db" in full.stderr
    assert "full" in full.stderr or "I/O" in full.stderr

    stored = entries(tmp_path)
    assert 0 < len(stored) < len(names)
    assert set(stored.values()) == {ENTRIES}  # whole feeds or nothing (polling.md 64)

    assert poll(config, None).returncode == 0
    assert entries(tmp_path) == dict.fromkeys(names, ENTRIES)
    with sqlite3.connect(tmp_path / "news.db") as conn:
        assert conn.execute("pragma integrity_check").fetchone() == ("ok",)


def test_ctrl_c_ends_a_run_at_once_though_a_server_hangs(
    site: Site, tmp_path: Path
) -> None:
    asked = threading.Event()

    def hang(_: Request) -> Answer:
        asked.set()
        return Answer(hang=True)

    site.add("/rss", hang)
    config = tmp_path / "feeds.yaml"
    config.write_text(
        f"settings: {{database: {tmp_path / 'news.db'}, contact: a@b.example,"
        " read_timeout: 50s, allow_hosts: [127.0.0.1]}\nfeeds:\n"
        f"- {{id: a, outlet: A, url: '{site.url('/rss')}', scrape: false}}\n"
    )
    # A shell starts what runs in the background deaf to Ctrl-C, and this test with it.
    heard = (
        "import runpy, signal;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "runpy.run_module('aggregator', run_name='__main__')"
    )
    command = [sys.executable, "-c", heard, "--config", str(config), "poll"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert asked.wait(30)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=25)
    assert (process.returncode, said.strip()) == (130, "")
