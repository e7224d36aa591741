"""OPML: the list of feeds in the form that every feed reader exchanges.

What comes in is hostile until read: expat, entities refused, size and depth bounded.
"""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from aggregator.config import forms
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from aggregator.model import Config, Feed

_MAX_BYTES = 10_000_000
_MAX_DEPTH = 50
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
# Everything that begins with & and is no entity of XML's own: exporters forget them.
_LOOSE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(\w*;?)")
# Real exports hold quotes and HTML in a title: a value ends where a key or '>' follows.
_VALUE = re.compile(
    r"""(?<=\w=)"([^\r\n]{0,2000}?)"(?=\s+[\w:.-]{1,40}\s*=\s*["']|\s*[/?]?>)"""
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list. folders: from the outermost; language '' when not stated."""

    title: str
    url: str
    folders: tuple[str, ...] = ()
    language: str = ""


def import_opml(content: bytes) -> tuple[Outline, ...]:
    """Read the feeds of an OPML file, in its order, each address once.

    Entries without an http address (notes, includes, scripts) are left out.

    Raises:
        ConfigError: it is no OPML, or one that declares entities (a bomb).
    """
    if len(content) > _MAX_BYTES:
        raise ConfigError((f"OPML: larger than {_MAX_BYTES // 1_000_000} MB",))
    text = _decode(content)
    try:
        reader = _read(text)
    except expat.ExpatError:
        reader = _read_repaired(text)
    if not reader.is_opml:
        raise ConfigError(("OPML: this file is no OPML (<opml> is missing)",))
    first: dict[str, Outline] = {}
    for outline in reader.found:
        first.setdefault(outline.url, outline)
    return tuple(first.values())


def _decode(content: bytes) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(name, "replace")
    declared = _DECLARED.match(content.lstrip()[:200])
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        return content.decode(name)
    except (LookupError, UnicodeDecodeError):
        return content.decode("utf-8", "replace")


def _read(text: str) -> _Reader:
    reader = _Reader()
    # The text is decoded: what it says about its encoding is no longer true.
    reader.read(_DECLARATION.sub("", text.lstrip("\ufeff \r\n\t"), 1))
    return reader


def _read_repaired(text: str) -> _Reader:
    """Read a file that is no XML once more, with its usual mistakes mended."""
    text = _UNPRINTABLE.sub("", text)
    text = _VALUE.sub(lambda found: _requoted(found[1]), text)
    try:
        return _read(_LOOSE.sub(_loose, text))
    except expat.ExpatError as error:
        what = f"OPML:{error.lineno}: {expat.ErrorString(error.code)}"
        raise ConfigError((what,)) from error


def _requoted(value: str) -> str:
    return '"' + value.replace('"', "&quot;").replace("<", "&lt;") + '"'


def _loose(found: re.Match[str]) -> str:
    """Return a named HTML entity as its character, anything else as plain text."""
    plain = html.unescape(found[0])
    return "&amp;" + found[1] if plain == found[0] else html.escape(plain)


class _Reader:
    """Holds an expat parser and the folders that are open."""

    def __init__(self) -> None:
        self.found: list[Outline] = []
        self.is_opml = False
        self._open: list[str | None] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse

    def read(self, text: str) -> None:
        self._parser.Parse(text, True)

    def _refuse(self, *_: object) -> None:
        raise ConfigError(("OPML: declares entities, which no list of feeds needs",))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _MAX_DEPTH:
            raise ConfigError((f"OPML: nested deeper than {_MAX_DEPTH}",))
        self.is_opml = self.is_opml or name.lower() == "opml"
        if name.lower() != "outline":
            self._open.append(None)
            return
        fields = {key.lower(): _one_line(v) for key, v in attributes.items()}
        title = fields.get("title") or fields.get("text") or ""
        url = _address(fields.get("xmlurl") or "")
        if url:
            self.found.append(self._outline(title, url, fields))
        self._open.append(None if url else title)

    def _outline(self, title: str, url: str, fields: dict[str, str]) -> Outline:
        language = fields.get("language", "")[:2].lower()
        return Outline(
            title=title or url,
            url=url,
            folders=tuple(folder for folder in self._open if folder),
            language=language if language.isalpha() and language.isascii() else "",
        )

    def _end(self, _name: str) -> None:
        self._open.pop()


def _one_line(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _address(text: str) -> str:
    """Return an http address, '' when it is none. `feed:` is an old way to say http."""
    text = re.sub(r"\Afeed:(?://)?(?=https?:)", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\Afeed:(?://)?", "http://", text, flags=re.IGNORECASE)
    try:
        return forms.web_address(text)
    except ValueError:
        return ""


def export_opml(config: Config) -> str:
    """Return all feeds as OPML 2.0, one folder a category.

    Listing pages and sitemaps, which feed readers cannot read, are links.
    """
    folders: dict[str, list[Feed]] = {}
    for feed in config.feeds:
        folders.setdefault(feed.category, []).append(feed)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += ["  <head><title>aggregator</title></head>", "  <body>"]
    for category, feeds in folders.items():
        lines.append(f"    <outline text={_quoted(category)}>")
        lines += [f"      {_exported(feed)}" for feed in feeds]
        lines.append("    </outline>")
    return "\n".join((*lines, "  </body>", "</opml>", ""))


def _exported(feed: Feed) -> str:
    address = "xmlUrl" if feed.kind == "feed" else "url"
    kind = "rss" if feed.kind == "feed" else "link"
    return (
        f"<outline text={_quoted(feed.outlet)} type={_quoted(kind)}"
        f" {address}={_quoted(feed.url)} language={_quoted(feed.language)}/>"
    )


def _quoted(text: str) -> str:
    return f'"{html.escape(_UNPRINTABLE.sub("", text))}"'
