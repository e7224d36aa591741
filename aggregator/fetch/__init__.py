"""The one room that uses HTTP: identity, conditional GET, robots, pace, limits, guard.

`Session` is one host's visit. Everything it raises is an `errors.FetchError`, and no
message of it carries a password or a token.

Proxies: HTTP_PROXY, HTTPS_PROXY and NO_PROXY are followed. Behind a proxy it is the
proxy that resolves names, so the address guard sees only addresses written as numbers.
"""

from __future__ import annotations

from aggregator.fetch.pace import Pace
from aggregator.fetch.robots import Policy, read_robots
from aggregator.fetch.session import Session
from aggregator.urls import mask_url

__all__ = ["Pace", "Policy", "Session", "mask_url", "read_robots"]
