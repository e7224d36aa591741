"""A parsed listing page and the items in the making on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aggregator.errors import ParseError
from aggregator.model import ListRule


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed listing. Elements are lxml's, which ship no types."""

    tree: Any
    base: str
    linked: list[dict[str, Any]]
    rule: ListRule


@dataclass(slots=True)
class Item:
    """One entry in the making; `box` holds all that belongs to it."""

    url: str
    box: Any = None
    anchors: list[Any] = field(default_factory=list)
    title: str = ""
    date: str = ""


def select(element: Any, selector: str) -> list[Any]:
    """Return what a CSS selector finds.

    Raises:
        ParseError: it is no selector.
    """
    from cssselect import HTMLTranslator, SelectorError  # noqa: PLC0415 - as lxml

    try:
        path = HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        raise ParseError(f"list: {selector!r} is no CSS selector: {error}") from error
    return list(element.xpath(path))


def plain_text(element: Any) -> str:
    """Return the text of an element in one line."""
    return " ".join(" ".join(element.itertext()).split())
