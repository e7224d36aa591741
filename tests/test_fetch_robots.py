"""robots.txt by RFC 9309 (polling.md 57): groups, longest match, wildcards, delays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch import Policy, read_robots
from aggregator.model import Robots

AGENT = "aggregator/1.0 (+basin@example.org)"


def policy(body: str | None, agent: str = AGENT) -> Policy:
    fetched_at = datetime(2026, 1, 6, tzinfo=UTC)
    robots = Robots(origin="https://a.example", fetched_at=fetched_at, body=body)
    return read_robots(robots, agent)


def allows(body: str | None, path: str, agent: str = AGENT) -> bool:
    return policy(body, agent).allows(f"https://a.example{path}")


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /", "/haber", False),
        ("Disallow:", "/haber", True),
        ("Disallow: /haber", "/haberler", False),
        ("Disallow: /haber/", "/haber", True),
        ("Disallow: /\nAllow: /haber/", "/haber/1", True),
        ("Allow: /haber\nDisallow: /haber/gizli", "/haber/gizli/1", False),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow: /*.pdf$", "/x/y.pdf", False),
        ("Disallow: /*.pdf$", "/x/y.pdf?a", True),
        ("Disallow: /*/amp", "/haber/1/amp/", False),
        ("Disallow: /a$", "/ab", True),
        ("Disallow: /a$", "/a", False),
        ("Disallow: /*a*a*a*b", "/" + "a" * 3000, True),
        ("Disallow: /?s=", "/?s=x", False),
        ("Disallow: /baku-da-t%C3%B6ren", "/baku-da-tören", False),
        ("Disallow: /tören", "/t%c3%b6ren", False),
        ("disallow : /x # gizli", "/x", False),
        ("Sitemap: https://a.example/s.xml\nnonsense\nDisallow: /x", "/y", True),
    ],
)
def test_57_the_longest_rule_that_fits_decides(
    rules: str, path: str, allowed: bool
) -> None:
    assert allows(f"User-agent: *\n{rules}", path) is allowed


def test_57_our_own_group_counts_whatever_its_case_and_else_the_star() -> None:
    body = "User-agent: *\nDisallow: /\n\nUSER-AGENT: AGGREGATOR\nDisallow: /x\n"
    assert allows(body, "/y")
    assert not allows(body, "/x")
    assert not allows(body, "/y", "otherbot/1.0")
    shared = "User-agent: a\nUser-agent: aggregator/2\nDisallow: /x\n"
    assert not allows(shared, "/x")
    split = "User-agent: aggregator\nDisallow: /x\nUser-agent: b\nDisallow: /z\n"
    assert not allows(split + "User-agent: aggregator\nDisallow: /y", "/y")
    assert allows(split, "/z")


def test_57_without_a_file_or_with_a_page_instead_everything_is_allowed() -> None:
    assert allows(None, "/x")
    assert allows("<!doctype html><html>Not found</html>", "/x")
    assert allows("Disallow: /x", "/x")  # a rule without a group


@pytest.mark.parametrize(
    ("value", "delay"),
    [("5", 5), ("0.5", 0.5), ("9999", 60), ("-1", 0), ("nan", 0), ("x", 0)],
)
def test_57_crawl_delay_is_read_and_bounded(value: str, delay: float) -> None:
    assert policy(f"User-agent: *\nCrawl-delay: {value}").crawl_delay == delay


@given(st.text(max_size=200), st.text(max_size=50))
def test_any_file_gives_an_answer(body: str, path: str) -> None:
    printable = path.encode("utf-8", "replace").decode()
    assert allows(f"User-agent: *\nDisallow: {body}", f"/{printable}") in {True, False}
