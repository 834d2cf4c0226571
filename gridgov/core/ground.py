"""What a plan is made on: cells, counted buildings, atoms, and the walled estates they lie in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridgov.core.atoms import make_atoms
from gridgov.core.compounds import find_compound, is_special, make_walls
from gridgov.core.fabric import Fabric, make_fabric
from gridgov.core.findings import join_findings
from gridgov.core.given import take_ground
from gridgov.core.households import estimate_households
from gridgov.core.plan_rules import PlanRules
from gridgov.core.sections import ClusterGraph, make_cluster_graph

Progress = Callable[[str, float], None]
"""Called with the name of the step and the share of it that is done."""

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ground:
    """What a plan is made on: cells, counted buildings, atoms, and the compounds they lie in."""

    fabric: Fabric
    stock: gpd.GeoDataFrame
    """Buildings with their households."""
    atoms: pd.DataFrame
    shapes: npt.NDArray[np.object_]
    """Footprint of each cell's building, the cell itself where it has none."""
    keep: Labels
    """Per cell: compound whose people are kept together, -1 for none."""
    special: Labels
    """Per cell: special area, -1 for none."""

    @property
    def cell(self) -> Labels:
        """Position of each atom's cell."""
        return np.asarray(pd.Index(self.fabric.cells["cell_id"]).get_indexer(self.atoms["cell_id"]), np.int64)


def prepare_ground(
    buildings: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None,
    compounds: gpd.GeoDataFrame | None,
    rules: PlanRules,
    tell: Progress,
) -> Ground:
    """Make the cells and atoms of a district, and find the compound of each.

    Parameters
    ----------
    buildings, communities, barriers, compounds : geopandas.GeoDataFrame
        As for `divide_district`.
    rules : PlanRules
        Sizes and assumptions.
    tell : callable
        Told the step and the share of it done.

    Returns
    -------
    Ground
        The same for any order of rows.

    Raises
    ------
    CrsError
        When a layer has no CRS, or that of the communities is not metric.
    InputError
        When something is no GeoDataFrame, or lacks a column.
    """
    tell("cells", 0.0)
    given = take_ground(buildings, communities, barriers, compounds)
    compounds = _in_order(given.compounds, "compound_id")
    lines = make_walls(compounds, given.barriers)
    fabric = make_fabric(given.buildings, given.communities, lines, progress=lambda step, share: tell("cells", share))
    fabric = replace(fabric, findings=join_findings([given.findings, fabric.findings], crs=fabric.cells.crs))
    stock = estimate_households(fabric.buildings, rules.estimation)
    shapes = _building_shapes(fabric)
    compound = find_compound(shapely.point_on_surface(shapes), compounds)
    atoms = make_atoms(fabric.cells, stock, rules.atoms)
    guessed = stock.loc[stock["households_estimated"], "building_id"]
    atoms["households_estimated"] = atoms["building_id"].isin(guessed)
    aside = is_special(compounds)[compound]
    return Ground(fabric, stock, atoms, shapes, np.where(aside, -1, compound), np.where(aside, compound, -1))


def cluster_graph(ground: Ground, cluster: Labels) -> ClusterGraph:
    """Make the graph of the clusters of a ground.

    Parameters
    ----------
    ground : Ground
        Cells and atoms.
    cluster : numpy.ndarray of int, shape (atoms,)
        Cluster of each atom, from 0.

    Returns
    -------
    ClusterGraph
        One node per cluster.
    """
    cells, edges = ground.fabric.cells, ground.fabric.edges
    return make_cluster_graph(
        cluster,
        ground.atoms["households"].to_numpy(),
        ground.cell,
        cells["area_m2"].to_numpy(),
        cells["perimeter_m"].to_numpy(),
        edges["left"].to_numpy(),
        edges["right"].to_numpy(),
        edges["length_m"].to_numpy(),
        edges["kind"].to_numpy(),
    )


def _building_shapes(fabric: Fabric) -> npt.NDArray[np.object_]:
    """Footprint of each cell's building, the cell itself where it has none."""
    row = pd.Index(fabric.buildings["building_id"]).get_indexer(pd.Index(fabric.cells["building_id"]))
    row = np.where(fabric.cells["building_id"].isna(), -1, row)
    shapes = fabric.cells.geometry.to_numpy().copy()
    shapes[row >= 0] = fabric.buildings.geometry.to_numpy()[row[row >= 0]]
    return np.asarray(shapes)


def _in_order(frame: gpd.GeoDataFrame | None, key: str) -> gpd.GeoDataFrame | None:
    """Rows by key, so that their order in the file changes nothing."""
    if frame is None or key not in frame:
        return frame
    return frame.sort_values(key, kind="stable", ignore_index=True)
