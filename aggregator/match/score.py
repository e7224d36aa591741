"""How much an article is about what a watchlist asks: 0 to 100.

score = 100 (.5 place + .2 count + .3 closeness), each 0 to 1:

- place: the best place of each side of the query, averaged. Title 1, lead .7, the first
  600 characters of the text .4, further down .2.
- count: how often the rarest side is named: once 0, twice .3, five times .76.
- closeness: for a query of two sides or more, how near the nearest hits of two of them
  stand: side by side 1, twenty words apart .5, never in one field 0. For one side, how
  dense its hits are: two in a hundred words 1.

The sides are what AND, NEAR and SAME join at the top of the query; parts that no word
stands for (NOT x, outlet: y) are none. A query that holds without any word scores 10.
"""

from __future__ import annotations

from itertools import combinations

from aggregator.match.judge import Judge, Occurrence, Reading
from aggregator.match.query import And, Near, Node

_NO_WORDS = 10.0
_PLACES = {"title": 1.0, "lead": 0.7, "text": 0.2}
_OPENING = 600  # characters of the text that count as its beginning
_OPENING_WEIGHT = 0.4
_HALF = 20  # words apart at which closeness is one half
_DENSE = 0.02  # hits a word
_MOST = 50  # hits of a side that are compared

_Side = tuple[Occurrence, ...]


def score(query: Node, judge: Judge, reading: Reading, found: _Side) -> float:
    """Return the score of a query that holds by the hits `found`, with one decimal."""
    sides = [side for side in _sides(query, judge, reading, found) if side]
    if not sides:
        return _NO_WORDS
    place = sum(max(_place(one) for one in side) for side in sides) / len(sides)
    count = 1 - 0.7 ** (min(len(side) for side in sides) - 1)
    close = (
        _closeness(sides, reading) if len(sides) > 1 else _density(sides[0], reading)
    )
    return round(100 * (0.5 * place + 0.2 * count + 0.3 * close), 1)


def _sides(query: Node, judge: Judge, reading: Reading, found: _Side) -> list[_Side]:
    if isinstance(query, And):
        return [judge.judge(part, reading).found for part in query.nodes]
    if not isinstance(query, Near):
        return [found]
    # Only the hits that stand near one another count, on either side.
    near = set(found)
    sides = (judge.judge(part, reading).found for part in (query.left, query.right))
    return [tuple(one for one in side if one in near) for side in sides]


def _place(one: Occurrence) -> float:
    if one.field == "text" and one.hit.start < _OPENING:
        return _OPENING_WEIGHT
    return _PLACES[one.field]


def _density(side: _Side, reading: Reading) -> float:
    return min(1.0, len(side) / max(reading.size, 1) / _DENSE)


def _closeness(sides: list[_Side], reading: Reading) -> float:
    distances = [
        reading.words_between(one, other)
        for left, right in combinations(sides, 2)
        for one in left[:_MOST]
        for other in right[:_MOST]
        if one.field == other.field
    ]
    near = [distance for distance in distances if distance is not None]
    return 1 / (1 + min(near) / _HALF) if near else 0.0
