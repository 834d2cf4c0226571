"""One table against one layer: rows accepted, rows refused with the reason, duplicates; no row is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.layers import Layer, require_allowed_columns
from gridgov.core.tidying.cells import CleanColumn, clean_column
from gridgov.core.tidying.duplicates import find_duplicates
from gridgov.core.tidying.faults import RowFault, list_faults, make_row_findings
from gridgov.core.tidying.headers import match_columns
from gridgov.core.tidying.mapping import ColumnMapping
from gridgov.core.tidying.shapes import Shapes, make_keys, tidy_shapes
from gridgov.core.tidying.synonyms import SYNONYMS
from gridgov.core.tidying.texts import Texts, to_texts
from gridgov.errors import InputError

Mask = npt.NDArray[np.bool_]
_EMPTIED = "The cell was left empty; correct it and send the row again."
_ROUNDED = "Counted up, so that nobody is lost; correct it and send the row again."
_REFUSED = "The row was refused; correct it and send it again."


@dataclass(frozen=True)
class TidyResult:
    """What became of a table. Always ``read == accepted_count + rejected + duplicate``."""

    accepted: pd.DataFrame
    """Rows of the layer, by key; a GeoDataFrame when the layer has a geometry and the file brought one."""
    findings: gpd.GeoDataFrame
    read: int
    accepted_count: int
    rejected: int
    duplicate: int
    left_out: int = 0
    """Rows that the mapping's `keep` and `drop` left out; they do not count as read."""
    faults: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Each error and warning of a row: row, column, rule, severity, detail, action."""
    sent: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Rows as the sender wrote them, without shapes; the index is the row's number in the file."""
    numbers: Texts = field(default_factory=lambda: np.empty(0, dtype=object))
    """For each accepted row its number in the file."""

    @property
    def refused(self) -> pd.DataFrame:
        """Rows with an error or a warning, as the sender wrote them."""
        return self.sent[self.sent.index.isin(self.faults["row"])] if len(self.faults) else self.sent.iloc[:0]


def tidy_layer(
    frame: pd.DataFrame,
    layer: Layer,
    mapping: ColumnMapping | None = None,
    *,
    faults: Sequence[RowFault] = (),
) -> TidyResult:
    """Turn a table as it was sent into rows of a layer.

    Parameters
    ----------
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        Source rows with the source's column names; coordinates straight and in any system.
    layer : Layer
        What the rows are to become.
    mapping : ColumnMapping, optional
        How the source's columns and words are to be read.
    faults : sequence of RowFault
        Faults already found in the rows, by position (outside the coordinate system, unreadable shape).

    Returns
    -------
    TidyResult
        Accepted rows sorted by key, findings and counts.

    Raises
    ------
    ForbiddenColumnError
        When the file or the mapping brings a column that gridgov does not hold; nothing is read then.
    InputError
        When a required column has no source, or the layer needs shapes and the file has none.
    """
    mapping = mapping or ColumnMapping()
    shape_column = _geometry_name(frame)
    names = [str(name) for name in frame.columns if name != shape_column]
    require_allowed_columns([*names, *sorted(mapping.sources())])
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    _require_single_names(names)
    sources = match_columns(names, layer, mapping)
    if layer.geometry_required and shape_column is None:
        raise InputError(f"The layer {layer.name!r} needs shapes and the file has none.", layer=layer.name)
    kept = _choose_rows(frame, mapping)
    work = _Work(frame, layer, mapping, sources, shape_column, kept, list(faults))
    return work.run()


@dataclass
class _Work:
    """The steps of one tidying, over positions in the table as sent."""

    frame: pd.DataFrame
    layer: Layer
    mapping: ColumnMapping
    sources: dict[str, tuple[str, ...]]
    shape_column: str | None
    kept: Mask
    faults: list[RowFault]

    def run(self) -> TidyResult:
        refused = ~self.kept
        self.faults = [_only(fault, self.kept) for fault in self.faults]
        for fault in self.faults:
            if fault.severity == "error":
                refused[fault.positions] = True
        columns = {column.name: self._read_column(column.name, refused) for column in self.layer.columns}
        table = pd.DataFrame({name: values for name, values in columns.items() if values is not None})
        if self.layer.geometry is not None and self.shape_column is not None:
            table["geometry"] = self._read_shapes(refused)
        keys = self._read_keys(table, refused)
        table[self.layer.key] = keys
        duplicate = self._mark_duplicates(table, refused)
        return self._finish(table, keys, refused & self.kept, duplicate)

    def _read_column(self, name: str, refused: Mask) -> pd.Series | None:
        """Read one column of the layer; None when nothing says anything about it."""
        column = self.layer.column(name)
        assert column is not None
        given = name in self.sources or name in self.mapping.constants or name in self.mapping.defaults
        if not given:
            return None
        texts = self._write_texts(name)
        words = self.mapping.values.get(name, {})
        clean = clean_column(texts, column, words, SYNONYMS.get((self.layer.name, name), {}))
        self._complain(name, clean, column.required or name == self.layer.key, refused)
        if column.required:
            empty = self.kept & clean.values.isna().to_numpy() & (clean.complaints == None)  # noqa: E711
            self._fault("required", "error", empty, f"{name} is empty", _REFUSED, refused, name)
        return clean.values

    def _write_texts(self, name: str) -> Texts:
        rows = len(self.frame)
        if name in self.mapping.constants:
            return np.full(
                rows, str(to_texts(pd.Series([self.mapping.constants[name]], dtype=object))[0]), dtype=object
            )
        texts = np.full(rows, None, dtype=object)
        if name in self.sources:
            texts = _join([to_texts(self.frame[source], compatible=name != "name") for source in self.sources[name]])
        if name in self.mapping.defaults:
            default = to_texts(pd.Series([self.mapping.defaults[name]], dtype=object))[0]
            texts = np.where(pd.isna(texts), default, texts)
        return texts

    def _complain(self, name: str, clean: CleanColumn, needed: bool, refused: Mask) -> None:
        wrong = self.kept & (clean.complaints != None)  # noqa: E711
        rounded = wrong & clean.values.notna().to_numpy()
        hard = wrong & (clean.lost_digits | needed) & ~rounded
        for mask, rule, severity, action in (
            (hard & clean.lost_digits, "lost-digits", "error", _REFUSED),
            (hard & ~clean.lost_digits, "unreadable", "error", _REFUSED),
            (wrong & ~hard & ~rounded, "unreadable", "warning", _EMPTIED),
            (rounded, "fraction", "warning", _ROUNDED),
        ):
            self._fault(rule, severity, mask, clean.complaints[mask].tolist(), action, refused, name)

    def _read_shapes(self, refused: Mask) -> Shapes:
        assert self.shape_column is not None
        crs = getattr(self.frame, "crs", None)
        shapes = np.asarray(self.frame[self.shape_column].array, dtype=object).copy()
        shapes[~self.kept] = None
        already = refused & self.kept
        tidy = tidy_shapes(shapes, self.layer, geographic=crs is None or crs.is_geographic)
        for fault in tidy.faults:
            fresh = self.kept & ~already if fault.rule == "no-geometry" else self.kept
            self.faults.append(_only(fault, fresh))
        refused |= tidy.refused
        return tidy.shapes

    def _read_keys(self, table: pd.DataFrame, refused: Mask) -> Texts:
        rows = len(self.frame)
        given = table.get(self.layer.key)
        keys = np.full(rows, None, dtype=object) if given is None else given.to_numpy(dtype=object)
        missing = self.kept & ~refused & pd.isna(keys)
        if not missing.any():
            return keys
        if not self.layer.make_key or "geometry" not in table:
            self._fault("no-key", "error", missing, f"{self.layer.key} is empty", _REFUSED, refused, self.layer.key)
            return keys
        positions = np.flatnonzero(missing)
        crs = getattr(self.frame, "crs", None)
        keys = keys.copy()
        keys[positions] = make_keys(table["geometry"].to_numpy(dtype=object)[positions], crs, self.layer.name[0])
        return keys

    def _mark_duplicates(self, table: pd.DataFrame, refused: Mask) -> Mask:
        duplicate = np.zeros(len(table), dtype=bool)
        found = find_duplicates(table, self.layer.key, np.flatnonzero(self.kept & ~refused))
        for fault in found:
            duplicate[fault.positions] = True
        self.faults += found
        return duplicate

    def _fault(
        self,
        rule: str,
        severity: str,
        mask: Mask,
        detail: str | list[str],
        action: str,
        refused: Mask,
        name: str,
    ) -> None:
        sources = self.sources.get(name, ())
        self.faults.append(
            RowFault(rule, severity, np.flatnonzero(mask), detail, action, sources[0] if sources else name)
        )
        if severity == "error":
            refused |= mask

    def _finish(self, table: pd.DataFrame, keys: Texts, rejected: Mask, duplicate: Mask) -> TidyResult:
        numbers = _row_numbers(self.frame)
        accepted, accepted_numbers = self._accept(table, numbers, self.kept & ~rejected & ~duplicate)
        unnamed = pd.isna(keys)
        ids = np.where(unnamed, np.array([f"row {number}" for number in numbers], dtype=object), keys)
        crs = getattr(self.frame, "crs", None)
        points = _points(table["geometry"].to_numpy(dtype=object)) if "geometry" in table else None
        told = [fault for fault in self.faults if len(fault.positions)]
        findings = join_findings([make_row_findings(self.layer.name, told, ids, points, crs), *self._notes(crs)], crs)
        serious = [fault for fault in told if fault.severity != "note"]
        lines = list_faults(serious, numbers)
        return TidyResult(
            accepted=accepted,
            findings=findings,
            read=int(self.kept.sum()),
            accepted_count=len(accepted),
            rejected=int(rejected.sum()),
            duplicate=int(duplicate.sum()),
            left_out=int((~self.kept).sum()),
            faults=lines.drop(columns="position"),
            sent=pd.DataFrame(self.frame.drop(columns=self.shape_column or [])).set_axis(numbers),
            numbers=accepted_numbers,
        )

    def _accept(self, table: pd.DataFrame, numbers: Texts, good: Mask) -> tuple[pd.DataFrame, Texts]:
        order = [column.name for column in self.layer.columns if column.name in table]
        rows = table.loc[good, order + [name for name in ("geometry",) if name in table]]
        rows = rows.sort_values(self.layer.key, kind="stable")
        numbers = numbers[rows.index.to_numpy()]
        rows = rows.reset_index(drop=True)
        if "geometry" not in rows:
            return rows, numbers
        crs = getattr(self.frame, "crs", None)
        shapes = gpd.GeoSeries(rows.pop("geometry").to_numpy(dtype=object), index=rows.index, crs=crs)
        return gpd.GeoDataFrame(rows, geometry=shapes, crs=crs), numbers

    def _notes(self, crs: object) -> list[gpd.GeoDataFrame]:
        """Say what was not read at all: columns nobody asked for and rows the mapping leaves out."""
        used = {name for names in self.sources.values() for name in names} | self.mapping.sources()
        ignored = [name for name in self.frame.columns if name not in used and name != self.shape_column]
        notes = [
            make_findings(
                self.layer.name,
                [self.layer.name] if ignored else [],
                "ignored-columns",
                "note",
                f"not read: {', '.join(ignored)}",
                "Name a column in the mapping if it should be read.",
                crs=crs,
            )
        ]
        left_out = int((~self.kept).sum())
        if left_out:
            detail = f"{left_out} of {len(self.kept)} rows left out by the mapping"
            notes.append(make_findings(self.layer.name, [self.layer.name], "left-out", "note", detail, "", crs=crs))
        return notes


def _only(fault: RowFault, rows: Mask) -> RowFault:
    """Return a fault for some rows only."""
    chosen = rows[fault.positions]
    detail = fault.detail
    if not isinstance(detail, str):
        detail = [text for text, use in zip(detail, chosen, strict=True) if use]
    return replace(fault, positions=fault.positions[chosen], detail=detail)


def _choose_rows(frame: pd.DataFrame, mapping: ColumnMapping) -> Mask:
    kept = np.ones(len(frame), dtype=bool)
    for name, values in mapping.keep.items():
        kept &= np.isin(_without_none(to_texts(frame[name])), list(values))
    for name, values in mapping.drop.items():
        kept &= ~np.isin(_without_none(to_texts(frame[name])), list(values))
    return kept


def _without_none(texts: Texts) -> npt.NDArray[np.str_]:
    return np.array(["" if text is None else text for text in texts], dtype=object).astype(str)


def _join(columns: Sequence[Texts]) -> Texts:
    if len(columns) == 1:
        return columns[0]
    joined = np.empty(len(columns[0]), dtype=object)
    joined[:] = ["-".join(part for part in parts if part) or None for parts in zip(*columns, strict=True)]
    return joined


def _geometry_name(frame: pd.DataFrame) -> str | None:
    name = getattr(frame, "_geometry_column_name", None)
    return name if name is not None and name in frame.columns else None


def _require_single_names(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"Several columns have the same name: {', '.join(twice)}. Rename them.", columns=twice)


def _row_numbers(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return what a person calls each row: its number in the file where the reader kept it, else 1, 2, 3 …"""
    numbers = frame.index.to_numpy() if frame.index.name == "row" else np.arange(1, len(frame) + 1)
    return np.array([int(number) for number in numbers], dtype=object)


def _points(shapes: Shapes) -> Shapes:
    bounds = shapely.bounds(shapes)
    finite = np.isfinite(bounds).all(axis=1)
    points = np.full(len(shapes), None, dtype=object)
    middle = (bounds[finite, :2] + bounds[finite, 2:]) / 2
    points[finite] = shapely.points(middle)
    return points
