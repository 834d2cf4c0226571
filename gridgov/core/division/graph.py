"""The graph that is divided: atoms on cells, cells joined by shared borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gridgov.errors import InputError

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AtomGraph:
    """Atoms on cells, and which cells share a border. Atoms of one cell are stacked in the order they are given.

    Atoms of a cell touch one another (next in the stack first), and touch the atoms of the neighbouring cells.
    Lengths in metres of a projected coordinate system.
    """

    size: IntArray
    """Households per atom, (atoms,)."""
    x: FloatArray
    y: FloatArray
    cell: IntArray
    """Position of the atom's cell, (atoms,)."""
    cell_area_m2: FloatArray
    cell_perimeter_m: FloatArray
    edge_left: IntArray
    edge_right: IntArray
    """Positions of the two cells of an edge, (edges,)."""
    edge_length_m: FloatArray
    edge_kind: npt.NDArray[np.int8]
    """0 plain, 1 across a minor road, 2 across a main (soft) road; hard barriers are no edges."""

    @property
    def atom_count(self) -> int:
        """Number of atoms."""
        return len(self.size)

    @property
    def cell_count(self) -> int:
        """Number of cells."""
        return len(self.cell_area_m2)


def make_graph(
    cells: pd.DataFrame, edges: pd.DataFrame, atoms: pd.DataFrame, points: npt.NDArray[np.float64] | None = None
) -> AtomGraph:
    """Make the graph of atoms from the frames of the fabric.

    Parameters
    ----------
    cells : pandas.DataFrame or geopandas.GeoDataFrame
        Columns ``cell_id``, ``area_m2``, ``perimeter_m``; places are taken from columns ``x_m`` and ``y_m`` or else
        from the centroids of ``geometry`` (projected CRS, metres).
    edges : pandas.DataFrame
        Columns ``left``, ``right`` (positions in `cells`), ``length_m``, ``kind`` (0, 1 minor, 2 soft).
    atoms : pandas.DataFrame
        Columns ``cell_id`` and ``households``; the order inside a cell is the stacking order.
    points : array of shape (cells, 2), optional
        Place of each cell's building, when better known than by the cell.

    Returns
    -------
    AtomGraph
        Atoms in the order of `atoms`, cells in the order of `cells`.

    Raises
    ------
    InputError
        When an atom names a cell that is not there.
    """
    place = _points_of(cells) if points is None else np.asarray(points, dtype=float).reshape(-1, 2)
    cell = pd.Index(cells["cell_id"]).get_indexer(atoms["cell_id"])
    if (cell < 0).any():
        lost = atoms["cell_id"].to_numpy()[cell < 0][:5].tolist()
        raise InputError(f"Atoms lie on cells that are not in the table of cells (first: {lost}).", cell_ids=lost)
    return AtomGraph(
        size=_integers(atoms["households"]),
        x=np.ascontiguousarray(place[cell, 0], dtype=float),
        y=np.ascontiguousarray(place[cell, 1], dtype=float),
        cell=cell.astype(np.int64),
        cell_area_m2=_floats(cells["area_m2"]),
        cell_perimeter_m=_floats(cells["perimeter_m"]),
        edge_left=_integers(edges["left"]),
        edge_right=_integers(edges["right"]),
        edge_length_m=_floats(edges["length_m"]),
        edge_kind=edges["kind"].to_numpy().astype(np.int8),
    )


def _points_of(cells: Any) -> FloatArray:
    if "x_m" in cells and "y_m" in cells:
        return np.column_stack([_floats(cells["x_m"]), _floats(cells["y_m"])])
    centre = cells.geometry.centroid
    return np.column_stack([centre.x.to_numpy(), centre.y.to_numpy()])


def _integers(values: pd.Series) -> IntArray:
    return np.ascontiguousarray(values.to_numpy(), dtype=np.int64)


def _floats(values: pd.Series) -> FloatArray:
    return np.ascontiguousarray(values.to_numpy(), dtype=np.float64)
