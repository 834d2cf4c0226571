"""What the standard interface says of tiles: its conformance classes, and the links that lead to them."""

from __future__ import annotations

from gridgov.storage.tiles import TILE_LAYERS

_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{}"
_MATRIX = "http://www.opengis.net/spec/tms/2.0/conf/{}"
_MATRIX_CLASSES = (
    *("tilematrixset", "json-tilematrixset", "tilematrixsetlimits", "json-tilematrixsetlimits"),
    *("tilesetmetadata", "json-tilesetmetadata"),
)
CONFORMANCE: tuple[str, ...] = (
    *(_TILES.format(name) for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30")),
    *(_MATRIX.format(name) for name in _MATRIX_CLASSES),
)
"""What is spoken, for the conformance declaration."""

SET = "WebMercatorQuad"
"""The one tile matrix set: tiles of 256 px, rows from the north."""

REL_SETS = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
REL_SET = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
REL_GEODATA = "http://www.opengis.net/def/rel/ogc/1.0/geodata"
REL_TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"

_JSON = "application/json"


def link_landing(base: str) -> list[dict[str, str]]:
    """Return the links that a landing page has to the tile matrix sets.

    Parameters
    ----------
    base : str
        Address of the landing page.

    Returns
    -------
    list of dict
        The links.
    """
    return [{"href": f"{base}/tileMatrixSets", "rel": REL_SETS, "type": _JSON, "title": "Tile matrix sets"}]


def link_collection(base: str, name: str) -> list[dict[str, str]]:
    """Return the links that a collection has to its tiles.

    Parameters
    ----------
    base : str
        Address of the landing page.
    name : str
        The collection.

    Returns
    -------
    list of dict
        The links; none when it has no tiles.
    """
    if name not in TILE_LAYERS:
        return []
    href = f"{base}/collections/{name}/tiles"
    return [{"href": href, "rel": REL_TILESETS, "type": _JSON, "title": "Vector tiles"}]
