"""Judge a plan by its files, whoever made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridgov.core.quality import find_polygon_problems, find_problems, judge_plan, judge_polygons
from gridgov.errors import InputError
from gridgov.services.ground_files import read_ground_files, read_groups, require_same_place
from gridgov.services.reading import LayerSource
from gridgov.services.rules import Rules, read_rules
from gridgov.storage.plan_files import read_plan


def judge_files(
    plan: Path, sources: Mapping[str, LayerSource], *, rules: Rules | None = None
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Judge a plan folder, or any layer of polygons taken as clusters.

    Parameters
    ----------
    plan : pathlib.Path
        Folder that `gridgov divide` wrote, or a file of polygons with a column ``id``.
    sources : mapping of str to LayerSource
        ``buildings`` with households and ``communities``; ``barriers`` where there are any.
    rules : Rules, optional
        The rules of the place; those of the default profile unless given.

    Returns
    -------
    measures : pandas.DataFrame
        measure, value, unit, bar, holds.
    problems : geopandas.GeoDataFrame
        Where something is wrong; findings.

    Raises
    ------
    InputError
        When a file is refused, the polygons have no id, or the plan is of another district.
    NotFoundError
        When a table of the plan is missing.
    """
    rules = rules or read_rules()
    layers = read_ground_files(sources).layers
    ground = (layers["buildings"], layers["communities"], layers.get("barriers"))
    if plan.is_dir():
        made = read_plan(plan)
        cells = made.cells.to_crs(ground[1].crs)
        require_same_place(replace(made, cells=cells), layers, plan)
        counted = _fill_counts(ground[0], made.atoms)
        measures = judge_plan(cells, made.atoms, counted, *ground[1:], rules=rules.quality)
        return measures, find_problems(cells, made.atoms, ground[1], ground[2], rules=rules.quality)
    if "households" not in ground[0]:
        raise InputError("The buildings have no column 'households': polygons cannot be judged without counts.")
    groups = read_groups(plan, ground[1])
    measures = judge_polygons(groups, *ground, rules=rules.quality)
    return measures, find_polygon_problems(groups, *ground, rules=rules.quality)


def _fill_counts(buildings: gpd.GeoDataFrame, atoms: pd.DataFrame) -> gpd.GeoDataFrame:
    """Counts as given; where a building has none, those that the plan estimated."""
    planned = buildings["building_id"].map(atoms.groupby("building_id")["households"].sum())
    given = buildings["households"].astype("Float64") if "households" in buildings else planned * float("nan")
    return buildings.assign(households=given.astype("Float64").fillna(planned).fillna(0))
