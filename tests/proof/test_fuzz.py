"""Requests that nobody would write, drawn from the server's own description: no fault, no way past the door."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine

from gridgov.services.access import ROLES, make_account
from gridgov.settings import Settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine, make_web_engine
from gridgov.web.app import make_app
from gridgov.web.matrix import ACCESS, PUBLIC
from tests.web import toy

from .conftest import PASSWORD, Platform, Server, run

pytestmark = pytest.mark.postgis

SPARED = {"/login", "/logout", "/api/account/sessions", "/api/account/password", "/api/account/second-factor"}
"""Addresses that would end the session of who asks."""

FEW, MANY = 3, 60


def find_roles(method: str, path: str) -> frozenset[str]:
    """Return the roles that the route of an address opens to."""
    for route, roles in ACCESS.items():
        known, template = route.split(" ", 1)
        rest = re.sub(r"{\w+:path}", ".+", template)
        if known == method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", rest), path):
            return roles
    raise AssertionError(f"{method} {path} is described, but not in the access matrix")


@dataclass(frozen=True)
class Spoiled:
    """A server that may be spoiled: requests of chance change the accounts of earlier visitors."""

    server: Server
    engine: Engine

    def visit(self, role: str | None) -> httpx.Client:
        """Return a client with a new account of the role, or signed in nowhere."""
        if role is None:
            return self.server.visit(None)
        login = f"{role}-{uuid4().hex}"
        make_account(self.engine, login, PASSWORD, role, name=role)
        return self.server.visit(login)


@pytest.fixture(scope="module")
def fuzzed(cluster: PrivateCluster, migrated_template: str) -> Iterator[Spoiled]:
    """A server of its own."""
    cluster.make_database("fuzzed", template=migrated_template)
    engine, web_engine = make_engine(cluster.url("fuzzed")), make_web_engine(cluster.web_url("fuzzed"))
    toy.fill(engine)
    with run(make_app(Platform(Settings(), engine, None, web_engine))) as served:
        yield Spoiled(served, engine)
    engine.dispose()
    web_engine.dispose()


OFTEN = (None, "viewer", "officer", "administrator")
"""Roles that are tried at every commit; the others with the long tests."""
ROUNDS = [
    *((role, FEW) for role in OFTEN),
    *(pytest.param(role, MANY, marks=pytest.mark.long) for role in (None, *ROLES)),
]


@pytest.mark.parametrize("document", ["/api/openapi.json", "/ogc/api"])
@pytest.mark.parametrize(("role", "most"), ROUNDS)
def test_no_request_makes_the_server_fail(fuzzed: Spoiled, role: str | None, document: str, most: int) -> None:
    with closing(fuzzed.visit("viewer")) as reader:
        description = reader.get(document).json()
    statuses: Counter[int] = Counter()
    with closing(fuzzed.visit(role)) as client:
        for operation in list_operations(description):
            try_operation(client, description, operation, role, most, statuses)
    print(f"{role} {document}: {statuses.total()} requests, {dict(statuses)}")
    assert statuses[401 if role is None else 200] > 0


def list_operations(description: dict[str, Any]) -> Iterator[Any]:
    """Return the operations of a description, the spared ones left out."""
    schema = schemathesis.openapi.from_dict(description)
    for found in schema.get_all_operations():
        operation = found.ok()
        if not any(operation.path.startswith(address) for address in SPARED):
            yield operation


def try_operation(
    client: httpx.Client,
    description: dict[str, Any],
    operation: Any,
    role: str | None,
    most: int,
    statuses: Counter[int],
) -> None:
    """Send requests of one operation and count the answers by status."""
    base = urlsplit(description.get("servers", [{"url": ""}])[0]["url"]).path.rstrip("/")
    roles = find_roles(operation.method.upper(), f"{base}{operation.path}".rstrip("/"))

    @settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        kwargs = case.as_transport_kwargs(base_url=f"{client.base_url}{base}")
        headers = {**{k: str(v) for k, v in kwargs.pop("headers", {}).items()}, "X-Gridgov-Request": "1"}
        kwargs = {
            name: value for name, value in kwargs.items() if name in ("method", "url", "params", "json", "data")
        }
        if isinstance(kwargs.get("data"), bytes | str):
            kwargs["content"] = kwargs.pop("data")
        try:
            answer = client.request(**kwargs, headers=_sendable(headers))
        except (httpx.InvalidURL, httpx.LocalProtocolError):
            return
        said = f"{kwargs} as {role}: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500, said
        if role is None and roles != PUBLIC:
            assert answer.status_code in (307, 401, 403, 404, 405, 422, 429), said
        statuses[answer.status_code] += 1

    send()


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if value.isascii() and value.isprintable()}
