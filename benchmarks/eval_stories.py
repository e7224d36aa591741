"""Print how well stories are grouped, beside the usual ways to find copies.

Run: python -m benchmarks.eval_stories [SEED …]. Made-up press of twenty days from
tests/story_corpus.py, and articles by somebody who had not seen the rules
(tests/data/stories/blind.jsonl), in order of arrival: 'store' through a real database,
as a run does it, 'stories' with dicts for tables. The rivals see all articles at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from itertools import combinations

from aggregator import dedupe
from aggregator.text.wording import words_of
from tests.story_corpus import (
    Piece,
    Score,
    blind_items,
    blind_press,
    feed_items,
    group,
    group_in_store,
    press,
    score_kinds,
)

Pairs = Iterable[tuple[int, int]]


def main(seeds: Sequence[int]) -> None:
    """Print one table a seed, then one of feeds' items."""
    for seed in seeds:
        show(f"press, seed {seed}", press(seed), RIVALS)
    show(f"feed items, seed {seeds[0]}", feed_items(seeds[0]), RIVALS)
    show("blind set", blind_press(), RIVALS)
    show("blind set as feed items", blind_items(), RIVALS)


def show(
    title: str,
    pieces: Sequence[Piece],
    rivals: dict[str, Callable[[Sequence[Piece]], Pairs]],
) -> None:
    """Print the scores of one press, a row a method and kind."""
    grouper, found = group(pieces)
    rows = grouper.rows / len(pieces)
    print(f"\n{title}: {len(pieces)} articles, {rows:.1f} index rows an article")
    print(f"{'':24}{'P':>7}{'R':>7}{'F1':>7}{'B3':>7}")
    for kind, scored in score_kinds(pieces, group_in_store(pieces)).items():
        print(_row(f"store, {kind}", scored))
    for kind, scored in score_kinds(pieces, found).items():
        print(_row(f"stories, {kind}", scored))
    for name, rival in rivals.items():
        scored = score_kinds(pieces, union(len(pieces), rival(pieces)))["all"]
        print(_row(name, scored))


def _row(name: str, scored: Score) -> str:
    figures = (scored.precision, scored.recall, scored.f1, scored.b_cubed)
    return f"{name:24}" + "".join(f"{figure:7.3f}" for figure in figures)


def by_title(pieces: Sequence[Piece]) -> Pairs:
    """Pair what shares 60 % of its titles' words."""
    words = [frozenset(words_of(p.title)) for p in pieces]
    return [
        (i, j)
        for i, j in combinations(range(len(pieces)), 2)
        if 5 * len(words[i] & words[j]) >= 3 * len(words[i] | words[j])
    ]


def by_simhash(pieces: Sequence[Piece]) -> Pairs:
    """Pair what differs in at most 3 of 64 bits."""
    marks = [_simhash(_words(p)) for p in pieces]
    return [
        (i, j)
        for i, j in combinations(range(len(pieces)), 2)
        if (marks[i] ^ marks[j]).bit_count() <= 3
    ]


def by_minhash(pieces: Sequence[Piece]) -> Pairs:
    """Pair what an LSH of 128 permutations finds at Jaccard .5 (datasketch)."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]  # noqa: PLC0415 - only here

    index = MinHashLSH(threshold=0.5, num_perm=128)
    pairs: list[tuple[int, int]] = []
    for i, piece in enumerate(pieces):
        words = _words(piece)
        sketch = MinHash(num_perm=128)
        sketch.update_batch(
            " ".join(run).encode()
            for run in zip(words, words[1:], words[2:], strict=False)
        )
        pairs += [(j, i) for j in index.query(sketch)]
        index.insert(i, sketch)
    return pairs


RIVALS: dict[str, Callable[[Sequence[Piece]], Pairs]] = {
    "title words, J >= .6": by_title,
    "SimHash64, <= 3 bits": by_simhash,
    "MinHash128-LSH, J >= .5": by_minhash,
}


def union(size: int, pairs: Pairs) -> list[int]:
    """Return the group of each of `size` articles when pairs are chained."""
    parent = list(range(size))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in pairs:
        parent[root(i)] = root(j)
    return [root(i) for i in range(size)]


def _words(piece: Piece) -> tuple[str, ...]:
    return words_of(f"{piece.title}\n{dedupe.core_text(piece.text or piece.lead)}")


def _simhash(words: Sequence[str]) -> int:
    totals = [0] * 64
    for word in words:
        bits = int.from_bytes(blake2b(word.encode(), digest_size=8).digest())
        for i in range(64):
            totals[i] += 1 if bits >> i & 1 else -1
    return sum(1 << i for i, total in enumerate(totals) if total > 0)


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]] or [1, 2, 3])
