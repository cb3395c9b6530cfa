"""Read what the manifest of a data set names, and nothing else, as Dask tables."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dask
import dask.dataframe as dd
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.scale.dataset_faults import dataset_fault, raise_faults
from multidim_poverty.scale.dataset_writing import files_table
from multidim_poverty.scale.manifest import (
    TABLES,
    Manifest,
    Partition,
    StoredFile,
    place_of,
    read_manifest,
    versions_of,
)
from multidim_poverty.scale.stored_columns import (
    columns_of_text,
    empty_table,
    text_of_columns,
    to_pandas,
)
from multidim_poverty.scale.stored_files import INDEXED, frame_of, indexed, keys_of

__all__ = [
    "Dataset",
    "chosen",
    "dataset_files",
    "dataset_versions",
    "read_dataset",
]

ID = "household_id"


@dataclass(frozen=True)
class Dataset:
    """The tables of one standard and year, as Dask tables.

    Parameters
    ----------
    households, members, result : dask.dataframe.DataFrame or None
        Partition by partition of the same communes: the members of a partition are those of its
        households. None where the data set has no such table.
    files : pandas.DataFrame
        The files that are read: see `dataset_files`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> with TemporaryDirectory() as folder:
    ...     _ = mdp.scale.write_dataset(
    ...         folder, sample.households, sample.members, standard="decree_07_2021", year=2023)
    ...     stored = mdp.scale.read_dataset(folder)
    >>> type(stored).__name__, stored.result is None, int(stored.files["rows"].sum())
    ('Dataset', True, 2343)
    """

    households: Any
    members: Any
    result: Any
    files: pd.DataFrame


def read_dataset(
    path: str | os.PathLike[str],
    *,
    standard: StandardLike | None = None,
    year: int | None = None,
    province: str | Sequence[str] | None = None,
    version: int | None = None,
) -> Dataset:
    """Households, members and results of a data set, as Dask tables.

    Nothing but the manifest is read at once. The hash of each file is compared when its partition
    is read: a file that is torn, or is not the one that was written, is an error.

    Parameters
    ----------
    path : str or path-like
        The folder that `write_dataset` wrote.
    standard : Standard or str, optional
        Needed if there are several.
    year : int, optional
        Needed if there are several.
    province : str or sequence of str, optional
        One province, or some; all if not given.
    version : int, optional
        An earlier version; the newest if not given. See `dataset_versions`.

    Returns
    -------
    Dataset
        Rows in the order of their communes and ids; dtypes and categories are the same in all
        partitions. The index of ``households`` and ``result`` is ``household_id``, with known
        divisions where the ids follow the files.

    Raises
    ------
    DatasetError
        If there is no manifest, or a file is missing or of another length than the manifest says.
    ArgumentError
        If there is more than one standard or year, or none of those asked for.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> with TemporaryDirectory() as folder:
    ...     _ = mdp.scale.write_dataset(
    ...         folder, sample.households, sample.members,
    ...         standard="decree_07_2021", year=2023, households_per_file=200)
    ...     stored = mdp.scale.read_dataset(folder)
    ...     stored.households.npartitions, len(stored.members)
    (4, 1843)
    """
    root, law = Path(path), None if standard is None else as_standard(standard)
    manifest = read_manifest(root, version)
    parts = _in_order_of_ids(chosen(manifest, law, year, province))
    raise_faults(
        fault
        for part in parts
        for table, file in part.files.items()
        for fault in _length_faults(root, file, table)
    )
    frames = {table: _frame(root, manifest, parts, table) for table in TABLES}
    files = files_table(manifest.model_copy(update={"partitions": tuple(parts)}))
    return Dataset(**frames, files=files)


def chosen(
    manifest: Manifest,
    standard: StandardLike | None = None,
    year: int | None = None,
    province: str | Sequence[str] | None = None,
) -> list[Partition]:
    """The partitions of one standard and year, and of some provinces."""
    parts = list(manifest.partitions)
    name = None if standard is None else as_standard(standard).name
    names = sorted({part.standard for part in parts} if name is None else {name})
    parts = [part for part in parts if part.standard in names]
    years = sorted({part.year for part in parts} if year is None else {year})
    for argument, values in (("standard", names), ("year", years)):
        if len(values) > 1:
            raise ArgumentError(f"there are several of {argument}, {values}: pass {argument}=")
    parts = [part for part in parts if part.year in years]
    if province is not None:
        several = isinstance(province, Sequence) and not isinstance(province, str)
        provinces = list(province) if several else [province]
        held = {part.province for part in parts}
        if absent := [one for one in provinces if one not in held]:
            raise ArgumentError(
                f"there is no province {', '.join(map(repr, absent))}; there are {sorted(held)}"
            )
        parts = [part for part in parts if part.province in provinces]
    if not parts:
        there = sorted({(part.standard, part.year) for part in manifest.partitions})
        raise ArgumentError(f"there is nothing of standard {name!r} and year {year}: {there}")
    return parts


def _in_order_of_ids(parts: list[Partition]) -> list[Partition]:
    """By their first household, so that divisions are known where the ids do not overlap."""
    kinds = {type(part.first_id) for part in parts}
    return sorted(parts, key=lambda part: part.first_id) if len(kinds) == 1 else parts  # type: ignore[arg-type, return-value]


def _length_faults(root: Path, file: StoredFile, table: str) -> Any:
    try:
        size = place_of(root, file.path).stat().st_size
    except FileNotFoundError:
        return [dataset_fault("file_missing", file.path, table=table)]
    if size == file.bytes:
        return []
    return [dataset_fault("file_torn", file.path, table=table, value=size, expected=file.bytes)]


def _frame(root: Path, manifest: Manifest, parts: Sequence[Partition], table: str) -> Any:
    having = [part for part in parts if table in part.files]
    if not having:
        return None
    if len(having) < len(parts):
        lacking = next(part for part in parts if table not in part.files)
        raise ArgumentError(
            f"{len(parts) - len(having)} of {len(parts)} partitions have no {table}, such as that "
            f"of {lacking.folder('households')}: pass province= to leave them out"
        )
    columns = manifest.columns[f"{having[0].standard}/{table}"]
    meta = indexed(to_pandas(empty_table(columns), columns, keys_of(having[0])), table)
    divisions = _divisions(having) if table in INDEXED else None
    with dask.config.set({"dataframe.convert-string": False}):  # texts as pandas holds them
        return dd.from_map(
            _read_partition,
            [part.files[table].model_dump() for part in having],
            [keys_of(part) for part in having],
            root=str(root),
            table=table,
            stored=text_of_columns(columns),
            meta=meta,
            divisions=divisions,
            label=f"read-{table}",
            enforce_metadata=False,
        )


def _read_partition(
    file: dict[str, Any],
    keys: dict[str, Any],
    *,
    root: str,
    table: str,
    stored: str,
    columns: list[str] | None = None,
) -> pd.DataFrame:
    """One partition; of the columns that Dask asks for."""
    wanted = columns_of_text(stored)
    if columns is not None:
        wanted = [column for column in wanted if column.name in (ID, *columns)]
    frame = frame_of(Path(root), StoredFile(**file), table, wanted, keys)
    return frame if columns is None else frame[columns]


def _divisions(parts: Sequence[Partition]) -> tuple[Any, ...] | None:
    """The ids between the partitions, if none of them overlap."""
    firsts, lasts = [part.first_id for part in parts], [part.last_id for part in parts]
    if None in firsts or len({*map(type, firsts)}) > 1:
        return None
    if any(last >= first for last, first in zip(lasts, firsts[1:], strict=False)):  # type: ignore[operator]
        return None
    return (*firsts, lasts[-1])


def dataset_files(path: str | os.PathLike[str], *, version: int | None = None) -> pd.DataFrame:
    """The files that a data set is made of.

    Parameters
    ----------
    path : str or path-like
        The folder of the data set.
    version : int, optional
        An earlier version; the newest if not given.

    Returns
    -------
    pandas.DataFrame
        One row per file: ``table`` (``households``, ``members``, ``result``), ``standard``
        (string), ``year`` (int64), ``province`` (string), ``communes`` (int64: how many),
        ``path`` (string, below the folder), ``rows``, ``bytes`` (int64), ``sha256`` (string, of
        the file), ``schema_version`` (int64), ``identity`` (string, of the data: see
        `multidim_poverty.reports.identity`). ``attrs["version"]`` is the version.

    Raises
    ------
    DatasetError
        If there is no manifest, or no such version.
    ArgumentError
        If a message of the catalogue has another language.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import multidim_poverty as mdp
    >>> households = mdp.load_sample().households
    >>> with TemporaryDirectory() as folder:
    ...     _ = mdp.scale.write_dataset(
    ...         folder, households, standard="decree_07_2021", year=2023)
    ...     files = mdp.scale.dataset_files(folder)
    >>> files["rows"].tolist(), files.attrs
    ([3, 497], {'version': 1})
    """
    return files_table(read_manifest(Path(path), version))


def dataset_versions(path: str | os.PathLike[str]) -> pd.DataFrame:
    """The versions of a data set, the oldest first.

    Parameters
    ----------
    path : str or path-like
        The folder of the data set.

    Returns
    -------
    pandas.DataFrame
        One row per version: ``version`` (int64), ``action`` (string: ``write``, ``replace``,
        ``compact``, ``assess``, ``recode``), ``files``, ``added``, ``superseded``, ``households``
        (int64).

    Raises
    ------
    DatasetError
        If there is no manifest, or one is torn.
    ArgumentError
        If a message of the catalogue has another language.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import multidim_poverty as mdp
    >>> households = mdp.load_sample().households
    >>> with TemporaryDirectory() as folder:
    ...     for year in (2022, 2023):
    ...         _ = mdp.scale.write_dataset(
    ...             folder, households, standard="decree_07_2021", year=year)
    ...     mdp.scale.dataset_versions(folder)["households"].tolist()
    [500, 1000]
    """
    root = Path(path)
    rows = []
    before: set[str] = set()
    for version in versions_of(root) or [1]:
        manifest = read_manifest(root, version)
        paths = manifest.paths()
        homes = [part.files.get("households") for part in manifest.partitions]
        rows.append(
            {
                "version": manifest.version,
                "action": manifest.action,
                "files": len(paths),
                "added": len(paths - before),
                "superseded": len(before - paths),
                "households": sum(file.rows for file in homes if file is not None),
            }
        )
        before = paths
    return pd.DataFrame(rows)
