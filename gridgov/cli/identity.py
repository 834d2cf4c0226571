"""`gridgov identity`: who residents are, and the keys it is sealed with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridgov.bootstrap import open_platform
from gridgov.cli.language import say, say_detail, say_rule, translate
from gridgov.cli.screen import Screen, make_table, mark
from gridgov.services.identity import importing, keeping

identity = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Who residents are: import, keys, rotate, erase."
)
_out = Screen()
_SHOWN = 20


@identity.command(name="import")
def import_command(
    file: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet, see docs/security.md.")],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="Mapping of columns, see data/README.md.", show_default=False)
    ] = None,
    table: Annotated[str | None, typer.Option("--table", help="Sheet of a workbook.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, store nothing.")] = False,
) -> None:
    """Bring in who residents are, encrypted: the whole file or nothing. What is refused is told without a value.

    Parameters
    ----------
    file : pathlib.Path
        The file; it comes apart from the residents.
    mapping : pathlib.Path, optional
        How its columns are to be read.
    table : str, optional
        Sheet of a workbook.
    dry_run : bool
        Whether nothing is stored.
    """
    with open_platform() as platform:
        ring = platform.keys.read()
        keeping.require_keys(platform.engine, ring)
        report = importing.import_identities(
            platform.engine,
            file,
            ring,
            id_numbers=platform.settings.id_numbers,
            mapping=mapping,
            table=table,
            dry_run=dry_run,
        )
    run = report.run
    facts = {"read": run.read, "accepted": run.accepted, "new": report.new, "changed": report.changed}
    _out.print(say("read {read:,}, accepted {accepted:,} (new {new:,}, changed {changed:,}),", **facts))
    _out.print(say("refused {refused:,}, duplicate {twice:,}.", refused=run.rejected, twice=run.duplicate))
    for row in report.findings.head(_SHOWN).itertuples():
        seen = f"{say_rule(row.rule)} {row.row_id}: {say_detail(row.detail)}"
        _out.print(mark(translate(row.severity), "bold"), seen)
    if len(report.findings) > _SHOWN:
        _out.print(say("… and {count:,} more.", count=len(report.findings) - _SHOWN))
    if dry_run:
        _out.print(say("Nothing was stored (--dry-run)."))


@identity.command()
def keys() -> None:
    """List the keys and how many rows need each; no key is shown."""
    with open_platform() as platform:
        store = platform.keys
        found = keeping.list_keys(platform.engine, store.read())
    heads = say("key"), say("for"), say("profile"), say("made at"), say("rows"), ""
    table = make_table(*heads, plain=True)
    for one in found:
        missing = one.purpose == "missing"
        state = mark(say("missing"), "red") if missing else say("seals") if one.newest else say("opens")
        table.add_row(one.key_id, one.purpose, one.profile, one.made_at, f"{one.rows:,}", state)
    _out.print(table)
    _out.print(
        say(
            "They are kept in {file}. Back that file up, apart from the database: without it nothing opens.",
            file=store.file,
        )
        if store.writable
        else say("They are given by GRIDGOV_KEYS or GRIDGOV_KEY_COMMAND.")
    )


@identity.command()
def rotate(
    forget: Annotated[bool, typer.Option("--forget", help="Destroy the keys that nothing needs any longer.")] = False,
) -> None:
    """Make new keys and seal everything anew with them; if it is interrupted, run it again.

    Parameters
    ----------
    forget : bool
        Whether old keys are destroyed; backups made before then no longer open.
    """
    with open_platform() as platform:
        sealed = keeping.rotate_keys(platform.engine, platform.keys, forget=forget)
    _out.print(say("{rows:,} rows are sealed anew. Back the key file up again.", rows=sealed))


@identity.command()
def erase(
    resident: Annotated[str, typer.Argument(help="Key of the resident.")],
    reason: Annotated[str, typer.Option(help="Why; the audit keeps it.")],
) -> None:
    """Erase all there is of a resident; the audit keeps that it was done.

    Parameters
    ----------
    resident : str
        Key of the resident.
    reason : str
        Why.
    """
    with open_platform() as platform:
        gone = keeping.erase_person(platform.engine, resident, reason)
    listed = ", ".join(f"{rows} {name}" for name, rows in gone.items() if rows)
    _out.print(say("Erased: {listed}. Backups made before still hold it until they are destroyed.", listed=listed))
