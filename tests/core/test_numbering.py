"""Groups are numbered as one reads a page."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from gridgov.core.numbering import make_numbers


def test_two_rows_of_three():
    x = np.array([0, 10, 20, 0, 10, 20.0])
    y = np.array([11, 10, 9, 0, 1, -1.0])
    assert make_numbers(pd.Series(["A"] * 6), x, y, np.full(6, 100.0)).tolist() == [1, 2, 3, 4, 5, 6]


def test_storeys_of_a_tower_go_up_from_the_ground():
    number = make_numbers(pd.Series(["A"] * 3), np.zeros(3), np.zeros(3), np.full(3, 9.0), np.array([20, 1, 10]))
    assert number.tolist() == [3, 1, 2]


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 99), st.integers(0, 99)), min_size=1, unique=True),
    st.randoms(use_true_random=False),
)
def test_every_community_counts_from_one_whatever_the_row_order(rows, chance):
    def number(rows):
        frame = pd.DataFrame(rows, columns=["c", "x", "y"])
        return make_numbers(frame.c, frame.x.to_numpy(float), frame.y.to_numpy(float), np.full(len(rows), 100.0))

    first = dict(zip(rows, number(rows), strict=True))
    shuffled = chance.sample(rows, len(rows))
    assert dict(zip(shuffled, number(shuffled), strict=True)) == first
    for name in {row[0] for row in rows}:
        assert sorted(first[row] for row in rows if row[0] == name) == list(
            range(1, 1 + sum(r[0] == name for r in rows))
        )
