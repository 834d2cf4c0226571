"""python -m benchmarks.division [--district FOLDER | --area NAME | --households N --seed S] [--only NAME ...]"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from benchmarks.division.areas import AREAS, read_area
from benchmarks.division.bars import compare
from benchmarks.division.bounds import bound_rows
from benchmarks.division.districts import make_reference
from benchmarks.division.measures import COLUMNS, measure_run
from benchmarks.division.peers import PEERS, QUICK, import_tools
from benchmarks.division.problem import Part, Problem, make_problem, read_problem
from benchmarks.division.running import Run, run_method
from gridgov.core.division import divide_graph
from gridgov.core.quality import make_cell_edges
from gridgov.sample import make_district

Effort = Literal["default", "quality"]
EFFORTS: tuple[Effort, ...] = ("default", "quality")
OUT = Path(__file__).resolve().parent.parent / "out" / "division.json"


def main() -> None:
    """Measure, print, write."""
    asked = _ask()
    problem = _get_problem(asked)
    lived = [part for part in problem.parts if part.size.sum() > 0]
    print(
        f"{int(problem.atoms.households.sum()):,} households, {len(problem.buildings):,} buildings, "
        f"{len(problem.communities)} communities, {len(lived)} connected parts, {len(problem.atoms):,} atoms; "
        f"cells {problem.fabric_cpu_s:.2f} CPU s"
    )
    edges = make_cell_edges(problem.fabric.cells.geometry, problem.barriers)
    runs: dict[str, Run] = {}
    ours: dict[str, dict[str, Any]] = {}
    peers: list[dict[str, Any]] = []
    others: dict[str, Run] = {}
    _warm_up()
    _print_row({**COLUMNS, "method": "method"})
    for effort in EFFORTS:
        runs[effort] = _run_ours(problem, effort, asked.engine_seed)
        ours[effort] = measure_run(problem, runs[effort], edges)
        _print_row(ours[effort])
    import_tools()
    for name in _chosen_tools(asked):
        others[name] = run_method(name, PEERS[name], lived, len(problem.atoms), asked.limit, asked.part_limit)
        peers.append(measure_run(problem, others[name], edges))
        _print_row(peers[-1])
    lines = compare(ours, peers)
    if asked.bounds:
        lines += bound_rows(problem, runs, ours, asked.bound_seeds, others)
    print()
    for line in lines:
        _print_line(line)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n")
    print(f"\nwritten to {OUT}")


def _ask() -> argparse.Namespace:
    ask = argparse.ArgumentParser(prog="python -m benchmarks.division", description=__doc__)
    ask.add_argument("--district", type=Path, help="folder with buildings_in, communities_in and barriers_in.parquet")
    ask.add_argument(
        "--area", choices=sorted(AREAS), help="a real area, when its layers are at hand; quick tools only"
    )
    ask.add_argument("--households", type=int, help="size of our own sample instead of the reference district")
    ask.add_argument("--seed", type=int, default=7, help="seed of the district")
    ask.add_argument("--engine-seed", type=int, default=0)
    ask.add_argument("--limit", type=float, default=240.0, help="CPU seconds for each tool")
    ask.add_argument("--part-limit", type=float, default=60.0, help="CPU seconds for a tool on one connected part")
    ask.add_argument("--only", nargs="*", help="tools whose name holds one of these words; none without a word")
    ask.add_argument("--bounds", action="store_true", help="work out the limits that no division can pass, too")
    ask.add_argument(
        "--bound-seeds", type=int, nargs="*", default=[], help="samples in which small parts are solved exactly, too"
    )
    return ask.parse_args()


def _chosen_tools(asked: argparse.Namespace) -> list[str]:
    if asked.only is not None:
        return [name for name in PEERS if any(word.lower() in name.lower() for word in asked.only)]
    return list(QUICK if asked.area else PEERS)


def _get_problem(asked: argparse.Namespace) -> Problem:
    if asked.area:
        return read_area(asked.area)
    if asked.district:
        return read_problem(asked.district)
    reference = make_reference(asked.seed) if asked.households is None else None
    if reference:
        return read_problem(reference)
    layers = make_district(asked.households or 139_000, asked.seed)
    return make_problem(layers["buildings"], layers["communities"], layers["barriers"])


def _warm_up() -> None:
    """Compile the engine on a small district, so that the time measured is the work alone."""
    layers = make_district(2000, 0)
    small = make_problem(layers["buildings"], layers["communities"], layers["barriers"])
    for effort in EFFORTS:
        divide_graph(small.graph, effort=effort)


def _run_ours(problem: Problem, effort: Effort, seed: int) -> Run:
    """Our engine takes the whole district at once."""
    graph = problem.graph
    whole = Part(np.arange(graph.atom_count), graph.size, np.column_stack([graph.x, graph.y]), csr_matrix((0, 0)))

    def divide(_: Part) -> NDArray[np.int64]:
        return divide_graph(graph, effort=effort, seed=seed)

    return run_method(f"gridgov {effort}", divide, [whole], graph.atom_count)


def _print_row(row: dict[str, Any]) -> None:
    cells = [f"{row['method']:<23}"]
    for key, heading in COLUMNS.items():
        value = row.get(key, "–")
        if isinstance(value, float):
            value = (
                f"{value:.3f}" if key == "polsby_popper" else f"{value:.2f}" if abs(value) < 1000 else f"{value:.0f}"
            )
        width = max(len(heading), 7)
        cells.append(f"{value:>{width}}")
    print("  ".join(cells), flush=True)


def _print_line(line: dict[str, Any]) -> None:
    peer = f"{line['peer']:.3f} {line['peer_name']}" if line["peer"] is not None else "–"
    word = "holds" if line["holds"] else "MISSED"
    print(f"{line['what']:<58} {line['us']:>9.3f}  bar {line['bar']:<18} {word:<7} best: {peer}")


if __name__ == "__main__":
    main()
