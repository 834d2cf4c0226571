"""A revision on files: the plan, the steps to take it back, and the sheets that say who moved and why."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from gridgov.core.revision import CAUSES, invert_steps, replay_steps
from gridgov.sample import make_district
from gridgov.services.dividing_files import divide_files
from gridgov.services.moved import say_reason
from gridgov.services.reading import LayerSource
from gridgov.services.revising_files import adopt_files, revise_files
from gridgov.storage import plan_files
from gridgov.storage.plan_files import read_plan
from gridgov.storage.revision_files import read_steps

ASSIGNED = ["atom_id", "households", "cluster_id", "section_id", "grid_id"]


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, LayerSource], Path]:
    """A district in files, its plan, and the same district counted again."""
    folder = tmp_path_factory.mktemp("revising")
    layers = make_district(600, 7)
    for name in ("buildings", "communities", "barriers"):
        layers[name].to_parquet(folder / f"{name}.parquet")
    sources = {name: LayerSource(folder / f"{name}.parquet") for name in ("buildings", "communities", "barriers")}
    divide_files(sources, folder / "plan")
    buildings = layers["buildings"].drop(layers["buildings"].index[0])
    more = buildings["households"].where(buildings.index % 9 > 0, buildings["households"] + 12)
    gpd.GeoDataFrame(buildings.assign(households=more)).to_parquet(folder / "later.parquet")
    return {**sources, "buildings": LayerSource(folder / "later.parquet")}, folder / "plan"


def test_steps_on_disk_lead_there_and_back(divided, tmp_path):
    sources, earlier = divided
    made = revise_files(earlier, sources, tmp_path / "new")
    old, new = (read_plan(folder).atoms[ASSIGNED] for folder in (earlier, tmp_path / "new"))
    steps = read_steps(tmp_path / "new")
    assert steps and made.summary["households_after"] > made.summary["households_before"]
    there = replay_steps(old, steps)
    pd.testing.assert_frame_equal(there, new.sort_values("atom_id", ignore_index=True), check_dtype=False)
    back = replay_steps(there, invert_steps(steps))
    pd.testing.assert_frame_equal(back, old.sort_values("atom_id", ignore_index=True), check_dtype=False)


def test_the_sheets_say_who_moved_and_why_in_both_languages(divided, tmp_path):
    sources, earlier = divided
    made = revise_files(earlier, sources, tmp_path / "new")
    sheets = pd.read_excel(tmp_path / "new" / "moved.xlsx", sheet_name=None, engine="calamine")
    assert list(sheets) == ["搬动 moved", "楼组 clusters", "汇总 summary"]
    moved = sheets["搬动 moved"]
    assert len(moved) == len(made.moved) > 0
    assert moved["Reason"].tolist() == made.moved["why"].tolist()
    assert moved["原因"].str.contains("[\u4e00-\u9fff]").all()
    changed = sheets["楼组 clusters"].set_index("楼组 Cluster")
    for moment, plan in (("原户数 Before", read_plan(earlier)), ("现户数 After", made.plan)):
        size = plan.clusters.set_index("id")["households"].reindex(changed.index)
        assert changed[moment].fillna(-1).tolist() == size.fillna(-1).tolist()
    values = sheets["汇总 summary"].set_index("Measure")["值 Value"]
    assert values["Households after"] == made.summary["households_after"]


def test_every_reason_has_its_chinese():
    for why in ("new", "moved by hand", "its community changed", "to mend the size of C1-L2", "to mend a size"):
        assert say_reason(why) != why
    assert len(CAUSES) == 4


def test_adopted_clusters_have_their_report_too(divided, tmp_path):
    sources, earlier = divided
    adopt_files(earlier / "clusters.parquet", sources, tmp_path / "new", mend="contiguity")
    clusters = pd.read_excel(tmp_path / "new" / "moved.xlsx", sheet_name="楼组 clusters", engine="calamine")
    assert set(clusters["状态 State"]) <= {"新增 new", "撤销 gone", "户数变化 changed"}


def test_a_run_that_is_stopped_leaves_the_folder_as_it_was(divided, tmp_path, monkeypatch):
    sources, earlier = divided

    def stop(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(plan_files.pyogrio, "write_dataframe", stop)
    with pytest.raises(KeyboardInterrupt):
        revise_files(earlier, sources, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
