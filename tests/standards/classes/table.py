"""The table of requirements: class, requirement, and what is asked of a server to see that it is met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from ..asking import get


@dataclass(frozen=True)
class Office:
    """A running server, and two who visit it."""

    viewer: httpx.Client
    administrator: httpx.Client

    def read(self, path: str = "", **query: Any) -> dict[str, Any]:
        """Return a document below /ogc as a viewer gets it."""
        answer = get(self.viewer, path, **query)
        assert answer.status_code == 200, answer.text[:300]
        document: dict[str, Any] = answer.json()
        return document

    @cached_property
    def definition(self) -> dict[str, Any]:
        """The OpenAPI definition as an administrator gets it."""
        document: dict[str, Any] = get(self.administrator, "/api").json()
        return document

    @cached_property
    def collections(self) -> list[dict[str, Any]]:
        """Every collection, as an administrator sees it."""
        found: list[dict[str, Any]] = get(self.administrator, "/collections").json()["collections"]
        return found

    def parameter(self, name: str, path: str = "/collections/buildings/items") -> dict[str, Any]:
        """Return how the definition describes a parameter of an operation that reads."""
        for given in self.definition["paths"][path]["get"]["parameters"]:
            known = self.definition["components"]["parameters"]
            found: dict[str, Any] = known[given["$ref"].rsplit("/", 1)[1]] if "$ref" in given else given
            if found["name"] == name:
                return found
        raise AssertionError(f"{path} has no parameter {name}")


Check = Callable[[Office], None]
TABLE: dict[str, dict[str, Check]] = {}


def requirement(kind: str, *names: str) -> Callable[[Check], Check]:
    """Enter a check for one or several requirements of a class."""

    def enter(check: Check) -> Check:
        for name in names:
            assert name not in TABLE.setdefault(kind, {}), f"{kind} has {name} twice"
            TABLE[kind][name] = check
        return check

    return enter


def links(document: dict[str, Any], rel: str) -> list[dict[str, Any]]:
    """Return the links of a document that have a relation."""
    return [link for link in document["links"] if link["rel"] == rel]


def the_link(document: dict[str, Any], rel: str) -> dict[str, Any]:
    """Return the one link of a document that has a relation."""
    (found,) = links(document, rel)
    return found


def corners(shape: Any) -> Iterator[tuple[float, float]]:
    """Give every position of a GeoJSON geometry."""
    found = shape["coordinates"] if isinstance(shape, dict) else shape
    if isinstance(found[0], (int, float)):
        yield (found[0], found[1])
        return
    for part in found:
        yield from corners(part)
