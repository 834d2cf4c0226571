"""python -m benchmarks.revision [--district FOLDER | --households N --seed S] [--draws D]: what a revision keeps."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.district import PlanRules, divide_district
from gridgov.core.plans import Plan
from gridgov.core.revision import Revision, revise_district
from gridgov.sample import make_district

OUT = Path(__file__).resolve().parent / "out" / "revision.json"
KEPT_SCATTERED, KEPT_BLOCKS, POINTS_LOST = 0.994, 0.999, 1.0
"""Bars: households kept after 3 % scattered edits and after changes of blocks; share of 45-55 lost, in points."""
FRONT_M = 50.0
"""A block can go to another community that it shares so much border with."""


class District(NamedTuple):
    """What a plan is made of."""

    buildings: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame


Change = Callable[[District, np.random.Generator], District]


def main() -> None:
    """Divide, change, revise, print, write."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks.revision", description=__doc__)
    ask.add_argument("--district", type=Path, help="folder with buildings_in, communities_in and barriers_in.parquet")
    ask.add_argument("--households", type=int, default=139_000)
    ask.add_argument("--seed", type=int, default=7)
    ask.add_argument("--draws", type=int, default=3, help="how often each change is drawn")
    asked = ask.parse_args()
    district = _read(asked)
    plan = divide_district(*district)
    revise_district(plan, *district)  # compiles, and shows the cost of no change below
    rows = list(_measure_all(plan, district, asked.draws))
    for row in rows:
        print(f"{row['what']:<62} {row['us']:>9.3f}  bar {row['bar']:<9} {'holds' if row['holds'] else 'MISSED'}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1) + "\n")


def _read(asked: argparse.Namespace) -> District:
    if asked.district is None:
        layers = make_district(asked.households, asked.seed)
        return District(layers["buildings"], layers["communities"], layers["barriers"])
    suffix = "_in" if (asked.district / "buildings_in.parquet").is_file() else ""
    return District(*(gpd.read_parquet(asked.district / f"{n}{suffix}.parquet") for n in District._fields))


def _measure_all(plan: Plan, district: District, draws: int) -> Iterator[dict[str, Any]]:
    changes: dict[str, tuple[Change, float]] = {
        "3 % scattered edits": (edit_scattered, KEPT_SCATTERED),
        "five blocks to another community": (move_blocks, KEPT_BLOCKS),
        "one block demolished": (demolish_block, KEPT_BLOCKS),
    }
    for name, (change, bar) in changes.items():
        for draw in range(draws):
            new = change(district, np.random.default_rng(draw))
            start = time.process_time()
            made = revise_district(plan, *new)
            cpu_s = time.process_time() - start
            kept, best = made.summary["kept_ratio"], find_best_kept(plan, made)
            print(
                f"{name}, draw {draw}: kept {kept:.3%} (at best {best:.3%}), "
                f"45–55 {find_preferred(made.plan):.2f} %, {count_untouched(plan, made.plan, district, new)}, "
                f"{cpu_s:.1f} CPU s",
                flush=True,
            )
            yield _row(f"{name}, kept, draw {draw}", kept, bar, kept >= bar)
            if change is edit_scattered:
                lost = find_preferred(divide_district(*new)) - find_preferred(made.plan)
                yield _row(f"{name}, points of 45–55 lost to a full run", lost, POINTS_LOST, lost <= POINTS_LOST)


def edit_scattered(district: District, rng: np.random.Generator) -> District:
    """Demolish 1 % of the buildings, recount 1 %, and build as many as 1 % on the ground of the demolished.

    Parameters
    ----------
    district : District
        Before.
    rng : numpy.random.Generator
        Where.

    Returns
    -------
    District
        After.
    """
    old = district.buildings
    count = len(old) // 100
    chosen = rng.permutation(len(old))[: 3 * count]
    gone, recounted, ground = chosen[:count], chosen[count : 2 * count], chosen[2 * count :]
    households = old["households"].to_numpy().copy()
    households[recounted] = np.maximum(households[recounted] + rng.integers(-3, 4, count), 0)
    built = old.iloc[ground].copy()
    built["building_id"] = [f"N{k}" for k in range(count)]
    built["geometry"] = shapely.transform(built.geometry.to_numpy(), lambda xy: xy + 1.5)
    drop = np.union1d(gone, ground)
    kept = old.assign(households=households).drop(index=old.index[drop])
    return district._replace(buildings=pd.concat([kept, built], ignore_index=True))


def move_blocks(district: District, rng: np.random.Generator) -> District:
    """Give five blocks to a community beside them.

    Parameters
    ----------
    district : District
        Before.
    rng : numpy.random.Generator
        Which.

    Returns
    -------
    District
        After.
    """
    blocks, owner = make_blocks(district)
    shapes = district.communities.geometry.to_numpy().copy()
    moved = 0
    for b in rng.permutation(len(blocks)):
        front = shapely.length(shapely.intersection(shapely.boundary(shapes), shapely.boundary(blocks[b])))
        front[owner[b]] = 0.0
        left = shapely.difference(shapes[owner[b]], blocks[b], grid_size=0.001)
        if front.max() < FRONT_M or left.is_empty or shapely.get_num_geometries(left) > 1:
            continue
        shapes[owner[b]] = left
        shapes[front.argmax()] = shapely.union(shapes[front.argmax()], blocks[b], grid_size=0.001)
        moved += 1
        if moved == 5:
            break
    return district._replace(communities=district.communities.set_geometry(shapes, crs=district.communities.crs))


def demolish_block(district: District, rng: np.random.Generator) -> District:
    """Demolish all buildings of one block with at least ten.

    Parameters
    ----------
    district : District
        Before.
    rng : numpy.random.Generator
        Which.

    Returns
    -------
    District
        After.
    """
    blocks, _ = make_blocks(district)
    points = shapely.point_on_surface(district.buildings.geometry.to_numpy())
    for b in rng.permutation(len(blocks)):
        inside = shapely.contains(blocks[b], points)
        if inside.sum() >= 10:
            return district._replace(buildings=district.buildings[~inside].reset_index(drop=True))
    return district


def make_blocks(district: District) -> tuple[np.ndarray, np.ndarray]:
    """Cut the communities along all barriers.

    Parameters
    ----------
    district : District
        Communities and barriers.

    Returns
    -------
    blocks : numpy.ndarray of shapely.Polygon
        The blocks.
    owner : numpy.ndarray of int
        Row of the community of each.
    """
    shapes = district.communities.geometry.to_numpy()
    lines = shapely.union_all(np.r_[shapely.boundary(shapes), district.barriers.geometry.to_numpy()])
    blocks = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    block, owner = shapely.STRtree(shapes).query(shapely.point_on_surface(blocks), predicate="within")
    return blocks[block], owner


def find_best_kept(plan: Plan, made: Revision) -> float:
    """Largest share of households that any revision can keep: a cluster lies in one community.

    Parameters
    ----------
    plan : Plan
        Before.
    made : Revision
        After; its atoms say in which community each building is now.

    Returns
    -------
    float
        Of the households of each earlier cluster, those of its largest part in one community can stay.
    """
    community = made.plan.atoms.drop_duplicates("building_id").set_index("building_id")["community_id"]
    atoms = plan.atoms[plan.atoms["building_id"].isin(community.index)]
    parts = atoms.groupby(["cluster_id", atoms["building_id"].map(community)])["households"].sum()
    most = parts.groupby(level=0).max().sum()
    return float(most / max(parts.sum(), 1))


def find_preferred(plan: Plan) -> float:
    """Share of clusters of the preferred sizes.

    Parameters
    ----------
    plan : Plan
        A plan.

    Returns
    -------
    float
        Of the clusters with households [%].
    """
    rules, size = PlanRules().clusters, plan.clusters["households"]
    return float(100 * size[size > 0].between(rules.preferred_low, rules.preferred_high).mean())


def count_untouched(before: Plan, after: Plan, old: District, new: District) -> str:
    """Say how many cells of communities without any change are as they were, byte for byte.

    Parameters
    ----------
    before, after : Plan
        The plans.
    old, new : District
        Their districts.

    Returns
    -------
    str
        For the report.
    """
    changed = set(_find_changed(old, new))
    was = before.cells[~before.cells["community_id"].isin(changed)].set_index("cell_id")
    now = after.cells.set_index("cell_id").reindex(was.index)
    same = was.geometry.to_wkb() == now.geometry.to_wkb()
    return f"{int(same.sum()):,} of {len(was):,} cells of untouched communities as before"


def _find_changed(old: District, new: District) -> Iterator[str]:
    """Communities with another outline or other buildings."""
    outlines = new.communities.set_index("community_id").geometry
    for name, shape in zip(old.communities["community_id"], old.communities.geometry, strict=True):
        if not shapely.equals_exact(shape, outlines.get(name), 0.0):
            yield name
    columns = ["building_id", "households"]
    key = [frame.buildings[columns].assign(shape=frame.buildings.geometry.to_wkb()) for frame in (old, new)]
    both = key[0].merge(key[1], how="outer", indicator=True)
    frames = pd.concat([old.buildings, new.buildings]).drop_duplicates(["building_id", "geometry"])
    lost = frames[frames["building_id"].isin(both.loc[both["_merge"] != "both", "building_id"])]
    _, place = old.communities.sindex.query(lost.geometry.to_numpy(), predicate="intersects")
    yield from old.communities["community_id"].to_numpy()[np.unique(place)]


def _row(what: str, us: float, bar: float, holds: bool) -> dict[str, Any]:
    return {"what": what, "us": us, "peer": None, "peer_name": None, "ratio": None, "bar": f"{bar:g}", "holds": holds}


if __name__ == "__main__":
    main()
