"""Residents in a request: masked, looked up, opened with a reason; each act and its audit row are one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from sqlalchemy import Connection

from gridgov.core.identities import FIELDS, FOUND_BY, normalise
from gridgov.core.masks import mask_value
from gridgov.errors import InputError, NotFoundError, TooManyError
from gridgov.services.identity.sealing import make_index, unseal_person
from gridgov.storage import identity
from gridgov.storage.audit import note_act
from gridgov.storage.identity import Person
from gridgov.storage.keys import KeySource

REASONS = ("visit", "safety-check", "emergency", "service-request", "data-correction", "complaint")
"""For what an identity may be opened; a few words of one's own come with it."""
REASON_LEAST = 8
REASON_MOST = 300
FOUND_MOST = 20
LISTED_MOST = 200
_OFFICE = timezone(timedelta(hours=8))
_NOBODY = "There is no such resident."


@dataclass(frozen=True)
class MaskedPerson:
    """A resident, with who it is masked."""

    resident_id: str
    facts: Mapping[str, object]
    masks: Mapping[str, str | None]


def read_person(connection: Connection, keys: KeySource, resident_id: str) -> MaskedPerson:
    """Read one resident, masked.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    keys : callable
        Gives the keys when they are needed.
    resident_id : str
        Key of the resident.

    Returns
    -------
    MaskedPerson
        The resident.

    Raises
    ------
    NotFoundError
        When there is none, or not for this caller.
    """
    found = _require(connection, resident_id)
    note_act(connection, "person-read", f"resident:{resident_id}")
    return _mask(keys, found)


def list_people(
    connection: Connection, keys: KeySource, *, household_id: str | None = None, building_id: str | None = None
) -> list[MaskedPerson]:
    """Read the residents of a household or of a building, masked.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    keys : callable
        Gives the keys when they are needed.
    household_id, building_id : str, optional
        Which; one of the two.

    Returns
    -------
    list of MaskedPerson
        Those that the caller may see, `LISTED_MOST` at most.

    Raises
    ------
    InputError
        When none or both are named.
    """
    if (household_id is None) == (building_id is None):
        raise InputError("Name a household or a building, one of the two.")
    found = identity.list_people(connection, household_id=household_id, building_id=building_id, limit=LISTED_MOST)
    subject = f"household:{household_id}" if household_id is not None else f"building:{building_id}"
    note_act(connection, "people-listed", subject, {"people": len(found)})
    return [_mask(keys, one) for one in found]


def look_up(connection: Connection, keys: KeySource, wanted: Mapping[str, str], most: int) -> list[MaskedPerson]:
    """Find residents by exact values, masked.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    keys : callable
        Gives the keys when they are needed.
    wanted : mapping of str to str
        Values by field, all of which must fit.
    most : int
        Lookups that an account may make in a day.

    Returns
    -------
    list of MaskedPerson
        `FOUND_MOST` at most.

    Raises
    ------
    InputError
        When no field that one can find by is given.
    TooManyError
        When there are no lookups left today.
    """
    given = {field: wanted[field] for field in FOUND_BY if wanted.get(field) and normalise(field, wanted[field])}
    if not given:
        raise InputError(f"Give what to find by: {', '.join(FOUND_BY)}.")
    _spend(connection, "lookup", most)
    ring = keys()
    key = ring.newest("index")
    rows = identity.find_people(
        connection, {field: [make_index(key, field, value)] for field, value in given.items()}
    )
    found = []
    for row in rows:
        values = unseal_person(ring, row.resident_id, row.key_id, {field: row.sealed[field] for field in given})
        if all(normalise(field, values[field]) == normalise(field, value) for field, value in given.items()):
            found.append(row)
    note_act(connection, "people-looked-up", "people", {"by": sorted(given), "found": len(found)})
    return [_mask(keys, one) for one in found[:FOUND_MOST]]


def reveal(
    connection: Connection, keys: KeySource, resident_id: str, reason: str, words: str, most: int
) -> dict[str, str | None]:
    """Open who a resident is.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    keys : callable
        Gives the keys when they are needed.
    resident_id : str
        Key of the resident.
    reason : str
        One of `REASONS`.
    words : str
        Why, in a few words.
    most : int
        Identities that an account may open in a day.

    Returns
    -------
    dict of str to (str or None)
        Values by field.

    Raises
    ------
    NotFoundError
        When there is no such resident, or not for this caller.
    InputError
        When the reason is none.
    TooManyError
        When there are none left today.
    """
    words = " ".join(words.split())
    if reason not in REASONS or not REASON_LEAST <= len(words) <= REASON_MOST or len(set(words)) < 4:
        raise InputError(
            f"Say why, with one of {', '.join(REASONS)} and {REASON_LEAST} to {REASON_MOST} characters of your own."
        )
    found = _require(connection, resident_id)
    used = _spend(connection, "reveal", most)
    facts = {"reason": reason, "words": words, "fields": sorted(found.sealed), "used_today": used}
    note_act(connection, "identity-revealed", f"resident:{resident_id}", facts)
    values = unseal_person(keys(), resident_id, found.key_id, found.sealed) if found.sealed else {}
    return {field: values.get(field) for field in FIELDS}


def count_left(connection: Connection, act: Literal["reveal", "lookup"], most: int) -> int:
    """Say how often the caller may still open an identity, or look somebody up, today.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of a request.
    act : {"reveal", "lookup"}
        What is done.
    most : int
        How often an account may in a day.

    Returns
    -------
    int
        How often, 0 or more.
    """
    return max(0, most - identity.count_used(connection, act))


def _require(connection: Connection, resident_id: str) -> Person:
    found = identity.get_person(connection, resident_id)
    if found is None:
        raise NotFoundError(_NOBODY)
    return found


def _spend(connection: Connection, act: str, most: int) -> int:
    used = identity.spend(connection, act, most)
    if used is None:
        now = datetime.now(UTC).astimezone(_OFFICE)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        raise TooManyError(
            f"The {most} of today are used up. Go on tomorrow, or ask the administrator for more.",
            retry_after_s=max(1, int((midnight - now).total_seconds())),
        )
    return used


def _mask(keys: KeySource, found: Person) -> MaskedPerson:
    values = unseal_person(keys(), found.resident_id, found.key_id, found.sealed) if found.sealed else {}
    return MaskedPerson(
        found.resident_id, found.facts, {field: mask_value(field, values.get(field)) for field in FIELDS}
    )
