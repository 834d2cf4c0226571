"""Atoms: every household in one, buildings up to a cluster whole, larger ones in unit and storey order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.atoms import ATOM_COLUMNS, AtomRules, make_atoms
from gridgov.errors import InputError

BUILDINGS = st.lists(
    st.tuples(st.integers(0, 700), st.one_of(st.none(), st.integers(0, 40)), st.one_of(st.none(), st.integers(0, 6))),
    max_size=30,
)


def town(rows: list[tuple[int, int | None, int | None]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    ids = [f"B{i}" for i in range(len(rows))]
    buildings = pd.DataFrame(rows, columns=["households", "floors", "units"]).assign(building_id=ids)
    cells = pd.DataFrame({"cell_id": [*ids, "ground-0"], "building_id": [*ids, None], "community_id": "C"})
    return cells, buildings


@settings(deadline=None)
@given(BUILDINGS)
def test_households_are_spread_exactly(rows: list[tuple[int, int | None, int | None]]) -> None:
    cells, buildings = town(rows)
    atoms = make_atoms(cells, buildings)
    assert tuple(atoms.columns) == ATOM_COLUMNS
    assert atoms.atom_id.is_unique
    assert set(atoms.cell_id) == set(cells.cell_id)
    spread = atoms.dropna(subset=["building_id"]).groupby("building_id").households.sum()
    assert spread.reindex(buildings.building_id).tolist() == buildings.households.tolist()
    pieces = atoms.groupby("cell_id").size()
    whole = buildings.set_index("building_id").households <= 50
    assert (pieces.reindex(whole.index[whole]) == 1).all()
    cut = atoms[atoms.building_id.isin(whole.index[~whole])]
    assert cut.households.max() <= 12 or cut.empty
    storeys = atoms.dropna(subset=["storey_from"])
    assert (storeys.storey_from >= 1).all()
    assert (storeys.storey_from <= storeys.storey_to).all()


def test_a_tower_is_cut_by_unit_and_storey_up_one_and_down_the_next() -> None:
    cells, buildings = town([(120, 10, 3)])
    atoms = make_atoms(cells, buildings)
    tower = atoms[atoms.cell_id == "B0"]
    assert tower.unit.tolist() == [1] * 10 + [2] * 10 + [3] * 10
    assert tower.storey_from.tolist() == [*range(1, 11), *range(10, 0, -1), *range(1, 11)]
    assert tower.households.tolist() == [4] * 30


def test_a_dormitory_storey_is_cut_in_wings() -> None:
    cells, buildings = town([(640, 8, 1)])
    tower = make_atoms(cells, buildings).query("cell_id == 'B0'")
    assert tower.households.max() <= 12
    assert tower.groupby("storey_from").households.sum().tolist() == [80] * 8
    assert tower.storey_from.is_monotonic_increasing


def test_thin_storeys_are_banded() -> None:
    cells, buildings = town([(52, 33, 2)])
    tower = make_atoms(cells, buildings).query("cell_id == 'B0'")
    assert tower.households.min() >= 1
    first = tower[tower.unit == 1]
    assert first.storey_from.iloc[0] == 1
    assert first.storey_to.iloc[-1] == 33
    assert (first.storey_from.to_numpy()[1:] == first.storey_to.to_numpy()[:-1] + 1).all()


def test_unknown_storeys_stay_unknown_but_the_building_is_cut() -> None:
    cells, buildings = town([(200, None, None)])
    tower = make_atoms(cells, buildings).query("cell_id == 'B0'")
    assert len(tower) == 50
    assert tower.storey_from.isna().all()
    assert tower.unit.isna().all()


def test_missing_columns_and_missing_households() -> None:
    cells = pd.DataFrame({"cell_id": ["a", "b"], "building_id": ["x", "y"], "community_id": "C"})
    atoms = make_atoms(cells, pd.DataFrame({"building_id": ["x", "y"], "households": [np.nan, 7]}))
    assert atoms.households.tolist() == [0, 7]


def test_a_second_cell_of_a_building_holds_nobody() -> None:
    cells = pd.DataFrame({"cell_id": ["a", "b"], "building_id": ["x", "x"], "community_id": "C"})
    atoms = make_atoms(cells, pd.DataFrame({"building_id": ["x"], "households": [9]}))
    assert atoms.households.tolist() == [9, 0]


def test_rules_move_the_threshold() -> None:
    cells, buildings = town([(68, 6, 2)])
    assert len(make_atoms(cells, buildings, AtomRules(whole_households=70))) == 2


def test_twice_the_same_building_is_refused() -> None:
    cells = pd.DataFrame({"cell_id": ["a"], "building_id": ["x"], "community_id": "C"})
    with pytest.raises(InputError, match="share an identifier"):
        make_atoms(cells, pd.DataFrame({"building_id": ["x", "x"], "households": [1, 2]}))


def test_no_cells_no_atoms() -> None:
    cells = pd.DataFrame({"cell_id": [], "building_id": [], "community_id": []})
    assert make_atoms(cells, pd.DataFrame({"building_id": [], "households": []})).empty
