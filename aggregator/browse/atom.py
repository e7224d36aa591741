"""A list of stories as an Atom feed with ids that never change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from aggregator.browse.interface import iso

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.store.desk.cards import Card

# What XML 1.0 cannot hold at all, not even escaped.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_atom(
    cards: Sequence[Card], *, base_url: str, path: str, title: str, now: datetime
) -> str:
    """Return the feed.

    Args:
        cards: stories, newest first.
        base_url: where the desk is found, for links; its host is part of the ids.
        path: the feed's own path; never with the token in it.
        title: of the feed.
        now: the time it is of when it has no story.
    """
    base = base_url.rstrip("/")
    host = urlsplit(base).hostname or "localhost"
    updated = max((card.last_at for card in cards), default=now)
    entries = "".join(_entry(card, base, host) for card in cards)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="tr">\n'
        f"<title>{_text(title)}</title>\n"
        f"<id>{_text(f'tag:{host},2026:{path}')}</id>\n"
        f"<updated>{iso(updated)}</updated>\n"
        f'<link rel="alternate" href={quoteattr(base + "/")}/>\n'
        f"{entries}</feed>\n"
    )


def _entry(card: Card, base: str, host: str) -> str:
    """Return one story; it counts as updated when a version or an outlet comes."""
    link = f"{base}/hikaye/{card.story_id}"
    summary = card.evidence.snippet if card.evidence else card.lead
    facts = f"{card.outlets} yayın · {card.articles} haber · {card.first_outlet}"
    tags = "".join(
        f"<category term={quoteattr(_fit(name))}/>" for name in card.watchlists
    )
    return (
        "<entry>"
        f"<title>{_text(card.title)}</title>"
        f"<id>tag:{host},2026:hikaye/{card.story_id}</id>"
        f'<link rel="alternate" href={quoteattr(link)}/>'
        f"<published>{iso(card.first_at)}</published>"
        f"<updated>{iso(card.last_at)}</updated>"
        f"<author><name>{_text(card.first_outlet)}</name></author>{tags}"
        f"<summary>{_text(f'{summary} ({facts})')}</summary>"
        "</entry>\n"
    )


def _text(text: str) -> str:
    return escape(_fit(text))


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)
