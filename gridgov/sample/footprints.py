"""Many buildings as arrays: what every fill returns and the district puts together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.sample.noise import Floats
from gridgov.sample.shapes import Geometries

USES = (
    "self-built",
    "village-house",
    "apartment",
    "tower",
    "dormitory",
    "mixed",
    "factory",
    "shop",
    "office",
    "school",
    "hospital",
    "market",
    "public",
    "shed",
)
"""Values of the column `use`; the position is the number used in arrays."""

STOREY_M = (3.2, 3.3, 3.0, 2.95, 3.3, 3.4, 5.0, 4.2, 3.9, 3.7, 3.9, 6.0, 4.0, 3.2)
"""Height of a storey by use [m]."""


@dataclass(frozen=True)
class Footprints:
    """Buildings, one row of every array each."""

    shapes: Geometries
    use: NDArray[np.int64]
    """Position in `USES`."""
    floors: NDArray[np.int64]
    units: NDArray[np.int64]
    doors: NDArray[np.int64]
    """Dwellings on one storey of one unit; 0 where nobody lives."""
    vacancy: Floats
    """Usual share of dwellings that stand empty."""
    rooms: NDArray[np.int64]
    """Rooms in a dwelling."""

    def __len__(self) -> int:
        return len(self.shapes)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Footprints:
        """Return some of the rows.

        Parameters
        ----------
        rows : ndarray
            Positions or a mask.

        Returns
        -------
        Footprints
            Those rows.
        """
        return Footprints(*(getattr(self, field.name)[rows] for field in fields(self)))


def make_footprints(
    shapes: Geometries,
    use: str,
    floors: NDArray[np.int64] | int,
    units: NDArray[np.int64] | int = 1,
    doors: NDArray[np.int64] | int = 0,
    vacancy: Floats | float = 0.06,
    rooms: NDArray[np.int64] | int = 1,
) -> Footprints:
    """Put buildings of one use together; single values hold for all.

    Parameters
    ----------
    shapes : ndarray of shapely.Polygon
        Footprints.
    use : str
        One of `USES`.
    floors, units, doors, rooms : ndarray of int or int
        Storeys; stairwells; dwellings on a storey of a unit; rooms of a dwelling.
    vacancy : ndarray or float
        Usual share of empty dwellings.

    Returns
    -------
    Footprints
        As many rows as shapes.
    """
    n = len(shapes)

    def whole(value: NDArray[np.int64] | int) -> NDArray[np.int64]:
        return np.array(np.broadcast_to(value, n), dtype=np.int64)

    empty = np.array(np.broadcast_to(vacancy, n), dtype=np.float64)
    return Footprints(shapes, whole(USES.index(use)), whole(floors), whole(units), whole(doors), empty, whole(rooms))


def join_footprints(parts: Iterable[Footprints]) -> Footprints:
    """Put several sets of buildings under one another.

    Parameters
    ----------
    parts : iterable of Footprints
        In the order wanted.

    Returns
    -------
    Footprints
        All rows.
    """
    full = [part for part in parts if len(part)]
    if not full:
        return make_footprints(np.empty(0, dtype=object), "shed", 1)
    return Footprints(*(np.concatenate([getattr(part, field.name) for part in full]) for field in fields(Footprints)))


def keep_inside(buildings: Footprints, ground: shapely.Polygon) -> Footprints:
    """Keep the buildings that lie wholly inside a polygon.

    Parameters
    ----------
    buildings : Footprints
        Candidates.
    ground : shapely.Polygon
        Where they may stand.

    Returns
    -------
    Footprints
        Those inside.
    """
    shapely.prepare(ground)
    return buildings.take(shapely.contains_properly(ground, buildings.shapes))


def keep_clear(buildings: Footprints, standing: Geometries, clearance_m: float) -> Footprints:
    """Keep the buildings that stand clear of others and of the earlier ones among themselves.

    Parameters
    ----------
    buildings : Footprints
        Candidates, the most wanted first.
    standing : ndarray of shapely.Polygon
        What stands already.
    clearance_m : float
        Smallest distance [m].

    Returns
    -------
    Footprints
        Those that fit.
    """
    if not len(buildings):
        return buildings
    fits = np.ones(len(buildings), dtype=bool)
    if len(standing):
        mine, _ = shapely.STRtree(standing).query(buildings.shapes, predicate="dwithin", distance=clearance_m)
        fits[mine] = False
    a, b = shapely.STRtree(buildings.shapes).query(buildings.shapes, predicate="dwithin", distance=clearance_m)
    close: dict[int, list[int]] = {}
    for later, earlier in zip(a[a > b].tolist(), b[a > b].tolist(), strict=True):
        close.setdefault(later, []).append(earlier)
    for later in sorted(close):
        if any(fits[earlier] for earlier in close[later]):
            fits[later] = False
    return buildings.take(fits)
