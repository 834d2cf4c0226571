"""Limits."""


def bound_rows(problem, ours, limit_s):
    return []
