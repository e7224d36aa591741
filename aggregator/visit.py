"""One host: fetch its due feeds and parse them; scrape its pages and extract them.

Plain functions of plain picklable values, to be run by any executor. They never raise:
what goes wrong comes back as a `Failure`.
"""

from __future__ import annotations

import hashlib
import re
import time
import traceback
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator import sources
from aggregator.errors import FeedError, FetchError, ParseError, ScrapeError
from aggregator.fetch import Session
from aggregator.model import (
    Entry,
    Failure,
    FeedTask,
    FeedVisited,
    Fetched,
    NotModified,
    PageTask,
    PageVisited,
    ParsedFeed,
    Visit,
    Visited,
)
from aggregator.text.decode import stated_charset
from aggregator.urls import host_of, mask_url

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from aggregator.model import Article

    Parse = Callable[[Fetched, FeedTask, datetime], ParsedFeed]

MAX_PARTS = 5  # of a sitemap index in one visit
MAX_OLDER = 5  # pages of an archive read to close a gap (polling.md 62)
_FULL_WINDOW = 10  # addresses of a sitemap that are more than a calm day's
_KEPT_BODY = 65_536  # bytes of an unreadable document (polling.md 96)
_NO_PAGE = re.compile(
    r"^(application/(pdf|zip|octet-stream|msword)|image|video|audio)\b"
)


def visit_feeds(
    visit: Visit,
    parse: Parse = sources.parse,
    open_session: Callable[..., Session] = Session,
) -> Visited:
    """Ask for a host's due feeds, one after the other, and read what is new.

    Once the host asks for a pause (429, or Retry-After) or the deadline is over, the
    rest is 'skipped'. Once it turns out not to be there at all, the rest fails without
    being asked, so that a dead host costs its time-outs once.
    """
    done: list[FeedVisited] = []
    with _open(visit, open_session) as session:
        for task in visit.feeds:
            ended = _find_end(visit, done)
            if ended == "dead":
                failed = replace(done[-1], feed_id=task.feed.id, seconds=0.0)
                done.append(failed)
            elif ended:
                done.append(FeedVisited(feed_id=task.feed.id, result="skipped"))
            else:
                done.append(_visit_feed(session, visit, task, parse))
        return Visited(
            host=visit.host,
            feeds=tuple(done),
            robots=tuple(session.robots.values()),
            requests=session.requests,
        )


def visit_pages(
    visit: Visit,
    extract: Callable[..., Article] | None = None,
    open_session: Callable[..., Session] = Session,
) -> Visited:
    """Fetch a host's waiting pages and extract their articles.

    A page that robots.txt refuses fails with state 'refused'; where robots.txt itself
    cannot be read, the page is 'skipped' and may be asked for later.
    """
    from aggregator import extract as extraction  # noqa: PLC0415 - feeds need none of it

    extract = extract or extraction.extract
    done: list[PageVisited] = []
    with _open(visit, open_session) as session:
        for task in visit.pages:
            if _find_end(visit, done):
                done.append(PageVisited(article_id=task.article_id, result="skipped"))
            else:
                done.append(_visit_page(session, visit, task, extract))
        return Visited(
            host=visit.host,
            pages=tuple(done),
            robots=tuple(session.robots.values()),
            requests=session.requests,
        )


def _open(visit: Visit, open_session: Callable[..., Session]) -> Session:
    session = open_session(visit.rules, now=visit.now, robots=visit.robots)
    if visit.continues:
        session.note_request(visit.host)
    return session


def _find_end(visit: Visit, done: Sequence[FeedVisited | PageVisited]) -> str:
    """Say why nothing more is asked: 'time', 'wait', 'dead'; '' to go on.

    What was skipped says nothing, nor a redirect to a host that fails: the last
    answers do.
    """
    if _is_over(visit):
        return "time"
    failures = [
        item.failure
        for item in done
        if item.result != "skipped" and not (item.failure and item.failure.elsewhere)
    ]
    last = failures[-1] if failures else None
    if last is None:
        return ""
    if last.status == 429 or last.retry_after is not None:
        return "wait"
    before = failures[-2] if len(failures) > 1 else None
    slow_twice = before is not None and before.kind == last.kind == "timeout"
    return "dead" if last.kind in {"dns", "refused", "address"} or slow_twice else ""


def _is_over(visit: Visit) -> bool:
    deadline = visit.rules.deadline
    return deadline is not None and time.monotonic() >= deadline


# -- feeds -----------------------------------------------------------------------------


def _visit_feed(
    session: Session, visit: Visit, task: FeedTask, parse: Parse
) -> FeedVisited:
    start = time.monotonic()
    try:
        visited = _ask_feed(session, visit, task, parse)
    except FeedError as error:
        visited = FeedVisited(
            feed_id=task.feed.id,
            result="failed",
            url=mask_url(task.url),
            status=error.status,
            failure=_failure(error, visit.host),
        )
    except Exception as error:  # noqa: BLE001 - one guard a feed; it comes back as a value
        visited = FeedVisited(
            feed_id=task.feed.id,
            result="failed",
            url=mask_url(task.url),
            failure=_crash(error, "failing"),
        )
    return replace(visited, seconds=time.monotonic() - start)


def _ask_feed(
    session: Session, visit: Visit, task: FeedTask, parse: Parse
) -> FeedVisited:
    """Fetch, then the cheapest that is enough: 304, same body, known items, parse."""
    answer = session.get_feed(task)
    visited = FeedVisited(
        feed_id=task.feed.id,
        result="unchanged",
        url=answer.url,
        status=304,
        validators=answer.validators,
        body_hash=task.body_hash,
        freshness=answer.freshness,
        hops=answer.hops,
    )
    if isinstance(answer, NotModified):
        return visited
    body_hash = hashlib.blake2b(answer.body, digest_size=16).hexdigest()
    visited = replace(
        visited, status=answer.status, body_hash=body_hash, size=len(answer.body)
    )
    if body_hash == task.body_hash:
        return visited
    try:
        parsed = parse(answer, task, visit.now)
    except FeedError as error:
        return replace(
            visited,
            result="failed",
            validators=None,
            body_hash=None,
            failure=replace(_failure(error, visit.host), body=answer.body[:_KEPT_BODY]),
        )
    if parsed.more:
        # The index may be unchanged while its parts are not: ask for it in full again.
        visited = replace(visited, validators=None, body_hash=None)
        parsed = _read_parts(session, visit, task, parse, parsed)
    gap = _shows_gap(task, parsed)
    if gap:
        parsed = _read_older(session, visit, task, parse, parsed)
    return replace(
        visited,
        result="parsed",
        parsed=parsed,
        gap=gap,
        bridged=gap and parsed.known > 0,
    )


def _shows_gap(task: FeedTask, parsed: ParsedFeed) -> bool:
    """Say whether nothing of a document is known though items of its feed are.

    A news sitemap lists two days, so after a calm weekend it may well start anew: a
    short one says nothing.
    """
    window = task.feed.kind == "sitemap" and parsed.total < _FULL_WINDOW
    return bool(task.known_items and parsed.entries) and not (parsed.known or window)


def _read_parts(
    session: Session, visit: Visit, task: FeedTask, parse: Parse, index: ParsedFeed
) -> ParsedFeed:
    """Read the parts of a sitemap index into one feed.

    Raises:
        FeedError: not one of them could be read.
    """
    merged, errors = replace(index, more=()), list[FeedError]()
    for url in index.more[:MAX_PARTS]:
        if _is_over(visit):
            break
        try:
            merged = _merge(merged, _ask_more(session, visit, task, parse, url))
        except FeedError as error:
            errors.append(error)
            merged = replace(
                merged, notes=(*merged.notes, f"{mask_url(url)}: {error}"[:300])
            )
    if errors and not merged.total:
        raise errors[0]
    return merged


def _read_older(
    session: Session, visit: Visit, task: FeedTask, parse: Parse, newest: ParsedFeed
) -> ParsedFeed:
    """Go back page by page until a known item, to close a gap; what fails ends it."""
    merged, older = newest, newest.older
    for _ in range(MAX_OLDER):
        if older is None or merged.known or _is_over(visit):
            break
        try:
            page = _ask_more(session, visit, task, parse, older)
        except FeedError:
            break
        before = len(merged.entries)
        late = tuple(replace(entry, late=True) for entry in page.entries)
        merged = _merge(merged, replace(page, entries=late))
        if len(merged.entries) == before:  # the same page again
            break
        older = page.older
    return merged


def _ask_more(
    session: Session, visit: Visit, task: FeedTask, parse: Parse, url: str
) -> ParsedFeed:
    more = replace(task, url=url, validators=None, body_hash=None)
    answer = session.get_feed(more)
    if isinstance(answer, NotModified):
        raise FetchError("304 to a first request", url=mask_url(url), status=304)
    return parse(answer, more, visit.now)


def _merge(first: ParsedFeed, more: ParsedFeed) -> ParsedFeed:
    entries: dict[str, Entry] = {entry.key: entry for entry in more.entries}
    entries |= {entry.key: entry for entry in first.entries}  # what is newer wins
    ordered = dict.fromkeys(
        [e.key for e in first.entries] + [e.key for e in more.entries]
    )
    return replace(
        first,
        entries=tuple(entries[key] for key in ordered),
        total=first.total + more.total,
        known=first.known + more.known,
        form=more.form if not first.total else first.form,
        notes=tuple(dict.fromkeys((*first.notes, *more.notes))),
    )


# -- pages -----------------------------------------------------------------------------


def _visit_page(
    session: Session, visit: Visit, task: PageTask, extract: Callable[..., Article]
) -> PageVisited:
    visited = PageVisited(
        article_id=task.article_id, result="failed", url=mask_url(task.url)
    )
    try:
        page = session.get_page(task.url, task.feed)
        visited = replace(visited, url=page.url, status=page.status)
        article = _extract(visit, task, page, extract)
        if article.quality == "thin" and article.amp:
            article = _look_again(session, visit, task, article, extract)
    except FetchError as error:
        if error.state == "pending":
            return replace(visited, result="skipped")
        kept = error.state in {"blocked", "refused"}
        failure = _failure(error, visit.host)
        failure = replace(failure, state=error.state if kept else "failed")
        return replace(visited, status=error.status, failure=failure)
    except ScrapeError as error:
        failure = Failure(kind="parse", message=str(error), state=error.state)
        return replace(visited, failure=failure)
    except Exception as error:  # noqa: BLE001 - one guard a page; it comes back as a value
        return replace(visited, failure=_crash(error, "failed"))
    return replace(visited, result="scraped", article=article)


def _look_again(
    session: Session,
    visit: Visit,
    task: PageTask,
    thin: Article,
    extract: Callable[..., Article],
) -> Article:
    """Take the text of a thin page's AMP twin, where that says more.

    One request more, under the same rules; what fails leaves the thin page.
    """
    assert thin.amp is not None  # noqa: S101 - the caller asked
    try:
        twin = _extract(visit, task, session.get_page(thin.amp, task.feed), extract)
    except (FetchError, ScrapeError):
        return thin
    if twin.quality not in {"full", "thin"} or len(twin.text) <= len(thin.text):
        return thin
    return replace(
        twin,
        title=thin.title or twin.title,
        lead=thin.lead or twin.lead,
        author=thin.author or twin.author,
        agency=thin.agency or twin.agency,
        published_at=thin.published_at or twin.published_at,
        date_source=thin.date_source if thin.published_at else twin.date_source,
        canonical=thin.canonical or twin.canonical,
    )


def _extract(
    visit: Visit, task: PageTask, page: Fetched, extract: Callable[..., Article]
) -> Article:
    if found := _NO_PAGE.match(page.content_type.lower()):
        raise ScrapeError(f"{found[0]}, not a page")
    from aggregator.extract import PageContext  # noqa: PLC0415 - as in visit_pages

    return extract(
        page.body,
        page.url,
        charset=stated_charset(page.content_type),
        language=task.feed.language,
        timezone=task.feed.timezone,
        known=PageContext(
            now=visit.now,
            body=task.feed.body,
            remove=task.feed.remove,
            encoding=task.feed.encoding,
            boilerplate=task.boilerplate,
        ),
    )


# -- failures --------------------------------------------------------------------------


def _failure(error: FeedError, host: str) -> Failure:
    """Turn an exception of ours into a value that survives a process.

    host: which was visited; a redirect may have led to another that failed.
    """
    kind, wait = "parse", None
    if isinstance(error, FetchError):
        kind = error.kind
        seconds = error.retry_after
        wait = timedelta(seconds=seconds) if seconds is not None else None
    elif isinstance(error, ParseError):
        message = str(error)
        kind = "html" if message.startswith("HTML") else kind
        kind = "empty" if message.startswith(("empty", "a feed without")) else kind
    return Failure(
        kind=kind,
        message=str(error),
        status=error.status,
        state=error.state,
        retry_after=wait,
        elsewhere=bool(error.url)
        and _in_ascii(host_of(error.url or "")) != _in_ascii(host),
    )


def _in_ascii(host: str) -> str:
    """Write a host as it is sent: an answer says xn--…, the configuration maybe ş."""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _crash(error: Exception, state: str) -> Failure:
    return Failure(
        kind="crash",
        message=f"unexpected {type(error).__name__}: {error}"[:300],
        state=state,
        traceback=traceback.format_exc(),
    )
