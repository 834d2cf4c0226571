"""A made-up district: a believable fabric and its people, from a seed."""

from gridgov.sample.district import make_district

__all__ = ["make_district"]
