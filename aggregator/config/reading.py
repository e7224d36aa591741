"""Reads one mapping as one row, and says in plain words what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from aggregator.config.report import nearest, shown

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from aggregator.config.document import Path
    from aggregator.config.report import Report

R = TypeVar("R", bound=BaseModel)

_LIST_CHOICES = re.compile(r"'([^']*)'")
_SENTENCES = {
    "missing": "missing",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "too_short": "must not be empty",
    "model_type": "must be a mapping (key: value)",
    "string_pattern_mismatch": "must be the name of an environment variable",
}
# What is no name of a variable may be the password itself: it is not shown.
_NEVER_HERE = "; the secret itself never stands in this file"
_PASSWORDS = frozenset(("password", "passwd", "pass", "pwd", "secret"))


def read_row(kind: type[R], value: Any, path: Path, report: Report) -> R | None:
    """Return the row, or None after every mistake in it was reported."""
    if not isinstance(value, dict):
        report.mistake(path, f"must be a mapping (key: value), not {shown(value)}")
        return None
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        seen: set[Path] = set()
        for detail in error.errors(include_url=False):
            place = _place(detail, path, report)
            if detail["type"] == "missing":
                report.mistake(path, f"{detail['loc'][-1]} is missing")
            elif place not in seen:  # a union tells the same place twice
                report.mistake(place, _sentence(detail, kind))
            seen.add(place)
    return None


def read_section(
    value: Any, path: Path, report: Report, kind: type[dict[str, Any] | list[Any]]
) -> Any:
    """Return a section as mapping or list; an absent or wrong one is empty."""
    if value is None:
        return kind()
    if not isinstance(value, kind):
        what = "a list (rows that begin with '- ')" if kind is list else "a mapping"
        report.mistake(path, f"must be {what}, not {shown(value)}")
        return kind()
    return value


def _place(detail: ErrorDetails, path: Path, report: Report) -> Path:
    """Return the longest prefix of a pydantic location that the file has.

    What follows it are pydantic's own names for the branches of a union.
    """
    location = (*path, *detail["loc"])
    while location not in report.document.lines and len(location) > len(path):
        location = location[:-1]
    return location


def _sentence(detail: ErrorDetails, kind: type[BaseModel]) -> str:
    value = detail["input"]
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            return _stranger(detail["loc"][-1], _keys(kind, detail))
        case "value_error":
            return str(context["error"])
        case "literal_error":
            return _choice(value, _LIST_CHOICES.findall(str(context["expected"])))
        case "greater_than_equal" | "less_than_equal":
            side = "least" if "ge" in context else "most"
            bound = context.get("ge", context.get("le"))
            return f"must be at {side} {bound}, not {shown(value)}"
        case other:
            return _plain(other, value, detail["msg"])


def _stranger(key: object, known: list[str]) -> str:
    if "password_env" in known and str(key).lower() in _PASSWORDS:
        return (
            f"unknown key{_NEVER_HERE}: password_env names the variable that holds it"
        )
    return f"unknown key{nearest(key, known)}"


def _choice(value: Any, choices: list[str]) -> str:
    near = nearest(value, choices)
    near = near if "did you mean" in near else ""
    return f"must be one of {', '.join(choices)}, not {shown(value)}{near}"


def _plain(kind: str, value: Any, message: str) -> str:
    sentence = _SENTENCES.get(kind, message)
    if kind == "too_short":
        return sentence
    if kind == "string_pattern_mismatch":
        return f"{sentence}{_NEVER_HERE}"
    if value is None:
        return f"{sentence}, and is empty"
    hint = ""
    if kind == "string_type" and isinstance(value, (int, float)):
        hint = "; put it in quotes"
    return f"{sentence}, not {shown(value)}{hint}"


def _keys(kind: type[BaseModel], detail: ErrorDetails) -> list[str]:
    """Return the keys of the row, or of the row inside it, that has the stranger."""
    for step in detail["loc"][:-1]:
        field = kind.model_fields.get(str(step))
        inner = _types(field.annotation) if field else []
        kind = inner[0] if inner else kind
    return [field.alias or name for name, field in kind.model_fields.items()]


def _types(annotation: Any) -> list[type[BaseModel]]:
    options = (annotation, *getattr(annotation, "__args__", ()))
    return [o for o in options if isinstance(o, type) and issubclass(o, BaseModel)]
