"""The tables of a plan, to and from the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Select, select, text

from gridgov.core.plans import FRAMES
from gridgov.errors import ConflictError, InputError
from gridgov.storage.frames import read_frame, write_frame
from gridgov.storage.frames.values import to_plain
from gridgov.storage.plans.heads import drop_plan, get_plan
from gridgov.storage.tables import STORED_SRID, plan, plan_atom, plan_cell, plan_finding, plan_group

LEVELS = {"clusters": "cluster", "sections": "section", "grids": "grid"}
_TO_GROUP = {"id": "group_id", "parent": "parent_id"}
_FROM_GROUP = {"group_id": "id", "parent_id": "parent"}


def save_plan(
    connection: Connection,
    plan_id: str,
    frames: Mapping[str, pd.DataFrame],
    *,
    name: str,
    seed: int = 0,
    scheme: Mapping[str, object] | None = None,
    profile: Mapping[str, object] | None = None,
    replace: bool = False,
) -> None:
    """Write a plan as a draft.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database; the caller commits.
    plan_id : str
        Key of the plan.
    frames : mapping of str to pandas.DataFrame
        `cells`, `atoms`, `clusters`, `sections`, `grids`, `findings` as `gridgov.core.plans.Plan` has them, in one
        metric coordinate system, which is remembered.
    name : str
        What people call it.
    seed : int
        Seed it was made with.
    scheme, profile : mapping of str to object, optional
        How it was made: the code scheme and the numbers of the rule profile.
    replace : bool
        Whether a draft of the same key is thrown away.

    Raises
    ------
    InputError
        When a table is missing or a value does not fit.
    ConflictError
        When there is a plan of that key: a published one, or a draft that is not to be replaced.
    """
    if missing := [one for one in FRAMES if one not in frames]:
        raise InputError(f"The plan lacks the tables {', '.join(missing)}.", missing=missing)
    crs = frames["cells"].crs
    if crs is None:
        raise InputError("The cells of the plan have no coordinate system. Declare it (frame.set_crs).")
    _make_room(connection, plan_id, replace)
    connection.execute(
        plan.insert(),
        {
            "plan_id": plan_id,
            "name": name,
            "seed": seed,
            "scheme": to_plain(dict(scheme or {})),
            "profile": to_plain(dict(profile or {})),
            "crs": crs.to_string(),
        },
    )
    write_frame(connection, plan_cell, _sound(frames["cells"]).assign(plan_id=plan_id))
    write_frame(connection, plan_atom, _fit(frames["atoms"], plan_atom).assign(plan_id=plan_id))
    for key, level in LEVELS.items():
        groups = _fit(_sound(frames[key]).rename(columns=_TO_GROUP), plan_group)
        write_frame(connection, plan_group, groups.assign(plan_id=plan_id, level=level))
    findings = frames["findings"].assign(plan_id=plan_id, finding_id=np.arange(1, len(frames["findings"]) + 1))
    write_frame(connection, plan_finding, findings)
    connection.execute(text("ANALYZE gridgov.plan_cell, gridgov.plan_atom, gridgov.plan_group"))


def read_plan(connection: Connection, plan_id: str, *, crs: object = None) -> dict[str, pd.DataFrame]:
    """Read the tables of a plan.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    plan_id : str
        Key of the plan.
    crs : object, optional
        Coordinate system wanted; that in which the plan was made unless given.

    Returns
    -------
    dict of str to pandas.DataFrame
        The six tables as they were given to `save_plan`, ordered by key; `Plan(**tables)` makes a plan of them.

    Raises
    ------
    NotFoundError
        When there is no such plan.
    """
    wanted = crs or get_plan(connection, plan_id).crs
    frames = {
        "cells": _read(connection, _rows(plan_cell, plan_id)).to_crs(wanted),
        "atoms": _read(connection, _rows(plan_atom, plan_id)),
    }
    for key, level in LEVELS.items():
        groups = _read(connection, _rows(plan_group, plan_id).where(plan_group.c.level == level)).to_crs(wanted)
        order = ["id", "code", "name", "parent", "community_id", "households", "unit", "storey_from", "storey_to"]
        frames[key] = groups.rename(columns=_FROM_GROUP)[[*order, "kind", "geometry"]]
    filled = frames["clusters"][frames["clusters"].households > 0].parent.value_counts()
    sections = frames["sections"]
    sections.insert(4, "clusters", sections.id.map(filled).fillna(0).astype("int64"))
    frames["findings"] = _read(connection, _rows(plan_finding, plan_id)).drop(columns="finding_id").to_crs(wanted)
    return frames


def _make_room(connection: Connection, plan_id: str, replace: bool) -> None:
    status = connection.execute(select(plan.c.status).where(plan.c.plan_id == plan_id)).scalar()
    if status == "draft" and replace:
        drop_plan(connection, plan_id)
    elif status is not None:
        raise ConflictError(
            f"There is a {status} plan {plan_id!r} already. Take another name"
            + (" or say that the draft is to be replaced." if status == "draft" else "."),
            plan_id=plan_id,
        )


def _fit(frame: pd.DataFrame, table: Any) -> pd.DataFrame:
    # a count made from other rows, such as the clusters of a section, is not stored a second time
    return frame[[name for name in frame.columns if name in table.columns or name == "geometry"]]


def _sound(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    degrees = frame.to_crs(STORED_SRID)
    shapes = degrees.geometry.to_numpy().copy()
    bad = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if bad.any():
        # a sliver of micrometres may cross itself once its corners are rounded as degrees
        shapes[bad] = [_areas(shape) for shape in shapely.make_valid(shapes[bad], method="structure")]
    return degrees.set_geometry(gpd.GeoSeries(shapes, index=degrees.index, crs=STORED_SRID))


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _rows(table: Any, plan_id: str) -> Select[Any]:
    columns = [
        column for column in table.columns if column.computed is None and column.name not in ("plan_id", "level")
    ]
    keys = [column for column in table.primary_key if column.name not in ("plan_id", "level")]
    return select(*columns).where(table.c.plan_id == plan_id).order_by(*keys)


def _read(connection: Connection, query: Select[Any]) -> Any:
    frame = read_frame(connection, query)
    for name in ("unit", "storey_from", "storey_to"):
        if name in frame.columns:
            frame[name] = frame[name].astype("Int64")
    return frame
