"""Rental houses: triggers, rates, visits."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridgov.core.rentals import RentalRules, check_rentals, count_rentals, find_terminal_triggers, judge_visits

DAY = dt.date(2026, 3, 23)


def house(**values: object) -> dict[str, object]:
    return {"let_type": "month", "rooms": 1, "tenants": 1, **values}


def make_rentals(*rows: dict[str, object]) -> gpd.GeoDataFrame:
    ids = [f"r{number}" for number in range(len(rows))]
    return gpd.GeoDataFrame({"rental_house_id": ids}).join(pd.DataFrame(list(rows)))


@pytest.mark.parametrize(
    ("row", "required"),
    [
        (house(), False),
        (house(let_type="hour"), True),
        (house(let_type="day"), True),
        (house(let_type="year"), False),
        (house(rooms=19), False),
        (house(rooms=20), True),
        (house(tenants=29), False),
        (house(tenants=30), True),
        (house(rooms=None, tenants=None, let_type=None), False),
    ],
)
def test_each_trigger_alone_and_inclusive(row: dict[str, object], required: bool) -> None:
    assert find_terminal_triggers(make_rentals(row))["required"].tolist() == [required]


def test_thresholds_are_data() -> None:
    rules = RentalRules(short_lets=("year",), rooms_min=3, tenants_min=99)
    rows = make_rentals(house(rooms=3), house(let_type="year"), house(let_type="hour", tenants=98))
    assert find_terminal_triggers(rows, rules)["required"].tolist() == [True, True, False]


@pytest.mark.parametrize(("house_class", "days"), [("green", 21), ("yellow", 14), ("orange", 7)])
def test_visits_fall_due_by_class(house_class: str, days: int) -> None:
    last = [DAY - dt.timedelta(days=days + late) for late in (-1, 0, 1)]
    judged = judge_visits(make_rentals(*(house(house_class=house_class, visited_on=day) for day in last)), DAY)
    assert judged["visit_state"].tolist() == ["on time", "due", "overdue"]
    assert judged["late_days"].tolist() == [0, 0, 1]
    assert judged["due_on"].dt.date.tolist()[1] == DAY


def test_a_red_house_is_closed_one_without_class_is_said_and_one_never_visited_is_due() -> None:
    rows = make_rentals(house(house_class="red", visited_on=dt.date(2020, 1, 1)), house(), house(house_class="green"))
    assert judge_visits(rows, DAY)["visit_state"].tolist() == ["closed", "no class", "due"]


def test_missing_facts_count_in_neither_part_of_a_rate() -> None:
    rows = make_rentals(
        house(rooms=20, letter_signed=True, terminal_installed=None, tenants=4, tenants_registered=None),
        house(letter_signed=None, terminal_installed=True, tenants=4, tenants_registered=9)
        | {"permits_due": 3, "permits_held": 2},
        house(rooms=30, letter_signed=False, terminal_installed=False, tenants=6, tenants_registered=3)
        | {"house_class": "orange", "visited_on": DAY},
    )  # fmt: skip
    sums = count_rentals(rows, at=DAY).sum().to_dict()
    assert sums == {
        "letters": 1,
        "letters_of": 2,
        "terminals": 0,
        "terminals_of": 1,
        "registered": 7,
        "registered_of": 10,
        "permits": 2,
        "permits_of": 3,
        "visits": 1,
        "visits_of": 1,
    }
    assert "visits" not in count_rentals(rows)
    assert count_rentals(rows.iloc[:0], at=DAY).sum().sum() == 0


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "let_type": st.sampled_from(["hour", "day", "month", "year"]),
                "rooms": st.integers(0, 40),
                "tenants": st.integers(0, 60),
                "letter_signed": st.sampled_from([True, False, None]),
                "terminal_installed": st.sampled_from([True, False, None]),
                "tenants_registered": st.one_of(st.none(), st.integers(0, 60)),
                "house_class": st.sampled_from(["green", "yellow", "orange", "red", None]),
                "visited_on": st.one_of(st.none(), st.dates(dt.date(2025, 1, 1), DAY)),
            }
        ),
        min_size=1,
        max_size=12,
    )
)
def test_no_rate_is_above_one_and_findings_agree_with_rates(rows: list[dict[str, object]]) -> None:
    rentals = make_rentals(*rows)
    sums = count_rentals(rentals, at=DAY).sum()
    for name in ("letters", "terminals", "registered", "permits", "visits"):
        assert 0 <= sums[name] <= sums[f"{name}_of"]
    found = check_rentals(rentals, at=DAY)["rule"].value_counts()
    assert found.get("letter-missing", 0) == sums["letters_of"] - sums["letters"]
    assert found.get("terminal-missing", 0) == sums["terminals_of"] - sums["terminals"]
    assert found.get("visit-overdue", 0) == sums["visits_of"] - sums["visits"]


def test_findings_say_why() -> None:
    rentals = make_rentals(
        house(let_type="day", rooms=25, terminal_installed=False),
        house(tenants=2, tenants_registered=3, house_class="orange", visited_on=DAY - dt.timedelta(days=10)),
    )
    found = check_rentals(rentals, at=DAY).set_index("rule")["detail"].to_dict()
    assert found == {
        "terminal-missing": "no terminal: let by hour or day; many rooms",
        "more-registered-than-tenants": "more tenants are registered than live there",
        "visit-overdue": "the visit is 3 days overdue",
    }
