"""The lines that cut the district: its outline, curved main roads, a meandering river and a railway."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.sample.noise import Field, Floats, make_field

ORIGIN_M = (500_000.0, 2_511_500.0)
"""Middle of every sample district, about 114°E 22.7°N in EPSG:4547."""

KINDS = ("boundary", "minor", "main", "railway", "river")
"""Kinds of line; the position in this tuple is the class number used in arrays."""

SMALLEST_WITH_RIVER_M = 260.0


@dataclass(frozen=True)
class Network:
    """Named lines and the outline they are cut to."""

    outline: shapely.Polygon
    lines: NDArray[np.object_]
    kinds: NDArray[np.int64]
    """Position in `KINDS` of every line."""
    numbers: NDArray[np.int64]
    """Lines of one kind with the same number are one street or one river."""
    axis: float
    """Direction of the road lattice [rad]."""


def make_network(area_m2: float, rng: np.random.Generator) -> Network:
    """Draw the outline, main roads, river and railway of a district.

    Parameters
    ----------
    area_m2 : float
        Area of the district [m²].
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Network
        Lines cut to the outline [EPSG:4547].
    """
    radius = float(np.sqrt(area_m2 / np.pi))
    axis = float(rng.uniform(-0.4, 0.4))
    outline = _make_outline(radius, rng)
    roads, road_numbers = _make_main_roads(radius, axis, rng)
    groups = [("boundary", [shapely.get_exterior_ring(outline)], [0]), ("main", roads, road_numbers)]
    if radius > SMALLEST_WITH_RIVER_M:
        count = max(1, round(radius / 4000))
        groups.append(("river", [_make_river(radius, axis, rng, k, count) for k in range(count)], list(range(count))))
        groups.append(("railway", [_make_railway(radius, axis, rng)], [0]))
    lines, kinds, numbers = [], [], []
    for kind, some, ids in groups:
        for line, number in zip(some, ids, strict=True):
            lines.append(line if kind == "boundary" else shapely.intersection(line, outline))
            kinds.append(KINDS.index(kind))
            numbers.append(number)
    keep = [k for k, line in enumerate(lines) if not shapely.is_empty(line)]
    return Network(
        outline,
        np.array([lines[k] for k in keep], dtype=object),
        np.array([kinds[k] for k in keep]),
        np.array([numbers[k] for k in keep]),
        axis,
    )


def _make_outline(radius: float, rng: np.random.Generator) -> shapely.Polygon:
    """Draw a closed wavy curve, longer than wide, of the radius on average."""
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    order = np.arange(2, 19)
    swing = rng.uniform(0.3, 1.0, order.size) * 0.15 / (order - 0.6)
    wave = np.cos(order[:, None] * angle + rng.uniform(0, 2 * np.pi, order.size)[:, None])
    r = radius * (1 + (swing[:, None] * wave).sum(axis=0))
    stretch = rng.uniform(1.05, 1.25)
    xy = np.column_stack([r * np.cos(angle) * stretch, r * np.sin(angle) / stretch])
    outline = shapely.polygons(np.round(xy + ORIGIN_M, 3))
    return shapely.simplify(outline, 1.0)


def _make_main_roads(
    radius: float, axis: float, rng: np.random.Generator
) -> tuple[list[shapely.LineString], list[int]]:
    """Bend a lattice of uneven spacing; some stretches are left out, so that roads end at others."""
    reach = 1.5 * radius
    bend = [make_field(rng, (1100.0, 5200.0), 8) for _ in range(2)]
    ticks = [_ticks(reach, rng) for _ in range(2)]
    lines, numbers = [], []
    for family in range(2):
        along, across = ticks[1 - family], ticks[family]
        for k, place in enumerate(across):
            there = _stretches_kept(len(along) - 1, rng)
            for first, last in there:
                s = np.unique(np.concatenate([along[first : last + 1], np.arange(along[first], along[last], 30.0)]))
                uv = np.column_stack([np.full(s.size, place), s] if family == 0 else [s, np.full(s.size, place)])
                lines.append(shapely.linestrings(_bend(uv, bend, axis)))
                numbers.append(family * 1000 + k)
    return lines, numbers


def _ticks(reach: float, rng: np.random.Generator) -> Floats:
    """Places of the roads of one family, 380–820 m apart."""
    steps = np.clip(rng.lognormal(np.log(540), 0.27, int(2 * reach / 380) + 3), 380, 820)
    ticks = np.cumsum(steps) - reach - rng.uniform(0, 400)
    return np.asarray(ticks[ticks < reach + 400])


def _stretches_kept(count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Runs of lattice steps that a road covers."""
    if count < 1:
        return []
    kept = np.concatenate([[False], rng.random(count) > 0.13, [False]])
    change = np.flatnonzero(np.diff(kept.astype(int)))
    return list(zip(change[::2].tolist(), change[1::2].tolist(), strict=True))


def _bend(uv: Floats, bend: list[Field], axis: float) -> Floats:
    """Map lattice coordinates to the ground."""
    shift = np.column_stack([field.at(uv) for field in bend]) * 95.0
    return _turn(uv + shift, axis)


def _turn(xy: Floats, angle: float) -> Floats:
    c, s = np.cos(angle), np.sin(angle)
    return np.asarray(np.round(xy @ np.array([[c, s], [-s, c]]) + ORIGIN_M, 3))


def _make_river(radius: float, axis: float, rng: np.random.Generator, which: int, count: int) -> shapely.LineString:
    """Draw a sine-generated curve (Langbein and Leopold 1966): its direction swings like a sine."""
    wave = float(np.clip(radius * 0.8, 420, 1700))
    s = np.arange(0, 6.0 * radius, 14.0)
    slow = make_field(rng, (2.5 * wave, 6 * wave), 5).at(np.column_stack([s, np.zeros(s.size)]))
    heading = 0.75 * np.sin(2 * np.pi * s / wave + rng.uniform(0, 6.28)) + 0.28 * slow
    xy = np.column_stack([np.cumsum(np.cos(heading)), np.cumsum(np.sin(heading))]) * 14.0
    xy -= xy[len(xy) // 2]
    offset = (which + 0.5) / count * 2 - 1 + rng.uniform(-0.25, 0.25) / count
    xy[:, 1] += radius * (offset + (0.22 * rng.choice([-1, 1]) if count == 1 else 0))
    return shapely.linestrings(_turn(xy, axis + rng.uniform(-0.25, 0.25)))


def _make_railway(radius: float, axis: float, rng: np.random.Generator) -> shapely.LineString:
    """Draw a long gentle arc across the district."""
    s = np.linspace(-1.6 * radius, 1.6 * radius, max(60, int(radius / 20)))
    sag = radius * rng.uniform(-0.25, 0.25)
    xy = np.column_stack([s, sag * np.cos(s / radius) + radius * 0.32 * rng.choice([-1, 1])])
    return shapely.linestrings(_turn(xy, axis + np.pi / 2 + rng.uniform(0.15, 0.45) * rng.choice([-1, 1])))
