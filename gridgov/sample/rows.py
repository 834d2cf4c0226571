"""Rows of plots across a block: the pattern behind villages, slab estates and works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from gridgov.sample.noise import Floats
from gridgov.sample.shapes import turn


@dataclass(frozen=True)
class Frame:
    """A block's own coordinates: its middle is the origin, its rows run along u."""

    centre: Floats
    angle: float
    half: Floats
    """Half of the box around the block along u and v [m]."""

    def to_ground(self, uv: Floats) -> Floats:
        """Return ground coordinates of points in the frame.

        Parameters
        ----------
        uv : ndarray, shape (..., 2)
            Points of the frame [m].

        Returns
        -------
        ndarray
            Points [EPSG:4547], same shape.
        """
        return turn(uv, self.angle) + self.centre


def make_frame(polygon: shapely.Polygon, angle: float) -> Frame:
    """Lay a frame over a polygon.

    Parameters
    ----------
    polygon : shapely.Polygon
        What is to be filled.
    angle : float
        Direction of the rows [rad].

    Returns
    -------
    Frame
        The frame.
    """
    centre = np.asarray(polygon.centroid.coords[0])
    local = turn(np.asarray(polygon.exterior.coords) - centre, -angle)
    return Frame(centre, angle, np.abs(local).max(axis=0) + 2.0)


def make_plots(
    frame: Frame,
    depth_m: tuple[float, float],
    width_m: tuple[float, float],
    lane_every_m: tuple[float, float],
    lane_m: tuple[float, float],
    rng: np.random.Generator,
) -> Floats:
    """Divide a frame into rows of plots with cross lanes.

    Parameters
    ----------
    frame : Frame
        The block's coordinates.
    depth_m, width_m : tuple of float
        Smallest and largest depth and width of a plot [m].
    lane_every_m, lane_m : tuple of float
        Distance between lanes and their width [m], both ways.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray, shape (n, 4)
        ``u0, v0, u1, v1`` of each plot in the frame; plots do not overlap.
    """
    columns = _spans(frame.half[0], lane_every_m, lane_m, rng)
    bands = _spans(frame.half[1], lane_every_m, lane_m, rng)
    plots = []
    for v0, v1 in bands:
        rows = np.linspace(v0, v1, max(1, round((v1 - v0) / rng.uniform(*depth_m))) + 1)
        for low, high in pairwise(rows):
            for u0, u1 in columns:
                cuts = np.linspace(u0, u1, max(1, round((u1 - u0) / rng.uniform(*width_m))) + 1)
                cuts[1:-1] += rng.uniform(-0.8, 0.8, len(cuts) - 2)
                plots.append(
                    np.column_stack([cuts[:-1], np.full(len(cuts) - 1, low), cuts[1:], np.full(len(cuts) - 1, high)])
                )
    return np.concatenate(plots)


def pack_rows(
    ground: shapely.Polygon,
    frame: Frame,
    depth_m: float,
    between_m: float,
    draw_widths: Callable[[int], Floats],
    gap_m: float,
    rng: np.random.Generator,
) -> Floats:
    """Fill a polygon with rows of plots that reach from side to side.

    Parameters
    ----------
    ground : shapely.Polygon
        What is to be filled.
    frame : Frame
        Its coordinates.
    depth_m, between_m : float
        Depth of a row and distance between rows [m].
    draw_widths : callable
        Returns as many widths [m] as asked for.
    gap_m : float
        Smallest distance between plots of a row [m].
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray, shape (n, 4)
        ``u0, v0, u1, v1`` of each plot in the frame.
    """
    local = shapely.polygons(turn(np.asarray(ground.exterior.coords) - frame.centre, -frame.angle))
    low, high = local.bounds[1], local.bounds[3]
    count = int((high - low - 2 - depth_m) // (depth_m + between_m)) + 1
    if count < 1:
        return np.empty((0, 4))
    slack = high - low - 2 - depth_m * count - between_m * (count - 1)
    pitch = depth_m + between_m + (0.7 * slack / (count - 1) if count > 1 else 0.0)
    first = low + 1 + rng.uniform(0.2, 0.8) * (high - low - 2 - depth_m - pitch * (count - 1))
    middle = first + depth_m / 2 + pitch * np.arange(count)
    plots = [np.empty((0, 4))]
    for v, (u0, u1) in zip(middle, _chords(local, middle, depth_m), strict=True):
        u, width = _pack(u0 + 0.6, u1 - 0.6, draw_widths(int((u1 - u0) // 8) + 1), gap_m, rng)
        plots.append(
            np.column_stack([u, np.full(u.size, v - depth_m / 2), u + width, np.full(u.size, v + depth_m / 2)])
        )
    return np.concatenate(plots)


def _chords(local: shapely.Polygon, middle: Floats, depth: float) -> list[tuple[float, float]]:
    """Stretch of each row that lies inside over its whole depth."""
    west, _, east, _ = local.bounds
    ends = np.full((3, len(middle), 2), np.nan)
    for k, shift in enumerate((-0.5, 0.0, 0.5)):
        v = middle + shift * depth
        line = shapely.linestrings(np.stack([np.column_stack([np.full(v.size, u), v]) for u in (west, east)], axis=1))
        parts, row = shapely.get_parts(shapely.intersection(line, local), return_index=True)
        order = np.lexsort([shapely.length(parts), row])
        ends[k, row[order]] = shapely.bounds(parts[order])[:, [0, 2]]
    start, stop = ends[:, :, 0].max(axis=0), ends[:, :, 1].min(axis=0)
    bad = ~(stop - start > 6)
    return list(zip(np.where(bad, 0, start).tolist(), np.where(bad, 0, stop).tolist(), strict=True))


def _pack(start: float, stop: float, width: Floats, gap: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Left ends of as many plots as fit; half of what is left over widens the gaps."""
    fits = np.cumsum(width + gap) - gap <= stop - start
    width = width[fits]
    spare = stop - start - width.sum() - gap * (width.size - 1)
    if width.size == 0:
        return width, width
    wider = gap + (min(0.6 * spare, 14.0 * width.size) / (width.size - 1) if width.size > 1 else 0.0)
    u = np.cumsum(width + wider) - width - wider
    return start + u + rng.uniform(0, max(stop - start - u[-1] - width[-1], 0.0)), width


def _spans(
    half: float, every: tuple[float, float], lane: tuple[float, float], rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Stretches between lanes from one side of the frame to the other."""
    spans, at = [], -half - rng.uniform(0, every[0])
    while at < half:
        end = at + rng.uniform(*every)
        spans.append((at, end))
        at = end + rng.uniform(*lane)
    return spans
