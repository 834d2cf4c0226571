"""Read a layer from a file: what was sent, in the declared system, tidied; no database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gridgov.core.crs import STORED_CRS, to_stored
from gridgov.core.declared_crs import DeclaredCrs, require_declared_crs, require_one_crs, straighten
from gridgov.core.envelopes import find_far_off, find_outside, require_axes
from gridgov.core.findings import join_findings, make_findings
from gridgov.core.layers import Layer, get_layer
from gridgov.core.tidying import ColumnMapping, RowFault, TidyResult, tidy_layer
from gridgov.storage.files import LayerFile, read_layer_file, read_mapping


@dataclass(frozen=True)
class LayerSource:
    """A file of a layer and how it is to be read."""

    path: Path
    crs: str | None = None
    """Declared system; None to believe the file or the mapping."""
    mapping: Path | ColumnMapping | None = None
    table: str | None = None
    """Table of a GeoPackage, sheet of a workbook, Shapefile of an archive."""
    swap: bool = False
    """Whether the file gives y (north) before x (east)."""
    force_crs: bool = False
    """Whether `crs` counts although the file says something else."""


@dataclass(frozen=True)
class ReadLayer:
    """A tidied layer and where it comes from."""

    layer: Layer
    tidy: TidyResult
    declared: DeclaredCrs | None
    """None when the file brought no coordinates."""
    sha256: str
    file_name: str


def read_layer(source: LayerSource, layer_name: str, *, stored: bool = True) -> ReadLayer:
    """Read and tidy one layer.

    Parameters
    ----------
    source : LayerSource
        The file.
    layer_name : str
        Name of the layer.
    stored : bool
        Whether to convert to EPSG:4490; else the rows stay in the file's own system (GCJ-02 and BD-09 undone).

    Returns
    -------
    ReadLayer
        ``tidy.accepted`` is a GeoDataFrame with columns of the layer when there are shapes.

    Raises
    ------
    InputError
        When the file, its columns or its coordinate system are refused.
    NotFoundError
        When the layer or a file is not there.
    """
    layer = get_layer(layer_name)
    mapping = read_mapping(source.mapping, layer) if isinstance(source.mapping, Path) else source.mapping
    names = frozenset() if mapping is None else frozenset(mapping.sources())
    file = read_layer_file(source.path, layer, table=source.table, names=names)
    frame, declared, faults = _place(file, source, layer, mapping, stored)
    tidy = tidy_layer(frame, layer, mapping, faults=faults)
    notes = [*_remarks(file, layer), *_approximate(declared, layer, len(tidy.accepted))]
    crs = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
    findings = join_findings([*notes, tidy.findings], crs)
    digest = hashlib.sha256(source.path.read_bytes()).hexdigest()
    return ReadLayer(layer, replace(tidy, findings=findings), declared, digest, source.path.name)


def _place(
    file: LayerFile, source: LayerSource, layer: Layer, mapping: ColumnMapping | None, stored: bool
) -> tuple[pd.DataFrame, DeclaredCrs | None, list[RowFault]]:
    """Put the rows where they are: system decided, axes checked, shift undone."""
    frame, faults = file.frame, list(file.faults)
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame, None, faults
    if layer.geometry is None:
        return pd.DataFrame(frame.drop(columns=frame.geometry.name)), None, []
    bounds = frame.geometry.bounds.to_numpy(dtype=np.float64)
    corners = (bounds[:, :2], bounds[:, 2:])
    middles = (bounds[:, :2] + bounds[:, 2:]) / 2
    if not np.isfinite(middles).all(axis=1).any():
        return frame.set_crs(STORED_CRS, allow_override=True), None, faults
    told = source.crs or (mapping.crs if mapping is not None else None)
    by_caller = None if told is None else require_declared_crs(told)
    of_file = file.crs if by_caller is not None else file.crs or file.default_crs
    name = source.path.name
    declared = require_one_crs(by_caller, of_file, middles, name, believe_declared=source.force_crs)
    require_axes(middles, declared.crs, declared.name, name, swap=source.swap)
    misplaced = _find_misplaced(corners, declared, source.swap)
    faults += [misplaced, _find_far_off(middles, misplaced, declared, source.swap)]
    frame = _without(frame, misplaced.positions)
    straight = straighten(frame, declared, swap=source.swap)
    return (to_stored(straight) if stored else straight), declared, faults


def _find_misplaced(corners: tuple[npt.NDArray[np.float64], ...], declared: DeclaredCrs, swap: bool) -> RowFault:
    outside = np.zeros(len(corners[0]), dtype=bool)
    for corner in corners:
        known = np.isfinite(corner).all(axis=1)
        outside |= known & find_outside(corner[:, ::-1] if swap else corner, declared.crs)
    positions = np.flatnonzero(outside)
    seen = [f"{x:.6g}, {y:.6g} cannot be in {declared.name}" for x, y in corners[0][positions]]
    action = "The row was refused; correct its coordinates (x is east, y is north) and send it again."
    return RowFault("outside-system", "error", positions, seen, action)


def _find_far_off(
    middles: npt.NDArray[np.float64], misplaced: RowFault, declared: DeclaredCrs, swap: bool
) -> RowFault:
    places = (middles[:, ::-1] if swap else middles).copy()
    places[misplaced.positions] = np.nan
    positions = np.flatnonzero(find_far_off(places, declared.crs))
    seen = [f"{x:.6g}, {y:.6g} is far from all other rows" for x, y in places[positions]]
    return RowFault("far-off", "warning", positions, seen, "The row was accepted; check its coordinates.")


def _without(frame: gpd.GeoDataFrame, positions: npt.NDArray[np.intp]) -> gpd.GeoDataFrame:
    """Take the shapes of refused rows away before they are converted."""
    if len(positions) == 0:
        return frame
    shapes = np.asarray(frame.geometry.array, dtype=object).copy()
    shapes[positions] = None
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index))


def _remarks(file: LayerFile, layer: Layer) -> list[gpd.GeoDataFrame]:
    return [make_findings(layer.name, [layer.name], rule, "note", detail, "") for rule, detail in file.remarks]


def _approximate(declared: DeclaredCrs | None, layer: Layer, rows: int) -> list[gpd.GeoDataFrame]:
    if declared is None or not declared.approximate or rows == 0:
        return []
    detail = (
        f"the coordinates of {rows} rows were converted from {declared.name} and are approximate (a metre or two)"
    )
    action = "Replace them by surveyed coordinates where a metre matters."
    return [make_findings(layer.name, [layer.name], "approximate-coordinates", "note", detail, action)]
