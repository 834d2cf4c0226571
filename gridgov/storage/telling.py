"""What plans tell of the people in their areas, and where the people of today lie in each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from sqlalchemy import Connection, text

from gridgov.storage.features.areas import count_each

RECORDS = {"people": ("household", "household_id"), "rentals": ("rental_house", "rental_house_id")}
"""Table and key of what is counted."""


def lock_plans(connection: Connection) -> None:
    """Let nobody publish a plan until the transaction ends.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    """
    connection.execute(text("LOCK TABLE gridgov.plan IN SHARE ROW EXCLUSIVE MODE"))
    # what is worked out in between takes longer in a large district than a request may pause
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '30min'"))


def list_telling_plans(connection: Connection) -> list[str]:
    """List the plans of which anybody may know the counts: all that were ever published.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.

    Returns
    -------
    list of str
        Keys, in order.
    """
    return list(
        connection.execute(text("SELECT plan_id FROM gridgov.plan WHERE status = 'published' ORDER BY 1")).scalars()
    )


def read_shown(connection: Connection, plan_id: str, figures: Sequence[str]) -> pd.DataFrame:
    """Read which areas a plan tells figures of.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of who sees every plan.
    plan_id : str
        The plan.
    figures : sequence of str
        Names of figures.

    Returns
    -------
    pandas.DataFrame
        ``level``, ``group_id``, ``figure`` and ``value`` of the counts that are not hidden.
    """
    sql = text("""
        SELECT level, group_id, figure, value FROM gridgov.plan_figure
        WHERE plan_id = :plan_id AND figure = ANY(:figures) AND value IS NOT NULL ORDER BY figure, level, group_id""")
    rows = connection.execute(sql, {"plan_id": plan_id, "figures": list(figures)}).all()
    return pd.DataFrame(rows, columns=["level", "group_id", "figure", "value"])


def list_told_clusters(connection: Connection, plan_id: str) -> frozenset[str]:
    """List the clusters of which a plan tells how many people live there and how many find a shelter.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        The database.
    plan_id : str
        The plan.

    Returns
    -------
    frozenset of str
        Keys of clusters.
    """
    sql = text("""
        SELECT group_id FROM gridgov.plan_figure
        WHERE plan_id = :plan_id AND level = 'cluster' AND figure IN ('people_sheltered', 'people_sheltered:of')
        GROUP BY group_id HAVING count(value) = 2""")
    return frozenset(connection.execute(sql, {"plan_id": plan_id}).scalars())


def keep_back(connection: Connection, plan_id: str, figures: pd.DataFrame) -> int:
    """Hide figures of a draft.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of the owner or an administrator; the caller commits.
    plan_id : str
        The plan.
    figures : pandas.DataFrame
        ``level``, ``group_id`` and ``figure``.

    Returns
    -------
    int
        Figures hidden.

    Raises
    ------
    ConflictError
        When the plan is published.
    """
    if figures.empty:
        return 0
    sql = text("""
        UPDATE gridgov.plan_figure AS f SET value = NULL
        FROM unnest(CAST(:level AS text[]), CAST(:group_id AS text[]), CAST(:figure AS text[]))
            AS kept (level, group_id, figure)
        WHERE f.plan_id = :plan_id AND f.level = kept.level AND f.group_id = kept.group_id AND f.figure = kept.figure
          AND f.value IS NOT NULL""")
    values = {name: figures[name].tolist() for name in ("level", "group_id", "figure")}
    return int(connection.execute(sql, {"plan_id": plan_id, **values}).rowcount)


def read_records(connection: Connection, source: str) -> pd.DataFrame:
    """Read the records of today that are counted.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of who sees every row.
    source : {"people", "rentals"}
        Households, or rental houses.

    Returns
    -------
    pandas.DataFrame
        ``building_id``, ``unit``, ``storey`` and ``room`` by key, in order.
    """
    table, key = RECORDS[source]
    more = "unit, storey, room"
    if source == "rentals":
        more = "NULL::integer AS unit, NULL::integer AS storey, NULL::text AS room"
    rows = connection.execute(text(f"SELECT {key}, building_id, {more} FROM gridgov.{table} ORDER BY {key}")).all()
    frame = pd.DataFrame(rows, columns=["record", "building_id", "unit", "storey", "room"])
    return frame.astype({"unit": "Int64", "storey": "Int64"}).set_index("record")


def read_counts(connection: Connection, measure: str, rules: Mapping[str, object], records: pd.Index) -> pd.DataFrame:
    """Count one measure record by record.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of who sees every row.
    measure : str
        Name of the measure.
    rules : mapping
        As `gridgov.storage.features.areas.read_area_counts` takes them.
    records : pandas.Index
        Keys of the records.

    Returns
    -------
    pandas.DataFrame
        ``n`` and ``of`` on the keys; 0 where the measure says nothing of a record.
    """
    rows = pd.DataFrame(count_each(connection, measure, rules), columns=["record", "n", "of"])
    return rows.set_index("record").reindex(records).fillna(0.0)


def read_places(connection: Connection, source: str, plan_id: str) -> pd.DataFrame:
    """Read where records were put when a plan was assigned.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection of who sees every row.
    source : {"people", "rentals"}
        Households, or rental houses.
    plan_id : str
        The plan.

    Returns
    -------
    pandas.DataFrame
        ``cluster``, ``section`` and ``grid`` by key of the record, None where it found no place.
    """
    table, key = RECORDS[source]
    stored = {"household": "plan_household", "rental_house": "plan_rental"}[table]
    sql = f"""
        SELECT {key}, cluster_id, section_id, grid_id FROM gridgov.{stored}
        WHERE plan_id = :plan_id ORDER BY {key}"""
    rows = connection.execute(text(sql), {"plan_id": plan_id}).all()
    return pd.DataFrame(rows, columns=["record", "cluster", "section", "grid"]).set_index("record")


def read_plan_atoms(connection: Connection, plan_id: str) -> pd.DataFrame:
    """Read the atoms of a plan without their geometry.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.

    Returns
    -------
    pandas.DataFrame
        As `gridgov.core.overlay.assign_households` takes them.
    """
    columns = ["atom_id", "building_id", "unit", "storey_from", "storey_to", "households"]
    columns += ["cluster_id", "section_id", "grid_id", "community_id"]
    sql = f"SELECT {', '.join(columns)} FROM gridgov.plan_atom WHERE plan_id = :plan_id ORDER BY atom_id"
    frame = pd.DataFrame(connection.execute(text(sql), {"plan_id": plan_id}).all(), columns=columns)
    return frame.astype(dict.fromkeys(("unit", "storey_from", "storey_to"), "Int64"))


def read_clusters(connection: Connection, plan_id: str) -> pd.DataFrame:
    """Read what a plan says of the whole of a cluster.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.

    Returns
    -------
    pandas.DataFrame
        ``home`` (the grid that holds most of its households), ``sheltered`` and ``beyond`` (whether all of its people
        have a place in a shelter, or are beyond the reach of every one) by cluster.
    """
    rows = connection.execute(_CLUSTERS, {"plan_id": plan_id}).all()
    return pd.DataFrame(rows, columns=["cluster", "home", "sheltered", "beyond"]).set_index("cluster")


def read_section_communities(connection: Connection, plan_id: str) -> pd.Series:
    """Read the community of every section.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan_id : str
        The plan.

    Returns
    -------
    pandas.Series
        Key of the community by that of the section.
    """
    sql = text("SELECT group_id, community_id FROM gridgov.plan_group WHERE plan_id = :plan_id AND level = 'section'")
    rows = connection.execute(sql, {"plan_id": plan_id}).all()
    return pd.Series([row.community_id for row in rows], index=[row.group_id for row in rows], dtype=object)


_CLUSTERS = text("""
    SELECT home.cluster_id, home.grid_id, coalesce(state.sheltered, false), coalesce(state.beyond, false)
    FROM (SELECT DISTINCT ON (cluster_id) cluster_id, grid_id
          FROM (SELECT cluster_id, grid_id, sum(households) AS households FROM gridgov.plan_atom
                WHERE plan_id = :plan_id AND cluster_id IS NOT NULL GROUP BY cluster_id, grid_id) AS shares
          ORDER BY cluster_id, households DESC, grid_id) AS home
    LEFT JOIN (SELECT cluster_id, bool_and(shelter_id IS NOT NULL) AS sheltered,
                      bool_and(coalesce(reason = 'beyond reach', false)) AS beyond
               FROM gridgov.plan_shelter WHERE plan_id = :plan_id GROUP BY cluster_id) AS state USING (cluster_id)""")
