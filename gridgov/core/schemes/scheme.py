"""One scheme: what is counted, how much of it makes a group, and what may not be cut."""

from __future__ import annotations

from dataclasses import dataclass

from gridgov.core.division import DivisionRules, make_rules
from gridgov.errors import InputError

COUNTED = ("households", "rooms", "buildings")
"""What the size of a group may count."""
FINENESS = 4
"""With unequal targets, the ordinary target is this many times as many units, so that rounding hardly matters."""


@dataclass(frozen=True)
class Scheme:
    """A kind of group as data, e.g. from a section of a rule profile."""

    target: int = 50
    """Wanted size of a group."""
    min: int | None = None
    """Smallest and largest; 0.7 and 1.3 of the target unless given."""
    max: int | None = None
    counts: str = "households"
    """What a size counts: one of `COUNTED`. Rooms are those let, and at least as many as households."""
    whole_buildings: bool = False
    """Whether a building is never cut, however large it is."""
    targets: tuple[tuple[str, int], ...] = ()
    """Other targets by use of the building; a mixed group is filled in proportion."""

    def __post_init__(self) -> None:
        """Refuse what cannot be counted."""
        if self.counts not in COUNTED:
            raise InputError(f"A scheme counts one of {', '.join(COUNTED)}, not {self.counts!r}.", counts=self.counts)
        wrong = [pair for pair in self.targets if len(pair) != 2 or int(pair[1]) < 1]
        if wrong:
            raise InputError(f"A target by use is a pair like ['apartment', 60], not {wrong[0]!r}.")

    @property
    def unit(self) -> int:
        """How many units of size one household (room, building) of an ordinary use is."""
        return FINENESS if self.targets else 1

    @property
    def rules(self) -> DivisionRules:
        """Sizes for the engine, in units.

        Examples
        --------
        >>> Scheme(400, 300, 500).rules.max
        500
        >>> Scheme(50, targets=(("house", 40),)).rules.target
        200
        """
        low = None if self.min is None else self.min * self.unit
        high = None if self.max is None else self.max * self.unit
        return make_rules(self.target * self.unit, low, high)

    def share(self, use: object) -> float:
        """Return the units that one household of a building of this use counts.

        Parameters
        ----------
        use : object
            Use of the building, or anything else where it is not known.

        Returns
        -------
        float
            More than `unit` where groups shall be smaller.

        Examples
        --------
        >>> Scheme(50, targets=(("house", 40),)).share("house")
        5.0
        """
        return self.unit * self.target / dict(self.targets).get(str(use), self.target)
