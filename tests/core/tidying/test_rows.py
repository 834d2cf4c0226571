"""No row is lost, and the order of rows does not matter."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.layers import get_layer
from gridgov.core.tidying import tidy_layer
from gridgov.errors import InputError
from tests.examples import few

from .zoo import junk, tidy


@given(junk())
@settings(max_examples=few(50), deadline=None)
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
@settings(max_examples=few(20), deadline=None)
def test_row_order_does_not_matter(made: tuple[str, pd.DataFrame], chance: object) -> None:
    name, frame = made
    order = list(range(len(frame)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    one, other = tidy_layer(frame, get_layer(name)), tidy_layer(frame.iloc[order], get_layer(name))
    pd.testing.assert_frame_equal(pd.DataFrame(one.accepted), pd.DataFrame(other.accepted))
    assert (one.rejected, one.duplicate) == (other.rejected, other.duplicate)


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
