"""Codes are written and read back by their scheme."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgov.core.codes import SCHEMES, get_scheme, make_codes, split_codes
from gridgov.errors import InputError, NotFoundError


def test_dwelling_code_of_the_city_standard():
    parts = ["44", "03", "07", "003", "003", "04", "00042", "000003"]
    names = ["province", "city", "district", "subdistrict", "community", "basic_grid", "building", "room"]
    code = make_codes(SCHEMES["sz25"], pd.DataFrame([parts], columns=names)).iloc[0]
    assert code == "4403070030030400042000003"
    assert split_codes(SCHEMES["sz25"], pd.Series([code])).iloc[0].tolist() == parts


@given(st.lists(st.integers(1, 999), min_size=1, max_size=20))
def test_what_is_written_is_read_back(numbers):
    table = pd.DataFrame({"division_code": "440307003004", "sequence": numbers})
    codes = make_codes(SCHEMES["bj15"], table)
    assert codes.str.len().eq(15).all()
    assert split_codes(SCHEMES["bj15"], codes)["sequence"].astype(int).tolist() == numbers


def test_a_number_too_wide_is_named():
    table = pd.DataFrame({"division_code": ["440307003004"], "sequence": [1000]})
    with pytest.raises(InputError, match="1000"):
        make_codes(SCHEMES["bj15"], table)


def test_a_missing_part_leaves_no_code():
    table = pd.DataFrame({"division_code": [None, "440307003004"], "sequence": [1, 2]})
    assert make_codes(SCHEMES["bj15"], table).isna().tolist() == [True, False]


def test_foreign_text_is_no_code():
    assert split_codes(SCHEMES["bj15"], pd.Series(["12", "44030700300400?"])).isna().all(axis=None)


def test_unknown_scheme_lists_the_known():
    with pytest.raises(NotFoundError, match="stat12"):
        get_scheme("xx99")
