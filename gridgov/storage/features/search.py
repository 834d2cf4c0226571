"""Find a division, a group, a building or a shelter by a piece of its name, code or address."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from gridgov.storage.features.asking import BOUNDS, Row, ask_rows
from gridgov.storage.features.sight import read_sight


def find_things(connection: Connection, plan_id: str, words: list[str], limit: int = 20) -> list[Row]:
    """Return what bears all of the words in its name, code or address.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan whose groups are searched.
    words : list of str
        What to look for, as `gridgov.core.words.split_words` gives it; ``%`` and ``_`` mean themselves.
    limit : int
        Most rows to return.

    Returns
    -------
    list of dict
        ``kind, id, code, name, place, bounds``: exact codes and names first, then those that begin with the words,
        wider things before smaller ones.
    """
    literal = [re.sub(r"([\\%_])", r"\\\1", word) for word in words]
    exact = "".join(words)
    values = {"plan_id": plan_id, "exact": exact, "prefix": "".join(literal) + "%", "limit": limit}
    values["inside"] = [f"%{word}%" for word in literal]
    return ask_rows(connection, _SEARCH[read_sight(connection).addresses], **values)


def _part(
    kind: str, rank: int, identifier: str, code: str, name: str, place: str, source: str, by_place: bool = True
) -> str:
    """Rows of one kind; words may stand in the place too, of groups not all of them."""
    own = f"concat_ws(chr(10), {_fold(code)}, {_fold(name)})"
    mine = "" if by_place else f" AND {own} LIKE ANY (:inside)"
    return f"""
        SELECT {kind} AS kind, {rank} AS size, {identifier}::text AS id, {code}::text AS code, {name}::text AS name,
               {place}::text AS place, t.geom AS geom,
               least(CASE WHEN :exact IN ({_fold(code)}, {_fold(name)}) THEN 0 END,
                     CASE WHEN {_fold(code)} LIKE :prefix OR {_fold(name)} LIKE :prefix THEN 1 END, 2) AS distance
        FROM {source}
           AND concat_ws(chr(10), {own}, {_fold(place)}) LIKE ALL (:inside){mine}"""


def _fold(column: str) -> str:
    """The spelling of `gridgov.core.words.fold_words`, in SQL."""
    plain = (
        f"translate(lower(normalize({column}::text, NFKC)), '幢棟號樓 ' || chr(9) || chr(10) || chr(13), '栋栋号楼')"
    )
    return f"replace({plain}, '号楼', '栋')"


_COMMUNITY_OF = "LEFT JOIN gridgov.division AS c ON c.division_id = t.community_id"
_PARTS = (
    _part(
        "'community'",
        0,
        "t.division_id",
        "t.code",
        "t.name",
        "p.name",
        "gridgov.division AS t LEFT JOIN gridgov.division AS p ON p.division_id = t.parent_id "
        "WHERE t.level = 'community'",
    ),
    _part(
        "t.level",
        1,
        "t.group_id",
        "t.code",
        "t.name",
        "c.name",
        f"gridgov.plan_group AS t {_COMMUNITY_OF} WHERE t.plan_id = :plan_id",
        by_place=False,
    ),
    _part(
        "'shelter'",
        2,
        "t.shelter_id",
        "t.shelter_id",
        "t.name",
        "t.address",
        "gridgov.shelter AS t WHERE true",
    ),
)


def _make_search(addresses: bool) -> str:
    place = "t.address" if addresses else "NULL::text"
    source = "gridgov.building AS t WHERE true"
    buildings = _part("'building'", 3, "t.building_id", "t.building_id", "t.name", place, source, addresses)
    return f"""
        SELECT kind, id, code, name, place, {BOUNDS.format("geom")} AS bounds
        FROM ({" UNION ALL ".join((*_PARTS, buildings))}) AS found
        WHERE geom IS NOT NULL
        ORDER BY distance, size, code, id
        LIMIT :limit"""


_SEARCH = {addresses: _make_search(addresses) for addresses in (True, False)}
