"""The tables of the database; `migrations/` makes them and a test holds the two equal."""

from gridgov.storage.tables.accounts import app_password, recovery_code, second_factor, sign_in_try
from gridgov.storage.tables.base import SCHEMA, STORED_SRID, metadata
from gridgov.storage.tables.ground import LAYER_TABLES, barrier, building, compound, division, household
from gridgov.storage.tables.identity import IDENTITY_SCHEMA, allowance, person
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
from gridgov.storage.tables.records import (
    account,
    account_scope,
    audit,
    audit_seal,
    import_finding,
    import_run,
    session,
)
from gridgov.storage.tables.serving import layer_edit, plan_area

__all__ = [
    "IDENTITY_SCHEMA",
    "LAYER_TABLES",
    "PLAN_CHILDREN",
    "SCHEMA",
    "STORED_SRID",
    "account",
    "account_scope",
    "allowance",
    "app_password",
    "audit",
    "audit_seal",
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
    "person",
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
    "recovery_code",
    "rental_house",
    "resident",
    "second_factor",
    "session",
    "shelter",
    "sign_in_try",
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
