"""`gridgov demo`: the main job from end to end on a made-up district, in a database of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from sqlalchemy import Engine

from gridgov.bootstrap import open_platform
from gridgov.cli.language import say
from gridgov.cli.progress import show_progress
from gridgov.cli.screen import Screen, make_table
from gridgov.cli.serve import run_server
from gridgov.core.layers import LAYERS
from gridgov.errors import ConflictError, NotFoundError
from gridgov.sample.rentals import DAY
from gridgov.services.access import ROLES, make_account, set_password
from gridgov.services.assigning import assign_stored
from gridgov.services.dividing import divide_stored
from gridgov.services.identity.sampling import add_sample_identities
from gridgov.services.importing import import_layer
from gridgov.services.publishing import publish_plan, show_plan
from gridgov.services.reading import LayerSource
from gridgov.services.reporting import report_stored
from gridgov.services.sampling import make_sample
from gridgov.services.scopes import set_sample_scopes
from gridgov.settings import Settings, read_settings

Tell = Callable[[str, float], None]
_out = Screen()


def demo(
    households: Annotated[int, typer.Option(min=200, help="Households of the made-up district.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Same seed, same district.")] = 7,
    out: Annotated[Path, typer.Option(help="Folder for the layers and the report.")] = Path("demo"),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the server.")] = 8470,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Whether to start the server at the end.")] = True,
) -> None:
    """Make a district, import, divide, assign, publish, report and serve it; run again, it changes nothing.

    Uses a private database beside the real one, so that made-up data never mixes with an office's own.
    """
    started = monotonic()
    plan_id = f"demo-{households}-{seed}"
    settings = _demo_settings(plan_id, port)
    with open_platform(settings, update=True) as platform:
        try:
            with show_progress() as tell:
                _prepare(platform.engine, plan_id, households, seed, out, tell)
                report = report_stored(platform.engine, plan_id, out / "report", at=DAY, progress=tell)
            logins = _make_logins(platform.engine)
            own, _ = set_sample_scopes(platform.engine, plan_id, "officer", "supervisor", actor="demo")
            people = out / "layers" / "identities.csv"
            grids = [scope.ref for scope in own]
            people.parent.mkdir(parents=True, exist_ok=True)
            add_sample_identities(platform.engine, platform.keys.read(), plan_id, grids, seed, people)
            _show(logins, report.page, monotonic() - started, settings)
            if serve:
                run_server(platform, settings.host, settings.port)
        finally:
            if platform.cluster is not None:
                platform.cluster.stop()


def _demo_settings(plan_id: str, port: int) -> Settings:
    settings = read_settings()
    own = {"database_url": None, "web_database_url": None, "state_dir": settings.state_dir / plan_id}
    return settings.model_copy(update=own | {"host": "127.0.0.1", "port": port})


def _prepare(engine: Engine, plan_id: str, households: int, seed: int, out: Path, tell: Tell) -> None:
    """Bring the database to a published plan, unless it is there."""
    if _is_published(engine, plan_id):
        _out.print(say("{plan} is published already; nothing to do but the report.", plan=plan_id))
        return
    tell("sample", 0.0)
    layers = out / "layers"
    make_sample(households, seed, layers)
    for done, name in enumerate(LAYERS):
        tell("import", done / len(LAYERS))
        import_layer(engine, name, LayerSource(layers / f"{name}.parquet"), actor="demo")
    divide_stored(engine, plan_id, name=f"{households:,} 户示例", replace=True, actor="demo", progress=tell)
    assign_stored(engine, plan_id, actor="demo", progress=tell)
    publish_plan(engine, plan_id, DAY, actor="demo")


def _is_published(engine: Engine, plan_id: str) -> bool:
    try:
        return show_plan(engine, plan_id).status == "published"
    except NotFoundError:
        return False


def _make_logins(engine: Engine) -> dict[str, str]:
    """Give every role a login with a new password."""
    logins = {role: secrets.token_urlsafe(9) for role in ROLES}
    for role, password in logins.items():
        try:
            make_account(engine, role, password, role, actor="demo")
        except ConflictError:
            set_password(engine, role, password, actor="demo")
    return logins


def _show(logins: dict[str, str], page: Path, seconds: float, settings: Settings) -> None:
    table = make_table(say("login"), say("password"), title=say("Demo logins, new at every run"))
    for login, password in logins.items():
        table.add_row(login, password)
    _out.print(table)
    _out.print(say("The job took {seconds:.0f} s.", seconds=seconds))
    _out.print(say("Coverage report: {page}", page=page.resolve()))
    _out.print(say("Look at it again: {command}", command=f"GRIDGOV_STATE_DIR={settings.state_dir} gridgov serve"))
