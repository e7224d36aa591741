"""Mistakes and warnings, each with its place in the file and the nearest right word."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.config.document import Document, Path

_FEW = 12


@dataclass(slots=True, kw_only=True)
class Report:
    """Collects what is wrong with a document, in any order."""

    name: str
    document: Document
    _mistakes: list[tuple[int, int, str]] = field(default_factory=list)
    _warnings: list[tuple[int, int, str]] = field(default_factory=list)

    def mistake(self, path: Path, what: str, line: int | None = None) -> None:
        """Note a mistake, unless its value could not be read in the first place."""
        spoiled = self.document.spoiled
        if line is None and any(path[: len(bad)] == bad for bad in spoiled):
            return
        self._mistakes.append(self._entry(path, what, line, len(self._mistakes)))

    def warn(self, path: Path, what: str) -> None:
        """Note what starts all the same and is probably not meant."""
        self._warnings.append(self._entry(path, what, None, len(self._warnings)))

    def mistakes(self) -> tuple[str, ...]:
        """Return one line a mistake, in file order."""
        return tuple(text for _, _, text in sorted(self._mistakes))

    def warnings(self) -> tuple[str, ...]:
        """Return one line a warning, in file order."""
        return tuple(text for _, _, text in sorted(self._warnings))

    def _entry(
        self, path: Path, what: str, line: int | None, number: int
    ) -> tuple[int, int, str]:
        at = line or self.document.line(path)
        where = describe(path, self.document.value)
        return at, number, f"{self.name}:{at}: {where}: {what}"


def describe(path: Path, value: object) -> str:
    """Return a path as people read it: `feeds[son-muhur].list.item`.

    Rows of a list are called by their id, else by their number from 1.

    >>> describe(("feeds", 1, "url"), {"feeds": [{"id": "a"}, {"url": 5}]})
    'feeds[#2].url'
    """
    words = ""
    for step in path:
        inner: object = None
        if isinstance(step, int):
            inner = value[step] if _has(value, step) else None  # type: ignore[index]  # _has looked
            row_id = inner.get("id") if isinstance(inner, dict) else None
            words += f"[{row_id}]" if isinstance(row_id, str) else f"[#{step + 1}]"
        else:
            inner = value.get(step) if isinstance(value, dict) else None
            words += f".{step}" if words else step
        value = inner
    return words or "the file"


def _has(value: object, index: int) -> bool:
    return isinstance(value, list) and index < len(value)


def nearest(word: object, known: Iterable[str]) -> str:
    """Return `; did you mean X?`, or the choices when they are few, or ''.

    >>> nearest("intervall", ["interval", "url"])
    '; did you mean interval?'
    """
    choices = [choice for choice in known if choice]
    text = str(word).strip()
    close = difflib.get_close_matches(text.lower(), choices, n=1, cutoff=0.6)
    close = close or difflib.get_close_matches(text, choices, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    if 0 < len(choices) <= _FEW:
        return f"; known here: {', '.join(choices)}"
    return ""


def shown(value: object) -> str:
    """Return a value as it stands in YAML, shortened, for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "…") if text else "''"
