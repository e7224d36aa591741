"""Whether one article carries the text of another.

Containment of the shorter text in the longer finds what title, SimHash and MinHash do
not: copies cut to 40 %, re-headlined, with a local lead. The facts then keep apart what
is only one template: yesterday's weather and today's.
"""

from __future__ import annotations

from aggregator.dedupe.comparing import compare
from aggregator.dedupe.items import body_key, series_key, title_key
from aggregator.dedupe.shingles import fingerprint
from aggregator.text.credits import core_text

__all__ = [
    "body_key",
    "compare",
    "core_text",
    "fingerprint",
    "series_key",
    "title_key",
]
