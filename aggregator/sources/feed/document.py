"""An XML document before feedparser: repaired, its items hashed, the known ones cut.

feedparser takes 32 ms for a feed, one pass with lxml 1.3 ms. Where only a few items are
new, feedparser therefore gets a document without the others.
Whenever anything is odd it gets the whole, and the known entries are found afterwards.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from typing import Any

from aggregator.sources.disguise import skip_prolog

_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>\s*", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w-]{1,20}:)?(?:rss|feed|RDF|channel|CHANNEL)[\s>/]")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# An emoji as its two halves in UTF-16, &#55357;&#56832;: no XML, and feedparser raises.
_HALVES = re.compile(r"(?:&#(?:5[5-7]\d{3}|[xX][dD][89a-fA-F][0-9a-fA-F]{2});)+")
_REFERENCE = re.compile(r"&#(?:(\d+)|[xX](\w+));")
_AMPERSANDS = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)"  # kept: an ampersand means itself there
    r"|&(?!(?:amp|lt|gt|quot|apos|\#\d{1,7}|\#x[0-9a-fA-F]{1,6});)(?:([a-zA-Z]\w{1,30});)?",
    re.DOTALL,
)
# Where feedparser sees items; elsewhere the same name means something of its own.
_NAMESPACES = frozenset(
    (
        "",
        "http://www.w3.org/2005/Atom",
        "http://purl.org/atom/ns#",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://purl.org/net/rss1.1#",
        "http://backend.userland.com/rss2",
        "http://backend.userland.com/rss",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://my.netscape.com/publish/formats/rss-0.91.dtd",
    )
)
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it stands in the document."""

    hash: str
    guid: str | None  # as written, unresolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What feedparser shall read.

    text: the whole document, repaired. body: UTF-8 bytes for feedparser, without the
    known items. items: those that are left, in order; None: the document is odd, so
    nothing was cut and nothing is known of its items. known: how many were cut.
    guids: of all items, the cut ones too.
    """

    text: str
    body: bytes
    items: tuple[Item, ...] | None = None
    known: int = 0
    guids: tuple[str | None, ...] = ()
    notes: tuple[str, ...] = ()


def read_document(text: str, known_items: frozenset[str]) -> Document:
    """Prepare a document; never raises."""
    text, notes = _clean(text)
    document = _cut(text, known_items)
    if document is None:
        repaired = _AMPERSANDS.sub(_repair, text)
        document = _cut(repaired, known_items) if repaired != text else None
        notes += (_say_odd(text, repaired=document is not None),)
        if document is None:
            document = Document(text=text, body=text.encode())
    return Document(
        text=document.text,
        body=document.body,
        items=document.items,
        known=document.known,
        guids=document.guids,
        notes=notes,
    )


def _say_odd(text: str, *, repaired: bool) -> str:
    if repaired:
        return "not well-formed, repaired"
    return "with a DTD" if "<!DOCTYPE" in text[:2000] else "not well-formed"


def hash_item(raw: bytes) -> str:
    """Return the identity of an item's whole content: an edit changes it."""
    return hashlib.blake2b(raw, digest_size=10).hexdigest()


def _clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Take off what stands before the root, and what XML forbids (polling.md 83)."""
    notes: list[str] = []
    root = _ROOT.search(text)
    before = text[: root.start()] if root else ""
    if "<!DOCTYPE" in before:
        text = _DECLARATION.sub("", text, count=1)
    elif root:
        if skip_prolog(before) < len(before):
            notes.append("text before the feed")
        text = text[root.start() :]
    text = _HALVES.sub(_join_halves, text)
    cleaned = _NO_XML.sub("", text)
    if len(cleaned) != len(text):
        notes.append("control characters")
    return cleaned, tuple(notes)


def _join_halves(run: re.Match[str]) -> str:
    """Return what a run of references says, without a half that stands alone."""
    numbers = (
        int(ten or six, 10 if ten else 16) for ten, six in _REFERENCE.findall(run[0])
    )
    units = b"".join(number.to_bytes(2, "big") for number in numbers)
    return units.decode("utf-16-be", "ignore")


def _repair(found: re.Match[str]) -> str:
    """Write an ampersand, or an entity that only HTML knows, as XML has it."""
    if found[0].startswith("<"):
        return found[0]
    letter = html.unescape(f"&{found[1]};") if found[1] else "&"
    return html.escape(letter if not letter.endswith(";") else found[0], quote=False)


def _cut(text: str, known_items: frozenset[str]) -> Document | None:
    """Hash the items in one pass and take the known ones out; None: it is odd."""
    from lxml import etree  # noqa: PLC0415 - loaded when there is something to parse

    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=False,
        huge_tree=True,  # long texts; depth and entities are limited all the same
    )
    body = text.encode()
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    tree = root.getroottree()
    if (
        tree.docinfo.internalDTD is not None
        or next(root.iter(etree.Entity), None) is not None
    ):
        return None
    found = [
        element for element in root.iter("{*}item", "{*}entry") if _is_item(element)
    ]
    if any(_is_nested(element) for element in found):
        return None
    hashes = [
        hash_item(etree.tostring(element, with_tail=False, encoding="utf-8"))
        for element in found
    ]
    items = [
        Item(key, _guid(element)) for key, element in zip(hashes, found, strict=True)
    ]
    gone = [e for key, e in zip(hashes, found, strict=True) if key in known_items]
    for element in gone:
        _remove(element)
    return Document(
        text=text,
        body=etree.tostring(root, encoding="utf-8") if gone else body,
        items=tuple(item for item in items if item.hash not in known_items),
        known=len(gone),
        guids=tuple(item.guid for item in items),
    )


def _is_item(element: Any) -> bool:
    return _namespace(element) in _NAMESPACES


def _namespace(element: Any) -> str:
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _is_nested(element: Any) -> bool:
    return any(
        _is_item(above) for above in element.iterancestors("{*}item", "{*}entry")
    )


def _guid(element: Any) -> str | None:
    """Return guid, id or rdf:about as written, unresolved (polling.md 70)."""
    for child in element:
        name = str(child.tag).rpartition("}")[2]
        if name in {"guid", "id"} and _namespace(child) in _NAMESPACES:
            return "".join(child.itertext()).strip() or None
    about = element.get(_RDF_ABOUT)
    return str(about).strip() if about else None


def _remove(element: Any) -> None:
    """Take an element out and leave the text behind it."""
    parent, tail = element.getparent(), element.tail
    before = element.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
