"""`python -m aggregator` is the command `aggregator`."""

from __future__ import annotations

from aggregator.cli import main

main()
