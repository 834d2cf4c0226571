"""Connections for what is asked most: several statements in one go, one transaction, one journey to the database."""

from __future__ import annotations

from gridgov.storage.links.ask import Ask, Row, Value
from gridgov.storage.links.link import Link, LinkLostError
from gridgov.storage.links.pool import LinkPool

__all__ = ["Ask", "Link", "LinkLostError", "LinkPool", "Row", "Value"]
