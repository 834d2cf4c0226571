"""Merging a frame changes what differs and nothing else."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from gridgov.errors import InputError
from gridgov.storage.frames import Merged, read_frame, upsert_frame
from gridgov.storage.tables import building, facility

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ROWS = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.sampled_from(["x", "", None]), st.integers(0, 2)))


def test_the_same_rows_again_touch_no_row(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    assert upsert_frame(connection, building, buildings) == Merged(4, 0, 0)
    before = _versions(connection)
    assert upsert_frame(connection, building, buildings.sample(frac=1, random_state=1)) == Merged(0, 0, 4)
    assert _versions(connection) == before


def test_one_change_touches_one_row(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    upsert_frame(connection, building, buildings)
    before = _versions(connection)
    for column, value in (("name", "new"), ("households", 7), ("geometry", buildings.geometry[0].buffer(1))):
        changed = buildings.copy()
        changed.loc[2, column] = value
        assert upsert_frame(connection, building, changed) == Merged(0, 1, 3), column
        upsert_frame(connection, building, buildings)
    after = _versions(connection)
    assert {key for key in before if before[key] != after[key]} == {"B3"}


def test_a_value_that_becomes_null_is_a_change(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    upsert_frame(connection, building, buildings)
    assert upsert_frame(connection, building, buildings.assign(name=None)) == Merged(0, 3, 1)


def test_absent_columns_keep_what_they_hold(connection: Connection, buildings: gpd.GeoDataFrame) -> None:
    upsert_frame(connection, building, buildings)
    some = pd.DataFrame({"building_id": ["B2", "B4"], "households": [5, 6], "households_estimated": True})
    assert upsert_frame(connection, building, some) == Merged(0, 2, 0)
    back = read_frame(connection, building).set_index("building_id")
    assert back.households.tolist() == [3, 5, 0, 6]
    assert back.households_estimated.tolist() == [False, True, False, True]
    assert back.name.tolist() == buildings.name.tolist()
    assert back.geometry.is_valid.all()


@FEW
@given(first=ROWS, second=ROWS)
def test_counts_and_result_for_any_two_imports(
    connection: Connection, first: dict[str, tuple[str | None, int]], second: dict[str, tuple[str | None, int]]
) -> None:
    with connection.begin_nested() as nested:
        upsert_frame(connection, facility, _facilities(first))
        merged = upsert_frame(connection, facility, _facilities(second))
        stored = read_frame(connection, facility)
        nested.rollback()
    expected = {
        "inserted": len(second.keys() - first.keys()),
        "updated": sum(first[key] != second[key] for key in first.keys() & second.keys()),
    }
    assert merged == Merged(**expected, unchanged=len(second) - sum(expected.values()))
    found = {
        row.facility_id: (row.name_, int(row.geometry.x))
        for row in stored.rename(columns={"name": "name_"}).itertuples()
    }
    assert found == first | second


@pytest.mark.parametrize(
    ("keys", "said"),
    [(["B1", "B2", "B2", "B2"], "more than once: B2"), (["B1", None, "B3", "B4"], "no building_id")],
)
def test_keys_must_name_one_row(
    connection: Connection, buildings: gpd.GeoDataFrame, keys: list[str | None], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        upsert_frame(connection, building, buildings.assign(building_id=keys))
    with pytest.raises(InputError, match="lack their key"):
        upsert_frame(connection, building, buildings.drop(columns="building_id"))


def _facilities(rows: dict[str, tuple[str | None, int]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"facility_id": list(rows), "name": [name for name, _ in rows.values()], "kind": "school"},
        geometry=gpd.points_from_xy([east for _, east in rows.values()], [0] * len(rows)),
        crs=4490,
    )


def _versions(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT building_id, ctid::text FROM gridgov.building"))
    return {row[0]: row[1] for row in rows}
