"""Continue a plan in the database: revise one that holds after the ground changed, or take in one made on files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace as with_fields
from pathlib import Path

from sqlalchemy import Engine

from gridgov.core.crs import to_metric
from gridgov.core.plans import FRAMES, Plan
from gridgov.core.revision import Revision, revise_district
from gridgov.errors import InputError
from gridgov.services.dividing import add_problems, read_ground, require_plan_key, save_judged
from gridgov.services.ground_files import require_same_place
from gridgov.services.moved import make_moved_sheets
from gridgov.services.rules import Rules, read_rules
from gridgov.storage.audit import write_audit
from gridgov.storage.plan_files import read_plan as read_plan_files
from gridgov.storage.plans import read_plan
from gridgov.storage.revision_files import write_revision


def revise_stored(
    engine: Engine,
    plan_id: str,
    earlier_id: str,
    *,
    name: str | None = None,
    locked: Sequence[str] = (),
    moves: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    seed: int = 0,
    replace: bool = False,
    out: Path | None = None,
    actor: str = "gridgov",
    progress: Callable[[str, float], None] | None = None,
) -> Revision:
    """Make a draft that fits the stored ground as it is now and moves the fewest households, in one transaction.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    plan_id : str
        Key of the draft to make.
    earlier_id : str
        Key of the plan to start from: published or a draft.
    name : str, optional
        What people call it; the key by default.
    locked : sequence of str
        Clusters that may not change.
    moves : mapping of str to str, optional
        Cluster by building or atom: what a person has dragged.
    rules : Rules, optional
        The rules of the place; those of the default profile unless given.
    seed : int
        For dividing what is new.
    replace : bool
        Whether a draft of the same key is thrown away.
    out : pathlib.Path, optional
        Folder for ``steps.json`` and ``moved.xlsx``; where they cannot be written, nothing is stored.
    actor : str
        Who asks, for the audit.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    Revision
        The new plan as stored, the steps to it, who moved and why.

    Raises
    ------
    NotFoundError
        When the earlier plan, a locked cluster or what was dragged is not there.
    ConflictError
        When locks and drags contradict each other, or there is a plan of that key that may not be replaced.
    InputError
        When no communities are stored, or not those of the plan.
    """
    require_plan_key(plan_id)
    rules, tell = rules or read_rules(), progress or (lambda step, share: None)
    with engine.begin() as connection:
        tell("read", 0.0)
        ground = read_ground(connection)
        crs = ground["communities"].crs
        earlier = Plan(**read_plan(connection, earlier_id, crs=crs))
        require_same_place(earlier, ground, earlier_id)
        made = revise_district(
            earlier, **ground, rules=rules.plan, locked=locked, moves=moves, seed=seed, progress=progress
        )
        tell("judge", 0.0)
        made = with_fields(made, plan=add_problems(made.plan, ground, rules))
        tell("save", 0.0)
        save_judged(connection, plan_id, made.plan, name=name or plan_id, rules=rules, seed=seed, replace=replace)
        facts = {"from": earlier_id, "kept": made.summary["households_kept"], "steps": len(made.steps)}
        write_audit(connection, actor, "revise", f"plan:{plan_id}", facts)
        if out is not None:
            # last, so that a plan is stored only with its files
            write_revision(made.steps, make_moved_sheets(made, earlier.atoms), out)
    return made


def take_plan(
    engine: Engine,
    plan_id: str,
    folder: Path,
    *,
    name: str | None = None,
    rules: Rules | None = None,
    replace: bool = False,
    actor: str = "gridgov",
) -> Plan:
    """Take a plan folder into the database as a draft, judged on the stored ground, in one transaction.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    plan_id : str
        Key of the draft to make.
    folder : pathlib.Path
        A plan that `gridgov divide`, `revise` or `adopt` wrote.
    name : str, optional
        What people call it; the key by default.
    rules : Rules, optional
        The rules it is judged by; those of the default profile unless given.
    replace : bool
        Whether a draft of the same key is thrown away.
    actor : str
        Who asks, for the audit.

    Returns
    -------
    Plan
        The plan as stored.

    Raises
    ------
    NotFoundError
        When the folder holds no plan.
    InputError
        When the plan is of another district, or of communities that are not stored.
    ConflictError
        When there is a plan of that key that may not be replaced.
    """
    require_plan_key(plan_id)
    rules = rules or read_rules()
    plan = read_plan_files(folder)
    with engine.begin() as connection:
        ground = read_ground(connection)
        crs = ground["communities"].crs
        frames = {table: getattr(plan, table) for table in FRAMES}
        plan = Plan(**{key: one if key == "atoms" else to_metric(one, crs) for key, one in frames.items()})
        require_same_place(plan, ground, folder)
        unknown = sorted(set(plan.cells["community_id"]) - set(ground["communities"]["community_id"]))
        if unknown:
            raise InputError(
                f"The plan {folder} is of communities that are not stored: {', '.join(unknown[:5])}. Import the "
                "communities that it was made with first.",
                community_ids=unknown,
            )
        plan = add_problems(plan, ground, rules)
        save_judged(connection, plan_id, plan, name=name or plan_id, rules=rules, replace=replace)
        facts = {"clusters": len(plan.clusters), "households": int(plan.atoms["households"].sum())}
        write_audit(connection, actor, "take-plan", f"plan:{plan_id}", facts)
    return plan
