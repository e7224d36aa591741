"""Whether entries rolled off a feed unseen, and what proves that none did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from aggregator.model import Entry, FeedVisited, Seam

_NUMBER = re.compile(r"\d+")
_LONGEST_NUMBER = 18  # digits; what is longer is no number of an article
_FEWEST = 2  # entries that show an order


def is_gap(
    visited: FeedVisited,
    *,
    had_entries: bool,
    new_entries: int | None = None,
    seam: Seam | None = None,
) -> bool:
    """Say whether entries probably rolled off unseen (polling.md 25).

    Nothing in the document was known, of a feed whose entries are, and nothing proves
    that all of them were seen.

    Args:
        visited: what the feed showed.
        had_entries: the feed has shown entries before.
        new_entries: how many were stored for the first time; where some were known by
            their key after all (a publisher that edits every item), there is no gap.
            None: not known.
        seam: what was known of the feed before. None: not looked up.
    """
    parsed = visited.parsed
    if parsed is None or not had_entries or not parsed.entries:
        return False
    if new_entries is not None and new_entries < len(parsed.entries):
        return False
    newest = [entry for entry in parsed.entries if not entry.late]
    if seam is not None and (_follows_on(newest, seam) or _overlaps(newest, seam)):
        return False
    return visited.gap


def _follows_on(entries: Sequence[Entry], seam: Seam) -> bool:
    """Say whether the numbers of a document go on where the known ones end.

    Between haber-41 and haber-42 there is no other (polling.md 102). Only numbers that
    rise or fall through the whole document count: they show the order of publication.
    """
    numbers = [_number(entry.key) for entry in entries]
    known = [number for key in seam.keys if (number := _number(key)) is not None]
    if None in numbers or len(numbers) < _FEWEST or not known:
        return False
    rising = [number for number in numbers if number is not None]
    if rising[0] > rising[-1]:
        rising.reverse()
    ordered = all(one < other for one, other in pairwise(rising))
    return ordered and rising[0] == max(known) + 1


def _overlaps(entries: Sequence[Entry], seam: Seam) -> bool:
    """Say whether most of a document is older than what was known already.

    That is no news that came too fast but old entries under new identities, as after a
    site was rebuilt. One alone may be an old text that was published late.
    """
    if seam.newest_at is None:
        return False
    dated = [entry.published_at for entry in entries if entry.published_at is not None]
    older = sum(moment < seam.newest_at for moment in dated)
    return older >= _FEWEST and 2 * older > len(entries)


def _number(key: str) -> int | None:
    """Return the longest number in a key, the last of equally long ones."""
    runs = _NUMBER.findall(key)
    found = max(reversed(runs), key=len, default="")
    return int(found) if 0 < len(found) <= _LONGEST_NUMBER else None
