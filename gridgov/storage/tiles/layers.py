"""The layers of vector tiles: what each is made of, and the only attributes that are ever sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from gridgov.errors import NotFoundError

Kind = Literal["String", "Number", "Boolean"]
"""Type of an attribute, as TileJSON names it."""


@dataclass(frozen=True)
class TileLayer:
    """One layer of vector tiles."""

    name: str
    title: str
    """What people call it, in Chinese and English."""
    table: str
    """Table of the ground that it is drawn from; for a level of a plan, the level."""
    columns: Mapping[str, tuple[Kind, str]]
    """Attribute name in the tile, its type, and the SQL expression that fills it; nothing else is ever sent."""
    where: str = "true"
    """Condition on the rows, called `t`."""
    min_zoom: int = 0
    """Zooms below this one answer with an empty tile."""
    of_plan: bool = False
    """Whether the layer belongs to a plan."""
    geometry: Literal["points", "lines", "polygons"] = "polygons"
    points: str | None = None
    """Name of a second layer in the same tile: one inner point an area, so that its label stands only once."""
    points_where: str = "true"

    @property
    def fields(self) -> dict[str, Kind]:
        """Attribute names and their types."""
        return {name: kind for name, (kind, _) in self.columns.items()}


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


def _make_group_layer(name: str, title: str, level: str, min_zoom: int, **more: tuple[Kind, str]) -> TileLayer:
    """Rental houses are sent as the count of an area only, never as points.

    Groups stacked in a tower have the same outline: `stack` says how many, `rental_stack` counts in all of them.
    """
    columns: dict[str, tuple[Kind, str]] = {
        "id": ("String", "t.group_id"),
        "code": ("String", "t.code"),
        "name": ("String", "t.name"),
        "parent": ("String", "t.parent_id"),
        "households": ("Number", "t.households"),
        **more,
        "rental_houses": ("Number", "t.rental_houses"),
        "stack": ("Number", "t.stack"),
        "rental_stack": ("Number", "t.rental_stack"),
    }
    return TileLayer(name, title, level, columns, min_zoom=min_zoom, of_plan=True, points=f"{level}_points")


_LAYERS = (
    TileLayer(
        "subdistricts",
        "街道 Subdistricts",
        "division",
        {"id": ("String", "t.division_id"), "code": ("String", "t.code"), "name": ("String", "t.name")},
        "t.level = 'subdistrict'",
        points="subdistrict_points",
    ),
    TileLayer(
        "communities",
        "社区 Communities",
        "division",
        {
            "id": ("String", "t.division_id"),
            "code": ("String", "t.code"),
            "name": ("String", "t.name"),
            "kind": ("String", "t.kind"),
        },
        "t.level = 'community'",
        points="community_points",
    ),
    TileLayer(
        "compounds",
        "小区 Compounds",
        "compound",
        {"id": ("String", "t.compound_id"), "name": ("String", "t.name"), "kind": ("String", "t.kind")},
        min_zoom=12,
    ),
    TileLayer(
        "buildings",
        "建筑 Buildings",
        "building",
        {
            "id": ("String", "t.building_id"),
            "name": ("String", "t.name"),
            "use": ("String", "t.use"),
            "floors": ("Number", "t.floors"),
            "households": ("Number", "t.households"),
            "estimated": ("Boolean", "t.households_estimated"),
        },
        min_zoom=12,
        points="building_points",
        points_where="%(z)s::integer >= 16 AND t.name IS NOT NULL",
    ),
    TileLayer(
        "barriers",
        "道路与水域 Barriers",
        "barrier",
        {"id": ("String", "t.barrier_id"), "kind": ("String", "t.kind"), "name": ("String", "t.name")},
        "(t.kind = 'hard' OR %(z)s::integer >= 12)",
        min_zoom=9,
        geometry="lines",
    ),
    TileLayer(
        "shelters",
        "避难场所 Shelters",
        "shelter",
        {
            "id": ("String", "t.shelter_id"),
            "name": ("String", "t.name"),
            "indoor": ("Boolean", "t.indoor"),
            "capacity": ("Number", "t.capacity"),
        },
        min_zoom=9,
        geometry="points",
    ),
    TileLayer(
        "facilities",
        "设施 Facilities",
        "facility",
        {"id": ("String", "t.facility_id"), "name": ("String", "t.name"), "kind": ("String", "t.kind")},
        min_zoom=12,
        geometry="points",
    ),
    _make_group_layer(
        "clusters",
        "楼组 Clusters",
        "cluster",
        12,
        kind=("String", "t.kind"),
        unit=("Number", "t.unit"),
        storey_from=("Number", "t.storey_from"),
        storey_to=("Number", "t.storey_to"),
    ),
    _make_group_layer("sections", "片区 Sections", "section", 10),
    _make_group_layer("grids", "网格 Grids", "grid", 10, kind=("String", "t.kind")),
)

TILE_LAYERS: Mapping[str, TileLayer] = MappingProxyType({layer.name: layer for layer in _LAYERS})
"""Every tile layer by name. Residents have none, and never will."""
