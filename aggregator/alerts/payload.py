"""A letter for a webhook: facts as JSON, whose keys are a contract."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.alerts.facts import Item, Letter
    from aggregator.alerts.rendering import Look, Rendered


def as_json(letter: Letter, rendered: Rendered, look: Look, identity: str) -> bytes:
    """Return a letter as JSON; identity: its Message-ID."""
    body = {
        "id": identity.strip("<>"),
        "kind": letter.kind,
        "at": letter.at.isoformat(timespec="seconds"),
        "subject": rendered.subject,
        "text": rendered.text,
        "stories": [_story(item, look.base_url) for item in letter.items],
    }
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _story(item: Item, base_url: str) -> dict[str, object]:
    return {
        "id": item.story_id,
        "title": item.title,
        "url": f"{base_url}/hikaye/{item.story_id}",
        "cause": item.cause,
        "watchlists": [key for key, _ in item.watchlists],
        "outlets": item.outlets,
        "articles": item.articles,
        "agency": item.agency,
        "sentence": "".join(part for part, _ in item.sentence),
        "carriers": [
            {
                "outlet": carrier.outlet,
                "title": carrier.title,
                "url": carrier.url,
                "at": carrier.at.isoformat(timespec="seconds"),
            }
            for carrier in item.carriers
        ],
    }
