"""Time polls of many feeds on loopback, beside lemon24/reader on the same server.

    python benchmarks/poll_speed.py [--feeds 500] [--rounds 3]

Each feed has a loopback address of its own, so that the pause per host stays out of the
figures. Both programs run as whole processes, taking turns; printed are the medians of
their CPU and wall seconds and the ratio ours / reader. The peer is installed into a
virtual environment of its own under the folder given by --work.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEER = ["reader==3.26", "sgmllib3k", "setuptools<81"]
PORT = 8970
ITEMS = 30
# Invented words, as many as a newspaper uses: texts must not look alike.
SYLLABLES = [
    "ka",
    "ra",
    "li",
    "me",
    "so",
    "bu",
    "ne",
    "ti",
    "yo",
    "da",
    "şe",
    "gü",
    "lö",
]
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]

READ = """
import sys, reader
r = reader.make_reader(sys.argv[1], feed_root="")
for url in open(sys.argv[2]).read().split():
    r.add_feed(url, exist_ok=True)
r.update_feeds(workers=32, scheduled=False)
"""


def address(n: int) -> str:
    """Return the loopback address of a feed."""
    return f"127.{1 + n // 60000}.{n // 250 % 240}.{1 + n % 250}"


def document(n: int, revision: int, build: int, items: int = ITEMS) -> bytes:
    """Return a feed: `revision` adds new items, `build` changes only its build date."""
    draw = random.Random(n)
    rows = []
    for i in range(items + revision):
        title = " ".join(draw.choices(WORDS, k=8)).capitalize()
        text = " ".join(draw.choices(WORDS, k=60))
        day = 1 + i % 28
        rows.append(
            f"<item><title>{title} {i}</title><link>http://{address(n)}:{PORT}/h/{i}"
            f"</link><guid>{n}-{i}</guid><pubDate>{day:02d} Oct 2026 10:00:00 +0300"
            f"</pubDate><description>{text}</description></item>"
        )
    body = "".join(reversed(rows[-items:]))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>Kaynak {n}</title><link>http://{address(n)}:{PORT}/</link>"
        f"<description>d</description><lastBuildDate>Mon, 05 Oct 2026 10:{build:02d}:00"
        f" +0300</lastBuildDate>{body}</channel></rss>"
    ).encode()


class Server:
    """All feeds; `mode` decides what a request gets."""

    def __init__(self, feeds: int) -> None:
        self.feeds = feeds
        self.where = {address(n): n for n in range(feeds)}
        self.mode = "static"
        self.round = 0
        self.cache: dict[tuple[int, int, int], tuple[bytes, str]] = {}
        self.asked: list[int] = []

    def version(self, n: int) -> tuple[int, int, bool]:
        """Return (revision, build, has validators) of a feed in the present mode."""
        if self.mode == "changed":
            return (self.round if n % 20 == 0 else 0), 0, True
        if self.mode == "mix":
            validators = n % 20 >= 9  # 45 % have none
            build = self.round if n % 5 == 0 else 0  # 20 % change their build date
            return (self.round if n % 20 == 1 else 0), build, validators
        return 0, 0, True

    async def handle(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer requests of one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                if path.startswith("/_mode/"):
                    _, _, self.mode, number = path.split("/")
                    self.round = int(number)
                    self.asked.clear()
                    writer.write(b"HTTP/1.1 204 OK\r\nContent-Length: 0\r\n\r\n")
                elif path == "/_asked":
                    body = json.dumps(len(self.asked)).encode()
                    writer.write(
                        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
                        + body
                    )
                else:
                    n = self.where.get(writer.get_extra_info("sockname")[0])
                    if n is None:
                        print("unknown:", path, file=sys.stderr)
                        writer.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
                    else:
                        writer.write(self.answer(n, head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def answer(self, n: int, head: bytes) -> bytes:
        """Return the bytes of a response."""
        self.asked.append(n)
        revision, build, validators = self.version(n)
        key = (n, revision, build)
        if key not in self.cache:
            plain = document(*key)
            tag = hashlib.md5(plain, usedforsecurity=False).hexdigest()
            self.cache[key] = (gzip.compress(plain, 1), f'"{tag}"')
        body, etag = self.cache[key]
        headers = f"ETag: {etag}\r\n" if validators else ""
        if validators and etag.encode() in head:
            return (
                f"HTTP/1.1 304 Not Modified\r\n{headers}Content-Length: 0\r\n\r\n"
            ).encode()
        return (
            f"HTTP/1.1 200 OK\r\n{headers}Content-Type: application/rss+xml\r\n"
            f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


async def serve(feeds: int) -> None:
    """Serve until killed."""
    server = Server(feeds)
    hosts = [address(n) for n in range(feeds)]
    listening = await asyncio.start_server(server.handle, hosts, PORT, limit=2**16)
    control = await asyncio.start_server(server.handle, "127.0.0.1", PORT + 1)
    print("ready", flush=True)
    async with listening, control:
        await asyncio.Event().wait()


def control(path: str) -> str:
    """Ask the server's control address."""
    from urllib.request import urlopen  # noqa: PLC0415 - a benchmark's own loopback

    with urlopen(f"http://127.0.0.1:{PORT + 1}{path}", timeout=60) as answer:
        return str(answer.read().decode())


def configure(folder: Path, feeds: int) -> Path:
    """Write our configuration: the same feeds, no watchlists, no pages."""
    lines = [
        "settings:",
        "  database: ours.db",
        "  contact: benchmark@example.org",
        "  interval: 1h",
        "  hosts_at_once: 32",
        "  host_delay: 0s",
        "  allow_hosts: [127.0.0.0/8]",
        "feeds:",
    ]
    for n in range(feeds):
        lines += [
            f"  - id: f{n}",
            f"    outlet: Kaynak {n}",
            f"    url: http://{address(n)}:{PORT}/rss",
            "    scrape: false",
        ]
    path = folder / "feeds.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "urls.txt").write_text(
        "\n".join(f"http://{address(n)}:{PORT}/rss" for n in range(feeds))
    )
    return path


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Run a command; return its CPU (with its children) and wall seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command[0]} failed: {done.stderr.decode()[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall


def peer_python(work: Path) -> Path:
    """Install the peer once; return its Python."""
    place = work / "peer"
    if not (place / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        subprocess.run(
            [place / "bin" / "python", "-m", "pip", "install", "-q", *PEER], check=True
        )
    return place / "bin" / "python"


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, default=500)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--work", type=Path, default=None)
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.serve:
        asyncio.run(serve(chosen.feeds))
        return
    work = chosen.work or Path(tempfile.mkdtemp(prefix="poll-speed-"))
    work.mkdir(parents=True, exist_ok=True)
    python = peer_python(work)
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", "--feeds", str(chosen.feeds)],
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()
        measure(work, python, chosen.feeds, chosen.rounds)
    finally:
        server.kill()
        if chosen.work is None:
            shutil.rmtree(work)


def measure(work: Path, python: Path, feeds: int, rounds: int) -> None:
    """Run all cases in turns and print medians."""
    folder = work / "run"
    print(f"{feeds} feeds of {ITEMS} items, {rounds} rounds, {os.cpu_count()} cores")
    print(
        f"{'case':10} {'ours cpu':>9} {'wall':>6} {'reader cpu':>11} {'wall':>6}"
        f" {'ratio cpu':>10} {'wall':>6}"
    )
    results: dict[str, list[tuple[float, float, float, float]]] = {}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    config = configure(folder, feeds)
    ours = [
        *(sys.executable, "-m", "aggregator", "--config", str(config)),
        *("poll", "--force", "--no-deliver", "--max-seconds", "3600"),
    ]
    theirs = [str(python), "-c", READ, "theirs.db", "urls.txt"]
    number = 0
    for turn in range(rounds):
        # Filling both archives is timed once; what follows repeats on them.
        plan = [("cold", "static")] if turn == 0 else []
        plan += [("all 304", "static"), ("5% changed", "changed")]
        plan += [("settle", "mix"), ("mix", "mix"), ("settle", "static")]
        for case, mode in plan:
            number += 1
            pair = [ours, theirs] if turn % 2 == 0 else [theirs, ours]
            figures = {}
            for command in pair:
                control(f"/_mode/{mode}/{number}")
                figures[command is ours] = timed(command, folder)
                if (asked := control("/_asked")) != str(feeds):
                    print(f"  note: {asked} requests in {case}")
            results.setdefault(case, []).append((*figures[True], *figures[False]))
    for case, rows in results.items():
        if case == "settle":
            continue
        a, b, c, d = (statistics.median(column) for column in zip(*rows, strict=True))
        print(
            f"{case:10} {a:9.2f} {b:6.2f} {c:11.2f} {d:6.2f} {a / c:10.2f} {b / d:6.2f}"
        )


if __name__ == "__main__":
    main()
