"""What a scheme could not meet: groups outside its sizes, and a number of groups that the ground does not allow."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gridgov.core.components import find_components
from gridgov.core.division import AtomGraph
from gridgov.core.findings import join_findings, make_findings
from gridgov.core.schemes.scheme import Scheme
from gridgov.core.size_reasons import find_odd_sizes

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


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
    total = np.bincount(label, graph.size)
    largest = np.zeros(len(total))
    np.maximum.at(largest, label, graph.size)
    part = find_components(graph.cell_count, graph.edge_left, graph.edge_right)[graph.cell]
    reach = np.zeros(len(total))
    reach[label] = np.bincount(part, graph.size)[part]
    groups = pd.DataFrame({"size": total, "largest": largest, "reach": reach})
    groups = groups.drop(index=np.unique(label[locked]))
    return find_odd_sizes("groups", groups, scheme.rules, what=scheme.counts, unit=scheme.unit, count=count)


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
