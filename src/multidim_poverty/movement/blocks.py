"""Which persons of two files are compared: those who share enough to be one person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["compared", "near_names"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
PAIRS = 1 << 20  # pairs that are looked at together


def compared(
    one: pd.DataFrame, other: pd.DataFrame, *, fuzzy: bool
) -> Iterator[tuple[Ints, Ints, bool]]:
    """Pairs of persons to compare, and whether their names may be near ones alone.

    Both tables hold codes as `persons.codes_of_both` gives them, ``unit`` (where households are
    sought) and ``may_head`` (not known to be no head). A pair may come more than once.
    """
    frames = one, other
    yield from _of_blocks(_keys(frames, ["id", "unit"]), near=False)
    yield from _of_blocks(_keys(frames, ["look", "year", "unit"]), near=False)
    # Where a year is not known, the name alone, of heads.
    by_name = _keys(frames, ["look", "unit"])
    heads = [frame["may_head"].to_numpy(dtype=bool) for frame in frames]
    known = [frame["year"].to_numpy() >= 0 for frame in frames]
    for first, last in ((~known[0], heads[1]), (known[0], ~known[1])):
        rows = [heads[0] & first, heads[1] & last]
        yield from _of_blocks(by_name, near=False, rows=rows)
    if fuzzy:
        yield from _of_blocks(_keys(frames, ["day", "unit"]), near=True)
        for part in ("last", "rest"):  # a slip in one word leaves the other words
            keys = _keys(frames, ["year", "sex", part, "unit"])
            yield from _of_blocks(keys, near=True, rows=heads)
            keys = _keys(frames, ["sex", part, "unit"])
            for first, last in ((~known[0], heads[1]), (known[0], ~known[1])):
                rows = [heads[0] & first, heads[1] & last]
                yield from _of_blocks(keys, near=True, rows=rows)


def near_names(names: list[str], at: tuple[Ints, Ints], near: float) -> Any:
    """How much two names are alike, from 0 to 1; 0 where it is less than `near`.

    Needs the extra ``links``.
    """
    from rapidfuzz import fuzz, process

    pairs = pd.DataFrame({"one": at[0], "other": at[1]})
    distinct = pairs.drop_duplicates(ignore_index=True)
    alike = process.cpdist(
        [names[code] for code in distinct["one"]],
        [names[code] for code in distinct["other"]],
        scorer=fuzz.ratio,
        score_cutoff=100 * near,
        dtype=np.float32,
    )
    return pairs.merge(distinct.assign(alike=alike / 100.0), how="left")["alike"].to_numpy()


def _keys(frames: tuple[pd.DataFrame, pd.DataFrame], names: list[str]) -> list[Ints]:
    """One code for several; -1 where one of them is not known."""
    both = pd.concat([frame[names] for frame in frames], ignore_index=True)
    known = (both >= 0).all(axis=1).to_numpy(dtype=bool)
    codes = np.full(len(both), -1, dtype=np.int64)
    codes[known] = both[known].groupby(names, sort=False).ngroup().to_numpy()
    return [codes[: len(frames[0])], codes[len(frames[0]) :]]


def _of_blocks(
    keys: list[Ints],
    *,
    near: bool,
    rows: list[Mask] | None = None,
) -> Iterator[tuple[Ints, Ints, bool]]:
    """All pairs whose code is the same, of some rows, some at a time."""
    wanted = [
        np.flatnonzero((codes >= 0) & (rows[side] if rows is not None else True))
        for side, codes in enumerate(keys)
    ]
    first, last = (keys[side][wanted[side]] for side in (0, 1))
    order = np.argsort(last, kind="stable")
    ordered = last[order]
    low = np.searchsorted(ordered, first, side="left")
    counts = np.searchsorted(ordered, first, side="right") - low
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(first):
        done = ends[begin - 1] if begin else 0
        stop = max(begin + 1, int(np.searchsorted(ends, done + PAIRS, side="right")))
        some = slice(begin, stop)
        begin = stop
        at_one = np.repeat(wanted[0][some], counts[some])
        if not len(at_one):
            continue
        within = np.arange(len(at_one)) - np.repeat(ends[some] - counts[some] - done, counts[some])
        at_other = wanted[1][order[np.repeat(low[some], counts[some]) + within]]
        yield at_one.astype(np.int64), at_other.astype(np.int64), near
