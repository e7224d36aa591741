"""Article and listing pages with all that stands round a text on real sites."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from html import escape
from string import Template
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator.demo.outlets import folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.demo.outlets import Outlet, Published

_TEMPLATES = {"page": "page.html", "old": "old_page.html"}
_RELATED = 3


def render_page(item: Published, feed_url: str, others: Sequence[Published]) -> str:
    """Return an article's page; `others` are offered as related."""
    outlet, sample = item.outlet, item.sample
    local = item.published_at.astimezone(ZoneInfo(outlet.timezone))
    words = {key: escape(text) for key, text in _furniture(outlet.language).items()}
    related = [other for other in others if other.url != item.url][:_RELATED]
    words.update(
        {
            "language": outlet.language,
            "charset": outlet.charset,
            "outlet": escape(outlet.outlet),
            "title": escape(sample.title),
            "lead": escape(sample.lead),
            "url": escape(item.url),
            "feed_url": escape(feed_url),
            "head": _json_ld(item) if outlet.json_ld else "",
            "menu_items": _items(outlet.sections, "li"),
            "menu_cells": _items(outlet.sections, "td"),
            "published": local.strftime("%d.%m.%Y %H:%M"),
            "published_iso": local.isoformat(),
            "published_label": words["published"],
            "paragraphs": "\n".join(f"<p>{escape(p)}</p>" for p in sample.paragraphs),
            "related_label": words["related"],
            "related": "".join(
                f'<li><a href="{escape(other.url)}">{escape(other.sample.title)}</a>'
                "</li>"
                for other in related
            ),
        }
    )
    return _template(_TEMPLATES[outlet.template]).substitute(words)


def render_listing(outlet: Outlet, site: str, published: Sequence[Published]) -> str:
    """Return the page that lists an outlet's articles, newest first."""
    zone = ZoneInfo(outlet.timezone)
    items = "\n".join(
        f'<li><span class="tarih">{item.published_at.astimezone(zone):%d.%m.%Y %H:%M}'
        f'</span> <a class="baslik" href="{escape(item.url.removeprefix(site))}">'
        f"{escape(item.sample.title)}</a></li>"
        for item in published
    )
    return _template("listing.html").substitute(
        language=outlet.language,
        charset=outlet.charset,
        outlet=escape(outlet.outlet),
        head="",
        menu_items=_items(outlet.sections, "li"),
        items=items,
        footer=escape(_furniture(outlet.language)["footer"]),
    )


def _json_ld(item: Published) -> str:
    outlet, sample = item.outlet, item.sample
    stamp = item.published_at.astimezone(ZoneInfo(outlet.timezone)).isoformat()
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": sample.title,
        "description": sample.lead,
        "datePublished": stamp,
        "dateModified": stamp,
        "inLanguage": outlet.language,
        "mainEntityOfPage": item.url,
        "author": {"@type": "Organization", "name": outlet.outlet},
        "publisher": {"@type": "Organization", "name": outlet.outlet},
    }
    text = json.dumps(article, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def _items(names: Sequence[str], tag: str) -> str:
    return "".join(
        f'<{tag}><a href="/bolum/{place}">{escape(name)}</a></{tag}>'
        for place, name in enumerate(names, 1)
    )


@cache
def _template(name: str) -> Template:
    return Template((folder() / name).read_text("utf-8"))


@cache
def _furniture(language: str) -> dict[str, str]:
    words = tomllib.loads((folder() / "furniture.toml").read_text("utf-8"))
    return dict(words[language])
