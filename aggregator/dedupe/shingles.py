"""The sampled shingles by which copies find each other in an index."""

from __future__ import annotations

from hashlib import blake2b

from aggregator.dedupe.items import SHORT, Item, Shingles, read_item, shingles
from aggregator.model import Fingerprint

# Rows an article. The smallest hashes are kept, so that like texts keep the same ones.
_WORDS_A_ROW = 12
_FEWEST_ROWS, _MOST_ROWS = 16, 48
_HEAD = 45  # words: copies are cut from the end, and feed items are the beginning
_HEAD_ROWS = 6
_TITLE_WORDS = 3  # a shorter title says too little to look articles up by it
_LOOKUP = 120  # asked for: one query of so many keys takes well under a millisecond


def fingerprint(title: str, lead: str, text: str) -> Fingerprint:
    """Return what is stored of an article and what is asked for when it is new.

    The same in every process and on every machine (blake2b). Few rows are stored and
    many asked for, so that a brief finds the long text that holds it, and the reverse,
    with about twenty rows an article.
    """
    item = read_item(title, lead, text)
    words = len(item.words)
    heading = _heading(item)
    stored, lookup = (_short if item.is_short else _long)(item, words, len(heading))
    return Fingerprint(
        size=2 if item.is_short else 3,
        hashes=tuple(sorted(stored | heading)),
        words=words,
        lookup=tuple(sorted(lookup | heading)),
    )


def _heading(item: Item) -> set[int]:
    """The whole title as one row: an item may have no more than that."""
    is_telling = len(item.title) >= _TITLE_WORDS
    return set(_hashes(frozenset({("", *item.title)}))) if is_telling else set()


def _long(item: Item, words: int, taken: int) -> tuple[set[int], set[int]]:
    whole = _hashes(item.triples)
    head = _hashes(shingles(item.body[:_HEAD], 3))
    rows = min(_MOST_ROWS, max(_FEWEST_ROWS, words // _WORDS_A_ROW)) - taken
    return {*whole[:rows], *head[:_HEAD_ROWS]}, {*whole[:_LOOKUP], *head}


def _short(item: Item, words: int, taken: int) -> tuple[set[int], set[int]]:
    """Two words a shingle between short items, three to meet the long texts."""
    pairs, triples = _hashes(item.pairs), _hashes(item.triples)
    rows = min(_FEWEST_ROWS, max(6, words // 3))
    stored = {*pairs[: rows - taken], *triples[: rows // 2]}
    return stored, {*pairs[:SHORT], *triples[:SHORT]}


def _hashes(runs: Shingles) -> list[int]:
    """Hash shingles to 31 bits, smallest first."""
    return sorted(
        {
            int.from_bytes(blake2b(" ".join(run).encode(), digest_size=4).digest()) >> 1
            for run in runs
        }
    )
