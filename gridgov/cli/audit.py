"""`gridgov audit`: who did what, and whether the record is whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gridgov.bootstrap import open_platform
from gridgov.cli.language import say, translate
from gridgov.cli.screen import Screen, make_table, mark
from gridgov.services import auditing
from gridgov.storage.audit import AuditFilter, list_audit

audit = typer.Typer(no_args_is_help=True, add_completion=False, help="The audit: list, verify, sign, export.")
_out = Screen()

Act = Annotated[str | None, typer.Option(help="Only this act, e.g. identity-revealed.")]
Actor = Annotated[str | None, typer.Option(help="Only acts of this login.")]
Subject = Annotated[str | None, typer.Option("--object", help="Only acts on this thing, e.g. resident:R7.")]
Since = Annotated[datetime | None, typer.Option(help="Only acts from this time on (UTC).")]
Until = Annotated[datetime | None, typer.Option(help="Only acts before this time (UTC).")]


@audit.command()
def verify(
    expect: Annotated[
        str | None, typer.Option(help="A head written down elsewhere, as `gridgov audit checkpoint` prints it.")
    ] = None,
) -> None:
    """Compute every seal again; exit code 1 and the rows when one was changed, removed, slipped in or cut off.

    Parameters
    ----------
    expect : str, optional
        ``NUMBER:SEAL``.
    """
    with open_platform() as platform:
        verdict = auditing.verify_audit(platform.engine, platform.keys.read, platform.checkpoint_file, expect=expect)
    _out.print(say("{rows:,} rows, {heads:,} signed heads.", rows=verdict.rows, heads=verdict.checkpoints))
    for fault in verdict.faults:
        _out.print(mark(f"{fault.kind}:", "bold red"), translate(fault.detail))
    if not verdict.whole:
        raise typer.Exit(1)
    _out.print(say("The audit is whole."))


@audit.command()
def checkpoint() -> None:
    """Sign the head of the audit now, and print it to be written down elsewhere."""
    with open_platform() as platform:
        auditing.write_checkpoint(platform.engine, platform.keys.read, platform.checkpoint_file)
        head = auditing.read_signed_head(platform.checkpoint_file)
    _out.print(say("There is nothing to sign.") if head is None else f"{head.seal_no}:{head.seal}")


@audit.command()
def restart(reason: Annotated[str, typer.Option(help="Why, e.g. restored the backup of Friday.")]) -> None:
    """Begin a new file of signed heads, after an older backup was restored; the old file is kept.

    Parameters
    ----------
    reason : str
        Why, for the audit.
    """
    with open_platform() as platform:
        kept = auditing.restart_checkpoints(platform.engine, platform.keys.read, platform.checkpoint_file, reason)
    _out.print(say("The head is signed anew."))
    if kept is not None:
        _out.print(say("The old file is kept: {file}", file=kept))


@audit.command(name="list")
def list_command(
    act: Act = None,
    actor: Actor = None,
    subject: Subject = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most rows.")] = 50,
) -> None:
    """List acts, the newest first.

    Parameters
    ----------
    act, actor, subject : str, optional
        Only rows with exactly these.
    since, until : datetime.datetime, optional
        Only rows from and before these times.
    limit : int
        Most rows.
    """
    wanted = AuditFilter(act, subject, actor, since, until)
    with open_platform() as platform, platform.engine.connect() as connection:
        rows = list_audit(connection, wanted, limit=limit)
    heads = say("row"), say("at (UTC)"), say("actor"), say("act"), say("object"), say("facts")
    table = make_table(*heads, plain=True)
    for row in rows:
        facts = ", ".join(f"{name}={value}" for name, value in row.facts.items())
        table.add_row(str(row.audit_id), f"{row.at:%Y-%m-%d %H:%M:%S}", row.actor, row.act, row.object, facts)
    _out.print(table)


@audit.command()
def export(
    file: Annotated[Path, typer.Argument(help="File to write: .csv or .jsonl.")],
    act: Act = None,
    actor: Actor = None,
    subject: Subject = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Write acts into a file, the newest first.

    Parameters
    ----------
    file : pathlib.Path
        File to write.
    act, actor, subject : str, optional
        Only rows with exactly these.
    since, until : datetime.datetime, optional
        Only rows from and before these times.
    """
    wanted = AuditFilter(act, subject, actor, since, until)
    with open_platform() as platform:
        rows = auditing.export_audit(platform.engine, file, wanted)
    _out.print(say("{file}: {rows:,} rows.", file=file, rows=rows))
