"""Addresses and links of the standard interface."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
REL_CONFORMANCE = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
REL_QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
REL_SCHEMA = "http://www.opengis.net/def/rel/ogc/1.0/schema"

Link = dict[str, str]
Document = dict[str, Any]


def base_of(request: Request) -> str:
    """Return the address of the landing page as the caller wrote its host.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    str
        Without a slash at the end.
    """
    scope = request.scope
    root = scope.get("root_path", "").rstrip("/")
    return f"{scope['scheme']}://{request.headers.get('host', 'localhost')}{root}/ogc"


def make_link(href: str, rel: str, kind: str, title: str | None = None) -> Link:
    """Return one link.

    Parameters
    ----------
    href, rel, kind : str
        Where it leads, what that is to this document, and its media type.
    title : str, optional
        For people.

    Returns
    -------
    dict
        The link.
    """
    return {"href": href, "rel": rel, "type": kind, **({} if title is None else {"title": title})}


def make_pair(href: str, kind: str, query: str = "", *, html: bool = False) -> list[Link]:
    """Return the links of a document to itself and to its other representation.

    Parameters
    ----------
    href : str
        Address without its query.
    kind : str
        Media type of the document that is not HTML.
    query : str
        Parameters as they came; one called ``f`` is replaced.
    html : bool
        Whether the links stand in the HTML representation.

    Returns
    -------
    list of dict
        ``self`` and ``alternate``.
    """
    others = without(query, "f")
    here = join(href, others, "f=json") if html else join(href, query)
    plain = make_link(here, "alternate" if html else "self", kind)
    page = make_link(join(href, others, "f=html"), "self" if html else "alternate", HTML)
    return [page, plain] if html else [plain, page]


def without(query: str, name: str) -> str:
    """Return parameters without one of them.

    Parameters
    ----------
    query : str
        The parameters as they came.
    name : str
        Which one to leave out.

    Returns
    -------
    str
        The others.

    Examples
    --------
    >>> without("f=html&limit=3", "f")
    'limit=3'
    """
    start = f"{name}="
    return "&".join(part for part in query.split("&") if not part.startswith(start)) if start in query else query


def join(href: str, *queries: str) -> str:
    """Return an address with parameters.

    Parameters
    ----------
    href : str
        Address without any.
    *queries : str
        Parameters, any of them empty.

    Returns
    -------
    str
        The address.
    """
    query = "&".join(filter(None, queries))
    return f"{href}?{query}" if query else href


def spell(part: str) -> str:
    """Return a key as a part of a path.

    Parameters
    ----------
    part : str
        The key.

    Returns
    -------
    str
        With everything but letters, digits and ``-._~`` escaped.
    """
    return quote(part, safe="")
