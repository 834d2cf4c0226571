"""Every rule of the core has words in both languages, and what plans tell is told in Chinese."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridgov.core
from gridgov.core import findings_sent
from gridgov.core.findings_table import ACTIONS, DETAILS, NAMES
from gridgov.core.findings_words import name_rule, say_finding, translate_detail
from gridgov.core.layers import get_layer
from gridgov.core.schemes.scheme import COUNTED
from gridgov.core.size_reasons import REASONS
from gridgov.core.tidying import tidy_layer

IN_IMPORTS = ("tidying", "findings", "datum_shift", "envelopes")
"""Findings of imports have their words in the fault workbook."""
MAKERS = ("make_findings", "_tell")


def _calls() -> list[ast.Call]:
    root = Path(gridgov.core.__file__).parent
    files = [
        file for file in root.rglob("*.py") if not any(part in str(file.relative_to(root)) for part in IN_IMPORTS)
    ]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    return [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS]


def test_every_rule_has_a_name_and_every_action_its_chinese() -> None:
    rules, actions = set(), set()
    for call in _calls():
        texts = [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in call.args]
        rules |= {text for text in texts if text and re.fullmatch(r"[a-z]+(-[a-z]+)+", text)}
        if len(texts) > 5 and texts[5]:
            actions.add(texts[5])
    assert len(rules) > 15 and len(actions) > 10
    assert rules - set(NAMES) == set()
    assert actions - set(ACTIONS) == set()


def test_shapes_carry_their_facts() -> None:
    for shape, wording in (*DETAILS.items(), *findings_sent.DETAILS.items()):
        seen, number = shape, 11
        while gap := re.search(r"\{(n|share|text)\}", seen):
            seen = seen.replace(gap[0], f"{number}%" if gap[1] == "share" else str(number), 1)
            number += 1
        said = translate_detail(seen)
        assert said != seen, shape
        assert re.search(r"[\u4e00-\u9fff]", said)
        used = {int(number) for number in re.findall(r"\{(\d)\}", wording)}
        for place in used:
            assert str(11 + place) in said


@pytest.mark.parametrize("what", COUNTED)
@pytest.mark.parametrize("rule", REASONS)
def test_every_reason_of_a_size_is_said_in_chinese(rule: str, what: str) -> None:
    seen, action = REASONS[rule]
    facts = {"size": 71, "largest": 72, "reach": 73, "min": 74, "max": 75, "count": 76}
    said = say_finding(rule, seen.format(what=what, **facts), action, "zh")
    assert not re.search("[A-Za-z]", "".join(said.values())), said
    for fact in re.findall(r"\{(size|largest|reach|min|max|count)\}", seen):
        assert str(facts[fact]) in said["said"]


def test_faults_of_a_file_are_said_in_chinese() -> None:
    frame = pd.DataFrame({"building_id": ["A", "B"], "households": ["6.5", "many"], "colour": ["red", "blue"]})
    rows = gpd.GeoDataFrame(frame, geometry=[shapely.box(114, 22, 114.001, 22.001), None], crs=4490)
    found = tidy_layer(rows, get_layer("buildings")).findings
    assert set(found["rule"]) == {"fraction", "unreadable", "no-geometry", "ignored-columns"}
    for rule, detail in zip(found["rule"], found["detail"], strict=True):
        assert name_rule(rule, "zh") != rule
        assert re.search(r"[\u4e00-\u9fff]", translate_detail(detail)), detail


def test_words_for_people() -> None:
    told = say_finding(
        "shelter-shortfall",
        "12 of 140 people beyond 500 m: the nearest shelter is 812 m off",
        "complete the sign",
        "zh",
    )
    assert told["said"] == "140 人中有 12 人在 500 m 之外：最近的避难场所距离 812 m"
    assert told["advice"] == "补全标识"
    assert say_finding("no-rule", "x", "y", "en") == {"name": "no-rule", "said": "X", "advice": "Y"}
