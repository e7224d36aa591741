"""CSV that Excel opens rightly and that runs nothing in it."""

from __future__ import annotations

import csv
import io
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

    Send = Callable[[Any], Awaitable[None]]

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


def send_for_excel(send: Send, name: str) -> Send:
    """Return an ASGI `send` that turns Datasette's CSV into ours while it is sent.

    Datasette writes each row in a piece of its own. Answers that are no CSV (a page
    that says 403) pass as they are. name: of the file, without its ending.
    """
    disposition = f'attachment; filename="{name}.csv"'.encode()
    replaced = {
        b"content-type": b"text/csv; charset=utf-8",
        b"content-disposition": disposition,
    }
    mark = BOM
    is_table = False

    async def send_rows(event: Any) -> None:
        nonlocal mark, is_table
        if event["type"] == "http.response.start":
            is_table = event["status"] == HTTPStatus.OK
            kept = [pair for pair in event["headers"] if pair[0] not in replaced]
            if is_table:
                event = {**event, "headers": [*kept, *replaced.items()]}
        elif is_table and event["body"]:
            csv.field_size_limit(1 << 30)  # an article is one cell
            read = csv.reader(io.StringIO(event["body"].decode(), newline=""))
            lines = [line for row in read for line in csv_lines(row, ())]
            text = "".join(line.removeprefix(BOM) for line in lines)
            event = {**event, "body": (mark + text).encode()}
            mark = ""
        await send(event)

    return send_rows


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
