"""What good alerts look like, measured on loopback and printed as a table.

    python -m benchmarks.eval_alerts [--kills 50] [--subjects 2000]

A real SMTP sink on 127.0.0.1 greylists, refuses and is down by script; a delivery in a
process of its own is killed at random moments. Exit 1 when a property is not met.
"""

from __future__ import annotations

import argparse
import email
import random
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.header import decode_header, make_header
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aggregator import deliver
from aggregator.model import Config
from aggregator.store import Db, open_db
from tests import test_mail
from tests.alert_world import (
    NOW,
    Clock,
    add_and_tell,
    add_feed,
    config,
    read,
    states,
    subscription,
)
from tests.fakes import MailSink

ROOT = Path(__file__).parents[1]
VICTIM = """
import sys
from datetime import datetime
from pathlib import Path
from aggregator import deliver
from aggregator.store import open_db
from tests.alert_world import Clock, config, subscription

folder, port, at = sys.argv[1:]
ways = [subscription(to=f"{who}@example.org") for who in "abcd"]
conf = config(Path(folder), *ways, port=int(port), storm_cap=10_000)
db = open_db(conf.settings.database)
print("go", flush=True)
deliver.deliver(conf, db, clock=Clock(datetime.fromisoformat(at)))
print("done", flush=True)
"""


class Finding(NamedTuple):
    """One row of the table."""

    name: str
    want: str
    got: str
    good: bool


def kills(folder: Path, count: int) -> list[Finding]:
    """Kill a delivery at random moments until all is delivered; compare what came."""
    chance = random.Random(6)
    ways = [subscription(to=f"{who}@example.org") for who in "abcd"]
    killed = 0
    with MailSink() as sink:
        conf = config(folder, *ways, port=sink.port, storm_cap=10_000)
        db = open_db(conf.settings.database)
        at = NOW
        while killed < count:
            at += timedelta(minutes=1)
            for _ in range(3):
                add_and_tell(db, conf, at, f"Haber {chance.random()}")
            killed += _kill_one(folder, sink.port, at, chance.uniform(0.0, 0.25))
        clock = Clock(at + timedelta(hours=1))
        deliver.deliver(conf, db, clock=clock)
        rows = states(db)
        seen: dict[str, list[bytes]] = {}
        for item in sink.messages:
            key = str(read(item)["Message-ID"])
            seen.setdefault(key, []).append(item.content)
        db.close()
    repeats = sum(len(bodies) - 1 for bodies in seen.values())
    worst = max(len(bodies) for bodies in seen.values())
    other = sum(len(set(bodies)) - 1 for bodies in seen.values())
    lost = len(rows) - len(seen) + sum(state != "sent" for *_, state in rows)
    return [
        Finding(
            f"alerts lost of {len(rows)}, kill -9 at {killed} random moments",
            "0",
            str(lost),
            lost == 0,
        ),
        Finding(
            f"repeats with other bytes or Message-ID (of {repeats} in the window)",
            "0",
            str(other),
            other == 0 and repeats <= killed and worst <= killed,
        ),
    ]


def _kill_one(folder: Path, port: int, at: datetime, after: float) -> int:
    command = [sys.executable, "-c", VICTIM, str(folder), str(port), at.isoformat()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as victim:
        assert victim.stdout is not None
        victim.stdout.readline()
        try:
            victim.wait(after)
        except subprocess.TimeoutExpired:
            victim.kill()
        return int(victim.wait() < 0)


def subjects(count: int) -> Finding:
    """Send random headlines through the header and read them with both decoders."""
    chance = random.Random(7)
    unequal = 0
    for _ in range(count):
        words = test_mail.WORDS[chance.choice(("tr", "az", "ru"))].split()
        text = " ".join(chance.choices(words, k=chance.randint(1, 40)))[:300].strip()
        payload = test_mail.subject_of(text)
        new = email.message_from_bytes(payload, policy=policy.default)["Subject"]
        old = email.message_from_bytes(payload, policy=policy.compat32)["Subject"]
        unequal += str(new) != text or str(make_header(decode_header(old))) != text
    return Finding(
        f"subjects that come back unequal of {count}", "0", str(unequal), not unequal
    )


def dead_address(folder: Path) -> Finding:
    """Count who of the others has to wait because one of five addresses is dead."""
    with MailSink() as sink:
        ways = [subscription(to=f"{who}@example.org") for who in "abcde"]
        conf = config(folder, *ways, port=sink.port)
        db = open_db(conf.settings.database)
        add_and_tell(db, conf, NOW, "Haber")
        sink.refuse("b@example.org")
        deliver.deliver(conf, db, clock=Clock())
        db.close()
        late = 4 - len(sink.messages)
    name = "one dead address among five: others held up"
    return Finding(name, "0", str(late), late == 0)


def outage(folder: Path) -> Finding:
    """Queue 300 stories while the server is away for six hours."""
    with MailSink() as sink:
        ways = [subscription(to=f"{who}@example.org") for who in "ab"]
        conf = config(folder, *ways, port=sink.port)
        smtp = replace(conf.alerts.smtp, port=1)
        away = replace(conf, alerts=replace(conf.alerts, smtp=smtp))
        db, clock = open_db(conf.settings.database), Clock()
        for n in range(300):
            add_and_tell(db, conf, clock.move(seconds=72), f"Haber {n}")
            if n % 12 == 0:
                deliver.deliver(away, db, clock=clock)
        deliver.deliver(conf, db, clock=clock)
        db.close()
        most = max(Counter(item.recipients for item in sink.messages).values())
    name = "300 queued over a 6 h outage: mails a recipient"
    return Finding(name, "1", str(most), most == 1)


def storm(folder: Path) -> Finding:
    """Let 200 stories come within an hour, delivered every five minutes."""
    with MailSink() as sink:
        conf = config(folder, subscription(), port=sink.port)
        db, clock = open_db(conf.settings.database), Clock()
        for n in range(200):
            add_and_tell(db, conf, clock.move(seconds=18), f"Haber {n}")
            if n % 17 == 0:
                deliver.deliver(conf, db, clock=clock)
        count = len(sink.messages)
        deliver.deliver(conf, db, clock=Clock(clock.move(hours=3)))
        untold = sum(state != "sent" for *_, state in states(db))
        db.close()
    name = f"200 stories in an hour: mails (untold after it: {untold})"
    return Finding(name, "<= 11", str(count), count <= 11 and not untold)


def morning(folder: Path) -> Finding:
    """Deliver every five minutes for a month over a change of clocks."""
    with MailSink() as sink:
        conf = config(folder, subscription(mode="daily"), port=sink.port)
        settings = replace(conf.settings, timezone="Europe/Berlin")
        conf = replace(conf, settings=settings)
        db = open_db(conf.settings.database)
        add_feed(db, "a", "Son Mühür")
        late = _watch_mornings(conf, db, sink)
        db.close()
    name = f"digest at 07:30, cron */5, {len(late)} mornings: minutes late at most"
    good = max(late) <= 5 and len(late) == 30
    return Finding(name, "<= 5", f"{max(late):.0f}", good)


def _watch_mornings(conf: Config, db: Db, sink: MailSink) -> list[float]:
    late = []
    clock = Clock(datetime(2026, 3, 15, 10, 2, tzinfo=UTC))
    deliver.deliver(conf, db, clock=clock)
    for _ in range(30 * 24 * 12):
        clock.move(minutes=5)
        if not 5 <= clock().hour <= 7:
            continue
        before = len(sink.messages)
        deliver.deliver(conf, db, clock=clock)
        if len(sink.messages) > before:
            local = clock().astimezone(deliver_zone(conf))
            late.append((local.hour - 7) * 60 + local.minute - 30 + 0.0)
    return late


def deliver_zone(conf: Config) -> ZoneInfo:
    """Return the operator's zone."""
    return ZoneInfo(conf.settings.timezone)


def main() -> int:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--subjects", type=int, default=2000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = (Path(name) / str(n) for n in range(9))
        findings = [
            *kills(next(folders), asked.kills),
            subjects(asked.subjects),
            dead_address(next(folders)),
            outage(next(folders)),
            storm(next(folders)),
            morning(next(folders)),
        ]
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        sign = "ok" if finding.good else "NOT MET"
        print(f"{finding.name:{width}}  {finding.want:>6}  {finding.got:>6}  {sign}")
    return 0 if all(finding.good for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
