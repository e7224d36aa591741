"""What an outlet lists its articles in: RSS, Atom, JSON Feed, news sitemap, HTML list.

Each function takes the outlet, the address of its site without a trailing slash, and
what is published, newest first, and returns text; `encode` makes bytes of it.
"""

from __future__ import annotations

import json
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator.demo.pages import render_listing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from aggregator.demo.outlets import Outlet, Published

# Where a kind of listing lies, its media type, and what feeds.yaml calls it.
PLACES = {
    "rss": ("/rss", "application/rss+xml", "feed"),
    "atom": ("/atom.xml", "application/atom+xml", "feed"),
    "json": ("/feed.json", "application/feed+json", "feed"),
    "sitemap": ("/news-sitemap.xml", "application/xml", "sitemap"),
    "html": ("/tr/Haberler", "text/html", "html"),
}


def render_feed(outlet: Outlet, site: str, published: Sequence[Published]) -> bytes:
    """Return the outlet's listing as bytes in its own charset."""
    text = _RENDERERS[outlet.kind](outlet, site, published)
    return encode(text, outlet.charset)


def encode(text: str, charset: str) -> bytes:
    """Encode; what the charset lacks becomes a character reference."""
    return text.encode(charset, errors="xmlcharrefreplace")


def _rss(outlet: Outlet, site: str, published: Sequence[Published]) -> str:
    items = "\n".join(_rss_item(outlet, item) for item in published)
    return f"""<?xml version="1.0" encoding="{outlet.charset}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>{escape(outlet.outlet)}</title>
<link>{site}/</link>
<description>{escape(outlet.outlet)}</description>
<language>{outlet.language}</language>
{items}
</channel>
</rss>
"""


def _rss_item(outlet: Outlet, item: Published) -> str:
    sample = item.sample
    title = escape(sample.title)
    lines = [
        f"<title>{escape(title) if outlet.entities else title}</title>",
        f"<link>{escape(item.url)}</link>",
        f"<description>{escape(sample.lead)}</description>",
        f"<pubDate>{_rss_date(outlet, item.published_at)}</pubDate>",
    ]
    if outlet.guid == "link":
        lines.append(f"<guid>{escape(item.url)}</guid>")
    elif outlet.guid == "same":
        lines.append(f'<guid isPermaLink="false">{outlet.id}</guid>')
    if outlet.full_text:
        body = "".join(f"<p>{escape(line)}</p>" for line in sample.paragraphs)
        lines.append(f"<content:encoded><![CDATA[{body}]]></content:encoded>")
    return "<item>\n" + "\n".join(lines) + "\n</item>"


def _rss_date(outlet: Outlet, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(outlet.timezone))
    if outlet.dates == "zoneless":
        return local.strftime("%d.%m.%Y %H:%M")
    return format_datetime(local)


def _atom(outlet: Outlet, site: str, published: Sequence[Published]) -> str:
    base = f' xml:base="{site}/"' if outlet.relative_links else ""
    entries = "\n".join(_atom_entry(outlet, site, item) for item in published)
    updated = published[0].published_at.isoformat() if published else ""
    return f"""<?xml version="1.0" encoding="{outlet.charset}"?>
<feed xmlns="http://www.w3.org/2005/Atom"{base} xml:lang="{outlet.language}">
<title>{escape(outlet.outlet)}</title>
<id>tag:{outlet.id}.example,2026:feed</id>
<link rel="alternate" href="{site}/"/>
<updated>{updated}</updated>
<author><name>{escape(outlet.outlet)}</name></author>
{entries}
</feed>
"""


def _atom_entry(outlet: Outlet, site: str, item: Published) -> str:
    href = item.url.removeprefix(f"{site}/") if outlet.relative_links else item.url
    stamp = item.published_at.isoformat()
    return f"""<entry>
<title>{escape(item.sample.title)}</title>
<id>tag:{outlet.id}.example,2026:{item.sample.number}</id>
<link rel="alternate" type="text/html" href="{escape(href)}"/>
<published>{stamp}</published>
<updated>{stamp}</updated>
<summary>{escape(item.sample.lead)}</summary>
</entry>"""


def _json_feed(outlet: Outlet, site: str, published: Sequence[Published]) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.outlet,
        "home_page_url": f"{site}/",
        "feed_url": f"{site}{PLACES['json'][0]}",
        "language": outlet.language,
        "items": [
            {
                "id": item.url,
                "url": item.url,
                "title": item.sample.title,
                "summary": item.sample.lead,
                "content_text": item.sample.lead,
                "date_published": item.published_at.isoformat(),
            }
            for item in published
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _news_sitemap(outlet: Outlet, _site: str, published: Sequence[Published]) -> str:
    urls = "\n".join(
        f"""<url><loc>{escape(item.url)}</loc><news:news><news:publication>
<news:name>{escape(outlet.outlet)}</news:name>
<news:language>{outlet.language}</news:language></news:publication>
<news:publication_date>{item.published_at.isoformat()}</news:publication_date>
<news:title>{escape(item.sample.title)}</news:title></news:news></url>"""
        for item in published
    )
    return f"""<?xml version="1.0" encoding="{outlet.charset}"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{urls}
</urlset>
"""


_RENDERERS: dict[str, Callable[[Outlet, str, Sequence[Published]], str]] = {
    "rss": _rss,
    "atom": _atom,
    "json": _json_feed,
    "sitemap": _news_sitemap,
    "html": render_listing,
}
