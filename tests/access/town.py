"""The toy district with people in both communities, so that there is something that belongs to somebody else."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, text

from gridgov.services.figures import refresh_figures
from tests.web import toy

OWN, FOREIGN = "own", "foreign"
HOMES = {OWN: ("A-0-0-0", "A-0-0", "A-s0-0", "A-g0"), FOREIGN: ("B-0-0-0", "B-0-0", "B-s0-0", "B-g0")}
"""Building, cluster, section and grid of the two homes."""


def fill(engine: Engine) -> None:
    """Write the district; plan `toy.PUBLISHED` holds from today, the other two are a draft and one of the future."""
    with engine.begin() as connection:
        toy._write_ground(connection)
        toy._write_people(connection)
        for whose, (building, *_) in HOMES.items():
            _write_home(connection, whose, building)
        for plan_id in (toy.PUBLISHED, toy.DRAFT, toy.FUTURE):
            toy._write_plan(connection, plan_id)
            for whose, (_, *areas) in HOMES.items():
                _assign_home(connection, plan_id, whose, areas)
            refresh_figures(connection, plan_id)
        publish = text("UPDATE gridgov.plan SET status = 'published', published_from = :day WHERE plan_id = :plan_id")
        connection.execute(publish, {"day": date.today(), "plan_id": toy.PUBLISHED})
        connection.execute(publish, {"day": date(2999, 1, 1), "plan_id": toy.FUTURE})


def _write_home(connection: Connection, whose: str, building: str) -> None:
    house: dict[str, Any] = {"rental_house_id": f"{whose}-house", "building_id": building, "rooms": 6, "tenants": 30}
    toy._insert(connection, "rental_house", [{**house, "let_type": "month", "letter_signed": True}])
    toy._insert(connection, "household", [{"household_id": f"{whose}-home", "building_id": building, "room": "1"}])
    toy._insert(
        connection,
        "resident",
        [{"resident_id": f"{whose}-person", "household_id": f"{whose}-home", "older_living_alone": True}],
    )
    toy._insert(connection, "volunteer", [{"volunteer_id": f"{whose}-helper", "community_id": building[0]}])


def _assign_home(connection: Connection, plan_id: str, whose: str, areas: list[str]) -> None:
    place = dict(zip(("cluster_id", "section_id", "grid_id"), areas, strict=True))
    toy._insert(connection, "plan_rental", [{"rental_house_id": f"{whose}-house", **place}], plan_id=plan_id)
    toy._insert(connection, "plan_household", [{"household_id": f"{whose}-home", **place}], plan_id=plan_id)
