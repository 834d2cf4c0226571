"""Judge a stored plan check by check, each with the places that break it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gridgov.core.findings_words import LANGUAGES, say_finding
from gridgov.core.quality import QualityRules
from gridgov.errors import NotFoundError
from gridgov.storage import features
from gridgov.storage.features.checks import CHECKS, JUDGED, CheckRules, count_checks, list_check
from gridgov.storage.features.plans import PlanHead

Row = dict[str, Any]

HOUSE_CHECKS = frozenset({"unassigned-households", "unassigned-rentals"})
"""Checks that count houses and homes wherever they are."""

HOUSE_ROLES = frozenset({"administrator"})
"""Roles that see these; who answers for some grids sees the houses there, which all have a cluster."""


def rules_of(plan: PlanHead) -> CheckRules:
    """Return the sizes a plan was made for; the usual ones where it does not say.

    Parameters
    ----------
    plan : PlanHead
        The plan.

    Returns
    -------
    CheckRules
        The sizes.
    """
    sizes, usual = plan.scheme.get("clusters") or plan.scheme, QualityRules()
    return CheckRules(
        sizes.get("target") or usual.target,
        sizes.get("min") or usual.min,
        sizes.get("max") or usual.max,
        usual.section_min,
        usual.section_max,
    )


def read_checks(connection: Connection, plan: PlanHead, role: str) -> list[Row]:
    """Count what breaks each check.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan.
    role : str
        The caller's role.

    Returns
    -------
    list of dict
        ``check, count, amount`` of the checks that the role may see.
    """
    return count_checks(connection, plan.plan_id, rules_of(plan), _open_to(plan, role))


def list_places(connection: Connection, plan: PlanHead, check: str, role: str, limit: int, offset: int) -> list[Row]:
    """Return the places that break one check, the worst first.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    plan : PlanHead
        The plan.
    check : str
        Name of the check.
    role : str
        The caller's role.
    limit, offset : int
        Which part of the list.

    Returns
    -------
    list of dict
        ``kind, id, code, name, amount, bounds``.

    Raises
    ------
    NotFoundError
        When there is no such check, or not for this role.
    """
    names = _open_to(plan, role)
    if check not in names:
        raise NotFoundError(f"There is no check {check!r}. Choose one of: {', '.join(names)}.", check=check)
    return list_check(connection, plan.plan_id, check, rules_of(plan), limit, offset)


def list_findings(connection: Connection, plan: PlanHead, rule: str | None, limit: int, offset: int) -> list[Row]:
    """Return findings of a plan, worst first, in the words of every language.

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
        ``layer, row_id, rule, severity, detail, action, place`` and ``words``: for each language ``name``, ``said``
        and ``advice``.
    """
    rows = features.list_findings(connection, plan.plan_id, rule, limit, offset)
    return [
        {**row, "words": {name: say_finding(row["rule"], row["detail"], row["action"], name) for name in LANGUAGES}}
        for row in rows
    ]


def _open_to(plan: PlanHead, role: str) -> tuple[str, ...]:
    """A plan that was stored before plans were judged says nothing of those checks, not that they hold."""
    closed = (frozenset() if role in HOUSE_ROLES else HOUSE_CHECKS) | (
        frozenset() if plan.scheme.get("judged") else JUDGED
    )
    return tuple(check for check in CHECKS if check not in closed)
