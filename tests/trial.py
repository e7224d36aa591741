"""A small press of one's own on loopback, polled by the real program.

    with Press(tmp_path) as press:
        press.feed("son-haber")
        press.publish("son-haber", Item("fuar", "Fuar açıldı", prose(1)))
        press.poll()                       # a whole run, at press.clock
        press.clock.move(hours=2)
        assert press.rows("select title from news") == [("Fuar açıldı",)]

Pages are served beside the feed. `command` calls the command line as cron does, without
a terminal, and `on_terminal` with one.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from xml.sax.saxutils import escape

import yaml

from aggregator import cli
from aggregator import config as configuration
from aggregator.model import Config, RunReport
from aggregator.poll import Options, run
from aggregator.store import Db, open_db
from tests.fakes import Answer, MailSink, Site

NOW = datetime(2026, 1, 6, 11, 30, tzinfo=UTC)  # a Tuesday, 14:30 in Istanbul
ANALYST = "analist@example.org"
NAMES = {
    "izmir": ["İzmir"],
    "baku": [{"text": "Bakü", "case": "strict"}, {"text": "Bakı", "language": "az"}],
}
WATCHLISTS: list[dict[str, Any]] = [
    {"id": "baku", "title": "Bakü", "query": "@baku"},
    {"id": "liman", "title": "Liman", "terms": ["kruvaziyer"]},
]

_LINE = (
    "meclis başkan toplantı bütçe köprü tramvay sergi konser okul hastane park pazar"
    " sahil tünel kütüphane atölye festival ödül rapor komisyon taşınmaz ihale yatırım"
    " üretici kooperatif zeytin incir üzüm balıkçı tekne rüzgâr enerji sulama baraj"
    " orman yangın itfaiye ekip gönüllü öğrenci öğretmen sanatçı ressam müze kazı"
    " arkeolog tarih mahalle muhtar esnaf çarşı lonca vapur iskele liman yolcu"
)
_WORDS = _LINE.split()


class Clock:
    """A clock that stands still unless told to move."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)


def prose(seed: int, *extra: str, sentences: int = 12) -> str:
    """A text of its own: no two seeds share sentences. `extra` stands in the middle."""
    draw = random.Random(seed)
    made = [
        f"{' '.join(draw.sample(_WORDS, 9)).capitalize()} için {draw.randint(11, 989)}"
        " kişi bir araya geldi."
        for _ in range(sentences)
    ]
    middle = len(made) // 2
    lines = [*made[:middle], *extra, *made[middle:]]
    return "\n".join(" ".join(lines[at : at + 4]) for at in range(0, len(lines), 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a feed shows of one article, and its page.

    hours: published so long before the press's clock. page None: the page is not there.
    """

    slug: str
    title: str
    body: str = ""
    lead: str = ""
    hours: float | None = 1.0
    guid: str | None = ""  # '': the link; None: none
    path: str = ""  # '': /haber/slug


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command printed and the exit code it left."""

    code: int
    out: str
    err: str


class _Source(NamedTuple):
    address: str
    path: str


class Press:
    """Outlets on loopback, a mail server, and a feeds.yaml about them."""

    def __init__(
        self, folder: Path, *, hosts: int = 1, at: datetime = NOW, **settings: Any
    ) -> None:
        self.folder = folder
        self.clock = Clock(at)
        self.config_path = folder / "feeds.yaml"
        self.site = Site(*(f"127.0.0.{n}" for n in range(1, hosts + 1)))
        self.sink = MailSink()
        self.document: dict[str, Any] = {
            "settings": {
                "database": str(folder / "news.db"),
                "contact": "basin@bel.example",
                "host_delay": "0s",
                "allow_hosts": [f"127.0.0.{n}" for n in range(1, hosts + 1)],
                **settings,
            },
            "feeds": [],
            "names": dict(NAMES),
            "watchlists": [dict(item) for item in WATCHLISTS],
            "alerts": {
                "from": "Takip <takip@example.org>",
                "subscriptions": [
                    {"to": ANALYST, "watchlists": "all", "mode": "instant"}
                ],
            },
        }
        self._sources: dict[str, _Source] = {}
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(self.site)
        self._open.enter_context(self.sink)
        smtp = {"host": "127.0.0.1", "port": self.sink.port, "security": "none"}
        self.document["alerts"]["smtp"] = smtp
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    # -- the press ---------------------------------------------------------------------

    def feed(self, feed_id: str, *, host: int = 1, **options: Any) -> str:
        """Configure an outlet with an empty feed; return the address of its feed."""
        address, path = f"127.0.0.{host}", options.pop("path", f"/{feed_id}/rss")
        url = options.pop("url", self.site.url(path, address))
        self._sources[feed_id] = _Source(address, path)
        row = {"id": feed_id, "outlet": feed_id.replace("-", " ").title(), "url": url}
        self.document["feeds"].append({**row, **options})
        return str(url)

    def publish(self, feed_id: str, *items: Item, pages: bool = True) -> None:
        """Let a feed show these items, newest first, and serve their pages."""
        body = self.rss(feed_id, *items)
        tag = f'"{abs(hash(body))}"'
        self.site.add(self._sources[feed_id].path, Answer(body=body, etag=tag))
        if pages:
            for item in items:
                self.page(item)

    def page(self, item: Item, *, head: str = "") -> None:
        """Serve an item's page, on every host."""
        body = article_page(item.title, item.body, head=head)
        self.site.add(path_of(item), Answer(body=body, content_type=HTML))

    def rss(self, feed_id: str, *items: Item) -> str:
        """An RSS document of these items."""
        address = self._sources[feed_id].address
        parts = []
        for item in items:
            link = escape(self.site.url(path_of(item), address))
            guid = item.guid if item.guid != "" else link
            parts.append(
                "<item>"
                f"<title>{escape(item.title)}</title><link>{link}</link>"
                + (f"<guid isPermaLink='false'>{guid}</guid>" if guid else "")
                + (f"<description>{escape(item.lead)}</description>")
                + (f"<pubDate>{self.date(item.hours)}</pubDate>" if item.hours else "")
                + "</item>"
            )
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>{feed_id}</title><link>{self.site.url('/', address)}</link>"
            f"<description>d</description>{''.join(parts)}</channel></rss>"
        )

    def date(self, hours: float | None) -> str:
        """A date so many hours before the clock, as RSS writes it."""
        return format_datetime(self.clock() - timedelta(hours=hours or 0))

    # -- the program -------------------------------------------------------------------

    def save(self) -> Path:
        """Write feeds.yaml as `document` has it now."""
        self.config_path.write_text(
            yaml.safe_dump(self.document, allow_unicode=True, sort_keys=False), "utf-8"
        )
        return self.config_path

    def config(self) -> Config:
        """The configuration as the program reads it."""
        return configuration.load(str(self.save()))

    def poll(self, *, after: float = 0, **options: Any) -> RunReport:
        """Make one run, `after` minutes later, ignoring due times unless told."""
        self.clock.move(minutes=after)
        chosen = {"force": True, "processes": 0, **options}
        return run(self.config(), Options(**chosen), clock=self.clock)

    @contextlib.contextmanager
    def db(self) -> Iterator[Db]:
        """The open store."""
        opened = open_db(self.folder / "news.db")
        try:
            yield opened
        finally:
            opened.close()

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of a query, as scripts read them."""
        conn = sqlite3.connect(self.folder / "news.db")
        try:
            return conn.execute(sql, parameters).fetchall()
        finally:
            conn.close()

    def value(self, sql: str, *parameters: object) -> Any:
        """The first column of the only row."""
        ((found,),) = self.rows(sql, *parameters)
        return found

    def mails(self) -> list[EmailMessage]:
        """The mails that arrived, in order."""
        return [
            message_from_bytes(item.content, policy=policy.default)
            for item in self.sink.messages
        ]

    def subjects(self) -> list[str]:
        """Their subjects."""
        return [str(mail["Subject"]) for mail in self.mails()]

    def stories(self) -> list[set[str]]:
        """The titles of each story's articles, oldest story first."""
        found: dict[int, set[str]] = {}
        for story_id, outlet in self.rows(
            "select story_id, outlet from news order by story_id"
        ):
            found.setdefault(story_id, set()).add(outlet)
        return list(found.values())

    def command(self, *arguments: object) -> Outcome:
        """Call `aggregator` on this press's feeds.yaml, without a terminal."""
        self.save()
        return command("--config", self.config_path, *arguments)


HTML = "text/html; charset=utf-8"


def path_of(item: Item) -> str:
    """Where an item's page lies."""
    return item.path or f"/haber/{item.slug}"


def article_page(title: str, body: str, *, head: str = "") -> str:
    """A page as outlets write them."""
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in body.splitlines())
    return (
        f"<!doctype html><html lang='tr'><head><title>{escape(title)}</title>{head}"
        "</head><body><nav><a href='/'>Ana sayfa</a> <a href='/spor'>Spor</a></nav>"
        f"<article><h1>{escape(title)}</h1>{paragraphs}</article>"
        "<footer><a href='/kunye'>Künye</a></footer></body></html>"
    )


def closed_port() -> int:
    """A port where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*arguments: object) -> Outcome:
    """Call `aggregator` in this process, without a terminal."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = _main(arguments)
    return Outcome(code, out.getvalue(), err.getvalue())


END = b"\x00\x00"  # what no command prints


def on_terminal(*arguments: object) -> Outcome:
    """Call `aggregator` on a terminal of 200 columns; both outputs come in `out`."""
    master, slave = os.openpty()
    os.environ["COLUMNS"] = "200"
    got = bytearray()

    def read() -> None:
        # Not until the end of file: multiprocessing's tracker keeps our stderr open.
        while not got.endswith(END):
            got.extend(os.read(master, 65_536))

    reader = threading.Thread(target=read)
    reader.start()
    with open(slave, "w", encoding="utf-8") as terminal:  # noqa: PTH123 - a descriptor
        with (
            contextlib.redirect_stdout(terminal),
            contextlib.redirect_stderr(terminal),
        ):
            code = _main(arguments)
        terminal.write(END.decode())
        terminal.flush()
        reader.join()
    os.close(master)
    del os.environ["COLUMNS"]
    text = got.removesuffix(END).decode().replace("\r\n", "\n")
    return Outcome(code, text, "")


def _main(arguments: tuple[object, ...]) -> int:
    before = sys.argv
    sys.argv = ["aggregator", *(str(argument) for argument in arguments)]
    try:
        cli.main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    finally:
        sys.argv = before
    return 0
