"""Title, author, date and addresses of an article, from what its page states."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from aggregator.dates import is_only_date, parse_date
from aggregator.extract.agency import find_agency, is_agency
from aggregator.extract.page import inline_text, squeeze
from aggregator.text import fold_key
from aggregator.text.jsonld import text_of
from aggregator.urls import is_home, safe_link, same_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.extract.page import Page

_SEPARATORS = re.compile(r"\s+[|»·•–—-]\s+|\s*[|»]\s*")
_NO_CLOCK = datetime(2100, 1, 1, tzinfo=UTC)  # stands for `now` where it is not known
_DATE_METAS = (
    *("article:published_time", "og:article:published_time", "datepublished"),
    *("og:published_time", "publishdate", "publish-date", "pubdate", "pub_date"),
    *("dc.date.issued", "dc.date.created", "dc.date", "dcterms.created", "date"),
    *("parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime"),
    *("datecreated", "article.published", "publication_date", "publisheddate"),
)
_AUTHOR_METAS = ("author", "article:author", "dc.creator", "parsely-author", "byl")
_AUTHOR_MARK = re.compile(
    r"(?:^|[\s_-])(?:author(?![\s_-]*(?:contact|desc|bio|avatar|social))|yazar|byline|muhabir|muxbir|editor|kaynak|muellif)"
    r"(?:[\s_-]?(?:name|adi|ad|isim|link))?(?:$|[\s_-])"
)
_TITLE_MARK = re.compile(r"(?:^|[\s_-])(?:title|baslik|headline|basliq)(?:$|[\s_-])")
_BY = re.compile(
    r"\A(?:haber|muhabir|yazar|editör|kaynak|müəllif|автор|текст|by|autor|yazan)\s*:\s*"
    r"|\A(?:muhabir|yazar|by|von|yazan)\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"(?i:admin\w*|\w+_?admin|editor|\w+_\w+)")
_CREDITING = re.compile(r"kaynak|source|ajans|muhabir|menbe|источник|haber ?:")
_DATE_MARK = re.compile(r"tarih|date|time|zaman|tarix|saat|publish|yayin|дата|datum")
_PUBLISHED = re.compile(
    r"giris|yayin|yayim|olusturul|eklen?me|published|posted|опубликован|derc"
    r"|(?:haber|duyuru|ilan|bulten|elan|xeber)(?:in)? tari(?:hi|xi)"
)
_UPDATED = re.compile(
    r"(?:son )?guncelle|updated|modified|обновлен|yenilen|duzenle|son degisik"
)
_FURNITURE = frozenset(("nav", "footer", "aside", "script", "style", "option"))
_MOST_PIECES = 5_000  # of text looked at for a date
_LABELLED = 3
_MOST_PARTS = 5  # elements that a date is cut into
_NEAR = 60  # pieces of text from the title in which an unlabelled date is believed


@dataclass(frozen=True, slots=True)
class PageDate:
    """A date and where it came from; published_at None: the page states none."""

    published_at: datetime | None = None
    source: str = ""
    raw: str = ""


# -- title -----------------------------------------------------------------------------


def find_title(page: Page) -> str:
    """Return the headline without the name of the site, '' if there is none."""
    headline = text_of(page.article.get("headline")) or text_of(
        page.article.get("name")
    )
    social = _without_site(page.meta.get("og:title", ""), page)
    social = social or _without_site(page.meta.get("twitter:title", ""), page)
    if headline and not _is_cut(headline, social) and not _is_site(headline, page):
        return _without_site(headline, page)
    heads = [inline_text(h) for h in page.tree.iter("h1")]
    if social and not _is_site(social, page) and not _is_cut(social, *heads):
        return social
    fitting = [h for h in heads if h and not _is_site(h, page)]
    if fitting:
        shown = squeeze(social + page.meta.get("title", "") + _head_title(page))
        return next((h for h in fitting if squeeze(h) in shown), fitting[0])
    stated = social or _without_site(_head_title(page), page)
    return _marked_title(page, stated) or stated


def _marked_title(page: Page, stated: str) -> str:
    """Return the headline of a page without h1 whose title names only the site.

    It is the first heading that the address repeats, or where the title is the site's
    name, the first element that is marked as a title.
    """
    slug = squeeze(unquote(urlsplit(page.url).path))
    named = not stated or any(squeeze(stated).startswith(n) for n in site_names(page))
    for one in page.tree.iter("h2", "h3", "h4", "td", "div", "span", "p"):
        heading = one.tag in ("h2", "h3", "h4")
        if not heading and not (named and _is_title_mark(one.get("class"))):
            continue
        text = inline_text(one)
        if not 2 < len(text.split()) < 25 or _in_furniture(one):
            continue
        if squeeze(text) in slug or (named and _is_title_mark(one.get("class"))):
            return text
    return ""


@lru_cache(maxsize=8192)
def _is_title_mark(classes: str | None) -> bool:
    return bool(classes and _TITLE_MARK.search(classes.lower()))


def _head_title(page: Page) -> str:
    return " ".join(page.tree.xpath("string(//title)").split())


def _is_cut(title: str, *longer: str) -> bool:
    """Say whether a title was cut for a machine and a longer one is at hand."""
    start = squeeze(title.rstrip(" .…"))
    ends = title.rstrip().endswith(("...", "…"))
    return any(
        squeeze(one).startswith(start) and len(squeeze(one)) > len(start)
        for one in longer
        if ends or len(title) > 100
    )


def site_names(page: Page) -> set[str]:
    """Return the squeezed names under which the outlet may sign its titles."""
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    names = {
        page.meta.get("og:site_name", ""),
        page.meta.get("application-name", ""),
        text_of(page.article.get("publisher")),
        host,
        host.partition(".")[0],
        ".".join(host.split(".")[:-1]),
    }
    return {squeeze(n) for n in names} - {""}


def _is_site(title: str, page: Page) -> bool:
    return squeeze(title) in site_names(page)


def _without_site(title: str, page: Page) -> str:
    """Cut ` | Site` and ` - Site Haberleri` off the end, `Site: ` off the start."""
    names = site_names(page)
    title = " ".join(title.split())
    while parts := [*_SEPARATORS.finditer(title)]:
        last = parts[-1]
        tail = squeeze(title[last.end() :])
        if not tail or any(tail.startswith(n) or n == tail for n in names):
            title = title[: last.start()].rstrip()
            continue
        first = parts[0]
        if squeeze(title[: first.start()]) in names:
            title = title[first.end() :]
            continue
        break
    return title


# -- author ----------------------------------------------------------------------------


def find_author(page: Page) -> str:
    """Return the names of the authors, comma-separated, '' for none stated."""
    for stated in (
        _names(page.article.get("author")),
        _names(page.article.get("creator")),
        *([_clean_name(page.meta.get(m, ""))] for m in _AUTHOR_METAS),
    ):
        if names := ", ".join(dict.fromkeys(filter(None, stated))):
            own = squeeze(names) in site_names(page)
            return (_byline(page) if own else "") or names
    return _byline(page)


def _names(value: object) -> list[str]:
    if isinstance(value, list):
        return [name for one in value for name in _names(one)]
    if isinstance(value, dict):
        return _names(value.get("name"))
    return [_clean_name(value)] if isinstance(value, str) else []


def _clean_name(name: str) -> str:
    name = re.split(r"\s[·•|]\s", " ".join(name.split()))[0]
    name = _BY.sub("", name).strip(" ,;|-–•")
    if (
        not re.search(r"[^\W\d_]", name)
        or "://" in name
        or "@" in name
        or len(name.split()) > 12
    ):
        return ""
    return "" if is_only_date(name) or _LOGIN.fullmatch(name) else name


def find_credit(page: Page) -> str:
    """Return an agency's name that stands alone on the page or in its meta data."""
    for name in ("articleauthor", "source", "dc.source", "news_source", "copyright"):
        if find_agency("", page.meta.get(name, "")):
            return str(page.meta[name])
    before = ""
    for piece in page.tree.find("body").itertext():
        text = piece.strip()
        if not text or len(text) > 40:
            before = ""
            continue
        if is_agency(text) and (len(text) > 9 or _CREDITING.search(fold_key(before))):
            return str(text)
        before = text
    return ""


def _byline(page: Page) -> str:
    for one in page.tree.iter("a", "span", "div", "p", "strong", "b", "address"):
        if _is_author_mark(one.get("class"), one.get("rel"), one.get("itemprop")):
            name = _clean_name(inline_text(one))
            if name and len(name.split()) < 6 and not _in_furniture(one):
                return name
    return ""


@lru_cache(maxsize=8192)
def _is_author_mark(*marks: str | None) -> bool:
    return bool(_AUTHOR_MARK.search(" ".join(filter(None, marks)).lower()))


# -- date ------------------------------------------------------------------------------


def find_date(page: Page, timezone: str, now: datetime | None) -> PageDate:
    """Return the date of publication: JSON-LD, meta, visible, then htmldate's guess."""
    for source, stated in _stated_dates(page):
        if found := _parse(stated, timezone, now):
            return PageDate(found, source, stated)
    return _guessed_date(page, timezone, now)


def _parse(text: str, timezone: str, now: datetime | None) -> datetime | None:
    found = parse_date(text, timezone=timezone, now=now or _NO_CLOCK)
    # Without a clock `dün` and `6 Ocak` would be counted from the year 2100.
    return None if now is None and found and found.year > 2098 else found


def _stated_dates(page: Page) -> Iterator[tuple[str, str]]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        if stated := text_of(page.article.get(key)):
            yield "json-ld", stated
    for name in _DATE_METAS:
        if stated := page.meta.get(name, ""):
            yield "meta", stated
    for one in page.tree.xpath("//*[@itemprop='datePublished']"):
        yield "meta", one.get("datetime") or one.get("content") or inline_text(one)
    for text in _visible_dates(page):
        yield "visible", text


def _visible_dates(page: Page) -> list[str]:
    """Return the texts that may be the date shown beside the title, likeliest first.

    Many sites show today's date at the top of every page.
    """
    found: list[tuple[int, int, str]] = []
    since_title: int | None = None
    before = ""
    titles = {one for head in page.tree.iter("h1") for one in head.iter()}
    for place, (text, element) in enumerate(islice(_pieces(page.tree), _MOST_PIECES)):
        if element in titles:
            since_title = place
        near = since_title is None or place - since_title < _NEAR
        score = _score(text, before, element, near=near)
        # Over the title only a date with a label is one of the article, or one in a
        # marked place right before it.
        beside = since_title is not None or not titles or _is_before_title(element)
        if score == _LABELLED or (score and beside):
            found.append((-score, place, text))
        if text:
            before = text if len(text) < 40 else ""
    return [text for _score, _place, text in sorted(found)]


def _is_before_title(element: Any) -> bool:
    following = element.getnext()
    return following is not None and following.tag == "h1"


def _pieces(tree: Any) -> Iterator[tuple[str, Any]]:
    """Yield the texts of a page with their elements.

    Day, month and clock may stand in elements of their own: the whole comes first.
    """
    for element in tree.iter():
        stated = element.get("datetime") if element.tag == "time" else None
        if stated:
            yield stated, element
        elif element.tag not in _FURNITURE:
            if 0 < len(element) < _MOST_PARTS and not any(len(e) for e in element):
                yield " ".join(" ".join(element.itertext()).split()), element
            if element.text:
                yield " ".join(element.text.split()), element
        parent = element.getparent()
        if parent is not None and element.tail:
            yield " ".join(element.tail.split()), parent


def _score(text: str, before: str, element: Any, *, near: bool) -> int:
    """Return 3 for a date with a label, 2 in a marked place, 1 for a bare one."""
    if len(text) > 120 or not any(c.isdigit() for c in text):
        return 0
    folded, label = fold_key(text), fold_key(before)
    updated = _UPDATED.match(folded) or _UPDATED.search(label)
    if updated and not _PUBLISHED.search(folded):
        return 0
    named = bool(_PUBLISHED.search(folded) or _PUBLISHED.search(label))
    # 05.04.2025 - Güncelleme: 06.04.2025 · Do 25.04.24 | 14:07 Uhr | Von
    plain = re.split(r"\s*[|•·]\s*", _UPDATED.split(folded)[0])
    bare = any(is_only_date(part.strip(" -–()[]:,")) for part in plain)
    if not (named or bare) or _in_furniture(element):
        return 0
    if named and (bare or _PUBLISHED.match(folded) or len(text) < 60):
        return _LABELLED
    marks = fold_key(f"{element.get('class', '')} {element.get('id', '')}")
    if element.tag == "time" or _DATE_MARK.search(marks):
        return 2 if near else 0
    return 1 if near and bare and len(text) > 7 else 0


def _in_furniture(element: Any) -> bool:
    return element.tag in _FURNITURE or any(
        a.tag in _FURNITURE for a in element.iterancestors()
    )


def _guessed_date(page: Page, timezone: str, now: datetime | None) -> PageDate:
    import htmldate  # noqa: PLC0415 - loaded for the few pages that state no date

    tree = deepcopy(page.tree)
    # It would take the date of any JSON-LD or teaser on the page.
    for one in list(tree.iter("script", "aside", "nav", "footer")):
        one.drop_tree()
    try:
        guess = htmldate.find_date(
            tree,
            url=page.url,
            original_date=True,
            extensive_search=False,
            min_date="1995-01-01",
            max_date=(now or _NO_CLOCK).strftime("%Y-%m-%d"),
        )
    except Exception:  # noqa: BLE001 - a guess that fails is no date
        guess = None
    found = _parse(guess, timezone, now) if guess else None
    return PageDate(found, "htmldate", guess or "") if found else PageDate()


# -- addresses -------------------------------------------------------------------------


def find_canonical(page: Page) -> str | None:
    """Return rel=canonical or og:url: on the same site, and no front page."""
    links = page.tree.xpath("//link[contains(@rel, 'canonical')]/@href")
    for link in (*links[:1], page.meta.get("og:url", "")):
        address = _absolute(link, page)
        if address and not (is_home(address) and not is_home(page.url)):
            return address
    return None


def find_amp(page: Page) -> str | None:
    """Return the address of the page's AMP twin on the same site, None without one."""
    links = page.tree.xpath("//link[@rel='amphtml']/@href")
    return _absolute(links[0], page) if links else None


def _absolute(link: str, page: Page) -> str | None:
    try:
        address = safe_link(urljoin(page.url, link.strip())) if link.strip() else None
    except ValueError:
        return None
    return address if address and same_site(address, page.url) else None
