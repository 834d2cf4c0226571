"""The public tools, each as a function from one part to a group for every atom.

Every tool gets the size 50 in the terms it knows: a number of groups, a balance, a least size. What it cannot take
(a largest size, contiguity) it goes without.
"""

from __future__ import annotations

import importlib
import random
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from benchmarks.division.problem import Part

Labels = NDArray[np.int64]
LOW, HIGH = 45, 55


def metis_recursive(part: Part) -> Labels:
    """METIS, recursive bisection."""
    return _metis(part, part.count, recursive=True)


def metis_kway(part: Part) -> Labels:
    """METIS, k-way with contiguous groups."""
    return _metis(part, part.count, contiguous=True)


def metis_best(part: Part, counts: tuple[int, ...] = (0,), tries: int = 50) -> Labels:
    """METIS k-way, the best of fifty seeds by the sizes wanted."""
    runs = (
        _metis(part, max(1, part.count + change), contiguous=True, seed=seed)
        for change in counts
        for seed in range(tries // len(counts))
    )
    return max(runs, key=lambda labels: _size_score(part, labels))


def kahip_eco(part: Part) -> Labels:
    """KaHIP kaffpa, setting eco, imbalance 10 %."""
    import kahip

    ties = _whole_ties(part)
    _, labels = kahip.kaffpa(
        part.size.tolist(),
        ties.indptr.tolist(),
        ties.data.tolist(),
        ties.indices.tolist(),
        part.count,
        0.1,
        True,
        0,
        1,
    )
    return np.asarray(labels, dtype=np.int64)


def pygeoda_maxp(part: Part) -> Labels:
    """Group by pygeoda max-p greedy: as many groups of 45 households or more as it finds, alike in place."""
    import pygeoda

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ties.gal"
        _write_gal(part, path)
        weights = pygeoda.read_gal(str(path), [str(atom) for atom in range(len(part.size))])
        place = [part.xy[:, k].tolist() for k in (0, 1)]
        result = pygeoda.maxp_greedy(
            weights, place, part.size.tolist(), float(LOW), iterations=9, random_seed=1, cpu_threads=1
        )
    return np.asarray(result["Clusters"], dtype=np.int64)


def gerrychain_tree(part: Part, epsilon: float) -> Labels:
    """GerryChain's recursive tree partition."""
    import networkx
    from gerrychain import Graph
    from gerrychain.tree import bipartition_tree, recursive_tree_part

    random.seed(0)
    np.random.seed(0)  # noqa: NPY002  GerryChain draws from the global generator
    graph = Graph.from_networkx(networkx.from_scipy_sparse_array(part.ties))
    networkx.set_node_attributes(graph, dict(enumerate(part.size.tolist())), "households")
    cut = partial(bipartition_tree, max_attempts=1_000)
    target = part.size.sum() / part.count
    found = recursive_tree_part(graph, range(part.count), target, "households", epsilon, method=cut)
    return np.array([found[node] for node in range(len(part.size))])


def spopt_maxp(part: Part) -> Labels:
    """Group by spopt MaxPHeuristic with at least 45 households."""
    from spopt.region import MaxPHeuristic

    np.random.seed(0)  # noqa: NPY002  spopt draws from the global generator
    model = MaxPHeuristic(_frame(part), _weights(part), ["x", "y"], "households", LOW)
    model.solve()
    return np.asarray(model.labels_, dtype=np.int64)


def spopt_skater(part: Part) -> Labels:
    """Group by spopt Skater on places, as many groups as of fifty; it has no weights."""
    from spopt.region import Skater

    model = Skater(_frame(part), _weights(part), ["x", "y"], n_clusters=part.count)
    model.solve()
    return np.asarray(model.labels_, dtype=np.int64)


def kmeans_constrained(part: Part) -> Labels:
    """Group households, each a point, by k-means with 45 to 55 a group; a building goes where most of its own go."""
    from k_means_constrained import KMeansConstrained

    point = np.repeat(np.arange(len(part.size)), part.size)
    count = part.count
    low, high = min(LOW, len(point) // count), max(HIGH, -(-len(point) // count))
    jitter = np.random.default_rng(0).normal(0, 0.5, (len(point), 2))
    model = KMeansConstrained(count, size_min=low, size_max=high, n_init=1, random_state=0)
    of_point = model.fit_predict(part.xy[point] + jitter)
    votes = np.zeros((len(part.size), count))
    np.add.at(votes, (point, of_point), 1)
    near = ((part.xy[:, None] - model.cluster_centers_[None]) ** 2).sum(axis=2).argmin(axis=1)
    return np.where(part.size > 0, votes.argmax(axis=1), near)


PEERS: MappingProxyType[str, Callable[[Part], Labels]] = MappingProxyType(
    {
        "METIS recursive": metis_recursive,
        "METIS k-way contiguous": metis_kway,
        "METIS best of 50": metis_best,
        "METIS best, free k": partial(metis_best, counts=(-1, 0, 1, 2), tries=100),
        "KaHIP eco": kahip_eco,
        "pygeoda max-p": pygeoda_maxp,
        "k-means-constrained": kmeans_constrained,
        "GerryChain ε 0.3": partial(gerrychain_tree, epsilon=0.3),
        "GerryChain ε 0.1": partial(gerrychain_tree, epsilon=0.1),
        "spopt MaxP": spopt_maxp,
        "spopt Skater": spopt_skater,
    }
)
"""Every tool by the name in the table."""

QUICK = ("METIS recursive", "METIS k-way contiguous", "METIS best of 50", "KaHIP eco", "pygeoda max-p")
"""Tools that divide any district in less than a minute: those set beside us on real areas."""


def import_tools() -> None:
    """Import all tools before the clock runs."""
    gpd.options._config.setdefault("use_pygeos", False)  # an option that GerryChain asks for and geopandas dropped
    for name in ("pymetis", "kahip", "pygeoda", "gerrychain.tree", "networkx", "spopt.region", "k_means_constrained"):
        importlib.import_module(name)


def _metis(part: Part, count: int, *, recursive: bool = False, contiguous: bool = False, seed: int = 0) -> Labels:
    import pymetis

    if count == 1:
        return np.zeros(len(part.size), dtype=np.int64)
    ties = _whole_ties(part)
    options = pymetis.Options(seed=seed) if recursive else pymetis.Options(seed=seed, ufactor=100)
    _, labels = pymetis.part_graph(
        count,
        xadj=ties.indptr.tolist(),
        adjncy=ties.indices.tolist(),
        vweights=part.size.tolist(),
        eweights=ties.data.tolist(),
        recursive=recursive,
        contiguous=contiguous,
        options=options,
    )
    return np.asarray(labels, dtype=np.int64)


def _whole_ties(part: Part):  # type: ignore[no-untyped-def]
    """Weights as whole decimetres, at least 1."""
    ties = part.ties.copy()
    ties.data = np.maximum(np.rint(ties.data * 10), 1).astype(np.int64)
    return ties


def _size_score(part: Part, labels: Labels) -> tuple[float, float]:
    size = np.bincount(labels, weights=part.size)
    size = size[size > 0]
    return float(((size >= LOW) & (size <= HIGH)).mean()), -float(np.abs(size - 50).mean())


def _write_gal(part: Part, path: Path) -> None:
    ties = part.ties
    lines = [f"0 {len(part.size)} ties id"]
    for atom in range(len(part.size)):
        near = ties.indices[ties.indptr[atom] : ties.indptr[atom + 1]]
        lines += [f"{atom} {len(near)}", " ".join(map(str, near.tolist()))]
    path.write_text("\n".join(lines) + "\n")


def _frame(part: Part) -> gpd.GeoDataFrame:
    columns = {"households": part.size, "x": part.xy[:, 0], "y": part.xy[:, 1]}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(part.xy[:, 0], part.xy[:, 1]))


def _weights(part: Part):  # type: ignore[no-untyped-def]
    from libpysal.weights import W

    ties = part.ties
    return W(
        {atom: ties.indices[ties.indptr[atom] : ties.indptr[atom + 1]].tolist() for atom in range(len(part.size))},
        silence_warnings=True,
    )
