"""A whole number shared out over units: by weight, within what each can hold."""

from __future__ import annotations

from fractions import Fraction
from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.errors import ArgumentError

__all__ = ["allocate", "minority_by_class"]

Ints = npt.NDArray[np.int64]

LARGEST = int(np.iinfo(np.int64).max)


def allocate(
    total: int, weights: npt.ArrayLike, *, capacity: npt.ArrayLike | None = None
) -> npt.NDArray[np.int64]:
    """Share a whole number out by weight, by largest remainders, within capacities.

    Parameters
    ----------
    total : int
        From 0 to 2**63 - 1.
    weights : array-like of float, shape (n,)
        Not negative. Whole numbers that add up to `total` come out as they are.
    capacity : array-like of int, shape (n,), optional
        The most that each unit can take; what a full unit cannot take goes to the others.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        Adds up to `total`. Units of weight 0 take something only when all others are full.

    Raises
    ------
    ArgumentError
        If `total` or a capacity is no whole number from 0 on, a weight is negative or not finite,
        the shapes differ, or the capacities hold less than `total`.

    Notes
    -----
    Exact: computed in whole numbers. One pass finds the units that are full: those whose capacity
    is the smallest beside their weight are filled first, until the rest have room for their shares.

    Examples
    --------
    >>> from multidim_poverty import population
    >>> population.allocate(10, [1, 1, 1]).tolist()
    [4, 3, 3]
    >>> population.allocate(10, [8, 1, 1], capacity=[5, 5, 5]).tolist()
    [5, 3, 2]
    """
    whole, weight = _whole(total, "total"), _weights(weights)
    if capacity is None:
        room = [whole] * len(weight)
    else:
        room = [_whole(most, "capacity") for most in np.asarray(capacity, dtype=object).ravel()]
    if len(room) != len(weight):
        raise ArgumentError(f"there are {len(weight)} weights and {len(room)} capacities")
    if sum(room) < whole:
        raise ArgumentError(f"{whole} does not fit: there is room for {sum(room)}")
    return np.array(_shares(whole, weight, room), dtype=np.int64)


def _whole(value: Any, what: str) -> int:
    try:
        number = index(value)
    except TypeError:
        number = -1
    if isinstance(value, bool | np.bool_) or not 0 <= number <= LARGEST:
        raise ArgumentError(f"{what} {value!r} is no whole number from 0 to 2**63 - 1")
    return number


def _weights(weights: npt.ArrayLike) -> list[int]:
    """The weights, all by one power of two as large, as whole numbers."""
    try:
        numbers = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.array([np.nan])
    if numbers.ndim != 1 or not (np.isfinite(numbers) & (numbers >= 0)).all():
        raise ArgumentError("weights must be a list of numbers of 0 or more")
    ratios = [number.as_integer_ratio() for number in numbers.tolist()]
    scale = max((denominator for _, denominator in ratios), default=1)
    return [numerator * (scale // denominator) for numerator, denominator in ratios]


def _shares(total: int, weight: list[int], room: list[int]) -> list[int]:
    """Shares by weight; what the units of a weight cannot take goes to the others alike."""
    shares = [0] * len(weight)
    weighted = [n for n, one in enumerate(weight) if one]
    taken = min(total, sum(room[n] for n in weighted))
    rest, sum_of_weights = taken, sum(weight)
    by_room = sorted(weighted, key=lambda n: Fraction(room[n], weight[n]))
    full = 0
    for n in by_room:
        if room[n] * sum_of_weights > rest * weight[n]:
            break  # this one, and all that come after, have room for more than their share
        shares[n] = room[n]
        rest, sum_of_weights = rest - room[n], sum_of_weights - weight[n]
        full += 1
    exact = {n: divmod(rest * weight[n], sum_of_weights) for n in sorted(by_room[full:])}
    for n, (whole, _) in exact.items():
        shares[n] = whole
    by_remainder = sorted(exact, key=lambda n: -exact[n][1])
    for n in by_remainder[: taken - sum(shares)]:
        shares[n] += 1
    if taken < total:
        others = [n for n, one in enumerate(weight) if not one]
        for n, share in zip(
            others,
            _shares(total - taken, [1] * len(others), [room[n] for n in others]),
            strict=True,
        ):
            shares[n] = share
    return shares


def minority_by_class(minority: Ints, first: Ints, room: Ints, sums: list[int]) -> Ints | None:
    """The minority households of each unit by class; None where no such table is possible.

    Begins with the classes that come first and moves households between classes within their unit,
    at need by way of the third class, until each class has its sum.

    Parameters
    ----------
    minority : of shape (units,)
    first : of shape (units, 2)
        Poor and near-poor ones to begin with.
    room : of shape (units, 3)
        Households of each class: the most that can be of a minority.
    sums : of length 2
    """
    cells = np.zeros_like(room)
    below = room.sum(axis=1)
    above = np.zeros_like(minority)
    for c in range(3):
        below = below - room[:, c]  # room in the classes after this one
        least = np.maximum(minority - above - below, 0)
        most = np.minimum(room[:, c], minority - above)
        wanted = first[:, c] if c < 2 else most
        cells[:, c] = np.clip(wanted, least, most)
        above = above + cells[:, c]
    wanted_sums = [*sums, int(minority.sum()) - sum(sums)]
    while True:
        excess = cells.sum(axis=0) - wanted_sums
        if not excess.any():
            return cells
        give, take = int(excess.argmax()), int(excess.argmin())
        third = 3 - give - take
        needed = int(min(excess[give], -excess[take]))
        direct = min(_movable(cells, room, give, take).sum(), needed)
        by_third = min(
            _movable(cells, room, give, third).sum(),
            _movable(cells, room, third, take).sum(),
            needed,
        )
        if direct:
            _move(cells, room, give, take, direct)
        elif by_third:
            _move(cells, room, third, take, by_third)
            _move(cells, room, give, third, by_third)
        else:
            return None


def _movable(cells: Ints, room: Ints, give: int, take: int) -> Ints:
    """How many households of each unit can change from one class to another."""
    movable: Ints = np.minimum(cells[:, give], room[:, take] - cells[:, take])
    return movable


def _move(cells: Ints, room: Ints, give: int, take: int, number: int) -> None:
    """Change as many households, the first units first."""
    movable = _movable(cells, room, give, take)
    moved = np.diff(np.minimum(np.cumsum(movable), number), prepend=0)
    cells[:, give] -= moved
    cells[:, take] += moved
