"""YAML text to plain values, each with the line it stands on.

Read from the parser's events: a third of the cost of a node tree, and the only form in
which anchors, tags and doubled keys are still to be seen. Scalars follow YAML 1.2, so
that `07:30` is a text and not 450 (a number to base 60 in YAML 1.1), `no` a language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from aggregator.config.syntax import explain_syntax, watch_quotes
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]

MAX_BYTES = 4_000_000  # 10,000 feeds; a larger file is something else
_MAX_DEPTH = 20
# The C parser reads 180 feeds in 10 ms, the Python one in 600 ms with the same events.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {"true": True, "True": True, "TRUE": True} | dict.fromkeys(
    ("false", "False", "FALSE"), False
)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?")
_PLAIN_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "!")


@dataclass(slots=True, kw_only=True)
class Document:
    """What a file says. lines: where each value stands, counted from 1.

    faults: what YAML allows and this program does not, as (path, line, sentence);
    spoiled: the paths whose values are unknown for that reason.
    """

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[tuple[Path, int, str]] = field(default_factory=list)
    spoiled: set[Path] = field(default_factory=set)

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest thing that holds it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(content: bytes, name: str) -> Document:
    """Read one YAML document.

    Args:
        content: the file, UTF-8 with or without a byte order mark.
        name: what mistakes call the file.

    Raises:
        ConfigError: it is too large, not UTF-8, or no YAML that can be read further.
    """
    if len(content) > MAX_BYTES:
        raise ConfigError((f"{name}:1: larger than {MAX_BYTES // 1_000_000} MB",))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = error.object[error.start]
        what = f"{name}:{line}: not UTF-8 (byte {byte:#04x}): save it as UTF-8"
        raise ConfigError((what,)) from error
    quoted: list[tuple[int, int]] = []
    try:
        return _build(watch_quotes(yaml.parse(text, Loader=_LOADER), quoted))
    except yaml.MarkedYAMLError as error:
        line, what = explain_syntax(error, text, quoted)
        raise ConfigError((f"{name}:{line}: {what}",)) from error
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0) or 0
        line = text.count("\n", 0, position) + 1
        what = f"{name}:{line}: a character that YAML does not allow"
        raise ConfigError((what,)) from error


@dataclass(slots=True, kw_only=True)
class _Open:
    """A mapping or sequence that is being read. key None: a key comes next."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


def _build(events: Iterator[Any]) -> Document:
    document = Document()
    stack: list[_Open] = []
    for event in events:
        if isinstance(event, yaml.ScalarEvent):
            _scalar(document, stack, event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            _open(document, stack, event)
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            path = _next_path(document, stack, event, f"*{event.anchor}")
            _fault(document, path, event, f"write the value out; *{event.anchor} is")
            _put_root(document, stack, path, None)
        elif isinstance(event, yaml.DocumentStartEvent) and () in document.lines:
            _stop(event, "a second document begins here; one is read")
    return document


def _scalar(document: Document, stack: list[_Open], event: Any) -> None:
    if stack and isinstance(stack[-1].value, dict) and stack[-1].key is None:
        stack[-1].key = _key(document, stack[-1], event)
        return
    path = _next_path(document, stack, event)
    _check_extras(document, path, event)
    value = event.value
    if event.implicit[0]:
        value = _resolve(value)
    _put_root(document, stack, path, value)


def _key(document: Document, parent: _Open, event: Any) -> str:
    """Return the key; a doubled one gets a name that nothing reads."""
    key = str(event.value)
    path = (*parent.path, key)
    line = event.start_mark.line + 1
    _check_extras(document, path, event)
    if path in document.lines:
        first = document.lines[path]
        document.faults.append((path, line, f"written twice, first on line {first}"))
        return f"\x00{line}:{key}"
    document.lines[path] = line
    return key


def _open(document: Document, stack: list[_Open], event: Any) -> None:
    if len(stack) >= _MAX_DEPTH:
        _stop(event, f"nested deeper than {_MAX_DEPTH}")
    if stack and isinstance(stack[-1].value, dict) and stack[-1].key is None:
        _stop(event, "a list or mapping cannot be a key (quotes missing?)")
    path = _next_path(document, stack, event)
    _check_extras(document, path, event)
    is_mapping = isinstance(event, yaml.MappingStartEvent)
    value: dict[str, Any] | list[Any] = {} if is_mapping else []
    _put_root(document, stack, path, value)
    stack.append(_Open(value=value, path=path))


def _next_path(
    document: Document, stack: list[_Open], event: Any, alias: str = ""
) -> Path:
    """Return where the value that begins goes, and note its line."""
    if not stack:
        path: Path = ()
    else:
        parent = stack[-1]
        if isinstance(parent.value, list):
            path = (*parent.path, len(parent.value))
        elif parent.key is None:
            _stop(event, f"an alias ({alias}) cannot be a key")
        else:
            path = (*parent.path, parent.key)
    document.lines.setdefault(path, event.start_mark.line + 1)
    return path


def _put_root(document: Document, stack: list[_Open], path: Path, value: Any) -> None:
    if path:
        _put(stack, path, value)
    else:
        document.value = value


def _put(stack: list[_Open], path: Path, value: Any) -> None:
    parent = stack[-1]
    if isinstance(parent.value, list):
        parent.value.append(value)
        return
    key = str(path[-1])
    if not key.startswith("\x00"):  # a doubled key: the first one counts
        parent.value[key] = value
    parent.key = None


def _check_extras(document: Document, path: Path, event: Any) -> None:
    """Refuse tags that make objects. An anchor alone does nothing and may stay."""
    if event.tag is not None and event.tag not in _PLAIN_TAGS:
        _fault(
            document, path, event, f"write the value plainly; the tag {event.tag} is"
        )


def _fault(document: Document, path: Path, event: Any, what: str) -> None:
    line = event.start_mark.line + 1
    document.faults.append((path, line, f"{what} not read here"))
    document.spoiled.add(path)


def _stop(event: Any, what: str) -> NoReturn:
    raise yaml.MarkedYAMLError(problem=what, problem_mark=event.start_mark)


def _resolve(text: str) -> str | int | float | bool | None:
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] in "0123456789+-.":
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
