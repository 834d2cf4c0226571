"""Bring in who residents are: a file of its own, encrypted before it is stored, reported without a value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Engine

from gridgov.core.crs import STORED_CRS
from gridgov.core.findings import join_findings
from gridgov.core.identities import FIELDS, IDENTITIES, check_identities
from gridgov.core.tidying import TidyResult, tidy_layer
from gridgov.errors import InputError
from gridgov.services.identity.sealing import seal_person, unseal_person
from gridgov.storage.audit import write_audit
from gridgov.storage.files import read_layer_file, read_mapping
from gridgov.storage.identity import list_known_residents
from gridgov.storage.imports import ImportRun, write_import
from gridgov.storage.keys import Keyring
from gridgov.storage.sealed_people import SealedPerson, read_sealed, write_sealed


@dataclass(frozen=True)
class IdentityReport:
    """What an import of identities did; ``read == accepted + rejected + duplicate``."""

    run: ImportRun
    new: int
    changed: int
    unchanged: int
    findings: gpd.GeoDataFrame
    """Which rows and why; no value of a person."""


def import_identities(
    engine: Engine,
    path: Path,
    ring: Keyring,
    *,
    id_numbers: bool = False,
    mapping: Path | None = None,
    table: str | None = None,
    dry_run: bool = False,
    actor: str = "cli",
) -> IdentityReport:
    """Read a file of identities and store it encrypted, all or nothing; the same file again changes nothing.

    Columns that the file has not keep what is stored.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    path : pathlib.Path
        CSV, Excel or Parquet with `resident_id` and some of name, telephone, ID number, address.
    ring : Keyring
        The keys.
    id_numbers : bool
        Whether the city holds ID numbers.
    mapping : pathlib.Path, optional
        How the file's columns are to be read.
    table : str, optional
        Sheet of a workbook.
    dry_run : bool
        Whether to take everything back at the end.
    actor : str
        Who imports, for the audit.

    Returns
    -------
    IdentityReport
        Counts and findings.

    Raises
    ------
    InputError
        When the file is refused as a whole.
    """
    tidy, not_text = _read(path, mapping, table, id_numbers)
    with engine.connect() as connection, connection.begin() as transaction:
        known = list_known_residents(connection, [str(key) for key in tidy.accepted["resident_id"]])
        rows, found = check_identities(tidy.accepted, known, not_text)
        findings = join_findings([_hush(tidy.findings), found])
        counts = _store(connection, ring, rows)
        run = _describe(path, tidy, len(rows))
        _note(connection, run, findings, counts, actor)
        if dry_run:
            transaction.rollback()
    return IdentityReport(run, counts["new"], counts["changed"], counts["unchanged"], findings)


def _read(path: Path, mapping: Path | None, table: str | None, id_numbers: bool) -> tuple[TidyResult, set[str]]:
    chosen = None if mapping is None else read_mapping(mapping, IDENTITIES)
    names = frozenset() if chosen is None else frozenset(chosen.sources())
    sent = pd.DataFrame(read_layer_file(path, IDENTITIES, table=table, names=names).frame)
    sent = sent.drop(columns=["geometry"], errors="ignore")
    tidy = tidy_layer(sent, IDENTITIES, chosen)
    if "id_number" in tidy.accepted and tidy.accepted["id_number"].notna().any():
        if not id_numbers:
            raise InputError(
                f"{path.name} has ID numbers, and ID numbers are switched off here. Nothing was read. Delete the "
                "column, or, where the city has decided to hold them, set GRIDGOV_ID_NUMBERS=true."
            )
        return tidy, _find_numbers(sent, tidy)
    return tidy, set()


def _find_numbers(sent: pd.DataFrame, tidy: TidyResult) -> set[str]:
    """Find the accepted rows of which a cell with 15 digits or more came as a number."""
    numeric = pd.Series(False, index=sent.index)
    for column in sent.columns:
        cells = sent[column]
        if cells.dtype == object:
            numeric |= cells.map(lambda cell: isinstance(cell, int | float) and abs(cell) >= 1e14).astype(bool)
        elif pd.api.types.is_numeric_dtype(cells):
            numeric |= cells.abs().fillna(0).astype(float) >= 1e14
    rows = {str(number) for number in sent.index[numeric.to_numpy(dtype=bool)]}
    keys = tidy.accepted["resident_id"].astype(str)
    return {key for key, number in zip(keys, tidy.numbers, strict=True) if str(number) in rows}


def _hush(findings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take what was seen out of findings of the general checks: it may be a piece of a number."""
    return findings.assign(detail=findings["rule"].map(lambda rule: f"see the row in the file ({rule})"))


def _store(connection: Connection, ring: Keyring, rows: pd.DataFrame) -> dict[str, int]:
    given = [field for field in FIELDS if field in rows]
    before = read_sealed(connection, [str(key) for key in rows["resident_id"]])
    fresh: list[SealedPerson] = []
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for row in rows[["resident_id", *given]].to_dict("records"):
        key = str(row.pop("resident_id"))
        stored = before.get(key)
        held = {} if stored is None else unseal_person(ring, key, stored.key_id, stored.sealed)
        values = _merge(held, {str(field): value for field, value in row.items()})
        state = "new" if stored is None else "changed" if values != held else "unchanged"
        counts[state] += 1
        if state != "unchanged":
            fresh.append(seal_person(ring, key, values))
    write_sealed(connection, fresh)
    return counts


def _merge(held: Mapping[str, str], given: Mapping[str, str | None]) -> dict[str, str]:
    values = {**held, **given}
    return {field: value for field, value in values.items() if value}


def _describe(path: Path, tidy: TidyResult, accepted: int) -> ImportRun:
    return ImportRun(
        import_id=uuid4(),
        layer=IDENTITIES.name,
        file_name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        crs=None,
        read=tidy.read,
        accepted=accepted,
        rejected=tidy.read - accepted - tidy.duplicate,
        duplicate=tidy.duplicate,
        at=datetime.now(UTC),
    )


def _note(
    connection: Connection, run: ImportRun, findings: gpd.GeoDataFrame, counts: Mapping[str, int], actor: str
) -> None:
    write_import(connection, run, findings.set_crs(STORED_CRS, allow_override=True))
    facts = {"import_id": str(run.import_id), "sha256": run.sha256, **counts, "read": run.read}
    write_audit(connection, actor, "import", f"layer:{run.layer}", facts)
