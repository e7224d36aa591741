"""What is wrong with a text that is no YAML, in words that say what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_MERGE = re.compile(r"<{7}|={7}|>{7}")
# The parser's problem begins so -> what a person would say of it.
_PROBLEMS = {
    "did not find expected '-' indicator": "stands further left than the row it"
    " belongs to; or a new row, whose '- ' is missing",
    "found unknown escape": "within double quotes a backslash is written twice",
    "found a tab": "indented with a tab; YAML wants spaces",
}


def watch_quotes(events: Iterator[Any], quoted: list[tuple[int, int]]) -> Iterator[Any]:
    """Pass events on; note where quoted texts of several lines begin and end."""
    for event in events:
        if getattr(event, "style", None) in {"'", '"'}:
            begin, end = event.start_mark.line + 1, event.end_mark.line + 1
            if end > begin:
                quoted.append((begin, end))
        yield event


def explain_syntax(
    error: yaml.MarkedYAMLError, text: str, quoted: list[tuple[int, int]]
) -> tuple[int, str]:
    """Return the line of a syntax error, and what to do about it.

    Args:
        error: of the parser.
        text: the file.
        quoted: first and last line of the quoted texts of several lines so far.
    """
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column) if mark else (1, 0)
    lines = text.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    if _MERGE.match(written) or (line > 1 and _MERGE.match(lines[line - 2])):
        return line, "the mark of a merge that was not finished"
    if "\t" in written[: _indent(written)]:
        return line, "indented with a tab; YAML wants spaces"
    if quoted and quoted[-1][1] == line:
        what = (
            f"a quote opened on line {quoted[-1][0]} ends here: is one missing there?"
        )
        return line, f"not YAML: {what}"
    return line, f"not YAML: {_advice(error, lines, line, column)}"


def _advice(
    error: yaml.MarkedYAMLError, lines: list[str], line: int, column: int
) -> str:
    problem = error.problem or "cannot be read"
    written = lines[line - 1] if line <= len(lines) else ""
    found = next((s for known, s in _PROBLEMS.items() if problem.startswith(known)), "")
    if "cannot start any token" in problem:
        found = f"a text that begins with {written[column : column + 1]} needs quotes"
    elif (error.context or "").startswith("while parsing a flow"):
        opened = error.context_mark.line + 1 if error.context_mark else line
        found = f"a bracket or brace opened before or on line {opened} is not closed"
        if "node content" in problem and written[column : column + 1] == ",":
            found = "nothing stands between two commas"
    elif "mapping values are not allowed" in problem:
        found = _doubled_value(written, lines[: line - 1])
    elif "did not find expected key" in problem and written[:column].endswith("'"):
        found = "an apostrophe within '…' is written twice ('')"
    return found or f"{problem} (a quote, bracket or indentation near this line?)"


def _doubled_value(written: str, before: list[str]) -> str:
    """Say why a second ': ' stands where a value should be."""
    above = next((row for row in reversed(before) if row.strip()), "")
    if _indent(written) > _indent(above):
        return "indented deeper than the line above, which has its value already"
    return "a text with ': ' in it needs quotes"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
