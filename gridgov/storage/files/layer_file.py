"""What was read of a file, before anyone judged the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import pyproj

from gridgov.core.tidying import RowFault


@dataclass(frozen=True)
class LayerFile:
    """A file as a table, with what it says of itself."""

    frame: pd.DataFrame
    """Rows as sent; a GeoDataFrame without `crs` when there are shapes. The index `row` numbers them in the file."""
    format: str
    crs: pyproj.CRS | None = None
    """What the file says its coordinates are; None when it says nothing."""
    default_crs: pyproj.CRS | None = None
    """What its format says when the file is silent (GeoJSON: WGS 84)."""
    encoding: str | None = None
    faults: Sequence[RowFault] = ()
    """Faults of single rows, such as a shape that cannot be read."""
    remarks: Sequence[tuple[str, str]] = field(default=())
    """Rule and detail of what is worth knowing about the whole file."""
