"""Areas shaded by a measure: sums and rates, and no small count that can be worked out from what is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gridgov.core.indicators.measures import (
    AREA_LEVELS,
    WHOLE,
    divide_areas,
    find_hidden_areas,
    list_measures,
    sum_areas,
)
from gridgov.core.words import fold_words, split_words

SMALL = 10


@st.composite
def pieces(draw: st.DrawFn) -> pd.DataFrame:
    """Pieces of a few communities whose grids cut across sections and clusters."""
    count = draw(st.integers(1, 14))
    rows = []
    for at in range(count):
        community = draw(st.sampled_from("AB"))
        section = community + draw(st.sampled_from("12"))
        cluster = section + draw(st.sampled_from("xyz"))
        grid = community + draw(st.sampled_from("gh"))
        n = draw(st.one_of(st.integers(0, 15), st.integers(0, 80)))
        rows.append((community, grid, section, cluster, n, n + draw(st.integers(0, 20)), at))
    return pd.DataFrame(rows, columns=[*AREA_LEVELS, "n", "of", "at"]).drop(columns="at")


@settings(max_examples=60)
@given(pieces(), st.sampled_from(["n", "of"]))
def test_nobody_can_work_out_a_small_count(leaves: pd.DataFrame, column: str) -> None:
    hidden = find_hidden_areas(leaves)
    known = leaves.groupby(list(AREA_LEVELS), as_index=False)[["n", "of"]].sum()
    shown, sums = [], []
    for level in AREA_LEVELS:
        for area, total in sum_areas(leaves, level)[column].items():
            if area not in hidden[level]:
                shown.append((known[level] == area).to_numpy(dtype=float))
                sums.append(total)
    if not hidden[WHOLE]:
        shown.append(np.ones(len(known)))
        sums.append(leaves[column].sum())
    for level in AREA_LEVELS:
        for area, total in sum_areas(leaves, level)[column].items():
            if 0 < total < SMALL:
                assert area in hidden[level], f"{level} {area} shows {total}"
                own = (known[level] == area).to_numpy(dtype=float)
                equal = {"A_eq": np.array(shown), "b_eq": np.array(sums)} if shown else {}
                ends = [linprog(sign * own, bounds=(0, None), **equal) for sign in (1, -1)]
                low = ends[0].fun
                high = -ends[1].fun if ends[1].status == 0 else np.inf
                assert high - low >= SMALL - 1, f"{level} {area} lies between {low} and {high}"


def test_row_order_does_not_matter() -> None:
    three = {"community": "C", "grid": "G", "section": "S", "cluster": list("abcd")}
    leaves = pd.DataFrame({**three, "n": [4, 40, 12, 30], "of": [50, 50, 50, 50]})
    assert find_hidden_areas(leaves) == find_hidden_areas(leaves.iloc[::-1].reset_index(drop=True))


def test_what_lies_in_no_area_counts_in_the_wider_ones_only() -> None:
    leaves = pd.DataFrame(
        {
            "community": ["A", "A"],
            "grid": [None, "g"],
            "section": ["s", None],
            "cluster": ["c", None],
            "n": 20,
            "of": 40,
        }
    )
    assert sum_areas(leaves, "community").loc["A", "n"] == 40
    assert sum_areas(leaves, "grid")["n"].to_dict() == {"g": 20}
    assert not any(find_hidden_areas(leaves).values())


def test_values_are_counts_shares_or_per_hectare() -> None:
    sums = pd.DataFrame({"n": [30.0, 5.0], "of": [60.0, 0.0]}, index=["a", "b"])
    area_m2 = pd.Series({"a": 20_000.0, "b": 10_000.0})
    measures = list_measures()
    assert divide_areas(sums, measures["households"], area_m2).tolist() == [30, 5]
    assert divide_areas(sums, measures["household_density"], area_m2).tolist() == [15, 5]
    shares = divide_areas(sums, measures["rental_letter"], area_m2)
    assert shares["a"] == 0.5 and np.isnan(shares["b"]), "nothing out of nothing is no data, not 0 %"


@pytest.mark.parametrize("measure", list_measures().values(), ids=list_measures().keys())
def test_every_measure_has_words_and_levels(measure: object) -> None:
    fields = vars(measure)
    assert all(fields[name] for name in ("english", "chinese", "unit_english", "unit_chinese", "levels"))
    assert set(fields["levels"]) <= set(AREA_LEVELS)


@pytest.mark.parametrize("spelling", ["8栋", "8幢", "８ 棟", "8号楼", "8號樓"])
def test_a_building_is_found_in_every_spelling(spelling: str) -> None:
    assert fold_words(spelling) == "8栋"
    assert split_words(f" 民治大道　{spelling.replace(' ', '')}") == ["民治大道", "8栋"]
