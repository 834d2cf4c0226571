"""The numbers of a report, with small cells hidden before anything is cut out of the whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridgov.core.disclosure import hide_small_cells
from gridgov.core.indicators import measure_indicators
from gridgov.core.needs import NEEDS
from gridgov.core.rentals import count_rentals, find_terminal_triggers
from gridgov.reports.bundle import ReportBundle
from gridgov.reports.people import find_small_clusters, find_small_shelters

HIDDEN = "hidden"
TREE = ("district", "subdistrict", "community_id")
LEVEL_KEYS = {"district": "district", "subdistrict": "subdistrict", "community": "community_id"}
_DELICATE = ("people", "houses")
RENTAL_COUNTS = ("houses", "tenants", "required", "terminals", "letters", "registered", "permits", "permits_of")
RESIDENT_COUNTS = ("residents", *NEEDS)


@dataclass(frozen=True)
class Measures:
    """What a report says in numbers, for the whole bundle."""

    indicators: pd.DataFrame
    """As `measure_indicators` gives them for district, subdistrict and community; state `hidden` where small."""
    rentals: pd.DataFrame | None
    """One row per district, subdistrict and community: level, division_id, `RENTAL_COUNTS`; missing where hidden."""
    residents: pd.DataFrame | None
    """The same for `RESIDENT_COUNTS`."""
    hidden: int
    """How many cells are hidden."""
    small_clusters: frozenset[str] = frozenset()
    small_shelters: frozenset[str] = frozenset()
    """Shelters whose people are hidden because they would tell those of a small cluster."""
    """Clusters whose people are not shown."""


def measure_report(bundle: ReportBundle, hide_below: int | None) -> Measures:
    """Measure everything a report shows at district, subdistrict and community level.

    Parameters
    ----------
    bundle : ReportBundle
        The whole plan, as `name_all` returned it.
    hide_below : int, optional
        Counts about people and houses below this are hidden, with as many others as subtraction would need; None
        hides nothing.

    Returns
    -------
    Measures
        The numbers.
    """
    indicators = measure_indicators(bundle, tuple(LEVEL_KEYS), bundle.rules)
    indicators = indicators if hide_below is None else _hide_indicators(indicators, bundle, hide_below)
    rentals = _count_by_tree(_rental_leaves(bundle), RENTAL_COUNTS, hide_below)
    residents = _count_by_tree(_resident_leaves(bundle), RESIDENT_COUNTS, hide_below)
    hidden = int((indicators["state"] == HIDDEN).sum())
    hidden += sum(int(table.isna().sum().sum()) for table in (rentals, residents) if table is not None)
    small = find_small_clusters(bundle, hide_below)
    return Measures(indicators, rentals, residents, hidden + len(small), small, find_small_shelters(bundle, small))


def _hide_indicators(indicators: pd.DataFrame, bundle: ReportBundle, hide_below: int) -> pd.DataFrame:
    out = indicators.copy()
    for name in out.loc[out["about"].isin(_DELICATE), "indicator"].unique():
        own = out[(out["indicator"] == name) & out["denominator"].notna()]
        leaves = own[own["level"] == "community"].set_index("division_id")[["numerator", "denominator"]]
        if not len(leaves):
            continue
        table = _count_by_tree(_leaves(bundle, leaves), ("numerator", "denominator"), hide_below)
        assert table is not None
        secret = table[table[["numerator", "denominator"]].isna().any(axis=1)]
        keys = pd.MultiIndex.from_frame(secret[["level", "division_id"]])
        rows = own.index[pd.MultiIndex.from_frame(own[["level", "division_id"]]).isin(keys)]
        out.loc[rows, ["numerator", "denominator", "value_ratio"]] = np.nan
        out.loc[rows, "state"] = HIDDEN
    return out


def _count_by_tree(
    leaves: pd.DataFrame | None, columns: tuple[str, ...], hide_below: int | None
) -> pd.DataFrame | None:
    if leaves is None:
        return None
    names = [name for name in columns if name in leaves]
    table = hide_small_cells(leaves, TREE, names, hide_below=0 if hide_below is None else hide_below)
    table["level"] = table["level"].replace({"community_id": "community"})
    return table[["level", "division_id", *names]]


def _leaves(bundle: ReportBundle, counts: pd.DataFrame) -> pd.DataFrame:
    communities = pd.DataFrame(bundle.communities[list(TREE)])
    known = counts.reindex(communities["community_id"]).fillna(0).round().astype(np.int64)
    return communities.assign(**{name: known[name].to_numpy() for name in known})


def _rental_leaves(bundle: ReportBundle) -> pd.DataFrame | None:
    if bundle.rentals is None or bundle.rental_links is None or bundle.clusters is None:
        return None
    counts = count_rentals(bundle.rentals, rules=bundle.rules.rentals)
    tenants = pd.to_numeric(bundle.rentals["tenants"]).astype("Float64").fillna(0).astype(int)
    required = find_terminal_triggers(bundle.rentals, bundle.rules.rentals)["required"].astype(int)
    rows = counts.assign(houses=1, tenants=tenants, required=required)
    links = bundle.rental_links.drop_duplicates("rental_house_id").set_index("rental_house_id")["cluster_id"]
    home = bundle.clusters.drop_duplicates("id").set_index("id")["community_id"]
    cluster = links.reindex(bundle.rentals["rental_house_id"]).to_numpy(dtype=object)
    community = home.reindex(cluster).to_numpy(dtype=object)
    return _leaves(bundle, rows[list(RENTAL_COUNTS)].groupby(community).sum())


def _resident_leaves(bundle: ReportBundle) -> pd.DataFrame | None:
    if bundle.residents is None or bundle.clusters is None:
        return None
    home = bundle.clusters.drop_duplicates("id").set_index("id")["community_id"]
    community = home.reindex(bundle.residents["cluster_id"]).to_numpy(dtype=object)
    names = [name for name in RESIDENT_COUNTS if name in bundle.residents]
    return _leaves(bundle, bundle.residents[names].groupby(community).sum())
