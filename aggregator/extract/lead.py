"""The lead (spot): the sentence below the title, which most pages keep apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aggregator.extract.facts import site_names
from aggregator.extract.lines import is_furniture
from aggregator.extract.page import inline_text, squeeze
from aggregator.text import fold_key
from aggregator.text.jsonld import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.extract.page import Page

_MARK = re.compile(
    r"(?:^|[\s_-])(?:spot|ozet|summary|lead|lede|standfirst|excerpt|sapo|intro|deck|dek"
    r"|description|aciklama|subtitle|alt-?baslik|haber-?ozeti?|giris|anons)(?:$|[\s_-])"
)
_NO_MARK = re.compile(r"author|yazar|site|cookie|cerez|comment|yorum|meta-desc")
_TAGS = ("h2", "h3", "h4", "p", "div", "strong", "span")
_LOOKED_AT = 120  # elements behind the title
_FEWEST, _MOST = 6, 130  # words
_NEAR_TOP = 4  # lines of the body in which a shown lead may stand
# What sites say of themselves on every page.
_SLOGAN = re.compile(
    r"son dakika (?:\w+ ){0,4}haber|haber (?:sitesi|portali)|en guncel haber"
    r"|haberin adresi|xeber portali|новостной портал|breaking news,"
)
_SITE_TAIL = re.compile(r"\s+[|»–—-]\s+([^|»]{2,40})\Z")


def find_lead(page: Page, title: str, lines: list[str]) -> tuple[str, list[str]]:
    """Return the lead and the body's lines without it.

    '' where the body says it already: the lead is there for what the body lacks.
    """
    for candidate, shown in _candidates(page, title):
        lead = " ".join(candidate.split())
        key = squeeze(lead)
        if not _fits(lead, key, title):
            continue
        if shown:
            rest = _without_line(lines, key)
            if len(rest) < len(lines):
                return ("" if key in squeeze("\n".join(rest)) else lead), rest
        if not _says(lines, key):
            return ("", lines) if _is_cut_body(lead, lines) else (lead, lines)
        return "", lines
    return "", lines


def _candidates(page: Page, title: str) -> Iterator[tuple[str, bool]]:
    """Yield the shown leads, then the stated ones, with whether they are shown."""
    for text in _shown(page, squeeze(title)):
        yield text, True
    for stated in (
        page.meta.get("og:description", ""),
        text_of(page.article.get("description")),
        page.meta.get("description", ""),
    ):
        if stated and not _SLOGAN.search(fold_key(stated)):
            yield _without_site(stated, page), False


def _fits(lead: str, key: str, title: str) -> bool:
    words = len(lead.split())
    same = key == squeeze(title)
    return _FEWEST <= words <= _MOST and not same and not is_furniture(lead)


def _shown(page: Page, title: str) -> Iterator[str]:
    heading = _heading(page.tree, title)
    if heading is None:
        return
    seen = 0
    started = False
    for one in page.tree.iter():
        if one is heading:
            started = True
            continue
        if not started:
            continue
        seen += 1
        if seen > _LOOKED_AT:
            return
        if one.tag in _TAGS and _is_lead(one):
            yield inline_text(one)


def _heading(tree: Any, title: str) -> Any:
    heads = list(tree.iter("h1"))
    same = [h for h in heads if squeeze(inline_text(h)) == title]
    return next(iter((*same, *heads)), None)


def _is_lead(one: Any) -> bool:
    if one.tag == "h2" and one.find(".//a") is None:
        return True
    marks = f"{one.get('class', '')} {one.get('itemprop', '')} {one.get('id', '')}"
    marks = fold_key(marks)
    if not _MARK.search(marks) or _NO_MARK.search(marks):
        return False
    return one.tag != "div" or len(list(one.iter("p", "div"))) <= 3


def _without_site(text: str, page: Page) -> str:
    tail = _SITE_TAIL.search(text)
    if tail and any(squeeze(tail[1])[:12] == n[:12] for n in site_names(page)):
        return text[: tail.start()]
    return text


def _without_line(lines: list[str], key: str) -> list[str]:
    """Take the lead off the top of the body, where it stands as a line of its own."""
    for place, line in enumerate(lines[:_NEAR_TOP]):
        if squeeze(line) == key:
            return lines[:place] + lines[place + 1 :]
    return lines


def _says(lines: list[str], key: str) -> bool:
    """Say whether the body holds the lead, or nearly all of its pieces."""
    whole = "\n".join(lines)
    text = squeeze(whole)
    if key in text:
        return True
    pieces = [key[i : i + 24] for i in range(0, max(1, len(key) - 23), 24)]
    return sum(p in text for p in pieces) >= 0.8 * len(pieces)


def _is_cut_body(lead: str, lines: list[str]) -> bool:
    """Say whether a lead that ends in … is only the start of the body."""
    start = squeeze(lead.rstrip(" .…"))
    return lead.rstrip().endswith(("...", "…")) and squeeze(
        " ".join(lines[:3])
    ).startswith(start[: max(20, len(start) - 15)])
