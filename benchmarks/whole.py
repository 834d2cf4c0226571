"""python -m benchmarks.whole [--district FOLDER | --households N --seed S]: `gridgov divide` from files to files."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from gridgov.services.sampling import make_sample

OUT = Path(__file__).resolve().parent / "out" / "whole.json"
PER_139K = {"cpu_s": 8.0, "memory_mb": 1000.0}
"""Bars for 139,000 households; time grows with the households, memory may reach 2 GB."""


def main() -> None:
    """Run once to compile, then measure a run in a process of its own."""
    ask = argparse.ArgumentParser(prog="python -m benchmarks.whole", description=__doc__)
    ask.add_argument("--district", type=Path, help="folder with buildings_in, communities_in and barriers_in.parquet")
    ask.add_argument("--households", type=int, default=139_000)
    ask.add_argument("--seed", type=int, default=7)
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        make_sample(2000, 0, work / "small")
        measure_divide(work / "small", work / "plan")
        source = asked.district
        if source is None:
            source = work / "district"
            make_sample(asked.households, asked.seed, source)
        cpu_s, wall_s, memory_mb = measure_divide(source, work / "plan")
        households = int(pd.read_parquet(work / "plan" / "atoms.parquet", columns=["households"])["households"].sum())
    times = max(households / 139_000, 1.0)
    rows = [
        _row("whole job on files, CPU s", cpu_s, PER_139K["cpu_s"] * times),
        _row("whole job on files, most memory, MB", memory_mb, 1000.0 if times <= 1 else 2000.0),
    ]
    print(f"{households:,} households: {cpu_s:.2f} CPU s, {wall_s:.2f} s on the wall clock, {memory_mb:.0f} MB")
    for row in rows:
        print(f"{row['what']:<40} {row['us']:>9.2f}  bar {row['bar']:<10} {'holds' if row['holds'] else 'MISSED'}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1) + "\n")


def measure_divide(source: Path, plan: Path) -> tuple[float, float, float]:
    """Run `gridgov divide` on a folder of layers; return CPU seconds, wall seconds and most memory in MB."""
    suffix = "_in" if (source / "buildings_in.parquet").is_file() else ""
    layers = [
        part
        for name in ("buildings", "communities", "barriers")
        for part in (f"--{name}", str(source / f"{name}{suffix}.parquet"))
    ]
    command = [sys.executable, "-m", "gridgov", "divide", *layers, "--out", str(plan)]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"gridgov divide stopped with code {process.returncode}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024


def _row(what: str, us: float, bar: float) -> dict[str, object]:
    return {
        "what": what,
        "us": us,
        "peer": None,
        "peer_name": None,
        "ratio": None,
        "bar": f"≤ {bar:g}",
        "holds": us <= bar,
    }


if __name__ == "__main__":
    main()
