"""Atoms: what a division never cuts: a building, or a storey of a unit of a building too large for one group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridgov.errors import InputError

ATOM_COLUMNS = (
    "atom_id",
    "cell_id",
    "building_id",
    "unit",
    "storey_from",
    "storey_to",
    "households",
    "community_id",
)


@dataclass(frozen=True)
class AtomRules:
    """When and how finely a building is cut.

    Buildings of at most `whole_households` stay whole: a cluster is about 50 households, so only a building above
    that is divided inside, by unit and band of storeys (rule of the municipality the defaults come from).
    """

    whole_households: int = 50
    """Largest building that stays one atom [households]."""
    wing_households: int = 12
    """A storey of a unit above this is cut in wings [households]."""
    band_households: int = 2
    """A band takes so many storeys that it holds at least this [households]."""
    loose_households: int = 4
    """Size of an atom where the storeys are not known [households]."""


def make_atoms(cells: pd.DataFrame, buildings: pd.DataFrame, rules: AtomRules | None = None) -> pd.DataFrame:
    """Make the atoms of every cell.

    Parameters
    ----------
    cells : pandas.DataFrame
        Columns ``cell_id``, ``building_id`` (missing: ground without a building) and ``community_id``.
    buildings : pandas.DataFrame
        Columns ``building_id`` (unique), ``households`` (whole numbers, missing = 0) and, where known, ``floors``
        and ``units``.
    rules : AtomRules, optional
        When and how finely a building is cut.

    Returns
    -------
    pandas.DataFrame
        Columns of `ATOM_COLUMNS`, in the order of `cells` and, inside a cell, in stacking order: up the first unit,
        down the next, so that neighbours in the table are neighbours in the building. Households of the atoms of a
        building sum to its own. ``unit`` and the storeys are missing where they are not known.

    Raises
    ------
    InputError
        When two buildings have the same identifier.

    Examples
    --------
    >>> cells = pd.DataFrame({"cell_id": ["c1", "c2"], "building_id": ["a", None], "community_id": "k"})
    >>> buildings = pd.DataFrame({"building_id": ["a"], "households": [60], "floors": [10], "units": [1]})
    >>> atoms = make_atoms(cells, buildings)
    >>> atoms.households.tolist()
    [6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 0]
    """
    rules = rules or AtomRules()
    stock = _facts_per_cell(cells, buildings)
    bands, wings, known = _bands_and_wings(stock, rules)
    atom_count = stock["units"] * bands * wings
    cell = np.repeat(np.arange(len(cells)), atom_count)
    place = np.arange(len(cell)) - np.repeat(np.cumsum(atom_count) - atom_count, atom_count)
    unit, storey_from, storey_to = _where_in_building(place, cell, stock, bands, wings)
    total, parts = stock["households"][cell], atom_count[cell]
    households = (place + 1) * total // parts - place * total // parts
    whole = atom_count[cell] == 1
    ids = cells["cell_id"].astype(str).to_numpy(dtype=object)[cell]
    suffix = pd.Series(place).astype(str).str.zfill(4).to_numpy(dtype=object)
    blank = ~known[cell]
    return pd.DataFrame(
        {
            "atom_id": np.where(whole, ids, ids + "-" + suffix),
            "cell_id": cells["cell_id"].to_numpy()[cell],
            "building_id": cells["building_id"].to_numpy(dtype=object)[cell],
            "unit": pd.array(pd.arrays.IntegerArray(unit, whole | blank)),
            "storey_from": pd.array(pd.arrays.IntegerArray(storey_from, blank)),
            "storey_to": pd.array(pd.arrays.IntegerArray(storey_to, blank)),
            "households": households,
            "community_id": cells["community_id"].to_numpy()[cell],
        }
    )


def _facts_per_cell(cells: pd.DataFrame, buildings: pd.DataFrame) -> dict[str, npt.NDArray[np.int64]]:
    """Households, floors (0 = unknown) and units of the building of every cell; its second cell is empty."""
    if buildings["building_id"].duplicated().any():
        twice = buildings.loc[buildings["building_id"].duplicated(), "building_id"].astype(str).unique()[:5].tolist()
        raise InputError(
            f"Buildings share an identifier (first: {twice}). Clean the buildings before making atoms.",
            building_ids=twice,
        )
    row = pd.Index(buildings["building_id"]).get_indexer(pd.Index(cells["building_id"]))
    row = np.where(pd.isna(cells["building_id"]).to_numpy(), -1, row)
    facts: dict[str, npt.NDArray[np.int64]] = {}
    for name, missing in (("households", 0), ("floors", 0), ("units", 1)):
        if name in buildings:
            values = pd.to_numeric(buildings[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
            values = np.append(np.nan_to_num(values, nan=missing), missing)
        else:
            values = np.full(len(buildings) + 1, missing, dtype=float)
        facts[name] = np.maximum(np.rint(values[row]), missing).astype(np.int64)
    second = pd.Series(row).duplicated().to_numpy() & (row >= 0)
    facts["households"][second] = 0
    return facts


def _bands_and_wings(
    stock: dict[str, npt.NDArray[np.int64]], rules: AtomRules
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Bands per unit and wings per band; `stock["units"]` becomes 1 for whole buildings."""
    households, floors = stock["households"], stock["floors"]
    known = floors > 0
    cut = households > rules.whole_households
    stock["units"] = np.where(cut & known, np.minimum(stock["units"], np.maximum(households, 1)), 1)
    per_storey = households / np.maximum(stock["units"] * floors, 1)
    storeys = np.ceil(rules.band_households / np.maximum(per_storey, 1e-9))
    bands = np.ceil(floors / np.clip(storeys, 1, np.maximum(floors, 1)))
    wings = np.ceil(households / np.maximum(stock["units"] * bands, 1) / rules.wing_households)
    loose = np.ceil(households / rules.loose_households)
    bands = np.where(cut, np.where(known, bands, loose), 1).astype(np.int64)
    wings = np.where(cut & known, np.maximum(wings, 1), 1).astype(np.int64)
    return bands, wings, known


def _where_in_building(
    place: npt.NDArray[np.int64],
    cell: npt.NDArray[np.int64],
    stock: dict[str, npt.NDArray[np.int64]],
    bands: npt.NDArray[np.int64],
    wings: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Unit and storeys of the atom at each `place` of its cell's stack (every second unit is read downwards)."""
    level, unit = (place // wings[cell]) % bands[cell], place // (wings * bands)[cell]
    level = np.where(unit % 2 == 1, bands[cell] - 1 - level, level)
    floors = np.maximum(stock["floors"], 1)[cell]
    storey_from = level * floors // bands[cell] + 1
    storey_to = np.maximum((level + 1) * floors // bands[cell], storey_from)
    return unit + 1, storey_from, storey_to
