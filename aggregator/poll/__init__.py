"""One run: due -> visit -> store -> scrape -> extract -> match -> group -> outbox."""

from __future__ import annotations

from aggregator.poll.lock import run_lock
from aggregator.poll.probe import Discovered, discover, probe, read_page
from aggregator.poll.run import Options, run

__all__ = [
    "Discovered",
    "Options",
    "discover",
    "probe",
    "read_page",
    "run",
    "run_lock",
]
