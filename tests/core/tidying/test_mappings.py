"""Headers, mappings and forbidden columns."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridgov.core.layers import get_layer
from gridgov.core.tidying import make_mapping, tidy_layer
from gridgov.errors import ForbiddenColumnError, InputError

from .zoo import tidy


def test_chinese_headers_and_words_are_known_by_themselves() -> None:
    result = tidy_layer(
        pd.DataFrame(
            {"出租屋编号": ["R1"], "间数": ["２０间"], "租住人数": [35], "出租方式": ["日租"], "房屋分类": ["黄牌"]}
        ),
        get_layer("rental_houses"),
    )
    assert result.accepted.iloc[0].to_dict() == {
        "rental_house_id": "R1",
        "rooms": 20,
        "tenants": 35,
        "let_type": "day",
        "house_class": "yellow",
    }


def test_mappings() -> None:
    layer = get_layer("barriers")
    mapping = make_mapping(
        {
            "columns": {"barrier_id": ["a", "b"], "kind": "class"},
            "values": {"kind": {"primary": "soft", "*": "minor"}},
            "defaults": {"kind": "minor", "name": "?"},
            "drop": {"class": ["footway"]},
        },
        layer,
    )
    frame = gpd.GeoDataFrame(
        {"a": [1, 2, 3, 4], "b": ["x", None, "y", "z"], "class": ["primary", "track", None, "footway"]},
        geometry=[shapely.LineString([(0, n), (1, n)]) for n in range(4)],
        crs=4490,
    )
    result = tidy_layer(frame, layer, mapping)
    assert result.accepted[["barrier_id", "kind", "name"]].values.tolist() == [
        ["1-x", "soft", "?"],
        ["2", "minor", "?"],
        ["3-y", "minor", "?"],
    ]
    assert (result.read, result.left_out) == (3, 1)
    constant = make_mapping({"constants": {"kind": "hard"}, "keep": {"class": ["primary"]}}, layer)
    fixed = tidy_layer(frame, layer, constant)
    assert fixed.accepted["kind"].tolist() == ["hard"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"columns": {"nonsense": "a"}}, r"\[columns\] names columns that the layer 'barriers' has not: nonsense"),
        ({"colums": {}}, "unknown parts: colums"),
        ({"layer": "buildings"}, "for the layer 'buildings', not 'barriers'"),
        ({"columns": "a"}, r"'columns' must be a \[columns\] table"),
        ({"values": {"kind": "soft"}}, r"'values' must be \[values.COLUMN\] tables"),
        ({"defaults": {"nonsense": 1}}, r"\[defaults\] names columns that the layer 'barriers' has not: nonsense"),
    ],
)
def test_a_wrong_mapping_is_refused(raw: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        make_mapping(raw, get_layer("barriers"))


def test_a_mapping_to_a_missing_column_is_refused() -> None:
    mapping = make_mapping({"columns": {"volunteer_id": "id"}}, get_layer("volunteers"))
    with pytest.raises(InputError, match="id"):
        tidy_layer(pd.DataFrame({"number": [1]}), get_layer("volunteers"), mapping)


@pytest.mark.parametrize("name", ["民族", "宗教信仰", "是否吸毒", "Religion", "精神病史", "face_id", "身份_信访"])
def test_forbidden_columns_refuse_the_whole_file(name: str) -> None:
    with pytest.raises(ForbiddenColumnError, match=name):
        tidy("volunteers", volunteer_id=["a"], **{name: ["x"]})
    with pytest.raises(ForbiddenColumnError, match=name):
        make_mapping({"columns": {"volunteer_id": name}}, get_layer("volunteers"))
    with pytest.raises(ForbiddenColumnError, match=name):
        make_mapping({"keep": {name: ["x"]}}, get_layer("volunteers"))


def test_ignored_columns_are_named() -> None:
    result = tidy("volunteers", volunteer_id=["a"], 备注=["x"])
    assert result.findings[["rule", "severity"]].values.tolist() == [["ignored-columns", "note"]]
    assert "备注" in result.findings.loc[0, "detail"]
