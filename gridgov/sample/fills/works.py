"""Where people work: industrial parks with dormitories, and offices."""

from __future__ import annotations

import numpy as np
import shapely

from gridgov.sample.footprints import Footprints, join_footprints, keep_inside, make_footprints
from gridgov.sample.rows import make_frame, pack_rows
from gridgov.sample.shapes import make_shapes


def fill_industry(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Factory halls in rows, with dormitories and an office.

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
        Factories, dormitories and offices.
    """
    frame = make_frame(ground, angle)
    depth, lane = rng.uniform((24, 9), (38, 14))
    plots = pack_rows(ground, frame, depth, lane, lambda n: rng.uniform(42, 84, n), rng.uniform(8, 12), rng)
    n = len(plots)
    what = rng.choice(["factory", "long", "dormitory", "office", "yard"], n, p=[0.42, 0.2, 0.24, 0.06, 0.08])
    centre = frame.to_ground((plots[:, :2] + plots[:, 2:]) / 2)
    room = (plots[:, 2:] - plots[:, :2]) * rng.uniform(0.86, 1.0, (n, 2))
    parts = []
    for name, template, floors in (("factory", "bar", (2, 6)), ("long", "ell", (3, 7)), ("office", "bar", (4, 9))):
        at = what == name
        shapes = make_shapes(template, centre[at], room[at], frame.angle)
        parts.append(
            make_footprints(shapes, "office" if name == "office" else "factory", rng.integers(*floors, at.sum()))
        )
    at = what == "dormitory"
    size = np.column_stack([room[at, 0], np.minimum(room[at, 1], rng.uniform(14, 17, at.sum()))])
    doors = np.clip(np.rint(size[:, 0] / rng.uniform(3.7, 8.0, at.sum())), 2, 16).astype(int)
    shapes = make_shapes("bar", centre[at], size, frame.angle)
    floors = rng.integers(5, 9, at.sum())
    parts.append(make_footprints(shapes, "dormitory", floors, 1, doors, rng.uniform(0, 0.35, at.sum())))
    return keep_inside(join_footprints(parts), ground)


def fill_offices(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Office and hotel buildings, a few with serviced flats.

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
        Offices, and flats of use ``mixed``.
    """
    frame = make_frame(ground, angle)
    depth, lane = rng.uniform((26, 14), (46, 24))
    plots = pack_rows(ground, frame, depth, lane, lambda n: rng.uniform(28, 62, n), rng.uniform(12, 20), rng)
    plots = plots[rng.random(len(plots)) > 0.06]
    n = len(plots)
    centre = frame.to_ground((plots[:, :2] + plots[:, 2:]) / 2)
    size = (plots[:, 2:] - plots[:, :2]) * rng.uniform(0.72, 1.0, (n, 2))
    kind = rng.choice(["bar", "ell", "aitch", "tee"], n, p=[0.55, 0.2, 0.1, 0.15])
    floors = np.clip(np.rint(rng.lognormal(2.1, 0.6, n)), 3, 32).astype(int)
    lived = (rng.random(n) < 0.13) & (floors < 19)
    parts = []
    for template in ("bar", "ell", "aitch", "tee"):
        for flats in (False, True):
            at = (kind == template) & (lived == flats)
            shapes = make_shapes(template, centre[at], size[at], frame.angle)
            doors = rng.integers(2, 6, at.sum()) if flats else 0
            parts.append(make_footprints(shapes, "mixed" if flats else "office", floors[at], 1, doors, 0.25, 1))
    return keep_inside(join_footprints(parts), ground)
