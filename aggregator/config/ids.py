"""Ids for new feeds: an outlet's name in small ASCII letters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aggregator.text import fold_key

if TYPE_CHECKING:
    from collections.abc import Container

_LONGEST = 40
_CYRILLIC = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufie", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"}
    | {"ю": "yu", "я": "ya", "ъ": "", "ь": ""}
)
# What many addresses of feeds have in common tells none from another.
_COMMON = frozenset(
    (
        *("rss", "rss2", "feed", "feeds", "atom", "xml", "index", "rdf", "all"),
        *("default", "latest", "news", "haber", "haberler", "service", "export"),
        *("php", "asp", "aspx", "www", "com", "org", "net", "kategori", "cat"),
    )
)


def slug(text: str) -> str:
    """Return a name as an id, '' when nothing of it can be one.

    >>> slug("Ege'de Sonsöz İZMİR"), slug("Ölkə.az"), slug("Волгоград")
    ('egede-sonsoz-izmir', 'olke-az', 'volgograd')
    """
    folded = fold_key(text).replace("'", "").translate(_CYRILLIC)
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    if len(words) <= _LONGEST:
        return words
    return words[: _LONGEST + 1].rpartition("-")[0] or words[:_LONGEST]


def suggest_id(outlet: str, url: str, taken: Container[str]) -> str:
    """Return a free id for a feed.

    The outlet's name; when that is taken, with what its address says (a section, a
    language); then with a number. Without a usable name: the host.

    >>> suggest_id("Sabah", "https://www.sabah.com.tr/rss/izmir.xml", {"sabah"})
    'sabah-izmir'
    """
    parts = urlsplit(url)
    base = slug(outlet)
    if not base or outlet == url:
        base = slug((parts.hostname or "").removeprefix("www.")) or "feed"
    words = [*re.split(r"[^\w]+", parts.path), *re.split(r"[^\w]+", parts.query)]
    told = [w for w in map(slug, words) if w and w not in _COMMON and not w.isdigit()]
    for candidate in (base, *(f"{base}-{word}" for word in reversed(told))):
        if candidate not in taken:
            return candidate
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"
