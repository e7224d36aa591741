"""Send what waits in the outbox: in one message each, never lost, never twice."""

from __future__ import annotations

from aggregator.deliver.health import queue_health
from aggregator.deliver.previewing import preview
from aggregator.deliver.sending import Delivered, deliver
from aggregator.deliver.trying import ping, send_test, try_login
from aggregator.store.lock import deliver_lock

__all__ = [
    "Delivered",
    "deliver",
    "deliver_lock",
    "ping",
    "preview",
    "queue_health",
    "send_test",
    "try_login",
]
