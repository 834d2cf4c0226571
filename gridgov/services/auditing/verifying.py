"""Verify the chain of seals, and the heads of it that were signed outside the database."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from sqlalchemy import Engine

from gridgov.errors import InputError
from gridgov.services.auditing.signing import make_mac
from gridgov.storage.audit_chain import Checkpoint, Link, iterate_chain, list_unsealed, read_checkpoints
from gridgov.storage.keys import KeySource


@dataclass(frozen=True)
class Fault:
    """Something done to the audit that its program does not do."""

    kind: str
    """changed, removed, unsealed, seals-removed, cut-off, rewritten or forged-checkpoint."""
    audit_ids: tuple[int, ...]
    """The rows it is about."""
    detail: str


@dataclass
class Verdict:
    """What the verification found."""

    rows: int = 0
    checkpoints: int = 0
    head: Link | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify_audit(engine: Engine, keys: KeySource, file: Path, *, expect: str | None = None) -> Verdict:
    """Compute every seal again, and compare the chain with the heads signed outside the database.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    keys : callable
        Gives the keys.
    file : pathlib.Path
        File of the checkpoints.
    expect : str, optional
        ``NUMBER:SEAL`` of a head that somebody wrote down elsewhere.

    Returns
    -------
    Verdict
        Each fault with the row it is about.

    Raises
    ------
    InputError
        When `expect` or the file cannot be read.
    """
    verdict = Verdict()
    signed = read_checkpoints(file)
    verdict.faults += _check_signatures(signed, keys)
    wanted = {one.seal_no: one.seal for one in signed} | _parse_head(expect)
    verdict.checkpoints = len(signed)
    seen: dict[int, str] = {}
    with engine.connect() as connection:
        for link in _check_chain(iterate_chain(connection), verdict):
            if link.seal_no in wanted:
                seen[link.seal_no] = link.seal.hex()
    with engine.connect() as connection:
        for number in list_unsealed(connection):
            detail = f"audit row {number} was slipped in: it has no seal"
            verdict.faults.append(Fault("unsealed", (number,), detail))
    verdict.faults += _check_heads(wanted, seen, verdict.head)
    return verdict


def make_seal(previous: bytes, link: Link) -> bytes:
    """Compute the seal of a row as the database does (migration 0004).

    Parameters
    ----------
    previous : bytes
        Seal of the row before; empty for the first.
    link : Link
        The row.

    Returns
    -------
    bytes
        SHA-256.
    """
    assert link.entry is not None
    entry = link.entry
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    parts = (previous.hex(), str(link.seal_no), str(link.audit_id), at, entry.actor, entry.act, entry.object)
    framed = b"".join(b"%d:%s," % (len(part), part) for part in (one.encode() for one in (*parts, entry.facts)))
    return hashlib.sha256(framed).digest()


def _check_chain(links: Iterator[Link], verdict: Verdict) -> Iterator[Link]:
    previous, number, last_id, known = b"", 1, None, True
    for link in links:
        if link.seal_no != number:
            detail = f"seals {number} to {link.seal_no - 1} were removed, just before audit row {link.audit_id}"
            verdict.faults.append(Fault("seals-removed", (link.audit_id,), detail))
            known = False
        if link.entry is None:
            detail = f"audit row {link.audit_id} (seal {link.seal_no}) was removed"
            verdict.faults.append(Fault("removed", (link.audit_id,), detail))
        elif known and make_seal(previous, link) != link.seal:
            also = "" if last_id is None else f", or row {last_id} before it together with its seal"
            detail = f"audit row {link.audit_id} ({link.entry.act}, {link.entry.at:%Y-%m-%d %H:%M}) was changed{also}"
            verdict.faults.append(Fault("changed", (link.audit_id,), detail))
        previous, number, last_id, known = link.seal, link.seal_no + 1, link.audit_id, True
        verdict.rows += 1
        verdict.head = link
        yield link


def _check_heads(wanted: dict[int, str], seen: dict[int, str], head: Link | None) -> list[Fault]:
    last = 0 if head is None else head.seal_no
    faults: list[Fault] = []
    good = 0
    for number, seal in sorted(wanted.items()):
        if number > last:
            detail = f"the end was cut off: rows with seals {last + 1} to {number} were signed and are gone"
            return [*faults, Fault("cut-off", (), detail)]
        if seen.get(number) != seal and not faults:
            detail = f"the chain was written anew: a row between seals {good + 1} and {number} is not what was signed"
            faults.append(Fault("rewritten", (), detail))
        good = number if seen.get(number) == seal else good
    return faults


def _check_signatures(signed: Sequence[Checkpoint], keys: KeySource) -> list[Fault]:
    faults: list[Fault] = []
    before = None
    for number, one in enumerate(signed, 1):
        key = keys().get(one.key_id)
        if not hmac.compare_digest(make_mac(key, one, before), one.mac):
            detail = f"checkpoint {number} (seal {one.seal_no}) was not signed with the key {one.key_id}, or moved"
            faults.append(Fault("forged-checkpoint", (one.audit_id,), detail))
        before = one
    return faults


def _parse_head(expect: str | None) -> dict[int, str]:
    if expect is None:
        return {}
    number, _, seal = expect.partition(":")
    if not number.isdigit() or len(seal) != 64:
        raise InputError("A head is written as NUMBER:SEAL, as `gridgov audit checkpoint` prints it.")
    return {int(number): seal.lower()}
