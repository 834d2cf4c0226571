"""A rule profile fills the rules, and says what it does not understand."""

from dataclasses import dataclass

import pytest

from gridgov.core.profile import make_profile
from gridgov.errors import InputError


@dataclass(frozen=True)
class Some:
    target: int = 1
    band: tuple[int, int] = (0, 9)


def number(value, **more):
    return {"value": value, "source": "a standard", "status": "verified", **more}


def test_numbers_reach_the_rules_and_changes_win():
    profile = make_profile({"name": "p", "version": "1", "some": {"target": number(50), "band": number([45, 55])}})
    assert profile.rules("some", Some) == Some(50, (45, 55))
    assert profile.rules("some", Some, target=40, band=None) == Some(40, (45, 55))
    assert profile.rules("absent", Some) == Some()


@pytest.mark.parametrize("bad", [50, {"value": 50}, {"value": 5, "source": "s", "status": "sure"}, {"source": "s"}])
def test_a_number_without_its_source_is_refused(bad):
    with pytest.raises(InputError, match=r"some\.target"):
        make_profile({"some": {"target": bad}})


def test_an_unknown_number_is_named():
    profile = make_profile({"name": "p", "some": {"targett": number(50)}})
    with pytest.raises(InputError, match="targett"):
        profile.rules("some", Some)
