"""Who answers for what: an exact one-to-many pairing, evenly shared, steady and near."""

from __future__ import annotations

import numpy as np

UNPAIRED = -1
"""Stands for a task nobody has room for."""


def plan_linkage(distance_m: np.ndarray, capacity: np.ndarray, previous: np.ndarray | None = None) -> np.ndarray:
    """Give every task one holder.

    In this order: as many tasks as there is room for; loads as even as capacities allow; as many of the previous
    pairs as possible; the smallest total distance (to the decimetre). Solved exactly as an assignment of tasks to the
    holders' places.

    Parameters
    ----------
    distance_m : numpy.ndarray
        Distance from each task to each holder [tasks, holders; m; finite].
    capacity : numpy.ndarray
        Most tasks of each holder [holders; infinite allowed].
    previous : numpy.ndarray, optional
        Position of each task's holder until now [tasks], `UNPAIRED` where none.

    Returns
    -------
    numpy.ndarray
        Position of each task's holder [tasks], `UNPAIRED` where there is no room.

    Examples
    --------
    >>> plan_linkage(np.array([[1.0, 9.0], [2.0, 9.0], [3.0, 4.0]]), np.array([np.inf, 1])).tolist()
    [0, 0, 1]
    """
    tasks, holders = distance_m.shape
    paired = np.full(tasks, UNPAIRED, dtype=np.int64)
    least, most = share_evenly(tasks, capacity)
    if not tasks or not holders or not most.sum():
        return paired
    holder = np.repeat(np.arange(holders), most)
    number = np.arange(len(holder)) - np.repeat(np.cumsum(most) - most, most)
    cost = np.rint(distance_m[:, holder] * 10)
    step = cost.max() * min(tasks, len(holder)) + 1
    if previous is not None:
        cost += step * (previous[:, None] != holder[None, :])
        step *= tasks + 1
    cost += step * (number >= least[holder])[None, :]
    from scipy.optimize import linear_sum_assignment  # slow to import

    task, place = linear_sum_assignment(cost)
    paired[task] = holder[place]
    return paired


def share_evenly(tasks: int, capacity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the fewest and the most tasks of each holder in the evenest sharing.

    Parameters
    ----------
    tasks : int
        How many tasks there are.
    capacity : numpy.ndarray
        Most tasks of each holder [holders; infinite allowed].

    Returns
    -------
    numpy.ndarray
        Fewest tasks of each holder [holders].
    numpy.ndarray
        Most tasks of each holder [holders]; at most one more than the fewest.

    Examples
    --------
    >>> least, most = share_evenly(6, np.array([np.inf, np.inf, 1]))
    >>> least.tolist(), most.tolist()
    ([2, 2, 1], [3, 3, 1])
    """
    room = np.minimum(capacity, tasks).astype(np.int64)
    level = 0
    for power in (1 << bit for bit in reversed(range(max(tasks, 1).bit_length()))):
        if np.minimum(room, level + power).sum() < tasks:
            level += power
    if room.sum() < tasks:
        return room, room
    least, most = np.minimum(room, level), np.minimum(room, level + 1)
    return (most, most) if most.sum() == tasks else (least, most)
