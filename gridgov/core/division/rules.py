"""The rules of a division as data: sizes, what counts as good, what a crossing costs."""

from __future__ import annotations

from dataclasses import dataclass

from gridgov.errors import InputError


@dataclass(frozen=True)
class DivisionRules:
    """Sizes and costs of a division; the defaults are those of a household cluster.

    The best division is the one of least cost in sum: that is all the search goes by. Besides the costs named here a
    group pays up to 1 for being off the target, and a little for each household beyond the preferred sizes. Target
    50 households is stated by a municipality that runs the system; the ranges around it are the working limits of
    this project (status: seed, see the rule profile).
    """

    target: int = 50
    """Wanted size of a group [households]."""
    min: int = 35
    """Smallest allowed size; smaller groups are made only where nothing else is possible [households]."""
    max: int = 65
    """Largest size; only an indivisible atom may exceed it [households]."""
    preferred_low: int = 45
    preferred_high: int = 55
    small_building: int = 20
    """Largest building that counts as small: among such ones a group's size is a matter of drawing the line."""
    outside_preferred_cost: float = 10.5
    outside_preferred_small_cost: float = 100.0
    """The same for a group of small buildings only; less than one outside the allowed sizes costs more."""
    outside_allowed_cost: float = 110.0
    soft_crossing_cost: float = 1.5
    """For a group that would fall apart without its edges across a main road."""
    surplus_piece_cost: float = 30.0
    """For each piece of a building beyond the fewest that fit `preferred_high`."""
    compactness_cost: float = 5.5
    """For one unit of Polsby-Popper compactness lost by a group."""
    distance_cost: float = 1.4
    """For each metre that the households of a group of target size live from the building in its middle (mean)."""
    wide_m: float = 60.0
    """Where a group of target size usually reaches further than this, distance costs less [m, root mean square]."""

    def __post_init__(self) -> None:
        """Refuse sizes that contradict each other."""
        order = (self.min, self.preferred_low, self.target, self.preferred_high, self.max)
        if self.min < 0 or list(order) != sorted(order):
            raise InputError(
                f"Sizes must satisfy 0 <= min <= preferred_low <= target <= preferred_high <= max, got {order}.",
                sizes=order,
            )


def make_rules(target: int, min: int | None = None, max: int | None = None) -> DivisionRules:
    """Make rules for another size, with the proportions of the household cluster where not given.

    Parameters
    ----------
    target : int
        Wanted size of a group.
    min, max : int, optional
        Allowed sizes; 0.7 and 1.3 of the target when not given.

    Returns
    -------
    DivisionRules
        Rules with the preferred range at 0.9 to 1.1 of the target, inside `min` and `max`.

    Examples
    --------
    >>> rules = make_rules(400, 300, 500)
    >>> rules.preferred_low, rules.preferred_high
    (360, 440)
    """
    low = round(0.7 * target) if min is None else min
    high = round(1.3 * target) if max is None else max
    scale = (DivisionRules.target / target) ** 0.5
    near_low, near_high = round(0.9 * target), round(1.1 * target)
    return DivisionRules(
        target=target,
        distance_cost=DivisionRules.distance_cost * scale,
        min=low,
        max=high,
        preferred_low=near_low if near_low > low else low,
        preferred_high=near_high if near_high < high else high,
        small_building=round(0.4 * target),
    )
