"""Shelters one by one: how many people they take, what their signs lack, which hazards they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

SIGN_COLUMNS = ("sign_name", "sign_address", "sign_phone")


@dataclass(frozen=True)
class ShelterRules:
    """Numbers of the shelter rules.

    Emergency radius 500 m, about 10 minutes' walk [secondary]; at least 1.5 m2 of effective area a person
    (earthquake) [verified]; a sign shows name, detailed address and telephone [seed]; fixed shelters for 20 to 30 %
    of the population [secondary]; 2.62 people a household, mean of the 2020 census [secondary].
    """

    emergency_radius_m: float = 500.0
    m2_per_person: float = 1.5
    people_per_household: float = 2.62
    capacity_share_min: float = 0.20


def count_people(
    clusters: pd.DataFrame, people: pd.Series | None = None, rules: ShelterRules | None = None
) -> pd.Series:
    """Count the people of each cluster: as given, else households x mean household size, rounded.

    Parameters
    ----------
    clusters : pandas.DataFrame
        With id, households.
    people : pandas.Series, optional
        People by cluster id.
    rules : ShelterRules, optional
        Numbers of the rules.

    Returns
    -------
    pandas.Series
        People [whole], on the index of `clusters`.
    """
    rules = rules or ShelterRules()
    guess = clusters["households"].to_numpy(dtype=float) * rules.people_per_household
    given = np.full(len(clusters), np.nan) if people is None else people.reindex(clusters["id"]).to_numpy(dtype=float)
    counted = np.floor(np.where(np.isnan(given), guess, given) + 0.5).astype(np.int64)
    return pd.Series(counted, index=clusters.index, name="people")


def measure_capacity(shelters: pd.DataFrame, rules: ShelterRules | None = None) -> pd.Series:
    """Measure how many people each shelter takes: as given, else floor(area / m2 a person), else 0.

    Parameters
    ----------
    shelters : pandas.DataFrame
        With capacity, area_m2; either may be absent or missing.
    rules : ShelterRules, optional
        Numbers of the rules.

    Returns
    -------
    pandas.Series
        People [whole], on the index of `shelters`.

    Examples
    --------
    >>> measure_capacity(pd.DataFrame({"area_m2": [100.0, None], "capacity": [None, 7]})).tolist()
    [66, 7]
    """
    rules = rules or ShelterRules()
    by_area = np.floor(numbers_of(shelters, "area_m2") / rules.m2_per_person + 1e-9)
    capacity = numbers_of(shelters, "capacity").fillna(by_area).fillna(0).clip(lower=0)
    return np.floor(capacity).astype(np.int64).rename("capacity")


def check_signs(shelters: pd.DataFrame) -> pd.Series:
    """Check that each shelter's sign shows name, detailed address and telephone.

    Parameters
    ----------
    shelters : pandas.DataFrame
        With sign_name, sign_address, sign_phone; missing where nobody looked.

    Returns
    -------
    pandas.Series
        True or False, missing where one part is unknown and none is known to lack [boolean], on the given index.
    """
    parts = pd.DataFrame({name: shelters.get(name, pd.NA) for name in SIGN_COLUMNS}, index=shelters.index).astype(
        "boolean"
    )
    lacking = (~parts).fillna(False).any(axis=1)
    return pd.Series(np.where(lacking, False, True), shelters.index, dtype="boolean").mask(
        parts.isna().any(axis=1) & ~lacking
    )


def is_suitable(shelters: pd.DataFrame, hazard: str | None) -> pd.Series:
    """Say which shelters may be used in a hazard.

    Parameters
    ----------
    shelters : pandas.DataFrame
        With unsuitable_for: hazards separated by commas, semicolons, slashes, spaces or 、.
    hazard : str, optional
        Hazard as the layer spells it; None asks for no hazard in particular.

    Returns
    -------
    pandas.Series
        True or False, on the index of `shelters`.
    """
    if hazard is None or "unsuitable_for" not in shelters:
        return pd.Series(True, index=shelters.index)
    words = shelters["unsuitable_for"].fillna("").str.lower().map(lambda text: re.split(r"[\s,;/、，；|]+", text))
    return words.map(lambda some: hazard.lower() not in some).astype(bool)


def numbers_of(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column as numbers, missing where it or its values are absent.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table.
    name : str
        Column that may be absent.

    Returns
    -------
    pandas.Series
        Numbers [float], NaN where unknown, on the index of `frame`.
    """
    if name not in frame:
        return pd.Series(np.nan, index=frame.index)
    return pd.to_numeric(frame[name]).astype("Float64").astype(float)
