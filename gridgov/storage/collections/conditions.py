"""Pieces of SQL with their values bound beside them, never inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Condition:
    """A piece of SQL and the values it names as ``%(name)s``."""

    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Binder:
    """Gives each value a name of its own, so that the text of a query never holds what a caller wrote.

    Parameters
    ----------
    prefix : str
        Beginning of the names.

    Examples
    --------
    >>> binder = Binder("f")
    >>> binder.bind("x' OR true --", "text")
    '%(f0)s::text'
    >>> binder.values
    {'f0': "x' OR true --"}
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.values: dict[str, Any] = {}

    def bind(self, value: object, kind: str) -> str:
        """Return what stands in the SQL for a value.

        Parameters
        ----------
        value : object
            The value.
        kind : str
            Its SQL type.

        Returns
        -------
        str
            A placeholder with a cast.
        """
        name = f"{self._prefix}{len(self.values)}"
        self.values[name] = value
        return f"%({name})s::{kind}"
