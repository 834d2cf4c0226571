"""The layers as the files have them, to and from their tables."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, func, select

from gridgov.core.layers import get_layer
from gridgov.storage.frames import Merged, read_frame, upsert_frame
from gridgov.storage.tables import LAYER_TABLES, division

_TO_DIVISION = {"community_id": "division_id", "division_code": "code"}
_CODE_DIGITS = {"district": 6, "subdistrict": 9}
"""How many of the 12 digits of a division code name the level [domain: section 1, 6+3+3]."""


def write_layer(connection: Connection, name: str, frame: pd.DataFrame) -> Merged:
    """Merge the rows of a layer into its table.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    name : str
        Name of the layer, one of `gridgov.core.layers.LAYERS`.
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        Rows with columns of the layer, or of its table, each key once. Columns that are absent keep what is stored.

    Returns
    -------
    Merged
        How many rows were inserted, updated and already as given. For communities only these are counted, not the
        subdistricts and districts that their columns name.

    Raises
    ------
    NotFoundError
        When there is no such layer.
    InputError
        When a row names another that is not there, or a value does not fit.
    """
    get_layer(name)
    if name == "communities":
        return _write_communities(connection, frame)
    return upsert_frame(connection, LAYER_TABLES[name], frame)


def read_layer(connection: Connection, name: str) -> pd.DataFrame:
    """Read all rows of a layer, ordered by key.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    name : str
        Name of the layer.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        The layer's columns, and for buildings also what was found out about them (`community_id`,
        `households_estimated`, `floors_source`). Geometry in EPSG:4490.

    Raises
    ------
    NotFoundError
        When there is no such layer.
    """
    get_layer(name)
    if name == "communities":
        return _read_communities(connection)
    return read_frame(connection, LAYER_TABLES[name])


def count_layer(connection: Connection, name: str) -> int:
    """Count the rows of a layer.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    name : str
        Name of the layer.

    Returns
    -------
    int
        Rows stored.

    Raises
    ------
    NotFoundError
        When there is no such layer.
    """
    get_layer(name)
    query = select(func.count()).select_from(LAYER_TABLES[name])
    if name == "communities":
        query = query.where(division.c.level == "community")
    return int(connection.execute(query).scalar_one())


def _write_communities(connection: Connection, frame: pd.DataFrame) -> Merged:
    rows = frame.rename(columns=_TO_DIVISION)
    named = [level for level in ("district", "subdistrict") if level in rows.columns]
    if named:
        names = rows.reindex(columns=["district", "subdistrict"]).astype(object)
        names = names.where(names.notna() & (names != ""), None)
        codes = rows["code"] if "code" in rows.columns else pd.Series(None, index=rows.index, dtype=object)
        ids = pd.DataFrame(
            {
                "district": names.district.map(_district_id, na_action="ignore"),
                "subdistrict": [
                    _subdistrict_id(*pair) for pair in zip(names.district, names.subdistrict, strict=True)
                ],
            },
            index=rows.index,
        ).astype(object)
        for level in ("district", "subdistrict"):
            upsert_frame(connection, division, _parents(level, names, ids, codes))
        rows = rows.drop(columns=named).assign(parent_id=ids.subdistrict.where(ids.subdistrict.notna(), ids.district))
    return upsert_frame(connection, division, rows.assign(level="community"))


def _parents(level: str, names: pd.DataFrame, ids: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    rows = pd.DataFrame({"division_id": ids[level], "name": names[level], "code": _prefixes(codes, level)})
    if level == "subdistrict":
        rows["parent_id"] = ids["district"]
    rows = rows[rows.division_id.notna()]
    parents = rows.drop_duplicates("division_id").drop(columns="code").assign(level=level)
    found = rows.dropna(subset="code").groupby("division_id").code.agg(["nunique", "first"])
    # communities of one subdistrict whose codes disagree say nothing about its code
    sure = found.loc[found["nunique"] == 1, "first"]
    return parents.assign(code=parents.division_id.map(sure)) if len(sure) else parents


def _prefixes(codes: pd.Series, level: str) -> pd.Series:
    digits = _CODE_DIGITS[level]
    text = codes.astype("string")
    whole = text.str.fullmatch(r"\d{12}").fillna(False)
    return (text.str.slice(0, digits) + "0" * (12 - digits)).where(whole).astype(object)


def _district_id(name: str) -> str:
    return f"district:{name}"


def _subdistrict_id(district: str | None, name: str | None) -> str | None:
    return None if name is None else f"subdistrict:{district or ''}/{name}"


def _read_communities(connection: Connection) -> gpd.GeoDataFrame:
    frame = read_frame(
        connection,
        """
        SELECT c.division_id AS community_id, c.name,
               CASE p.level WHEN 'subdistrict' THEN p.name END AS subdistrict,
               CASE p.level WHEN 'subdistrict' THEN q.name ELSE p.name END AS district,
               c.code AS division_code, c.kind, c.population, c.geom
        FROM gridgov.division c
        LEFT JOIN gridgov.division p ON p.division_id = c.parent_id
        LEFT JOIN gridgov.division q ON q.division_id = p.parent_id
        WHERE c.level = 'community' ORDER BY c.division_id
        """,
    )
    frame["population"] = frame["population"].astype("Int64")
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=frame.crs)
