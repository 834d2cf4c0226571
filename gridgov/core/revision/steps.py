"""Steps: what a revision did, one after another; each can be undone, and all can be done again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

import pandas as pd

from gridgov.errors import ConflictError, InputError

LEVELS = ("cluster_id", "section_id", "grid_id")
"""Columns of the assignment that steps change."""


@dataclass(frozen=True)
class Step:
    """Something done to some atoms."""

    atoms: tuple[str, ...]
    why: str = ""
    act: ClassVar[str] = ""


@dataclass(frozen=True)
class Add(Step):
    """New atoms, with their households and their (cluster, section, grid)."""

    households: tuple[int, ...] = ()
    groups: tuple[str | None, ...] = ()
    act: ClassVar[str] = "add"


@dataclass(frozen=True)
class Remove(Add):
    """Atoms that are gone, with what they had."""

    act: ClassVar[str] = "remove"


@dataclass(frozen=True)
class Recount(Step):
    """Other households in the same atoms."""

    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    act: ClassVar[str] = "recount"


@dataclass(frozen=True)
class Move(Step):
    """Atoms that go from one group to another."""

    level: str = "cluster_id"
    origin: str = ""
    target: str = ""
    act: ClassVar[str] = "move"


@dataclass(frozen=True)
class Split(Move):
    """The first atoms of a new group."""

    act: ClassVar[str] = "split"


@dataclass(frozen=True)
class Merge(Move):
    """The last atoms of a group that ceases."""

    act: ClassVar[str] = "merge"


KINDS: Mapping[str, type[Step]] = {kind.act: kind for kind in (Add, Remove, Recount, Move, Split, Merge)}


def invert_steps(steps: Sequence[Step]) -> list[Step]:
    """Make the steps that undo `steps`, in the order in which they must be done.

    Parameters
    ----------
    steps : sequence of Step
        What was done.

    Returns
    -------
    list of Step
        What undoes it.

    Examples
    --------
    >>> invert_steps([Split(("a",), origin="L1", target="L9")])
    [Merge(atoms=('a',), why='', level='cluster_id', origin='L9', target='L1')]
    """
    return [_invert(step) for step in reversed(steps)]


def _invert(step: Step) -> Step:
    if isinstance(step, Recount):
        return replace(step, before=step.after, after=step.before)
    if isinstance(step, Add):
        kind = Add if isinstance(step, Remove) else Remove
        return kind(step.atoms, step.why, step.households, step.groups)
    if isinstance(step, Move):
        turned = Merge if isinstance(step, Split) else (Split if isinstance(step, Merge) else Move)
        return turned(step.atoms, step.why, step.level, step.target, step.origin)
    raise InputError(f"{type(step).__name__} cannot be inverted.")


def replay_steps(assignment: pd.DataFrame, steps: Iterable[Step]) -> pd.DataFrame:
    """Do steps to an assignment of atoms.

    Parameters
    ----------
    assignment : pandas.DataFrame
        Columns `atom_id`, `households`, `cluster_id`, `section_id`, `grid_id`.
    steps : iterable of Step
        What to do.

    Returns
    -------
    pandas.DataFrame
        The same columns, sorted by `atom_id`.

    Raises
    ------
    ConflictError
        When a step does not fit: an atom is not there, is there already, or is in another group or count than the
        step says.
    """
    columns = ["households", *LEVELS]
    rows = assignment[columns].astype(object).where(assignment[columns].notna(), None).to_numpy().tolist()
    state: dict[str, list[Any]] = dict(zip(assignment["atom_id"], rows, strict=True))
    for number, step in enumerate(steps, start=1):
        _do(state, step, number)
    table = pd.DataFrame.from_dict(state, orient="index", columns=columns)
    table = table.rename_axis("atom_id").reset_index().sort_values("atom_id", ignore_index=True)
    return table.astype({"households": "int64"})


def _do(state: dict[str, list[Any]], step: Step, number: int) -> None:
    if isinstance(step, Remove):
        for atom, count in zip(step.atoms, step.households, strict=True):
            _require(state.pop(atom, None) == [count, *step.groups], step, number, atom)
    elif isinstance(step, Add):
        for atom, count in zip(step.atoms, step.households, strict=True):
            _require(atom not in state, step, number, atom)
            state[atom] = [count, *step.groups]
    elif isinstance(step, Recount):
        for atom, before, after in zip(step.atoms, step.before, step.after, strict=True):
            _require(atom in state and state[atom][0] == before, step, number, atom)
            state[atom][0] = after
    elif isinstance(step, Move):
        place = 1 + LEVELS.index(step.level)
        for atom in step.atoms:
            _require(atom in state and state[atom][place] == step.origin, step, number, atom)
            state[atom][place] = step.target


def _require(fits: bool, step: Step, number: int, atom: str) -> None:
    if not fits:
        raise ConflictError(
            f"Step {number} ({step.act}) does not fit: atom {atom!r} is not as the step expects. "
            "Replay steps only on the plan they were made for.",
            step=number,
            atom=atom,
        )


def to_records(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Write steps as plain records, for JSON.

    Parameters
    ----------
    steps : iterable of Step
        The steps.

    Returns
    -------
    list of dict
        One record per step; `act` names its kind.
    """
    return [{"act": step.act} | {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(step).items()}
            for step in steps]  # fmt: skip


def from_records(records: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Read steps from the records of `to_records`.

    Parameters
    ----------
    records : iterable of mapping
        The records.

    Returns
    -------
    list of Step
        The steps.

    Raises
    ------
    InputError
        When a record names no known act.
    """
    steps = []
    for record in records:
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in record.items()
        }
        act = str(fields.pop("act", None))
        if act not in KINDS:
            raise InputError(f"There is no step {act!r}; steps are {', '.join(KINDS)}.", act=act)
        steps.append(KINDS[act](**fields))
    return steps
