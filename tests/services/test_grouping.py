"""Groups of any scheme from files to a file."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from gridgov.errors import NotFoundError
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


def test_an_unknown_scheme_is_refused_with_those_there_are(sources: dict[str, LayerSource], tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="manager_rooms"):
        group_files("circles", sources, tmp_path / "x.gpkg", rules=read_rules())
