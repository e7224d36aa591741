"""Adds feeds to feeds.yaml by inserting text, so that everything else stays as it is.

A round trip through a YAML library would keep comments but reflow long lines and
re-indent lists; here every other byte of the file survives.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aggregator.config.checks import address_key
from aggregator.config.ids import suggest_id
from aggregator.config.loading import load, loads
from aggregator.config.opml import import_opml
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.model import Config

# Plain in every YAML; anything else is quoted.
_PLAIN = re.compile(r"[^\W\d_][\w.-]*(?: [\w.()-]+)*")
_ADDRESS = re.compile(r"https?://[\w./?&=%+~:-]*[\w/=-]", re.ASCII)
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def append_feed(path: str | Path, feed: Mapping[str, Any]) -> None:
    """Append one row to `feeds`; see `append_feeds`."""
    append_feeds(path, (feed,))


def append_feeds(path: str | Path, feeds: Sequence[Mapping[str, Any]]) -> None:
    """Append rows to `feeds` as the user would write them (`interval: 30m`).

    The new text is checked before it replaces the file, in one step; comments, order
    and spacing of the rest are kept.

    Raises:
        ConfigError: the file with the new rows would have mistakes, or cannot be
            written; the file is as it was.
    """
    file = Path(path)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError((f"{file}: {error.strerror or error}",)) from error
    before = loads(content, file, os.environ)
    text = content.decode("utf-8-sig")
    rows = [{k: v for k, v in feed.items() if v is not None} for feed in feeds]
    edited = _insert(text, rows)
    bom = content[:3] if content.startswith(b"\xef\xbb\xbf") else b""
    changed = bom + edited.encode("utf-8")
    try:
        after = loads(changed, file, os.environ)
    except ConfigError as error:
        # Their lines are those of a text that nobody will see.
        told = (mistake.partition(": ")[2] for mistake in error.mistakes)
        raise ConfigError(
            tuple(f"{file}: not added: {what}" for what in told)
        ) from error
    _check(before, after, rows, file)
    _replace(file, changed)


def import_into(
    path: str | Path, content: bytes, name: str = "the list"
) -> tuple[int, int]:
    """Append the feeds of an OPML file that are not configured yet, disabled.

    Args:
        path: feeds.yaml.
        content: of the OPML file.
        name: what mistakes call it.

    Returns:
        How many were added, and how many were there already.

    Raises:
        ConfigError: as `import_opml` and `append_feeds`.
    """
    config = load(path)
    known = {address_key(feed.url) for feed in config.feeds}
    taken = {feed.id for feed in config.feeds}
    rows: list[dict[str, Any]] = []
    try:
        outlines = import_opml(content)
    except ConfigError as error:
        told = tuple(f"{name}: {mistake}" for mistake in error.mistakes)
        raise ConfigError(told) from error
    for outline in outlines:
        key = address_key(outline.url)
        if key in known:
            continue
        feed_id = suggest_id(outline.title, outline.url, taken)
        known.add(key)
        taken.add(feed_id)
        row = {"id": feed_id, "outlet": outline.title, "url": outline.url}
        if outline.language:
            row["language"] = outline.language
        rows.append({**row, "enabled": False})
    if rows:
        append_feeds(path, rows)
    return len(rows), len(outlines) - len(rows)


def _insert(text: str, rows: Sequence[Mapping[str, Any]]) -> str:
    import yaml  # noqa: PLC0415 - only who edits or loads needs it

    newline = "\r\n" if "\r\n" in text else "\n"
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root = yaml.compose(text, Loader=loader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    value = next((v for k, v in pairs if k.value == "feeds"), None)
    if value is None:
        gap = "" if not text or text.endswith("\n") else newline
        return f"{text}{gap}feeds:{newline}{_block(rows, '  ', newline)}"
    if not value.value or isinstance(value, yaml.ScalarNode):
        before, after = text[: value.start_mark.index], text[value.end_mark.index :]
        return _at_line_end(before.rstrip(" ") + after, len(before.rstrip(" ")), rows)
    if value.flow_style:
        close = value.end_mark.index - 1
        last = value.value[-1].end_mark.index
        comma = "" if "," in text[last:close] else ","
        added = ", ".join(_flow(row) for row in rows)
        return (
            f"{text[:last]}{comma} {added}{text[last:]}"
            if comma
            else (f"{text[:close]} {added}{text[close:]}")
        )
    indent = " " * value.start_mark.column
    return _at_line_end(text, _last_index(value), rows, indent)


def _last_index(node: Any) -> int:
    """Return where the last scalar or flow collection inside a node ends."""
    while isinstance(node.value, list) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return int(node.end_mark.index)


def _at_line_end(
    text: str, index: int, rows: Sequence[Mapping[str, Any]], indent: str = "  "
) -> str:
    """Insert rows below the line of `index` and the comments that belong to it."""
    newline = "\r\n" if "\r\n" in text else "\n"
    if index and text[index - 1] == "\n":  # a block scalar ends behind its last line
        index -= 1
    end = text.find("\n", index)
    end = len(text) if end < 0 else end + 1
    deeper = re.compile(rf"{indent} +#[^\n]*(?:\n|\Z)")
    while found := deeper.match(text, end):
        end = found.end()
    head = text[:end]
    gap = "" if head.endswith("\n") else newline
    return f"{head}{gap}{_block(rows, indent, newline)}{text[end:]}"


def _block(rows: Sequence[Mapping[str, Any]], indent: str, newline: str) -> str:
    lines = []
    for row in rows:
        for number, (key, value) in enumerate(row.items()):
            lead = "  " if number else "- "
            lines.append(f"{indent}{lead}{key}: {_written(value)}{newline}")
    return "".join(lines)


def _flow(row: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{k}: {_written(v)}" for k, v in row.items()) + "}"


def _written(value: object) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, dict):
        return _flow(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_written, value)) + "]"
    text = "".join(c if c.isprintable() else " " for c in str(value)).strip()
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    if is_plain or _ADDRESS.fullmatch(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _check(
    before: Config, after: Config, rows: Sequence[Mapping[str, Any]], file: Path
) -> None:
    """Refuse an edit that changed anything but the end of the list."""
    old, new = len(before.feeds), after.feeds
    added = [feed.id for feed in new[old:]]
    if new[:old] != before.feeds or added != [row.get("id") for row in rows]:
        what = "the feeds could not be added by inserting text; add them by hand"
        raise ConfigError((f"{file}: {what}",))


def _replace(file: Path, content: bytes) -> None:
    import shutil  # noqa: PLC0415 - with tempfile 20 ms that only an edit costs
    import tempfile  # noqa: PLC0415 - as above

    target = file.resolve()  # a link stays a link
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with contextlib.ExitStack() as undo:
            undo.callback(Path(name).unlink, missing_ok=True)
            with os.fdopen(handle, "wb") as new:
                new.write(content)
                new.flush()
                os.fsync(new.fileno())
            shutil.copymode(target, name)
            Path(name).replace(target)
    except OSError as error:
        raise ConfigError((f"{file}: {error.strerror or error}",)) from error
