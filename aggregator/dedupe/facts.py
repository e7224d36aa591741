"""Whether two texts in one wording also agree on their facts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from aggregator.text.wording import DAY, NAME, NUMBER, Wording, same_name

_FACTS = (NUMBER, NAME, DAY)
# Sentences of a text that are compared: the time grows with the square, and a hostile
# feed may have ten thousand.
_MOST_SENTENCES = 300
# Products of lengths beyond which skeletons are not laid over each other, for the same
# reason: no sentence of prose has 1,000 words.
_LONGEST_PAIR = 1_000_000
_LONGEST_FIGURE = 18  # characters; what is longer may be no float
_SKELETON = 0.5  # of a sentence's masked pairs that another must share


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the facts of the shorter text stand in the longer.

    matched: its sentences with facts that have a counterpart in the same skeleton.
    conflicting: those of them where a fact differs. agreed, differing: facts in them.
    numbers: distinct numbers of the matched sentences. lost: those of them that the
    longer text lacks.
    """

    matched: int = 0
    conflicting: int = 0
    agreed: int = 0
    differing: int = 0
    numbers: int = 0
    lost: int = 0

    @property
    def conflict_share(self) -> float:
        """The share of the matched sentences that conflict."""
        return self.conflicting / self.matched if self.matched else 0.0

    @property
    def dispute(self) -> float:
        """The share of the facts compared that differ."""
        return self.differing / max(1, self.agreed + self.differing)

    @property
    def lost_share(self) -> float:
        """The share of the numbers that the longer text lacks."""
        return self.lost / self.numbers if self.numbers else 0.0


def weigh_facts(short: Wording, long: Wording, *, rounding: bool = False) -> Agreement:
    """Compare the facts of two texts, sentence by sentence in one skeleton.

    rounding: 4.512 and 4.500 are one figure, as in briefs.
    """
    spans = long.sentences[:_MOST_SENTENCES]
    sentences = [_Sentence.of(long, span) for span in spans]
    known = {s.words for s in sentences}
    index: dict[tuple[str, str], list[int]] = {}
    for i, sentence in enumerate(sentences):
        for pair in sentence.pairs:
            index.setdefault(pair, []).append(i)
    matched = conflicting = agreed = differing = 0
    numbers: set[str] = set()
    for span in short.sentences[:_MOST_SENTENCES]:
        sentence = _Sentence.of(short, span)
        twin = sentence if sentence.words in known else sentence.twin(sentences, index)
        if twin is None:
            continue
        same, other = _confront(sentence, twin, rounding=rounding)
        if not same + other:
            continue
        numbers |= sentence.numbers()
        agreed, differing = agreed + same, differing + other
        matched, conflicting = matched + 1, conflicting + (other > 0)
    return Agreement(
        matched=matched,
        conflicting=conflicting,
        agreed=agreed,
        differing=differing,
        numbers=len(numbers),
        lost=len(numbers - long.numbers),
    )


@dataclass(frozen=True, slots=True)
class _Sentence:
    words: tuple[str, ...]
    masks: tuple[str, ...]

    @classmethod
    def of(cls, text: Wording, span: tuple[int, int]) -> _Sentence:
        start, end = span
        return cls(text.words[start:end], text.masks[start:end])

    @property
    def pairs(self) -> set[tuple[str, str]]:
        masks = ("", *self.masks, "")
        return set(pairwise(masks))

    def numbers(self) -> set[str]:
        return {w for w, m in zip(self.words, self.masks, strict=True) if m == NUMBER}

    def twin(
        self, others: list[_Sentence], index: dict[tuple[str, str], list[int]]
    ) -> _Sentence | None:
        """Find the sentence in the same skeleton; of several the nearest in words."""
        votes: Counter[int] = Counter()
        pairs = self.pairs
        for pair in pairs:
            votes.update(index.get(pair, ()))
        least = max(2.0, _SKELETON * len(pairs))
        fit = [i for i, count in votes.items() if count >= least]
        if not fit:
            return None
        mine = set(self.words)
        best = max(fit, key=lambda i: (len(mine & set(others[i].words)), votes[i]))
        return others[best]


def _confront(a: _Sentence, b: _Sentence, *, rounding: bool) -> tuple[int, int]:
    """Count the facts that agree and that differ where the skeletons meet."""
    if a.words == b.words:
        return sum(m in _FACTS for m in a.masks), 0
    elsewhere = set(b.words)
    if len(a.words) * len(b.words) > _LONGEST_PAIR:
        facts = [w for w, m in zip(a.words, a.masks, strict=True) if m in _FACTS]
        there = sum(fact in elsewhere for fact in facts)
        return there, len(facts) - there
    same, other = 0, int(_is_other_start(a, b))
    blocks = SequenceMatcher(
        None, a.masks, b.masks, autojunk=False
    ).get_matching_blocks()
    for i, j, size in blocks:
        for k in range(size):
            mask = a.masks[i + k]
            if mask not in _FACTS:
                continue
            mine, yours = a.words[i + k], b.words[j + k]
            if mine in elsewhere or _is_same(mask, mine, yours, rounding=rounding):
                same += 1
            else:
                other += 1
    return same, other


def _is_other_start(a: _Sentence, b: _Sentence) -> bool:
    """Say whether only the first words differ: a name that its place does not betray.

    'Konak ilçesinde su kesintisi' and 'Buca ilçesinde su kesintisi'.
    """
    if a.masks[1:] != b.masks[1:] or len(a.words) < 4:
        return False
    return a.words[0] == a.masks[0] and not same_name(a.words[0], b.words[0])


def _is_same(mask: str, a: str, b: str, *, rounding: bool) -> bool:
    if a == b:
        return True
    if mask == NAME:
        return same_name(a, b)
    return mask == NUMBER and rounding and _is_rounded(a, b)


def _is_rounded(a: str, b: str) -> bool:
    """Say whether one number is the other, rounded or cut to fewer digits.

    Two of the same precision are not: yesterday's exchange rate and today's.
    """
    if max(len(a), len(b)) > _LONGEST_FIGURE:
        return False
    try:
        apart = abs(float(a) - float(b))
    except ValueError:  # a date, a time of day
        return False
    mine, yours = _unit(a), _unit(b)
    return mine != yours and apart < max(mine, yours)


def _unit(number: str) -> float:
    """Return the value of a number's last stated digit: 9000 → 1000, 41.8 → 0.1."""
    if "." in number:
        return float(10 ** -len(number.partition(".")[2]))
    return float(10 ** (len(number) - len(number.rstrip("0") or "0")))
