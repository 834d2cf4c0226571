"""Self-built houses: urban villages with narrow lanes, old villages and old shop streets."""

from __future__ import annotations

import numpy as np
import shapely

from gridgov.sample.footprints import Footprints, make_footprints
from gridgov.sample.noise import Floats, make_field
from gridgov.sample.rows import Frame, make_frame, make_plots
from gridgov.sample.shapes import Geometries, make_quads


def fill_urban_village(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Houses of 3 to 9 storeys let by the room, a metre or two apart.

    Parameters
    ----------
    ground : shapely.Polygon
        What may be built on.
    angle : float
        Direction of the lanes [rad].
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Footprints
        The houses.
    """
    frame = make_frame(ground, angle + rng.normal(0, 0.05))
    plots = make_plots(frame, (10.0, 13.5), (9.5, 13.5), (36.0, 78.0), (2.6, 4.8), rng)
    plots = plots[rng.random(len(plots)) > 0.035]
    shapes = _clip(_houses(frame, plots, (0.3, 1.0), 1.6, rng), ground, 38.0)
    area, n = shapely.area(shapes), len(shapes)
    usual = rng.uniform(3.6, 6.2)
    floors = np.clip(np.rint(rng.normal(usual, 1.3, n)), 2, 9).astype(int)
    doors = np.clip(np.rint(area / 80 * rng.uniform(0.7, 1.3, n)), 1, 4).astype(int)
    rooms = rng.choice([1, 2, 3], n, p=[0.5, 0.35, 0.15])
    return make_footprints(shapes, "self-built", floors, 1, doors, rng.beta(2, 8, n), rooms)


def fill_old_village(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Low family houses with yards, loosely in rows.

    Parameters
    ----------
    ground : shapely.Polygon
        What may be built on.
    angle : float
        Direction of the lanes [rad].
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Footprints
        The houses.
    """
    frame = make_frame(ground, angle + rng.normal(0, 0.18))
    plots = make_plots(frame, (13.0, 18.0), (12.0, 18.5), (40.0, 85.0), (3.0, 6.0), rng)
    density = make_field(rng, (60.0, 180.0), 5).at(plots[:, :2])
    plots = plots[(rng.random(len(plots)) > 0.06) & (density > -1.5)]
    shapes = _clip(_houses(frame, plots, (1.0, 2.6), 4.0, rng), ground, 34.0)
    n = len(shapes)
    floors = rng.choice([1, 2, 3, 4], n, p=[0.18, 0.42, 0.28, 0.12])
    return make_footprints(shapes, "village-house", floors, 1, 1, rng.beta(2, 2.4, n), 2)


def fill_old_streets(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Narrow town houses with a shop below and a few dwellings above.

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
        The houses.
    """
    frame = make_frame(ground, angle + rng.normal(0, 0.06))
    plots = make_plots(frame, (14.0, 20.0), (8.0, 14.0), (32.0, 60.0), (4.0, 7.0), rng)
    plots = plots[rng.random(len(plots)) > 0.09]
    shapes = _clip(_houses(frame, plots, (0.35, 1.7), 2.4, rng), ground, 40.0)
    n = len(shapes)
    floors = rng.choice([1, 2, 3, 4, 5], n, p=[0.1, 0.27, 0.35, 0.2, 0.08])
    lived = rng.random(n) < 0.8
    doors = np.where(lived, rng.choice([1, 2], n, p=[0.72, 0.28]), 0)
    return make_footprints(shapes, "mixed", floors, 1, doors, rng.beta(2, 3.5, n), 2)


def _houses(
    frame: Frame, plots: Floats, margin_m: tuple[float, float], bend_m: float, rng: np.random.Generator
) -> Geometries:
    """One house on every plot, its sides drawn in by the margins and the whole gently bent."""
    n = len(plots)
    low, high = plots[:, :2], plots[:, 2:]
    pull = rng.uniform(*margin_m, (n, 4, 2)) + np.where(rng.random((n, 4, 2)) < 0.1, rng.uniform(0, 1.8), 0.0)
    u = np.column_stack([low[:, 0], high[:, 0], high[:, 0], low[:, 0]])
    v = np.column_stack([low[:, 1], low[:, 1], high[:, 1], high[:, 1]])
    # a straight house: both ends of a side are drawn in alike, but for a few centimetres
    side = rng.uniform(-0.12, 0.12, (n, 4, 2))
    pull = np.stack([pull[:, [0, 1, 1, 0], 0], pull[:, [2, 2, 3, 3], 1]], axis=2) + side
    u += np.array([1, -1, -1, 1]) * np.maximum(pull[:, :, 0], 0.2)
    v += np.array([1, 1, -1, -1]) * np.maximum(pull[:, :, 1], 0.2)
    corners = np.stack([u, v], axis=2)
    fields = [make_field(rng, (150.0, 420.0), 4) for _ in range(2)]
    flat = corners.reshape(-1, 2)
    bent = flat + bend_m * np.column_stack([field.at(flat) for field in fields])
    return make_quads(frame.to_ground(bent).reshape(-1, 4, 2))


def _clip(shapes: Geometries, ground: shapely.Polygon, smallest_m2: float) -> Geometries:
    """Cut houses off at the edge of the ground; drop those too small or too ragged."""
    shapely.prepare(ground)
    touching = shapes[shapely.intersects(ground, shapes)]
    whole = shapely.contains_properly(ground, touching)
    cut = shapely.intersection(touching[~whole], ground)
    cut = cut[shapely.get_type_id(cut) == 3]
    round_enough = 4 * np.pi * shapely.area(cut) / np.maximum(shapely.length(cut), 1) ** 2 > 0.52
    kept = np.concatenate([touching[whole], cut[round_enough]])
    kept = shapely.set_precision(kept, 0.001)
    return np.asarray(kept[(shapely.get_type_id(kept) == 3) & (shapely.area(kept) >= smallest_m2)], dtype=object)
