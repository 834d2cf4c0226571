"""Small plans on a lattice of square cells, for the tests of quality and revision."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

CRS = "EPSG:4547"
SIDE_M = 20.0


@dataclass
class SmallPlan:
    cells: gpd.GeoDataFrame
    atoms: pd.DataFrame
    buildings: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame


def make_small_plan(
    width: int = 10, height: int = 8, seed: int = 0, block: int = 3, hard_at: int = 4, towers: int = 3
) -> SmallPlan:
    """Two communities side by side, a river and a main road, a few towers of two to four atoms, square clusters."""
    rng = np.random.default_rng(seed)
    x, y = (a.ravel() for a in np.meshgrid(np.arange(width), np.arange(height)))
    left, low = 500_000 + x * SIDE_M, 2_500_000 + y * SIDE_M
    square = shapely.box(left, low, left + SIDE_M, low + SIDE_M)
    community = np.where(x < width * 2 // 3, "C1", "C2")
    built = rng.random(len(x)) < 0.9
    ids = np.array([f"B{k:03d}" for k in range(len(x))], object)
    cells = gpd.GeoDataFrame(
        {
            "cell_id": [f"K{k:03d}" for k in range(len(x))],
            "building_id": np.where(built, ids, None),
            "community_id": community,
        },
        geometry=square,
        crs=CRS,
    )
    cells["area_m2"], cells["perimeter_m"] = cells.area, cells.length
    households = np.where(built, rng.integers(0, 12, len(x)), 0)
    tower = rng.choice(np.flatnonzero(built), min(towers, built.sum()), replace=False)
    households[tower] = rng.integers(70, 180, len(tower))
    atoms = _make_atoms(cells, households, x // block * 1000 + y // block, rng)
    atoms["cluster_id"] = atoms.community_id + "-L" + atoms.pop("patch").astype(str)
    atoms["section_id"] = atoms.community_id + "-P" + (np.arange(len(atoms)) * 5 // len(atoms)).astype(str)
    atoms["grid_id"] = atoms.community_id + "-G1"
    buildings = gpd.GeoDataFrame(
        {"building_id": ids[built], "households": households[built]},
        geometry=shapely.buffer(square[built], -6),
        crs=CRS,
    )
    right = 500_000 + width * SIDE_M
    lines = {
        "hard": [(500_000, 2_500_000 + hard_at * SIDE_M), (right, 2_500_000 + hard_at * SIDE_M)],
        "soft": [(500_000 + 4 * SIDE_M, 2_500_000), (500_000 + 4 * SIDE_M, 2_500_000 + height * SIDE_M)],
    }
    barriers = gpd.GeoDataFrame(
        {"kind": list(lines)}, geometry=[shapely.LineString(v) for v in lines.values()], crs=CRS
    )
    communities = cells[["community_id", "geometry"]].dissolve("community_id").reset_index()
    return SmallPlan(cells, atoms, buildings, communities, barriers)


def _make_atoms(
    cells: gpd.GeoDataFrame, households: np.ndarray, patch: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    rows = []
    for k, cell in enumerate(cells.itertuples()):
        bands = 1 if households[k] <= 60 else int(np.ceil(households[k] / 50))
        for band in range(bands):
            count = households[k] // bands + (band < households[k] % bands)
            group = patch[k] if bands == 1 or rng.random() < 0.3 else 100_000 + 10 * k + band
            unit, first, last = (1, band * 6 + 1, band * 6 + 6) if bands > 1 else (None, None, None)
            place = (f"{cell.cell_id}-{band}", cell.cell_id, cell.building_id, unit, first, last)
            rows.append((*place, count, cell.community_id, group))
    columns = ["atom_id", "cell_id", "building_id", "unit", "storey_from", "storey_to", "households", "community_id"]
    frame = pd.DataFrame(rows, columns=[*columns, "patch"])
    return frame.astype({"unit": "Int64", "storey_from": "Int64", "storey_to": "Int64", "households": int})
