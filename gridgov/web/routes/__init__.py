"""The routes, one file per noun; each declares its handlers in a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Door:
    """One route: how it is reached and who answers."""

    method: str
    path: str
    answer: Callable[..., Any]
    model: Any = None
    """Response model; the annotation of `answer` when None."""
    plain: bool = False
    """Whether it is a bare Starlette route (tiles, files) outside the OpenAPI document."""

    @property
    def route(self) -> str:
        """The line of the access matrix it belongs to.

        Returns
        -------
        str
            Method and path template.
        """
        return f"{self.method} {self.path}"
