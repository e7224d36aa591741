"""The day on which an article was published, as its page states or shows it."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from aggregator.dates import is_only_date, parse_date
from aggregator.extract.page import FURNITURE, Page, in_furniture, inline_text
from aggregator.text import fold_key
from aggregator.text.jsonld import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_CLOCK = datetime(2100, 1, 1, tzinfo=UTC)  # stands for `now` where it is not known
_DATE_METAS = (
    *("article:published_time", "og:article:published_time", "datepublished"),
    *("og:published_time", "publishdate", "publish-date", "pubdate", "pub_date"),
    *("dc.date.issued", "dc.date.created", "dc.date", "dcterms.created", "date"),
    *("parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime"),
    *("datecreated", "article.published", "publication_date", "publisheddate"),
)
_DATE_MARK = re.compile(r"tarih|date|time|zaman|tarix|saat|publish|yayin|дата|datum")
_PUBLISHED = re.compile(
    r"giris|yayin|yayim|olusturul|eklen?me|published|posted|опубликован|derc"
    r"|(?:haber|duyuru|ilan|bulten|elan|xeber)(?:in)? tari(?:hi|xi)"
)
_UPDATED = re.compile(
    r"(?:son )?guncelle|updated|modified|обновлен|yenilen|duzenle|son degisik"
)
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
        elif element.tag not in FURNITURE:
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
    if not (named or bare) or in_furniture(element):
        return 0
    if named and (bare or _PUBLISHED.match(folded) or len(text) < 60):
        return _LABELLED
    marks = fold_key(f"{element.get('class', '')} {element.get('id', '')}")
    if element.tag == "time" or _DATE_MARK.search(marks):
        return 2 if near else 0
    return 1 if near and bare and len(text) > 7 else 0


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
