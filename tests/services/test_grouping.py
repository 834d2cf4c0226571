"""Groups of any scheme from files to a file."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gridgov.errors import InputError, NotFoundError
from gridgov.services.grouping_files import Wishes, group_files, list_schemes
from gridgov.services.reading import LayerSource
from gridgov.services.rules import read_rules
from gridgov.services.sampling import make_sample


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LayerSource]:
    folder = tmp_path_factory.mktemp("district")
    make_sample(1500, 3, folder)
    return {name: LayerSource(folder / f"{name}.parquet") for name in ("buildings", "communities", "barriers")}


def test_every_scheme_of_the_profile_makes_groups(sources: dict[str, LayerSource], tmp_path: Path) -> None:
    rules = read_rules()
    for scheme in list_schemes(rules):
        out = tmp_path / f"{scheme}.gpkg"
        groups, _ = group_files(scheme, sources, out, rules=rules)
        written = gpd.read_file(out, layer="groups")
        assert len(written) == len(groups)
        assert (written["kind"] == scheme).all()


def test_locked_groups_stay_and_the_rest_is_as_many_as_wanted(
    sources: dict[str, LayerSource], tmp_path: Path
) -> None:
    rules = read_rules()
    first, _ = group_files("cluster", sources, tmp_path / "first.gpkg", rules=rules)
    kept = first[first["size"] > 0].head(2)
    kept.to_file(tmp_path / "kept.gpkg")
    wishes = Wishes(count=5, locked=tmp_path / "kept.gpkg", forbidden=[str(first["seed"].dropna().iloc[0])])
    again, _ = group_files("grid", sources, tmp_path / "again.gpkg", rules=rules, wishes=wishes)
    for shape in kept.geometry:
        assert again.geometry.symmetric_difference(shape).area.min() < 1e-6
    assert len(again) >= 5 + 2
    assert wishes.forbidden[0] not in set(again["seed"])


def test_rooms_are_those_of_the_rental_houses(sources: dict[str, LayerSource], tmp_path: Path) -> None:
    rentals = LayerSource(sources["buildings"].path.with_name("rental_houses.parquet"))
    rules = read_rules()
    dwellings, _ = group_files("manager_rooms", sources, tmp_path / "a.gpkg", rules=rules)
    rooms, _ = group_files("manager_rooms", {**sources, "rental_houses": rentals}, tmp_path / "b.gpkg", rules=rules)
    let = gpd.read_parquet(rentals.path).groupby("building_id")["rooms"].sum()
    households = gpd.read_parquet(sources["buildings"].path).set_index("building_id")["households"]
    wanted = households.combine(let.reindex(households.index).fillna(0), max).sum()
    assert rooms["size"].sum() == wanted > dwellings["size"].sum() == 1500
    with pytest.raises(InputError, match="column building_id"):
        bare = tmp_path / "bare.csv"
        bare.write_text("rental_house_id,let_type,rooms,tenants\nR1,month,3,2\n", encoding="utf-8")
        group_files(
            "manager_rooms", {**sources, "rental_houses": LayerSource(bare)}, tmp_path / "c.gpkg", rules=rules
        )


def test_findings_of_groups_carry_their_id_and_place(sources: dict[str, LayerSource], tmp_path: Path) -> None:
    groups, findings = group_files(
        "grid", sources, tmp_path / "g.gpkg", rules=read_rules(), wishes=Wishes(count=40, preferred=["nowhere"])
    )
    named = findings[findings["layer"] == "groups"]
    sized = named[named["rule"].str.startswith("size-")]
    assert len(sized) and set(sized["row_id"]) <= set(groups["id"])
    shapes = groups.set_index("id").geometry.reindex(sized["row_id"])
    assert shapely.intersects(shapes.to_numpy(), sized.geometry.to_numpy()).all()
    assert findings.loc[findings["rule"] == "seed-unknown", "row_id"].tolist() == ["nowhere"]


def test_an_unknown_scheme_is_refused_with_those_there_are(sources: dict[str, LayerSource], tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="manager_rooms"):
        group_files("circles", sources, tmp_path / "x.gpkg", rules=read_rules())
