"""A press monitor: feeds and pages into SQLite, watchlists, stories, alerts, a desk."""

from __future__ import annotations

__version__ = "0.1.0"
