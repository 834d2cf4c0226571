"""The bars: what our figures must reach, next to the best figure of any tool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]

GOOD_SIZES_PCT = 95.0
"""Compactness and distance are compared only among methods with this share in 35–65: uneven clusters improve both."""


@dataclass(frozen=True)
class Bar:
    """One figure and what it must reach."""

    what: str
    figure: str
    least: float | None = None
    most: float | None = None
    fair: bool = False
    """Compare only with methods of good sizes."""


DEFAULT = (
    Bar("clusters of 45–55 households, %", "pct_preferred", least=87.0),
    Bar("clusters of 35–65 households, %", "pct_allowed", least=99.0),
    Bar("surplus pieces of buildings over 50", "surplus_pieces", most=25),
    Bar("Polsby–Popper", "polsby_popper", least=0.63, fair=True),
    Bar("CPU seconds of the division", "cpu_s", most=1.0, fair=True),
)
QUALITY = (
    Bar("clusters of 45–55 households, %", "pct_preferred", least=89.0),
    Bar("clusters of 35–65 households, %", "pct_allowed", least=99.2),
    Bar("surplus pieces of buildings over 50", "surplus_pieces", most=30),
    Bar("Polsby–Popper", "polsby_popper", least=0.645, fair=True),
    Bar("CPU seconds of the division", "cpu_s", most=8.0, fair=True),
)
ALWAYS = (
    Bar("disconnected clusters", "disconnected", most=0),
    Bar("buildings of up to 50 split", "needless_splits", most=0),
    Bar("clusters crossing a community", "crossing_community", most=0),
    Bar("clusters of 45–55 on small houses, %", "small_pct_preferred", least=99.3, fair=True),
    Bar("clusters joined only across a main road, %", "only_across_main_pct", most=0.5),
)
MEDOID_RATIO = 0.83


def compare(ours: dict[str, Row], peers: list[Row]) -> list[Row]:
    """Set every bar of both settings against the best tool that divided the whole district."""
    out = []
    for setting, row in ours.items():
        bars = (DEFAULT if setting == "default" else QUALITY) + ALWAYS
        out += [_compare(f"{setting}: {bar.what}", bar, row, peers) for bar in bars]
        out.append(_medoid(setting, row, peers))
    return out


def _compare(what: str, bar: Bar, row: Row, peers: list[Row]) -> Row:
    us = float(row[bar.figure])
    best = _best(bar, peers)
    holds = us >= bar.least if bar.least is not None else us <= float(bar.most or 0)
    wanted = f"≥ {bar.least:g}" if bar.least is not None else f"≤ {bar.most:g}"
    return _line(what, us, best, bar.figure, wanted, holds)


def _medoid(setting: str, row: Row, peers: list[Row]) -> Row:
    best = _best(Bar("", "medoid_m", most=0, fair=True), peers)
    us = float(row["medoid_m"])
    holds = best is not None and us <= MEDOID_RATIO * float(best["medoid_m"])
    what = f"{setting}: mean distance to the medoid, m"
    return _line(what, us, best, "medoid_m", f"≤ {MEDOID_RATIO} × best tool", holds)


def _best(bar: Bar, peers: list[Row]) -> Row | None:
    able = [row for row in peers if row.get("complete") and bar.figure in row]
    if bar.fair:
        able = [row for row in able if row["pct_allowed"] >= GOOD_SIZES_PCT]
    if not able:
        return None
    pick = max if bar.least is not None else min
    return pick(able, key=lambda row: row[bar.figure])


def _line(what: str, us: float, best: Row | None, figure: str, bar: str, holds: bool) -> Row:
    peer = float(best[figure]) if best else None
    return {
        "what": what,
        "us": us,
        "peer": peer,
        "peer_name": best["method"] if best else None,
        "ratio": us / peer if peer else None,
        "bar": bar,
        "holds": bool(holds),
    }
