"""Bars as inline SVG: no script, no styles, readable in both colour schemes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.browse.interface import Interface

# A chart of a week does not fill the page.
FEW = 10
# How wide a bar is with its gap, and how high a chart; the height of a small one.
_STEP, _HEIGHT = 10, 96
_SPARK = 24


def draw_bars(values: Sequence[int], labels: Sequence[str], summary: str) -> Markup:
    """Return a chart of one bar a value.

    Args:
        values: heights, none negative.
        labels: what a bar's tooltip says, one a value.
        summary: what the chart shows, for who cannot see it.
    """
    top = max(*values, 1)
    bars = "".join(
        _bar(value / top, label, x=_STEP * n)
        for n, (value, label) in enumerate(zip(values, labels, strict=True))
    )
    few = " few" if len(values) <= FEW else ""
    return Markup(  # noqa: S704 - numbers, and labels that are escaped
        f'<svg class="chart{few}" viewBox="0 0 {_STEP * len(values)} {_HEIGHT}"'
        f' preserveAspectRatio="none" role="img" aria-label="{escape(summary)}">'
        f"{bars}</svg>"
    )


def caption_days(
    ui: Interface, first: date, last: date, stories: Mapping[str, int]
) -> str:
    """Return what stands below a chart of stories a day: its ends and its top.

    stories: by day (YYYY-MM-DD), empty days may be left out.
    """
    ends = f"{ui.short_day(first)} – {ui.short_day(last)}"
    told = ui.t("Günde kaç hikâye, {ends}", ends=ends)
    top = max(stories, key=lambda day: stories[day], default="")
    if not top or not stories[top]:
        return told
    day = ui.short_day(date.fromisoformat(top))
    return f"{told} · " + ui.t("en çok {n} ({day})", n=ui.number(stories[top]), day=day)


def draw_spark(values: Sequence[int], summary: str) -> Markup:
    """Return a small chart for a table row: one path, as a page may have hundreds."""
    scale = (_SPARK - 2) / max(*values, 1)
    bars = "".join(
        [f"M{6 * n + 3} {_SPARK}v-{int(v * scale) or 1}" for n, v in enumerate(values)]
    )
    return Markup(  # noqa: S704 - numbers, and a label that is escaped
        f'<svg class="spark" viewBox="0 0 {6 * len(values)} {_SPARK}"'
        ' preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(summary)}"><path d="{bars}"/></svg>'
    )


def _bar(share: float, label: str, *, x: int) -> str:
    """Return a bar; an empty one is a hairline, so that the day is seen to be there.

    Markup.format takes ten times as long, and a page has sixty.
    """
    size = max(round(share * (_HEIGHT - 2), 1), 1)
    return (
        f'<rect class="{"bar" if share else "none"}" x="{x + 1}"'
        f' y="{round(_HEIGHT - size, 1)}" width="{_STEP - 2}" height="{size}" rx="1">'
        f"<title>{escape(label)}</title></rect>"
    )
