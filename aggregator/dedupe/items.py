"""An article as it is compared: its own words, without what stands round them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

from aggregator.text.credits import core_text
from aggregator.text.wording import DAY, NAME, NUMBER, Wording, read_wording, words_of

SHORT = 80  # words; below, two words a shingle and the title belong to the text
_STEM = 5  # letters by which two inflected forms of a word are taken for one

# Stems of what titles say of any article.
_EMPTY = frozenset(
    stem
    for stems in (
        "gunun bugun dun haber cikan onem onemli gelis neler oldu ozet ozeti manse",
        "gunde dakik son video foto galer izle canli basli sabah aksam bulte hafta",
        "xeber esas hadis news today daily brief round stori headl photo watch live",
        "новос главн сегод видео фото итоги дайдж",
    )
    for stem in stems.split()
)

# How a title calls itself an overview of several articles.
_OVERVIEW = re.compile(
    r"\b(?:bulten|ozeti?\b|manset|gundemi?\b|yasananlar|diger haberler|xulase"
    r"|round ?up|digest|briefing|дайджест|сводка)"
)

Shingles = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Item:
    """One article: `title` and `body` in folded words, `prose` the body as written."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    prose: str
    heading: str

    @property
    def is_short(self) -> bool:
        """A feed's item or a brief."""
        return len(self.body) < SHORT

    @property
    def words(self) -> tuple[str, ...]:
        """What stands for the article: of a short one the title belongs to it."""
        return self.title + self.body if self.is_short else self.body

    @cached_property
    def pairs(self) -> Shingles:
        """All runs of two words, the title's and the body's."""
        return shingles(self.title, 2) | shingles(self.body, 2)

    @cached_property
    def triples(self) -> Shingles:
        """All runs of three words of the body."""
        return shingles(self.body, 3)

    @property
    def wording(self) -> Wording:
        """The body with its facts."""
        return read_wording(self.prose)

    @property
    def whole_wording(self) -> Wording:
        """Title and body with their facts."""
        return read_wording(f"{self.heading}\n{self.prose}")

    @cached_property
    def dates(self) -> frozenset[tuple[int, int]]:
        """The (day, month) pairs of title and body."""
        return self.wording.dates | self.title_wording.dates

    @property
    def title_wording(self) -> Wording:
        """The title with its facts."""
        return read_wording(self.heading)


@lru_cache(maxsize=256)
def read_item(title: str, lead: str, text: str) -> Item:
    """Read an article; a lead that the text repeats counts once."""
    prose, lead = core_text(text), core_text(lead)
    if lead and lead.rstrip(".…")[:80] not in prose:
        prose = f"{lead}\n{prose}" if prose else lead
    return Item(words_of(title), words_of(prose), prose, title)


def shingles(words: tuple[str, ...], size: int) -> Shingles:
    """Return the distinct runs of `size` words."""
    return frozenset(zip(*(words[i:] for i in range(size)), strict=False))


def support(title: tuple[str, ...], words: tuple[str, ...]) -> float | None:
    """Return the share of a title's content words that a text holds, endings aside.

    None when the title has none ('Günün öne çıkan haberleri'). A real article's text
    speaks of what its title does; a cookie wall's or a round-up's does not.
    """
    wanted = stems(w for w in title if len(w) >= 4) - _EMPTY
    return len(wanted & stems(words)) / len(wanted) if wanted else None


def is_overview(title: tuple[str, ...]) -> bool:
    """Say whether a title announces several articles: a bulletin, a summary."""
    return _OVERVIEW.search(" ".join(title)) is not None


def stems(words: Iterable[str]) -> frozenset[str]:
    """Return what inflected forms of the words have in common."""
    return frozenset(word[:_STEM] for word in words)


def title_key(title: str) -> str:
    """Return what equal titles have in common, whatever their case and signs."""
    return " ".join(words_of(title))


def series_key(title: str) -> str | None:
    """Return a title with numbers, days and names masked; None when nothing is left.

    A key met on three days or more is a series: 'İzmir'de 6 Ocak hava durumu'.

    >>> series_key("Konak'ta 6 Ocak su kesintisi") == series_key(
    ...     "Urla'da 7 Şubat su kesintisi"
    ... )
    True
    """
    masks = [m for m in read_wording(title).masks if m not in (NUMBER, DAY)]
    plain = [m for m in masks if m != NAME]
    return " ".join(masks) if plain else None


def body_key(text: str) -> str | None:
    """Return a hash of a body for counting stubs; None for an empty one.

    One body under three titles of an outlet is boilerplate, not an article.
    """
    words = words_of(core_text(text))
    if not words:
        return None
    return blake2b(" ".join(words).encode(), digest_size=8).hexdigest()
