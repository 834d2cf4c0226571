"""Fill in the households that nobody counted, for the buildings that are stored."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection

from gridgov.core.crs import split_by_zone
from gridgov.core.households import EstimationRules, estimate_households
from gridgov.storage.layers import read_layer, write_layer

_FACTS = ("households", "households_estimated", "floors", "floors_source")


def estimate_stored(connection: Connection, rules: EstimationRules) -> int:
    """Estimate households and floors of stored buildings that lack them, and estimate earlier estimates anew.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    rules : EstimationRules
        The assumptions.

    Returns
    -------
    int
        Buildings whose facts changed; 0 when nothing is new.
    """
    buildings = read_layer(connection, "buildings")
    parts = [estimate_households(part, rules) for part in split_by_zone(buildings)]
    if not parts:
        return 0
    made = pd.concat([pd.DataFrame(part[["building_id", *_FACTS]]) for part in parts])
    before = pd.DataFrame(buildings).loc[made.index]
    changed = pd.Series(False, index=made.index)
    for name in _FACTS:
        fresh, old = made[name].astype(object), before[name].astype(object)
        changed |= (fresh != old) & ~(fresh.isna() & old.isna())
    return write_layer(connection, "buildings", made[changed]).updated if changed.any() else 0
