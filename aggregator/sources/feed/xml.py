"""feedparser's dictionaries into entries; they do not leave this file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from aggregator.dates import parse_date
from aggregator.errors import ParseError
from aggregator.model import Entry
from aggregator.sources.feed.document import Document, Item, hash_item
from aggregator.sources.feed.identity import choose_key, repeated
from aggregator.sources.feed.links import absolute_link, choose_base
from aggregator.sources.feed.plain import to_line, to_text

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import FeedTask

_LONG_WORDS = 120  # a description of so many words is the story, not its lead
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """A feed as feedparser reads it. base: what relative links start from."""

    entries: tuple[dict[str, Any], ...]
    base: str
    title: str
    form: str
    generator: str
    links: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]


def read_skeleton(document: Document, url: str) -> Skeleton:
    """Give the document to feedparser, both of its slow switches off.

    Raises:
        ParseError: feedparser failed on it.
    """
    import feedparser  # noqa: PLC0415 - loaded when there is something to parse

    try:
        result = feedparser.parse(
            BytesIO(document.body),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # it has raised a dozen kinds (polling.md 96)
        raise ParseError(
            f"feedparser failed on it: {type(error).__name__}: {error}"[:300], url=url
        ) from error
    about = _get(result, "feed") or {}
    bozo = _get(result, "bozo_exception") if result.get("bozo") else None
    maker = _get(about, "generator_detail")
    form = str(_get(result, "version") or "")
    found = _get(result, "entries") or []
    if not form and not found and not document.known:
        raise ParseError("XML, but no feed that can be read", url=url)
    links = tuple(link for link in _get(about, "links") or () if isinstance(link, dict))
    notes = () if bozo is None or document.notes else (f"odd: {bozo!r}"[:120],)
    return Skeleton(
        entries=tuple(found),
        base=choose_base(url, _string(about, "link")),
        title=to_line(_string(about, "title")),
        form=form,
        generator=f"{_string(about, 'generator')} {_string(maker, 'href')}",
        links=links,
        notes=notes,
    )


def read_entries(
    skeleton: Skeleton, document: Document, task: FeedTask, now: datetime
) -> tuple[tuple[Entry, ...], int]:
    """Return the entries that are not known, and how many of the document are.

    Where the pass before feedparser saw no items, an item's hash is that of the fields
    that are used of it.
    """
    items = document.items
    if items is None:
        items = tuple(
            Item(_hash_fields(source), _string(source, "id") or None)
            for source in skeleton.entries
        )
    guids = document.guids or tuple(item.guid for item in items)
    trusted = not repeated(guids)
    entries: dict[str, Entry] = {}
    known = document.known
    for source, item in zip(skeleton.entries, items, strict=True):
        if item.hash in task.known_items:
            known += 1
            continue
        entry = _entry(source, item, skeleton, task, now, trusted=trusted)
        twin = entries.get(entry.key)
        if twin is not None and twin.title != entry.title:
            # One address for several items: a front page, or a live ticker.
            key = choose_key(None, "", entry.title, entry.date_raw)
            entry = replace(entry, key=key)
        entries.setdefault(entry.key, entry)
    return tuple(entries.values()), known


def guids_repeat(skeleton: Skeleton, document: Document) -> bool:
    """Say whether the document's guids are worthless (polling.md 68)."""
    guids = document.guids or [_string(s, "id") or None for s in skeleton.entries]
    return repeated(guids)


def _entry(
    source: dict[str, Any],
    item: Item,
    skeleton: Skeleton,
    task: FeedTask,
    now: datetime,
    *,
    trusted: bool,
) -> Entry:
    url = _link(source, item.guid, skeleton.base) or ""
    title = to_line(_string(source, "title"))
    published_at, raw, is_change = _date(source, skeleton.form, task, now)
    lead, text = _lead_and_text(source)
    language = _string(source, "language") or _string(source, "dc_language")
    return Entry(
        key=choose_key(item.guid if trusted else None, url, title, raw),
        item_hash=item.hash,
        url=url,
        guid=item.guid,
        title=title,
        lead=lead,
        text=text,
        author=_author(source),
        published_at=published_at,
        date_raw=raw,
        date_is_change=is_change,
        language=language.partition("-")[0].lower() or None,
    )


def _link(source: dict[str, Any], guid: str | None, base: str) -> str | None:
    """Return the article's address: behind FeedBurner's detour, else link, else id."""
    link = _string(source, "link")
    # feedparser takes any guid for a link: "slug-3" is none (polling.md 70).
    if link == guid and "://" not in link and not link.startswith("/"):
        link = ""
    others = [
        str(other.get("href") or "")
        for other in _get(source, "links") or ()
        if isinstance(other, dict) and other.get("rel") in {"alternate", "related"}
    ]
    permalink = guid if guid and guid.startswith(("http://", "https://")) else ""
    for choice in (_string(source, "feedburner_origlink"), link, *others, permalink):
        if address := absolute_link(choice, base):
            return address
    return None


def _date(
    source: dict[str, Any], form: str, task: FeedTask, now: datetime
) -> tuple[datetime | None, str, bool]:
    """Return the date, as written, and whether it is only that of the last change.

    dc:date arrives as `updated` (polling.md 82); only in Atom does that mean a change.
    feedparser's own reading is not used: it is wrong silently (polling.md 74-76).
    """
    first_raw = ""
    for name in ("published", "created", "updated"):
        raw = _string(source, name)
        first_raw = first_raw or raw
        moment = parse_date(raw, timezone=task.feed.timezone, now=now) if raw else None
        if moment is not None:
            return moment, raw, name == "updated" and form.startswith("atom")
    return None, first_raw, False


def _lead_and_text(source: dict[str, Any]) -> tuple[str, str]:
    contents = [
        to_text(_string(content, "value"))
        for content in _get(source, "content") or ()
        if isinstance(content, dict)
    ]
    text = max(contents, key=len, default="")
    lead = to_text(_string(source, "summary"))
    if not text and len(lead.split()) >= _LONG_WORDS:
        return "", lead
    return ("", text) if lead == text else (lead, text)


def _author(source: dict[str, Any]) -> str:
    """Return the names of the authors; an address alone is none."""
    people = [p for p in _get(source, "authors") or () if isinstance(p, dict)]
    names = [_string(person, "name") for person in people] or [
        _string(source, "author")
    ]
    clean = (_ADDRESS.sub("", to_line(name)).strip(" ()<>,") for name in names)
    return ", ".join(dict.fromkeys(filter(None, clean)))


def _hash_fields(source: dict[str, Any]) -> str:
    names = ("id", "link", "title", "summary", "content", "published", "updated")
    return hash_item(repr([_get(source, name) for name in names]).encode())


def _get(source: Any, name: str) -> Any:
    """Read a field without feedparser's substitutes (updated for published ...)."""
    return dict.get(source, name) if isinstance(source, dict) else None


def _string(source: Any, name: str) -> str:
    value = _get(source, name)
    return value.strip() if isinstance(value, str) else ""
