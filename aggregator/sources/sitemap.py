"""Read sitemaps: url sets and indexes, packed or plain, with or without news titles."""

from __future__ import annotations

import hashlib
import html
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from aggregator.dates import parse_date
from aggregator.errors import ParseError
from aggregator.model import Entry, ParsedFeed
from aggregator.sources.disguise import find_disguise
from aggregator.text.decode import decode, stated_charset
from aggregator.urls import canonical_url, is_home, resolve_link, same_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.model import FeedTask, Fetched

MOST_BYTES = 20_000_000  # after unpacking; sitemaps.org allows 50 MB, news needs 1
MOST_PARTS = 4  # of an index, read in one visit
_ROOT = re.compile(r"<(?:[\w-]{1,20}:)?(urlset|sitemapindex)[\s>/]")
_OTHER = re.compile(r"<(?:[\w-]{1,20}:)?(rss|feed|RDF|html|error)\b", re.IGNORECASE)
_BARE_AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Parts of an index that list no articles, and those that list the newest.
_NOT_NEWS = re.compile(
    r"categor|kategori|\btags?\b|etiket|author|yazar|video|image|resim|foto|galer"
    r"|\bpages?\b|page-sitemap|sayfa|taxonom|user|static|sabit",
    re.IGNORECASE,
)
_NEWS = re.compile(r"news|haber|xeber|latest|gunluk|son-", re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_/.]?(0?[1-9]|1[0-2])?(?!\d)")


@dataclass(frozen=True, slots=True)
class _Item:
    """One <url> or <sitemap>, as written."""

    link: str
    title: str = ""
    published: str = ""
    changed: str = ""
    language: str = ""


def parse(fetched: Fetched, task: FeedTask, now: datetime) -> ParsedFeed:
    """Read a sitemap into entries, or an index into the parts worth reading (`more`).

    A plain sitemap gives addresses and the time of their last change; titles and dates
    of publication come from a news sitemap only. Each address is one entry; its key is
    the canonical address. Items that the task knows are counted, not returned.

    Raises:
        ParseError: it is no sitemap; the message says what it is.
    """
    body, cut = _unpack(fetched.body)
    decoded = decode(
        body,
        declared=stated_charset(fetched.content_type),
        override=task.feed.encoding,
        language=task.feed.language,
    )
    text = decoded.text.lstrip("\ufeff")
    notes = tuple(filter(None, (decoded.note, cut)))
    if links := _text_links(text):
        items = [_Item(link) for link in links]
        return _as_feed(items, fetched, task, now, ("sitemap-text", "utf-8", notes))
    found = _ROOT.search(text)
    if not found:
        raise _not_a_sitemap(text, fetched.url)
    try:
        items = list(_read(text[found.start() :]))
    except _damage() as error:
        raise ParseError(f"a broken sitemap: {error}", url=fetched.url) from error
    if found[1] == "sitemapindex":
        parts = _choose_parts(items, fetched.url, task.feed.timezone, now)
        if not parts:
            raise ParseError("a sitemap index without sitemaps", url=fetched.url)
        return ParsedFeed(
            entries=(),
            total=0,
            form="sitemapindex",
            encoding=decoded.encoding,
            notes=notes,
            more=parts,
        )
    return _as_feed(items, fetched, task, now, ("sitemap", decoded.encoding, notes))


# -- bytes to items --------------------------------------------------------------------


def _unpack(body: bytes) -> tuple[bytes, str]:
    """Return the plain bytes, at most MOST_BYTES, and a note when that cut them."""
    if body[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(wbits=31)
        try:
            body = unpacker.decompress(body, MOST_BYTES + 1)
        except zlib.error as error:
            raise ParseError(f"a broken gzip file: {error}") from error
    if len(body) > MOST_BYTES:
        return body[:MOST_BYTES], f"longer than {MOST_BYTES} bytes, cut"
    return body, ""


def _text_links(text: str) -> list[str]:
    """Return the addresses of a text sitemap; nothing if it is something else."""
    if not text[:200].lstrip().startswith(("http://", "https://")):
        return []
    return [line.strip() for line in text.splitlines() if line.strip()]


def _not_a_sitemap(text: str, url: str) -> ParseError:
    if disguise := find_disguise(text):
        message = disguise.message.replace("not a feed", "not a sitemap")
        return ParseError(message, url=url, state=disguise.state)
    if other := _OTHER.search(text[:5000]):
        kind = {"rss": "an RSS feed", "feed": "an Atom feed", "rdf": "an RSS 1.0 feed"}
        what = kind.get(other[1].lower(), f"a <{other[1]}> document")
        hint = ": use kind: feed" if other[1].lower() in kind else ""
        return ParseError(f"{what}, not a sitemap{hint}", url=url)
    if text.lstrip().startswith(("{", "[")):
        return ParseError("JSON, not a sitemap", url=url)
    return ParseError("neither urlset nor sitemapindex in it: not a sitemap", url=url)


def _damage() -> tuple[type[Exception], ...]:
    from lxml import etree  # noqa: PLC0415 - loaded when a sitemap is read

    return (etree.XMLSyntaxError, ValueError)


def _read(text: str) -> Iterator[_Item]:
    """Stream the items. What stands before the root, a DTD too, was cut off already."""
    from lxml import etree  # noqa: PLC0415 - loaded when a sitemap is read

    clean = _BARE_AMPERSAND.sub("&amp;", _CONTROL.sub("", text))
    stream = etree.iterparse(
        BytesIO(clean.encode("utf-8", "replace")),
        events=("end",),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        encoding="utf-8",
    )
    for _event, element in stream:
        if _local(element.tag) in ("url", "sitemap"):
            if item := _item(element):
                yield item
            element.clear()
            while (before := element.getprevious()) is not None:
                element.getparent().remove(before)


def _local(tag: object) -> str:
    return re.split("[}:]", tag)[-1].lower() if isinstance(tag, str) else ""


def _item(element: object) -> _Item | None:
    fields: dict[str, str] = {}
    for child in element.iter():  # type: ignore[attr-defined]  # lxml has no types
        tag = child.tag if isinstance(child.tag, str) else ""
        # image:loc, video:title and their like describe no article.
        if child.text and not re.search("image|video|mobile", tag.rpartition("}")[0]):
            fields.setdefault(_local(tag), " ".join(child.text.split()))
    # Some put the address straight into <url> or <sitemap>.
    link = fields.get("loc") or fields.get(_local(element.tag), "")  # type: ignore[attr-defined]  # lxml has no types
    if not link:
        return None
    return _Item(
        html.unescape(link),
        html.unescape(fields.get("title", "")),
        fields.get("publication_date", ""),
        fields.get("lastmod", ""),
        fields.get("language", ""),
    )


# -- items to entries ------------------------------------------------------------------


def _as_feed(
    items: list[_Item],
    fetched: Fetched,
    task: FeedTask,
    now: datetime,
    about: tuple[str, str, tuple[str, ...]],
) -> ParsedFeed:
    form, encoding, notes = about
    # A generator that stamps all addresses with its own time says nothing of edits.
    stamped = len(items) > 9 and len({item.changed for item in items}) == 1
    entries: dict[str, Entry] = {}
    for item in items:
        link = resolve_link(item.link, fetched.url)
        if link is None or is_home(link):
            continue
        entry = _entry(item, link, task.feed.timezone, now, trusts_change=not stamped)
        entries.setdefault(entry.key, entry)
    if not entries and items:
        notes += (f"none of {len(items)} addresses can be an article",)
    new = tuple(e for e in entries.values() if e.item_hash not in task.known_items)
    return ParsedFeed(
        entries=new,
        total=len(entries),
        known=len(entries) - len(new),
        form=form,
        encoding=encoding,
        notes=notes,
    )


def _entry(
    item: _Item, link: str, timezone: str, now: datetime, *, trusts_change: bool
) -> Entry:
    changed = item.changed if trusts_change else ""
    raw = item.published or changed
    key = canonical_url(link)
    stated = "\0".join((key, item.title, item.published, changed))
    return Entry(
        key=key,
        item_hash=hashlib.blake2b(stated.encode(), digest_size=8).hexdigest(),
        url=link,
        title=item.title,
        published_at=parse_date(raw, timezone=timezone, now=now),
        date_raw=raw,
        date_is_change=bool(raw) and not item.published,
        language=item.language.lower() or None,
    )


# -- the parts of an index -------------------------------------------------------------


def _choose_parts(
    items: list[_Item], base: str, timezone: str, now: datetime
) -> tuple[str, ...]:
    """Return MOST_PARTS parts worth reading: news first, then the newest."""
    parts: dict[str, _Item] = {}
    for item in items:
        link = resolve_link(item.link, base)
        if link and same_site(link, base):
            parts.setdefault(link, item)
    articles = {u: p for u, p in parts.items() if not _NOT_NEWS.search(u)} or parts

    def rank(link: str) -> tuple[bool, datetime, list[int]]:
        changed = parse_date(articles[link].changed, timezone=timezone, now=now)
        numbers = [int(n) for n in re.findall(r"\d{1,9}", link)]
        return bool(_NEWS.search(_path(link))), changed or _month(link), numbers

    return tuple(sorted(articles, key=rank, reverse=True)[:MOST_PARTS])


def _path(link: str) -> str:
    return link.split("/", 3)[-1]


def _month(link: str) -> datetime:
    """Return the month in a part's address, the year 1 for none."""
    found = _MONTH.search(_path(link))
    if not found:
        return datetime.min.replace(tzinfo=UTC)
    return datetime(int(found[1]), int(found[2] or 1), 1, tzinfo=UTC)
