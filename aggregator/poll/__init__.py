"""One run: due -> visit -> store -> scrape -> extract -> match -> group -> outbox."""

from __future__ import annotations

from aggregator.poll.run import Options, run

__all__ = ["Options", "run"]
