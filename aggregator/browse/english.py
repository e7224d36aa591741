"""The interface in English: Turkish text to English, or to singular and plural."""

from __future__ import annotations

ENGLISH: dict[str, str | tuple[str, str]] = {
    "Bugün": "Today",
}
