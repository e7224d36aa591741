"""What every visit of a run shares, taken from the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator import __version__
from aggregator.model import Limits, VisitRules

if TYPE_CHECKING:
    from aggregator.model import Config, Settings


def visit_rules(config: Config, *, deadline: float) -> VisitRules:
    """Return the identity, limits and pace of all visits of a run.

    deadline: time.monotonic() after which nothing new is begun.
    """
    settings = config.settings
    return VisitRules(
        user_agent=f"aggregator/{__version__} (+{settings.contact})",
        limits=_limits(settings, settings.max_feed_bytes),
        page_limits=_limits(settings, settings.max_page_bytes),
        delay=settings.host_delay,
        allow_hosts=settings.allow_hosts,
        deadline=deadline,
    )


def _limits(settings: Settings, max_bytes: int) -> Limits:
    return Limits(
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        total_timeout=settings.total_timeout,
        max_bytes=max_bytes,
    )
