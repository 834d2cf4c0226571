"""What /conformance declares is met, requirement by requirement; `tests/standards/classes` has the table."""

from __future__ import annotations

import pytest

from .classes import TABLE
from .classes.table import Check, Office

KEPT: dict[Check, list[str]] = {}
"""Each check once, with the requirements it stands for."""
for kind, checks in TABLE.items():
    for name, check in checks.items():
        KEPT.setdefault(check, []).append(f"{'/'.join(kind.split('/')[4:])}/{name}")


@pytest.fixture(scope="module")
def office(signed_in) -> Office:
    """The server and two of its visitors."""
    return Office(signed_in("viewer"), signed_in("administrator"))


@pytest.mark.parametrize("check", KEPT, ids=[names[0].replace("/1.0/conf", "") for names in KEPT.values()])
def test_requirements_are_met(office: Office, check: Check) -> None:
    print("stands for:", *KEPT[check])
    check(office)


def test_no_class_is_declared_that_is_not_in_the_table(office: Office) -> None:
    assert set(office.read("/conformance")["conformsTo"]) == set(TABLE)
