"""Showing text of the press: escaped always, with hits inside <mark>.

Nothing else in the desk makes text safe for HTML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from aggregator.browse.interface import iso

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aggregator.browse.interface import Interface

Span = tuple[int, int]


def mark_spans(text: str, spans: Iterable[Span]) -> Markup:
    """Return text with the spans (offsets into it) marked; overlaps are joined."""
    parts: list[str] = []
    at = 0
    for start, end in _joined(spans, len(text)):
        parts += (escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>")
        at = end
    return Markup("".join((*parts, escape(text[at:]))))  # noqa: S704 - each is escaped


def mark_words(text: str, words: Iterable[str]) -> Markup:
    """Return text with every whole occurrence of the words, as written, marked."""
    return mark_spans(text, find_words(text, words))


def find_words(text: str, words: Iterable[str]) -> list[Span]:
    """Return where the words stand in the text, letter for letter."""
    choices = sorted({word for word in words if word}, key=len, reverse=True)
    if not choices:
        return []
    pattern = "|".join(map(re.escape, choices))
    return [m.span() for m in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text)]


def marked_paragraphs(text: str, spans: Iterable[Span]) -> list[Markup]:
    """Return the paragraphs of a text, with the spans of the whole text marked."""
    joined = _joined(spans, len(text))
    found: list[Markup] = []
    for match in re.finditer(r"[^\n]+", text):
        start, end = match.span()
        inside = [
            (max(a, start) - start, min(b, end) - start)
            for a, b in joined
            if a < end and b > start
        ]
        if match.group().strip():
            found.append(mark_spans(match.group(), inside))
    return found


def time_tag(ui: Interface, at: datetime, text: str) -> Markup:
    """Return a time as a page shows it: some words, and the exact time on demand."""
    title, shown = escape(ui.exact(at)), escape(text)
    # A list of feeds has hundreds: Markup.format takes five times as long.
    return Markup(  # noqa: S704 - every part is escaped, or a time in digits
        f'<time datetime="{iso(at)}" title="{title}">{shown}</time>'
    )


def snippet_around(text: str, spans: list[Span], width: int = 260) -> Markup:
    """Return some words of a text round its first hit, with all hits in it marked."""
    if not spans:
        cut = text[:width]
        return escape(cut if cut == text else _to_word(cut) + " …")
    first = spans[0][0]
    start = max(0, first - width // 3)
    if start:
        start = text.find(" ", start, first) + 1 or start
    end = min(len(text), start + width)
    if end < len(text):
        end = max(text.rfind(" ", spans[0][1], end), spans[0][1])
    inside = [(a - start, b - start) for a, b in spans if a >= start and b <= end]
    body = mark_spans(text[start:end].replace("\n", " "), inside)
    before, behind = "… " if start else "", " …" if end < len(text) else ""
    return before + body + behind


def _to_word(text: str) -> str:
    return text.rsplit(" ", 1)[0]


def _joined(spans: Iterable[Span], length: int) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        begin, stop = max(0, start), min(length, end)
        if begin >= stop:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((begin, stop))
    return found
