"""The main job on files: layers in, a plan folder out, no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from gridgov.core.crs import choose_metric_crs, to_metric
from gridgov.core.district import divide_district
from gridgov.core.findings import join_findings
from gridgov.core.plans import Plan
from gridgov.core.summary import summarise_plan
from gridgov.errors import InputError
from gridgov.services.reading import LayerSource, ReadLayer, read_layer
from gridgov.services.rules import Rules, read_rules
from gridgov.storage.plan_files import write_plan

__all__ = ["DividedFiles", "LayerSource", "divide_files"]


@dataclass(frozen=True)
class DividedFiles:
    """What `divide_files` made."""

    plan: Plan
    files: list[Path]
    summary: dict[str, str]
    """Measure and value, for a person to read."""


def divide_files(
    sources: Mapping[str, LayerSource],
    out: Path,
    *,
    rules: Rules | None = None,
    effort: Literal["default", "quality"] = "default",
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> DividedFiles:
    """Divide communities from files and write the plan.

    Parameters
    ----------
    sources : mapping of str to LayerSource
        Files of ``communities``, and where there are any of ``buildings``, ``barriers`` and ``compounds``.
    out : pathlib.Path
        Folder for the plan.
    rules : Rules, optional
        The rules of the place; those of the default profile unless given.
    effort : {"default", "quality"}
        How long to search.
    seed : int
        Same files and seed, same plan.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    DividedFiles
        The plan, in the communities' own metric CRS or else the local 3-degree zone, and its files.

    Raises
    ------
    InputError
        When a file, its columns or its coordinate system are refused, or no community is left.
    """
    rules = rules or read_rules()
    tell = progress or (lambda step, share: None)
    tell("read", 0.0)
    read = {name: read_layer(source, name, stored=False) for name, source in sources.items()}
    layers = to_one_crs(read)
    layers.setdefault("buildings", _no_buildings(layers["communities"].crs))
    plan = divide_district(**layers, rules=rules.plan, effort=effort, seed=seed, progress=progress)
    found = [_move(one.tidy.findings, plan.cells.crs) for one in read.values()]
    plan = replace(plan, findings=join_findings([*found, plan.findings], crs=plan.cells.crs))
    tell("save", 0.0)
    return DividedFiles(plan, write_plan(plan, out), summarise_plan(plan, rules.plan.clusters))


def to_one_crs(read: Mapping[str, ReadLayer]) -> dict[str, Any]:
    """Bring layers into one metric CRS: the communities' own, else the local one.

    Parameters
    ----------
    read : mapping of str to ReadLayer
        Layers as read, ``communities`` among them.

    Returns
    -------
    dict of str to geopandas.GeoDataFrame
        Accepted rows of each layer.

    Raises
    ------
    InputError
        When no community was accepted.
    """
    communities = read["communities"].tidy.accepted
    if not len(communities):
        raise InputError(
            f"{read['communities'].file_name} has no usable community: {read['communities'].tidy.rejected} rows were "
            "refused. Correct them and run again.",
            findings=read["communities"].tidy.findings["detail"].head(5).tolist(),
        )
    crs = communities.crs
    if crs.is_geographic or crs.axis_info[0].unit_name != "metre":
        crs = choose_metric_crs(communities)
    return {name: to_metric(one.tidy.accepted, crs) for name, one in read.items()}


def _no_buildings(crs: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"building_id": pd.Series(dtype=object)}, geometry=gpd.GeoSeries([], crs=crs), crs=crs)


def _move(findings: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    return findings.to_crs(crs) if findings.crs is not None else findings
