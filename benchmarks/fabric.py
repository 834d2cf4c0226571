"""Cells and borders measured: our fabric and momepy's enclosed tessellation on the same buildings and blocks.

python -m benchmarks.fabric [--district FOLDER | --households N --seed S] [--segment M ...]

CPU seconds of one process, after compiling. Exactness is judged on the cells alone.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gridgov.core.fabric import make_fabric
from gridgov.core.fabric.blocks import from_barriers, make_blocks
from gridgov.sample import make_district

OUT = Path(__file__).resolve().parent / "out" / "fabric.json"
LAYERS = ("buildings", "communities", "barriers")
Row = dict[str, Any]

BARS = {
    "CPU seconds per 10,000 buildings": 1.5,
    "cells that are not valid": 0,
    "cells with borders that do not match": 0,
    "largest area error of a community": 1e-6,
    "slivers": 0,
    "cells of several parts": 0,
    "buildings without a cell": 0,
}
"""What each figure may be at most."""


def main() -> None:
    """Measure, print, write."""
    asked = _ask()
    layers = _read(asked)
    count = len(layers[0])
    print(f"{count:,} buildings, {len(layers[1])} communities, {len(layers[2])} barriers")
    make_fabric(layers[0].iloc[:500], *layers[1:])
    start = time.process_time()
    fabric = make_fabric(*layers)
    ours = _judge(fabric.cells, layers[1], fabric.buildings, time.process_time() - start)
    _print("gridgov", ours)
    peers = {f"momepy at {segment:g} m": _run_momepy(fabric.buildings, layers, segment) for segment in asked.segment}
    peers = {name: row for name, row in peers.items() if row is not None}
    for name, row in peers.items():
        _print(name, row)
    lines = [_compare(what, bar, ours, peers) for what, bar in BARS.items()]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n")
    missed = [line["what"] for line in lines if not line["holds"]]
    print("every bar holds" if not missed else f"MISSED: {', '.join(missed)}")
    print(f"written to {OUT}")


def _ask() -> argparse.Namespace:
    ask = argparse.ArgumentParser(prog="python -m benchmarks.fabric", description=__doc__)
    ask.add_argument("--district", type=Path, help="folder with buildings_in, communities_in and barriers_in.parquet")
    ask.add_argument("--households", type=int, default=139_000, help="size of our own sample when no folder is given")
    ask.add_argument("--seed", type=int, default=7, help="seed of the sample")
    ask.add_argument("--segment", type=float, nargs="*", default=[2.0], help="distances of sites for momepy [m]")
    return ask.parse_args()


def _read(asked: argparse.Namespace) -> list[gpd.GeoDataFrame]:
    if asked.district:
        suffix = "_in" if (asked.district / "buildings_in.parquet").is_file() else ""
        return [gpd.read_parquet(asked.district / f"{name}{suffix}.parquet") for name in LAYERS]
    made = make_district(asked.households, asked.seed)
    return [made[name] for name in LAYERS]


def _run_momepy(buildings: gpd.GeoDataFrame, layers: list[gpd.GeoDataFrame], segment_m: float) -> Row | None:
    """Enclosed tessellation in the blocks that ours uses; making the blocks is not counted."""
    try:
        import momepy
    except ImportError:
        print("momepy is not installed, so there is no peer to compare with (pip install momepy)")
        return None
    people = layers[1].sort_values("community_id", ignore_index=True)
    blocks = make_blocks(people.geometry.to_numpy(), from_barriers(layers[2]))
    enclosures = gpd.GeoDataFrame(
        {"community_id": people.community_id.to_numpy()[blocks.community]},
        geometry=blocks.polygons,
        crs=buildings.crs,
    )
    start = time.process_time()
    cells = momepy.enclosed_tessellation(buildings[["geometry"]], enclosures, segment=segment_m, n_jobs=1)
    seconds = time.process_time() - start
    cells = cells.reset_index(names="building")
    cells["building_id"] = buildings.building_id.reindex(cells.building.where(cells.building >= 0)).to_numpy()
    cells["community_id"] = enclosures.community_id.to_numpy()[cells.enclosure_index]
    return _judge(cells, layers[1], buildings, seconds)


def _judge(cells: gpd.GeoDataFrame, people: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, seconds: float) -> Row:
    shapes = cells.geometry.to_numpy()
    area, around = shapely.area(shapes), shapely.length(shapes)
    true = people.set_index("community_id").area
    got = cells.area.groupby(cells.community_id).sum().reindex(true.index).fillna(0)
    return {
        "CPU seconds per 10,000 buildings": seconds / len(buildings) * 1e4,
        "cells that are not valid": int((~shapely.is_valid(shapes)).sum()),
        "cells with borders that do not match": int(
            (~shapely.is_empty(shapely.coverage_invalid_edges(shapes))).sum()
        ),
        "largest area error of a community": float(((got - true).abs() / true).max()),
        "slivers": int(((area < 1) & (4 * np.pi * area < 0.1 * around**2)).sum()),
        "cells of several parts": int((shapely.get_num_geometries(shapes) > 1).sum()),
        "buildings without a cell": int((~buildings.building_id.isin(cells.building_id)).sum()),
    }


def _compare(what: str, bar: float, ours: Row, peers: dict[str, Row]) -> Row:
    name, peer = min(
        ((name, row[what]) for name, row in peers.items()), key=lambda pair: pair[1], default=(None, None)
    )
    ratio = ours[what] / peer if peer else None
    holds = bool(ours[what] <= bar)
    return {
        "what": what,
        "us": ours[what],
        "peer": peer,
        "peer_name": name,
        "ratio": ratio,
        "bar": f"≤ {bar:g}",
        "holds": holds,
    }


def _print(name: str, row: Row) -> None:
    print(f"{name}:")
    for what, value in row.items():
        print(f"  {what:<40} {value:.4g}")


if __name__ == "__main__":
    main()
