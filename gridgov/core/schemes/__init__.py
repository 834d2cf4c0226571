"""Schemes: any kind of group over the one engine, described in data."""

from __future__ import annotations

from gridgov.core.schemes.divide import SchemeGroups, divide_scheme
from gridgov.core.schemes.scheme import Scheme

__all__ = ["Scheme", "SchemeGroups", "divide_scheme"]
