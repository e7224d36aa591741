"""The words a reader searches for: as the index has them, and where they stand."""

from __future__ import annotations

import re

from aggregator.text.fold import fold_key


def index_text(title: str, lead: str, text: str, language: str) -> str:  # noqa: ARG001
    """Stand-in."""
    return fold_key("\n".join((title, lead, text)))


def search_query(q: str) -> str:
    """Return an FTS5 expression: every word must occur; no MATCH syntax gets in."""
    return " ".join(f'"{word}"' for word in re.findall(r"\w+", fold_key(q)))


def highlight(text: str, q: str) -> list[tuple[int, int]]:
    """Return where the words of a search stand in a text."""
    words = set(re.findall(r"\w+", fold_key(q)))
    return [
        m.span()
        for m in re.finditer(r"\w+", text)
        if any(fold_key(m.group()).startswith(w) for w in words)
    ]
