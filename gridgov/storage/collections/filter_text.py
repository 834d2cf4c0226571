"""Read a CQL2 filter into plain lists and dictionaries; whether it may be asked is decided elsewhere."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import cql2

from gridgov.errors import QueryError

LONGEST = 20_000
"""Characters of a filter; a polygon of some hundred corners fits."""
DEEPEST = 32
"""Levels of nesting. The parser calls itself for each, and has no guard of its own against a hundred thousand."""

_LITERAL = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"[^\"]*\"", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"'": "''", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
"""What stands after a backslash in quotes, and what it means; before anything else a backslash is one [CQL2, 8.3]."""
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_PREFIXES = re.compile(rf"(?:\bNOT\b\s*|[-+]\s*){{{DEEPEST + 1},}}", re.IGNORECASE)


def read_filter(written: str, language: str) -> Any:
    """Return the tree of a filter.

    Parameters
    ----------
    written : str
        The filter.
    language : {"cql2-text", "cql2-json"}
        How it is written.

    Returns
    -------
    object
        CQL2 JSON: dictionaries with ``op`` and ``args``, values and properties.

    Raises
    ------
    QueryError
        When it is not well formed, too long or too deep.

    Examples
    --------
    >>> read_filter("floors > 3", "cql2-text")
    {'op': '>', 'args': [{'property': 'floors'}, 3.0]}
    """
    if len(written) > LONGEST:
        raise QueryError(f"The filter has {len(written)} characters; {LONGEST} are read. Ask in two steps.")
    if language not in _PARSERS:
        raise QueryError(f"filter-lang {language[:40]!r} is not read; filters are cql2-text or cql2-json.")
    try:
        tree = _PARSERS[language](written)
    except (cql2.ParseError, cql2.ValidationError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:300]
        raise QueryError(f"The filter is not CQL2 ({language}): {said}") from None
    except QueryError:
        raise
    except Exception as error:
        # the library says of empty geometries and the like no more than that
        raise QueryError(f"The filter is not CQL2 ({language}): {str(error)[:300]}") from None
    _require_plain(tree, 0)
    return tree


def _parse_text(written: str) -> Any:
    written = _LITERAL.sub(_unescape, written)
    plain = _QUOTED.sub("''", written)
    deepest = depth = 0
    for letter in plain:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    if deepest > DEEPEST or _PREFIXES.search(plain):
        raise QueryError(f"The filter is nested more than {DEEPEST} deep.")
    return cql2.parse_text(written).to_json()


def _unescape(literal: re.Match[str]) -> str:
    """The library knows no escape but a doubled quote."""
    if literal[0].startswith('"'):
        return literal[0]
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), literal[0])


def _parse_json(written: str) -> Any:
    given = json.loads(written)
    _require_plain(given, 0)
    return cql2.parse_json(json.dumps(given)).to_json()


def _require_plain(tree: Any, depth: int) -> None:
    """Refuse what no value of a database can be, and trees so deep that walking them would fail."""
    if depth > 3 * DEEPEST:
        raise QueryError(f"The filter is nested more than {DEEPEST} deep.")
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list):
        for one in tree:
            _require_plain(one, depth + 1)
    elif isinstance(tree, float) and not math.isfinite(tree):
        raise QueryError("The filter holds a number that is not finite.")
    elif isinstance(tree, str) and _UNSTORABLE.search(tree):
        raise QueryError("The filter holds characters that cannot be stored.")


_PARSERS = {"cql2-text": _parse_text, "cql2-json": _parse_json}
