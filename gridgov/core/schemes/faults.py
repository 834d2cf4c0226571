"""What a scheme could not meet: groups outside its sizes, and a number of groups that the ground does not allow."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from gridgov.core.components import find_components
from gridgov.core.division import AtomGraph
from gridgov.core.findings import join_findings, make_findings
from gridgov.core.schemes.scheme import Scheme

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ASKED, INDIVISIBLE, ISLAND, NO_BAND, TIGHT = range(5)


def find_size_faults(
    graph: AtomGraph, label: Ints, locked: Bools, scheme: Scheme, count: int | None
) -> gpd.GeoDataFrame:
    """Name every group outside the sizes of its scheme, with its reason.

    Parameters
    ----------
    graph : AtomGraph
        The ground; sizes in the units of the scheme.
    label : numpy.ndarray of int, shape (nodes,)
        Group of each node.
    locked : numpy.ndarray of bool, shape (nodes,)
        Nodes of groups that were given.
    scheme : Scheme
        What is counted, and how much of it makes a group.
    count : int or None
        Number of groups that was asked for.

    Returns
    -------
    geopandas.GeoDataFrame
        Findings `size-count`, `size-indivisible`, `size-island`, `size-no-band` and `size-tight`; the row is the
        group's number. Locked groups are as they were wanted and are not named.
    """
    rules, total = scheme.rules, np.bincount(label, graph.size)
    given = np.zeros(len(total), bool)
    given[label[locked]] = True
    odd = np.flatnonzero((total > 0) & ~given & ((total < rules.min) | (total > rules.max)))
    if not len(odd):
        return join_findings([])
    largest = np.zeros(len(total), np.int64)
    np.maximum.at(largest, label, graph.size.astype(np.int64))
    part = find_components(graph.cell_count, graph.edge_left, graph.edge_right)[graph.cell]
    reach = np.zeros(len(total))
    reach[label] = np.bincount(part, graph.size)[part]
    cases = [
        largest[odd] > rules.max,
        reach[odd] < rules.min,
        np.full(len(odd), count is not None),
        np.ceil(reach[odd] / rules.max) > reach[odd] // rules.min,
    ]
    reason = np.select(cases, [INDIVISIBLE, ISLAND, ASKED, NO_BAND], TIGHT)
    facts = {"what": scheme.counts, "min": round(rules.min / scheme.unit), "max": round(rules.max / scheme.unit)}
    size, most, near = ((x / scheme.unit).round().astype(int) for x in (total, largest, reach))
    return join_findings(
        [
            _tell(odd[reason == one], name, seen, action, size, most, near, {**facts, "count": count})
            for one, (name, seen, action) in _REASONS.items()
        ]
    )


_REASONS = {
    ASKED: (
        "size-count",
        "{size} {what}; {count} groups were asked for, and {min} to {max} {what} are wanted in one",
        "kept; ask for another number of groups",
    ),
    INDIVISIBLE: (
        "size-indivisible",
        "{size} {what}, of which {largest} are in one piece that is not divided; at most {max} are wanted",
        "kept; give floors and units of the building, or allow it to be divided",
    ),
    ISLAND: (
        "size-island",
        "{size} {what}; the ground they can reach without crossing a hard barrier or the community line holds "
        "only {reach}",
        "kept as a small group; joining it to another across the barrier is for a person to decide",
    ),
    NO_BAND: (
        "size-no-band",
        "{size} {what}; {reach} on this ground cannot be made into whole groups of {min} to {max}",
        "kept at the size nearest to the target",
    ),
    TIGHT: (
        "size-tight",
        "{size} {what}; no exchange with neighbouring groups found that brings all into {min} to {max}",
        "kept; move a building by hand or run with more effort",
    ),
}
"""Reason: rule, what was seen, and the policy applied."""


def _tell(
    rows: Ints, rule: str, seen: str, action: str, size: Ints, largest: Ints, reach: Ints, facts: dict[str, object]
) -> gpd.GeoDataFrame:
    texts = [seen.format(size=size[r], largest=largest[r], reach=reach[r], **facts) for r in rows]
    return make_findings("groups", rows, rule, "warning", texts, action)


def count_empty_parts(graph: AtomGraph, free: Bools) -> int:
    """Count the parts of the free ground that hold nothing: each is a group of its own, whatever was asked for.

    Parameters
    ----------
    graph : AtomGraph
        The ground.
    free : numpy.ndarray of bool, shape (nodes,)
        Nodes that are divided.

    Returns
    -------
    int
        Parts that no edge joins, without anything that is counted.
    """
    here = np.zeros(graph.cell_count, bool)
    here[graph.cell[free]] = True
    inside = here[graph.edge_left] & here[graph.edge_right]
    part = find_components(graph.cell_count, graph.edge_left[inside], graph.edge_right[inside])
    total = np.bincount(part[graph.cell[free]], graph.size[free], graph.cell_count)
    return int((total[np.unique(part[here])] == 0).sum())


def find_count_fault(made: int, count: int | None) -> gpd.GeoDataFrame:
    """Say that there is another number of groups than was asked for.

    Parameters
    ----------
    made : int
        Groups that hold something and were not given.
    count : int or None
        Number asked for.

    Returns
    -------
    geopandas.GeoDataFrame
        One finding `count-missed`, or none.
    """
    if count is None or made == count:
        return join_findings([])
    why = (
        "the ground falls into parts that no border joins"
        if made > count
        else "what is not cut is too large for so many groups"
    )
    return make_findings(
        "groups", ["all"], "count-missed", "warning", f"{count} groups were asked for, {made} were made: {why}",
        "Ask for another number.",
    )  # fmt: skip
