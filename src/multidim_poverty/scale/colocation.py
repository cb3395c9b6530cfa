"""Members in the partition of their household: brought there where they are not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import dask
import dask.dataframe as dd
import numpy as np
import numpy.typing as npt
import pandas as pd
from dask import delayed
from dask.dataframe.shuffle import partitioning_index

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import comparable, match
from multidim_poverty.scale.partitions import (
    DaskLike,
    as_dask,
    computed,
    index_of,
    keep_texts,
    run_on,
    same_partitions,
    values_of,
)

__all__ = [
    "NO_ID",
    "CoLocated",
    "Hashes",
    "IdRange",
    "among",
    "as_co_located",
    "co_locate",
    "id_hashes",
    "in_partition_of",
    "overlapping",
    "shared_hashes",
    "shared_ids",
    "with_their_ids",
]

Hashes = npt.NDArray[np.uint64]
PLACE, ROW = "place_of_household", "row_of_table"
IdRange = tuple[str, Any, Any]  # kind, the least id, the greatest
Place = Callable[[pd.DataFrame], npt.NDArray[np.int64]]
MOST_ROWS = 1 << 40  # of a partition
IDS_PER_BUCKET = 2_000_000
NO_ID = np.uint64(0)
TOGETHER = "scale.co_locate(households, members) brings them together"


@dataclass(frozen=True, repr=False)
class CoLocated:
    """The two tables of a survey, with members in the partition of their household.

    Parameters
    ----------
    households : dask.dataframe.DataFrame
        Index ``household_id``.
    members : dask.dataframe.DataFrame
        With as many partitions.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> survey.households.npartitions, survey.members.npartitions
    (2, 2)
    """

    households: dd.DataFrame
    members: dd.DataFrame

    def __repr__(self) -> str:
        return f"CoLocated({self.households.npartitions} partitions)"


def co_locate(
    households: DaskLike,
    members: DaskLike,
    *,
    npartitions: int | None = None,
    shuffle: str | None = None,
    progress: bool = False,
) -> CoLocated:
    """Bring each member into the partition of the household.

    Parameters
    ----------
    households : dask.dataframe.DataFrame or pandas.DataFrame
        Index ``household_id``.
    members : dask.dataframe.DataFrame or pandas.DataFrame
        One row per person with ``household_id``.
    npartitions : int, optional
        Into how many partitions a pandas table of households is cut, or households that move;
        by default one per 250,000 rows, or as many as they have.
    shuffle : {"tasks", "disk", "p2p"}, optional
        How Dask moves rows; by default as it is configured.
    progress : bool
        Whether to show a progress bar of the check.

    Returns
    -------
    CoLocated
        ``.households`` and ``.members``, with as many partitions and all of their rows:

        - where every member is in the partition of the household already, which is looked up and
          not assumed, both tables as they are: nothing moves;
        - where the divisions of the households are known, the households as they are, and the
          members moved to them;
        - else both by a hash of the id.

        A member whose household is nowhere is kept, and `violations` names it.

    Raises
    ------
    ArgumentError
        If a table is no table, or members have no column ``household_id``.
    InvalidDataError
        If the ids of a partition cannot be read.

    Notes
    -----
    Only the ids are read here. Moving the rows is work of the later computation.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> survey = mdp.scale.co_locate(sample.households, sample.members, npartitions=2)
    >>> survey
    CoLocated(2 partitions)
    >>> len(survey.members) == len(sample.members)
    True
    """
    homes = as_dask(households, "households", npartitions)
    persons = as_dask(members, "members", homes.npartitions)
    if list(persons.columns).count("household_id") != 1:
        raise ArgumentError("members have no column household_id, or two; give each row its id")
    if homes.npartitions == persons.npartitions and all_in_place(homes, persons, progress):
        return CoLocated(homes, persons)
    if homes.known_divisions:
        place = partial(_placed_by_divisions, divisions=homes.divisions)
        return CoLocated(homes, in_partition_of(persons, place, homes.npartitions, shuffle))
    n = npartitions or homes.npartitions
    of_index = partial(_placed_by_hash, column=None, n=n)
    of_column = partial(_placed_by_hash, column="household_id", n=n)
    return CoLocated(
        in_partition_of(homes, of_index, n, shuffle),
        in_partition_of(persons, of_column, n, shuffle),
    )


def as_co_located(households: Any, members: Any = None) -> tuple[dd.DataFrame, dd.DataFrame | None]:
    """Both tables with as many partitions: one by one, or as `CoLocated` in place of the first."""
    if isinstance(households, CoLocated):
        if members is not None:
            raise ArgumentError("members are given twice: as part of households and by themselves")
        return households.households, households.members
    homes = as_dask(households, "households")
    if members is None:
        return homes, None
    persons = as_dask(members, "members", homes.npartitions)
    same_partitions({"households": homes, "members": persons}, TOGETHER)
    return homes, persons


def all_in_place(homes: dd.DataFrame, persons: dd.DataFrame, progress: bool) -> bool:
    """Whether each member is in the partition of the household; reads nothing but the ids."""
    return all(
        values_of(run_on(_in_place, index_of(homes), persons[["household_id"]], progress=progress))
    )


def _in_place(homes: pd.DataFrame, persons: pd.DataFrame) -> bool:
    return bool((match(persons["household_id"], homes.index).home >= 0).all())


# -- places ----------------------------------------------------------------------------------


def id_hashes(ids: pd.Series[Any] | pd.Index[Any]) -> Hashes:
    """A hash of each id, the same for equal ids of any dtype; 0 where there is none."""
    values = comparable(ids)
    if values.dtype == object:
        values = values.infer_objects()
    missing = np.asarray(values.isna(), dtype=bool)
    if pd.api.types.is_integer_dtype(values.dtype):
        plain = values.astype("Int64").to_numpy(np.int64, na_value=0)
        hashes = pd.util.hash_array(plain)
    else:
        texts = values.astype(object).where(~missing, "").to_numpy()
        hashes = pd.util.hash_array(texts, categorize=False)
        if pd.api.types.infer_dtype(texts) == "mixed-integer":
            whole = np.array([isinstance(value, int | np.integer) for value in texts], dtype=bool)
            hashes[whole] = pd.util.hash_array(texts[whole].astype(np.int64))
    return np.where(missing, NO_ID, np.maximum(hashes, np.uint64(1)))  # the hash of 0 is 0


def among(hashes: Hashes, others: Hashes) -> npt.NDArray[np.bool_]:
    """Whether each hash is one of the others."""
    return np.isin(hashes, others, kind="sort")  # numpy 2.0 has no table of large numbers


def _placed_by_hash(
    frame: pd.DataFrame,
    *,
    column: str | None,
    n: int,
    last: Hashes | None = None,
) -> npt.NDArray[np.int64]:
    """The partition by the hash of the id; one more for ids whose hash is among the ``last``."""
    hashes = id_hashes(frame.index if column is None else frame[column])
    places = (hashes % np.uint64(n)).astype(np.int64)
    return places if last is None else np.where(among(hashes, last), n, places)


def _placed_by_divisions(
    frame: pd.DataFrame, *, divisions: tuple[Any, ...]
) -> npt.NDArray[np.int64]:
    """The partition by the divisions of the households; the first where an id fits in none."""
    ids = frame["household_id"]
    known = np.asarray(ids.notna(), dtype=bool)
    places = np.zeros(len(frame), dtype=np.int64)
    inner = pd.Index(divisions[1:-1])
    try:
        places[known] = inner.searchsorted(comparable(ids[known]).to_numpy(), side="right")
    except TypeError:
        return places  # ids of another type, which the checks name
    return places


def in_partition_of(
    table: dd.DataFrame, place: Place, npartitions: int, shuffle: str | None
) -> dd.DataFrame:
    """The table with each row in the partition that ``place`` gives it, in the order it had."""
    keys = _keys_of_places(npartitions)
    meta = table._meta.assign(**{PLACE: np.zeros(0), ROW: np.zeros(0, dtype=np.int64)})
    with keep_texts():
        numbers = dd.from_map(_number_of, range(table.npartitions), meta=_number_of(0))
        marked = table.map_partitions(
            _marked, numbers, place=place, keys=keys, meta=meta, clear_divisions=True
        )
        moved = marked.shuffle(PLACE, npartitions=npartitions, shuffle_method=shuffle)
        return moved.map_partitions(_in_order, meta=table._meta, clear_divisions=True)


def _number_of(partition: int) -> pd.DataFrame:
    return pd.DataFrame({"partition": [partition]})


def _marked(
    frame: pd.DataFrame, number: pd.DataFrame, *, place: Place, keys: npt.NDArray[np.float64]
) -> pd.DataFrame:
    start = int(number["partition"].iloc[0]) * MOST_ROWS
    rows = np.arange(start, start + len(frame), dtype=np.int64)
    return frame.assign(**{PLACE: keys[place(frame)], ROW: rows})


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    order = np.argsort(frame[ROW].to_numpy(), kind="stable")
    return frame.take(order).drop(columns=[PLACE, ROW])


def with_their_ids(
    tables: Sequence[tuple[dd.DataFrame, str | None]],
    *,
    linked: pd.Series[Any] | None = None,
    shuffle: str | None = None,
    progress: bool = False,
) -> list[dd.DataFrame]:
    """Tables with all rows of an id in one partition, the same in each of them.

    Each table comes with the column of its ids, None for the index. Ids that are ``linked`` all
    go to the last partition. Where everything is in place already, nothing moves.
    """
    n = tables[0][0].npartitions
    as_many = linked is None and all(table.npartitions == n for table, _ in tables)
    if as_many and not len(shared_ids(tables, progress)):
        return [table for table, _ in tables]
    hashes = None if linked is None else np.unique(id_hashes(linked))
    places = n if linked is None else n + 1
    return [
        in_partition_of(
            table, partial(_placed_by_hash, column=column, n=n, last=hashes), places, shuffle
        )
        for table, column in tables
    ]


def shared_ids(tables: Sequence[tuple[dd.DataFrame, str | None]], progress: bool = False) -> Hashes:
    """Hashes of ids that stand in several partitions of some tables with as many partitions.

    Partitions whose least and greatest ids show that they share none are read for these alone.
    """
    read = [index_of(table) if column is None else table[[column]] for table, column in tables]
    columns = [column for _, column in tables]
    of_partitions = values_of(run_on(partial(_id_ranges, columns), *read, progress=progress))
    close = overlapping([ranges for _, ranges in of_partitions])
    rows = {partition: of_partitions[partition][0] for partition in close}
    return shared_hashes(partial(_hashes_of_ids, columns), read, rows, progress)


def shared_hashes(
    hashes_of: Callable[..., Hashes],
    tables: Sequence[dd.DataFrame],
    rows: Mapping[int, int],
    progress: bool = False,
) -> Hashes:
    """The hashes that a function gives in several partitions of tables; 0 is none.

    ``rows`` are the partitions to look at, with their numbers of rows. They exchange the hashes by
    their remainder, so that no machine holds more than those of some 2 million rows at once, 8
    bytes each.
    """
    buckets = max(1, min(len(rows), math.ceil(sum(rows.values()) / IDS_PER_BUCKET)))
    split = delayed(_hashes_by_bucket, pure=False, nout=buckets)
    frames = list(zip(*(table.to_delayed() for table in tables), strict=True))
    parts = [split(buckets, hashes_of, *frames[partition]) for partition in rows]
    shared = delayed(_shared_hashes, pure=False)
    tasks = [shared([part[bucket] for part in parts]) for bucket in range(buckets) if parts]
    return np.concatenate([np.zeros(0, dtype=np.uint64), *computed(tasks, progress)])


def _id_ranges(
    columns: Sequence[str | None], *frames: pd.DataFrame
) -> tuple[int, list[IdRange | None]]:
    """The number of ids, and the least and the greatest of each table; None if not in order."""
    ranges: list[IdRange | None] = []
    for frame, column in zip(frames, columns, strict=True):
        ids = comparable(frame.index if column is None else frame[column]).dropna()
        if len(ids):
            kind = pd.api.types.infer_dtype(ids)
            in_order = kind in ("integer", "string")
            ranges.append((kind, ids.min(), ids.max()) if in_order else None)
    return sum(map(len, frames)), ranges


def overlapping(ranges: Sequence[Sequence[IdRange | None]]) -> list[int]:
    """Partitions that may share an id with another one, from the ranges of their ids."""
    if any(each is None for of_partition in ranges for each in of_partition):
        return list(range(len(ranges)))
    known = [
        (*each, partition)
        for partition, of_partition in enumerate(ranges)
        for each in of_partition
        if each is not None
    ]
    close: set[int] = set()
    together: set[int] = set()  # partitions whose ranges hang together, one with the next
    last_kind, last = None, None
    for kind, low, high, partition in sorted(known):
        if kind != last_kind or low > last:
            together, last = set(), high
        last_kind, last = kind, max(last, high)
        together.add(partition)
        if len(together) > 1:
            close |= together
    return sorted(close)


def _hashes_of_ids(columns: Sequence[str | None], *frames: pd.DataFrame) -> Hashes:
    of_frames = [
        id_hashes(frame.index if column is None else frame[column])
        for frame, column in zip(frames, columns, strict=True)
    ]
    return np.concatenate(of_frames)


def _hashes_by_bucket(
    buckets: int, hashes_of: Callable[..., Hashes], *frames: pd.DataFrame
) -> list[Hashes]:
    hashes = np.unique(hashes_of(*frames))
    hashes = hashes[hashes != NO_ID]
    bucket = hashes % np.uint64(buckets)
    return [hashes[bucket == number] for number in range(buckets)]


def _shared_hashes(parts: Sequence[Hashes]) -> Hashes:
    """Hashes that several partitions have; each has a hash once."""
    hashes, counts = np.unique(np.concatenate(list(parts)), return_counts=True)
    return np.asarray(hashes[counts > 1])


def _keys_of_places(npartitions: int) -> npt.NDArray[np.float64]:
    """For each partition, a number that the shuffle of Dask brings there; it hashes floats."""
    keys = np.full(npartitions, -1.0)
    start, step = 0, 16 * npartitions
    while (keys < 0).any():
        numbers = np.arange(start, start + step, dtype=np.float64)
        with dask.config.set({"dataframe.convert-string": False}):
            places = partitioning_index(pd.DataFrame({PLACE: numbers}), npartitions)
        lacking = keys[places] < 0
        keys[places[lacking][::-1]] = numbers[lacking][::-1]
        start += step
    return keys
