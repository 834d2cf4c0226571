"""Keys of what is encrypted: each value in its own place, new keys, lost keys, keys from elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from gridgov.bootstrap import Platform
from gridgov.core.ciphers import WrongKeyError
from gridgov.errors import ConflictError, SettingsError
from gridgov.services.identity.keeping import list_keys, require_keys, rotate_keys
from gridgov.services.identity.sealing import seal_person, unseal_person
from gridgov.storage.audit_chain import lock_checkpoints
from gridgov.storage.keys import KeyStore, dump_keyring


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
        with pytest.raises(WrongKeyError, match="does not open"):
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
    for broken, words in (
        (KeyStore(tmp_path / "none", text="{}"), "GRIDGOV_KEYS holds no keys"),
        (KeyStore(tmp_path / "none", command="false"), "GRIDGOV_KEY_COMMAND failed with exit code 1"),
    ):
        with pytest.raises(SettingsError, match=words) as raised:
            broken.read()
        assert "secret" not in str(raised.value)
    (tmp_path / "keys.json").chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        KeyStore(tmp_path / "keys.json").read()
    assert all(key.secret.hex() not in repr(ring) and repr(key.secret) not in repr(ring) for key in ring.keys)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave files to somebody else")
def test_what_root_writes_belongs_to_whom_the_folder_belongs(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    store = KeyStore(tmp_path / "keys.json")
    store.read()
    assert store.file.stat().st_uid == 65534
    os.chown(store.file, 65533, 65533)
    store.add("index")
    assert store.file.stat().st_uid == 65533, "the account of the server could read it, and still can"
    with lock_checkpoints(tmp_path / "heads.jsonl"):
        assert (tmp_path / "heads.jsonl").stat().st_uid == 65534
