"""The real articles of ../shared/data as seven sites on loopback, and their texts."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import requests
from lxml import html

SERVE = Path(__file__).parents[1].parent / "shared" / "data" / "serve.py"


class Press:
    """`serve.py` as a process; articles appear one a site at each `publish_more`."""

    def __init__(self, folder: Path, *, smtp_port: int, start: int | None = 5) -> None:
        self.config_path = folder / "feeds.yaml"
        self._port = free_port()
        self.port = f":{self._port}"
        self._command = [
            *(sys.executable, str(SERVE), "--port", str(self._port)),
            *("--write-config", str(self.config_path), "--smtp-port", str(smtp_port)),
            *(("--tick", "-1", "--start", str(start)) if start is not None else ()),
        ]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                self._get("/_log")
            except requests.ConnectionError:
                time.sleep(0.05)  # noqa: TID251 - a process of its own starts
            else:
                return self
        raise TimeoutError("serve.py did not start")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()

    def publish_more(self) -> None:
        """Let one more article appear on each site that has one left."""
        self._get("/_next")

    def log(self) -> list[tuple[str, str, int]]:
        """Return what was asked so far: (address, path, status)."""
        return [tuple(row) for row in json.loads(self._get("/_log"))]

    def _get(self, path: str) -> str:
        answer = requests.get(f"http://127.0.0.1:{self._port}{path}", timeout=5)
        return answer.text


def true_text(url: str) -> str:
    """Return what a page of the sites holds as its article, read by its own markup."""
    page = requests.get(url, timeout=5)
    tree = html.fromstring(page.content)
    assert urlsplit(url).hostname
    return " ".join(node.text_content() for node in tree.cssselect("div.icerik"))


def token_f1(found: str, wanted: str) -> float:
    """Return the F1 of two texts as bags of words."""
    a, b = (Counter(re.findall(r"\w+", text.lower())) for text in (found, wanted))
    shared = sum((a & b).values())
    if not shared:
        return float(a == b)
    precision, recall = shared / sum(a.values()), shared / sum(b.values())
    return 2 * precision * recall / (precision + recall)


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
