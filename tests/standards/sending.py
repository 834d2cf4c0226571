"""Send features to the server as a program would."""

from __future__ import annotations

import json
from typing import Any

import httpx

from ..web import toy
from ..web.conftest import UNSAFE

HERE = {"type": "Point", "coordinates": [toy.WEST + 0.01, toy.SOUTH + 0.005]}
MERGE = "application/merge-patch+json"
SHELTERS = "/ogc/collections/shelters/items"


def shelter(**more: Any) -> dict[str, Any]:
    """A shelter as a client sends it."""
    properties = {"name": "新避难场所", "capacity": 120, "indoor": True, **more.pop("properties", {})}
    return {"type": "Feature", "geometry": HERE, "properties": properties, **more}


def send(client: httpx.Client, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    """Send a change as GeoJSON unless told otherwise."""
    kind = {"Content-Type": headers.pop("kind", "application/geo+json")} if body is not None else {}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, (bytes, str)):
        return client.request(method, path, content=body, headers={**UNSAFE, **kind, **named})
    content = None if body is None else json.dumps(body).encode()
    return client.request(method, path, content=content, headers={**UNSAFE, **kind, **named})
