"""Bülten takibi: who carried our own releases, how fully, how fast."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from aggregator import stories
from aggregator.browse.archive import external_link
from aggregator.browse.desk import desk_of, read_news, render_page
from aggregator.browse.guard import private
from aggregator.browse.pages.home import parse_day
from aggregator.browse.pages.report import period_of
from aggregator.browse.spreadsheet import csv_lines
from aggregator.store.desk import pickup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aggregator.browse.interface import Interface
    from aggregator.store import Connection
    from aggregator.store.desk.pickup import Carried, Release
    from aggregator.stories import CopyChange

CSV_HEADER = (
    "hikâye",
    "bülten",
    "bülten tarihi",
    "bülten adresi",
    "yayın",
    "başlık",
    "tarih",
    "dakika sonra",
    "taşınan pay (%)",
    "başlık değişmiş",
    "eklenen giriş",
    "adres",
    "masadaki adres",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What an outlet made of a release. minutes: after it; less than 0: before it."""

    carried: Carried
    change: CopyChange
    minutes: int

    @property
    def percent(self) -> int:
        """The share of the release's text that is carried."""
        return round(100 * self.change.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A release with its copies, earliest first."""

    release: Release
    copies: tuple[Copied, ...]

    @property
    def outlets(self) -> int:
        """How many outlets carried it."""
        return len({one.carried.article.outlet for one in self.copies})


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPickup:
    """What one outlet did with the releases. minutes: the median."""

    outlet: str
    releases: int
    percent: int
    minutes: int


@private
async def show_pickup(request: Any, datasette: Any) -> Any:
    """Show the releases of a week or a month with who carried them."""
    ui = desk_of(datasette).interface(request)
    kind, first, last = _period(request, ui)
    is_set_up, followed = await read_news(
        datasette,
        lambda conn: (pickup.has_own_feeds(conn), follow(conn, ui, first, last)),
    )
    firsts = [one.copies[0].minutes for one in followed if one.copies]
    return render_page(
        datasette,
        request,
        "pickup.html",
        {
            "kind": kind,
            "first": first,
            "last": last,
            "previous": first - timedelta(days=1),
            "next": last + timedelta(days=1) if last < ui.today else None,
            "is_set_up": is_set_up,
            "followed": followed,
            "carried": len(firsts),
            "copies": sum(len(one.copies) for one in followed),
            "first_after": round(median(firsts)) if firsts else None,
            "outlets": sum_outlets(followed),
            "delay": lambda minutes: tell_delay(ui, minutes),
            "external_link": external_link,
        },
    )


@private
async def pickup_csv(request: Any, datasette: Any) -> Any:
    """Send the same as CSV, a row a release and article; one row where nobody did."""
    desk = desk_of(datasette)
    ui = desk.interface(request)
    _, first, last = _period(request, ui)
    followed = await read_news(datasette, lambda conn: follow(conn, ui, first, last))
    base = desk.config.alerts.base_url.rstrip("/")
    name = f"bultenler-{first}.csv"
    return Response(
        "".join(csv_lines(CSV_HEADER, _cells(followed, ui, base))),
        headers={"content-disposition": f'attachment; filename="{name}"'},
        content_type="text/csv; charset=utf-8",
    )


def follow(conn: Connection, ui: Interface, first: date, last: date) -> list[Followed]:
    """Return the releases between two days, both inside, and what became of them."""
    return [
        Followed(
            release=release,
            copies=tuple(_copied(release.own, one) for one in release.carriers),
        )
        for release in pickup.load_releases(conn, first=first, last=last, zone=ui.zone)
    ]


def sum_outlets(followed: Sequence[Followed]) -> list[OutletPickup]:
    """Return what each outlet carried, the most releases first."""
    found: dict[str, list[tuple[int, Copied]]] = defaultdict(list)
    for one in followed:
        for copied in one.copies:
            story_id = one.release.own.article.story_id
            found[copied.carried.article.outlet].append((story_id, copied))
    rows = [
        OutletPickup(
            outlet=outlet,
            releases=len({story_id for story_id, _ in copies}),
            percent=round(fmean(copied.percent for _, copied in copies)),
            minutes=round(median(copied.minutes for _, copied in copies)),
        )
        for outlet, copies in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.releases, -row.percent, row.outlet))


def tell_delay(ui: Interface, minutes: int) -> str:
    """Return how long after a release something was published."""
    if minutes == 0:
        return ui.t("aynı dakikada")
    hours, rest = divmod(abs(minutes), 60)
    if hours >= 48:
        span = ui.t("{n} gün", n=round(hours / 24))
    elif hours:
        span = ui.t("{hours} sa {minutes} dk", hours=hours, minutes=rest)
    else:
        span = ui.t("{n} dakika", n=rest)
    told = "bültenden {span} sonra" if minutes > 0 else "bültenden {span} önce"
    return ui.t(told, span=span)


def _period(request: Any, ui: Interface) -> tuple[str, date, date]:
    kind = "ay" if request.args.get("donem") == "ay" else "hafta"
    return kind, *period_of(kind, parse_day(request.args.get("gun")) or ui.today)


def _copied(own: Carried, one: Carried) -> Copied:
    return Copied(
        carried=one,
        change=stories.describe_copy(own.article, one.article),
        minutes=round((one.at - own.at) / timedelta(minutes=1)),
    )


def _cells(
    followed: Sequence[Followed], ui: Interface, base: str
) -> Iterator[tuple[object, ...]]:
    for one in followed:
        own = one.release.own
        release = (
            own.article.story_id,
            own.article.title,
            f"{ui.local(own.at):%Y-%m-%d %H:%M}",
            own.url,
        )
        desk_url = f"{base}/hikaye/{own.article.story_id}"
        if not one.copies:
            yield (*release, *("",) * 8, desk_url)
        for copied in one.copies:
            carried = copied.carried
            yield (
                *release,
                carried.article.outlet,
                carried.article.title,
                f"{ui.local(carried.at):%Y-%m-%d %H:%M}",
                copied.minutes,
                copied.percent,
                "evet" if copied.change.headline_changed else "hayır",
                copied.change.added_lead,
                carried.url,
                desk_url,
            )
