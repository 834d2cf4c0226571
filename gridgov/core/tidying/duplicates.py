"""Rows that say the same key twice: one is kept, whatever the order of the file."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridgov.core.tidying.faults import RowFault

Positions = npt.NDArray[np.intp]


def find_duplicates(table: pd.DataFrame, key: str, positions: Positions) -> list[RowFault]:
    """Find the rows to set aside because a fuller row has the same key.

    Of rows with one key the one with most cells filled is kept; between equals the content decides, so that the order
    of the file does not matter.

    Parameters
    ----------
    table : pandas.DataFrame
        Cleaned rows, with a `geometry` column of shapely geometries where the layer has one.
    key : str
        Name of the key column.
    positions : numpy.ndarray
        Rows to look at; their key is not missing.

    Returns
    -------
    list of RowFault
        `duplicate` (a note: equal to the row kept) and `duplicate-key` (a warning: it says something else).
    """
    keys = table[key].to_numpy(dtype=object)[positions]
    again = positions[pd.Series(keys).duplicated(keep=False).to_numpy()]
    if len(again) == 0:
        return []
    rows = table.iloc[again]
    plain = rows.drop(columns="geometry", errors="ignore")
    content = pd.util.hash_pandas_object(plain.astype(str), index=False).to_numpy()
    if "geometry" in rows:
        shapes = pd.Series(shapely.to_wkb(shapely.normalize(rows["geometry"].to_numpy(dtype=object))), dtype=object)
        content = content * np.uint64(31) + pd.util.hash_pandas_object(shapes.map(repr), index=False).to_numpy()
    filled = rows.notna().sum(axis=1).to_numpy()
    group = pd.factorize(rows[key].to_numpy(dtype=object))[0]
    order = np.lexsort((again, content, -filled, group))
    first = np.ones(len(order), dtype=bool)
    first[1:] = group[order][1:] != group[order][:-1]
    kept_content = content[order][first][np.cumsum(first) - 1]
    same = content[order] == kept_content
    equal, other = np.sort(again[order][~first & same]), np.sort(again[order][~first & ~same])
    return [
        RowFault("duplicate", "note", equal, "the same row is there already", "Nothing to do."),
        RowFault(
            "duplicate-key",
            "warning",
            other,
            f"another row with the same {key} says something else",
            "The fuller row was kept; give this one a key of its own or delete it.",
        ),
    ]
