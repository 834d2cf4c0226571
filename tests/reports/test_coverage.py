"""The coverage report from outside: the files, what they say, and what they must not say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from python_calamine import CalamineWorkbook

from gridgov.errors import InputError, NotFoundError
from gridgov.reports import ReportBundle, ReportFiles, ReportOptions, write_coverage_report
from gridgov.reports.measures import measure_report
from gridgov.reports.scope import cut_bundle, find_scope, name_all
from gridgov.reports.tables import make_tables

from .toy import make_toy

ATTACK = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def toy() -> ReportBundle:
    return make_toy()


QUICK = ReportOptions(drill_down=False)


@pytest.fixture(scope="module")
def files(toy: ReportBundle, tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return write_coverage_report(toy, tmp_path_factory.mktemp("report"))


def read_sheets(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_all_parts_are_there_and_small(files: ReportFiles) -> None:
    assert files.page.name == "coverage.html"
    assert [path.name for path in files.maps] == ["001.html", "002.html", "003.html"]
    assert files.package is None
    for path in (files.page, files.map, files.workbook, *files.maps):
        assert 1_000 < path.stat().st_size < 400_000


def test_the_page_says_the_numbers_in_both_languages(files: ReportFiles, toy: ReportBundle) -> None:
    page = files.page.read_text("utf-8")
    assert toy.clusters is not None
    for text in (
        *("示例区", "覆盖情况报告", "Coverage report", "2026年划分方案", "已发布", "2026-03-23"),
        *(f"{toy.clusters['households'].sum():,}", "联系干部", "Cadre", "龙塘社区", "无数据"),
    ):
        assert text.lower() in page.lower(), text
    said = re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert not re.search(r"\b(nan|None|NaT|inf)\b|&lt;NA&gt;", said)


@pytest.mark.parametrize(
    ("language", "there", "gone"),
    [("zh", "指标完成情况", "Indicators against"), ("en", "Indicators against", "指标完成")],
)
def test_one_language_alone(toy: ReportBundle, tmp_path: Path, language: str, there: str, gone: str) -> None:
    written = write_coverage_report(toy, tmp_path, options=ReportOptions(language=language, drill_down=False))
    page = written.page.read_text("utf-8")
    assert there in page
    assert gone not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_findings_are_said_in_the_language_of_the_report(toy: ReportBundle, tmp_path: Path, language: str) -> None:
    written = write_coverage_report(toy, tmp_path, options=ReportOptions(language=language, drill_down=False))
    heading = {"zh": "核查问题", "en": "Findings"}[language]
    table = written.page.read_text("utf-8").split(f"<h2>{heading}</h2>")[1].split("</table>")[0]
    sheet = next(rows for name, rows in read_sheets(written.workbook).items() if heading in name)
    for said in (re.sub(r"<[^>]*>", "\n", table), "\n".join(str(cell) for row in sheet for cell in row)):
        foreign = r"[A-Za-z]{3,} [A-Za-z]{3,}" if language == "zh" else r"[\u4e00-\u9fff]"
        assert not re.search(foreign, said)


def test_the_same_bundle_gives_the_same_bytes_in_any_row_order(
    files: ReportFiles, toy: ReportBundle, tmp_path: Path
) -> None:
    again = write_coverage_report(toy, tmp_path / "a", options=QUICK)
    assert again.map.read_bytes() == files.map.read_bytes()
    names = ("communities", "rentals", "atoms", "clusters", "sections", "grids", "liaisons", "shelters")
    mixed = replace(toy, **{name: getattr(toy, name).sample(frac=1, random_state=1) for name in names})
    shuffled = write_coverage_report(mixed, tmp_path / "b", options=QUICK)
    assert shuffled.page.read_bytes() == again.page.read_bytes()
    assert shuffled.map.read_bytes() == again.map.read_bytes()


def test_a_bundle_of_communities_alone_makes_a_report_without_data(toy: ReportBundle, tmp_path: Path) -> None:
    bare = ReportBundle(communities=toy.communities[["community_id", "name", "geometry"]], plan_name="草案")
    written = write_coverage_report(bare, tmp_path, options=QUICK)
    page = written.page.read_text("utf-8")
    assert page.count("无数据") >= 15
    assert ">0 %<" not in page


def test_a_subdistrict_and_a_community_are_cut_out(toy: ReportBundle, tmp_path: Path) -> None:
    part = write_coverage_report(toy, tmp_path / "s", level="subdistrict", name="第1街道")
    assert len(part.maps) == 2
    page = part.page.read_text("utf-8")
    assert "新牛社区" in page
    assert "白石龙社区" not in page
    one = write_coverage_report(toy, tmp_path / "c", level="community", name="白石龙社区")
    assert one.maps == ()
    assert toy.clusters is not None
    households = toy.clusters.loc[toy.clusters["community_id"] == "440309001003", "households"].sum()
    assert f"<b>{households:,}</b>" in one.page.read_text("utf-8")
    sheets = read_sheets(one.workbook)
    assert len(sheets["楼组 Clusters"]) == 1 + 8


def test_what_is_asked_for_must_be_one_thing(toy: ReportBundle, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="龙塘社区"):
        write_coverage_report(toy, tmp_path, level="community")
    with pytest.raises(NotFoundError, match="第1街道"):
        write_coverage_report(toy, tmp_path, level="subdistrict", name="无")
    with pytest.raises(InputError, match="section"):
        write_coverage_report(toy, tmp_path, level="section")
    with pytest.raises(InputError, match="fr"):
        write_coverage_report(toy, tmp_path, options=ReportOptions(language="fr"))


def test_small_counts_are_hidden_unless_asked_for(files: ReportFiles, toy: ReportBundle, tmp_path: Path) -> None:
    assert toy.residents is not None and toy.clusters is not None
    home = toy.residents["cluster_id"].map(toy.clusters.set_index("id")["community_id"])
    truth = toy.residents.groupby(home)["subsistence_allowance"].sum()
    assert (truth < 10).any()
    sheet = read_sheets(files.workbook)["居民需求 Residents by need"]
    column = sheet[0].index("低保 Subsistence allowance")
    shown = [row[column] for row in sheet[1:]]
    assert all(value == "已隐去 hidden" or float(value) >= 10 for value in shown)  # type: ignore[arg-type]
    assert shown.count("已隐去 hidden") >= 2
    assert "已隐去" in files.page.read_text("utf-8")
    office = write_coverage_report(toy, tmp_path, options=ReportOptions(hide_below=None, drill_down=False))
    sheet = read_sheets(office.workbook)["居民需求 Residents by need"]
    assert [row[column] for row in sheet[1:]] == truth.tolist()
    assert "仅限责任部门" in office.page.read_text("utf-8")


def test_the_workbook_has_frozen_headers_rates_and_no_formula(toy: ReportBundle, tmp_path: Path) -> None:
    evil = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)"]
    assert toy.shelters is not None
    shelters = toy.shelters.assign(name=evil[: len(toy.shelters)])
    written = write_coverage_report(replace(toy, shelters=shelters), tmp_path, options=QUICK)
    sheets = read_sheets(written.workbook)
    assert {"指标汇总 Summary", "楼组 Clusters", "片区 Sections", "网格 Grids", "核查问题 Findings"} <= set(sheets)
    assert [row[1] for row in sheets["应急避难场所 Shelters"][1:]] == evil
    unpacked = _unzip(written.workbook)
    assert not [name for name, text in unpacked.items() if name.startswith("xl/worksheets") and "<f>" in text]
    assert all(
        "frozen" in text for name, text in unpacked.items() if re.match(r"xl/worksheets/sheet[1-9]\.xml", name)
    )
    summary = sheets["指标汇总 Summary"]
    value = summary[0].index("完成值 Value")
    assert all(row[value] == "" or 0 <= float(row[value]) <= 1 for row in summary[1:])  # type: ignore[arg-type]


def _unzip(path: Path) -> dict[str, str]:
    import zipfile

    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml")}


def test_no_text_of_the_data_becomes_markup(toy: ReportBundle, tmp_path: Path) -> None:
    assert toy.clusters is not None and toy.shelters is not None and toy.findings is not None
    nasty = replace(
        toy,
        plan_name=ATTACK,
        communities=toy.communities.assign(name=ATTACK, district=ATTACK),
        clusters=toy.clusters.assign(name=ATTACK),
        shelters=toy.shelters.assign(name=ATTACK),
        findings=toy.findings.assign(detail=ATTACK, rule=ATTACK),
    )
    written = write_coverage_report(nasty, tmp_path)
    for path in (written.page, written.map, *written.maps):
        assert "<img" not in path.read_text("utf-8"), path.name


def test_the_layers_go_to_the_writer_that_is_given(toy: ReportBundle, tmp_path: Path) -> None:
    given: dict[str, gpd.GeoDataFrame] = {}
    written = write_coverage_report(
        toy, tmp_path, options=QUICK, write_layers=lambda path, layers: given.update(layers)
    )
    assert written.package == tmp_path / "coverage.gpkg"
    assert toy.clusters is not None
    assert set(given) == {"communities", "sections", "clusters", "grids", "shelters"}
    clusters = given["clusters"].set_index("code")
    assert clusters.crs == toy.clusters.crs
    assert clusters["households"].sum() == toy.clusters["households"].sum()
    own = toy.clusters.set_index("code")
    assert shapely.equals(clusters.geometry.reindex(own.index).to_numpy(), own.geometry.to_numpy()).all()


def test_reports_of_parts_cannot_be_subtracted_from_the_whole(toy: ReportBundle) -> None:
    """What is hidden in the district's report is hidden in the community's own."""
    whole = name_all(toy)
    measures = measure_report(whole, 10)
    district = make_tables(whole, measures, find_scope(whole, "district", None))["rentals"].frame
    assert (district == "hidden").any(axis=None)
    for name in toy.communities["name"]:
        scope = find_scope(whole, "community", name)
        own = make_tables(cut_bundle(whole, scope), measures, scope)["rentals"].frame
        pd.testing.assert_frame_equal(own, district[district["name"] == name].reset_index(drop=True))


def test_a_day_is_needed_for_visits_only(toy: ReportBundle) -> None:
    whole = name_all(toy)
    states = [
        measure_report(one, None).indicators.set_index(["level", "indicator"])["state"].sort_index()
        for one in (whole, replace(whole, at=None))
    ]
    visits = [state["district", "rental_visit"].item() for state in states]
    assert visits == ["short", "no data"]
    others = [state.drop("rental_visit", level="indicator") for state in states]
    pd.testing.assert_series_equal(*others)


def test_people_of_a_small_cluster_are_hidden_on_every_sheet_and_map(toy: ReportBundle, tmp_path: Path) -> None:
    assert toy.shelter_links is not None and toy.clusters is not None
    few = toy.shelter_links["cluster_id"].iloc[0]
    links = toy.shelter_links[toy.shelter_links["cluster_id"] != few]
    lone = pd.DataFrame(
        {"cluster_id": [few], "shelter_id": ["000"], "people": [7], "distance_m": [5.0], "reason": None}
    )
    written = write_coverage_report(
        replace(toy, shelter_links=pd.concat([links, lone], ignore_index=True)), tmp_path, options=QUICK
    )
    sheet = read_sheets(written.workbook)["楼组 Clusters"]
    at = sheet[0].index("人口 People")
    shown = {row[0]: row[at] for row in sheet[1:]}
    code = toy.clusters.set_index("id").loc[few, "code"]
    assert shown[code] == "已隐去 hidden"
    assert list(shown.values()).count("已隐去 hidden") >= 2, "one alone could be subtracted"
    assert '"people": "7"' not in written.map.read_text("utf-8")


def test_of_a_stored_plan_a_report_tells_no_more_than_the_plan(toy: ReportBundle, tmp_path: Path) -> None:
    assert toy.shelter_links is not None and toy.clusters is not None and toy.findings is not None
    secret = toy.shelter_links["cluster_id"].iloc[0]
    told = frozenset(toy.clusters["id"]) - {secret}
    text = "136 of 136 people: the shelters within 500 m are full"
    found = toy.findings.iloc[:1].assign(layer="clusters", row_id=secret, rule="shelter-shortfall", detail=text)
    written = write_coverage_report(replace(toy, told_clusters=told, findings=found), tmp_path, options=QUICK)
    sheets = read_sheets(written.workbook)
    clusters, shelters = sheets["楼组 Clusters"], sheets["应急避难场所 Shelters"]
    people = {row[0]: row[clusters[0].index("人口 People")] for row in clusters[1:]}
    assert people[toy.clusters.set_index("id").loc[secret, "code"]] == "已隐去 hidden"
    assert "136" not in str(sheets["核查问题 Findings"])
    taking = toy.shelter_links.loc[toy.shelter_links["cluster_id"] == secret, "shelter_id"].dropna()
    placed = {row[0]: row[shelters[0].index("已安置人数 People placed")] for row in shelters[1:]}
    assert {placed[one] for one in taking} == {"已隐去 hidden"} and len(set(placed)) > len(taking)
    everything = write_coverage_report(
        replace(toy, told_clusters=told, findings=found), tmp_path, options=replace(QUICK, hide_below=None)
    )
    assert "136" in str(read_sheets(everything.workbook)["核查问题 Findings"])
