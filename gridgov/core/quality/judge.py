"""Judge a plan: every measure of the division benchmark, from the tables alone."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.given import take_layer
from gridgov.core.quality.edges import Bools, CellEdges, Ints, count_pieces, make_cell_edges
from gridgov.core.quality.medoids import measure_medoids
from gridgov.core.quality.rules import QualityRules, make_table

Values = dict[str, float | int | bool]


def judge_plan(
    cells: gpd.GeoDataFrame,
    atoms: pd.DataFrame,
    buildings: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    *,
    edges: CellEdges | None = None,
    rules: QualityRules | None = None,
) -> pd.DataFrame:
    """Measure a plan.

    Definitions: *preferred* and *allowed* are shares of the clusters that hold households. *Disconnected*: the cells
    of a cluster, empty ones too, are not one piece over borders that are no hard barrier. *Needless split*: a
    building of up to the target in two clusters. *Surplus pieces*: pieces of a larger building beyond
    ceil(households / largest preferred size). *Polsby–Popper*: 4πA/P² of the united cells. *Medoid*:
    household-weighted mean distance to the building centroid that minimises it.

    Parameters
    ----------
    cells : geopandas.GeoDataFrame
        cell_id, building_id, community_id, polygon [metric CRS].
    atoms : pandas.DataFrame
        cell_id, building_id, households, community_id, cluster_id, and section_id if there are sections.
    buildings : geopandas.GeoDataFrame
        building_id, households, polygon [any CRS].
    communities : geopandas.GeoDataFrame
        community_id, polygon [any CRS].
    barriers : geopandas.GeoDataFrame, optional
        kind (hard, soft, minor), line [any CRS].
    edges : CellEdges, optional
        Borders of the cells when they are known already.
    rules : QualityRules, optional
        Sizes that are wanted.

    Returns
    -------
    pandas.DataFrame
        Columns `measure`, `value`, `unit`, `bar`, `holds`.
    """
    rules = rules or QualityRules()
    buildings = take_layer(buildings, "buildings", cells.crs)
    communities = take_layer(communities, "communities", cells.crs)
    edges = edges or make_cell_edges(cells.geometry, barriers)
    values = _count_households(atoms, buildings)
    values |= _measure_sizes(atoms, rules)
    values |= _count_splits(atoms, rules)
    values |= _check_tiling(cells, communities, edges)
    pairs, unknown = pair_cells(atoms, cells, "cluster_id")
    if unknown:
        values["atoms_of_unknown_cells"] = unknown
    values |= _check_contiguity(pairs, len(cells), edges)
    values |= _measure_shape(pairs, cells, edges)
    values |= _measure_distance(atoms, buildings)
    if "section_id" in atoms and atoms["section_id"].notna().any():
        values |= _check_sections(atoms, cells, edges, rules)
    return make_table(values)


def pair_cells(atoms: pd.DataFrame, cells: pd.DataFrame, level: str) -> tuple[pd.DataFrame, int]:
    """Pair every group with its cells.

    Parameters
    ----------
    atoms, cells : pandas.DataFrame
        Tables of the plan.
    level : str
        Column of `atoms` that names the group.

    Returns
    -------
    pairs : pandas.DataFrame
        One row per cell and group: `cell` (position), `group`, `households`.
    unknown : int
        Pairs dropped because their cell is not in `cells`.
    """
    known = atoms[atoms[level].notna() & atoms["cell_id"].notna()]
    pairs = known.groupby(["cell_id", level], as_index=False, sort=True)["households"].sum()
    position = pd.Index(cells["cell_id"]).get_indexer(pairs["cell_id"])
    table = pd.DataFrame({"cell": position, "group": pairs[level], "households": pairs["households"]})
    return table[position >= 0].reset_index(drop=True), int((position < 0).sum())


def _count_households(atoms: pd.DataFrame, buildings: pd.DataFrame) -> Values:
    counts = buildings["households"] if "households" in buildings else pd.Series(0, buildings.index)
    given = counts.groupby(buildings["building_id"]).sum()
    got = atoms.dropna(subset=["building_id"]).groupby("building_id")["households"].sum()
    live = given[given > 0]
    return {
        "households_in": int(given.sum()),
        "households_out": int(atoms["households"].sum()),
        "buildings_with_other_count": int((live != got.reindex(live.index)).sum()),
        "atoms_without_cluster": int(atoms["cluster_id"].isna().sum()),
    }


def _measure_sizes(atoms: pd.DataFrame, rules: QualityRules) -> Values:
    size = atoms.groupby("cluster_id")["households"].sum()
    live = size[size > 0]
    none = live.empty
    return {
        "clusters": len(live),
        "pct_preferred": 100 * float(live.between(rules.preferred_low, rules.preferred_high).mean()),
        "pct_allowed": 100 * float(live.between(rules.min, rules.max).mean()),
        "sum_deviation": int((live - rules.target).abs().sum()),
        "min": 0 if none else int(live.min()),
        "max": 0 if none else int(live.max()),
        "crossing_community": int((atoms.groupby("cluster_id")["community_id"].nunique() > 1).sum()),
    }


def _count_splits(atoms: pd.DataFrame, rules: QualityRules) -> Values:
    inhabited = atoms[(atoms["households"] > 0) & atoms["building_id"].notna()].groupby("building_id")
    parts, weight = inhabited["cluster_id"].nunique(), inhabited["households"].sum()
    big = weight > rules.target
    fewest = np.ceil(weight[big] / rules.preferred_high)
    return {
        "needless_splits": int(((parts > 1) & ~big).sum()),
        "surplus_pieces": int((parts[big] - fewest).clip(lower=0).sum()),
    }


def _check_tiling(cells: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, edges: CellEdges) -> Values:
    polygons = cells.geometry.to_numpy()
    area, around = shapely.area(polygons), shapely.length(polygons)
    tiled = pd.Series(area).groupby(cells["community_id"].to_numpy()).sum()
    true = pd.Series(communities.geometry.area.to_numpy(), communities["community_id"].to_numpy())
    error = (tiled.reindex(true.index).fillna(0) - true).abs() / true
    return {
        "cells": len(cells),
        "cells_invalid": int((~shapely.is_valid(polygons)).sum()),
        "coverage_valid": edges.valid,
        "area_error_max": float(error.max()),
        "cells_multipart": int((shapely.get_num_geometries(polygons) > 1).sum()),
        "slivers": int(((area < 1) & (4 * np.pi * area < 0.1 * around**2)).sum()),
    }


def _check_contiguity(pairs: pd.DataFrame, cells: int, edges: CellEdges) -> Values:
    cell: Ints = pairs["cell"].to_numpy(np.int64)
    open_border: Bools = edges.joins & ~edges.hard
    everything = count_pieces(cell, pairs["group"], edges, open_border)
    live = pairs.groupby("group")["households"].sum() > 0
    off_main = count_pieces(cell, pairs["group"], edges, open_border & ~edges.soft)
    return {
        "disconnected": int((everything[live.reindex(everything.index, fill_value=False)] > 1).sum()),
        "only_across_main_pct": 100 * float((off_main > everything).mean()),
        "cells_without_cluster": cells - int(pairs["cell"].nunique()),
    }


def _measure_shape(pairs: pd.DataFrame, cells: gpd.GeoDataFrame, edges: CellEdges) -> Values:
    roundness = measure_roundness(pairs, cells, edges)
    by_group = pairs.groupby("group")
    live = by_group["households"].sum() > 0
    sharing = pairs.groupby("cell")["group"].transform("nunique") > 1
    stacked = (by_group["cell"].nunique() == 1) & sharing.groupby(pairs["group"]).first()
    return {
        "polsby_popper": float(roundness[live].mean()),
        "polsby_popper_ground": float(roundness[live & ~stacked].mean()),
    }


def measure_roundness(pairs: pd.DataFrame, cells: gpd.GeoDataFrame, edges: CellEdges) -> pd.Series:
    """Measure the Polsby–Popper roundness 4πA/P² of the united cells of every group.

    Parameters
    ----------
    pairs : pandas.DataFrame
        `cell` (position) and `group`, one row per pair.
    cells : geopandas.GeoDataFrame
        Polygons [metric CRS].
    edges : CellEdges
        Borders of the cells.

    Returns
    -------
    pandas.Series
        Roundness by group.
    """
    polygons = cells.geometry.to_numpy()
    held = pairs[["cell", "group"]]
    links = pd.DataFrame({"cell": edges.left, "other": edges.right, "length": edges.length_m})
    links = links.merge(held, on="cell").merge(held.rename(columns={"cell": "other"}), on=["other", "group"])
    area = pd.Series(shapely.area(polygons)[held["cell"]]).groupby(held["group"].to_numpy()).sum()
    around = pd.Series(shapely.length(polygons)[held["cell"]]).groupby(held["group"].to_numpy()).sum()
    around = around - 2 * links.groupby("group")["length"].sum().reindex(around.index, fill_value=0.0)
    return 4 * np.pi * area / around**2


def _measure_distance(atoms: pd.DataFrame, buildings: gpd.GeoDataFrame) -> Values:
    inhabited = atoms[(atoms["households"] > 0) & atoms["building_id"].notna() & atoms["cluster_id"].notna()]
    first = buildings.drop_duplicates("building_id")
    centre = shapely.centroid(first.geometry.to_numpy())
    at = pd.Index(first["building_id"]).get_indexer(inhabited["building_id"])
    inhabited, at = inhabited[at >= 0], at[at >= 0]
    weight = inhabited["households"].to_numpy(np.float64)
    group = pd.factorize(inhabited["cluster_id"])[0].astype(np.int64)
    total, far = measure_medoids(shapely.get_x(centre)[at], shapely.get_y(centre)[at], weight, group)
    households = atoms.groupby("cluster_id")["households"].sum().sum()
    return {
        "medoid_m": total / max(float(households), 1.0),
        "farthest_p95_m": float(np.quantile(far, 0.95)) if len(far) else 0.0,
    }


def _check_sections(atoms: pd.DataFrame, cells: gpd.GeoDataFrame, edges: CellEdges, rules: QualityRules) -> Values:
    size = atoms.groupby("cluster_id")["households"].sum()
    live = atoms[atoms["cluster_id"].isin(size.index[size > 0])].drop_duplicates("cluster_id")
    clusters = live["section_id"].value_counts()
    pairs, _ = pair_cells(atoms, cells, "section_id")
    pieces = count_pieces(pairs["cell"].to_numpy(np.int64), pairs["group"], edges, edges.joins & ~edges.hard)
    roundness = measure_roundness(pairs, cells, edges)
    return {
        "sections": len(clusters),
        "sections_2_3_pct": 100 * float(clusters.between(rules.section_min, rules.section_max).mean()),
        "clusters_in_two_sections": int((atoms.groupby("cluster_id")["section_id"].nunique() > 1).sum()),
        "sections_disconnected": int((pieces > 1).sum()),
        "section_polsby_popper": float(roundness.reindex(clusters.index).mean()),
    }
