"""The client matrix: GDAL, QGIS and OWSLib get exactly the rows that the database gives to the role."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyogrio
import pytest
from owslib.ogcapi.features import Features
from owslib.util import Authentication
from sqlalchemy import Engine

from gridgov.services.access import ROLES
from gridgov.storage.collections import COLLECTIONS

from ..web import toy
from ..web.conftest import PASSWORD
from .asking import KEYS, ask_database
from .conftest import OTHER_OFFICER

SYSTEM_PYTHON = "/usr/bin/python3"
LOGINS = (*ROLES, OTHER_OFFICER)
ASKED = ("buildings", "clusters", "shelters", "rental_houses", "facilities")
"""Read by every client for every role that sees them; what a role does not see is asked too and must not be there."""
BOX = (toy.WEST, toy.SOUTH, toy.WEST + 16 * toy.STEP, toy.SOUTH + 3 * toy.STEP)
"""The district and as much again east of it."""


@dataclass(frozen=True)
class Visitor:
    """Somebody with an app password, and what the database gives them."""

    login: str
    role: str
    secret: str
    rows: dict[str, list[str]]

    @property
    def seen(self) -> list[str]:
        """The collections of `ASKED` that the role sees."""
        return [name for name in ASKED if self.role in COLLECTIONS[name].roles]


@pytest.fixture(scope="module")
def visitors(signed_in: Callable[[str], httpx.Client], web_engine: Engine) -> dict[str, Visitor]:
    """One visitor a login; the rows by SQL under the session of the same account."""
    made = {}
    for login in LOGINS:
        client, role = signed_in(login), "officer" if login == OTHER_OFFICER else login
        wish = {"name": "desktop", "password": PASSWORD}
        answer = client.post("/api/account/app-passwords", json=wish, headers={"X-Gridgov-Request": "1"})
        assert answer.status_code in (200, 201), answer.text
        rows = {
            name: sorted(ask_database(web_engine, client, KEYS[name][0]))
            for name in ASKED
            if role in COLLECTIONS[name].roles
        }
        made[login] = Visitor(login, role, answer.json()["secret"], rows)
    return made


def need(program: str) -> str:
    """Return where a program lies, or skip; `make test` installs them where it may."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed: apt-get install gdal-bin python3-qgis")
    return found


@pytest.mark.parametrize("login", LOGINS)
def test_gdal_reads_the_rows_of_the_role(
    visitors: dict[str, Visitor], address: str, login: str, tmp_path: Path
) -> None:
    visitor, out = visitors[login], tmp_path / "out.gpkg"
    run_ogr2ogr(visitor, out, f"OAPIF:{address}/ogc", *visitor.seen)
    for name in visitor.seen:
        frame = pyogrio.read_dataframe(out, layer=name) if visitor.rows[name] else {KEYS[name][1]: []}
        assert sorted(frame[KEYS[name][1]]) == visitor.rows[name], name
    for name in set(ASKED) - set(visitor.seen):
        with pytest.raises(subprocess.CalledProcessError):
            run_ogr2ogr(visitor, tmp_path / "hidden.gpkg", f"OAPIF:{address}/ogc", name)


def test_gdal_filters_by_box_and_pages(visitors: dict[str, Visitor], address: str, tmp_path: Path) -> None:
    visitor, out = visitors["viewer"], tmp_path / "out.gpkg"
    box = [toy.WEST, toy.SOUTH, toy.WEST + toy.STEP, toy.SOUTH + toy.STEP]
    run_ogr2ogr(visitor, out, "-spat", *map(str, box), "-oo", "PAGE_SIZE=2", f"OAPIF:{address}/ogc", "buildings")
    assert sorted(pyogrio.read_dataframe(out).building_id) == [f"A-0-0-{number}" for number in range(4)]


def test_gdal_filters_by_attribute(visitors: dict[str, Visitor], address: str, tmp_path: Path) -> None:
    out, where = tmp_path / "out.gpkg", "floors >= 30 AND name LIKE '幸福%'"
    run_ogr2ogr(visitors["viewer"], out, "-where", where, f"OAPIF:{address}/ogc", "buildings")
    assert list(pyogrio.read_dataframe(out).building_id) == [toy.TOWER]


def test_gdal_is_refused_without_a_password(visitors: dict[str, Visitor], address: str, tmp_path: Path) -> None:
    nobody = Visitor("viewer", "viewer", "wrong-wrong-wrong", {})
    with pytest.raises(subprocess.CalledProcessError):
        run_ogr2ogr(nobody, tmp_path / "out.gpkg", f"OAPIF:{address}/ogc", "buildings")


def run_ogr2ogr(visitor: Visitor, out: Path, *arguments: str) -> None:
    """Copy layers into a GeoPackage with the system's GDAL, signed in by HTTP Basic."""
    source = next(argument for argument in arguments if argument.startswith("OAPIF:"))
    place = list(arguments).index(source)
    options, layers = list(arguments[:place]), list(arguments[place + 1 :])
    secret = {"GDAL_HTTP_USERPWD": f"{visitor.login}:{visitor.secret}", "GDAL_HTTP_AUTH": "BASIC"}
    command = [need("ogr2ogr"), "-f", "GPKG", str(out), *options, source, *layers]
    environment = {**os.environ, **secret, "GDAL_HTTP_MAX_RETRY": "0"}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("login", LOGINS)
def test_owslib_reads_the_rows_of_the_role(visitors: dict[str, Visitor], address: str, login: str) -> None:
    visitor = visitors[login]
    server = Features(f"{address}/ogc", auth=Authentication(username=login, password=visitor.secret))
    assert {one["id"] for one in server.collections()["collections"]} == {
        name for name, one in COLLECTIONS.items() if visitor.role in one.roles
    }
    assert len(server.conformance()["conformsTo"]) > 10
    assert set(server.feature_collections()) >= set(visitor.seen)
    for name in visitor.seen:
        page = server.collection_items(name, limit=1000)
        assert sorted(one["id"] for one in page["features"]) == visitor.rows[name]
        assert server.collection_queryables(name)["type"] == "object"
    for name in set(ASKED) - set(visitor.seen):
        with pytest.raises(RuntimeError):
            server.collection_items(name)


def test_owslib_filters_and_changes(visitors: dict[str, Visitor], address: str) -> None:
    visitor = visitors["administrator"]
    auth = Authentication(username="administrator", password=visitor.secret)
    server = Features(f"{address}/ogc", auth=auth, headers={"Content-Type": "application/geo+json"})
    found = server.collection_items("buildings", filter="floors = 30", bbox=[toy.WEST, toy.SOUTH, toy.WEST + 1, 23])
    assert [one["id"] for one in found["features"]] == [toy.TOWER]
    assert server.collection_item("shelters", "H1")["id"] == "H1"
    point = {"type": "Point", "coordinates": [toy.WEST + 0.01, toy.SOUTH + 0.005]}
    body = {"type": "Feature", "geometry": point, "properties": {"shelter_id": "std-ows", "name": "OWSLib"}}
    assert server.collection_item_create("shelters", json.dumps(body))
    assert server.collection_item("shelters", "std-ows")["properties"]["name"] == "OWSLib"
    plain = httpx.BasicAuth("administrator", visitor.secret)
    path = f"{address}/ogc/collections/shelters/items/std-ows"
    assert httpx.delete(path, auth=plain, headers={"If-Match": "*"}).status_code == 204


@pytest.fixture(scope="module")
def qgis_answers(visitors: dict[str, Visitor], address: str, tmp_path_factory: Any) -> dict[str, Any]:
    """What QGIS read, by login; one QGIS for all, for it takes seconds to start."""
    need("/usr/bin/python3")
    if subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], capture_output=True, timeout=60).returncode:
        pytest.skip("QGIS is not installed: apt-get install python3-qgis")
    tasks = [
        {
            "address": address,
            "login": one.login,
            "secret": one.secret,
            "collections": ASKED,
            "tiles": ["clusters", "buildings"],
            "box": BOX,
        }
        for one in visitors.values()
    ]
    home = tmp_path_factory.mktemp("qgis")
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LANG": "C.UTF-8"}
    script = Path(__file__).with_name("qgis_client.py")
    ran = subprocess.run(
        [SYSTEM_PYTHON, str(script)],
        input=json.dumps(tasks),
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    line = next((one for one in ran.stdout.splitlines() if one.startswith("ANSWERS ")), None)
    assert line is not None, ran.stdout[-2000:] + ran.stderr[-2000:]
    return {one["login"]: one for one in json.loads(line.removeprefix("ANSWERS "))}


@pytest.mark.parametrize("login", LOGINS)
def test_qgis_reads_the_rows_of_the_role(
    visitors: dict[str, Visitor], qgis_answers: dict[str, Any], login: str
) -> None:
    visitor, read = visitors[login], qgis_answers[login]["collections"]
    for name in visitor.seen:
        assert sorted(read[name]["ids"]) == visitor.rows[name], name
        if name == "buildings":
            west, south, east, north = read[name]["extent"]
            assert toy.WEST <= west < east <= toy.WEST + 8 * toy.STEP and toy.SOUTH <= south < north
    for name in set(ASKED) - set(visitor.seen):
        assert "error" in read[name]


@pytest.mark.parametrize("login", LOGINS)
def test_qgis_draws_vector_tiles(qgis_answers: dict[str, Any], login: str) -> None:
    clusters, buildings = (qgis_answers[login]["tiles"][name] for name in ("clusters", "buildings"))
    assert clusters["valid"] and buildings["valid"] and not clusters["errors"] + buildings["errors"]
    # the box is half district and half nothing; clusters cover the district, buildings a part of it
    assert clusters["painted"] == pytest.approx(0.5, abs=0.03)
    assert 0.05 < buildings["painted"] < 0.45
