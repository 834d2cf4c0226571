"""Divide what is stored into a draft plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sqlalchemy import Connection, Engine

from gridgov.core.crs import choose_metric_crs
from gridgov.core.district import divide_district
from gridgov.core.findings import join_findings
from gridgov.core.plans import FRAMES, Plan
from gridgov.core.quality import find_problems
from gridgov.errors import InputError
from gridgov.services.rules import Rules, read_rules
from gridgov.storage.audit import write_audit
from gridgov.storage.layers import read_layer
from gridgov.storage.plans import save_plan

GROUND = ("buildings", "communities", "barriers", "compounds")
"""The layers that a division is made from."""


def divide_stored(
    engine: Engine,
    plan_id: str,
    *,
    name: str | None = None,
    rules: Rules | None = None,
    effort: Literal["default", "quality"] = "default",
    seed: int = 0,
    replace: bool = False,
    actor: str = "gridgov",
    progress: Callable[[str, float], None] | None = None,
) -> Plan:
    """Divide the stored buildings into a draft plan and judge it, in one transaction.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    plan_id : str
        Key of the plan to make.
    name : str, optional
        What people call it; the key by default.
    rules : Rules, optional
        The rules of the place; those of the default profile unless given.
    effort : {"default", "quality"}
        How long to search.
    seed : int
        Same layers and seed, same plan.
    replace : bool
        Whether a draft of the same key is thrown away.
    actor : str
        Who asks, for the audit.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    Plan
        The plan as stored, in its metric CRS.

    Raises
    ------
    InputError
        When no communities are stored.
    ConflictError
        When there is a plan of that key that may not be replaced.
    """
    require_plan_key(plan_id)
    rules = rules or read_rules()
    tell = progress or (lambda step, share: None)
    with engine.begin() as connection:
        tell("read", 0.0)
        ground = read_ground(connection)
        plan = divide_district(**ground, rules=rules.plan, effort=effort, seed=seed, progress=progress)
        tell("judge", 0.0)
        plan = add_problems(plan, ground, rules)
        tell("save", 0.0)
        save_judged(connection, plan_id, plan, name=name or plan_id, rules=rules, seed=seed, replace=replace)
        facts = {"clusters": len(plan.clusters), "households": int(plan.atoms["households"].sum()), "seed": seed}
        write_audit(connection, actor, "divide", f"plan:{plan_id}", facts)
    return plan


def require_plan_key(plan_id: str) -> None:
    """Refuse a key that nobody could type, see or put into an address.

    Parameters
    ----------
    plan_id : str
        Key of the plan to make.

    Raises
    ------
    InputError
        When it is empty, longer than 100 characters, or holds a blank at an end, a slash or what is not visible.
    """
    if not plan_id.isprintable() or plan_id != plan_id.strip() or "/" in plan_id or not 1 <= len(plan_id) <= 100:
        raise InputError(
            f"The key of a plan cannot be {plan_id!r}. Take 1 to 100 visible characters without a slash, such as "
            "2026-autumn.",
            plan_id=plan_id,
        )


def add_problems(plan: Plan, ground: Mapping[str, Any], rules: Rules) -> Plan:
    """Judge a plan and add what is wrong in it to its findings.

    Parameters
    ----------
    plan : Plan
        The plan.
    ground : mapping of str to geopandas.GeoDataFrame
        What it was made from, by name of `GROUND`, in the plan's CRS.
    rules : Rules
        The rules of the place.

    Returns
    -------
    Plan
        The same plan; the findings that it had come first.
    """
    found = find_problems(plan.cells, plan.atoms, ground["communities"], ground["barriers"], rules=rules.quality)
    return dataclasses.replace(plan, findings=join_findings([plan.findings, found], crs=plan.cells.crs))


def save_judged(
    connection: Connection, plan_id: str, plan: Plan, *, name: str, rules: Rules, seed: int = 0, replace: bool = False
) -> None:
    """Store a plan that was judged as a draft, with the rules it was made and judged by.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    plan_id : str
        Key of the plan.
    plan : Plan
        The plan, with the findings of `add_problems`.
    name : str
        What people call it.
    rules : Rules
        The rules.
    seed : int
        Seed it was made with.
    replace : bool
        Whether a draft of the same key is thrown away.

    Raises
    ------
    ConflictError
        When there is a plan of that key that may not be replaced.
    """
    # a mapping that cannot change cannot be copied by asdict either
    sizes = dataclasses.asdict(dataclasses.replace(rules.plan, smoothing=dict(rules.plan.smoothing)))
    save_plan(
        connection,
        plan_id,
        {table: getattr(plan, table) for table in FRAMES},
        name=name,
        seed=seed,
        scheme={**sizes, "judged": True},
        profile={"name": rules.profile.name, "version": rules.profile.version},
        replace=replace,
    )


def read_ground(connection: Connection) -> dict[str, Any]:
    """Read the layers that a division is made from, in one metric CRS.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.

    Returns
    -------
    dict of str to geopandas.GeoDataFrame
        By name of `GROUND`.

    Raises
    ------
    InputError
        When no communities are stored.
    """
    communities = read_layer(connection, "communities")
    if not len(communities):
        raise InputError("There are no communities to divide. Import them first: gridgov import communities FILE.")
    crs = choose_metric_crs(communities)
    return {name: read_layer(connection, name).to_crs(crs) for name in GROUND}
