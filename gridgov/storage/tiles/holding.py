"""What still holds of sessions and of the marks of layers: one question for many tiles that are kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gridgov.storage.links import Ask, Row
from gridgov.storage.tiles.layers import TileLayer

Source = tuple[str, str | None]
"""What a layer is drawn from: ``"plan"`` with the plan (None for the one in force), ``"layer"`` with a table."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What held at one moment."""

    sessions: dict[str, tuple[str, str]]
    """Account and role of each session that holds, by the hash of its token."""
    marks: dict[Source, bytes]
    """Marks of the sources that everybody who is signed in may see; none where no session holds."""


def find_source(layer: TileLayer, plan_id: str | None) -> Source:
    """Say what a layer is drawn from.

    Parameters
    ----------
    layer : TileLayer
        The layer.
    plan_id : str or None
        The plan that is asked for; None for the one in force. Of no meaning for the ground.

    Returns
    -------
    tuple
        Its source.
    """
    return ("plan", plan_id) if layer.of_plan else ("layer", layer.table)


def ask_holding(token_hashes: Collection[str], sources: Collection[Source]) -> Ask:
    """Ask which sessions hold, and for the marks of sources; sessions are touched as by every request.

    Parameters
    ----------
    token_hashes : collection of str
        Hashes of the sessions' tokens.
    sources : collection of tuple
        What the wanted tiles are drawn from.

    Returns
    -------
    Ask
        Its rows are for `read_holding`.
    """
    return Ask(
        _HOLDING,
        {
            "sessions": list(token_hashes),
            "plans": [name for kind, name in sources if kind == "plan"],
            "layers": [name for kind, name in sources if kind == "layer"],
        },
    )


def read_holding(rows: Sequence[Row]) -> Holding:
    """Read the answer to `ask_holding`.

    Parameters
    ----------
    rows : sequence of tuple
        Its rows.

    Returns
    -------
    Holding
        What held.
    """
    sessions: dict[str, tuple[str, str]] = {}
    marks: dict[Source, bytes] = {}
    for kind, name, value, role in rows:
        spelled = None if name is None else name.decode()
        if kind == b"session":
            sessions[spelled or ""] = ((value or b"").decode(), (role or b"").decode())
        else:
            marks[(kind or b"").decode(), spelled] = value or b""
    return Holding(sessions, marks)


_HOLDING = """
    SELECT kind, name, value, role
    FROM gridgov.still_holds(%(sessions)s::text[], %(plans)s::text[], %(layers)s::text[])"""
