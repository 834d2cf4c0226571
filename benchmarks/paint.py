"""First paint of the viewer for a district of 100,000 buildings: milliseconds to a still map, and to one zoomed in.

Run with ``python -m benchmarks.paint`` after ``make viewer``. It makes a private database, loads a made-up district,
serves it and opens it in Chromium, which here has no graphics card and draws WebGL in software.

Each run is a browser that has never seen the page, started two seconds before and signed in. Counted from the moment
it is sent to the address:

* ``drawn``: the first complete picture (MapLibre's event `load`: whatever the view needs was there and was drawn);
* ``still``: everything laid out in its final colours, no tile and no frame pending. This one is held against the bar;
* ``near``: from a jump to zoom 14 in the middle of the district to a still map again.

What is drawn: the whole district at its zoom is 1,667 sections that hold the 100,000 buildings; a building is there
less than a pixel wide and is drawn from zoom 14 on, where a window holds 6,336 of them.

Two kinds of browser: ``usual`` is Chromium as it starts on a machine without a graphics card (the page drawn by the
processor, WebGL by SwiftShader); ``forced`` has the page itself drawn by SwiftShader too, which no office has and
which shows the worst there is.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import Connection, Engine, text

import gridgov
from gridgov.bootstrap import Platform, open_platform
from gridgov.services.access import make_account
from gridgov.settings import read_settings
from gridgov.web.app import make_app

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--enable-unsafe-swiftshader")
BROWSERS = {"usual": FLAGS, "forced": (*FLAGS, "--use-gl=angle", "--use-angle=swiftshader")}
SETTLE_MS = 2000
"""A browser that has just started is still busy with itself for so long."""
WEST, SOUTH = 113.98, 22.60
WIDE, HIGH = 0.13, 0.12
"""13 km by 13 km: 600 buildings a square kilometre, as dense as a city district with its parks and roads."""
BAR_MS = 3000
OUT = Path(__file__).parent / "out" / "paint.json"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--features", type=int, default=100_000)
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="gridgov-paint-") as folder:
        Path(folder).chmod(0o755)  # the account of the database must get in
        own = read_settings().model_copy(update={"database_url": None, "state_dir": Path(folder)})
        with open_platform(own, update=True) as platform:
            try:
                fill(platform.engine, chosen.features)
                with serve(platform) as address:
                    runs = [measure(address, kind) for kind in BROWSERS for _ in range(chosen.runs)]
            finally:
                if platform.cluster is not None:
                    platform.cluster.stop()
    report(chosen.features, runs)


def fill(engine: Engine, features: int) -> None:
    """Load a district of so many buildings, 20 to a cluster, 3 clusters to a section.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        An empty database.
    features : int
        How many buildings.
    """
    with engine.begin() as connection:
        _write_divisions(connection)
        connection.execute(text(_BUILDINGS), {"count": features, **_BOX})
        connection.execute(
            text(
                "INSERT INTO gridgov.plan (plan_id, name, status, crs, scheme) "
                "VALUES ('P', 'paint', 'draft', 'EPSG:4547', '{}')"
            )
        )
        for level, size in (("cluster", 20), ("section", 60)):
            connection.execute(text(_GROUPS), {"level": level, "size": size, "count": features, **_BOX})
        connection.execute(
            text(
                "UPDATE gridgov.plan SET status = 'published', published_from = current_date - 1 WHERE plan_id = 'P'"
            )
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    make_account(engine, "painter", "correct horse", "administrator", name="painter")


def _write_divisions(connection: Connection) -> None:
    rows = (("D", "district", None, None), ("S", "subdistrict", "D", None), ("C", "community", "S", True))
    box = "ST_MakeEnvelope(:west, :south, CAST(:west AS float) + :wide, CAST(:south AS float) + :high, 4490)"
    for key, level, parent, shaped in rows:
        connection.execute(
            text(
                "INSERT INTO gridgov.division (division_id, level, parent_id, code, name, geom) "
                f"VALUES (:key, :level, :parent, :key, :key, {box if shaped else 'NULL'})"
            ),
            {"key": key, "level": level, "parent": parent, **(_BOX if shaped else {})},
        )


_BOX = {"west": WEST, "south": SOUTH, "wide": WIDE, "high": HIGH}
_SQUARES = """
    SELECT i, CAST(:west AS float) + (i % side) * (CAST(:wide AS float) / side) AS x,
           CAST(:south AS float) + (i / side) * (CAST(:high AS float) / side) AS y,
           CAST(:wide AS float) / side AS dx, CAST(:high AS float) / side AS dy
    FROM (SELECT generate_series(0, CAST(:count AS integer) - 1) AS i,
                 ceil(sqrt(CAST(:count AS integer)))::integer AS side) AS s"""
_BUILDINGS = f"""
    INSERT INTO gridgov.building (building_id, community_id, households, floors, use, name, geom)
    SELECT 'B' || i, 'C', i % 60, 1 + i % 30, CASE WHEN i % 3 = 0 THEN 'residential' ELSE 'self-built' END, NULL,
           ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY[
               ST_MakePoint(x, y), ST_MakePoint(x + dx * 0.6, y), ST_MakePoint(x + dx * 0.6, y + dy * 0.4),
               ST_MakePoint(x + dx * 0.4, y + dy * 0.4), ST_MakePoint(x + dx * 0.4, y + dy * 0.7),
               ST_MakePoint(x, y + dy * 0.7), ST_MakePoint(x, y)])), 4490)
    FROM ({_SQUARES}) AS squares"""
_GROUPS = f"""
    INSERT INTO gridgov.plan_group (plan_id, level, group_id, code, name, parent_id, community_id, households, geom)
    SELECT 'P', :level, key, key, NULL, parent, 'C', 48,
           ST_Multi(ST_Union(ST_MakeEnvelope(x, y, x + dx, y + dy, 4490)))
    FROM (SELECT left(:level, 1) || i / CAST(:size AS integer) AS key,
                 CASE WHEN :level = 'section' THEN 'C' ELSE 's' || i / 60 END AS parent, *
          FROM ({_SQUARES}) AS squares) AS keyed
    GROUP BY key, parent"""


@contextmanager
def serve(platform: Platform) -> Iterator[str]:
    """Serve the platform on a free port.

    Parameters
    ----------
    platform : gridgov.bootstrap.Platform
        The platform.

    Yields
    ------
    str
        Address of the server.
    """
    server = uvicorn.Server(uvicorn.Config(make_app(platform), port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


def measure(address: str, kind: str = "usual") -> dict[str, float | str]:
    """Open the viewer in a fresh browser that is signed in, and wait until the map is still.

    Parameters
    ----------
    address : str
        Address of the server.
    kind : str
        One of `BROWSERS`.

    Returns
    -------
    dict of str to float
        ``drawn_ms``, ``still_ms`` and ``near_ms`` as the head of this file says, what is on the screen (``groups``
        and ``buildings``), ``cpu_s`` of browser and page until the map is still, and ``browser``.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(BROWSERS[kind]))
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce"
        )
        signing = {"login": "painter", "password": "correct horse"}
        assert context.request.post(f"{address}/login", data=signing, headers={"X-Gridgov-Request": "1"}).ok
        page = context.new_page()
        page.wait_for_timeout(SETTLE_MS)
        busy, start = _count_cpu(), time.perf_counter()
        page.goto(address)
        still = _wait(page)
        used = _count_cpu() - busy
        groups = _count(page, ["section-fill", "cluster-fill"])
        drawn = page.evaluate("performance.getEntriesByName('gridgov-drawn')[0].startTime")
        page.evaluate(f"void gridgovMap.jumpTo({{center: [{WEST + WIDE / 2}, {SOUTH + HIGH / 2}], zoom: 14.2}})")
        jumped = time.perf_counter()
        near = _wait(page)
        buildings = _count(page, ["building-fill"])
        browser.close()
    times = {"drawn_ms": drawn, "still_ms": 1000 * (still - start), "near_ms": 1000 * (near - jumped)}
    return {"browser": kind, **times, "groups": groups, "buildings": buildings, "cpu_s": used}


def _wait(page: Page) -> float:
    script = """() => typeof gridgovMap !== 'undefined' && !!gridgovMap
        && gridgovMap.loaded() && gridgovMap.areTilesLoaded()
        && Array.isArray(gridgovMap.getPaintProperty('cluster-fill', 'fill-color'))"""
    while not page.evaluate(script):
        page.wait_for_timeout(20)
    return time.perf_counter()


def _count_cpu() -> float:
    """Seconds of processor time that all processes of Chromium on this machine below this one have used."""
    ticks, below = 0, {os.getpid()}
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda one: int(one.name)):
        try:
            words = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(words[1]) in below:
            below.add(int(folder.name))
            ticks += int(words[11]) + int(words[12]) if "chrom" in (folder / "comm").read_text() else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _count(page: Page, layers: list[str]) -> int:
    script = "layers => new Set(gridgovMap.queryRenderedFeatures({layers}).map(one => one.properties.id)).size"
    return int(page.evaluate(script, layers))


def report(features: int, runs: list[dict[str, float | str]]) -> None:
    """Print the figures and keep them.

    Parameters
    ----------
    features : int
        Buildings loaded.
    runs : list of dict
        What `measure` returned.
    """
    assets = Path(gridgov.__file__).parent / "viewer" / "dist" / "assets"
    sizes = {file.name: file.stat().st_size for file in sorted(assets.iterdir())}
    for run in runs:
        far = f"drawn {run['drawn_ms']:,.0f} ms, still {run['still_ms']:,.0f} ms with {run['groups']:,.0f} groups"
        near = f"zoomed in {run['near_ms']:,.0f} ms with {run['buildings']:,.0f} buildings"
        print(f"{run['browser']}: {far}; {near}; {run['cpu_s']:.1f} s of processor")
    for kind in BROWSERS:
        own = [run for run in runs if run["browser"] == kind]
        best = {name: min(float(run[name]) for run in own) for name in ("drawn_ms", "still_ms", "near_ms")}
        said = ", ".join(f"{name.removesuffix('_ms')} {ms:,.0f} ms" for name, ms in best.items())
        print(f"{features:,} buildings, {kind} browser, best of {len(own)}: {said}; the bar is {BAR_MS:,} ms")
    print(f"load of the machine {os.getloadavg()[0]:.1f}")
    print("scripts and styles: " + ", ".join(f"{name} {size / 1000:,.0f} kB" for name, size in sizes.items()))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"features": features, "runs": runs, "bytes": sizes}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
