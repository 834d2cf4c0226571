"""The numbers of sections."""

from __future__ import annotations

from dataclasses import dataclass, field

from gridgov.errors import InputError


@dataclass(frozen=True)
class SectionCosts:
    """What a section costs beside its shape (1 - Polsby–Popper of its union)."""

    crossing: float = 0.15
    """For every main road that must be crossed inside."""
    balance: float = 0.05
    """For the squared relative distance of its households from the mean section."""
    alone: float = 8.0
    """For a section below the smallest size."""
    count: float = 2.0
    """For one section more or less than wanted in a component."""
    keep: float = 1.0
    """Gain of a section that was one before."""


@dataclass(frozen=True)
class SectionRules:
    """How many clusters make a section, and how long to search.

    Raises
    ------
    InputError
        When the limits make no sense.
    """

    minimum: int = 2
    maximum: int = 3
    """Allowed clusters of a section; 1 ≤ minimum ≤ maximum ≤ 3."""
    per_section: float = 2.356
    """Wanted mean of clusters to a section. The city whose figures are known has 2,780 clusters in 1,180 sections."""
    costs: SectionCosts = field(default_factory=SectionCosts)
    passes: int = 12
    """Most passes over all clusters."""

    def __post_init__(self) -> None:
        """Refuse limits that make no sense."""
        if not 1 <= self.minimum <= self.maximum <= 3:
            raise InputError(
                f"Sections of {self.minimum} to {self.maximum} clusters cannot be made: 1 ≤ minimum ≤ maximum ≤ 3 is "
                "needed.",
                minimum=self.minimum,
                maximum=self.maximum,
            )
