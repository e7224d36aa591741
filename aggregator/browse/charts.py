"""Bars as inline SVG: no script, no styles, readable in both colour schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

_BAR = Markup(
    '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="1"><title>{}</title>'
    "</rect>"
)


def draw_bars(values: Sequence[int], labels: Sequence[str], summary: str) -> Markup:
    """Return a chart of one bar a value.

    Args:
        values: heights, none negative.
        labels: what a bar's tooltip says, one a value.
        summary: what the chart shows, for who cannot see it.
    """
    return _svg(values, labels, summary, step=10, height=96, css="chart")


def draw_spark(values: Sequence[int], summary: str) -> Markup:
    """Return a small chart for a table row or a line of text."""
    labels = [str(value) for value in values]
    return _svg(values, labels, summary, step=6, height=24, css="spark")


def _svg(
    values: Sequence[int],
    labels: Sequence[str],
    summary: str,
    *,
    step: int,
    height: int,
    css: str,
) -> Markup:
    top = max([*values, 1])
    bars = Markup("").join(
        _bar(value, label, x=n * step, step=step, scale=(height - 2) / top, to=height)
        for n, (value, label) in enumerate(zip(values, labels, strict=True))
    )
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>'
    ).format(css, max(step * len(values), 1), height, summary, bars)


def _bar(value: int, label: str, *, x: int, step: int, scale: float, to: int) -> Markup:
    """Return a bar; an empty one is a hairline, so that the day is seen to be there."""
    size = max(round(value * scale, 1), 1)
    css = "bar" if value else "none"
    return _BAR.format(css, x + 1, round(to - size, 1), step - 2, size, label)
