"""Reading layers without a database: real layers by their mappings, systems declared, contradicted and swapped."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridgov.core.datums import to_bd09, to_gcj02
from gridgov.errors import CrsError, ForbiddenColumnError
from gridgov.services.reading import LayerSource, read_layer
from gridgov.storage.files import write_layer_file

MAPPINGS = Path(__file__).parents[2] / "data" / "mappings"
CONTROL, CONTROL_4547 = (113.93, 22.75), (492810.27, 2516853.71)


def source_of(mapping: Path) -> str:
    """Name of the real layer that a mapping is for."""
    return (
        mapping.stem.removesuffix("_four").removesuffix("_facilities").removesuffix("_shelters")
        if (mapping.stem.startswith("sz_"))
        else mapping.stem
    )


@pytest.mark.parametrize("mapping", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_real_layer_comes_in_whole(shared_data: Path, mapping: Path) -> None:
    layer = tomllib.loads(mapping.read_text("utf-8"))["layer"]
    begin = time.process_time()
    read = read_layer(LayerSource(shared_data / f"{source_of(mapping)}.parquet", mapping=mapping), layer)
    seconds = time.process_time() - begin
    tidy = read.tidy
    print(f"\n{mapping.stem}: read {tidy.read}, rejected {tidy.rejected}, {seconds:.1f} s", end="")
    assert tidy.read == tidy.accepted_count + tidy.rejected + tidy.duplicate > 0
    assert tidy.rejected <= 0.001 * tidy.read
    assert tidy.duplicate == 0
    assert tidy.accepted.crs.to_epsg() == 4490
    assert seconds < 12


def point(folder: Path, place: tuple[float, float], name: str = "points.csv", columns: str = "x,y") -> Path:
    file = folder / name
    file.write_text(f"shelter_id,name,{columns}\nS1,操场,{place[0]:.9f},{place[1]:.9f}\n", "utf-8")
    return file


@pytest.mark.parametrize(
    ("crs", "place", "swap"),
    [
        ("4490", CONTROL, False),
        ("4326", CONTROL, False),
        ("4547", CONTROL_4547, False),
        ("4547", CONTROL_4547[::-1], True),  # survey sheets call the north x
        ("4526", (38492810.27, 2516853.71), False),
        ("4490", CONTROL[::-1], True),
        ("gcj02", tuple(to_gcj02(np.array([CONTROL]))[0]), False),
        ("bd09", tuple(to_bd09(np.array([CONTROL]))[0]), False),
    ],
)
def test_the_control_point_in_every_system(tmp_path: Path, crs: str, place: tuple[float, float], swap: bool) -> None:
    read = read_layer(LayerSource(point(tmp_path, place), crs=crs, swap=swap), "shelters")
    metric = read.tidy.accepted.to_crs(4547).geometry[0]
    assert metric.distance(shapely.Point(CONTROL_4547)) < 0.02
    assert ("approximate-coordinates" in set(read.tidy.findings["rule"])) == (crs in ("gcj02", "bd09"))


@pytest.mark.parametrize(
    ("crs", "place", "words"),
    [
        (None, CONTROL, "does not say which coordinate system"),
        ("4490", CONTROL[::-1], "--swap"),
        ("4547", CONTROL_4547[::-1], "--swap"),
        ("4490", CONTROL_4547, "metres, not degrees"),
        ("4547", CONTROL, "degrees, not metres"),
        ("4547", (38492810.27, 2516853.71), "EPSG:4526"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, crs: str | None, place: tuple[float, float], words: str) -> None:
    with pytest.raises(CrsError, match=words):
        read_layer(LayerSource(point(tmp_path, place), crs=crs), "shelters")


def test_a_file_that_says_otherwise_needs_a_decision(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"shelter_id": ["S"], "name": ["n"]}, geometry=[shapely.Point(CONTROL_4547)], crs=4548)
    file = write_layer_file(frame, tmp_path / "a.gpkg")
    with pytest.raises(CrsError, match="--force-crs"):
        read_layer(LayerSource(file, crs="4547"), "shelters")
    forced = read_layer(LayerSource(file, crs="4547", force_crs=True), "shelters")
    assert shapely.get_coordinates(forced.tidy.accepted.geometry.to_numpy())[0] == pytest.approx(CONTROL, abs=1e-6)
    assert read_layer(LayerSource(file), "shelters").declared.name == "EPSG:4548"  # type: ignore[union-attr]


def test_geojson_is_wgs_84_unless_declared(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"shelter_id": ["S"], "name": ["n"]}, geometry=[shapely.Point(CONTROL)], crs=4326)
    file = write_layer_file(frame, tmp_path / "a.geojson")
    assert read_layer(LayerSource(file), "shelters").declared.name == "EPSG:4326"  # type: ignore[union-attr]
    assert read_layer(LayerSource(file, crs="gcj02"), "shelters").declared.shift == "gcj02"  # type: ignore[union-attr]


def test_single_misplaced_rows_are_told_apart(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    places = np.column_stack([rng.uniform(113.9, 114.0, 30), rng.uniform(22.5, 22.6, 30)])
    places[3], places[5], places[7] = places[3][::-1], (0, 0), (113.95, 2.55)
    table = pd.DataFrame(
        {"shelter_id": [f"S{n:02d}" for n in range(30)], "name": "n", "经度": places[:, 0], "纬度": places[:, 1]}
    )
    table.to_csv(tmp_path / "a.csv", index=False)
    tidy = read_layer(LayerSource(tmp_path / "a.csv", crs="4490"), "shelters").tidy
    rules = tidy.findings.set_index("row_id")["rule"]
    assert (tidy.accepted_count, tidy.rejected) == (28, 2)
    assert (rules["S03"], rules["S05"], rules["S07"]) == ("outside-system", "outside-system", "far-off")
    assert tidy.refused.index.tolist() == [5, 7, 9]


def test_layers_without_shapes_need_no_system(tmp_path: Path) -> None:
    table = pd.DataFrame({"household_id": ["H"], "building_id": ["B"], "x": [1.0], "y": [2.0]})
    table.to_csv(tmp_path / "a.csv", index=False)
    read = read_layer(LayerSource(tmp_path / "a.csv"), "households")
    assert read.declared is None
    assert "geometry" not in read.tidy.accepted
    houses = pd.DataFrame(
        {"rental_house_id": ["R"], "rooms": [1], "tenants": [2], "let_type": ["day"], "x": None, "y": None}
    )
    houses.to_csv(tmp_path / "b.csv", index=False)
    assert read_layer(LayerSource(tmp_path / "b.csv"), "rental_houses").tidy.accepted_count == 1


def test_rows_stay_in_their_own_system_when_asked(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"community_id": ["C"], "name": ["n"]}, geometry=[shapely.box(5e5, 25e5, 5.1e5, 25.1e5)], crs=4547
    )
    file = write_layer_file(frame, tmp_path / "a.parquet")
    read = read_layer(LayerSource(file), "communities", stored=False)
    assert read.tidy.accepted.crs.to_epsg() == 4547
    assert read.tidy.accepted.geometry[0].equals(frame.geometry[0])


def test_forbidden_columns_are_refused_even_when_not_mapped(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("shelter_id,name,x,y,宗教\nS,n,113.9,22.7,x\n", "utf-8")
    with pytest.raises(ForbiddenColumnError, match="宗教"):
        read_layer(LayerSource(file, crs="4490"), "shelters")
