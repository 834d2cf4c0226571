"""Households, residents and rental houses come to one atom each, and with it to a cluster, section and grid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.given import to_ids
from gridgov.core.overlay.places import place_rows
from gridgov.core.overlay.points import as_points, find_holders, with_none
from gridgov.errors import CrsError

GROUPS = ("atom_id", "cluster_id", "section_id", "grid_id", "community_id")
"""What an atom hands to whoever lives in it."""

_ORDER = {"unit": "Int64", "storey": "Int64", "room": object}


def assign_households(households: pd.DataFrame, atoms: pd.DataFrame) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Give every household its atom, and with it cluster, section and grid.

    A building of one atom takes all its households. In a split building the unit and storey decide; where several
    atoms share a storey (a dormitory floor cut into wings) its households go to the wings in room order, in the
    proportion of the wings' households. Households of a split building whose unit or storey is missing or unknown
    to the plan fill what room is left, in a fixed order, and are reported.

    Parameters
    ----------
    households : pandas.DataFrame
        Layer `households`: household_id, building_id and, where known, unit, storey, room.
    atoms : pandas.DataFrame
        Atoms of a plan: atom_id, building_id, unit, storey_from, storey_to, households and the columns of `GROUPS`.

    Returns
    -------
    pandas.DataFrame
        One row per household, on its index: household_id, building_id, the columns of `GROUPS` and `how`
        (``building``, ``storey``, ``wing``, ``filled``; missing with the ids where the building is not in the plan).
    geopandas.GeoDataFrame
        Findings by building: ``unknown-building``, ``storey-missing``.
    """
    parts = atoms.assign(place=atoms["building_id"])
    rows = _rows(households, "household_id").assign(place=to_ids(households["building_id"]))
    placed, findings = place_rows(rows, parts, "households")
    return _with_groups(households[["household_id", "building_id"]], placed, atoms), findings


def assign_rentals(
    rentals: gpd.GeoDataFrame, atoms: pd.DataFrame, cells: gpd.GeoDataFrame, *, tolerance_m: float = 0.0
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Give every rental house its atom: by its building, else by its point.

    Parameters
    ----------
    rentals : geopandas.GeoDataFrame
        Layer `rental_houses`: rental_house_id and building_id or a point [CRS of `cells`].
    atoms : pandas.DataFrame
        Atoms of a plan with cell_id, building_id and the columns of `GROUPS`.
    cells : geopandas.GeoDataFrame
        Cells of the plan: cell_id, building_id, polygons [metric CRS].
    tolerance_m : float
        How far outside every cell a point may lie and still go to the nearest one.

    Returns
    -------
    pandas.DataFrame
        One row per rental house, on its index: rental_house_id, building_id (found by the point where not given),
        the columns of `GROUPS` and `how` (as for households).
    geopandas.GeoDataFrame
        Findings: ``unknown-building``, ``storey-missing``, ``no-place`` (neither a known building nor a point
        inside the plan), ``nearest``.

    Raises
    ------
    CrsError
        When points and cells are not in one coordinate system.
    """
    if "building_id" in rentals:
        rentals = rentals.assign(building_id=to_ids(rentals["building_id"]))
    known = rentals["building_id"].isin(atoms["building_id"].dropna()) if "building_id" in rentals else False
    cell, near = _cells_of(rentals, cells, pd.Series(known, index=rentals.index), tolerance_m)
    cell_building = cells.set_index("cell_id")["building_id"].reindex(cell).to_numpy(dtype=object)
    given = rentals["building_id"].to_numpy(dtype=object) if "building_id" in rentals else cell_building
    building = np.where(known, given, cell_building)
    place = np.where(pd.notna(building), building, cell.map(lambda one: None if one is None else f"cell:{one}"))
    parts = atoms.assign(place=atoms["building_id"].where(atoms["building_id"].notna(), "cell:" + atoms["cell_id"]))
    rows = _rows(rentals, "rental_house_id").assign(place=place)
    placed, findings = place_rows(rows[pd.notna(place)], parts, "rental_houses")
    home = _or_none(pd.Series(building, index=rentals.index))
    frame = pd.DataFrame({"rental_house_id": rentals["rental_house_id"], "building_id": home})
    found = _rental_findings(rentals, place, near, given if "building_id" in rentals else None, known)
    return _with_groups(frame, placed, atoms), join_findings([findings, *found], cells.crs)


def assign_residents(residents: pd.DataFrame, households: pd.DataFrame) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Give every resident the cluster, section and grid of the household.

    Parameters
    ----------
    residents : pandas.DataFrame
        Layer `residents`: resident_id, household_id.
    households : pandas.DataFrame
        What `assign_households` returned.

    Returns
    -------
    pandas.DataFrame
        One row per resident, on its index: resident_id, household_id and the columns of `GROUPS`.
    geopandas.GeoDataFrame
        Findings ``unknown-household``.
    """
    homes = households.assign(household_id=to_ids(households["household_id"])).drop_duplicates("household_id")
    home = homes.set_index("household_id")[list(GROUPS)]
    frame = residents[["resident_id"]].assign(household_id=to_ids(residents["household_id"]))
    frame = frame.join(home, on="household_id")
    unknown = frame.loc[~frame["household_id"].isin(home.index), "household_id"].value_counts().sort_index()
    findings = make_findings(
        "residents",
        unknown.index,
        "unknown-household",
        "warning",
        [f"{count} residents name a household that is not there" for count in unknown],
        "left without a cluster; send the household first",
    )
    return frame, findings


def _rows(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    columns = {"key": frame[key]}
    for name, kind in _ORDER.items():
        columns[name] = frame[name].astype(kind) if name in frame else pd.Series(pd.NA, frame.index, dtype=kind)
    return pd.DataFrame(columns, index=frame.index)


def _with_groups(frame: pd.DataFrame, placed: pd.DataFrame, atoms: pd.DataFrame) -> pd.DataFrame:
    groups = atoms.drop_duplicates("atom_id").set_index("atom_id")
    atom = _or_none(placed["atom_id"].reindex(frame.index))
    out = frame.assign(atom_id=atom)
    for name in GROUPS[1:]:
        out[name] = _or_none(groups[name].reindex(atom)).to_numpy()
    return out.assign(how=_or_none(placed["how"].reindex(frame.index)))


def _or_none(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), None)


def _cells_of(
    rentals: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, known: pd.Series, tolerance_m: float
) -> tuple[pd.Series, np.ndarray]:
    """Find the cell that holds each rental house whose building is not known."""
    if not hasattr(rentals, "geometry") or known.all():
        return pd.Series([None] * len(rentals), index=rentals.index, dtype=object), np.zeros(len(rentals), dtype=bool)
    if rentals.crs != cells.crs:
        raise CrsError(
            f"Rental houses are in {rentals.crs} but cells in {cells.crs}. Convert one of them first.",
            rentals=str(rentals.crs),
            cells=str(cells.crs),
        )
    ordered = cells.sort_values("cell_id", kind="stable")
    points = as_points(rentals.geometry.to_numpy())
    points[known.to_numpy()] = None
    held, near = find_holders(points, ordered.geometry.to_numpy(), tolerance_m)
    return pd.Series(with_none(ordered["cell_id"])[held], index=rentals.index, dtype=object), near


def _rental_findings(
    rentals: gpd.GeoDataFrame, place: np.ndarray, near: np.ndarray, given: np.ndarray | None, known: object
) -> list[gpd.GeoDataFrame]:
    ids = rentals["rental_house_id"].to_numpy(dtype=object)
    lost = pd.isna(place)
    found = [
        make_findings(
            "rental_houses", ids[lost], "no-place", "warning", "neither a known building nor a point inside the plan",
            "left without a cluster; give the building or check the position",
        ),
        make_findings(
            "rental_houses", ids[near], "nearest", "note", "lies outside every cell, within the tolerance",
            "given to the nearest one",
        ),
    ]  # fmt: skip
    if given is not None:
        doubtful = pd.notna(given) & ~np.asarray(known) & ~lost
        texts = [f"building {one!r} is not in the plan" for one in given[doubtful]]
        action = "placed by its point instead"
        found.append(make_findings("rental_houses", ids[doubtful], "unknown-building", "warning", texts, action))
    return found
