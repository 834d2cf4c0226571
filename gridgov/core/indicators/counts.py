"""How each indicator is counted: rows with a place, a numerator `n` and a denominator `of`, to be summed up the tree.

Each function returns None where the data it needs is not there, so that the indicator says "no data".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from gridgov.core.indicators import services
from gridgov.core.indicators.catalogue import IndicatorRules
from gridgov.core.indicators.facts import Facts
from gridgov.core.overlay import assign_points
from gridgov.core.rentals import count_rentals
from gridgov.core.shelter_sites import check_signs, measure_capacity
from gridgov.core.shelters import REASONS

Count = Callable[[Facts, IndicatorRules], pd.DataFrame | None]


def _household_coverage(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
    if facts.atoms is None:
        return None
    atoms = facts.atoms[["community_id", "section_id", "cluster_id"]].copy()
    of = facts.atoms["households"].astype(int)
    return atoms.assign(n=of.where(atoms["cluster_id"].notna(), 0), of=of)


def _cluster_band(low: str, high: str) -> Count:
    def _count(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
        if facts.clusters is None:
            return None
        size = facts.clusters["households"]
        inside = size.between(getattr(rules, low), getattr(rules, high)) & (size > 0)
        return pd.DataFrame(
            {"cluster_id": facts.clusters["id"], "n": inside.astype(int), "of": (size > 0).astype(int)}
        )

    return _count


def _section_size(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
    if facts.sections is None or facts.clusters is None:
        return None
    lived_in = facts.clusters.loc[facts.clusters["households"] > 0, "parent"].value_counts()
    count = lived_in.reindex(facts.sections["id"]).fillna(0).to_numpy()
    inside = (count >= rules.section_min) & (count <= rules.section_max)
    return pd.DataFrame({"section_id": facts.sections["id"], "n": inside.astype(int), "of": (count > 0).astype(int)})


def _section_liaison(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
    if facts.sections is None or facts.liaison_links is None:
        return None
    linked = facts.liaison_links.loc[facts.liaison_links["liaison_id"].notna(), "section_id"]
    lived_in = (facts.sections["households"] > 0).astype(int)
    answered = facts.sections["id"].isin(linked).astype(int)
    return pd.DataFrame({"section_id": facts.sections["id"], "n": answered * lived_in, "of": lived_in})


def _sheltered(part: str) -> Count:
    def _count(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
        if facts.shelter_links is None:
            return None
        links = facts.shelter_links
        placed = links["people"].where(links["shelter_id"].notna(), 0)
        beyond = links["people"].where(links["reason"].eq(REASONS[0]), 0)
        rows = pd.DataFrame({"cluster_id": links["cluster_id"], "placed": placed, "beyond": beyond})
        rows["of"] = links["people"]
        people = rows.groupby("cluster_id", as_index=False).sum()
        if part == "clusters":
            whole = (people["of"] > 0).astype(int)
            return people.assign(n=whole * (people["placed"] >= people["of"]), of=whole)[["cluster_id", "n", "of"]]
        return people.assign(n=people[part])[["cluster_id", "n", "of"]]

    return _count


def _shelter_capacity(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
    people = services.count_population(facts)
    if facts.shelters is None or people is None:
        return None
    community, _ = assign_points(facts.shelters, facts.communities, "community_id")
    places = measure_capacity(facts.shelters, rules.shelters).groupby(community).sum()
    return people.assign(n=places.reindex(people["community_id"]).fillna(0).to_numpy())


def _shelter_sign(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
    if facts.shelters is None:
        return None
    community, _ = assign_points(facts.shelters, facts.communities, "community_id")
    complete = check_signs(facts.shelters)
    counted = {"n": complete.fillna(False).astype(int), "of": complete.notna().astype(int)}
    return pd.DataFrame({"community_id": community, **counted})


def _rental(name: str) -> Count:
    def _count(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
        if facts.rentals is None or (name == "visits" and facts.at is None):
            return None
        counted = count_rentals(facts.rentals, at=facts.at if name == "visits" else None, rules=rules.rentals)
        rows = pd.DataFrame({"cluster_id": None, "n": counted[name], "of": counted[f"{name}_of"]})
        if facts.rental_links is not None:
            links = facts.rental_links.drop_duplicates("rental_house_id").set_index("rental_house_id")
            rows["cluster_id"] = links["cluster_id"].reindex(facts.rentals["rental_house_id"]).to_numpy(dtype=object)
        return rows

    return _count


def _estimated(facts: Facts, rules: IndicatorRules) -> pd.DataFrame | None:
    if facts.buildings is None or "households_estimated" not in facts.buildings:
        return None
    of = facts.buildings["households"].fillna(0).astype(float)
    n = of.where(facts.buildings["households_estimated"].astype("boolean").fillna(False).astype(bool), 0.0)
    return pd.DataFrame({"community_id": facts.buildings["community_id"], "n": np.asarray(n), "of": np.asarray(of)})


COUNTS: Mapping[str, Count] = MappingProxyType(
    {
        "household_coverage": _household_coverage,
        "cluster_size": _cluster_band("cluster_min", "cluster_max"),
        "cluster_preferred": _cluster_band("preferred_min", "preferred_max"),
        "section_size": _section_size,
        "section_liaison": _section_liaison,
        "cluster_shelter": _sheltered("clusters"),
        "people_sheltered": _sheltered("placed"),
        "people_beyond_reach": _sheltered("beyond"),
        "shelter_capacity": _shelter_capacity,
        "shelter_sign": _shelter_sign,
        "rental_letter": _rental("letters"),
        "rental_terminal": _rental("terminals"),
        "rental_registration": _rental("registered"),
        "rental_permit": _rental("permits"),
        "rental_visit": _rental("visits"),
        "volunteers_registered": services.count_volunteers,
        "volunteers_active": services.count_active_volunteers,
        "service_centre": services.count_service_centres,
        "day_care": services.count_day_care,
        "service_centre_reach": services.count_reach("service_centre", "service_centre_m"),
        "primary_school_reach": services.count_reach("primary_school", "primary_school_m"),
        "middle_school_reach": services.count_reach("middle_school", "middle_school_m"),
        "households_estimated": _estimated,
    }
)
"""How each indicator of the catalogue is counted."""
