"""Write the coverage report of a stored plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Engine

from gridgov.core.needs import count_needs
from gridgov.core.plans import Plan
from gridgov.core.quality import judge_plan
from gridgov.reports import ReportBundle, ReportFiles, ReportOptions, write_coverage_report
from gridgov.services.rules import Rules, read_rules
from gridgov.storage.assignments import read_assignments
from gridgov.storage.files.writing import write_layers_file
from gridgov.storage.layers import read_layer
from gridgov.storage.plans import get_plan, read_plan
from gridgov.storage.telling import list_told_clusters

LAYERS = ("communities", "buildings", "barriers", "rental_houses", "liaisons", "shelters", "facilities", "volunteers")


def report_stored(
    engine: Engine,
    plan_id: str,
    out: Path,
    *,
    level: str = "district",
    name: str | None = None,
    options: ReportOptions | None = None,
    rules: Rules | None = None,
    at: date | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> ReportFiles:
    """Write the coverage report of a plan.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    plan_id : str
        Key of the plan.
    out : pathlib.Path
        Folder for the report.
    level : {"district", "subdistrict", "community"}
        What the report is about.
    name : str, optional
        Which district, subdistrict or community; may be left out where there is one.
    options : ReportOptions, optional
        Language and what is hidden.
    rules : Rules, optional
        The rules of the place; those of the default profile unless given.
    at : datetime.date, optional
        Day of the report; today unless given.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    ReportFiles
        Where the parts lie.

    Raises
    ------
    NotFoundError
        When there is no such plan or area.
    """
    tell = progress or (lambda step, share: None)
    tell("report", 0.0)
    with engine.connect() as connection:
        bundle = _read_bundle(connection, plan_id, rules or read_rules(), at or date.today())
    return write_coverage_report(
        bundle, out, level=level, name=name, options=options or ReportOptions(), write_layers=_write_layers
    )


def _write_layers(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    write_layers_file(layers, path)


def _read_bundle(connection: Connection, plan_id: str, rules: Rules, at: date) -> ReportBundle:
    stored = get_plan(connection, plan_id)
    plan = Plan(**read_plan(connection, plan_id))
    links = read_assignments(connection, plan_id)
    layers = {one: _read(connection, one, plan.cells.crs) for one in LAYERS}
    residents = read_layer(connection, "residents")
    return ReportBundle(
        plan_id=plan_id,
        plan_name=stored.name,
        status=stored.status,
        published_from=stored.published_from,
        published_to=stored.published_to,
        communities=layers["communities"],
        atoms=plan.atoms,
        clusters=plan.clusters,
        sections=plan.sections,
        grids=plan.grids,
        buildings=_count_buildings(plan.atoms),
        rentals=_some(layers["rental_houses"]),
        rental_links=links["rentals"],
        liaisons=_some(layers["liaisons"]),
        liaison_links=links["liaisons"],
        shelters=_some(layers["shelters"]),
        shelter_links=links["shelters"],
        facilities=_some(layers["facilities"]),
        volunteers=_some(layers["volunteers"]),
        residents=_count_residents(residents, links["households"]),
        at=at,
        told_clusters=list_told_clusters(connection, plan_id) if stored.status == "published" else frozenset(),
        quality=judge_plan(
            plan.cells,
            plan.atoms,
            layers["buildings"],
            layers["communities"],
            layers["barriers"],
            rules=rules.quality,
        ),
        findings=plan.findings,
        rules=rules.indicators,
        profile_name=rules.profile.name,
    )


def _read(connection: Connection, name: str, crs: Any) -> Any:
    frame = read_layer(connection, name)
    return frame.to_crs(crs) if isinstance(frame, gpd.GeoDataFrame) else frame


def _some(frame: Any) -> Any:
    """A layer with rows; None where there is no such data, which is not the same as zero."""
    return frame if len(frame) else None


def _count_buildings(atoms: pd.DataFrame) -> pd.DataFrame:
    inside = atoms.dropna(subset=["building_id"]).groupby("building_id")
    counted = inside.agg(
        community_id=("community_id", "first"),
        households=("households", "sum"),
        households_estimated=("households_estimated", "any"),
    )
    return counted.reset_index()


def _count_residents(residents: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame | None:
    if not len(residents):
        return None
    cluster = residents["household_id"].map(households.set_index("household_id")["cluster_id"])
    return count_needs(residents, residents[["resident_id"]].assign(cluster_id=cluster))
