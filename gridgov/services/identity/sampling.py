"""Made-up people for the residents of a sample district."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine

from gridgov.sample.identities import make_identities
from gridgov.services.identity.importing import import_identities
from gridgov.storage.identity import list_residents_of_grids
from gridgov.storage.keys import Keyring


def add_sample_identities(
    engine: Engine, ring: Keyring, plan_id: str, grids: Sequence[str], seed: int, file: Path, *, actor: str = "demo"
) -> int:
    """Make up who lives in some grids of a plan, write it as an office would send it, and bring it in.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    ring : Keyring
        The keys.
    plan_id : str
        The plan.
    grids : sequence of str
        Keys of its grids.
    seed : int
        Same seed, same people.
    file : pathlib.Path
        File to write, ``.csv``.
    actor : str
        Who does this, for the audit.

    Returns
    -------
    int
        People.
    """
    with engine.connect() as connection:
        residents = list_residents_of_grids(connection, plan_id, grids)
    made = make_identities(residents, seed)
    made.to_csv(file, index=False)
    return import_identities(engine, file, ring, actor=actor).run.accepted if len(made) else 0
