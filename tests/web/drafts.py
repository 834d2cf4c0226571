"""A second draft of the toy district with everything wrong that a plan can have, to compare with and to judge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from gridgov.core.quality import find_problems
from gridgov.storage.findings import add_findings
from gridgov.storage.layers import read_layer
from gridgov.storage.plans import read_plan

from . import toy

MOVED = "plan-moved"
"""Clusters A-0-0 (too large, in two pieces) and A-3-2 (too small); building A-2-0-0 is cut in two needlessly."""
MOVED_HOUSEHOLDS = 24
"""Two buildings of 12 households went from A-3-2 to A-0-0; half of another went from A-2-0 to A-3-0."""
CUT_HOUSEHOLDS = 6

_TABLES = ("plan_cell", "plan_atom", "plan_group", "plan_liaison", "plan_shelter", "plan_finding")


@contextmanager
def second_draft(engine: Engine) -> Iterator[str]:
    """Make the draft and throw it away in the end."""
    with engine.begin() as connection:
        _copy(connection)
        _spoil(connection)
        _judge(connection)
    yield MOVED
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM gridgov.plan WHERE plan_id = :plan"), {"plan": MOVED})


def _copy(connection: Connection) -> None:
    values = {"plan": MOVED, "old": toy.DRAFT}
    connection.execute(
        text("INSERT INTO gridgov.plan (plan_id, name, crs, scheme) SELECT :plan, '另一草稿', crs, scheme "
             "FROM gridgov.plan WHERE plan_id = :old"), values)  # fmt: skip
    listing = text(
        "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_schema = 'gridgov' "
        "AND table_name = :name AND column_name <> 'plan_id' AND is_generated = 'NEVER' AND is_identity = 'NO'"
    )
    for table in _TABLES:
        columns = connection.execute(listing, {"name": table}).scalar_one()
        sql = f"INSERT INTO gridgov.{table} (plan_id, {columns}) SELECT :plan, {columns} FROM gridgov.{table} "
        connection.execute(text(f"{sql} WHERE plan_id = :old"), values)


def _spoil(connection: Connection) -> None:
    move = """UPDATE gridgov.plan_atom SET cluster_id = 'A-0-0', section_id = 'A-s0-0'
              WHERE plan_id = :plan AND building_id IN ('A-3-2-0', 'A-3-2-1')"""
    halve = """UPDATE gridgov.plan_atom SET households = 6 WHERE plan_id = :plan AND building_id = 'A-2-0-0'"""
    other = """
        INSERT INTO gridgov.plan_atom (plan_id, atom_id, cell_id, building_id, households, community_id, cluster_id,
                                       section_id, grid_id)
        SELECT plan_id, atom_id || '/half', 'A-3-0', building_id, 6, community_id, 'A-3-0', section_id, grid_id
        FROM gridgov.plan_atom WHERE plan_id = :plan AND building_id = 'A-2-0-0'"""
    again = """
        UPDATE gridgov.plan_group AS g SET households = a.households, geom = a.geom
        FROM (SELECT a.cluster_id, sum(a.households) AS households, ST_Union(DISTINCT c.geom) AS geom
              FROM gridgov.plan_atom AS a
              JOIN gridgov.plan_cell AS c ON c.plan_id = a.plan_id AND c.cell_id = a.cell_id
              WHERE a.plan_id = :plan GROUP BY a.cluster_id) AS a
        WHERE g.plan_id = :plan AND g.level = 'cluster' AND g.group_id = a.cluster_id"""
    for sql in (move, halve, other, again):
        connection.execute(text(sql), {"plan": MOVED})


def _judge(connection: Connection) -> None:
    plan = read_plan(connection, MOVED)
    communities = read_layer(connection, "communities").to_crs(plan["cells"].crs)
    add_findings(connection, MOVED, find_problems(plan["cells"], plan["atoms"], communities))
    said = "UPDATE gridgov.plan SET scheme = scheme || '{\"judged\": true}' WHERE plan_id = :plan"
    connection.execute(text(said), {"plan": MOVED})
