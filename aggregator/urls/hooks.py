"""Names of webhooks, for wherever their addresses must not be."""

from __future__ import annotations

import hashlib
import re

_ADDRESS = re.compile(r"\s*(https?)://(?:[^/?#]*@)?([^/?#]+)", re.IGNORECASE)
_NAME = re.compile(r"https?://[^/?#]+/…[0-9a-f]{10}")


def hide_key(recipient: str) -> str:
    """Return what stands for a webhook's address in the database, mails and logs.

    Path or query of such an address is its key: whoever knows it may post there.
    Its host stays, and a digest tells two of a host apart. A mail address, and what is
    such a name already, comes back as it is.

    >>> hide_key("https://hooks.example/services/T0/key")
    'https://hooks.example/…3ed6b26f1d'
    """
    found = _ADDRESS.match(recipient)
    if found is None or _NAME.fullmatch(recipient):
        return recipient
    digest = hashlib.sha256(recipient.encode("utf-8", "replace")).hexdigest()[:10]
    return f"{found[1].lower()}://{found[2]}/…{digest}"
