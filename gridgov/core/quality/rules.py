"""What counts as good: the sizes that are wanted, and the bar of each measure."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class QualityRules:
    """Sizes by which a plan is judged; 50 households and 2–3 clusters are what one municipality states."""

    target: int = 50
    preferred_low: int = 45
    preferred_high: int = 55
    min: int = 35
    max: int = 65
    section_min: int = 2
    section_max: int = 3


@dataclass(frozen=True)
class Measure:
    """One measure: its unit and, where there is one, its bar."""

    unit: str
    sign: str = ""
    bar: float | bool | None = None
    digits: int | None = None


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "households_in": Measure("households"),
        "households_out": Measure("households"),
        "buildings_with_other_count": Measure("buildings", "=", 0),
        "atoms_without_cluster": Measure("atoms", "=", 0),
        "clusters": Measure("clusters"),
        "pct_preferred": Measure("% of clusters", "≥", 87, 2),
        "pct_allowed": Measure("% of clusters", "≥", 99, 2),
        "sum_deviation": Measure("households"),
        "min": Measure("households"),
        "max": Measure("households"),
        "crossing_community": Measure("clusters", "=", 0),
        "needless_splits": Measure("buildings", "=", 0),
        "surplus_pieces": Measure("pieces"),
        "cells": Measure("cells"),
        "cells_invalid": Measure("cells", "=", 0),
        "coverage_valid": Measure("", "=", True),
        "area_error_max": Measure("ratio", "<", 1e-6),
        "cells_multipart": Measure("cells"),
        "slivers": Measure("cells", "=", 0),
        "atoms_of_unknown_cells": Measure("atoms", "=", 0),
        "disconnected": Measure("clusters", "=", 0),
        "only_across_main_pct": Measure("% of clusters", "≤", 0.5, 2),
        "cells_without_cluster": Measure("cells", "=", 0),
        "polsby_popper": Measure("ratio", "≥", 0.63, 4),
        "polsby_popper_ground": Measure("ratio", "", None, 4),
        "medoid_m": Measure("m", "", None, 3),
        "farthest_p95_m": Measure("m", "", None, 1),
        "sections": Measure("sections"),
        "sections_2_3_pct": Measure("% of sections", "≥", 99, 2),
        "clusters_in_two_sections": Measure("clusters", "=", 0),
        "sections_disconnected": Measure("sections", "=", 0),
        "section_polsby_popper": Measure("ratio", "≥", 0.69, 4),
        "buildings_without_group": Measure("buildings", "=", 0),
        "households_without_group": Measure("households", "=", 0),
        "buildings_in_two_groups": Measure("buildings", "=", 0),
        "overlap_m2": Measure("m²", "<", 1.0, 2),
        "gap_m2": Measure("m²", "<", 1.0, 2),
        "outside_m2": Measure("m²", "<", 1.0, 2),
        "groups_crossing_barrier": Measure("groups", "=", 0),
    }
)
"""Every measure by name; bars are those of the division benchmark, default setting."""

_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"=": operator.eq, "≥": operator.ge, "≤": operator.le, "<": operator.lt}
)


def make_table(values: Mapping[str, float | int | bool]) -> pd.DataFrame:
    """Put values beside their unit and bar.

    Parameters
    ----------
    values : mapping of str to number
        Value of each measure; names are those of `MEASURES`.

    Returns
    -------
    pandas.DataFrame
        Columns `measure`, `value`, `unit`, `bar` (text, empty without one), `holds` (missing without a bar).

    Examples
    --------
    >>> make_table({"disconnected": 2}).iloc[0].tolist()
    ['disconnected', 2, 'clusters', '= 0', False]
    """
    rows = []
    for name, value in values.items():
        measure = MEASURES[name]
        shown = round(float(value), measure.digits) if measure.digits is not None else value
        holds = _SIGNS[measure.sign](shown, measure.bar) if measure.sign else None
        bar = f"{measure.sign} {measure.bar}" if measure.sign else ""
        rows.append((name, shown, measure.unit, bar, None if holds is None else bool(holds)))
    table = pd.DataFrame(rows, columns=["measure", "value", "unit", "bar", "holds"], dtype=object)
    return table.astype({"measure": str, "unit": str, "bar": str})
