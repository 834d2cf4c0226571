"""Compare the rights that the database gives with those written down; used on a sound one and on ones with a leak."""

from __future__ import annotations

from sqlalchemy import Connection, text

from gridgov.storage.roles import DOOR as DOOR_ROLE
from gridgov.storage.roles import GROUPS
from gridgov.storage.roles import WEB as WEB_ROLE

from .model import DOOR, FUNCTIONS, TABLES, WEB, Rights

ROLES = {**{group.removeprefix("gridgov_"): group for group in GROUPS}, WEB: WEB_ROLE, DOOR: DOOR_ROLE}
SCHEMAS = "IN ('gridgov'::regnamespace, 'identity'::regnamespace)"
NAME = "CASE c.relnamespace WHEN 'gridgov'::regnamespace THEN '' ELSE 'identity.' END || c.relname"
WRITES = ("INSERT", "UPDATE", "DELETE")
NEVER = ("TRUNCATE", "TRIGGER", "REFERENCES")


def find_faults(connection: Connection) -> list[str]:
    """Return what the database allows and the model does not, or the other way round; one line each."""
    return sorted(
        [
            *_find_tables(connection),
            *_find_columns(connection),
            *_find_functions(connection),
            *_find_unforced(connection),
            *_find_open_policies(connection),
            *_find_views(connection),
            *_find_definers(connection),
        ]
    )


def _find_tables(connection: Connection) -> list[str]:
    faults = []
    for table in _names(connection, "r", "p", "v", "m"):
        rights = TABLES.get(table)
        if rights is None:
            faults.append(f"{table}: no line in the model")
            continue
        for role, group in ROLES.items():
            may = {act for act in (*WRITES, *NEVER) if _may(connection, group, table, act)}
            if (role in rights.writes) != bool(may & set(WRITES)):
                faults.append(f"{table}: {role} may {sorted(may)}")
            if may & set(NEVER):
                faults.append(f"{table}: {role} may {sorted(may & set(NEVER))}")
    there = set(_names(connection, "r", "p", "v", "m"))
    return faults + [f"{table}: is not there" for table in TABLES.keys() - there]


def _find_columns(connection: Connection) -> list[str]:
    query = text(f"""
        SELECT {NAME} AS relname, a.attname, g.role, has_column_privilege(g.role, c.oid, a.attnum, 'SELECT') AS may
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        CROSS JOIN unnest(CAST(:groups AS text[])) AS g(role)
        WHERE c.relnamespace {SCHEMAS} AND c.relkind IN ('r', 'p', 'v', 'm')
          AND a.attnum > 0 AND NOT a.attisdropped""")
    names = {group: role for role, group in ROLES.items()}
    rows = connection.execute(query, {"groups": list(ROLES.values())}).all()
    return [
        f"{row.relname}.{row.attname}: {names[row.role]} may{'' if row.may else ' not'} read it"
        for row in rows
        if row.relname in TABLES and row.may != _should_read(TABLES[row.relname], names[row.role], row.attname)
    ]


def _should_read(rights: Rights, role: str, column: str) -> bool:
    return role in rights.reads and not any(role in who and column in what for who, what in rights.hidden)


def _find_functions(connection: Connection) -> list[str]:
    query = text(f"""
        SELECT CASE p.pronamespace WHEN 'gridgov'::regnamespace THEN '' ELSE 'identity.' END || p.proname AS proname,
               p.oid::regprocedure::text AS name, g.role,
               has_function_privilege(g.role, p.oid, 'EXECUTE') AS may
        FROM pg_proc AS p CROSS JOIN unnest(CAST(:groups AS text[])) AS g(role)
        WHERE p.pronamespace {SCHEMAS}""")
    faults = set()
    names = {group: role for role, group in ROLES.items()}
    for row in connection.execute(query, {"groups": list(ROLES.values())}):
        if row.proname not in FUNCTIONS:
            faults.add(f"{row.name}: no line in the model")
        elif row.may != (names[row.role] in FUNCTIONS[row.proname]):
            faults.add(f"{row.name}: {names[row.role]} may{'' if row.may else ' not'} call it")
    return list(faults)


def _find_unforced(connection: Connection) -> list[str]:
    query = text(f"""
        SELECT {NAME} FROM pg_class AS c WHERE relnamespace {SCHEMAS} AND relkind IN ('r', 'p')
          AND NOT (relrowsecurity AND relforcerowsecurity) AND relname <> 'alembic_version'""")
    return [f"{name}: row security is not forced" for name in connection.execute(query).scalars()]


def _find_open_policies(connection: Connection) -> list[str]:
    """Every policy asks the session for its role, but for those of the role that has no session yet."""
    query = text("""
        SELECT CASE schemaname WHEN 'gridgov' THEN '' ELSE 'identity.' END || tablename AS tablename,
               policyname, roles::text[] AS roles, coalesce(qual, '') || coalesce(with_check, '') AS said,
               permissive
        FROM pg_policies WHERE schemaname IN ('gridgov', 'identity')""")
    faults = []
    for row in connection.execute(query):
        if row.roles == [WEB_ROLE] and WEB in TABLES[row.tablename].reads:
            continue
        asked = [role.removeprefix("gridgov_") for role in row.roles]
        if len(asked) != 1 or f"acts_as('{asked[0]}'::text)" not in row.said:
            faults.append(f"{row.tablename}: policy {row.policyname} does not ask whose session it is")
    return faults


def _find_views(connection: Connection) -> list[str]:
    query = text(f"""
        SELECT {NAME} FROM pg_class AS c WHERE relnamespace {SCHEMAS}
          AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false))""")
    return [f"{name}: walks past row security" for name in connection.execute(query).scalars()]


def _find_definers(connection: Connection) -> list[str]:
    """A function with its owner's rights must fix where it looks for names, and its owner be no superuser."""
    query = text(f"""
        SELECT p.oid::regprocedure::text AS name, r.rolsuper,
               coalesce((SELECT one FROM unnest(p.proconfig) AS one WHERE one LIKE 'search_path=%'), '') AS path
        FROM pg_proc AS p JOIN pg_roles AS r ON r.oid = p.proowner
        WHERE p.pronamespace {SCHEMAS} AND p.prosecdef""")
    rows = connection.execute(query).all()
    return [f"{row.name}: search_path is not fixed" for row in rows if not row.path] + [
        f"{row.name}: belongs to a superuser" for row in rows if row.rolsuper
    ]


def _names(connection: Connection, *kinds: str) -> list[str]:
    query = text(f"""
        SELECT {NAME} FROM pg_class AS c WHERE relnamespace {SCHEMAS} AND relkind = ANY(:kinds)""")
    return list(connection.execute(query, {"kinds": list(kinds)}).scalars())


def _may(connection: Connection, group: str, table: str, act: str) -> bool:
    columns = act in ("INSERT", "UPDATE", "REFERENCES")
    function = "has_any_column_privilege" if columns else "has_table_privilege"
    query = text(f"SELECT {function}(:role, CAST(:table AS regclass), :act)")
    table = table if "." in table else f"gridgov.{table}"
    return bool(connection.execute(query, {"role": group, "table": table, "act": act}).scalar_one())
