"""What goes in by COPY comes out again, whatever the values; what does not fit is refused by name."""

from __future__ import annotations

import time
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from gridgov.errors import ConflictError, CrsError, InputError
from gridgov.storage.frames import read_frame, write_frame
from gridgov.storage.tables import audit, building, household, rental_house, shelter

COLUMNS = ["building_id", "households", "height_m", "name", "geometry"]
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


def test_buildings_come_back_as_they_went(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    assert write_frame(connection, building, buildings) == 4
    back = read_frame(connection, building)
    assert back.crs == "EPSG:4490"
    expected = buildings.to_crs(4490)
    assert_geodataframe_equal(back[COLUMNS], expected[COLUMNS], check_like=True)
    assert back.households_estimated.tolist() == [False] * 4
    assert back.dtypes[["households", "height_m", "households_estimated"]].astype(str).tolist() == [
        "Int64", "float64", "bool",
    ]  # fmt: skip


def test_the_tile_column_is_made_by_the_database(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    write_frame(connection, building, buildings)
    tiles = read_frame(
        connection, "SELECT building_id, geom_3857 FROM gridgov.building ORDER BY 1", geometry="geom_3857"
    )
    assert tiles.crs == "EPSG:3857"
    expected = buildings.to_crs(3857).geometry
    assert shapely.hausdorff_distance(tiles.geometry.to_numpy(), expected.to_numpy()).max() < 1e-6


def test_the_control_point_keeps_its_place(connection: Connection) -> None:
    # 113.93 E 22.75 N is 492810.27, 2516853.71 in EPSG:4547
    point = gpd.GeoDataFrame(
        {"shelter_id": ["S"], "name": ["校"]}, geometry=gpd.points_from_xy([492810.27], [2516853.71]), crs=4547
    )
    write_frame(connection, shelter, point)
    stored = connection.execute(text("SELECT ST_X(geom), ST_Y(geom), ST_SRID(geom) FROM gridgov.shelter")).one()
    assert stored == pytest.approx((113.93, 22.75, 4490), abs=1e-7)


@FEW
@given(
    rows=st.lists(
        st.tuples(
            TEXTS,
            st.none() | st.integers(0, 2**31 - 1),
            st.none() | st.booleans(),
            st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)),
            st.none() | st.tuples(st.floats(-180, 180), st.floats(-85, 85)),
        ),
        max_size=8,
    )
)
def test_any_values_come_back(connection: Connection, rows: list[tuple[object, ...]]) -> None:
    names = ["name", "count", "yes", "day", "place"]
    table = pd.DataFrame(rows, columns=names, dtype=object)
    frame = gpd.GeoDataFrame(
        {
            "rental_house_id": [f"{number:02d}" for number in range(len(rows))],
            "building_id": None,
            "rooms": 1,
            "tenants": 2,
            "let_type": "month",
            "house_class": None,
            "permits_due": pd.array(table["count"], dtype="Int64"),
            "letter_signed": pd.array(table.yes, dtype="boolean"),
            "visited_on": table.day,
        },
        geometry=gpd.GeoSeries([None if place is None else shapely.Point(place) for place in table.place], crs=4490),
        crs=4490,
    )
    with connection.begin_nested() as nested:
        write_frame(connection, rental_house, frame)
        back = read_frame(connection, rental_house)
        nested.rollback()
    assert back.rental_house_id.tolist() == frame.rental_house_id.tolist()
    assert back.permits_due.astype(object).where(back.permits_due.notna(), None).tolist() == table["count"].tolist()
    assert back.letter_signed.astype(object).where(back.letter_signed.notna(), None).tolist() == table.yes.tolist()
    days = np.array([None if pd.isna(day) else day for day in table.day], dtype="datetime64[D]")
    stored = back.visited_on.to_numpy().astype("datetime64[D]")
    assert stored.view("int64").tolist() == days.view("int64").tolist()
    assert [None if one is None else (one.x, one.y) for one in back.geometry] == table.place.tolist()


@FEW
@given(texts=st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_comes_back(connection: Connection, texts: list[str | None]) -> None:
    frame = pd.DataFrame(
        {"actor": [one or "" for one in texts], "act": "a", "object": "b", "facts": [{"t": t} for t in texts]}
    )
    with connection.begin_nested() as nested:
        write_frame(connection, audit, frame)
        back = read_frame(connection, select(audit.c.actor, audit.c.facts).order_by(audit.c.audit_id))
        nested.rollback()
    assert back.actor.tolist() == frame.actor.tolist()
    assert [fact["t"] for fact in back.facts] == texts


def test_an_empty_frame_and_an_empty_answer(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    assert write_frame(connection, building, buildings.iloc[:0]) == 0
    back = read_frame(connection, building)
    assert len(back) == 0
    assert back.crs == "EPSG:4490"
    assert str(back.households.dtype) == "Int64"


def test_a_query_takes_parameters(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    write_frame(connection, building, buildings)
    query = "SELECT building_id, households::bigint AS n FROM gridgov.building WHERE households > :least ORDER BY 1"
    expected = pd.DataFrame({"building_id": ["B1", "B4"], "n": [3, 12]})
    assert_frame_equal(read_frame(connection, query, {"least": 1}), expected)
    chosen = select(building.c.building_id).where(building.c.building_id.in_(["B2", "B3"])).order_by("building_id")
    assert read_frame(connection, chosen).building_id.tolist() == ["B2", "B3"]


def test_height_is_left_out_and_the_place_stays(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    raised = buildings.set_geometry(
        gpd.GeoSeries(shapely.force_3d(buildings.geometry.to_numpy(), 12.0), crs=buildings.crs)
    )
    write_frame(connection, building, raised)
    assert not read_frame(connection, building).has_z.any()


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("households", [1.5, 2, 3, 4], "'households'.*integer"),
        ("households", ["many", None, None, None], "'households'.*integer"),
        ("households", [-1, 0, 0, 0], "the value of its households is too small"),
        ("building_id", [44030700.0, 2.0, 3.0, 4.0], "'building_id'.*decimal"),
        ("building_id", ["B1", "B2", None, "B4"], "building_id"),
        ("community_id", ["K1", None, None, None], "its community_id names something that is not stored"),
        ("name", ["a\x00b", "", "", ""], "refused a row"),
        ("colour", ["red"] * 4, "no column 'colour'"),
        ("geom_3857", [None] * 4, "no column 'geom_3857'"),
    ],
)
def test_values_that_do_not_fit_are_named(
    connection: Connection, buildings: gpd.GeoDataFrame, column: str, values: list[object], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        write_frame(connection, building, buildings.assign(**{column: values}))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), "invalid"),
        (shapely.Polygon(), "empty"),
        (shapely.box(492810, 2516853, 492820, 2516863), "outside the world"),
        (shapely.Polygon([(0, 0), (np.nan, 1), (1, 1)]), "invalid|outside"),
        (shapely.Polygon([(0, 0), (np.inf, 1), (1, 1)]), "outside"),
        (shapely.Point(113, 22), "another kind than this layer takes"),
        (None, "geom"),
    ],
)
def test_geometries_that_do_not_fit_are_named(connection: Connection, shape: object, said: str) -> None:
    frame = gpd.GeoDataFrame(
        {"building_id": ["good", "bad"]},
        geometry=np.array([shapely.box(113, 22, 113.1, 22.1), shape], dtype=object),
        crs=4490,
    )
    with pytest.raises(InputError, match=said):
        write_frame(connection, building, frame)


@pytest.mark.parametrize(
    "shape",
    [
        "POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))",
        "POLYGON EMPTY",
        "POLYGON((400 0, 401 0, 401 1, 400 0))",
        "POLYGON((0 0, 'NaN' 1, 1 1, 0 0))".replace("'", ""),
        "LINESTRING(0 0, 1 1)",
    ],
)
def test_the_database_itself_refuses_bad_geometry(connection: Connection, shape: str) -> None:
    insert = text("INSERT INTO gridgov.building (building_id, geom) VALUES ('x', ST_GeomFromText(:shape, 4490))")
    with pytest.raises(Exception, match=r"check constraint|parse error|transform"):
        connection.execute(insert, {"shape": shape})


def test_another_srid_is_refused_by_the_database(connection: Connection) -> None:
    with pytest.raises(Exception, match="SRID"):
        connection.execute(
            text("INSERT INTO gridgov.building (building_id, geom) VALUES ('x', ST_MakeEnvelope(0, 0, 1, 1, 4326))")
        )


def test_geometries_without_a_system_are_refused(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    with pytest.raises(CrsError, match="Declare"):
        write_frame(connection, building, buildings.set_crs(None, allow_override=True))


def test_a_key_twice_and_a_name_without_a_row(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    with (
        pytest.raises(ConflictError, match="a row of building with B1: there is another row with its key"),
        connection.begin_nested(),
    ):
        write_frame(connection, building, buildings.assign(building_id="B1"))
    lost = pd.DataFrame({"household_id": ["H"], "building_id": ["nowhere"]})
    with pytest.raises(InputError, match="nowhere"):
        write_frame(connection, household, lost)


def test_a_mistake_of_ours_is_not_called_bad_input(connection: Connection) -> None:
    with pytest.raises(Exception, match="nothing_like_it") as raised:
        read_frame(connection, "SELECT * FROM nothing_like_it")
    assert not isinstance(raised.value, InputError | ConflictError | IntegrityError)


def test_a_quarter_of_a_district_is_written_in_less_than_a_second(connection: Connection) -> None:
    count, people = 5_000, 35_000
    rng = np.random.default_rng(0)
    around = np.linspace(0, 2 * np.pi, 34, endpoint=False)
    centre = rng.random((count, 1, 2)) * 10_000 + [490_000, 2_510_000]
    rings = centre + 10 * np.stack([np.cos(around), np.sin(around)], axis=-1)
    houses = gpd.GeoDataFrame(
        {"building_id": [f"B{number}" for number in range(count)]}, geometry=shapely.polygons(rings), crs=4547
    )
    homes = pd.DataFrame(
        {
            "household_id": [f"H{number}" for number in range(people)],
            "building_id": [f"B{number % count}" for number in range(people)],
            "unit": pd.array([1] * people, dtype="Int64"),
            "storey": pd.array(np.arange(people) % 18, dtype="Int64"),
            "room": "101",
        }
    )
    took = {}
    for table, frame in ((building, houses), (household, homes)):
        start = time.process_time()
        write_frame(connection, table, frame)
        took[table.name] = time.process_time() - start
    # our own share of the work; the database's depends on who else uses the machine
    assert took["building"] < 0.6 and took["household"] < 0.4, took
