"""Folding, decoding and tokens: what a text is compared as, never how it is shown."""

from __future__ import annotations

from aggregator.text.fold import Normalised, fold_key, fold_letters, normalise

__all__ = ["Normalised", "fold_key", "fold_letters", "normalise"]
