"""Divide prepared ground by a scheme, around seeds and locked groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridgov.core.district import Ground
from gridgov.core.division import AtomGraph, DivisionRules, divide_graph, make_graph
from gridgov.core.division.counts import rules_for_count
from gridgov.core.findings import join_findings
from gridgov.core.revision import RevisionRules, revise_labels
from gridgov.core.schemes.faults import count_empty_parts, find_count_fault, find_size_faults
from gridgov.core.schemes.scheme import Scheme
from gridgov.core.schemes.seeds import find_seed_faults, grow_seeds, place_seeds
from gridgov.errors import ConflictError

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SchemeGroups:
    """Groups that a scheme made."""

    labels: Ints
    """Group of each atom of the ground."""
    size: Ints
    """What the scheme counts, per group."""
    seed: npt.NDArray[np.object_]
    """Building that the group lies around, None where it has none that may be one."""
    findings: gpd.GeoDataFrame


def divide_scheme(
    ground: Ground,
    scheme: Scheme,
    *,
    count: int | None = None,
    locked: npt.ArrayLike | None = None,
    preferred: Sequence[str] = (),
    forbidden: Sequence[str] = (),
    effort: Literal["default", "quality"] = "default",
    seed: int = 0,
) -> SchemeGroups:
    """Divide the ground by a scheme.

    Special areas are not divided: each connected piece of one is a group by itself. Compounds are kept together
    where they fit.

    Parameters
    ----------
    ground : Ground
        Cells, atoms and compounds, from `prepare_ground`.
    scheme : Scheme
        What is counted and how much makes a group.
    count : int, optional
        Wanted number of groups made of what is not locked, those around seeds among them; ground on which nothing is
        counted does not make one of them. Free when not given.
    locked : array_like of int, shape (atoms,), optional
        Groups that are fixed, -1 for free atoms.
    preferred : sequence of str
        Buildings that groups are formed around: each has a group of its own.
    forbidden : sequence of str
        Buildings that no group is formed around: they are never the seed of one.
    effort : {"default", "quality"}
        How long to search.
    seed : int
        Same ground and seed, same groups.

    Returns
    -------
    SchemeGroups
        Groups numbered from 0, their sizes and seeds, and what could not be met: sizes, seeds and the count.

    Raises
    ------
    ConflictError
        When a building is preferred and forbidden at once.
    """
    _require_one_wish(preferred, forbidden)
    weight = weigh_atoms(ground, scheme)
    graph, node = _make_graph(ground, scheme, weight)
    given = np.full(graph.atom_count, -1, np.int64)
    if locked is not None:
        given = _one_per_node(locked, node, graph.atom_count)
    keep = _one_per_node(ground.keep[ground.cell], node, graph.atom_count)
    building = _building_of(ground, node, graph.atom_count)
    around, unknown = place_seeds(building, preferred)
    found = _divide_around(graph, scheme.rules, given, around, keep, count=count, effort=effort, seed=seed)
    label = np.unique(found, return_inverse=True)[1]
    seeds = _choose_seeds(graph, label, building, set(preferred), set(forbidden))
    findings = join_findings(
        [
            find_seed_faults(label, around, building, unknown, seeds, graph),
            find_count_fault(_count_filled(graph, label, given < 0), count),
            find_size_faults(graph, label, given >= 0, scheme, count),
        ]
    )
    labels = label[node]
    size = np.rint(np.bincount(labels, weight) / scheme.unit).astype(np.int64)
    return SchemeGroups(labels, size, seeds, findings)


def _require_one_wish(preferred: Sequence[str], forbidden: Sequence[str]) -> None:
    both = sorted(set(preferred) & set(forbidden))
    if both:
        raise ConflictError(
            f"A group cannot be formed around {', '.join(both)} and not around it: take one of the two wishes back.",
            building_ids=both,
        )


def _divide_around(
    graph: AtomGraph,
    rules: DivisionRules,
    given: Ints,
    around: Ints,
    keep: Ints,
    *,
    count: int | None,
    effort: Literal["default", "quality"],
    seed: int,
) -> Ints:
    """Divide what is not given: first around the seeds, then the rest, and mend what lies ill between the two."""
    if count is not None:
        rules = rules_for_count(rules, int(graph.size[given < 0].sum()), count)
    grown = grow_seeds(graph, around[given[around] < 0], given, rules.target, keep)
    rest = None
    if count is not None:
        rest = max(count - len(np.unique(grown[(grown >= 0) & (given < 0)])), 0)
    label = _divide_rest(graph, rules, grown, rest, effort=effort, seed=seed, keep=keep)
    if not len(around):
        return label
    mended = _mend_around_seeds(graph, label, given >= 0, around, rules, seed)
    # mending may dissolve a small group, but not one of a number that was asked for
    fewer = _count_filled(graph, mended) < _count_filled(graph, label)
    return label if count is not None and fewer else mended


def _divide_rest(
    graph: AtomGraph,
    rules: DivisionRules,
    grown: Ints,
    count: int | None,
    *,
    effort: Literal["default", "quality"],
    seed: int,
    keep: Ints,
) -> Ints:
    """Divide what is free beside the groups that are given; groups that hold nothing are not counted."""
    free = grown < 0
    empty = 0 if count is None else count_empty_parts(graph, free)
    while True:
        wanted = None if count is None else count + empty
        found = divide_graph(graph, rules, effort=effort, seed=seed, keep=keep, locked=grown, count=wanted)
        label = np.asarray(found, np.int64)
        filled = _count_filled(graph, label, free)
        hollow = len(np.unique(label[free])) - filled
        # more hollow groups than was thought: there are too few that hold something
        if count is None or hollow <= empty or filled >= count:
            return label
        empty = hollow


def weigh_atoms(ground: Ground, scheme: Scheme) -> npt.NDArray[np.float64]:
    """Count what the scheme counts, in its units.

    Parameters
    ----------
    ground : Ground
        Cells, atoms and buildings.
    scheme : Scheme
        What is counted, and targets by use.

    Returns
    -------
    numpy.ndarray of float, shape (atoms,)
        Units of each atom; 0 in special areas.
    """
    atoms, stock = ground.atoms, ground.stock
    row = pd.Index(stock["building_id"]).get_indexer(pd.Index(atoms["building_id"]))
    row = np.where(atoms["building_id"].isna(), -1, row)
    amount = atoms["households"].to_numpy(dtype=float)
    if scheme.counts == "buildings":
        amount = np.where(row >= 0, 1.0, 0.0) / np.bincount(ground.cell)[ground.cell]
    if scheme.counts == "rooms" and "rooms" in stock:
        rooms = np.append(pd.to_numeric(stock["rooms"], errors="coerce").to_numpy(dtype=float), np.nan)[row]
        # a building has at least a room for each household
        more = rooms > np.bincount(ground.cell, amount)[ground.cell]
        amount = np.where(more, rooms / np.bincount(ground.cell)[ground.cell], amount)
    use = stock["use"].to_numpy(dtype=object) if "use" in stock else np.full(len(stock), None, object)
    share = np.array([scheme.share(one) for one in use] + [float(scheme.unit)])[row]
    return np.where(ground.special[ground.cell] >= 0, 0.0, amount * share)


def _make_graph(ground: Ground, scheme: Scheme, weight: npt.NDArray[np.float64]) -> tuple[AtomGraph, Ints]:
    """Graph of whole cells or of atoms, without borders of special areas; and the node of each atom."""
    cells, edges, cell = ground.fabric.cells, ground.fabric.edges, ground.cell
    whole = scheme.whole_buildings or scheme.counts == "buildings"
    node = cell if whole else np.arange(len(cell))
    # rounded up the stack, so that the parts of a building sum to the whole
    total = np.cumsum(np.bincount(node, weight))
    size = np.diff(np.rint(total), prepend=0.0).astype(np.int64)
    of_node = cells["cell_id"] if whole else ground.atoms["cell_id"]
    inside = ground.special[edges["left"].to_numpy()] == ground.special[edges["right"].to_numpy()]
    points = shapely.get_coordinates(shapely.centroid(ground.shapes))
    frame = pd.DataFrame({"cell_id": of_node.to_numpy(), "households": size})
    return make_graph(cells, edges[inside], frame, points), np.asarray(node, np.int64)


def _mend_around_seeds(
    graph: AtomGraph, label: Ints, shut: Bools, chosen: Ints, rules: DivisionRules, seed: int
) -> Ints:
    """Mend what lies ill beside the groups that were grown around seeds; the seeds stay where they are."""
    total = np.bincount(label, graph.size)
    fits = (total >= rules.min) & (total <= rules.max)
    pinned = np.isin(np.arange(graph.atom_count), chosen) & ~shut
    found = revise_labels(
        graph, label, RevisionRules(rules), previous_size=np.where(fits, total, rules.target), locked=shut,
        pinned=pinned, seed=seed,
    )  # fmt: skip
    return found.labels


def _count_filled(graph: AtomGraph, label: Ints, among: Bools | None = None) -> int:
    """Count the groups that hold something, all of them or those with a node among some."""
    filled = np.bincount(label, graph.size)[label] > 0
    return len(np.unique(label[filled if among is None else filled & among]))


def _one_per_node(values: npt.ArrayLike, node: Ints, count: int) -> Ints:
    """Value of each node from those of its atoms; the largest where they differ."""
    out = np.full(count, -1, np.int64)
    np.maximum.at(out, node, np.asarray(values, np.int64))
    return out


def _building_of(ground: Ground, node: Ints, count: int) -> npt.NDArray[np.object_]:
    out = np.full(count, None, dtype=object)
    out[node] = ground.atoms["building_id"].where(ground.atoms["building_id"].notna(), None).to_numpy(dtype=object)
    return out


def _choose_seeds(
    graph: AtomGraph,
    label: Ints,
    building: npt.NDArray[np.object_],
    preferred: set[str],
    forbidden: set[str],
) -> npt.NDArray[np.object_]:
    """Seed of each group: its preferred building, else the allowed one nearest to its people."""
    seeds = np.full(int(label.max(initial=-1)) + 1, None, dtype=object)
    order = np.argsort(label, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        able = [r for r in rows if building[r] is not None and building[r] not in forbidden]
        wanted = [r for r in able if building[r] in preferred]
        if not able:
            continue
        x, y, size = graph.x[rows], graph.y[rows], graph.size[rows]
        far = [float((np.hypot(x - graph.x[r], y - graph.y[r]) * size).sum()) for r in wanted or able]
        seeds[label[rows[0]]] = building[(wanted or able)[int(np.argmin(far))]]
    return seeds
