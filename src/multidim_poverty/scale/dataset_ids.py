"""Household ids of the partitions of a data set: of one kind, and each in one partition."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import dask
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import comparable
from multidim_poverty.scale.colocation import among, id_hashes
from multidim_poverty.scale.manifest import Partition
from multidim_poverty.scale.partitions import computed
from multidim_poverty.schema.fault_table import Fault

__all__ = ["HouseholdFile", "check_kind_of_ids", "repeated_ids"]

ID = "household_id"
KINDS = ("string", "integer", "empty")
Hashes = npt.NDArray[np.uint64]


class HouseholdFile(NamedTuple):
    """The file of the households of a partition, and where it is now.

    Files of one ``source`` are known to have no id in common; ids are looked for in those that are
    ``new``, and in those that may have ids of the new ones.
    """

    part: Partition
    place: Path
    source: int
    new: bool

    @property
    def path(self) -> str:
        """Its name in the data set."""
        return self.part.files["households"].path


def check_kind_of_ids(ids: pd.Index[Any], place: str) -> None:
    """Refuse ids that are neither all texts nor all whole numbers of 64 bits.

    Raises
    ------
    ArgumentError
        Says of which kind they are.
    """
    kind = pd.api.types.infer_dtype(comparable(ids), skipna=True)
    if kind not in KINDS or (kind == "integer" and comparable(ids).dtype == object):
        raise ArgumentError(
            f"the household ids of {place} are {kind}; write all of them as text, or as whole "
            f"numbers of up to 64 bits"
        )


def repeated_ids(files: Sequence[HouseholdFile], progress: bool = False) -> list[Fault]:
    """A fault for each household that stands in files of two sources, one of them new.

    Only files whose ids lie in the range of another one are read.
    """
    by_year: dict[tuple[str, int], list[HouseholdFile]] = {}
    for file in files:
        by_year.setdefault((file.part.standard, file.part.year), []).append(file)
    suspects = [file for of_year in by_year.values() for file in _meeting(of_year)]
    tasks = [dask.delayed(_hashes)(file.place) for file in suspects]
    hashes: list[Hashes] = computed(tasks, progress)
    faults = []
    for year in by_year:
        of_year = [n for n, f in enumerate(suspects) if (f.part.standard, f.part.year) == year]
        repeated = _in_several([(hashes[n], suspects[n].source) for n in of_year])
        for n in of_year:
            if (rows := among(hashes[n], repeated)).any():
                ids = _ids(suspects[n].place)[rows]
                faults.append((suspects[n], ids))
    return [_fault(file, ids) for file, ids in _exactly(faults)]


def _meeting(files: Sequence[HouseholdFile]) -> list[HouseholdFile]:
    """Files whose range of ids meets that of a file of another source, one of the two new."""
    bounds = [(file.part.first_id, file.part.last_id) for file in files]
    if len({type(bound) for pair in bounds for bound in pair}) > 1:
        return list(files)  # ids of two kinds cannot be put in order
    _, places = np.unique(np.array(bounds, dtype=object), return_inverse=True)
    first, last = places.reshape(-1, 2).T
    source = np.array([file.source for file in files])
    meets = np.zeros(len(files), dtype=bool)
    for n, file in enumerate(files):
        if file.new:
            met = (first <= last[n]) & (last >= first[n]) & (source != file.source)
            meets |= met
            meets[n] |= met.any()
    return [file for file, is_met in zip(files, meets, strict=True) if is_met]


def _in_several(hashes: Sequence[tuple[Hashes, int]]) -> Hashes:
    """Hashes that are there under two sources."""
    by_source: dict[int, list[Hashes]] = {}
    for of_file, source in hashes:
        by_source.setdefault(source, []).append(of_file)
    each = [np.unique(np.concatenate(of_source)) for of_source in by_source.values()]
    together = np.sort(np.concatenate(each)) if each else np.empty(0, dtype=np.uint64)
    return np.unique(together[1:][together[1:] == together[:-1]])


def _exactly(
    suspects: Sequence[tuple[HouseholdFile, pd.Index[Any]]],
) -> list[tuple[HouseholdFile, pd.Index[Any]]]:
    """Ids that are there twice in truth, and not only by their hashes."""
    every = pd.Series([id for _, ids in suspects for id in ids], dtype=object)
    times = every.value_counts()
    kept = [(file, ids[(times.reindex(ids) > 1).to_numpy()]) for file, ids in suspects]
    return [(file, ids) for file, ids in kept if len(ids)]


def _fault(file: HouseholdFile, ids: pd.Index[Any]) -> Fault:
    return Fault(
        "households",
        ID,
        "household_twice",
        np.arange(len(ids)),
        values=ids.to_numpy(dtype=object),
        fields={"path": file.path},
    )


def _hashes(place: Path) -> Hashes:
    return id_hashes(_ids(place))


def _ids(place: Path) -> pd.Index[Any]:
    ids: pd.Index[Any] = pd.Index(pq.ParquetFile(place).read(columns=[ID])[ID].to_pandas())
    return ids
