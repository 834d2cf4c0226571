"""Real layers run through the same commands as any other, and give valid plans."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from typer.testing import CliRunner

from gridgov.cli import app
from gridgov.services.judging import judge_files
from gridgov.services.reading import LayerSource
from gridgov.storage.plan_files import read_plan

MAPPINGS = Path(__file__).resolve().parents[2] / "data" / "mappings"

SHENZHEN = {
    "buildings": ("sz_buildings_osm", "sz_buildings_osm_four"),
    "communities": ("sz_streets", "sz_streets_four"),
    "barriers": ("sz_roads_navmap", "sz_roads_navmap_four"),
}
YICHANG = "Yichang, 193 communities"
AREAS = {
    "Shenzhen, two subdistricts": SHENZHEN,
    "Shenzhen, four subdistricts": SHENZHEN,
    YICHANG: {"communities": ("yc_communities", "yc_communities")},
    "Olemps": {
        "buildings": ("fr_olemps_buildings", "fr_olemps_buildings"),
        "communities": ("fr_olemps_commune", "fr_olemps_commune"),
    },
}
"""Area: file and mapping of each layer."""


STREETS = {"Shenzhen, two subdistricts": ["粤海", "招商"]}
"""Area: the only subdistricts of its files that are read."""
LONG = "Shenzhen, four subdistricts"


@pytest.fixture(scope="module")
def divide(shared_data, tmp_path_factory):
    """Divide an area by the command, once; give its files and the folder of its plan."""
    made = {}

    def run(area):
        if area not in made:
            out = tmp_path_factory.mktemp("area")
            files = {layer: _cut(shared_data, out, area, name) for layer, (name, _) in AREAS[area].items()}
            options = []
            for layer, (_, mapping) in AREAS[area].items():
                options += [f"--{layer}", str(files[layer]), "--map", f"{layer}={MAPPINGS / mapping}.toml"]
            answer = CliRunner().invoke(app, ["divide", *options, "--out", str(out)], catch_exceptions=False)
            assert answer.exit_code == 0, answer.output
            made[area] = files, out
        return made[area]

    return run


def _cut(shared_data, out, area, name):
    """The file of a layer, or a copy with the rows of some subdistricts."""
    whole = shared_data / f"{name}.parquet"
    if area not in STREETS:
        return whole
    part = out / whole.name
    gpd.read_parquet(whole, filters=[("street", "in", STREETS[area])]).to_parquet(part)
    return part


@pytest.mark.parametrize("area", [pytest.param(area, marks=[pytest.mark.long] * (area == LONG)) for area in AREAS])
def test_a_real_area_gives_a_valid_plan(area, divide):
    files, folder = divide(area)
    plan = read_plan(folder)

    polygons = plan.cells.geometry.to_numpy()
    assert shapely.is_valid(polygons).all() and shapely.coverage_is_valid(polygons)
    assert plan.atoms[["cluster_id", "section_id", "grid_id"]].notna().all(axis=None)
    assert plan.atoms.groupby("cluster_id").community_id.nunique().max() == 1
    live = plan.clusters.households[plan.clusters.households > 0]
    if "buildings" in AREAS[area]:
        assert live.between(35, 65).mean() > 0.9
        assert _judge(area, files, folder).disconnected == 0
    else:
        assert live.empty
    named = plan.findings[plan.findings.rule.str.startswith("size-")].row_id
    odd = plan.clusters[(plan.clusters.households > 0) & ~plan.clusters.households.between(35, 65)].id
    assert set(odd) == set(named)


def _judge(area, files, folder):
    sources = {
        layer: LayerSource(files[layer], mapping=MAPPINGS / f"{mapping}.toml")
        for layer, (_, mapping) in AREAS[area].items()
    }
    measures, _ = judge_files(folder, sources)
    return measures.set_index("measure").value


def test_cells_of_yichang_cover_its_communities(divide):
    files, folder = divide(YICHANG)
    cells = read_plan(folder).cells
    given = gpd.read_parquet(files["communities"]).to_crs(cells.crs)
    # nine pairs overlap by 0.26 km2 in all: shared ground is counted once
    assert cells.area.sum() == pytest.approx(shapely.union_all(given.geometry.to_numpy()).area, rel=1e-6)
    assert cells.community_id.nunique() == len(given)
    assert np.isfinite(cells.area).all()
