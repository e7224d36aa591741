"""The main job on real articles: poll, scrape, group, flag, mail, and nothing twice."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from aggregator import config as configuration
from aggregator.model import Config, RunReport
from aggregator.poll import Options, run
from tests.fakes import LOOPBACK, MailSink
from tests.press import SERVE, Press, token_f1, true_text

pytestmark = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(LOOPBACK),
    pytest.mark.skipif(
        not SERVE.exists(), reason="the real articles of ../shared/data are not here"
    ),
]


class Trial:
    """The polls of one trial, in order, and what they left."""

    def __init__(self, config: Config, press: Press, sink: MailSink) -> None:
        self.config, self.press, self.sink = config, press, sink
        self.reports: list[RunReport] = []
        self.asked: Counter[str] = Counter()

    def poll(self) -> RunReport:
        report = run(
            self.config,
            Options(force=True),
            clock=lambda: datetime.now(UTC),  # noqa: TID251 - the sites date by the real clock
        )
        self.reports.append(report)
        return report

    def rows(self, sql: str) -> list[sqlite3.Row]:
        conn = sqlite3.connect(self.config.settings.database)
        conn.row_factory = sqlite3.Row
        try:
            return conn.execute(sql).fetchall()
        finally:
            conn.close()


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """First run, a run without news, then one more article a site, the seed too."""
    folder = tmp_path_factory.mktemp("press")
    with MailSink() as sink, Press(folder, smtp_port=sink.port) as press:
        trial = Trial(configuration.load(press.config_path), press, sink)
        trial.poll()
        trial.poll()
        press.publish_more()
        trial.poll()
        trial.asked = Counter(f"http://{host}{path}" for host, path, _ in press.log())
        yield trial


def test_every_article_of_every_outlet_has_its_full_text(trial: Trial) -> None:
    rows = trial.rows("select url, text, scrape_state from news")
    assert len({row["url"] for row in rows}) == len(rows) > 30
    assert {row["scrape_state"] for row in rows} <= {"full", "thin"}
    poor = {
        row["url"]: round(score, 3)
        for row in rows
        if (score := token_f1(row["text"], true_text(row["url"]))) < 0.95
    }
    assert poor == {}


def test_a_second_poll_gets_only_304s_and_stores_nothing(trial: Trial) -> None:
    first, second, _ = trial.reports
    assert (first.fetched, first.failed) == (7, 0)
    assert (second.not_modified, second.fetched, second.failed) == (7, 0, 0)
    assert second.entries_new == second.articles_new == second.articles_scraped == 0


def test_what_appears_is_stored_once_and_nothing_else_is(trial: Trial) -> None:
    third = trial.reports[2]
    assert third.articles_new == third.articles_scraped == 7
    pages = {
        row["url"]: row["url"].replace(trial.press.port, "")
        for row in trial.rows("select url from news")
    }
    assert {trial.asked[place] for place in pages.values()} == {1}


def test_the_seed_is_flagged_for_all_that_it_is_about(trial: Trial) -> None:
    found = trial.rows(
        "select distinct watchlist_id from matches m join news n on n.id = m.article_id"
        " where n.outlet = 'Son Mühür'"
    )
    assert {row[0] for row in found} == {"azerbaijan", "izmir-baku"}
    surfaces = {row[0] for row in trial.rows("select surface from matches")}
    assert {"İzmir’in", "Azerbaycan’ın", "Azerbaycanlı"} <= surfaces


def test_one_mail_a_story_arrives(trial: Trial) -> None:
    mails = [
        message_from_bytes(item.content, policy=policy.default)
        for item in trial.sink.messages
        if item.recipients == ("analist@example.org",)
    ]
    subjects = Counter(str(mail["Subject"]) for mail in mails)
    assert subjects
    assert max(subjects.values()) == 1
    assert any("Bakü" in subject for subject in subjects)
    stories = trial.rows(
        "select story_id from deliveries where kind = 'instant' and state = 'sent'"
    )
    assert len(stories) == len({row[0] for row in stories}) == len(mails)
