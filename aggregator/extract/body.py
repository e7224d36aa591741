"""The text of the story: trafilatura's, the publisher's own, or the feed's rule."""

from __future__ import annotations

import html
import re
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aggregator.extract.page import block_text, inline_text, select, squeeze
from aggregator.text import fold_key
from aggregator.text.jsonld import load_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.extract.page import Page, PageContext

_TAG = re.compile(r"<(/?[a-zA-Z][^<>]{0,500})>")
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|h\d|li|ul|ol|blockquote|section)\b[^<>]{0,500}>"
)
_ELLIPSIS = ("...", "…")
_LEAST_WORDS = 60  # of an articleBody that is believed at all
# It is taken instead of the text that was found where that has under 30 % of its words;
# where it holds 80 % of the found words and has 5 % more; or where it is a whole story
# and the found text nearly twice as long, menus and all.
_STUB = 0.30
_COVERS, _ADDS = 0.80, 1.05
_WHOLE_WORDS, _TOO_LONG = 150, 1.8
# Class and id words of what stands round Turkish, Azerbaijani and Russian stories and
# trafilatura, which knows English ones, takes for text.
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:ilgili|benzer|diger|onerilen|populer|cok-?okunan|etiket(?:ler)?|tags?"
    r"|paylas(?:im)?|social|share|sosyal|yorum(?:lar)?|comments?|cerez|cookies?|kvkk|reklam"
    r"|advert\w*|banner|abone(?:lik)?|bulten|newsletter|onceki|sonraki|oxsar|teqler|serhler"
    r"|related|recommend\w*|onecikan|sidebar|yan-?menu|breadcrumbs?|read-?more|devam|kunye"
    r"|podcast|kicker|eyebrow|toc|icindekiler|(?:about-?)?author-?(?:bio|desc\w*)"
    r"|yazar-?(?:bio|hakkinda|bilgi)|gallery-?nav|sayfalama|pagination|son-?dakika"
    r"|trend(?:ler)?|manset(?:ler)?)"
    r"(?:$|[\s_-]|haber|news|bar|box|kutu|list|alan|area|links?|container|wrapper)",
)
_MOST_CUT = 0.35  # of a page's text: a class that holds more is no furniture
# Notices of cookies and readers' comments, which are often longer than the story.
_FOREIGN = re.compile(
    r"(?:^|\s)(?:cookie|consent|cerez|kuki|kvkk|gdpr|cybot|onetrust|didomi|qc-cmp|fc-consent"
    r"|yorum|comments?(?!-?(?:open|closed|off))|disqus|serh|rey-?ler)",
)
_FOREIGN_TAGS = (
    *("dialog", "amp-ad", "amp-embed", "amp-sidebar", "amp-consent", "amp-sticky-ad"),
    *("amp-user-notification", "amp-auto-ads"),
)
_LEAST_LEFT = 200  # characters beside what is foreign: else it is the page
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3}"
)
_SUBHEADS = frozenset(("h2", "h3", "h4"))
_PROSE = frozenset(("p", "ul", "ol", "blockquote", "div")) | _SUBHEADS
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text)(?:\s|$)"
)
_MAY_BE_HIDDEN = "//body//*[@hidden or @style]"
_MAY_BE_MARKED = (
    "//*[(@class or @id or @role) and (self::div or self::p or self::span or self::ul"
    " or self::section or self::aside or self::nav or self::ol)]"
)
_TWO_SENTENCES = re.compile(
    r"[.!?…][\"”’»)]?\s+[\"“‘«(–—-]?\s?[A-ZÇĞİÖŞÜƏА-Я]"  # noqa: RUF001 - Russian
)


def find_body(page: Page, known: PageContext) -> str:
    """Return the text of the story as lines; '' if the page has none.

    The feed's `body` rule is taken where it hits. Otherwise trafilatura's text, unless
    the JSON-LD articleBody is evidently the better one.
    """
    tree = deepcopy(page.tree)
    for selector in known.remove:
        for one in select(tree, selector):
            _drop(one)
    if known.body and (ruled := _by_rule(tree, known.body)):
        return ruled
    _cut_furniture(tree)
    found = _with_holes_filled(_trafilatura(tree, page.url), tree)
    if found.count("|") > 2 and (cell := _layout_cell(page.tree)) is not None:
        found = block_text(cell)
    own = plain_text(page.article.get("articleBody"))
    if own and _is_better(own, found):
        return own
    if len(found.split()) < _LEAST_WORDS:
        return max((found, *_embedded(page)), key=lambda t: len(t.split()))
    return found


def plain_text(value: object) -> str:
    """Return a JSON-LD text field as lines: tags off, entities (also twice) decoded."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(plain_text, value)))
    if not isinstance(value, str):
        return ""
    text = html.unescape(html.unescape(value)) if "&" in value else value
    text = _TAG.sub(" ", _BLOCK_TAG.sub("\n", text))
    return "\n".join(filter(None, (" ".join(x.split()) for x in text.split("\n"))))


def _by_rule(tree: Any, selector: str) -> str:
    return "\n".join(filter(None, map(block_text, select(tree, selector))))


def _trafilatura(tree: Any, url: str) -> str:
    import trafilatura  # noqa: PLC0415 - heavy, loaded when a page is read

    try:
        found = trafilatura.extract(tree, url=url, include_comments=False)
    except Exception:  # noqa: BLE001 - one page must not cost the others
        return ""
    return found or ""


def _with_holes_filled(found: str, tree: Any) -> str:
    """Put headings and lists back that stand between paragraphs of the story.

    Where it does not know a container, trafilatura takes its paragraphs alone.
    """
    between = [
        one
        for one in tree.iter("ul", "ol", "blockquote", "h2", "h3", "h4")
        if getattr(one.getnext(), "tag", None) in _PROSE
    ]
    if not between:
        return found
    lines = found.split("\n")
    said = squeeze(found)
    places = {squeeze(line): line for line in lines}
    for one in between:
        before, after = one.getprevious(), one.getnext()
        if one.tag in _SUBHEADS or before is None or _is_mostly_links(one):
            continue
        text, last = block_text(one), places.get(_first_key(before))
        if last and _first_key(after) in places and squeeze(text) not in said:
            at = lines.index(last) + 1
            lines[at:at] = text.split("\n")
            places |= {squeeze(line): line for line in text.split("\n")}
    for one in between:
        if one.tag not in _SUBHEADS or _is_mostly_links(one):
            continue
        text, next_line = inline_text(one), places.get(_first_key(one.getnext()))
        if next_line and squeeze(text) not in said:
            lines.insert(lines.index(next_line), text)
    return "\n".join(lines)


def _first_key(element: Any) -> str:
    return squeeze(block_text(element).partition("\n")[0])


def _is_mostly_links(element: Any) -> bool:
    linked = sum(len("".join(a.itertext())) for a in element.iter("a"))
    return 2 * linked > len("".join(element.itertext()))


def _layout_cell(tree: Any) -> Any:
    """Return the cell of an old page's layout table that holds the story, if one does.

    Such pages have no paragraphs; a story with a table of figures has.
    """
    if sum(len("".join(p.itertext())) for p in tree.iter("p")) > _LEAST_WORDS * 7:
        return None
    sizes = {cell: _unlinked(cell) for cell in tree.iter("td")}
    most = max(sizes.values(), default=0)
    if most < _LEAST_WORDS * 5:
        return None
    return next(c for c in reversed(list(sizes)) if sizes[c] >= 0.7 * most)


def _unlinked(element: Any) -> int:
    linked = sum(len("".join(a.itertext())) for a in element.iter("a"))
    return len("".join(element.itertext())) - 3 * linked


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    tail, before = element.tail, element.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _cut_furniture(tree: Any) -> None:
    """Remove what by its class or id stands round a story, if it is a small part."""
    body = tree.find("body")
    whole = len("".join(body.itertext())) if body is not None else 0
    for one in tree.xpath(_MAY_BE_HIDDEN):
        # The rest of a story behind `devamını oku` is hidden too: it has sentences.
        if _is_hidden(one) and not _TWO_SENTENCES.search(" ".join(one.itertext())):
            _drop(one)
    for one in list(tree.iter(*_FOREIGN_TAGS)):
        _drop(one)
    for one in tree.xpath(_MAY_BE_MARKED):
        foreign = _is_foreign(one.get("class"), one.get("id"), one.get("role"))
        if not foreign and not _is_furniture(one.get("class"), one.get("id")):
            continue
        size = sum(map(len, one.itertext()))
        small = size < _MOST_CUT * whole or (foreign and whole - size > _LEAST_LEFT)
        if small and one.find(".//h1") is None:
            _drop(one)


@lru_cache(maxsize=8192)
def _is_furniture(classes: str | None, name: str | None) -> bool:
    marks = f"{classes or ''} {name or ''}"
    return len(marks) > 4 and bool(_FURNITURE.search(marks.lower()))


@lru_cache(maxsize=8192)
def _is_foreign(classes: str | None, name: str | None, role: str | None) -> bool:
    marks = f"{classes or ''} {name or ''}"
    if role in ("dialog", "alertdialog") or _HIDDEN_CLASS.search(marks):
        return True
    return bool(_FOREIGN.search(marks.lower()))


def _is_hidden(one: Any) -> bool:
    """Say whether readers do not see an element."""
    return one.get("hidden") is not None or bool(
        _HIDING.search(one.get("style", "").lower())
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold_key(text).replace("'", ""))


def _is_better(own: str, found: str) -> bool:
    """Say whether the publisher's articleBody is to be preferred to the found text."""
    mine, theirs = _words(own), _words(found)
    if len(mine) < _LEAST_WORDS or own.rstrip().endswith(_ELLIPSIS):
        return False
    if len(theirs) < _STUB * len(mine):
        return True
    # A body whose apostrophes were stripped (İzmir in) would lose every name.
    if "'" in fold_key(found) and "'" not in fold_key(own):
        return False
    held = set(mine)
    covered = sum(w in held for w in theirs)
    if covered >= _COVERS * len(theirs) and len(mine) > _ADDS * len(theirs):
        return True
    return len(mine) > _WHOLE_WORDS and len(theirs) > _TOO_LONG * len(mine)


def _embedded(page: Page) -> Iterator[str]:
    """Yield the longest texts of a Next.js page that is drawn by the browser."""
    for script in page.tree.xpath("//script[@id='__NEXT_DATA__']/text()"):
        try:
            data = load_json(script)
        except (ValueError, RecursionError):
            continue
        texts = [t for t in _strings(data) if len(t.split()) >= _LEAST_WORDS]
        title = squeeze(page.meta.get("og:title", ""))
        told = (plain_text(text) for text in texts if squeeze(text) != title)
        yield max(told, key=len, default="")


def _strings(data: object) -> Iterator[str]:
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
