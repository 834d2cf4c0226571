"""What a coverage report is made from, and the files it becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridgov.core.disclosure import HIDE_BELOW
from gridgov.core.indicators import Facts, IndicatorRules

WriteLayers = Callable[[Path, Mapping[str, gpd.GeoDataFrame]], None]
"""Writes named layers into one file; given by whoever may write geodata."""


@dataclass(frozen=True, kw_only=True)
class ReportBundle(Facts):
    """A plan with everything that was assigned to it; geometry in one metric CRS."""

    plan_id: str = ""
    plan_name: str = ""
    status: str = "draft"
    """`draft` or `published`."""
    published_from: dt.date | None = None
    published_to: dt.date | None = None
    quality: pd.DataFrame | None = None
    """measure, value, unit, bar, holds, as `gridgov.core.quality.judge_plan` gives them."""
    findings: gpd.GeoDataFrame | None = None
    """Findings of the plan and its assignment."""
    told_clusters: frozenset[str] | None = None
    """Clusters of which the stored plan tells everybody how many people live there; None when it is not stored."""
    rules: IndicatorRules = field(default_factory=IndicatorRules)
    profile_name: str = "default"


@dataclass(frozen=True)
class ReportOptions:
    """How a report is written."""

    language: str = "both"
    """`zh`, `en` or `both`."""
    hide_below: int | None = HIDE_BELOW
    """Counts about people and houses below this are hidden; None shows all, for the responsible office only."""
    drill_down: bool = True
    """Whether each community gets a map of its own."""


@dataclass(frozen=True)
class ReportFiles:
    """Where the parts of a report lie."""

    folder: Path
    page: Path
    """HTML page; needs nothing but the maps beside it."""
    map: Path
    """Interactive map of the whole area."""
    workbook: Path
    maps: tuple[Path, ...] = ()
    """Interactive map of each community."""
    package: Path | None = None
    """GeoPackage, where a writer was given."""
