"""JSON Feed (1.0 and 1.1) into entries."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from aggregator.dates import parse_date
from aggregator.errors import ParseError
from aggregator.model import Entry, ParsedFeed
from aggregator.sources.feed.document import hash_item
from aggregator.sources.feed.identity import choose_key, repeated
from aggregator.sources.feed.links import absolute_link
from aggregator.sources.feed.plain import to_line, to_text
from aggregator.text.jsonld import load_json

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import FeedTask


def parse_json(text: str, url: str, task: FeedTask, now: datetime) -> ParsedFeed:
    """Read a JSON Feed; items that the task knows are counted and left out.

    Raises:
        ParseError: JSON, but no JSON Feed; or no JSON at all.
    """
    document = _load(text, url)
    items = [item for item in document["items"] if isinstance(item, dict)]
    trusted = not repeated(_text(item, "id") for item in items)
    entries, known = [], 0
    for item in items:
        entry = _entry(item, url, task, now, trusted=trusted)
        known += entry.item_hash in task.known_items
        if entry.item_hash not in task.known_items:
            entries.append(entry)
    return ParsedFeed(
        entries=tuple(entries),
        total=len(items),
        known=known,
        title=to_line(_text(document, "title")),
        form="json",
        notes=() if trusted else ("repeated guids",),
        older=absolute_link(_text(document, "next_url"), url),
    )


def _load(text: str, url: str) -> dict[str, Any]:
    try:
        document = load_json(text)
    except (ValueError, RecursionError) as error:
        raise ParseError("JSON that is broken", url=url) from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise ParseError("JSON, but no JSON Feed", url=url)
    return document


def _entry(
    item: dict[str, Any], url: str, task: FeedTask, now: datetime, *, trusted: bool
) -> Entry:
    guid = _text(item, "id") or None
    link = next(
        filter(
            None,
            (absolute_link(_text(item, name), url) for name in ("url", "external_url")),
        ),
        None,
    )
    if link is None and guid and "://" in guid:
        link = absolute_link(guid, url)
    title = to_line(_text(item, "title"))
    raw = _text(item, "date_published") or _text(item, "date_modified")
    content = to_text(_text(item, "content_html")) or to_text(
        html.escape(_text(item, "content_text"), quote=False)
    )
    return Entry(
        key=choose_key(guid if trusted else None, link or "", title, raw),
        item_hash=hash_item(json.dumps(item, sort_keys=True).encode()),
        url=link or "",
        guid=guid,
        title=title,
        lead=to_text(html.escape(_text(item, "summary"), quote=False)),
        text=content,
        author=_authors(item),
        published_at=parse_date(raw, timezone=task.feed.timezone, now=now),
        date_raw=raw,
        date_is_change=bool(raw) and not _text(item, "date_published"),
        language=_text(item, "language").partition("-")[0].lower() or None,
    )


def _authors(item: dict[str, Any]) -> str:
    people = item.get("authors")
    listed = [*(people if isinstance(people, list) else []), item.get("author")]
    names = [
        to_line(_text(person, "name")) for person in listed if isinstance(person, dict)
    ]
    return ", ".join(dict.fromkeys(filter(None, names)))


def _text(source: dict[str, Any], name: str) -> str:
    """Return a field as text: ids may be numbers, and anything may be anything."""
    value = source.get(name)
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
