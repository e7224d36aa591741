"""The words a reader searches for: as the index has them, and where they stand."""

from __future__ import annotations

import re


def search_query(q: str) -> str:
    """Return an FTS5 expression: every word must occur; no MATCH syntax gets in."""
    return " ".join(f'"{word}"' for word in re.findall(r"\w+", q))


def highlight(text: str, q: str) -> list[tuple[int, int]]:
    """Return where the words of a search stand in a text."""
    words = [re.escape(word) for word in re.findall(r"\w+", q)]
    if not words:
        return []
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\w*", re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)]
