"""A printed map as inline SVG: areas, places and names on blank ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from markupsafe import Markup

from gridgov.reports.charts import INK, QUIET

WIDE = 960.0
_STEP_TENTHS = 6
"""Steps no longer than this many tenths of a pixel are not drawn."""


@dataclass(frozen=True)
class Paint:
    """Areas painted alike."""

    shapes: np.ndarray
    fill: str = "none"
    stroke: str = "none"
    width: float = 0.0


@dataclass(frozen=True)
class Spot:
    """One place with a size and a colour."""

    x: float
    y: float
    radius: float
    fill: str


@dataclass(frozen=True)
class Name:
    """One name on the map."""

    x: float
    y: float
    text: str
    size: float = 11.0


def draw_map(
    paints: Sequence[Paint], spots: Sequence[Spot], names: Sequence[Name], title: str, tallest: float = 760.0
) -> Markup:
    """Draw a map to scale, north up, with a scale bar.

    Parameters
    ----------
    paints : sequence of Paint
        Areas [metric CRS], the lowest first.
    spots : sequence of Spot
        Places [same CRS] over the areas.
    names : sequence of Name
        Names [same CRS] over everything; one that would cover another is left out.
    title : str
        What a screen reader says.
    tallest : float
        Greatest height; the map is narrowed to keep it.

    Returns
    -------
    Markup
        SVG, empty where there is no area.
    """
    everything = np.concatenate([paint.shapes for paint in paints]) if paints else np.zeros(0, dtype=object)
    if not len(everything):
        return Markup("")
    west, south, east, north = shapely.total_bounds(everything)
    metres = max((east - west) / WIDE, (north - south) / tallest, 1e-9)
    tall = (north - south) / metres + 34
    place = _Place(west + (east - west - WIDE * metres) / 2, north, metres)
    parts = [_path(paint, place) for paint in paints]
    parts += [_circle(spot, place) for spot in spots]
    parts += _labels(names, place)
    parts.append(_scale_bar(metres, tall))
    head = Markup('<svg class="map" viewBox="-4 -4 {} {}" role="img" aria-label="{}">').format(
        f"{WIDE + 8:.0f}", f"{tall + 8:.0f}", title
    )
    return head + Markup("".join(parts)) + Markup("</svg>")


@dataclass(frozen=True)
class _Place:
    west: float
    north: float
    metres: float

    def to_page(self, xy: np.ndarray) -> np.ndarray:
        return np.column_stack([(xy[:, 0] - self.west) / self.metres, (self.north - xy[:, 1]) / self.metres])


def _path(paint: Paint, place: _Place) -> str:
    if not len(paint.shapes):
        return ""
    # areas lie over one another: with all borders turning the same way, none of them cuts a hole into another
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(paint.shapes)))
    drawn = "".join(_ring(place.to_page(shapely.get_coordinates(ring))) for ring in rings)
    look = f'fill="{paint.fill}" stroke="{paint.stroke}" stroke-width="{paint.width}"'
    return f'<path d="{drawn}" fill-rule="nonzero" stroke-linejoin="round" {look}/>'


def _ring(xy: np.ndarray) -> str:
    """Write a ring as steps between tenths of a pixel; steps too short to be seen are left out."""
    tenths = np.rint(xy[:-1] * 10).astype(int)
    keep = np.ones(len(tenths), dtype=bool)
    keep[1:] = np.abs(np.diff(tenths, axis=0)).max(axis=1) > _STEP_TENTHS
    tenths = tenths[keep]
    tail = "".join(f"l{_tenth(dx)} {_tenth(dy)}" for dx, dy in np.diff(tenths, axis=0).tolist())
    x, y = tenths[0].tolist()
    return f"M{_tenth(x)} {_tenth(y)}{tail}z"


def _tenth(value: int) -> str:
    return f"{value / 10:g}"


def _circle(spot: Spot, place: _Place) -> str:
    x, y = place.to_page(np.array([[spot.x, spot.y]]))[0]
    look = f'fill="{spot.fill}" fill-opacity="0.9" stroke="#fff" stroke-width="1.2"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{spot.radius:.1f}" {look}/>'


def _labels(names: Sequence[Name], place: _Place) -> list[str]:
    parts: list[str] = []
    taken: list[tuple[float, float, float, float]] = []
    for name in names:
        x, y = place.to_page(np.array([[name.x, name.y]]))[0]
        half = name.size * 0.5 * sum(1.0 if ord(letter) > 0x2E80 else 0.55 for letter in name.text)
        box = (x - half, y - name.size, x + half, y + name.size * 0.4)
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            continue
        taken.append(box)
        look = f'font-size="{name.size:g}" font-weight="600" text-anchor="middle" fill="{INK}"'
        look += ' stroke="#fff" stroke-width="3.5"'
        tag = Markup('<text x="{}" y="{}" paint-order="stroke" stroke-linejoin="round" {}>{}</text>')
        parts.append(str(tag.format(f"{x:.1f}", f"{y:.1f}", Markup(look), name.text)))
    return parts


def _scale_bar(metres: float, tall: float) -> str:
    length_m = next(size * 10**power for power in range(7) for size in (1, 2, 5) if size * 10**power / metres >= 70)
    said = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m} m"
    y, wide = tall - 12, length_m / metres
    return (
        f'<path d="M2 {y - 5:.1f}v5h{wide:.1f}v-5" fill="none" stroke="{QUIET}" stroke-width="1.5"/>'
        f'<text x="{wide + 10:.1f}" y="{y:.1f}" fill="{QUIET}" font-size="12">{said}</text>'
        f'<path d="M{WIDE - 12} {y}v-22m-5 7l5 -8l5 8" fill="none" stroke="{QUIET}" stroke-width="1.5"/>'
        f'<text x="{WIDE - 12}" y="{y - 26:.1f}" fill="{QUIET}" font-size="12" text-anchor="middle">N</text>'
    )
