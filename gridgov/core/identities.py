"""The layer of identities: how a person's values are written, checked and compared. Findings never repeat a value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from gridgov.core.findings import join_findings, make_findings
from gridgov.core.layers import Column, Layer

IDENTITIES = Layer(
    "identities",
    "resident_id",
    (
        Column("resident_id", "text", True, english="Resident code", chinese="居民编码"),
        Column("name", "text", english="Name", chinese="姓名"),
        Column("telephone", "text", english="Telephone", chinese="电话"),
        Column("id_number", "text", english="ID number", chinese="身份证号"),
        Column("address", "text", english="Address", chinese="地址"),
    ),
)
"""Comes in a file of its own, never with the residents; goes into no layer table."""

FIELDS = ("name", "telephone", "id_number", "address")
"""What is known of a person."""

FOUND_BY = ("name", "telephone", "id_number")
"""By what a person is found; by an address one finds households."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LAST = "10X98765432"
_ID = re.compile(r"[1-8]\d{16}[\dX]")
_TELEPHONE = re.compile(r"\d{7,15}")
_SKIPPED = re.compile(r"[\s·•・.\-]+")
_NOT_DIGITS = re.compile(r"[\s()（）\-—+]+")


def normalise(field: str, value: str) -> str:
    """Write a value as all writings of it are compared.

    Parameters
    ----------
    field : str
        One of `FIELDS`.
    value : str
        The value.

    Returns
    -------
    str
        The one writing.

    Examples
    --------
    >>> normalise("telephone", "+86 138-1234-5678"), normalise("name", " 阿依古丽·买买提 ")
    ('13812345678', '阿依古丽买买提')
    >>> normalise("id_number", "11010519491231002x")
    '11010519491231002X'
    """
    return _WRITINGS[field](unicodedata.normalize("NFKC", value))


def tidy_value(field: str, value: str) -> str:
    """Write a value as it is stored and shown.

    Parameters
    ----------
    field : str
        One of `FIELDS`.
    value : str
        The value.

    Returns
    -------
    str
        Names and addresses as sent, with single blanks; numbers normalised.
    """
    if field in ("name", "address"):
        return " ".join(unicodedata.normalize("NFKC", value).split())
    return normalise(field, value)


def find_id_number_fault(id_number: str) -> str | None:
    """Say what is wrong with an ID number (GB 11643-1999).

    Parameters
    ----------
    id_number : str
        The number, normalised.

    Returns
    -------
    str or None
        What is wrong, without the number; None when it is right.

    Examples
    --------
    >>> find_id_number_fault("11010519491231002X")
    >>> find_id_number_fault("110105194912310021")
    'its last character does not belong to the others'
    """
    if not _ID.fullmatch(id_number):
        return "it is not 17 digits and a digit or X; a number cell loses digits, so the column must be text"
    try:
        date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        return "its date of birth is no day"
    total = sum(int(digit) * weight for digit, weight in zip(id_number, _WEIGHTS, strict=False))
    return None if _LAST[total % 11] == id_number[17] else "its last character does not belong to the others"


def check_identities(
    rows: pd.DataFrame, known: set[str], not_text: set[str]
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Keep the rows that may be stored, and say why not of the others.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns of `IDENTITIES` as texts; those that the file has not are absent.
    known : set of str
        Keys of the residents there are.
    not_text : set of str
        Keys of rows whose ID number did not come as text.

    Returns
    -------
    tuple of pandas.DataFrame and geopandas.GeoDataFrame
        Rows to store, normalised, and findings.
    """
    keys = rows["resident_id"].astype(str)
    reasons: dict[str, pd.Series] = {
        "unknown-resident": ~keys.isin(known),
        "id-number-not-text": keys.isin(not_text),
    }
    clean = rows.assign(**{name: _write(rows[name], name) for name in FIELDS if name in rows})
    details = {
        "unknown-resident": "no resident has this key",
        "id-number-not-text": "the ID number came as a number, which loses digits; export the column as text",
    }
    findings = []
    if "id_number" in clean:
        faults = clean["id_number"].map(lambda value: None if value is None else find_id_number_fault(value))
        reasons["bad-id-number"] = faults.notna() & ~reasons["id-number-not-text"]
        findings.append(_report(keys, reasons["bad-id-number"], "bad-id-number", faults))
    if "telephone" in clean:
        bad = clean["telephone"].map(lambda value: value is not None and not _TELEPHONE.fullmatch(value))
        reasons["bad-telephone"] = bad.astype(bool)
        details["bad-telephone"] = "the telephone is not 7 to 15 digits"
    findings += [
        _report(keys, wrong, rule, pd.Series(details[rule], index=keys.index))
        for rule, wrong in reasons.items()
        if rule in details
    ]
    refused = pd.concat(reasons, axis=1).any(axis=1) if len(rows) else pd.Series([], dtype=bool)
    return clean[~refused.to_numpy(dtype=bool)], join_findings(findings)


def _write(values: pd.Series, field: str) -> pd.Series:
    written = [None if value is None or value != value else tidy_value(field, str(value)) or None for value in values]
    return pd.Series(written, index=values.index, dtype=object)


def _report(keys: pd.Series, wrong: pd.Series, rule: str, details: pd.Series) -> gpd.GeoDataFrame:
    action = "The row was refused; correct it and send it again."
    chosen = wrong.to_numpy(dtype=bool)
    said = [str(detail) for detail in details[chosen]]
    return make_findings("identities", keys[chosen].tolist(), rule, "error", said, action)


def _telephone(value: str) -> str:
    digits = _NOT_DIGITS.sub("", value)
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


_WRITINGS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "name": lambda value: _SKIPPED.sub("", value).casefold(),
        "telephone": _telephone,
        "id_number": lambda value: _SKIPPED.sub("", value).upper(),
        "address": lambda value: " ".join(value.split()),
    }
)
