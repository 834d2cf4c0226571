"""What indicators are counted from: the layers and the plan as they stand, whichever of them exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

LEVELS = ("district", "subdistrict", "community", "section", "cluster")
"""Levels of the tree, from the whole to the smallest."""

KEYS = ("district", "subdistrict", "community_id", "section_id", "cluster_id")
"""The column that names a division of each level of `LEVELS`."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The frames that indicators are counted from: geometry in one metric CRS, None where there is no such data."""

    communities: gpd.GeoDataFrame
    """Layer `communities`."""
    atoms: pd.DataFrame | None = None
    """Atoms of the plan: households, community_id, cluster_id, section_id, grid_id."""
    clusters: gpd.GeoDataFrame | None = None
    """Clusters of the plan: id, parent (section), community_id, households, polygon."""
    sections: gpd.GeoDataFrame | None = None
    """Sections of the plan: id, community_id, households, clusters, polygon."""
    grids: gpd.GeoDataFrame | None = None
    """Grids of the plan: id, community_id, households, kind, polygon."""
    buildings: pd.DataFrame | None = None
    """building_id, community_id, households, households_estimated."""
    rentals: pd.DataFrame | None = None
    """Layer `rental_houses`."""
    rental_links: pd.DataFrame | None = None
    """rental_house_id, cluster_id, section_id, grid_id."""
    liaisons: gpd.GeoDataFrame | None = None
    """Layer `liaisons`."""
    liaison_links: pd.DataFrame | None = None
    """section_id, liaison_id, distance_m."""
    shelters: gpd.GeoDataFrame | None = None
    """Layer `shelters`."""
    shelter_links: pd.DataFrame | None = None
    """cluster_id, shelter_id, people, distance_m, reason."""
    facilities: gpd.GeoDataFrame | None = None
    """Layer `facilities`."""
    volunteers: pd.DataFrame | None = None
    """Layer `volunteers`."""
    residents: pd.DataFrame | None = None
    """One row per cluster: cluster_id, residents and counts by public-service need."""
    at: dt.date | None = None
    """The day of the question."""


def make_tree(facts: Facts) -> dict[str, pd.DataFrame]:
    """Make the table of divisions of each level, each row with the names of the levels above it.

    Parameters
    ----------
    facts : Facts
        The communities and, where there is a plan, clusters and sections.

    Returns
    -------
    dict of str to pandas.DataFrame
        By level of `LEVELS`: the key columns of `KEYS` down to this level and `name`, sorted by key. Communities
        without a district or subdistrict are in none of that level.
    """
    communities = facts.communities.sort_values("community_id", kind="stable")
    community = pd.DataFrame({name: _text(communities, name) for name in ("district", "subdistrict", "community_id")})
    community["name"] = _text(communities, "name")
    tree = {"community": community.reset_index(drop=True)}
    for level, keys in (("subdistrict", ["district", "subdistrict"]), ("district", ["district"])):
        some = community.dropna(subset=[level]).drop_duplicates(level)[keys]
        tree[level] = some.assign(name=some[level]).sort_values(level, ignore_index=True)
    tree["section"] = _groups(facts.sections, "section_id", community)
    tree["cluster"] = _groups(facts.clusters, "cluster_id", community)
    return tree


def place_counts(rows: pd.DataFrame, chains: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Add to counts the keys of every level above the one they are counted at.

    Parameters
    ----------
    rows : pandas.DataFrame
        Any of the key columns of `KEYS`, the smallest one known names the rest; other columns are numbers.
    chains : mapping of str to pandas.DataFrame
        What `make_chains` returned.

    Returns
    -------
    pandas.DataFrame
        The rows with all columns of `KEYS`, missing where the tree does not say.
    """
    out = {name: rows[name].to_numpy(dtype=object if name in KEYS else float) for name in rows}
    blank = np.full(len(rows), None, dtype=object)
    for key in reversed([name for name in KEYS if name in rows]):
        above = [name for name in KEYS[: KEYS.index(key)] if name in chains[key]]
        found = chains[key][above].reindex(out[key])
        for name in above:
            known = out.get(name, blank)
            out[name] = np.where(pd.notna(known), known, found[name].to_numpy(dtype=object))
    return pd.DataFrame({**{name: blank for name in KEYS if name not in out}, **out})


def make_chains(tree: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Index the divisions of each level by their key.

    Parameters
    ----------
    tree : mapping of str to pandas.DataFrame
        What `make_tree` returned.

    Returns
    -------
    dict of str to pandas.DataFrame
        By column of `KEYS`: the levels above each division.
    """
    return {key: tree[level].drop_duplicates(key).set_index(key) for level, key in zip(LEVELS, KEYS, strict=True)}


def _groups(groups: gpd.GeoDataFrame | None, key: str, community: pd.DataFrame) -> pd.DataFrame:
    if groups is None:
        return pd.DataFrame(columns=[*KEYS[: KEYS.index(key) + 1], "name"], dtype=object)
    ordered = groups.sort_values("id", kind="stable")
    own = pd.DataFrame({key: _text(ordered, "id"), "community_id": _text(ordered, "community_id")})
    if key == "cluster_id":
        own["section_id"] = _text(ordered, "parent")
    own["name"] = _text(ordered, "name").where(_text(ordered, "name").notna(), own[key])
    above = community.drop_duplicates("community_id")[["district", "subdistrict", "community_id"]]
    return own.merge(above, on="community_id", how="left")


def _text(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame:
        return pd.Series(np.full(len(frame), None, dtype=object), index=frame.index)
    return frame[name].astype(object).where(frame[name].notna(), None)
