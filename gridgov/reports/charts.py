"""Small charts as inline SVG: they print, scale, and need no script."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

INK, QUIET, LINE = "#1d2b36", "#5f6f7b", "#d5dce1"
_BEYOND = 15
"""How far a histogram goes beyond the limits before the rest is heaped up."""

GOOD, FINE, POOR, BAD, NONE = "#12737a", "#7fb8b3", "#d9822b", "#b3392f", "#c9d1d6"


def draw_histogram(
    sizes: Sequence[int], limits: tuple[int, int], preferred: tuple[int, int], target: int, title: str
) -> Markup:
    """Draw how many clusters have which size.

    Parameters
    ----------
    sizes : sequence of int
        Households of each cluster, without empty clusters.
    limits : tuple of int
        Smallest and largest size allowed, inclusive.
    preferred : tuple of int
        Smallest and largest size preferred, inclusive.
    target : int
        Size aimed at; a dashed line.
    title : str
        What a screen reader says.

    Returns
    -------
    Markup
        SVG, 640 wide.
    """
    if not len(sizes):
        return Markup("")
    low, high = limits[0] - _BEYOND, limits[1] + _BEYOND
    starts = range(low, high + 1)
    counts = np.bincount(np.clip(sizes, low, high) - low, minlength=len(starts)).tolist()
    wide, tall, left, foot = 640.0, 190.0, 40.0, 34.0
    scale_x, scale_y = (wide - left - 10) / len(starts), (tall - foot - 22) / max([*counts, 1])
    parts = _grid_lines(max(counts), tall - foot, scale_y, left, wide)
    for start, count in zip(starts, counts, strict=True):
        inside = limits[0] <= start <= limits[1]
        best = preferred[0] <= start <= preferred[1]
        x, height = left + (start - low) * scale_x, count * scale_y
        box = f'x="{x:.1f}" y="{tall - foot - height:.1f}" width="{max(scale_x - 1, 1):.1f}" height="{height:.1f}"'
        parts.append(f'<rect {box} fill="{GOOD if best else FINE if inside else POOR}"/>')
    marks = {mark: str(mark) for mark in (*limits, *preferred, target)}
    for mark, said in {low: f"≤ {low}", high: f"≥ {high}", **marks}.items():
        x = left + (mark - low + 0.5) * scale_x
        parts.append(_text(x, tall - foot + 16, said, "middle", INK if mark == target else QUIET))
    x = left + (target - low + 0.5) * scale_x
    parts.append(f'<path d="M{x:.1f} 12V{tall - foot:.1f}" stroke="{INK}" stroke-dasharray="3 3"/>')
    parts.append(f'<path d="M{left} {tall - foot}H{wide}" stroke="{QUIET}"/>')
    return _svg(wide, tall, parts, title)


def draw_columns(labels: Sequence[str], counts: Sequence[int], good: Sequence[bool], title: str) -> Markup:
    """Draw a few labelled columns.

    Parameters
    ----------
    labels : sequence of str
        Label under each column.
    counts : sequence of int
        Height of each column.
    good : sequence of bool
        Whether each column is as it should be.
    title : str
        What a screen reader says.

    Returns
    -------
    Markup
        SVG, 300 wide.
    """
    wide, tall, foot = 300.0, 190.0, 34.0
    slot = min(wide / max(len(labels), 1), 75.0)
    scale = (tall - foot - 26) / max([*counts, 1])
    parts = []
    for at, (label, count, right) in enumerate(zip(labels, counts, good, strict=True)):
        x, height = at * slot + slot * 0.18, count * scale
        parts.append(
            f'<rect x="{x:.1f}" y="{tall - foot - height:.1f}" width="{slot * 0.64:.1f}" height="{height:.1f}" '
            f'fill="{GOOD if right else POOR}"/>'
        )
        parts.append(_text((at + 0.5) * slot, tall - foot - height - 6, f"{count:,}", "middle", INK))
        parts.append(_text((at + 0.5) * slot, tall - foot + 16, label, "middle", QUIET))
    parts.append(f'<path d="M0 {tall - foot}H{wide}" stroke="{QUIET}"/>')
    return _svg(wide, tall, parts, title)


def draw_bar(value: float, target: float, state: str, title: str) -> Markup:
    """Draw a rate as a bar with a tick at its target.

    Parameters
    ----------
    value : float
        Rate; NaN draws an empty track.
    target : float
        Rate aimed at; NaN draws no tick.
    state : str
        ``met``, ``short`` or anything else; the colour.
    title : str
        What a screen reader says.

    Returns
    -------
    Markup
        SVG, 180 wide.
    """
    wide, tall = 180.0, 14.0
    fill = {"met": GOOD, "short": POOR}.get(state, FINE)
    parts = [f'<rect x="0" y="3" width="{wide}" height="8" fill="#eef1f3"/>']
    if np.isfinite(value):
        parts.append(f'<rect x="0" y="3" width="{min(max(value, 0), 1) * wide:.1f}" height="8" fill="{fill}"/>')
    if np.isfinite(target):
        x = min(max(target, 0), 1) * (wide - 2)
        parts.append(f'<rect x="{x:.1f}" y="0" width="2" height="14" fill="{INK}"/>')
    return _svg(wide, tall, parts, title, "bar")


def draw_stack(rows: Sequence[tuple[str, Sequence[float]]], colours: Sequence[str], title: str) -> Markup:
    """Draw one bar of several parts for each row, all to the same scale.

    Parameters
    ----------
    rows : sequence of (str, sequence of float)
        Label and the parts.
    colours : sequence of str
        Colour of each part.
    title : str
        What a screen reader says.

    Returns
    -------
    Markup
        SVG, 960 wide.
    """
    wide, left, step = 960.0, 150.0, 26.0
    most = max([sum(parts) for _, parts in rows], default=0) or 1
    scale = (wide - left - 90) / most
    drawn = []
    for at, (label, parts) in enumerate(rows):
        y, x = at * step + 4, left
        drawn.append(_text(left - 8, y + 12, label, "end", INK))
        for part, colour in zip(parts, colours, strict=True):
            drawn.append(f'<rect x="{x:.1f}" y="{y}" width="{part * scale:.1f}" height="16" fill="{colour}"/>')
            x += part * scale
        drawn.append(_text(x + 6, y + 12, f"{sum(parts):,.0f}", "start", QUIET))
    return _svg(wide, len(rows) * step + 6, drawn, title)


def _grid_lines(most: int, floor: float, scale: float, left: float, wide: float) -> list[str]:
    step = next(size * 10**power for power in range(9) for size in (1, 2, 5) if most / (size * 10**power) <= 5)
    parts = []
    for value in range(step, most + 1, step):
        y = floor - value * scale
        parts.append(f'<path d="M{left} {y:.1f}H{wide}" stroke="{LINE}"/>')
        parts.append(_text(left - 6, y + 4, f"{value:,}", "end", QUIET))
    return parts


def _text(x: float, y: float, text: str, anchor: str, colour: str) -> str:
    return str(
        Markup('<text x="{}" y="{}" text-anchor="{}" fill="{}">{}</text>').format(
            f"{x:.1f}", f"{y:.1f}", anchor, colour, text
        )
    )


def _svg(wide: float, tall: float, parts: Sequence[str], title: str, kind: str = "chart") -> Markup:
    head = Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(kind, wide, tall, title)
    return head + Markup("".join(parts)) + Markup("</svg>")
