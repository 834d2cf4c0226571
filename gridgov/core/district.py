"""The main rule: from footprints and community lines to a plan of clusters, sections and grids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.division import divide_graph, make_graph
from gridgov.core.findings import join_findings
from gridgov.core.given import take_layer
from gridgov.core.grids import make_grid_labels
from gridgov.core.ground import Ground, Labels, Progress, cluster_graph, prepare_ground
from gridgov.core.groups import make_groups
from gridgov.core.households import find_estimates
from gridgov.core.plan_rules import PlanRules, section_rules
from gridgov.core.plans import Plan
from gridgov.core.sections import make_sections, smooth_borders
from gridgov.core.shortfalls import find_shortfalls
from gridgov.errors import InputError

__all__ = [
    "Ground",
    "PlanRules",
    "Progress",
    "assemble_plan",
    "cluster_graph",
    "divide_district",
    "make_grids",
    "make_joiner",
    "prepare_ground",
    "section_rules",
]


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
        When a layer has no CRS, or the communities' is not metric. Other layers may be in any CRS.
    InputError
        When a layer lacks a column or is no GeoDataFrame, or there is no such effort.
    """
    rules = rules or PlanRules()
    _require_effort(effort, rules)
    tell = progress or (lambda step, share: None)
    ground = prepare_ground(buildings, communities, barriers, compounds, rules, tell)
    tell("clusters", 0.0)
    cluster, section = _divide_clusters(ground, rules, effort, seed, tell)
    tell("grids", 0.0)
    grid = make_grids(ground, rules, seed, "default" if effort == "quality" else "quick")
    tell("groups", 0.0)
    return assemble_plan(ground, communities, cluster, section, grid, rules)


def _require_effort(effort: str, rules: PlanRules) -> None:
    if effort not in rules.smoothing:
        known = " or ".join(map(repr, rules.smoothing))
        raise InputError(f"There is no effort {effort!r}; give {known}.", effort=effort)


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
    communities = take_layer(communities, "communities")
    if "division_code" not in communities or communities["division_code"].isna().all():
        return None
    return communities.drop_duplicates("community_id").set_index("community_id")["division_code"]


def _parent_of(groups: gpd.GeoDataFrame, atoms: pd.DataFrame, child: str, parent: str) -> pd.Series:
    return groups["id"].map(atoms.drop_duplicates(child).set_index(child)[parent])
