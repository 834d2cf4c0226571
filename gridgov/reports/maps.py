"""Interactive maps of a plan, with folium, on blank ground and without a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from branca.element import Element
from markupsafe import Markup, escape

from gridgov.core.colours import assign_colours
from gridgov.reports.bundle import ReportBundle
from gridgov.reports.charts import BAD, GOOD, INK, NONE, POOR
from gridgov.reports.offline import render_offline
from gridgov.reports.shapes import simplify_shapes, to_degrees
from gridgov.reports.tables import Table
from gridgov.reports.words import Speaker

SOFT = ("#8fb8de", "#f3c78a", "#a9d3a4", "#d9a9c9", "#c9c08a", "#9fd3d0", "#e2a79b", "#b5b0dc")
"""Fills of sections; neighbours never share one while there are enough."""

_LOOKS: Mapping[str, dict[str, Any]] = {
    **{
        f"section{at}": {"fillColor": fill, "fillOpacity": 0.55, "color": "#fff", "weight": 2}
        for at, fill in enumerate(SOFT)
    },
    "section": {"fillColor": NONE, "fillOpacity": 0.35, "color": "#fff", "weight": 2},
    "yes": {"fillOpacity": 0.01, "color": "#51626e", "weight": 0.5},
    "no": {"fillColor": POOR, "fillOpacity": 0.75, "color": "#51626e", "weight": 0.5},
    "none": {"fillColor": NONE, "fillOpacity": 0.35, "color": "#51626e", "weight": 0.4},
    "free": {"fill": True, "fillColor": GOOD, "fillOpacity": 0.95, "color": "#fff", "weight": 1.5},
    "full": {"fill": True, "fillColor": BAD, "fillOpacity": 0.95, "color": "#fff", "weight": 1.5},
    "community": {"fill": False, "color": INK, "weight": 2.4, "interactive": False},
}

_STYLE = """<style>
html, body { margin: 0; height: 100%; }
body { font-family: "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
body .leaflet-container { background: #f4f2ec; font-size: 13px; font-family: inherit; }
.leaflet-control-scale-line:not(:first-child) { display: none; }
body .leaflet-control-layers, .legend { border: 0; border-radius: 3px; box-shadow: 0 1px 4px rgba(0, 0, 0, .25); }
.leaflet-tooltip { padding: 6px 9px; }
.foliumtooltip th { font-weight: 400; color: #5f6f7b; text-align: left; }
.legend { position: absolute; z-index: 900; left: 10px; bottom: 46px; background: #fff; padding: 8px 12px; }
.legend { font-size: 13px; line-height: 1.7; }
.legend summary { font-size: 14px; font-weight: 700; cursor: pointer; }
.legend i { display: inline-block; width: 14px; height: 11px; margin-right: 7px; border: 1px solid #8a99a3; }
.legend i.round { border-radius: 50%; width: 11px; }
@media (max-width: 700px) { .legend { font-size: 11px; bottom: 34px; } }
</style>"""


def render_map(
    bundle: ReportBundle,
    tables: Mapping[str, Table],
    speaker: Speaker,
    title: str,
    *,
    tolerance_m: float = 3.0,
    inline: bool = True,
) -> str:
    """Render the interactive map of an area.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    tables : mapping of str to Table
        Tables of the same area, for the facts shown beside the pointer.
    speaker : Speaker
        Language.
    title : str
        Title of the page.
    tolerance_m : float
        How far borders may move to keep the page light.
    inline : bool
        Whether Leaflet is inside the page, or read from the files `LEAFLET` in the same folder.

    Returns
    -------
    str
        HTML page; it asks nobody for anything, but may read the files beside it.
    """
    page = folium.Map(tiles=None, prefer_canvas=True, control_scale=True, attribution_control=False, zoom_snap=0.25)
    layers = (
        _add_areas(bundle.sections, _section_facts(bundle, tables, speaker), "sections", speaker, tolerance_m),
        _add_areas(bundle.clusters, _cluster_facts(bundle, tables, speaker), "clusters", speaker, tolerance_m),
        _add_areas(bundle.communities, _community_facts(bundle), "communities", speaker, tolerance_m),
        _add_shelters(bundle, tables, speaker),
    )
    for layer in layers:
        if layer is not None:
            layer.add_to(page)
    folium.LayerControl(collapsed=False).add_to(page)
    west, south, east, north = to_degrees(bundle.communities, 6).total_bounds
    page.fit_bounds([[south, west], [north, east]])
    root: Any = page.get_root()
    root.header.add_child(_raw(Markup("<title>{}</title>").format(title) + Markup(_STYLE)), name="look")
    root.html.add_child(_raw(_legend(speaker, title)), name="legend")
    return render_offline(page, inline=inline)


def _raw(markup: Markup) -> Element:
    return Element("{% raw %}" + str(markup) + "{% endraw %}")


def _add_areas(
    areas: gpd.GeoDataFrame | None, facts: pd.DataFrame, word: str, speaker: Speaker, tolerance_m: float
) -> folium.GeoJson | None:
    if areas is None or not len(areas):
        return None
    light = simplify_shapes(areas.geometry.to_numpy(), tolerance_m)
    shapes = to_degrees(gpd.GeoDataFrame(facts, geometry=light, crs=areas.crs), 5 if tolerance_m >= 1 else 6)
    fields = [name for name in facts if name != "look"]
    return folium.GeoJson(
        shapes.to_json(drop_id=False, ensure_ascii=False),
        name=str(escape(speaker.label(word))),
        style_function=lambda feature: _LOOKS[feature["properties"]["look"]],
        tooltip=_tip(fields, speaker),
        zoom_on_click=False,
    )


def _tip(fields: list[str], speaker: Speaker) -> folium.GeoJsonTooltip | None:
    return folium.GeoJsonTooltip(fields, [str(escape(speaker.label(name))) for name in fields]) if fields else None


def _facts(table: Table | None, codes: pd.Series, names: tuple[str, ...], speaker: Speaker) -> pd.DataFrame:
    """Take facts about areas out of a table, as harmless text."""
    if table is None:
        return pd.DataFrame(index=range(len(codes)))
    rows = table.frame.drop_duplicates("code").set_index("code")
    known = rows[[name for name in names if name in rows]].reindex(codes)
    known = known.loc[:, known.notna().any()]
    return known.map(lambda value: "" if pd.isna(value) else str(escape(_plain(value, speaker)))).reset_index(
        drop=True
    )


def _plain(value: object, speaker: Speaker) -> str:
    if value == "hidden":
        return speaker.label("hidden")
    return f"{value:,.0f}" if isinstance(value, float) else str(value)


def _cluster_facts(bundle: ReportBundle, tables: Mapping[str, Table], speaker: Speaker) -> pd.DataFrame:
    if bundle.clusters is None:
        return pd.DataFrame()
    names = ("name", "code", "community", "section", "households", "unit", "storeys", "people", "sheltered")
    size = bundle.clusters["households"]
    inside = size.between(bundle.rules.cluster_min, bundle.rules.cluster_max)
    look = pd.Series("none", index=size.index).where(size == 0, inside.map({True: "yes", False: "no"}))
    return _facts(tables.get("clusters"), bundle.clusters["code"], names, speaker).assign(look=look.to_numpy())


def _section_facts(bundle: ReportBundle, tables: Mapping[str, Table], speaker: Speaker) -> pd.DataFrame:
    if bundle.sections is None:
        return pd.DataFrame()
    colours = assign_colours(bundle.sections.geometry.to_numpy())
    looks = [f"section{colour}" if colour < len(SOFT) else "section" for colour in colours]
    names = ("name", "code", "community", "clusters", "households", "liaison", "distance_m")
    return _facts(tables.get("sections"), bundle.sections["code"], names, speaker).assign(look=looks)


def _community_facts(bundle: ReportBundle) -> pd.DataFrame:
    return pd.DataFrame({"look": ["community"] * len(bundle.communities)})


def _add_shelters(bundle: ReportBundle, tables: Mapping[str, Table], speaker: Speaker) -> folium.GeoJson | None:
    if bundle.shelters is None or "shelters" not in tables:
        return None
    placed = bundle.shelters[bundle.shelters.geometry.notna() & ~bundle.shelters.geometry.is_empty]
    if not len(placed):
        return None
    rows = tables["shelters"].frame.drop_duplicates("code").set_index("code").reindex(placed["shelter_id"])
    facts = _facts(tables["shelters"], placed["shelter_id"], ("name", "capacity", "sheltered", "free"), speaker)
    free = rows["free"] if "free" in rows else rows["capacity"]
    # one whose people are hidden is drawn as if it had room: a full one would tell them
    free = pd.to_numeric(free, errors="coerce").fillna(1)
    facts["look"] = np.where(free.to_numpy(dtype=float) > 0, "free", "full")
    facts["radius"] = np.minimum(3 + np.sqrt(rows["capacity"].to_numpy(dtype=float) / 500), 9).round(1)
    points = to_degrees(gpd.GeoDataFrame(facts, geometry=placed.representative_point().to_numpy(), crs=placed.crs), 6)
    return folium.GeoJson(
        points.to_json(drop_id=False, ensure_ascii=False),
        name=str(escape(speaker.label("shelters"))),
        marker=folium.CircleMarker(),
        style_function=lambda feature: {
            **_LOOKS[feature["properties"]["look"]],
            "radius": feature["properties"]["radius"],
        },
        tooltip=_tip([name for name in facts if name not in ("look", "radius")], speaker),
    )


def _legend(speaker: Speaker, title: str) -> Markup:
    rows = (
        (SOFT[0], "", speaker.html("片区（一色一片区）", "section, a colour each")),
        (POOR, "", speaker.html("户数超出规模限制的楼组", "cluster outside the size limits")),
        (NONE, "", speaker.html("无住户的楼组", "cluster without households")),
        (GOOD, "round", speaker.html("避难场所，有余量", "shelter with places left")),
        (BAD, "round", speaker.html("避难场所，已满", "shelter that is full")),
    )
    line = Markup('<div><i class="{}" style="background:{}"></i>{}</div>')
    drawn = Markup("").join(line.format(kind, fill, text) for fill, kind, text in rows)
    # to be closed where it lies over what somebody looks at
    return Markup('<details class="legend" open><summary>{}</summary>{}</details>').format(title, drawn)
