"""What happens to an entry, a page and an archive: identity, match, story, outbox.

Everything here runs in the main process, inside a transaction of the caller, and is the
one way by which articles come into the store. `Intake` is what a run holds open for it.
"""

from __future__ import annotations

from aggregator.intake.archive import note_watchlists, rematch_some, request_rematch
from aggregator.intake.context import Filed, Intake
from aggregator.intake.edits import apply_edits
from aggregator.intake.entries import file_feed
from aggregator.intake.judge import judge, settle_waiting
from aggregator.intake.pages import file_page

__all__ = [
    "Filed",
    "Intake",
    "apply_edits",
    "file_feed",
    "file_page",
    "judge",
    "note_watchlists",
    "rematch_some",
    "request_rematch",
    "settle_waiting",
]
