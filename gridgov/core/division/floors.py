"""The fewest groups of bad sizes that a number of households can be divided in, wherever they live."""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np

from gridgov.core.division.compiled import kernel, roomy

FAR = 100
"""A group outside the allowed sizes counts as so many outside the preferred ones."""


@roomy
def fewest_outside(most, least, low, high, largest):
    """Work out the least count of bad sizes for every number of households.

    Parameters
    ----------
    most : int
        Largest number of households.
    least, low, high, largest : int
        Allowed sizes are `least` to `largest`, preferred ones `low` to `high`.

    Returns
    -------
    int array (most + 1,)
        Groups outside the preferred sizes, those outside the allowed ones counted `FAR` times, if households were
        divisible and neighbours of all. A proven limit: no division has less, but for atoms above the largest size.

    Examples
    --------
    >>> fewest_outside(125, 35, 45, 55, 65)[[0, 30, 50, 60, 68, 84, 123]].tolist()
    [0, 100, 0, 1, 100, 1, 2]
    """
    fewest = np.full(most + 1, np.iinfo(np.int64).max)
    fewest[0] = 0
    for total in range(1, most + 1):
        for size in range(1, min(largest, total) + 1):
            bad = fewest[total - size]
            if size < least:
                bad += FAR
            elif size < low or size > high:
                bad += 1
            fewest[total] = min(fewest[total], bad)
    return fewest


@kernel
def at_floor(groups, first, past, sizes, floor):
    """Tell whether no division of these groups' households has fewer bad sizes than they have."""
    total, bad = 0, 0
    for g in range(first, past):
        size = groups[g].size
        if groups[g].head < 0 or size == 0:
            continue
        total += size
        if size < sizes.min or size > sizes.max:
            bad += FAR
        elif size < sizes.preferred_low or size > sizes.preferred_high:
            bad += 1
    return bad <= floor[total]
