"""Markup to plain text: what we store is text, so that nothing of it is executed."""

from __future__ import annotations

import html
import re
import unicodedata

_BREAK = "\u2029"  # paragraph separator: survives where HTML's own line breaks do not
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt"),
        *("figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
        *("header", "li", "main", "ol", "p", "pre", "section", "table", "td", "th"),
        *("tr", "ul"),
    )
)
_DROPPED = (
    "script", "style", "noscript", "iframe", "object", "embed", "template", "svg",
    "math", "head", "button", "form", "select", "textarea", "audio", "video",
)  # fmt: skip
_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]"
)
# What WordPress puts under an excerpt, in the languages of our outlets.
_FOOTER = re.compile(
    r"(?i)^(the post .{0,300} (first )?appeared (first )?on .*"
    r"|.{0,300} (yazısı|haberi|gönderisi|içeriği) ilk önce .*"
    r"|сообщение .{0,300} появились? сначала на .*"
    r"|(devamını oku|devamı|read more|continue reading|ardını oxu|читать далее)\W*)$"
)
_ELLIPSIS = re.compile(r"\s*(\[(…|\.\.\.)\]|\((devamı[^)]*)\))\s*$", re.IGNORECASE)


def to_text(markup: str) -> str:
    """Return the text of some HTML, one line for each paragraph, NFC.

    Markup that was escaped twice is undone twice. Scripts, forms and the footers that
    WordPress adds to each excerpt are left out.
    """
    text = _to_lines(markup)
    if "<" in text and re.search(
        r"</?(p|br|div|a|img|b|strong|span|em)\b[^<>]*>", text
    ):
        text = _to_lines(text)
    lines = [line for line in text.split("\n") if not _FOOTER.match(line)]
    if lines:
        lines[-1] = _ELLIPSIS.sub("…", lines[-1])
    return "\n".join(lines)


def to_line(markup: str) -> str:
    """Return the text of a title or name in one line; entities escaped twice go too."""
    text = to_text(markup).replace("\n", " ")
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = " ".join(html.unescape(text).split())
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def _to_lines(markup: str) -> str:
    markup = _INVISIBLE.sub("", markup).replace(_BREAK, "\n")
    if _MARKUP.search(markup):
        text = _read_markup(markup)
    else:
        text = re.sub(r"\n\s*\n", _BREAK, html.unescape(markup))
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return unicodedata.normalize("NFC", "\n".join(filter(None, lines)))


def _read_markup(markup: str) -> str:
    """Return the text with a _BREAK at each edge of a block."""
    from lxml import etree  # noqa: PLC0415 - loaded when there is something to parse

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(f"<div>{markup}</div>".encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:  # nothing but comments, or too deep
        return html.unescape(re.sub(r"<[^<>]{0,2000}>", _BREAK, markup))
    etree.strip_elements(
        root, *_DROPPED, etree.Comment, etree.ProcessingInstruction, with_tail=False
    )
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in _BLOCKS:
            pieces.append(_BREAK)
        pieces.append((element.text if event == "start" else element.tail) or "")
    return _INVISIBLE.sub("", "".join(pieces))
