"""Make the public page of a plan, and read that of the plan in force."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Connection

from gridgov.core.public_figures import LEVELS, make_public_figures, to_rows
from gridgov.core.public_sections import BANDS, make_section_bands
from gridgov.storage import public
from gridgov.storage.plans import get_plan


def refresh_public_page(connection: Connection, plan_id: str) -> int:
    """Make the public page of a plan anew, small counts hidden.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of who may see everything; the caller commits.
    plan_id : str
        The plan.

    Returns
    -------
    int
        Divisions on the page.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    """
    head = get_plan(connection, plan_id)
    counts = public.read_public_counts(connection, plan_id)
    rows = to_rows(make_public_figures(counts), public.list_division_names(connection)) if len(counts) else []
    sections = _draw_sections(public.list_section_outlines(connection, plan_id), rows)
    document = {
        "plan": {
            "name": head.name,
            "published_from": head.published_from.isoformat() if head.published_from else None,
        },
        "figures": [row for row in rows if row["id"] != "-"],
        "outlines": {"type": "FeatureCollection", "features": public.list_community_outlines(connection, plan_id)},
        "sections": sections,
    }
    public.write_public_page(connection, plan_id, document)
    return len(rows)


def read_public_page(connection: Connection) -> dict[str, Any]:
    """Return the public page of the plan in force.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Anybody's connection, signed in or not.

    Returns
    -------
    dict
        ``plan`` (name, published_from), ``made_at``, ``figures``, ``outlines`` and ``sections``; plan None when none
        is in force.
    """
    row = public.read_public_page(connection)
    if row is None:
        return {
            "plan": None,
            "made_at": None,
            "figures": [],
            "outlines": {"type": "FeatureCollection", "features": []},
            "sections": _NO_SECTIONS,
        }
    # a page made before sections were drawn has none
    return {"made_at": row["made_at"], "sections": _NO_SECTIONS, **row["document"]}


def _draw_sections(outlines: list[dict[str, Any]], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Colour the sections by bands of households; hides in `rows` what would give a hidden section away."""
    if not outlines:
        return _NO_SECTIONS
    counts = pd.DataFrame([{name: one[name] for name in (*LEVELS, "section", "households")} for one in outlines])
    bands, kept_back = make_section_bands(counts)
    for row in rows:
        if (row["level"], row["id"]) in kept_back:
            row["households"] = None
    band = {key: None if pd.isna(value) else int(value) for key, value in bands.itertuples(index=False)}
    features = [
        {
            "type": "Feature",
            "properties": {"community": one["community"], "band": band[one["section"]]},
            "geometry": one["geometry"],
        }
        for one in outlines
    ]
    return {"type": "FeatureCollection", "bands": list(BANDS), "features": features}


_NO_SECTIONS: dict[str, Any] = {"type": "FeatureCollection", "bands": list(BANDS), "features": []}
