"""Groups get the union of their cells, a number in reading order and the storeys they hold."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridgov.core.groups import make_groups

SIDE = 4


def squares(side=SIDE):
    boxes = [shapely.box(x, y, x + 1, y + 1) for y in range(side) for x in range(side)]
    return gpd.GeoDataFrame({"cell_id": [f"c{k:02}" for k in range(side * side)]}, geometry=boxes, crs=4547)


def one_atom_each(cells):
    return pd.DataFrame(
        {
            "cell_id": cells.cell_id,
            "unit": pd.array([pd.NA] * len(cells), "Int64"),
            "storey_from": pd.array([pd.NA] * len(cells), "Int64"),
            "storey_to": pd.array([pd.NA] * len(cells), "Int64"),
            "households": 10,
            "community_id": "A",
        }
    )


@given(st.lists(st.integers(0, 3), min_size=SIDE * SIDE, max_size=SIDE * SIDE))
def test_groups_cover_what_their_cells_cover(labels):
    cells = squares()
    groups, ids = make_groups("cluster", np.array(labels), one_atom_each(cells), cells)
    assert groups.id.is_unique
    assert groups.households.sum() == 10 * len(cells)
    for name, polygon in zip(groups.id, groups.geometry, strict=True):
        assert polygon.equals(cells.geometry[ids == name].union_all())


def test_numbers_run_west_to_east_then_south():
    cells = squares(2)
    groups, ids = make_groups("section", np.array([5, 9, 2, 4]), one_atom_each(cells), cells)
    assert ids.tolist() == ["A-P003", "A-P004", "A-P001", "A-P002"]
    assert groups.name.tolist() == ["第1片区", "第2片区", "第3片区", "第4片区"]


def test_a_tower_of_two_clusters_tells_them_by_storey():
    cells = squares(1)
    atoms = pd.concat([one_atom_each(cells)] * 4, ignore_index=True)
    atoms["unit"] = pd.array([1, 1, 1, 1], "Int64")
    atoms["storey_from"] = pd.array([1, 6, 11, 16], "Int64")
    atoms["storey_to"] = pd.array([5, 10, 15, 20], "Int64")
    groups, ids = make_groups("cluster", np.array([1, 1, 0, 0]), atoms, cells)
    assert ids.tolist() == ["A-L001", "A-L001", "A-L002", "A-L002"]
    assert groups[["unit", "storey_from", "storey_to"]].to_numpy().tolist() == [[1, 1, 10], [1, 11, 20]]


def test_codes_come_from_the_division_code():
    cells = squares(1)
    atoms = one_atom_each(cells)
    groups, _ = make_groups("grid", np.zeros(1, int), atoms, cells, pd.Series({"A": "440307003004"}))
    assert groups.code.tolist() == ["440307003004001"]
