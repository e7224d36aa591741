"""Stories about one event in other words or another language: links, never merges."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.model import Candidate
from aggregator.stories.marks import Marks, read_marks
from aggregator.text.wording import read_wording

_WINDOW = timedelta(hours=72)
_COSINE = 0.35
_SHARED = 2  # names or numbers
# Evidence is the rarity of what is shared, 0-1 each. In one language the words must
# agree too, or very much be shared; across languages words are no evidence. Measured by
# benchmarks/eval_related.py.
_EVIDENCE = 0.8
_MUCH_EVIDENCE = 2.4
_FOREIGN_EVIDENCE = 1.3
_BACKGROUND = (
    50  # stories that are always thought there: three are no measure of rarity
)
_STEM = 6  # letters that inflected forms of a word share
_FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A related story. score: 0-1. shared: the names and numbers both speak of.

    words: the same as the article asked about writes them.
    """

    story_id: int
    score: float
    shared: tuple[str, ...]
    words: tuple[str, ...]


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
    everyone = (mine, *others)
    words = Counter(word for p in everyone for word in p.words)
    marks = Counter(mark for p in everyone for mark in p.marks.all)
    found = []
    for other, profile in zip(near, others, strict=True):
        shared = mine.marks.shared(profile.marks)
        evidence = sum(_rarity(marks[mark], len(everyone)) for mark in shared)
        if evidence < _EVIDENCE or not _tells(shared):
            continue
        score = _cosine(mine.words, profile.words, words, len(everyone))
        is_foreign = other.language != article.language
        enough = _FOREIGN_EVIDENCE if is_foreign else _MUCH_EVIDENCE
        is_named = bool(shared - mine.marks.numbers)
        if score >= _COSINE or (is_named and evidence >= enough):
            found.append(
                Relation(
                    story_id=other.story_id,
                    score=round(max(score, evidence / (evidence + 1)), 3),
                    shared=tuple(sorted(shared)),
                    words=tuple(sorted(mine.marks.written.get(m, m) for m in shared)),
                )
            )
    return tuple(sorted(found, key=lambda r: (-r.score, -len(r.shared), r.story_id)))[
        :_FEW
    ]


def _tells(shared: frozenset[str]) -> bool:
    """Say whether marks are enough of them, and more than the names one follows."""
    return len(shared) >= _SHARED and not all(mark[0] == "@" for mark in shared)


def _rarity(count: int, total: int) -> float:
    """Return how much it tells that two speak of what `count` of `total` speak of."""
    size = total + _BACKGROUND
    return math.log(size / max(2, count)) / math.log(size)


@dataclass(frozen=True, slots=True)
class Profile:
    """An article's title and lead as counted stems, with its names and numbers."""

    words: Counter[str]
    marks: Marks

    @classmethod
    def of(cls, article: Candidate, names: Mapping[str, str]) -> Profile:
        """Read an article; names: as `related` takes them."""
        opening = article.lead or article.text[:400]
        wording = read_wording(f"{article.title}\n{opening}")
        words = Counter(
            "@" + names[w] if w in names else w[:_STEM] for w in wording.words
        )
        return cls(words, read_marks(wording, names))


def _profile(
    article: Candidate, names: Mapping[str, str], known: dict[int, Profile]
) -> Profile:
    if article.article_id not in known:
        known[article.article_id] = Profile.of(article, names)
    return known[article.article_id]


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
