"""The limit of distance: what the capacitated p-median problem of every part says that no division can go below."""

from benchmarks.division.bounds.medians.rows import median_rows

__all__ = ["median_rows"]
