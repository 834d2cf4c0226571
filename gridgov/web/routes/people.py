"""Homes counted by place, and residents: masked, looked up, opened with a reason."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request

from gridgov.services import homes
from gridgov.services.identity import reading
from gridgov.services.identity.reading import MaskedPerson as Masked
from gridgov.settings import Settings
from gridgov.storage.keys import KeySource
from gridgov.web.gate import Desk
from gridgov.web.models_people import (
    Allowance,
    HomeGrid,
    Homes,
    Identity,
    LookUp,
    MaskedPerson,
    Masks,
    RevealWish,
)
from gridgov.web.routes import Door
from gridgov.web.texts import OptionalText, PathText


def get_keys(request: Request) -> KeySource:
    """Return what gives the keys of the app a request came to.

    Parameters
    ----------
    request : fastapi.Request
        The request.

    Returns
    -------
    callable
        Reads them when they are needed.
    """
    read: KeySource = request.app.state.platform.keys.read
    return read


def get_settings(request: Request) -> Settings:
    """Return the settings of the app a request came to.

    Parameters
    ----------
    request : fastapi.Request
        The request.

    Returns
    -------
    Settings
        The settings.
    """
    settings: Settings = request.app.state.platform.settings
    return settings


class HomePlace(StrEnum):
    """Kinds of places that have homes."""

    grid = "grid"
    section = "section"
    cluster = "cluster"
    building = "building"


Keys = Annotated[KeySource, Depends(get_keys)]
Chosen = Annotated[Settings, Depends(get_settings)]


def get_allowance(desk: Desk, settings: Chosen) -> Allowance:
    """Say what the caller may still open and look up today.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    settings : Settings
        How many a day has.

    Returns
    -------
    Allowance
        The numbers.
    """
    reveals, lookups = settings.reveals_per_day, settings.lookups_per_day
    return Allowance(
        reveals_left=reading.count_left(desk.connection, "reveal", reveals),
        reveals_a_day=reveals,
        lookups_left=reading.count_left(desk.connection, "lookup", lookups),
        lookups_a_day=lookups,
        id_numbers=settings.id_numbers,
    )


def get_home_grids(desk: Desk) -> list[HomeGrid]:
    """List the grids that the caller answers for, with their homes and residents counted.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    list of HomeGrid
        The grids of the plan in force.
    """
    return [HomeGrid(**row) for row in homes.list_grids(desk.connection)]


def get_homes(kind: HomePlace, identifier: PathText, desk: Desk) -> Homes:
    """Count the homes and residents of a place of the plan in force: building by building, or home by home.

    Parameters
    ----------
    kind : HomePlace
        What it is.
    identifier : str
        Which one.
    desk : Desk
        Account and connection of the caller.

    Returns
    -------
    Homes
        The counts; nobody is named.
    """
    return Homes(**homes.read_homes(desk.connection, kind.value, identifier))


def get_people(
    desk: Desk, keys: Keys, household: OptionalText = None, building: OptionalText = None
) -> list[MaskedPerson]:
    """List the residents of a household or a building, masked.

    Parameters
    ----------
    desk : Desk
        Account and connection of the caller.
    keys : callable
        Gives the keys when they are needed.
    household, building : str, optional
        Which; one of the two.

    Returns
    -------
    list of MaskedPerson
        Those that the caller may see.
    """
    found = reading.list_people(desk.connection, keys, household_id=household, building_id=building)
    return [_describe(one) for one in found]


def get_person(resident_id: PathText, desk: Desk, keys: Keys) -> MaskedPerson:
    """Give one resident, masked.

    Parameters
    ----------
    resident_id : str
        Key of the resident.
    desk : Desk
        Account and connection of the caller.
    keys : callable
        Gives the keys when they are needed.

    Returns
    -------
    MaskedPerson
        The resident.
    """
    return _describe(reading.read_person(desk.connection, keys, resident_id))


def post_lookup(wish: LookUp, desk: Desk, keys: Keys, settings: Chosen) -> list[MaskedPerson]:
    """Find residents by exact values, which come in the body and so reach no log.

    Parameters
    ----------
    wish : LookUp
        The values.
    desk : Desk
        Account and connection of the caller.
    keys : callable
        Gives the keys when they are needed.
    settings : Settings
        How many lookups a day has.

    Returns
    -------
    list of MaskedPerson
        Those that the caller may see.
    """
    wanted = {field: value for field, value in wish.model_dump().items() if value}
    return [_describe(one) for one in reading.look_up(desk.connection, keys, wanted, settings.lookups_per_day)]


def post_reveal(resident_id: PathText, wish: RevealWish, desk: Desk, keys: Keys, settings: Chosen) -> Identity:
    """Open who a resident is; the reason goes into the audit.

    Parameters
    ----------
    resident_id : str
        Key of the resident.
    wish : RevealWish
        The reason.
    desk : Desk
        Account and connection of the caller.
    keys : callable
        Gives the keys when they are needed.
    settings : Settings
        How many a day has.

    Returns
    -------
    Identity
        Who it is.
    """
    values = reading.reveal(
        desk.connection, keys, resident_id, wish.reason.value, wish.words, settings.reveals_per_day
    )
    return Identity(resident_id=resident_id, **values)


def _describe(found: Masked) -> MaskedPerson:
    return MaskedPerson.model_validate({**found.facts, "masks": Masks(**found.masks)})


DOORS = (
    Door("GET", "/api/allowance", get_allowance),
    Door("GET", "/api/homes", get_home_grids),
    Door("GET", "/api/homes/{kind}/{identifier:path}", get_homes),
    Door("GET", "/api/people", get_people),
    Door("POST", "/api/people/lookup", post_lookup),
    Door("POST", "/api/people/{resident_id:path}/reveal", post_reveal),
    Door("GET", "/api/people/{resident_id:path}", get_person),
)
