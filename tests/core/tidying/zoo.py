"""Cells, shapes and whole layers of junk, and short ways to tidy a few cells."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import strategies as st

from gridgov.core.layers import LAYERS, get_layer
from gridgov.core.tidying import TidyResult, tidy_layer

SQUARE = shapely.box(0, 0, 0.001, 0.001)
BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
NAN, INF = float("nan"), float("inf")

SHAPES = st.one_of(
    st.none(),
    st.sampled_from(
        [
            SQUARE,
            BOW_TIE,
            shapely.Polygon(),
            shapely.Point(1, 2),
            shapely.Point(NAN, 2),
            shapely.Point(INF, 2),
            shapely.LineString([(0, 0), (1, 1)]),
            shapely.LineString([(0, 0), (0, 0)]),
            shapely.box(-179, 0, 179, 1),
            shapely.Polygon([(0, 0), (1, 1), (2, 2)]),
            shapely.MultiPolygon([SQUARE, shapely.box(5, 5, 6, 6)]),
            shapely.MultiPoint([(0, 0), (1, 1)]),
            shapely.GeometryCollection([shapely.Point(0, 0), SQUARE]),
            shapely.GeometryCollection([shapely.Point(0, 0)]),
            shapely.GeometryCollection(),
            shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)]),
            shapely.LinearRing([(0, 0), (1, 0), (1, 1)]),
        ]
    ),
)
CELLS = st.one_of(
    st.none(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.booleans(),
    st.text(max_size=12),
    st.sampled_from(
        ["18层", "１８", "是", "否", "1990年1月", "4.4E+17", "hard", "硬", "社区", "日租", "B1", "NULL", " B1 "]
    ),
    st.dates(dt.date(1, 1, 1)),
    st.datetimes(),
    st.binary(max_size=4),
    st.decimals(),
    st.lists(st.integers(), max_size=2),
    st.just(pd.NaT),
    st.just(pd.NA),
)


@st.composite
def junk(draw: st.DrawFn) -> tuple[str, pd.DataFrame]:
    layer = LAYERS[draw(st.sampled_from(sorted(LAYERS)))]
    size = draw(st.integers(0, 12))
    optional = [column.name for column in layer.columns if not column.required]
    names = [column.name for column in layer.columns if column.required]
    names += draw(st.lists(st.sampled_from([*optional, "别的"]), unique=True)) if optional else []
    table = {name: pd.Series(draw(st.lists(CELLS, min_size=size, max_size=size)), dtype=object) for name in names}
    frame = pd.DataFrame(table, index=range(size))
    if layer.geometry_required or draw(st.booleans()):
        shapes = draw(st.lists(SHAPES, min_size=size, max_size=size))
        crs = draw(st.sampled_from([None, 4490, 4547]))
        return layer.name, gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index), crs=crs)
    return layer.name, frame


def tidy(layer: str, **columns: object) -> TidyResult:
    return tidy_layer(pd.DataFrame(columns, dtype=object), get_layer(layer))


def tidy_shape(*shapes: shapely.Geometry | None, layer: str = "buildings", crs: object = 4490) -> TidyResult:
    table = {"barrier_id": "x", "kind": "hard"} if layer == "barriers" else {}
    keys = {get_layer(layer).key: [f"k{n}" for n in range(len(shapes))]}
    return tidy_layer(gpd.GeoDataFrame(table | keys, geometry=list(shapes), crs=crs), get_layer(layer))
