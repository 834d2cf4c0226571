"""Rental houses one by one, for who answers for the place; row security decides which there are."""

from __future__ import annotations

from sqlalchemy import Connection

from gridgov.storage.features.asking import Row, ask_rows

KINDS = ("cluster", "section", "grid", "building")
MOST = 500


def list_rentals(connection: Connection, plan_id: str, kind: str, identifier: str) -> list[Row]:
    """Return the rental houses of a group or building that the caller may see.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    kind : {"cluster", "section", "grid", "building"}
        What it is.
    identifier : str
        Which one.

    Returns
    -------
    list of dict
        ``id, building_id, building_name, address, unit, storey, rooms, tenants, let_type, house_class,
        letter_signed, terminal_installed, visited_on``; at most `MOST`, those longest without a visit first.
    """
    where = "h.building_id = :id" if kind == "building" else f"r.{KINDS[KINDS.index(kind)]}_id = :id"
    sql = f"""
        SELECT h.rental_house_id AS id, h.building_id, b.name AS building_name, b.address, h.unit, h.storey, h.rooms,
               h.tenants, h.let_type, h.house_class, h.letter_signed, h.terminal_installed, h.visited_on
        FROM gridgov.plan_rental AS r
        JOIN gridgov.rental_house AS h ON h.rental_house_id = r.rental_house_id
        LEFT JOIN gridgov.building AS b ON b.building_id = h.building_id
        WHERE r.plan_id = :plan_id AND {where}
        ORDER BY h.visited_on NULLS FIRST, h.building_id, h.unit, h.storey, h.rental_house_id LIMIT {MOST}"""
    return ask_rows(connection, sql, plan_id=plan_id, id=identifier)
