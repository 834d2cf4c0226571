"""Take over a plan that is only polygons: as cells and atoms it can be mended, judged and revised like any other."""

from __future__ import annotations

from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.district import (
    Ground,
    PlanRules,
    Progress,
    assemble_plan,
    make_grids,
    make_joiner,
    prepare_ground,
)
from gridgov.core.division import make_graph
from gridgov.core.revision.ground import Ints
from gridgov.core.revision.labels import repair_labels, revise_labels
from gridgov.core.revision.naming import keep_names
from gridgov.core.revision.report import Revision, report_revision
from gridgov.core.revision.rules import RevisionRules


def adopt_polygons(
    groups: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    compounds: gpd.GeoDataFrame | None = None,
    *,
    mend: Literal["contiguity", "allowed", "preferred"] = "allowed",
    rules: PlanRules | None = None,
    household_cost: float = 0.1,
    seed: int = 0,
    progress: Progress | None = None,
) -> Revision:
    """Make a plan from the polygons of clusters made elsewhere, and mend it.

    A building belongs to the polygon in which its inner point lies; of several stacked ones, to that with its unit
    and storeys. What lies in none joins the best cluster beside it, what is not in one piece is mended, and sizes as
    far as wanted. Clusters keep their ids. Sections and grids are made anew.

    Parameters
    ----------
    groups : geopandas.GeoDataFrame
        id, polygon; unit, storey_from and storey_to where clusters are stacked.
    buildings, communities, barriers, compounds : geopandas.GeoDataFrame
        The district, in the CRS of `groups`; as for `divide_district`.
    mend : {"contiguity", "allowed", "preferred"}
        Only put clusters in one piece, or bring their sizes too into the allowed or the preferred range.
    rules : PlanRules, optional
        Sizes and assumptions.
    household_cost : float
        Cost of one household in another cluster; 1 is the gain of one cluster back in the preferred sizes.
    seed : int
        For dividing what is in no cluster.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    Revision
        The plan, the steps from the polygons to it, and who moved and why.
    """
    rules = rules or PlanRules()
    tell = progress or (lambda step, share: None)
    groups = groups.assign(id=groups["id"].astype(str)).sort_values("id", ignore_index=True)
    ground = prepare_ground(buildings, communities, barriers, compounds, rules, tell)
    label = locate_atoms(groups, ground)
    tell("clusters", 0.0)
    centre = shapely.get_coordinates(shapely.centroid(ground.shapes))
    graph = make_graph(ground.fabric.cells, ground.fabric.edges, ground.atoms, centre)
    weighed = RevisionRules(rules.clusters, household_cost=household_cost)
    if mend == "contiguity":
        found = revise_labels(graph, label, weighed, seed=seed, depth=0)
    else:
        found = repair_labels(graph, label, weighed, thorough=mend == "preferred", seed=seed)
    tell("sections", 0.0)
    section, grid = make_joiner(ground, rules, seed)(found.labels), make_grids(ground, rules, seed)
    plan = assemble_plan(ground, communities, found.labels, section, grid, rules)
    names = groups["id"].to_numpy(dtype=object)
    old = _describe(groups, ground, label)
    plan = keep_names(plan, {"cluster": (found.labels, names, old)}, communities)
    reasons = np.array(
        ["", "in no cluster before", "no longer joined to its cluster", "to mend a size"], dtype=object
    )
    why = pd.Series(reasons[found.cause], index=plan.atoms["atom_id"].to_numpy())
    before = plan.atoms.assign(cluster_id=pd.Series(names).reindex(label).to_numpy())
    return report_revision(before[label >= 0].reset_index(drop=True), plan, why)


def locate_atoms(groups: gpd.GeoDataFrame, ground: Ground) -> Ints:
    """Find the polygon of each atom.

    Parameters
    ----------
    groups : geopandas.GeoDataFrame
        Polygons; unit, storey_from and storey_to where they are stacked.
    ground : Ground
        Cells and atoms.

    Returns
    -------
    numpy.ndarray of int, shape (atoms,)
        Position of the polygon, -1 for none; the first where several fit.
    """
    polygons = shapely.make_valid(groups.geometry.to_numpy())
    inner = shapely.point_on_surface(ground.shapes)
    cell, group = shapely.STRtree(polygons).query(inner, predicate="intersects")
    pairs = pd.DataFrame({"cell": cell, "group": group})
    atoms = pd.DataFrame({"cell": ground.cell, "atom": np.arange(len(ground.atoms))}).merge(pairs, on="cell")
    fits = np.ones(len(atoms), bool)
    for column, low, high in (("unit", "unit", "unit"), ("storey_from", "storey_from", "storey_to")):
        if low in groups and high in groups:
            value = ground.atoms[column].astype("Float64").to_numpy(np.float64, na_value=np.nan)[atoms["atom"]]
            least = groups[low].astype("Float64").to_numpy(np.float64, na_value=np.nan)[atoms["group"]]
            most = groups[high].astype("Float64").to_numpy(np.float64, na_value=np.nan)[atoms["group"]]
            fits &= ~((value < least) | (value > most))
    # where no storeys fit, the first polygon on the ground is better than none
    order = np.lexsort((atoms["group"], ~fits, atoms["atom"]))
    best = atoms.iloc[order].drop_duplicates("atom")
    label = np.full(len(ground.atoms), -1, np.int64)
    label[best["atom"].to_numpy()] = best["group"].to_numpy()
    return label


def _describe(groups: gpd.GeoDataFrame, ground: Ground, label: Ints) -> gpd.GeoDataFrame:
    """Groups with the code, name and community that a plan's groups have."""
    community = pd.Series(ground.atoms["community_id"].to_numpy()[label >= 0]).groupby(label[label >= 0])
    most = community.agg(lambda names: names.value_counts().index[0])
    described = groups.assign(community_id=most.reindex(range(len(groups))).to_numpy())
    for column in ("code", "name"):
        given = groups[column] if column in groups else groups["id"]
        described[column] = given.fillna(groups["id"]).astype(str)
    return described
