"""People of every cluster, and what becomes of them when they need a shelter."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from gridgov.core.disclosure import hide_small_cells
from gridgov.core.shelters import REASONS
from gridgov.reports.bundle import ReportBundle

SHORTFALL = "more people than places within reach; how many is not told"
"""What is left of a finding about the people of a cluster when their number is hidden."""

PEOPLE = ("people", "sheltered", "beyond_reach", "no_room")


def count_people(bundle: ReportBundle) -> pd.DataFrame | None:
    """Count the people of each cluster by what becomes of them.

    Parameters
    ----------
    bundle : ReportBundle
        Clusters and shelter links.

    Returns
    -------
    pandas.DataFrame or None
        Columns `PEOPLE`, on the index of the clusters; None where nobody was sent to a shelter.
    """
    links = bundle.shelter_links
    if links is None or bundle.clusters is None:
        return None
    parts = {
        "people": links["people"],
        "sheltered": links["people"].where(links["shelter_id"].notna(), 0),
        "beyond_reach": links["people"].where(links["reason"].eq(REASONS[0]), 0),
        "no_room": links["people"].where(links["reason"].eq(REASONS[1]), 0),
    }
    sums = pd.DataFrame(parts).groupby(links["cluster_id"]).sum()
    return sums.reindex(bundle.clusters["id"]).fillna(0).astype(int).set_axis(bundle.clusters.index)


def find_small_clusters(bundle: ReportBundle, hide_below: int | None) -> frozenset[str]:
    """Find the clusters whose people are too few to be shown, and those that would give them away.

    Of a plan that is stored no more is shown than what it tells everybody: what would give a few people away together
    with an earlier plan is hidden in its reports too, and a draft tells nothing.

    Parameters
    ----------
    bundle : ReportBundle
        The whole plan, as `name_all` returned it.
    hide_below : int, optional
        Counts below this are hidden; None hides nothing.

    Returns
    -------
    frozenset of str
        Ids of clusters.
    """
    people = count_people(bundle)
    if people is None or hide_below is None or bundle.clusters is None:
        return frozenset()
    home = bundle.communities.drop_duplicates("community_id").set_index("community_id")[["district", "subdistrict"]]
    leaves = pd.DataFrame(bundle.clusters[["id", "community_id"]]).join(home, on="community_id").join(people)
    leaves = leaves.dropna(subset=["district"]).drop_duplicates("id")
    levels = ["district", "subdistrict", "community_id", "id"]
    table = hide_small_cells(leaves, levels, ["people"], hide_below=hide_below)
    small = frozenset(table.loc[(table["level"] == "id") & table["people_hidden"], "division_id"])
    if bundle.told_clusters is None:
        return small
    return small | frozenset(bundle.clusters.loc[bundle.clusters["households"] > 0, "id"]) - bundle.told_clusters


def find_small_shelters(bundle: ReportBundle, small_clusters: frozenset[str]) -> frozenset[str]:
    """Find the shelters whose number of people would tell that of a cluster that is hidden.

    Parameters
    ----------
    bundle : ReportBundle
        The whole plan.
    small_clusters : frozenset of str
        What `find_small_clusters` returned.

    Returns
    -------
    frozenset of str
        Ids of shelters.
    """
    links = bundle.shelter_links
    if links is None:
        return frozenset()
    return frozenset(links.loc[links["cluster_id"].isin(small_clusters), "shelter_id"].dropna())


def keep_findings_back(bundle: ReportBundle, small_clusters: frozenset[str]) -> ReportBundle:
    """Take the number of people out of what was found about clusters of which it is hidden.

    Parameters
    ----------
    bundle : ReportBundle
        A plan or a part of one.
    small_clusters : frozenset of str
        What `find_small_clusters` returned.

    Returns
    -------
    ReportBundle
        The same with other words in the findings.
    """
    if bundle.findings is None:
        return bundle
    found = bundle.findings
    secret = (found["rule"] == "shelter-shortfall") & found["row_id"].isin(small_clusters)
    return replace(bundle, findings=found.assign(detail=found["detail"].mask(secret, SHORTFALL)))
