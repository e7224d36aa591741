"""Which links of a listing page are its entries, and what belongs to each."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from aggregator.errors import ParseError
from aggregator.sources.listing.page import Item, Page, plain_text, select
from aggregator.text.jsonld import text_of, types_of
from aggregator.urls import canonical_url, is_home, resolve_link, same_site

_HIGHEST = 6  # levels from a link to the box that holds its date and lead
_FEWEST_LISTED = 3  # items that make a JSON-LD ItemList or a guess believable
_FURNITURE = frozenset(("nav", "footer", "aside"))


def find_items(page: Page) -> list[Item]:
    """Return the items in the page's order: by its rule, else by what it states.

    Raises:
        ParseError: the rule is no selector or pattern.
    """
    rule = page.rule
    if rule.item:
        return _by_selector(page, rule.item)
    if rule.link:
        return _boxed(_matching(page, rule.link))
    listed = _listed(page)
    return listed if len(listed) >= _FEWEST_LISTED else _guessed(page)


def _is_pattern(link: str) -> bool:
    return link.startswith(("/", "^", "http"))


def _matcher(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ParseError(f"list: {pattern!r} is no pattern: {error}") from error


def _fits(pattern: re.Pattern[str], url: str) -> bool:
    """Match the address, its path, or its path with query, as written or decoded."""
    if pattern.pattern.startswith(("http", "^http")):
        return bool(pattern.search(url))
    parts = urlsplit(url)
    full = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return any(pattern.search(p) for p in (parts.path, full, unquote(parts.path)))


def _address(anchor: Any, page: Page) -> str | None:
    href = anchor.get("href", "").strip()
    if not href or href.startswith("#"):
        return None
    link = resolve_link(href, page.base)
    return link.partition("#")[0] if link and not is_home(link) else None


def _matching(page: Page, link: str) -> list[tuple[str, Any]]:
    """Return (address, anchor) for each link that the rule means."""
    if _is_pattern(link):
        pattern = _matcher(link)
        pairs = [(_address(a, page), a) for a in page.tree.iter("a")]
        return [(url, a) for url, a in pairs if url and _fits(pattern, url)]
    pairs = [(_address(a, page), a) for a in select(page.tree, link)]
    return [(url, a) for url, a in pairs if url]


def _by_selector(page: Page, selector: str) -> list[Item]:
    items = []
    for box in select(page.tree, selector):
        anchors = [a for a in box.iter("a") if _address(a, page)]
        if box.tag != "a" and not anchors:  # the whole item inside of a link
            anchors = [a for a in box.iterancestors("a") if _address(a, page)][:1]
        chosen = _chosen_link(page, box, anchors)
        if chosen is not None and (url := _address(chosen, page)):
            same = [a for a in anchors if _address(a, page) == url]
            items.append(Item(url, box, same or [chosen]))
    return items


def _chosen_link(page: Page, box: Any, anchors: list[Any]) -> Any:
    """Return the link of an item: the rule's, else the one with the longest text."""
    link = page.rule.link
    if link and _is_pattern(link):
        pattern = _matcher(link)
        fitting = [a for a in anchors if _fits(pattern, _address(a, page) or "")]
        return fitting[0] if fitting else None
    if link:
        found = select(box, link)
        found += [a for one in found for a in one.iter("a") if a is not one]
        return next((a for a in found if _address(a, page)), None)
    return max(anchors, key=lambda a: len(plain_text(a)), default=None)


def _boxed(pairs: Iterable[tuple[str, Any]]) -> list[Item]:
    """Give each address the largest element that holds no other of the addresses."""
    items: dict[str, Item] = {}
    inside: dict[Any, set[str]] = defaultdict(set)
    for url, anchor in pairs:
        item = items.setdefault(canonical_url(url), Item(url))
        item.anchors.append(anchor)
        for ancestor in anchor.iterancestors():
            inside[ancestor].add(item.url)
    for item in items.values():
        # The anchor with the title, not the one round the picture, is climbed from.
        item.box = max(item.anchors, key=lambda a: len(plain_text(a)))
        for level, ancestor in enumerate(item.box.iterancestors()):
            if level >= _HIGHEST or len(inside[ancestor]) > 1:
                break
            if ancestor.tag in ("body", "main", "html"):
                break
            item.box = ancestor
    return list(items.values())


def _listed(page: Page) -> list[Item]:
    """Return the items of the page's JSON-LD ItemLists that are articles here."""
    items = []
    for value in page.linked:
        rows = value.get("itemListElement")
        if "ItemList" in types_of(value) and isinstance(rows, list):
            items += [_listed_item(row, page) for row in rows]
    return [item for item in items if item is not None]


def _listed_item(row: object, page: Page) -> Item | None:
    """Read a row of an ItemList; None: no article, or one without a title."""
    row = row if isinstance(row, dict) else {}
    about = row.get("item", row)
    about = {"url": about} if isinstance(about, str) else about
    if not isinstance(about, dict) or not (link := text_of(about.get("url"))):
        return None
    title = text_of(about.get("headline")) or text_of(about.get("name"))
    title = title or text_of(row.get("name"))
    url = resolve_link(link, page.base)
    if not title or url is None or is_home(url) or not same_site(url, page.base):
        return None
    return Item(url, title=title, date=_stated_date(about))


def _stated_date(about: dict[str, Any]) -> str:
    return text_of(about.get("datePublished")) or text_of(about.get("dateCreated"))


def _guessed(page: Page) -> list[Item]:
    """Return the links of the shape that most links with a title's text have."""
    groups: dict[tuple[bool, str], list[tuple[str, Any]]] = defaultdict(list)
    for anchor in page.tree.iter("a"):
        url = _address(anchor, page)
        if not url or not same_site(url, page.base) or _in_furniture(anchor):
            continue
        dated, last = _shape(url)
        if dated or last != "word":
            groups[dated, last].append((url, anchor))

    def weight(pairs: list[tuple[str, Any]]) -> int:
        words: Counter[str] = Counter()
        for url, anchor in pairs:
            words[url] = max(words[url], min(len(plain_text(anchor).split()), 12))
        return sum(n for n in words.values() if n > 3)

    best = max(groups.values(), key=weight, default=[])
    items = _boxed(best)
    return items if weight(best) and len(items) >= _FEWEST_LISTED else []


def _in_furniture(anchor: Any) -> bool:
    return any(a.tag in _FURNITURE for a in anchor.iterancestors())


def _shape(url: str) -> tuple[bool, str]:
    """Say whether a path has a number of its own, and what kind its last part is.

    /haber/liman-acildi-101 and /spor/mac-102 are alike, /kategori/spor is another.
    """
    address = urlsplit(url)
    parts = address.path.strip("/").split("/")
    last = parts[-1]
    if "." in last and re.search(r"\d{2}", address.query):
        kind = f"{last}?"  # haber_oku.asp?id=2207
    elif last.isdigit():
        kind = "number"
    elif last.count("-") > 1 or re.search(r"-\d{2,}|\d{3,}\.|[_-][0-9a-f]{8}", last):
        kind = "slug"
    else:
        kind = "word"
    return any(part.isdigit() for part in parts[:-1]), kind
