"""The problem that every method gets: cells, atoms, and one weighted graph for each connected part."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from gridgov.core.atoms import make_atoms
from gridgov.core.division import AtomGraph, make_graph
from gridgov.core.fabric import Fabric, make_fabric
from gridgov.core.households import estimate_households

ROAD_DISCOUNT = np.array([1.0, 0.6, 0.15])
"""What a metre of common border counts for, by kind of edge: plain, across a minor road, across a main road."""

STACK_M = 120.0
"""Tie between atoms that follow one another in a tower [m]."""


@dataclass(frozen=True)
class Part:
    """One connected part of one community, with no way over a hard barrier."""

    atoms: NDArray[np.int64]
    """Positions in the atoms of the whole problem."""
    size: NDArray[np.int64]
    xy: NDArray[np.float64]
    ties: csr_matrix
    """Symmetric weights [m]: how much two atoms belong together."""

    @property
    def count(self) -> int:
        """Number of groups of about 50."""
        return max(1, round(int(self.size.sum()) / 50))


@dataclass(frozen=True)
class Problem:
    """A district ready to be divided."""

    buildings: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame | None
    fabric: Fabric
    atoms: pd.DataFrame
    graph: AtomGraph
    parts: list[Part]
    fabric_cpu_s: float


def read_problem(folder: Path) -> Problem:
    """Read a district's `buildings_in`, `communities_in` and `barriers_in`, or the files of a sample."""
    suffix = "_in" if (folder / "buildings_in.parquet").is_file() else ""
    layers = [
        gpd.read_parquet(folder / f"{name}{suffix}.parquet") for name in ("buildings", "communities", "barriers")
    ]
    return make_problem(*layers)


def make_problem(
    buildings: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, barriers: gpd.GeoDataFrame | None
) -> Problem:
    """Make cells, atoms and graphs; the time for cells and borders is kept. Missing households are estimated."""
    make_fabric(buildings.iloc[:50], communities, barriers)  # compile first, so that the time below is the work alone
    start = time.process_time()
    fabric = make_fabric(buildings, communities, barriers)
    cpu = time.process_time() - start
    stock = estimate_households(fabric.buildings)
    atoms = make_atoms(fabric.cells, stock)
    points = _places(fabric)
    graph = make_graph(fabric.cells, fabric.edges, atoms, points)
    return Problem(stock, communities, barriers, fabric, atoms, graph, make_parts(graph), cpu)


def make_parts(graph: AtomGraph) -> list[Part]:
    """Cut the graph of all atoms into its connected parts."""
    ties = _tie_atoms(graph)
    count, label = connected_components(ties, directed=False)
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1])
    xy = np.column_stack([graph.x, graph.y])
    return [Part(atoms, graph.size[atoms], xy[atoms], ties[atoms][:, atoms].tocsr()) for atoms in groups]


def _places(fabric: Fabric) -> NDArray[np.float64]:
    """Centroid of the building on each cell, of the cell itself where there is none."""
    centre = pd.Series(fabric.buildings.geometry.centroid.to_numpy(), fabric.buildings["building_id"].to_numpy())
    own = gpd.GeoSeries(centre.reindex(fabric.cells["building_id"]).to_numpy(), crs=fabric.cells.crs)
    own = own.where(own.notna(), fabric.cells.geometry.centroid.reset_index(drop=True))
    return np.column_stack([own.x, own.y])


def _tie_atoms(graph: AtomGraph) -> csr_matrix:
    """Neighbouring cells are tied at the foot of their stacks, atoms of one cell each to the next above.

    Tying every atom of a tower to all of its neighbours as well was tried: the tools then cut towers into five to
    ten times as many pieces and take twice as long, for two points more in 45–55.
    """
    foot = np.searchsorted(graph.cell, np.arange(graph.cell_count))
    below = np.flatnonzero(graph.cell[1:] == graph.cell[:-1])
    a = np.concatenate([foot[graph.edge_left], below])
    b = np.concatenate([foot[graph.edge_right], below + 1])
    border = graph.edge_length_m * ROAD_DISCOUNT[graph.edge_kind]
    tie = np.concatenate([border, np.full(len(below), STACK_M)])
    both = (np.tile(tie, 2), (np.concatenate([a, b]), np.concatenate([b, a])))
    return coo_matrix(both, (graph.atom_count, graph.atom_count)).tocsr()
