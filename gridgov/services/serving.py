"""What the map shows a person: plans, the tree, search, facts, quality and tiles, each by what the role may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection

from gridgov.core.colours import assign_colours
from gridgov.core.findings_words import LANGUAGES, name_rule
from gridgov.core.words import split_words
from gridgov.errors import NotFoundError
from gridgov.storage import features
from gridgov.storage.features import PlanHead, ground_facts
from gridgov.storage.tiles import TILE_LAYERS

Row = dict[str, Any]

SHADES = 3
"""Shades of one section's colour, taken in turn by its clusters."""


def list_plans(connection: Connection, *, on: date | None = None) -> list[Row]:
    """Return the plans the caller may see.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    on : datetime.date, optional
        The day; today when left out.

    Returns
    -------
    list of dict
        ``plan_id, name, status, published_from, published_to, created_at, bounds``, the plan in force first.
    """
    heads = features.list_plans(connection, on)
    return [
        {
            "plan_id": head.plan_id,
            "name": head.name,
            "status": head.status,
            "published_from": head.published_from,
            "published_to": head.published_to,
            "created_at": head.created_at,
            "bounds": features.read_bounds(connection, head.plan_id),
        }
        for head in heads
    ]


def choose_plan(connection: Connection, asked: str | None = None, *, on: date | None = None) -> PlanHead:
    """Return the plan asked for, or the one in force.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    asked : str, optional
        Identifier of a plan.
    on : datetime.date, optional
        The day; today when left out.

    Returns
    -------
    PlanHead
        The plan.

    Raises
    ------
    NotFoundError
        When there is no such plan, or not for the caller: the database does not tell the two apart.
    """
    head = features.plan_on(connection, on) if asked is None else features.get_plan(connection, asked)
    if head is not None:
        return head
    if asked is None:
        raise NotFoundError("No plan is published for today. Publish one, or ask for a draft by its name.")
    raise NotFoundError(f"There is no plan {asked!r}. See the list of plans.", plan_id=asked)


def read_tree(connection: Connection, plan: PlanHead, community_id: str | None = None) -> list[Row]:
    """Return the tree down to the communities, or what lies below one community.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan.
    community_id : str, optional
        Return this community's sections, clusters and grids instead.

    Returns
    -------
    list of dict
        One row per node with its ``id``, ``level`` and ``parent_id``.
    """
    if community_id is None:
        return features.list_divisions(connection, plan.plan_id)
    return features.list_groups_below(connection, plan.plan_id, community_id)


def search(connection: Connection, plan: PlanHead, words: str, limit: int = 20) -> list[Row]:
    """Return what bears the words in its name, code or address.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan whose groups are searched.
    words : str
        What was typed: words that all must be found, in whatever spelling.
    limit : int
        Most rows to return.

    Returns
    -------
    list of dict
        ``kind, id, code, name, place, bounds``.
    """
    plain = split_words(words)
    return features.find_things(connection, plan.plan_id, plain, limit) if plain else []


def read_facts(connection: Connection, plan: PlanHead, kind: str, identifier: str) -> Row:
    """Return the facts of one thing.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan.
    kind : str
        What it is, one of `FACT_KINDS`.
    identifier : str
        Which one.

    Returns
    -------
    dict
        The facts, with ``kind``.

    Raises
    ------
    NotFoundError
        When there is no such thing.
    """
    if kind in _GROUP_LEVELS:
        row = features.read_group(connection, plan.plan_id, kind, identifier)
    elif kind in _READERS:
        row = _READERS[kind](connection, plan.plan_id, identifier)
    else:
        row = None
    if row is None:
        raise NotFoundError(f"There is no {kind} {identifier!r} in this plan.", kind=kind, id=identifier)
    return {"kind": kind, **row}


def read_quality(connection: Connection, plan: PlanHead) -> Row:
    """Return the figures by which a plan is judged.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan.

    Returns
    -------
    dict
        The figures, with the ``target``, ``min`` and ``max`` the plan was made for (None when it does not say).
    """
    sizes = plan.scheme.get("clusters") or plan.scheme
    rules = {name: sizes.get(name) for name in ("target", "min", "max")}
    figures = features.read_quality(connection, plan.plan_id)
    for row in figures["findings"]:
        row["names"] = {language: name_rule(row["rule"], language) for language in LANGUAGES}
    return {"rules": rules, **figures}


def list_findings(
    connection: Connection, plan: PlanHead, rule: str | None = None, limit: int = 200, offset: int = 0
) -> list[Row]:
    """Return findings of a plan, worst first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan.
    rule : str, optional
        Only this rule's.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    list of dict
        ``layer, row_id, rule, severity, detail, action, place``.
    """
    return features.list_findings(connection, plan.plan_id, rule, limit, offset)


def read_colours(connection: Connection, plan: PlanHead) -> Row:
    """Return a colour number for every section and cluster, so that neighbours differ.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan.

    Returns
    -------
    dict
        ``sections``: identifier to hue; ``clusters``: identifier to ``hue * SHADES + shade``, the clusters of a
        section being shades of its hue.
    """
    sections, shapes, storeys = features.read_section_shapes(connection, plan.plan_id)
    hues = dict(zip(sections, assign_colours(shapes, storeys).tolist(), strict=True))
    ranks = features.list_cluster_ranks(connection, plan.plan_id)
    clusters = {cluster: hues.get(section, 0) * SHADES + rank % SHADES for cluster, section, rank in ranks}
    return {"shades": SHADES, "sections": hues, "clusters": clusters}


def list_tile_layers() -> tuple[str, ...]:
    """Return the names of the tile layers.

    Returns
    -------
    tuple of str
        In drawing order of no meaning.
    """
    return tuple(TILE_LAYERS)


_GROUP_LEVELS = ("cluster", "section", "grid")
_READERS: dict[str, Callable[[Connection, str, str], Row | None]] = {
    "community": features.read_community,
    "building": features.read_building,
    "shelter": features.read_shelter,
    "barrier": ground_facts.read_barrier,
    "subdistrict": partial(ground_facts.read_division, level="subdistrict"),
    "district": partial(ground_facts.read_division, level="district"),
}
FACT_KINDS = (*_GROUP_LEVELS, *_READERS)
"""Kinds of things that have facts."""
