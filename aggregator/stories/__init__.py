"""Which articles are one story, which speaks for it, and what copies changed."""

from __future__ import annotations

from aggregator.stories.changes import CopyChange, describe_copy, is_edit, word_diff
from aggregator.stories.placing import place, representative
from aggregator.stories.relating import Profile, Similarity, related

__all__ = [
    "CopyChange",
    "Profile",
    "Similarity",
    "describe_copy",
    "is_edit",
    "place",
    "related",
    "representative",
    "word_diff",
]
