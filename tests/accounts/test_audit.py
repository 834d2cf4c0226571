"""The audit: one row for each personal act, and nobody changes, removes or cuts off one unseen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_hex

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from gridgov.errors import ConflictError, InputError
from gridgov.services.auditing import (
    export_audit,
    keep_checkpoints,
    read_signed_head,
    restart_checkpoints,
    verify_audit,
    write_checkpoint,
)
from gridgov.storage.audit import write_audit
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine
from gridgov.storage.keys import KeyStore
from gridgov.storage.scopes import Scope
from gridgov.web.matrix import ACCESS
from tests.web import toy

Person = Callable[..., str]
Enter = Callable[..., TestClient]
ROWS, SIGNED = 12, 9


class Record:
    """A database of its own with sealed rows, some of them signed."""

    def __init__(self, cluster: PrivateCluster, template: str, folder: Path) -> None:
        name = f"audit_{token_hex(4)}"
        cluster.make_database(name, template=template)
        self.engine, self.superuser = make_engine(cluster.url(name)), make_engine(cluster.admin_url(name))
        self.file, self.keys = folder / "checkpoints.jsonl", KeyStore(folder / "keys.json").read
        self.add(SIGNED)
        write_checkpoint(self.engine, self.keys, self.file)
        self.add(ROWS - SIGNED)

    def add(self, count: int) -> None:
        for number in range(count):
            with self.engine.begin() as connection:
                write_audit(connection, "陈", "person-read", f"resident:{number}", {"n": number, "of": "张 'x' \\ ,"})

    def tamper(self, *statements: str) -> None:
        """Do it as a superuser with every trigger switched off."""
        with self.superuser.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))

    def found(self, **more: str) -> list[tuple[str, tuple[int, ...]]]:
        return [(one.kind, one.audit_ids) for one in verify_audit(self.engine, self.keys, self.file, **more).faults]


@pytest.fixture
def record(cluster: PrivateCluster, migrated_template: str, tmp_path: Path) -> Iterator[Record]:
    made = Record(cluster, migrated_template, tmp_path)
    yield made
    made.engine.dispose()
    made.superuser.dispose()


def test_an_untouched_record_is_whole(record: Record) -> None:
    verdict = verify_audit(record.engine, record.keys, record.file)
    assert (verdict.whole, verdict.rows, verdict.checkpoints) == (True, ROWS, 1)
    assert write_checkpoint(record.engine, record.keys, record.file) is not None
    assert write_checkpoint(record.engine, record.keys, record.file) is None, "there is nothing new"
    head = read_signed_head(record.file)
    assert head is not None and record.found(expect=f"{head.seal_no}:{head.seal}") == []


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody else'",
        "act = 'person-seen'",
        "object = 'resident:8'",
        "facts = '{}'",
        "at = at + interval '1 microsecond'",
    ],
)
def test_a_changed_row_is_named(record: Record, change: str) -> None:
    record.tamper(f"UPDATE gridgov.audit SET {change} WHERE audit_id = 5")
    assert record.found() == [("changed", (5,))]


def test_a_removed_row_is_named_in_the_middle_and_at_the_end(record: Record) -> None:
    record.tamper("DELETE FROM gridgov.audit WHERE audit_id IN (4, 12)")
    assert record.found() == [("removed", (4,)), ("removed", (12,))]


def test_a_row_removed_with_its_seal_is_noticed(record: Record) -> None:
    record.tamper(*(f"DELETE FROM gridgov.{table} WHERE audit_id = 4" for table in ("audit", "audit_seal")))
    assert record.found() == [("seals-removed", (5,))]


def test_an_end_that_is_cut_off_is_noticed(record: Record) -> None:
    record.tamper(*(f"DELETE FROM gridgov.{table} WHERE audit_id >= {SIGNED}" for table in ("audit", "audit_seal")))
    assert record.found() == [("cut-off", ())]
    record.add(5)
    assert record.found() == [("rewritten", ())], "what is written afterwards does not hide it"
    with pytest.raises(ConflictError, match="no longer holds what was signed"):
        write_checkpoint(record.engine, record.keys, record.file)


def test_an_end_after_the_last_signature_is_noticed_by_who_wrote_it_down(record: Record) -> None:
    with record.engine.connect() as connection:
        head = connection.execute(text("SELECT seal_no, encode(seal, 'hex') AS seal FROM gridgov.audit_head()")).one()
    record.tamper(*(f"DELETE FROM gridgov.{table} WHERE audit_id > 10" for table in ("audit", "audit_seal")))
    assert record.found(expect=f"{head.seal_no}:{head.seal}") == [("cut-off", ())]


def test_everything_removed_is_noticed(record: Record) -> None:
    record.tamper("TRUNCATE gridgov.audit, gridgov.audit_seal")
    assert record.found() == [("cut-off", ())]


def test_a_row_slipped_in_is_named(record: Record) -> None:
    record.tamper("INSERT INTO gridgov.audit (actor, act, object) VALUES ('li', 'person-read', 'resident:1')")
    assert record.found() == [("unsealed", (13,))]


def test_a_chain_written_anew_is_noticed(record: Record) -> None:
    """Whoever may do everything in the database still lacks the key outside it."""
    anew = """DO $$ DECLARE entry gridgov.audit; number bigint := 0; last bytea := '\\x'; BEGIN
        FOR entry IN SELECT a.* FROM gridgov.audit a ORDER BY a.audit_id LOOP
            number := number + 1; last := gridgov.make_seal(last, number, entry);
            UPDATE gridgov.audit_seal SET seal = last WHERE seal_no = number;
        END LOOP; END $$"""
    record.tamper("UPDATE gridgov.audit SET object = 'resident:7' WHERE audit_id = 3", anew)
    assert record.found() == [("rewritten", ())]


def test_a_forged_signature_is_noticed(record: Record) -> None:
    record.add(3)
    write_checkpoint(record.engine, record.keys, record.file)
    lines = record.file.read_text().splitlines()
    forged = {**json.loads(lines[0]), "at": "2020-01-01T00:00:00+00:00"}
    record.file.write_text("\n".join([json.dumps(forged), lines[1]]) + "\n")
    assert record.found() == [("forged-checkpoint", (SIGNED,))]
    record.file.write_text(lines[1] + "\n")
    assert record.found() == [("forged-checkpoint", (ROWS + 3,))], "one before it was taken away"
    record.file.write_text("nonsense\n")
    with pytest.raises(InputError, match="Line 1"):
        record.found()


def test_writers_at_once_and_writers_that_fail(record: Record) -> None:
    def work(number: int) -> None:
        for step in range(10):
            with record.engine.connect() as connection, connection.begin() as transaction:
                write_audit(connection, f"w{number}", "person-read", f"resident:{step}")
                if step % 3 == 0:
                    transaction.rollback()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    verdict = verify_audit(record.engine, record.keys, record.file)
    assert verdict.whole and verdict.rows == ROWS + 8 * 6
    with record.engine.connect() as connection:
        numbers = connection.execute(text("SELECT seal_no FROM gridgov.audit_seal ORDER BY 1")).scalars().all()
    assert numbers == list(range(1, ROWS + 49))


def test_a_long_transaction_holds_nobody_up(record: Record) -> None:
    with record.engine.begin() as slow:
        write_audit(slow, "import", "import", "layer:buildings")
        with record.engine.begin() as quick:
            quick.execute(text("SET LOCAL lock_timeout = '2s'"))
            write_audit(quick, "li", "signed-in", "x")
    assert record.found() == []


@pytest.mark.parametrize("act", ["UPDATE gridgov.audit_seal SET seal_no = 99", "DELETE FROM gridgov.audit_seal"])
def test_seals_are_append_only(record: Record, act: str) -> None:
    with pytest.raises(IntegrityError, match="history"), record.engine.begin() as connection:
        connection.execute(text(act))


def test_heads_are_signed_while_the_server_runs(record: Record) -> None:
    with keep_checkpoints(record.engine, record.keys, record.file, every_s=60):
        record.add(2)
    head = read_signed_head(record.file)
    assert head is not None and head.seal_no == ROWS + 2
    assert record.file.stat().st_mode & 0o777 == 0o600


def test_after_an_older_backup_the_heads_begin_anew(record: Record) -> None:
    record.tamper(*(f"DELETE FROM gridgov.{table} WHERE audit_id > 5" for table in ("audit", "audit_seal")))
    assert record.found() == [("cut-off", ())]
    kept = restart_checkpoints(record.engine, record.keys, record.file, "restored the backup of Friday")
    assert kept is not None and kept.exists()
    assert record.found() == []


@pytest.mark.parametrize("name", ["audit.csv", "audit.jsonl"])
def test_it_can_be_taken_out(record: Record, tmp_path: Path, name: str) -> None:
    with record.engine.begin() as connection:
        write_audit(connection, "=cmd()", "person-read", "resident:1")
    assert export_audit(record.engine, tmp_path / name) == ROWS + 1
    written = (tmp_path / name).read_text(encoding="utf-8-sig")
    assert written.count("person-read") == ROWS + 1
    assert name.endswith("jsonl") or "'=cmd()" in written
    with pytest.raises(InputError, match=r"as \.csv or \.jsonl, not \.exe"):
        export_audit(record.engine, tmp_path / "audit.exe")


def test_auditors_page_and_filter(person: Person, enter: Enter, owner: Engine) -> None:
    with owner.begin() as connection:
        for number in range(5):
            write_audit(connection, "chen", "tested", f"thing:{number % 2}", {"n": number})
    auditor = enter(person("auditor"))
    first = auditor.get("/api/audit", params={"act": "tested", "limit": 2}).json()
    assert [one["facts"]["n"] for one in first["entries"]] == [4, 3]
    rest = auditor.get("/api/audit", params={"act": "tested", "before": first["next"]}).json()
    assert [one["facts"]["n"] for one in rest["entries"]] == [2, 1, 0] and rest["next"] is None
    one = auditor.get("/api/audit", params={"act": "tested", "object": "thing:1", "actor": "chen"}).json()
    assert [row["facts"]["n"] for row in one["entries"]] == [3, 1]
    assert auditor.get("/api/audit", params={"until": "2020-01-01T00:00:00Z"}).json()["entries"] == []
    assert auditor.get("/api/audit", params={"limit": 9999}).status_code == 422
    for role in ("viewer", "officer", "supervisor", "analyst", "administrator"):
        assert enter(person(role)).get("/api/audit").status_code == 403


def test_a_request_writes_in_its_own_name_only(web: Engine, door: Engine, person: Person) -> None:
    from gridgov.services.access import hash_token, sign_in

    from .conftest import GOOD

    token = sign_in(door, login := person("officer"), GOOD).token

    def enter_as(connection: Connection) -> None:
        connection.execute(text("SELECT * FROM gridgov.enter(:hash)"), {"hash": hash_token(token)})

    with web.begin() as connection:
        enter_as(connection)
        write_audit(connection, "administrator", "person-read", f"own:{login}")
    with web.connect() as connection, pytest.raises(ProgrammingError, match="denied for table audit"):
        enter_as(connection)
        connection.execute(text("INSERT INTO gridgov.audit (actor, act, object) VALUES ('x', 'y', 'z')"))
    with web.connect() as connection, pytest.raises(ProgrammingError, match="denied for function write_audit"):
        write_audit(connection, "nobody", "person-read", "x")


PERSONAL = {
    "GET /api/people": (f"/api/people?building={toy.TOWER}", None, "people-listed"),
    "GET /api/people/{resident_id:path}": (f"/api/people/{toy.CANARY}", None, "person-read"),
    "POST /api/people/lookup": ("/api/people/lookup", {"name": "张三"}, "people-looked-up"),
    "POST /api/people/{resident_id:path}/reveal": (
        f"/api/people/{toy.CANARY}/reveal",
        {"reason": "visit", "words": "visit on Tuesday"},
        "identity-revealed",
    ),
    "GET /ogc/collections/{collection}/items": ("/ogc/collections/residents/items", None, "features-read"),
    "GET /ogc/collections/{collection}/items/{feature:path}": (
        f"/ogc/collections/residents/items/{toy.CANARY}",
        None,
        "features-read",
    ),
    "GET /api/homes": ("/api/homes", None, "homes-counted"),
    "GET /api/homes/{kind}/{identifier:path}": (f"/api/homes/building/{toy.TOWER}", None, "homes-listed"),
    "GET /api/rentals/{kind}/{identifier:path}": ("/api/rentals/grid/A-g1", None, "list-rentals"),
    "GET /downloads/{collection}.{ending}": (
        "/downloads/residents.csv?reason=yearly report to the office",
        None,
        "layer-taken-out",
    ),
}
NOT_PERSONAL = ("/api/me", "/api/plans", "/api/tree", "/api/quality/" + toy.PUBLISHED, "/api/account/sessions")


def test_no_door_to_people_is_left_out() -> None:
    field = {"officer", "supervisor", "administrator"}
    doors = {route for route, roles in ACCESS.items() if roles == field and "/ogc/" not in route}
    # what is left of a day tells nothing of anybody
    assert doors - {"GET /api/allowance"} <= set(PERSONAL)


@pytest.mark.parametrize("route", PERSONAL)
def test_each_personal_read_has_one_row(person: Person, enter: Enter, owner: Engine, route: str) -> None:
    path, body, act = PERSONAL[route]
    login = person("officer", Scope("grid", "A-g1"))
    client = enter(login)

    def count(extra: str = "") -> int:
        with owner.connect() as connection:
            sql = f"SELECT count(*) FROM gridgov.audit WHERE actor = :login {extra}"
            return int(connection.execute(text(sql), {"login": login, "act": act}).scalar_one())

    before = count()
    for path_of_others in NOT_PERSONAL:
        assert client.get(path_of_others).status_code == 200
    assert count() == before, "what is about nobody is not written down"
    answer = client.request(route.split()[0], path, json=body)
    assert answer.status_code == 200, answer.text
    assert (count(), count("AND act = :act")) == (before + 1, 1)


def test_the_record_of_all_these_tests_is_whole(owner: Engine, platform, tmp_path: Path) -> None:
    verdict = verify_audit(owner, platform.keys.read, tmp_path / "none")
    assert verdict.whole and verdict.rows > 0
