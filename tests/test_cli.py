"""The command line as cron, a script and a person at a terminal meet it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator import __version__
from aggregator.cli.parts import clock
from aggregator.errors import StoreError
from aggregator.store.lock import run_lock
from tests.fakes import LOOPBACK, Answer, redirect
from tests.trial import (
    HTML,
    Item,
    Outcome,
    Press,
    article_page,
    closed_port,
    command,
    on_terminal,
    path_of,
    prose,
)

pytestmark = pytest.mark.allow_hosts(LOOPBACK)

BAKU = "Heyet dün Bakü'ye gitti ve kardeş kentle bir anlaşma imzaladı."
OLD = Item(slug="eski", title="Köprü onarımı tamamlandı", body=prose(900))
NEWS = Item(slug="yeni", title="Bakü seferi başladı", body=prose(1, BAKU))
COMMANDS = (
    "poll deliver serve check status feeds watch rematch explain alerts doctor backup"
    " prune demo"
)


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    """One outlet, polled twice by the real clock: old news, then news about Bakü."""
    with Press(tmp_path, at=clock() - timedelta(hours=2)) as opened:
        opened.document["alerts"]["from"] = "Takip <takip@bel.example>"
        opened.document["alerts"]["subscriptions"][0]["to"] = "analist@bel.example"
        opened.feed("son-haber")
        opened.publish("son-haber", OLD)
        opened.poll()
        opened.publish("son-haber", NEWS, OLD)
        opened.poll(after=61)
        yield opened


def terminal(press: Press, *arguments: object) -> str:
    """What a person sees; the command must succeed."""
    press.save()
    shown = on_terminal("--config", press.config_path, *arguments)
    assert shown.code == 0, shown.out
    return shown.out


def as_json(outcome: Outcome) -> Any:
    """What a script reads; the command must succeed and say nothing else."""
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


# -- exit codes and silence ------------------------------------------------------------


def cron(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Call the program as cron does: a process of its own, no terminal."""
    return subprocess.run(
        [sys.executable, "-m", "aggregator", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def test_a_good_run_under_cron_prints_nothing_at_all(press: Press) -> None:
    done = cron("--config", press.save(), "poll", "--force")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert press.value("select not_modified from runs order by id desc limit 1") == 1


def test_the_first_run_ever_prints_nothing_under_cron(press: Press) -> None:
    press.document["settings"]["database"] = str(press.folder / "new" / "news.db")
    done = cron("--config", press.save(), "poll", "--no-deliver")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_run_without_its_archive_says_so_in_one_line_and_doctor_tells_its_age(
    press: Press,
) -> None:
    """What was here before is gone: an empty archive must not begin in silence."""
    config = press.save()
    database = press.folder / "news.db"
    (press.folder / "off").mkdir()
    for part in press.folder.glob("news.db*"):
        if not part.name.endswith(".lock"):
            part.rename(press.folder / "off" / part.name)
    told = cron("--config", config, "doctor", "--no-smtp")
    assert "its disk is not mounted" in told.stdout
    done = cron("--config", config, "poll", "--no-deliver")
    assert (done.returncode, done.stdout) == (0, "")
    (line,) = done.stderr.splitlines()
    assert f"no archive at {database}: a new one is begun" in line
    assert cron("--config", config, "poll", "--no-deliver").stderr == ""
    findings = as_json(press.command("doctor", "--no-smtp", "--json"))
    begun = press.value("select min(started_at) from runs")[:10]
    assert any(f", begun {begun}" in row["finding"] for row in findings)


def test_a_run_in_which_every_feed_failed_exits_1_and_names_the_demo(
    press: Press,
) -> None:
    feed = press.document["feeds"][0]
    feed["url"] = f"http://127.0.0.1:{closed_port()}/rss"
    done = cron("--config", press.save(), "poll", "--force")
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = [row for row in done.stderr.splitlines() if "network" in row]
    assert "make demo" in line
    assert "Traceback" not in done.stderr


def test_wrong_usage_and_configuration_exit_2(tmp_path: Path) -> None:
    missing = cron("--config", tmp_path / "none.yaml", "poll")
    assert missing.returncode == 2
    assert "none.yaml" in missing.stderr
    assert cron("fly").returncode == 2
    assert cron("poll", "--feeed", "x").returncode == 2


def test_ten_mistakes_are_all_named_and_nothing_starts(tmp_path: Path) -> None:
    config = tmp_path / "feeds.yaml"
    config.write_text(
        """\
settings:
  database: news.db
  timezone: Europe/Istambul
  host_delay: fast
  max_feed_bytes: huge
  hosts_at_ones: 4
feeds:
  - {id: Son Muhur, outlet: Son Mühür, url: "ftp://sonmuhur.example/rss"}
  - {id: bir, url: "https://bir.example/rss", kind: rss}
  - {id: bir, outlet: Bir, url: "https://bir.example/rss2"}
watchlists:
  - {id: izmir, title: İzmir, query: '@izmirr AND (fuar'}
  - {id: bos, title: Boş}
alerts:
  smtp: {host: localhost, port: 70000}
  subscriptions:
    - {to: analist, watchlists: [yok], mode: weekly}
""",
        "utf-8",
    )
    for arguments in (["check"], ["poll"], ["status"], ["watch", "test", "izmir"]):
        done = command("--config", config, *arguments)
        assert done.code == 2
        lines = done.err.splitlines()
        assert len(lines) >= 10
        assert all(str(config) in line for line in lines)
        for wanted in (
            "Europe/Istambul",
            "host_delay",
            "max_feed_bytes",
            "hosts_at_once",  # the nearest known key
            "Son Muhur",
            "ftp:",
            "outlet",
            "kind",
            "bir",
            "izmir",
            "bos",
            "70000",
            "yok",
            "weekly",
        ):
            assert wanted in done.err, wanted
        assert not (tmp_path / "news.db").exists()


def test_a_second_run_exits_75_with_one_line(press: Press) -> None:
    with run_lock(press.folder / "news.db"):
        for arguments in (["poll"], ["rematch"], ["prune"]):
            done = press.command(*arguments)
            assert done.code == 75
            assert "another run" in done.err
            assert len(done.err.splitlines()) == 1


def test_a_database_that_is_none_fails_in_one_line(press: Press) -> None:
    press.document["settings"]["database"] = str(press.folder / "other.db")
    (press.folder / "other.db").write_text("Bu bir veritabanı değil." * 99)
    for arguments in (["poll"], ["status"], ["explain", "1"], ["deliver"]):
        done = press.command(*arguments)
        assert done.code == 1
        assert "other.db" in done.err
        assert len(done.err.splitlines()) == 1


def test_a_database_of_somebody_else_says_what_to_look_at(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write everywhere, so that only the words are tried."""
    from aggregator.cli import desk  # noqa: PLC0415 - as above

    def refuse(_: object) -> None:
        raise StoreError("news.db: attempt to write a readonly database")

    monkeypatch.setattr(desk, "open_database", refuse)
    told = press.command("serve")
    assert told.code == 1
    assert told.err == (
        "aggregator: news.db: attempt to write a readonly database"
        " (does the user who runs this own the file and its folder?)\n"
    )


def test_an_interrupted_command_exits_130(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aggregator.store import overview  # noqa: PLC0415 - to interrupt it

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(overview, "sources", interrupt)
    assert press.command("status").code == 130


def test_every_command_explains_itself() -> None:
    shown = command("--help")
    assert shown.code == 0
    for name in COMMANDS.split():
        assert name in shown.out
        told = command(name, "--help")
        assert told.code == 0
        assert len(told.out) > 100
    assert __version__ in command("--version").out


# -- poll ------------------------------------------------------------------------------


def test_poll_tells_a_person_and_a_script_what_it_did(press: Press) -> None:
    report = as_json(press.command("poll", "--force", "--json"))
    assert (report["feeds_due"], report["not_modified"]) == (1, 1)
    assert report["exit_code"] == 0
    assert "1 feed due" in terminal(press, "poll", "--force")
    press.publish(
        "son-haber", Item(slug="b", title="Yeni haber", body=prose(5)), NEWS, OLD
    )
    only = ("poll", "--force", "--feed", "son-haber")
    assert "0 read" in terminal(press, *only, "--max-seconds", "0")
    assert "1 new article, 1 page scraped" in terminal(press, *only, "--no-deliver")


def test_naming_a_feed_does_not_ask_it_before_its_time(press: Press) -> None:
    as_json(press.command("poll", "--force", "--json"))
    early = as_json(press.command("poll", "--feed", "son-haber", "--json"))
    assert early["feeds_due"] == 0
    assert "--force" in terminal(press, "poll", "--feed", "son-haber")
    forced = as_json(press.command("poll", "--feed", "son-haber", "--force", "--json"))
    assert forced["feeds_due"] == 1


def test_times_in_json_are_written_as_in_the_views(press: Press) -> None:
    report = as_json(press.command("poll", "--force", "--json"))
    times = press.rows("select started_at, finished_at from runs order by id desc")[0]
    assert (report["started_at"], report["finished_at"]) == tuple(times)


def test_backup_and_prune_tell_scripts_what_they_did(press: Press) -> None:
    copy = press.folder / "copy.db"
    (made,) = as_json(press.command("backup", str(copy), "--json"))
    assert (made["target"], made["size"]) == (str(copy), copy.stat().st_size)
    gone = as_json(press.command("prune", "--json"))
    assert gone == {"fetches": 0, "mails": 0, "articles": None}


def test_poll_says_how_many_pages_wait(press: Press) -> None:
    item = Item(slug="b", title="Yeni haber", body=prose(5))
    press.publish("son-haber", item, NEWS, OLD, pages=False)
    press.site.add(path_of(item), Answer(503))
    assert "1 pages wait" in terminal(press, "poll", "--force")


def test_poll_of_an_unknown_feed_is_wrong_usage(press: Press) -> None:
    done = press.command("poll", "--feed", "nobody")
    assert done.code == 2
    assert "nobody" in done.err


def test_problems_are_printed_even_without_a_terminal(press: Press) -> None:
    (press.folder / "triage.db").write_text("this is no database" * 99)
    done = press.command("poll", "--force")
    assert done.code == 0
    assert "triage.db" in done.err
    assert done.out == ""


# -- deliver and alerts ----------------------------------------------------------------


def test_deliver_shows_first_and_then_sends(press: Press) -> None:
    item = Item(slug="b", title="Bakü'den ikinci sefer", body=prose(7, BAKU))
    press.publish("son-haber", item, NEWS, OLD)
    press.poll(after=50, deliver=False)
    mails = len(press.mails())
    shown = press.command("deliver", "--dry-run")
    assert shown.code == 0
    assert "analist@bel.example" in shown.out
    assert len(press.mails()) == mails
    assert as_json(press.command("deliver", "--dry-run", "--json"))
    sent = press.command("deliver")
    assert (sent.code, sent.out, sent.err) == (0, "", "")
    assert len(press.mails()) == mails + 1
    assert isinstance(as_json(press.command("deliver", "--json")), dict)
    assert len(press.mails()) == mails + 1
    assert terminal(press, "deliver").strip()


def test_deliver_names_a_mail_server_that_is_away(press: Press) -> None:
    item = Item(slug="b", title="Bakü'den ikinci sefer", body=prose(7, BAKU))
    press.publish("son-haber", item, NEWS, OLD)
    press.poll(after=50, deliver=False)
    press.document["alerts"]["smtp"]["port"] = port = closed_port()
    assert str(port) in press.command("deliver").err
    waiting = "select count(*) from deliveries where state = 'queued'"
    assert press.value(waiting) == 1


def test_a_preview_writes_files_and_leaves_the_outbox_alone(press: Press) -> None:
    item = Item(slug="b", title="Bakü'den ikinci sefer", body=prose(7, BAKU))
    press.publish("son-haber", item, NEWS, OLD)
    press.poll(after=50, deliver=False)
    before, mails = press.rows("select * from deliveries"), len(press.mails())
    out = press.folder / "preview"
    shown = press.command("alerts", "preview", "--out", out)
    assert shown.code == 0
    assert "analist@bel.example" in shown.out
    assert {file.suffix for file in out.rglob("*.*")} >= {".eml", ".txt", ".html"}
    first = as_json(press.command("alerts", "preview", "--out", out, "--json"))[0]
    assert first["recipient"] == "analist@bel.example"
    assert first["at"].endswith("+00:00")
    assert Path(first["file"]).exists()
    assert press.rows("select * from deliveries") == before
    assert len(press.mails()) == mails


def test_a_test_mail_goes_the_real_way(press: Press) -> None:
    shown = press.command("alerts", "test", "yeni@bel.example")
    assert shown.code == 0
    assert "250" in shown.out
    assert press.sink.messages[-1].recipients == ("yeni@bel.example",)
    press.document["alerts"]["subscriptions"][0]["language"] = "en"
    assert press.command("alerts", "test", "analist@bel.example").code == 0
    assert b"Content-Language: en" in press.sink.messages[-1].content
    press.document["alerts"]["smtp"]["port"] = port = closed_port()
    failed = press.command("alerts", "test", "yeni@bel.example")
    assert failed.code == 1
    assert str(port) in failed.err


def test_a_test_mail_to_what_is_no_address_is_wrong_usage(press: Press) -> None:
    before = len(press.sink.messages)
    for address in ("", "yeni", "yeni@", "başkan@bel.example", "ftp://bel.example"):
        told = press.command("alerts", "test", address)
        assert told.code == 2
        assert repr(address) in told.err
    assert len(press.sink.messages) == before


# -- check -----------------------------------------------------------------------------


def test_check_counts_what_is_configured_and_warns(press: Press) -> None:
    assert "1 feed (1 enabled)" in press.command("check").out
    press.document["settings"]["contact"] = "basin@example.org"
    shown = press.command("check")
    assert shown.code == 0
    assert "contact" in shown.err
    summary = as_json(press.command("check", "--json"))
    assert (summary["feeds"], summary["watchlists"]) == (1, 2)
    assert any("contact" in warning for warning in summary["warnings"])
    assert terminal(press, "check").count("contact") == 1


def test_check_network_says_in_one_line_a_feed_what_is_wrong(press: Press) -> None:
    """Issue 4: and what to do."""
    press.feed("sayfa", enabled=False)
    press.site.add("/sayfa/rss", Answer(body="<html><body>Haber", content_type=HTML))
    press.feed("olu", url=f"http://127.0.0.1:{closed_port()}/rss")
    press.feed("ozel", url="http://127.0.0.77/rss")
    press.feed("tasindi")
    press.site.add("/tasindi/rss", redirect("/son-haber/rss"))
    press.feed("harita", kind="sitemap", path="/sitemap.xml")
    press.site.add(
        "/sitemap.xml",
        Answer(
            body='<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
            f"<loc>{press.site.url('/haber/yeni')}</loc>"
            "<lastmod>2026-01-06</lastmod></url></urlset>"
        ),
    )
    before = press.rows("select count(*) from runs")
    rows = {
        row["feed_id"]: row
        for row in as_json(press.command("check", "--network", "--json"))
    }
    assert list(rows) == [feed["id"] for feed in press.document["feeds"]]
    good = rows["son-haber"]
    assert (good["entries"], good["advice"]) == (2, "")
    assert "rss20" in good["gives"]
    assert "ETag" in good["gives"]
    assert "HTML" in rows["sayfa"]["gives"]
    assert "feeds add" in rows["sayfa"]["advice"]
    assert "refused" in rows["olu"]["gives"]
    assert rows["olu"]["advice"]
    assert "allow_hosts" in rows["ozel"]["advice"]
    assert "son-haber: drop one" in rows["tasindi"]["advice"]
    assert "sitemap" in rows["harita"]["gives"]
    assert press.rows("select count(*) from runs") == before
    table = press.command("check", "--network", "--feed", "sayfa").out
    assert len(table.splitlines()) == 2
    assert "feeds add" in table


def test_check_network_exits_1_when_no_feed_gives_anything(press: Press) -> None:
    press.feed("olu", url=f"http://127.0.0.1:{closed_port()}/rss")
    assert press.command("check", "--network").code == 0
    shown = press.command("check", "--network", "--feed", "olu")
    assert shown.code == 1
    assert "refused" in shown.out
    wrong = press.command("check", "--network", "--feed", "son-haberr")
    assert wrong.code == 2
    assert "there is no feed 'son-haberr'; did you mean son-haber?" in wrong.err


# -- status and doctor -----------------------------------------------------------------


def test_status_shows_sources_for_people_and_scripts(press: Press) -> None:
    shown = press.command("status")
    assert "son-haber" in shown.out
    assert "2 articles, 2 stories" in shown.out
    found = as_json(press.command("status", "--json"))
    (source,) = found["sources"]
    assert (source["feed_id"], source["state"], source["entries_24h"]) == (
        "son-haber",
        "ok",
        2,
    )
    assert found["summary"]["articles"] == 2
    assert "son-haber" not in press.command("status", "--failing").out
    assert "son-haber" in terminal(press, "status")


def test_status_before_the_first_run_says_never(tmp_path: Path) -> None:
    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.feed("eski", enabled=False)
        shown = press.command("status")
        assert shown.code == 0
        assert "last run never" in shown.out
        lines = [line.split("\t")[1:3] for line in shown.out.splitlines()[1:-1]]
        assert lines == [["son-haber", "never polled"], ["eski", "disabled"]]
        first, _ = as_json(press.command("status", "--json"))["sources"]
        assert (first["state"], first["last_success_at"]) == ("never polled", None)


def test_status_lists_a_feed_that_was_added_since_the_last_run(press: Press) -> None:
    known = as_json(press.command("status", "--json"))["sources"][0]
    press.feed("yeni-haber")
    new, old = as_json(press.command("status", "--json"))["sources"]
    assert (new["feed_id"], new["state"]) == ("yeni-haber", "never polled")
    assert old == known
    assert new.keys() == old.keys()
    assert "next run" in press.command("status").out


def test_what_a_feed_says_steers_no_terminal(press: Press) -> None:
    press.site.add("/son-haber/rss", Answer(body=b"\x1b[31mkirmizi\x1b]0;x\x07" * 9))
    press.poll(after=61)
    assert "\x1b" not in press.command("status").out


def test_doctor_is_content_with_a_good_installation(press: Press) -> None:
    silent = press.command("doctor")
    assert (silent.code, silent.out, silent.err) == (0, "", "")
    findings = as_json(press.command("doctor", "--json"))
    assert any(item["finding"].startswith("related stories: by") for item in findings)
    assert all(item["ok"] for item in findings)
    told = terminal(press, "doctor")
    for part in ("configuration", "database", "last run", "disk", "clock", "mail"):
        assert part in told


def test_doctor_names_what_is_wrong_and_exits_1(press: Press) -> None:
    press.document["alerts"]["smtp"]["port"] = port = closed_port()
    with press.db() as db:
        db.write("update run_records set finished_at = '2026-01-06T10:00:00+00:00'")
    told = press.command("doctor")
    assert told.code == 1
    assert str(port) in told.out
    assert "cron" in told.out
    assert str(port) not in press.command("doctor", "--no-smtp").out
    press.document["settings"]["database"] = str(press.folder / "none" / "n.db")
    assert "does not exist" in press.command("doctor", "--no-smtp").out
    press.document["settings"]["database"] = str(press.folder / "other.db")
    (press.folder / "other.db").write_text("Bu bir veritabanı değil." * 99)
    assert "other.db" in press.command("doctor", "--no-smtp").out
    findings = press.command("doctor", "--json", "--no-smtp")
    assert findings.code == 1
    assert not all(item["ok"] for item in json.loads(findings.out))


@pytest.mark.parametrize(
    ("every", "ago", "late"),
    [(5, 14, False), (5, 16, True), (10, 25, False), (10, 35, True), (60, 170, False)],
)
def test_doctor_knows_by_crons_own_rhythm_when_a_run_is_late(
    press: Press, every: int, ago: int, late: bool
) -> None:
    with press.db() as db:
        db.write("delete from run_records")
        for number in range(12, -1, -1):
            at = (clock() - timedelta(minutes=ago + every * number)).isoformat()
            db.write(
                "insert into run_records (started_at, finished_at) values (?, ?)",
                (at, at),
            )
    told = press.command("doctor", "--no-smtp", "--json")
    (run,) = (f for f in json.loads(told.out) if f["finding"].startswith("last run"))
    assert run["ok"] is not late
    assert f"{ago} minutes ago, usually every {every} minutes" in run["finding"]
    assert ("cron" in run["finding"]) is late


def test_doctor_without_subscriptions_asks_no_mail_server(press: Press) -> None:
    press.document["alerts"] = {"smtp": {"host": "127.0.0.1", "port": closed_port()}}
    told = press.command("doctor", "--json")
    assert any("nobody" in item["finding"] for item in json.loads(told.out))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_doctor_names_files_that_it_may_not_write(press: Press) -> None:
    press.folder.chmod(0o555)
    try:
        assert "permissions" in press.command("doctor", "--no-smtp").out
    finally:
        press.folder.chmod(0o755)


# -- explain ---------------------------------------------------------------------------


def test_explain_tells_the_whole_life_of_an_article(press: Press) -> None:
    url = press.site.url(path_of(NEWS))
    for asked in (url, url + "?utm_source=x#y", "2"):
        told = press.command("explain", asked)
        assert told.code == 0
        for part in (
            NEWS.title,
            "published",
            "seen",
            "page: full after 1",
            "story 2",
            "baku: score",
            "analist@bel.example: sent",
            "alone: ",
        ):
            assert part in told.out, part
    life = as_json(press.command("explain", url, "--json"))
    assert life["article"][0]["title"] == NEWS.title
    assert life["deliveries"][0]["state"] == "sent"


def test_explain_says_why_not(press: Press) -> None:
    told = press.command("explain", press.site.url(path_of(OLD))).out
    assert "old news by rule" in told
    assert "by no watchlist" in told
    assert "to nobody" in told
    assert "no watchlist of this subscription flags it" in told
    item = Item(slug="b", title="Yeni haber", body=prose(5))
    press.publish("son-haber", item, NEWS, OLD, pages=False)
    press.site.add(path_of(item), Answer(503))
    press.poll(after=61)
    told = press.command("explain", press.site.url(path_of(item))).out
    assert "page: pending after 1" in told
    assert "503" in told


@pytest.mark.parametrize(
    "asked", ["4711", "9" * 30, "https://haber.example/yok", "yok", "²"]
)
def test_explain_of_what_nobody_showed_fails_and_says_so(
    press: Press, asked: str
) -> None:
    told = press.command("explain", asked)
    assert told.code == 1
    assert asked in told.err
    assert "no feed showed it" in told.err


# -- watch -----------------------------------------------------------------------------


def test_watch_test_shows_what_matches_in_a_text_a_file_and_a_page(
    press: Press,
) -> None:
    text = "Bakü'deki fuar\nHeyet Bakü'ye gitti."
    shown = press.command("watch", "test", "baku", "--text", text)
    assert shown.code == 0
    assert "«Bakü'deki»" in shown.out
    assert "«Bakü'ye»" in shown.out
    assert "1 text matches" in shown.out
    file = press.folder / "metin.txt"
    file.write_text(text, "utf-8")
    assert "«Bakü'ye»" in press.command("watch", "test", "baku", "--file", file).out
    file.write_bytes("İzmir'de yağmur".encode("windows-1254"))
    wrong = press.command("watch", "test", "baku", "--file", file)
    assert wrong.code == 2
    assert wrong.err == f"Error: {file}: not UTF-8 (byte 0xdd)\n"
    url = press.site.url(path_of(NEWS))
    assert "«Bakü'ye»" in press.command("watch", "test", "baku", "--url", url).out
    shown = press.command("watch", "test", "baku", "--text", "İzmir'de yağmur")
    assert shown.out.strip() == "0 texts match"
    assert shown.err == ""
    query = press.command("watch", "test", "kayak", "--text", "İzmir'de yağmur")
    assert "'kayak' is no watchlist's id: read as a query" in query.err
    azeri = ["--text", "Bakıda sərgi", "--language", "az", "--json"]
    (found,) = as_json(press.command("watch", "test", "baku", *azeri))
    assert found["flags"][0]["matches"][0]["surface"] == "Bakıda"


def test_watch_test_shows_a_sentence_once_with_all_it_holds(press: Press) -> None:
    text = "Fuar\nBakü ile Bakü'deki liman. Bakü büyüdü."
    shown = press.command("watch", "test", "@baku OR liman", "--text", text)
    assert shown.out.count("deki liman.") == 1
    assert "text: «Bakü» (Bakü), «Bakü'deki» (Bakü), «liman» (liman)" in shown.out


def test_watch_test_looks_through_the_archive(press: Press) -> None:
    shown = press.command("watch", "test", "baku")
    assert "1 text matches" in shown.out
    assert NEWS.title in shown.out
    shown = press.command("watch", "test", "@baku OR köprü", "--since", "30d")
    assert "2 texts match" in shown.out
    assert "0 texts" in press.command("watch", "test", "baku", "--since", "1s").out


def test_watch_test_of_what_cannot_be_is_wrong_usage(press: Press) -> None:
    told = press.command("watch", "test", "izmir-baku", "--text", "x")
    assert told.code == 2
    assert "baku, liman" in told.err
    told = press.command("watch", "test", "@baku AND (fuar", "--text", "x")
    assert told.code == 2
    assert "Traceback" not in told.err
    assert press.command("watch", "test", "@yok", "--text", "x").code == 2
    assert press.command("watch", "test", " ", "--text", "x").code == 2
    for since in ("often", "30", "²d", "", "9" * 20 + "d", "9999d"):
        told = press.command("watch", "test", "baku", "--since", since)
        assert told.code == 2
        assert "Traceback" not in told.err
    gone = press.command("watch", "test", "baku", "--url", press.site.url("/yok"))
    assert gone.code == 1
    assert "404" in gone.err


def test_watch_diff_counts_what_an_edit_would_change(press: Press) -> None:
    edited = press.folder / "edited.yaml"
    before = press.save().read_text("utf-8")
    edited.write_text(before.replace("'@baku'", "onarım"), "utf-8")
    shown = press.command("watch", "diff", "--edited", edited)
    assert shown.code == 0
    assert "baku: +1 -1 (of 1)" in shown.out
    assert f"+ 1  {OLD.title}" in shown.out
    assert f"- 2  {NEWS.title}" in shown.out
    assert "liman: +0 -0 (of 0)" in shown.out
    only = as_json(press.command("watch", "diff", "baku", "--edited", edited, "--json"))
    assert list(only) == ["baku"]
    assert only["baku"]["added"] == [{"id": 1, "title": OLD.title}]
    short = press.command("watch", "diff", "--edited", edited, "--since", "1s")
    assert "baku: +0 -0 (of 0)" in short.out
    assert press.value("select count(*) from flags") == 1
    assert press.command("watch", "diff", "yok", "--edited", edited).code == 2


def test_rematch_tells_a_person_how_much_and_refuses_unknown_lists(
    press: Press,
) -> None:
    assert "2 articles matched again" in terminal(press, "rematch")
    assert as_json(press.command("rematch", "--json")) == {"articles": 2}
    told = press.command("rematch", "--watchlist", "yok")
    assert told.code == 2
    assert "yok" in told.err


# -- feeds -----------------------------------------------------------------------------


def test_feeds_add_finds_the_feed_of_a_site_and_keeps_comments(press: Press) -> None:
    path = press.save()
    path.write_text("# benim notum\n" + path.read_text("utf-8"), "utf-8")
    links = "".join(
        f"<link rel='alternate' type='application/rss+xml' href='{href}'>"
        for href in ("/yeni/rss", "/yeni/yorum/feed")
    )
    page = article_page("Yeni Gazete", prose(3), head=links)
    press.site.add("/yeni/", Answer(body=page, content_type=HTML))
    body = press.rss("son-haber", NEWS).replace(
        "<title>son-haber", "<title>Yeni Gazete", 1
    )
    press.site.add("/yeni/rss", Answer(body=body))
    added = command("--config", path, "feeds", "add", press.site.url("/yeni/"))
    assert added.code == 0, added.err
    assert "added yeni-gazete" in added.out
    assert "(1 entries)" in added.out
    assert "/yeni/yorum/feed" in added.out
    text = path.read_text("utf-8")
    assert "# benim notum" in text
    assert press.site.url("/yeni/rss") in text
    assert "2 feeds (2 enabled)" in command("--config", path, "check").out
    again = command("--config", path, "feeds", "add", press.site.url("/yeni/rss"))
    assert again.code != 0
    assert "yeni-gazete" in again.err
    assert path.read_text("utf-8") == text


def test_feeds_add_takes_a_feed_itself_with_what_is_said_of_it(press: Press) -> None:
    path = press.save()
    site = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    loc = press.site.url("/haber/yeni")
    press.site.add(
        "/map.xml", Answer(body=f"{site}<url><loc>{loc}</loc></url></urlset>")
    )
    options = ["--outlet", "Kent", "--id", "kent", "--category", "municipal"]
    added = command(
        "--config", path, "feeds", "add", press.site.url("/map.xml"), *options
    )
    assert added.code == 0, added.err
    assert "kind: sitemap" in path.read_text("utf-8")
    assert command("--config", path, "check").code == 0


def test_feeds_add_of_a_page_without_feeds_says_what_to_do(press: Press) -> None:
    page = article_page("Belediye", prose(3))
    press.site.add("/belediye/", Answer(body=page, content_type=HTML))
    before = press.save().read_text("utf-8")
    told = command(
        "--config", press.config_path, "feeds", "add", press.site.url("/belediye/")
    )
    assert told.code == 1
    assert "kind: html" in told.err
    assert press.config_path.read_text("utf-8") == before


def test_feeds_add_says_what_is_there_already_and_which_id_cannot_be(
    press: Press,
) -> None:
    path = press.save()
    before = path.read_text("utf-8")
    add = ("--config", path, "feeds", "add")
    again = command(*add, press.document["feeds"][0]["url"])
    assert again.code == 2
    assert "is there already, as son-haber" in again.err
    press.site.add("/yeni/rss", Answer(body=press.rss("son-haber", NEWS)))
    wrong = command(*add, press.site.url("/yeni/rss"), "--id", "Bad ID")
    assert wrong.code == 2
    (line,) = wrong.err.splitlines()
    assert line.startswith(f"{path}: not added: feeds[Bad ID].id: must be of a-z")
    gone = command(*add, "gazete")
    assert (gone.code, gone.err) == (1, "aggregator: gazete: not a web address\n")
    assert path.read_text("utf-8") == before


def test_feeds_travel_as_opml_and_come_in_disabled(press: Press) -> None:
    press.save()
    opml = press.command("feeds", "export")
    assert opml.code == 0
    assert press.document["feeds"][0]["url"] in opml.out
    file = press.folder / "liste.opml"
    file.write_text(
        opml.out.replace(
            "</body>",
            "<outline type='rss' text='Öbür'"
            " xmlUrl='https://obur.example/rss'/></body>",
        ),
        "utf-8",
    )
    told = command("--config", press.config_path, "feeds", "import", file)
    assert told.code == 0
    assert "1 feed added (enabled: false), 1 there already" in told.out
    assert "2 feeds (1 enabled)" in command("--config", press.config_path, "check").out
    file.write_text("<opml", "utf-8")
    broken = command("--config", press.config_path, "feeds", "import", file)
    assert broken.code == 2
    assert broken.err.startswith(f"{file}: OPML:1: ")
    assert len(broken.err.splitlines()) == 1


# -- upkeep ----------------------------------------------------------------------------


def test_a_backup_is_a_database_that_can_be_used(press: Press) -> None:
    target = press.folder / "copy" / "news.db"
    quiet = press.command("backup", target)
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    copy = sqlite3.connect(target)
    assert copy.execute("select count(*) from news").fetchone() == (2,)
    copy.close()
    assert "verified" in terminal(press, "backup", target)
    folder = press.folder / "copy"
    assert press.command("backup", folder).code == 2
    itself = press.command("backup", press.folder / "copy" / ".." / "news.db")
    assert itself.code == 2
    assert "is the database itself" in itself.err


def test_prune_keeps_what_is_flagged_and_is_silent_under_cron(press: Press) -> None:
    silent = press.command("prune", "--logs", "1s", "--articles", "1s")
    assert (silent.code, silent.out, silent.err) == (0, "", "")
    assert press.rows("select title from news") == [(NEWS.title,)]
    assert press.value("select count(*) from fetches") == 0
    assert "removed" in terminal(press, "prune")
    press.clock.move(hours=2)
    assert press.poll().entries_new == 0
    assert press.command("prune", "--logs", "soon").code == 2


# -- serve and demo --------------------------------------------------------------------


def test_serve_makes_the_database_and_opens_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aggregator import browse  # noqa: PLC0415 - its server would never end

    opened: list[tuple[str, int]] = []

    def note(config: object, *, host: str, port: int, clock: object) -> None:
        opened.append((host, port))

    monkeypatch.setattr(browse, "serve", note)
    with Press(tmp_path) as press:
        shown = press.command("serve", "--port", "8765")
        assert shown.code == 0
        assert "http://127.0.0.1:8765/" in shown.out
        assert opened == [("127.0.0.1", 8765)]
        assert (tmp_path / "news.db").exists()
        assert press.command("serve", "--port", "0").code == 2


def test_serve_on_a_port_that_is_taken_fails_in_words(press: Press) -> None:
    port = press.site.url("/").rsplit(":", 1)[1].strip("/")
    told = press.command("serve", "--port", port)
    assert told.code == 1
    assert f"cannot answer on 127.0.0.1:{port}; is the port taken (--port)?" in told.err


@pytest.mark.slow
def test_the_demo_shows_the_whole_program_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aggregator import browse  # noqa: PLC0415 - its server would never end

    served: list[int] = []
    monkeypatch.setattr(browse, "serve", lambda *_, **more: served.append(more["port"]))
    shown = command("demo", "--folder", tmp_path / "demo", "--port", "8123")
    assert shown.code == 0, shown.err
    for part in ("1st poll", "2nd poll", "3rd poll", "Flagged stories", "Mails in"):
        assert part in shown.out
    assert served == [8123]
    assert "0 new articles" in shown.out.partition("3rd poll")[2]
    assert command("demo", "--once", "--folder", tmp_path).code == 1


def test_a_folder_that_cannot_be_made_is_named_in_one_line(press: Press) -> None:
    file = press.folder / "bir-dosya"
    file.write_text("")
    for arguments in (
        ("demo", "--once", "--folder", file / "demo"),
        ("alerts", "preview", "--out", file / "out"),
        ("backup", file / "news.db"),
    ):
        told = press.command(*arguments)
        assert told.code == 1
        (line,) = told.err.splitlines()
        assert str(file) in line
