"""Watchlists: terms in every form, queries over them, and search on the desk."""

from __future__ import annotations

from aggregator.match.engine import find
from aggregator.match.matcher import Matcher, compile_watchlists
from aggregator.match.parsing import check_query, is_open, parse_query
from aggregator.match.search import highlight, index_text, search_query

__all__ = [
    "Matcher",
    "check_query",
    "compile_watchlists",
    "find",
    "highlight",
    "index_text",
    "is_open",
    "parse_query",
    "search_query",
]
