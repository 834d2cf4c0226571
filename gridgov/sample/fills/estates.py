"""Walled residential compounds: slab blocks with units, and towers."""

from __future__ import annotations

import numpy as np
import shapely

from gridgov.sample.footprints import Footprints, join_footprints, keep_clear, keep_inside, make_footprints
from gridgov.sample.noise import Floats
from gridgov.sample.rows import Frame, make_frame, pack_rows
from gridgov.sample.shapes import make_shapes, make_slabs

SOUTH_LIMIT = 0.3
"""Slabs face south; they turn with the street by at most this [rad]."""


def fill_slabs(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Rows of slabs facing south, as far apart as the winter sun asks, two dwellings on a landing.

    Parameters
    ----------
    ground : shapely.Polygon
        What may be built on.
    angle : float
        Direction of the streets [rad].
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Footprints
        Slabs, a gatehouse and sheds.
    """
    frame = make_frame(ground, _facing_south(angle, rng))
    floors = int(rng.choice([6, 7, 8, 11], p=[0.4, 0.3, 0.15, 0.15]))
    unit_m, depth_m = rng.uniform(15, 20), rng.uniform(11.5, 14.0)
    usual = int(rng.integers(2, 6))

    def draw_widths(count: int) -> Floats:
        return np.asarray(np.clip(usual + rng.integers(-1, 2, count), 1, 6) * unit_m)

    sun = floors * 3.0 * rng.uniform(0.72, 0.95)
    plots = pack_rows(ground, frame, depth_m, sun, draw_widths, rng.uniform(6, 10), rng)
    size = plots[:, 2:] - plots[:, :2]
    units = np.rint(size[:, 0] / unit_m).astype(np.int64)
    shapes = make_slabs(units, frame.to_ground((plots[:, :2] + plots[:, 2:]) / 2), size, frame.angle)
    doors = int(rng.choice([2, 3], p=[0.85, 0.15]))
    slabs = make_footprints(shapes, "apartment", floors, units, doors, rng.uniform(0.0, 0.09, len(units)), 3)
    slabs = keep_inside(slabs, ground)
    return join_footprints([slabs, _outbuildings(ground, frame, slabs, rng)])


def fill_towers(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Towers of 18 to 33 storeys set in staggered rows around gardens.

    Parameters
    ----------
    ground : shapely.Polygon
        What may be built on.
    angle : float
        Direction of the streets [rad].
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Footprints
        Towers, a kindergarten or clubhouse and sheds.
    """
    frame = make_frame(ground, _facing_south(angle, rng))
    template = str(rng.choice(["cross", "butterfly", "tee", "bar"], p=[0.3, 0.3, 0.25, 0.15]))
    units = 2 if template == "bar" else int(rng.integers(1, 3))
    doors = int(rng.integers(2, 4)) if units == 2 else int(rng.integers(3, 7))
    size = np.array([rng.uniform(24, 29) + 7 * (units - 1), rng.uniform(17, 23)])
    gap, between = rng.uniform((12, 24), (22, 38))
    plots = pack_rows(ground, frame, size[1] * 1.05, between, lambda n: np.full(n, size[0] * 1.05), gap, rng)
    plots = plots[rng.random(len(plots)) > 0.08]
    n = len(plots)
    place = frame.to_ground((plots[:, :2] + plots[:, 2:]) / 2)
    shapes = make_shapes(template, place, size * rng.uniform(0.95, 1.05, (n, 1)), frame.angle)
    floors = np.clip(int(rng.integers(18, 34)) + rng.integers(-3, 4, n), 18, 33)
    towers = make_footprints(shapes, "tower", floors, units, doors, rng.uniform(0.02, 0.16, n), 3)
    towers = keep_inside(towers, ground)
    return join_footprints([towers, _outbuildings(ground, frame, towers, rng)])


def _facing_south(angle: float, rng: np.random.Generator) -> float:
    """Turn of the rows: with the street, but never far from the south."""
    quarter = (angle + np.pi / 4) % (np.pi / 2) - np.pi / 4
    return float(np.clip(quarter, -SOUTH_LIMIT, SOUTH_LIMIT) + rng.normal(0, 0.02))


def _outbuildings(
    ground: shapely.Polygon, frame: Frame, standing: Footprints, rng: np.random.Generator
) -> Footprints:
    """A clubhouse or kindergarten in a large compound, sheds and gatehouses in all."""
    count = 2 + int(ground.area / 6000)
    place = rng.uniform(-frame.half, frame.half, (8 * count, 2))
    size = rng.uniform((5, 4), (14, 7), (len(place), 2))
    size[:3] = rng.uniform((24, 15), (34, 20), (3, 2))
    shapes = make_shapes("bar", frame.to_ground(place), size, frame.angle + rng.choice([0, np.pi / 2], len(place)))
    first = np.arange(len(place)) < 3
    sheds = make_footprints(shapes, "shed", 1)
    sheds.use[first] = make_footprints(shapes[:1], "public", 1).use
    sheds.floors[first] = 3
    if ground.area < 12_000:
        sheds = sheds.take(~first)
    sheds = keep_clear(keep_inside(sheds, ground), standing.shapes, 2.5)
    return sheds.take(np.arange(len(sheds)) < count)
