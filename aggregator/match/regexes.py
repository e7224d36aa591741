"""Regular expressions of watchlists: on the normal form, and bounded in time."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import lru_cache

import regex

from aggregator.text.fold import normalise

_SECONDS = 0.1  # for one expression on one field
_MOST = 50  # hits
_ESCAPED = re.compile(r"\\(?:[pPN]\{[^}]*\}|.)|\(\?[A-Za-z<]+[>:)=!]?", re.DOTALL)
_log = logging.getLogger(__name__)


@lru_cache(maxsize=256)
def compile_regex(source: str) -> regex.Pattern[str]:
    """Compile an expression; its letters are brought to normal form as the text's are.

    Raises:
        ValueError: it is no regular expression.
    """
    parts: list[str] = []
    at = 0
    for escaped in _ESCAPED.finditer(source):
        parts += (normalise(source[at : escaped.start()]).text, escaped[0])
        at = escaped.end()
    parts.append(normalise(source[at:]).text)
    try:
        return regex.compile("".join(parts))
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from error


def find_regex(source: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where a normalised text holds the expression.

    One that takes longer than a tenth of a second is given up and logged.
    """
    try:
        for count, found in enumerate(
            compile_regex(source).finditer(text, timeout=_SECONDS)
        ):
            if count >= _MOST:
                return
            if found.end() > found.start():
                yield found.span()
    except TimeoutError:
        _log.warning("the expression /%s/ was given up: too slow on this text", source)
