"""A page's bytes as what the rules look at: its tree, its meta data, its JSON-LD."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from aggregator.errors import ScrapeError
from aggregator.text import fold_key
from aggregator.text.decode import decode
from aggregator.text.jsonld import read_objects, text_of, types_of
from aggregator.urls import canonical_url, resolve_link

MOST_CHARACTERS = 1_500_000  # of markup read; the longest real page seen has 450,000
_SCRIPTS = re.compile(
    r"<(script|style|svg)\b(?![^>]*(?:ld\+json|__NEXT_DATA__)).*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
_ARTICLE_TYPES = re.compile(
    r"(?:News|Report|Analysis|Opinion|Review|Background|AskPublic|Satirical|Tech|Social"
    r"|Scholarly|Live|Advertiser)?\w*(?:Article|BlogPosting|Report|BlogPost|Posting)"
)
_BLOCKS = frozenset(
    (
        *("p", "div", "section", "article", "main", "li", "ul", "ol", "h1", "h2", "h3"),
        *("h4", "h5", "h6", "tr", "table", "blockquote", "pre", "dl", "dt", "dd", "br"),
        *("header", "footer", "aside", "nav", "figure", "figcaption", "td", "th", "hr"),
    )
)
_UNREAD = frozenset(
    (
        *("script", "style", "noscript", "template", "svg", "button", "select"),
        *("iframe", "video", "audio", "object", "textarea", "figcaption"),
    )
)
# Elements whose text is no part of what a page is about.
FURNITURE = frozenset(("nav", "footer", "aside", "script", "style", "option"))
_BOLD_SPACE = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What is known of a page before it is read.

    now: aware UTC; None: dates are not bounded from above and relative ones are not
    read. body, remove: the feed's CSS rules. encoding: the feed's, see `text.decode`.
    boilerplate: line hashes that are furniture on this host.
    """

    now: datetime | None = None
    body: str | None = None
    remove: tuple[str, ...] = ()
    encoding: str | None = None
    boilerplate: frozenset[str] = frozenset()


@dataclass(slots=True)
class Page:
    """A parsed page. tree is lxml's; meta keys are in lower case, the first value wins.

    article: the JSON-LD object of the story, {} for none.
    """

    url: str
    tree: Any
    text: str
    encoding: str
    language: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    linked: list[dict[str, Any]] = field(default_factory=list)
    article: dict[str, Any] = field(default_factory=dict)


def read_page(
    body: bytes, url: str, charset: str | None, language: str | None, known: PageContext
) -> Page:
    """Decode and parse a page.

    Raises:
        ScrapeError: the bytes are no page.
    """
    from lxml import etree, html  # noqa: PLC0415 - loaded when a page is read

    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise ScrapeError("an empty page")
    if kind := _other_kind(body):
        raise ScrapeError(f"{kind}, not a page")
    decoded = decode(body, declared=charset, override=known.encoding, language=language)
    text = decoded.text
    if len(text) > MOST_CHARACTERS:
        text = _SCRIPTS.sub(" ", text)[:MOST_CHARACTERS]
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ScrapeError(f"no HTML: {error}") from error
    if tree.find("body") is None:
        raise ScrapeError("no HTML: there is no body")
    page = Page(url, tree, text, decoded.encoding)
    page.meta = _read_meta(tree)
    scripts = tree.xpath("//script[contains(@type, 'ld+json')]/text()")
    page.linked = read_objects(scripts)
    page.article = _choose_article(page)
    page.language = _language(page, language)
    return page


def select(element: Any, selector: str) -> list[Any]:
    """Return what a CSS selector of feeds.yaml finds.

    Raises:
        ScrapeError: it is no selector.
    """
    from cssselect import HTMLTranslator, SelectorError  # noqa: PLC0415 - as lxml

    try:
        return list(element.xpath(HTMLTranslator().css_to_xpath(selector)))
    except SelectorError as error:
        raise ScrapeError(f"{selector!r} is no CSS selector: {error}") from error


def inline_text(element: Any) -> str:
    """Return an element's text as one line."""
    return " ".join(" ".join(_pieces(element)).split())


def block_text(element: Any) -> str:
    """Return an element's text, one line a block, without scripts and forms."""
    lines = "".join(_pieces(element, breaks=True)).split("\n")
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


@lru_cache(maxsize=2048)  # each line is asked for three times
def squeeze(text: str) -> str:
    """Return the letters and digits of a text, folded, to compare for presence."""
    return re.sub(r"[\W_]+", "", fold_key(text))


def in_furniture(element: Any) -> bool:
    """Say whether an element is part of a menu, a footer or a box aside."""
    return element.tag in FURNITURE or any(
        a.tag in FURNITURE for a in element.iterancestors()
    )


def _pieces(element: Any, *, breaks: bool = False) -> list[str]:
    """Collect the pieces of text without recursion: pages nest deeply."""
    pieces: list[str] = []
    skipped = 0
    from lxml import etree  # noqa: PLC0415 - as above

    for event, one in etree.iterwalk(element, events=("start", "end")):
        unread = one.tag in _UNREAD and one is not element
        if event == "start":
            if breaks and one.tag in _BLOCKS:
                pieces.append("\n")
            skipped += unread
            if not skipped and one.text:
                pieces.append(_BOLD_SPACE.sub(" ", one.text.replace("\n", " ")))
            continue
        skipped -= unread
        if breaks and one.tag in _BLOCKS:
            pieces.append("\n")
        if one is not element and not skipped and one.tail:
            pieces.append(_BOLD_SPACE.sub(" ", one.tail.replace("\n", " ")))
    return pieces


def _other_kind(body: bytes) -> str:
    """Name what is plainly something else than HTML."""
    head = body[:1024].lstrip(b"\0 \t\r\n\xef\xbb\xbf")
    for start, kind in (
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"PK\x03\x04", "a ZIP or Office file"),
        (b"\x1f\x8b", "a packed file"),
        (b"<rss", "a feed"),
        (b"<feed", "a feed"),
    ):
        if head.startswith(start):
            return kind
    if head.startswith((b"{", b"[")) and b"<" not in body[:4096]:
        return "JSON"
    wide = body.startswith((b"\xff\xfe", b"\xfe\xff")) or head.startswith(b"<")
    if not wide and body[:1024].count(b"\0") > 16:
        return "binary data"
    return ""


def _read_meta(tree: Any) -> dict[str, str]:
    meta: dict[str, str] = {}
    for one in tree.iter("meta"):
        name = one.get("property") or one.get("name") or one.get("itemprop")
        content = " ".join((one.get("content") or "").split())
        if name and content:
            meta.setdefault(name.strip().lower(), content)
    return meta


def _choose_article(page: Page) -> dict[str, Any]:
    """Return the Article whose address or headline fits and that says most."""
    found = [
        value
        for value in page.linked
        if any(_ARTICLE_TYPES.fullmatch(t) for t in types_of(value))
    ]
    here = canonical_url(page.url)
    titles = " ".join(page.tree.xpath("//title//text() | //h1//text()"))
    shown = squeeze(titles + page.meta.get("og:title", ""))

    def fit(value: dict[str, Any]) -> tuple[bool, bool, int]:
        entity = value.get("mainEntityOfPage")
        links = {text_of(value.get("url")), text_of(entity), text_of(value.get("@id"))}
        if isinstance(entity, dict):
            links.add(text_of(entity.get("@id")))
        addresses = (resolve_link(link, page.url) for link in links if link)
        same = any(canonical_url(one) == here for one in addresses if one)
        headline = squeeze(text_of(value.get("headline")))
        return same, bool(headline) and headline in shown, len(value)

    best = max(found, key=fit, default={})
    # Of several, one that fits neither by address nor by headline is another story.
    return best if best and (len(found) == 1 or any(fit(best)[:2])) else {}


def _language(page: Page, given: str | None) -> str:
    stated = page.tree.get("lang") or page.meta.get("og:locale", "")
    stated = stated or text_of(page.article.get("inLanguage"))
    own = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", stated.strip())
    return given or (own[0].lower() if own else "")
