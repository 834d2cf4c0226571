"""The main rule: from footprints and community lines to a plan of clusters, sections and grids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridgov.core.atoms import AtomRules, make_atoms
from gridgov.core.compounds import find_compound, is_special, make_walls
from gridgov.core.division import DivisionRules, divide_graph, make_graph, make_rules
from gridgov.core.fabric import Fabric, make_fabric
from gridgov.core.findings import join_findings
from gridgov.core.grids import make_grid_labels
from gridgov.core.groups import make_groups
from gridgov.core.households import EstimationRules, estimate_households, find_estimates
from gridgov.core.plans import Plan
from gridgov.core.sections import (
    SMOOTHING,
    ClusterGraph,
    SectionRules,
    Smoothing,
    make_cluster_graph,
    make_sections,
    smooth_borders,
)
from gridgov.core.shortfalls import find_shortfalls

Progress = Callable[[str, float], None]
"""Called with the name of the step and the share of it that is done."""

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PlanRules:
    """The numbers of a whole plan."""

    clusters: DivisionRules = field(default_factory=DivisionRules)
    managers: DivisionRules = field(default_factory=lambda: make_rules(57, 30, 90))
    """About 57 dwellings a building manager (one news source; status: secondary)."""
    atoms: AtomRules = field(default_factory=AtomRules)
    estimation: EstimationRules = field(default_factory=EstimationRules)
    clusters_per_section: float = 2.356
    """139,000 households in 1,180 sections (a municipality's figures; status: seed)."""
    smoothing: Mapping[str, Smoothing] = field(default_factory=lambda: SMOOTHING)
    """How the borders of clusters are shaped for their sections, by effort."""


def divide_district(
    buildings: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    compounds: gpd.GeoDataFrame | None = None,
    *,
    rules: PlanRules | None = None,
    effort: Literal["default", "quality"] = "default",
    seed: int = 0,
    progress: Progress | None = None,
) -> Plan:
    """Divide every community into clusters, sections and grids.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        Footprints; ``building_id``, and where known ``households``, ``floors``, ``units``, ``use``, ``height_m``.
        Missing counts are estimated and marked.
    communities : geopandas.GeoDataFrame
        ``community_id``, ``name`` and polygons; ``division_code`` gives official codes.
    barriers : geopandas.GeoDataFrame, optional
        Lines or polygons with ``kind`` hard (never crossed), soft (crossed at a cost) or minor.
    compounds : geopandas.GeoDataFrame, optional
        Walled estates, kept together, and special areas, kept whole as grids of their own.
    rules : PlanRules, optional
        Sizes and assumptions.
    effort : {"default", "quality"}
        How long to search for better clusters.
    seed : int
        Same input and seed, same plan; the order of rows does not matter.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    Plan
        Tables in the metric CRS of the communities.

    Raises
    ------
    CrsError
        When a layer has no CRS, or the communities' is not metric.
    InputError
        When a layer lacks a column.
    """
    rules = rules or PlanRules()
    tell = progress or (lambda step, share: None)
    ground = prepare_ground(buildings, communities, barriers, compounds, rules, tell)
    tell("clusters", 0.0)
    cluster, section = _divide_clusters(ground, rules, effort, seed, tell)
    tell("grids", 0.0)
    grid = make_grids(ground, rules, seed, "default" if effort == "quality" else "quick")
    tell("groups", 0.0)
    return assemble_plan(ground, communities, cluster, section, grid, rules)


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
    """
    tell("cells", 0.0)
    compounds = _in_order(compounds, "compound_id")
    lines = make_walls(compounds, barriers)
    fabric = make_fabric(buildings, communities, lines, progress=lambda step, share: tell("cells", share))
    stock = estimate_households(fabric.buildings, rules.estimation)
    shapes = _building_shapes(fabric)
    compound = find_compound(shapely.point_on_surface(shapes), compounds)
    atoms = make_atoms(fabric.cells, stock, rules.atoms)
    guessed = stock.loc[stock["households_estimated"], "building_id"]
    atoms["households_estimated"] = atoms["building_id"].isin(guessed)
    aside = is_special(compounds)[compound]
    return Ground(fabric, stock, atoms, shapes, np.where(aside, -1, compound), np.where(aside, compound, -1))


def _divide_clusters(
    ground: Ground, rules: PlanRules, effort: Literal["default", "quality"], seed: int, tell: Progress
) -> tuple[Labels, Labels]:
    """Cluster and section of each atom; residential compounds are kept together where their size allows."""
    points = shapely.get_coordinates(shapely.centroid(ground.shapes))
    graph = make_graph(ground.fabric.cells, ground.fabric.edges, ground.atoms, points)
    keep = ground.keep[graph.cell] if (ground.keep >= 0).any() else None
    cluster = divide_graph(
        graph, rules.clusters, effort=effort, seed=seed, keep=keep, progress=lambda share: tell("clusters", share)
    )
    tell("sections", 0.0)
    return smooth_borders(
        graph,
        cluster,
        make_joiner(ground, rules, seed),
        rules.clusters,
        keep=keep,
        smoothing=rules.smoothing[effort],
        seed=seed,
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


def make_joiner(ground: Ground, rules: PlanRules, seed: int) -> Callable[[Labels], Labels]:
    """Make what joins clusters in sections, again and again: each time it begins with the sections of before.

    Parameters
    ----------
    ground : Ground
        Cells and atoms.
    rules : PlanRules
        Clusters a section.
    seed : int
        Seed of the search.

    Returns
    -------
    callable
        Gives the section of each atom for the cluster of each atom.
    """
    before: Labels | None = None

    def join(cluster: Labels) -> Labels:
        nonlocal before
        before = make_sections(cluster_graph(ground, cluster), section_rules(rules), start=before, seed=seed)
        return before[cluster]

    return join


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


def section_rules(rules: PlanRules) -> SectionRules:
    """Take the rules of sections from those of a plan.

    Parameters
    ----------
    rules : PlanRules
        Of a plan.

    Returns
    -------
    SectionRules
        Of its sections.
    """
    return SectionRules(per_section=rules.clusters_per_section)


def make_grids(
    ground: Ground, rules: PlanRules, seed: int, effort: Literal["quick", "default", "quality"] = "quick"
) -> Labels:
    """Divide the ground in building-manager grids and special grids.

    Parameters
    ----------
    ground : Ground
        Cells and atoms.
    rules : PlanRules
        Sizes of the grids.
    seed : int
        Seed of the division.
    effort : {"quick", "default", "quality"}
        How long to search.

    Returns
    -------
    numpy.ndarray of int, shape (atoms,)
        Grid of each atom.
    """
    cells, cell = ground.fabric.cells, ground.cell
    households = np.bincount(cell, ground.atoms["households"], len(cells)).astype(np.int64)
    grid = make_grid_labels(
        cells, ground.fabric.edges, households, ground.special, rules.managers, effort=effort, seed=seed
    )
    return np.asarray(grid[cell])


def assemble_plan(
    ground: Ground,
    communities: gpd.GeoDataFrame,
    cluster: Labels,
    section: Labels,
    grid: Labels,
    rules: PlanRules,
) -> Plan:
    """Make the tables of a plan from the labels of its atoms.

    Parameters
    ----------
    ground : Ground
        Cells and atoms.
    communities : geopandas.GeoDataFrame
        ``community_id``, and ``division_code`` for official codes.
    cluster, section, grid : numpy.ndarray of int, shape (atoms,)
        Groups of each atom.
    rules : PlanRules
        Sizes, to name what could not be met.

    Returns
    -------
    Plan
        Groups numbered inside their community.
    """
    fabric, atoms, stock = ground.fabric, ground.atoms, ground.stock
    codes = _division_codes(communities)
    clusters, cluster_id = make_groups("cluster", cluster, atoms, fabric.cells, codes)
    sections, section_id = make_groups("section", section, atoms, fabric.cells, codes)
    grids, grid_id = make_groups("grid", grid, atoms, fabric.cells, codes)
    atoms = atoms.assign(cluster_id=cluster_id, section_id=section_id, grid_id=grid_id)
    clusters["parent"] = _parent_of(clusters, atoms, "cluster_id", "section_id")
    sections["parent"], grids["parent"] = sections["community_id"], grids["community_id"]
    lived_in = clusters[clusters["households"] > 0]
    sections["clusters"] = sections["id"].map(lived_in["parent"].value_counts()).fillna(0).astype(int)
    special = np.unique(grid_id[ground.special[ground.cell] >= 0])
    grids["kind"] = np.where(grids["id"].isin(special), "special", "building-manager")
    cells = fabric.cells[["cell_id", "building_id", "community_id", "geometry"]]
    found = [
        fabric.findings,
        find_estimates(stock),
        find_shortfalls(clusters, atoms, cells, fabric.edges, rules.clusters),
    ]
    return Plan(cells, atoms, clusters, sections, grids, join_findings(found, crs=cells.crs))


def _division_codes(communities: gpd.GeoDataFrame) -> pd.Series | None:
    if "division_code" not in communities or communities["division_code"].isna().all():
        return None
    return communities.drop_duplicates("community_id").set_index("community_id")["division_code"]


def _parent_of(groups: gpd.GeoDataFrame, atoms: pd.DataFrame, child: str, parent: str) -> pd.Series:
    return groups["id"].map(atoms.drop_duplicates(child).set_index(child)[parent])
