"""Through SQL, as each role of the database: nothing beyond the model, and every planted leak is seen (P3)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from .checking import find_faults
from .model import EVERYBODY, FIELD, FUNCTIONS, TABLES


def test_the_database_gives_the_rights_that_are_written_down(owner: Engine) -> None:
    with owner.connect() as connection:
        assert find_faults(connection) == []
    assert len(TABLES) > 25 and len(FUNCTIONS) > 15


@pytest.mark.parametrize(
    ("leak", "seen"),
    [
        ("ALTER TABLE gridgov.resident NO FORCE ROW LEVEL SECURITY", "resident: row security is not forced"),
        ("ALTER TABLE gridgov.resident DISABLE ROW LEVEL SECURITY", "resident: row security is not forced"),
        ("GRANT SELECT (address) ON gridgov.building TO gridgov_viewer", "building.address: viewer may read it"),
        ("GRANT SELECT ON gridgov.account TO gridgov_administrator", "account.password_hash: administrator may read"),
        ("GRANT SELECT ON gridgov.session TO gridgov_web", "session.token_hash: web may read it"),
        ("GRANT INSERT ON gridgov.audit TO PUBLIC", "audit: auditor may ['INSERT']"),
        ("CREATE POLICY all_of_it ON gridgov.household TO gridgov_analyst USING (true)", "all_of_it does not ask"),
        ("CREATE POLICY wide ON gridgov.resident TO PUBLIC USING (true)", "wide does not ask"),
        ("CREATE TABLE gridgov.diary (secret text)", "diary: no line in the model"),
        ("CREATE VIEW gridgov.people AS SELECT * FROM gridgov.resident", "people: walks past row security"),
        ("CREATE MATERIALIZED VIEW gridgov.kept AS SELECT * FROM gridgov.resident", "kept: walks past row security"),
        ("CREATE FUNCTION gridgov.peek() RETURNS integer SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'", "peek()"),
        ("ALTER FUNCTION gridgov.my_role() RESET search_path", "my_role(): search_path is not fixed"),
        ("GRANT EXECUTE ON FUNCTION gridgov.enter(text) TO PUBLIC", "enter(text): viewer may call it"),
    ],
)
def test_a_planted_leak_is_seen(owner: Engine, leak: str, seen: str) -> None:
    with owner.connect() as connection:
        connection.execute(text(leak))
        faults = find_faults(connection)
        connection.rollback()
    assert any(seen in fault for fault in faults), faults


def test_the_model_keeps_people_from_who_need_no_row() -> None:
    for table in ("rental_house", "household", "resident", "plan_rental", "plan_household"):
        assert TABLES[table].reads == FIELD | {"administrator"}, table
    assert TABLES["audit"].reads == {"auditor"}
    assert all(rights.writes <= EVERYBODY for rights in TABLES.values())
