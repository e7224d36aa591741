"""CSV that Excel opens rightly and that runs nothing in it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Without it Excel takes UTF-8 for windows-1254 and İzmir becomes Ä°zmir.
BOM = "\ufeff"
# A cell that begins so is a formula to Excel, LibreOffice and Sheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a CSV file, the first with the BOM."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    for n, row in enumerate((header, *rows)):
        writer.writerow([safe_cell(value) for value in row])
        yield (BOM if n == 0 else "") + buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def safe_cell(value: object) -> str | int | float:
    """Return a value as a cell: texts that would be formulas get a quote before them.

    Numbers of our own stay numbers.
    """
    if isinstance(value, (int, float)):
        return value
    text = "" if value is None else str(value).replace("\x00", "")
    # A blank or an invisible mark before the sign does not stop every program.
    bare = text.lstrip(" \u00a0\ufeff\u200b\u200e\u200f\u202a\u202b\u202d\u202e")
    return (
        "'" + text if bare.startswith(_FORMULA) or text.startswith(_FORMULA) else text
    )
