"""Counts kept with a plan: they add up, and no small one can be read or worked out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.disclosure import HIDE_BELOW
from gridgov.core.figures import OF, make_figures
from gridgov.core.indicators.measures import AREA_LEVELS, WHOLE

LEVELS = (WHOLE, *AREA_LEVELS)


@st.composite
def pieces(draw: st.DrawFn) -> pd.DataFrame:
    """Clusters of a small town whose grids cut across sections."""
    size = draw(st.integers(1, 12))
    counts = draw(st.lists(st.integers(0, 40), min_size=size, max_size=size))
    rows = [
        {
            "community": "AB"[at % 2],
            "section": f"{'AB'[at % 2]}-s{at // 4}",
            "cluster": f"c{at}",
            "grid": f"{'AB'[at % 2]}-g{at % 3}",
            "n": count,
            "of": count,
        }
        for at, count in enumerate(counts)
    ]
    return pd.DataFrame(rows)


def by_level(figures: pd.DataFrame, level: str, figure: str = "people") -> pd.Series:
    """Return one figure of a level by area."""
    chosen = figures[(figures["level"] == level) & (figures["figure"] == figure)]
    return chosen.set_index("group_id")["value"]


@settings(max_examples=15)
@given(pieces())
def test_no_small_count_is_shown_and_what_is_shown_is_right(leaves: pd.DataFrame) -> None:
    figures = make_figures(leaves, "people")
    for level in LEVELS:
        shown = by_level(figures, level).dropna()
        assert not ((shown > 0) & (shown < HIDE_BELOW)).any(), level
        true = pd.Series([leaves["n"].sum()], [""]) if level == WHOLE else leaves.groupby(level)["n"].sum()
        assert (shown == true.reindex(shown.index)).all()


@settings(max_examples=15)
@given(pieces())
def test_no_small_cluster_is_the_rest_of_its_section_or_grid(leaves: pd.DataFrame) -> None:
    figures = make_figures(leaves, "people")
    clusters = by_level(figures, "cluster")
    small = leaves[(leaves["n"] > 0) & (leaves["n"] < HIDE_BELOW)]
    for level in ("section", "grid", "community"):
        totals = by_level(figures, level)
        for row in small.itertuples():
            area = getattr(row, level)
            inside = leaves.loc[leaves[level] == area, "cluster"]
            hidden = clusters.reindex(inside).isna().sum()
            assert pd.isna(totals[area]) or hidden >= 2, (level, area)


@settings(max_examples=15)
@given(pieces())
def test_things_that_are_open_add_up(leaves: pd.DataFrame) -> None:
    figures = make_figures(leaves, "houses", open_to_all=True)
    assert not figures["value"].isna().any()
    for level in LEVELS:
        assert by_level(figures, level, "houses").sum() == leaves["n"].sum()
        assert by_level(figures, level, "houses" + OF).sum() == leaves["of"].sum()


def test_the_order_of_rows_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    place = {"community": "A", "section": "s", "grid": "g"}
    leaves = pd.DataFrame([{**place, "cluster": f"c{at}", "n": at * 3, "of": at * 4} for at in range(9)])
    first = make_figures(leaves, "people").sort_values(["level", "group_id", "figure"], ignore_index=True)
    mixed = make_figures(leaves.iloc[rng.permutation(9)], "people")
    pd.testing.assert_frame_equal(first, mixed.sort_values(["level", "group_id", "figure"], ignore_index=True))
