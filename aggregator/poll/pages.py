"""The second phase of a run: article pages that wait, host by host, politely."""

from __future__ import annotations

import time
import traceback
from collections import defaultdict
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from aggregator import schedule, visit
from aggregator.errors import StoreError
from aggregator.intake.pages import file_page, note_failure
from aggregator.model import Failure, HostState, PageTask, PageVisited, Visit
from aggregator.poll import bounded
from aggregator.poll.rules import visit_rules
from aggregator.store import articles, feeds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.model import VisitRules
    from aggregator.poll.state import Run
    from aggregator.store.articles import Waiting

# Pages of one visit: what a kill can cost, and how often a host's pages are committed.
PAGES_A_VISIT = 10


def scrape_pages(run: Run, waiting: list[Waiting]) -> None:
    """Scrape what waits until the run's time is over; the rest waits for the next."""
    now = run.clock()
    hosts = feeds.load_hosts(run.db)
    by_host: dict[str, list[Waiting]] = defaultdict(list)
    for item in waiting:
        if item.feed_id not in run.feeds:
            _store_page(run, _without_feed(item))
            continue
        host = hosts.get(item.host, HostState(host=item.host))
        if not schedule.must_wait(host, now):
            by_host[item.host].append(item)
    rules = visit_rules(run.config, deadline=run.deadline)
    ended: set[str] = set()  # hosts that must be left alone for the rest of this run
    queues = [
        takewhile(
            lambda planned: planned.host not in ended,
            _visits(run, host, items, hosts, rules),
        )
        for host, items in by_host.items()
    ]
    function = partial(
        visit.visit_pages,
        extract=partial(bounded.extract, run.workers),
        open_session=run.session_maker,
    )
    total = sum(len(items) for items in by_host.values())
    done = 0
    for visited in run.workers.run_visits(queues, function):
        for page in visited.pages:
            _store_page(run, page)
        if any(page.result == "skipped" for page in visited.pages):
            ended.add(visited.host)  # it wants a pause, or does not answer
        host = hosts.get(visited.host, HostState(host=visited.host))
        hosts[visited.host] = schedule.next_host(host, visited, run.clock())
        if hosts[visited.host] != host:
            with run.db.transaction():
                feeds.save_host(run.db, hosts[visited.host])
        done += len(visited.pages)
        run.progress("pages", done, total, visited.host)


def _without_feed(item: Waiting) -> PageVisited:
    """A page whose feed was taken out of the configuration is not asked for."""
    failure = Failure(
        kind="disabled",
        message="its feed left the configuration",
        state="feed_only",
    )
    return PageVisited(article_id=item.article_id, result="failed", failure=failure)


def _visits(
    run: Run,
    host: str,
    waiting: list[Waiting],
    hosts: dict[str, HostState],
    rules: VisitRules,
) -> Iterator[Visit]:
    """Yield a host's pages in small visits, as long as there is time."""
    for start in range(0, len(waiting), PAGES_A_VISIT):
        state = hosts.get(host, HostState(host=host))
        waits = schedule.must_wait(state, run.clock())
        if time.monotonic() > run.deadline or (start and waits):
            return
        furniture = articles.boilerplate(run.db, host)
        yield Visit(
            host=host,
            now=run.clock(),
            rules=rules,
            pages=tuple(
                PageTask(
                    article_id=item.article_id,
                    feed=run.feeds[item.feed_id],
                    url=item.url,
                    boilerplate=furniture,
                )
                for item in waiting[start : start + PAGES_A_VISIT]
            ),
            robots=state.robots,
            continues=start > 0 or run.feeds_due > 0,
        )


def _store_page(run: Run, page: PageVisited) -> None:
    """Commit one page; what goes wrong with it harms no other."""
    if page.result == "skipped":
        return
    try:
        with run.db.transaction():
            filed = file_page(run.intake, page, now=run.clock())
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - one page must not stop the others
        trace = traceback.format_exc()
        run.problems.append(f"article {page.article_id}: {error!r}\n{trace}")
        failure = Failure(kind="crash", message=repr(error), state="failed")
        broken = PageVisited(
            article_id=page.article_id, result="failed", failure=failure
        )
        with run.db.transaction():
            note_failure(run.intake, broken, now=run.clock())
        return
    run.filed = run.filed.plus(filed)
    run.scraped += page.result == "scraped"
