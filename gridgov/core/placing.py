"""People to places with room within reach: the most people placed, then the fewest person-metres, exactly."""

from __future__ import annotations

import numpy as np

from gridgov.errors import GridgovError


def plan_placing(
    people: np.ndarray, room: np.ndarray, group: np.ndarray, place: np.ndarray, distance_m: np.ndarray
) -> np.ndarray:
    """Say how many people of each group go to each place.

    A transportation problem over the pairs within reach. Its matrix is totally unimodular, so the corner solution of
    the linear programme is whole.

    Parameters
    ----------
    people : numpy.ndarray
        People of each group [groups; whole, >= 0].
    room : numpy.ndarray
        People each place can take [places; whole, >= 0].
    group : numpy.ndarray
        Group of each pair within reach [pairs].
    place : numpy.ndarray
        Place of each pair within reach [pairs].
    distance_m : numpy.ndarray
        Distance of each pair [pairs; m].

    Returns
    -------
    numpy.ndarray
        People of each pair [pairs; whole]. No other answer places more people, and none that places as many needs
        fewer person-metres.

    Raises
    ------
    GridgovError
        When the solver gives up, with its own words.

    Examples
    --------
    >>> people, room, distance_m = np.array([5]), np.array([3, 9]), np.array([10.0, 20.0])
    >>> plan_placing(people, room, np.array([0, 0]), np.array([0, 1]), distance_m).tolist()
    [3, 2]
    """
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    pairs = np.arange(len(group))
    ones = np.ones(len(group))
    # slow to import
    from scipy.optimize import linprog
    from scipy.sparse import coo_array, vstack

    per_group = coo_array((ones, (group, pairs)), shape=(len(people), len(group)))
    per_place = coo_array((ones, (place, pairs)), shape=(len(room), len(group)))
    # one person more may push a chain of others, at most one to each place, a full reach farther
    gain = (float(distance_m.max()) + 1.0) * (min(len(people), len(room)) + 1)
    solved = linprog(
        distance_m - gain,
        A_ub=vstack([per_group, per_place]).tocsr(),
        b_ub=np.concatenate([people, room]).astype(float),
        bounds=(0, None),
        method="highs-ds",
    )
    if solved.x is None:
        raise GridgovError(f"People could not be placed: the solver said {solved.message!r}.", status=solved.status)
    return np.asarray(np.rint(solved.x), dtype=np.int64)
