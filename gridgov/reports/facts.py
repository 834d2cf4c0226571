"""Short texts of a report: key figures, the lead, and what a reader must know."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from markupsafe import Markup

from gridgov.reports.bundle import ReportBundle, ReportOptions
from gridgov.reports.measures import Measures
from gridgov.reports.people import count_people
from gridgov.reports.scope import Scope
from gridgov.reports.tables import Table
from gridgov.reports.words import Speaker

Line = tuple[Markup, Markup | str]


def percent(ratio: float, digits: int = 1) -> str:
    """Write a rate; a rate short of 100 % is never rounded up to it.

    Parameters
    ----------
    ratio : float
        Rate; NaN writes a dash.
    digits : int
        Decimals.

    Returns
    -------
    str
        Text.

    Examples
    --------
    >>> percent(0.9999), percent(1.0), percent(0.5), percent(float("nan"))
    ('99.9 %', '100 %', '50.0 %', '—')
    """
    if ratio is None or not np.isfinite(ratio):
        return "—"
    if ratio in (0.0, 1.0):
        return f"{ratio * 100:.0f} %"
    scale = 10**digits
    shown = round(ratio * 100 * scale) / scale
    least = 1 / scale
    return f"{min(max(shown, least), 100 - least) if ratio < 1 else shown:.{digits}f} %"


def write_facts(bundle: ReportBundle, scope: Scope, speaker: Speaker) -> list[Line]:
    """Write the line under the title: plan, state, dates, day.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    scope : Scope
        The area.
    speaker : Speaker
        Language.

    Returns
    -------
    list of (Markup, str)
        Label and text.
    """
    days = f"{bundle.published_from or ''} – {bundle.published_to or ''}".strip(" –")
    lines: list[Line] = [
        (speaker.html("层级", "Level"), speaker.term(scope.level)),
        (speaker.html("方案", "Plan"), bundle.plan_name or bundle.plan_id),
        (speaker.html("状态", "State"), speaker.term(bundle.status)),
    ]
    if days:
        lines.append((speaker.html("有效期", "Valid"), days))
    if bundle.at is not None:
        lines.append((speaker.html("统计日", "As of"), str(bundle.at)))
    return lines


def write_tiles(bundle: ReportBundle, speaker: Speaker) -> list[tuple[str, Markup]]:
    """Write the key figures.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    speaker : Speaker
        Language.

    Returns
    -------
    list of (str, Markup)
        Figure and what it counts.
    """
    lived_in = {name: _lived_in(getattr(bundle, name)) for name in ("clusters", "sections", "grids")}
    households = None if bundle.clusters is None else int(bundle.clusters["households"].sum())
    shelters = None if bundle.shelters is None else len(bundle.shelters)
    values = {"communities": len(bundle.communities), "households": households, **lived_in, "shelters": shelters}
    return [("—" if value is None else f"{value:,}", speaker.term(name)) for name, value in values.items()]


def write_lead(summary: pd.DataFrame, speaker: Speaker) -> list[Markup]:
    """Write in two sentences what the indicators say.

    Parameters
    ----------
    summary : pandas.DataFrame
        Indicators of the area.
    speaker : Speaker
        Language.

    Returns
    -------
    list of Markup
        Paragraphs.
    """
    states = summary["state"].value_counts()
    met, short = int(states.get("met", 0)), int(states.get("short", 0))
    blank = int(states.get("no data", 0))
    lines = [
        speaker.html(
            f"{met + short} 项有目标且有数据的指标中，{met} 项达标，{short} 项未达标；{blank} 项无数据。",
            f"With a target and data: {met + short} indicators, met {met}, short {short}; without data {blank}.",
        )
    ]
    behind = summary[summary["state"] == "short"]
    gap = (behind["target_ratio"] - behind["value_ratio"]).abs()
    worst = behind.loc[gap.sort_values(ascending=False, kind="stable").index[:3]]
    if len(worst):
        chinese = "；".join(f"{row.chinese}{_against(row)}" for row in worst.itertuples())
        english = "; ".join(f"{row.english.lower()} {_against(row)}" for row in worst.itertuples())
        lines.append(speaker.html(f"差距最大的是：{chinese}。", f"Farthest behind: {english}."))
    return lines


def write_liaison_facts(bundle: ReportBundle, tables: Mapping[str, Table], speaker: Speaker) -> list[Line]:
    """Write how the sections are shared among liaisons.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    tables : mapping of str to Table
        Tables of the area.
    speaker : Speaker
        Language.

    Returns
    -------
    list of (Markup, str)
        Label and text.
    """
    links, table = bundle.liaison_links, tables["liaisons"].frame
    if links is None:
        return []
    given = links["liaison_id"].notna()
    load = table.loc[table["sections"] > 0, "sections"]
    far = links.loc[given, "distance_m"]
    lines = [
        (("片区", "Sections"), f"{len(links):,}"),
        (("已落实", "With a liaison"), f"{int(given.sum()):,}"),
        (("联系干部", "Liaisons at work"), f"{len(load):,} / {len(table):,}"),
    ]
    if len(load):
        lines.append((("每人片区数", "Sections each"), f"{load.min():.0f}–{load.max():.0f}"))
        lines.append((("平均距离", "Mean distance"), f"{far.mean():,.0f} m"))
        lines.append((("最远距离", "Farthest"), f"{far.max():,.0f} m"))
    return [(speaker.html(*label), text) for label, text in lines]


def write_shelter_facts(bundle: ReportBundle, tables: Mapping[str, Table], speaker: Speaker) -> list[Line]:
    """Write demand, capacity and shortfall.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    tables : mapping of str to Table
        Tables of the area.
    speaker : Speaker
        Language.

    Returns
    -------
    list of (Markup, str)
        Label and text.
    """
    people = count_people(bundle)
    if people is None:
        return []
    sums = people.sum()
    radius = f"{bundle.rules.shelters.emergency_radius_m:g}"
    lines = [
        (("需安置人口", "People to shelter"), f"{sums['people']:,.0f}"),
        (("场所总容量", "Places in all"), f"{tables['shelters'].frame['capacity'].sum():,.0f}"),
        ((f"{radius} 米内可安置", f"Placed within {radius} m"), _part(sums["sheltered"], sums["people"])),
        (("服务半径外", "Beyond reach"), _part(sums["beyond_reach"], sums["people"])),
        (("半径内但容量不足", "Within reach, no place left"), _part(sums["no_room"], sums["people"])),
    ]
    return [(speaker.html(*label), text) for label, text in lines]


def write_notes(
    bundle: ReportBundle, measures: Measures, options: ReportOptions, summary: pd.DataFrame, speaker: Speaker
) -> list[Line]:
    """Write what a reader must know to trust the numbers.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    measures : Measures
        Numbers of the whole.
    options : ReportOptions
        How the report is written.
    summary : pandas.DataFrame
        Indicators of the area.
    speaker : Speaker
        Language.

    Returns
    -------
    list of (Markup, str)
        Label and text.
    """
    own = float(summary.set_index("indicator")["value_ratio"].get("households_estimated", np.nan))
    texts = (
        (("规则", "Rules"), _say_rules(bundle)),
        (("户数", "Households"), _say_estimated(own)),
        (("距离", "Distances"), _say_distances(bundle)),
        (("小数隐去", "Small cells"), _say_hidden(options.hide_below, measures.hidden)),
    )
    lines: list[Line] = [(speaker.html(*label), speaker.html(*text)) for label, text in texts]
    for mark, words in _MARKS.items():
        named = summary[(summary["mark"] == mark) & summary["target_ratio"].notna()]
        if len(named):
            chinese = f"{words[0]}：{'、'.join(named['chinese'])}。"
            english = f"{words[1]}: {', '.join(named['english'])}."
            lines.append((speaker.html("目标依据", "Targets"), speaker.html(chinese, english)))
    return lines


_MARKS = {
    "seed": ("实际运行该制度的城市所述", "stated by a municipality that runs the system"),
    "verified": ("标准或官方文件原文", "read in a standard or official notice"),
    "secondary": ("单一新闻或转载来源", "one news or other secondary source"),
    "unverified": ("常见引用，未核实", "commonly quoted, not checked"),
    "gridgov": ("本系统自设", "gridgov's own bar"),
}


def _say_rules(bundle: ReportBundle) -> tuple[str, str]:
    sizes = f"{bundle.rules.cluster_min}–{bundle.rules.cluster_max}"
    clusters = f"{bundle.rules.section_min}–{bundle.rules.section_max}"
    return (
        f"规则集：{bundle.profile_name}。楼组 {sizes} 户，片区 {clusters} 个楼组。",
        f"Rule profile: {bundle.profile_name}. Clusters of {sizes} households, sections of {clusters} clusters.",
    )


def _say_estimated(share: float) -> tuple[str, str]:
    if np.isnan(share):
        return "未说明户数是否为估算。", "Whether households are estimates is not stated."
    return f"其中估算户数占 {percent(share)}。", f"{percent(share)} of the households are estimates."


def _say_distances(bundle: ReportBundle) -> tuple[str, str]:
    rules = bundle.rules.shelters
    reach, area = f"{rules.emergency_radius_m:g}", f"{rules.m2_per_person:g}"
    return (
        f"均为直线距离；避难服务半径 {reach} 米，人均 {area} 平方米。",
        f"As the crow flies; shelter radius {reach} m, {area} m² a person.",
    )


def _say_hidden(below: int | None, cells: int) -> tuple[str, str]:
    if below is None:
        return "未隐去小数，仅限责任部门内部使用。", "Nothing is hidden: for the responsible office only."
    return (
        f"少于 {below} 的人、屋计数及可反推者已隐去（全部 {cells} 格）。",
        f"Counts of people and houses below {below}, and whatever would give them away, are hidden "
        f"({cells} cells in all).",
    )


def _lived_in(groups: pd.DataFrame | None) -> int | None:
    return None if groups is None else int((groups["households"] > 0).sum())


def _against(row: object) -> str:
    return f" {percent(getattr(row, 'value_ratio'))} / {percent(getattr(row, 'target_ratio'))}"  # noqa: B009


def _part(part: float, whole: float) -> str:
    return f"{part:,.0f}" + (f" ({percent(part / whole)})" if whole else "")
