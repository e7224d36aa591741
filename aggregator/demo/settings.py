"""The demo's feeds.yaml: the sample outlets, their watchlists, and who gets mail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator.demo.documents import PLACES
from aggregator.demo.outlets import folder

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.demo.outlets import Outlet
    from aggregator.demo.site import Site

MARK = "# Written by the demo; a new demo in this folder writes it again."
DATABASE = "news.db"  # the name that metadata.json describes
_ZONE = "Europe/Istanbul"
_LIST = "{item: ul.haber-listesi li, link: a.baslik, title: a.baslik, date: .tarih}"


def render_config(
    site: Site, *, database: str, smtp_port: int, desk_url: str, now: datetime
) -> str:
    """Return the text of feeds.yaml.

    The digest is due at the minute of `now`, so that it goes out while one watches.
    """
    hosts = sorted({site.host(outlet.id) for outlet in site.outlets})
    feeds = "\n".join(_feed(site, outlet) for outlet in site.outlets)
    watchlists = (folder() / "watchlists.yaml").read_text("utf-8")
    return f"""{MARK}
settings:
  database: {json.dumps(database)}
  timezone: {_ZONE}
  contact: demo@aggregator.invalid
  host_delay: 0s                  # the hosts are our own
  allow_hosts: [{", ".join(hosts)}]

feeds:
{feeds}

{watchlists}
alerts:
  from: Basın Takip <takip@aggregator.invalid>
  base_url: {desk_url}
  smtp: {{host: 127.0.0.1, port: {smtp_port}, security: none}}
  operator: sistem@aggregator.invalid
  subscriptions:
    - {{to: analist@aggregator.invalid, watchlists: [izmir-baku, sister-cities], mode: instant}}
    - {{to: liman@aggregator.invalid, watchlists: [kruvaziyer], mode: hourly}}
    - {{to: mudur@aggregator.invalid, watchlists: all, mode: daily, at: '{now.astimezone(ZoneInfo(_ZONE)):%H:%M}'}}
"""  # noqa: E501 - one subscription a line, as people write them


def _feed(site: Site, outlet: Outlet) -> str:
    kind = PLACES[outlet.kind][2]
    lines = [
        f"id: {outlet.id}",
        f"outlet: {json.dumps(outlet.outlet, ensure_ascii=False)}",
        f"url: {site.feed_url(outlet)}",
        f"kind: {kind}",
        f"language: {outlet.language}",
        f"category: {outlet.category}",
        f"region: {outlet.region}",
        f"timezone: {outlet.timezone}",
    ]
    if outlet.own:
        lines.append("own: true")
    if outlet.body:
        lines.append(f"body: {outlet.body}")
    if kind == "html":
        lines.append(f"list: {_LIST}")
    return "  - " + "\n    ".join(lines)
