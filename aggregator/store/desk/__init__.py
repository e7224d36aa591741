"""What the desk's pages ask of the database.

Every function takes a plain connection (Datasette's, read-only) and returns frozen
values. Lists are bounded, and ids stand for time: they rise in order of arrival.
"""

from __future__ import annotations
