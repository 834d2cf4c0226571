"""A small made-up district on squares, with everything a report can show."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridgov.core.findings import join_findings
from gridgov.core.liaison import assign_liaisons
from gridgov.core.needs import count_needs
from gridgov.core.overlay import assign_households, assign_rentals, assign_residents
from gridgov.core.shelters import ShelterRules, assign_shelters
from gridgov.reports.bundle import ReportBundle

CRS = "EPSG:4547"
DAY = dt.date(2026, 3, 23)
SIDE_M = 60.0
NAMES = ("龙塘", "新牛", "白石龙", "上芬", "樟坑", "北站", "大岭", "民泰", "民强", "民乐", "民新", "松仔园")


def make_toy(communities: int = 3, side: int = 4, seed: int = 0, **more: Any) -> ReportBundle:
    """Communities side by side, `side` x `side` cells each, two cells a cluster, four a section."""
    rng = np.random.default_rng(seed)
    wide = int(np.ceil(np.sqrt(communities)))
    cells = pd.concat([_cells(number, wide, side) for number in range(communities)], ignore_index=True)
    cells = gpd.GeoDataFrame(cells, geometry="geometry", crs=CRS)
    size = np.clip(np.rint(rng.normal(25, 5, len(cells))), 5, 60).astype(int)
    size[:2], size[2:4] = (60, 33), 0
    cells.loc[2:3, "building_id"] = None
    atoms = pd.DataFrame(cells.drop(columns=["geometry", "row"])).assign(
        atom_id="A" + cells["cell_id"], unit=pd.NA, storey_from=pd.NA, storey_to=pd.NA, households=size
    )
    atoms = atoms.astype({"unit": "Int64", "storey_from": "Int64", "storey_to": "Int64"})
    plan = {
        "clusters": _groups(cells, size, "cluster_id", "section_id", "第{}楼组"),
        "sections": _groups(cells, size, "section_id", "community_id", "第{}片区"),
        "grids": _groups(cells, size, "grid_id", "community_id", "第{}网格").assign(kind="building-manager"),
    }
    ground = _communities(cells, wide, size)
    found, layers = _assign(cells, atoms, plan, ground, rng)
    buildings = atoms.loc[atoms["building_id"].notna(), ["building_id", "community_id", "households"]]
    bundle: dict[str, Any] = {
        "communities": ground,
        "atoms": atoms,
        **plan,
        **layers,
        "buildings": buildings.assign(households_estimated=rng.random(len(buildings)) < 0.2),
        "findings": found,
        "at": DAY,
        "plan_id": "toy",
        "plan_name": "2026年划分方案",
        "status": "published",
        "published_from": dt.date(2026, 1, 1),
        "quality": pd.DataFrame(
            {"measure": ["clusters", "pct_allowed", "coverage_valid"], "value": [len(plan["clusters"]), 97.5, True]}
        ).assign(unit=["clusters", "% of clusters", ""], bar=["", "≥ 99", "= True"], holds=[None, False, True]),
    }
    return ReportBundle(**{**bundle, **more})


def _cells(number: int, wide: int, side: int) -> pd.DataFrame:
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(side), np.arange(side)))
    left = 500_000 + (number % wide) * side * SIDE_M + x * SIDE_M
    low = 2_500_000 - (number // wide) * side * SIDE_M + y * SIDE_M
    code = f"440309{number // 3 + 1:03d}{number % 3 + 1:03d}"
    ids = [f"{code}-{at:02d}" for at in range(side * side)]
    row = np.arange(side * side)
    return pd.DataFrame(
        {
            "cell_id": ids,
            "building_id": ["B" + one for one in ids],
            "community_id": code,
            "cluster_id": [f"L{code}{at:03d}" for at in row // 2],
            "section_id": [f"P{code}{at:03d}" for at in row // 4],
            "grid_id": [f"G{code}{at:03d}" for at in row // 8],
            "row": number,
            "geometry": shapely.box(left, low, left + SIDE_M, low + SIDE_M),
        }
    )


def _groups(cells: gpd.GeoDataFrame, size: np.ndarray, key: str, parent: str, name: str) -> gpd.GeoDataFrame:
    table = cells.assign(households=size).dissolve(
        key, aggfunc={"households": "sum", parent: "first", "community_id": "first"} | {parent: "first"}
    )
    table = table.reset_index(names="id").rename(columns={parent: "parent"} if parent != "community_id" else {})
    if parent == "community_id":
        table["parent"] = table["community_id"]
    numbers = table.groupby("community_id").cumcount() + 1
    blank = pd.array([pd.NA] * len(table), dtype="Int64")
    named = [name.format(number) for number in numbers]
    return table.assign(
        code=table["id"].str[1:], name=named, kind=None, unit=blank, storey_from=blank, storey_to=blank
    )


def _communities(cells: gpd.GeoDataFrame, wide: int, size: np.ndarray) -> gpd.GeoDataFrame:
    ground = cells.assign(households=size).dissolve("community_id", aggfunc={"row": "first", "households": "sum"})
    ground = ground.reset_index()
    names = [
        f"{NAMES[row % len(NAMES)]}{'' if row < len(NAMES) else row // len(NAMES) + 1}社区" for row in ground["row"]
    ]
    return ground.drop(columns=["row", "households"]).assign(
        name=names,
        subdistrict=[f"第{row // (2 if len(ground) < 9 else 14) + 1}街道" for row in ground["row"]],
        district="示例区",
        population=(ground["households"] * 2.6).astype(int),
        kind="urban",
    )


def _assign(
    cells: gpd.GeoDataFrame,
    atoms: pd.DataFrame,
    plan: dict[str, Any],
    ground: gpd.GeoDataFrame,
    rng: np.random.Generator,
) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    lived_in = atoms[atoms["households"] > 0]
    building = np.repeat(lived_in["building_id"].to_numpy(), lived_in["households"])
    households = pd.DataFrame({"household_id": [f"H{at}" for at in range(len(building))], "building_id": building})
    placed, found_households = assign_households(households, atoms)
    residents = _residents(households, rng)
    at_home, found_residents = assign_residents(residents, placed)
    rentals = _rentals(cells, rng)
    rental_links, found_rentals = assign_rentals(rentals, atoms, cells)
    liaisons = _places(cells, rng, max(len(ground) * 2, 2), "liaison_id").assign(
        name=lambda rows: "干部" + rows["liaison_id"], workplace="街道办", capacity=3
    )
    shelters = _places(cells, rng, len(ground) + 1, "shelter_id").assign(
        name=lambda rows: "避难场所" + rows["shelter_id"], address="龙塘路1号", phone="0755-0000",
        area_m2=rng.integers(150, 1500, len(ground) + 1), sign_name=True, sign_address=True,
        sign_phone=rng.random(len(ground) + 1) < 0.8, unsuitable_for=None,
    )  # fmt: skip
    facilities = _places(cells, rng, len(ground), "facility_id")
    kinds = ["service_centre", "day_care", "primary_school"]
    facilities["kind"] = [kinds[at % 3] for at in range(len(ground))]
    lived = [plan[name][plan[name]["households"] > 0] for name in ("sections", "clusters")]
    led = assign_liaisons(lived[0], liaisons)
    safe = assign_shelters(lived[1], shelters, rules=ShelterRules(emergency_radius_m=250))
    found = [found_households, found_residents, found_rentals, led.findings, safe.findings]
    return join_findings(found, CRS), {
        "rentals": rentals,
        "rental_links": rental_links,
        "residents": count_needs(residents, at_home),
        "liaisons": liaisons,
        "liaison_links": led.links,
        "shelters": shelters,
        "shelter_links": safe.links,
        "facilities": facilities,
        "volunteers": _places(cells, rng, len(ground) * 40, "volunteer_id").assign(community_id=None, active=True),
    }


def _residents(households: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    home = np.repeat(households["household_id"].to_numpy(), rng.integers(1, 5, len(households)))
    residents = pd.DataFrame({"resident_id": [f"R{at}" for at in range(len(home))], "household_id": home})
    needs = {"older_living_alone": 0.03, "disability_support": 0.015, "subsistence_allowance": 0.008}
    return residents.assign(**{name: rng.random(len(home)) < share for name, share in needs.items()})


def _rentals(cells: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    some = cells[cells["building_id"].notna()].sample(frac=0.6, random_state=1)
    count = len(some)
    tenants = rng.integers(1, 45, count)
    return gpd.GeoDataFrame(
        {
            "rental_house_id": [f"Q{at:04d}" for at in range(count)],
            "building_id": some["building_id"].to_numpy(),
            "rooms": rng.integers(1, 26, count),
            "tenants": tenants,
            "let_type": rng.choice(["day", "month", "year"], count, p=[0.1, 0.6, 0.3]),
            "letter_signed": rng.random(count) < 0.93,
            "terminal_installed": rng.random(count) < 0.6,
            "tenants_registered": np.maximum(tenants - rng.integers(0, 4, count), 0),
            "permits_due": tenants // 2,
            "permits_held": (tenants // 2 * rng.random(count)).astype(int),
            "house_class": rng.choice(["green", "yellow", "orange", "red"], count, p=[0.6, 0.25, 0.1, 0.05]),
            "visited_on": [DAY - dt.timedelta(days=int(days)) for days in rng.integers(0, 30, count)],
        },
        geometry=some.geometry.representative_point().to_numpy(),
        crs=CRS,
    )


def _places(cells: gpd.GeoDataFrame, rng: np.random.Generator, count: int, key: str) -> gpd.GeoDataFrame:
    west, south, east, north = cells.total_bounds
    points = shapely.points(rng.uniform(west, east, count), rng.uniform(south, north, count))
    return gpd.GeoDataFrame({key: [f"{at:03d}" for at in range(count)]}, geometry=points, crs=CRS)
