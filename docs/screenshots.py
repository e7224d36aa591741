"""Take the pictures of docs/analist.md: starts the demo and photographs its desk.

    .venv/bin/python docs/screenshots.py

Needs /usr/bin/chromium and playwright (the extra `test`). With Pillow installed the
pictures get a palette of 128 colours, a third of their size; without it they stay as
Chromium writes them.
"""

# ruff: noqa: INP001 - a script, in no package

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
IMAGES = HERE / "img"
CHROMIUM = "/usr/bin/chromium"
MOST_BYTES = 150_000
COLOURS = 128
# The story of the demo that several outlets carry.
STORY = "İki körfez, bir sergi"


def main() -> int:
    """Take all pictures; return 1 when one of them is too big."""
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo(folder) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-lcd-text"],
        )
        photograph(browser, url)
        browser.close()
    too_big = 0
    for path in sorted(IMAGES.glob("*.png")):
        shrink(path)
        size = path.stat().st_size
        too_big += size > MOST_BYTES
        sys.stdout.write(f"{size:>8,}  {path.relative_to(HERE.parent)}\n")
    return 1 if too_big else 0


@contextmanager
def demo(folder: str) -> Iterator[str]:
    """Run the demo while the block runs; yield the address of its desk."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "aggregator", "demo"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--folder", folder, "--port", str(port)],
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        wait_for_desk(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def wait_for_desk(process: subprocess.Popen[str], port: int) -> None:
    """Return once the demo has polled and its desk answers.

    Raises:
        RuntimeError: it ended before that.
    """
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    if not any("The desk is at" in line for line in process.stdout):
        raise RuntimeError(f"the demo ended with {process.wait()}")
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return


def photograph(browser: Browser, url: str) -> None:
    """Judge some stories, as an analyst would, then take the pictures."""
    page = open_page(browser, 1200)
    page.goto(url)
    story = page.locator(".card", has_text=STORY).get_attribute("data-story")
    press(page.locator(".card").nth(1), "İlgili")
    press(page.locator(".card").nth(2), "Yıldız")
    page.goto(f"{url}/hikaye/{story}")
    page.get_by_label("Not", exact=True).fill("Müdürlüğe bildirildi; AA'ya sorulacak.")
    page.get_by_role("button", name="Not ekle").click()
    for name, path, height in (
        ("bugun", "/", 900),
        ("hikaye", f"/hikaye/{story}", 1000),
        ("izleme", "/izleme/izmir-baku", 820),
        ("ara", "/ara?q=bakü", 760),
        ("kaynaklar", "/kaynaklar", 640),
        ("rapor", "/rapor", 900),
    ):
        take(page, url + path, name, height)
    phone = open_page(browser, 390)
    take(phone, url, "telefon", 844)


def open_page(browser: Browser, width: int) -> Page:
    """Return a page as a Turkish reader has it, so that dates read right."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="tr-TR", color_scheme="light"
    )
    return context.new_page()


def press(card: object, label: str) -> None:
    """Press a button of a card and wait for the answer."""
    button = card.get_by_role("button", name=label, exact=True)  # type: ignore[attr-defined]
    button.click()
    card.locator("[aria-pressed=true]").first.wait_for()  # type: ignore[attr-defined]


def take(page: Page, address: str, name: str, height: int) -> None:
    """Write the top of a page as a PNG."""
    width = (page.viewport_size or {"width": 1200})["width"]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    page.screenshot(path=IMAGES / f"{name}.png")


def shrink(path: Path) -> None:
    """Give a picture a palette, if Pillow is there."""
    if importlib.util.find_spec("PIL") is None:
        return
    from PIL import Image  # noqa: PLC0415 - optional

    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
