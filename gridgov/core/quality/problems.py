"""The places where a plan breaks a rule, each with its reason and a point to fly to."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.given import take_layer
from gridgov.core.quality.edges import CellEdges, label_pieces, make_cell_edges
from gridgov.core.quality.judge import pair_cells
from gridgov.core.quality.rules import QualityRules
from gridgov.core.quality.tiling import find_tiling_problems

Shapes = NDArray[np.object_]


def find_problems(
    cells: gpd.GeoDataFrame,
    atoms: pd.DataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    *,
    edges: CellEdges | None = None,
    liaisons: pd.DataFrame | None = None,
    shelters: pd.DataFrame | None = None,
    rules: QualityRules | None = None,
) -> gpd.GeoDataFrame:
    """Find what is wrong in a plan, ours or another's.

    Parameters
    ----------
    cells : geopandas.GeoDataFrame
        cell_id, community_id, polygon [metric CRS].
    atoms : pandas.DataFrame
        atom_id, cell_id, building_id, households, community_id, cluster_id, and section_id if there are sections.
    communities : geopandas.GeoDataFrame
        community_id, polygon [any CRS].
    barriers : geopandas.GeoDataFrame, optional
        kind (hard, soft, minor), line [any CRS].
    edges : CellEdges, optional
        Borders of the cells when they are known already.
    liaisons : pandas.DataFrame, optional
        section_id, liaison_id: who answers for which section.
    shelters : pandas.DataFrame, optional
        cluster_id, shelter_id (missing: none within reach).
    rules : QualityRules, optional
        Sizes that are wanted.

    Returns
    -------
    geopandas.GeoDataFrame
        Findings, see `gridgov.core.findings`; rules are group-too-small, group-too-large, disconnected,
        crosses-hard-barrier, crosses-community, unassigned, needless-split, section-size, no-liaison, no-shelter,
        overlap, gap and outside-community.
    """
    rules = rules or QualityRules()
    communities = take_layer(communities, "communities", cells.crs)
    edges = edges or make_cell_edges(cells.geometry, barriers)
    shape = _shape_finder(cells)
    tables = [_find_unassigned(cells, atoms), _find_wrong_sizes(cells, atoms, edges, rules, shape)]
    for level, layer in (("cluster_id", "clusters"), ("section_id", "sections")):
        if level in atoms and atoms[level].notna().any():
            tables.append(_find_broken(cells, atoms, edges, level, layer, shape))
            tables.append(_find_crossing(cells, atoms, level, layer, shape))
    tables.append(_find_needless_splits(cells, atoms, rules, shape))
    if "section_id" in atoms and atoms["section_id"].notna().any():
        tables.append(_find_section_sizes(cells, atoms, rules, shape))
        tables.append(_find_without(cells, atoms, "section_id", liaisons, "liaison", shape))
    tables.append(_find_without(cells, atoms, "cluster_id", shelters, "shelter", shape))
    tables.append(find_tiling_problems(cells, communities, edges))
    return join_findings(tables, crs=cells.crs)


ShapeFinder = Callable[[pd.DataFrame], Shapes]


def _shape_finder(cells: gpd.GeoDataFrame) -> ShapeFinder:
    """Make a function that gives the largest cell of every group of a table of (group, cell_id)."""
    polygons = cells.geometry.to_numpy()
    area = shapely.area(polygons)
    index = pd.Index(cells["cell_id"])

    def find(table: pd.DataFrame) -> Shapes:
        position = index.get_indexer(table["cell_id"])
        known = pd.DataFrame({"group": table["group"].to_numpy(), "cell": position})
        known["area"] = np.where(position >= 0, area[position], -1.0)
        best = known.sort_values(["group", "area"], kind="stable").drop_duplicates("group", keep="last")
        shapes: Shapes = polygons[best["cell"].to_numpy()]
        shapes[(best["cell"] < 0).to_numpy()] = None
        return shapes

    return find


def _cells_of(atoms: pd.DataFrame, level: str, groups: pd.Index) -> pd.DataFrame:
    some = atoms[atoms[level].isin(groups)]
    return pd.DataFrame({"group": some[level].to_numpy(), "cell_id": some["cell_id"].to_numpy()})


def _find_unassigned(cells: gpd.GeoDataFrame, atoms: pd.DataFrame) -> gpd.GeoDataFrame:
    lost = atoms[atoms["cluster_id"].isna()]
    position = pd.Index(cells["cell_id"]).get_indexer(lost["cell_id"])
    shapes = np.where(position >= 0, cells.geometry.to_numpy()[position], None)
    bare = cells[~cells["cell_id"].isin(atoms["cell_id"])]
    detail = [f"{count} households belong to no cluster" for count in lost["households"]]
    action = "divide again, or put it into a neighbouring cluster"
    return join_findings(
        [
            make_findings("atoms", lost["atom_id"], "unassigned", "error", detail, action, shapes, cells.crs),
            make_findings(
                "cells",
                bare["cell_id"],
                "unassigned",
                "error",
                "the cell has no atom",
                action,
                bare.geometry,
                cells.crs,
            ),
        ],
        crs=cells.crs,
    )


def _find_wrong_sizes(
    cells: gpd.GeoDataFrame, atoms: pd.DataFrame, edges: CellEdges, rules: QualityRules, shape: ShapeFinder
) -> gpd.GeoDataFrame:
    """Clusters outside the allowed sizes, with the reason where there is no way out."""
    known = atoms[atoms["cluster_id"].notna()]
    by_cluster = known.groupby("cluster_id")
    size = by_cluster["households"].sum()
    table = pd.DataFrame({"households": size, "largest": by_cluster["households"].max()})
    table["reach"] = _households_in_reach(cells, known, edges).reindex(table.index)
    small = table[(size > 0) & (size < rules.min)]
    large = table[size > rules.max]
    why_small = [
        f"{row.households} households; "
        + (
            f"behind barriers and the community line there are only {int(row.reach)}"
            if row.reach < rules.min
            else f"the least is {rules.min}"
        )
        for row in small.itertuples()
    ]
    why_large = [
        f"{row.households} households; "
        + (
            f"one part of a building alone holds {row.largest}"
            if row.largest > rules.max
            else f"the most is {rules.max}"
        )
        for row in large.itertuples()
    ]
    tables = []
    for some, rule, why, action in (
        (small, "group-too-small", why_small, "join it to a neighbour, or accept it"),
        (large, "group-too-large", why_large, "split it, or accept it"),
    ):
        shapes = shape(_cells_of(atoms, "cluster_id", some.index))
        tables.append(make_findings("clusters", some.index, rule, "warning", why, action, shapes, cells.crs))
    return join_findings(tables, crs=cells.crs)


def _households_in_reach(cells: gpd.GeoDataFrame, atoms: pd.DataFrame, edges: CellEdges) -> pd.Series:
    """Households of the ground that each cluster could reach without a hard barrier or the community line."""
    place = pd.DataFrame({"cell_id": cells["cell_id"], "community": cells["community_id"]})
    cell = np.arange(len(cells), dtype=np.int64)
    label = label_pieces(cell, place["community"], edges, edges.joins & ~edges.hard)
    part = pd.Series(label, index=cells["cell_id"].to_numpy())
    of_atom = atoms["cell_id"].map(part[~part.index.duplicated()])
    total = atoms["households"].groupby(of_atom).sum()
    return of_atom.map(total).groupby(atoms["cluster_id"]).max()


def _find_broken(
    cells: gpd.GeoDataFrame, atoms: pd.DataFrame, edges: CellEdges, level: str, layer: str, shape: ShapeFinder
) -> gpd.GeoDataFrame:
    """Groups in several pieces; the point lies in the smallest of them."""
    pairs, _ = pair_cells(atoms, cells, level)
    cell = pairs["cell"].to_numpy(np.int64)
    pairs["piece"] = label_pieces(cell, pairs["group"], edges, edges.joins & ~edges.hard)
    pairs["over"] = label_pieces(cell, pairs["group"], edges, edges.joins)
    by_group = pairs.groupby("group")[["piece", "over"]].nunique()
    broken = by_group[by_group["piece"] > 1]
    some = pairs[pairs["group"].isin(broken.index)]
    share = some.groupby(["group", "piece"])["households"].transform("sum")
    some = some.assign(share=share).sort_values(["group", "share"], kind="stable").drop_duplicates("group")
    shapes = cells.geometry.to_numpy()[some["cell"].to_numpy()]
    across = (broken["over"] < broken["piece"]).to_numpy()
    detail = np.array([f"{count} pieces" for count in broken["piece"]], dtype=object)
    tables = []
    for mask, rule, text in (
        (across, "crosses-hard-barrier", " on both sides of a hard barrier"),
        (~across, "disconnected", " that do not touch"),
    ):
        why = [word + text for word in detail[mask]]
        action = "repair the plan: give the smaller pieces to their neighbours"
        tables.append(make_findings(layer, broken.index[mask], rule, "error", why, action, shapes[mask], cells.crs))
    return join_findings(tables, crs=cells.crs)


def _find_crossing(
    cells: gpd.GeoDataFrame, atoms: pd.DataFrame, level: str, layer: str, shape: ShapeFinder
) -> gpd.GeoDataFrame:
    communities = atoms.groupby(level)["community_id"].unique()
    crossing = communities[communities.map(len) > 1]
    detail = ["lies in communities " + ", ".join(sorted(map(str, names))) for names in crossing]
    shapes = shape(_cells_of(atoms, level, crossing.index))
    action = "divide each community on its own"
    return make_findings(layer, crossing.index, "crosses-community", "error", detail, action, shapes, cells.crs)


def _find_needless_splits(
    cells: gpd.GeoDataFrame, atoms: pd.DataFrame, rules: QualityRules, shape: ShapeFinder
) -> gpd.GeoDataFrame:
    inhabited = atoms[(atoms["households"] > 0) & atoms["building_id"].notna()]
    by_building = inhabited.groupby("building_id")
    table = pd.DataFrame(
        {"parts": by_building["cluster_id"].nunique(), "households": by_building["households"].sum()}
    )
    split = table[(table["parts"] > 1) & (table["households"] <= rules.target)]
    detail = [f"{row.households} households in {row.parts} clusters" for row in split.itertuples()]
    shapes = shape(_cells_of(atoms, "building_id", split.index))
    action = "put the building into one cluster"
    return make_findings("buildings", split.index, "needless-split", "warning", detail, action, shapes, cells.crs)


def _find_section_sizes(
    cells: gpd.GeoDataFrame, atoms: pd.DataFrame, rules: QualityRules, shape: ShapeFinder
) -> gpd.GeoDataFrame:
    size = atoms.groupby("cluster_id")["households"].sum()
    live = atoms[atoms["cluster_id"].isin(size.index[size > 0])]
    clusters = live.groupby("section_id")["cluster_id"].nunique()
    odd = clusters[~clusters.between(rules.section_min, rules.section_max)]
    detail = [f"{count} clusters; wanted are {rules.section_min} to {rules.section_max}" for count in odd]
    shapes = shape(_cells_of(atoms, "section_id", odd.index))
    action = "accept it where nothing adjoins, else join or split"
    return make_findings("sections", odd.index, "section-size", "warning", detail, action, shapes, cells.crs)


def _find_without(
    cells: gpd.GeoDataFrame,
    atoms: pd.DataFrame,
    level: str,
    links: pd.DataFrame | None,
    what: str,
    shape: ShapeFinder,
) -> gpd.GeoDataFrame:
    """Groups with households that no liaison or shelter is linked to."""
    layer = level.removesuffix("_id") + "s"
    if links is None:
        return make_findings(layer, [], f"no-{what}", "warning", "", "")
    size = atoms.groupby(level)["households"].sum()
    linked = links.loc[links[f"{what}_id"].notna(), level]
    bare = size[(size > 0) & ~size.index.isin(linked)]
    detail = [f"{count} households without a {what}" for count in bare]
    shapes = shape(_cells_of(atoms, level, bare.index))
    action = f"assign a {what}"
    return make_findings(layer, bare.index, f"no-{what}", "warning", detail, action, shapes, cells.crs)
