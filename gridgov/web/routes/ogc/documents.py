"""The landing page, the conformance declaration and the descriptions of collections."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from gridgov.core.systems import CRS84, STORED, SYSTEMS
from gridgov.services.features.downloading import FORMATS
from gridgov.storage.collections import Collection, Property
from gridgov.web.routes import tile_links
from gridgov.web.routes.ogc.links import (
    GEOJSON,
    JSON,
    OPENAPI,
    REL_CONFORMANCE,
    REL_QUERYABLES,
    REL_SCHEMA,
    SCHEMA,
    Document,
    Link,
    make_link,
    make_pair,
)

_FEATURES = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/{}"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/{}"
CONFORMANCE: tuple[str, ...] = (
    *(_FEATURES.format(1, name) for name in ("core", "oas30", "geojson", "html")),
    _FEATURES.format(2, "crs"),
    *(_FEATURES.format(3, n) for n in ("queryables", "queryables-query-parameters", "filter", "features-filter")),
    *(_FEATURES.format(4, n) for n in ("create-replace-delete", "update", "optimistic-locking-etags", "features")),
    *(
        _CQL2.format(name)
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "property-property",
        )
    ),
)
"""What is spoken; docs/standards.md says the same."""

TITLES = {
    "zh": {"title": "gridgov 社区网格", "about": "可见内容取决于登录账号的角色与范围。"},
    "en": {"title": "gridgov", "about": "What is here depends on the role and the scope of the account signed in."},
}

_TYPES = {"text": "string", "count": "integer", "number": "number", "yes": "boolean", "day": "string"}
_FORMATS = {"point": "geometry-point", "polygon": "geometry-polygon-or-multipolygon", "barrier": "geometry-any"}

_DIGITS = SYSTEMS[CRS84].digits

Extent = Sequence[str | None]
"""West, south, east, north, first and last day, as text; None where there is none."""


def make_landing(base: str, language: str, html: bool = False) -> Document:
    """Return the landing page.

    Parameters
    ----------
    base : str
        Its own address.
    language : str
        ``zh`` or ``en``.
    html : bool
        Whether it is shown as a page.

    Returns
    -------
    dict
        The document.
    """
    words = TITLES.get(language, TITLES["en"])
    return {
        "title": words["title"],
        "description": words["about"],
        "links": [
            *make_pair(base, JSON, html=html),
            make_link(f"{base}/api", "service-desc", OPENAPI),
            make_link(f"{base}/api?f=html", "service-doc", "text/html"),
            make_link(f"{base}/conformance", "conformance", JSON),
            make_link(f"{base}/conformance", REL_CONFORMANCE, JSON),
            make_link(f"{base}/collections", "data", JSON),
            *tile_links.link_landing(base),
        ],
    }


def make_conformance(base: str, html: bool = False) -> Document:
    """Return the conformance declaration.

    Parameters
    ----------
    base : str
        Address of the landing page.
    html : bool
        Whether it is shown as a page.

    Returns
    -------
    dict
        The document.
    """
    return {
        "links": make_pair(f"{base}/conformance", JSON, html=html),
        "conformsTo": [*CONFORMANCE, *tile_links.CONFORMANCE],
    }


def make_collections(
    base: str, collections: Sequence[tuple[Collection, Extent]], language: str, html: bool = False
) -> Document:
    """Return the list of collections.

    Parameters
    ----------
    base : str
        Address of the landing page.
    collections : sequence of (Collection, Extent)
        Those the caller sees.
    language : str
        ``zh`` or ``en``.
    html : bool
        Whether it is shown as a page.

    Returns
    -------
    dict
        The document.
    """
    return {
        "links": make_pair(f"{base}/collections", JSON, html=html),
        "crs": list(SYSTEMS),
        "collections": [make_collection(base, one, extent, language, listed=True) for one, extent in collections],
    }


def make_collection(
    base: str, collection: Collection, extent: Extent, language: str, *, listed: bool = False, html: bool = False
) -> Document:
    """Return the description of one collection.

    Parameters
    ----------
    base : str
        Address of the landing page.
    collection : Collection
        The collection.
    extent : Extent
        What the caller sees of it.
    language : str
        ``zh`` or ``en``.
    listed : bool
        Whether it stands in the list, which says once which systems there are.
    html : bool
        Whether it is shown as a page.

    Returns
    -------
    dict
        The document.
    """
    own = f"{base}/collections/{collection.name}"
    place = {}
    if collection.geometry is not None:
        place = {"crs": ["#/crs"] if listed else list(SYSTEMS), "storageCrs": STORED.uri}
    return {
        "id": collection.name,
        "title": collection.chinese if language == "zh" else collection.english,
        "itemType": "feature",
        "extent": _make_extent(extent),
        **place,
        "links": [
            *make_pair(own, JSON, html=html and not listed),
            make_link(f"{own}/items", "items", GEOJSON),
            make_link(f"{own}/items?f=html", "items", "text/html"),
            make_link(f"{own}/queryables", REL_QUERYABLES, SCHEMA),
            make_link(f"{own}/schema", REL_SCHEMA, SCHEMA),
            *([] if listed else _link_files(base, collection)),
            *tile_links.link_collection(base, collection.name),
        ],
    }


def make_queryables(
    base: str, collection: Collection, role: str, language: str, *, schema: bool = False, html: bool = False
) -> Document:
    """Return what may be asked of a collection, or the schema of its features, as JSON Schema.

    Parameters
    ----------
    base : str
        Address of the landing page.
    collection : Collection
        The collection.
    role : str
        The caller's role: says which properties there are.
    language : str
        ``zh`` or ``en``.
    schema : bool
        Whether to return the schema.
    html : bool
        Whether it is shown as a page.

    Returns
    -------
    dict
        The document.
    """
    own = f"{base}/collections/{collection.name}/{'schema' if schema else 'queryables'}"
    editing = collection.editing if collection.editing and role in collection.editing.roles else None
    members: Document = {}
    for one in collection.of_role[role]:
        members[one.name] = make_property(one, language)
        if schema and one.name == collection.key:
            members[one.name]["x-ogc-role"] = "id"
        if schema and (editing is None or one.name in editing.fixed):
            members[one.name]["readOnly"] = True
    if collection.kind is not None:
        # neither a type nor a reference stands beside the format of a shape [Part 3, get-queryables-response]
        shape: Document = {"format": _FORMATS[collection.kind]}
        members["geometry"] = shape | ({"x-ogc-role": "primary-geometry"} if schema else {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": own,
        "type": "object",
        "title": collection.chinese if language == "zh" else collection.english,
        "properties": members,
        "additionalProperties": False,
        **({"required": [one.name for one in collection.of_role[role] if one.required]} if schema else {}),
        **({"links": make_pair(own, SCHEMA, html=True)} if html else {}),
    }


def make_property(property_: Property, language: str) -> Document:
    """Return the JSON Schema of one property.

    Parameters
    ----------
    property_ : Property
        The property.
    language : str
        ``zh`` or ``en``.

    Returns
    -------
    dict
        The schema.
    """
    made: Document = {"type": _TYPES[property_.type]}
    title = property_.chinese if language == "zh" else property_.english
    if title:
        made["title"] = title
    if property_.type == "day":
        made["format"] = "date"
    if property_.type in ("count", "number"):
        made["minimum"] = 0
    if property_.values:
        made["enum"] = list(property_.values)
    return made


def _link_files(base: str, collection: Collection) -> list[Link]:
    """The whole collection as a file; what is about people is asked for with a reason, so no link leads there."""
    if collection.personal:
        return []
    endings = [one for one in FORMATS if collection.geometry is not None or one not in ("geojson", "fgb")]
    files = f"{base.removesuffix('/ogc')}/downloads/{collection.name}"
    return [make_link(f"{files}.{one}", "enclosure", FORMATS[one].split(";")[0], one) for one in endings]


def _widen(edge: str | None, turn: Callable[[float], int]) -> float:
    """Features are written with as many digits as are worth it, and must not stick out by the last of them."""
    digits = 10.0**_DIGITS
    return turn(float(edge or 0) * digits) / digits


def _make_extent(extent: Extent) -> Document:
    west, south, east, north, first, last = extent
    made: Document = {}
    if west is not None:
        low = [_widen(edge, math.floor) for edge in (west, south)]
        high = [_widen(edge, math.ceil) for edge in (east, north)]
        made["spatial"] = {"bbox": [[*low, *high]], "crs": CRS84}
    if first is not None:
        made["temporal"] = {"interval": [[f"{first}T00:00:00Z", f"{last}T23:59:59Z"]]}
    return made
