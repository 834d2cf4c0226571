"""Who comes in by whatever route sees the canaries of the own place only, and nobody sees those of no place."""

from __future__ import annotations

import logging
from contextlib import closing

import pytest
import structlog
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse

from gridgov.services.access import ROLES
from gridgov.web import app as web_app
from gridgov.web.matrix import ACCESS, SIGNED_IN
from gridgov.web.routes import Door, identity

from .canaries import TOKEN, Cell
from .conftest import Server, Town, run
from .model import may_see
from .visits import Report, visit_all

pytestmark = pytest.mark.postgis

ENDS_THE_SESSION = {"POST /logout"}


def look_round(server: Server, role: str | None, town: Town, most: int | None) -> Report:
    doors = [door for door in web_app.DOORS if door.route not in ENDS_THE_SESSION]
    with closing(server.visit(role)) as client:
        return visit_all(client, role, doors, town.planted, most)


@pytest.mark.parametrize("most", [16, pytest.param(None, marks=pytest.mark.long)])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_nobody_sees_what_is_not_for_them(
    server: Server, town: Town, role: str | None, most: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="gridgov")
    with structlog.testing.capture_logs() as lines:
        report = look_round(server, role, town, most)
    own = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    print(f"{role}: {report.visits} visits of {len(report.routes)} routes, {len(report.seen)} canaries seen")
    print("; ".join(f"{route} {seconds:.1f} s" for route, seconds in report.seconds.most_common(5)))
    assert report.leaks == []
    assert report.faults == []
    assert len(lines) >= report.visits
    assert TOKEN.findall(repr(lines) + repr(own)) == []
    assert len(report.seen) > 0


def test_what_is_for_somebody_is_seen_by_somebody(server: Server, town: Town) -> None:
    doors = [door for door in web_app.DOORS if door.route == "GET /ogc/collections/{collection}/items"]
    seen = {}
    for role in ROLES:
        with closing(server.visit(role)) as client:
            seen[role] = visit_all(client, role, doors, town.planted).seen
    own = Cell("gridgov.rental_house", "rental_house_id", "own")
    foreign = Cell("gridgov.rental_house", "rental_house_id", "foreign")
    assert {role for role in ROLES if own in seen[role]} == {"officer", "supervisor", "administrator"}
    assert {role for role in ROLES if foreign in seen[role]} == {"administrator"}


def test_a_planted_leak_is_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def get_everything(request: Request) -> JSONResponse:
        with town.engine.connect() as connection:
            rows = connection.execute(text("SELECT rental_house_id FROM gridgov.rental_house")).scalars()
            return JSONResponse(list(rows))

    leak = Door("GET", "/api/leak", get_everything, plain=True)
    monkeypatch.setattr("gridgov.web.gate.ACCESS", {**ACCESS, leak.route: SIGNED_IN})
    monkeypatch.setattr(web_app, "DOORS", (leak, *identity.DOORS))
    with run(town.make_app()) as server, closing(server.visit("officer")) as client:
        report = visit_all(client, "officer", (leak,), town.planted)
    assert len(report.leaks) == 1
    assert "foreign" in report.leaks[0]


@pytest.mark.parametrize(
    ("role", "cell", "sees"),
    [
        ("viewer", Cell("gridgov.building", "name", ""), True),
        ("viewer", Cell("gridgov.building", "address", ""), False),
        ("officer", Cell("gridgov.household", "room", '{"household_id":"foreign-1"'), False),
        ("administrator", Cell("gridgov.session", "token_hash", ""), False),
        (None, Cell("gridgov.division", "name", ""), True),
        (None, Cell("gridgov.division", "code", ""), False),
        (None, Cell("gridgov.plan", "name", '{"plan_id":"plan-draft"'), False),
    ],
)
def test_the_model_says_no_as_well_as_yes(role: str | None, cell: Cell, sees: bool) -> None:
    assert may_see(role, cell) is sees
