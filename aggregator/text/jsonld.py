"""Read the JSON-LD of pages as publishers write it: nearly JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_MOST_BYTES = 1_000_000  # of one block; the longest seen on a news page has 80 kB
_MOST_OBJECTS = 2_000
# What hides a script from old browsers stands round it, and semicolons.
_EDGES = " \t\r\n\f\v\xa0\ufeff;"
_OPENING = re.compile(r"<!--|/[/*]\s*<!\[CDATA\[(?:\s*\*/)?|<!\[CDATA\[")
_CLOSING = re.compile(r"(?:-->|(?:/[/*]\s*)?\]\]>(?:\s*\*/)?)\Z")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
# Each escape in turn; its group holds half a character that lacks the other half.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(u[dD][89a-fA-F]\w\w)|.)", re.DOTALL
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def load_json(text: str) -> Any:
    r"""Read JSON without what an emoji that was cut in two leaves of it: "\ud83d".

    No encoding has such halves, so neither the database nor a mail could hold them.

    Raises:
        ValueError, RecursionError: it is no JSON, or nested too deeply.
    """
    if _HALF.search(text):
        text = _ESCAPE.sub(lambda escape: "" if escape[1] else escape[0], text)
    return json.loads(text, strict=False)


def read_objects(blocks: Iterable[str]) -> list[dict[str, Any]]:
    """Return all objects with an @type, outer ones first, in document order.

    What does not parse is left out: 1-2 % of the blocks do not. Lists and @graph are
    flattened.

    Args:
        blocks: the contents of a page's <script type="application/ld+json">.
    """
    found: list[dict[str, Any]] = []
    for block in blocks:
        for value in _walk(_load(block)):
            found.append(value)
            if len(found) >= _MOST_OBJECTS:
                return found
    return found


def types_of(value: dict[str, Any]) -> frozenset[str]:
    """Return the @type of an object, always as a set of bare names."""
    kinds = value.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(str(k).rpartition("/")[2] for k in kinds if k)


def text_of(value: object) -> str:
    """Return the text of a field: a string, or the name, @id or url of an object."""
    if isinstance(value, str):
        return " ".join(html.unescape(value).split())
    if isinstance(value, dict):
        return next(filter(None, (text_of(value.get(k)) for k in _TEXTS)), "")
    if isinstance(value, list):
        return next(filter(None, map(text_of, value)), "")
    return ""


_TEXTS = ("name", "headline", "@id", "url", "@value")


def _load(block: str) -> object:
    block = block[:_MOST_BYTES].strip(_EDGES)
    if opening := _OPENING.match(block):
        block = block[opening.end() :]
    block = _CLOSING.sub("", block).strip(_EDGES)
    for repair in (str, _without_trailing_commas, html.unescape):
        try:
            return load_json(repair(block))
        except (ValueError, RecursionError):
            continue
    return None


def _without_trailing_commas(block: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", block)


def _walk(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 8:
        return
    if isinstance(value, list):
        for one in value:
            yield from _walk(one, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for one in value.values():
            if isinstance(one, (list, dict)):
                yield from _walk(one, depth + 1)
