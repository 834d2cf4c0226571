"""Every door by which something personal is written leaves one line of the audit, in the transaction of the write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from shapely import Point
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from gridgov.bootstrap import Platform
from gridgov.core.layers import LAYERS
from gridgov.errors import GridgovError
from gridgov.services.identity.importing import import_identities
from gridgov.services.identity.keeping import erase_person
from gridgov.services.importing import import_layer
from gridgov.services.reading import LayerSource
from gridgov.storage.collections import COLLECTIONS
from gridgov.web.matrix import ACCESS
from tests.web import toy

Person = Callable[..., str]
Enter = Callable[..., TestClient]

ITEMS = "/ogc/collections/{collection}/items"
EDITED = {
    f"{method} {ITEMS}{'' if method == 'POST' else '/{feature:path}'}"
    for method in ("POST", "PUT", "PATCH", "DELETE")
}
LOOKED_AT = {"POST /api/people/lookup", "POST /api/people/{resident_id:path}/reveal"}
OF_STAFF = {
    route
    for route in ACCESS
    if route.split()[1].startswith(("/api/account/", "/api/admin/accounts", "/api/admin/plans", "/login", "/logout"))
}
"""What is written of who works here and of plans; test_audit.py and test_admin.py look at those."""

HERE = {"type": "Point", "coordinates": [toy.WEST + 0.0009, toy.SOUTH + 0.0009]}
SENT: dict[str, dict[str, Any]] = {
    "rental_houses": {"building_id": "A-0-0-0", "rooms": 4, "tenants": 2, "let_type": "month"},
    "liaisons": {"name": "某干部", "capacity": 3},
    "volunteers": {"community_id": "A", "active": True},
}
"""What is sent of a feature of each personal collection that can be edited."""

CHANGED = {"rental_houses": {"tenants": 3}, "liaisons": {"capacity": 4}, "volunteers": {"active": False}}
METHODS = [(name, method) for name in SENT for method in ("POST", "PUT", "PATCH", "DELETE")]
FILES: dict[str, dict[str, Any]] = {
    "households": {"building_id": "A-0-0-0", "room": "909"},
    "residents": {"household_id": f"{toy.CANARY}-home", "birth_year": 1950},
    "rental_houses": {"building_id": "A-0-0-0", "rooms": 4, "tenants": 2, "let_type": "month"},
    "liaisons": {"name": "某干部"},
    "volunteers": {"community_id": "A", "active": True},
}
"""What stands in a file of each layer about people."""


def table_of(layer: str) -> tuple[str, str]:
    """Return the table of a layer and the column of its key."""
    key = LAYERS[layer].key
    return f"gridgov.{key.removesuffix('_id')}", key


@pytest.fixture
def boss(person: Person, enter: Enter) -> tuple[str, TestClient]:
    """An administrator."""
    login = person("administrator")
    return login, enter(login)


def last_number(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT coalesce(max(audit_id), 0) FROM gridgov.audit")).scalar_one())


def added_since(engine: Engine, number: int) -> list[Any]:
    """Return the lines added since, each with the transaction that wrote it."""
    sql = "SELECT actor, act, object, xmin::text AS written FROM gridgov.audit WHERE audit_id > :n ORDER BY audit_id"
    with engine.connect() as connection:
        return list(connection.execute(text(sql), {"n": number}))


def find_row(engine: Engine, table: str, column: str, key: str) -> Any:
    """Return a row as JSON and the transaction that wrote it; None when it is not there."""
    sql = f"SELECT to_jsonb(t) AS row, t.xmin::text AS written FROM {table} AS t WHERE {column} = :key"
    with engine.connect() as connection:
        return connection.execute(text(sql), {"key": key}).one_or_none()


@contextmanager
def no_commit(engine: Engine) -> Iterator[None]:
    """Let every transaction fail at its very end that wrote a line of the audit."""
    make = """
        CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$;
        CREATE CONSTRAINT TRIGGER a_planted_failure AFTER INSERT ON gridgov.audit DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION public.fail()"""
    with engine.begin() as connection:
        connection.execute(text(make))
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP TRIGGER a_planted_failure ON gridgov.audit; DROP FUNCTION public.fail()"))


def test_no_door_is_left_out() -> None:
    unsafe = {route for route in ACCESS if route.split()[0] not in ("GET", "HEAD", "OPTIONS")}
    assert unsafe == EDITED | LOOKED_AT | (OF_STAFF & unsafe), "say here what a new door writes of people"
    edited = {name for name, one in COLLECTIONS.items() if one.personal and one.editing is not None}
    assert edited == set(SENT) == set(CHANGED)
    assert {name for name, one in COLLECTIONS.items() if one.personal} <= set(FILES)


def edit(client: TestClient, name: str, method: str, key: str) -> Any:
    """Send one change of a feature; a new one bears the key as well."""
    path = f"/ogc/collections/{name}/items"
    column = table_of(name)[1]
    whole = {"type": "Feature", "geometry": HERE, "properties": SENT[name]}
    body: Any = {
        "POST": {**whole, "properties": {**SENT[name], column: key}},
        "PUT": {**whole, "properties": {**SENT[name], **CHANGED[name]}},
        "PATCH": {"properties": CHANGED[name]},
        "DELETE": None,
    }[method]
    kind = "application/merge-patch+json" if method == "PATCH" else "application/geo+json"
    content = None if body is None else json.dumps(body).encode()
    where = path if method == "POST" else f"{path}/{key}"
    return client.request(method, where, content=content, headers={"Content-Type": kind, "If-Match": "*"})


@pytest.mark.parametrize(("name", "method"), METHODS)
def test_a_change_of_a_feature_is_one_line_of_its_transaction(
    owner: Engine, boss: tuple[str, TestClient], name: str, method: str
) -> None:
    login, client = boss
    key, (table, column) = f"w-{token_hex(4)}", table_of(name)
    if method != "POST":
        assert edit(client, name, "POST", key).status_code == 201
    before = last_number(owner)
    answer = edit(client, name, method, key)
    assert answer.status_code in (201, 204), answer.text
    lines = added_since(owner, before)
    act = {"POST": "feature-created", "DELETE": "feature-deleted"}.get(method, "feature-changed")
    assert [tuple(line)[:3] for line in lines] == [(login, act, f"{name}/{key}")]
    row = find_row(owner, table, column, key)
    assert (row is None) == (method == "DELETE")
    assert row is None or row.written == lines[0].written, "the line and the row are of one transaction"


@pytest.mark.parametrize(("name", "method"), METHODS)
def test_a_change_that_does_not_hold_leaves_neither_row_nor_line(
    owner: Engine, app: Any, boss: tuple[str, TestClient], name: str, method: str
) -> None:
    key, (table, column) = f"w-{token_hex(4)}", table_of(name)
    if method != "POST":
        assert edit(boss[1], name, "POST", key).status_code == 201
    before, row = last_number(owner), find_row(owner, table, column, key)
    client = TestClient(
        app, headers=dict(boss[1].headers), cookies=dict(boss[1].cookies), raise_server_exceptions=False
    )
    with no_commit(owner):
        assert edit(client, name, method, key).status_code >= 500
    assert find_row(owner, table, column, key) == row
    assert added_since(owner, before) == []


def write_file(layer: str, key: str, folder: Path) -> LayerSource:
    """Write a file with one row of a layer."""
    row = {LAYERS[layer].key: [key], **{name: [value] for name, value in FILES[layer].items()}}
    if LAYERS[layer].geometry is None:
        pd.DataFrame(row).to_csv(folder / f"{layer}.csv", index=False)
        return LayerSource(folder / f"{layer}.csv")
    frame = gpd.GeoDataFrame(row, geometry=[Point(HERE["coordinates"])], crs="EPSG:4490")
    frame.to_file(folder / f"{layer}.gpkg")
    return LayerSource(folder / f"{layer}.gpkg", crs="4490")


@pytest.mark.parametrize("layer", FILES)
def test_an_import_is_one_line_of_its_transaction(owner: Engine, tmp_path: Path, layer: str) -> None:
    key, (table, column) = f"w-{token_hex(4)}", table_of(layer)
    source = write_file(layer, key, tmp_path)
    before = last_number(owner)
    import_layer(owner, layer, source, dry_run=True)
    with no_commit(owner), pytest.raises((GridgovError, DBAPIError)):
        import_layer(owner, layer, source)
    assert find_row(owner, table, column, key) is None
    assert added_since(owner, before) == []
    report = import_layer(owner, layer, source, actor="chen")
    assert report.run.accepted == 1, report.findings
    lines, row = added_since(owner, before), find_row(owner, table, column, key)
    assert [tuple(line)[:3] for line in lines] == [("chen", "import", f"layer:{layer}")]
    assert row.written == lines[0].written


def test_identities_come_and_go_with_one_line_each(owner: Engine, platform: Platform, tmp_path: Path) -> None:
    key = f"w-{token_hex(4)}"
    with owner.begin() as connection:
        sql = "INSERT INTO gridgov.resident (resident_id, household_id) VALUES (:key, :home)"
        connection.execute(text(sql), {"key": key, "home": f"{toy.CANARY}-home"})
    file, ring = tmp_path / "identities.csv", platform.keys.read()
    pd.DataFrame({"resident_id": [key], "name": ["赵六"]}).to_csv(file, index=False)
    before = last_number(owner)
    import_identities(owner, file, ring, dry_run=True)
    with no_commit(owner), pytest.raises((GridgovError, DBAPIError)):
        import_identities(owner, file, ring)
    assert added_since(owner, before) == [] and find_row(owner, "identity.person", "resident_id", key) is None
    import_identities(owner, file, ring, actor="chen")
    lines, row = added_since(owner, before), find_row(owner, "identity.person", "resident_id", key)
    assert [tuple(line)[:3] for line in lines] == [("chen", "import", "layer:identities")]
    assert row.written == lines[0].written
    before = last_number(owner)
    with no_commit(owner), pytest.raises((GridgovError, DBAPIError)):
        erase_person(owner, key, "moved away, asked for it")
    assert added_since(owner, before) == [] and find_row(owner, "identity.person", "resident_id", key) == row
    erase_person(owner, key, "moved away, asked for it", actor="chen")
    assert [tuple(line)[:3] for line in added_since(owner, before)] == [("chen", "person-erased", f"resident:{key}")]
