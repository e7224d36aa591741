"""What an item of a listing page says: its title, its date, its lead."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

from aggregator.dates import is_only_date, parse_date
from aggregator.model import Entry
from aggregator.sources.listing.page import Item, Page, plain_text, select
from aggregator.text.decode import drop_control
from aggregator.urls import canonical_url

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MORE = re.compile(
    r"(?:haberin )?devam\w*(?: (?:oku|et)\w*)?|detay\w*|ətraflı|daha ətraflı|oxu\w*"
    r"|tümü\w*|read more|more|continue reading|подробнее|читать\b.*|\W*",
    re.IGNORECASE,
)
_DATE_CLASS = re.compile(r"tarih|date|time|zaman|tarix|saat|datum", re.IGNORECASE)
_DATE_ATTRIBUTES = ("data-date", "data-time", "data-timestamp", "data-published")
_TITLE_CLASS = re.compile(r"baslik|başlık|title|headline|basliq", re.IGNORECASE)
_RELATIVE = re.compile(
    r"(?:bugün|dün|bu gün|dünən|today|yesterday|сегодня|вчера)\b.{0,14}\Z"
    r"|(?:\w{1,9} ){1,4}(?:önce|evvel|əvvəl|qabaq|ago|назад)\Z",
    re.IGNORECASE,
)


def make_entry(item: Item, page: Page, timezone: str, now: datetime) -> Entry:
    """Read an item; timezone: of its dates, now: what `dün` is counted from."""
    title = drop_control(item.title or _title(item, page))
    dates = [item.date] if item.date else _dates(item, page)
    read = [(parse_date(d, timezone=timezone, now=now), d) for d in dates]
    published, raw = next(((at, d) for at, d in read if at), (None, ""))
    key = canonical_url(item.url)
    # Not the date: "5 dakika önce" is another text at each poll, but no edit.
    stated = f"{key}\0{title}"
    return Entry(
        key=key,
        item_hash=hashlib.blake2b(stated.encode(), digest_size=8).hexdigest(),
        url=item.url,
        title=title,
        lead="" if item.box is None else drop_control(_lead(item, title)),
        published_at=published,
        date_raw=raw,
    )


def _title(item: Item, page: Page) -> str:
    if page.rule.title:
        found = select(item.box, page.rule.title)
        return plain_text(found[0]) if found else ""
    for anchor in item.anchors:
        if inner := _heading(anchor):
            return inner
    texts = [_words(a) for a in item.anchors]
    short = [t for t in texts if len(t) < 200 and not _is_label(t)]
    if short:
        return _whole(max(short, key=len), item)
    if outer := _heading(item.box):
        return outer
    return _first_sentence(item) or next(iter(_described(item)), "")


def _words(anchor: Any) -> str:
    """Return a link's text without the date that stands in it."""
    pieces = (" ".join(piece.split()) for piece in anchor.itertext())
    return " ".join(p for p in pieces if p and not _is_dated(p))


def _whole(title: str, item: Item) -> str:
    """Return the title that a list shows only the start of, if an attribute has it."""
    start = title.rstrip(" .…")
    if title.endswith(("...", "…")):
        for text in _described(item):
            if text.startswith(start):
                return text
    return title


def _heading(element: Any) -> str:
    for one in element.iter():
        if one.tag in _HEADINGS or _TITLE_CLASS.search(str(one.get("class", ""))):
            text = plain_text(one)
            if text and not _is_label(text):
                return text
    return ""


def _is_label(text: str) -> bool:
    return bool(_MORE.fullmatch(text)) or is_only_date(text)


def _first_sentence(item: Item) -> str:
    """A link round a whole card: its first piece of text that is no date or label."""
    for anchor in item.anchors:
        for piece in anchor.itertext():
            text = " ".join(piece.split())
            if len(text.split()) > 2 and not _is_label(text):
                return text
    return ""


def _described(item: Item) -> list[str]:
    """Return what the attributes of the links and their pictures say."""
    stated = [
        text
        for anchor in item.anchors
        for text in (
            anchor.get("title", ""),
            *(image.get("alt", "") for image in anchor.iter("img")),
        )
    ]
    return [" ".join(text.split()) for text in stated if text.strip()]


def _dates(item: Item, page: Page) -> list[str]:
    """Return the texts that may be the item's date, likeliest first."""
    if item.box is None:
        return []
    if page.rule.date:
        found = select(item.box, page.rule.date)
        stated = [one.get("datetime", "") for one in found]
        # Day, month and year may stand in nodes of their own.
        return [*filter(None, stated), " ".join(plain_text(one) for one in found)]
    times = [t.get("datetime") or plain_text(t) for t in item.box.iter("time")]
    named = [
        plain_text(e)
        for e in item.box.iter()
        if _DATE_CLASS.search(f"{e.get('class', '')} {e.get('itemprop', '')}")
    ]
    hidden = [e.get(name) for e in item.box.iter() for name in _DATE_ATTRIBUTES]
    times += filter(None, hidden)
    pieces = [p for t in item.box.itertext() if (p := " ".join(t.split()))]
    dated = [
        text
        for place in range(len(pieces))
        for size in (3, 2, 1)  # day, month and year may stand apart
        if len(text := " ".join(pieces[place : place + size])) < 60 and _is_dated(text)
    ]
    before = item.box.getprevious()
    beside = [] if before is None or list(before.iter("a")) else [plain_text(before)]
    return [*times, *named, *dated, *(t for t in beside if _is_dated(t))]


def _is_dated(text: str) -> bool:
    """A piece that is a date and little else: a title may name a day, too."""
    plain = re.sub(r"\A[^\d\W][\w ]{0,24}:", "", text)
    parts = re.split(r"\s[|•·]\s", plain)  # 09:10 | 10.03.2026 | Gündem
    dated = any(is_only_date(part.strip(" |-–[]()")) for part in parts)
    return dated or bool(_RELATIVE.match(text))


def _lead(item: Item, title: str) -> str:
    texts = [plain_text(p) for p in item.box.iter("p")]
    fitting = [t for t in texts if len(t.split()) > 4 and t != title]
    return max(fitting, key=len, default="")
