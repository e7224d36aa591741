"""Every page of the desk before axe-core, at two widths, in both colour schemes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desk_fixtures import fill_press
from tests.test_desk_browser import ARGUMENTS, CHROMIUM, PAGES, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

# Where `.ci/run` puts it: npm install --prefix ~/.cache/aggregator axe-core
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aggregator"
AXE = CACHE / "node_modules" / "axe-core" / "axe.min.js"
MORE_PAGES = (
    "/hikaye/1",
    "/hikaye/1?isaretle=ilgili",
    "/?gun=2020-01-01",
    "/?durum=yildizli",
    "/ara",
    "/ara?q=bulunmayan&yayin=Kordon+Haber&bas=2026-01-01",
    "/bultenler",
    "/news/feed_health",
    "/news/news?_facet=outlet&_search=bakü",
    "/yok",
    "/?dil=en",
)
RUN = """async () => {
  const found = await axe.run({resultTypes: ["violations"]});
  return found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.help}: `
      + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | "));
}"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs /usr/bin/chromium"),
    pytest.mark.skipif(
        not AXE.exists(), reason=f"needs axe-core from npm (.ci/run gets it): {AXE}"
    ),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = fill_press(tmp_path_factory.mktemp("press"))
    with serving(database) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow to import

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(ARGUMENTS)
        )
        yield opened
        opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_no_page_has_a_serious_finding(
    browser: Browser, url: str, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    findings = {path: _examine(page, url + path) for path in (*PAGES, *MORE_PAGES)}
    context.close()
    assert {path: found for path, found in findings.items() if found} == {}


def _examine(page: Page, address: str) -> list[str]:
    """Return what axe finds serious or critical, with everything folded open."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN)
    return found
