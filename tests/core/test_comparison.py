"""Two plans compared: households are followed by building and storey, whatever the groups are called."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.comparison import compare_plans

COLUMNS = ["building_id", "unit", "storey_from", "storey_to", "households", "cluster"]


def plan(*rows: tuple[str, int | None, int | None, int | None, int, str]) -> pd.DataFrame:
    """Make a table of atoms."""
    return pd.DataFrame(list(rows), columns=COLUMNS).astype(
        {"unit": object, "storey_from": object, "storey_to": object}
    )


def test_other_names_change_nothing() -> None:
    old = plan(("p", None, None, None, 30, "A"), ("q", None, None, None, 20, "A"), ("r", None, None, None, 40, "B"))
    found = compare_plans(old, old.assign(cluster=["X", "X", "Y"]), "cluster")
    assert found.moved == 0
    assert found.groups["change"].tolist() == ["same", "same"]


def test_a_tower_is_followed_storey_by_storey() -> None:
    old = plan(("t", 1, 1, 10, 50, "A"), ("t", 1, 11, 20, 50, "B"))
    new = plan(("t", 1, 1, 5, 25, "A"), ("t", 1, 6, 20, 75, "B"))
    found = compare_plans(old, new, "cluster")
    assert found.moved == 25
    shrunk = found.groups.set_index("after").loc["A"]
    assert (shrunk["households_before"], shrunk["households_same"]) == (50, 25)


def test_new_and_lost_homes_are_not_moves() -> None:
    old = plan(("p", None, None, None, 30, "A"), ("q", None, None, None, 20, "B"))
    new = plan(("p", None, None, None, 36, "A"), ("s", None, None, None, 50, "C"))
    found = compare_plans(old, new, "cluster")
    assert (found.moved, found.added, found.removed) == (0, 56, 20)
    assert set(zip(found.groups["change"], found.groups["after"].fillna("-"), strict=True)) == {
        ("changed", "A"),
        ("gone", "-"),
        ("new", "C"),
    }


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=20))
@settings(max_examples=80)
def test_households_are_conserved_and_order_does_not_matter(homes: list[tuple[int, int, int]]) -> None:
    rows = [(f"b{i}", None, None, None, n) for i, (n, _, _) in enumerate(homes)]
    old = plan(*[(*row, f"A{a}") for row, (_, a, _) in zip(rows, homes, strict=True)])
    new = plan(*[(*row, f"B{b}") for row, (_, _, b) in zip(rows, homes, strict=True)])
    found = compare_plans(old, new, "cluster")
    total = sum(n for n, _, _ in homes)
    assert found.before == found.after == total
    assert found.moved + found.groups["households_same"].sum() == total
    again = compare_plans(old.iloc[::-1], new.iloc[::-1], "cluster")
    pd.testing.assert_frame_equal(found.groups, again.groups)
    back = compare_plans(new, old, "cluster")
    assert back.moved + back.groups["households_same"].sum() == total
