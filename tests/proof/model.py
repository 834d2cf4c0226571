"""Who may see a cell, said a second time and apart from the database's own policies."""

from __future__ import annotations

from .canaries import Cell

STAFF = frozenset({"officer", "supervisor", "analyst", "administrator", "auditor"})
EVERYBODY = STAFF | {"viewer"}
FIELD = frozenset({"officer", "supervisor", "administrator"})
NOBODY: frozenset[str] = frozenset()

READERS: dict[str, frozenset[str]] = {
    "gridgov.division": EVERYBODY,
    "gridgov.building": EVERYBODY,
    "gridgov.barrier": EVERYBODY,
    "gridgov.compound": EVERYBODY,
    "gridgov.shelter": EVERYBODY,
    "gridgov.facility": EVERYBODY,
    "gridgov.liaison": EVERYBODY,
    "gridgov.plan": EVERYBODY,
    "gridgov.plan_cell": EVERYBODY,
    "gridgov.plan_atom": EVERYBODY,
    "gridgov.plan_group": EVERYBODY,
    "gridgov.plan_area": EVERYBODY,
    "gridgov.plan_liaison": EVERYBODY,
    "gridgov.plan_figure": EVERYBODY,
    "gridgov.plan_shelter": EVERYBODY,
    "gridgov.plan_finding": STAFF,
    "gridgov.rental_house": FIELD,
    "gridgov.household": FIELD,
    "gridgov.resident": FIELD,
    "gridgov.volunteer": FIELD - {"officer"},
    "gridgov.plan_rental": FIELD,
    "gridgov.plan_household": FIELD,
    "gridgov.import_run": frozenset({"administrator"}),
    "gridgov.import_finding": frozenset({"administrator"}),
    "gridgov.account": frozenset({"administrator"}),
    "gridgov.account_scope": frozenset({"administrator"}),
    "gridgov.audit": frozenset({"auditor"}),
}
"""Roles that may see texts of a table at all; of a table that is not named here nobody sees any."""

ADDRESS = frozenset({"officer", "supervisor", "analyst", "administrator"})
"""Roles that may see the address of a building."""

PUBLIC = frozenset({("gridgov.division", "name"), ("gridgov.plan", "name")})
"""What the page shows that is open to everybody; drafts are left out below."""

DRAFTS = frozenset({"analyst", "administrator"})
"""Roles that may see a plan before it is published."""


def may_see(role: str | None, cell: Cell) -> bool:
    """Say whether somebody of a role (None: not signed in) may see a cell."""
    if cell.table == "gridgov.account" and f'"login":"{role}"' in cell.key:
        return cell.column == "name"
    if cell.table == "gridgov.account" and role is not None and '"role":"officer"' in cell.key:
        # who answers for a grid is what everybody is told
        return cell.column == "name"
    if role == "auditor" and cell.column.endswith("_id"):
        # what was looked at stands in the audit by its number
        return True
    if (cell.table, cell.column) in PUBLIC and not _is_ahead(cell):
        return True
    if role is None or role not in READERS.get(cell.table, NOBODY):
        return False
    if (cell.table, cell.column) == ("gridgov.building", "address"):
        return role in ADDRESS
    if _is_ahead(cell):
        return role in DRAFTS
    # the officer has the grids of community A, the supervisor the subdistrict that holds it
    return "foreign" not in cell.key or role == "administrator"


def _is_ahead(cell: Cell) -> bool:
    return cell.table.startswith("gridgov.plan") and ("plan-draft" in cell.key or "plan-later" in cell.key)
