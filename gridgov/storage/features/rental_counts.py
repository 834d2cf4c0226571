"""Rental houses of an area: exact for who answers for all of them, else as everybody may know them."""

from __future__ import annotations

from sqlalchemy import Connection

from gridgov.storage.features.asking import Row, ask_row
from gridgov.storage.features.sight import Sight

NAMES = ("houses", "rooms", "tenants", "letters_signed", "terminals_installed")


def read_area_rentals(connection: Connection, plan_id: str, level: str, area_id: str, sight: Sight) -> Row:
    """Return the counts of the rental houses of an area.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    level : {"community", "cluster", "section", "grid"}
        What the area is.
    area_id : str
        Which one.
    sight : Sight
        What the caller may name.

    Returns
    -------
    dict
        `NAMES`; None where a count is hidden from the caller.
    """
    shown = ask_row(connection, _FIGURES, plan_id=plan_id, level=level, id=area_id) or {}
    if not sight.houses:
        return shown
    sql = _OF_COMMUNITY if level == "community" else _OF_GROUP.format(level=level)
    seen = ask_row(connection, sql, plan_id=plan_id, id=area_id) or {}
    # who sees every house of the area, as many as were counted for everybody, answers for all of it
    return seen if seen and seen["houses"] >= shown["houses"] else shown


def read_building_rentals(connection: Connection, building_id: str, sight: Sight) -> Row | None:
    """Return the counts of the rental houses in a building.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    building_id : str
        The building.
    sight : Sight
        What the caller may name.

    Returns
    -------
    dict or None
        `NAMES`; None for a building outside the caller's scope: one building is too small an area to count in.
    """
    if not sight.houses:
        return None
    return ask_row(connection, _OF_BUILDING, id=building_id)


_FIGURES = """
    SELECT coalesce(max(value) FILTER (WHERE figure = 'rental_houses'), 0) AS houses, NULL::integer AS rooms,
           max(value) FILTER (WHERE figure = 'tenants') AS tenants,
           max(value) FILTER (WHERE figure = 'rental_letter') AS letters_signed,
           NULL::integer AS terminals_installed
    FROM gridgov.plan_figure WHERE plan_id = :plan_id AND level = :level AND group_id = :id"""

_SUMS = """
    count(*)::integer AS houses, coalesce(sum(h.rooms), 0)::integer AS rooms,
    coalesce(sum(h.tenants), 0)::integer AS tenants,
    count(*) FILTER (WHERE h.letter_signed)::integer AS letters_signed,
    count(*) FILTER (WHERE h.terminal_installed)::integer AS terminals_installed"""

_OF_GROUP = f"""
    SELECT {_SUMS} FROM gridgov.plan_rental AS r
    JOIN gridgov.rental_house AS h ON h.rental_house_id = r.rental_house_id
    WHERE r.plan_id = :plan_id AND r.{{level}}_id = :id"""

_OF_COMMUNITY = f"""
    SELECT {_SUMS} FROM gridgov.plan_rental AS r
    JOIN gridgov.plan_group AS g ON g.plan_id = r.plan_id AND g.level = 'cluster' AND g.group_id = r.cluster_id
    JOIN gridgov.rental_house AS h ON h.rental_house_id = r.rental_house_id
    WHERE r.plan_id = :plan_id AND g.community_id = :id"""

_OF_BUILDING = f"""
    SELECT {_SUMS} FROM gridgov.rental_house AS h WHERE h.building_id = :id HAVING count(*) > 0"""
