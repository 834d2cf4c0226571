"""The table, and the bars that have to be cleared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.serving.asking import Measure

AHEAD = {
    "polygons z14": 1.7,
    "points z14": 1.7,
    "polygons z16": 2.2,
    "points z16": 2.2,
    "bbox 1 km polygons": 3.0,
    "bbox 3 km points": 7.0,
    "plan seen before z12": 10.0,
    "plan seen before z14": 10.0,
    "plan seen before z16": 10.0,
}
"""How many times as many requests a second as TiPg; 1 for the other rows."""

PY_MS = 0.7
"""CPU of Python for a tile of zoom 14 and finer."""
PG_RATIO = 1.2
"""CPU of PostgreSQL for a tile of zoom 14 and coarser, in times of ST_AsMVT alone."""
TAIL = 3.0
"""p99 in times of p50."""


@dataclass
class Row:
    """One row of the table."""

    name: str
    kind: str
    zoom: int
    side_m: float = 0.0
    ours: Measure | None = None
    peer: Measure | None = None
    bare_tps: float | None = None
    bare_ms: float | None = None
    ideal: Measure | None = None
    """A server that takes as much CPU an answer as ours and waits for nothing."""


def print_table(rows: list[Row]) -> None:
    """Print what was measured as a Markdown table.

    Parameters
    ----------
    rows : list of Row
        The rows.
    """
    heads = ["request", *(f"{who}: rps, p50/p99 ms | py/pg ms" for who in ("gridgov", "TiPg")), "times", "by CPU"]
    print(f"| {' | '.join(heads)} | ST_AsMVT | p99/p50: gridgov, TiPg, ideal |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        cells = [row.name]
        for seen in (row.ours, row.peer):
            cells += (
                ["–", "–"]
                if seen is None
                else [
                    f"{seen.rps:.0f}, {seen.p50_ms:.1f}/{seen.p99_ms:.1f}",
                    f"{seen.py_ms:.2f}/{seen.pg_ms:.2f}",
                ]
            )
        if row.ours and row.peer:
            cells += [f"{row.ours.rps / row.peer.rps:.1f}", f"{_by_cpu(row.ours, row.peer):.1f}"]
        else:
            cells += ["–", "–"]
        cells.append("" if row.bare_tps is None else f"{row.bare_tps:.0f} tps, {row.bare_ms:.2f} ms")
        cells.append(", ".join(f"{_tail(one):.1f}" if one else "–" for one in (row.ours, row.peer, row.ideal)))
        print("| " + " | ".join(cells) + " |")


def compare(rows: list[Row]) -> Iterator[str]:
    """Hold what was measured against the bars.

    Parameters
    ----------
    rows : list of Row
        The rows.

    Yields
    ------
    str
        One line a bar, with ``met`` or ``NOT MET`` before it.
    """
    for row in rows:
        if row.ours is None:
            continue
        if row.peer is not None:
            bar = AHEAD.get(row.name, 1.0)
            ratio = row.ours.rps / row.peer.rps
            cpu = _by_cpu(row.ours, row.peer)
            yield _judge(ratio >= bar, f"{row.name}: {ratio:.1f} times TiPg ({cpu:.1f} by CPU), bar {bar:g}")
        if row.zoom >= 14:
            yield _judge(row.ours.py_ms <= PY_MS, f"{row.name}: Python {row.ours.py_ms:.2f} ms, bar {PY_MS:g}")
        if row.bare_ms and row.zoom <= 14:
            ratio = row.ours.pg_ms / row.bare_ms
            yield _judge(ratio <= PG_RATIO, f"{row.name}: PostgreSQL {ratio:.2f} times ST_AsMVT, bar {PG_RATIO:g}")
        tail = _tail(row.ours)
        limit = "" if row.ideal is None else f" (an ideal server of this cost: {_tail(row.ideal):.1f})"
        yield _judge(tail <= TAIL, f"{row.name}: p99 {tail:.1f} times p50{limit}, bar {TAIL:g}")


def _tail(seen: Measure) -> float:
    return seen.p99_ms / seen.p50_ms


def _by_cpu(ours: Measure, peer: Measure) -> float:
    """How many answers the CPU of one of theirs gives; it repeats where the machine is busy with other things."""
    return (peer.py_ms + peer.pg_ms) / (ours.py_ms + ours.pg_ms)


def _judge(met: bool, text: str) -> str:
    return f"{'met    ' if met else 'NOT MET'} {text}"
