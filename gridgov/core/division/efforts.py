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
    ease: float = 0.125
    """Share of the cost of bad sizes that counts in the long annealing: with all of it few flips would be made."""
    far_tries: int = 25
    """More of them around each group outside the allowed sizes."""
    small_loops: int = 10
    """Repairs more in a small component."""
    last_loops: int = 10
    """Repairs in the end, of groups of small atoms only and without annealing."""
    last_tries: int = 20
    """New divisions tried around each group in these."""
    polish: int = 20
    """Flips tried per atom of a new division before it is judged."""
    polish_heat: float = 0.0
    noise: float = 0.3
    """Random cost of a cut, so that equally good divisions take turns."""
    whole_sets: int = 80_000
    """Most connected sets listed where a whole component is divided exactly."""
    patch_sets: int = 1000
    """The same for a patch of a larger one."""
    patch_places: int = 16
    """Most atoms of a patch."""
    patch_sweeps: int = 1
    """Times that all patches are gone over in the end."""


EFFORTS = MappingProxyType(
    {
        "quick": Effort(
            rounds=40, hot=2.0, cold=0.2,
            loops=1, tries=5, most=7, repair_heat=0.6, polish=5,
            short_rounds=12, short_hot=0.2, short_cold=0.05,
            small_loops=1, last_loops=1, last_tries=5,
            whole_sets=2000, patch_sets=200, patch_places=8, patch_sweeps=0,
        ),
        "default": Effort(
            rounds=130, hot=2.0, cold=0.2,
            loops=2, tries=5, most=7, repair_heat=0.6, polish=10,
            short_rounds=12, short_hot=0.2, short_cold=0.05,
            last_loops=25, last_tries=30,
        ),
        "quality": Effort(
            rounds=1000, hot=2.0, cold=0.12,
            loops=8, tries=40, most=8, repair_heat=0.3,
            short_rounds=40, short_hot=0.4, short_cold=0.05,
            last_tries=40,
            whole_sets=250_000, patch_sets=3000, patch_places=24,
        ),
    }
)  # fmt: skip
