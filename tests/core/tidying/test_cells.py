"""The zoo of cells: counts, truths, days, keys, texts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

from gridgov.core.layers import get_layer
from gridgov.core.tidying import tidy_layer
from gridgov.core.tidying.days import to_day
from gridgov.core.tidying.texts import to_texts

from .zoo import CELLS, INF, SQUARE, tidy


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("18", 18),
        ("18层", 18),
        ("１８ 层", 18),
        (18.0, 18),
        ("18.0", 18),
        ("130", 130),
        ("131", None),
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


def test_a_count_that_no_building_has_is_named_and_left_empty() -> None:
    cells = {"floors": [300], "units": [201], "height_m": [651.0]}
    result = tidy_layer(gpd.GeoDataFrame(cells, geometry=[SQUARE], crs=4490), get_layer("buildings"))
    assert result.accepted[list(cells)].isna().all().all()
    assert sorted(result.faults["detail"]) == ["'201' is too large", "'300' is too large", "'651' is too large"]


@pytest.mark.parametrize(
    ("cell", "households", "rule"),
    [
        (6.5, 7, "fraction"),
        ("0.1户", 1, "fraction"),
        ("13.0", 13, None),
        ("1,800", 1800, None),
        (0, 0, None),
        (-0.5, None, "unreadable"),
        ("6.5.1", None, "unreadable"),
        (None, None, None),
    ],
)
def test_fractions_of_households_count_up_row_by_row(cell: object, households: int | None, rule: str | None) -> None:
    cells = pd.Series([cell, 4, 2.5], dtype=object)
    shapes = [SQUARE, affinity.translate(SQUARE, 1), affinity.translate(SQUARE, 2)]
    frame = gpd.GeoDataFrame({"building_id": ["A", "B", "C"], "households": cells}, geometry=shapes, crs=4490)
    result = tidy_layer(frame, get_layer("buildings"))
    assert result.accepted["households"].fillna(-1).tolist() == [-1 if households is None else households, 4, 3]
    told = dict(zip(result.faults["row"], result.faults["rule"], strict=True))
    assert told == ({} if rule is None else {1: rule}) | {3: "fraction"}
    assert result.faults["detail"].iloc[-1] == "'2.5' is not a whole number; taken as 3"


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


@given(st.lists(CELLS, max_size=20))
def test_texts_are_text_or_missing_and_storable(cells: list[object]) -> None:
    for text in to_texts(pd.Series(cells, dtype=object)):
        assert text is None or (isinstance(text, str) and text and "\x00" not in text)
        assert text is None or text.encode("utf-8")
