"""What watchlists are judged on, and what they find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a watchlist is judged on."""

    title: str
    lead: str = ""
    text: str = ""
    language: str = "tr"
    outlet: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One occurrence of a term. start and end are offsets into `field` as stored."""

    watchlist_id: str
    term: str  # as written in the watchlist or name, e.g. Bakü
    surface: str  # as written in the text, e.g. Bakü'deki
    field: Literal["title", "lead", "text"]
    start: int
    end: int
    snippet: str  # the sentence round it, at most 240 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A watchlist that an article satisfies, with its evidence in order of place."""

    watchlist_id: str
    score: float
    matches: tuple[Match, ...]
