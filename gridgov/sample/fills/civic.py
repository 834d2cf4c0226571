"""Schools, hospitals, markets and parks: a few buildings set in open ground."""

from __future__ import annotations

import numpy as np
import shapely

from gridgov.sample.footprints import Footprints, join_footprints, keep_clear, keep_inside, make_footprints
from gridgov.sample.rows import Frame, make_frame
from gridgov.sample.shapes import make_shapes

Plan = tuple[tuple[str, str, tuple[float, float], tuple[float, float], tuple[int, int]], ...]
"""Template, use, smallest and largest size [m], storeys; in the order they find their place."""

_CAMPUS: Plan = (
    ("aitch", "school", (58, 46), (74, 60), (4, 7)),
    ("you", "school", (44, 36), (56, 46), (4, 7)),
    ("bar", "school", (48, 11), (60, 13), (4, 7)),
    ("bar", "school", (32, 24), (40, 30), (1, 3)),
    ("bar", "school", (26, 12), (34, 15), (3, 7)),
)
_HOSPITAL: Plan = (
    ("aitch", "hospital", (66, 50), (86, 64), (8, 17)),
    ("ell", "hospital", (44, 36), (56, 46), (5, 10)),
    ("bar", "hospital", (44, 15), (56, 18), (4, 8)),
    ("bar", "hospital", (24, 14), (30, 18), (2, 5)),
)
_MARKET: Plan = (
    ("bar", "market", (62, 44), (90, 58), (1, 4)),
    *(("bar", "market", (44.0, 11.0), (60.0, 14.0), (1, 3)),) * 8,
    ("bar", "office", (24, 14), (30, 16), (3, 5)),
)
_PARK: Plan = (
    ("bar", "public", (10, 7), (16, 11), (1, 3)),
    ("bar", "shed", (6, 4), (9, 7), (1, 2)),
)


def fill_campus(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Build a school: teaching buildings, a gymnasium and an open sports field.

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
        The school.
    """
    frame = make_frame(ground, angle)
    return _set_out(ground, frame, _CAMPUS, 9.0, (-1.0, 0.35), rng)


def fill_hospital(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Build a hospital.

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
        The hospital.
    """
    return _set_out(ground, make_frame(ground, angle), _HOSPITAL, 12.0, (-1.0, 1.0), rng)


def fill_market(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Build a wholesale market: a hall and rows of stalls.

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
        The market.
    """
    return _set_out(ground, make_frame(ground, angle), _MARKET, 6.0, (-1.0, 1.0), rng)


def fill_park(ground: shapely.Polygon, angle: float, rng: np.random.Generator) -> Footprints:
    """Set a pavilion and a shed in a park, or nothing.

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
        At most two small buildings.
    """
    frame = make_frame(ground, rng.uniform(0, np.pi))
    return _set_out(ground, frame, _PARK[: rng.integers(0, 3)], 20.0, (-1.0, 1.0), rng)


def _set_out(
    ground: shapely.Polygon,
    frame: Frame,
    plan: Plan,
    clearance_m: float,
    side: tuple[float, float],
    rng: np.random.Generator,
) -> Footprints:
    """Try places for one building after the other; what finds none is left out."""
    done = join_footprints([])
    for template, use, smallest, largest, floors in plan:
        tries = 40
        uv = rng.uniform((side[0], -1.0), (side[1], 1.0), (tries, 2)) * frame.half
        size = np.broadcast_to(rng.uniform(smallest, largest), (tries, 2))
        quarter = rng.choice([0.0, np.pi / 2], tries, p=[0.8, 0.2])
        shapes = make_shapes(template, frame.to_ground(uv), size, frame.angle + quarter)
        candidates = make_footprints(shapes, use, int(rng.integers(*floors)))
        fitting = keep_clear(keep_inside(candidates, ground), done.shapes, clearance_m)
        done = join_footprints([done, fitting.take(np.arange(len(fitting)) < 1)])
    return done
