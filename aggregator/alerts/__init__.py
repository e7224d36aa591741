"""What is worth an alert, when it goes, and how it reads. Pure: no clock, no I/O."""

from __future__ import annotations

from aggregator.alerts.judging import OLD_NEWS, covers, wanted
from aggregator.alerts.planning import Parcel, Pending, Plan, Situation, Traffic, plan
from aggregator.alerts.troubles import HealthNote, KnownTrouble, Trouble, health
from aggregator.alerts.volume import is_silent, is_spike

__all__ = [
    "OLD_NEWS",
    "HealthNote",
    "KnownTrouble",
    "Parcel",
    "Pending",
    "Plan",
    "Situation",
    "Traffic",
    "Trouble",
    "covers",
    "health",
    "is_silent",
    "is_spike",
    "plan",
    "wanted",
]
