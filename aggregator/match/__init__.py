"""Watchlists: names and phrases in every form, queries over them, search on the desk."""

from __future__ import annotations

from aggregator.match.engine import find

__all__ = ["find"]
