"""Text that comes in through a request, checked before anything reads it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator

LONGEST = 200


def require_storable(text: str) -> str:
    r"""Refuse text that no database column can hold.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    str
        The same text.

    Raises
    ------
    ValueError
        When it holds the character U+0000 or half of a surrogate pair.

    Examples
    --------
    >>> require_storable("民治社区")
    '民治社区'
    >>> require_storable("a\x00b")
    Traceback (most recent call last):
        ...
    ValueError: text with characters that cannot be stored
    """
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("text with characters that cannot be stored")
    return text


def _require_storable_or_none(text: str | None) -> str | None:
    return None if text is None else require_storable(text)


Storable = AfterValidator(require_storable)
PathText = Annotated[str, Path(min_length=1, max_length=LONGEST), Storable]
QueryText = Annotated[str, Query(max_length=LONGEST), Storable]
OptionalText = Annotated[str | None, Query(max_length=LONGEST), AfterValidator(_require_storable_or_none)]
PlanQuery = Annotated[
    str | None,
    Query(alias="plan", max_length=LONGEST, description="A plan; the one in force today when left out."),
    AfterValidator(_require_storable_or_none),
]
