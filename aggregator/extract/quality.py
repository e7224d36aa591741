"""What a page turned out to be: a story, a stub, a list of links, or a wall."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aggregator.extract.page import inline_text
from aggregator.text import fold_key
from aggregator.text.jsonld import types_of
from aggregator.urls import is_home

if TYPE_CHECKING:
    from aggregator.extract.page import Page
    from aggregator.model import ScrapeState

THIN_WORDS = 60  # galleries, video stubs, cookie walls
_LINKED = 0.5  # share of a text's words that are links
_MANY_LINKS = 8  # headings with links that make a hub
_CHALLENGE = re.compile(
    r"/cdn-cgi/challenge-platform/|_cf_chl_opt|cf-browser-verification|captcha-delivery\.com"
    r"|_Incapsula_Resource|Incapsula incident|ddos-guard/|sucuri_cloudproxy_js"
    r"|AwsWafIntegration|<title>\s*(?:Just a moment|Attention Required! \| Cloudflare"
    r"|Bir dakika lütfen|Access Denied|Erişim Engellendi)"
)
_WALL = re.compile(
    r"cerez|cookie|consent|kvkk|robot olmadiginiz|robot deyilsiniz|javascript|captcha"
    r"|guvenlik dogrulama|access denied|erisim engel|abone ol\w* devam"
    r"|giris yap\w* devam"
    r"|uyelere ozel|abonelere ozel|подтвердите|включите javascript|are you (?:a )?human"
)


def is_challenge(page: Page) -> bool:
    """Say whether the page is a test for browsers; a story may only quote its words."""
    return not page.article and bool(_CHALLENGE.search(page.text[:20_000]))


def judge(
    page: Page, lead: str, lines: list[str], links: frozenset[str]
) -> ScrapeState:
    """Return full, thin, list_page or blocked.

    Args:
        page: as read.
        lead: of the article.
        lines: of its body, without furniture.
        links: the lines found that are links to other pages.
    """
    text = " ".join((lead, *lines))
    # Chinese and Japanese have no blanks; a Turkish word has 7 letters.
    words = max(len(text.split()), len(text) // 9)
    if _is_list(page, lines, links):
        return "list_page"
    if words >= THIN_WORDS:
        return "full"
    shown = fold_key(inline_text(page.tree)[:6000])
    few = len(shown.split()) < 4 * THIN_WORDS
    return "blocked" if few and not page.article and _WALL.search(shown) else "thin"


def _is_list(page: Page, lines: list[str], links: frozenset[str]) -> bool:
    if page.article:
        return False
    kinds = {t for value in page.linked for t in types_of(value)}
    heads = [h for h in page.tree.iter("h2", "h3", "h4") if _is_linked(h)]
    prose = sum(len(x.split()) for x in lines if _is_prose(x))
    states_article = page.meta.get("og:type", "").lower() == "article" or any(
        "published" in name for name in page.meta
    )
    if is_home(page.url) or ("CollectionPage" in kinds and not states_article):
        return len(heads) >= _MANY_LINKS or not prose
    if not states_article and len(heads) >= _MANY_LINKS and prose < 2 * THIN_WORDS:
        return True
    linked = sum(len(x.split()) for x in links)
    if linked < THIN_WORDS:
        return False
    return linked > _LINKED * (linked + sum(len(x.split()) for x in lines))


def _is_linked(heading: object) -> bool:
    parent = heading.getparent()  # type: ignore[attr-defined]  # lxml has no types
    inside = heading.find(".//a")  # type: ignore[attr-defined]  # lxml has no types
    return inside is not None or (parent is not None and parent.tag == "a")


def _is_prose(line: str) -> bool:
    return len(line.split()) > 12 and line.rstrip(' "”’»)')[-1:] in ".!?…"
