"""Who helps and where: facilities, shelters, liaisons and volunteers."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridgov.sample.fabric import Town
from gridgov.sample.footprints import USES

HOUSEHOLDS_A_SECTION = 117.8
M2_A_PERSON = 1.5
_PUBLIC = tuple(USES.index(use) for use in ("public", "office", "school", "shop"))


@dataclass(frozen=True)
class Ground:
    """What the services are placed on."""

    town: Town
    communities: gpd.GeoDataFrame
    of_block: NDArray[np.int64]
    """Community of every block."""
    households: NDArray[np.int64]
    """Households of every community."""


def make_facilities(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Make the layer ``facilities``.

    Parameters
    ----------
    ground : Ground
        The built district.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    geopandas.GeoDataFrame
        Service centres, day-care centres, schools and clinics.
    """
    names = ground.communities["name"].to_numpy()
    rows: list[tuple[str, str, shapely.Point]] = []
    points = _civic_points(ground)
    for community, point in enumerate(points):
        if rng.random() < 0.9 or community == 0:
            rows.append((f"{names[community]}党群服务中心", "service_centre", point))
        if rng.random() < 0.55:
            rows.append((f"{names[community]}健康服务站", "clinic", _near(point, rng)))
    first = ground.communities.drop_duplicates("subdistrict").index.to_numpy()
    some = np.flatnonzero(rng.random(len(names)) < 0.2)
    for community in np.union1d(first, some).tolist():
        point = _near(points[community], rng)
        rows.append((f"{names[community]}日间照料中心", "day_care", point))
    campuses = np.flatnonzero(ground.town.use == "campus")
    for k, block in enumerate(campuses.tolist()):
        kind = "middle_school" if k % 3 == 2 else "primary_school"
        word = "中学" if k % 3 == 2 else "小学"
        point = shapely.point_on_surface(ground.town.blocks.inner[block])
        rows.append((f"{names[ground.of_block[block]]}{word}", kind, point))
    return gpd.GeoDataFrame(
        {
            "facility_id": [f"F{k + 1:05d}" for k in range(len(rows))],
            "name": [row[0] for row in rows],
            "kind": [row[1] for row in rows],
        },
        geometry=_round([row[2] for row in rows]),
        crs=ground.communities.crs,
    )


def make_shelters(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Make the layer ``shelters``: 85 indoor ones for 139,000 households, and parks and school fields.

    Parameters
    ----------
    ground : Ground
        The built district.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    geopandas.GeoDataFrame
        Shelters; capacity is missing on some.
    """
    town, own = ground.town, ground.town.buildings
    wanted = max(2, round(int(ground.households.sum()) * 85 / 139_000))
    candidates = np.flatnonzero(np.isin(own.use, _PUBLIC[:3]))
    if not len(candidates):
        candidates = np.argsort(-shapely.area(own.shapes), kind="stable")[:wanted]
    indoor = np.sort(rng.permutation(candidates)[:wanted])
    room = shapely.area(town.blocks.inner)
    parks = np.flatnonzero(
        ((town.use == "park") & (room > 4000)) | ((town.use == "campus") & (rng.random(len(room)) < 0.5))
    )
    area = np.concatenate(
        [
            np.minimum(shapely.area(own.shapes[indoor]) * np.minimum(own.floors[indoor], 3) * 0.45, 4000),
            room[parks] * np.where(town.use[parks] == "park", 0.45, 0.3),
        ]
    ).round(0)
    points = shapely.point_on_surface(np.concatenate([own.shapes[indoor], town.blocks.inner[parks]]))
    block = np.concatenate([town.block[indoor], parks])
    is_indoor = np.arange(len(block)) < len(indoor)
    return _shelter_frame(ground, block, is_indoor, area, points, rng)


def make_liaisons(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Make the layer ``liaisons``: cadres whose capacities together exceed the sections by a fifth or more.

    Parameters
    ----------
    ground : Ground
        The built district.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    geopandas.GeoDataFrame
        Liaisons at the workplace of a community of their subdistrict.
    """
    need = np.maximum(np.ceil(ground.households / HOUSEHOLDS_A_SECTION), 1)
    count = np.maximum(np.ceil(need * 1.25 / 2.5), 1).astype(np.int64)
    community = np.repeat(np.arange(len(count)), count)
    n = len(community)
    points = _civic_points(ground)[community]
    office = rng.random(n) < 0.35
    upper, lower = (ground.communities[column].to_numpy()[community] for column in ("subdistrict", "name"))
    return gpd.GeoDataFrame(
        {
            "liaison_id": [f"G{k + 1:05d}" for k in range(n)],
            "name": [f"联系干部{k + 1:04d}" for k in range(n)],
            "workplace": np.where(office, upper + "办事处", lower + "工作站"),
            "subdistrict": upper,
            "capacity": rng.choice([2, 3, 4], n, p=[0.45, 0.4, 0.15]),
        },
        geometry=_round(points),
        crs=ground.communities.crs,
    )


def make_volunteers(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Make the layer ``volunteers``: about 5,000 for 139,000 households, at homes.

    Parameters
    ----------
    ground : Ground
        The built district.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    geopandas.GeoDataFrame
        Volunteers at the building they live in.
    """
    town = ground.town
    total = int(town.households.sum())
    n = max(3, round(total * 0.037))
    building = np.sort(rng.choice(len(town.households), n, p=town.households / total))
    community = ground.of_block[town.block[building]]
    return gpd.GeoDataFrame(
        {
            "volunteer_id": [f"V{k + 1:05d}" for k in range(n)],
            "community_id": ground.communities["community_id"].to_numpy()[community],
            "active": rng.random(n) < 0.62,
        },
        geometry=_round(shapely.point_on_surface(town.buildings.shapes[building])),
        crs=ground.communities.crs,
    )


def _shelter_frame(
    ground: Ground,
    block: NDArray[np.int64],
    indoor: NDArray[np.bool_],
    area: NDArray[np.float64],
    points: NDArray[np.object_],
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    n = len(block)
    community = ground.of_block[block]
    upper, lower = (ground.communities[column].to_numpy()[community] for column in ("subdistrict", "name"))
    capacity = np.floor(area / M2_A_PERSON)
    capacity[rng.random(n) < 0.15] = np.nan
    return gpd.GeoDataFrame(
        {
            "shelter_id": [f"S{k + 1:04d}" for k in range(n)],
            "name": [
                f"{place}{'室内' if inside else '室外'}应急避难场所{k + 1}号"
                for k, (place, inside) in enumerate(zip(lower.tolist(), indoor.tolist(), strict=True))
            ],
            "address": [
                f"{u}{c}{k + 1}号" for k, (u, c) in enumerate(zip(upper.tolist(), lower.tolist(), strict=True))
            ],
            "phone": [f"0000-{k + 1:08d}" for k in range(n)],
            "indoor": indoor,
            "area_m2": area,
            "capacity": pd.array(capacity, dtype="Int64"),
            "sign_name": rng.random(n) < 0.97,
            "sign_address": rng.random(n) < 0.9,
            "sign_phone": rng.random(n) < 0.88,
            "unsuitable_for": np.where(indoor, rng.choice(["", "地震", "洪涝"], n, p=[0.8, 0.12, 0.08]), "台风"),
        },
        geometry=_round(points),
        crs=ground.communities.crs,
    )


def _civic_points(ground: Ground) -> NDArray[np.object_]:
    """Point in the public-looking building nearest the middle of each community."""
    town = ground.town
    points = shapely.point_on_surface(town.buildings.shapes)
    community = ground.of_block[town.block]
    middle = shapely.centroid(ground.communities.geometry.to_numpy())
    penalty = np.where(np.isin(town.buildings.use, _PUBLIC), 0.0, 400.0)
    score = shapely.distance(points, middle[community]) + penalty
    out = shapely.point_on_surface(ground.communities.geometry.to_numpy())
    order = np.lexsort([score, community])
    _, first = np.unique(community[order], return_index=True)
    best = order[first]
    out[community[best]] = points[best]
    return np.asarray(out)


def _near(point: shapely.Point, rng: np.random.Generator) -> shapely.Point:
    return shapely.Point(point.x + rng.uniform(-60, 60), point.y + rng.uniform(-60, 60))


def _round(points: object) -> list[shapely.Point]:
    return list(shapely.points(shapely.get_coordinates(np.asarray(points, dtype=object)).round(2)))
