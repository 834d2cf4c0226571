"""Which columns and tables the caller's role may name at all; which rows, the database decides by itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Sight:
    """What a question of this connection may name."""

    addresses: bool
    """Addresses of buildings."""
    houses: bool
    """Rental houses, each by itself; which of them is decided row by row."""


def read_sight(connection: Connection) -> Sight:
    """Ask the database what the connection's role may name.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.

    Returns
    -------
    Sight
        What may be named; a question that names more is refused by the database as a whole.
    """
    row = connection.execute(_ASK).one()
    return Sight(row.addresses, row.houses)


_ASK = text("""
    SELECT has_column_privilege('gridgov.building', 'address', 'SELECT') AS addresses,
           has_table_privilege('gridgov.rental_house', 'SELECT') AS houses""")
