"""The one rule for rows that live in a building: by unit and storey, by wing, else into the room that is left."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.overlay.points import with_none
from gridgov.core.overlay.spread import spread_rows

_ANY = np.iinfo(np.int64).min
"""Stands for a missing unit or storey in integer arrays."""


def place_rows(rows: pd.DataFrame, parts: pd.DataFrame, layer: str) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Give each row one of the parts of its place.

    Parameters
    ----------
    rows : pandas.DataFrame
        With key, place, unit, storey, room; the index is kept.
    parts : pandas.DataFrame
        Atoms with a column `place`; rows with a missing place are left out.
    layer : str
        Name of the rows' layer in the findings.

    Returns
    -------
    pandas.DataFrame
        Columns atom_id and `how` on the index of `rows`.
    geopandas.GeoDataFrame
        Findings by place.
    """
    parts = _order_parts(parts)
    codes, places = pd.factorize(parts["place"])
    code = pd.Index(places).get_indexer(rows["place"])
    ordered = _order_rows(rows.assign(code=code), split=np.append(np.bincount(codes) > 1, False)[code])
    part, how = _match(ordered, parts, codes)
    atom = with_none(parts["atom_id"])[part]
    placed = pd.DataFrame({"atom_id": atom, "how": how}, index=ordered.index)
    return placed.reindex(rows.index), _findings(ordered, how, layer)


def _order_parts(parts: pd.DataFrame) -> pd.DataFrame:
    inside = parts[parts["place"].notna()]
    return inside.sort_values(["place", "unit", "storey_from", "atom_id"], kind="stable", na_position="first")


def _order_rows(rows: pd.DataFrame, split: np.ndarray) -> pd.DataFrame:
    """Sort rows by place, storey and room; rooms are compared by their numbers, and only where it matters."""
    room = rows["room"].where(split, "").fillna("").astype(str)
    busy = room != ""
    room[busy] = room[busy].str.replace(r"\d+", lambda found: found.group().zfill(12), regex=True)
    return rows.assign(room=room, name=rows["key"].astype(str)).sort_values(
        ["code", "unit", "storey", "room", "name"], kind="stable", na_position="last"
    )


def _match(rows: pd.DataFrame, parts: pd.DataFrame, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the position of the part of each row (-1 where the place is unknown) and how it was found."""
    code = rows["code"].to_numpy()
    count = np.bincount(codes, minlength=1)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    part = np.where(code >= 0, first[code], -1)
    how = np.full(len(code), None, dtype=object)
    how[code >= 0] = "building"
    several = np.flatnonzero((code >= 0) & (count[code] > 1))
    part[several] = -1
    row, candidate = _candidates(rows.iloc[several], parts, first[code[several]], count[code[several]])
    matches = np.bincount(row, minlength=len(several))
    single = matches[row] == 1
    part[several[row[single]]] = candidate[single]
    how[several[row[single]]] = "storey"
    winged = several[np.flatnonzero(matches > 1)]
    if len(winged):
        head = np.full(len(several), -1, dtype=np.int64)
        np.maximum.at(head, row, len(parts) - candidate)
        part[winged] = _wings(rows, parts, codes, winged, len(parts) - head[matches > 1])
        how[winged] = "wing"
    _fill(rows, parts, codes, part, how)
    return part, how


def _candidates(
    rows: pd.DataFrame, parts: pd.DataFrame, first: np.ndarray, count: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pair each row of a split building with the parts whose unit and storeys take it."""
    row = np.repeat(np.arange(len(rows)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    candidate = np.repeat(first, count) + step
    unit, low, high = (_whole(parts[name])[candidate] for name in ("unit", "storey_from", "storey_to"))
    own_unit, own_storey = _whole(rows["unit"])[row], _whole(rows["storey"])[row]
    takes = (unit == _ANY) | (unit == own_unit)
    takes &= (low == _ANY) | ((own_storey != _ANY) & (low <= own_storey) & (own_storey <= high))
    return row[takes], candidate[takes]


def _wings(
    rows: pd.DataFrame, parts: pd.DataFrame, codes: np.ndarray, winged: np.ndarray, head: np.ndarray
) -> np.ndarray:
    """Share a storey out among the wings that share it, in room order."""
    band = pd.DataFrame({name: _whole(parts[name]) for name in ("unit", "storey_from", "storey_to")}).assign(
        code=codes
    )
    group = band.groupby(["code", "unit", "storey_from", "storey_to"], sort=False).ngroup().to_numpy()
    own = pd.DataFrame({"group": group[head], "storey": _whole(rows["storey"])[winged]})
    floor = own.groupby(["group", "storey"], sort=False)
    along = (floor.cumcount() + 0.5) / floor["group"].transform("size")
    order = np.lexsort((np.arange(len(own)), own["storey"], along, own["group"]))
    sorted_parts = np.argsort(group, kind="stable")
    room = parts["households"].to_numpy(dtype=float)[sorted_parts]
    chosen = np.empty(len(own), dtype=np.int64)
    chosen[order] = sorted_parts[spread_rows(own["group"].to_numpy()[order], group[sorted_parts], room)]
    return chosen


def _fill(rows: pd.DataFrame, parts: pd.DataFrame, codes: np.ndarray, part: np.ndarray, how: np.ndarray) -> None:
    """Put rows without a usable unit or storey into the room that is left: of their unit first, else the building."""
    code, unit = rows["code"].to_numpy(), _whole(rows["unit"])
    part_unit = _whole(parts["unit"])
    by_unit = pd.MultiIndex.from_arrays([codes, part_unit])
    for narrow in (True, False):
        open_rows = (part < 0) & (code >= 0)
        if narrow:
            open_rows &= (unit != _ANY) & pd.MultiIndex.from_arrays([code, unit]).isin(by_unit)
        where = np.flatnonzero(open_rows)
        if not len(where):
            continue
        keys = (codes, part_unit) if narrow else (codes, np.zeros_like(codes))
        table, group = np.unique(np.column_stack(keys), axis=0, return_inverse=True)
        own = (code[where], unit[where]) if narrow else (code[where], np.zeros_like(where))
        row_group = pd.MultiIndex.from_arrays(table.T).get_indexer(pd.MultiIndex.from_arrays(own))
        part[where] = _spread_left(row_group, group.ravel(), parts, part)
        how[where] = "filled"


def _spread_left(row_group: np.ndarray, group: np.ndarray, parts: pd.DataFrame, part: np.ndarray) -> np.ndarray:
    holds = parts["households"].to_numpy(dtype=float)
    left = np.maximum(holds - np.bincount(part[part >= 0], minlength=len(parts)), 0.0)
    full = np.bincount(group, weights=left)[group] == 0
    order = np.argsort(group, kind="stable")
    room = np.where(full, holds, left)[order]
    by_group = np.argsort(row_group, kind="stable")
    chosen = np.empty(len(row_group), dtype=np.int64)
    chosen[by_group] = order[spread_rows(row_group[by_group], group[order], room)]
    return chosen


def _whole(column: pd.Series) -> np.ndarray:
    return np.asarray(column.astype("Int64").fillna(_ANY).to_numpy(dtype=np.int64))


def _findings(rows: pd.DataFrame, how: np.ndarray, layer: str) -> gpd.GeoDataFrame:
    noun = layer.replace("_", " ")
    unknown = rows.loc[pd.isna(how), "place"].fillna("(none)").value_counts().sort_index()
    filled = rows.loc[how == "filled", "place"].value_counts().sort_index()
    return join_findings(
        [
            make_findings(
                layer, unknown.index, "unknown-building", "warning",
                [f"{count} {noun} name a building that is not in the plan" for count in unknown],
                "left without a cluster; send the building or correct its code",
            ),
            make_findings(
                layer, filled.index, "storey-missing", "warning",
                [f"{count} {noun} have no unit or storey that the plan divides by" for count in filled],
                "spread over the building's parts by the room left; give unit and storey",
            ),
        ]
    )  # fmt: skip
