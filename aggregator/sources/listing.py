"""Read a page that lists articles: by the rule of its feed, or by its links alone."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from aggregator.dates import is_only_date, parse_date
from aggregator.errors import ParseError
from aggregator.model import Entry, ListRule, ParsedFeed
from aggregator.sources.disguise import find_refusal
from aggregator.text.decode import decode, stated_charset
from aggregator.text.jsonld import read_objects, text_of, types_of
from aggregator.urls import canonical_url, is_home, safe_link, same_site

if TYPE_CHECKING:
    from aggregator.model import FeedTask, Fetched

_HIGHEST = 6  # levels from a link to the box that holds its date and lead
_FEWEST_LISTED = 3  # items that make a JSON-LD ItemList or a guess believable
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MORE = re.compile(
    r"(?:haberin )?devam\w*(?: (?:oku|et)\w*)?|detay\w*|ətraflı|daha ətraflı|oxu\w*"
    r"|tümü\w*|read more|more|continue reading|подробнее|читать\b.*|\W*",
    re.IGNORECASE,
)
_DATE_CLASS = re.compile(r"tarih|date|time|zaman|tarix|saat|datum", re.IGNORECASE)
_DATE_ATTRIBUTES = ("data-date", "data-time", "data-timestamp", "data-published")
_TITLE_CLASS = re.compile(r"baslik|başlık|title|headline|basliq", re.IGNORECASE)
_FURNITURE = frozenset(("nav", "footer", "aside"))


@dataclass(frozen=True, slots=True)
class _Page:
    """A parsed listing. Elements are lxml's, which ship no types."""

    tree: Any
    base: str
    linked: list[dict[str, Any]]
    rule: ListRule


@dataclass(slots=True)
class _Item:
    """One entry in the making; `box` holds all that belongs to it."""

    url: str
    box: Any = None
    anchors: list[Any] = field(default_factory=list)
    title: str = ""
    date: str = ""


def parse(fetched: Fetched, task: FeedTask, now: datetime) -> ParsedFeed:
    """Read a listing page into entries, in the page's order, each address once.

    With `list.item` each such element is an entry; with only `list.link` each address
    that matches is one. Without a rule a JSON-LD ItemList is taken, else the largest
    group of links that look alike and have titles. Dates are found beside the links
    where no selector says where; `older` is the page's link to the next one.

    Raises:
        ParseError: nothing was found (the rule no longer fits, or it is no listing).
    """
    decoded = decode(
        fetched.body,
        declared=stated_charset(fetched.content_type),
        override=task.feed.encoding,
        language=task.feed.language,
    )
    page = _read_page(decoded.text, fetched.url, task.feed.list or ListRule())
    items = _find_items(page)
    entries: dict[str, Entry] = {}
    for item in items:
        entry = _entry(item, page, task.feed.timezone, now)
        known = entries.get(entry.key)
        if known is None or (not known.title and entry.title):
            entries[entry.key] = entry
    if not entries:
        raise _nothing(decoded.text, page, fetched.url)
    new = tuple(e for e in entries.values() if e.item_hash not in task.known_items)
    return ParsedFeed(
        entries=new,
        total=len(entries),
        known=len(entries) - len(new),
        title=" ".join(page.tree.xpath("string(//title)").split()),
        form="listing",
        encoding=decoded.encoding,
        notes=(decoded.note,) if decoded.note else (),
        older=_next_page(page),
    )


def _read_page(text: str, url: str, rule: ListRule) -> _Page:
    from lxml import etree, html  # noqa: PLC0415 - loaded when a listing is read

    if not text.strip("\ufeff \t\r\n"):
        raise ParseError("empty: the server sent nothing", url=url)
    if found := re.match(r"\s*(?:<\?xml[^>]*>\s*)?<(rss|feed|urlset|rdf:RDF)\b", text):
        raise ParseError(f"a <{found[1]}> document, not a listing page", url=url)
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"no HTML: {error}", url=url) from error
    base = urljoin(url, tree.xpath("string(//base/@href)").strip())
    scripts = tree.xpath("//script[contains(@type, 'ld+json')]/text()")
    return _Page(tree, base, read_objects(scripts), rule)


def _nothing(text: str, page: _Page, url: str) -> ParseError:
    if refusal := find_refusal(text):
        message = refusal.message.replace("not a feed", "not a listing")
        return ParseError(message, url=url, state=refusal.state)
    links = len(page.tree.xpath("//a[@href]"))
    if page.rule.item or page.rule.link:
        what = f"item {page.rule.item!r}" if page.rule.item else ""
        what += f" link {page.rule.link!r}" if page.rule.link else ""
        return ParseError(
            f"no entry: nothing fits {what.strip()} among {links} links", url=url
        )
    return ParseError(f"no entry: {links} links, none like articles", url=url)


def _next_page(page: _Page) -> str | None:
    """Return the address of the next, older page if the page names one."""
    for link in page.tree.xpath("//*[@href][@rel='next' or self::a[@rel='next']]"):
        address = safe_link(urljoin(page.base, link.get("href").strip()))
        if address and same_site(address, page.base):
            return address
    return None


# -- which items there are -------------------------------------------------------------


def _find_items(page: _Page) -> list[_Item]:
    rule = page.rule
    if rule.item:
        return _by_selector(page, rule.item)
    if rule.link:
        return _boxed(_matching(page, rule.link))
    listed = _listed(page)
    return listed if len(listed) >= _FEWEST_LISTED else _guessed(page)


def _select(element: Any, selector: str) -> list[Any]:
    from cssselect import HTMLTranslator, SelectorError  # noqa: PLC0415 - as lxml

    try:
        path = HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        raise ParseError(f"list: {selector!r} is no CSS selector: {error}") from error
    return list(element.xpath(path))


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


def _address(anchor: Any, page: _Page) -> str | None:
    href = anchor.get("href", "").strip()
    if not href or href.startswith("#"):
        return None
    try:
        link = safe_link(urljoin(page.base, href))
    except ValueError:
        return None
    return link.partition("#")[0] if link and not is_home(link) else None


def _matching(page: _Page, link: str) -> list[tuple[str, Any]]:
    """Return (address, anchor) for each link that the rule means."""
    if _is_pattern(link):
        pattern = _matcher(link)
        pairs = [(_address(a, page), a) for a in page.tree.iter("a")]
        return [(url, a) for url, a in pairs if url and _fits(pattern, url)]
    pairs = [(_address(a, page), a) for a in _select(page.tree, link)]
    return [(url, a) for url, a in pairs if url]


def _by_selector(page: _Page, selector: str) -> list[_Item]:
    items = []
    for box in _select(page.tree, selector):
        anchors = [a for a in box.iter("a") if _address(a, page)]
        if box.tag != "a" and not anchors:  # the whole item inside of a link
            anchors = [a for a in box.iterancestors("a") if _address(a, page)][:1]
        chosen = _chosen_link(page, box, anchors)
        if chosen is not None and (url := _address(chosen, page)):
            same = [a for a in anchors if _address(a, page) == url]
            items.append(_Item(url, box, same or [chosen]))
    return items


def _chosen_link(page: _Page, box: Any, anchors: list[Any]) -> Any:
    """Return the link of an item: the rule's, else the one with the longest text."""
    link = page.rule.link
    if link and _is_pattern(link):
        pattern = _matcher(link)
        fitting = [a for a in anchors if _fits(pattern, _address(a, page) or "")]
        return fitting[0] if fitting else None
    if link:
        found = _select(box, link)
        found += [a for one in found for a in one.iter("a") if a is not one]
        return next((a for a in found if _address(a, page)), None)
    return max(anchors, key=lambda a: len(_text(a)), default=None)


def _boxed(pairs: Iterable[tuple[str, Any]]) -> list[_Item]:
    """Give each address the largest element that holds no other of the addresses."""
    items: dict[str, _Item] = {}
    inside: dict[Any, set[str]] = defaultdict(set)
    for url, anchor in pairs:
        item = items.setdefault(canonical_url(url), _Item(url))
        item.anchors.append(anchor)
        for ancestor in anchor.iterancestors():
            inside[ancestor].add(item.url)
    for item in items.values():
        # The anchor with the title, not the one round the picture, is climbed from.
        item.box = max(item.anchors, key=lambda a: len(_text(a)))
        for level, ancestor in enumerate(item.box.iterancestors()):
            if level >= _HIGHEST or len(inside[ancestor]) > 1:
                break
            if ancestor.tag in ("body", "main", "html"):
                break
            item.box = ancestor
    return list(items.values())


def _listed(page: _Page) -> list[_Item]:
    """Return the items of the page's JSON-LD ItemLists that are articles here."""
    items = []
    for value in page.linked:
        rows = value.get("itemListElement")
        if "ItemList" not in types_of(value) or not isinstance(rows, list):
            continue
        for row in rows:
            about = row.get("item", row) if isinstance(row, dict) else {}
            about = {"url": about} if isinstance(about, str) else about
            url = safe_link(urljoin(page.base, text_of(about.get("url"))))
            if url and not is_home(url) and same_site(url, page.base):
                title = text_of(about.get("headline")) or text_of(about.get("name"))
                title = title or text_of(row.get("name"))
                items.append(_Item(url, title=title, date=_stated_date(about)))
    return items


def _stated_date(about: dict[str, Any]) -> str:
    return text_of(about.get("datePublished")) or text_of(about.get("dateCreated"))


def _guessed(page: _Page) -> list[_Item]:
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
            words[url] = max(words[url], min(len(_text(anchor).split()), 12))
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


# -- what an item says -----------------------------------------------------------------


def _entry(item: _Item, page: _Page, timezone: str, now: datetime) -> Entry:
    title = item.title or _title(item, page)
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
        lead="" if item.box is None else _lead(item, title),
        published_at=published,
        date_raw=raw,
    )


def _text(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _title(item: _Item, page: _Page) -> str:
    if page.rule.title:
        found = _select(item.box, page.rule.title)
        return _text(found[0]) if found else ""
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


def _whole(title: str, item: _Item) -> str:
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
            text = _text(one)
            if text and not _is_label(text):
                return text
    return ""


def _is_label(text: str) -> bool:
    return bool(_MORE.fullmatch(text)) or is_only_date(text)


def _first_sentence(item: _Item) -> str:
    """A link round a whole card: its first piece of text that is no date or label."""
    for anchor in item.anchors:
        for piece in anchor.itertext():
            text = " ".join(piece.split())
            if len(text.split()) > 2 and not _is_label(text):
                return text
    return ""


def _described(item: _Item) -> list[str]:
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


def _dates(item: _Item, page: _Page) -> list[str]:
    """Return the texts that may be the item's date, likeliest first."""
    if item.box is None:
        return []
    if page.rule.date:
        found = _select(item.box, page.rule.date)
        stated = [one.get("datetime", "") for one in found]
        # Day, month and year may stand in nodes of their own.
        return [*filter(None, stated), " ".join(_text(one) for one in found)]
    times = [t.get("datetime") or _text(t) for t in item.box.iter("time")]
    named = [
        _text(e)
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
    beside = [] if before is None or list(before.iter("a")) else [_text(before)]
    return [*times, *named, *dated, *(t for t in beside if _is_dated(t))]


def _is_dated(text: str) -> bool:
    """A piece that is a date and little else: a title may name a day, too."""
    plain = re.sub(r"\A[^\d\W][\w ]{0,24}:", "", text)
    parts = re.split(r"\s[|•·]\s", plain)  # 09:10 | 10.03.2026 | Gündem
    dated = any(is_only_date(part.strip(" |-–[]()")) for part in parts)
    return dated or bool(_RELATIVE.match(text))


_RELATIVE = re.compile(
    r"(?:bugün|dün|bu gün|dünən|today|yesterday|сегодня|вчера)\b.{0,14}\Z"
    r"|(?:\w{1,9} ){1,4}(?:önce|evvel|əvvəl|qabaq|ago|назад)\Z",
    re.IGNORECASE,
)


def _lead(item: _Item, title: str) -> str:
    texts = [_text(p) for p in item.box.iter("p")]
    fitting = [t for t in texts if len(t.split()) > 4 and t != title]
    return max(fitting, key=len, default="")
