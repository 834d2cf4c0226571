"""Tidying: a raw table against a layer's columns; every row is accepted, refused with its reason, or a duplicate."""

from gridgov.core.tidying.faults import RowFault
from gridgov.core.tidying.layer import TidyResult, tidy_layer
from gridgov.core.tidying.mapping import ColumnMapping, make_mapping
from gridgov.core.tidying.refusing import mark_rows

__all__ = ["ColumnMapping", "RowFault", "TidyResult", "make_mapping", "mark_rows", "tidy_layer"]
