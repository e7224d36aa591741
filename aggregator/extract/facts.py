"""Title, author and addresses of an article, from what its page states."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from aggregator.dates import is_only_date
from aggregator.extract.agency import find_agency, is_agency
from aggregator.extract.page import in_furniture, inline_text, squeeze
from aggregator.text import fold_key
from aggregator.text.jsonld import text_of
from aggregator.urls import is_home, resolve_link, same_site

if TYPE_CHECKING:
    from aggregator.extract.page import Page

_SEPARATORS = re.compile(r"\s+[|»·•–—-]\s+|\s*[|»]\s*")
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
        if not 2 < len(text.split()) < 25 or in_furniture(one):
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
            if name and len(name.split()) < 6 and not in_furniture(one):
                return name
    return ""


@lru_cache(maxsize=8192)
def _is_author_mark(*marks: str | None) -> bool:
    return bool(_AUTHOR_MARK.search(" ".join(filter(None, marks)).lower()))


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
    address = resolve_link(link, page.url) if link.strip() else None
    return address if address and same_site(address, page.url) else None
