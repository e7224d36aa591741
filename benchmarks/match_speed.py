"""Measure how fast watchlists read, and how soon a fresh process can.

    python benchmarks/match_speed.py [TEXTS.jsonl]

The text is `text` of each line of TEXTS.jsonl (one article a line), or the articles of
the test pages over and over. 100 terms are looked for; the loop lowers each text once a
term and calls str.find. Start-up: a fresh process compiles 1,000 terms and reads one
article. There is no cache to warm: suffix tables are spelled out when a text first
needs them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from aggregator.match import compile_watchlists
from aggregator.model import Document, Flag, Watchlist

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests" / "data" / "pages"
_PLACES = """
İzmir,Ankara,Bakü,Konya,Kars,Van,Ordu,Aydın,Manisa,Bursa,Sivas,Tokat,Rize,Muş
"""
_THINGS = """
belediye başkanı,kardeş şehir,basın toplantısı,ticaret odası,kültür merkezi,
kent konseyi,hava yolu,doğal gaz,fuar alanı,su,yol,ev,dil,
kitap,toprak,vakit,renk,çocuk,ışık,köprü,
liman,mahalle,cadde,haber,öğretmen,resim,karar,konut,hisse,borsa
"""
_STARTUP = """
import time
start = time.perf_counter()
from aggregator.match import compile_watchlists
from aggregator.model import Document, Watchlist
terms = tuple({terms!r})
matcher = compile_watchlists((), (Watchlist(id="all", title="", terms=terms),))
compiled = time.perf_counter()
matcher.flags(Document(title={title!r}, text={text!r}))
print(compiled - start, time.perf_counter() - start)
"""


def terms(count: int) -> tuple[str, ...]:
    """Return so many different terms: names, nouns and phrases."""
    places, things = (
        [term.strip() for term in names.split(",")] for names in (_PLACES, _THINGS)
    )
    found = [*places, *things]
    found += [f"{place} {thing}" for thing in things for place in places]
    found += [f"{one} {other}" for one in things for other in things]
    return tuple(dict.fromkeys(found))[:count]


def texts(path: str | None) -> list[str]:
    """Read about a megabyte of articles."""
    if path:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        found = [str(json.loads(line)["text"]) for line in lines]
    else:
        pages = sorted(PAGES.glob("*.json"))
        labels = [json.loads(page.read_text(encoding="utf-8")) for page in pages]
        found = ["\n".join(label["text"]) for label in labels if label["text"]]
    size = sum(len(text.encode()) for text in found)
    return found * max(1, 1_000_000 // size)


def megabytes_a_second(read: Callable[[], object], found: Iterable[str]) -> float:
    """Return the best of three runs, in processor time."""
    size = sum(len(text.encode()) for text in found) / 1e6
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        read()
        best = min(best, time.process_time() - start)
    return size / best


def startup(count: int) -> tuple[float, float]:
    """Return a fresh process's seconds until compiled, and until an article is read."""
    code = _STARTUP.format(
        terms=terms(count),
        title="Bakü'den heyet geldi",
        text="\n".join(texts(None)[:60]),
    )
    command = [sys.executable, "-c", code]
    runs = [
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        for _ in range(3)
    ]
    compiled, read = min(tuple(map(float, run.stdout.split())) for run in runs)
    return compiled, read


def main() -> None:
    """Print the table."""
    found = texts(sys.argv[1] if len(sys.argv) > 1 else None)
    wanted = terms(100)
    matcher = compile_watchlists((), (Watchlist(id="all", title="", terms=wanted),))
    lowered = [term.lower() for term in wanted]

    def loop() -> int:
        return sum(text.lower().find(term) >= 0 for text in found for term in lowered)

    def flags() -> list[tuple[Flag, ...]]:
        return [matcher.flags(Document(title="", text=text)) for text in found]

    ours = megabytes_a_second(flags, found)
    theirs = megabytes_a_second(loop, found)
    hits = sum(len(flag.matches) for one in flags() for flag in one)
    say = sys.stdout.write
    say(f"100 terms:   {ours:6.2f} MB/s, a loop of lower() and find ")
    say(f"{theirs:.2f} MB/s ({ours / theirs:.1f} times); ")
    say(f"{1000 * hits / sum(map(len, found)):.1f} hits in 1,000 characters\n")
    for count in (100, 1000):
        compiled, read = startup(count)
        say(f"{count:5} terms: a fresh process has compiled after {compiled:.3f} s ")
        say(f"and read one article after {read:.3f} s\n")


if __name__ == "__main__":
    main()
