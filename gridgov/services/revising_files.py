"""Revise a plan on files after its district changed, or adopt one that was made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from gridgov.core.crs import to_metric
from gridgov.core.plans import FRAMES, Plan
from gridgov.core.revision import Revision, adopt_polygons, invert_steps, replay_steps, revise_district
from gridgov.services.ground_files import GroundFiles, read_ground_files, read_groups, require_same_place
from gridgov.services.moved import make_moved_sheets
from gridgov.services.reading import LayerSource
from gridgov.services.rules import Rules, read_rules
from gridgov.storage.plan_files import read_plan, write_plan
from gridgov.storage.revision_files import write_revision

Progress = Callable[[str, float], None]


def revise_files(
    plan: Path,
    sources: Mapping[str, LayerSource],
    out: Path,
    *,
    locked: Sequence[str] = (),
    moves: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Revision:
    """Revise a plan folder so that the fewest households change their cluster, and write the new one.

    Parameters
    ----------
    plan : pathlib.Path
        Folder of the earlier plan.
    sources : mapping of str to LayerSource
        The district as it is now.
    out : pathlib.Path
        Folder of the new plan; also gets ``steps.json`` and ``moved.xlsx``.
    locked : sequence of str
        Clusters that may not change.
    moves : mapping of str to str, optional
        Cluster by building or atom: what a person has dragged.
    rules : Rules, optional
        The rules of the place; those of the default profile unless given.
    seed : int
        For dividing what is new.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    Revision
        The new plan, the steps to it, who moved and why.

    Raises
    ------
    InputError
        When a file is refused, or the plan is of another district.
    NotFoundError
        When the plan, a locked cluster or what was dragged is not there.
    ConflictError
        When locks and drags contradict each other.
    """
    rules, tell = rules or read_rules(), progress or _quiet
    tell("read", 0.0)
    ground = read_ground_files(sources)
    earlier = _to_crs(read_plan(plan), ground.layers["communities"].crs)
    require_same_place(earlier, ground.layers, plan)
    made = revise_district(
        earlier, **ground.layers, rules=rules.plan, locked=locked, moves=moves, seed=seed, progress=progress
    )
    return _write(made, earlier.atoms, ground, out, tell)


def adopt_files(
    polygons: Path,
    sources: Mapping[str, LayerSource],
    out: Path,
    *,
    mend: Literal["contiguity", "allowed", "preferred"] = "allowed",
    rules: Rules | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Revision:
    """Make a plan from clusters drawn elsewhere, mend it, and write it.

    Parameters
    ----------
    polygons : pathlib.Path
        File of polygons with a column ``id``.
    sources : mapping of str to LayerSource
        The district.
    out : pathlib.Path
        Folder of the plan.
    mend : {"contiguity", "allowed", "preferred"}
        How far to mend.
    rules : Rules, optional
        The rules of the place; those of the default profile unless given.
    seed : int
        For dividing what is in no cluster.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    Revision
        The plan, the steps from the polygons to it, who moved and why.

    Raises
    ------
    InputError
        When the polygons have no id.
    """
    rules, tell = rules or read_rules(), progress or _quiet
    tell("read", 0.0)
    ground = read_ground_files(sources)
    groups = read_groups(polygons, ground.layers["communities"])
    made = adopt_polygons(groups, **ground.layers, mend=mend, rules=rules.plan, seed=seed, progress=progress)
    before = replay_steps(made.plan.atoms, invert_steps(made.steps))
    return _write(made, before, ground, out, tell)


def _to_crs(plan: Plan, crs: Any) -> Plan:
    frames = {name: getattr(plan, name) for name in FRAMES}
    return Plan(**{name: to_metric(one, crs) if name != "atoms" else one for name, one in frames.items()})


def _write(made: Revision, before: pd.DataFrame, ground: GroundFiles, out: Path, tell: Progress) -> Revision:
    made = replace(made, plan=ground.add_findings(made.plan))
    tell("save", 0.0)
    write_plan(made.plan, out)
    write_revision(made.steps, make_moved_sheets(made, before), out)
    return made


def _quiet(step: str, share: float) -> None:
    pass
