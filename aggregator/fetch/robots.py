"""robots.txt by RFC 9309: which group is ours, and what it forbids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    from aggregator.model import Robots

MAX_BYTES = 500 * 1024  # RFC 9309, 2.5
KEEP = timedelta(hours=24)  # RFC 9309, 2.4
KEEP_UNREACHABLE = timedelta(hours=1)  # a server that failed once may be back soon
_MAX_DELAY = 60.0  # seconds; more would stop the visit of a host for good
_MAX_RULES = 2_000


@dataclass(frozen=True, slots=True)
class _Rule:
    allow: bool
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a host asks of us. crawl_delay: seconds, at most a minute."""

    rules: tuple[_Rule, ...] = ()
    crawl_delay: float = 0.0
    unreachable: bool = False

    def allows(self, url: str) -> bool:
        """Say whether an address may be fetched: the longest rule wins, Allow a tie."""
        if self.unreachable:
            return False
        parts = urlsplit(url)
        path = _normal(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        best = max(
            (rule for rule in self.rules if _matches(rule.pattern, path)),
            key=lambda rule: (len(rule.pattern), rule.allow),
            default=None,
        )
        return best is None or best.allow


def read_robots(robots: Robots, user_agent: str) -> Policy:
    """Choose our group (else *) and read it. Groups with the same name are one."""
    if robots.disallow_all:
        return Policy(unreachable=True)
    token = re.match(r"[A-Za-z_-]*", user_agent)
    name = token[0].lower() if token else ""
    groups = _read_groups(robots.body or "")
    lines = groups.get(name) if name in groups else groups.get("*")
    rules, delay = [], 0.0
    for field, value in lines or []:
        if field == "crawl-delay":
            delay = _read_delay(value)
        elif value:
            rules.append(_Rule(field == "allow", _normal(value)))
    return Policy(rules=tuple(rules[:_MAX_RULES]), crawl_delay=delay)


def _read_groups(text: str) -> dict[str, list[tuple[str, str]]]:
    """Return the lines of each group, by the product token in lower case."""
    groups: dict[str, list[tuple[str, str]]] = {}
    current: list[str] = []
    in_rules = False
    for line in re.split(r"[\r\n]+", text.removeprefix("\ufeff")):
        field, colon, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if not colon:
            continue
        if field == "user-agent":
            current = [] if in_rules else current
            in_rules = False
            name = (value.split("/")[0].split() or [""])[0].lower()
            current.append(name)
            groups.setdefault(name, [])
        elif field in {"allow", "disallow", "crawl-delay"}:
            in_rules = True
            for name in current:
                groups[name].append((field, value))
    return groups


def _read_delay(text: str) -> float:
    try:
        delay = float(text)
    except ValueError:
        return 0.0
    return min(max(delay, 0.0), _MAX_DELAY) if delay == delay else 0.0


def _normal(path: str) -> str:
    """Write a path one way (RFC 9309, 2.2.2): %7E is ~, ğ is %C4%9F."""
    return quote(unquote_to_bytes(path.encode()), safe="/*$?=&;:@!,+~'()[]")


def _matches(pattern: str, path: str) -> bool:
    """Match with * and a closing $, without a regular expression: no back-tracking."""
    anchored = pattern.endswith("$")
    head, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(head):
        return False
    at = len(head)
    if not rest:
        return not anchored or at == len(path)
    *middle, tail = rest
    for piece in middle:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if anchored:
        return path.endswith(tail) and len(path) - len(tail) >= at
    return path.find(tail, at) >= 0


def is_fresh(robots: Robots, now: datetime) -> bool:
    """Say whether a copy may still be used: a day, an unreachable one an hour."""
    keep = KEEP_UNREACHABLE if robots.disallow_all else KEEP
    return timedelta(0) <= now - robots.fetched_at < keep
