"""Identities come in by a file of their own, are refused row by row without a value said, and go when erased."""

from __future__ import annotations

from pathlib import Path
from secrets import token_hex

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from gridgov.bootstrap import Platform
from gridgov.core.identities import find_id_number_fault
from gridgov.errors import ForbiddenColumnError, InputError, NotFoundError
from gridgov.services.identity.importing import import_identities
from gridgov.services.identity.keeping import erase_person
from gridgov.services.identity.sampling import add_sample_identities
from gridgov.services.identity.sealing import seal_person, unseal_person
from gridgov.storage.keys import Keyring
from gridgov.storage.sealed_people import write_sealed
from tests.web import toy

from .conftest import ID, read_all


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
    whole = next(
        int(f"4403071990010110{end}")
        for end in range(10, 99)
        if find_id_number_fault(f"4403071990010110{end}") is None
    )
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
    with pytest.raises(NotFoundError, match=f"nothing of a resident '{key}'"):
        erase_person(owner, key, "moved away, asked for it")


def test_made_up_people_of_a_sample(owner: Engine, residents: list[str], platform: Platform, tmp_path: Path) -> None:
    file, ring = tmp_path / "identities.csv", platform.keys.read()
    made = add_sample_identities(owner, ring, toy.PUBLISHED, ["A-g1"], 7, file)
    assert made >= len(residents)
    first = file.read_bytes()
    assert add_sample_identities(owner, ring, toy.PUBLISHED, ["A-g1"], 7, file) == made
    assert file.read_bytes() == first
    assert add_sample_identities(owner, ring, toy.PUBLISHED, [], 7, file) == 0
