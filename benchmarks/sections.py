"""python -m benchmarks.sections [--district FOLDER | --households N --seed S]: sections and their limits."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from benchmarks.division.problem import Problem, make_problem, read_problem
from gridgov.core.components import find_components
from gridgov.core.division import DivisionRules, divide_graph
from gridgov.core.sections import (
    SMOOTHING,
    ClusterGraph,
    SectionRules,
    make_cluster_graph,
    make_sections,
    smooth_borders,
)
from gridgov.core.sections.candidates import list_triples, measure_unions
from gridgov.sample import make_district

OUT = Path(__file__).resolve().parent / "out" / "sections.json"
PER_SECTION = 2.356
ROUNDNESS, COUNT_OFF = 0.69, 0.01
Ints = NDArray[np.int64]


def main() -> None:
    """Measure both efforts and the limits, print, write."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks.sections", description=__doc__)
    ask.add_argument("--district", type=Path, help="folder with buildings_in, communities_in and barriers_in.parquet")
    ask.add_argument("--households", type=int, default=139_000)
    ask.add_argument("--seed", type=int, default=7)
    asked = ask.parse_args()
    if asked.district:
        problem = read_problem(asked.district)
    else:
        layers = make_district(asked.households, asked.seed)
        problem = make_problem(layers["buildings"], layers["communities"], layers["barriers"])
    rows = [row for effort in ("default", "quality") for row in _measure(problem, effort)]
    free = _round_of(make_graph(problem, _draw_freely(problem)))
    print(f"areas of 118 households drawn with no clusters in them: {len(free)} of mean roundness {free.mean():.3f}")
    for row in rows:
        print(f"{row['what']:<55} {row['us']:>9.3f}  bar {row['bar']:<8} {'holds' if row['holds'] else 'MISSED'}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1) + "\n")


def _measure(problem: Problem, effort: Literal["default", "quality"]) -> list[dict[str, Any]]:
    cluster = divide_graph(problem.graph, effort=effort)
    start = time.process_time()
    cluster, section = smooth_borders(
        problem.graph, cluster, lambda label: join(problem, label), smoothing=SMOOTHING[effort]
    )
    cpu_s = time.process_time() - start
    graph, whole = make_graph(problem, cluster), _round_of(make_graph(problem, section))
    of = pd.Series(section).groupby(cluster).first().to_numpy()
    count = np.bincount(of[graph.sizes > 0])
    count = count[count > 0]
    lived = graph.sizes > 0
    component = find_components(len(lived), graph.left, graph.right)
    pairable = np.bincount(component, lived)[component[lived]] >= 2
    good = ((count >= 2) & (count <= 3))[np.unique(of[lived], return_inverse=True)[1]]
    wanted = lived.sum() / PER_SECTION
    print(
        f"{effort}: {len(count)} sections of {lived.sum()} clusters, {cpu_s:.2f} CPU s, "
        f"roundness of the clusters {_round_of(graph).mean():.3f}"
    )
    best = bound_roundness(graph, len(count))
    print(f"  with these clusters no choice of {len(count)} pairs and triples has a mean roundness above {best:.3f}")
    off = abs(len(count) / wanted - 1)
    fits = good[pairable].mean()
    return [
        _row(f"{effort}: clusters in sections of 2-3 where possible", fits, "≥ 1", fits >= 1),
        _row(f"{effort}: count off clusters / {PER_SECTION}", off, f"≤ {COUNT_OFF}", off <= COUNT_OFF),
        _row(f"{effort}: mean roundness", whole.mean(), f"≥ {ROUNDNESS}", whole.mean() >= ROUNDNESS),
        _row(f"{effort}: mean roundness over the bound", whole.mean() / best, "–", True),
    ]  # fmt: skip


def make_graph(problem: Problem, label: Ints) -> ClusterGraph:
    """Make the graph of any groups of atoms.

    Parameters
    ----------
    problem : Problem
        The district.
    label : numpy.ndarray of int, shape (atoms,)
        Group of each atom.

    Returns
    -------
    ClusterGraph
        One node per group.
    """
    graph = problem.graph
    return make_cluster_graph(
        label, graph.size, graph.cell, graph.cell_area_m2, graph.cell_perimeter_m, graph.edge_left,
        graph.edge_right, graph.edge_length_m, graph.edge_kind,
    )  # fmt: skip


def join(problem: Problem, label: Ints) -> Ints:
    """Join clusters in sections.

    Parameters
    ----------
    problem : Problem
        The district.
    label : numpy.ndarray of int, shape (atoms,)
        Cluster of each atom.

    Returns
    -------
    numpy.ndarray of int, shape (atoms,)
        Section of each atom.
    """
    section = make_sections(make_graph(problem, label), SectionRules(per_section=PER_SECTION))
    return np.asarray(section)[label]


def bound_roundness(graph: ClusterGraph, count: int) -> float:
    """Mean roundness that no partition of the clusters in `count` pairs and triples exceeds.

    Parameters
    ----------
    graph : ClusterGraph
        Clusters.
    count : int
        Sections with households.

    Returns
    -------
    float
        From the linear relaxation of set partitioning, with no cost but shape.
    """
    live = np.flatnonzero(graph.sizes > 0)
    number = np.full(len(graph.sizes), -1)
    number[live] = np.arange(len(live))
    keep = (number[graph.left] >= 0) & (number[graph.right] >= 0)
    ends = np.sort(np.stack([number[graph.left[keep]], number[graph.right[keep]]], axis=1), axis=1).tolist()
    link = dict(zip(map(tuple, ends), zip(graph.length_m[keep], graph.overlap_m2[keep], strict=True), strict=True))
    pairs = np.array(sorted(link), np.int64).reshape(-1, 2)
    both = np.sort(np.r_[pairs, pairs[:, ::-1]].view("i8,i8"), axis=0).view(np.int64).reshape(-1, 2)
    start = np.r_[0, np.cumsum(np.bincount(both[:, 0], minlength=len(live)))].astype(np.int64)
    triples = list_triples(start, np.ascontiguousarray(both[:, 1]))
    alone = np.flatnonzero(np.diff(start) == 0)
    sets = [tuple(one) for some in (alone[:, None], pairs, triples) for one in some.tolist()]
    value = np.array([_round_union(one, live, graph, link) for one in sets[: len(sets) - len(triples)]])
    united = measure_unions(live[triples], *graph.cells)
    value = np.r_[value, 4 * np.pi * united[:, 0] / united[:, 1] ** 2]
    column = np.repeat(np.arange(len(sets)), [len(one) for one in sets])
    cover = csr_array((np.ones(len(column)), (np.concatenate([np.array(one) for one in sets]), column)))
    rows = np.r_[np.ones(len(live)), count]
    matrix = csr_array(np.ones((1, len(sets))))
    solved = linprog(-value, A_eq=_stack(cover, matrix), b_eq=rows, bounds=(0, 1), method="highs")
    return float(-solved.fun / count) if solved.status == 0 else float("nan")


def _stack(cover: csr_array, count: csr_array) -> csr_array:
    from scipy.sparse import vstack

    return vstack([cover, count]).tocsr()


def _round_union(one: tuple[int, ...], live: Ints, graph: ClusterGraph, link: dict[Any, Any]) -> float:
    """Roundness of one cluster, or of the union of two."""
    rows = live[list(one)]
    area, around = graph.area_m2[rows].sum(), graph.perimeter_m[rows].sum()
    if len(one) == 2:
        length, overlap = link[one]
        area, around = area - overlap, around - 2 * length
    return float(4 * np.pi * area / max(around, 1e-9) ** 2)


def _draw_freely(problem: Problem) -> Ints:
    """Areas of the size of a section, as round as the quality setting can make them, with no cluster in mind."""
    rules = DivisionRules(target=118, min=70, max=170, preferred_low=75, preferred_high=165)
    return divide_graph(problem.graph, rules, effort="quality")


def _round_of(graph: ClusterGraph) -> NDArray[np.float64]:
    live = graph.sizes > 0
    return np.asarray(4 * np.pi * graph.area_m2[live] / graph.perimeter_m[live] ** 2)


def _row(what: str, us: float, bar: str, holds: bool) -> dict[str, Any]:
    return {
        "what": what,
        "us": float(us),
        "peer": None,
        "peer_name": None,
        "ratio": None,
        "bar": bar,
        "holds": bool(holds),
    }


if __name__ == "__main__":
    main()
