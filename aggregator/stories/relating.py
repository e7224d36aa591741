"""Stories about one event in other words or another language: links, never merges."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.model import Candidate
from aggregator.stories.marks import Marks, read_marks
from aggregator.text.wording import read_wording

_WINDOW = timedelta(hours=72)
_COSINE = 0.35
_SHARED = 2  # names or numbers
# Evidence is the rarity of what is shared, 0-1 each. In one language the words must
# agree too, or much be shared and the words agree somewhat: long texts share offices
# and titles ("Merkez Bankası Başkanı") whatever they tell. Across languages words are
# no evidence. Measured by benchmarks/eval_related.py.
_EVIDENCE = 0.8
_MUCH_EVIDENCE = 2.4
_LOW_COSINE = 0.25
_FOREIGN_EVIDENCE = 1.2
# Both state numbers and not one in common: yesterday's price, another earthquake.
_CONTRADICTION = 0.8
# With a model: how similar two texts of these languages must be, from which the mean of
# unrelated ones already is high. Chosen on half of the events by
# benchmarks/eval_related.py --thresholds. Evidence (up to _ENOUGH) and contradiction
# count a little, since two fires in one town read alike.
_SIMILAR = {
    "az az": 0.933,
    "az en": 0.887,
    "az ru": 0.877,
    "az tr": 0.886,
    "en en": 0.902,
    "en ru": 0.881,
    "en tr": 0.888,
    "ru ru": 0.925,
    "ru tr": 0.897,
    "tr tr": 0.937,
}
_MOST_SIMILAR = 0.937  # for a language that was not measured
_ENOUGH = 2.0
_BY_EVIDENCE = 0.03
_BY_CONTRADICTION = 0.04
_BACKGROUND = (
    50  # stories that are always thought there: three are no measure of rarity
)
_STEM = 6  # letters that inflected forms of a word share
_FEW = 5

# Two articles' likeness by a model, -1 to 1; None: not known, words decide.
Similarity = Callable[[Candidate, Candidate], float | None]


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
    similarity: Similarity | None = None,
) -> tuple[Relation, ...]:
    """Return the stories that probably tell the same event, the likeliest first.

    A related story shares a name or a number in any case. Whether that is enough is
    decided by the words, or where `similarity` has an answer, by that.

    representatives: those of the stories within 72 hours, one a story; rarity is
    counted among them, so give all of a day rather than a few. names: folded written
    form → id of the configured name, so that Bakü, Bakı and Баку are one. profiles:
    what is read of each article, by its id; keep it from call to call to read once.
    similarity: asked only about articles that share something.
    """
    names = names or {}
    profiles = {} if profiles is None else profiles
    near = [
        r
        for r in representatives
        if r.story_id != article.story_id and abs(_time(r) - _time(article)) <= _WINDOW
    ]
    mine, *others = [_profile(a, names, profiles) for a in (article, *near)]
    rarity = Rarity((mine, *others))
    found = []
    for other, profile in zip(near, others, strict=True):
        common = Common.of(mine, profile, rarity)
        if not common.shared:
            continue
        likeness = similarity(article, other) if similarity else None
        if likeness is None:
            score = _score_by_words(mine, profile, common, rarity)
        else:
            score = _score_by_meaning(mine, profile, weigh(likeness, common))
        if score:
            found.append(
                Relation(
                    story_id=other.story_id,
                    score=round(score, 3),
                    shared=tuple(sorted(common.shared)),
                    words=tuple(
                        sorted(mine.marks.written.get(m, m) for m in common.shared)
                    ),
                )
            )
    return tuple(sorted(found, key=lambda r: (-r.score, -len(r.shared), r.story_id)))[
        :_FEW
    ]


class Rarity:
    """How rare marks and words are among the profiles that are compared."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.total = len(profiles)
        self.words = Counter(word for p in profiles for word in p.words)
        self._marks = Counter(mark for p in profiles for mark in p.marks.all)

    def of_mark(self, mark: str) -> float:
        """Return how much it tells, 0-1, that two speak of this."""
        size = self.total + _BACKGROUND
        return math.log(size / max(2, self._marks[mark])) / math.log(size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What two articles share.

    names: how many names and numbers that is. evidence: the rarity of each, summed.
    is_contradicted: both state numbers, and none in common.
    """

    shared: frozenset[str]
    names: int
    evidence: float
    is_contradicted: bool

    @classmethod
    def of(cls, mine: Profile, other: Profile, rarity: Rarity) -> Common:
        """Compare the names and numbers of two articles."""
        names = mine.marks.shared_names(other.marks)
        one, two = mine.marks.numbers, other.marks.numbers
        return cls(
            shared=frozenset().union(*names),
            names=len(names),
            evidence=sum(max(map(rarity.of_mark, name)) for name in names),
            is_contradicted=bool(one and two and not one & two),
        )


def weigh(likeness: float, common: Common) -> float:
    """Return what is held against the threshold of two languages."""
    return (
        likeness
        + _BY_EVIDENCE * min(common.evidence, _ENOUGH)
        - _BY_CONTRADICTION * common.is_contradicted
    )


def _score_by_words(
    mine: Profile, other: Profile, common: Common, rarity: Rarity
) -> float:
    """Return 0-1, 0 for stories that are not related."""
    evidence = common.evidence - _CONTRADICTION * common.is_contradicted
    if evidence < _EVIDENCE or not _tells(common):
        return 0.0
    cosine = _cosine(mine.words, other.words, rarity.words, rarity.total)
    if mine.language == other.language:
        is_enough = evidence >= _MUCH_EVIDENCE and cosine >= _LOW_COSINE
    else:
        is_enough = evidence >= _FOREIGN_EVIDENCE
    is_named = bool(common.shared - mine.marks.numbers)
    if cosine >= _COSINE or (is_named and is_enough):
        return max(cosine, evidence / (evidence + 1))
    return 0.0


def _score_by_meaning(mine: Profile, other: Profile, weight: float) -> float:
    """Return 0-1, 0 for stories that are not related."""
    languages = " ".join(sorted((mine.language, other.language)))
    above = weight - _SIMILAR.get(languages, _MOST_SIMILAR)
    return 0.0 if above < 0 else min(1.0, 0.5 + 5 * above)


def _tells(common: Common) -> bool:
    """Say whether enough is shared, and more than the names one follows."""
    is_followed = all(mark[0] == "@" for mark in common.shared)
    return common.names >= _SHARED and not is_followed


@dataclass(frozen=True, slots=True)
class Profile:
    """An article's title and lead as counted stems, with its names and numbers."""

    words: Counter[str]
    marks: Marks
    language: str

    @classmethod
    def of(cls, article: Candidate, names: Mapping[str, str]) -> Profile:
        """Read an article; names: as `related` takes them."""
        opening = article.lead or article.text[:400]
        wording = read_wording(f"{article.title}\n{opening}")
        words = Counter(
            "@" + names[w] if w in names else w[:_STEM] for w in wording.words
        )
        return cls(words, read_marks(wording, names), article.language)


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
