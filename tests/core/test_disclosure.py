"""No small count can be worked out from what is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gridgov.core.disclosure import ROOT, find_hidden, find_ranges, hide_small_cells
from gridgov.errors import InputError
from tests.examples import few


def ranges_by_programme(value: np.ndarray, parent: np.ndarray, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a reader can work out, by linear programming: independent of the code under test."""
    sums = []
    for node in range(len(value)):
        children = np.flatnonzero(parent == node)
        if len(children):
            row = np.zeros(len(value))
            row[node], row[children] = 1, -1
            sums.append(row)
    bounds = [(1, None) if secret else (count, count) for secret, count in zip(hidden, value, strict=True)]
    equal = {"A_eq": np.array(sums), "b_eq": np.zeros(len(sums))} if sums else {}
    low, high = value.astype(float), value.astype(float)
    for node in np.flatnonzero(hidden):
        goal = np.zeros(len(value))
        goal[node] = 1
        low[node] = linprog(goal, bounds=bounds, **equal).fun
        most = linprog(-goal, bounds=bounds, **equal)
        high[node] = np.inf if most.status == 3 else -most.fun
    return low, high


@st.composite
def trees(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Counts of a tree of up to four levels, mostly small, every total the sum of its parts."""
    size = draw(st.integers(2, 14))
    shape = np.array([ROOT, *(draw(st.integers(max(0, node - 5), node - 1)) for node in range(1, size))])
    counts = st.sampled_from([0, 0, 1, 2, 5, 9, 10, 11, 14, 30, 200])
    value = np.zeros(len(shape), dtype=np.int64)
    for node in range(len(shape) - 1, -1, -1):
        value[node] = value[shape == node].sum() if (shape == node).any() else draw(counts)
    return value, shape


@given(trees())
@settings(max_examples=few(60), deadline=None)
def test_no_small_count_is_recoverable(tree: tuple[np.ndarray, np.ndarray]) -> None:
    value, parent = tree
    hidden = find_hidden(value, parent)
    small = (value > 0) & (value < 10)
    assert hidden[small].all()
    assert not hidden[value == 0].any()
    low, high = ranges_by_programme(value, parent, hidden)
    assert (high[small] - low[small] >= 10 - 1e-6).all()
    own_low, own_high = find_ranges(value, parent, hidden)
    np.testing.assert_allclose(own_low, low, atol=1e-6)
    np.testing.assert_allclose(own_high, high, atol=1e-6)
    if not small.any():
        assert not hidden.any(), "nothing is hidden without need"


def test_hiding_only_the_small_cells_would_not_be_enough() -> None:
    value, parent = np.array([104, 4, 50, 50]), np.array([ROOT, 0, 0, 0])
    low, high = find_ranges(value, parent, value < 10)
    assert low[1] == high[1] == 4, "subtraction gives it away"
    assert find_hidden(value, parent).tolist() == [False, True, True, False]


def test_many_ones_that_add_up_to_the_total_are_not_given_away() -> None:
    value, parent = np.array([112, *([1] * 12), 100]), np.array([ROOT, *([0] * 13)])
    assert find_hidden(value, parent).tolist() == [False, *([True] * 13)]


def test_a_hidden_total_takes_parts_with_it() -> None:
    # subdistricts of 9 = 9 and 60 = 30 + 30: hiding the second total alone would be undone by adding its parts
    value = np.array([69, 9, 60, 9, 30, 30])
    parent = np.array([ROOT, 0, 0, 1, 2, 2])
    hidden = find_hidden(value, parent)
    assert hidden.tolist() == [False, True, True, True, True, False]


def test_the_table_has_totals_by_level_and_the_same_rows_in_any_order() -> None:
    rng = np.random.default_rng(0)
    codes = np.arange(93)
    leaves = pd.DataFrame(
        {
            "district": "D",
            "subdistrict": [f"S{code % 7}" for code in codes],
            "community_id": [f"C{code:02d}" for code in codes],
            "alone": rng.poisson(14, 93),
            "support": rng.poisson(60, 93),
        }
    )
    levels = ["district", "subdistrict", "community_id"]
    table = hide_small_cells(leaves, levels, ["alone", "support"])
    assert table["level"].value_counts().to_dict() == {"district": 1, "subdistrict": 7, "community_id": 93}
    assert table.loc[0, "alone"] == leaves["alone"].sum()
    shown = table[(table["level"] == "community_id") & ~table["alone_hidden"]].set_index("division_id")["alone"]
    assert (shown == leaves.set_index("community_id")["alone"].reindex(shown.index)).all()
    assert table["alone"].isna().equals(table["alone_hidden"])
    assert (leaves["alone"] < 10).sum() <= table["alone_hidden"].sum() < 2 * (leaves["alone"] < 10).sum() + 7
    assert not table["support_hidden"].any()
    mixed = hide_small_cells(leaves.sample(frac=1, random_state=2), levels, ["alone", "support"])
    pd.testing.assert_frame_equal(mixed, table)


def test_counts_must_be_counts_and_divisions_single() -> None:
    good = pd.DataFrame({"d": ["D", "D"], "c": ["a", "b"], "n": [1, 2]})
    for bad, what in (
        (good.assign(c="a"), "comes twice"),
        (good.assign(d=[None, "D"]), "every level"),
        (good.assign(n=[-1, 2]), "negative"),
        (good.assign(n=[None, 2]), "missing"),
    ):
        with pytest.raises(InputError, match=what):
            hide_small_cells(bad, ["d", "c"], ["n"])
    assert len(hide_small_cells(good.iloc[:0], ["d", "c"], ["n"])) == 0
