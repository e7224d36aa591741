"""feeds.yaml and the environment, as one checked Config, and edits that keep it whole.

Importing this costs little; pydantic and YAML are imported by whoever reads a file.
"""

from __future__ import annotations

from aggregator.config.checks import is_same_address
from aggregator.config.edits import append_feed, append_feeds, import_into
from aggregator.config.forms import is_mail_address
from aggregator.config.ids import suggest_id
from aggregator.config.loading import load, loads
from aggregator.config.opml import Outline, export_opml, import_opml
from aggregator.config.report import nearest

__all__ = [
    "Outline",
    "append_feed",
    "append_feeds",
    "export_opml",
    "import_into",
    "import_opml",
    "is_mail_address",
    "is_same_address",
    "load",
    "loads",
    "nearest",
    "suggest_id",
]
