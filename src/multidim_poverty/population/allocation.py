"""A whole number shared out over units: by weight, within what each can hold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["allocate"]

Ints = npt.NDArray[np.int64]


def allocate(
    total: int, weights: npt.ArrayLike, capacity: npt.ArrayLike | None = None
) -> npt.NDArray[np.int64]:
    """Share a whole number out by weight, by largest remainders, within capacities.

    Parameters
    ----------
    total : int
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
    ValueError
        If a weight is negative or not finite, or the capacities hold less than `total`.

    Examples
    --------
    >>> from multidim_poverty import population
    >>> population.allocate(10, [1, 1, 1]).tolist()
    [4, 3, 3]
    >>> population.allocate(10, [8, 1, 1], capacity=[5, 5, 5]).tolist()
    [5, 3, 2]
    """
    weight = np.array(weights, dtype=np.float64)
    room = np.full(len(weight), total) if capacity is None else np.array(capacity, dtype=np.int64)
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError("weights must be numbers of 0 or more")
    if (room < 0).any() or room.sum() < total or total < 0:
        raise ValueError(f"{total} does not fit: there is room for {np.maximum(room, 0).sum()}")
    shares = np.zeros(len(weight), dtype=np.int64)
    remaining = total
    while remaining:
        room_left = room - shares
        active = np.where(room_left > 0, weight, 0.0)
        if not active.any():
            active = (room_left > 0).astype(np.float64)
        # Products before the quotient, so that counts that add up to the total stay as they are.
        exact = active * remaining / active.sum()
        added = np.minimum(np.floor(exact).astype(np.int64), room_left)
        if not added.any():  # fewer left than units: one each, the largest remainders first
            order = np.argsort(-exact, kind="stable")
            added[order[active[order] > 0][:remaining]] = 1
        elif (added == np.floor(exact)).all():  # nobody was cut: the remainders settle the rest
            rest = remaining - int(added.sum())
            remainder = np.where((active > 0) & (added < room_left), exact - added, -1.0)
            order = np.argsort(-remainder, kind="stable")
            added[order[remainder[order] >= 0][:rest]] += 1
        shares += added
        remaining -= int(added.sum())
    return shares
