"""Vector tiles: what is in them, what never is, and who keeps them."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pandas as pd
import pytest
from sqlalchemy import Engine, text

from gridgov.storage.tiles import TILE_LAYERS

from . import toy
from .places import read_layers, tile_at, tiles_over

SignedIn = Callable[[str], httpx.Client]
GROUP = {"id", "code", "name", "parent", "households", "rental_houses", "rental_stack", "stack"}
ALLOWED = {
    "subdistricts": {"id", "code", "name"},
    "communities": {"id", "code", "name", "kind"},
    "compounds": {"id", "name", "kind"},
    "buildings": {"id", "name", "use", "floors", "households", "estimated"},
    "barriers": {"id", "kind", "name"},
    "shelters": {"id", "name", "indoor", "capacity"},
    "facilities": {"id", "name", "kind"},
    "clusters": GROUP | {"kind", "unit", "storey_from", "storey_to"},
    "sections": GROUP,
    "grids": GROUP | {"kind"},
}
POINTS = {
    "communities": "community_points",
    "clusters": "cluster_points",
    "sections": "section_points",
    "grids": "grid_points",
}


def fetch(client: httpx.Client, layer: str, tile: tuple[int, int, int], **query: str) -> httpx.Response:
    z, x, y = tile
    return client.get(f"/tiles/{layer}/{z}/{x}/{y}.mvt", params=query)


def gather(client: httpx.Client, layer: str, zoom: int, **query: str) -> dict[str, pd.DataFrame]:
    """Read every tile of a zoom and put the rows of each layer under one another."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for tile in tiles_over(zoom):
        answer = fetch(client, layer, tile, **query)
        assert answer.status_code == 200, answer.text
        for name, frame in read_layers(answer.content).items():
            parts.setdefault(name, []).append(frame)
    return {name: pd.concat(frames) for name, frames in parts.items()}


@pytest.mark.parametrize("layer", TILE_LAYERS)
@pytest.mark.parametrize("zoom", [14, 16])
def test_tiles_hold_every_row_and_only_listed_columns(
    signed_in: SignedIn, toy_engine: Engine, layer: str, zoom: int
) -> None:
    found = gather(signed_in("administrator"), layer, zoom)
    allowed = ALLOWED[layer]
    assert all(set(frame.columns) - {"geometry"} <= allowed for frame in found.values()), found
    table, where = {
        "subdistricts": ("division", "level = 'subdistrict' AND geom IS NOT NULL"),
        "communities": ("division", "level = 'community'"),
        "compounds": ("compound", "true"),
        "facilities": ("facility", "true"),
        "buildings": ("building", "true"),
        "barriers": ("barrier", "true"),
        "shelters": ("shelter", "true"),
    }.get(layer, ("plan_group", f"plan_id = '{toy.PUBLISHED}' AND level = '{layer[:-1]}'"))
    key = "group_id" if table == "plan_group" else f"{table}_id"
    with toy_engine.connect() as connection:
        stored = set(connection.execute(text(f"SELECT {key} FROM gridgov.{table} WHERE {where}")).scalars())
    assert (set(found[layer]["id"]) if layer in found else set()) == stored


@pytest.mark.parametrize("layer", POINTS)
@pytest.mark.parametrize("zoom", [14, 17])
def test_each_area_has_one_point_for_its_label(signed_in: SignedIn, layer: str, zoom: int) -> None:
    found = gather(signed_in("viewer"), layer, zoom)
    points = found[POINTS[layer]]
    assert sorted(points["id"]) == sorted(set(found[layer]["id"]))
    assert set(points.geometry.geom_type) == {"Point"}


def test_clusters_of_a_tower_say_that_they_are_stacked(signed_in: SignedIn) -> None:
    clusters = gather(signed_in("viewer"), "clusters", 14)["clusters"].drop_duplicates("id").set_index("id")
    assert clusters.loc[[f"A-1-1-t{band}" for band in range(3)], "stack"].tolist() == [3, 3, 3]
    assert clusters.loc["A-0-0", "stack"] == 1
    assert clusters.loc["A-1-1-t2", ["storey_from", "storey_to"]].tolist() == [21, 30]


def test_rental_houses_are_counts(signed_in: SignedIn) -> None:
    for layer, group in (("clusters", "A-0-0"), ("sections", "A-s0-0"), ("grids", "A-g0")):
        rows = gather(signed_in("viewer"), layer, 14)[layer].drop_duplicates("id").set_index("id")
        assert rows.loc[group, "rental_houses"] == 3
        assert rows["rental_houses"].sum() == 3


def test_symbols_are_not_cut_at_tile_edges(signed_in: SignedIn) -> None:
    z, x, y = tile_at(14, toy.EDGE + 1e-5, toy.SOUTH + 0.004)
    for column in (x - 1, x):
        shelters = read_layers(fetch(signed_in("viewer"), "shelters", (z, column, y)).content)["shelters"]
        assert "H2" in set(shelters["id"]), f"column {column}"


def test_tiles_of_a_published_plan_are_kept_by_tag(signed_in: SignedIn) -> None:
    client = signed_in("viewer")
    first = fetch(client, "clusters", tile_at(14))
    assert first.headers["cache-control"] == "private, no-cache"
    z, x, y = tile_at(14)
    again = client.get(f"/tiles/clusters/{z}/{x}/{y}.mvt", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"/tiles/clusters/{z}/{x}/{y}.mvt", headers={"If-None-Match": '"other"'})
    assert other.content == first.content


def test_tiles_of_drafts_are_not_kept(signed_in: SignedIn) -> None:
    for _ in range(2):
        answer = fetch(signed_in("analyst"), "clusters", tile_at(14), plan=toy.DRAFT)
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


@pytest.mark.parametrize("plan", [toy.DRAFT, toy.FUTURE, "no-such-plan", "' OR true --"])
def test_viewers_see_the_plan_in_force_only(signed_in: SignedIn, plan: str) -> None:
    answer = fetch(signed_in("viewer"), "clusters", tile_at(14), plan=plan)
    assert answer.status_code == 404
    assert answer.json()["detail"] == f"There is no plan {plan!r}. See the list of plans."


def test_analysts_see_drafts(signed_in: SignedIn) -> None:
    assert read_layers(fetch(signed_in("analyst"), "sections", tile_at(14), plan=toy.DRAFT).content)[
        "sections"
    ].shape[0]


@pytest.mark.parametrize("layer", [name for name, layer in TILE_LAYERS.items() if layer.min_zoom])
def test_tiles_below_the_first_zoom_are_empty(signed_in: SignedIn, layer: str) -> None:
    answer = fetch(signed_in("viewer"), layer, tile_at(TILE_LAYERS[layer].min_zoom - 1))
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/residents/14/1/1.mvt",
        "/tiles/rental_houses/14/1/1.mvt",
        "/tiles/clusters/21/0/0.mvt",
        "/tiles/clusters/2/4/0.mvt",
        "/tiles/clusters/2/0/4.mvt",
        "/tiles/clusters/-1/0/0.mvt",
        "/tiles/clusters/a/0/0.mvt",
        "/tiles/clusters/2/1.5/0.mvt",
        "/tiles/clusters/2/٣/0.mvt",
        f"/tiles/clusters/2/{'9' * 5000}/0.mvt",
        "/tiles/clusters/2/0/0.png",
    ],
)
def test_tiles_that_do_not_exist(signed_in: SignedIn, path: str) -> None:
    answer = signed_in("viewer").get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
