"""Column mappings as TOML files."""

from __future__ import annotations

import tomllib
from pathlib import Path

from gridgov.core.layers import Layer
from gridgov.core.tidying import ColumnMapping, make_mapping
from gridgov.errors import InputError, NotFoundError


def read_mapping(path: Path, layer: Layer) -> ColumnMapping:
    """Read a mapping.

    Parameters
    ----------
    path : pathlib.Path
        TOML file as data/README.md describes.
    layer : Layer
        The layer it is for.

    Returns
    -------
    ColumnMapping
        The checked mapping.

    Raises
    ------
    NotFoundError
        When there is no such file.
    InputError
        When it is no TOML or does not fit the layer.
    """
    if not path.is_file():
        raise NotFoundError(f"There is no mapping {path}.", path=str(path))
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise InputError(f"{path.name} is not TOML in UTF-8: {cause}", path=str(path)) from cause
    return make_mapping(raw, layer, path.name)
