"""Households where nobody counted them: from floors, footprint and use, every estimate marked as one."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridgov.core.findings import make_findings
from gridgov.core.uses import DWELLINGS, to_canonical_use
from gridgov.errors import CrsError

Floats = npt.NDArray[np.float64]

FLOOR_SOURCES = ("given", "height", "neighbours", "use")
"""Where the number of floors comes from, best first."""


@dataclass(frozen=True)
class EstimationRules:
    """Assumptions behind estimated households, for Chinese cities.

    `..._m2` is gross floor per household, `..._share` the part of the floor area that is lived in, `..._floors` the
    floors of a building of which neither floors, height nor neighbours are known. Sources: apartment from the 2020
    census (41.76 m² of floor a person in family households × 2.62 persons, national mean [secondary], lowered for
    large cities [unverified]); residential storeys of 2.8 to 3.0 m are the rule of the residential design code GB
    50096 (storey height not below 2.8 m) [secondary]; all others are gridgov's own working values [unverified]. A
    city puts its own in its profile.
    """

    apartment_m2: float = 95.0
    self_built_m2: float = 45.0
    house_m2: float = 180.0
    dormitory_m2: float = 60.0
    mixed_m2: float = 90.0
    residential_m2: float = 90.0
    unknown_m2: float = 90.0
    apartment_share: float = 0.97
    self_built_share: float = 0.90
    house_share: float = 1.0
    dormitory_share: float = 0.90
    mixed_share: float = 0.75
    residential_share: float = 0.95
    unknown_share: float = 0.50
    apartment_floors: int = 7
    self_built_floors: int = 5
    house_floors: int = 2
    dormitory_floors: int = 6
    mixed_floors: int = 6
    residential_floors: int = 6
    unknown_floors: int = 3
    other_floors: int = 2
    storey_m: float = 3.0
    """Height of a storey where people live."""
    other_storey_m: float = 4.0
    """Height of a storey elsewhere."""
    least_dwelling_m2: float = 20.0
    """A building whose lived-in floor area is smaller is a shed or a guardhouse and holds nobody."""
    unknown_least_m2: float = 40.0
    """The same for buildings of unknown use."""
    house_floors_most: int = 0
    """Residential buildings without a more exact use count as houses up to so many floors; 0 for nowhere."""
    neighbours: int = 5
    """How many of the nearest buildings of the same use tell the floors (their median). In a trial on Shenzhen
    buildings of known levels, 5 within 300 m missed by 3.0 floors on average, the median of the use by 10.5."""
    neighbours_least: int = 3
    neighbour_radius_m: float = 300.0
    floors_most: int = 130
    """A greater number of floors is not believed."""


EUROPE = EstimationRules(
    apartment_m2=85.0,
    house_m2=220.0,
    mixed_m2=85.0,
    residential_m2=85.0,
    unknown_m2=110.0,
    apartment_share=0.90,
    house_floors=2,
    apartment_floors=4,
    residential_floors=2,
    residential_share=0.90,
    unknown_floors=1,
    unknown_share=0.50,
    unknown_least_m2=60.0,
    house_floors_most=2,
)
"""Small European towns: a low residential building is one house, whatever its size up to two houses' worth. Working
values after the French housing statistics (mean dwelling about 91 m² of living space, house 112, flat 63; gross is
about a third more) [unverified]."""


def estimate_households(buildings: gpd.GeoDataFrame, rules: EstimationRules | None = None) -> gpd.GeoDataFrame:
    """Fill in missing floors and missing household counts; what is given stays.

    Floors come from the height, else from the nearest buildings of the same use, else from the use. What an earlier
    estimate filled in (`households_estimated`, `floors_source`) is estimated anew, so doing it twice changes nothing.
    A fraction of a household that is given counts as one.
    Households are the floor area (floors × footprint) that is lived in over the floor area of one household, at least
    one where anybody can live.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        Footprints in a metric system; columns `households`, `floors`, `height_m`, `use` where known.
    rules : EstimationRules, optional
        The assumptions.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows and index, with `households` (Int64, never missing), `households_estimated` (bool), `floors`
        (Int64), `floors_source` (one of `FLOOR_SOURCES`) and `use_class` (canonical use).

    Raises
    ------
    CrsError
        When the system is not metric.

    Examples
    --------
    >>> slab = shapely.box(0, 0, 60, 12)
    >>> town = gpd.GeoDataFrame({"use": ["住宅"], "height_m": [18.0]}, geometry=[slab], crs=4547)
    >>> estimate_households(town)[["households", "floors", "floors_source"]].values.tolist()
    [[46, 6, 'height']]
    """
    rules = rules or EstimationRules()
    if buildings.crs is None or not buildings.crs.is_projected:
        raise CrsError("Floor areas need a metric coordinate system; convert the buildings first (to_metric).")
    use = to_canonical_use(_column(buildings, "use", object)).to_numpy()
    area_m2 = shapely.area(np.asarray(buildings.geometry.array, dtype=object))
    floors, source = _fill_floors(buildings, use, rules)
    given = _column(buildings, "households", "Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    before = _column(buildings, "households_estimated", "boolean").fillna(False).to_numpy(dtype=bool)
    counted = np.isfinite(given) & (given >= 0) & ~before
    estimate = _count(floors, area_m2, use, rules)
    households = np.where(counted, np.ceil(np.nan_to_num(given)), estimate)
    return buildings.assign(
        households=pd.array(households.astype(np.int64), dtype="Int64"),
        households_estimated=~counted,
        floors=pd.array(floors.astype(np.int64), dtype="Int64"),
        floors_source=source,
        use_class=use,
    )


def find_estimates(buildings: pd.DataFrame) -> gpd.GeoDataFrame:
    """Say for each community what share of its households is estimated.

    Parameters
    ----------
    buildings : pandas.DataFrame
        What `estimate_households` returned, with `community_id` where known.

    Returns
    -------
    geopandas.GeoDataFrame
        One note `estimated-households` a community with estimates.
    """
    community = buildings["community_id"] if "community_id" in buildings else pd.Series("all", index=buildings.index)
    table = pd.DataFrame(
        {
            "community": community.astype(object).where(community.notna(), "outside"),
            "all": buildings["households"].astype(np.int64),
            "guess": buildings["households"].astype(np.int64).where(buildings["households_estimated"], 0),
            "buildings": buildings["households_estimated"].astype(np.int64),
        }
    )
    sums = table.groupby("community", sort=True).sum()
    sums = sums[sums["buildings"] > 0]
    detail = [
        f"{row.guess} of {row.all} households ({row.guess / max(row.all, 1):.1%}) are estimated, "
        f"in {row.buildings} buildings"
        for row in sums.itertuples()
    ]
    action = "Count them in the field (households_estimated marks them); imported counts replace estimates."
    return make_findings("buildings", sums.index.to_numpy(), "estimated-households", "note", detail, action)


def _column(frame: pd.DataFrame, name: str, kind: object) -> pd.Series:
    if name not in frame:
        return pd.Series(pd.array([pd.NA] * len(frame), dtype=kind), index=frame.index)
    if kind == "Float64":
        return pd.to_numeric(frame[name], errors="coerce").astype("Float64")
    return frame[name] if kind is object else frame[name].astype(kind)


def _fill_floors(
    buildings: gpd.GeoDataFrame, use: npt.NDArray[np.object_], rules: EstimationRules
) -> tuple[Floats, npt.NDArray[np.object_]]:
    """Return floors of every building and where each number comes from."""
    floors = _column(buildings, "floors", "Float64").to_numpy(dtype=np.float64, na_value=np.nan).round()
    told = _column(buildings, "floors_source", object)
    believed = (floors >= 1) & (floors <= rules.floors_most) & (told.isna() | (told == "given")).to_numpy(dtype=bool)
    floors = np.where(believed, floors, np.nan)
    source = np.where(np.isfinite(floors), "given", "use").astype(object)
    height_m = _column(buildings, "height_m", "Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    storey_m = np.where(np.isin(use, DWELLINGS), rules.storey_m, rules.other_storey_m)
    by_height = np.maximum(np.round(height_m / storey_m), 1.0)
    taken = np.isnan(floors) & (height_m >= 2.0) & (by_height <= rules.floors_most)
    floors, source = np.where(taken, by_height, floors), np.where(taken, "height", source)
    by_neighbours = _ask_neighbours(buildings, use, floors, rules)
    taken = np.isnan(floors) & np.isfinite(by_neighbours)
    floors, source = np.where(taken, by_neighbours, floors), np.where(taken, "neighbours", source)
    usual = {name: float(getattr(rules, f"{name}_floors")) for name in DWELLINGS}
    by_use = np.array([usual.get(name, float(rules.other_floors)) for name in use], dtype=np.float64)
    return np.where(np.isnan(floors), by_use, floors), source


def _ask_neighbours(
    buildings: gpd.GeoDataFrame, use: npt.NDArray[np.object_], floors: Floats, rules: EstimationRules
) -> Floats:
    """Return the median floors of the nearest buildings of the same use, NaN where too few are near."""
    middle = shapely.get_coordinates(shapely.centroid(np.asarray(buildings.geometry.array, dtype=object)))
    answer = np.full(len(use), np.nan)
    if len(middle) != len(use):
        return answer
    for name in pd.unique(pd.Series(use)):
        same = use == name
        known, asking = np.flatnonzero(same & np.isfinite(floors)), np.flatnonzero(same & np.isnan(floors))
        if len(known) < rules.neighbours_least or len(asking) == 0:
            continue
        from scipy.spatial import cKDTree  # slow to import, and most layers bring their floors

        # ties between equally near buildings are broken by place, not by row order
        known = known[np.lexsort((floors[known], middle[known, 1], middle[known, 0]))]
        count = min(rules.neighbours, len(known))
        reach = rules.neighbour_radius_m
        tree, ranks = cKDTree(middle[known]), [*range(1, count + 1)]
        near_m, near = tree.query(middle[asking], k=ranks, distance_upper_bound=reach)
        found = np.isfinite(near_m)
        told = np.where(found, np.append(floors[known], np.nan)[near], np.nan)
        enough = found.sum(axis=1) >= rules.neighbours_least
        answer[asking[enough]] = np.ceil(np.nanmedian(told[enough], axis=1))
    return answer


def _count(floors: Floats, area_m2: Floats, use: npt.NDArray[np.object_], rules: EstimationRules) -> Floats:
    """Return households of every building as if none were given."""
    low = (use == "residential") & (floors <= rules.house_floors_most)
    kind = np.where(low, "house", use)
    per_household = {name: float(getattr(rules, f"{name}_m2")) for name in DWELLINGS}
    lived_in = {name: float(getattr(rules, f"{name}_share")) for name in DWELLINGS}
    m2 = np.array([per_household.get(name, 1.0) for name in kind], dtype=np.float64)
    share = np.array([lived_in.get(name, 0.0) for name in kind], dtype=np.float64)
    floor_m2 = np.nan_to_num(floors * area_m2 * share)
    # of a house only whole ones fit; flats are rounded
    count = np.where(kind == "house", np.floor(floor_m2 / m2), np.round(floor_m2 / m2))
    least = np.where(use == "unknown", rules.unknown_least_m2, rules.least_dwelling_m2)
    return np.where(floor_m2 >= least, np.maximum(count, 1.0), 0.0)
