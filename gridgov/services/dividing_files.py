"""The main job on files: layers in, a plan folder out, no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gridgov.core.district import divide_district
from gridgov.core.plans import Plan
from gridgov.core.summary import summarise_plan
from gridgov.services.ground_files import read_ground_files
from gridgov.services.reading import LayerSource
from gridgov.services.rules import Rules, read_rules
from gridgov.storage.plan_files import write_plan


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
    ground = read_ground_files(sources)
    plan = divide_district(**ground.layers, rules=rules.plan, effort=effort, seed=seed, progress=progress)
    plan = ground.add_findings(plan)
    tell("save", 0.0)
    return DividedFiles(plan, write_plan(plan, out), summarise_plan(plan, rules.plan.clusters))
