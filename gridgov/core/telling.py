"""Which counts of people a plan may tell when it is published, seeing what earlier plans told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from gridgov.core.differencing import Sum, find_kept_back
from gridgov.core.disclosure import HIDE_BELOW
from gridgov.core.figures import OF
from gridgov.core.indicators.measures import AREA_LEVELS, WHOLE

PLACE = ("community", "grid", "section", "cluster", "home", "sheltered", "beyond")
"""Where a plan has a record: its areas (missing where it lies in none), the grid that its whole cluster counts for,
and whether all of its cluster has a place in a shelter, or is beyond the reach of every one."""

_KEY = ["level", "group_id", "figure"]


@dataclass(frozen=True)
class Quantity:
    """What is counted, and every figure that tells it."""

    source: str
    """`people` or `rentals`: what the records are."""
    measure: str
    column: str
    """``n`` or ``of`` of the measure."""
    figures: Mapping[str, str]
    """Figure: which of the records it counts; all, those of a column of `PLACE`, or those where a count is known."""


def _needs(name: str) -> Quantity:
    return Quantity("people", name, "n", {name: ""})


QUANTITIES: tuple[Quantity, ...] = (
    Quantity(
        "people",
        "residents",
        "n",
        MappingProxyType(
            {
                **dict.fromkeys(("residents", "residents" + OF), ""),
                **dict.fromkeys(
                    (name + OF for name in ("older_living_alone", "disability_support", "subsistence_allowance")), ""
                ),
                **dict.fromkeys(("people_sheltered" + OF, "people_beyond_reach" + OF), "cluster"),
                "people_sheltered": "sheltered",
                "people_beyond_reach": "beyond",
            }
        ),
    ),
    _needs("older_living_alone"),
    _needs("disability_support"),
    _needs("subsistence_allowance"),
    Quantity(
        "rentals",
        "tenants",
        "n",
        MappingProxyType({"tenants": "", "tenants" + OF: "", "rental_registration" + OF: "known"}),
    ),
    *(Quantity("rentals", name, "n", {name: ""}) for name in ("rental_registration", "rental_permit")),
    Quantity("rentals", "rental_permit", "of", {"rental_permit" + OF: ""}),
    *(Quantity("rentals", name, "n", {name: ""}) for name in ("rental_letter", "rental_terminal", "rental_visit")),
)
"""Figures that count the same people stand together. How many rental houses an area has is open, so the wholes of the
rates of houses are left out."""


def find_figures_to_keep_back(
    counts: pd.DataFrame,
    figures: Mapping[str, str],
    places: Mapping[str, pd.DataFrame],
    shown: Mapping[str, pd.DataFrame],
    plan_id: str,
    *,
    hide_below: int = HIDE_BELOW,
) -> pd.DataFrame:
    """Find the figures of a plan that would give a small count away together with others, its own or earlier plans'.

    Every record of today is put into the areas of every plan; records that no plan tells apart are one piece. What
    an earlier plan told of an area is taken for known as it is counted today, until the two are `hide_below` apart:
    then subtracting it is wrong by as much. What has become small since is unknown too.

    Parameters
    ----------
    counts : pandas.DataFrame
        One row per record (a household, a rental house): ``count`` and ``known`` (whether a part of the figures
        counts it), on the record's key.
    figures : mapping of str to str
        As of `Quantity`.
    places : mapping of str to pandas.DataFrame
        By plan: the columns `PLACE` on the same index.
    shown : mapping of str to pandas.DataFrame
        By plan: ``level``, ``group_id``, ``figure`` and ``value`` of what it tells.
    plan_id : str
        The plan that is to be published; the others were.
    hide_below : int
        Counts from 1 to one below this are small.

    Returns
    -------
    pandas.DataFrame
        ``level``, ``group_id`` and ``figure`` to be kept back, in order.
    """
    value, piece = _make_pieces(counts, places)
    told: dict[frozenset[int], list[tuple[str, str, str]]] = {}
    for other, said in shown.items():
        if other != plan_id:
            said = said.set_index(_KEY)["value"]
            for pieces, keys in _list_areas(
                places[other], counts["known"], piece, figures, said.index.to_frame(index=False)
            ).items():
                if keys and _still_tells(keys, int(value[list(pieces)].sum()), said, figures, hide_below):
                    told[pieces] = []
    own = _list_areas(places[plan_id], counts["known"], piece, figures, shown[plan_id])
    named = {pieces: keys for pieces, keys in own.items() if keys}
    alone = [Sum(pieces, shown=bool(keys)) for pieces, keys in _in_order(own)]
    kept = _kept(value, alone, hide_below)
    others = [Sum(pieces, told=True) for pieces, _ in _in_order(told)]
    mine = [Sum(one.pieces, one.shown and one.pieces not in kept) for one in alone if one.pieces not in told]
    kept |= _kept(value, [*others, *mine], hide_below)
    rows = sorted(key for pieces in kept for key in named.get(pieces, []))
    return pd.DataFrame(rows, columns=_KEY)


def _still_tells(
    keys: list[tuple[str, str, str]], count: int, said: pd.Series, figures: Mapping[str, str], hide_below: int
) -> bool:
    """Say whether what was told of an area is near to what is counted today."""
    if 0 < count < hide_below:
        return False
    # people sent to shelters are estimated where no resident is on file, and may be some of a cluster: not to compare
    exact = [key for key in keys if figures[key[2]] in ("", "known")]
    return not exact or any(abs(int(said[key]) - count) < hide_below for key in exact)


def _kept(value: np.ndarray, sums: list[Sum], hide_below: int) -> set[frozenset[int]]:
    secret = find_kept_back(value, sums, hide_below=hide_below)
    return {one.pieces for one, hidden in zip(sums, secret, strict=True) if hidden}


def _in_order(
    areas: Mapping[frozenset[int], list[tuple[str, str, str]]],
) -> list[tuple[frozenset[int], list[tuple[str, str, str]]]]:
    return sorted(areas.items(), key=lambda area: (len(area[0]), sorted(area[0])))


def _make_pieces(counts: pd.DataFrame, places: Mapping[str, pd.DataFrame]) -> tuple[np.ndarray, np.ndarray]:
    """Number the pieces in the order of what they are made of, and say which one each record lies in."""
    marks = [counts["known"].to_numpy(dtype=bool).astype(np.int64)]
    for _, place in sorted(places.items()):
        marks += [pd.factorize(place[name], sort=True)[0] for name in PLACE]
    _, piece = np.unique(np.column_stack(marks), axis=0, return_inverse=True)
    piece = piece.ravel()
    value = np.bincount(piece, counts["count"].to_numpy(dtype=float), minlength=int(piece.max(initial=-1)) + 1)
    return np.rint(value).astype(np.int64), piece


def _list_areas(
    place: pd.DataFrame,
    known: pd.Series,
    piece: np.ndarray,
    figures: Mapping[str, str],
    said: pd.DataFrame,
) -> dict[frozenset[int], list[tuple[str, str, str]]]:
    """Give the pieces of every area, with the figures that tell its count: none where it is hidden."""
    out: dict[frozenset[int], list[tuple[str, str, str]]] = {}
    spoken = {key: set(part) for key, part in said.groupby(["figure", "level"])["group_id"]}
    for which in dict.fromkeys(figures.values()):
        names = [name for name, part in figures.items() if part == which]
        chosen = _choose(place, known, which)
        for level in (WHOLE, *AREA_LEVELS):
            column = "home" if level == "grid" and which in ("cluster", "sheltered", "beyond") else level
            key = pd.Series("", place.index) if level == WHOLE else place[column]
            rows = pd.DataFrame({"key": key.to_numpy(), "piece": piece})[chosen].dropna().drop_duplicates()
            for group, part in rows.groupby("key", sort=True)["piece"]:
                keys = [(level, str(group), name) for name in names if group in spoken.get((name, level), ())]
                out.setdefault(frozenset(part.tolist()), []).extend(keys)
    return out


def _choose(place: pd.DataFrame, known: pd.Series, which: str) -> np.ndarray:
    if which == "":
        return np.ones(len(place), dtype=bool)
    if which == "known":
        return np.asarray(known, dtype=bool)
    return np.asarray(place["cluster"].notna() if which == "cluster" else place[which], dtype=bool)
