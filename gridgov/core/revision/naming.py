"""Names of groups after a revision: who survives keeps the id, who is new gets the next free number."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridgov.core.groups import LEVELS, write_group_codes


def name_groups(
    level: str, fresh: gpd.GeoDataFrame, old: gpd.GeoDataFrame, survives: pd.Series, division_code: pd.Series | None
) -> gpd.GeoDataFrame:
    """Give groups their lasting ids, codes and names.

    A group that lies in another community than before keeps its id, which is only a key, and gets a new code and
    name.

    Parameters
    ----------
    level : {"cluster", "section", "grid"}
        What the groups are.
    fresh : geopandas.GeoDataFrame
        Groups as numbered anew.
    old : geopandas.GeoDataFrame
        Groups of the earlier plan: id, code, name, community_id.
    survives : pandas.Series
        Earlier id by fresh id; missing for a new group.
    division_code : pandas.Series or None
        12-digit code by community.

    Returns
    -------
    geopandas.GeoDataFrame
        `fresh` with lasting `id`, `code` and `name`, in the same order.
    """
    letter, _, chinese, _ = LEVELS[level]
    kept = survives.reindex(fresh["id"]).to_numpy(dtype=object)
    known = pd.notna(kept)
    earlier = old.set_index("id").reindex(pd.Index(np.where(known, kept, None)))
    same = known & (earlier["community_id"].to_numpy() == fresh["community_id"].to_numpy())
    number = _next_numbers(fresh, old, letter, ~same)
    width = max(3, len(str(int(number.max())))) if len(number) else 3
    made = fresh["community_id"].astype(str) + "-" + letter + number.astype(str).str.zfill(width)
    ids = np.where(known, kept, made)
    code = write_group_codes(level, fresh.assign(id=ids), number, division_code)
    return fresh.assign(
        id=ids,
        code=np.where(same, earlier["code"].to_numpy(dtype=object), code.to_numpy(dtype=object)),
        name=np.where(same, earlier["name"].to_numpy(dtype=object), [chinese.format(n) for n in number]),
    )


def _next_numbers(fresh: gpd.GeoDataFrame, old: gpd.GeoDataFrame, letter: str, new: np.ndarray) -> pd.Series:
    """Numbers for the new groups of each community, above all that its ids and names have had."""
    parts = old["id"].astype(str).str.extract(rf"^(.*)-{letter}(\d+)$")
    used = pd.to_numeric(parts[1], errors="coerce").fillna(0).astype(int)
    highest = pd.concat([used.groupby(parts[0]).max(), _numbers_in_names(old)], axis=1).max(axis=1)
    order = pd.Series(new.astype(int)).groupby(fresh["community_id"].to_numpy()).cumsum()
    start = highest.reindex(fresh["community_id"]).fillna(0).to_numpy()
    return pd.Series((start + order.to_numpy()).astype(int), index=fresh.index)


def _numbers_in_names(old: gpd.GeoDataFrame) -> pd.Series:
    number = pd.to_numeric(old["name"].astype(str).str.extract(r"(\d+)")[0], errors="coerce").fillna(0)
    return number.groupby(old["community_id"].to_numpy()).max()
