"""How many examples a property is tried on."""

from __future__ import annotations

import os

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "new"
"""Whether this is `make test-long`."""


def few(count: int) -> int:
    """Return `count` for `make test` and eight times that for `make test-long`."""
    return 8 * count if LONG else count
