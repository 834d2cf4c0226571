"""Layers keep their columns; communities become a tree of divisions and come back flat."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from sqlalchemy import Connection, text

from gridgov.core.layers import LAYERS
from gridgov.errors import InputError, NotFoundError
from gridgov.storage.frames import Merged
from gridgov.storage.layers import count_layer, read_layer, write_layer
from gridgov.storage.tables import LAYER_TABLES


def test_every_layer_has_a_table_with_its_columns() -> None:
    assert list(LAYER_TABLES) == list(LAYERS)
    for name, layer in LAYERS.items():
        if name == "communities":
            continue
        columns = LAYER_TABLES[name].columns
        assert [column.name for column in layer.columns if column.name not in columns] == [], name
        assert [column.name for column in LAYER_TABLES[name].primary_key] == [layer.key]
        assert ("geom" in columns) == (layer.geometry is not None)
        for column in layer.columns:
            assert column.name == layer.key or columns[column.name].nullable or column.required, (name, column.name)


def test_the_words_allowed_are_those_of_the_layers(connection: Connection) -> None:
    query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
    for name, layer in LAYERS.items():
        for column in layer.columns:
            if column.values:
                check = f"{LAYER_TABLES[name].name}_{column.name}_check"
                rule = connection.execute(text(query), {"name": check}).scalar_one()
                assert [word for word in column.values if f"'{word}'" not in rule] == [], check
                assert rule.count("::text") == len(column.values)


def test_communities_come_back_as_they_went(connection: Connection, communities: gpd.GeoDataFrame) -> None:
    assert write_layer(connection, "communities", communities) == Merged(3, 0, 0)
    back = read_layer(connection, "communities")
    assert_geodataframe_equal(back, communities.to_crs(4490), check_like=True)
    assert count_layer(connection, "communities") == 3
    assert write_layer(connection, "communities", communities) == Merged(0, 0, 3)


def test_communities_make_their_parents(connection: Connection, communities: gpd.GeoDataFrame) -> None:
    write_layer(connection, "communities", communities)
    assert _tree(connection) == {
        "district:龙华": ("district", None, "440309000000", "龙华"),
        "subdistrict:龙华/民治": ("subdistrict", "district:龙华", "440309001000", "民治"),
        "subdistrict:龙华/大浪": ("subdistrict", "district:龙华", "440309002000", "大浪"),
    }


def test_codes_that_disagree_or_are_no_division_codes_give_the_parent_none(
    connection: Connection, communities: gpd.GeoDataFrame
) -> None:
    codes = ["440309001001", "440310001002", "民治-7"]
    write_layer(connection, "communities", communities.assign(division_code=codes))
    assert {key: row[2] for key, row in _tree(connection).items()} == {
        "district:龙华": None,
        "subdistrict:龙华/民治": None,
        "subdistrict:龙华/大浪": None,
    }


def test_parents_may_be_missing(connection: Connection, communities: gpd.GeoDataFrame) -> None:
    some = communities.assign(subdistrict=["民治", None, None], district=[None, "龙华", None])
    write_layer(connection, "communities", some)
    back = read_layer(connection, "communities")
    assert back.subdistrict.tolist() == ["民治", None, None]
    assert back.district.tolist() == [None, "龙华", None]


def test_only_what_every_community_must_have(connection: Connection, communities: gpd.GeoDataFrame) -> None:
    bare = communities[["community_id", "name", "geometry"]]
    write_layer(connection, "communities", communities)
    assert write_layer(connection, "communities", bare) == Merged(0, 0, 3)
    assert read_layer(connection, "communities").subdistrict.tolist() == ["民治", "民治", "大浪"]


def test_a_layer_upon_a_layer(
    connection: Connection, communities: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame
) -> None:
    write_layer(connection, "communities", communities)
    write_layer(connection, "buildings", buildings)
    found = pd.DataFrame({"building_id": buildings.building_id, "community_id": "C1"})
    assert write_layer(connection, "buildings", found) == Merged(0, 4, 0)
    homes = pd.DataFrame({"household_id": ["H1", "H2"], "building_id": "B1", "unit": 1, "storey": [1, None]})
    assert write_layer(connection, "households", homes) == Merged(2, 0, 0)
    people = pd.DataFrame({"resident_id": ["R"], "household_id": ["H1"], "basis": ["tenant"]})
    assert write_layer(connection, "residents", people) == Merged(1, 0, 0)
    assert read_layer(connection, "buildings").community_id.tolist() == ["C1"] * 4
    assert read_layer(connection, "households").storey.tolist() == [1, pd.NA]
    with pytest.raises(InputError, match="B9"):
        write_layer(connection, "households", homes.assign(building_id="B9"))


def test_unknown_layers_and_words(connection: Connection, communities: gpd.GeoDataFrame) -> None:
    for act in (read_layer, count_layer):
        with pytest.raises(NotFoundError, match="rivers"):
            act(connection, "rivers")
    with pytest.raises(InputError, match="a row of division: the value of its kind is not allowed"):
        write_layer(connection, "communities", communities.assign(kind="village"))


def _tree(connection: Connection) -> dict[str, tuple[object, ...]]:
    query = "SELECT division_id, level, parent_id, code, name FROM gridgov.division WHERE level <> 'community'"
    return {row[0]: tuple(row[1:]) for row in connection.execute(text(query))}
