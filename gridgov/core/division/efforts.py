"""How long and how warm the search runs."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple


class Effort(NamedTuple):
    """How long and how warm to search; temperatures in units of cost."""

    rounds: int
    """Flips tried per atom in the long annealing."""
    hot: float
    cold: float
    loops: int
    """Repairs, each followed by a short annealing."""
    tries: int
    """New divisions tried around each group outside the preferred sizes, per repair."""
    most: int
    """Most groups divided anew together."""
    short_rounds: int
    short_hot: float
    short_cold: float
    repair_heat: float
    strictness: float = 2.5
    """Factor on the cost of sizes outside the preferred ones during repairs."""
    far_tries: int = 25
    """More of them around each group outside the allowed sizes."""
    last_loops: int = 10
    """Repairs in the end, of groups of small atoms only and without annealing."""
    last_tries: int = 20
    """New divisions tried around each group in these."""
    polish: int = 20
    """Flips tried per atom of a new division before it is judged."""
    polish_heat: float = 0.0
    press: float = 10.0
    """In the last repair, extra cost of each group outside the preferred sizes near groups of small atoms."""
    noise: float = 0.3
    """Random cost of a cut, so that equally good divisions take turns."""


EFFORTS = MappingProxyType(
    {
        "default": Effort(65, 1.2, 0.13, 2, 5, 7, 6, 0.1, 0.05, 0.3, 6.0, polish=10),
        "quality": Effort(450, 1.2, 0.1, 4, 40, 8, 20, 0.15, 0.05, 0.3, 8.0, last_loops=10, last_tries=40),
    }
)
