"""One statement with its values, spelled as the server wants them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from gridgov.errors import InputError

Value = (
    str | int | float | bool | bytes | date | datetime | Sequence[str | None] | Sequence[int] | Sequence[float] | None
)
"""What may stand for a parameter. The statement casts it: ``%(z)s::integer``, ``%(ids)s::text[]``."""

Row = tuple[bytes | None, ...]
"""A row as it came: select text (``::text``, ``::json``) or ``bytea``, for what arrives is its bytes."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A statement that only reads; it may be asked a second time when the connection was lost."""

    sql: str
    """With ``%(name)s`` for values, each with a cast, and ``%%`` for a per cent sign."""
    values: Mapping[str, Value] = field(default_factory=dict)
    keep: bool = True
    """Whether it is planned once and kept; no for a text that is another at every request (a filter)."""

    def encode(self) -> list[bytes | None]:
        """Return the values in the order of their numbers.

        Returns
        -------
        list of bytes or None
            In the server's text format.

        Raises
        ------
        InputError
            When a text holds the character NUL, which cannot be stored.
        """
        return [encode_value(self.values[name]) for name in number_values(self.sql)[1]]

    @property
    def numbered(self) -> bytes:
        """The statement with ``$1`` for its values."""
        return number_values(self.sql)[0]


@lru_cache(maxsize=1024)
def number_values(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """Replace names by numbers, as the server's protocol has them.

    Parameters
    ----------
    sql : str
        Statement with ``%(name)s``.

    Returns
    -------
    tuple of bytes and tuple of str
        Statement with ``$1``, and the names in order of number.

    Examples
    --------
    >>> number_values("SELECT %(b)s::text, %(a)s::text, %(b)s::text, 5 %% 3")
    (b'SELECT $1::text, $2::text, $1::text, 5 % 3', ('b', 'a'))
    """
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        name = found["name"]
        return "%" if name is None else f"${names.setdefault(name, len(names) + 1)}"

    numbered = _PLACE.sub(number, sql)
    return numbered.encode(), tuple(names)


def encode_value(value: Value) -> bytes | None:
    """Spell one value in the server's text format.

    Parameters
    ----------
    value : str, int, float, bool, bytes, date, datetime, sequence or None
        The value; a sequence becomes an array of one dimension.

    Returns
    -------
    bytes or None
        None for null.

    Raises
    ------
    InputError
        When a text holds the character NUL, which cannot be stored.

    Examples
    --------
    >>> encode_value(True), encode_value(1.5), encode_value(["a", 'b"c', None])
    (b't', b'1.5', b'{"a","b\\\\"c",NULL}')
    """
    if isinstance(value, str):
        if "\0" in value:
            raise InputError("A text holds the character NUL, which cannot be stored.")
        return value.encode()
    if value is None:
        return None
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, (int, float)):
        return str(value).encode()
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    if isinstance(value, date):
        return value.isoformat().encode()
    return b"{" + b",".join(_quote(one) for one in value) + b"}"


def _quote(value: str | int | float | None) -> bytes:
    if value is None:
        return b"NULL"
    text = (encode_value(value) or b"").replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b'"' + text + b'"'


_PLACE = re.compile(r"%\((?P<name>\w+)\)s|%%")
