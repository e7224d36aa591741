"""Which key an entry has within its feed (polling.md 67-70)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from aggregator.urls import canonical_url

_LONGEST = 400


def repeated(guids: Iterable[str | None]) -> bool:
    """Say whether a document gives several items one guid: then none can be trusted."""
    counts = Counter(guid for guid in guids if guid)
    return any(count > 1 for count in counts.values())


def choose_key(guid: str | None, url: str, title: str, date: str) -> str:
    """Return the guid as written, else the canonical address, else a hash.

    guid: None where the document repeats guids. date: as written.
    """
    key = guid or (canonical_url(url) if url else "")
    if key and len(key) <= _LONGEST:
        return key
    stated = key or f"{title}\0{date}"
    return "hash:" + hashlib.blake2b(stated.encode(), digest_size=16).hexdigest()
