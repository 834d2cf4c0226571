"""Groups of any scheme on files: layers in, one file of groups out, no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np

from gridgov.core.district import Ground, prepare_ground
from gridgov.core.findings import join_findings
from gridgov.core.groups import make_groups
from gridgov.core.revision.adopt import locate_atoms
from gridgov.core.schemes import Scheme, SchemeGroups, divide_scheme
from gridgov.errors import InputError, NotFoundError
from gridgov.services.ground_files import read_ground_files, read_groups
from gridgov.services.reading import LayerSource, read_layer
from gridgov.services.rules import Rules
from gridgov.storage.files import write_layers_file

RENTALS = "rental_houses"
"""Layer that says how many rooms are let in a building."""

PREFIX = "scheme_"
"""Sections of a rule profile whose name begins so are schemes."""


@dataclass(frozen=True)
class Wishes:
    """What a person wants beside the scheme."""

    count: int | None = None
    """Number of groups, of what is not locked."""
    locked: Path | None = None
    """Polygons with a column ``id``: groups that stay as they are."""
    preferred: Sequence[str] = ()
    """Buildings that groups are formed around."""
    forbidden: Sequence[str] = ()
    """Buildings that no group is formed around."""


def list_schemes(rules: Rules) -> list[str]:
    """List the schemes of a rule profile.

    Parameters
    ----------
    rules : Rules
        The rules of the place.

    Returns
    -------
    list of str
        Their names.
    """
    return sorted(name.removeprefix(PREFIX) for name in rules.profile.sections if name.startswith(PREFIX))


def group_files(
    scheme: str,
    sources: Mapping[str, LayerSource],
    out: Path,
    *,
    rules: Rules,
    wishes: Wishes | None = None,
    effort: Literal["default", "quality"] = "default",
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Divide a district by a scheme of its rule profile, and write the groups.

    Parameters
    ----------
    scheme : str
        Name of the scheme; see `list_schemes`.
    sources : mapping of str to LayerSource
        Files of ``communities``, ``buildings``, and where there are any of ``barriers``, ``compounds`` and
        ``rental_houses``; the last for schemes that count rooms.
    out : pathlib.Path
        GeoPackage with the tables ``groups`` and ``findings``.
    rules : Rules
        The rules of the place.
    wishes : Wishes, optional
        Count, locks and seeds.
    effort : {"default", "quality"}
        How long to search.
    seed : int
        Same files and seed, same groups.
    progress : callable, optional
        Told the step and the share of it done.

    Returns
    -------
    groups, findings : geopandas.GeoDataFrame
        What was written: ``size`` counts what the scheme counts, ``seed`` is the building a group lies around.

    Raises
    ------
    NotFoundError
        When the profile has no such scheme.
    InputError
        When a file is refused.
    """
    if scheme not in list_schemes(rules):
        known = ", ".join(list_schemes(rules)) or "none"
        raise NotFoundError(f"The rule profile has no scheme {scheme!r}; it has: {known}.", scheme=scheme)
    wishes, tell = wishes or Wishes(), progress or (lambda step, share: None)
    tell("read", 0.0)
    read = read_ground_files({name: one for name, one in sources.items() if name != RENTALS})
    layers = {"barriers": None, "compounds": None, **read.layers}
    if RENTALS in sources:
        layers["buildings"] = _add_rooms(layers["buildings"], sources[RENTALS])
    ground = prepare_ground(**layers, rules=rules.plan, tell=tell)
    tell("groups", 0.0)
    made = divide_scheme(
        ground,
        rules.profile.rules(f"{PREFIX}{scheme}", Scheme),
        count=wishes.count,
        locked=_locate(wishes.locked, ground),
        preferred=wishes.preferred,
        forbidden=wishes.forbidden,
        effort=effort,
        seed=seed,
    )
    groups, ids = make_groups("grid", made.labels, ground.atoms, ground.fabric.cells)
    label = dict(zip(ids, made.labels, strict=True))
    at = groups["id"].map(label).to_numpy(np.int64)
    groups = groups.assign(kind=scheme, size=made.size[at], seed=made.seed[at])
    findings = join_findings([read.findings, ground.fabric.findings, _place(made, groups, at)], crs=groups.crs)
    tell("save", 0.0)
    write_layers_file({"groups": groups, "findings": findings}, out)
    return groups, findings


def _add_rooms(buildings: gpd.GeoDataFrame, rentals: LayerSource) -> gpd.GeoDataFrame:
    """Buildings with the rooms that are let in them."""
    let = read_layer(rentals, RENTALS, stored=False).tidy.accepted
    if "building_id" not in let or let["building_id"].isna().all():
        raise InputError(
            f"{rentals.path.name} says of no rental house in which building it is. Give the column building_id."
        )
    rooms = let.dropna(subset=["building_id"]).groupby("building_id")["rooms"].sum(min_count=1)
    return buildings.assign(rooms=buildings["building_id"].map(rooms))


def _place(made: SchemeGroups, groups: gpd.GeoDataFrame, label: np.ndarray) -> gpd.GeoDataFrame:
    """Findings of a scheme with the ids and places of the groups that they name by number."""
    id_of = dict(zip(label.astype(str), groups["id"], strict=True))
    point_of = dict(zip(label.astype(str), groups.geometry.representative_point(), strict=True))
    named = (made.findings["layer"] == "groups").to_numpy()
    rows = made.findings["row_id"]
    points = [point_of.get(row) if one else None for row, one in zip(rows, named, strict=True)]
    ids = np.where(named, rows.map(id_of).fillna(rows), rows)
    placed = made.findings.assign(row_id=ids)
    return placed.set_geometry(gpd.GeoSeries(points, index=placed.index, crs=groups.crs))


def _locate(polygons: Path | None, ground: Ground) -> np.ndarray | None:
    if polygons is None:
        return None
    groups = read_groups(polygons, ground.fabric.cells).sort_values("id", ignore_index=True)
    return locate_atoms(groups, ground)
