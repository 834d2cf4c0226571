"""Vector tiles straight from PostGIS: one query per layer, each with its columns written out."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection

from gridgov.errors import NotFoundError

EXTENT = 4096
"""Tile coordinates run from 0 to this number in both directions (Mapbox Vector Tile 2.1)."""

BUFFER = 64
"""Tile coordinates kept outside each edge, so that lines and labels are not cut there."""

MAX_ZOOM = 20
"""Deepest zoom served; a tile is then about 38 m wide."""


@dataclass(frozen=True)
class TileLayer:
    """One layer of vector tiles."""

    name: str
    columns: MappingProxyType[str, str]
    """Attribute name in the tile, and the SQL expression that fills it; nothing else is ever sent."""
    source: str
    """What stands after FROM, with the main table called `t`."""
    where: str = "true"
    min_zoom: int = 0
    """Zooms below this one answer with an empty tile."""
    of_plan: bool = False
    """Whether the layer belongs to a plan."""
    points: str | None = None
    """Name of a second layer in the same tile: one inner point an area, so that its label stands only once."""
    points_where: str = "true"


def read_tile(connection: Connection, layer: str, z: int, x: int, y: int, plan_id: str | None = None) -> bytes:
    """Return one vector tile.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    layer : str
        One of `TILE_LAYERS`.
    z, x, y : int
        Tile address in the usual Web Mercator scheme, y from the north.
    plan_id : str, optional
        The plan; needed by the layers that belong to one.

    Returns
    -------
    bytes
        A Mapbox Vector Tile; empty where there is nothing.

    Raises
    ------
    NotFoundError
        When there is no such layer or no such tile address.
    """
    found = get_tile_layer(layer)
    require_tile(z, x, y)
    if z < found.min_zoom:
        return b""
    values = {"z": z, "x": x, "y": y, "plan_id": plan_id}
    tile = connection.exec_driver_sql(_STATEMENTS[layer], values).scalar_one()
    return bytes(tile)


def get_tile_layer(name: str) -> TileLayer:
    """Return the tile layer called `name`.

    Parameters
    ----------
    name : str
        One of `TILE_LAYERS`.

    Returns
    -------
    TileLayer
        The layer.

    Raises
    ------
    NotFoundError
        When there is no such layer.
    """
    if name not in TILE_LAYERS:
        raise NotFoundError(f"There is no tile layer {name!r}. Layers are: {', '.join(TILE_LAYERS)}.", layer=name)
    return TILE_LAYERS[name]


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


def _make_statement(layer: TileLayer) -> str:
    """A tile is its layers written one after the other, so two are simply joined (MVT 2.1, section 4.1)."""
    near = f"ST_TileEnvelope({_ADDRESS}, margin => {BUFFER}.0 / {EXTENT})"
    areas = _make_part(layer, layer.name, "t.geom_3857", f"t.geom_3857 && {near}", BUFFER)
    if layer.points is None:
        return f"SELECT {areas}"
    inside = f"t.geom_3857 && ST_TileEnvelope({_ADDRESS}) AND {layer.points_where}"
    points = _make_part(layer, layer.points, "ST_PointOnSurface(t.geom_3857)", inside, 0)
    return f"SELECT {areas} || {points}"


def _make_part(layer: TileLayer, name: str, geometry: str, where: str, buffer: int) -> str:
    columns = ", ".join(f"{sql} AS {column}" for column, sql in layer.columns.items())
    return f"""(
        SELECT coalesce(ST_AsMVT(tile, '{name}', {EXTENT}, 'geom'), ''::bytea)
        FROM (
            SELECT {columns},
                   ST_AsMVTGeom({geometry}, ST_TileEnvelope({_ADDRESS}), {EXTENT}, {buffer}) AS geom
            FROM {layer.source}
            WHERE {where} AND {layer.where}
            WINDOW same AS (PARTITION BY t.geom_3857)
        ) AS tile
        WHERE geom IS NOT NULL)"""


_ADDRESS = "%(z)s::integer, %(x)s::integer, %(y)s::integer"


def _make_group_layer(name: str, level: str, min_zoom: int, **more: str) -> TileLayer:
    """Rental houses are sent as the count of an area only, never as points.

    Groups stacked in a tower have the same outline: `stack` says how many, `rental_stack` counts in all of them.
    """
    columns = {
        "id": "t.group_id",
        "code": "t.code",
        "name": "t.name",
        "parent": "t.parent_id",
        "households": "t.households",
        **more,
        "rental_houses": "coalesce(rentals.houses, 0)",
        "stack": "(count(*) OVER same)::integer",
        "rental_stack": "(coalesce(sum(rentals.houses) OVER same, 0))::integer",
    }
    source = f"""gridgov.plan_group AS t
        LEFT JOIN (
            SELECT group_id, value AS houses
            FROM gridgov.plan_figure
            WHERE plan_id = %(plan_id)s::text AND level = '{level}' AND figure = 'rental_houses'
        ) AS rentals ON rentals.group_id = t.group_id"""
    where = f"t.plan_id = %(plan_id)s::text AND t.level = '{level}'"
    return TileLayer(name, MappingProxyType(columns), source, where, min_zoom, of_plan=True, points=f"{level}_points")


TILE_LAYERS: MappingProxyType[str, TileLayer] = MappingProxyType(
    {
        layer.name: layer
        for layer in (
            TileLayer(
                "communities",
                MappingProxyType({"id": "t.division_id", "code": "t.code", "name": "t.name", "kind": "t.kind"}),
                "gridgov.division AS t",
                "t.level = 'community'",
                points="community_points",
            ),
            TileLayer(
                "buildings",
                MappingProxyType(
                    {
                        "id": "t.building_id",
                        "name": "t.name",
                        "use": "t.use",
                        "floors": "t.floors",
                        "households": "t.households",
                        "estimated": "t.households_estimated",
                    }
                ),
                "gridgov.building AS t",
                min_zoom=13,
                points="building_points",
                points_where="%(z)s::integer >= 16 AND t.name IS NOT NULL",
            ),
            TileLayer(
                "barriers",
                MappingProxyType({"id": "t.barrier_id", "kind": "t.kind", "name": "t.name"}),
                "gridgov.barrier AS t",
                "(t.kind = 'hard' OR %(z)s::integer >= 12)",
                min_zoom=9,
            ),
            TileLayer(
                "shelters",
                MappingProxyType(
                    {"id": "t.shelter_id", "name": "t.name", "indoor": "t.indoor", "capacity": "t.capacity"}
                ),
                "gridgov.shelter AS t",
                min_zoom=9,
            ),
            _make_group_layer(
                "clusters",
                "cluster",
                12,
                kind="t.kind",
                unit="t.unit",
                storey_from="t.storey_from",
                storey_to="t.storey_to",
            ),
            _make_group_layer("sections", "section", 10),
            _make_group_layer("grids", "grid", 10, kind="t.kind"),
        )
    }
)
"""Every tile layer by name. Residents have none, and never will."""

_STATEMENTS = MappingProxyType({name: _make_statement(layer) for name, layer in TILE_LAYERS.items()})
