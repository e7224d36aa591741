"""One file for each kind of feed; all give the same `ParsedFeed`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from aggregator.model import ParsedFeed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.model import FeedTask, Fetched

    Parser = Callable[..., ParsedFeed]

# kind -> module and function, imported when first met: a run that finds nothing new
# reads no document and loads no parser.
PARSERS = {
    "feed": ("aggregator.sources.feed", "parse"),
    "sitemap": ("aggregator.sources.sitemap", "parse"),
    "html": ("aggregator.sources.listing", "parse"),
}


class TooOddError(Exception):
    """The document is so broken, and so long, that reading it may take for ever."""


def parse(
    fetched: Fetched, task: FeedTask, now: datetime, *, patient: bool = True
) -> ParsedFeed:
    """Read a document by its feed's kind into entries that are not known yet.

    Args:
        fetched: the answer with its bytes and its final address.
        task: the feed, and the hashes of the items known already.
        now: aware; the time of the fetch, from which `dün` counts.
        patient: read also what may take for ever, as a process may that can be ended.

    Raises:
        ParseError: the document is none of this kind; the message says what it is.
        TooOddError: it may take for ever, and `patient` is false.
    """
    module, name = PARSERS[task.feed.kind]
    parser: Parser = getattr(import_module(module), name)
    if task.feed.kind == "feed":
        return parser(fetched, task, now, patient=patient)
    return parser(fetched, task, now)
