"""The one place that knows SQL: the database, its schema and what is asked of it.

Functions live by thing (`feeds`, `articles`, `stories`, `matches`, `outbox`, `runs`,
`desk`, `triage`), take a `Db` (or, for the desk, a plain connection) first, and return
frozen values or plain rows. Only the main process writes; see `Db.transaction`.
"""

from __future__ import annotations

from aggregator.store.db import Connection, Db, Row, instant, open_db, parse_instant

__all__ = ["Connection", "Db", "Row", "instant", "open_db", "parse_instant"]
