"""What each role of the database may do, written down apart from the migrations that make it so.

A table or a function without a line fails the tests: whoever adds one says here who it is for.
"""

from __future__ import annotations

from dataclasses import dataclass

EVERYBODY = frozenset({"viewer", "officer", "supervisor", "analyst", "administrator", "auditor"})
OUTSIDE = frozenset({"viewer", "analyst", "auditor"})
FIELD = frozenset({"officer", "supervisor"})
ADMINISTRATOR = frozenset({"administrator"})
WEB = "web"
"""The web server's role before anybody has entered."""
DOOR = "door"
"""The role by which people sign in."""
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rights:
    """Who may name a table at all; which rows, the policies say."""

    reads: frozenset[str]
    writes: frozenset[str] = NOBODY
    hidden: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    """Columns that some of the readers may not read."""


def hide(roles: frozenset[str] | set[str], *columns: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Name columns that some roles may not read."""
    return ((frozenset(roles), frozenset(columns)),)


GROUND = Rights(EVERYBODY, ADMINISTRATOR)
PLAN = Rights(EVERYBODY)
TABLES: dict[str, Rights] = {
    "division": GROUND,
    "barrier": GROUND,
    "compound": GROUND,
    "shelter": GROUND,
    "facility": GROUND,
    "building": Rights(EVERYBODY, ADMINISTRATOR, hide({"viewer", "auditor"}, "address")),
    "rental_house": Rights(FIELD | ADMINISTRATOR, FIELD | ADMINISTRATOR),
    "household": Rights(FIELD | ADMINISTRATOR, ADMINISTRATOR),
    "resident": Rights(FIELD | ADMINISTRATOR, ADMINISTRATOR),
    "volunteer": Rights(ADMINISTRATOR | {"supervisor"}, ADMINISTRATOR),
    "liaison": Rights(EVERYBODY, ADMINISTRATOR, hide(OUTSIDE, "capacity", "geom")),
    "plan": Rights(EVERYBODY, ADMINISTRATOR),
    "plan_cell": PLAN,
    "plan_atom": PLAN,
    "plan_group": PLAN,
    "plan_area": PLAN,
    "plan_liaison": PLAN,
    "plan_figure": Rights(EVERYBODY, ADMINISTRATOR),
    "plan_shelter": Rights(ADMINISTRATOR),
    "plan_finding": Rights(EVERYBODY, hidden=hide({"viewer"}, "finding_id", "row_id", "detail", "action", "geom")),
    "plan_rental": Rights(FIELD | ADMINISTRATOR),
    "plan_household": Rights(FIELD | ADMINISTRATOR),
    "import_run": Rights(ADMINISTRATOR),
    "import_finding": Rights(ADMINISTRATOR),
    "account": Rights(ADMINISTRATOR, ADMINISTRATOR, hide(ADMINISTRATOR, "password_hash")),
    "account_scope": Rights(FIELD | ADMINISTRATOR, ADMINISTRATOR),
    "session": Rights(EVERYBODY, EVERYBODY),
    "app_password": Rights(EVERYBODY, EVERYBODY, hide(EVERYBODY, "secret_hash")),
    "second_factor": Rights(EVERYBODY, EVERYBODY),
    "recovery_code": Rights(EVERYBODY, EVERYBODY, hide(EVERYBODY, "code_hash")),
    "sign_in_try": Rights(NOBODY),
    "audit": Rights(frozenset({"auditor"})),
    "audit_seal": Rights(frozenset({"auditor"})),
    "identity.person": Rights(FIELD | ADMINISTRATOR),
    "identity.allowance": Rights(NOBODY),
    "layer_edit": Rights(NOBODY),
    "public_page": Rights(EVERYBODY | {WEB}, ADMINISTRATOR),
    "alembic_version": Rights(NOBODY),
}

FUNCTIONS: dict[str, frozenset[str]] = {
    "enter": frozenset({WEB}),
    "open_session": frozenset({WEB}),
    "still_holds": frozenset({WEB}),
    "today": EVERYBODY | {WEB},
    "plan_in_force": EVERYBODY | {WEB},
    "my_account": EVERYBODY,
    "my_role": EVERYBODY,
    "my_login": EVERYBODY,
    "acts_as": EVERYBODY,
    "published_plans": EVERYBODY,
    "my_communities": EVERYBODY,
    "my_grids": EVERYBODY,
    "note": EVERYBODY,
    "layer_mark": EVERYBODY,
    "officers_of": EVERYBODY,
    "told_shelters": EVERYBODY,
    "draw_plan": ADMINISTRATOR,
    "write_audit": EVERYBODY,
    "audit_head": frozenset({WEB, "auditor"}),
    "list_doors": ADMINISTRATOR,
    "close_doors": ADMINISTRATOR,
    "lift_lock": ADMINISTRATOR,
    "identity.spend": FIELD | ADMINISTRATOR,
    **dict.fromkeys(
        (
            *("count_try", "forget_tries", "give_back_try", "find_login", "use_step", "use_recovery_code"),
            *("fail_sign_in", "start_session", "end_session", "start_app_session", "put_password", "rotate_session"),
        ),
        frozenset({DOOR}),
    ),
    **dict.fromkeys(
        (
            *("frame", "make_seal", "seal_audit", "may_manage"),
            "guard",
            "close_functions",
            "guard_plan",
            "guard_plan_rows",
            "refuse",
            "refuse_truncate",
            "draw_published_plan",
            "note_edit",
        ),
        NOBODY,
    ),
}
"""Who may call what; what is called by triggers and migrations only, nobody."""
