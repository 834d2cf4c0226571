"""Households, residents and rental houses come to exactly one atom each."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.overlay import assign_households, assign_rentals, assign_residents

CRS = "EPSG:4547"


def make_atoms(*rows: tuple[object, ...]) -> pd.DataFrame:
    """Rows of building, unit, storey_from, storey_to, households; the atom is named A0, A1 … in row order."""
    atoms = pd.DataFrame(rows, columns=["building_id", "unit", "storey_from", "storey_to", "households"])
    atoms = atoms.astype({"unit": "Int64", "storey_from": "Int64", "storey_to": "Int64"})
    names = pd.Series([f"{number}" for number in range(len(atoms))])
    return atoms.assign(
        atom_id="A" + names,
        cell_id="cell of " + atoms["building_id"].fillna("ground"),
        cluster_id="C" + names,
        section_id="S0",
        grid_id="G0",
        community_id="K0",
    )


def make_households(*rows: tuple[object, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["building_id", "unit", "storey", "room"])
    frame = frame.astype({"unit": "Int64", "storey": "Int64"})
    return frame.assign(household_id=[f"h{number:04d}" for number in range(len(frame))])


def test_a_whole_building_takes_its_households_and_a_tower_goes_by_unit_and_storey() -> None:
    atoms = make_atoms(
        ("low", None, None, None, 3), ("tower", 1, 1, 9, 36), ("tower", 1, 10, 18, 36), ("tower", 2, 1, 18, 40)
    )
    placed, findings = assign_households(
        make_households(
            ("low", 1, 2, None), ("tower", 1, 9, "902"), ("tower", 1, 10, "1001"), ("tower", 2, 1, "101"),
            ("low", pd.NA, pd.NA, None),
        ),
        atoms,
    )  # fmt: skip
    assert placed["cluster_id"].tolist() == ["C0", "C1", "C2", "C3", "C0"]
    assert placed["how"].tolist() == ["building", "storey", "storey", "storey", "building"]
    assert placed[["section_id", "grid_id", "community_id"]].drop_duplicates().to_numpy().tolist() == [
        ["S0", "G0", "K0"]
    ]
    assert findings.empty


def test_bands_over_all_units_and_units_over_all_storeys() -> None:
    bands = make_atoms(("b", None, 1, 5, 10), ("b", None, 6, 9, 10))
    placed, findings = assign_households(make_households(("b", 3, 5, ""), ("b", pd.NA, 6, "")), bands)
    assert placed["atom_id"].tolist() == ["A0", "A1"]
    assert findings.empty
    units = make_atoms(("b", 1, None, None, 10), ("b", 2, None, None, 10))
    placed, findings = assign_households(make_households(("b", 2, 5, ""), ("b", 1, pd.NA, "")), units)
    assert placed["atom_id"].tolist() == ["A1", "A0"]
    assert findings.empty


def test_the_wings_of_a_dormitory_floor_fill_in_room_order_by_their_numbers() -> None:
    atoms = make_atoms(("d", 1, 1, 1, 5), ("d", 1, 1, 1, 3), ("d", 1, 1, 1, 2), ("d", 1, 2, 2, 4))
    rooms = [f"1-{number}" for number in (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)]
    placed, findings = assign_households(make_households(*(("d", 1, 1, room) for room in rooms)), atoms)
    assert placed["atom_id"].tolist() == ["A2"] * 2 + ["A1"] * 3 + ["A0"] * 5
    assert set(placed["how"]) == {"wing"}
    assert findings.empty


def test_wings_over_several_storeys_stay_wings_on_every_storey() -> None:
    atoms = make_atoms(("d", 1, 1, 2, 3), ("d", 1, 1, 2, 3))
    rows = [("d", 1, storey, f"{storey}{room:02d}") for storey in (1, 2) for room in (1, 2, 3)]
    placed, _ = assign_households(make_households(*rows), atoms)
    assert placed["atom_id"].value_counts().to_dict() == {"A0": 3, "A1": 3}
    assert placed["atom_id"].tolist()[0] == placed["atom_id"].tolist()[3] == "A0"
    assert placed["atom_id"].tolist()[2] == placed["atom_id"].tolist()[5] == "A1"


def test_households_without_a_storey_fill_the_room_that_is_left_and_are_reported() -> None:
    atoms = make_atoms(("t", 1, 1, 5, 2), ("t", 1, 6, 9, 2), ("t", 2, 1, 9, 3))
    rows = [("t", 1, 3, ""), ("t", 1, pd.NA, ""), ("t", 1, pd.NA, ""), ("t", 1, 77, ""), ("t", pd.NA, 4, "")]
    rows += [("t", pd.NA, pd.NA, "")] * 2 + [("gone", 1, 1, "")]
    placed, findings = assign_households(make_households(*rows), atoms)
    assert placed["atom_id"].value_counts().to_dict() == {"A0": 2, "A1": 2, "A2": 3}
    assert placed["how"].tolist() == ["storey"] + ["filled"] * 6 + [None]
    assert placed.loc[[1, 2, 3], "atom_id"].isin(["A0", "A1"]).all(), "a household of unit 1 stays in unit 1"
    assert findings[["row_id", "rule"]].to_numpy().tolist() == [["gone", "unknown-building"], ["t", "storey-missing"]]
    assert "6 households" in findings["detail"].iloc[1]


def test_more_households_than_the_plan_counted_still_have_one_place_each() -> None:
    atoms = make_atoms(("t", 1, 1, 5, 2), ("t", 1, 6, 9, 0), ("z", 1, 1, 1, 0), ("z", 1, 2, 2, 0))
    rows = [("t", pd.NA, pd.NA, "")] * 9 + [("z", pd.NA, pd.NA, "")] * 4
    placed, _ = assign_households(make_households(*rows), atoms)
    assert placed["atom_id"].notna().all()
    assert placed["atom_id"].value_counts().to_dict() == {"A0": 9, "A2": 2, "A3": 2}


def test_ground_without_a_building_takes_nobody_and_nothing_is_needed_of_empty_frames() -> None:
    atoms = make_atoms((None, None, None, None, 0), ("b", None, None, None, 1))
    placed, findings = assign_households(make_households((None, 1, 1, "")), atoms)
    assert placed["atom_id"].isna().all()
    assert findings["rule"].tolist() == ["unknown-building"]
    placed, findings = assign_households(make_households(("b", 1, 1, "")).iloc[:0], atoms)
    assert len(placed) == len(findings) == 0
    placed, _ = assign_households(make_households(("b", 1, 1, "")), atoms.iloc[:0])
    assert placed["atom_id"].isna().all()


@st.composite
def buildings(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    atoms, households = [], []
    for number in range(draw(st.integers(1, 4))):
        units, floors, rooms = draw(st.integers(1, 3)), draw(st.integers(1, 6)), draw(st.integers(1, 5))
        band, wings = draw(st.integers(1, 6)), draw(st.integers(1, min(2, rooms)))
        whole = draw(st.booleans())
        if whole:
            atoms.append((f"b{number}", None, None, None, units * floors * rooms))
        for unit in range(1, units + 1):
            for low in range(1, floors + 1, band):
                high = min(low + band - 1, floors)
                count = (high - low + 1) * rooms
                shares = [count - count // 2, count // 2] if wings == 2 else [count]
                atoms.extend((f"b{number}", unit, low, high, share) for share in shares if not whole)
            for storey in range(1, floors + 1):
                known = draw(st.sampled_from([(unit, storey), (unit, pd.NA), (pd.NA, pd.NA), (unit, storey)]))
                households.extend((f"b{number}", *known, f"{storey}{room:02d}") for room in range(rooms))
    return make_atoms(*atoms), make_households(*households)


@given(buildings(), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_each_household_has_one_atom_of_its_building_and_atoms_fill_exactly(
    case: tuple[pd.DataFrame, pd.DataFrame], seed: int
) -> None:
    atoms, households = case
    placed, _ = assign_households(households, atoms)
    home = atoms.set_index("atom_id").loc[placed["atom_id"]]
    assert (home["building_id"].to_numpy() == households["building_id"].to_numpy()).all()
    filled = placed["atom_id"].value_counts().reindex(atoms["atom_id"]).fillna(0).to_numpy()
    known = households[["unit", "storey"]].notna().all(axis=None)
    if known:
        assert (filled == atoms["households"].to_numpy()).all()
    assert filled.sum() == atoms["households"].sum()
    sure = placed["how"].isin(["storey", "wing"]).to_numpy()
    own = households[sure]
    assert ((home["unit"].to_numpy()[sure] == own["unit"].to_numpy()) | home["unit"].isna().to_numpy()[sure]).all()
    shuffled, _ = assign_households(
        households.sample(frac=1, random_state=seed), atoms.sample(frac=1, random_state=seed)
    )
    pd.testing.assert_frame_equal(shuffled.sort_index(), placed)


def test_rental_houses_go_by_building_else_by_point_else_are_reported() -> None:
    atoms = make_atoms(("a", None, None, None, 9), ("t", 1, 1, 4, 9), ("t", 1, 5, 9, 9), (None, None, None, None, 0))
    cells = gpd.GeoDataFrame(
        {"cell_id": ["cell of a", "cell of t", "cell of ground"], "building_id": ["a", "t", None]},
        geometry=[shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), shapely.box(20, 0, 30, 10)],
        crs=CRS,
    )
    rentals = gpd.GeoDataFrame(
        {
            "rental_house_id": list("uvwxyz"),
            "building_id": ["a", "t", None, "gone", None, None],
            "unit": pd.array([None, 1, 1, 1, None, None], dtype="Int64"),
            "storey": pd.array([None, 7, 2, 9, None, None], dtype="Int64"),
        },
        geometry=[None, shapely.Point(1, 1), shapely.Point(15, 5), shapely.Point(15, 6), shapely.Point(25, 5), None],
        crs=CRS,
    )
    placed, findings = assign_rentals(rentals, atoms, cells)
    assert placed["atom_id"].tolist() == ["A0", "A2", "A1", "A2", "A3", None]
    assert placed["building_id"].tolist() == ["a", "t", "t", "t", None, None]
    assert dict(zip(findings["row_id"], findings["rule"], strict=True)) == {"x": "unknown-building", "z": "no-place"}
    lost = rentals.assign(building_id=None).set_geometry([shapely.Point(33, 5)] * 6, crs=CRS)
    placed, findings = assign_rentals(lost, atoms, cells, tolerance_m=4)
    assert placed["atom_id"].tolist() == ["A3"] * 6
    assert set(findings["rule"]) == {"nearest"}
    placed, findings = assign_rentals(lost.drop(columns="building_id"), atoms, cells, tolerance_m=1)
    assert placed["atom_id"].isna().all()
    assert set(findings["rule"]) == {"no-place"}


def test_residents_follow_their_household() -> None:
    placed, _ = assign_households(make_households(("b", 1, 1, "")), make_atoms(("b", None, None, None, 1)))
    residents = pd.DataFrame({"resident_id": ["r1", "r2", "r3"], "household_id": ["h0000", "h0000", "nowhere"]})
    home, findings = assign_residents(residents, placed)
    assert home["cluster_id"].fillna("-").tolist() == ["C0", "C0", "-"]
    assert findings[["row_id", "rule"]].to_numpy().tolist() == [["nowhere", "unknown-household"]]


@pytest.mark.parametrize("known", [True, False])
def test_a_5_000_household_dormitory_is_quick_and_exact(known: bool) -> None:
    atoms = make_atoms(*(("d", 1, storey, storey, 50) for storey in range(1, 26) for _ in range(4)))
    rows = [
        ("d", 1 if known else pd.NA, storey, f"{storey}{room:03d}") for storey in range(1, 26) for room in range(200)
    ]
    placed, _ = assign_households(make_households(*rows), atoms)
    assert (placed["atom_id"].value_counts() == 50).all()
    assert placed["atom_id"].nunique() == 100
    assert np.array_equal(placed["household_id"], make_households(*rows)["household_id"])
