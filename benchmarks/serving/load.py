"""A made-up town to serve: 50,000 polygons of 34 vertices, 300,000 points, and a published plan of the polygons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, text

from gridgov.services.access import make_account
from gridgov.services.access import sign_in as open_session

WEST, SOUTH, EAST, NORTH = 113.7, 22.4, 114.3, 22.95
"""The town [degrees]: 62 km x 61 km, so that a tile of zoom 14 holds about 70 polygons and 400 points."""
POLYGONS = 50_000
POINTS = 300_000
PLAN = "bench"
LOGIN, PASSWORD = "bench.viewer", "a long pass phrase"


@dataclass(frozen=True)
class Size:
    """How much is served."""

    polygons: int = POLYGONS
    points: int = POINTS


def load_town(engine: Engine, size: Size = Size()) -> None:
    """Fill an empty migrated database; nothing is done when it is full already.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database as its owner.
    size : Size
        How much.
    """
    with engine.begin() as connection:
        if connection.execute(text("SELECT count(*) FROM gridgov.building")).scalar_one() >= size.polygons:
            return
        box = {"west": WEST, "south": SOUTH, "wide": EAST - WEST, "high": NORTH - SOUTH}
        connection.execute(text("SELECT setseed(0.5)"))
        connection.execute(_POLYGONS, {**box, "count": size.polygons})
        connection.execute(_POINTS, {**box, "count": size.points})
        connection.execute(
            text("INSERT INTO gridgov.plan (plan_id, name, crs) VALUES (:plan, :plan, 'EPSG:4547')"), {"plan": PLAN}
        )
        connection.execute(_GROUPS, {"plan": PLAN})
        for statement in _PEER.split(";"):
            connection.execute(text(statement))
        publish = "UPDATE gridgov.plan SET status = 'published', published_from = :day WHERE plan_id = :plan"
        connection.execute(text(publish), {"plan": PLAN, "day": date(2020, 1, 1)})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    make_account(engine, LOGIN, PASSWORD, "viewer", actor="bench")


def sign_in(engine: Engine) -> str:
    """Open a session of a viewer.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database as its owner.

    Returns
    -------
    str
        The session's token.
    """
    return open_session(engine, LOGIN, PASSWORD).token


_POLYGONS = text("""
    INSERT INTO gridgov.building (building_id, floors, households, use, name, geom)
    SELECT 'b' || i, 1 + i % 30, i % 120, 'residential', 'building ' || i,
           ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY(
               SELECT ST_MakePoint(x + r * (1 + (k % 2) * 0.2) * cos(2 * pi() * k / 33),
                                   y + r * (1 + (k % 2) * 0.2) * sin(2 * pi() * k / 33))
               FROM unnest(array_append(ARRAY(SELECT generate_series(0, 32)), 0)) WITH ORDINALITY AS corner (k, n)
               ORDER BY n))), 4490)
    FROM (SELECT i, :west + random() * :wide AS x, :south + random() * :high AS y, 0.0001 + random() * 0.0001 AS r
          FROM generate_series(1, :count) AS i) AS centre""")

_POINTS = text("""
    INSERT INTO gridgov.facility (facility_id, name, kind, geom)
    SELECT 'f' || i, 'facility ' || i, 'shop',
           ST_SetSRID(ST_MakePoint(:west + random() * :wide, :south + random() * :high), 4490)
    FROM generate_series(1, :count) AS i""")

_GROUPS = text("""
    INSERT INTO gridgov.plan_group (plan_id, level, group_id, code, name, parent_id, households, geom)
    SELECT :plan, 'cluster', building_id, building_id, name, 'section', households, geom FROM gridgov.building""")

# the same rows for a server that shows whole tables, with the columns that our tiles have and no row security
_PEER = """
    CREATE SCHEMA peer;
    CREATE TABLE peer.polygons AS
        SELECT building_id AS id, name, use, floors, households, households_estimated AS estimated,
               ST_SetSRID(geom, 4326)::geometry(Polygon, 4326) AS geom
        FROM gridgov.building;
    CREATE TABLE peer.points AS
        SELECT facility_id AS id, name, kind, ST_SetSRID(geom, 4326)::geometry(Point, 4326) AS geom
        FROM gridgov.facility;
    ALTER TABLE peer.polygons ADD PRIMARY KEY (id);
    ALTER TABLE peer.points ADD PRIMARY KEY (id);
    CREATE INDEX ON peer.polygons USING gist (geom);
    CREATE INDEX ON peer.points USING gist (geom)"""
