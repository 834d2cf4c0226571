"""Vector tiles straight from PostGIS: one statement a layer, each with its columns written out."""

from __future__ import annotations

from functools import cache
from typing import Literal

from gridgov.errors import NotFoundError
from gridgov.storage.links import Ask
from gridgov.storage.tiles.layers import TILE_LAYERS, TileLayer

EXTENT = 4096
"""Tile coordinates run from 0 to this number in both directions (Mapbox Vector Tile 2.1)."""

BUFFER = 64
"""Tile coordinates kept outside each edge, so that lines and labels are not cut there."""

MAX_ZOOM = 20
"""Deepest zoom served; a tile is then about 38 m wide."""

Address = tuple[int, int, int]
"""Zoom, column and row of a tile in the usual Web Mercator scheme, rows from the north."""

State = Literal["published", "draft"]


def require_tile(z: int, x: int, y: int) -> None:
    """Refuse a tile address that lies outside the world.

    Parameters
    ----------
    z, x, y : int
        Tile address.

    Raises
    ------
    NotFoundError
        When the zoom is above `MAX_ZOOM` or x or y is outside 0 … 2^z - 1.

    Examples
    --------
    >>> require_tile(1, 1, 0)
    >>> require_tile(1, 2, 0)
    Traceback (most recent call last):
        ...
    gridgov.errors.NotFoundError: There is no tile 1/2/0: at zoom 1 x and y run from 0 to 1.
    """
    if not 0 <= z <= MAX_ZOOM:
        raise NotFoundError(f"There is no tile at zoom {z}: zooms run from 0 to {MAX_ZOOM}.", z=z)
    last = 2**z - 1
    if not (0 <= x <= last and 0 <= y <= last):
        raise NotFoundError(f"There is no tile {z}/{x}/{y}: at zoom {z} x and y run from 0 to {last}.", z=z, x=x, y=y)


def ask_tile(layer: TileLayer, address: Address, state: State = "published", plan_id: str | None = None) -> Ask:
    """Ask for a tile and the mark under which it may be kept, of one moment.

    Parameters
    ----------
    layer : TileLayer
        The layer.
    address : tuple of int
        The tile.
    state : {"published", "draft"}
        What the plan is taken for: a published one is drawn from what was made ready for it. No row comes when the
        plan is something else, or the caller may not see it. Of no meaning for the ground.
    plan_id : str, optional
        The plan; the one in force when left out.

    Returns
    -------
    Ask
        Its row: the mark and the tile, as bytes.
    """
    z, x, y = address
    values: dict[str, str | int] = {"z": z, "x": x, "y": y}
    if layer.of_plan and plan_id is not None:
        values["plan_id"] = plan_id
    return Ask(_make_statement(layer.name, state, plan_id is not None), values)


def ask_mark(layer: TileLayer, plan_id: str | None = None) -> Ask:
    """Ask for the mark of a layer as it is now.

    Parameters
    ----------
    layer : TileLayer
        The layer.
    plan_id : str, optional
        The plan; the one in force when left out.

    Returns
    -------
    Ask
        Its row: the mark, and for a layer of a plan its status. No row when there is no plan that the caller may see.
    """
    if not layer.of_plan:
        return Ask(f"SELECT {_ground_mark(layer)}")
    asked = plan_id is not None
    return Ask(f"SELECT {_PLAN_MARK}, p.status {_from_plan(asked)}", {"plan_id": plan_id} if asked else {})


def ask_bounds(layer: TileLayer, plan_id: str | None = None) -> Ask:
    """Ask for the box around what the caller may see of a layer.

    Parameters
    ----------
    layer : TileLayer
        The layer.
    plan_id : str, optional
        The plan; the one in force when left out.

    Returns
    -------
    Ask
        Its row: west, south, east and north in degrees as a JSON list, null when there is nothing.
    """
    source = f"gridgov.{layer.table} AS t" if not layer.of_plan else "gridgov.plan_group AS t"
    where = layer.where.replace("%(z)s::integer", f"{MAX_ZOOM}")
    asked = plan_id is not None
    if layer.of_plan:
        where = f"t.level = '{layer.table}' AND t.plan_id = (SELECT p.plan_id {_from_plan(asked)})"
    edges = ", ".join(f"ST_{edge}(box)" for edge in ("XMin", "YMin", "XMax", "YMax"))
    return Ask(
        f"""SELECT CASE WHEN box IS NOT NULL THEN json_build_array({edges})::text END
        FROM (SELECT ST_Extent(t.geom) AS box FROM {source} WHERE {where}) AS around""",
        {"plan_id": plan_id} if layer.of_plan and asked else {},
    )


@cache
def _make_statement(name: str, state: State, asked: bool) -> str:
    """A tile is its layers written one after the other, so two are simply joined (MVT 2.1, section 4.1)."""
    layer = TILE_LAYERS[name]
    if not layer.of_plan:
        return f"SELECT {_ground_mark(layer)}, {_make_tile(layer, f'gridgov.{layer.table} AS t', layer.where)}"
    where = f"t.plan_id = p.plan_id AND t.level = '{layer.table}'"
    source = "gridgov.plan_area AS t" if state == "published" else f"({_DRAFT}) AS t"
    tile = _make_tile(layer, source, where, label="t.label_3857")
    return f"SELECT {_PLAN_MARK}, {tile} {_from_plan(asked)} AND p.status = '{state}'"


def _make_tile(layer: TileLayer, source: str, where: str, label: str = "ST_PointOnSurface(t.geom_3857)") -> str:
    near = f"t.geom_3857 && {_NEAR} AND {where}"
    areas = _make_part(layer, layer.name, "t.geom_3857", source, near, BUFFER)
    if layer.points is None:
        return areas
    inside = f"t.geom_3857 && ST_TileEnvelope({_ADDRESS}) AND {where} AND {layer.points_where}"
    return f"{areas} || {_make_part(layer, layer.points, label, source, inside, 0)}"


def _make_part(layer: TileLayer, name: str, geometry: str, source: str, where: str, buffer: int) -> str:
    """One layer of a tile.

    Rows without a geometry are left to ST_AsMVT, which passes over them: a condition on it would have the geometry
    made twice. The box of the tile is a subquery, so that it is made once and not for each row.
    """
    columns = ", ".join(f"{sql} AS {column}" for column, (_, sql) in layer.columns.items())
    return f"""(
        SELECT coalesce(ST_AsMVT(tile, '{name}', {EXTENT}, 'geom'), ''::bytea)
        FROM (
            SELECT {columns}, ST_AsMVTGeom({geometry}, {_BOX}, {EXTENT}, {buffer}) AS geom
            FROM {source}
            WHERE {where}
        ) AS tile)"""


def _ground_mark(layer: TileLayer) -> str:
    return f"gridgov.layer_mark('{layer.table}')"


def _from_plan(asked: bool) -> str:
    return f"FROM gridgov.plan AS p WHERE p.plan_id = {'%(plan_id)s::text' if asked else 'gridgov.plan_in_force()'}"


_ADDRESS = "%(z)s::integer, %(x)s::integer, %(y)s::integer"
_PLAN_MARK = "p.plan_id || ' ' || extract(epoch FROM p.created_at)"
_BOX = f"(SELECT ST_TileEnvelope({_ADDRESS})::box2d)"
_NEAR = f"ST_TileEnvelope({_ADDRESS}, margin => {BUFFER}.0 / {EXTENT})"

# the figures of a draft are counted as it is drawn; a plan_area holds them for a published plan
_DRAFT = f"""
    SELECT g.*, g.houses AS rental_houses, (count(*) OVER same)::integer AS stack,
           (CASE WHEN count(g.houses) OVER same = count(*) OVER same THEN sum(g.houses) OVER same END)::integer
               AS rental_stack,
           ST_PointOnSurface(g.geom_3857) AS label_3857
    FROM (SELECT a.*, CASE WHEN f.plan_id IS NULL THEN 0 ELSE f.value END AS houses
          FROM gridgov.plan_group AS a
          LEFT JOIN gridgov.plan_figure AS f
              ON f.plan_id = a.plan_id AND f.level = a.level AND f.group_id = a.group_id
              AND f.figure = 'rental_houses'
          WHERE a.plan_id = p.plan_id AND a.geom_3857 && {_NEAR}) AS g
    WINDOW same AS (PARTITION BY g.level, g.geom_3857)"""
