"""What a caller accepts: the header ``Accept`` weighed (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from gridgov.errors import UnacceptableError

_LONGEST = 2000
"""Characters of the header that are looked at: browsers send about a hundred."""


def choose(accept: str, offered: Mapping[str, Sequence[str]]) -> str:
    """Choose the representation that a caller likes best.

    Whatever cannot be read is passed over, and a header that holds nothing else counts as none: programs send odd
    things, and an answer helps them more than a refusal.

    Parameters
    ----------
    accept : str
        The header; empty when there is none.
    offered : mapping of str to sequence of str
        Names of representations, the preferred first, each with the media types by which it may be called. A type
        ``*+json`` stands for all that end so.

    Returns
    -------
    str
        A name; of those that are liked alike the first.

    Raises
    ------
    UnacceptableError
        When the caller accepts none of them.

    Examples
    --------
    >>> both = {"json": ["application/json", "*+json"], "html": ["text/html"]}
    >>> choose("", both), choose("*/*", both), choose("text/html, */*;q=0.8", both)
    ('json', 'json', 'html')
    >>> choose("text/html;q=0.5, application/geo+json;q=0.7", both)
    'json'
    """
    ranges = _read(accept[:_LONGEST])
    if not ranges:
        return next(iter(offered))
    weights = {name: _weigh(kinds, ranges) for name, kinds in offered.items()}
    best = max(weights, key=lambda name: weights[name])
    if not weights[best]:
        known = ", ".join(kind for kinds in offered.values() for kind in kinds if "*" not in kind)
        raise UnacceptableError(f"This is not to be had in a way that is accepted. There is {known}.")
    return best


@lru_cache(maxsize=256)
def _read(accept: str) -> tuple[tuple[str, float], ...]:
    """Media ranges in lower case, without parameters, and how much each is liked."""
    return tuple(_read_parts(accept))


def _read_parts(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        main, slash, sub = kind.partition("/")
        if kind == "*":
            # what some programs write for */*
            main = sub = slash = "*"
        if main and slash and sub:
            yield f"{main}/{sub}", _read_weight(parameters)


def _read_weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 1.0
            return weight if 0 <= weight <= 1 else 1.0
    return 1.0


def _weigh(kinds: Sequence[str], ranges: Sequence[tuple[str, float]]) -> float:
    """How much a representation is liked: the most exact of the ranges that it lies in count."""
    found: dict[int, float] = {}
    for given, weight in ranges:
        exactness = max(_compare(given, kind) for kind in kinds)
        found[exactness] = max(weight, found.get(exactness, 0.0))
    found.pop(0, None)
    return found[max(found)] if found else 0.0


def _compare(given: str, kind: str) -> int:
    if given == kind or (kind.startswith("*+") and given.endswith(kind[1:])):
        return 3
    if given == f"{kind.partition('/')[0]}/*":
        return 2
    return int(given == "*/*")
