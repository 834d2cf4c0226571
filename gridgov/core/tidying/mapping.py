"""How a source's columns and words become a layer's: data a person writes once per source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gridgov.core.layers import Layer, require_allowed_columns
from gridgov.errors import InputError

TABLES = ("columns", "values", "constants", "defaults", "keep", "drop")
"""Tables a mapping may have, beside the entries `layer`, `crs` and `about`."""

ANY_OTHER = "*"
"""In `values`: what every other source value becomes."""


@dataclass(frozen=True)
class ColumnMapping:
    """A mapping, checked against its layer."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each layer column the source columns; several are joined with `-`."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For each layer column: source value to layer value; `*` stands for every other one."""
    constants: Mapping[str, Any] = field(default_factory=dict)
    """For each layer column one value for all rows, whatever the file says."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """For each layer column the value of rows that have none."""
    keep: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each source column the values of the rows to read; all others are left out."""
    drop: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each source column the values of the rows to leave out."""
    crs: str | None = None
    """Coordinate system of the source, when the mapping declares it."""

    def sources(self) -> set[str]:
        """List every source column that the mapping names.

        Returns
        -------
        set of str
            Names as the file spells them.
        """
        return {name for names in self.columns.values() for name in names} | set(self.keep) | set(self.drop)


def make_mapping(raw: Mapping[str, Any], layer: Layer, source: str = "the mapping") -> ColumnMapping:
    """Check a mapping as read from TOML against the layer it is for.

    Parameters
    ----------
    raw : mapping
        Tables `columns`, `values`, `constants`, `defaults`, `keep`, `drop`; entries `layer`, `crs`, `about`.
    layer : Layer
        The layer the source is imported as.
    source : str
        What to call the mapping in messages.

    Returns
    -------
    ColumnMapping
        The checked mapping.

    Raises
    ------
    InputError
        When it has unknown parts, names columns the layer has not, or is for another layer.
    ForbiddenColumnError
        When it reads a column that gridgov will not hold.

    Examples
    --------
    >>> from gridgov.core.layers import get_layer
    >>> make_mapping({"columns": {"building_id": "bid"}}, get_layer("buildings")).columns
    {'building_id': ('bid',)}
    """
    if raw.get("layer", layer.name) != layer.name:
        raise InputError(f"{source} is for the layer {raw['layer']!r}, not {layer.name!r}.", mapping=source)
    unknown = [name for name in raw if name not in (*TABLES, "layer", "crs", "about")]
    if unknown:
        known = ", ".join(TABLES)
        raise InputError(f"{source} has unknown parts: {', '.join(unknown)}. A mapping has {known}.", mapping=source)
    tables = {name: _require_table(raw, name, source) for name in TABLES}
    for name in ("columns", "values", "constants", "defaults"):
        _require_columns(tables[name], layer, f"{source}, [{name}]")
    mapping = ColumnMapping(
        columns={name: _names(value) for name, value in tables["columns"].items()},
        values={name: {str(old): str(new) for old, new in pairs.items()} for name, pairs in tables["values"].items()},
        constants=tables["constants"],
        defaults=tables["defaults"],
        keep={name: _names(value) for name, value in tables["keep"].items()},
        drop={name: _names(value) for name, value in tables["drop"].items()},
        crs=None if raw.get("crs") is None else str(raw["crs"]),
    )
    require_allowed_columns(sorted(mapping.sources()), source)
    return mapping


def _require_table(raw: Mapping[str, Any], name: str, source: str) -> dict[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, Mapping) or (
        name == "values" and not all(isinstance(v, Mapping) for v in table.values())
    ):
        shape = "[values.COLUMN] tables" if name == "values" else f"a [{name}] table"
        raise InputError(f"{source}: {name!r} must be {shape}, see data/README.md.", mapping=source)
    return dict(table)


def _require_columns(table: Mapping[str, Any], layer: Layer, source: str) -> None:
    unknown = [name for name in table if layer.column(name) is None]
    if unknown:
        known = ", ".join(column.name for column in layer.columns)
        raise InputError(
            f"{source} names columns that the layer {layer.name!r} has not: {', '.join(unknown)}. It has: {known}.",
            columns=unknown,
        )


def _names(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else (str(value),)
