"""The Chinese of what the command line says, by its English; loaded only where Chinese is spoken.

A sentence with facts has gaps as for `str.format`, the same in both languages. Add a sentence to the table of its
kind; tests tell which is missing, and which is said no longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gridgov.cli.chinese import (
    errors_core,
    errors_files,
    errors_filters,
    errors_services,
    errors_storage,
    helps_files,
    helps_office,
    safety,
    said,
    seen,
    typers,
)

TABLES = (
    helps_files,
    helps_office,
    said,
    seen,
    safety,
    typers,
    errors_files,
    errors_filters,
    errors_storage,
    errors_services,
    errors_core,
)
"""A module for each kind of sentence."""

TEXTS: Mapping[str, str] = MappingProxyType(
    {english: said for table in TABLES for english, said in table.TEXTS.items()}
)
"""English: Chinese."""
