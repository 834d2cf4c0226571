"""Read the layers of a district from files, in one metric CRS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from gridgov.core.crs import choose_metric_crs, to_metric
from gridgov.core.findings import join_findings
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
        When a file, its columns or its coordinate system are refused, or no community is left.
    """
    read = {name: read_layer(source, name, stored=False) for name, source in sources.items()}
    crs = _choose_crs(read["communities"])
    layers: dict[str, Any] = {name: to_metric(one.tidy.accepted, crs) for name, one in read.items()}
    if "buildings" not in layers:
        nothing = {"building_id": pd.Series(dtype=object)}
        layers["buildings"] = gpd.GeoDataFrame(nothing, geometry=gpd.GeoSeries([], crs=crs), crs=crs)
    found = [one.tidy.findings for one in read.values()]
    moved = [one.to_crs(crs) if one.crs is not None else one for one in found]
    return GroundFiles(layers, join_findings(moved, crs=crs))


def read_groups(path: Path, crs: Any) -> gpd.GeoDataFrame:
    """Read clusters that were drawn elsewhere.

    Parameters
    ----------
    path : pathlib.Path
        File of polygons with a column ``id``.
    crs : object
        Coordinate system wanted.

    Returns
    -------
    geopandas.GeoDataFrame
        The polygons.

    Raises
    ------
    InputError
        When there are no shapes, no column ``id`` or no coordinate system, or the file cannot be read.
    NotFoundError
        When there is no such file.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file or folder {path}.", path=str(path))
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
    return frame.reset_index(drop=True).set_crs(stated).to_crs(crs)


def _choose_crs(communities: ReadLayer) -> Any:
    tidy = communities.tidy
    if not len(tidy.accepted):
        raise InputError(
            f"{communities.file_name} has no usable community: {tidy.rejected} rows were refused. Correct them and "
            "run again.",
            findings=tidy.findings["detail"].head(5).tolist(),
        )
    crs = tidy.accepted.crs
    return crs if crs.is_projected and crs.axis_info[0].unit_name == "metre" else choose_metric_crs(tidy.accepted)
