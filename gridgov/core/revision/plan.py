"""Revise a whole plan: from the plan and the changed district to the plan nearest to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.district import Ground, PlanRules, Progress, assemble_plan, prepare_ground
from gridgov.core.division import AtomGraph, make_graph
from gridgov.core.plans import Plan
from gridgov.core.revision.carry import find_earlier_atoms
from gridgov.core.revision.cells import keep_cells
from gridgov.core.revision.ground import Bools, Ints
from gridgov.core.revision.labels import RevisedLabels, revise_labels
from gridgov.core.revision.naming import keep_names
from gridgov.core.revision.report import Revision, report_revision
from gridgov.core.revision.rules import RevisionRules
from gridgov.core.revision.second import revise_grids, revise_sections
from gridgov.errors import ConflictError, NotFoundError


def revise_district(
    plan: Plan,
    buildings: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame | None = None,
    compounds: gpd.GeoDataFrame | None = None,
    *,
    rules: PlanRules | None = None,
    household_cost: float = RevisionRules.household_cost,
    locked: Iterable[str] = (),
    moves: Mapping[str, str] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Revision:
    """Revise a plan after the district changed, so that the fewest households change their cluster.

    Buildings are recognised by their id, so keep ids across deliveries. Buildings may be new, gone or recounted,
    communities moved, split or merged, barriers new; a group may be locked, a building or atom dragged by hand.
    Surviving groups keep their id, and communities in which nothing changed stay as they were.

    Parameters
    ----------
    plan : Plan
        The earlier plan.
    buildings, communities, barriers, compounds : geopandas.GeoDataFrame
        The district as it is now, in the CRS of the plan; as for `divide_district`.
    rules : PlanRules, optional
        Sizes and assumptions.
    household_cost : float
        Cost of one household in a new cluster; 1 is the gain of one cluster back in the preferred sizes.
    locked : iterable of str
        Ids of clusters that may not change.
    moves : mapping of str to str, optional
        Cluster id by building id or atom id: what a person has dragged.
    seed : int
        For dividing what is new.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    Revision
        The new plan, the steps to it, and the report.

    Raises
    ------
    NotFoundError
        When a locked cluster, or what was dragged or its target, is not there.
    ConflictError
        When something is dragged into or out of a locked cluster, or to a cluster that it does not touch.
    """
    rules = rules or PlanRules()
    tell = progress or (lambda step, share: None)
    ground = prepare_ground(buildings, communities, barriers, compounds, rules, tell)
    return revise_plan(
        plan, ground, communities, rules=rules, household_cost=household_cost, locked=locked, moves=moves, seed=seed,
        progress=tell,
    )  # fmt: skip


def revise_plan(
    plan: Plan,
    ground: Ground,
    communities: gpd.GeoDataFrame,
    *,
    rules: PlanRules | None = None,
    household_cost: float = RevisionRules.household_cost,
    locked: Iterable[str] = (),
    moves: Mapping[str, str] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Revision:
    """Revise a plan on ground that is prepared; see `revise_district`.

    Parameters
    ----------
    plan : Plan
        The earlier plan.
    ground : Ground
        Cells and atoms of the district as it is now.
    communities : geopandas.GeoDataFrame
        community_id, and division_code for official codes.
    rules : PlanRules, optional
        Sizes.
    household_cost : float
        Cost of one household in a new cluster.
    locked : iterable of str
        Ids of clusters that may not change.
    moves : mapping of str to str, optional
        Cluster id by building id or atom id.
    seed : int
        For dividing what is new.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    Revision
        The new plan, the steps to it, and the report.
    """
    rules = rules or PlanRules()
    tell = progress or (lambda step, share: None)
    ground = keep_cells(ground, plan)
    tell("clusters", 0.0)
    centre = shapely.get_coordinates(shapely.centroid(ground.shapes))
    graph = make_graph(ground.fabric.cells, ground.fabric.edges, ground.atoms, centre)
    earlier = find_earlier_atoms(plan.cells, plan.atoms, ground.fabric.cells, ground.atoms)
    names, label, size = code_groups(plan.atoms, "cluster_id")
    previous = np.where(earlier >= 0, label[earlier], -1)
    shut = np.isin(previous, _find_groups(names, locked)) & (previous >= 0)
    wanted, dragged = _read_moves(ground.atoms, names, previous, shut, moves or {})
    _require_touch(graph, wanted, dragged, moves or {}, names)
    weighed = RevisionRules(rules.clusters, household_cost=household_cost)
    found = revise_labels(
        graph, wanted, weighed, previous_size=size, locked=shut, pinned=dragged, keep=_keep(ground), seed=seed
    )
    tell("sections", 0.0)
    section, section_names = revise_sections(plan, ground, found.labels, names, rules, seed)
    tell("grids", 0.0)
    grid, grid_names = revise_grids(plan, ground, earlier, rules, household_cost, seed)
    tell("groups", 0.0)
    new = assemble_plan(ground, communities, found.labels, section, grid, rules)
    labels = {"cluster": (found.labels, names), "section": (section, section_names), "grid": (grid, grid_names)}
    new = keep_names(new, {k: (*v, getattr(plan, f"{k}s")) for k, v in labels.items()}, communities)
    why = _say_why(new, found, names, previous, dragged, plan, earlier)
    return report_revision(plan.atoms, new, why)


def code_groups(atoms: pd.DataFrame, level: str) -> tuple[np.ndarray, Ints, Ints]:
    """Number the groups of one level by id.

    Parameters
    ----------
    atoms : pandas.DataFrame
        Atoms of a plan.
    level : str
        Column of the group.

    Returns
    -------
    names : numpy.ndarray of str
        Id of each group.
    label : numpy.ndarray of int, shape (atoms,)
        Group of each atom, -1 for none.
    size : numpy.ndarray of int, shape (groups,)
        Households of each group.
    """
    label, names = pd.factorize(atoms[level], sort=True)
    known = label >= 0
    size = np.bincount(label[known], atoms["households"].to_numpy()[known], len(names))
    return np.asarray(names, dtype=object), label.astype(np.int64), size.astype(np.int64)


def _keep(ground: Ground) -> Ints | None:
    return ground.keep[ground.cell] if (ground.keep >= 0).any() else None


def _find_groups(names: np.ndarray, wanted: Iterable[str]) -> Ints:
    ids = list(wanted)
    position = pd.Index(names).get_indexer(pd.Index(ids, dtype=object))
    if (position < 0).any():
        lost = [name for name, at in zip(ids, position, strict=True) if at < 0]
        raise NotFoundError(
            f"The plan has no cluster {', '.join(map(repr, lost))}. Take ids from the column `id` of its clusters.",
            cluster_ids=lost,
        )
    return np.asarray(position, np.int64)


def _read_moves(
    atoms: pd.DataFrame, names: np.ndarray, previous: Ints, shut: Bools, moves: Mapping[str, str]
) -> tuple[Ints, Bools]:
    """Groups with the moves by hand made, and which atoms these are."""
    wanted, dragged = previous.copy(), np.zeros(len(previous), bool)
    closed = set(names[np.unique(previous[shut])])
    for what, target in moves.items():
        rows = ((atoms["atom_id"] == what) | (atoms["building_id"] == what)).to_numpy()
        if not rows.any():
            raise NotFoundError(
                f"There is no building or atom {what!r} to move. Take ids from the columns `building_id` and "
                "`atom_id` of the plan's atoms, or import the building first.",
                what=what,
            )
        place = _find_groups(names, [target])[0]
        if target in closed or shut[rows].any():
            raise ConflictError(
                f"{what!r} cannot be moved to {target!r}: a locked cluster does not change.", what=what
            )
        wanted[rows], dragged[rows] = place, True
    return wanted, dragged


def _require_touch(
    graph: AtomGraph, wanted: Ints, dragged: Bools, moves: Mapping[str, str], names: np.ndarray
) -> None:
    """Refuse a move by hand to a cluster that lies elsewhere."""
    for group in np.unique(wanted[dragged]):
        rest = np.zeros(graph.cell_count, bool)
        rest[graph.cell[(wanted == group) & ~dragged]] = True
        mine = np.zeros(graph.cell_count, bool)
        mine[graph.cell[(wanted == group) & dragged]] = True
        left, right = graph.edge_left, graph.edge_right
        joined = (mine & rest).any() or (mine[left] & rest[right]).any() or (rest[left] & mine[right]).any()
        if not joined:
            target = names[group]
            moved = sorted(what for what, to in moves.items() if to == target)
            raise ConflictError(
                f"{', '.join(map(repr, moved))} cannot be moved to {target!r}: they do not touch without crossing a "
                "hard barrier or community line. Choose a cluster beside it.",
                what=moved,
                cluster_id=target,
            )


def _say_why(
    new: Plan, found: RevisedLabels, names: np.ndarray, previous: Ints, dragged: Bools, plan: Plan, earlier: Ints
) -> pd.Series:
    """Reason of every atom that has another cluster than before."""
    lasting = pd.Series(new.atoms["cluster_id"].to_numpy(), found.labels)
    lasting = lasting[~lasting.index.duplicated()]
    sake = pd.Series(found.sake).map(lasting)
    gone = sake.isna() & (found.sake >= 0) & (found.sake < len(names))
    sake[gone] = names[found.sake[gone]]
    was = plan.atoms["community_id"].to_numpy(dtype=object)[earlier]
    other = (earlier >= 0) & (was != new.atoms["community_id"].to_numpy(dtype=object))
    why = np.where(found.cause == 3, "to mend the size of " + sake.fillna("its cluster").astype(str), "")
    why = np.where((found.cause == 3) & (found.sake < 0), "its cluster is divided anew", why)
    why = np.where(found.cause == 2, "no longer joined to its cluster", why)
    why = np.where((found.cause >= 2) & other, "its community changed", why)
    why = np.where(found.cause == 1, "new", why)
    return pd.Series(np.where(dragged, "moved by hand", why), index=new.atoms["atom_id"].to_numpy())
