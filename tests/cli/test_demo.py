"""The whole job as a person runs it, twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pandas as pd
import pytest

pytestmark = pytest.mark.postgis


def run(*words, state, check=True):
    environment = {**os.environ, "GRIDGOV_STATE_DIR": str(state)}
    environment.pop("GRIDGOV_DATABASE_URL", None)
    answer = subprocess.run(
        [sys.executable, "-m", "gridgov", *words], capture_output=True, text=True, env=environment, check=False
    )
    assert not check or answer.returncode == 0, answer.stdout + answer.stderr
    return answer


def test_demo_runs_and_runs_again(state_dir, tmp_path):
    words = ["demo", "--households", "1500", "--seed", "3", "--no-serve", "--out", str(tmp_path / "demo")]
    first = run(*words, state=state_dir)
    assert re.search(r"administrator\s*│\s*\S{8,}", first.stdout)
    page = tmp_path / "demo" / "report" / "coverage.html"
    assert "1,500" in page.read_text("utf-8")
    clusters = pd.read_excel(tmp_path / "demo" / "report" / "coverage.xlsx", sheet_name=None, engine="calamine")
    assert len(clusters) >= 5

    again = run(*words, state=state_dir)
    assert "published already" in again.stdout

    own = state_dir / "demo-1500-3"
    listed = run("plan", "list", state=own)
    assert listed.stdout.count("published") == 1
    refused = run("plan", "discard", "demo-1500-3", state=own, check=False)
    assert refused.returncode == 73 and "published" in refused.stderr
    exported = run("plan", "export", "demo-1500-3", "--out", str(tmp_path / "plan"), state=own)
    assert "plan.gpkg" in exported.stdout
    layers = tmp_path / "demo" / "layers"
    judged = run(
        "judge",
        str(tmp_path / "plan"),
        *("--buildings", str(layers / "buildings.parquet")),
        *("--communities", str(layers / "communities.parquet")),
        *("--barriers", str(layers / "barriers.parquet")),
        state=own,
    )
    assert re.search(r"disconnected\s*│\s*0\s", judged.stdout)
    run("db", "stop", state=own)
