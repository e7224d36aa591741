"""Stories about one event in other words or another language: links, never merges."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.model import Candidate
from aggregator.text.wording import NAME, NUMBER, read_wording

_WINDOW = timedelta(hours=72)
_COSINE = 0.35
_SHARED = 2  # rare names or numbers
_RARE = 0.2  # of the representatives; what more of them name says nothing of the event
_STEM = 6  # letters that inflected forms of a word share
_FOREIGN_SHARED = 3  # across languages words are no evidence: names and numbers alone
_FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A related story. score: 0-1. shared: the names and numbers both speak of."""

    story_id: int
    score: float
    shared: tuple[str, ...]


def related(
    article: Candidate,
    representatives: Sequence[Candidate],
    *,
    names: Mapping[str, str] | None = None,
    profiles: dict[int, Profile] | None = None,
) -> tuple[Relation, ...]:
    """Return the stories that probably tell the same event, the likeliest first.

    representatives: those of the stories within 72 hours, one a story; rarity is
    counted among them, so give all of a day rather than a few. names: folded written
    form → id of the configured name, so that Bakü, Bakı and Баку are one. profiles:
    what is read of each article, by its id; keep it from call to call to read once.
    """
    names = names or {}
    profiles = {} if profiles is None else profiles
    near = [
        r
        for r in representatives
        if r.story_id != article.story_id and abs(_time(r) - _time(article)) <= _WINDOW
    ]
    mine, *others = [_profile(a, names, profiles) for a in (article, *near)]
    counts = Counter(word for p in (mine, *others) for word in p.words)
    total = len(others) + 1
    ceiling = max(_SHARED, _RARE * total)
    found = []
    for other, profile in zip(near, others, strict=True):
        shared = {m for m in mine.marks & profile.marks if counts[m] <= ceiling}
        if len(shared) < _SHARED:
            continue
        score = _cosine(mine.words, profile.words, counts, total)
        if score >= _COSINE or _is_foreign(mine, profile, shared):
            found.append(
                Relation(
                    story_id=other.story_id,
                    score=round(score, 3),
                    shared=tuple(sorted(shared)),
                )
            )
    return tuple(sorted(found, key=lambda r: (-r.score, -len(r.shared), r.story_id)))[
        :_FEW
    ]


@dataclass(frozen=True, slots=True)
class Profile:
    """An article's title and lead as counted stems; `marks` are names and numbers."""

    words: Counter[str]
    marks: frozenset[str]
    common: frozenset[str]  # lower-case stems: without one in common, another language

    @classmethod
    def of(cls, article: Candidate, names: Mapping[str, str]) -> Profile:
        """Read an article; names: as `related` takes them."""
        opening = article.lead or article.text[:400]
        wording = read_wording(f"{article.title}\n{opening}")
        words: Counter[str] = Counter()
        marks = set()
        common = set()
        for word, mask in zip(wording.words, wording.masks, strict=True):
            stem = "@" + names[word] if word in names else word[:_STEM]
            words[stem] += 1
            if (
                mask == NAME
                or stem.startswith("@")
                or (mask == NUMBER and len(word) > 1)
            ):
                marks.add(stem)
            elif len(word) > 3:
                common.add(stem)
        return cls(words, frozenset(marks), frozenset(common))


def _profile(
    article: Candidate, names: Mapping[str, str], known: dict[int, Profile]
) -> Profile:
    if article.article_id not in known:
        known[article.article_id] = Profile.of(article, names)
    return known[article.article_id]


def _is_foreign(a: Profile, b: Profile, shared: set[str]) -> bool:
    # One word may be borrowed: amphora, amphorae.
    return len(a.common & b.common) <= 1 and len(shared) >= _FOREIGN_SHARED


def _cosine(
    a: Counter[str], b: Counter[str], counts: Counter[str], total: int
) -> float:
    def weights(words: Counter[str]) -> dict[str, float]:
        return {
            w: (1 + math.log(n)) * math.log(1 + total / counts[w])
            for w, n in words.items()
        }

    x, y = weights(a), weights(b)
    dot = sum(weight * y.get(word, 0.0) for word, weight in x.items())
    norm = math.hypot(*x.values()) * math.hypot(*y.values())
    return dot / norm if norm else 0.0


def _time(article: Candidate) -> datetime:
    return article.published_at or article.first_seen_at
