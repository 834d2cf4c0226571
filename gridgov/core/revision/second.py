"""Sections and grids after the clusters were revised."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridgov.core.components import find_components
from gridgov.core.district import Ground, PlanRules, cluster_graph, section_rules
from gridgov.core.division import make_graph
from gridgov.core.plans import Plan
from gridgov.core.revision.ground import Bools, Ints
from gridgov.core.revision.labels import revise_labels
from gridgov.core.revision.rules import RevisionRules
from gridgov.core.sections import ClusterGraph, make_sections


def revise_sections(
    plan: Plan, ground: Ground, cluster: Ints, names: np.ndarray, rules: PlanRules, seed: int
) -> tuple[Ints, np.ndarray]:
    """Join clusters in sections, keeping those that still hold.

    Parameters
    ----------
    plan : Plan
        The earlier plan.
    ground : Ground
        Cells and atoms now.
    cluster : numpy.ndarray of int, shape (atoms,)
        Revised cluster of each atom; those below ``len(names)`` were there before.
    names : numpy.ndarray of str
        Ids of the earlier clusters.
    rules : PlanRules
        Clusters a section.
    seed : int
        Seed of the search.

    Returns
    -------
    section : numpy.ndarray of int, shape (atoms,)
        Section of each atom; an earlier section keeps its number, new ones follow.
    names : numpy.ndarray of str
        Ids of the earlier sections.
    """
    groups, code = np.unique(cluster, return_inverse=True)
    graph = cluster_graph(ground, code)
    parent = plan.atoms.drop_duplicates("cluster_id").set_index("cluster_id")["section_id"].reindex(names)
    of_name, sections = pd.factorize(parent, sort=True)
    before = np.where(groups < len(names), np.append(of_name, -1)[np.minimum(groups, len(names))], -1)
    found = make_sections(graph, section_rules(rules), previous=before, seed=seed)
    whole = _stays_whole(graph, before, np.bincount(of_name[of_name >= 0], minlength=len(sections)))
    settled = _all_in_reach(graph, whole)
    label = np.where(settled, before, found + len(sections))
    label = _inherit(label, before, graph.sizes, len(sections))
    return label[code], np.asarray(sections, dtype=object)


def _stays_whole(graph: ClusterGraph, before: Ints, count: Ints) -> Bools:
    """Whether all clusters of the earlier section of each cluster are there, and still in one piece."""
    known = before >= 0
    n = len(before)
    keep = known[graph.left] & (before[graph.left] == before[graph.right])
    piece = find_components(n, graph.left[keep], graph.right[keep])
    pieces = pd.Series(piece[known]).groupby(before[known]).nunique()
    now = np.bincount(before[known], minlength=len(count))
    whole = (now == count) & (pieces.reindex(range(len(count))).to_numpy() == 1)
    return np.asarray(known & np.append(whole, False)[before], np.bool_)


def _all_in_reach(graph: ClusterGraph, good: Bools) -> Bools:
    """Whether every cluster that can be reached from each one is good."""
    n = len(good)
    reach = find_components(n, graph.left, graph.right)
    bad = np.zeros(n, bool)
    bad[reach[~good]] = True
    return np.asarray(~bad[reach], np.bool_)


def _inherit(label: Ints, before: Ints, sizes: Ints, count: int) -> Ints:
    """Give each new section the number of the earlier one that most of its households come from, once each."""
    table = pd.DataFrame({"label": label, "before": before, "size": sizes + 1})
    table = table[(table["label"] >= count) & (table["before"] >= 0)]
    share = table.groupby(["label", "before"], as_index=False)["size"].sum()
    share = share.sort_values(["size", "label", "before"], ascending=[False, True, True])
    heir: dict[int, int] = {}
    taken = set(label[label < count].tolist())
    for new, old in zip(share["label"], share["before"], strict=True):
        if new not in heir and old not in taken:
            heir[int(new)] = int(old)
            taken.add(int(old))
    return np.array([heir.get(int(name), int(name)) for name in label], np.int64)


def revise_grids(
    plan: Plan, ground: Ground, earlier: Ints, rules: PlanRules, household_cost: float, seed: int
) -> tuple[Ints, np.ndarray]:
    """Revise building-manager grids like clusters, whole buildings only; special grids stay as they are.

    Parameters
    ----------
    plan : Plan
        The earlier plan.
    ground : Ground
        Cells and atoms now.
    earlier : numpy.ndarray of int, shape (atoms,)
        Earlier atom of each atom, -1 for none.
    rules : PlanRules
        Sizes of the grids.
    household_cost : float
        Cost of one household in a new grid.
    seed : int
        For dividing what is new.

    Returns
    -------
    grid : numpy.ndarray of int, shape (atoms,)
        Grid of each atom; an earlier grid keeps its number, new ones follow.
    names : numpy.ndarray of str
        Ids of the earlier grids.
    """
    cells, cell = ground.fabric.cells, ground.cell
    old, names = pd.factorize(plan.atoms["grid_id"], sort=True)
    first = np.full(len(cells), -1, np.int64)
    first[cell[::-1]] = earlier[::-1]
    previous = np.where(first >= 0, old[first], -1)
    kind = plan.grids.set_index("id")["kind"].reindex(names)
    was_special = np.append((kind == "special").to_numpy(), False)[previous]
    aside = ground.special >= 0
    previous = np.where(was_special == aside, previous, -1)
    left, right = ground.fabric.edges["left"].to_numpy(), ground.fabric.edges["right"].to_numpy()
    inside = ground.special[left] == ground.special[right]
    households = np.bincount(cell, ground.atoms["households"], len(cells)).astype(np.int64)
    load = pd.DataFrame({"cell_id": cells["cell_id"], "households": np.where(aside, 0, households)})
    graph = make_graph(cells, ground.fabric.edges[inside], load)
    first_of = plan.atoms.groupby("grid_id")["households"].sum().reindex(names)
    size = np.where(np.append(kind == "special", False)[:-1], 0, first_of.to_numpy())
    found = revise_labels(
        graph,
        previous,
        RevisionRules(rules.managers, household_cost=household_cost),
        previous_size=size,
        locked=aside & (previous >= 0),
        seed=seed,
    )
    return found.labels[cell], np.asarray(names, dtype=object)
