"""A whole made-up district from a seed: every layer that gridgov reads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from gridgov.errors import InputError
from gridgov.sample.barriers import make_barriers
from gridgov.sample.buildings import COUNTS, leave_out_counts, make_buildings
from gridgov.sample.compounds import make_compounds
from gridgov.sample.fabric import Town, make_town
from gridgov.sample.people import make_households, make_residents
from gridgov.sample.places import make_places
from gridgov.sample.rentals import make_rentals
from gridgov.sample.services import Ground, make_facilities, make_liaisons, make_shelters, make_volunteers

CRS = "EPSG:4547"
FEWEST_HOUSEHOLDS = 200


def make_district(households: int, seed: int, counts: str = "all") -> dict[str, pd.DataFrame]:
    """Make a believable district: footprints, communities, barriers and the people in it.

    Nothing in it is real: names are drawn from neutral characters, codes from a county code that no place has.

    Parameters
    ----------
    households : int
        Exact number of households, at least 200; 139,000 give 93 communities in 7 subdistricts.
    seed : int
        Seed of all chance; the same seed gives the same tables.
    counts : {"all", "some", "none"}
        On how many buildings the number of households is given; storeys are missing on some unless ``"all"``.

    Returns
    -------
    dict of str to DataFrame or GeoDataFrame
        Each layer of `gridgov.core.layers.LAYERS` by name [EPSG:4547].

    Raises
    ------
    InputError
        When there are too few households or `counts` is unknown.

    Examples
    --------
    >>> district = make_district(600, seed=1)
    >>> int(district["buildings"].households.sum()), len(district["households"])
    (600, 600)
    """
    _require_sensible(households, counts)
    rng = np.random.default_rng(seed)
    town = make_town(households, rng)
    of_block = np.bincount(town.block, weights=town.households, minlength=len(town.use)).astype(np.int64)
    places = make_places(town.blocks, of_block, CRS, rng)
    communities = places.communities
    town = _in_order(town, places.of_block)
    community = places.of_block[town.block]
    stems = communities["name"].str.removesuffix("社区").str.removesuffix("村").to_numpy()
    compounds, compound_of_block = make_compounds(town, places.of_block, stems, CRS, rng)
    buildings = make_buildings(town, communities, community, compounds, compound_of_block, rng)
    ids = buildings["building_id"].to_numpy()
    homes, facts = make_households(town.buildings, ids, town.households, rng)
    residents, size = make_residents(homes, facts, town.buildings.use, rng)
    communities["population"] = np.bincount(
        community[facts["building"]], weights=size, minlength=len(communities)
    ).astype(np.int64)
    per_community = np.bincount(community, weights=town.households, minlength=len(communities)).astype(np.int64)
    ground = Ground(town, communities, places.of_block, per_community)
    layers: dict[str, pd.DataFrame] = {
        "communities": communities,
        "buildings": leave_out_counts(buildings, counts, rng),
        "barriers": make_barriers(town.blocks, CRS, rng),
        "compounds": compounds,
        "households": homes,
        "rental_houses": make_rentals(homes, facts, size, town.buildings, ids, CRS, rng),
        "residents": residents,
        "liaisons": make_liaisons(ground, rng),
        "shelters": make_shelters(ground, rng),
        "facilities": make_facilities(ground, rng),
        "volunteers": make_volunteers(ground, rng),
    }
    return layers


def _require_sensible(households: int, counts: str) -> None:
    if households < FEWEST_HOUSEHOLDS:
        raise InputError(
            f"A sample district has at least {FEWEST_HOUSEHOLDS} households; {households} were asked for.",
            households=households,
        )
    if counts not in COUNTS:
        raise InputError(f"counts is one of {', '.join(COUNTS)}; {counts!r} was given.", counts=counts)


def _in_order(town: Town, community: np.ndarray) -> Town:
    """Put buildings in the order of their community, block and place from north-west."""
    middle = shapely.get_coordinates(shapely.centroid(town.buildings.shapes))
    order = np.lexsort([middle[:, 0], -middle[:, 1], town.block, community[town.block]])
    return replace(
        town, buildings=town.buildings.take(order), block=town.block[order], households=town.households[order]
    )
