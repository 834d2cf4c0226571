"""What each conformance class asks, requirement by requirement, as questions to a running server."""

from __future__ import annotations

from tests.standards.classes import changing, core, filtering, language, systems, tiling
from tests.standards.classes.table import TABLE

__all__ = ["TABLE", "changing", "core", "filtering", "language", "systems", "tiling"]
