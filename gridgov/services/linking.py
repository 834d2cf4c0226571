"""Join freshly read rows to what is stored: buildings to communities, households to buildings, and so on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from gridgov.core.belonging import find_community, find_orphans, find_outside_communities
from gridgov.core.datum_shift import find_datum_shift
from gridgov.core.findings import join_findings
from gridgov.core.tidying import TidyResult, mark_rows
from gridgov.storage.frames import read_frame
from gridgov.storage.layers import read_layer, write_layer


@dataclass(frozen=True)
class Reference:
    """A column that names a row of another layer."""

    column: str
    table: str
    key: str
    needed: bool
    """Whether a row that names an unknown one is refused; else the cell is emptied."""


REFERENCES: MappingProxyType[str, Reference] = MappingProxyType(
    {
        "households": Reference("building_id", "building", "building_id", True),
        "rental_houses": Reference("building_id", "building", "building_id", False),
        "residents": Reference("household_id", "household", "household_id", True),
        "volunteers": Reference("community_id", "division", "division_id", False),
    }
)
"""By layer."""

_SHIFTABLE = ("buildings", "compounds", "rental_houses", "shelters", "facilities", "liaisons", "volunteers")


def link_rows(connection: Connection, layer: str, tidy: TidyResult) -> TidyResult:
    """Join the accepted rows to what is stored; rows that cannot be joined are refused or told.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    layer : str
        Name of the layer.
    tidy : TidyResult
        Tidied rows in EPSG:4490.

    Returns
    -------
    TidyResult
        With `community_id` on buildings; counts and findings brought up to date.
    """
    found: list[gpd.GeoDataFrame] = []
    rows = tidy.accepted
    has_shapes = isinstance(rows, gpd.GeoDataFrame) and len(rows) > 0
    if has_shapes and layer in _SHIFTABLE:
        communities = read_layer(connection, "communities")
        if len(communities):
            found.append(find_datum_shift(rows, communities, layer))
        if layer == "buildings":
            rows = rows.assign(community_id=find_community(rows, communities))
            if len(communities):
                found.append(find_outside_communities(rows, rows["community_id"]))
    if layer == "buildings" and len(rows):
        rows = _keep_estimates(connection, rows)
    tidy = replace(tidy, accepted=rows, findings=join_findings([tidy.findings, *found], tidy.findings.crs))
    return _check_reference(connection, layer, tidy) if layer in REFERENCES else tidy


def relink_buildings(connection: Connection) -> int:
    """Give every stored building its community again, after communities changed.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.

    Returns
    -------
    int
        Buildings whose community changed.
    """
    buildings, communities = read_layer(connection, "buildings"), read_layer(connection, "communities")
    if not len(buildings):
        return 0
    fresh = buildings[["building_id"]].assign(community_id=find_community(buildings, communities))
    return write_layer(connection, "buildings", pd.DataFrame(fresh)).updated


def _keep_estimates(connection: Connection, rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Let an empty cell say nothing where an estimate is stored, and a count replace one."""
    stored = read_frame(
        connection,
        "SELECT building_id, households, households_estimated, floors, floors_source FROM gridgov.building",
    ).set_index("building_id")
    before = stored.reindex(rows["building_id"].to_numpy())
    if "households" in rows:
        given = rows["households"].notna().to_numpy()
        guessed = ~given & (before["households_estimated"] == True).to_numpy(dtype=bool)  # noqa: E712
        rows = rows.assign(
            households=_fill(rows["households"], before["households"], guessed),
            households_estimated=guessed,
        )
    if "floors" in rows:
        given = rows["floors"].notna().to_numpy()
        source = before["floors_source"].to_numpy(dtype=object)
        guessed = ~given & pd.notna(source) & (source != "given")
        told = np.where(given, "given", np.where(guessed, source, None))
        rows = rows.assign(floors=_fill(rows["floors"], before["floors"], guessed), floors_source=told)
    return rows


def _fill(fresh: pd.Series, before: pd.Series, where: npt.NDArray[np.bool_]) -> pd.Series:
    old = pd.Series(before.to_numpy(), index=fresh.index).astype("Int64")
    return fresh.astype("Int64").mask(pd.Series(where, index=fresh.index), old)


def _check_reference(connection: Connection, layer: str, tidy: TidyResult) -> TidyResult:
    reference = REFERENCES[layer]
    level = " WHERE level = 'community'" if reference.table == "division" else ""
    known = read_frame(connection, f"SELECT {reference.key} FROM gridgov.{reference.table}{level}")[reference.key]
    rows = tidy.accepted
    orphans = find_orphans(rows, reference.column, known)
    if len(orphans) == 0:
        return tidy
    detail = [f"{reference.column} {value!r} is not stored" for value in rows[reference.column].iloc[orphans]]
    rule = f"unknown-{reference.table}"
    if reference.needed:
        action = f"The row was refused; import its {reference.table} first."
        return mark_rows(tidy, layer, orphans, rule, "error", detail, action, reference.column)
    marked = mark_rows(tidy, layer, orphans, rule, "warning", detail, "The row was accepted without it.")
    emptied = rows[reference.column].to_numpy(dtype=object).copy()
    emptied[orphans] = None
    return replace(marked, accepted=rows.assign(**{reference.column: emptied}))
