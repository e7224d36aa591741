"""Reading what came from outside in bounded time: a run's documents, and a probe's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aggregator import sources
from aggregator.errors import ParseError, ScrapeError

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import Article, FeedTask, Fetched, ParsedFeed
    from aggregator.poll.workers import Workers

# What a document that is no XML may take (polling.md 96); others take milliseconds.
PARSE_SECONDS = 30.0
# Seconds that one page may keep a worker.
PAGE_SECONDS = 10.0


def parse(
    workers: Workers, fetched: Fetched, task: FeedTask, now: datetime
) -> ParsedFeed:
    """Parse a document here or in a process, as the load asks for.

    One that is broken in a way that may keep a parser busy for hours gets a process of
    its own, and PARSE_SECONDS.

    Raises:
        ParseError: it cannot be read, or not in that time.
    """
    hasty = partial(sources.parse, patient=False)
    parsed: ParsedFeed
    try:
        parsed = workers.compute(hasty, fetched, task, now)
    except sources.TooOddError:
        try:
            parsed = workers.compute_alone(
                sources.parse, fetched, task, now, timeout=PARSE_SECONDS
            )
        except (TimeoutError, ChildProcessError) as error:
            message = f"no XML, and not to be read within {PARSE_SECONDS:.0f} s"
            raise ParseError(message, url=fetched.url) from error
    return parsed


def extract(workers: Workers, *arguments: object, **options: object) -> Article:
    """Extract a page in a process, which a page that hangs or crashes costs us.

    Raises:
        ScrapeError: it cannot be read, or not in PAGE_SECONDS.
    """
    from aggregator import extract as extraction  # noqa: PLC0415 - feeds need none of it

    function = partial(extraction.extract, **options)  # type: ignore[arg-type] # as visit_pages calls it
    try:
        article: Article = workers.compute(function, *arguments, timeout=PAGE_SECONDS)
    except TimeoutError as error:
        raise ScrapeError(f"not read within {PAGE_SECONDS:.0f} s") from error
    except ChildProcessError as error:
        raise ScrapeError("the page ended its worker process") from error
    return article
