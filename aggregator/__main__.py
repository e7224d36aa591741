"""`python -m aggregator` is the command `aggregator`."""

from __future__ import annotations

from aggregator.cli import main

# A worker process imports this module too, under another name.
if __name__ == "__main__":
    main()
