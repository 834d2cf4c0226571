"""How the kernels of the division are compiled."""

from __future__ import annotations

from typing import Any

from numba import njit

_counted: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": True}
_plain: dict[str, Any] = {**_counted, "_nrt": False}

kernel: Any = njit(**_plain)
"""For functions that make no arrays: without counted references, for counting takes longer than what they do."""

roomy: Any = njit(**_counted)
"""For functions that make arrays, even where a kernel calls them."""
