"""Tidying: no row is lost, the zoo of cells and shapes, keys, mappings, forbidden columns."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.layers import LAYERS, get_layer
from gridgov.core.tidying import TidyResult, make_mapping, tidy_layer
from gridgov.core.tidying.days import to_day
from gridgov.core.tidying.texts import to_texts
from gridgov.errors import ForbiddenColumnError, InputError

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


@given(junk())
@settings(max_examples=120, deadline=None)
def test_no_row_is_ever_lost(made: tuple[str, pd.DataFrame]) -> None:
    name, frame = made
    layer = get_layer(name)
    result = tidy_layer(frame, layer)
    assert result.read == len(frame) == result.accepted_count + result.rejected + result.duplicate
    assert len(result.accepted) == result.accepted_count == len(result.numbers)
    assert result.accepted[layer.key].is_unique
    assert result.accepted[layer.key].map(type).isin([str]).all()
    errors = result.faults[result.faults["severity"] == "error"] if len(result.faults) else result.faults
    assert len(set(errors["row"])) == result.rejected if len(errors) else result.rejected == 0
    for column in layer.columns:
        if column.name in result.accepted and column.required:
            assert result.accepted[column.name].notna().all()
        if column.name in result.accepted and column.values:
            assert set(result.accepted[column.name].dropna()) <= set(column.values)
    if "geometry" in result.accepted:
        shapes = result.accepted.geometry.to_numpy()
        assert shapely.is_valid(shapes[~shapely.is_missing(shapes)]).all()
        assert not layer.geometry_required or not shapely.is_missing(shapes).any()


@given(junk(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_row_order_does_not_matter(made: tuple[str, pd.DataFrame], chance: object) -> None:
    name, frame = made
    order = list(range(len(frame)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    one, other = tidy_layer(frame, get_layer(name)), tidy_layer(frame.iloc[order], get_layer(name))
    pd.testing.assert_frame_equal(pd.DataFrame(one.accepted), pd.DataFrame(other.accepted))
    assert (one.rejected, one.duplicate) == (other.rejected, other.duplicate)


def tidy(layer: str, **columns: object) -> TidyResult:
    return tidy_layer(pd.DataFrame(columns, dtype=object), get_layer(layer))


def tidy_shape(*shapes: shapely.Geometry | None, layer: str = "buildings", crs: object = 4490) -> TidyResult:
    table = {"barrier_id": "x", "kind": "hard"} if layer == "barriers" else {}
    keys = {get_layer(layer).key: [f"k{n}" for n in range(len(shapes))]}
    return tidy_layer(gpd.GeoDataFrame(table | keys, geometry=list(shapes), crs=crs), get_layer(layer))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("18", 18),
        ("18层", 18),
        ("１８ 层", 18),
        (18.0, 18),
        ("18.0", 18),
        ("1,800", 1800),
        (Decimal(7), 7),
        ("第3层", 3),
        ("", None),
        ("-", None),
        ("2.5", None),
        (-1, None),
        ("many", None),
        ("9" * 12, None),
        (True, None),
        (INF, None),
    ],
)
def test_counts(cell: object, value: int | None) -> None:
    frame = gpd.GeoDataFrame({"floors": pd.Series([cell], dtype=object)}, geometry=[SQUARE], crs=4490)
    floors = tidy_layer(frame, get_layer("buildings")).accepted["floors"]
    assert floors.dtype == "Int64"
    assert floors.fillna(-1).tolist() == [-1 if value is None else value]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("是", True),
        ("否", False),
        ("Yes", True),
        ("no", False),
        (1, True),
        ("0", False),
        (True, True),
        ("√", True),
        ("未签", False),
        (0.0, False),
        ("maybe", None),
        (2, None),
        ("", None),
    ],
)
def test_truth(cell: object, value: bool | None) -> None:
    house = tidy(
        "rental_houses", rental_house_id=["R"], rooms=[1], tenants=[1], let_type=["month"], letter_signed=[cell]
    )
    signed = house.accepted["letter_signed"]
    assert signed.dtype == "boolean"
    assert (None if signed.isna()[0] else bool(signed[0])) is value


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024/3/5", "2024-03-05"),
        ("2024.03.05", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("2024年3月5日", "2024-03-05"),
        ("1990年1月", "1990-01-01"),
        ("2024-03", "2024-03-01"),
        ("45356", "2024-03-05"),
        ("45356.75", "2024-03-05"),
        ("61", "1900-03-01"),
        ("2024-03-05T10:11:12+08:00", "2024-03-05"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_days(cell: str, day: str) -> None:
    assert to_day(cell) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    "cell", ["2023-02-30", "30/2/2023", "5/3/2024", "0000-01-01", "3024-01-01", "1990年", "soon", "7"]
)
def test_what_is_no_day(cell: str) -> None:
    assert isinstance(to_day(cell), str)


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("440309001001", "440309001001"),
        (440309001001, "440309001001"),
        (440309001001.0, "440309001001"),
        (" ４４０３ ", "4403"),
        ("11010519491231002x", "11010519491231002x"),
        (440307030030400042000003, "440307030030400042000003"),
        ("440307030030400042000003", "440307030030400042000003"),
        ("a\u200bb\x00c", "abc"),
    ],
)
def test_keys_stay_text(cell: object, key: str) -> None:
    assert tidy("volunteers", volunteer_id=[cell]).accepted["volunteer_id"].tolist() == [key]


@pytest.mark.parametrize("cell", [4.40307030030400042e17, "4.40307E+17", "4.4e17", 1234567890123456.0])
def test_a_number_that_lost_its_digits_is_refused(cell: object) -> None:
    result = tidy("households", household_id=["H", "I"], building_id=[cell, "B"])
    assert (result.accepted_count, result.rejected) == (1, 1)
    assert result.findings["rule"].tolist() == ["lost-digits"]
    assert "text" in result.findings.loc[0, "detail"]


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


def test_a_bad_cell_empties_an_optional_column_and_refuses_a_required_one() -> None:
    houses = tidy(
        "rental_houses", rental_house_id=["A", "B"], rooms=["3", "x"], tenants=[1, 1], let_type=["month"] * 2
    )
    assert (houses.accepted_count, houses.rejected) == (1, 1)
    doubtful = tidy("residents", resident_id=["A"], household_id=["H"], birth_year=["x"], basis=["?"])
    assert doubtful.accepted_count == 1
    assert doubtful.findings["severity"].tolist() == ["warning", "warning"]
    assert doubtful.refused.index.tolist() == [1]


def test_missing_required_columns_name_themselves() -> None:
    with pytest.raises(InputError, match="building_id"):
        tidy("households", household_id=["H"])


def test_the_fullest_of_several_rows_with_one_key_is_kept() -> None:
    rows = {
        "household_id": ["H", "H", "H", "I"],
        "building_id": ["B"] * 4,
        "unit": [None, 2, 2, 1],
        "room": [None, "201", "201", "1"],
    }
    result = tidy("households", **rows)
    assert (result.accepted_count, result.duplicate) == (2, 2)
    assert result.accepted["room"].tolist() == ["201", "1"]
    assert sorted(result.findings["rule"]) == ["duplicate", "duplicate-key"]


def test_a_key_made_from_the_shape_is_stable() -> None:
    turned = shapely.Polygon([*SQUARE.exterior.coords][1:])
    first = tidy_layer(gpd.GeoDataFrame({"floors": [3]}, geometry=[SQUARE], crs=4490), get_layer("buildings"))
    again = tidy_layer(
        gpd.GeoDataFrame({"floors": [9]}, geometry=[turned.reverse()], crs=4490), get_layer("buildings")
    )
    assert first.accepted["building_id"].tolist() == again.accepted["building_id"].tolist()
    both = gpd.GeoDataFrame({"floors": [3, 3]}, geometry=[SQUARE, turned], crs=4490)
    assert tidy_layer(both, get_layer("buildings")).duplicate == 1
    moved = shapely.transform(SQUARE, lambda pairs: pairs + 1e-6)
    other = tidy_layer(gpd.GeoDataFrame({"floors": [3]}, geometry=[moved], crs=4490), get_layer("buildings"))
    assert other.accepted["building_id"].tolist() != first.accepted["building_id"].tolist()


@pytest.mark.parametrize(
    ("shape", "rule"),
    [
        (None, "no-geometry"),
        (shapely.Polygon(), "no-geometry"),
        (shapely.Polygon([(0, 0), (NAN, 0), (1, 1), (0, 0)]), "not-finite"),
        (shapely.Polygon([(0, 0), (INF, 0), (1, 1), (0, 0)]), "not-finite"),
        (shapely.LineString([(0, 0), (1, 1)]), "wrong-geometry"),
        (shapely.Point(0, 0), "wrong-geometry"),
        (shapely.GeometryCollection([shapely.Point(0, 0)]), "wrong-geometry"),
        (shapely.Polygon([(0, 0), (1, 1), (2, 2)]), "no-area"),
        (shapely.Polygon([(179.9, 0), (-179.9, 0), (-179.9, 1), (179.9, 1)]), "antimeridian"),
    ],
)
def test_shapes_that_are_refused(shape: shapely.Geometry | None, rule: str) -> None:
    result = tidy_shape(shape, shapely.box(0, 0, 1, 1))
    assert (result.accepted_count, result.rejected) == (1, 1)
    assert set(result.findings.loc[result.findings["row_id"] == "k0", "rule"]) == {rule}


def test_a_bow_tie_is_repaired() -> None:
    result = tidy_shape(BOW_TIE)
    assert result.accepted.geometry[0].is_valid
    assert result.accepted.geometry[0].area == pytest.approx(2)
    assert result.findings["rule"].tolist() == ["repaired"]
    assert result.findings["severity"].tolist() == ["warning"]


def test_collections_points_and_heights() -> None:
    collection = shapely.GeometryCollection([shapely.Point(9, 9), SQUARE])
    assert tidy_shape(collection).accepted.geometry[0].equals(SQUARE)
    tall = shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)])
    assert not tidy_shape(tall).accepted.geometry[0].has_z
    table = gpd.GeoDataFrame({"shelter_id": ["s"], "name": ["s"]}, geometry=[shapely.box(0, 0, 2, 2)], crs=4490)
    assert tidy_layer(table, get_layer("shelters")).accepted.geometry[0] == shapely.Point(1, 1)
    assert tidy_shape(shapely.box(0, 0, 1, 1), layer="barriers").accepted_count == 1
    assert tidy_shape(shapely.Point(0, 0), layer="barriers").rejected == 1


def test_a_million_vertices_are_nothing_special() -> None:
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    round_one = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]))
    assert tidy_shape(round_one).accepted_count == 1


def test_a_wide_shape_in_metres_is_no_antimeridian() -> None:
    assert tidy_shape(shapely.box(0, 0, 1000, 1000), crs=4547).accepted_count == 1


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
    "raw",
    [
        {"columns": {"nonsense": "a"}},
        {"colums": {}},
        {"layer": "buildings"},
        {"columns": "a"},
        {"values": {"kind": "soft"}},
        {"defaults": {"nonsense": 1}},
    ],
)
def test_a_wrong_mapping_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(InputError):
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


@given(st.lists(CELLS, max_size=20))
def test_texts_are_text_or_missing_and_storable(cells: list[object]) -> None:
    for text in to_texts(pd.Series(cells, dtype=object)):
        assert text is None or (isinstance(text, str) and text and "\x00" not in text)
        assert text is None or text.encode("utf-8")
