"""python -m benchmarks.serving [--seconds S] [--workers N] [--rounds N] [--keep DIR] [--only NAME ...] [--by-hand]"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.serving.asking import Measure, make_box_paths, make_tile_paths, measure
from benchmarks.serving.bars import Row, compare, print_table
from benchmarks.serving.groups import Groups, make_groups
from benchmarks.serving.load import PLAN, load_town, sign_in
from benchmarks.serving.servers import PEER, database_pid, draw_bare, serve_gridgov, serve_ideal, serve_peer
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine
from gridgov.storage.migrations import migrate
from gridgov.web.cookies import COOKIE

OUT = Path(__file__).resolve().parent.parent / "out" / "serving.json"
OURS = {
    "polygons": "/tiles/buildings/{z}/{x}/{y}.mvt",
    "points": "/tiles/facilities/{z}/{x}/{y}.mvt",
    "seen": f"/tiles/clusters/{{z}}/{{x}}/{{y}}.mvt?plan={PLAN}",
}
THEIRS = {
    kind: f"/collections/peer.{kind}/tiles/WebMercatorQuad/{{z}}/{{x}}/{{y}}" for kind in ("polygons", "points")
}
BARE = {
    "polygons": (
        "t.building_id AS id, t.name, t.use, t.floors, t.households, t.households_estimated AS estimated",
        "gridgov.building",
    ),
    "points": ("t.facility_id AS id, t.name, t.kind", "gridgov.facility"),
}
ZOOMS = (12, 14, 16)
WARM_S = 1.0
PASSES = 12
"""How often each tile of the rows that were seen before is asked for, before anything is measured."""


@dataclass(frozen=True)
class Asked:
    """What was asked for on the command line."""

    seconds: float
    workers: int
    rounds: int
    keep: Path | None
    only: list[str] | None
    by_hand: bool


def main() -> None:
    """Load, measure, print, write."""
    asked = _ask()
    for program in ("wrk", "pgbench"):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} is missing. Run: apt-get install wrk postgresql-contrib")
    with tempfile.TemporaryDirectory(prefix="gridgov-serving-") as folder:
        Path(folder).chmod(0o711)
        state = asked.keep or Path(folder) / "state"
        cluster = PrivateCluster(state)
        cluster.start()
        try:
            with make_groups(not asked.by_hand) as groups:
                shared = groups.tell()
                rows = _measure_all(asked, state, cluster, groups)
        finally:
            cluster.stop()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"\n{os.cpu_count()} cores, {asked.workers} process(es) a server, 8 clients; {shared}")
    print(f"load of the machine {load}\n")
    print_table(rows)
    print()
    for line in compare(rows):
        print(line)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps([asdict(row) for row in rows], indent=1))


def _measure_all(asked: Asked, state: Path, cluster: PrivateCluster, groups: Groups) -> list[Row]:
    engine = make_engine(cluster.url())
    migrate(engine)
    print("loading 50,000 polygons and 300,000 points …", flush=True)
    load_town(engine)
    cookie = f"{COOKIE}={sign_in(engine)}"
    engine.dispose()
    rows = [row for row in _list_rows() if not asked.only or any(word in row.name for word in asked.only)]
    database = database_pid(cluster)
    groups.put("database", database)

    def run(paths: list[str], address: str, pid: int, cookie: str, seen: bool = False) -> Measure:
        asked_count = 0.0
        # what was seen before was so by each process: chance sends every tile to both of them sooner or later
        while asked_count < (PASSES * len(paths) if seen else 1):
            asked_count += measure(address, paths, cookie, pid, database, WARM_S).rps * WARM_S
        return measure(address, paths, cookie, pid, database, asked.seconds)

    # those that are compared at once, and each row by one after the other: whatever else the machine does then falls
    # on all of them
    for seen, cache_mb in ((False, 0), (True, 512)):
        mine = [row for row in rows if (row.kind == "seen") == seen]
        if not mine:
            continue
        with ExitStack() as servers:
            own = servers.enter_context(serve_gridgov(state, asked.workers, cache_mb))
            ideal = servers.enter_context(serve_ideal(asked.workers))
            peer = servers.enter_context(serve_peer(cluster, asked.workers)) if PEER.exists() else None
            for name, server in (("gridgov", own), ("ideal", ideal), ("peer", peer)):
                if server is not None:
                    groups.put(name, server[1])
            for row, round_ in ((row, round_) for row in mine for round_ in range(asked.rounds)):
                ours = run(_paths(row, ours=True), *own, cookie, seen and not round_)
                _tell("gridgov", row, ours)
                same_cost = run([f"/{ours.py_ms + ours.pg_ms:.3f}"], *ideal, "")
                _tell("ideal", row, same_cost)
                row.ours = _choose(row.ours, ours)
                row.ideal = same_cost if row.ours is ours else row.ideal
                if peer is not None:
                    theirs = run(_paths(row, ours=False), *peer, "")
                    row.peer = _choose(row.peer, theirs)
                    _tell("TiPg", row, theirs)
                if row.zoom and not seen:
                    tps, cost_ms = draw_bare(cluster, *BARE[row.kind], row.zoom, asked.seconds)
                    row.bare_tps, row.bare_ms = max(tps, row.bare_tps or 0.0), min(cost_ms, row.bare_ms or cost_ms)
    return rows


def _choose(before: Measure | None, now: Measure) -> Measure:
    """Keep the round that other things on the machine disturbed least: the one with the least CPU an answer."""
    if before is None or now.py_ms + now.pg_ms < before.py_ms + before.pg_ms:
        return now
    return before


def _list_rows() -> list[Row]:
    tiles = [Row(f"{kind} z{zoom}", kind, zoom) for kind in ("polygons", "points") for zoom in ZOOMS]
    boxes = [Row("bbox 1 km polygons", "polygons", 0, 1000.0), Row("bbox 3 km points", "points", 0, 3000.0)]
    return [*tiles, *boxes, *(Row(f"plan seen before z{zoom}", "seen", zoom) for zoom in ZOOMS)]


def _paths(row: Row, ours: bool) -> list[str]:
    if row.side_m:
        own = f"/ogc/collections/{'buildings' if row.kind == 'polygons' else 'facilities'}/items"
        their = f"/collections/peer.{row.kind}/items"
        return make_box_paths(f"{own if ours else their}?bbox={{box}}&limit=1000", row.side_m)
    template = OURS[row.kind] if ours else THEIRS["polygons" if row.kind == "seen" else row.kind]
    return make_tile_paths(template, row.zoom, count=1000 if row.kind == "seen" else 4000)


def _tell(who: str, row: Row, seen: Measure) -> None:
    print(
        f"{who:8} {row.name:22} {seen.rps:8.0f} rps  p50 {seen.p50_ms:7.1f}  p99 {seen.p99_ms:7.1f} ms  "
        f"py {seen.py_ms:6.2f}  pg {seen.pg_ms:6.2f} ms  {seen.kb:7.1f} KiB",
        flush=True,
    )


def _ask() -> Asked:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each row is asked")
    parser.add_argument("--workers", type=int, default=2, help="processes of gridgov and of TiPg")
    parser.add_argument("--rounds", type=int, default=2, help="how often; the least disturbed round counts")
    parser.add_argument("--keep", type=Path, help="state folder that stays, to load only once")
    parser.add_argument("--only", nargs="*", help="rows whose name holds one of these words")
    parser.add_argument("--by-hand", action="store_true", help="no control groups: as started from a terminal")
    return Asked(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
