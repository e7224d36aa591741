"""Killed at any step: nothing is lost, and a repeat is the same message."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator import deliver
from aggregator.store import open_db
from tests.alert_world import (
    NOW,
    Clock,
    add_and_tell,
    config,
    read,
    states,
    subscription,
)
from tests.fakes import MailSink

# Runs a delivery that kills itself at the nth passage of a named point.
VICTIM = """
import os, signal, sys
from pathlib import Path
from aggregator import deliver
from aggregator.store import open_db
from tests.alert_world import Clock, config, subscription
from datetime import datetime

folder, port, mode, name, nth, at = sys.argv[1:]
seen = 0
def point(here):
    global seen
    seen += here == name
    if seen == int(nth):
        os.kill(os.getpid(), signal.SIGKILL)
ways = [subscription(to=f"{who}@example.org", mode=mode) for who in "abc"]
conf = config(Path(folder), *ways, port=int(port))
db = open_db(conf.settings.database)
clock = Clock(datetime.fromisoformat(at))
deliver.deliver(conf, db, clock=clock, checkpoint=point)
"""
POINTS = [
    ("before connecting", 1),
    ("connected", 1),
    ("rendered", 1),
    ("before keeping", 1),
    ("kept", 1),
    ("before sending", 1),
    ("accepted", 1),
    ("before noting", 1),
    ("noted", 1),
    ("connected", 2),
    ("kept", 2),
    ("accepted", 2),
    ("noted", 3),
]
IN_THE_WINDOW = ("accepted", "before noting")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["instant", "hourly"])
@pytest.mark.parametrize(("name", "nth"), POINTS, ids=str)
def test_a_kill_loses_nothing_and_repeats_only_in_the_window(
    tmp_path: Path, name: str, nth: int, mode: str
) -> None:
    ways = [subscription(to=f"{who}@example.org", mode=mode) for who in "abc"]
    with MailSink() as sink:
        conf = config(tmp_path, *ways, port=sink.port)
        db = open_db(conf.settings.database)
        for n in range(2):
            add_and_tell(db, conf, NOW, f"Haber {n}")
        db.close()
        at = NOW + timedelta(hours=1)
        victim = subprocess.run(
            [
                sys.executable,
                "-c",
                VICTIM,
                str(tmp_path),
                str(sink.port),
                mode,
                name,
                str(nth),
                at.isoformat(),
            ],
            check=False,
            cwd=Path(__file__).parents[1],
        )
        assert victim.returncode == -signal.SIGKILL
        db = open_db(conf.settings.database)
        deliver.deliver(conf, db, clock=Clock(at + timedelta(minutes=1)))
        seen = Counter(str(read(item)["Message-ID"]) for item in sink.messages)
        assert len(seen) == (6 if mode == "instant" else 3)
        repeats = sum(seen.values()) - len(seen)
        assert repeats == (1 if name in IN_THE_WINDOW else 0)
        assert {state for *_, state in states(db)} == {"sent"}
        db.close()
