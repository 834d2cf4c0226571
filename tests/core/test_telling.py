"""Which figures of a plan are kept back when it is published, from records and where each plan has them."""

from __future__ import annotations

import pandas as pd
import pytest

from gridgov.core.telling import PLACE, QUANTITIES, find_figures_to_keep_back

RESIDENTS = QUANTITIES[0].figures
HOMES = {"p": 113, "moved": 7, "q": 104, "r": 96}
OLD = {"p": "A", "moved": "A", "q": "B", "r": "C"}
NEW = {**OLD, "moved": "B"}


def place(clusters: dict[str, str], sheltered: tuple[str, ...] = ("A", "B", "C")) -> pd.DataFrame:
    """Put every home into its cluster; A and B are one section, all one grid and community."""
    cluster = pd.Series(clusters)
    section = cluster.map({"A": "AB", "B": "AB", "C": "C"})
    frame = pd.DataFrame({"community": "K", "grid": "G", "section": section, "cluster": cluster, "home": "G"})
    return frame.assign(sheltered=cluster.isin(sheltered), beyond=~cluster.isin(sheltered))[list(PLACE)]


def tell(clusters: dict[str, str], homes: dict[str, int], figures: tuple[str, ...] = ("residents",)) -> pd.DataFrame:
    """Tell the count of every area."""
    frame = place(clusters).assign(count=pd.Series(homes))
    rows = [
        {"level": level, "group_id": str(key), "figure": name, "value": int(count)}
        for name in figures
        for level in ("community", "grid", "section", "cluster")
        for key, count in frame.groupby(level)["count"].sum().items()
    ]
    rows += [{"level": "whole", "group_id": "", "figure": name, "value": sum(homes.values())} for name in figures]
    return pd.DataFrame(rows)


def keep_back(
    then: dict[str, int], now: dict[str, int], figures: tuple[str, ...] = ("residents",)
) -> set[tuple[str, str, str]]:
    """Publish the old plan on the counts of then, the new one on those of today."""
    counts = pd.DataFrame({"count": pd.Series(now), "known": True})
    kept = find_figures_to_keep_back(
        counts,
        RESIDENTS,
        {"old": place(OLD).loc[counts.index], "new": place(NEW).loc[counts.index]},
        {"old": tell(OLD, then), "new": tell(NEW, now, figures)},
        "new",
    )
    return set(kept.itertuples(index=False, name=None))


def test_a_few_homes_that_changed_their_cluster_hide_both_clusters() -> None:
    assert keep_back(HOMES, HOMES) == {("cluster", "A", "residents"), ("cluster", "B", "residents")}


def test_every_figure_that_counts_the_same_people_is_hidden() -> None:
    figures = ("residents", "residents:of", "older_living_alone:of", "people_sheltered:of")
    assert keep_back(HOMES, HOMES, figures) == {("cluster", one, name) for one in "AB" for name in figures}


@pytest.mark.parametrize(("left", "reached", "hidden"), [(0, 0, 2), (9, 9, 2), (10, 0, 2), (0, -10, 2), (10, -10, 0)])
def test_counts_that_are_wrong_by_ten_by_now_give_nobody_away(left: int, reached: int, hidden: int) -> None:
    # while one of the two is near, the homes follow from it, and from the other by way of the section
    today = {**HOMES, "p": HOMES["p"] + left, "q": HOMES["q"] + reached}
    assert len(keep_back(HOMES, today)) == hidden


def test_an_old_count_that_is_small_today_is_no_excuse() -> None:
    assert ("cluster", "A", "residents") in keep_back({**HOMES, "p": 12, "moved": 1}, {**HOMES, "p": 4, "moved": 1})


def test_people_sent_to_shelters_may_be_estimates_and_are_never_let_go() -> None:
    counts = pd.DataFrame({"count": pd.Series(HOMES), "known": True})
    told = tell(OLD, HOMES, ("people_sheltered:of",))
    shown = {"old": told.assign(value=told["value"] + 50), "new": tell(NEW, HOMES)}
    kept = find_figures_to_keep_back(counts, RESIDENTS, {"old": place(OLD), "new": place(NEW)}, shown, "new")
    assert set(kept["group_id"]) == {"A", "B"}


def test_the_order_of_records_does_not_matter() -> None:
    turned = dict(reversed(HOMES.items()))
    assert keep_back(turned, turned) == keep_back(HOMES, HOMES)
