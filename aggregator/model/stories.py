"""Texts compared, and where articles belong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The shingle hashes of a text, as stored and looked up.

    size: 2 or 3 words a shingle. hashes: a sample, which is stored: sorted, unsigned 31
    bit (four bytes in SQLite). lookup: a larger sample, which is asked for when the
    article is new; so a brief and the long text that holds it meet, though each stores
    few rows.
    """

    size: int
    hashes: tuple[int, ...]
    words: int
    lookup: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored article that shares shingles with a new one."""

    article_id: int
    story_id: int
    outlet: str
    title: str
    lead: str
    text: str
    agency: str
    published_at: datetime | None
    first_seen_at: datetime
    language: str = ""  # not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What comparing two texts found. `verdict` decides; the rest explains.

    verdict: 'copy', 'conflict' (a template with other facts), 'stub', 'different',
    'part' (one text is a piece of the other, which is about more: a round-up).
    containment: share of the shorter text's shingles that the longer holds. coverage:
    share of the longer one's that the shorter holds. longer: which of the two it is.
    """

    article_id: int
    story_id: int
    verdict: Literal["copy", "conflict", "stub", "different", "part"]
    containment: float
    reason: str
    coverage: float = 0.0
    longer: Literal["new", "old"] = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article belongs. story_id None: a story of its own.

    merges: stories that this article bridges and that become aliases of story_id.
    related: stories to link (a round-up's parts). reason: one sentence for `explain`.
    is_roundup: it holds parts of several stories: nothing joins it but its copy.
    """

    story_id: int | None
    reason: str
    merges: tuple[int, ...] = ()
    related: tuple[int, ...] = ()
    containment: float | None = None
    is_roundup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFacts:
    """What placing an article must know of a story.

    representative: the article whose text the story carries. members: all of its
    articles. is_roundup: its representative was placed as a round-up.
    """

    story_id: int
    representative: int
    members: tuple[int, ...] = ()
    is_roundup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What people decided on the desk; it wins over every measure, for ever.

    splits: pairs of article ids kept apart. joins: pairs kept together.
    """

    splits: frozenset[frozenset[int]] = frozenset()
    joins: frozenset[frozenset[int]] = frozenset()
