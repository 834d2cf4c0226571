"""Assign rental houses, households, liaisons and shelters to the areas of a draft plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Engine, func, select

from gridgov.core.findings import join_findings
from gridgov.core.liaison import assign_liaisons
from gridgov.core.overlay import assign_households, assign_rentals, assign_residents
from gridgov.core.plans import Plan
from gridgov.core.shelters import assign_shelters
from gridgov.services.figures import refresh_figures
from gridgov.services.rules import Rules, read_rules
from gridgov.storage.assignments import read_assignments, write_assignments
from gridgov.storage.audit import write_audit
from gridgov.storage.findings import add_findings
from gridgov.storage.layers import read_layer
from gridgov.storage.plans import find_published, read_plan

LAYERS = ("communities", "households", "residents", "rental_houses", "liaisons", "shelters")


@dataclass(frozen=True)
class Assignment:
    """What was assigned."""

    counts: dict[str, int]
    """Rows by kind: rentals, households, liaisons, shelters."""
    findings: gpd.GeoDataFrame
    """Who or what found no place, and why."""


def assign_stored(
    engine: Engine,
    plan_id: str,
    *,
    rules: Rules | None = None,
    actor: str = "gridgov",
    progress: Callable[[str, float], None] | None = None,
) -> Assignment:
    """Assign what is stored to the areas of a draft, in one transaction.

    Pairings of liaisons that hold in the plan published today are kept where they still can.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    plan_id : str
        Key of the draft.
    rules : Rules, optional
        The rules of the place; those of the default profile unless given.
    actor : str
        Who asks, for the audit.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    Assignment
        Rows by kind and what was found on the way.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    ConflictError
        When it is published.
    """
    rules = rules or read_rules()
    tell = progress or (lambda step, share: None)
    with engine.begin() as connection:
        tell("assign", 0.0)
        plan = Plan(**read_plan(connection, plan_id))
        layers = {name: _read(connection, name, plan.cells.crs) for name in LAYERS}
        previous = _read_previous_liaisons(connection)
        tables, findings = _assign(plan, layers, previous, rules)
        tell("save", 0.0)
        counts = write_assignments(connection, plan_id, tables)
        refresh_figures(connection, plan_id)
        add_findings(connection, plan_id, findings, replace_layers=LAYERS[1:])
        write_audit(connection, actor, "assign", f"plan:{plan_id}", counts)
    return Assignment(counts, findings)


def _assign(
    plan: Plan, layers: dict[str, Any], previous: pd.DataFrame | None, rules: Rules
) -> tuple[dict[str, pd.DataFrame], gpd.GeoDataFrame]:
    households, found_households = assign_households(layers["households"], plan.atoms)
    residents, found_residents = assign_residents(layers["residents"], households)
    rentals, found_rentals = assign_rentals(layers["rental_houses"], plan.atoms, plan.cells)
    lived_in = plan.sections[plan.sections["households"] > 0]
    subdistrict = layers["communities"].set_index("community_id")["subdistrict"]
    lived_in = lived_in.assign(subdistrict=lived_in["community_id"].map(subdistrict))
    liaisons = assign_liaisons(lived_in, layers["liaisons"], previous=previous)
    people = residents["cluster_id"].value_counts() if len(residents) else None
    clusters = plan.clusters[plan.clusters["households"] > 0]
    shelters = assign_shelters(clusters, layers["shelters"], people=people, rules=rules.shelters)
    tables = {
        "households": households,
        "rentals": rentals,
        "liaisons": liaisons.links,
        "shelters": shelters.links,
    }
    found = [found_households, found_residents, found_rentals, liaisons.findings, shelters.findings]
    return tables, join_findings(found, crs=plan.cells.crs)


def _read(connection: Connection, name: str, crs: Any) -> Any:
    frame = read_layer(connection, name)
    return frame.to_crs(crs) if isinstance(frame, gpd.GeoDataFrame) else frame


def _read_previous_liaisons(connection: Connection) -> pd.DataFrame | None:
    """Pairings of the plans that hold today, so that they can be kept."""
    today = _today(connection)
    links = [read_assignments(connection, plan.plan_id)["liaisons"] for plan in find_published(connection, today)]
    return pd.concat(links, ignore_index=True) if links else None


def _today(connection: Connection) -> Any:
    return connection.execute(select(func.current_date())).scalar_one()
