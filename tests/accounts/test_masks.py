"""P12: whoever sees a mask is left with a thousand candidates or more."""

from __future__ import annotations

import math
import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgov.core.identities import _LAST, _WEIGHTS, find_id_number_fault, normalise
from gridgov.core.masks import LEAST_CANDIDATES, PREFIXES_OF_DIGIT, STAR, count_candidates, mask_value

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=5)
LATIN = st.text(string.ascii_letters + " '-", min_size=1, max_size=30)
DIGITS = st.text(string.digits, min_size=1, max_size=16)
TELEPHONES = DIGITS | st.builds("0{}-{}".format, st.integers(10, 999), st.integers(1_000_000, 99_999_999))


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    region = draw(st.sampled_from(sorted(PREFIXES_OF_DIGIT))) + draw(st.text(string.digits, min_size=5, max_size=5))
    birthday = draw(st.dates(min_value=date(1900, 1, 1))).strftime("%Y%m%d")
    first = region + birthday + draw(st.text(string.digits, min_size=3, max_size=3))
    return first + _LAST[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]


def fits(value: str, mask: str) -> bool:
    """Tell whether a value may be behind a mask: a star of a number is one digit, of a name anything."""
    return len(value) == len(mask) and all(m in (STAR, v) for v, m in zip(value, mask, strict=True))


@given(HAN | LATIN | st.text(max_size=8))
def test_names(name: str) -> None:
    mask = mask_value("name", name) or STAR
    assert count_candidates("name", mask) >= LEAST_CANDIDATES
    assert len(mask) <= 2, "not even how long it is"
    assert mask.strip(STAR) in ("", name.strip()[:1])
    assert name.strip() in ("", STAR) or mask != name.strip()


@given(TELEPHONES)
def test_telephones(telephone: str) -> None:
    digits = "".join(filter(str.isdigit, telephone))
    mask = mask_value("telephone", telephone) or STAR
    assert count_candidates("telephone", mask) >= LEAST_CANDIDATES
    assert mask == STAR or fits(digits, mask)
    if mask != STAR:
        # counted in full for the shortest: what is hidden is free
        hidden = mask.count(STAR)
        assert hidden >= 3 and count_candidates("telephone", mask) == 10**hidden


@given(id_numbers(), st.booleans())
def test_id_numbers(number: str, year_known: bool) -> None:
    assert find_id_number_fault(number) is None
    mask = mask_value("id_number", number) or STAR
    assert mask.strip(STAR) == number[0] + STAR * 16 + number[-1] == mask
    assert count_candidates("id_number", mask, birth_year_known=year_known) >= LEAST_CANDIDATES


def test_id_numbers_counted_one_by_one() -> None:
    """The count is no more than the numbers there really are: those of one district, one year, one last character."""
    region, found = "710100", 0
    for day in range(0, 365, 5):
        born = date(1950, 1, 1).toordinal() + day
        birthday = date.fromordinal(born).strftime("%Y%m%d")
        for number in range(1, 1000):
            first = f"{region}{birthday}{number:03d}"
            total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
            found += _LAST[total % 11] == "X"
    counted = count_candidates("id_number", "7" + STAR * 16 + "X", birth_year_known=True)
    assert LEAST_CANDIDATES <= counted <= found * 5 * 1.01


@pytest.mark.parametrize("number", ["110105491231002", "440307199001011234567", "4.4E+17", "abc", "", "X" * 18])
def test_what_is_no_id_number_is_hidden_whole(number: str) -> None:
    mask = mask_value("id_number", number) or STAR
    assert mask == STAR or len(number) == 15
    assert count_candidates("id_number", mask) >= LEAST_CANDIDATES


def test_addresses_are_hidden_whole() -> None:
    assert mask_value("address", "民治路1号1栋101") == STAR
    assert count_candidates("address", STAR) == math.inf
    assert mask_value("name", None) is None


@given(id_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_a_slip_of_one_digit_is_seen(number: str, where: int, by: int) -> None:
    wrong = number[:where] + str((int(number[where]) + by) % 10) + number[where + 1 :]
    assert find_id_number_fault(wrong) is not None


@pytest.mark.parametrize(
    ("field", "writings"),
    [
        (
            "telephone",
            ["13812345678", "138 1234 5678", "+86-138-1234-5678", "１３８１２３４５６７８", "(138)12345678"],
        ),
        ("name", ["阿依古丽·买买提", "阿依古丽•买买提", "阿依古丽 买买提", "阿依古丽买买提"]),
        ("id_number", ["11010519491231002X", "11010519491231002x", "110105 19491231 002Ｘ"]),
    ],
)
def test_writings_of_one_value_are_one(field: str, writings: list[str]) -> None:
    assert len({normalise(field, one) for one in writings}) == 1
