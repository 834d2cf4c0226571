"""Files that are of another place, or of which nothing can be used, are named before anything is divided."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gridgov.errors import InputError
from gridgov.sample import make_district
from gridgov.services.dividing_files import divide_files
from gridgov.services.ground_files import read_ground_files, read_groups
from gridgov.services.judging import judge_files
from gridgov.services.reading import LayerSource
from gridgov.services.revising_files import adopt_files, revise_files

LAYERS = ("buildings", "communities", "barriers")


@pytest.fixture(scope="module")
def district() -> dict[str, gpd.GeoDataFrame]:
    return {name: make_district(300, 7)[name] for name in LAYERS}


def write(layers: dict[str, gpd.GeoDataFrame], folder: Path) -> dict[str, LayerSource]:
    for name, layer in layers.items():
        layer.to_parquet(folder / f"{name}.parquet")
    return {name: LayerSource(folder / f"{name}.parquet") for name in layers}


def points(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer.set_geometry(layer.geometry.representative_point())


def far(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer.set_geometry(layer.geometry.translate(30_000, 0))


USELESS = {
    "no rows": ("buildings", lambda layer: layer.iloc[:0], "buildings.parquet has no rows.*right file"),
    "no communities": ("communities", lambda layer: layer.iloc[:0], "communities.parquet has no rows"),
    "points for footprints": ("buildings", points, "no usable building: .* rows were refused, the first because"),
    "points for rivers": ("barriers", points, "no usable barrier"),
    "no known kind": ("barriers", lambda layer: layer.assign(kind="wall"), "no usable barrier.*'wall' is none of"),
    "another place": ("buildings", far, "None of the .* lies in a community.*114.29.*114.00"),
    "another zone": (
        "buildings",
        lambda layer: layer.set_crs(4549, allow_override=True),
        "None of the .* lies in a community.*120.00.*114.00",
    ),
}


@pytest.mark.parametrize("case", USELESS)
def test_a_layer_of_which_nothing_can_be_used_is_refused(case, district, tmp_path):
    name, spoil, said = USELESS[case]
    sources = write({**district, name: spoil(district[name])}, tmp_path)
    with pytest.raises(InputError, match=said):
        divide_files(sources, tmp_path / "plan")
    assert not (tmp_path / "plan").exists()


def test_barriers_there_are_none_of_are_no_mistake_and_those_elsewhere_are_told(district, tmp_path):
    none = read_ground_files(write({**district, "barriers": district["barriers"].iloc[:0]}, tmp_path))
    assert not len(none.findings) and not len(none.layers["barriers"])
    elsewhere = read_ground_files(write({**district, "barriers": far(district["barriers"])}, tmp_path))
    assert elsewhere.findings["rule"].tolist() == ["outside"]
    assert elsewhere.findings["row_id"].tolist() == ["barriers.parquet"]


def test_a_plan_of_another_district_is_refused(district, tmp_path):
    sources = write(district, tmp_path)
    divide_files(sources, tmp_path / "plan")
    moved = write({name: far(layer) for name, layer in district.items()}, tmp_path_of(tmp_path, "far"))
    renamed = district["buildings"].assign(building_id="X" + district["buildings"]["building_id"])
    others = write({**district, "buildings": renamed}, tmp_path_of(tmp_path, "renamed"))
    for act in (
        lambda s: revise_files(tmp_path / "plan", s, tmp_path / "new"),
        lambda s: judge_files(tmp_path / "plan", s),
    ):
        with pytest.raises(InputError, match=r"a plan of another place.*114.*114"):
            act(moved)
        with pytest.raises(InputError, match=r"No building of the plan.*keep it from one delivery"):
            act(others)
    drawn = tmp_path / "plan" / "clusters.parquet"
    for act in (lambda s: adopt_files(drawn, s, tmp_path / "new"), lambda s: judge_files(drawn, s)):
        with pytest.raises(InputError, match="is of another place"):
            act(moved)
    assert not (tmp_path / "new").exists()


def tmp_path_of(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def test_clusters_drawn_elsewhere_must_be_areas_with_ids(district, tmp_path):
    communities = district["communities"]
    with pytest.raises(InputError, match=r"is a folder.*gridgov revise"):
        read_groups(tmp_path, communities)
    drawn = communities[["geometry"]].assign(id="a")
    points(drawn).to_parquet(tmp_path / "points.parquet")
    with pytest.raises(InputError, match=r"no polygons .Point."):
        read_groups(tmp_path / "points.parquet", communities)
    drawn.assign(id=" ").to_parquet(tmp_path / "nameless.parquet")
    with pytest.raises(InputError, match="without an 'id'"):
        read_groups(tmp_path / "nameless.parquet", communities)


def test_ids_of_numbers_and_texts_are_texts(district, tmp_path, recwarn):
    rows = json.loads(district["buildings"].to_crs(4326).to_json())
    for number, row in enumerate(rows["features"][:5]):
        row["properties"]["building_id"] = number + 1
    (tmp_path / "buildings.geojson").write_text(json.dumps(rows), encoding="utf-8")
    sources = write({name: district[name] for name in ("communities", "barriers")}, tmp_path)
    read = read_ground_files({**sources, "buildings": LayerSource(tmp_path / "buildings.geojson")})
    assert {"1", "5"} <= set(read.layers["buildings"]["building_id"])
    assert not [one for one in recwarn if "parse" in str(one.message)]
    assert shapely.is_valid(read.layers["buildings"].geometry.to_numpy()).all()


def test_communities_in_web_mercator_are_measured_on_the_ground(district, tmp_path):
    sources = write({**district, "communities": district["communities"].to_crs(3857)}, tmp_path)
    assert read_ground_files(sources).layers["communities"].crs.to_epsg() == 4547
