"""Creating, replacing, changing and deleting features: tags, scopes, and the audit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from gridgov.services.access import ROLES

from ..web import toy
from ..web.conftest import UNSAFE
from .asking import get, require_problem
from .conftest import OTHER_OFFICER
from .sending import HERE, MERGE, SHELTERS, send, shelter


def test_a_new_feature_is_there_as_it_was_sent(signed_in, made: tuple[str, str]) -> None:
    path, tag = made
    answer = signed_in("viewer").get(path)
    assert answer.json()["geometry"] == HERE
    assert {name: answer.json()["properties"][name] for name in ("name", "capacity", "indoor", "phone")} == {
        "name": "新避难场所",
        "capacity": 120,
        "indoor": True,
        "phone": None,
    }
    assert signed_in("administrator").get(path).headers["etag"] == tag


def test_replacing_takes_away_what_is_not_sent(signed_in, made: tuple[str, str]) -> None:
    path, tag = made
    client = signed_in("administrator")
    answer = send(client, "PUT", path, shelter(properties={"phone": "110", "indoor": None}), if_match=tag)
    assert answer.status_code == 204 and answer.headers["etag"] != tag
    after = client.get(path)
    assert after.headers["etag"] == answer.headers["etag"]
    assert (after.json()["properties"]["phone"], after.json()["properties"]["indoor"]) == ("110", None)


def test_a_merge_patch_changes_what_it_names(signed_in, made: tuple[str, str]) -> None:
    path, tag = made
    client = signed_in("administrator")
    body = {"properties": {"capacity": 7, "indoor": None}}
    answer = send(client, "PATCH", path, body, kind=MERGE, if_match=tag)
    assert answer.status_code == 204
    after = client.get(path).json()
    assert (after["properties"]["capacity"], after["properties"]["indoor"]) == (7, None)
    assert after["properties"]["name"] == "新避难场所" and after["geometry"] == HERE


def test_deleting(signed_in, made: tuple[str, str]) -> None:
    path, tag = made
    client = signed_in("administrator")
    assert send(client, "DELETE", path, if_match=tag).status_code == 204
    for answer in (client.get(path), send(client, "DELETE", path, if_match=tag)):
        assert require_problem(answer, 404).startswith("There is no feature")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_says_which_state_it_is_meant_for(signed_in, made: tuple[str, str], method: str) -> None:
    path, tag = made
    client = signed_in("administrator")
    body = None if method == "DELETE" else shelter()
    assert "Say by If-Match which state" in require_problem(send(client, method, path, body), 428)
    for stale in ('"0-0"', f"W/{tag}", tag.strip('"'), '"', "", f'"x{tag}'):
        said = require_problem(send(client, method, path, body, if_match=stale), 412)
        assert said.startswith("The feature was changed since you read it")
    assert client.get(path).headers["etag"] == tag
    assert send(client, method, path, body, if_match=f'"other", {tag}').status_code == 204


def test_of_many_changes_to_one_state_one_wins(signed_in, made: tuple[str, str]) -> None:
    path, tag = made
    client = signed_in("administrator")

    def change(number: int) -> int:
        body = {"properties": {"capacity": number}}
        return send(client, "PATCH", path, body, kind=MERGE, if_match=tag).status_code

    with ThreadPoolExecutor(6) as pool:
        got = sorted(pool.map(change, range(12)))
    assert got == [204] + [412] * 11


def test_the_tag_changes_with_every_change_even_back_to_the_same(signed_in, made: tuple[str, str]) -> None:
    path, tag = made
    client = signed_in("administrator")
    tags = {tag}
    for capacity in (5, 120, 120):
        body = {"properties": {"capacity": capacity}}
        tags.add(send(client, "PATCH", path, body, kind=MERGE, if_match="*").headers["etag"])
    assert len(tags) == 4


def test_coordinates_are_in_the_declared_system(signed_in, made: tuple[str, str]) -> None:
    import pyproj

    path, _ = made
    client = signed_in("administrator")
    lon, lat = HERE["coordinates"]
    north_east = pyproj.Transformer.from_crs(4490, 4547).transform(lat, lon)
    for system, pair in {"4326": (lat, lon), "4490": (lat, lon), "4547": north_east}.items():
        body = {"geometry": {"type": "Point", "coordinates": list(pair)}}
        crs = f"<http://www.opengis.net/def/crs/EPSG/0/{system}>"
        assert send(client, "PATCH", path, body, kind=MERGE, if_match="*", content_crs=crs).status_code == 204
        assert client.get(path).json()["geometry"]["coordinates"] == pytest.approx([lon, lat], abs=1e-8)


W, S = toy.WEST, toy.SOUTH


def test_keys_are_chosen_by_administrators_and_never_change(signed_in) -> None:
    client = signed_in("administrator")
    answer = send(client, "POST", SHELTERS, shelter(properties={"shelter_id": "std/H 9"}))
    assert answer.headers["location"].endswith("/items/std%2FH%209")
    again = send(client, "POST", SHELTERS, shelter(properties={"shelter_id": "std/H 9"}))
    assert "a feature with this key already" in require_problem(again, 409)
    path = f"{SHELTERS}/std%2FH%209"
    other = send(client, "PUT", path, shelter(properties={"shelter_id": "other"}), if_match="*")
    assert "shelter_id cannot be changed" in require_problem(other, 422)
    assert send(client, "PUT", path, shelter(properties={"shelter_id": "std/H 9"}), if_match="*").status_code == 204
    assert send(client, "DELETE", path, if_match="*").status_code == 204


def test_what_names_something_that_is_not_there_and_what_is_named(signed_in) -> None:
    client, path = signed_in("administrator"), "/ogc/collections/volunteers/items"
    body = {"type": "Feature", "geometry": None, "properties": {"community_id": "no-such", "active": True}}
    assert "names something that is not stored" in require_problem(send(client, "POST", path, body), 422)


@pytest.mark.parametrize("role", ROLES)
def test_roles_change_what_the_table_says(signed_in, role: str) -> None:
    client = signed_in(role)
    answer = send(client, "PATCH", f"{SHELTERS}/H1", {"properties": {}}, kind=MERGE, if_match="*")
    assert answer.status_code == (204 if role == "administrator" else 403)
    for name in ("clusters", "sections", "grids", "plans", "communities"):
        answer = send(client, "DELETE", f"/ogc/collections/{name}/items/A", if_match="*")
        assert answer.status_code == (405 if role in ("officer", "supervisor", "administrator") else 403)
        if answer.status_code == 405:
            assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_buildings_have_their_attributes_changed_only(signed_in, owner: Engine) -> None:
    client, path = signed_in("administrator"), "/ogc/collections/buildings/items/A-0-0-0"
    assert send(client, "PUT", path, shelter(), if_match="*").headers["allow"] == "GET, HEAD, OPTIONS, PATCH"
    for body, words in (
        ({"geometry": HERE}, "The geometry of buildings is read only"),
        ({"properties": {"community_id": "B"}}, "community_id is read only"),
    ):
        assert words in require_problem(send(client, "PATCH", path, body, kind=MERGE, if_match="*"), 422)
    before = client.get(path).json()["properties"]
    assert before["households_estimated"]
    body = {"properties": {"households": 14}}
    assert send(client, "PATCH", path, body, kind=MERGE, if_match="*").status_code == 204
    after = client.get(path).json()["properties"]
    assert after == {**before, "households": 14, "households_estimated": False}
    with owner.begin() as connection:
        sql = "UPDATE gridgov.building SET households = 12, households_estimated = true WHERE building_id = 'A-0-0-0'"
        connection.execute(text(sql))


HOUSES = "/ogc/collections/rental_houses/items"


def test_officers_change_houses_of_their_grids_only(signed_in) -> None:
    officer, other, path = signed_in("officer"), signed_in(OTHER_OFFICER), f"{HOUSES}/{toy.CANARY}-house-0"
    tag = officer.get(path).headers["etag"]
    body = {"properties": {"visited_on": "2026-11-20", "letter_signed": True}}
    assert send(officer, "PATCH", path, body, kind=MERGE, if_match=tag).status_code == 204
    for method, status in (("PUT", 412), ("PATCH", 404)):
        there = require_problem(send(other, method, path, body, if_match="*"), status)
        nowhere = require_problem(send(other, method, f"{HOUSES}/nowhere", body, if_match="*"), status)
        assert there == nowhere.replace("nowhere", f"{toy.CANARY}-house-0")
    # nobody moves a house out of the own reach
    away = {"properties": {"building_id": "B-0-0-0"}}
    said = require_problem(send(officer, "PATCH", path, away, kind=MERGE, if_match="*"), 403)
    assert "would lie outside your area" in said
    undo = {"properties": {"visited_on": None}}
    assert send(officer, "PATCH", path, undo, kind=MERGE, if_match="*").status_code == 204
    for method, target in (("POST", HOUSES), ("DELETE", path)):
        assert send(officer, method, target, {} if method == "POST" else None, if_match="*").status_code == 405


def test_supervisors_make_and_delete_houses_of_their_communities(signed_in, owner: Engine) -> None:
    supervisor = signed_in("supervisor")
    house = {"building_id": "B-0-0-1", "rooms": 2, "tenants": 2, "let_type": "month"}
    body = {"type": "Feature", "geometry": None, "properties": house}
    chosen = {**body, "properties": {**house, "rental_house_id": f"{toy.CANARY}-house-0"}}
    said = require_problem(send(supervisor, "POST", HOUSES, chosen), 422)
    assert said == "rental_house_id is given by the server. Leave it out."
    answer = send(supervisor, "POST", HOUSES, body)
    assert answer.status_code == 201, answer.text
    path = answer.headers["location"].removeprefix(str(supervisor.base_url).rstrip("/"))
    assert supervisor.get(path).json()["properties"]["rooms"] == 2
    assert send(supervisor, "DELETE", path, if_match=answer.headers["etag"]).status_code == 204
    with owner.begin() as connection:
        sql = "UPDATE gridgov.building SET community_id = NULL WHERE building_id = 'B-3-2-3'"
        connection.execute(text(sql))
    outside = {**body, "properties": {**house, "building_id": "B-3-2-3"}}
    said = require_problem(send(supervisor, "POST", HOUSES, outside), 403)
    assert "would lie outside your area" in said
    with owner.begin() as connection:
        connection.execute(text("UPDATE gridgov.building SET community_id = 'B' WHERE building_id = 'B-3-2-3'"))


def test_each_change_has_one_row_of_the_audit_and_a_refused_one_has_none(signed_in, owner: Engine) -> None:
    client = signed_in("administrator")
    sql = text(
        "SELECT act, actor, object FROM gridgov.audit WHERE object LIKE 'shelters/std-audit%' ORDER BY audit_id"
    )
    path = f"{SHELTERS}/std-audit"
    send(client, "POST", SHELTERS, shelter(properties={"shelter_id": "std-audit"}))
    send(client, "POST", SHELTERS, shelter(properties={"shelter_id": "std-audit"}))
    send(client, "PUT", path, shelter(), if_match='"stale"')
    send(client, "PUT", path, shelter(geometry={"type": "Point"}), if_match="*")
    send(client, "PUT", path, shelter(), if_match="*")
    send(client, "PATCH", path, {"properties": {"capacity": 1}}, kind=MERGE, if_match="*")
    send(client, "DELETE", path, if_match="*")
    with owner.connect() as connection:
        found = connection.execute(sql).all()
    acts = ["feature-created", "feature-changed", "feature-changed", "feature-deleted"]
    assert [tuple(row) for row in found] == [(act, "administrator", "shelters/std-audit") for act in acts]


def test_pages_of_other_sites_cannot_change_anything(signed_in) -> None:
    client = signed_in("administrator")
    for headers in ({}, {**UNSAFE, "Origin": "https://elsewhere.example"}):
        answer = client.post(SHELTERS, json=shelter(), headers={**headers, "Content-Type": "application/geo+json"})
        assert "was not sent by gridgov's own page" in require_problem(answer, 403)
    assert get(client, "/collections/shelters/items", name="新避难场所").json()["features"] == []
