"""A plan of a row of squares."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.findings import make_findings

CRS = "EPSG:4547"


def make_squares(
    count: int, side_m: float = 10.0, east_m: float = 492_810.0, north_m: float = 2_516_853.0
) -> np.ndarray:
    """Squares in a row, west to east, that share their sides."""
    west = east_m + side_m * np.arange(count)
    return shapely.box(west, north_m, west + side_m, north_m + side_m)


def make_plan(community: str = "C1", cells: int = 6) -> dict[str, pd.DataFrame]:
    """Make a plan: each two cells a cluster, all clusters one section, all cells one grid."""
    shapes = make_squares(cells)
    cell_ids = [f"{community}-cell{number}" for number in range(cells)]
    cluster = [f"{community}-k{number // 2}" for number in range(cells)]
    households = [0, 0, *range(1, cells - 1)]
    frame = gpd.GeoDataFrame(
        {
            "cell_id": cell_ids,
            "building_id": [None, *(f"B{number}" for number in range(1, cells))],
            "community_id": community,
        },
        geometry=shapes,
        crs=CRS,
    )
    atoms = pd.DataFrame(
        {
            "atom_id": [f"{one}-a" for one in cell_ids],
            "cell_id": cell_ids,
            "building_id": frame.building_id,
            "unit": pd.array([None, *[1] * (cells - 1)], dtype="Int64"),
            "storey_from": pd.array([None, *[1] * (cells - 1)], dtype="Int64"),
            "storey_to": pd.array([None, *[6] * (cells - 1)], dtype="Int64"),
            "households": households,
            "households_estimated": [count % 2 == 1 for count in households],
            "community_id": community,
            "cluster_id": cluster,
            "section_id": f"{community}-s",
            "grid_id": f"{community}-g",
        }
    )
    return {
        "cells": frame,
        "atoms": atoms,
        "clusters": _groups(community, sorted(set(cluster)), f"{community}-s", shapes, households),
        "sections": _groups(community, [f"{community}-s"], community, shapes, households).assign(
            clusters=cells // 2 - 1
        ),
        "grids": _groups(community, [f"{community}-g"], community, shapes, households).assign(
            kind="building-manager"
        ),
        "findings": make_findings("buildings", ["B1", "B2"], "overlap", "warning", "2 m2", "cut", shapes[:2], CRS),
    }


def _groups(
    community: str, ids: list[str], parent: str, shapes: np.ndarray, households: list[int]
) -> gpd.GeoDataFrame:
    parts = np.array_split(np.arange(len(shapes)), len(ids))
    return gpd.GeoDataFrame(
        {
            "id": ids,
            "code": [f"440309{number:03d}" for number in range(len(ids))],
            "name": [f"第{number}" for number in range(len(ids))],
            "parent": parent,
            "community_id": community,
            "households": [sum(households[place] for place in part) for part in parts],
            "unit": pd.array([None] * len(ids), dtype="Int64"),
            "storey_from": pd.array([None] * len(ids), dtype="Int64"),
            "storey_to": pd.array([None] * len(ids), dtype="Int64"),
            "kind": pd.Series([None] * len(ids), dtype=object),
        },
        geometry=[shapely.union_all(shapes[part]) for part in parts],
        crs=CRS,
    )
