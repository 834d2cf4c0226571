"""Layers as an analyst has them in a notebook: any index, any type of column, any coordinate system."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from shapely import LineString, box

from gridgov.core import divide_district, judge_plan
from gridgov.core.given import take_ground, to_ids
from gridgov.core.overlay import assign_households
from gridgov.errors import CrsError, InputError

from .fabric_checks import CRS, PLACE

GROUND = box(0, 0, 90, 60)


def _placed(shapes):
    return [shapely.transform(shape, lambda xy: xy + PLACE) for shape in shapes]


@pytest.fixture
def layers() -> dict[str, gpd.GeoDataFrame]:
    """Forty houses in two communities beside a river."""
    houses = [box(x, y, x + 7, y + 7) for x in range(1, 80, 10) for y in range(1, 50, 12)]
    count = len(houses)
    return {
        "buildings": gpd.GeoDataFrame(
            {"building_id": [str(100 + k) for k in range(count)], "households": np.arange(count) % 9, "floors": 3},
            geometry=_placed(houses),
            crs=CRS,
        ),
        "communities": gpd.GeoDataFrame(
            {"community_id": ["1", "2"], "name": ["甲", "乙"]},
            geometry=_placed([box(0, 0, 45, 60), box(45, 0, 90, 60)]),
            crs=CRS,
        ),
        "barriers": gpd.GeoDataFrame(
            {"kind": ["hard", "soft"]},
            geometry=_placed([LineString([(0, 30), (90, 30)]), LineString([(20, 0), (20, 60)])]),
            crs=CRS,
        ),
        "compounds": gpd.GeoDataFrame(
            {"compound_id": ["9"], "kind": ["residential"]}, geometry=_placed([box(46, 0, 70, 29)]), crs=CRS
        ),
    }


def _arrow(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    plain = pd.DataFrame(frame.drop(columns="geometry")).convert_dtypes(dtype_backend="pyarrow")
    return gpd.GeoDataFrame(plain, geometry=frame.geometry, crs=frame.crs)


def _categories(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    texts = [name for name in frame.columns if frame[name].dtype == object]
    return frame.astype(dict.fromkeys(texts, "category"))


def _numbers(frame: gpd.GeoDataFrame, kind: object) -> gpd.GeoDataFrame:
    keys = [name for name in frame.columns if name.endswith("_id")]
    return frame.assign(**{name: pd.Series(frame[name].astype(int), frame.index).astype(kind) for name in keys})


def _texts(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.assign(**{name: frame[name].astype(str) for name in ("households", "floors") if name in frame})


WAYS = {
    "shuffled": lambda frame: frame.sample(frac=1, random_state=1),
    "one index for all": lambda frame: frame.set_index(np.zeros(len(frame), int)),
    "key as index": lambda frame: frame.set_index(frame.columns[0]) if "_id" in frame.columns[0] else frame,
    "key as index and column": lambda frame: frame.set_index(frame.columns[0], drop=False),
    "columns turned": lambda frame: frame[frame.columns[::-1]],
    "another name of the shapes": lambda frame: frame.rename_geometry("geom"),
    "categories": _categories,
    "arrow": _arrow,
    "string dtype": lambda frame: frame.astype(
        {name: "string" for name in frame.columns if frame[name].dtype == object}
    ),
    "ids as Int64": lambda frame: _numbers(frame, "Int64"),
    "ids as float": lambda frame: _numbers(frame, float),
    "ids as arrow numbers": lambda frame: _numbers(frame, pd.ArrowDtype(pa.int64())),
    "counts as texts": _texts,
    "counts as float": lambda frame: frame.astype({"households": float}) if "households" in frame else frame,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_plan_from_layers_of_any_making(layers, way):
    plain = divide_district(**layers)
    given = {name: WAYS[way](layer) for name, layer in layers.items()}
    plan = divide_district(**given)
    pd.testing.assert_frame_equal(plan.atoms, plain.atoms)
    assert not len(plan.findings[plan.findings.severity == "error"])
    judged = judge_plan(plan.cells, plan.atoms, given["buildings"], given["communities"], given["barriers"])
    seen = judged.set_index("measure").value
    assert seen["households_in"] == seen["households_out"] == layers["buildings"].households.sum()
    assert seen["area_error_max"] < 1e-6


def test_every_layer_may_have_its_own_system(layers):
    given = {
        "buildings": layers["buildings"].to_crs(4490),
        "communities": layers["communities"],
        "barriers": layers["barriers"].to_crs(3857),
        "compounds": layers["compounds"].to_crs(4526),
    }
    plan, plain = divide_district(**given), divide_district(**layers)
    assert plan.cells.crs == layers["communities"].crs
    assert plan.atoms.households.sum() == plain.atoms.households.sum()
    assert plan.cells.building_id.tolist() == plain.cells.building_id.tolist()
    assert len(plan.clusters) == len(plain.clusters)


@pytest.mark.parametrize("crs", [4490, 4326, 3857, 3395, 2227])
def test_a_system_that_nothing_can_be_measured_in_is_refused(layers, crs):
    with pytest.raises(CrsError, match=r"nothing can be measured.*communities\.to_crs\(4547\)"):
        divide_district(**{name: layer.to_crs(crs) for name, layer in layers.items()})


@pytest.mark.parametrize("crs", [4547, 4526, 32650, 2383])
def test_plane_systems_in_metres_are_all_good(layers, crs):
    plan = divide_district(**{name: layer.to_crs(crs) for name, layer in layers.items()})
    assert plan.atoms.households.sum() == layers["buildings"].households.sum()


@pytest.mark.parametrize("name", ["buildings", "communities", "barriers", "compounds"])
def test_a_layer_that_does_not_say_its_system_is_refused(layers, name):
    layers[name] = layers[name].set_crs(None, allow_override=True)
    with pytest.raises(CrsError, match=f"The {name} do not say which coordinate system"):
        divide_district(**layers)


def test_what_is_no_layer_is_refused_with_the_way_out(layers):
    table = pd.DataFrame(layers["buildings"].drop(columns="geometry"))
    with pytest.raises(InputError, match=r"The buildings are no GeoDataFrame.*GeoDataFrame\(table"):
        divide_district(table, layers["communities"])
    with pytest.raises(InputError, match="The communities have no column 'community_id'; they have name"):
        divide_district(layers["buildings"], layers["communities"].drop(columns="community_id"))
    with pytest.raises(InputError, match="The barriers have no column 'kind'"):
        divide_district(layers["buildings"], layers["communities"], layers["barriers"].drop(columns="kind"))
    with pytest.raises(InputError, match="There is no effort 'best'; give 'default' or 'quality'"):
        divide_district(layers["buildings"], layers["communities"], effort="best")


def test_words_of_offices_are_read_and_others_named(layers):
    layers["barriers"] = layers["barriers"].assign(kind=["河流", "wall"])
    layers["buildings"] = layers["buildings"].assign(
        households=["4户", "约5", *["3"] * (len(layers["buildings"]) - 2)]
    )
    given = take_ground(**layers)
    assert given.barriers.kind.tolist() == ["hard"]
    assert given.buildings.households[:3].tolist() == [4, pd.NA, 3]
    told = given.findings[["layer", "row_id", "rule", "severity", "detail"]].to_numpy().tolist()
    assert told == [
        ["buildings", "101", "unreadable", "warning", "households: '约5' is not a whole number"],
        ["barriers", "row 1", "unreadable", "error", "kind: 'wall' is none of hard, soft, minor"],
    ]


def test_ids_of_eighteen_digits_keep_them():
    ids = pd.Series([440307003003040001, 440307003003040002])
    assert to_ids(ids).tolist() == ["440307003003040001", "440307003003040002"]


def test_households_find_their_building_whatever_the_type_of_the_id(layers):
    plan = divide_district(**layers)
    homes = pd.DataFrame({"household_id": ["h1", "h2"], "building_id": [103, 104]})
    placed, found = assign_households(homes, plan.atoms)
    assert placed.cluster_id.notna().all()
    assert found.empty
