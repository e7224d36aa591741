"""A simulated week of the press: 200 outlets that publish, fail, move and recover.

Every outlet has a host of its own (127.1.0.n) on one loopback server, and a life that
is drawn from a seed. The press remembers what it was asked and what it showed, which is
the truth that a week of polls is compared with.

Two clocks are the test's: `Press.now`, by which outlets publish, and that of each visit
(`Hurry`), in which pauses pass at once. Time-outs are real.
"""

from __future__ import annotations

import hashlib
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal
from xml.sax.saxutils import escape

from aggregator.fetch import Session
from aggregator.model import Feed, VisitRules
from tests.fakes import Answer, Request, Site, redirect

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
OUTLETS = 200

Trouble = Literal[
    "500", "silent", "hang", "empty", "html", "503 seconds", "429 date", "404", "410",
    "blocked",
]  # fmt: skip
# How an outlet numbers its items: 41, 42 … · 41, 44, 49 … · not at all.
Marks = Literal["counted", "numbered", "named"]
PageTrouble = Literal["500 once", "404", "hang once", "refused"]
CRAWL_DELAY = 3.0

# So many words that no two items share a phrase: none is taken for another's copy.
_LETTERS = ("bklmnşrgtçhvdsz", "aeiouı")
_SYLLABLES = [one + other for one in _LETTERS[0] for other in _LETTERS[1]]
WORDS = [one + other for one in _SYLLABLES for other in _SYLLABLES]
LATIN_WORDS = [word for word in WORDS if word.isascii()]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing published. mark: what stands for it in its address and guid."""

    number: int
    mark: str
    at: datetime
    title: str
    lead: str
    text: tuple[str, ...] = ()  # the paragraphs of its page

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/haber/{self.mark}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, redirects included.

    at: the time of its run. moment: seconds on the clock of its host's visits in that
    run, on which nothing but pauses takes time.
    """

    at: datetime
    path: str
    status: int
    conditional: bool
    moment: float


@dataclass(slots=True, kw_only=True)
class Outlet:
    """One outlet and its feed.

    window: how many items its document shows. validators: it sends an ETag. restless:
    its document differs at every request. paged: older pages follow by rel=next.
    listed: its news sitemap, another feed of ours, lists the last two days. troubles:
    (from, until, what). moves_at: from then on its address answers 301. new_guids_at:
    from then on every item has another guid. scrape: we read its pages too. robots:
    its robots.txt, which answers 500 until robots_back_at. shown: what it showed since
    this was cleared, by feed id: the pages of a feed, the newest first.
    asked, pages, robots_asked: the requests for feeds, for articles, for robots.txt.
    """

    number: int
    host: str
    interval: timedelta
    window: int
    items: list[Item] = field(default_factory=list)
    validators: bool = True
    restless: bool = False
    paged: bool = False
    listed: bool = False
    marks: Marks = "counted"
    scrape: bool = False
    robots: str = ""
    robots_back_at: datetime = START
    page_troubles: dict[str, PageTrouble] = field(default_factory=dict)
    troubles: list[tuple[datetime, datetime, Trouble]] = field(default_factory=list)
    moves_at: datetime | None = None
    new_guids_at: datetime | None = None
    enabled: bool = True
    asked: list[Asked] = field(default_factory=list)
    pages: list[Asked] = field(default_factory=list)
    robots_asked: list[Asked] = field(default_factory=list)
    shown: dict[str, list[tuple[Item, ...]]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its feed's id."""
        return f"o{self.number:03}"

    def trouble_at(self, now: datetime) -> Trouble | None:
        """What is wrong with it, if anything."""
        for start, end, what in self.troubles:
            if start <= now < end:
                return what
        return None

    def published(self, now: datetime) -> list[Item]:
        """All that it has published, the newest first."""
        return [item for item in self.items if item.at <= now][::-1]


class Press:
    """All outlets behind one server, and the clock they live by."""

    def __init__(self, site: Site, outlets: list[Outlet]) -> None:
        self.now = START
        self.site = site
        self.outlets = outlets
        self.on_request: Callable[[], None] = lambda: None
        self.line_is_down = False  # ours: nobody answers
        self._by_host = {outlet.host: outlet for outlet in outlets}
        self._hurries: dict[str, Hurry] = {}
        paths = ["/rss", "/yeni/rss", "/sitemap.xml", "/robots.txt"]
        paths += [f"/rss?paged={page}" for page in range(2, 12)]
        paths += [item.path for outlet in outlets for item in outlet.items]
        for path in paths:
            site.add(path, self._answer)

    def url(self, outlet: Outlet, path: str) -> str:
        """An absolute address of an outlet."""
        return self.site.url(path, host=outlet.host)

    def feeds(self) -> tuple[Feed, ...]:
        """What feeds.yaml would say."""
        found = []
        for outlet in self.outlets:
            found.append(
                Feed(
                    id=outlet.id,
                    outlet=f"Gazete {outlet.number}",
                    url=self.url(outlet, "/rss"),
                    interval=outlet.interval,
                    enabled=outlet.enabled,
                    scrape=outlet.scrape,
                )
            )
            if outlet.listed:
                found.append(
                    Feed(
                        id=f"{outlet.id}-map",
                        outlet=f"Gazete {outlet.number}",
                        url=self.url(outlet, "/sitemap.xml"),
                        kind="sitemap",
                        interval=6 * HOUR,
                        scrape=False,
                    )
                )
        return tuple(found)

    def open_session(self, rules: VisitRules, **more: Any) -> Session:
        """Make the session of a visit, whose pauses pass at once."""
        hurry = Hurry(self)
        return Session(
            rules,
            **more,
            sleep=hurry.sleep,
            clock=hurry.clock,
            resolve=hurry.resolve,
        )

    def meet(self, host: str, hurry: Hurry) -> None:
        """Let a visit's clock go on where the last one of this host in the run was."""
        before = self._hurries.get(host)
        if before is not hurry:
            follows = before is not None and before.run == self.now
            hurry.base = before.base + before.at if before and follows else 0.0
            self._hurries[host] = hurry

    def _answer(self, request: Request) -> Answer:
        self.on_request()
        host = request.headers["host"].partition(":")[0]
        outlet, hurry = self._by_host[host], self._hurries.get(host)
        answer = self._answer_of(outlet, request.path)
        tag = request.headers.get("if-none-match")
        same = tag is not None and tag == answer.etag
        mute = answer.raw is not None or answer.hang
        status = 0 if mute else 304 if same else answer.status
        moment = hurry.base + hurry.at if hurry and hurry.run == self.now else -1.0
        asked = Asked(self.now, request.path, status, tag is not None, moment)
        if request.path == "/robots.txt":
            outlet.robots_asked.append(asked)
        elif request.path.startswith("/haber/"):
            outlet.pages.append(asked)
        else:
            outlet.asked.append(asked)
        return answer

    def _answer_of(self, outlet: Outlet, path: str) -> Answer:
        if self.line_is_down:
            return Answer(raw=b"")
        if path == "/robots.txt":
            return self._robots(outlet)
        if path.startswith("/haber/"):
            return self._page(outlet, path)
        return self._feed(outlet, path)

    def _feed(self, outlet: Outlet, path: str) -> Answer:
        trouble = outlet.trouble_at(self.now)
        if trouble is not None:
            return self._refuse(trouble)
        if path == "/sitemap.xml":
            return self._sitemap(outlet)
        moved = outlet.moves_at is not None and self.now >= outlet.moves_at
        if moved and path == "/rss":
            return redirect("/yeni/rss")
        page = int(path.partition("paged=")[2] or 1)
        return self._rss(outlet, page)

    def _robots(self, outlet: Outlet) -> Answer:
        if self.now < outlet.robots_back_at:
            return Answer(500, "hata", "text/plain")
        if not outlet.robots:
            return Answer(404, "yok", "text/plain")
        return Answer(200, outlet.robots, "text/plain")

    def _page(self, outlet: Outlet, path: str) -> Answer:
        trouble = outlet.page_troubles.get(path)
        first = not any(asked.path == path for asked in outlet.pages)
        if trouble == "404":
            return Answer(404, "yok", "text/plain")
        if trouble == "500 once" and first:
            return Answer(500, "hata", "text/plain")
        if trouble == "hang once" and first:
            return Answer(hang=True)
        item = next(item for item in outlet.items if item.path == path)
        paragraphs = "".join(f"<p>{escape(text)}</p>" for text in item.text)
        return Answer(
            200,
            f"<html lang='tr'><head><title>{escape(item.title)}</title></head><body>"
            f"<nav><a href='/'>Gazete {outlet.number}</a></nav><article>"
            f"<h1>{escape(item.title)}</h1>{paragraphs}</article>"
            "<footer>Tüm hakları saklıdır.</footer></body></html>",
            "text/html; charset=utf-8",
        )

    def _refuse(self, trouble: Trouble) -> Answer:
        date = format_datetime(self.now + timedelta(hours=3), usegmt=True)
        refusals = {
            "500": Answer(500, "hata"),
            "silent": Answer(raw=b""),
            "hang": Answer(hang=True),
            "empty": Answer(200, b""),
            "html": Answer(
                200, "<html><body><p>Bakımdayız</p></body></html>", "text/html"
            ),
            "503 seconds": Answer(503, "", headers=(("Retry-After", "7200"),)),
            "429 date": Answer(429, "", headers=(("Retry-After", date),)),
            "404": Answer(404, "yok", "text/plain"),
            "410": Answer(410, "bitti", "text/plain"),
            "blocked": Answer(
                403,
                "<title>Just a moment…</title>",
                "text/html",
                headers=(("cf-mitigated", "challenge"),),
            ),
        }
        return refusals[trouble]

    def _rss(self, outlet: Outlet, page: int) -> Answer:
        every = outlet.published(self.now)
        first = (page - 1) * outlet.window
        items = every[first : first + outlet.window]
        if not items:
            return Answer(404, "", "text/plain")
        outlet.shown.setdefault(outlet.id, []).append(tuple(items))
        head = ""
        if outlet.paged and len(every) > first + outlet.window:
            older = self.url(outlet, f"/rss?paged={page + 1}")
            head += f'<atom:link rel="next" href="{older}"/>'
        if outlet.restless:
            head += f"<lastBuildDate>{format_datetime(self.now)}</lastBuildDate>"
        new_guids = outlet.new_guids_at and self.now >= outlet.new_guids_at
        prefix = "yeni" if new_guids else "haber"
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
            f"<title>Gazete {outlet.number}</title>{head}"
            + "".join(
                f"<item><title>{escape(item.title)}</title>"
                f"<link>{self.url(outlet, item.path)}</link>"
                f'<guid isPermaLink="false">{prefix}-{item.mark}</guid>'
                f"<pubDate>{format_datetime(item.at)}</pubDate>"
                f"<description>{escape(item.lead)}</description></item>"
                for item in items
            )
            + "</channel></rss>"
        )
        tag = hashlib.sha256(body.encode()).hexdigest()[:12]
        return Answer(200, body, etag=f'"{tag}"' if outlet.validators else None)

    def _sitemap(self, outlet: Outlet) -> Answer:
        items = [i for i in outlet.published(self.now) if i.at > self.now - 48 * HOUR]
        outlet.shown.setdefault(f"{outlet.id}-map", []).append(tuple(items))
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
            + "".join(
                f"<url><loc>{self.url(outlet, item.path)}</loc><news:news>"
                "<news:publication><news:name>Gazete</news:name>"
                "<news:language>tr</news:language></news:publication>"
                f"<news:publication_date>{item.at.isoformat()}</news:publication_date>"
                f"<news:title>{escape(item.title)}</news:title></news:news></url>"
                for item in items
            )
            + "</urlset>"
        )
        return Answer(200, body)


class Hurry:
    """The clock of one visit: a pause passes at once, and the press sees it pass."""

    def __init__(self, press: Press) -> None:
        self.at = 0.0
        self.base = 0.0  # where the host's clock was when the visit began
        self.run = press.now
        self._press = press

    def clock(self) -> float:
        """The seconds that pauses took so far."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Let a pause pass."""
        self.at += seconds

    def resolve(self, host: str, port: int, *, type: int) -> Any:  # noqa: A002 - getaddrinfo's own name
        """Look up a host, which is how the press learns whose clock this is."""
        self._press.meet(host, self)
        return socket.getaddrinfo(host, port, type=type)


# -- lives -----------------------------------------------------------------------------


def draw_outlets(seed: int, count: int = OUTLETS) -> list[Outlet]:
    """Draw the lives of all outlets for a week."""
    draw = random.Random(seed)
    return [_draw_outlet(draw, number) for number in range(count)]


def _draw_outlet(draw: random.Random, number: int) -> Outlet:
    """Outlets take turns at being of a kind, so that every kind occurs."""
    outlet = Outlet(
        number=number,
        host=f"127.1.{number // 200}.{number % 200 + 1}",
        interval=HOUR * draw.choice((4, 6, 6, 8)),
        window=draw.choice((6, 8, 12)),
        validators=draw.random() < 0.75,
        restless=draw.random() < 0.1,
    )
    outlet.marks = ("counted", "numbered", "named")[number // 10 % 3]
    kind = number % 10
    if kind == 0:  # rolls over: more is published between two polls than it shows
        outlet.window, outlet.interval = 6, 2 * HOUR
        outlet.paged, outlet.listed = number % 40 == 10, number % 40 == 20
    elif kind == 1:
        outlet.troubles = _draw_troubles(draw, number)
    elif kind == 2:
        outlet.moves_at = START + timedelta(hours=draw.uniform(20, 90))
    elif kind == 3:
        outlet.new_guids_at = START + timedelta(hours=draw.uniform(20, 140))
    elif kind == 4:  # falls silent
        outlet.enabled = number != 4
    outlet.scrape = kind == 5
    outlet.items = _draw_items(draw, outlet)
    if outlet.scrape:
        _draw_pages(draw, outlet)
    return outlet


def _draw_pages(draw: random.Random, outlet: Outlet) -> None:
    """Give an outlet's pages their troubles, and robots.txt its wishes."""
    kind = outlet.number // 10 % 4
    paths = [item.path for item in outlet.items]
    if kind == 1:
        wishes = [f"Crawl-delay: {CRAWL_DELAY:g}"]
        for path in draw.sample(paths, 4):
            outlet.page_troubles[path] = "refused"
            wishes.append(f"Disallow: {path}$")
        outlet.robots = "\n".join(["User-agent: *", *wishes])
    elif kind == 2:
        outlet.robots_back_at = START + timedelta(hours=draw.uniform(5, 20))
    elif kind == 3:
        chosen = draw.sample(paths[-9:], 4)
        whats: tuple[PageTrouble, ...] = ("500 once", "500 once", "404", "hang once")
        outlet.page_troubles.update(zip(chosen, whats, strict=True))


def _draw_troubles(
    draw: random.Random, number: int
) -> list[tuple[datetime, datetime, Trouble]]:
    kinds: tuple[Trouble, ...] = (
        "500",
        "silent",
        "hang",
        "empty",
        "html",
        "503 seconds",
        "429 date",
        "404",
        "410",
        "blocked",
        "404",
    )
    what = kinds[number // 10 % len(kinds)]
    start = START + timedelta(hours=draw.uniform(20, 80))
    for_good = what == "410" or (what in {"404", "blocked"} and number >= 100)
    hours = 200 if for_good else draw.uniform(9, 40)
    return [(start, start + timedelta(hours=hours), what)]


def _draw_items(draw: random.Random, outlet: Outlet) -> list[Item]:
    """Draw what an outlet publishes from four days before the week on."""
    kind = outlet.number % 10
    a_day = {0: 8.0, 4: 4.0, 5: 2.5}.get(kind) or draw.uniform(0.8, 2.2)
    end = START + (timedelta(hours=40) if kind == 4 else WEEK)
    moment = START - timedelta(days=4)
    moments = [moment]
    while moment < end:
        busy = 1.6 if 6 <= moment.hour < 18 else 0.4
        moment += timedelta(days=draw.expovariate(a_day * busy))
        moments.append(moment)
    # Kind 7 publishes just as much at once as its document holds.
    sizes = {0: range(9, 30), 7: range(outlet.window, outlet.window + 1)}.get(kind)
    for _ in range(3 if sizes else 0):
        at = START + timedelta(hours=draw.uniform(12, 150))
        minutes = draw.sample(range(90), draw.choice(sizes or [0]))
        moments += [at + timedelta(minutes=minute) for minute in minutes]
    taken = sorted({m.replace(second=0, microsecond=0) for m in moments if m < end})
    number, items = 100_000 + outlet.number * 1_000, []
    for at in taken:
        number += 1 if outlet.marks != "numbered" else draw.randrange(2, 9)
        items.append(_draw_item(draw, outlet, number, at))
    return items


def _draw_item(draw: random.Random, outlet: Outlet, number: int, at: datetime) -> Item:
    title = " ".join([*draw.sample(WORDS, 5), str(number)])
    more = ["liman", "tramvay"][: 2 if number % 9 == 0 else number % 2]
    lead = " ".join([*draw.sample(WORDS, 9), *more])
    named = "-".join(draw.sample(LATIN_WORDS, 4))
    text = tuple(
        " ".join(draw.sample(WORDS, 14)).capitalize() + "."
        for _ in range(8 if outlet.scrape else 0)
    )
    return Item(
        number=number,
        mark=named if outlet.marks == "named" else str(number),
        at=at,
        title=title.capitalize(),
        lead=f"{lead}.",
        text=text,
    )
