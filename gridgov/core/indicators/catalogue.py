"""The indicators there are, in words, and the targets they are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gridgov.core.profile import Profile
from gridgov.core.rentals import RentalRules
from gridgov.core.shelter_sites import ShelterRules
from gridgov.errors import InputError


@dataclass(frozen=True)
class Indicator:
    """One indicator in words."""

    name: str
    english: str
    chinese: str
    unit_english: str
    """What the denominator counts."""
    unit_chinese: str
    about: str = "places"
    """`people`, `houses` or `places`: small cells about people and houses are hidden outside the office."""
    at_least: bool = True
    """Whether more is better; otherwise the target is the most allowed."""


@dataclass(frozen=True)
class Target:
    """What an indicator is held against, and who says so."""

    ratio: float
    source: str
    mark: str
    """`seed`, `verified`, `secondary`, `unverified` or `gridgov`."""


def _targets() -> Mapping[str, Target]:
    seed, own = "a municipality that runs the system", "gridgov's own bar"
    return MappingProxyType(
        {
            "household_coverage": Target(1.0, seed, "seed"),
            "cluster_size": Target(1.0, own, "gridgov"),
            "section_size": Target(1.0, seed, "seed"),
            "section_liaison": Target(1.0, seed, "seed"),
            "people_sheltered": Target(1.0, own, "gridgov"),
            "people_beyond_reach": Target(0.0, own, "gridgov"),
            "shelter_capacity": Target(0.20, "shelter planning practice", "secondary"),
            "shelter_sign": Target(1.0, seed, "seed"),
            "rental_letter": Target(1.0, seed, "seed"),
            "rental_terminal": Target(1.0, seed, "seed"),
            "rental_registration": Target(0.95, seed, "seed"),
            "rental_permit": Target(0.90, seed, "seed"),
            "rental_visit": Target(1.0, "one city's house classes", "secondary"),
            "volunteers_active": Target(0.15, seed, "seed"),
            "service_centre": Target(1.0, seed, "seed"),
            "day_care": Target(1.0, seed, "seed"),
        }
    )


@dataclass(frozen=True)
class IndicatorRules:
    """Targets and the numbers the indicators are counted with; targets are data, a city brings its own.

    Cluster sizes 35 to 65, preferred 45 to 55 around the 50 households [seed]; sections of 2 or 3 clusters [seed];
    registered volunteers 10 % urban, 7 % rural [seed]; 10-minute circle 500 m, 15-minute circle 1 km, primary school
    within 500 m, middle school within 1,000 m [verified].
    """

    targets: Mapping[str, Target] = field(default_factory=_targets)
    cluster_min: int = 35
    cluster_max: int = 65
    preferred_min: int = 45
    preferred_max: int = 55
    section_min: int = 2
    section_max: int = 3
    volunteers_urban_ratio: float = 0.10
    volunteers_rural_ratio: float = 0.07
    primary_school_m: float = 500.0
    middle_school_m: float = 1000.0
    service_centre_m: float = 1000.0
    rentals: RentalRules = field(default_factory=RentalRules)
    shelters: ShelterRules = field(default_factory=ShelterRules)


def make_indicator_rules(profile: Profile) -> IndicatorRules:
    """Make the indicator rules of a rule profile.

    Parameters
    ----------
    profile : Profile
        Its sections ``indicators`` (fields of `IndicatorRules`), ``targets`` (a ratio by indicator name), ``rentals``
        and ``shelters``, each optional; what it is silent about keeps gridgov's default.

    Returns
    -------
    IndicatorRules
        The rules; every target names the profile's source.

    Raises
    ------
    InputError
        When a target names no indicator.
    """
    given = {
        name: Target(float(number.value), f"{number.source} {number.clause}".strip(), number.status)
        for name, number in profile.sections.get("targets", {}).items()
    }
    unknown = sorted(set(given) - set(CATALOGUE))
    if unknown:
        raise InputError(f"[targets] names no such indicator: {', '.join(unknown)}. Known: {', '.join(CATALOGUE)}.")
    return profile.rules(
        "indicators",
        IndicatorRules,
        targets=MappingProxyType({**_targets(), **given}),
        rentals=profile.rules("rentals", RentalRules),
        shelters=profile.rules("shelters", ShelterRules),
    )


_HOUSEHOLDS = ("households", "户")
_CLUSTERS = ("clusters with households", "有住户的楼组")
_SECTIONS = ("sections", "片区")
_PEOPLE = ("people", "人")
_HOUSES = ("rental houses", "出租屋")

CATALOGUE: Mapping[str, Indicator] = MappingProxyType(
    {
        one.name: one
        for one in (
            Indicator("household_coverage", "Households in a cluster", "楼组覆盖户数", *_HOUSEHOLDS),
            Indicator("cluster_size", "Clusters within the size limits", "规模合规的楼组", *_CLUSTERS),
            Indicator("cluster_preferred", "Clusters of the preferred size", "规模适中的楼组", *_CLUSTERS),
            Indicator("section_size", "Sections of two or three clusters", "由2—3个楼组组成的片区", *_SECTIONS),
            Indicator("section_liaison", "Sections with a cadre liaison", "已落实联系干部的片区", *_SECTIONS),
            Indicator("cluster_shelter", "Clusters with all people sheltered", "避难安置到位的楼组", *_CLUSTERS),
            Indicator("people_sheltered", "People with a shelter place within reach", "可就近避难人口", *_PEOPLE),
            Indicator(
                "people_beyond_reach", "People beyond reach of a shelter", "避难服务半径外人口", *_PEOPLE,
                at_least=False,
            ),
            Indicator("shelter_capacity", "Shelter places to population", "避难容量占人口比例", *_PEOPLE),
            Indicator("shelter_sign", "Shelters with a complete sign", "标识完整的避难场所", "shelters", "处"),
            Indicator("rental_letter", "Responsibility letters signed", "安全责任书签订率", *_HOUSES, "houses"),
            Indicator(
                "rental_terminal", "Terminals installed where required", "自主申报终端安装率",
                "rental houses that must have one", "应装出租屋", "houses",
            ),
            Indicator("rental_registration", "Tenants registered", "租住人员登记率", "tenants", "租住人", "people"),
            Indicator("rental_permit", "Residence permits held", "居住证办证率", "permits due", "应办证人", "people"),
            Indicator("rental_visit", "Rental houses visited on time", "出租屋按期走访率", *_HOUSES, "houses"),
            Indicator("volunteers_registered", "Registered volunteers to population", "注册志愿者占比", *_PEOPLE),
            Indicator("volunteers_active", "Volunteers taking part, of population", "参与服务志愿者占比", *_PEOPLE),
            Indicator(
                "service_centre", "Communities with a service centre", "设有服务中心的社区", "communities", "社区"
            ),
            Indicator("day_care", "Subdistricts with day care", "设有日间照料的街道", "subdistricts", "街道"),
            Indicator("service_centre_reach", "Households near a service centre", "服务中心覆盖户数", *_HOUSEHOLDS),
            Indicator("primary_school_reach", "Households near a primary school", "小学覆盖户数", *_HOUSEHOLDS),
            Indicator("middle_school_reach", "Households near a middle school", "中学覆盖户数", *_HOUSEHOLDS),
            Indicator(
                "households_estimated", "Households that are estimates", "估算户数占比", *_HOUSEHOLDS, at_least=False
            ),
        )
    }
)  # fmt: skip
"""Every indicator by name, in the order of a report."""
