"""The desk in a real browser: an analyst's day, a hostile press, narrow screens."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from aggregator import browse
from tests.desk_corpus import NOW, make_config
from tests.desk_fixtures import fill_press
from tests.test_desk_security import hostile_paths, spoil

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
PAGES = (
    "/",
    "/?gorunum=liste",
    "/izleme",
    "/izleme/izmir-baku",
    "/ara?q=bakü",
    "/kaynaklar",
    "/kaynaklar/kordon-haber",
    "/rapor?donem=ay",
    "/akislar",
    "/news",
    "/news/news",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs /usr/bin/chromium"),
]


@contextlib.contextmanager
def serving(database: Path) -> Iterator[str]:
    """Serve a desk on a free port while the block runs."""
    datasette = browse.build(make_config(database), clock=lambda: NOW)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(datasette.app(), log_level="critical"))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        thread.start()
        while not server.started:
            time.sleep(0.05)  # noqa: TID251 - a server in another thread starts
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow to import

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(ARGUMENTS)
        )
        yield opened
        opened.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    database = fill_press(tmp_path)
    with serving(database) as url:
        yield url, database


def open_page(browser: Browser, width: int = 1200, *, script: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=script
    )
    return context.new_page()


def test_an_analysts_day(browser: Browser, desk: tuple[str, Path]) -> None:
    url, _ = desk
    page = open_page(browser)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.goto(url)
    # Read: down to the second card, open it with the keyboard, come back.
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/hikaye/*")
    page.go_back()
    mark_two(page)
    page.goto(f"{url}/?durum=ilgili")
    assert page.locator(".card").count() == 1
    search_and_export(page)
    assert errors == []
    page.context.close()


def mark_two(page: Page) -> None:
    """Mark one story relevant, and take another mark back, without a reload."""
    page.evaluate("window.stayed = true")
    first, second = page.locator(".card").nth(0), page.locator(".card").nth(1)
    first.get_by_role("button", name="İlgili", exact=True).click()
    first.locator(".yes[aria-pressed=true]").wait_for()
    assert page.locator("#duyuru").inner_text() == "İlgili: işaretlendi"
    page.keyboard.press("j")
    page.keyboard.press("x")
    second.locator(".no[aria-pressed=true]").wait_for()
    page.keyboard.press("u")
    second.locator(".no[aria-pressed=false]").wait_for()
    assert page.locator("#duyuru").inner_text() == "İlgisiz: geri alındı"
    assert page.evaluate("window.stayed")


def test_the_keys_can_be_switched_off_for_good(
    browser: Browser, desk: tuple[str, Path]
) -> None:
    url, _ = desk
    page = open_page(browser)
    page.goto(url)
    page.get_by_text("Klavye kısayolları").click()
    page.get_by_label("Kısayollar açık").uncheck()
    page.goto(url)
    page.locator("body").press("j")
    assert page.locator(".card.at").count() == 0
    page.get_by_text("Klavye kısayolları").click()
    page.get_by_label("Kısayollar açık").check()
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.locator(".card.at").count() == 1
    page.context.close()


def search_and_export(page: Page) -> None:
    """Search from anywhere by keyboard, and take the answer along."""
    page.keyboard.press("/")
    page.keyboard.type("BAKU")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ara?q=BAKU")
    assert page.locator("mark").first.inner_text() == "Bakü"
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "arama.csv"


def test_everything_works_without_a_script(
    browser: Browser, desk: tuple[str, Path]
) -> None:
    url, _ = desk
    page = open_page(browser, script=False)
    page.goto(url)
    page.locator(".card").first.get_by_role("button", name="Yıldız").click()
    page.wait_for_load_state()
    assert page.locator(".star[aria-pressed=true]").count() == 1
    page.goto(f"{url}/hikaye/1")
    page.get_by_label("Not", exact=True).fill("Sorulacak.")
    page.get_by_role("button", name="Not ekle").click()
    page.wait_for_load_state()
    assert page.get_by_text("Sorulacak.").count() == 1
    page.context.close()


@pytest.mark.parametrize("width", [360, 390, 768, 1200])
def test_nothing_scrolls_sideways(
    browser: Browser, desk: tuple[str, Path], width: int
) -> None:
    url, _ = desk
    page = open_page(browser, width)
    for path in (*PAGES, "/hikaye/1"):
        page.goto(url + path)
        root = "document.documentElement"
        wide, inside = page.evaluate(f"[{root}.scrollWidth, {root}.clientWidth]")
        assert wide <= inside, (path, wide, inside)
    page.context.close()


@pytest.mark.parametrize("width", [390, 1200])
def test_a_word_of_two_hundred_letters_widens_no_page(
    browser: Browser, desk: tuple[str, Path], width: int
) -> None:
    url, database = desk
    ids = spoil(database)
    page = open_page(browser, width)
    for path in ("/", "/?gorunum=liste", "/izleme/azerbaycan", "/kaynaklar", "/rapor"):
        assert_fits(page, url + path)
    for story_id in ids:
        assert_fits(page, f"{url}/hikaye/{story_id}")
    page.context.close()


def assert_fits(page: Page, address: str) -> None:
    """Neither the page nor a card is cut off at the right."""
    page.goto(address)
    wide, inside = page.evaluate(
        "[Math.max(...[...document.querySelectorAll('main, .card, .card .triage')]"
        ".map(e => e.getBoundingClientRect().right)),"
        " document.documentElement.clientWidth]"
    )
    assert wide <= inside, (address, wide, inside)


def test_a_phone_shows_tables_whole(browser: Browser, desk: tuple[str, Path]) -> None:
    url, _ = desk
    page = open_page(browser, 390)
    regions = "[...document.querySelectorAll('.scroll')]"
    for path in ("/rapor", "/hikaye/1", "/kaynaklar", "/izleme", "/bultenler"):
        page.goto(url + path)
        hidden = page.evaluate(
            f"{regions}.map(e => e.scrollWidth - e.clientWidth).filter(n => n > 0)"
        )
        assert hidden == [], path
    page.context.close()


def test_fifty_stories_fit_on_a_screen_and_a_half(
    browser: Browser, desk: tuple[str, Path]
) -> None:
    url, _ = desk
    page = open_page(browser)
    page.goto(f"{url}/?gorunum=liste")
    top, height = page.evaluate(
        "(({top, height}) => [top + scrollY, height])"
        "(document.querySelector('.card').getBoundingClientRect())"
    )
    alarm = page.locator(".alarm").bounding_box()
    assert alarm is not None
    assert top - alarm["height"] + 50 * height <= 1.5 * 1080
    page.context.close()


def test_buttons_are_big_enough_for_a_thumb(
    browser: Browser, desk: tuple[str, Path]
) -> None:
    url, _ = desk
    page = open_page(browser, 390)
    page.goto(url)
    for button in page.locator(".triage button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    page.context.close()


def test_a_hostile_press_runs_nothing(browser: Browser, desk: tuple[str, Path]) -> None:
    url, database = desk
    ids = spoil(database)
    page = open_page(browser)
    ran: list[str] = []
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    page.on("console", lambda message: ran.append(message.text))
    page.on("pageerror", lambda error: ran.append(str(error)))
    for path in hostile_paths(ids):
        page.goto(url + path.replace("<", "%3C").replace('"', "%22"))
        assert page.locator("img, iframe, object, embed").count() == 0, path
        for link in page.locator("a[href]").all()[:80]:
            assert "javascript:" not in (link.get_attribute("href") or "").lower()
    assert [text for text in ran if "status of 4" not in text] == []
    page.context.close()


def test_a_story_prints_with_its_text_and_without_its_buttons(
    browser: Browser, desk: tuple[str, Path]
) -> None:
    url, _ = desk
    page = open_page(browser)
    page.emulate_media(media="print")
    page.goto(f"{url}/hikaye/1")
    assert page.locator(".story-text").is_visible()
    assert page.locator(".carriers").is_visible()
    for hidden in (".triage", "nav.main", ".forms"):
        assert not page.locator(hidden).first.is_visible()
    page.context.close()
