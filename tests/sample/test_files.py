"""Written samples: the same bytes from two processes, and readable in both formats."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from gridgov.core.layers import LAYERS

PROGRAM = "import typer; from gridgov.cli.sample import sample; typer.run(sample)"


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    sums = []
    for name, zone in (("one", "UTC"), ("two", "Asia/Shanghai")):
        command = [
            sys.executable,
            "-c",
            PROGRAM,
            "--households",
            "2500",
            "--seed",
            "11",
            "--out",
            str(tmp_path / name),
        ]
        subprocess.run(command, check=True, capture_output=True, env={"TZ": zone, "PATH": "", "HOME": str(tmp_path)})
        files = sorted((tmp_path / name).iterdir())
        sums.append({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files})
    assert sums[0] == sums[1]
    assert set(sums[0]) == {f"{name}.parquet" for name in LAYERS} | {"district.gpkg"}
    for name, layer in LAYERS.items():
        path = tmp_path / "one" / f"{name}.parquet"
        table = gpd.read_parquet(path) if layer.geometry else pd.read_parquet(path)
        again = pyogrio.read_dataframe(tmp_path / "one" / "district.gpkg", layer=name)
        assert len(table) == len(again) > 0
        assert table[layer.key].tolist() == again[layer.key].tolist()


def test_another_seed_gives_another_district(tmp_path: Path) -> None:
    from gridgov.services.sampling import make_sample

    first, second = (make_sample(700, seed, tmp_path / str(seed)) for seed in (1, 2))
    assert first["households"] == second["households"] == 700
    read = [gpd.read_parquet(tmp_path / str(seed) / "buildings.parquet") for seed in (1, 2)]
    assert read[0].total_bounds.tolist() != read[1].total_bounds.tolist()
