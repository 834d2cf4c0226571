"""Masks: what is shown of a name, a telephone or an ID number, and how many people might still be behind it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from types import MappingProxyType

LEAST_CANDIDATES = 1000
"""Values that a mask leaves possible, at least."""

STAR = "*"
COMMON_CHARACTERS = 3500
"""Characters of the first list of 通用规范汉字表 (2013): those a given name is written with."""
LETTERS = 26
PREFIXES_OF_DIGIT = MappingProxyType({"1": 5, "2": 3, "3": 7, "4": 6, "5": 5, "6": 5, "7": 1, "8": 3})
"""Provinces by the first digit of their code (GB/T 2260)."""
DAYS_OF_LIVES = 36_500
"""Birthdays of a hundred years."""
_DIGITS = re.compile(r"\D")
_ID = re.compile(r"[1-8]\d{16}[\dX]|[1-8]\d{14}")


def mask_value(field: str, value: str | None) -> str | None:
    """Mask one value of a person.

    Parameters
    ----------
    field : str
        ``name``, ``telephone``, ``id_number`` or ``address``.
    value : str or None
        The value.

    Returns
    -------
    str or None
        Its mask; None when there is no value.

    Examples
    --------
    >>> mask_value("name", "张三"), mask_value("name", "欧阳娜娜"), mask_value("name", "张")
    ('张*', '欧*', '*')
    >>> mask_value("telephone", "13812345678"), mask_value("telephone", "110")
    ('138****5678', '*')
    >>> mask_value("id_number", "11010519491231002X")
    '1****************X'
    >>> mask_value("address", "民治路1号")
    '*'
    """
    return None if value is None else _MASKS[field](value)


def mask_name(name: str) -> str:
    """Show the first character of a name; neither the rest nor how long it is.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    str
        The mask.
    """
    plain = name.strip()
    return plain[0] + STAR if len(plain) > 1 and plain[0].isalpha() else STAR


def mask_telephone(telephone: str) -> str:
    """Show the ends of a telephone number, with three digits hidden or more.

    Parameters
    ----------
    telephone : str
        The number, in any writing.

    Returns
    -------
    str
        The mask: a star for each hidden digit, or one star for a number too short to show any.
    """
    digits = _DIGITS.sub("", telephone)
    shown = (3, 4) if len(digits) >= 11 else (0, 4) if len(digits) >= 7 else None
    if shown is None:
        return STAR
    hidden = len(digits) - sum(shown)
    return digits[: shown[0]] + STAR * hidden + digits[-shown[1] :]


def mask_id_number(id_number: str) -> str:
    """Show the first and the last character of an ID number [domain: section 5].

    Parameters
    ----------
    id_number : str
        18 characters, or 15 of an old one.

    Returns
    -------
    str
        The mask; one star for anything else.
    """
    plain = id_number.strip().upper()
    return plain[0] + STAR * (len(plain) - 2) + plain[-1] if _ID.fullmatch(plain) else STAR


def count_candidates(field: str, mask: str, *, birth_year_known: bool = False) -> float:
    """Count the values that a mask leaves possible, rather too few than too many.

    Parameters
    ----------
    field : str
        ``name``, ``telephone``, ``id_number`` or ``address``.
    mask : str
        What `mask_value` made.
    birth_year_known : bool
        Whether the year of birth is shown beside it.

    Returns
    -------
    float
        Their number; infinite when the mask shows nothing.

    Examples
    --------
    >>> count_candidates("telephone", "138****5678")
    10000
    >>> count_candidates("id_number", "7****************X", birth_year_known=True) >= LEAST_CANDIDATES
    True
    """
    if mask == STAR:
        return math.inf
    if field == "name":
        # one more character at the least; of letters, names up to four
        return LETTERS + LETTERS**2 + LETTERS**3 if mask[0].isascii() else COMMON_CHARACTERS
    if field == "telephone":
        return int(10 ** mask.count(STAR))
    # one district a province, and one number in eleven has the right last character
    days = DAYS_OF_LIVES / 100 if birth_year_known else DAYS_OF_LIVES
    numbers = 999 / 11 if len(mask) == 18 else 99
    return math.floor(PREFIXES_OF_DIGIT[mask[0]] * days * numbers)


_MASKS: MappingProxyType[str, Callable[[str], str]] = MappingProxyType(
    {"name": mask_name, "telephone": mask_telephone, "id_number": mask_id_number, "address": lambda address: STAR}
)
