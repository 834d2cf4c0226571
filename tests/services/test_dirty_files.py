"""Dirty files: every kind of defect that real footprint layers have is found by name, and no row is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridgov.services.dividing_files import DividedFiles, divide_files
from gridgov.services.reading import LayerSource
from tests.core.town import CRS, SIDE, make_town

EAST_M, NORTH_M = 492_810.0, 2_516_853.0
"""Where the town lies: coordinates around 0 are refused for what they are."""

Row = dict[str, object]


def shifted(row: Row, x: float, y: float = 0.0) -> Row:
    return row | {"geometry": shapely.transform(row["geometry"], lambda xy: xy + np.array([x, y]))}


def bow_tie(row: Row) -> list[Row]:
    a, b, c, d = shapely.get_coordinates(row["geometry"])[:4].tolist()
    return [row | {"geometry": shapely.Polygon([a, c, b, d])}]


def onto_the_line(row: Row) -> list[Row]:
    return [row | {"geometry": shapely.box(SIDE / 2 - 4, 231, SIDE / 2 + 7, 238)}]


def in_two_parts(row: Row) -> list[Row]:
    x, y, _, _ = shapely.bounds(row["geometry"])
    return [row | {"geometry": shapely.MultiPolygon([row["geometry"], shapely.box(x, y + 12, x + 2, y + 13.5)])}]


DEFECTS: dict[str, tuple[Callable[[Row], list[Row]], set[str]]] = {
    "bow-tie": (bow_tie, {"repaired"}),
    "overlap": (lambda row: [row, shifted(row, 5.0) | {"building_id": "Z8"}], {"overlap", "overlaps-another"}),
    "several parts": (in_two_parts, {"multipart"}),
    "sliver": (lambda row: [row | {"geometry": shapely.centroid(row["geometry"]).buffer(0.6)}], {"sliver"}),
    "empty": (lambda row: [row | {"geometry": shapely.Polygon()}], {"no-geometry"}),
    "no count": (lambda row: [row | {"households": None}], {"unknown-households"}),
    "negative count": (lambda row: [row | {"households": -3.0}], {"unreadable"}),
    "far away": (lambda row: [shifted(row, 60_000.0)], {"outside"}),
    "on a community line": (onto_the_line, {"straddle"}),
    "one id twice": (lambda row: [row, dict(row)], {"duplicate"}),
    "one footprint twice": (lambda row: [row, row | {"building_id": "Z9"}], {"duplicate-geometry", "has-duplicate"}),
}
"""Defect: what it makes of a row, and the rules of which one must name the row."""


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], pd.DataFrame, DividedFiles]:
    """Divide a town with one row of each defect; also the row of each defect and all rows."""
    folder: Path = tmp_path_factory.mktemp("dirty")
    buildings, communities, barriers = make_town(5, blocks=3)
    rows = buildings.astype({"households": "Float64"}).to_dict("records")
    middle = SIDE / 2 + 30
    inner = [k for k, row in enumerate(rows) if row["geometry"].area < 150 and row["geometry"].bounds[2] < middle]
    chosen = dict(zip(DEFECTS, inner[::3], strict=False))
    assert len(chosen) == len(DEFECTS)
    spoilt = [row for k, row in enumerate(rows) if k not in chosen.values()]
    for defect, k in chosen.items():
        spoilt += DEFECTS[defect][0](rows[k])
    frame = gpd.GeoDataFrame(pd.DataFrame(spoilt), geometry="geometry", crs=CRS)
    layers = {"buildings": frame, "communities": communities, "barriers": barriers}
    for name, layer in layers.items():
        placed = shapely.transform(layer.geometry.to_numpy(), lambda xy: xy + np.array([EAST_M, NORTH_M]))
        layer.set_geometry(gpd.GeoSeries(placed, index=layer.index, crs=CRS)).to_parquet(folder / f"{name}.parquet")
    made = divide_files({name: LayerSource(folder / f"{name}.parquet") for name in layers}, folder / "plan")
    return {defect: str(rows[k]["building_id"]) for defect, k in chosen.items()}, frame, made


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_found_by_name(divided, defect):
    where, _, made = divided
    found = made.plan.findings
    rules = set(found.loc[found["row_id"] == where[defect], "rule"])
    assert rules & DEFECTS[defect][1], f"{where[defect]}: {sorted(rules)}"


def test_no_row_of_a_dirty_file_is_lost(divided):
    _, rows, made = divided
    refused = set(made.plan.findings.loc[made.plan.findings["severity"] != "note", "row_id"])
    kept = set(made.plan.atoms["building_id"].dropna())
    assert set(rows["building_id"]) <= kept | refused
    known = rows[rows["building_id"].isin(kept)].drop_duplicates("building_id").set_index("building_id")["households"]
    counted = made.plan.atoms.groupby("building_id")["households"].sum()
    sure = known[known.fillna(-1) >= 0].index
    assert (counted.reindex(sure) == known[sure]).all()
