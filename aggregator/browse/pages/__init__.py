"""The desk's pages, one file each: they ask the store, and give templates values."""

from __future__ import annotations
