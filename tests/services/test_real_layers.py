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

AREAS = {
    "Shenzhen, four subdistricts": {
        "buildings": ("sz_buildings_osm", "sz_buildings_osm_four"),
        "communities": ("sz_streets", "sz_streets_four"),
        "barriers": ("sz_roads_navmap", "sz_roads_navmap_four"),
    },
    "Yichang, 193 communities": {"communities": ("yc_communities", "yc_communities")},
    "Olemps": {
        "buildings": ("fr_olemps_buildings", "fr_olemps_buildings"),
        "communities": ("fr_olemps_commune", "fr_olemps_commune"),
    },
}
"""Area: file and mapping of each layer."""


@pytest.mark.parametrize("area", AREAS)
def test_a_real_area_gives_a_valid_plan(area, shared_data, tmp_path):
    options = []
    for layer, (file, mapping) in AREAS[area].items():
        options += [f"--{layer}", str(shared_data / f"{file}.parquet")]
        options += ["--map", f"{layer}={MAPPINGS / mapping}.toml"]
    answer = CliRunner().invoke(app, ["divide", *options, "--out", str(tmp_path)], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    plan = read_plan(tmp_path)

    polygons = plan.cells.geometry.to_numpy()
    assert shapely.is_valid(polygons).all() and shapely.coverage_is_valid(polygons)
    assert plan.atoms[["cluster_id", "section_id", "grid_id"]].notna().all(axis=None)
    assert plan.atoms.groupby("cluster_id").community_id.nunique().max() == 1
    live = plan.clusters.households[plan.clusters.households > 0]
    if "buildings" in AREAS[area]:
        assert live.between(35, 65).mean() > 0.9
        assert _judge(area, shared_data, tmp_path).disconnected == 0
    else:
        assert live.empty
    named = plan.findings[plan.findings.rule.str.startswith("size-")].row_id
    odd = plan.clusters[(plan.clusters.households > 0) & ~plan.clusters.households.between(35, 65)].id
    assert set(odd) == set(named)


def _judge(area, shared_data, plan):
    sources = {
        layer: LayerSource(shared_data / f"{file}.parquet", mapping=MAPPINGS / f"{mapping}.toml")
        for layer, (file, mapping) in AREAS[area].items()
    }
    measures, _ = judge_files(plan, sources)
    return measures.set_index("measure").value


def test_cells_of_yichang_cover_its_communities(shared_data, tmp_path):
    source = AREAS["Yichang, 193 communities"]["communities"]
    file, mapping = shared_data / f"{source[0]}.parquet", MAPPINGS / f"{source[1]}.toml"
    options = ["--communities", str(file), "--map", f"communities={mapping}", "--out", str(tmp_path)]
    answer = CliRunner().invoke(app, ["divide", *options], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    cells = read_plan(tmp_path).cells
    given = gpd.read_parquet(file).to_crs(cells.crs)
    # nine pairs overlap by 0.26 km2 in all: shared ground is counted once
    assert cells.area.sum() == pytest.approx(shapely.union_all(given.geometry.to_numpy()).area, rel=1e-6)
    assert cells.community_id.nunique() == len(given)
    assert np.isfinite(cells.area).all()
