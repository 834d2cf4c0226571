"""Which source column is which layer column: by the mapping, else by its name, its English or its Chinese header."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from gridgov.core.layers import Layer
from gridgov.core.tidying.mapping import ColumnMapping
from gridgov.errors import InputError

_NOISE = re.compile(r"[\s_\-()\[\]:：*.、]+")
_BRACKET = re.compile(r"[(\[][^)\]]*[)\]]")
_SAME = (("编号", "编码"), ("代码", "编码"))


def match_columns(names: Sequence[str], layer: Layer, mapping: ColumnMapping) -> dict[str, tuple[str, ...]]:
    """Find the source columns of each layer column.

    Parameters
    ----------
    names : sequence of str
        Column names as the file spells them.
    layer : Layer
        The layer.
    mapping : ColumnMapping
        What the mapping says; it wins over recognised names.

    Returns
    -------
    dict
        Layer column to source columns, in the layer's order; columns without a source are absent.

    Raises
    ------
    InputError
        When the mapping names a source column the file has not, or a required column has no source.

    Examples
    --------
    >>> from gridgov.core.layers import get_layer
    >>> match_columns(["楼栋编号", "Floors", "层高"], get_layer("buildings"), ColumnMapping())
    {'building_id': ('楼栋编号',), 'floors': ('Floors',)}
    """
    absent = sorted(mapping.sources() - set(names))
    if absent:
        raise InputError(
            f"The mapping reads columns that the file has not: {', '.join(absent)}. The file has: {_list(names)}.",
            columns=absent,
        )
    recognised = recognise_columns(names, layer)
    taken = {name for sources in mapping.columns.values() for name in sources}
    matched: dict[str, tuple[str, ...]] = {}
    for column in layer.columns:
        if column.name in mapping.columns:
            matched[column.name] = mapping.columns[column.name]
        elif column.name in recognised and recognised[column.name] not in taken:
            matched[column.name] = (recognised[column.name],)
    _require_sources(matched, names, layer, mapping)
    return matched


def recognise_columns(names: Sequence[str], layer: Layer) -> dict[str, str]:
    """Find the layer columns that source names spell in a known way.

    Parameters
    ----------
    names : sequence of str
        Column names as the file spells them; of two that mean the same the first counts, an exact name before all.
    layer : Layer
        The layer.

    Returns
    -------
    dict
        Layer column to source column.
    """
    plain: dict[str, str] = {}
    for name in names:
        plain.setdefault(_plain(name), name)
    found: dict[str, str] = {}
    for column in layer.columns:
        if column.name in names:
            found[column.name] = column.name
            continue
        spellings = (
            column.name,
            column.english,
            column.chinese,
            _unbracket(column.english),
            _unbracket(column.chinese),
        )
        hit = next((plain[_plain(text)] for text in spellings if text and _plain(text) in plain), None)
        if hit is not None and hit not in found.values():
            found[column.name] = hit
    return found


def _require_sources(
    matched: Mapping[str, tuple[str, ...]], names: Sequence[str], layer: Layer, mapping: ColumnMapping
) -> None:
    given = {*matched, *mapping.constants, *mapping.defaults}
    missing = [column for column in layer.columns if column.required and column.name not in given]
    if missing:
        listed = ", ".join(f"{column.name} ({column.chinese})" for column in missing)
        raise InputError(
            f"The layer {layer.name!r} needs columns that the file has not: {listed}. The file has: {_list(names)}. "
            "Rename a column, or say which it is in a mapping (--map).",
            columns=[column.name for column in missing],
        )


def _plain(name: str) -> str:
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", str(name)).lower())
    for old, new in _SAME:
        plain = plain.replace(old, new)
    return plain


def _unbracket(text: str) -> str:
    return _BRACKET.sub("", unicodedata.normalize("NFKC", text))


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(str(name) for name in names[:40])
    return shown + (" …" if len(names) > 40 else "") if names else "no columns"
