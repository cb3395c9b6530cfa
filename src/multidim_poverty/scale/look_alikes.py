"""Ids of two tables that look alike and are not the same, in whichever partitions they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import (
    append_ids,
    check_ids_meet,
    comparable,
    id_look,
    id_mismatch,
    match,
)
from multidim_poverty.scale.colocation import (
    NO_ID,
    Hashes,
    IdRange,
    among,
    overlapping,
    shared_hashes,
)
from multidim_poverty.scale.partitions import index_of, named, run_on, values_of

__all__ = ["IdPair", "check_looks", "look_hashes"]

HASHES_AT_ONCE = 10_000
EXAMPLES = 100
Sides = tuple[pd.Index, pd.Index]


@dataclass(frozen=True)
class IdPair:
    """Two sides whose ids must not look alike where they are not the same.

    Attributes
    ----------
    names : tuple of str
        The two sides as a message names them.
    one, other : tuple of str
        The tables that hold the ids of each side.
    must_meet : bool
        Whether some id must be on both sides.
    """

    names: tuple[str, str]
    one: tuple[str, ...]
    other: tuple[str, ...]
    must_meet: bool = False


@dataclass(frozen=True, eq=False)
class _PartIds:
    """The ids that each side of a pair has alone in a partition, and whether one is on both."""

    common: bool
    whole_numbers: bool
    alone: tuple[int, int]
    examples: Sides
    ranges: list[IdRange]


def check_looks(
    tables: Mapping[str, tuple[dd.DataFrame, str | None]],
    pairs: Sequence[IdPair],
    progress: bool = False,
) -> None:
    """Refuse ids that look alike and are not the same, in one partition or in two.

    Each table comes with the column of its ids, None for the index; all rows of an id are in one
    partition, the same in each table. Only partitions among whose ids, as they look, lie some of
    another one hand on their hashes, and only of ids that one side has alone.

    Raises
    ------
    ArgumentError
        As `check_ids_meet` for the ids of all partitions, with the partitions.
    """
    if not pairs:
        return
    names = sorted({name for pair in pairs for name in (*pair.one, *pair.other)})
    columns = [tables[name][1] for name in names]
    read = [
        index_of(table) if column is None else table[[column]]
        for table, column in (tables[name] for name in names)
    ]
    readers = [partial(_alone, names, columns, pair) for pair in pairs]
    parts = values_of(run_on(partial(_parts_of, pairs, readers), *read, progress=progress))
    for n, (pair, alone_of) in enumerate(zip(pairs, readers, strict=True)):
        of_pair: list[_PartIds] = [part[n] for part in parts]
        if _may_look_alike(of_pair):
            close = overlapping([part.ranges for part in of_pair])
            rows = {partition: sum(of_pair[partition].alone) for partition in close}
            suspects = shared_hashes(partial(_hashes, alone_of), read, rows, progress)
            near = [table.partitions[close] for table in read] if len(suspects) else []
            for start in range(0, len(suspects), HASHES_AT_ONCE):
                some = suspects[start : start + HASHES_AT_ONCE]
                like = values_of(run_on(partial(_of_hashes, some, alone_of), *near))
                _refuse_look_alikes(pair, dict(zip(close, like, strict=True)))
        if pair.must_meet and not any(part.common for part in of_pair):
            one, other = (
                reduce(append_ids, [part.examples[side] for part in of_pair]) for side in (0, 1)
            )
            check_ids_meet(one, other, pair.names)


def _may_look_alike(parts: Sequence[_PartIds]) -> bool:
    """Whether both sides have ids alone, and not whole numbers only."""
    both = all(any(part.alone[side] for part in parts) for side in (0, 1))
    return both and not all(part.whole_numbers for part in parts)


def _refuse_look_alikes(pair: IdPair, of_partitions: Mapping[int, Sides]) -> None:
    looks = [
        {id_look(id) for sides in of_partitions.values() for id in sides[side]} for side in (0, 1)
    ]
    both = looks[0] & looks[1]
    if not both:
        return
    alike: tuple[list[Any], list[Any]] = [], []
    where = []
    for partition, sides in of_partitions.items():
        kept = [[id for id in ids if id_look(id) in both] for ids in sides]
        alike[0].extend(kept[0])
        alike[1].extend(kept[1])
        where += [partition] * any(map(len, kept))
    one, other = (pd.Index(ids, dtype=object) for ids in alike)
    mismatch = id_mismatch(one, other, pair.names, must_meet=False)
    if mismatch is not None:
        raise ArgumentError(f"{mismatch.sentence()} ({named(where)})")


# -- on one partition ------------------------------------------------------------------------


def _parts_of(pairs: Sequence[IdPair], readers: Sequence[Any], *frames: Any) -> list[_PartIds]:
    parts = []
    for pair, alone_of in zip(pairs, readers, strict=True):
        common, one, other = alone_of(*frames)
        check_ids_meet(one, other, pair.names, must_meet=False)
        whole_numbers = all(
            pd.api.types.is_integer_dtype(comparable(ids).dtype) for ids in (one, other) if len(ids)
        )
        ranges = [*_look_ranges(one), *_look_ranges(other)]
        alone, examples = (len(one), len(other)), (one[:EXAMPLES], other[:EXAMPLES])
        parts.append(_PartIds(common, whole_numbers, alone, examples, ranges))
    return parts


def _alone(
    names: Sequence[str], columns: Sequence[str | None], pair: IdPair, *frames: pd.DataFrame
) -> tuple[bool, pd.Index[Any], pd.Index[Any]]:
    """Whether an id is on both sides of a pair, and the ids that each side has alone."""
    sides = []
    for tables in (pair.one, pair.other):
        of_tables = []
        for name in tables:
            frame, column = frames[names.index(name)], columns[names.index(name)]
            ids = frame.index if column is None else pd.Index(frame[column])
            of_tables.append(ids[np.asarray(ids.notna(), dtype=bool)])
        sides.append(reduce(append_ids, of_tables))
    one, other = sides
    lacking = [match(a.to_series(), b).home < 0 for a, b in ((one, other), (other, one))]
    return bool((~lacking[0]).any()), one[lacking[0]].unique(), other[lacking[1]].unique()


def _look_ranges(ids: pd.Index[Any]) -> list[IdRange]:
    """The least and the greatest look of ids: of those that are numbers, by their value."""
    known = comparable(ids)
    if len(known) and pd.api.types.is_integer_dtype(known.dtype) and known.min() >= 0:
        known = pd.Series([known.min(), known.max()])
    looks = [id_look(id) for id in known]
    numbers = [(len(look), look) for look in looks if look.isdecimal()]
    texts = [look for look in looks if not look.isdecimal()]
    kinds: tuple[tuple[str, list[Any]], ...] = ("number", numbers), ("text", texts)
    return [(kind, min(values), max(values)) for kind, values in kinds if values]


def look_hashes(ids: pd.Index[Any]) -> Hashes:
    """A hash of how each id is read, the same for ids that look alike."""
    looks = np.array([id_look(id) for id in comparable(ids)], dtype=object)
    return np.maximum(pd.util.hash_array(looks, categorize=False), NO_ID + np.uint64(1))


def _hashes(alone_of: Any, *frames: pd.DataFrame) -> Hashes:
    _, *sides = alone_of(*frames)
    return np.concatenate([look_hashes(ids) for ids in sides])


def _of_hashes(hashes: Hashes, alone_of: Any, *frames: pd.DataFrame) -> Sides:
    _, *sides = alone_of(*frames)
    one, other = (ids[among(look_hashes(ids), hashes)].astype(object) for ids in sides)
    return one, other
