"""When a plan is published, keep back what would give a small count away together with earlier plans."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from gridgov.core.overlay import assign_households
from gridgov.core.telling import PLACE, QUANTITIES, Quantity, find_figures_to_keep_back
from gridgov.services.areas import make_numbers
from gridgov.storage import telling


def keep_figures_back(connection: Connection, plan_id: str, *, on: date | None = None) -> int:
    """Hide those counts of a draft that must not be told beside what published plans told.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner or an administrator, who see every row; the caller publishes the draft in the same
        transaction: until it ends nobody else can publish one.
    plan_id : str
        Key of the draft.
    on : datetime.date, optional
        Day by which visits are judged; today when left out.

    Returns
    -------
    int
        Counts hidden beside those that were.

    Raises
    ------
    ConflictError
        When the plan is published.
    """
    telling.lock_plans(connection)
    plans = [*(one for one in telling.list_telling_plans(connection) if one != plan_id), plan_id]
    kept = 0
    for source in telling.RECORDS:
        records = telling.read_records(connection, source)
        if records.empty:
            continue
        places = {one: _place(connection, source, one, records) for one in plans}
        for quantity in QUANTITIES:
            if quantity.source == source:
                kept += _keep_back(connection, plan_id, quantity, places, records.index, on)
    return kept


def _keep_back(
    connection: Connection,
    plan_id: str,
    quantity: Quantity,
    places: dict[str, pd.DataFrame],
    records: pd.Index,
    on: date | None,
) -> int:
    names = list(quantity.figures)
    shown = {one: telling.read_shown(connection, one, names) for one in places}
    if shown[plan_id].empty:
        return 0
    each = telling.read_counts(connection, quantity.measure, make_numbers(on), records)
    known = np.ones(len(each), dtype=bool)
    if "known" in quantity.figures.values():
        rate = next(name for name, part in quantity.figures.items() if part == "known").partition(":")[0]
        known = telling.read_counts(connection, rate, make_numbers(on), records)["of"].to_numpy() > 0
    counts = pd.DataFrame({"count": each[quantity.column], "known": known}, index=records)
    # who is not counted lives nowhere that could be told apart
    counted = (each["of"] > 0).to_numpy()
    there = {one: place[counted] for one, place in places.items()}
    kept = find_figures_to_keep_back(counts[counted], quantity.figures, there, shown, plan_id)
    return telling.keep_back(connection, plan_id, kept)


def _place(connection: Connection, source: str, plan_id: str, records: pd.DataFrame) -> pd.DataFrame:
    """Put the records of today into the areas of a plan: as when it was assigned, later ones by their building."""
    stored = telling.read_places(connection, source, plan_id)
    place = stored.reindex(records.index).astype(object)
    late = records[~records.index.isin(stored.index)]
    if len(late):
        atoms = telling.read_plan_atoms(connection, plan_id)
        found, _ = assign_households(late.rename_axis("household_id").reset_index(), atoms)
        place.loc[late.index] = found[["cluster_id", "section_id", "grid_id"]].to_numpy(dtype=object)
    place["community"] = place["section"].map(telling.read_section_communities(connection, plan_id))
    clusters = telling.read_clusters(connection, plan_id).reindex(place["cluster"])
    place["home"] = clusters["home"].to_numpy(dtype=object)
    for name in ("sheltered", "beyond"):
        place[name] = clusters[name].eq(True).to_numpy(dtype=bool)
    return place[list(PLACE)]
