"""The tables of a report, the same on the page and in the workbook."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gridgov.core.shelter_sites import check_signs, measure_capacity
from gridgov.reports.bundle import ReportBundle
from gridgov.reports.measures import Measures
from gridgov.reports.people import count_people
from gridgov.reports.scope import KEYS, Scope

RATES = ("cluster_size", "section_liaison", "people_sheltered", "rental_letter", "rental_registration")
"""Indicators that stand as columns in the tables by division."""


@dataclass(frozen=True)
class Table:
    """One table: its title and its rows; columns are words of `WORDS` or indicators."""

    name: str
    chinese: str
    english: str
    frame: pd.DataFrame


def make_tables(bundle: ReportBundle, measures: Measures, scope: Scope) -> dict[str, Table]:
    """Make every table of the report of one area.

    Parameters
    ----------
    bundle : ReportBundle
        The area, as `cut_bundle` returned it.
    measures : Measures
        Numbers of the whole.
    scope : Scope
        The area.

    Returns
    -------
    dict of str to Table
        By name; tables without data are left out.
    """
    made = (
        Table("summary", "指标汇总", "Summary", _summary(measures, scope)),
        Table("subdistricts", "分街道", "By subdistrict", _divisions(bundle, measures, "subdistrict")),
        Table("communities", "分社区", "By community", _divisions(bundle, measures, "community")),
        Table("clusters", "楼组", "Clusters", _clusters(bundle, measures)),
        Table("sections", "片区", "Sections", _sections(bundle)),
        Table("grids", "网格", "Grids", _grids(bundle)),
        Table("liaisons", "联系干部", "Liaisons", _liaisons(bundle)),
        Table("shelters", "应急避难场所", "Shelters", _shelters(bundle, measures)),
        Table("rentals", "出租屋", "Rental houses", _counts(bundle, measures.rentals)),
        Table("residents", "居民需求", "Residents by need", _counts(bundle, measures.residents)),
        Table("quality", "方案质量", "Plan quality", _quality(bundle)),
        Table("findings", "核查问题", "Findings", _findings(bundle)),
    )
    return {table.name: table for table in made if len(table.frame)}


def sum_findings(bundle: ReportBundle) -> pd.DataFrame:
    """Sum up the findings by rule.

    Parameters
    ----------
    bundle : ReportBundle
        The area.

    Returns
    -------
    pandas.DataFrame
        Columns severity, layer, rule, count, detail (of the first), action; errors first, then the most frequent.
    """
    if bundle.findings is None or not len(bundle.findings):
        return pd.DataFrame(columns=["severity", "layer", "rule", "count", "detail", "action"])
    rows = pd.DataFrame(bundle.findings[["severity", "layer", "rule", "detail", "action"]])
    by_rule = rows.groupby(["severity", "layer", "rule"], as_index=False)
    summed = by_rule.agg(count=("detail", "size"), detail=("detail", "first"), action=("action", "first"))
    order = {"error": 0, "warning": 1, "note": 2}
    return summed.sort_values(
        ["severity", "count", "rule"],
        key=lambda column: (
            column.map(order) if column.name == "severity" else -column if column.name == "count" else column
        ),
        ignore_index=True,
    )


def _summary(measures: Measures, scope: Scope) -> pd.DataFrame:
    own = measures.indicators
    return own[(own["level"] == scope.level) & (own["division_id"] == scope.division_id)].reset_index(drop=True)


def _divisions(bundle: ReportBundle, measures: Measures, level: str) -> pd.DataFrame:
    key = KEYS[level]
    names = bundle.communities.drop_duplicates(key).set_index(key).sort_index()
    if level == "subdistrict" and len(names) < 2:
        return pd.DataFrame()
    out = pd.DataFrame(index=names.index)
    if level == "community":
        out = pd.DataFrame({"subdistrict": names["subdistrict"], "name": names["name"]})
    of = bundle.communities.set_index("community_id")[key] if level != "community" else None
    out = out.join(_plan_counts(bundle, of))
    rates = measures.indicators[
        (measures.indicators["level"] == level) & measures.indicators["indicator"].isin(RATES)
    ]
    for name in RATES:
        own = rates[rates["indicator"] == name].set_index("division_id")
        value = own["value_ratio"].astype(object).where(own["state"] != "hidden", "hidden")
        out[name] = value.reindex(out.index)
    return out.rename_axis("code" if level == "community" else "subdistrict").reset_index()


def _plan_counts(bundle: ReportBundle, of: pd.Series | None) -> pd.DataFrame:
    counts: dict[str, pd.Series] = {}
    for name in ("clusters", "sections", "grids"):
        groups = getattr(bundle, name)
        if groups is None:
            continue
        home = groups["community_id"] if of is None else groups["community_id"].map(of)
        lived_in = groups["households"] > 0
        if name == "clusters":
            counts["households"] = groups["households"].groupby(home).sum()
        counts[name] = lived_in.groupby(home).sum()
    table = pd.DataFrame(counts)
    if {"households", "clusters"} <= set(table):
        table["mean_size"] = (table["households"] / table["clusters"].where(table["clusters"] > 0)).round(1)
    return table


def _names(bundle: ReportBundle) -> pd.Series:
    return bundle.communities.drop_duplicates("community_id").set_index("community_id")["name"]


def _clusters(bundle: ReportBundle, measures: Measures) -> pd.DataFrame:
    groups = bundle.clusters
    if groups is None:
        return pd.DataFrame()
    rules = bundle.rules
    size = groups["households"]
    out = pd.DataFrame(
        {
            "code": groups["code"],
            "name": groups["name"],
            "community": groups["community_id"].map(_names(bundle)),
            "section": groups["parent"].map(_codes(bundle)),
            "households": size,
            "unit": groups.get("unit"),
            "storeys": _storeys(groups),
            "in_limits": size.between(rules.cluster_min, rules.cluster_max).astype(object).where(size > 0, None),
        }
    )
    people = count_people(bundle)
    if people is not None:
        out = out.join(people.astype(object).mask(groups["id"].isin(measures.small_clusters), "hidden", axis=0))
    return out.sort_values("code", ignore_index=True)


def _codes(bundle: ReportBundle) -> pd.Series:
    if bundle.sections is None:
        return pd.Series(dtype=object)
    return bundle.sections.drop_duplicates("id").set_index("id")["code"]


def _storeys(groups: pd.DataFrame) -> pd.Series:
    if "storey_from" not in groups:
        return pd.Series(None, index=groups.index, dtype=object)
    low, high = groups["storey_from"].astype("Int64").astype(str), groups["storey_to"].astype("Int64").astype(str)
    return (low + "–" + high).astype(object).where(groups["storey_from"].notna(), None)


def _sections(bundle: ReportBundle) -> pd.DataFrame:
    groups = bundle.sections
    if groups is None:
        return pd.DataFrame()
    out = pd.DataFrame(
        {"code": groups["code"], "name": groups["name"], "community": groups["community_id"].map(_names(bundle))}
    )
    if bundle.clusters is not None:
        lived_in = bundle.clusters.loc[bundle.clusters["households"] > 0, "parent"].value_counts()
        out["clusters"] = lived_in.reindex(groups["id"]).fillna(0).astype(int).to_numpy()
    out["households"] = groups["households"]
    if bundle.liaison_links is not None:
        links = bundle.liaison_links.drop_duplicates("section_id").set_index("section_id").reindex(groups["id"])
        known = pd.Series(dtype=object)
        if bundle.liaisons is not None:
            known = bundle.liaisons.drop_duplicates("liaison_id").set_index("liaison_id")["name"]
        out["liaison"] = links["liaison_id"].map(known).fillna(links["liaison_id"]).to_numpy()
        out["distance_m"] = links["distance_m"].to_numpy()
    return out.sort_values("code", ignore_index=True)


def _grids(bundle: ReportBundle) -> pd.DataFrame:
    groups = bundle.grids
    if groups is None:
        return pd.DataFrame()
    columns = {
        "code": groups["code"],
        "name": groups["name"],
        "community": groups["community_id"].map(_names(bundle)),
    }
    columns |= {"kind": groups.get("kind"), "households": groups["households"]}
    return pd.DataFrame(columns).sort_values("code", ignore_index=True)


def _liaisons(bundle: ReportBundle) -> pd.DataFrame:
    if bundle.liaisons is None or "sections" not in bundle.liaisons:
        return pd.DataFrame()
    columns = ("liaison_id", "name", "workplace", "subdistrict", "capacity", "sections", "mean_m", "farthest_m")
    rows = pd.DataFrame(bundle.liaisons.reindex(columns=list(columns))).rename(columns={"liaison_id": "code"})
    return rows.sort_values("code", ignore_index=True).round({"mean_m": 0, "farthest_m": 0})


def _shelters(bundle: ReportBundle, measures: Measures) -> pd.DataFrame:
    if bundle.shelters is None:
        return pd.DataFrame()
    sites = bundle.shelters.sort_values("shelter_id", ignore_index=True)
    out = pd.DataFrame(sites.reindex(columns=["shelter_id", "name", "address", "phone"]))
    out = out.rename(columns={"shelter_id": "code"})
    out["capacity"] = measure_capacity(sites, bundle.rules.shelters)
    if "people" in sites:
        out["sheltered"] = sites["people"]
        out["free"] = (out["capacity"] - out["sheltered"]).clip(lower=0)
        secret = sites["shelter_id"].isin(measures.small_shelters)
        for name in ("sheltered", "free"):
            out[name] = out[name].astype(object).mask(secret, "hidden")
    out["sign_complete"] = check_signs(sites).astype(object)
    return out.assign(unsuitable_for=sites.get("unsuitable_for"))


def _counts(bundle: ReportBundle, table: pd.DataFrame | None) -> pd.DataFrame:
    if table is None:
        return pd.DataFrame()
    own = table[(table["level"] == "community") & table["division_id"].isin(bundle.communities["community_id"])]
    out = own.drop(columns="level").rename(columns={"division_id": "code"})
    out.insert(1, "name", out["code"].map(_names(bundle)))
    counts = out.iloc[:, 2:].astype(object)
    return out.iloc[:, :2].join(counts.where(counts.notna(), "hidden")).reset_index(drop=True)


def _quality(bundle: ReportBundle) -> pd.DataFrame:
    if bundle.quality is None:
        return pd.DataFrame()
    named = bundle.quality.rename(columns={"unit": "counted_in"}).reset_index(drop=True)
    return named.astype(object).where(named.notna(), None)


def _findings(bundle: ReportBundle) -> pd.DataFrame:
    if bundle.findings is None:
        return pd.DataFrame()
    columns = ["severity", "layer", "row_id", "rule", "detail", "action"]
    return pd.DataFrame(bundle.findings[columns]).sort_values(columns[:4], kind="stable", ignore_index=True)
