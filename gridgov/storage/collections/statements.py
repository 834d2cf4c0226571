"""The queries behind a collection. PostgreSQL writes the JSON; Python only passes its bytes on.

The text of a query depends on what is asked, never on the values, so that the server can keep it prepared.
"""

from __future__ import annotations

from functools import lru_cache

from gridgov.core.systems import System
from gridgov.storage.collections.catalogue import Collection, Property
from gridgov.storage.collections.conditions import Condition
from gridgov.storage.collections.questions import Question
from gridgov.storage.links import Ask

_CHOSEN = """WITH chosen AS MATERIALIZED (
        SELECT CASE WHEN %(plan_id)s::text IS NULL THEN gridgov.plan_in_force()
               ELSE (SELECT plan_id FROM gridgov.plan WHERE plan_id = %(plan_id)s::text) END AS plan_id)
    """
_LIMIT = "%(limit)s::integer"
_OF_CHOSEN = "t.plan_id = (SELECT plan_id FROM chosen)"


def make_items(question: Question, limit: int, after: str | None = None) -> Ask:
    """Return the query for one page of features.

    Parameters
    ----------
    question : Question
        What is asked.
    limit : int
        Most features of the page.
    after : str, optional
        Key of the last feature of the page before.

    Returns
    -------
    Ask
        Gives one row: the features as JSON joined by commas, their number, the key of the last one when there
        are more (else null), the plan (null when there is none or the collection belongs to none).
    """
    parts = question.collection, question.properties, question.system
    sql = _write_items(*parts, _where(question), after is not None)
    values = {**question.values, "limit": limit, **({} if after is None else {"after": after})}
    return Ask(sql, values, question.common)


def make_count(question: Question) -> Ask:
    """Return the query for the number of features that match.

    Parameters
    ----------
    question : Question
        What is asked.

    Returns
    -------
    Ask
        Gives one row: the number.
    """
    collection = question.collection
    sql = f"{_head(collection)}SELECT count(*)::text FROM {collection.source} WHERE {_where(question)}"
    return Ask(sql, question.values, question.common)


def make_item(question: Question, key: str) -> Ask:
    """Return the query for one feature.

    Parameters
    ----------
    question : Question
        Collection, system and properties.
    key : str
        Its key.

    Returns
    -------
    Ask
        Gives no row, or one: the feature as JSON without its closing brace, and the tag of its state.
    """
    collection = question.collection
    feature = _feature(collection, question.properties, question.system)
    noted = _note(question.collection, f"'{collection.name}/' || {_key(collection)}", "1")
    sql = f"""{_head(question.collection)}SELECT {feature}, {make_tag(collection, question.role)}{noted}
    FROM {collection.source} WHERE {_where(question)} AND {_key(collection)} = %(key)s::text"""
    return Ask(sql, {**question.values, "key": key})


def make_rows(question: Question, limit: int) -> Ask:
    """Return the query for features as rows of a table, to be written into a file.

    Parameters
    ----------
    question : Question
        What is asked; the geometry comes as it is stored.
    limit : int
        Most rows.

    Returns
    -------
    Ask
        One column a property, and ``geom``.
    """
    columns = [f"{one.sql} AS {one.name}" for one in question.properties]
    if question.collection.geometry is not None:
        columns.append(f"{question.collection.geometry} AS geom")
    sql = f"""{_head(question.collection)}SELECT {", ".join(columns)} FROM {question.collection.source}
    WHERE {_where(question)} ORDER BY {_key(question.collection)} LIMIT {_LIMIT}"""
    return Ask(sql, {**question.values, "limit": limit}, keep=False)


def make_extent(question: Question) -> Ask:
    """Return the query for the extent of what a caller sees of a collection.

    Parameters
    ----------
    question : Question
        Collection and plan.

    Returns
    -------
    Ask
        Gives one row: west, south, east, north, first and last day; null where there is none.
    """
    collection = question.collection
    box = f"ST_Extent({collection.geometry})" if collection.geometry else "NULL::box2d"
    day = next((one.sql for one in collection.properties if one.name == collection.day), "NULL::date")
    edges = ", ".join(f"ST_{edge}(box)::text" for edge in ("XMin", "YMin", "XMax", "YMax"))
    sql = f"""{_head(question.collection)}SELECT {edges}, first::text, last::text FROM (
        SELECT {box} AS box, min({day}) AS first, max({day}) AS last
        FROM {collection.source} WHERE {_where(question)}) AS whole"""
    return Ask(sql, question.values)


@lru_cache(maxsize=256)
def _write_items(
    collection: Collection, properties: tuple[Property, ...], system: System, where: str, later: bool
) -> str:
    """The same text object for the same question, so that nobody after this has to read all of it again."""
    key, feature = _key(collection), _feature(collection, properties, system)
    page = f" AND {key} > %(after)s::text" if later else ""
    noted = _note(collection, f"'{collection.name}'", f"least(count(*), {_LIMIT})")
    return f"""{_head(collection)}SELECT coalesce(string_agg(feature, ',') FILTER (WHERE place <= {_LIMIT}), ''),
           least(count(*), {_LIMIT})::text,
           CASE WHEN count(*) > {_LIMIT} THEN max(key) FILTER (WHERE place = {_LIMIT}) END,
           {_plan(collection)}{noted}
    FROM (SELECT row_number() OVER () AS place, key, feature FROM (
        SELECT {key} AS key, {feature} || '}}' AS feature
        FROM {collection.source}
        WHERE {where}{page}
        ORDER BY {key} LIMIT {_LIMIT} + 1) AS page) AS placed"""


@lru_cache(maxsize=256)
def make_tag(collection: Collection, role: str) -> str:
    """Return the expression for the tag of a feature's state.

    The number of the transaction that wrote the row tells two states apart that look alike; the digest tells those
    apart that bear the same number after a restore.

    Parameters
    ----------
    collection : Collection
        The collection.
    role : str
        The caller's role: what it does not see leaves no trace in the tag.

    Returns
    -------
    str
        An SQL expression of type text.
    """
    properties = ", ".join(f"{one.sql}::text" for one in collection.of_role[role])
    shape = f", encode(ST_AsEWKB({collection.geometry}), 'hex')" if collection.geometry else ""
    digest = f"left(md5(ARRAY[{properties}{shape}]::text), 20)"
    counted = collection.editing is not None and role in collection.editing.roles
    return f"t.xmin::text || '-' || {digest}" if counted else digest


@lru_cache(maxsize=512)
def _feature(collection: Collection, properties: tuple[Property, ...], system: System) -> str:
    """A feature without its closing brace, so that links can be added to it; items close it at once."""
    shape = _shape(collection, system)
    geometry = "'null'" if shape is None else f"coalesce(ST_AsGeoJSON({shape}, {system.digits}, 0), 'null')"
    members = ", ".join(f"'{one.name}', {one.sql}" for one in properties)
    return (
        f"""'{{"type":"Feature","id":' || to_json({_key(collection)})::text || ',"geometry":' || {geometry}"""
        f""" || ',"properties":' || json_build_object({members})::text"""
    )


def _shape(collection: Collection, system: System) -> str | None:
    shape = collection.geometry
    if shape is None:
        return None
    if system.srid == 3857 and collection.mercator:
        shape = collection.mercator
    elif system.metric:
        # the system as a number: given as text, it is looked up for each row
        shape = f"ST_Transform({shape}, {system.srid})"
    if collection.kind != "point":
        # rings by the right-hand rule [RFC 7946, 3.1.6]; before the axes are swapped, for it speaks of the ground
        shape = f"ST_ForcePolygonCCW({shape})"
    return f"ST_FlipCoordinates({shape})" if system.north_first else shape


@lru_cache(maxsize=64)
def _key(collection: Collection) -> str:
    return next(one.sql for one in collection.properties if one.name == collection.key)


def _head(collection: Collection) -> str:
    return _CHOSEN if collection.of_plan else ""


def _plan(collection: Collection) -> str:
    return "(SELECT plan_id FROM chosen)" if collection.of_plan else "NULL::text"


def _note(collection: Collection, subject: str, rows: str) -> str:
    """Who reads rows about people leaves a row of the audit, in the same statement."""
    if not collection.personal:
        return ""
    return f", gridgov.note('features-read', {subject}, jsonb_build_object('rows', {rows}))::text"


def _where(question: Question) -> str:
    conditions = [Condition(question.collection.where), *question.conditions]
    if question.collection.of_plan:
        conditions.append(Condition(_OF_CHOSEN))
    return " AND ".join(one.sql for one in conditions)
