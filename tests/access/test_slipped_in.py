"""What a statement slipped into a request can do (P8), and pooled connections under many people at once (P7)."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from gridgov.services.access import ROLES, hash_token
from gridgov.storage.engine import make_web_engine
from gridgov.storage.roles import GROUPS
from gridgov.storage.scopes import enter

from .conftest import Enter
from .test_rows import HOUSES

SLIPPED = [
    "RESET ROLE",
    "SET LOCAL ROLE NONE",
    *(f"SET LOCAL ROLE {group}" for group in GROUPS),
    "SELECT set_config('role', 'gridgov_administrator', true)",
    "SELECT set_config('gridgov.session', 'x', true)",
    "SELECT set_config('gridgov.session', '', false)",
    "SET LOCAL row_security = off",
    "SET LOCAL search_path = pg_temp, public",
    "RESET ROLE; SELECT * FROM gridgov.enter('x')",
    "RESET ALL",
    "DISCARD PLANS",
]
REFUSED = [
    "SET LOCAL ROLE gridgov",
    "SET LOCAL ROLE gridgov_door",
    "SET SESSION AUTHORIZATION gridgov",
    "SET LOCAL session_replication_role = replica",
    "SELECT * FROM gridgov.enter('x')",
    "SELECT * FROM gridgov.find_login('administrator')",
    "RESET ROLE; SELECT * FROM gridgov.find_login('administrator')",
    "RESET ROLE; SELECT gridgov.start_session('x', 'x', 'x', now(), now() + interval '1 hour', '')",
    "RESET ROLE; SELECT * FROM gridgov.session",
    "RESET ROLE; SELECT password_hash FROM gridgov.account",
    "SET LOCAL ROLE gridgov_administrator; SELECT password_hash FROM gridgov.account",
    "ALTER TABLE gridgov.resident DISABLE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON gridgov.resident USING (true)",
    "CREATE FUNCTION gridgov.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE public.mine (a integer)",
    "CALL gridgov.guard('gridgov.resident', '{viewer}')",
    "GRANT gridgov TO gridgov_web",
    "COPY gridgov.resident TO '/tmp/residents'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/passwd')",
]


def houses(connection: Connection) -> set[str]:
    """Return the rental houses a connection sees; none where it may not even ask."""
    try:
        with connection.begin_nested():
            return set(connection.execute(text("SELECT rental_house_id FROM gridgov.rental_house")).scalars())
    except DBAPIError:
        return set()


@pytest.mark.parametrize("slipped", SLIPPED)
def test_a_slipped_in_statement_shows_nothing_more(entered: Enter, slipped: str) -> None:
    for login in ("viewer", "officer", "analyst", "auditor"):
        with entered(login) as connection:
            connection.exec_driver_sql(slipped)
            assert houses(connection) <= HOUSES.get(login, set()), login
            seen = _try_all(connection)
            allowed = {"audit"} if login == "auditor" else set()
            assert seen - allowed <= ({"resident"} if login == "officer" else set()), login


def _try_all(connection: Connection) -> set[str]:
    """Return which closed tables show a row under any role that the connection can take."""
    shown = set()
    for group in GROUPS:
        for table in ("resident", "household", "audit", "account", "import_run"):
            try:
                with connection.begin_nested():
                    connection.exec_driver_sql(f"SET LOCAL ROLE {group}")
                    if connection.exec_driver_sql(f"SELECT 1 FROM gridgov.{table}").first():
                        shown.add(table)
            except DBAPIError:
                continue
    return shown - {"household"} if "resident" in shown else shown


@pytest.mark.parametrize("refused", REFUSED)
@pytest.mark.parametrize("login", ["viewer", "administrator"])
def test_a_slipped_in_statement_is_refused(entered: Enter, login: str, refused: str) -> None:
    with (
        entered(login) as connection,
        pytest.raises(DBAPIError, match=r"permission denied|must (be|have)|cannot set"),
    ):
        connection.exec_driver_sql(refused)


def test_the_role_of_an_administrator_without_his_session_manages_nobody(entered: Enter) -> None:
    with entered("officer") as connection, pytest.raises(DBAPIError, match="only an administrator"):
        connection.exec_driver_sql("SET LOCAL ROLE gridgov_administrator")
        connection.exec_driver_sql("SELECT gridgov.close_doors('x', true, true)")


def test_a_request_leaves_nothing_behind_on_its_connection(web: Engine, tokens: dict[str, str]) -> None:
    with web.connect() as connection:
        with connection.begin():
            enter(connection, hash_token(tokens["administrator"]))
            assert connection.exec_driver_sql("SELECT current_user").scalar_one() == "gridgov_administrator"
        with connection.begin():
            row = connection.exec_driver_sql(
                "SELECT current_user, coalesce(current_setting('gridgov.session', true), '')"
            ).one()
            assert tuple(row) == ("gridgov_web", "")


def test_a_thousand_requests_on_few_connections_never_cross(web: Engine, tokens: dict[str, str]) -> None:
    """Requests of seven people, some of which fail in the middle, over three connections."""
    logins = [*ROLES, "other"]
    engine = make_web_engine(web.url, pool_size=1)
    seen, guard = Counter[str](), threading.Lock()

    def ask(number: int) -> None:
        login = logins[number * 31 % len(logins)]
        try:
            with engine.begin() as connection:
                account = enter(connection, hash_token(tokens[login]))
                assert account is not None
                mine = connection.exec_driver_sql("SELECT gridgov.my_login(), current_user").one()
                right = tuple(mine) == (login, f"gridgov_{account.role}")
                if login in HOUSES:
                    right = right and houses(connection) == HOUSES[login]
                if number % 5 == 0:
                    connection.exec_driver_sql("SELECT 1/0")
        except DBAPIError:
            pass
        with guard:
            seen["right" if right else "crossed"] += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(1000)))
    engine.dispose()
    assert seen == {"right": 1000}
