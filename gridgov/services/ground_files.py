"""Read the layers of a district from files, in one metric CRS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridgov.core.crs import STORED_CRS, choose_metric_crs, to_metric
from gridgov.core.findings import join_findings, make_findings
from gridgov.core.given import is_measurable
from gridgov.core.plans import Plan
from gridgov.errors import InputError, NotFoundError
from gridgov.services.reading import LayerSource, ReadLayer, read_layer
from gridgov.storage.files import read_layer_file


@dataclass(frozen=True)
class GroundFiles:
    """The layers of a district, tidied, in one metric CRS."""

    layers: dict[str, Any]
    """GeoDataFrames by name; ``buildings`` and ``communities`` are always there."""
    findings: gpd.GeoDataFrame
    """What was found while reading."""

    def add_findings(self, plan: Plan) -> Plan:
        """Put what was found while reading before a plan's own findings.

        Parameters
        ----------
        plan : Plan
            A plan of these layers.

        Returns
        -------
        Plan
            The same with all findings.
        """
        return replace(plan, findings=join_findings([self.findings, plan.findings], crs=plan.cells.crs))


def read_ground_files(sources: Mapping[str, LayerSource]) -> GroundFiles:
    """Read the layers of a district.

    Parameters
    ----------
    sources : mapping of str to LayerSource
        ``communities``, and where there are any ``buildings``, ``barriers`` and ``compounds``.

    Returns
    -------
    GroundFiles
        In the communities' own CRS where it is metric, else in the local 3-degree zone.

    Raises
    ------
    InputError
        When a file, its columns or its coordinate system are refused, no row of a file can be used, or no building
        lies in a community.
    """
    read = {name: read_layer(source, name, stored=False) for name, source in sources.items()}
    for one in read.values():
        _require_rows(one)
    crs = _choose_crs(read["communities"])
    layers: dict[str, Any] = {name: to_metric(one.tidy.accepted, crs) for name, one in read.items()}
    _require_inside(layers, read)
    if "buildings" not in layers:
        nothing = {"building_id": pd.Series(dtype=object)}
        layers["buildings"] = gpd.GeoDataFrame(nothing, geometry=gpd.GeoSeries([], crs=crs), crs=crs)
    found = [one.tidy.findings for one in read.values()]
    moved = [one.to_crs(crs) if one.crs is not None else one for one in found]
    return GroundFiles(layers, join_findings([*moved, *_find_elsewhere(layers, read)], crs=crs))


def read_groups(path: Path, district: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Read clusters that were drawn elsewhere.

    Parameters
    ----------
    path : pathlib.Path
        File of polygons with a column ``id``.
    district : geopandas.GeoDataFrame
        Communities or cells that the clusters are of; their coordinate system is the wanted one.

    Returns
    -------
    geopandas.GeoDataFrame
        The polygons.

    Raises
    ------
    InputError
        When there are no polygons, no column ``id``, an id missing, or no coordinate system, when the file cannot be
        read, or when it is of another place.
    NotFoundError
        When there is no such file.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file or folder {path}.", path=str(path))
    if path.is_dir():
        raise InputError(
            f"{path} is a folder, wanted is a file of polygons. A plan of gridgov is continued with "
            f"`gridgov revise`; its clusters alone are {path / 'clusters.parquet'}."
        )
    file = read_layer_file(path)
    frame, stated = file.frame, file.crs or file.default_crs
    lacks = {
        "shapes": not isinstance(frame, gpd.GeoDataFrame),
        "column 'id'": "id" not in frame,
        "coordinate system": stated is None,
    }
    missing = " and no ".join(name for name, is_missing in lacks.items() if is_missing)
    if missing:
        raise InputError(f"{path} has no {missing}; it has {list(frame.columns)}. Name the clusters in 'id'.")
    groups = frame.reset_index(drop=True).set_crs(stated).to_crs(district.crs)
    _require_polygons(groups, path)
    if not _overlap(groups.total_bounds, district.total_bounds):
        raise InputError(
            f"{path} is of another place: it lies around {_middle(groups)}, the communities around "
            f"{_middle(district)}. Give the clusters of this district, or correct their coordinate system."
        )
    return groups


def require_same_place(plan: Plan, layers: Mapping[str, Any], path: Path | str) -> None:
    """Refuse a plan of another district.

    Parameters
    ----------
    plan : Plan
        The plan, in the system of the layers.
    layers : mapping of str to geopandas.GeoDataFrame
        The district.
    path : pathlib.Path or str
        Where the plan comes from, or its key, for the message.

    Raises
    ------
    InputError
        When it lies elsewhere, or no building of it is among those of the district.
    """
    communities, buildings = layers["communities"], layers["buildings"]
    if not _overlap(plan.cells.total_bounds, communities.total_bounds):
        raise InputError(
            f"{path} is a plan of another place: it lies around {_middle(plan.cells)}, the communities around "
            f"{_middle(communities)}. Give the plan of this district."
        )
    known = plan.atoms["building_id"].dropna()
    if len(known) and len(buildings) and not known.isin(buildings["building_id"]).any():
        raise InputError(
            f"No building of the plan {path} is in the file of buildings: the plan has {known.iloc[0]!r}, the file "
            f"{buildings['building_id'].iloc[0]!r}. Buildings are known by their building_id; keep it from one "
            "delivery to the next."
        )


def _require_polygons(groups: gpd.GeoDataFrame, path: Path) -> None:
    wrong = ~groups.geom_type.isin(["Polygon", "MultiPolygon"])
    if wrong.any():
        kinds = ", ".join(sorted({str(kind) for kind in groups.geom_type[wrong]}))
        raise InputError(f"{path} has {wrong.sum()} rows that are no polygons ({kinds}). Clusters are areas.")
    nameless = groups["id"].isna() | (groups["id"].astype(str).str.strip() == "")
    if nameless.any():
        raise InputError(f"{path} has {nameless.sum()} rows without an 'id'. Give each cluster its id.")


def _require_rows(one: ReadLayer) -> None:
    """Refuse a file of which nothing can be used; barriers and compounds there may be none of."""
    tidy, what = one.tidy, _ONE[one.layer.name]
    if len(tidy.accepted) or (not tidy.read and one.layer.name not in _NEEDED):
        return
    if not tidy.read:
        left = f" but the {tidy.left_out} that the mapping leaves out" if tidy.left_out else ""
        raise InputError(f"{one.file_name} has no rows{left}; at least one {what} is needed. Is it the right file?")
    errors = tidy.findings[tidy.findings["severity"] == "error"]
    first = f", the first because: {errors['detail'].iloc[0]}" if len(errors) else ""
    raise InputError(
        f"{one.file_name} has no usable {what}: {tidy.rejected} rows were refused{first}. Correct them and run "
        "again.",
        findings=errors["detail"].head(5).tolist(),
    )


_ONE = {"communities": "community", "buildings": "building", "barriers": "barrier", "compounds": "compound"}
_NEEDED = ("communities", "buildings")


def _require_inside(layers: Mapping[str, Any], read: Mapping[str, ReadLayer]) -> None:
    """Refuse buildings of which not one lies in a community."""
    if "buildings" not in layers:
        return
    buildings, communities = layers["buildings"], layers["communities"]
    tree = shapely.STRtree(shapely.make_valid(communities.geometry.to_numpy()))
    shapes = buildings.geometry.to_numpy()
    for start in range(0, len(shapes), _SOME):
        if tree.query(shapes[start : start + _SOME], predicate="intersects").size:
            return
    raise InputError(
        f"None of the {len(buildings):,} buildings of {read['buildings'].file_name} lies in a community: they lie "
        f"around {_middle(buildings)}, the communities of {read['communities'].file_name} around "
        f"{_middle(communities)}. Are both of one district, and is the coordinate system of each right?"
    )


_SOME = 2_000
"""Buildings looked at in one go: nearly always the first few tell."""


def _find_elsewhere(layers: Mapping[str, Any], read: Mapping[str, ReadLayer]) -> list[gpd.GeoDataFrame]:
    """Tell barriers and compounds that all lie outside the district: they change nothing, which is seldom meant."""
    here = layers["communities"].total_bounds
    off = [
        name
        for name in ("barriers", "compounds")
        if name in layers and len(layers[name]) and not _overlap(layers[name].total_bounds, here)
    ]
    return [
        make_findings(
            name,
            [read[name].file_name],
            "outside",
            "warning",
            f"all {len(layers[name])} rows lie outside the communities, around {_middle(layers[name])}",
            "left out; check the file and its coordinate system",
            crs=layers["communities"].crs,
        )
        for name in off
    ]


def _overlap(one: npt.ArrayLike, other: npt.ArrayLike) -> bool:
    return bool(shapely.intersects(shapely.box(*np.asarray(one)), shapely.box(*np.asarray(other))))


def _middle(frame: gpd.GeoDataFrame) -> str:
    """Middle of a frame in degrees, for a message."""
    west, south, east, north = frame.total_bounds
    point = gpd.GeoSeries([shapely.Point((west + east) / 2, (south + north) / 2)], crs=frame.crs).to_crs(STORED_CRS)
    return f"{point.x.iloc[0]:.4f}°E {point.y.iloc[0]:.4f}°N"


def _choose_crs(communities: ReadLayer) -> Any:
    """Keep the communities' own system where it measures; Web Mercator is in metres, and they are too long."""
    frame = communities.tidy.accepted
    return frame.crs if is_measurable(frame) else choose_metric_crs(frame)
