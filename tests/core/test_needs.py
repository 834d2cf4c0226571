"""Residents as counts by cluster."""

from __future__ import annotations

import pandas as pd

from gridgov.core.needs import NEEDS, count_needs


def test_residents_are_counted_by_cluster_and_need() -> None:
    residents = pd.DataFrame(
        {
            "resident_id": ["a", "b", "c", "d"],
            "older_living_alone": [True, None, True, True],
            "disability_support": [False, True, False, True],
        }
    )
    placed = pd.DataFrame({"resident_id": ["d", "c", "b", "a"], "cluster_id": [None, "C2", "C1", "C1"]})
    counted = count_needs(residents, placed)
    assert counted.to_dict("records") == [
        {"cluster_id": "C1", "residents": 2, **dict(zip(NEEDS, (1, 1, 0), strict=True))},
        {"cluster_id": "C2", "residents": 1, **dict(zip(NEEDS, (1, 0, 0), strict=True))},
    ]
    assert len(count_needs(residents.iloc[:0], placed)) == 0
