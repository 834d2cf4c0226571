"""The tables of the database; `migrations/` makes them and a test holds the two equal."""

from gridgov.storage.tables.base import SCHEMA, STORED_SRID, metadata
from gridgov.storage.tables.ground import LAYER_TABLES, barrier, building, compound, division, household
from gridgov.storage.tables.people import facility, liaison, rental_house, resident, shelter, volunteer
from gridgov.storage.tables.plans import (
    PLAN_CHILDREN,
    plan,
    plan_atom,
    plan_cell,
    plan_figure,
    plan_finding,
    plan_group,
    plan_household,
    plan_liaison,
    plan_rental,
    plan_shelter,
)
from gridgov.storage.tables.public import public_page
from gridgov.storage.tables.records import account, account_scope, audit, import_finding, import_run, session
from gridgov.storage.tables.serving import layer_edit, plan_area

__all__ = [
    "LAYER_TABLES",
    "PLAN_CHILDREN",
    "SCHEMA",
    "STORED_SRID",
    "account",
    "account_scope",
    "audit",
    "barrier",
    "building",
    "compound",
    "division",
    "facility",
    "household",
    "import_finding",
    "import_run",
    "layer_edit",
    "liaison",
    "metadata",
    "plan",
    "plan_area",
    "plan_atom",
    "plan_cell",
    "plan_figure",
    "plan_finding",
    "plan_group",
    "plan_household",
    "plan_liaison",
    "plan_rental",
    "plan_shelter",
    "public_page",
    "rental_house",
    "resident",
    "session",
    "shelter",
    "volunteer",
]

LAYER_TABLES.update(
    {
        "communities": division,
        "buildings": building,
        "barriers": barrier,
        "compounds": compound,
        "households": household,
        "rental_houses": rental_house,
        "residents": resident,
        "liaisons": liaison,
        "shelters": shelter,
        "facilities": facility,
        "volunteers": volunteer,
    }
)
