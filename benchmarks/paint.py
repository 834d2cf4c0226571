"""First paint of the viewer for a district of 100,000 buildings: milliseconds to a still map, and to one zoomed in.

Run with ``python -m benchmarks.paint`` after ``make viewer``. It makes a private database, loads a made-up district,
serves it and opens it in Chromium, which draws WebGL in software: a graphics card is quicker.
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
FLAGS = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
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
                    runs = [measure(address) for _ in range(chosen.runs)]
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


def measure(address: str) -> dict[str, float]:
    """Open the viewer in a fresh browser that is signed in, and wait until the map is still.

    Parameters
    ----------
    address : str
        Address of the server.

    Returns
    -------
    dict of str to float
        ``paint_ms`` until the whole district is drawn and still, ``near_ms`` from there to a still map of zoom 14 in
        its middle, and what is drawn: ``groups`` and ``buildings``.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce"
        )
        signing = {"login": "painter", "password": "correct horse"}
        assert context.request.post(f"{address}/login", data=signing, headers={"X-Gridgov-Request": "1"}).ok
        page = context.new_page()
        start = time.perf_counter()
        page.goto(address)
        painted = _wait(page)
        groups = _count(page, ["section-fill", "cluster-fill"])
        page.evaluate(f"void gridgovMap.jumpTo({{center: [{WEST + WIDE / 2}, {SOUTH + HIGH / 2}], zoom: 14.2}})")
        jumped = time.perf_counter()
        near = _wait(page)
        buildings = _count(page, ["building-fill"])
        browser.close()
    figures = {"paint_ms": 1000 * (painted - start), "near_ms": 1000 * (near - jumped)}
    return {**figures, "groups": groups, "buildings": buildings}


def _wait(page: Page) -> float:
    script = "typeof gridgovMap !== 'undefined' && !!gridgovMap && gridgovMap.loaded() && gridgovMap.areTilesLoaded()"
    while not page.evaluate(script):
        page.wait_for_timeout(20)
    return time.perf_counter()


def _count(page: Page, layers: list[str]) -> int:
    script = "layers => new Set(gridgovMap.queryRenderedFeatures({layers}).map(one => one.properties.id)).size"
    return int(page.evaluate(script, layers))


def report(features: int, runs: list[dict[str, float]]) -> None:
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
    for number, run in enumerate(runs, 1):
        far = f"paint {run['paint_ms']:,.0f} ms with {run['groups']:,.0f} groups"
        print(f"run {number}: {far}; zoomed in {run['near_ms']:,.0f} ms with {run['buildings']:,.0f} buildings")
    best = min(run["paint_ms"] for run in runs)
    load = os.getloadavg()[0]
    print(f"{features:,} buildings: {best:,.0f} ms at best; the bar is {BAR_MS:,} ms; load of the machine {load:.1f}")
    print("scripts and styles: " + ", ".join(f"{name} {size / 1000:,.0f} kB" for name, size in sizes.items()))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"features": features, "runs": runs, "bytes": sizes}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
