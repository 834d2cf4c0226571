"""The HTML page of a coverage report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from gridgov.core.indicators import CATALOGUE
from gridgov.reports import facts, figures
from gridgov.reports.bundle import ReportBundle, ReportOptions
from gridgov.reports.charts import draw_bar
from gridgov.reports.facts import percent
from gridgov.reports.findings import say_in_page
from gridgov.reports.measures import Measures
from gridgov.reports.scope import Scope
from gridgov.reports.tables import RATES, Table, sum_findings
from gridgov.reports.words import Speaker


@dataclass(frozen=True)
class Links:
    """Files beside the page."""

    map: str
    workbook: str
    maps: Sequence[tuple[str, str, str]] = ()
    """Id and name of each community, and its map."""


def render_page(
    bundle: ReportBundle,
    measures: Measures,
    tables: Mapping[str, Table],
    scope: Scope,
    options: ReportOptions,
    links: Links,
) -> str:
    """Render the page of one area.

    Parameters
    ----------
    bundle : ReportBundle
        The area.
    measures : Measures
        Numbers of the whole.
    tables : mapping of str to Table
        Tables of the area.
    scope : Scope
        The area.
    options : ReportOptions
        How the report is written.
    links : Links
        Files beside the page.

    Returns
    -------
    str
        HTML; no script, and nothing loaded but the maps beside it.
    """
    speaker = Speaker(options.language)
    summary = tables["summary"].frame
    division_map, division_keys = figures.draw_division(bundle, speaker)
    shelter_map, shelter_keys = figures.draw_shelter_map(bundle, tables, speaker)
    has_shelters = bool(shelter_map)
    context = {
        "language": options.language,
        "title": scope.title,
        "css": Markup(_read("coverage.css")),
        "tables": {name: tables.get(name) for name in _SHOWN},
        "facts": facts.write_facts(bundle, scope, speaker),
        "tiles": facts.write_tiles(bundle, speaker),
        "lead": facts.write_lead(summary, speaker),
        "notes": facts.write_notes(bundle, measures, options, summary, speaker),
        "indicators": [_indicator(row, speaker) for row in summary.itertuples()],
        "findings": _findings(bundle, speaker),
        "division_map": division_map,
        "division_keys": division_keys,
        "size_chart": figures.draw_sizes(bundle, speaker),
        "section_chart": figures.draw_sections(bundle, speaker),
        "liaison_chart": figures.draw_loads(tables, speaker),
        "liaison_facts": facts.write_liaison_facts(bundle, tables, speaker) if "liaisons" in tables else [],
        "shelter_map": shelter_map,
        "shelter_keys": shelter_keys,
        "shelter_chart": figures.draw_shelter_stack(bundle, speaker) if has_shelters else "",
        "shelter_facts": facts.write_shelter_facts(bundle, tables, speaker) if has_shelters else [],
        "map_name": links.map,
        "map_names": links.maps,
        "map_of": {community: path for community, _, path in links.maps},
        "workbook_name": links.workbook,
    }
    return _environment(bundle, speaker).get_template("coverage.html.j2").render(context)


def _findings(bundle: ReportBundle, speaker: Speaker) -> list[dict[str, Any]]:
    rows = []
    for row in sum_findings(bundle).to_dict("records"):
        said = say_in_page(row["rule"], row["detail"], row["action"], speaker)
        rows.append(row | {"said": said.seen, "advice": said.advice})
    return rows


_SHOWN = ("subdistricts", "communities", "liaisons", "shelters", "rentals", "residents", "quality")


def _environment(bundle: ReportBundle, speaker: Speaker) -> Environment:
    made = Environment(
        loader=PackageLoader("gridgov.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    targets = {name: target.ratio for name, target in bundle.rules.targets.items()}

    def cell(name: str, value: Any, kind: str, link: str | None = None) -> Markup:
        text, look = _cell(name, value, targets, speaker)
        if link:
            text = Markup('<a href="{}">{}</a>').format(link, text)
        return Markup('<td class="{}">{}</td>').format(f"{kind} {look}".strip(), text)

    def head(name: str) -> Markup:
        if name in CATALOGUE:
            return speaker.html(CATALOGUE[name].chinese, CATALOGUE[name].english)
        return speaker.term(name)

    made.globals.update(t=speaker.html, say=speaker.text, w=speaker.term, cell=cell, head=head, kinds_of=_kinds)
    return made


def _read(name: str) -> str:
    return resources.files("gridgov.reports").joinpath("templates", name).read_text("utf-8")


def _kinds(frame: pd.DataFrame) -> dict[str, str]:
    """Say which columns are numbers and which are codes and names that must not be broken."""
    kinds = {str(name): "n" if _is_numeric(frame[name].tolist()) else "" for name in frame}
    return kinds | {name: "code" for name in ("code", "name", "subdistrict", "measure", "phone") if name in frame}


def _is_numeric(values: list[Any]) -> bool:
    known = [value for value in values if not _missing(value) and not isinstance(value, bool | np.bool_)]
    return bool(known) and all(value == "hidden" or _is_number(value) for value in known)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _cell(name: str, value: Any, targets: Mapping[str, float], speaker: Speaker) -> tuple[Markup | str, str]:
    """Return the text of a cell and its look."""
    if _missing(value):
        return "—", "quiet"
    if isinstance(value, bool | np.bool_):
        return speaker.term("yes" if value else "no"), ""
    if _is_number(value):
        number = float(value)
        if name in RATES:
            return percent(number), "short" if number < targets.get(name, -1.0) - 1e-9 else ""
        return f"{number:,.1f}" if name == "mean_size" else _number(number), ""
    return speaker.term(str(value)), "quiet" if value == "hidden" else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() or abs(value) >= 1000 else f"{value:,.4g}"


def _indicator(row: Any, speaker: Speaker) -> dict[str, Any]:
    known = not np.isnan(row.denominator)
    goal = "—" if np.isnan(row.target_ratio) else f"{'≥' if row.at_least else '≤'} {percent(row.target_ratio)}"
    return {
        "chinese": row.chinese,
        "english": row.english,
        "bar": draw_bar(row.value_ratio, row.target_ratio, row.state, percent(row.value_ratio)),
        "value": percent(row.value_ratio),
        "counts": f"{_count(row.numerator)} / {_count(row.denominator)}" if known else "—",
        "unit": escape(speaker.text(row.unit_chinese, row.unit_english)) if known else "",
        "goal": goal,
        "state": row.state,
        "kind": row.state if row.state in ("met", "short") else "",
    }


def _count(value: float) -> str:
    return "—" if np.isnan(value) else f"{value:,.0f}"
