"""Sums that several plans tell: so many are kept back that no subtraction gives a small count away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from scipy.optimize import linprog

from gridgov.core.disclosure import HIDE_BELOW

_TOLERANCE = 1e-6
_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Sum:
    """What is said, or could be said, of an area."""

    pieces: frozenset[int]
    """Positions of the pieces of ground that it is made of."""
    shown: bool = True
    """Whether it is to be told."""
    told: bool = False
    """Whether somebody knows it already: it cannot be kept back any more."""


def find_kept_back(value: np.ndarray, sums: Sequence[Sum], *, hide_below: int = HIDE_BELOW) -> np.ndarray:
    """Find the sums that must not be told beside those that were.

    Pieces are what the areas of all plans cut the ground into. Whoever knows all sums that were told and are to be
    told, and that nothing is less than 0, is left with a range at least `hide_below` wide for every small piece and
    every small area: then a count below `hide_below` can be worked out of no subtraction, whatever areas it goes
    through. Ranges are found by linear programming. Where one is too narrow, the equations that make it so are those
    of the dual solution; the one among them that is the smallest count is kept back, and so on. What follows from
    sums that were told before cannot be helped and is passed over.

    Parameters
    ----------
    value : numpy.ndarray
        Count of each piece [n; whole, >= 0].
    sums : sequence of Sum
        The areas of all plans; no two of the same pieces.
    hide_below : int
        Counts from 1 to one below this are small.

    Returns
    -------
    numpy.ndarray
        Whether each sum that was to be shown is kept back [one for each of `sums`].

    Examples
    --------
    Area 0 was told; area 1 is the same and a piece of 3 more, area 2 the rest:

    >>> known = [Sum(frozenset({0}), told=True), Sum(frozenset({1, 2}), told=True)]
    >>> find_kept_back(np.array([120, 3, 107]), [*known, Sum(frozenset({0, 1})), Sum(frozenset({2}))]).tolist()
    [False, False, True, True]
    """
    total = np.array([value[list(one.pieces)].sum() for one in sums], dtype=float)
    kept = np.array([not one.shown and not one.told for one in sums], dtype=bool)
    free = np.array([one.shown and not one.told for one in sums], dtype=bool) & (total > 0)
    before = kept.copy()
    while True:
        changed = False
        for block in _make_blocks(value, sums, total, kept, hide_below):
            changed |= _guard(block, kept, free, hide_below)
        if not changed:
            return np.asarray(kept & ~before)


@dataclass(frozen=True)
class _Equation:
    """The sum of some pieces, known because the sums of `owners` are; pieces are bits of a number."""

    pieces: int
    total: float
    owners: tuple[int, ...]


@dataclass
class _Block:
    """Pieces and sums that have nothing to do with others."""

    value: np.ndarray
    equations: list[_Equation]
    targets: list[int]
    """Small pieces and areas, as bits."""
    total: np.ndarray
    """Of all sums."""
    seen: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Lowest and highest count of a target that was found to fit; keeping more back can only widen it."""


_Part = tuple[frozenset[int], tuple[int, ...], float]
"""Pieces, the sums by which theirs is known, and what it is."""


def _make_blocks(
    value: np.ndarray, sums: Sequence[Sum], total: np.ndarray, kept: np.ndarray, hide_below: int
) -> Iterable[_Block]:
    """Take apart what has nothing in common; of a sum of more than half of all, only what no other says."""
    known = [at for at in range(len(sums)) if not kept[at] and sums[at].pieces]
    wide = [at for at in known if 2 * len(sums[at].pieces) > len(value)]
    parts: list[_Part] = [_rest(at, sums, known, total) for at in wide]
    parts += [(sums[at].pieces, (at,), float(total[at])) for at in sorted(set(known) - set(wide))]
    parts = [part for part in parts if part[0]]
    group = _Groups(len(value))
    for part in parts:
        group.join(part[0])
    small = (value > 0) & (value < hide_below)
    targets = [frozenset({piece}) for piece in np.flatnonzero(small).tolist()]
    targets += [
        one.pieces
        for one, count in zip(sums, total.tolist(), strict=True)
        if 0 < count < hide_below and len(one.pieces) > 1 and not one.told
    ]
    rows, wanted = group.sort(parts, lambda part: part[0]), group.sort(targets, lambda target: target)
    members = group.sort(range(len(value)), lambda piece: (piece,))
    for key in sorted(rows.keys() & wanted.keys()):
        bit = {piece: 1 << at for at, piece in enumerate(members[key])}
        yield _Block(
            value[members[key]].astype(float),
            [_Equation(sum(bit[piece] for piece in part), amount, owners) for part, owners, amount in rows[key]],
            [sum(bit.get(piece, 0) for piece in target) for target in wanted[key]],
            total,
        )


def _rest(at: int, sums: Sequence[Sum], known: list[int], total: np.ndarray) -> _Part:
    """What a wide sum says beside the known ones that lie in it."""
    left, owners, amount = set(sums[at].pieces), [at], float(total[at])
    for other in sorted(known, key=lambda one: (-len(sums[one].pieces), one)):
        if other != at and len(sums[other].pieces) <= len(left) and sums[other].pieces <= left:
            left -= sums[other].pieces
            owners.append(other)
            amount -= total[other]
    return frozenset(left), tuple(owners), amount


class _Groups:
    """Pieces that stand in one sum belong together."""

    def __init__(self, count: int) -> None:
        self._up = list(range(count))

    def find(self, piece: int) -> int:
        while self._up[piece] != piece:
            self._up[piece] = self._up[self._up[piece]]
            piece = self._up[piece]
        return piece

    def join(self, pieces: Iterable[int]) -> None:
        roots = {self.find(piece) for piece in pieces}
        first = min(roots)
        for root in roots:
            self._up[root] = first

    def sort(self, things: Iterable[_Thing], pieces: Callable[[_Thing], Iterable[int]]) -> dict[int, list[_Thing]]:
        """Put things to the group that their first piece belongs to."""
        out: dict[int, list[_Thing]] = {}
        for one in things:
            out.setdefault(self.find(min(pieces(one))), []).append(one)
        return out


def _guard(block: _Block, kept: np.ndarray, free: np.ndarray, hide_below: int) -> bool:
    """Keep sums of a block back until every target is safe or nothing more can be done; say whether any was."""
    changed = False
    done = set[tuple[int, tuple[int, ...]]]()
    while True:
        more = set[int]()
        block.equations = [one for one in block.equations if not any(kept[owner] for owner in one.owners)]
        for part, equations in _take_apart(_reduce(block.equations)):
            mark = part, tuple(sorted(one.pieces for one in equations))
            if mark not in done and not (found := _find_next(block, part, equations, free & ~kept, hide_below)):
                done.add(mark)
            elif mark not in done:
                more |= found
        if not more:
            return changed
        kept[list(more)] = changed = True


def _reduce(equations: list[_Equation]) -> list[_Equation]:
    """Subtract from every sum the largest known ones that lie in it: what is left says the same and is shorter."""
    ordered = sorted(equations, key=lambda one: (-one.pieces.bit_count(), one.owners))
    sizes = [one.pieces.bit_count() for one in ordered]
    out = []
    for at, one in enumerate(ordered):
        left, amount, owners = one.pieces, one.total, set(one.owners)
        for inner in range(at + 1, len(ordered)):
            other = ordered[inner]
            if sizes[inner] < sizes[at] and other.pieces & left == other.pieces:
                left ^= other.pieces
                amount -= other.total
                owners.update(other.owners)
        if left:
            out.append(_Equation(left, amount, tuple(sorted(owners))))
    return out


def _take_apart(equations: list[_Equation]) -> list[tuple[int, list[_Equation]]]:
    groups: list[tuple[int, list[_Equation]]] = []
    for one in equations:
        pieces, inside, others = one.pieces, [one], []
        for group in groups:
            if group[0] & pieces:
                pieces |= group[0]
                inside = group[1] + inside
            else:
                others.append(group)
        groups = [*others, (pieces, inside)]
    return groups


def _find_next(block: _Block, part: int, equations: list[_Equation], free: np.ndarray, hide_below: int) -> set[int]:
    """Find sums to keep back, so that of what gives a target of a part away something is missing."""
    # an area that reaches beyond the part is at least as uncertain as what lies within
    targets = [target & part for target in block.targets if target & -target & part]
    targets = [target for target in dict.fromkeys(targets) if not _is_safe(block, target, hide_below)]
    if not targets:
        return set()
    system, more = _System(part, equations), set[int]()
    if len(equations) > 1:
        _explore(block, system, targets, hide_below)
    for target in targets:
        binding = _find_binding(block, target, system, hide_below)
        owners = sorted({owner for one in binding for owner in one.owners if free[owner]})
        # without one that is free it follows from what was told before
        if owners and not more.intersection(owners):
            more.add(min(owners, key=lambda owner: (block.total[owner], owner)))
    return more


class _System:
    """The equations of a part as a matrix."""

    def __init__(self, part: int, equations: list[_Equation]) -> None:
        self.part = part
        self.equations = equations
        self.places = [at for at in range(part.bit_length()) if part >> at & 1]
        self.matrix = np.array([self.row(one.pieces) for one in equations])
        self.totals = np.array([one.total for one in equations])

    def row(self, pieces: int) -> np.ndarray:
        """Return 1 for each piece of a set of them."""
        return np.array([pieces >> at & 1 for at in self.places], dtype=float)


def _is_safe(block: _Block, target: int, hide_below: int) -> bool:
    low, high = block.seen.get(target, (np.inf, -np.inf))
    return high - low >= hide_below - _TOLERANCE


def _explore(block: _Block, system: _System, targets: list[int], hide_below: int) -> None:
    """Find sets of counts that fit and in which many targets at once are few, or many: most are safe by that."""
    left = [target for target in targets if not _is_safe(block, target, hide_below)]
    rows = np.array([system.row(target) for target in left]).reshape(len(left), len(system.places))
    if len(left) > 2:
        _solve(block, system, rows.sum(axis=0), targets)
    while len(left) > 2:
        count, size = rows.shape
        low = np.array([block.seen[target][0] for target in left])
        made = linprog(
            np.concatenate([np.zeros(size), -np.ones(count)]),
            A_ub=np.hstack([-rows, np.eye(count)]),
            b_ub=np.zeros(count),
            A_eq=np.hstack([system.matrix, np.zeros((len(system.equations), count))]),
            b_eq=system.totals,
            bounds=[*[(0, None)] * size, *[(0, most) for most in low + hide_below]],
            method="highs",
        )
        _note(block, system, made.x[:size], targets)
        safe = np.array([_is_safe(block, target, hide_below) for target in left])
        if not safe.any():
            return
        left = [target for target, done in zip(left, safe, strict=True) if not done]
        rows = rows[~safe]


def _find_binding(block: _Block, target: int, system: _System, hide_below: int) -> list[_Equation]:
    """Return the equations that hold a target in too narrow a range; none when it is safe."""
    if _is_safe(block, target, hide_below):
        return []
    if len(system.equations) == 1:
        within = target != system.part and system.equations[0].total >= hide_below
        return [] if within else system.equations
    binding: set[int] = set()
    for sign in (-1.0, 1.0):
        prices = _solve(block, system, sign * system.row(target), [target])
        if _is_safe(block, target, hide_below):
            return []
        binding |= set(np.flatnonzero(np.abs(prices) > _TOLERANCE).tolist())
    return [system.equations[at] for at in sorted(binding)]


def _solve(block: _Block, system: _System, goal: np.ndarray, targets: list[int]) -> np.ndarray:
    """Find the counts that fit and make a goal least; return what each equation adds to it."""
    made = linprog(goal, A_eq=system.matrix, b_eq=system.totals, bounds=(0, None), method="highs")
    _note(block, system, made.x, targets)
    return np.asarray(made.eqlin.marginals)


def _note(block: _Block, system: _System, found: np.ndarray, targets: list[int]) -> None:
    """Remember what one fitting set of counts makes of targets, and what the true one does."""
    rows = np.array([system.row(target) for target in targets])
    true = rows @ block.value[system.places]
    for target, fits in zip(targets, np.column_stack([rows @ found, true]).tolist(), strict=True):
        low, high = block.seen.get(target, (np.inf, -np.inf))
        block.seen[target] = (min(low, *fits), max(high, *fits))
