"""Charts and printed maps of one area."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup

from gridgov.reports.bundle import ReportBundle
from gridgov.reports.charts import BAD, FINE, GOOD, INK, NONE, POOR, draw_columns, draw_histogram, draw_stack
from gridgov.reports.people import count_people
from gridgov.reports.picture import WIDE, Name, Paint, Spot, draw_map
from gridgov.reports.shapes import simplify_shapes
from gridgov.reports.tables import Table
from gridgov.reports.words import Speaker

Keys = list[tuple[str, Markup]]
_MANY = 30
"""More communities than this are named by their subdistrict on a printed map."""


def draw_sizes(bundle: ReportBundle, speaker: Speaker) -> Markup:
    """Draw the histogram of cluster sizes.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    speaker : Speaker
        Language.

    Returns
    -------
    Markup
        SVG, empty without clusters.
    """
    if bundle.clusters is None:
        return Markup("")
    rules, sizes = bundle.rules, bundle.clusters["households"]
    limits, preferred = (rules.cluster_min, rules.cluster_max), (rules.preferred_min, rules.preferred_max)
    said = speaker.text("楼组户数分布", "Clusters by number of households")
    return draw_histogram(sizes[sizes > 0].tolist(), limits, preferred, sum(preferred) // 2, said)


def draw_sections(bundle: ReportBundle, speaker: Speaker) -> Markup:
    """Draw how many sections have one, two, three or more clusters.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    speaker : Speaker
        Language.

    Returns
    -------
    Markup
        SVG, empty without clusters.
    """
    if bundle.clusters is None:
        return Markup("")
    lived_in = bundle.clusters[bundle.clusters["households"] > 0]
    counts = lived_in["parent"].value_counts().clip(upper=4).value_counts().reindex([1, 2, 3, 4], fill_value=0)
    good = [bundle.rules.section_min <= size <= bundle.rules.section_max for size in counts.index]
    said = speaker.text("片区所含楼组数", "Sections by number of clusters")
    return draw_columns(["1", "2", "3", "≥ 4"], counts.tolist(), good, said)


def draw_loads(tables: Mapping[str, Table], speaker: Speaker) -> Markup:
    """Draw how many liaisons answer for how many sections.

    Parameters
    ----------
    tables : mapping of str to Table
        Tables of the area.
    speaker : Speaker
        Language.

    Returns
    -------
    Markup
        SVG, empty without liaisons.
    """
    if "liaisons" not in tables:
        return Markup("")
    counts = tables["liaisons"].frame["sections"].clip(upper=9).value_counts().sort_index()
    labels = ["≥ 9" if load == 9 else str(load) for load in counts.index]
    said = speaker.text("每名联系干部负责的片区数", "Liaisons by number of sections")
    return draw_columns(labels, counts.tolist(), [load > 0 for load in counts.index], said)


def draw_division(bundle: ReportBundle, speaker: Speaker) -> tuple[Markup, Keys]:
    """Draw the map of clusters by size, sections and communities.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    speaker : Speaker
        Language.

    Returns
    -------
    Markup
        SVG.
    list of (str, Markup)
        Its key.
    """
    rules, paints = bundle.rules, []
    keys: Keys = [
        (GOOD, _band(speaker, rules.preferred_min, rules.preferred_max, "preferred size")),
        (FINE, _band(speaker, rules.cluster_min, rules.cluster_max, "within the limits")),
        (POOR, speaker.html("超出规模限制", "outside the limits")),
        (NONE, speaker.html("无住户", "no households")),
    ]
    if bundle.clusters is not None:
        size = bundle.clusters["households"]
        best, inside = (
            size.between(rules.preferred_min, rules.preferred_max),
            size.between(rules.cluster_min, rules.cluster_max),
        )
        look = np.select([size == 0, best, inside], [NONE, GOOD, FINE], POOR)
        paints += _paint(bundle.clusters, look)
    if bundle.sections is not None:
        shapes = simplify_shapes(bundle.sections.geometry.to_numpy(), _find_tolerance(bundle.sections))
        paints.append(Paint(shapes, stroke="#ffffff", width=_find_width(bundle.sections, 1.1)))
    return _finish(bundle, paints, [], speaker.text("划分图", "Map of the division")), keys


def draw_shelter_map(bundle: ReportBundle, tables: Mapping[str, Table], speaker: Speaker) -> tuple[Markup, Keys]:
    """Draw the map of clusters by what becomes of their people, and of the shelters.

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
    Markup
        SVG, empty without shelters.
    list of (str, Markup)
        Its key.
    """
    people = count_people(bundle)
    if bundle.clusters is None or bundle.shelters is None or people is None:
        return Markup(""), []
    everyone = people["sheltered"] >= people["people"]
    look = np.select([people["people"] == 0, everyone, people["beyond_reach"] > 0], [NONE, FINE, BAD], POOR)
    keys: Keys = [
        (FINE, speaker.html("全部可就近安置", "everyone has a place within reach")),
        (POOR, speaker.html("半径内容量不足", "places within reach run out")),
        (BAD, speaker.html("服务半径外", "beyond reach of any shelter")),
        (INK, speaker.html("避难场所（面积示容量）", "shelter, larger for more places")),
    ]
    return _finish(
        bundle, _paint(bundle.clusters, look), _spots(bundle, tables), speaker.text("避难安置图", "Map of shelter")
    ), keys


def draw_shelter_stack(bundle: ReportBundle, speaker: Speaker) -> Markup:
    """Draw what becomes of the people of each subdistrict, or of each community where there is one subdistrict.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    speaker : Speaker
        Language.

    Returns
    -------
    Markup
        SVG, empty without shelters or with one community.
    """
    people = count_people(bundle)
    if bundle.clusters is None or people is None:
        return Markup("")
    home = bundle.communities.drop_duplicates("community_id").set_index("community_id")
    key = bundle.clusters["community_id"].map(home["subdistrict" if home["subdistrict"].nunique() > 1 else "name"])
    sums = people.groupby(key)[["sheltered", "no_room", "beyond_reach"]].sum()
    if len(sums) < 2:
        return Markup("")
    bars = [(str(name), tuple(map(float, values))) for name, values in zip(sums.index, sums.to_numpy(), strict=True)]
    return draw_stack(bars, (FINE, POOR, BAD), speaker.text("人口安置", "People by what becomes of them"))


def _band(speaker: Speaker, least: int, most: int, english: str) -> Markup:
    return speaker.html(f"{least}–{most} 户", english if speaker.language == "both" else f"{least}–{most}: {english}")


def _paint(areas: gpd.GeoDataFrame, look: np.ndarray) -> list[Paint]:
    shapes = simplify_shapes(areas.geometry.to_numpy(), _find_tolerance(areas))
    width = _find_width(areas, 0.35)
    return [Paint(shapes[look == fill], fill, "#ffffff", width) for fill in (NONE, FINE, GOOD, POOR, BAD)]


def _find_tolerance(areas: gpd.GeoDataFrame) -> float:
    """About half a pixel on the page, in metres."""
    west, south, east, north = areas.total_bounds
    return float(max(east - west, north - south)) / WIDE / 2


def _find_width(areas: gpd.GeoDataFrame, most: float) -> float:
    """Find how wide a border may be drawn, in pixels, so that it does not hide small areas."""
    side = float(np.sqrt(np.median(shapely.area(areas.geometry.to_numpy())))) / (2 * _find_tolerance(areas))
    return round(min(most, side / 25), 2)


def _finish(bundle: ReportBundle, paints: list[Paint], spots: list[Spot], title: str) -> Markup:
    communities = bundle.communities
    ground = [Paint(communities.geometry.to_numpy(), "#eef0ec")]
    borders = [Paint(communities.geometry.to_numpy(), stroke=INK, width=0.9)]
    by = communities["subdistrict"]
    if by.nunique() > 1:
        joined = [shapely.union_all(communities.geometry[by == name].to_numpy()) for name in sorted(by.unique())]
        borders.append(Paint(np.array(joined, dtype=object), stroke=INK, width=2.2))
    return draw_map([*ground, *paints, *borders], spots, _names(communities), title)


def _names(communities: gpd.GeoDataFrame) -> list[Name]:
    if len(communities) <= _MANY or communities["subdistrict"].nunique() < 2:
        shapes, texts, size = communities.geometry.to_numpy(), communities["name"].tolist(), 13.0
    else:
        groups = sorted(communities.groupby("subdistrict"))
        shapes = np.array([shapely.union_all(rows.geometry.to_numpy()) for _, rows in groups], dtype=object)
        texts, size = [name for name, _ in groups], 18.0
    points = shapely.point_on_surface(shapes)
    order = np.argsort(-shapely.area(shapes), kind="stable")
    return [Name(points[at].x, points[at].y, str(texts[at]), size) for at in order]


def _spots(bundle: ReportBundle, tables: Mapping[str, Table]) -> list[Spot]:
    sites = bundle.shelters
    if sites is None or "shelters" not in tables:
        return []
    capacity = tables["shelters"].frame.drop_duplicates("code").set_index("code")["capacity"]
    inside = sites[sites.geometry.notna() & ~sites.geometry.is_empty]
    points = shapely.point_on_surface(inside.geometry.to_numpy())
    sizes = pd.Series(capacity.reindex(inside["shelter_id"]).to_numpy(float)).fillna(0) ** 0.5
    top = max(float(sizes.max()), 1.0) if len(sizes) else 1.0
    return [Spot(point.x, point.y, 3 + 7 * size / top, INK) for point, size in zip(points, sizes, strict=True)]
