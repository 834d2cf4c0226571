"""What is counted in the areas of a plan, by piece: what lies in the same community, grid, section and cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import pandas as pd
from sqlalchemy import Connection, Row, text

PIECE = ("community", "grid", "section", "cluster")


def read_area_counts(connection: Connection, plan_id: str, measure: str, rules: Mapping[str, object]) -> pd.DataFrame:
    """Return the numbers of one measure by piece.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    measure : str
        One of `AREA_COUNTS`.
    rules : mapping
        What the counting needs: ``today`` (a day), ``cluster_min``, ``cluster_max``, ``section_min``,
        ``section_max``, ``short_lets``, ``rooms_min``, ``tenants_min`` and ``visit_days`` by house class.

    Returns
    -------
    pandas.DataFrame
        Columns `PIECE` (None where the piece lies in no such area), ``n`` and ``of``.
    """
    counted = AREA_COUNTS[measure]
    if "plan_shelter" in counted and not connection.execute(_SEES_SHELTERS).scalar_one():
        counted = counted.replace("gridgov.plan_shelter", "gridgov.told_shelters(:plan_id)")
    statement = text(f"""
        {_PIECES[_SOURCES[measure]]}
        SELECT community, grid, section, cluster, coalesce(sum(n), 0)::float AS n, coalesce(sum(of), 0)::float AS of
        FROM ({counted}) AS counted
        GROUP BY community, grid, section, cluster""")
    wanted = {name: value for name, value in _flatten(rules).items() if f":{name}" in statement.text}
    rows = connection.execute(statement, {"plan_id": plan_id, **wanted}).all()
    return pd.DataFrame(rows, columns=[*PIECE, "n", "of"])


def count_each(
    connection: Connection, measure: str, rules: Mapping[str, object]
) -> Sequence[Row[tuple[str, float, float]]]:
    """Count one measure about people or rental houses household by household, or house by house.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of who sees every row.
    measure : str
        One of `AREA_COUNTS` that counts people or rental houses.
    rules : mapping
        As for `read_area_counts`.

    Returns
    -------
    sequence of row
        Key of the household or house, ``n`` and ``of``.
    """
    statement = text(f"""
        {_EACH[_SOURCES[measure]]}
        SELECT cluster AS record, coalesce(sum(n), 0)::float AS n, coalesce(sum(of), 0)::float AS of
        FROM ({AREA_COUNTS[measure]}) AS counted GROUP BY cluster""")
    wanted = {name: value for name, value in _flatten(rules).items() if f":{name}" in statement.text}
    return connection.execute(statement, wanted).all()


def list_area_heads(connection: Connection, plan_id: str, level: str) -> pd.DataFrame:
    """Return the areas of one level.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    level : {"community", "grid", "section", "cluster"}
        Which areas.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``name``, ``area_m2`` (on the ellipsoid), in order of code.
    """
    if level == "community":
        sql = """
            SELECT division_id AS id, name, ST_Area(geom::geography) AS area_m2
            FROM gridgov.division WHERE level = 'community' ORDER BY code, division_id"""
        rows = connection.execute(text(sql)).all()
    else:
        sql = """
            SELECT group_id AS id, coalesce(name, code, group_id) AS name, ST_Area(geom::geography) AS area_m2
            FROM gridgov.plan_group WHERE plan_id = :plan_id AND level = :level ORDER BY code, group_id"""
        rows = connection.execute(text(sql), {"plan_id": plan_id, "level": level}).all()
    return pd.DataFrame(rows, columns=["id", "name", "area_m2"])


def _flatten(rules: Mapping[str, object]) -> dict[str, object]:
    days = rules["visit_days"]
    assert isinstance(days, Mapping) and isinstance(rules["today"], date)
    return {**rules, "visit_classes": list(days), "visit_lengths": [int(value) for value in days.values()]}


_HOME = """
            WITH home AS (
                SELECT DISTINCT group_id AS section_id, community_id FROM gridgov.plan_group
                WHERE plan_id = :plan_id AND level = 'section'),
"""
# A cluster may lie in several grids when grids and sections were made apart: what is counted by cluster goes to the
# grid that holds most of its households.
_PIECES = MappingProxyType(
    {
        "atoms": "",
        "groups": """
            WITH home AS (
                SELECT DISTINCT ON (cluster_id) cluster_id, section_id, community_id, grid_id
                FROM (SELECT cluster_id, section_id, community_id, grid_id, sum(households) AS households
                      FROM gridgov.plan_atom WHERE plan_id = :plan_id AND cluster_id IS NOT NULL
                      GROUP BY cluster_id, section_id, community_id, grid_id) AS shares
                ORDER BY cluster_id, households DESC, grid_id)""",
        "rentals": _HOME
        + """
            house AS (
                SELECT home.community_id AS community, p.grid_id AS grid, p.section_id AS section,
                       p.cluster_id AS cluster, h.*
                FROM gridgov.plan_rental AS p
                JOIN gridgov.rental_house AS h ON h.rental_house_id = p.rental_house_id
                LEFT JOIN home ON home.section_id = p.section_id
                WHERE p.plan_id = :plan_id)""",
        "people": _HOME
        + """
            person AS (
                SELECT home.community_id AS community, p.grid_id AS grid, p.section_id AS section,
                       p.cluster_id AS cluster, r.older_living_alone, r.disability_support, r.subsistence_allowance
                FROM gridgov.plan_household AS p
                JOIN gridgov.resident AS r ON r.household_id = p.household_id
                LEFT JOIN home ON home.section_id = p.section_id
                WHERE p.plan_id = :plan_id)""",
    }
)

_NOWHERE = "NULL::text AS community, NULL::text AS grid, NULL::text AS section"
# the record itself in the place of its cluster
_EACH = MappingProxyType(
    {
        "rentals": f"""
            WITH house AS (SELECT {_NOWHERE}, h.rental_house_id AS cluster, h.* FROM gridgov.rental_house AS h)""",
        "people": f"""
            WITH person AS (SELECT {_NOWHERE}, r.household_id AS cluster, r.older_living_alone, r.disability_support,
                                   r.subsistence_allowance FROM gridgov.resident AS r)""",
    }
)

_ATOM = "community_id AS community, grid_id AS grid, section_id AS section, cluster_id AS cluster"
_ATOMS = "FROM gridgov.plan_atom WHERE plan_id = :plan_id"
_PLACE = "community, grid, section, cluster"
_CLUSTERS = """
    SELECT home.community_id AS community, home.grid_id AS grid, home.section_id AS section,
           home.cluster_id AS cluster, {n} AS n, {of} AS of
    FROM home JOIN gridgov.plan_group AS g
      ON g.plan_id = :plan_id AND g.level = 'cluster' AND g.group_id = home.cluster_id"""
_SECTIONS = """
    SELECT s.community_id AS community, NULL::text AS grid, s.group_id AS section, NULL::text AS cluster,
           ({n})::integer AS n, (s.households > 0)::integer AS of
    FROM gridgov.plan_group AS s WHERE s.plan_id = :plan_id AND s.level = 'section'"""
_ANSWERED = """EXISTS (SELECT 1 FROM gridgov.plan_liaison AS l WHERE l.plan_id = :plan_id
    AND l.section_id = s.group_id AND l.liaison_id IS NOT NULL)"""
_SIZE = """(SELECT count(*) FROM gridgov.plan_group AS c WHERE c.plan_id = :plan_id AND c.level = 'cluster'
    AND c.parent_id = s.group_id AND c.households > 0)"""
_SHELTERED = """
    SELECT home.community_id AS community, home.grid_id AS grid, home.section_id AS section,
           home.cluster_id AS cluster, CASE WHEN {which} THEN p.people ELSE 0 END AS n, p.people AS of
    FROM gridgov.plan_shelter AS p JOIN home ON home.cluster_id = p.cluster_id
    WHERE p.plan_id = :plan_id"""
_REQUIRED = "(let_type = ANY(:short_lets) OR rooms >= :rooms_min OR tenants >= :tenants_min)"
_VISIT_DAYS = "(CAST(:visit_lengths AS integer[]))[array_position(CAST(:visit_classes AS text[]), house_class)]"
_NEED = f"SELECT {_PLACE}, coalesce({{0}}, false)::integer AS n, 1 AS of FROM person"

_SEES_SHELTERS = text("SELECT has_table_privilege('gridgov.plan_shelter', 'SELECT')")

AREA_COUNTS = MappingProxyType(
    {
        "households": f"SELECT {_ATOM}, households AS n, households AS of {_ATOMS}",
        "household_density": f"SELECT {_ATOM}, households AS n, households AS of {_ATOMS}",
        "buildings": f"""
            SELECT DISTINCT ON (building_id) {_ATOM}, 1 AS n, 1 AS of {_ATOMS} AND building_id IS NOT NULL
            ORDER BY building_id, households DESC, atom_id""",
        "households_estimated": f"""
            SELECT {_ATOM}, CASE WHEN households_estimated THEN households ELSE 0 END AS n,
                   households AS of {_ATOMS}""",
        "cluster_size": _CLUSTERS.format(
            n="(g.households BETWEEN :cluster_min AND :cluster_max AND g.households > 0)::integer",
            of="(g.households > 0)::integer",
        ),
        "section_size": _SECTIONS.format(n=f"{_SIZE} BETWEEN :section_min AND :section_max AND s.households > 0"),
        "section_liaison": _SECTIONS.format(n=f"{_ANSWERED} AND s.households > 0"),
        "sections_without_liaison": _SECTIONS.format(n=f"NOT {_ANSWERED} AND s.households > 0"),
        "people_sheltered": _SHELTERED.format(which="p.shelter_id IS NOT NULL"),
        "people_beyond_reach": _SHELTERED.format(which="p.reason = 'beyond reach'"),
        "residents": f"SELECT {_PLACE}, 1 AS n, 1 AS of FROM person",
        "older_living_alone": _NEED.format("older_living_alone"),
        "disability_support": _NEED.format("disability_support"),
        "subsistence_allowance": _NEED.format("subsistence_allowance"),
        "rental_houses": f"SELECT {_PLACE}, 1 AS n, 1 AS of FROM house",
        "tenants": f"SELECT {_PLACE}, tenants AS n, tenants AS of FROM house",
        "rental_letter": f"SELECT {_PLACE}, letter_signed::integer AS n, 1 AS of FROM house "
        "WHERE letter_signed IS NOT NULL",
        "rental_terminal": f"""
            SELECT {_PLACE}, terminal_installed::integer AS n, 1 AS of FROM house
            WHERE terminal_installed IS NOT NULL AND {_REQUIRED}""",
        "rental_registration": f"SELECT {_PLACE}, least(tenants_registered, tenants) AS n, tenants AS of FROM house "
        "WHERE tenants_registered IS NOT NULL",
        "rental_permit": f"SELECT {_PLACE}, least(permits_held, permits_due) AS n, permits_due AS of FROM house "
        "WHERE permits_held IS NOT NULL AND permits_due IS NOT NULL",
        "rental_visit": f"""
            SELECT {_PLACE}, coalesce(visited_on + {_VISIT_DAYS} >= :today, true)::integer AS n, 1 AS of
            FROM house WHERE {_VISIT_DAYS} IS NOT NULL""",
    }
)
"""How each measure is counted: rows with their place, ``n`` and ``of``."""

_SOURCES = {
    **dict.fromkeys(("households", "household_density", "buildings", "households_estimated"), "atoms"),
    **dict.fromkeys(
        (
            *("cluster_size", "section_size", "section_liaison", "sections_without_liaison"),
            *("people_sheltered", "people_beyond_reach"),
        ),
        "groups",
    ),
    **dict.fromkeys(("residents", "older_living_alone", "disability_support", "subsistence_allowance"), "people"),
    **dict.fromkeys(
        (
            *("rental_houses", "tenants", "rental_letter", "rental_terminal", "rental_registration"),
            *("rental_permit", "rental_visit"),
        ),
        "rentals",
    ),
}
