"""A press of our own for the desk: stories, copies, versions, hits, feeds, mails.

Everything is written through plain SQL, so that the desk is tested against the schema
and not against the rooms that fill it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aggregator.match import index_text
from aggregator.model import (
    AlertSettings,
    Config,
    Feed,
    Form,
    Name,
    Settings,
    Watchlist,
)
from aggregator.store import Db, instant, open_db

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

# 17:20 in İzmir, a Tuesday.
NOW = datetime(2026, 1, 6, 14, 20, tzinfo=UTC)

FORMS = {
    "izmir": ("İzmir", "Izmir", "Измир"),
    "baku": ("Bakü", "Bakı", "Baku", "Баку"),
    "azerbaijan": ("Azerbaycan", "Azərbaycan", "Azerbaijan", "Азербайджан"),
    "bremen": ("Bremen",),
}

WATCHLISTS = (
    Watchlist(
        id="izmir-baku",
        title="İzmir–Bakü",
        query="@izmir AND (@baku OR @azerbaijan)",
        ignore=("İzmir Marşı", "Bakü Caddesi"),
    ),
    Watchlist(id="azerbaycan", title="Azerbaycan", terms=("@azerbaijan", "@baku")),
    Watchlist(
        id="kardes-sehirler",
        title="Kardeş şehirler",
        terms=("kardeş şehir", "kardeş kent", "sister city", "@bremen"),
    ),
    Watchlist(id="buyuksehir", title="Büyükşehir", terms=("Büyükşehir Belediyesi",)),
)

# The words each watchlist marks in this corpus.
TERMS = {
    "izmir-baku": ("İzmir", "Bakü", "Bakı", "Baku", "Баку", "Измир", "Azerbaycan"),
    "azerbaycan": ("Azerbaycan", "Azərbaycan", "Azerbaijan", "Bakü", "Bakı", "Баку"),
    "kardes-sehirler": ("kardeş şehir", "kardeş kent", "sister cit", "Bremen"),
    "buyuksehir": ("Büyükşehir Belediyesi",),
}

# outlet, feed, language, category, region, kind
OUTLETS = (
    ("Ege Postası", "ege-postasi", "tr", "press", "İzmir", "feed"),
    ("Körfez Gündemi", "korfez-gundemi", "tr", "press", "İzmir", "feed"),
    ("Kordon Haber", "kordon-haber", "tr", "press", "İzmir", "html"),
    ("Anadolu Yankısı", "anadolu-yankisi", "tr", "agency", "", "feed"),
    ("Yarımada", "yarimada", "tr", "press", "İzmir", "sitemap"),
    ("Başkent Ekonomi", "baskent-ekonomi", "tr", "press", "Ankara", "feed"),
    ("Belediye Duyuruları", "belediye-duyurulari", "tr", "municipal", "İzmir", "html"),
    ("Xəzər Xəbər", "xezer-xeber", "az", "press", "Bakı", "feed"),
    ("Paytaxt", "paytaxt", "az", "agency", "Bakı", "feed"),
    ("Caspian Courier", "caspian-courier", "en", "press", "Bakı", "feed"),
    ("Каспийский вестник", "kaspiyskiy-vestnik", "ru", "press", "Bakı", "feed"),
    ("Demiryol Dergisi", "demiryol-dergisi", "tr", "press", "", "feed"),
)


REASONS = {
    "alone": "nothing shares its text",
    "joined": "96% of the shorter text is shared with its representative",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One article: minutes before NOW, outlet, title, lead, text."""

    ago: int
    outlet: str
    title: str
    lead: str = ""
    text: str = ""
    agency: str = ""
    author: str = ""
    url: str | None = None
    versions: Sequence[tuple[str, str]] = ()  # earlier (title, text)
    scrape_state: str = "full"


def make_config(database: Path) -> Config:
    """Return the configuration that belongs to the corpus."""
    return Config(
        path=str(database.with_name("feeds.yaml")),
        settings=Settings(database=str(database)),
        feeds=tuple(
            Feed(
                id=feed_id,
                outlet=outlet,
                url=f"https://{feed_id}.example/akis",
                language=language,
                interval=timedelta(minutes=30),
            )
            for outlet, feed_id, language, *_ in OUTLETS
        ),
        names=tuple(
            Name(id=name, forms=tuple(Form(text=form) for form in forms))
            for name, forms in FORMS.items()
        ),
        watchlists=WATCHLISTS,
        alerts=AlertSettings(base_url="http://127.0.0.1:8001"),
    )


class Corpus:
    """Writes into an open news database; close it before the desk is built."""

    def __init__(self, path: Path, now: datetime = NOW) -> None:
        self.db: Db = open_db(path)
        self.now = now

    def close(self) -> None:
        """Commit and close."""
        self.db.close()

    def at(self, minutes_ago: float) -> str:
        """Return a time before now as the database keeps it."""
        text = instant(self.now - timedelta(minutes=minutes_ago))
        assert text is not None
        return text

    def insert(self, table: str, **row: Any) -> int:
        """Insert a row and return its id."""
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        return self.db.write(
            f"insert into {table} ({names}) values ({marks})",
            tuple(row.values()),
        )

    def add_feeds(self) -> None:
        """Add the outlets' feeds, every one healthy."""
        for n, (outlet, feed_id, language, category, region, kind) in enumerate(
            OUTLETS
        ):
            self.insert(
                "feeds",
                feed_id=feed_id,
                outlet=outlet,
                url=f"https://{feed_id}.example/akis",
                kind=kind,
                language=language,
                category=category,
                region=region,
                enabled=1,
                state="ok",
                last_polled_at=self.at(12),
                last_success_at=self.at(12),
                last_new_at=self.at(20 + 7 * n),
                status=200,
                next_poll_at=self.at(-18),
                memory=json.dumps({"rhythm": 2700 + 600 * n, "notes": []}),
            )

    def trouble(self, feed_id: str, state: str, **columns: Any) -> None:
        """Give a feed a state and what goes with it."""
        names = ", ".join(f"{name} = ?" for name in ("state", *columns))
        self.db.write(
            f"update feeds set {names} where feed_id = ?",
            (state, *columns.values(), feed_id),
        )

    def add_story(
        self, *pieces: Piece, watchlists: Iterable[str] = (), reason: str = ""
    ) -> int:
        """Add a story: the first piece is what the others copy; return its id."""
        seen = [self.at(piece.ago - 4) for piece in pieces]
        story_id = self.insert(
            "stories",
            title=pieces[0].title,
            articles=len(pieces),
            outlets=len({piece.outlet for piece in pieces}),
            first_seen_at=min(seen),
            last_seen_at=max(seen),
        )
        source: int | None = None
        for piece in pieces:
            article_id = self._add_article(story_id, source, piece)
            source = source or article_id
            action = "alone" if article_id == source else "joined"
            self.insert(
                "decisions",
                article_id=article_id,
                story_id=story_id,
                action=action,
                reason=reason or REASONS[action],
                at=self.at(piece.ago - 4),
            )
            for watchlist in watchlists:
                self._flag(watchlist, article_id, story_id, piece)
        self.db.write(
            "update stories set representative_id = ? where id = ?", (source, story_id)
        )
        return story_id

    def _add_article(self, story_id: int, source: int | None, piece: Piece) -> int:
        found = next((row for row in OUTLETS if row[0] == piece.outlet), None)
        _, feed_id, language, category, *_ = found or ("", "yabanci", "tr", "press")
        at = self.now - timedelta(minutes=piece.ago)
        article_id = self.insert(
            "articles",
            story_id=story_id,
            copy_of=source,
            outlet=piece.outlet,
            feed_id=feed_id,
            url=piece.url or f"https://{feed_id}.example/haber/{story_id}-{piece.ago}",
            title=piece.title,
            lead=piece.lead,
            language=language,
            category=category,
            author=piece.author,
            agency=piece.agency,
            published_at=instant(at),
            published_day=(at + timedelta(hours=3)).date().isoformat(),
            date_source="feed",
            first_seen_at=self.at(piece.ago - 4),
            changed_at=self.at(piece.ago - 4 - 30 * len(piece.versions)),
            versions=1 + len(piece.versions),
            words=len(piece.text.split()),
            scrape_state=piece.scrape_state,
            title_key=piece.title.casefold(),
        )
        self.insert("bodies", article_id=article_id, text=piece.text)
        for n, (title, text) in enumerate(piece.versions, 1):
            self.insert(
                "versions",
                article_id=article_id,
                n=n,
                seen_at=self.at(piece.ago - 4 - 30 * (n - 1)),
                title=title,
                lead=piece.lead,
                text=text,
            )
        folded = index_text(piece.title, piece.lead, piece.text, language)
        self.insert("search_texts", id=article_id, folded=folded)
        self.db.write(
            "insert into search_fts (rowid, folded) values (?, ?)", (article_id, folded)
        )
        self.insert(
            "entries",
            feed_id=feed_id,
            key=f"k{article_id}",
            item_hash="x",
            article_id=article_id,
            first_seen_at=self.at(piece.ago - 4),
        )
        return article_id

    def _flag(
        self, watchlist: str, article_id: int, story_id: int, piece: Piece
    ) -> None:
        hits = 0
        for field in ("title", "lead", "text"):
            text: str = getattr(piece, field)
            for term in TERMS[watchlist]:
                for match in re.finditer(rf"(?<!\w){re.escape(term)}[\w’']*", text):
                    hits += 1
                    self.insert(
                        "match_records",
                        watchlist_id=watchlist,
                        article_id=article_id,
                        term=term,
                        surface=match.group(),
                        field=field,
                        start=match.start(),
                        end=match.end(),
                        snippet=_sentence(text, match.start()),
                        version=1 + len(piece.versions),
                        matched_at=self.at(piece.ago - 4),
                    )
        seen = self.at(piece.ago - 4)
        self.db.write(
            "insert or ignore into flags values (?, ?, ?, 1, ?)",
            (watchlist, article_id, float(hits), seen),
        )
        self.db.write(
            "insert or ignore into story_flags values (?, ?, ?, ?)",
            (watchlist, story_id, float(hits), seen),
        )

    def add_run(self, ago: float = 9) -> None:
        """Add a complete run."""
        self.insert(
            "run_records",
            started_at=self.at(ago + 1),
            finished_at=self.at(ago),
            feeds_due=12,
            fetched=4,
            not_modified=7,
            failed=1,
            entries_new=9,
            articles_new=8,
            exit_code=0,
        )

    def add_watchlists(self) -> None:
        """Add the watchlists as a run would have stored them."""
        for n, watchlist in enumerate(WATCHLISTS):
            self.insert(
                "watchlists",
                watchlist_id=watchlist.id,
                title=watchlist.title,
                fingerprint="x",
                position=n,
            )


def _sentence(text: str, at: int) -> str:
    start = max(text.rfind(". ", 0, at) + 2, text.rfind("\n", 0, at) + 1, 0)
    if start == 1:
        start = 0
    end = min(
        (
            found
            for found in (text.find(". ", at) + 1, text.find("\n", at))
            if found > 0
        ),
        default=len(text),
    )
    return text[start:end].strip()[:240]
