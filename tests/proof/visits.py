"""Every address of every route: with what is one's own, what is another's, and what does not exist."""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from gridgov.core.indicators.measures import list_measures
from gridgov.storage.collections import COLLECTIONS
from gridgov.storage.features.checks import CHECKS
from gridgov.storage.tiles import TILE_LAYERS
from gridgov.web.routes import Door

from .canaries import Cell, find_cells
from .model import may_see

MISSING = "nothing-of-that-name"
PLANS = ("plan-now", "plan-draft", "plan-later", MISSING)

VALUES: dict[str, tuple[str, ...]] = {
    "plan_id": PLANS,
    "path": ("index.js", MISSING),
    "z": ("14",),
    "x": ("13381", "13382"),
    "y": ("7133", "7134"),
    "layer": (*TILE_LAYERS, MISSING),
    "name": (*list_measures(), MISSING),
    "collection": (*COLLECTIONS, MISSING),
    "app_password_id": ("1", MISSING),
    "session_id": (MISSING,),
    "login": ("officer", MISSING),
    "matrix_set": ("WebMercatorQuad", MISSING),
    "matrix": ("14",),
    "row": ("7133", "7134"),
    "column": ("13381", "13382"),
    "ending": ("geojson", "csv", "gpkg", MISSING),
    "resident_id": ("own-zq000002", "foreign-zq000006", MISSING),
    "feature": (
        "own-zq000000",
        "foreign-zq000004",
        "own-zq000001",
        "foreign-zq000005",
        "A-0-0",
        "B-0-0",
        "A",
        "B",
        "H1",
        MISSING,
    ),
    "level": ("community", "grid", "section", "cluster"),
    "check": (*CHECKS, MISSING),
}
"""Parameter of an address: its values; those of one route alone stand in `EXAMPLES`."""

EXAMPLES: dict[str, tuple[str, ...]] = {
    "GET /api/facts/{kind}/{identifier:path}": tuple(
        f"/api/facts/{kind}/{identifier}"
        for kind in (
            "building",
            "cluster",
            "section",
            "grid",
            "community",
            "subdistrict",
            "district",
            "shelter",
            "barrier",
        )
        for identifier in (
            "A-0-0-0",
            "B-0-0-0",
            "A-0-0",
            "B-0-0",
            "A-s0-0",
            "B-s0-0",
            "A-g0",
            "B-g0",
            "A",
            "B",
            "S",
            "S2",
            "D",
            "H1",
            "R1",
            MISSING,
        )
    ),
    "GET /api/around/{kind}/{identifier:path}": tuple(
        f"/api/around/{kind}/{identifier}"
        for kind in ("building", "cluster", "section", "grid", "community")
        for identifier in ("A-0-0-0", "A-0-0", "B-0-0", "A-s0-0", "B-s0-0", "A-g0", "B-g0", "A", "B", MISSING)
    ),
    **{
        f"GET /api/{noun}/{{kind}}/{{identifier:path}}": tuple(
            f"/api/{noun}/{kind}/{identifier}"
            for kind in ("building", "cluster", "section", "grid")
            for identifier in ("A-0-0-0", "B-0-0-0", "A-0-0", "B-0-0", "A-s0-0", "B-s0-0", "A-g0", "B-g0", MISSING)
        )
        for noun in ("rentals", "homes")
    },
}
"""Route: addresses to try in place of those made from `VALUES`."""

QUERIES: dict[str, tuple[str, ...]] = {
    "GET /api/search": tuple(
        f"q={word}" for word in ("A", "zq", "民治", "大道", "own", "foreign", "干部", "somebody")
    ),
    "GET /api/people": (
        "household=own-zq000001",
        "household=foreign-zq000005",
        "building=A-0-0-0",
        "building=B-0-0-0",
    ),
    "GET /tiles/{layer}/{z}/{x}/{y}.mvt": tuple(f"plan={plan}" for plan in PLANS),
    "GET /api/compare": tuple(f"from={one}&to={other}" for one in PLANS for other in PLANS[:3]),
    "GET /api/indicators/{name}/{level}": tuple(f"plan={plan}" for plan in PLANS[1:]),
    "GET /api/checks": tuple(f"plan={plan}" for plan in PLANS),
    "GET /api/checks/{check}": tuple(f"plan={plan}" for plan in PLANS),
    "GET /api/outlines": tuple(f"level={level}" for level in ("community", "grid", "section", "cluster")),
}
"""Route: queries to try, one after the other."""


@dataclass
class Report:
    """What a round of visits saw."""

    visits: int = 0
    routes: set[str] = field(default_factory=set)
    seen: set[Cell] = field(default_factory=set)
    leaks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seconds: Counter[str] = field(default_factory=Counter)


def visit_all(
    client: httpx.Client, role: str | None, doors: Iterable[Door], planted: list[Cell], most: int | None = None
) -> Report:
    """Visit every address of every route once and report the canaries that the role may not see.

    With `most`, of a route with more addresses than that every second, third … one is visited.
    """
    report = Report()
    for door in doors:
        addresses = list(list_addresses(door))
        for address in addresses[:: 1 if most is None else -(-len(addresses) // most)]:
            started = time.perf_counter()
            answer = ask(client, door, address)
            report.seconds[door.route] += time.perf_counter() - started
            report.visits += 1
            report.routes.add(door.route)
            if answer.status_code >= 500:
                report.faults.append(f"{door.method} {address} as {role}: {answer.status_code} {answer.text[:300]}")
            said = answer.content.decode("latin-1") + repr(answer.headers) + answer.text
            cells = find_cells(said, planted) - find_cells(address, planted)
            report.seen |= cells
            report.leaks += [
                f"{door.method} {address} shows {role} {cell.table}.{cell.column} of {cell.key[:70]}"
                for cell in cells
                if not may_see(role, cell)
            ]
    return report


def ask(client: httpx.Client, door: Door, address: str) -> httpx.Response:
    """Send one request; an unsafe one with a body that means nothing."""
    more: dict[str, Any] = {}
    if door.method not in ("GET", "HEAD"):
        more = {"json": {"nothing": "of meaning"}, "headers": {"X-Gridgov-Request": "1"}}
    return client.request(door.method, address, **more)


def list_addresses(door: Door) -> Iterator[str]:
    """Write out the addresses of a route."""
    paths = EXAMPLES.get(door.route) or tuple(_fill(door))
    for path in paths:
        yield path
        for query in QUERIES.get(door.route, ()):
            yield f"{path}?{query}"


def _fill(door: Door) -> Iterator[str]:
    names = re.findall(r"{(\w+)(?::\w+)?}", door.path)
    unknown = [name for name in names if name not in VALUES]
    assert not unknown, f"{door.route}: say in tests/proof/visits.py which values {unknown} may take"
    for values in itertools.product(*(VALUES[name] for name in names)):
        path = door.path
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"{{{name}(:\w+)?}}", value, path)
        yield path
