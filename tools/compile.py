"""Compile the engine ahead of time: once after each change of it, so that no job has to wait for that.

Two processes compile what does not need each other; then one small job, which runs all of it, compiles what is left.
"""

from __future__ import annotations

import compileall
import multiprocessing
from pathlib import Path
from time import perf_counter

import numpy as np

from gridgov.core import adopt_polygons, divide_district, divide_graph, judge_plan, make_fabric, revise_district
from gridgov.core.division import AtomGraph
from gridgov.core.revision import repair_labels
from gridgov.sample import make_district


def main() -> None:
    """Compile everything anew."""
    started = perf_counter()
    print("Compiling the engine")
    # some environments never write bytecode, and compile every module at every start
    compileall.compile_dir("gridgov", quiet=1)
    # a cached kernel does not notice that one it calls has changed
    for old in Path("gridgov").rglob("__pycache__/*.nb[ic]"):
        old.unlink()
    parts = [multiprocessing.get_context("spawn").Process(target=part) for part in (divide_houses, repair_and_cut)]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
    run_everything()
    print(f"Compiled in {perf_counter() - started:.0f} s")


def divide_houses() -> None:
    """Compile the division."""
    divide_graph(_make_rows(np.full(12, 10)))


def repair_and_cut() -> None:
    """Compile the revision, then the fabric."""
    # uneven groups that hang together: they are mended without dividing anything anew
    repair_labels(_make_rows(np.full(12, 10)), np.tile([0, 0, 0, 1, 1, 2], 2))
    layers = make_district(600, 1)
    make_fabric(layers["buildings"], layers["communities"], layers["barriers"])


def run_everything() -> None:
    """Divide, revise, adopt and judge a small district."""
    layers = make_district(600, 1)
    buildings, *others = (layers[name] for name in ("buildings", "communities", "barriers", "compounds"))
    for effort in ("quality", "default"):
        plan = divide_district(buildings, *others, effort=effort)
    changed = buildings.assign(households=buildings["households"].mask(buildings.index % 7 == 0, 9)).iloc[::2]
    revise_district(plan, changed, *others)
    adopt_polygons(plan.clusters.iloc[1:], changed, *others, mend="preferred")
    judge_plan(plan.cells, plan.atoms, buildings.assign(households=1), *others[:2])


def _make_rows(size: np.ndarray) -> AtomGraph:
    """Two rows of houses side by side."""
    at = np.arange(len(size)).reshape(2, -1)
    left = np.r_[at[:, :-1].ravel(), at[0]]
    right = np.r_[at[:, 1:].ravel(), at[1]]
    y, x = np.divmod(np.arange(len(size)), len(size) // 2)
    area, around, length = np.full(len(size), 100.0), np.full(len(size), 40.0), np.full(len(left), 10.0)
    kind = np.zeros(len(left), np.int8)
    return AtomGraph(size, x * 10.0, y * 10.0, np.arange(len(size)), area, around, left, right, length, kind)


if __name__ == "__main__":
    main()
