"""Smooth random fields over the plane: sums of cosines, the same everywhere for the same generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Field:
    """A smooth random function of the plane with mean 0 and variance about 1."""

    waves: Floats
    """Wave numbers, shape (n, 2) [1/m]."""
    phases: Floats

    def at(self, xy: Floats) -> Floats:
        """Return the value at every point.

        Parameters
        ----------
        xy : ndarray, shape (n, 2)
            Points [m].

        Returns
        -------
        ndarray, shape (n,)
            Values of the field.
        """
        angles = xy @ self.waves.T + self.phases
        return np.asarray(np.cos(angles).sum(axis=-1) * np.sqrt(2.0 / len(self.phases)))


def make_field(rng: np.random.Generator, wavelength_m: tuple[float, float], count: int = 10) -> Field:
    """Draw a smooth random field.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    wavelength_m : tuple of float
        Shortest and longest wavelength [m].
    count : int
        Number of cosines added.

    Returns
    -------
    Field
        The field.
    """
    length = np.exp(rng.uniform(np.log(wavelength_m[0]), np.log(wavelength_m[1]), count))
    heading = rng.uniform(0, 2 * np.pi, count)
    waves = (2 * np.pi / length)[:, None] * np.column_stack([np.cos(heading), np.sin(heading)])
    return Field(waves, rng.uniform(0, 2 * np.pi, count))
