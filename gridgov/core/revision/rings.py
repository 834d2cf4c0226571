"""Nodes on the rings of polygons: found, moved and put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Node = complex
"""A place as one number, x + y i, so that sets of places are sets of numbers."""
ON_LINE_M = 1e-6


def nodes_of(shape: shapely.Geometry) -> set[Node]:
    """Name the nodes of a shape.

    Parameters
    ----------
    shape : shapely.Geometry
        Any shape.

    Returns
    -------
    set of complex
        Its places.
    """
    return set(_numbers(shapely.get_coordinates(shape)).tolist())


def move_nodes(polygon: shapely.Polygon, to: Mapping[Node, Node]) -> shapely.Polygon | None:
    """Move nodes of a polygon; nodes that come together become one.

    Parameters
    ----------
    polygon : shapely.Polygon
        A polygon.
    to : mapping of complex to complex
        Where each node goes; the others stay.

    Returns
    -------
    shapely.Polygon or None
        The polygon, None where a ring of it has come to nothing.
    """
    rings = []
    for ring in shapely.get_rings(polygon):
        places = [to.get(node, node) for node in _numbers(shapely.get_coordinates(ring)[:-1]).tolist()]
        kept = [place for k, place in enumerate(places) if place != places[k - 1]]
        if len(kept) < 3:
            return None
        rings.append(_coordinates([*kept, kept[0]]))
    return shapely.Polygon(rings[0], rings[1:])


def insert_nodes(polygon: shapely.Polygon, nodes: Iterable[Node]) -> shapely.Polygon:
    """Put nodes into the straight lines of a polygon that they lie on.

    Parameters
    ----------
    polygon : shapely.Polygon
        A polygon.
    nodes : iterable of complex
        Places; those that lie on no line of the polygon, or are nodes of it, are left out.

    Returns
    -------
    shapely.Polygon
        The same ground with more nodes.
    """
    there = nodes_of(polygon)
    more = [node for node in nodes if node not in there]
    if not more:
        return polygon
    rings = [_insert(_numbers(shapely.get_coordinates(ring)), more) for ring in shapely.get_rings(polygon)]
    return shapely.Polygon(_coordinates(rings[0]), [_coordinates(ring) for ring in rings[1:]])


def find_ends(polygon: shapely.Polygon, node: Node) -> tuple[Node, Node, float]:
    """Find the ends of the line of a polygon that a node lies on.

    Parameters
    ----------
    polygon : shapely.Polygon
        A polygon.
    node : complex
        A place on its border.

    Returns
    -------
    near, far : complex
        Nodes of the polygon.
    distance_m : float
        How far the node lies from the line between them.
    """
    lines = []
    for ring in shapely.get_rings(polygon):
        places = _numbers(shapely.get_coordinates(ring))
        distance, _ = _measure(places, node)
        k = int(np.argmin(distance))
        near, far = sorted(places[k : k + 2].tolist(), key=lambda place: abs(place - node))
        lines.append((near, far, float(distance[k])))
    return min(lines, key=lambda line: (line[2], abs(line[0] - node)))


def _insert(places: NDArray[np.complex128], nodes: list[Node]) -> list[Node]:
    """A ring with the nodes that lie on it put in, in order along each line."""
    found: dict[int, list[tuple[float, Node]]] = {}
    for node in nodes:
        distance, share = _measure(places, node)
        k = int(np.argmin(distance))
        if distance[k] < ON_LINE_M and 0 < share[k] < 1:
            found.setdefault(k, []).append((float(share[k]), node))
    ring: list[Node] = []
    for k, place in enumerate(places.tolist()):
        ring.append(place)
        ring.extend(node for _, node in sorted(found.get(k, []), key=lambda one: one[0]))
    return ring


def _measure(places: NDArray[np.complex128], node: Node) -> tuple[Floats, Floats]:
    """Distance of a node from each line of a ring, and how far along that line it lies (0 to 1)."""
    start, way = places[:-1], np.diff(places)
    length = np.maximum(np.abs(way), 1e-12)
    share = np.clip(((node - start) * np.conj(way)).real / length**2, 0.0, 1.0)
    return np.abs(start + share * way - node), share


def _numbers(coordinates: Floats) -> NDArray[np.complex128]:
    return np.asarray(coordinates[:, 0] + 1j * coordinates[:, 1])


def _coordinates(places: list[Node]) -> Floats:
    numbers = np.array(places, np.complex128)
    return np.column_stack([numbers.real, numbers.imag])
