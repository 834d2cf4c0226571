"""Importing into a real database: all or nothing, twice is once, rows that name unknown ones."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import Engine, text

from gridgov.core.datums import to_gcj02
from gridgov.errors import CrsError, ForbiddenColumnError, InputError
from gridgov.services.findings_out import write_findings
from gridgov.services.importing import ImportReport, import_layer
from gridgov.services.reading import LayerSource
from gridgov.storage.audit import list_audit
from gridgov.storage.files import read_layer_file, write_layer_file
from gridgov.storage.imports import read_import
from gridgov.storage.layers import read_layer

pytestmark = pytest.mark.postgis
ZONE = 4547
EAST, NORTH = 492_000.0, 2_516_000.0


@pytest.fixture
def fresh(engine: Engine) -> Engine:
    """The module's database with all layers emptied."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "TRUNCATE gridgov.import_run, gridgov.household, gridgov.building, gridgov.division, "
                "gridgov.resident, gridgov.rental_house, gridgov.volunteer CASCADE"
            )
        )
    return engine


def square(column: float, row: float, size: float = 10.0) -> shapely.Polygon:
    return shapely.box(EAST + column, NORTH + row, EAST + column + size, NORTH + row + size)


def communities() -> gpd.GeoDataFrame:
    shapes = [square(0, 0, 1000), square(1000, 0, 1000)]
    table = {"community_id": ["440309001001", "440309001002"], "name": ["东", "西"], "subdistrict": "民治"}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=ZONE)


def buildings(count: int = 60) -> gpd.GeoDataFrame:
    places = np.random.default_rng(4).permutation(96 * 48)[:count]
    shapes = [square(20.0 * (place % 96), 20.0 * (place // 96)) for place in places]
    table = {"building_id": [f"B{n:03d}" for n in range(count)], "households": 12, "floors": 6, "use": "住宅"}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=ZONE)


def bring(engine: Engine, folder: Path, layer: str, frame: pd.DataFrame, **options: object) -> ImportReport:
    file = write_layer_file(frame, folder / f"{layer}.parquet")
    return import_layer(engine, layer, LayerSource(file, **options))  # type: ignore[arg-type]


def test_a_file_becomes_a_layer_and_again_changes_nothing(fresh: Engine, tmp_path: Path) -> None:
    bring(fresh, tmp_path, "communities", communities())
    first = bring(fresh, tmp_path, "buildings", buildings())
    assert (first.run.read, first.run.accepted, first.merged.inserted) == (60, 60, 60)
    again = bring(fresh, tmp_path, "buildings", buildings())
    assert (again.merged.inserted, again.merged.updated, again.merged.unchanged) == (0, 0, 60)
    assert again.run.sha256 == first.run.sha256
    with fresh.connect() as connection:
        stored = read_layer(connection, "buildings")
        run, findings = read_import(connection, first.run.import_id)
        audit = list_audit(connection, act="import", subject="layer:buildings")
    assert stored.crs.to_epsg() == 4490
    assert set(stored["community_id"]) == {"440309001001", "440309001002"}
    assert shapely.hausdorff_distance(
        stored.to_crs(ZONE).geometry.to_numpy(), buildings().geometry.to_numpy()
    ).max() == pytest.approx(0, abs=1e-6)
    assert run == first.run
    assert len(findings) == len(first.findings)
    assert [row.facts["unchanged"] for row in audit] == [60, 0]


def test_row_order_does_not_matter(fresh: Engine, tmp_path: Path) -> None:
    first = bring(fresh, tmp_path, "buildings", buildings())
    shuffled = bring(fresh, tmp_path, "buildings", buildings().sample(frac=1, random_state=2))
    assert first.run.sha256 != shuffled.run.sha256
    assert shuffled.merged.unchanged == 60


def test_communities_after_buildings_give_buildings_their_community(fresh: Engine, tmp_path: Path) -> None:
    early = bring(fresh, tmp_path, "buildings", buildings())
    assert "outside-communities" not in set(early.findings["rule"])
    assert bring(fresh, tmp_path, "communities", communities()).relinked == 60
    with fresh.connect() as connection:
        assert read_layer(connection, "buildings")["community_id"].notna().all()


def test_a_building_outside_is_accepted_with_a_warning(fresh: Engine, tmp_path: Path) -> None:
    bring(fresh, tmp_path, "communities", communities())
    frame = pd.concat([buildings(), buildings(1).assign(building_id="FAR").translate(5000, 0).to_frame("geometry")])
    frame = gpd.GeoDataFrame(frame, geometry="geometry", crs=ZONE).fillna({"building_id": "FAR", "use": "住宅"})
    report = bring(fresh, tmp_path, "buildings", frame)
    assert report.run.accepted == 61
    found = report.findings.set_index("rule").loc[["outside-communities"]]
    assert found["row_id"].tolist() == ["FAR"]
    assert found["severity"].tolist() == ["warning"]


def test_a_dry_run_stores_nothing_and_reports_the_same(fresh: Engine, tmp_path: Path) -> None:
    file = write_layer_file(communities(), tmp_path / "c.gpkg", "communities")
    report = import_layer(fresh, "communities", LayerSource(file), dry_run=True)
    assert (report.run.accepted, report.merged.inserted, report.stored) == (2, 2, False)
    with fresh.connect() as connection:
        assert len(read_layer(connection, "communities")) == 0
        assert connection.execute(text("SELECT count(*) FROM gridgov.import_run")).scalar_one() == 0


def test_a_household_of_an_unknown_building_is_refused_not_a_crash(fresh: Engine, tmp_path: Path) -> None:
    bring(fresh, tmp_path, "buildings", buildings())
    table = {"户编码": ["H1", "H2", "H3"], "楼栋编码": ["B001", "B999", "B002"], "单元": ["1单元", "2", "x"]}
    report = bring(fresh, tmp_path, "households", pd.DataFrame(table))
    assert (report.run.read, report.run.accepted, report.run.rejected, report.run.duplicate) == (3, 2, 1, 0)
    assert "unknown-building" in set(report.findings["rule"])
    written = write_findings(report, tmp_path / "rows.xlsx")
    assert "B999" in read_layer_file(written).frame.astype(str).to_numpy().ravel().tolist()
    residents = pd.DataFrame({"resident_id": ["R1", "R2"], "household_id": ["H1", "H2"], "独居老人": ["是", "否"]})
    assert bring(fresh, tmp_path, "residents", residents).run.rejected == 1


def test_a_rental_house_of_an_unknown_building_keeps_its_place(fresh: Engine, tmp_path: Path) -> None:
    bring(fresh, tmp_path, "buildings", buildings())
    houses = gpd.GeoDataFrame(
        {
            "rental_house_id": ["A", "B"],
            "building_id": ["B001", "nowhere"],
            "rooms": 3,
            "tenants": 4,
            "let_type": "月租",
        },
        geometry=[square(1, 1), square(3, 3)],
        crs=ZONE,
    )
    report = bring(fresh, tmp_path, "rental_houses", houses)
    assert report.run.accepted == 2
    with fresh.connect() as connection:
        stored = read_layer(connection, "rental_houses")
    assert stored["building_id"].tolist() == ["B001", None]
    assert set(stored.geom_type) == {"Point"}


def test_a_file_is_all_or_nothing(fresh: Engine, tmp_path: Path) -> None:
    bring(fresh, tmp_path, "communities", communities())
    bad = buildings().assign(民族="x")
    with pytest.raises(ForbiddenColumnError, match="民族"):
        bring(fresh, tmp_path, "buildings", bad)
    with pytest.raises(CrsError, match="--crs"):
        bring(fresh, tmp_path, "buildings", buildings().set_crs(None, allow_override=True))
    with pytest.raises(InputError, match="needs shapes"):
        bring(fresh, tmp_path, "buildings", pd.DataFrame(buildings().drop(columns="geometry")))
    with fresh.connect() as connection:
        assert len(read_layer(connection, "buildings")) == 0
        assert list(connection.execute(text("SELECT layer FROM gridgov.import_run")).scalars()) == ["communities"]


def test_an_undeclared_shift_is_flagged_and_a_declared_one_undone(fresh: Engine, tmp_path: Path) -> None:
    bring(fresh, tmp_path, "communities", communities())
    true = buildings().to_crs(4326)
    shapes = shapely.transform(true.geometry.to_numpy(), to_gcj02)
    bent = true.set_geometry(gpd.GeoSeries(shapes, crs=4326))
    flagged = bring(fresh, tmp_path, "buildings", bent, crs="4326")
    assert "datum-shift" in set(flagged.findings["rule"])
    assert "GCJ-02" in flagged.findings.set_index("rule").loc["datum-shift", "detail"]
    undone = bring(fresh, tmp_path, "buildings", bent, crs="gcj02")
    assert undone.approximate
    assert {"approximate-coordinates"} == set(undone.findings["rule"]) - {"ignored-columns"}
    with fresh.connect() as connection:
        stored = read_layer(connection, "buildings").to_crs(ZONE)
    assert stored.geometry.distance(buildings().geometry.set_axis(stored.index)).max() < 0.001
    assert undone.run.crs == "gcj02"


def test_an_estimate_gives_way_to_a_count_and_not_to_an_empty_cell(fresh: Engine, tmp_path: Path) -> None:
    partly = buildings(3).assign(
        households=pd.array([pd.NA, 5, pd.NA], dtype="Int64"), floors=pd.array([6, pd.NA, 6], dtype="Int64")
    )
    first = bring(fresh, tmp_path, "buildings", partly)
    assert first.estimated == 3
    again = bring(fresh, tmp_path, "buildings", partly)
    assert (again.merged.unchanged, again.estimated) == (3, 0)
    bring(fresh, tmp_path, "buildings", partly.assign(households=pd.array([7, 5, pd.NA], dtype="Int64")))
    with fresh.connect() as connection:
        stored = read_layer(connection, "buildings")
    assert stored["households"].tolist() == [7, 5, 6]
    assert stored["households_estimated"].tolist() == [False, False, True]
    assert stored["floors_source"].tolist() == ["given", "use", "given"]


def test_estimates_of_places_far_apart_use_each_its_own_zone(fresh: Engine, tmp_path: Path) -> None:
    here = buildings(2).drop(columns=["households"])
    there = here.to_crs(4490).translate(6, 14).to_crs(4549).rename("geometry")
    far = gpd.GeoDataFrame(here.drop(columns="geometry").assign(building_id=["F1", "F2"]), geometry=there)
    bring(fresh, tmp_path, "buildings", here)
    bring(fresh, tmp_path, "buildings", far)
    with fresh.connect() as connection:
        stored = read_layer(connection, "buildings").set_index("building_id")
    area_m2 = far.geometry.area.to_numpy()
    assert stored.loc[["B000", "B001"], "households"].tolist() == [6, 6]
    assert stored.loc[["F1", "F2"], "households"].tolist() == np.round(6 * area_m2 * 0.95 / 90).tolist()


@pytest.mark.parametrize(
    ("layer", "name"),
    [("communities", "yc_communities"), ("shelters", "tw_shelters"), ("communities", "sz_streets")],
)
def test_real_layers_come_in_by_the_same_road(fresh: Engine, shared_data: Path, layer: str, name: str) -> None:
    mapping = Path(__file__).parents[2] / "data" / "mappings" / f"{name}.toml"
    source = LayerSource(shared_data / f"{name}.parquet", mapping=mapping)
    first, again = import_layer(fresh, layer, source), import_layer(fresh, layer, source)
    assert first.run.accepted > 0
    assert first.run.read == first.run.accepted + first.run.rejected + first.run.duplicate
    assert again.merged.unchanged == first.run.accepted
