"""What one look at a feed shows: the facts, what is wrong, and what to do about it.

Pure: `probe` asks, this says. Each piece of advice is one sentence for the sysadmin.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from aggregator import schedule
from aggregator.sources import discover
from aggregator.urls import canonical_url, is_home, mask_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.model import (
        Entry,
        Failure,
        Feed,
        FeedVisited,
        PageVisited,
        ParsedFeed,
    )

# Two feeds of a kind that share so much are one.
SAME = 0.8
ENOUGH = 4  # entries to tell a rhythm, or two feeds, apart
STALE = timedelta(days=30)
# Bytes that are too many to fetch at every poll without validators.
HEAVY = 500_000
_PERMANENT = frozenset({301, 308})

_BY_STATUS = {
    401: "it needs a login: ask the outlet for an open address",
    403: "it refuses us: ask the outlet, or try a user_agent: that it accepts",
    404: "it moved or is gone: {find}",
    410: "it was given up: take it out, or look for another feed of the outlet",
    429: "it is asked too often: raise its interval, and try again later",
    451: "it is withheld for legal reasons: take it out",
}
_BY_KIND = {
    "dns": "the host does not exist: check the address",
    "refused": "nothing listens there: check the address, or try again later",
    "timeout": "too slow: try again later, or raise read_timeout and total_timeout",
    "reset": "the server hangs up: try again later; if it stays, try a user_agent:",
    "tls": "ask the outlet to mend it; ca_bundle: cures a certificate that is missing",
    "address": "it leads to a private address or port: allow_hosts, if that is yours",
    "scheme": "only http and https can be fetched: check the address",
    "redirect": "open the address in a browser and configure where it ends",
    "robots": "robots.txt refuses it: ask the outlet, or write robots: false and why",
    "size": "raise max_feed_bytes, or look for a shorter feed of the outlet",
    "encoding": "its compression is broken: try again later, and tell the outlet",
    "protocol": "what answers there is no web server: check the address",
    "empty": "try again later; if it stays empty, look for another feed of the outlet",
    "crash": "a mistake of this program: report it with the address",
}
_BLOCKED = "a barrier for people or browsers: ask the outlet to let us in by our name"
_BY_WORDS = (
    ("name server", "try again later; if many say so, mend this machine's DNS"),
    ("sitemap, not a feed", "write kind: sitemap"),
    ("<urlset> document", "write kind: sitemap"),
    ("document, not a listing page", "write kind: feed"),
    ("none like articles", "say where its articles are by list: {item: CSS selector}"),
    ("no entry", "the page was rebuilt or is made by scripts: mend list:"),
    ("speaks no TLS", "write http:// if it has no other, or check the port"),
    ("parked domain", "the outlet is gone: take it out, or look for its new address"),
    ("maintenance page", "try again later"),
)


@dataclass(slots=True, kw_only=True)
class Look:
    """A feed, what one visit showed, and one of its pages (None: not tried)."""

    feed: Feed
    visited: FeedVisited
    page: PageVisited | None = None
    advice: list[str] = field(default_factory=list)


def describe_all(looks: list[Look], now: datetime) -> list[dict[str, Any]]:
    """Return one row a feed: its facts, and advice where something is to be done.

    Each has feed_id, failed, gives (facts as one text), kind (found), entries, newest
    (UTC or None), depth (hours as text), guids, encoding, validators, page and advice.
    """
    _compare(looks)
    return [_describe(look, now) for look in looks]


def _describe(look: Look, now: datetime) -> dict[str, Any]:
    visited = look.visited
    row: dict[str, Any] = {
        "feed_id": look.feed.id,
        "failed": visited.failure is not None,
        "gives": "not asked",
        **dict.fromkeys(("kind", "guids", "encoding", "validators"), ""),
        "entries": 0,
        "newest": None,
        "depth": "",
        "page": _describe_page(look),
    }
    if visited.failure is not None:
        row["gives"] = visited.failure.message + _describe_way(visited)
        look.advice.insert(0, _advise(look.feed, visited, visited.failure))
    elif visited.parsed is not None:
        row |= _describe_document(look, visited.parsed, now)
    else:
        look.advice.append("its host wants a pause, or time was over: try again later")
    return {**row, "advice": "; ".join(look.advice)}


def _advise(feed: Feed, visited: FeedVisited, failure: Failure) -> str:
    """Say what to do about a feed that cannot be read."""
    status = failure.status or 0
    if failure.state == "blocked":
        return _BLOCKED
    if status >= 500:
        return "the server is broken: try again later, and tell the outlet if it stays"
    if status in _BY_STATUS:
        return _BY_STATUS[status].replace("{find}", _find(feed))
    for words, advice in _BY_WORDS:
        if words in failure.message:
            return advice
    if failure.kind == "html":
        return _advise_page(feed, visited, failure)
    return _BY_KIND.get(failure.kind, "look at it in a browser, and tell the outlet")


def _advise_page(feed: Feed, visited: FeedVisited, failure: Failure) -> str:
    """Say where the feed is when a page came instead."""
    offered = discover.find_feeds(failure.body, visited.url or feed.url)
    if offered:
        return f"the page offers a feed: write url: {mask_url(offered[0])}"
    if visited.hops and is_home(visited.url):
        return f"the feed is gone, and leads to the front page: {_find(feed)}"
    return f"a page, not a feed: {_find(feed)}; a list of articles is kind: html"


def _find(feed: Feed) -> str:
    """Name the command that looks for the feed of an outlet's site."""
    home = urljoin(feed.url, "/")
    return f"`aggregator feeds add {mask_url(home)}` looks for one"


def _describe_way(visited: FeedVisited) -> str:
    """Say where a redirect led to what cannot be read; '' without one."""
    return f", after a redirect to {mask_url(visited.url)}" if visited.hops else ""


def _describe_document(look: Look, parsed: ParsedFeed, now: datetime) -> dict[str, Any]:
    entries, visited = parsed.entries, look.visited
    dates = sorted(e.published_at for e in entries if e.published_at)
    depth = dates[-1] - dates[0] if len(dates) > 1 else None
    validators = _name_validators(visited)
    guids = _judge_guids(entries, parsed)
    facts = [
        parsed.form,
        parsed.encoding,
        validators,
        *([guids, "" if dates else "no dates"] if parsed.total else []),
        *parsed.notes,
    ]
    look.advice += _advise_document(look, dates, depth, now)
    return {
        "gives": ", ".join(fact for fact in facts if fact),
        "kind": parsed.form,
        "guids": guids,
        "encoding": parsed.encoding,
        "validators": validators,
        "entries": parsed.total,
        "newest": dates[-1] if dates else None,
        "depth": f"{depth / timedelta(hours=1):.0f} h" if depth is not None else "",
    }


def _advise_document(
    look: Look, dates: list[datetime], depth: timedelta | None, now: datetime
) -> list[str]:
    """Say what to do about a feed that can be read."""
    found = []
    visited, feed = look.visited, look.feed
    if visited.parsed and not visited.parsed.total:
        found.append("it lists nothing: if that stays, look for another feed")
    elif (
        not look.advice
        and visited.hops
        and all(hop.status in _PERMANENT for hop in visited.hops)
    ):
        found.append(f"moved for good: write url: {mask_url(visited.url)}")
    if dates and now - dates[-1] > STALE:
        days = (now - dates[-1]).days
        found.append(f"nothing new for {days} days: look for the outlet's present feed")
    if not dates and feed.kind == "html":
        found.append("no dates: name them by list: {date: …}")
    found += _advise_interval(feed, depth if len(dates) >= ENOUGH else None)
    if visited.size > HEAVY and _name_validators(visited) == "no validators":
        found.append(
            f"{visited.size / 1e6:.1f} MB at every poll: raise its interval if it can"
        )
    page = look.page
    if page is not None and page.failure is not None:
        found.append(_advise_article(page.failure))
    elif page is not None and page.article and page.article.quality != "full":
        found.append(f"its page gave {page.article.quality} text: name it by body:")
    return found


def _advise_interval(feed: Feed, depth: timedelta | None) -> list[str]:
    """Say what interval suits a document that spans so much time; None: not known."""
    least = schedule.shortest_wait(feed)
    if depth is not None and depth < 2 * max(feed.interval, least):
        if feed.interval > least:
            return [f"it rolls over: write interval: {_shorter(depth, least)}"]
        text = "it rolls over, and a listing page is asked hourly at most:"
        return [f"{text} look for the outlet's feed or sitemap"]
    if feed.interval < least:
        return ["a listing page is asked hourly at most: write interval: 1h"]
    return []


def _advise_article(failure: Failure) -> str:
    """Say what to do about a page that cannot be read."""
    if failure.state == "refused":
        return "robots.txt refuses its pages: scrape: false, or ask the outlet"
    if failure.state == "blocked":
        return "its pages are behind a barrier: scrape: false, or ask the outlet"
    return f"its newest page failed ({failure.message}): look at it in a browser"


def _shorter(depth: timedelta, least: timedelta) -> str:
    """Return an interval of about a third of a depth, as feeds.yaml writes it."""
    minutes = max(int(max(depth / 3, least) / timedelta(minutes=1)) // 5 * 5, 5)
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"


def _describe_page(look: Look) -> str:
    """Say what an article's page gives, '' when none was tried."""
    page = look.page
    if page is None:
        return ""
    if page.article is not None:
        return f"{page.article.quality}, {len(page.article.text.split())} words"
    if page.failure is not None:
        return page.failure.state
    return "robots.txt cannot be read"


def _name_validators(visited: FeedVisited) -> str:
    validators = visited.validators
    known = [
        name
        for name, value in (
            ("ETag", validators and validators.etag),
            ("Last-Modified", validators and validators.last_modified),
        )
        if value
    ]
    return " + ".join(known) or "no validators"


def _judge_guids(entries: Iterable[Entry], parsed: ParsedFeed) -> str:
    """Say how good the guids are; '' where the form has none."""
    if parsed.form.startswith(("sitemap", "listing")):
        return ""
    if "repeated guids" in parsed.notes:
        return ""  # the note says it
    having = [entry.guid is not None for entry in entries]
    if not any(having):
        return "no guids"
    return "guids" if all(having) else "guids for some"


# -- feeds that are one ----------------------------------------------------------------


def _compare(looks: list[Look]) -> None:
    """Note feeds that lead to one address or show the same entries."""
    seen: list[tuple[Look, str, set[str]]] = []
    for look in looks:
        parsed = look.visited.parsed
        if parsed is None:
            continue
        address = canonical_url(look.visited.url)
        links = {canonical_url(entry.url) for entry in parsed.entries if entry.url}
        for other, its_address, its_links in seen:
            if look.feed.kind != other.feed.kind:
                continue
            if address == its_address:
                look.advice.append(f"the same address as {other.feed.id}: drop one")
                break
            if _share(links, its_links) >= SAME:
                look.advice.append(f"the same entries as {other.feed.id}: drop one")
                break
        seen.append((look, address, links))


def _share(one: set[str], other: set[str]) -> float:
    """Return the share of the larger set that both have; few entries prove nothing."""
    if min(len(one), len(other)) < ENOUGH:
        return 0.0
    return len(one & other) / max(len(one), len(other))
