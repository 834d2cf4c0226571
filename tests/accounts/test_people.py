"""Who residents are: encrypted at rest, masked in passing, opened with a reason, gone when erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from gridgov.bootstrap import Platform
from gridgov.core.ciphers import WrongKeyError
from gridgov.errors import ConflictError, ForbiddenColumnError, InputError, NotFoundError, SettingsError
from gridgov.services.identity.importing import import_identities
from gridgov.services.identity.keeping import erase_person, list_keys, require_keys, rotate_keys
from gridgov.services.identity.sealing import seal_person, unseal_person
from gridgov.storage.identity import write_sealed
from gridgov.storage.keys import Keyring, KeyStore, dump_keyring
from gridgov.storage.scopes import Scope
from tests.web import toy
from tests.web.toy import TOWER

Person = Callable[..., str]
Enter = Callable[..., TestClient]
ID = "11010519491231002X"
WHY = {"reason": "visit", "words": "visit on Tuesday, nobody opened"}
MINE, THEIRS = Scope("grid", "A-g1"), Scope("grid", "A-g0")


@pytest.fixture(scope="module")
def residents(owner: Engine, platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Five residents of one home in grid A-g1 of the plan in force, and who they are."""
    keys = [f"R{number}-{token_hex(3)}" for number in range(5)]
    with owner.begin() as connection:
        home = connection.execute(text("SELECT household_id FROM gridgov.plan_household LIMIT 1")).scalar_one()
        for key in keys:
            sql = "INSERT INTO gridgov.resident (resident_id, household_id, birth_year) VALUES (:key, :home, 1949)"
            connection.execute(text(sql), {"key": key, "home": home})
    file = tmp_path_factory.mktemp("sent") / "identities.csv"
    rows = {
        "居民编码": keys,
        "姓名": ["张伟", "张伟", "王芳", "阿依古丽·买买提", "李"],
        "电话": ["13812345670", "13812345671", "0755-12345678", "+86 139 0000 0001", None],
        "身份证号": [ID, None, None, None, None],
    }
    pd.DataFrame(rows).to_csv(file, index=False)
    report = import_identities(owner, file, platform.keys.read(), id_numbers=True)
    assert (report.run.accepted, report.new, report.run.rejected) == (5, 5, 0)
    again = import_identities(owner, file, platform.keys.read(), id_numbers=True)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 5)
    return keys


@pytest.fixture
def officer(person: Person, enter: Enter) -> TestClient:
    """An officer whose grid the residents live in."""
    return enter(person("officer", MINE))


def read_all(engine: Engine) -> str:
    """Return everything that the database holds, as text."""
    with engine.connect() as connection:
        sql = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('gridgov', 'identity')"
        tables = connection.execute(text(sql)).all()
        return "\n".join(
            str(row)
            for schema, table in tables
            for row in connection.execute(text(f'SELECT to_jsonb(t)::text FROM "{schema}"."{table}" AS t'))
        )


def count_acts(engine: Engine, act: str, subject: str) -> int:
    with engine.connect() as connection:
        sql = "SELECT count(*) FROM gridgov.audit WHERE act = :act AND object = :subject"
        return connection.execute(text(sql), {"act": act, "subject": subject}).scalar_one()


def test_nothing_is_readable_at_rest(owner: Engine, residents: list[str]) -> None:
    held = read_all(owner)
    for value in (
        "张伟",
        "13812345670",
        ID,
        "阿依古丽",
        *(one.encode().hex() for one in ("张伟", ID, "13812345670")),
    ):
        assert value not in held


def test_masked_then_opened_with_a_reason(owner: Engine, officer: TestClient, residents: list[str]) -> None:
    key = residents[0]
    answer = officer.get(f"/api/people/{key}")
    assert answer.json()["masks"] == {
        "name": "张*",
        "telephone": "138****5670",
        "id_number": "1" + "*" * 16 + "X",
        "address": None,
    }
    assert "张伟" not in answer.text and ID not in answer.text
    opened = officer.post(f"/api/people/{key}/reveal", json=WHY)
    assert opened.json() == {
        "resident_id": key,
        "name": "张伟",
        "telephone": "13812345670",
        "id_number": ID,
        "address": None,
    }
    for one in (answer, opened):
        assert one.headers["cache-control"] == "no-store"
    assert count_acts(owner, "person-read", f"resident:{key}") == 1
    assert count_acts(owner, "identity-revealed", f"resident:{key}") == 1


@pytest.mark.parametrize(
    "why",
    [
        {},
        {"reason": "visit"},
        {"reason": "visit", "words": "short"},
        {"reason": "curious", "words": WHY["words"]},
        {"reason": "visit", "words": "aaaaaaaaaaaa"},
        {"reason": "visit", "words": " " * 20},
    ],
)
def test_no_reason_no_name(owner: Engine, officer: TestClient, residents: list[str], why: dict[str, str]) -> None:
    answer = officer.post(f"/api/people/{residents[2]}/reveal", json=why)
    assert answer.status_code == 422
    assert count_acts(owner, "identity-revealed", f"resident:{residents[2]}") == 0


def test_what_is_out_of_reach_is_answered_like_what_is_not(
    person: Person, enter: Enter, owner: Engine, residents: list[str]
) -> None:
    stranger = enter(person("officer", THEIRS))
    key = residents[1]
    for method, path, body in (("GET", "", None), ("POST", "/reveal", WHY)):
        foreign = stranger.request(method, f"/api/people/{key}{path}", json=body)
        missing = stranger.request(method, f"/api/people/nobody{path}", json=body)
        assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)
        assert foreign.status_code == 404
    assert stranger.post("/api/people/lookup", json={"telephone": "13812345671"}).json() == []
    assert stranger.get(f"/api/people?building={TOWER}").json() == []
    assert count_acts(owner, "person-read", f"resident:{key}") == 0


def test_the_day_has_an_end_for_each_account(
    officer: TestClient, person: Person, enter: Enter, residents: list[str]
) -> None:
    answers = [officer.post(f"/api/people/{residents[0]}/reveal", json=WHY) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 86_400
    other = enter(person("supervisor", Scope("community", "A")))
    assert other.post(f"/api/people/{residents[0]}/reveal", json=WHY).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"name": "张伟"}, {0, 1}),
        ({"name": "张 伟", "telephone": "138-1234-5671"}, {1}),
        ({"telephone": "+8613812345670"}, {0}),
        ({"telephone": "075512345678"}, {2}),
        ({"id_number": ID.lower()}, {0}),
        ({"name": "张"}, set()),
        ({"name": "%"}, set()),
        ({"name": "阿依古丽买买提"}, {3}),
    ],
)
def test_lookups_are_exact(
    officer: TestClient, residents: list[str], wanted: dict[str, str], found: set[int]
) -> None:
    answer = officer.post("/api/people/lookup", json=wanted)
    assert {one["resident_id"] for one in answer.json()} == {residents[number] for number in found}
    assert not any(value in answer.text for value in wanted.values() if len(value) > 1)


def test_a_lookup_needs_a_value_and_is_noted(owner: Engine, officer: TestClient, residents: list[str]) -> None:
    before = count_acts(owner, "people-looked-up", "people")
    for empty in ({}, {"name": None}, {"name": "·"}):
        assert officer.post("/api/people/lookup", json=empty).status_code == 422
    officer.post("/api/people/lookup", json={"name": "张伟"})
    assert count_acts(owner, "people-looked-up", "people") == before + 1
    with owner.connect() as connection:
        facts = connection.execute(text("SELECT facts FROM gridgov.audit WHERE act = 'people-looked-up'")).scalars()
        assert "张伟" not in json.dumps(list(facts), ensure_ascii=False)


def test_a_home_and_a_building(officer: TestClient, residents: list[str]) -> None:
    listed = officer.get(f"/api/people?building={TOWER}").json()
    assert {one["resident_id"] for one in listed} >= set(residents)
    home = listed[0]["household_id"]
    assert officer.get("/api/people", params={"household": home}).json() == listed
    assert officer.get("/api/people").status_code == 422


def test_sql_of_other_roles_reaches_no_row(web: Engine, door: Engine, person: Person, residents: list[str]) -> None:
    from gridgov.services.access import hash_token, sign_in

    from .conftest import GOOD

    for role in ("viewer", "analyst", "auditor"):
        token = sign_in(door, person(role), GOOD).token
        for query in ("SELECT * FROM identity.person", "SELECT identity.spend('x', 1)"):
            with web.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text("SELECT * FROM gridgov.enter(:hash)"), {"hash": hash_token(token)})
                connection.execute(text(query))
    token = sign_in(door, person("officer", THEIRS), GOOD).token
    with web.begin() as connection:
        connection.execute(text("SELECT * FROM gridgov.enter(:hash)"), {"hash": hash_token(token)})
        assert connection.execute(text("SELECT count(*) FROM identity.person")).scalar_one() == 0


def test_a_value_opens_in_its_own_place_only(platform: Platform) -> None:
    ring = platform.keys.read()
    one = seal_person(ring, "R1", {"name": "张三", "telephone": "13800000000"})
    assert unseal_person(ring, "R1", one.key_id, one.sealed)["name"] == "张三"
    for key, sealed in (
        ("R2", one.sealed),
        ("R1", {"name": one.sealed["telephone"]}),
        ("R1", {"name": one.sealed["name"][:-1] + b"\0"}),
        ("R1", {"name": b""}),
    ):
        with pytest.raises(WrongKeyError):
            unseal_person(ring, key, one.key_id, sealed)
    again = seal_person(ring, "R2", {"name": "张三"})
    assert again.sealed["name"] != one.sealed["name"]
    assert again.indexes["name"] == one.indexes["name"] != one.indexes["telephone"]


@pytest.mark.parametrize("profile", ["aes", "sm"])
def test_new_keys_seal_everything_anew(owner: Engine, residents: list[str], platform: Platform, profile: str) -> None:
    file = platform.keys.file
    store = KeyStore(file, profile=profile)
    before = store.read()
    assert rotate_keys(owner, store, forget=True) >= 5
    after = store.read()
    gone = {key.key_id for key in before.keys} - {key.key_id for key in after.keys}
    assert {key.split("-")[0] for key in gone} == {"identity", "index", "secrets"}
    assert after.newest("identity").profile == profile
    assert file.stat().st_mode & 0o777 == 0o600
    with owner.connect() as connection:
        used = set(connection.execute(text("SELECT key_id FROM identity.person")).scalars())
        row = connection.execute(
            text("SELECT key_id, name FROM identity.person WHERE resident_id = :key"), {"key": residents[0]}
        ).one()
    assert used == {after.newest("identity").key_id}
    assert unseal_person(after, residents[0], row.key_id, {"name": bytes(row.name)}) == {"name": "张伟"}
    with pytest.raises(SettingsError, match="missing"):
        unseal_person(before, residents[0], row.key_id, {"name": bytes(row.name)})


def test_found_again_after_new_keys(
    officer: TestClient, owner: Engine, residents: list[str], platform: Platform
) -> None:
    rotate_keys(owner, platform.keys)
    answer = officer.post("/api/people/lookup", json={"telephone": "13812345670"})
    assert [one["resident_id"] for one in answer.json()] == [residents[0]]


def test_keys_of_another_database_are_noticed(
    owner: Engine, residents: list[str], tmp_path: Path, platform: Platform
) -> None:
    stranger = KeyStore(tmp_path / "keys.json").read()
    with pytest.raises(ConflictError, match="Keys are missing"):
        require_keys(owner, stranger)
    require_keys(owner, platform.keys.read())
    assert {use.purpose for use in list_keys(owner, stranger)} >= {"missing"}


def test_keys_by_environment_and_command(tmp_path: Path) -> None:
    ring = KeyStore(tmp_path / "keys.json").read()
    text_of = dump_keyring(ring)
    (tmp_path / "given.json").write_text(text_of)
    for store in (
        KeyStore(tmp_path / "none", text=text_of),
        KeyStore(tmp_path / "none", command=f"cat {tmp_path}/given.json"),
    ):
        assert store.read() == ring
        with pytest.raises(SettingsError, match="change them there"):
            store.add("identity")
    assert not (tmp_path / "none").exists()
    for broken in (KeyStore(tmp_path / "none", text="{}"), KeyStore(tmp_path / "none", command="false")):
        with pytest.raises(SettingsError) as raised:
            broken.read()
        assert "secret" not in str(raised.value)
    (tmp_path / "keys.json").chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        KeyStore(tmp_path / "keys.json").read()
    assert all(key.secret.hex() not in repr(ring) and repr(key.secret) not in repr(ring) for key in ring.keys)


def write_csv(folder: Path, **columns: list[object]) -> Path:
    file = folder / "sent.csv"
    pd.DataFrame(columns).to_csv(file, index=False)
    return file


def test_rows_that_are_refused(owner: Engine, residents: list[str], platform: Platform, tmp_path: Path) -> None:
    wrong_last = ID[:-1] + "1"
    numbers = [wrong_last, "4.40307199001011E+17", "123", ID, ID]
    sent = write_csv(
        tmp_path,
        resident_id=[*residents[:4], "unknown"],
        id_number=numbers,
        telephone=["1380000000", "13800000001", "13800000002", "12", "13800000003"],
    )
    report = import_identities(owner, sent, platform.keys.read(), id_numbers=True, dry_run=True)
    assert (report.run.read, report.run.accepted, report.run.rejected) == (5, 0, 5)
    rules = dict(zip(report.findings["row_id"], report.findings["rule"], strict=True))
    assert rules[residents[0]] == "bad-id-number" and rules["unknown"] == "unknown-resident"
    said = " ".join([*report.findings["detail"], *report.findings["action"]])
    assert not any(number in said for number in (*numbers, "13800000001", "4.40"))


def test_id_numbers_as_numbers_are_refused(
    owner: Engine, residents: list[str], platform: Platform, tmp_path: Path
) -> None:
    whole = next(int(f"4403071990010110{end}") for end in range(10, 99) if _is_id(f"4403071990010110{end}"))
    for values in ([whole], [float(whole)]):
        file = tmp_path / "sent.xlsx"
        pd.DataFrame({"resident_id": residents[:1], "id_number": values}).to_excel(
            file, index=False, engine="xlsxwriter"
        )
        report = import_identities(owner, file, platform.keys.read(), id_numbers=True, dry_run=True)
        assert report.run.accepted == 0
        parquet = tmp_path / "sent.parquet"
        pd.DataFrame({"resident_id": residents[:1], "id_number": values}).to_parquet(parquet)
        report = import_identities(owner, parquet, platform.keys.read(), id_numbers=True, dry_run=True)
        assert report.run.accepted == 0, values
    text_file = tmp_path / "text.parquet"
    pd.DataFrame({"resident_id": residents[:1], "id_number": [str(whole)]}).to_parquet(text_file)
    assert import_identities(owner, text_file, platform.keys.read(), id_numbers=True, dry_run=True).run.accepted == 1


def _is_id(number: str) -> bool:
    from gridgov.core.identities import find_id_number_fault

    return find_id_number_fault(number) is None


def test_id_numbers_only_where_the_city_holds_them(
    owner: Engine, residents: list[str], platform: Platform, tmp_path: Path
) -> None:
    file = write_csv(tmp_path, resident_id=residents[:1], id_number=[ID])
    with pytest.raises(InputError, match=r"switched off.*GRIDGOV_ID_NUMBERS"):
        import_identities(owner, file, platform.keys.read())
    with pytest.raises(ForbiddenColumnError, match="民族"):
        import_identities(owner, write_csv(tmp_path, resident_id=residents[:1], 民族=["汉"]), platform.keys.read())


def test_columns_that_a_file_has_not_stay(
    owner: Engine, residents: list[str], platform: Platform, tmp_path: Path
) -> None:
    file = write_csv(tmp_path, resident_id=residents[2:3], address=["民治路1号"])
    report = import_identities(owner, file, platform.keys.read())
    assert (report.changed, report.new) == (1, 0)
    with owner.connect() as connection:
        row = connection.execute(
            text("SELECT * FROM identity.person WHERE resident_id = :key"), {"key": residents[2]}
        ).one()
    sealed = {"name": bytes(row.name), "address": bytes(row.address)}
    assert unseal_person(platform.keys.read(), residents[2], row.key_id, sealed) == {
        "name": "王芳",
        "address": "民治路1号",
    }


def test_one_person_is_erased_everywhere(
    owner: Engine, residents: list[str], platform: Platform, officer: TestClient, tmp_path: Path
) -> None:
    key = f"GONE-{token_hex(4)}"
    with owner.begin() as connection:
        home = connection.execute(text("SELECT household_id FROM gridgov.plan_household LIMIT 1")).scalar_one()
        sql = "INSERT INTO gridgov.resident (resident_id, household_id) VALUES (:key, :home)"
        connection.execute(text(sql), {"key": key, "home": home})
        ring: Keyring = platform.keys.read()
        write_sealed(connection, [seal_person(ring, key, {"name": "赵六"})])
    import_identities(owner, write_csv(tmp_path, resident_id=[key], telephone=["1"]), platform.keys.read())
    assert officer.get(f"/api/people/{key}").status_code == 200
    with pytest.raises(InputError, match="why"):
        erase_person(owner, key, " ")
    gone = erase_person(owner, key, "moved away, asked for it")
    assert gone == {"identity.person": 1, "resident": 1, "import_finding": 1}
    left = [line for line in read_all(owner).splitlines() if key in line]
    assert left and all('"act"' in line for line in left), "only the audit knows the key"
    assert officer.get(f"/api/people/{key}").status_code == 404
    with pytest.raises(NotFoundError):
        erase_person(owner, key, "moved away, asked for it")


def test_made_up_people_of_a_sample(owner: Engine, residents: list[str], platform: Platform, tmp_path: Path) -> None:
    from gridgov.services.identity.sampling import add_sample_identities

    file, ring = tmp_path / "identities.csv", platform.keys.read()
    made = add_sample_identities(owner, ring, toy.PUBLISHED, ["A-g1"], 7, file)
    assert made >= len(residents)
    first = file.read_bytes()
    assert add_sample_identities(owner, ring, toy.PUBLISHED, ["A-g1"], 7, file) == made
    assert file.read_bytes() == first
    assert add_sample_identities(owner, ring, toy.PUBLISHED, [], 7, file) == 0
