"""The rules of a place: a profile's numbers, ready for the core."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gridgov.core.district import PlanRules
from gridgov.core.division import DivisionRules, make_rules
from gridgov.core.households import EstimationRules
from gridgov.core.indicators import IndicatorRules
from gridgov.core.profile import Profile, make_profile
from gridgov.core.quality import QualityRules
from gridgov.core.rentals import RentalRules
from gridgov.core.shelter_sites import ShelterRules
from gridgov.storage.profiles import load_toml_profile


@dataclass(frozen=True)
class Rules:
    """All rules, filled from one profile."""

    profile: Profile
    plan: PlanRules
    rentals: RentalRules
    shelters: ShelterRules
    indicators: IndicatorRules

    @property
    def quality(self) -> QualityRules:
        """Sizes by which a plan is judged."""
        wanted = self.plan.clusters
        return QualityRules(wanted.target, wanted.preferred_low, wanted.preferred_high, wanted.min, wanted.max)


def read_rules(
    profile: str = "default", *, target: int | None = None, least: int | None = None, most: int | None = None
) -> Rules:
    """Read a profile and fill the rules from it.

    Parameters
    ----------
    profile : str
        Name of a profile that comes with gridgov, or the path of a TOML file.
    target, least, most : int, optional
        Sizes of a cluster that override the profile's [households]. With a new target alone the ranges scale with it.

    Returns
    -------
    Rules
        The rules.

    Raises
    ------
    InputError
        When a number is unknown, without a source, or contradicts another.
    NotFoundError
        When there is no such profile.
    """
    numbers = make_profile(load_toml_profile(profile))
    rentals, shelters = numbers.rules("rentals", RentalRules), numbers.rules("shelters", ShelterRules)
    clusters = _resize(numbers.rules("clusters", DivisionRules), target, least, most)
    plan = PlanRules(
        clusters=clusters,
        managers=numbers.rules("managers", DivisionRules),
        estimation=numbers.rules("estimation", EstimationRules),
        **{name: number.value for name, number in numbers.sections.get("sections", {}).items()},
    )
    indicators = numbers.rules("indicators", IndicatorRules, rentals=rentals, shelters=shelters)
    indicators = replace(
        indicators,
        cluster_min=clusters.min,
        cluster_max=clusters.max,
        preferred_min=clusters.preferred_low,
        preferred_max=clusters.preferred_high,
    )
    return Rules(numbers, plan, rentals, shelters, indicators)


def _resize(rules: DivisionRules, target: int | None, least: int | None, most: int | None) -> DivisionRules:
    if target is None and least is None and most is None:
        return rules
    if target is None or target == rules.target:
        low, high = least or rules.min, most or rules.max
        return replace(
            rules,
            min=low,
            max=high,
            preferred_low=max(rules.preferred_low, low),
            preferred_high=min(rules.preferred_high, high),
        )
    return make_rules(target, least, most)
