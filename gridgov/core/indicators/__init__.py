"""Rates that a district reports: numerator, denominator and target, at any level of the tree."""

from gridgov.core.indicators.catalogue import CATALOGUE, Indicator, IndicatorRules, Target, make_indicator_rules
from gridgov.core.indicators.facts import LEVELS, Facts
from gridgov.core.indicators.measure import measure_indicators

__all__ = [
    "CATALOGUE",
    "LEVELS",
    "Facts",
    "Indicator",
    "IndicatorRules",
    "Target",
    "make_indicator_rules",
    "measure_indicators",
]
