"""Layers as an analyst gives them: any index, any column type, any coordinate system; or a clear word why not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.crs import choose_metric_crs, find_stretch
from gridgov.core.findings import join_findings, make_findings
from gridgov.core.layers import Column, Layer, get_layer
from gridgov.core.tidying.cells import clean_column
from gridgov.core.tidying.synonyms import SYNONYMS
from gridgov.core.tidying.texts import to_texts
from gridgov.errors import CrsError, InputError

STRETCH_MOST = 0.02
"""A system that makes lengths longer or shorter by more than this share is no system to measure in."""


class GivenGround(NamedTuple):
    """The layers of a district in one metric CRS, with plain columns, and what was found in them."""

    buildings: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame | None
    compounds: gpd.GeoDataFrame | None
    findings: gpd.GeoDataFrame


def take_ground(
    buildings: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    compounds: gpd.GeoDataFrame | None = None,
) -> GivenGround:
    """Take the layers of a district as they are given, and bring all into the CRS of the communities.

    Parameters
    ----------
    buildings, communities, barriers, compounds : geopandas.GeoDataFrame
        As for `divide_district`: ids may be numbers, texts or categories, in a column or the index; counts may be
        texts.

    Returns
    -------
    GivenGround
        Geometry in a column ``geometry``, ids as text, counts as numbers, a fresh index.

    Raises
    ------
    CrsError
        When a layer has no CRS, or that of the communities is not metric.
    InputError
        When something is no GeoDataFrame, or lacks a column.

    Examples
    --------
    >>> square = gpd.GeoDataFrame({"community_id": [7]}, geometry=[shapely.box(0, 0, 9, 9)], crs=4547)
    >>> house = gpd.GeoDataFrame({"households": ["3"]}, geometry=[shapely.box(1, 1, 2, 2)], crs=4547)
    >>> given = take_ground(house, square)
    >>> given.communities.community_id.tolist(), given.buildings.households.tolist()
    (['7'], [3.0])
    """
    found: list[gpd.GeoDataFrame] = []
    people = _take(communities, "communities", None, found)
    if people.crs is None:
        raise _no_crs("communities")
    require_measurable(people)
    houses = name_buildings(_take(buildings, "buildings", people.crs, found))
    lines = None if barriers is None else _take(barriers, "barriers", people.crs, found)
    estates = None if compounds is None else _take(compounds, "compounds", people.crs, found)
    return GivenGround(houses, people, lines, estates, join_findings(found, crs=people.crs))


def take_layer(frame: gpd.GeoDataFrame, name: str, crs: Any = None) -> gpd.GeoDataFrame:
    """Take one layer as it is given.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        The layer.
    name : {"buildings", "communities", "barriers", "compounds"}
        Which it is.
    crs : pyproj.CRS, optional
        System that is wanted; its own if not given.

    Returns
    -------
    geopandas.GeoDataFrame
        As in `take_ground`; what cannot be read is missing.

    Raises
    ------
    CrsError
        When it has no CRS and one is wanted.
    InputError
        When it is no GeoDataFrame, or lacks a column.
    """
    taken = _take(frame, name, crs, [])
    return name_buildings(taken) if name == "buildings" else taken


def to_ids(values: pd.Series) -> pd.Series:
    """Write ids as text, whatever their type: 7, 7.0, "7" and a category of them are one id.

    Parameters
    ----------
    values : pandas.Series
        Ids.

    Returns
    -------
    pandas.Series
        `str`, None where missing; the same index.

    Examples
    --------
    >>> to_ids(pd.Series([440307003003040001, 7])).tolist(), to_ids(pd.Series([7.0, None])).tolist()
    (['440307003003040001', '7'], ['7', None])
    """
    return pd.Series(to_texts(values), index=values.index, dtype=object)


def name_buildings(buildings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each building without an id one that is made from its place.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        Footprints [metric CRS].

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows with `building_id` as text.
    """
    given = buildings["building_id"] if "building_id" in buildings else pd.Series(None, buildings.index, dtype=object)
    ids = to_ids(given).to_numpy(dtype=object).copy()
    missing = pd.isna(ids)
    bounds = shapely.bounds(buildings.geometry.to_numpy())
    ids[missing] = [f"at-{x:.1f}-{y:.1f}" for x, y in bounds[missing, :2]]
    return buildings.assign(building_id=pd.Series(ids, index=buildings.index, dtype=object))


def is_measurable(communities: gpd.GeoDataFrame) -> bool:
    """Tell whether lengths and areas in the coordinate system of a layer are those of the ground.

    Parameters
    ----------
    communities : geopandas.GeoDataFrame
        The district, with a CRS.

    Returns
    -------
    bool
        Whether it is in metres and stretches lengths by 2 % at most.
    """
    stretch = find_stretch(communities)
    return stretch is not None and abs(stretch - 1) <= STRETCH_MOST


def require_measurable(communities: gpd.GeoDataFrame) -> None:
    """Refuse a coordinate system in which lengths and areas are not those of the ground.

    Parameters
    ----------
    communities : geopandas.GeoDataFrame
        The district.

    Raises
    ------
    CrsError
        When it is in degrees or feet, or stretches lengths, as Web Mercator does.
    """
    crs = communities.crs
    if crs is None or not np.isfinite(communities.total_bounds).all():
        return
    if is_measurable(communities):
        return
    stretch = find_stretch(communities)
    local = choose_metric_crs(communities).to_epsg()
    name = f"EPSG:{crs.to_epsg()}" if crs.to_epsg() else crs.name
    why = "is not in metres" if stretch is None else f"makes a metre {stretch:.2f} m long here"
    raise CrsError(
        f"The communities are in {name}, which {why}, so nothing can be measured in it. Convert them first: "
        f"communities.to_crs({local}).",
        crs=name,
        local=local,
    )


def _take(frame: gpd.GeoDataFrame, name: str, crs: Any, found: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    layer = get_layer(name)
    plain = _with_plain_index(_require_frame(frame, name), layer)
    plain = _in_system(plain, name, crs)
    for needed in _NEEDED.get(name, ()):
        if needed not in plain:
            raise InputError(
                f"The {name} have no column {needed!r}; they have {', '.join(map(str, plain.columns))}. "
                "Rename the column that holds it.",
                column=needed,
            )
    if layer.key in plain:
        plain[layer.key] = to_ids(plain[layer.key])
    for column in layer.columns:
        if column.name in plain and column.name != layer.key:
            plain = _read(plain, layer, column, found)
    return plain


_NEEDED = {"communities": ("community_id",), "barriers": ("kind",)}


def _require_frame(frame: object, name: str) -> gpd.GeoDataFrame:
    """Refuse what has no shapes; the column of shapes is called geometry from here on."""
    shapes = getattr(frame, "_geometry_column_name", None)
    if not isinstance(frame, gpd.GeoDataFrame) or shapes not in frame.columns:
        raise InputError(
            f"The {name} are no GeoDataFrame with shapes, but a {type(frame).__name__}. Read them with "
            "geopandas.read_file, or make one: geopandas.GeoDataFrame(table, geometry=shapes, crs=4547)."
        )
    if shapes == "geometry":
        return frame.copy()
    return frame.drop(columns="geometry", errors="ignore").rename_geometry("geometry")


def _with_plain_index(frame: gpd.GeoDataFrame, layer: Layer) -> gpd.GeoDataFrame:
    """Rows numbered from 0; a column of the layer that was the index becomes a column."""
    if isinstance(frame.index, pd.RangeIndex) and frame.index.name is None:
        return frame
    known = {column.name for column in layer.columns}
    wanted = [one for one in frame.index.names if one in known and one not in frame.columns]
    values = {one: frame.index.get_level_values(one).to_numpy() for one in wanted}
    return frame.reset_index(drop=True).assign(**values)


def _in_system(frame: gpd.GeoDataFrame, name: str, crs: Any) -> gpd.GeoDataFrame:
    if crs is None or frame.crs == crs:
        return frame
    if frame.crs is None:
        raise _no_crs(name)
    return frame.to_crs(crs)


def _no_crs(name: str) -> CrsError:
    return CrsError(
        f"The {name} do not say which coordinate system they are in. Declare the one they were drawn in: "
        f"{name}.set_crs(4490), or set_crs(4547) for Shenzhen."
    )


def _read(frame: gpd.GeoDataFrame, layer: Layer, column: Column, found: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Read a column as its type: numbers from texts, words from categories; tell what cannot be read."""
    given = frame[column.name]
    if column.type in ("count", "number"):
        if pd.api.types.is_numeric_dtype(given.dtype) and not isinstance(given.dtype, pd.CategoricalDtype):
            return frame
        number = pd.to_numeric(given.astype(object), errors="coerce")
        odd = (given.notna() & number.isna()).to_numpy()
        values = pd.Series(number.to_numpy(np.float64, na_value=np.nan), frame.index).astype("Float64")
    elif column.values or isinstance(given.dtype, pd.CategoricalDtype):
        odd = np.ones(len(frame), bool)
        values = pd.Series(None, frame.index, dtype=object)
    else:
        return frame
    read = clean_column(to_texts(given[odd]), column, {}, SYNONYMS.get((layer.name, column.name), {}))
    values[odd] = read.values.to_numpy() if column.type == "text" else read.values.astype("Float64").array
    complaints = np.full(len(frame), None, dtype=object)
    complaints[odd] = read.complaints
    refused = np.zeros(len(frame), bool)
    if column.required and column.values:
        refused = values.isna().to_numpy()
        complaints[refused & (complaints == None)] = f"{column.name} is empty"  # noqa: E711
    _tell(frame, layer, column, values, complaints, refused, found)
    return frame.assign(**{column.name: values})[~refused].reset_index(drop=True)


def _tell(
    frame: gpd.GeoDataFrame,
    layer: Layer,
    column: Column,
    values: pd.Series,
    complaints: np.ndarray,
    refused: np.ndarray,
    found: list[gpd.GeoDataFrame],
) -> None:
    ids = frame[layer.key].to_numpy(dtype=object) if layer.key in frame else np.full(len(frame), None, dtype=object)
    ids = np.array([one if pd.notna(one) else f"row {k}" for k, one in enumerate(ids)], dtype=object)
    told = np.array([one is not None for one in complaints], bool)
    rounded = told & values.notna().to_numpy()
    for some, rule, severity, action in (
        (told & refused, "unreadable", "error", "The row was refused; correct it and send it again."),
        (told & ~refused & ~rounded, "unreadable", "warning", _EMPTIED),
        (rounded, "fraction", "warning", "Counted up, so that nobody is lost; correct it and send the row again."),
    ):
        said = [text if text.endswith("is empty") else f"{column.name}: {text}" for text in complaints[some]]
        shapes = _placed(frame.geometry.to_numpy()[some])
        found.append(make_findings(layer.name, ids[some], rule, severity, said, action, shapes, frame.crs))


_EMPTIED = "The cell was left empty; correct it and send the row again."


def _placed(shapes: Iterable[Any]) -> list[Any]:
    return [one if np.isfinite(shapely.bounds(one)).all() else None for one in shapes]
