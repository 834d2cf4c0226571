"""`gridgov plan`: plans in the database, from draft to publication."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gridgov.bootstrap import open_platform
from gridgov.cli.divide import Effort
from gridgov.cli.language import say, say_rule, translate
from gridgov.cli.progress import show_progress
from gridgov.cli.revise import read_moves, show_revision
from gridgov.cli.screen import Screen, make_table
from gridgov.core.plans import Plan
from gridgov.services.assigning import assign_stored
from gridgov.services.dividing import divide_stored
from gridgov.services.exporting import export_plan
from gridgov.services.publishing import discard_plan, publish_plan, show_plans
from gridgov.services.revising import revise_stored, take_plan
from gridgov.services.rules import read_rules

plan = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Plans in the database: divide, assign, publish, export."
)
_out = Screen()

PlanId = Annotated[str, typer.Argument(metavar="PLAN", help="Key of the plan, e.g. 2026-autumn.")]
ProfileName = Annotated[str, typer.Option("--profile", help="Rule profile, or the path of a city's own TOML file.")]


@plan.command()
def divide(
    plan_id: PlanId,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    profile: ProfileName = "default",
    effort: Annotated[Effort, typer.Option(help="How long to search for better clusters.")] = Effort.default,
    seed: Annotated[int, typer.Option(help="Same layers and seed, same plan.")] = 0,
    replace: Annotated[bool, typer.Option("--replace", help="Throw away a draft of the same key.")] = False,
) -> None:
    """Divide the stored communities into a draft plan."""
    with open_platform() as platform, show_progress() as tell:
        made = divide_stored(
            platform.engine,
            plan_id,
            name=name,
            rules=read_rules(profile),
            effort=effort.value,
            seed=seed,
            replace=replace,
            progress=tell,
        )
    _show_draft(plan_id, made)


@plan.command()
def revise(
    plan_id: PlanId,
    earlier: Annotated[str, typer.Option("--from", help="Key of the plan to start from.")],
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    lock: Annotated[list[str] | None, typer.Option(help="Cluster that may not change; may be repeated.")] = None,
    move: Annotated[
        list[str] | None, typer.Option(help="BUILDING=CLUSTER: put a building into a cluster; may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for steps.json and moved.xlsx: who moved and why.")] = None,
    profile: ProfileName = "default",
    seed: Annotated[int, typer.Option(help="For dividing what is new.")] = 0,
    replace: Annotated[bool, typer.Option("--replace", help="Throw away a draft of the same key.")] = False,
) -> None:
    """Make a draft that fits the stored layers as they are now: the fewest households change their cluster."""
    with open_platform() as platform, show_progress() as tell:
        made = revise_stored(
            platform.engine,
            plan_id,
            earlier,
            name=name,
            locked=lock or [],
            moves=read_moves(move or []),
            rules=read_rules(profile),
            seed=seed,
            replace=replace,
            out=out,
            progress=tell,
        )
    show_revision(made)


@plan.command()
def take(
    plan_id: PlanId,
    folder: Annotated[Path, typer.Argument(help="Folder of a plan, made on files.")],
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    profile: ProfileName = "default",
    replace: Annotated[bool, typer.Option("--replace", help="Throw away a draft of the same key.")] = False,
) -> None:
    """Take a plan that was made on files into the database, as a draft."""
    with open_platform() as platform:
        made = take_plan(platform.engine, plan_id, folder, name=name, rules=read_rules(profile), replace=replace)
    _show_draft(plan_id, made)


@plan.command()
def assign(plan_id: PlanId, profile: ProfileName = "default") -> None:
    """Assign households, rental houses, liaisons and shelters to a draft."""
    with open_platform() as platform, show_progress() as tell:
        made = assign_stored(platform.engine, plan_id, rules=read_rules(profile), progress=tell)
    listed = ", ".join(f"{count:,} {translate(kind)}" for kind, count in made.counts.items())
    _out.print(say("{listed} assigned.", listed=listed))
    for rule, count in made.findings["rule"].value_counts().items():
        _out.print(f"  {count:,} × {say_rule(rule)}")


@plan.command()
def publish(
    plan_id: PlanId,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], help="First day on which it holds, e.g. 2026-12-01; today when left out."
        ),
    ] = None,
) -> None:
    """Publish a draft from a day; nobody can change it afterwards."""
    day = (start or datetime.now()).date()
    with open_platform() as platform:
        closed = publish_plan(platform.engine, plan_id, day)
    _out.print(say("{plan} holds from {day}.", plan=plan_id, day=day))
    if closed:
        _out.print(say("It follows {plans}.", plans=", ".join(closed)))


@plan.command("list")
def list_all() -> None:
    """List drafts and published plans."""
    with open_platform() as platform:
        plans = show_plans(platform.engine)
    table = make_table(say("plan"), say("name"), say("status"), say("from"), say("to"), say("made at"))
    for one in plans:
        period = (str(one.published_from or ""), str(one.published_to or ""))
        table.add_row(one.plan_id, one.name, translate(one.status), *period, f"{one.created_at:%Y-%m-%d %H:%M}")
    none = say("There are no plans. Make one with: gridgov plan divide PLAN")
    _out.print(table if plans else none)


@plan.command()
def discard(plan_id: PlanId) -> None:
    """Throw a draft away."""
    with open_platform() as platform:
        discard_plan(platform.engine, plan_id)
    _out.print(say("{plan} is gone.", plan=plan_id))


@plan.command()
def export(plan_id: PlanId, out: Annotated[Path, typer.Option("--out", help="Folder for the files.")]) -> None:
    """Write a plan as GeoParquet and GeoPackage, as `gridgov divide` does."""
    with open_platform() as platform:
        files = export_plan(platform.engine, plan_id, out)
    _out.print("\n".join(str(file) for file in files))


def _show_draft(plan_id: str, made: Plan) -> None:
    _out.print(
        say(
            "Draft {plan}: {households:,} households in {clusters:,} clusters, {sections:,} sections, "
            "{grids:,} grids; {findings:,} findings.",
            plan=plan_id,
            households=made.atoms["households"].sum(),
            clusters=len(made.clusters),
            sections=len(made.sections),
            grids=len(made.grids),
            findings=len(made.findings),
        )
    )
