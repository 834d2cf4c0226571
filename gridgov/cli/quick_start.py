"""Less work before and between the work: for a program that starts, does one thing and ends."""

from __future__ import annotations

import gc

ROOM = (100_000, 20, 100)
"""New objects before Python looks for rings of garbage. By its own setting it looks through everything it imported
and every shape it read again and again, which takes a tenth of a division and finds nothing."""


def quicken_start() -> None:
    """Look for garbage seldom, from the first import on."""
    gc.set_threshold(*ROOM)
