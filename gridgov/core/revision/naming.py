"""Names of groups after a revision: who survives keeps the id, who is new gets the next free number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from gridgov.core.groups import LEVELS, write_group_codes
from gridgov.core.plans import Plan
from gridgov.core.revision.ground import Ints


def keep_names(
    new: Plan, labels: Mapping[str, tuple[Ints, np.ndarray, gpd.GeoDataFrame]], communities: gpd.GeoDataFrame
) -> Plan:
    """Give every group that survived its earlier id, code and name.

    Parameters
    ----------
    new : Plan
        The plan as numbered anew.
    labels : mapping
        By level: label of each atom, ids of the earlier groups (a label below their number is one of them), and the
        table of the earlier groups.
    communities : geopandas.GeoDataFrame
        community_id, and division_code for official codes.

    Returns
    -------
    Plan
        The plan with lasting names.
    """
    atoms, tables, lasting = new.atoms.copy(), {}, {}
    code = None
    if "division_code" in communities and communities["division_code"].notna().any():
        code = communities.drop_duplicates("community_id").set_index("community_id")["division_code"]
    for level, (label, names, old) in labels.items():
        fresh = getattr(new, f"{level}s")
        survives = pd.Series(names).reindex(label).set_axis(atoms[f"{level}_id"].to_numpy())
        survives = survives[~survives.index.duplicated()]
        table = name_groups(level, fresh, old, survives, code)
        lasting[level] = pd.Series(table["id"].to_numpy(), index=fresh["id"].to_numpy())
        atoms[f"{level}_id"] = atoms[f"{level}_id"].map(lasting[level])
        tables[f"{level}s"] = table
    if "section" in lasting and "cluster" in lasting:
        tables["clusters"]["parent"] = tables["clusters"]["parent"].map(lasting["section"])
    findings = new.findings.copy()
    about = (findings["layer"] == "clusters").to_numpy()
    findings.loc[about, "row_id"] = findings.loc[about, "row_id"].map(lasting["cluster"])
    sorted_ = {name: table.sort_values("id", kind="stable", ignore_index=True) for name, table in tables.items()}
    return replace(new, atoms=atoms, findings=findings, **sorted_)


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
