"""One area out of a bundle: the whole district, a subdistrict or a community."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gridgov.errors import InputError, NotFoundError
from gridgov.reports.bundle import ReportBundle

LEVELS = ("district", "subdistrict", "community")
KEYS = {"district": "district", "subdistrict": "subdistrict", "community": "community_id"}
UNNAMED = "—"
"""Stands for a district or subdistrict that the community layer does not name."""


@dataclass(frozen=True)
class Scope:
    """The area a report is about."""

    level: str
    division_id: str
    title: str
    communities: tuple[str, ...]


def name_all(bundle: ReportBundle) -> ReportBundle:
    """Return the bundle with every community in a named district and subdistrict.

    Parameters
    ----------
    bundle : ReportBundle
        As it was read.

    Returns
    -------
    ReportBundle
        Rows in the order of their keys. Missing districts take the plan's name, missing subdistricts `UNNAMED`;
        shelters and liaisons say what they do in the whole plan.
    """
    bundle = _in_order(bundle)
    communities = bundle.communities.copy()
    for column, word in (("district", bundle.plan_name or UNNAMED), ("subdistrict", UNNAMED)):
        given = communities[column] if column in communities else pd.Series(None, communities.index, dtype=object)
        communities[column] = given.astype(object).where(given.notna(), word)
    return replace(
        bundle,
        communities=communities,
        shelters=_with_people(bundle),
        liaisons=_with_sections(bundle),
    )


_ORDER = {
    "communities": ["community_id"],
    "atoms": ["atom_id"],
    **{name: ["id"] for name in ("clusters", "sections", "grids")},
    "buildings": ["building_id"],
    "rentals": ["rental_house_id"],
    "liaisons": ["liaison_id"],
    "shelters": ["shelter_id"],
    "findings": ["layer", "row_id", "rule", "detail"],
}


def _in_order(bundle: ReportBundle) -> ReportBundle:
    """Sort the frames by their keys, so that the order in which they came does not show."""
    sorted_frames = {}
    for name, keys in _ORDER.items():
        frame = getattr(bundle, name)
        known = [] if frame is None else [key for key in keys if key in frame]
        if known:
            sorted_frames[name] = frame.sort_values(known, kind="stable", ignore_index=True)
    return replace(bundle, **sorted_frames)


def _with_people(bundle: ReportBundle) -> gpd.GeoDataFrame | None:
    """Say on each shelter how many people it takes from anywhere."""
    if bundle.shelters is None or bundle.shelter_links is None:
        return bundle.shelters
    people = bundle.shelter_links.groupby("shelter_id")["people"].sum()
    return bundle.shelters.assign(people=bundle.shelters["shelter_id"].map(people).fillna(0).astype(int))


def _with_sections(bundle: ReportBundle) -> gpd.GeoDataFrame | None:
    """Say on each liaison how many sections it answers for anywhere, and how far off they are."""
    if bundle.liaisons is None or bundle.liaison_links is None:
        return bundle.liaisons
    links = bundle.liaison_links.dropna(subset=["liaison_id"]).groupby("liaison_id")["distance_m"]
    ids = bundle.liaisons["liaison_id"]
    return bundle.liaisons.assign(
        sections=ids.map(links.size()).fillna(0).astype(int),
        mean_m=ids.map(links.mean()),
        farthest_m=ids.map(links.max()),
    )


def find_scope(bundle: ReportBundle, level: str, name: str | None) -> Scope:
    """Find the area that a level and a name mean.

    Parameters
    ----------
    bundle : ReportBundle
        What `name_all` returned.
    level : str
        One of `LEVELS`.
    name : str, optional
        Name, or id of a community; not needed where there is only one of the level.

    Returns
    -------
    Scope
        The area.

    Raises
    ------
    InputError
        When there is no such level.
    NotFoundError
        When nothing, or more than one, has the name; the message lists what there is.
    """
    if level not in LEVELS:
        raise InputError(f"There is no report for level {level!r}. Levels are: {', '.join(LEVELS)}.", level=level)
    communities = bundle.communities
    key = communities[KEYS[level]].astype(str)
    named = key if level != "community" else communities["name"].astype(str)
    chosen = pd.Series(True, index=key.index) if name is None else (key == name) | (named == name)
    found = sorted(set(key[chosen]))
    if len(found) != 1:
        known = ", ".join(sorted(set(named))[:20])
        said = "Which one?" if name is None else f"{len(found)} are called {name!r}."
        raise NotFoundError(f"The report needs one {level}. {said} There are: {known}.", level=level, name=name)
    inside = key == found[0]
    return Scope(level, found[0], named[inside].iloc[0], tuple(communities.loc[inside, "community_id"]))


def cut_bundle(bundle: ReportBundle, scope: Scope) -> ReportBundle:
    """Cut everything down to the communities of an area.

    Parameters
    ----------
    bundle : ReportBundle
        What `name_all` returned.
    scope : Scope
        The area.

    Returns
    -------
    ReportBundle
        The same frames with the rows of the area only; shelters and liaisons that serve it stay wherever they lie.
    """
    if len(scope.communities) == len(bundle.communities):
        return bundle
    inside = {one.name: getattr(bundle, one.name) for one in fields(bundle)}
    ids: dict[str, Any] = {"communities": scope.communities}
    for name in ("communities", "atoms", "clusters", "sections", "grids", "buildings"):
        inside[name] = _rows(inside[name], "community_id", scope.communities)
    for name in ("clusters", "sections", "grids"):
        ids[name] = None if inside[name] is None else set(inside[name]["id"])
    for name, key, of in _FOLLOW:
        inside[name] = _rows(inside[name], key, ids[of])
    inside["rentals"] = _linked(inside["rentals"], "rental_house_id", inside["rental_links"])
    area = shapely.union_all(inside["communities"].geometry.to_numpy())
    for name, key, links in (
        ("shelters", "shelter_id", "shelter_links"),
        ("liaisons", "liaison_id", "liaison_links"),
    ):
        serving = set() if inside[links] is None else set(inside[links][key].dropna())
        inside[name] = _near(inside[name], area, key, serving)
    inside["facilities"] = _near(inside["facilities"], area)
    inside["volunteers"] = _volunteers(inside["volunteers"], area, scope.communities)
    inside["findings"] = _findings(inside["findings"], area, inside)
    return type(bundle)(**inside)


def cut_for_map(bundle: ReportBundle, community: str) -> ReportBundle:
    """Cut what a map shows down to one community.

    Parameters
    ----------
    bundle : ReportBundle
        What `cut_bundle` returned.
    community : str
        Its id.

    Returns
    -------
    ReportBundle
        Communities, clusters, sections and shelters of the community; the rest as it was.
    """
    inside = {name: _rows(getattr(bundle, name), "community_id", (community,)) for name in _MAPPED}
    area = inside["communities"].geometry.iloc[0]
    return replace(bundle, **inside, shelters=_near(bundle.shelters, area))


_MAPPED = ("communities", "clusters", "sections")

_FOLLOW = (
    ("rental_links", "cluster_id", "clusters"),
    ("liaison_links", "section_id", "sections"),
    ("shelter_links", "cluster_id", "clusters"),
    ("residents", "cluster_id", "clusters"),
)


def _rows(frame: Any, key: str, ids: Any) -> Any:
    return frame if frame is None or ids is None else frame[frame[key].isin(ids)].reset_index(drop=True)


def _linked(frame: Any, key: str, links: Any) -> Any:
    return frame if frame is None or links is None else _rows(frame, key, set(links[key]))


def _near(frame: Any, area: Any, key: str = "", serving: Collection[str] = ()) -> Any:
    if frame is None:
        return None
    chosen = frame.geometry.intersects(area)
    if serving:
        chosen = chosen | frame[key].isin(serving)
    return frame[chosen].reset_index(drop=True)


def _volunteers(frame: Any, area: Any, communities: tuple[str, ...]) -> Any:
    if frame is None:
        return None
    home = frame["community_id"] if "community_id" in frame else pd.Series(None, index=frame.index, dtype=object)
    chosen = home.isin(communities)
    if isinstance(frame, gpd.GeoDataFrame):
        chosen = chosen | (home.isna() & frame.geometry.intersects(area))
    return frame[chosen].reset_index(drop=True)


def _findings(findings: Any, area: Any, inside: dict[str, Any]) -> Any:
    if findings is None:
        return None
    ids: set[str] = set(inside["communities"]["community_id"])
    for name, key in (
        *((name, "id") for name in ("clusters", "sections", "grids")),
        *(("buildings", "building_id"), ("atoms", "building_id"), ("rentals", "rental_house_id")),
    ):
        if inside[name] is not None and key in inside[name]:
            ids |= set(inside[name][key].dropna().astype(str))
    seen = findings.geometry.notna() & findings.geometry.intersects(area)
    return findings[seen | findings["row_id"].astype(str).isin(ids)].reset_index(drop=True)
