"""Real and broken documents: the short cut changes nothing, and nothing escapes."""

from __future__ import annotations

import json
import random
import resource
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import sources
from aggregator.errors import ParseError
from aggregator.model import Feed, FeedTask, Fetched, ParsedFeed, Validators

NOW = datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
URL = "https://haber.example/rss"
REAL = Path(__file__).parents[1].parent / "shared" / "data" / "feeds"
ENCODINGS = ("utf-8", "cp1254", "iso-8859-9", "utf-16", "koi8-r", "big5")
SECONDS_A_DOCUMENT = 20  # generous: the machine may be busy; the largest takes 0.3 s

_PIECES = """
<rss version='2.0'>|<channel>|<item>|<title>|</title>|</item>|<link>|&nbsp;|&|-->|<!--
<![CDATA[|]]>|<!DOCTYPE rss [|<!ENTITY a 'b'>|]>|&a;|<entry>|<id>|<div>|İ|\x00|</rss>
<feed xmlns="http://www.w3.org/2005/Atom">|<content type='xhtml'>|<guid>x</guid>
<?xml version='1.0'?>|<pubDate>1</pubDate>"""
PIECES = _PIECES.replace("\n", "|").split("|")


def parse(
    body: bytes, known: frozenset[str] = frozenset(), content_type: str = "text/xml"
) -> ParsedFeed:
    answer = Fetched(
        url=URL,
        status=200,
        body=body,
        content_type=content_type,
        validators=Validators(url=URL),
    )
    feed = Feed(id="f", outlet="O", url=URL, interval=timedelta(hours=1))
    task = FeedTask(
        feed=feed, url=URL, validators=None, body_hash=None, known_items=known
    )
    return sources.parse(answer, task, NOW)


@cache
def documents() -> dict[str, bytes]:
    if not REAL.is_dir():
        pytest.skip("the shared feeds are not there")
    lines = (REAL / "index.jsonl").read_text(encoding="utf-8").splitlines()
    names = [json.loads(line)["file"] for line in lines]
    return {name: (REAL / name).read_bytes() for name in names}


def test_real_documents_have_the_entries_their_index_says() -> None:
    lines = (
        (REAL / "index.jsonl").read_text(encoding="utf-8").splitlines()
        if documents()
        else []
    )
    wrong = []
    for line in lines:
        about = json.loads(line)
        try:
            total = parse(documents()[about["file"]]).total
        except ParseError:
            continue
        if total != about["entries"]:
            wrong.append((about["file"], about["entries"], total))
    assert wrong == []


@pytest.mark.slow
def test_cutting_known_items_out_gives_the_same_new_entries_as_reading_all() -> None:
    """What is cut before feedparser reads changes nothing, over all real documents."""
    chooser = random.Random(7)
    compared = 0
    for name, body in documents().items():
        try:
            whole = parse(body)
        except ParseError:
            continue
        known = frozenset(e.item_hash for e in whole.entries if chooser.random() < 0.6)
        taken = {e.key for e in whole.entries if e.item_hash in known}
        rest = parse(body, known)
        want = {e.key: e for e in whole.entries if e.key not in taken}
        got = {e.key: e for e in rest.entries if e.key not in taken}
        assert got == want, name
        assert (rest.total, rest.hints) == (whole.total, whole.hints), name
        assert (rest.title, rest.older) == (whole.title, whole.older), name
        compared += len(want)
    assert compared > 500


def test_an_edited_item_is_seen_and_an_unchanged_one_is_not() -> None:
    def feed(text: str, built: str) -> bytes:
        items = "".join(
            f"<item><guid>{n}</guid><title>{title}</title></item>"
            for n, title in enumerate(["a", text, "c"])
        )
        return (
            f"<rss version='2.0'><channel><lastBuildDate>{built}</lastBuildDate>"
            f"{items}</channel></rss>"
        ).encode()

    known = frozenset(e.item_hash for e in parse(feed("b", "1")).entries)
    assert parse(feed("b", "2"), known).entries == ()
    again = parse(feed("B", "3"), known)
    assert [(e.key, e.title) for e in again.entries] == [("1", "B")]
    assert (again.total, again.known) == (3, 2)


@given(st.binary(max_size=400))
def test_96_any_bytes_give_a_feed_or_a_parse_error(body: bytes) -> None:
    _read(body)


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_96_any_heap_of_tags_gives_a_feed_or_a_parse_error(pieces: list[str]) -> None:
    _read("".join(pieces).encode())


def test_a_hundred_mutated_documents_end_well() -> None:
    _soak(100, seed=1)


@pytest.mark.slow
def test_two_thousand_mutated_documents_end_well_in_time_and_memory() -> None:
    _soak(400, seed=2)  # what stays in caches is there now
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _soak(1600, seed=3)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 40_000  # KiB, as Linux counts


def _soak(count: int, *, seed: int) -> None:
    chooser = random.Random(seed)
    bodies = [body for body in documents().values() if len(body) < 150_000]
    for _ in range(count):
        body = _mutate(chooser.choice(bodies), chooser)
        start = time.process_time()
        _read(body)
        assert time.process_time() - start < SECONDS_A_DOCUMENT


def _mutate(body: bytes, chooser: random.Random) -> bytes:
    """Flip bytes, truncate, swap the encoding, repeat or lose a part."""
    changed = bytearray(body)
    for _ in range(chooser.randrange(1, 5)):
        at = chooser.randrange(len(changed) + 1)
        end = min(len(changed), at + chooser.randrange(1, 2000))
        match chooser.randrange(5):
            case 0:
                for _ in range(min(len(changed), 20)):
                    changed[chooser.randrange(len(changed))] = chooser.randrange(256)
            case 1:
                del changed[at:]
            case 2:
                text = changed.decode(chooser.choice(ENCODINGS), "replace")
                changed = bytearray(text.encode(chooser.choice(ENCODINGS), "replace"))
            case 3:
                changed[at:at] = changed[at:end] * chooser.randrange(1, 4)
            case _:
                del changed[at:end]
    return bytes(changed)


def _read(body: bytes) -> None:
    """Parse, and check what every feed must hold."""
    try:
        parsed = parse(body)
    except ParseError:
        return
    assert parsed.total >= len(parsed.entries)
    for entry in parsed.entries:
        assert entry.key
        assert not entry.url or entry.url.startswith(("http://", "https://"))
        assert entry.published_at is None or entry.published_at.tzinfo is UTC
