"""Which rows each role sees, compared with what the owner's rows say it should; and what belongs to somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from gridgov.services.access import ROLES, set_disabled
from gridgov.services.scopes import set_scopes
from gridgov.storage.scopes import Scope
from tests.web import toy

from .conftest import Enter
from .model import EVERYBODY, FIELD, TABLES

OWN = {"CANARY-house-0", "CANARY-house-1", "CANARY-house-2", "own-house"}
HOUSES = {
    "officer": OWN,
    "other": {"foreign-house"},
    "supervisor": OWN | {"foreign-house"},
    "administrator": OWN | {"foreign-house"},
}
HOMES = {
    "officer": {"CANARY-home", "own-home"},
    "other": {"foreign-home"},
    "supervisor": {"CANARY-home", "own-home", "foreign-home"},
    "administrator": {"CANARY-home", "own-home", "foreign-home"},
}
PEOPLE = {login: {home.replace("-home", "-person") for home in homes} for login, homes in HOMES.items()}
PEOPLE = {login: {one.replace("CANARY-person", "CANARY") for one in people} for login, people in PEOPLE.items()}


def keys(connection: Connection, table: str, column: str, where: str = "true") -> set[str]:
    """Return what a connection sees of one column."""
    return set(connection.execute(text(f"SELECT {column} FROM gridgov.{table} WHERE {where}")).scalars())


@pytest.mark.parametrize("login", HOUSES)
def test_people_and_houses_by_scope(entered: Enter, login: str) -> None:
    with entered(login) as connection:
        assert keys(connection, "rental_house", "rental_house_id") == HOUSES[login]
        assert keys(connection, "household", "household_id") == HOMES[login]
        assert keys(connection, "resident", "resident_id") == PEOPLE[login]
        in_force = f"plan_id = '{toy.PUBLISHED}'"
        assert keys(connection, "plan_rental", "rental_house_id", in_force) == HOUSES[login]
        assert keys(connection, "plan_household", "household_id", in_force) == HOMES[login]


def test_a_helper_is_known_to_who_keeps_the_community(entered: Enter) -> None:
    for login, seen in (("supervisor", 2), ("administrator", 2)):
        with entered(login) as connection:
            assert len(keys(connection, "volunteer", "volunteer_id")) == seen


def test_houses_without_a_place_in_the_plan_are_the_supervisors(owner: Engine, entered: Enter) -> None:
    add = "INSERT INTO gridgov.rental_house (rental_house_id, building_id, rooms, tenants, let_type) "
    with owner.begin() as connection:
        connection.execute(text(add + "VALUES ('new-house', 'A-0-0-0', 1, 1, 'day')"))
    try:
        for login, seen in (("officer", False), ("supervisor", True), ("administrator", True)):
            with entered(login) as connection:
                assert ("new-house" in keys(connection, "rental_house", "rental_house_id")) == seen, login
    finally:
        with owner.begin() as connection:
            connection.execute(text("DELETE FROM gridgov.rental_house WHERE rental_house_id = 'new-house'"))


@pytest.mark.parametrize("login", ROLES)
def test_drafts_are_for_who_works_on_them(entered: Enter, login: str) -> None:
    all_of_them = {toy.PUBLISHED, toy.DRAFT, toy.FUTURE}
    expected = all_of_them if login in ("analyst", "administrator") else {toy.PUBLISHED}
    with entered(login) as connection:
        for table in ("plan", "plan_group", "plan_cell", "plan_atom", "plan_liaison", "plan_figure"):
            assert keys(connection, table, "plan_id") == expected, table


@pytest.mark.parametrize("login", ROLES)
def test_a_table_that_is_not_opened_refuses(entered: Enter, login: str) -> None:
    closed = [table for table, rights in TABLES.items() if login not in rights.reads]
    for table in closed:
        with entered(login) as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(f"SELECT 1 FROM {table if '.' in table else 'gridgov.' + table}"))
    assert len(closed) >= 2


def test_before_anybody_has_entered_there_is_nothing(web: Engine) -> None:
    for table in TABLES.keys() - {"public_page"}:
        with web.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(f"SELECT 1 FROM {table if '.' in table else 'gridgov.' + table}"))


def test_small_counts_are_in_no_figure(entered: Enter) -> None:
    with entered("viewer") as connection:
        rows = connection.execute(text("SELECT figure, level, group_id, value FROM gridgov.plan_figure")).all()
    people = [row for row in rows if row.figure in ("tenants", "residents", "older_living_alone")]
    assert people and any(row.value is None for row in people)
    assert not [row for row in people if row.value is not None and 0 < row.value < 10]


def test_statistics_of_the_database_tell_nothing(owner: Engine, entered: Enter) -> None:
    with owner.begin() as connection:
        connection.execute(text("ANALYZE gridgov.resident, gridgov.rental_house, gridgov.building"))
    for login in ROLES:
        with entered(login) as connection:
            stats = connection.execute(text("SELECT count(*) FROM pg_stats WHERE schemaname = 'gridgov'"))
            assert stats.scalar_one() == 0
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(text("SELECT stavalues1 FROM pg_statistic"))


# ── The next request after a change (P9) ──


@pytest.fixture
def changed(owner: Engine, web: Engine) -> Callable[[str], None]:
    """Run one statement as the owner."""

    def run(sql: str) -> None:
        with owner.begin() as connection:
            connection.execute(text(sql))

    return run


def test_who_gets_other_grids_sees_those_from_the_next_request_on(owner: Engine, entered: Enter) -> None:
    try:
        set_scopes(owner, "officer", [Scope("grid", "B-g0")])
        with entered("officer") as connection:
            assert keys(connection, "rental_house", "rental_house_id") == {"foreign-house"}
        set_scopes(owner, "officer", [])
        with entered("officer") as connection:
            assert keys(connection, "rental_house", "rental_house_id") == set()
    finally:
        set_scopes(owner, "officer", [Scope("grid", "A-g0"), Scope("grid", "A-g1")])


def test_who_is_lowered_acts_in_the_new_role(changed: Callable[[str], None], entered: Enter) -> None:
    try:
        changed("UPDATE gridgov.account SET role = 'viewer' WHERE login = 'other'")
        with entered("other") as connection:
            assert connection.execute(text("SELECT current_user")).scalar_one() == "gridgov_viewer"
            with pytest.raises(DBAPIError, match="permission denied"):
                keys(connection, "rental_house", "rental_house_id")
    finally:
        changed("UPDATE gridgov.account SET role = 'officer' WHERE login = 'other'")


def test_who_is_lowered_in_the_middle_of_a_request_sees_nothing_more(
    changed: Callable[[str], None], entered: Enter
) -> None:
    try:
        with entered("other") as connection:
            assert keys(connection, "rental_house", "rental_house_id")
            changed("UPDATE gridgov.account SET role = 'viewer' WHERE login = 'other'")
            assert keys(connection, "rental_house", "rental_house_id") == set()
    finally:
        changed("UPDATE gridgov.account SET role = 'officer' WHERE login = 'other'")


def test_who_is_disabled_does_not_come_in(owner: Engine, web: Engine, tokens: dict[str, str], entered: Enter) -> None:
    from gridgov.services.access import hash_token, sign_in
    from gridgov.storage.scopes import enter

    try:
        set_disabled(owner, "other", True)
        with web.begin() as connection:
            assert enter(connection, hash_token(tokens["other"])) is None
            assert connection.execute(text("SELECT current_user")).scalar_one() == "gridgov_web"
    finally:
        set_disabled(owner, "other", False)
        tokens["other"] = sign_in(owner, "other", "correct horse").token


def test_every_role_was_asked() -> None:
    assert set(ROLES) == EVERYBODY and set(HOUSES) >= FIELD
