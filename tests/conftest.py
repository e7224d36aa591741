"""What all tests share: no test is timed, and random tests repeat their failures.

On a machine that only says yes or no (CI is set) the random tests draw the same
examples each time; elsewhere they look for new ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from aggregator.store import Db, open_db
from tests.fakes import MailSink

settings.register_profile(
    "unhurried",
    deadline=None,  # a busy machine is no failure
    print_blob=True,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Db]:
    """An empty archive, `news.db` in the test's own folder."""
    opened = open_db(tmp_path / "news.db")
    yield opened
    opened.close()


@pytest.fixture
def sink() -> Iterator[MailSink]:
    """A mail server on loopback that keeps what it gets."""
    with MailSink() as opened:
        yield opened
