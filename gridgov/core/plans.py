"""A plan: one complete division of an area, as tables that fit together."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

FRAMES = ("cells", "atoms", "clusters", "sections", "grids", "findings")
"""Tables of a plan, in the order they build on each other."""


@dataclass(frozen=True)
class Plan:
    """One complete division of an area.

    Every atom lies in one cell, one cluster, one section and one grid; the cells tile each community exactly.
    Geometry is in one metric coordinate system.
    """

    cells: gpd.GeoDataFrame
    """cell_id, building_id (None: ground without a building), community_id, polygon."""
    atoms: pd.DataFrame
    """atom_id, cell_id, building_id, unit, storey_from, storey_to, households, households_estimated, community_id,
    cluster_id, section_id, grid_id."""
    clusters: gpd.GeoDataFrame
    """id, code, name, parent (section), community_id, households, unit, storey_from, storey_to, kind, polygon."""
    sections: gpd.GeoDataFrame
    """Like clusters, and `clusters`: how many of them hold households; parent is the community."""
    grids: gpd.GeoDataFrame
    """Like clusters; kind is `building-manager` or `special`, parent is the community."""
    findings: gpd.GeoDataFrame
    """What a person should know; see `gridgov.core.findings`."""
