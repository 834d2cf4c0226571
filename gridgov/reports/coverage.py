"""The coverage report: a page, its maps, a workbook and a GeoPackage in one folder."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridgov.reports.bundle import ReportBundle, ReportFiles, ReportOptions, WriteLayers
from gridgov.reports.facts import write_facts, write_notes
from gridgov.reports.maps import render_map
from gridgov.reports.measures import Measures, measure_report
from gridgov.reports.offline import LEAFLET, read_leaflet
from gridgov.reports.page import Links, render_page
from gridgov.reports.people import keep_findings_back
from gridgov.reports.scope import Scope, cut_bundle, cut_for_map, find_scope, name_all
from gridgov.reports.tables import Table, make_tables
from gridgov.reports.words import Speaker
from gridgov.reports.workbook import write_workbook


def write_coverage_report(
    bundle: ReportBundle,
    out: Path,
    *,
    level: str = "district",
    name: str | None = None,
    options: ReportOptions | None = None,
    write_layers: WriteLayers | None = None,
) -> ReportFiles:
    """Write the coverage report of a district, a subdistrict or a community.

    Small cells are hidden by the whole bundle before the area is cut out, so that reports of several levels cannot be
    subtracted from one another. The same bundle gives the same page and maps, byte by byte.

    Parameters
    ----------
    bundle : ReportBundle
        The plan and everything assigned to it.
    out : pathlib.Path
        Folder to write into; made if absent, files of the same names are replaced.
    level : {"district", "subdistrict", "community"}
        What the report is about.
    name : str, optional
        Its name, or a community's id; not needed where there is only one.
    options : ReportOptions, optional
        Language, hiding of small cells, maps by community.
    write_layers : callable, optional
        Writes named layers into one GeoPackage; without it there is none.

    Returns
    -------
    ReportFiles
        Where everything lies.

    Raises
    ------
    InputError
        When there is no such level or language.
    NotFoundError
        When no area, or more than one, is meant.
    """
    options = options or ReportOptions()
    speaker = Speaker(options.language)
    whole = name_all(bundle)
    scope = find_scope(whole, level, name)
    measures = measure_report(whole, options.hide_below)
    area = keep_findings_back(cut_bundle(whole, scope), measures.small_clusters)
    tables = make_tables(area, measures, scope)
    out.mkdir(parents=True, exist_ok=True)
    maps = _write_maps(area, tables, out, speaker) if options.drill_down else []
    files = ReportFiles(
        folder=out,
        page=out / "coverage.html",
        map=out / "map.html",
        workbook=out / "coverage.xlsx",
        maps=tuple(out / path for _, _, path in maps),
        package=out / "coverage.gpkg" if write_layers else None,
    )
    files.map.write_text(render_map(area, tables, speaker, scope.title, tolerance_m=_find_tolerance(area)), "utf-8")
    links = Links(files.map.name, files.workbook.name, maps)
    files.page.write_text(render_page(area, measures, tables, scope, options, links), "utf-8")
    write_workbook(files.workbook, tables, _about(area, measures, options, tables, scope, speaker), speaker)
    if write_layers is not None and files.package is not None:
        write_layers(files.package, make_layers(area, tables))
    return files


def make_layers(bundle: ReportBundle, tables: dict[str, Table]) -> dict[str, gpd.GeoDataFrame]:
    """Make the layers of the GeoPackage: the areas and places of a report with their facts.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    tables : dict of str to Table
        Its tables; small cells are hidden in them already.

    Returns
    -------
    dict of str to geopandas.GeoDataFrame
        Layers communities, sections, clusters, grids and shelters, where they exist.
    """
    layers: dict[str, gpd.GeoDataFrame] = {}
    for name, key in (
        *(("communities", "community_id"), ("sections", "code"), ("clusters", "code"), ("grids", "code")),
        ("shelters", "shelter_id"),
    ):
        shapes = getattr(bundle, name)
        if shapes is None or name not in tables:
            continue
        facts = tables[name].frame.drop_duplicates("code").set_index("code").reindex(shapes[key])
        plain = facts.reset_index(names="code").map(
            lambda value: None if isinstance(value, str) and value == "hidden" else value
        )
        layers[name] = gpd.GeoDataFrame(plain.infer_objects(), geometry=shapes.geometry.to_numpy(), crs=shapes.crs)
    return layers


def _write_maps(
    area: ReportBundle, tables: dict[str, Table], out: Path, speaker: Speaker
) -> list[tuple[str, str, str]]:
    """Write one map for each community of an area of several, and beside them the files they share."""
    if len(area.communities) < 2:
        return []
    folder = out / "maps"
    folder.mkdir(exist_ok=True)
    for name in LEAFLET:
        (folder / name).write_text(read_leaflet(name), "utf-8")
    written: list[tuple[str, str, str]] = []
    for number, (community, title) in enumerate(area.communities[["community_id", "name"]].to_numpy(), start=1):
        path = folder / f"{number:03d}.html"
        only = cut_for_map(area, community)
        text = render_map(only, tables, speaker, str(title), tolerance_m=_find_tolerance(only), inline=False)
        path.write_text(text, "utf-8")
        written.append((str(community), str(title), f"{folder.name}/{path.name}"))
    return written


def _find_tolerance(bundle: ReportBundle) -> float:
    """Find how far borders may move, in metres, to keep a map light: the more clusters, the farther."""
    clusters = 0 if bundle.clusters is None else len(bundle.clusters)
    return next(metres for most, metres in ((300, 0.3), (1500, 1.5), (5000, 3.0), (10**9, 5.0)) if clusters <= most)


def _about(
    bundle: ReportBundle,
    measures: Measures,
    options: ReportOptions,
    tables: dict[str, Table],
    scope: Scope,
    speaker: Speaker,
) -> list[tuple[str, str]]:
    summary: pd.DataFrame = tables["summary"].frame
    lines = [*write_facts(bundle, scope, speaker), *write_notes(bundle, measures, options, summary, speaker)]
    head = (speaker.text("覆盖情况报告", "Coverage report"), scope.title)
    return [head, *((label.striptags(), _plain(text)) for label, text in lines)]


def _plain(text: object) -> str:
    return text.striptags() if hasattr(text, "striptags") else str(text)
