"""The desk's numbers agree with one another, on its pages and in what leaves it."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from tests.desk_corpus import WATCHLISTS, Corpus, Piece
from tests.desk_fixtures import Reader, fill_press, open_desk, plain

# A Sunday evening: the report's week is the last seven days.
SUNDAY = datetime(2026, 1, 11, 17, 0, tzinfo=UTC)
IDS = [one.id for one in WATCHLISTS]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A week with a story over three days, one over midnight, and an old one."""
    database = fill_press(tmp_path_factory.mktemp("press"))
    corpus = Corpus(database, SUNDAY)
    day = 24 * 60
    for minutes in ((2 * day, day, 30), (19 * 60, 21 * 60, 22 * 60), (40 * day,)):
        corpus.add_story(
            *(
                Piece(ago=ago, outlet=outlet, title=f"Bakü {ago}", text="Bakü’de.")
                for ago, outlet in zip(
                    sorted(minutes, reverse=True),
                    ("Yarımada", "Kordon Haber", "Ege Postası"),
                    strict=False,
                )
            ),
            watchlists=["azerbaycan", "izmir-baku"],
        )
    # Seen for the first time today, though it is an old text.
    for column in ("first_seen_at", "last_seen_at"):
        corpus.db.write(
            f"update stories set {column} = ? where title = 'Bakü {40 * day}'",
            (corpus.at(20),),
        )
    corpus.close()
    return open_desk(database, now=SUNDAY)


def rows_of(reader: Reader, path: str) -> list[dict[str, str]]:
    text = reader.get(path).text
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def cell(html: str, watchlist: str, number: int) -> int:
    """Return a number of a watchlist's row in a table of watchlists."""
    row = re.search(rf'<tr><th scope="row"><a href="[^"]*{watchlist}".*?</tr>', html)
    assert row is not None
    return int(plain(re.findall(r"<td.*?</td>", row[0])[number]).replace(".", ""))


def bars(html: str) -> list[int]:
    """Return the bars of a page's first chart."""
    chart = re.search(r'<svg class="chart.*?</svg>', html)
    assert chart is not None
    return [int(n) for n in re.findall(r": (\d+) hikâye</title>", chart[0])]


@pytest.mark.parametrize("watchlist", IDS)
def test_today_is_the_same_on_home_and_in_the_list_of_watchlists(
    desk: Reader, watchlist: str
) -> None:
    home = desk.page(f"/?izleme={watchlist}")
    chip = re.search(rf'href="/\?izleme={watchlist}"[^>]*>[^<]*<b>(\d+)</b>', home)
    cards = home.count('<article class="card')
    assert cards == (int(chip[1]) if chip else 0)
    assert cell(desk.page("/izleme"), watchlist, 0) == cards


@pytest.mark.parametrize("watchlist", IDS)
def test_a_week_is_the_same_in_every_place(desk: Reader, watchlist: str) -> None:
    report = desk.page("/rapor")
    stories, articles, copies, outlets = (cell(report, watchlist, n) for n in range(4))
    one = desk.page(f"/rapor?izleme={watchlist}")
    assert f"{stories} hikâye {articles} haber" in plain(one)
    assert sum(bars(one)) == stories
    assert cell(desk.page("/izleme"), watchlist, 1) == stories
    assert stories + copies == articles
    exported = rows_of(desk, f"/rapor.csv?izleme={watchlist}")
    assert sum(int(row["ilk yazan"]) for row in exported) == stories
    assert sum(int(row["haber"]) for row in exported) == articles
    assert len(exported) == outlets
    days = "bas=2026-01-05&son=2026-01-11"
    assert len(rows_of(desk, f"/ara.csv?izleme={watchlist}&{days}")) == stories


@pytest.mark.parametrize("watchlist", IDS)
def test_a_watchlist_has_as_many_stories_as_its_exports(
    desk: Reader, watchlist: str
) -> None:
    page = desk.page(f"/izleme/{watchlist}")
    found = re.search(r"(\d+) hikâye (\d+) son 30 günde", plain(page))
    assert found is not None
    total = int(found[1])
    assert total == len(rows_of(desk, f"/izleme/{watchlist}.csv"))
    assert total == len(desk.get(f"/izleme/{watchlist}.json").json())
    assert total == len(rows_of(desk, f"/ara.csv?izleme={watchlist}"))
    view = desk.get(f"/news/flagged.json?watchlist_id={watchlist}").json()
    assert total == view["filtered_table_rows_count"]
    assert sum(bars(page)) <= total
    assert sum(bars(page)[-30:]) <= int(found[2]) <= sum(bars(page))


def test_a_story_of_several_days_counts_on_its_first(desk: Reader) -> None:
    week = rows_of(desk, "/ara.csv?q=2880&izleme=azerbaycan")
    assert [row["haber sayısı"] for row in week] == ["3"]
    page = desk.page("/rapor?izleme=azerbaycan")
    assert bars(page)[-3:] == [1, 1, 0]


@pytest.mark.parametrize("view", ["news", "flagged", "matches"])
def test_the_archive_counts_what_its_views_hold(desk: Reader, view: str) -> None:
    """Their counts are asked of smaller tables."""
    answer = desk.get(f"/news/{view}.json?_size=max&_shape=objects").json()
    assert answer["filtered_table_rows_count"] == len(answer["rows"]) > 0
