"""The checks of a plan: how many places break each, and where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from gridgov.storage.features.asking import BOUNDS, Row, ask_row, ask_rows


@dataclass(frozen=True)
class CheckRules:
    """The sizes by which a plan is judged."""

    target: int
    min: int
    max: int
    section_min: int = 2
    section_max: int = 3

    def values(self) -> Mapping[str, int]:
        """Return the numbers by the names that the queries use.

        Returns
        -------
        dict of str to int
            ``target, least, most, section_least, section_most``.
        """
        return {
            "target": self.target,
            "least": self.min,
            "most": self.max,
            "section_least": self.section_min,
            "section_most": self.section_max,
        }


def count_checks(connection: Connection, plan_id: str, rules: CheckRules, checks: Sequence[str]) -> list[Row]:
    """Count what breaks each check of a plan.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    rules : CheckRules
        Sizes that are wanted.
    checks : sequence of str
        Some of `CHECKS`.

    Returns
    -------
    list of dict
        ``check, count, amount``; the amount is households, people or square metres, as the check has it.
    """
    rows = []
    for check in checks:
        counted = (
            "SELECT count(*)::integer AS count, "
            "CASE WHEN count(amount) = count(*) THEN sum(amount)::float8 END AS amount "
            f"FROM ({_PLACES[check]}) AS places"
        )
        rows.append({"check": check, **(ask_row(connection, counted, plan_id=plan_id, **rules.values()) or {})})
    return rows


def list_check(
    connection: Connection, plan_id: str, check: str, rules: CheckRules, limit: int, offset: int
) -> list[Row]:
    """Return the places that break one check, the worst first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    check : str
        One of `CHECKS`.
    rules : CheckRules
        Sizes that are wanted.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    list of dict
        ``kind, id, code, name, amount, bounds``.
    """
    sql = f"""
        SELECT kind, id, code, name, amount::float8 AS amount,
               CASE WHEN geom IS NULL THEN NULL ELSE {BOUNDS.format("geom")} END AS bounds
        FROM ({_PLACES[check]}) AS places ORDER BY amount DESC NULLS LAST, code, id LIMIT :limit OFFSET :offset"""
    return ask_rows(connection, sql, plan_id=plan_id, limit=limit, offset=offset, **rules.values())


_GROUP = "g.level AS kind, g.group_id AS id, g.code, g.name"
_CLUSTERS = "FROM gridgov.plan_group AS g WHERE g.plan_id = :plan_id AND g.level = 'cluster'"
_SECTIONS = "FROM gridgov.plan_group AS g WHERE g.plan_id = :plan_id AND g.level = 'section'"

# what was found when the plan was made: the detail of a finding about ground begins with its area
_FOUND = "FROM gridgov.plan_finding AS f"
_FOUND_HERE = "WHERE f.plan_id = :plan_id AND f.layer = '{layer}' AND f.rule = '{rule}'"
_COMMUNITY = "'community' AS kind, d.division_id AS id, d.code, d.name"
_AREA = "CAST(substring(f.detail FROM '^[0-9]+[.]?[0-9]*') AS double precision) AS amount"

_PLACES = {
    "too-small": f"SELECT {_GROUP}, g.households AS amount, g.geom {_CLUSTERS} "
    "AND g.households > 0 AND g.households < :least",
    "too-large": f"SELECT {_GROUP}, g.households AS amount, g.geom {_CLUSTERS} AND g.households > :most",
    "disconnected": f"""
        SELECT {_GROUP}, g.households AS amount, g.geom {_FOUND}
        JOIN gridgov.plan_group AS g ON g.plan_id = f.plan_id AND g.level = 'cluster' AND g.group_id = f.row_id
        {_FOUND_HERE.format(layer="clusters", rule="disconnected")}""",
    "section-size": f"""
        SELECT {_GROUP}, s.clusters AS amount, g.geom
        FROM gridgov.plan_group AS g
        JOIN (SELECT parent_id, count(*) AS clusters FROM gridgov.plan_group
              WHERE plan_id = :plan_id AND level = 'cluster' AND households > 0 GROUP BY parent_id) AS s
          ON s.parent_id = g.group_id
        WHERE g.plan_id = :plan_id AND g.level = 'section'
          AND s.clusters NOT BETWEEN :section_least AND :section_most""",
    "needless-split": """
        SELECT 'building' AS kind, b.building_id AS id, b.building_id AS code, b.name,
               s.households AS amount, b.geom
        FROM (SELECT building_id, sum(households) AS households FROM gridgov.plan_atom
              WHERE plan_id = :plan_id AND households > 0 AND building_id IS NOT NULL
              GROUP BY building_id HAVING count(DISTINCT cluster_id) > 1 AND sum(households) <= :target) AS s
        JOIN gridgov.building AS b ON b.building_id = s.building_id""",
    "no-liaison": f"""
        SELECT {_GROUP}, g.households AS amount, g.geom {_SECTIONS} AND g.households > 0
          AND NOT EXISTS (SELECT 1 FROM gridgov.plan_liaison AS p WHERE p.plan_id = :plan_id
                          AND p.section_id = g.group_id AND p.liaison_id IS NOT NULL)""",
    "beyond-shelter": f"""
        SELECT {_GROUP}, p.people AS amount, g.geom
        FROM (SELECT cluster_id, CASE WHEN count(people) = count(*) THEN sum(people) END AS people
              FROM gridgov.told_shelters(:plan_id) WHERE shelter_id IS NULL GROUP BY cluster_id) AS p
        JOIN gridgov.plan_group AS g
          ON g.plan_id = :plan_id AND g.level = 'cluster' AND g.group_id = p.cluster_id""",
    "unassigned-households": """
        SELECT 'building' AS kind, b.building_id AS id, b.building_id AS code, b.name,
               count(*) AS amount, b.geom
        FROM gridgov.plan_household AS p JOIN gridgov.household AS h ON h.household_id = p.household_id
        JOIN gridgov.building AS b ON b.building_id = h.building_id
        WHERE p.plan_id = :plan_id AND p.cluster_id IS NULL GROUP BY b.building_id""",
    "unassigned-rentals": """
        SELECT CASE WHEN b.building_id IS NULL THEN 'rental' ELSE 'building' END AS kind,
               coalesce(b.building_id, '') AS id, b.building_id AS code, b.name,
               count(*) AS amount, b.geom
        FROM gridgov.plan_rental AS p JOIN gridgov.rental_house AS h ON h.rental_house_id = p.rental_house_id
        LEFT JOIN gridgov.building AS b ON b.building_id = h.building_id
        WHERE p.plan_id = :plan_id AND p.cluster_id IS NULL GROUP BY b.building_id""",
    "gap": f"""
        SELECT {_COMMUNITY}, {_AREA}, f.geom {_FOUND}
        JOIN gridgov.division AS d ON d.division_id = f.row_id
        {_FOUND_HERE.format(layer="communities", rule="gap")}""",
    "overlap": f"""
        SELECT {_COMMUNITY}, {_AREA}, f.geom {_FOUND}
        JOIN gridgov.plan_cell AS c ON c.plan_id = f.plan_id AND c.cell_id = f.row_id
        JOIN gridgov.division AS d ON d.division_id = c.community_id
        {_FOUND_HERE.format(layer="cells", rule="overlap")}""",
}

CHECKS = tuple(_PLACES)
"""Names of the checks."""

JUDGED = frozenset({"disconnected", "gap", "overlap"})
"""Checks that are answered by what was found when the plan was made."""
