"""What lies around a thing: its neighbours, what it is part of, what it is made of, and who answers for it."""

from __future__ import annotations

from sqlalchemy import Connection

from gridgov.storage.features.asking import Row, ask_rows

LEAST_BORDER_M = 0.5
"""Areas that share less of a border than this only touch at a corner."""

NEAR_BUILDINGS_M = 60.0
"""Buildings are neighbours up to this distance."""

_GROUPS = ("cluster", "section", "grid")


def list_neighbours(connection: Connection, plan_id: str, kind: str, identifier: str) -> list[Row]:
    """Return the things of the same kind that lie beside one, the nearest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan whose groups are looked at.
    kind : str
        Any kind that has facts.
    identifier : str
        Which one.

    Returns
    -------
    list of dict
        ``kind, id, code, name, households, relation, border_m, distance_m``; the relation is ``stacked`` (above or
        below in one building), ``beside`` (a shared border) or ``near`` (a distance).
    """
    sql = _NEIGHBOURS.get("group" if kind in _GROUPS else kind)
    if sql is None:
        return []
    values = {"level": kind} if kind in _GROUPS else {}
    return ask_rows(connection, sql, plan_id=plan_id, id=identifier, **values)


def list_parents(connection: Connection, plan_id: str, kind: str, identifier: str) -> list[Row]:
    """Return the areas a thing is part of, the widest first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    kind : str
        Any kind that has facts.
    identifier : str
        Which one.

    Returns
    -------
    list of dict
        ``kind, id, code, name, households``.
    """
    sql = _PARENTS.get(kind)
    return [] if sql is None else ask_rows(connection, sql, plan_id=plan_id, id=identifier)


def list_children(connection: Connection, plan_id: str, kind: str, identifier: str) -> list[Row]:
    """Return what a thing is made of, or whom it serves.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    kind : str
        Any kind that has facts.
    identifier : str
        Which one.

    Returns
    -------
    list of dict
        ``kind, id, code, name, households``: divisions of a division, sections and grids of a community, clusters of
        a grid, clusters sent to a shelter, communities that a barrier touches.
    """
    sql = _CHILDREN.get(kind)
    return [] if sql is None else ask_rows(connection, sql, plan_id=plan_id, id=identifier)


def list_liaisons(connection: Connection, plan_id: str, kind: str, identifier: str) -> list[Row]:
    """Return the cadres who answer for the sections of a thing.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.
    kind : {"cluster", "section", "grid", "community", "building"}
        What it is; other kinds have no liaison.
    identifier : str
        Which one.

    Returns
    -------
    list of dict
        ``name, workplace, distance_m, sections`` (how many of them), the one with most sections first.
    """
    sections = _SECTIONS_OF.get(kind)
    if sections is None:
        return []
    return ask_rows(connection, _LIAISONS.format(sections=sections), plan_id=plan_id, id=identifier)


def list_officers(connection: Connection, plan_id: str, kind: str, identifier: str) -> list[str]:
    """Return the names of the grid officers who answer for a place in the plan in force.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan whose grids are meant.
    kind : {"cluster", "section", "grid", "building"}
        What it is; other kinds have too many officers to name.
    identifier : str
        Which one.

    Returns
    -------
    list of str
        Their names.
    """
    if kind not in ("cluster", "section", "grid", "building"):
        return []
    sql = f"""
        SELECT o.name FROM gridgov.officers_of(ARRAY(
            SELECT DISTINCT a.grid_id FROM gridgov.plan_atom AS a
            WHERE a.plan_id = :plan_id AND a.{kind}_id = :id AND a.plan_id = gridgov.plan_in_force())) AS o"""
    return [row["name"] for row in ask_rows(connection, sql, plan_id=plan_id, id=identifier)]


_NEIGHBOURS = {
    "group": f"""
        WITH me AS (SELECT geom, ST_Boundary(geom) AS line FROM gridgov.plan_group
                    WHERE plan_id = :plan_id AND level = :level AND group_id = :id)
        SELECT kind, id, code, name, households, CASE WHEN stacked THEN 'stacked' ELSE 'beside' END AS relation,
               CASE WHEN stacked THEN NULL ELSE border_m END AS border_m, NULL::float8 AS distance_m
        FROM (SELECT g.level AS kind, g.group_id AS id, g.code, g.name, g.households,
                     ST_Relate(g.geom, me.geom, '2********') AS stacked,
                     ST_Length(ST_Intersection(ST_Boundary(g.geom), me.line)::geography) AS border_m
              FROM me JOIN gridgov.plan_group AS g ON g.geom && me.geom AND ST_Intersects(g.geom, me.geom)
              WHERE g.plan_id = :plan_id AND g.level = :level AND g.group_id <> :id) AS beside
        WHERE stacked OR border_m > {LEAST_BORDER_M}
        ORDER BY stacked DESC, border_m DESC, code, id LIMIT 40""",
    "community": f"""
        WITH me AS (SELECT geom, ST_Boundary(geom) AS line FROM gridgov.division WHERE division_id = :id)
        SELECT kind, id, code, name, NULL::integer AS households, 'beside' AS relation, border_m,
               NULL::float8 AS distance_m
        FROM (SELECT d.level AS kind, d.division_id AS id, d.code, d.name,
                     ST_Length(ST_Intersection(ST_Boundary(d.geom), me.line)::geography) AS border_m
              FROM me JOIN gridgov.division AS d ON d.geom && me.geom AND ST_Intersects(d.geom, me.geom)
              WHERE d.level = 'community' AND d.division_id <> :id) AS beside
        WHERE border_m > {LEAST_BORDER_M} ORDER BY border_m DESC, code, id LIMIT 40""",
    "building": f"""
        SELECT 'building' AS kind, b.building_id AS id, NULL AS code, b.name,
               b.households, 'near' AS relation, NULL::float8 AS border_m,
               ST_Distance(b.geom::geography, me.geom::geography) AS distance_m
        FROM (SELECT geom FROM gridgov.building WHERE building_id = :id) AS me
        CROSS JOIN LATERAL (
            SELECT b.building_id, b.name, b.households, b.geom FROM gridgov.building AS b WHERE b.building_id <> :id
              AND b.geom && ST_Expand(me.geom, {NEAR_BUILDINGS_M / 80_000})
            ORDER BY b.geom <-> me.geom LIMIT 12) AS b
        WHERE ST_Distance(b.geom::geography, me.geom::geography) <= {NEAR_BUILDINGS_M}
        ORDER BY distance_m, id LIMIT 8""",
    "shelter": """
        SELECT 'shelter' AS kind, s.shelter_id AS id, NULL AS code, s.name, NULL::integer AS households,
               'near' AS relation, NULL::float8 AS border_m,
               ST_Distance(s.geom::geography, me.geom::geography) AS distance_m
        FROM (SELECT geom FROM gridgov.shelter WHERE shelter_id = :id) AS me
        CROSS JOIN LATERAL (SELECT * FROM gridgov.shelter AS s WHERE s.shelter_id <> :id
                            ORDER BY s.geom <-> me.geom LIMIT 4) AS s
        ORDER BY distance_m, id""",
}

_LINK = "g.level AS kind, g.group_id AS id, g.code, g.name, g.households"
_OF_ATOMS = """
    SELECT {link} FROM gridgov.plan_group AS g
    WHERE g.plan_id = :plan_id AND g.level = '{level}' AND g.group_id IN (
        SELECT a.{level}_id FROM gridgov.plan_atom AS a WHERE a.plan_id = :plan_id AND a.{column} = :id)
    ORDER BY g.code, g.group_id LIMIT 300"""

_PARENTS = {
    "cluster": _OF_ATOMS.format(link=_LINK, level="grid", column="cluster_id"),
    "section": _OF_ATOMS.format(link=_LINK, level="grid", column="section_id"),
    "building": "(" + ") UNION ALL (".join(
        _OF_ATOMS.format(link=_LINK, level=level, column="building_id") for level in ("grid", "section", "cluster")
    ) + ")",
}  # fmt: skip

_BELOW = """
    SELECT d.level AS kind, d.division_id AS id, d.code, d.name,
           (SELECT sum(g.households) FROM gridgov.plan_group AS g
            WHERE g.plan_id = :plan_id AND g.level = 'section' AND g.community_id = d.division_id)::integer
               AS households
    FROM gridgov.division AS d WHERE d.parent_id = :id ORDER BY d.code, d.division_id LIMIT 300"""

_CHILDREN = {
    "district": _BELOW,
    "subdistrict": _BELOW,
    "community": f"""
        SELECT {_LINK} FROM gridgov.plan_group AS g
        WHERE g.plan_id = :plan_id AND g.community_id = :id AND g.level IN ('section', 'grid')
        ORDER BY g.level DESC, g.code, g.group_id LIMIT 600""",
    "grid": _OF_ATOMS.format(link=_LINK, level="cluster", column="grid_id"),
    "shelter": f"""
        SELECT {_LINK} FROM gridgov.told_shelters(:plan_id) AS p JOIN gridgov.plan_group AS g
          ON g.plan_id = p.plan_id AND g.level = 'cluster' AND g.group_id = p.cluster_id
        WHERE p.plan_id = :plan_id AND p.shelter_id = :id ORDER BY g.code, g.group_id LIMIT 300""",
    "barrier": """
        SELECT 'community' AS kind, d.division_id AS id, d.code, d.name, NULL::integer AS households
        FROM gridgov.barrier AS b JOIN gridgov.division AS d ON d.geom && b.geom AND ST_Intersects(d.geom, b.geom)
        WHERE b.barrier_id = :id AND d.level = 'community' ORDER BY d.code, d.division_id LIMIT 100""",
}

_SECTIONS_OF = {
    "section": "p.section_id = :id",
    "community": """p.section_id IN (SELECT group_id FROM gridgov.plan_group
        WHERE plan_id = :plan_id AND level = 'section' AND community_id = :id)""",
    **{
        kind: f"""p.section_id IN (SELECT a.section_id FROM gridgov.plan_atom AS a
            WHERE a.plan_id = :plan_id AND a.{kind}_id = :id)"""
        for kind in ("cluster", "grid", "building")
    },
}

_LIAISONS = """
    SELECT l.name, l.workplace, min(p.distance_m) AS distance_m, count(*)::integer AS sections
    FROM gridgov.plan_liaison AS p JOIN gridgov.liaison AS l ON l.liaison_id = p.liaison_id
    WHERE p.plan_id = :plan_id AND {sections}
    GROUP BY l.liaison_id, l.name, l.workplace ORDER BY count(*) DESC, l.liaison_id LIMIT 40"""
