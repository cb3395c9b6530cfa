"""Write a data set: staged aside, moved into its place, named by the manifest last of all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd

from multidim_poverty.base import FrozenDict
from multidim_poverty.errors import ArgumentError, DatasetError, PovertyError
from multidim_poverty.identity import name_key
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.scale.dataset_faults import (
    dataset_fault,
    naming_a_full_disk,
    raise_faults,
)
from multidim_poverty.scale.dataset_ids import HouseholdFile, repeated_ids
from multidim_poverty.scale.dataset_pieces import Piece, pieces_of, unit_key, without_units
from multidim_poverty.scale.manifest import (
    ASIDE,
    TABLES,
    Manifest,
    Partition,
    commit,
    place_of,
    read_manifest,
    versions_of,
)
from multidim_poverty.scale.partitions import PartOutcome, computed, values_of
from multidim_poverty.scale.stored_columns import StoredColumn, columns_of, merged_columns
from multidim_poverty.scale.stored_files import Columns, Keys, keys_of, stage_file, tables_of
from multidim_poverty.schema.fault_table import Fault

__all__ = [
    "Staged",
    "check_size",
    "commit_staged",
    "files_table",
    "merged_by_table",
    "place_faults",
    "raise_of_files",
    "restage",
    "stage",
    "staging",
    "write_dataset",
]

KEYS = ("standard", "year", "province")
Unit = tuple[str, int, str, tuple[str, ...]]  # standard, year, province, commune below it


class Staged(NamedTuple):
    """A partition whose files are written, where they are, and the columns of each table."""

    part: Partition
    aside: dict[str, Path]
    columns: dict[str, list[StoredColumn]]


def write_dataset(
    path: str | os.PathLike[str],
    households: Any,
    members: Any = None,
    *,
    result: Any = None,
    standard: StandardLike,
    year: int,
    province: str | None = None,
    replace: bool = False,
    households_per_file: int = 100_000,
    progress: bool = False,
) -> pd.DataFrame:
    """Write households, members and results as Parquet: a new data set, or new parts of one.

    One file per table for some communes of a province, in folders ``standard=``, ``year=`` and
    ``province=``; DuckDB, polars and Spark read them as they are. A data set that is there is
    never edited: the files of other communes, of a later year or of a correction are new ones,
    and a new version of the manifest says which are current.

    Parameters
    ----------
    path : str or path-like
        The folder. It is made if it is not there.
    households : pandas.DataFrame or dask.dataframe.DataFrame
        Index ``household_id``, unique; columns ``district`` and ``commune`` part them into files.
    members : pandas.DataFrame or dask.dataframe.DataFrame, optional
        One row per person. Those of a Dask table are in the partition of their household: see
        `co_locate`.
    result : pandas.DataFrame or dask.dataframe.DataFrame, optional
        From `assess`, on the same households.
    standard : Standard or str
        Under which the households were surveyed, and the result was computed.
    year : int
        Of the survey.
    province : str, optional
        Where the households have no column ``province``.
    replace : bool
        Whether communes that the data set has already, in this year, are replaced; their files
        stay with those of the earlier versions. Without it they are an error.
    households_per_file : int
        A file has whole communes, up to so many households; or one larger commune.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The files that the data set is made of now: see `dataset_files`.

    Raises
    ------
    DatasetError
        If a commune is there already or is in two partitions, a household is in two, a member
        is in another partition than its household, or a column is of another kind than in the
        other files; names each.
    DiskFullError
        If there is no room; then nothing was written.
    UnwritableFileError
        If the folder cannot be written, such as one that is a file or read-only.
    ConcurrentWriteError
        If another writer was faster; then nothing was written.
    InvalidDataError
        If a household id repeats or is missing, a column stands twice, or a province is no text.
    ArgumentError
        If a table is none, the tables do not belong together, or there is nothing to write.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> with TemporaryDirectory() as folder:
    ...     files = mdp.scale.write_dataset(
    ...         folder, sample.households, sample.members,
    ...         standard="decree_07_2021", year=2023)
    >>> files.groupby("table")["rows"].sum().to_dict()
    {'households': 500, 'members': 1843}
    """
    root, name = Path(path), as_standard(standard).name
    if isinstance(year, bool) or not isinstance(year, int | np.integer):
        raise ArgumentError(f"year {year!r} is no whole number: pass the year of the survey")
    check_size(households_per_file)
    if not isinstance(province, str | None):
        raise ArgumentError(f"province {province!r} is no text: pass its name or code as a text")
    tables = {"members": members, "result": result}
    tables = {table: frame for table, frame in tables.items() if frame is not None}
    parts = _parts({"households": households, **tables})
    of_pandas = isinstance(households, pd.DataFrame)
    base = read_manifest(root) if versions_of(root) else None
    options: dict[str, Any] = {
        "standard": name,
        "year": int(year),
        "province": province,
        "households_per_file": households_per_file,
    }
    with naming_a_full_disk(root), staging(root) as aside:
        if of_pandas:
            staged = _stage_part(parts[0], None, aside, options)
        else:
            tasks = [
                dask.delayed(_outcome)(part, n, aside, options) for n, part in enumerate(parts)
            ]
            outcomes = computed(tasks, progress)
            raise_of_files(outcomes)
            staged = [one for of_part in values_of(outcomes) for one in of_part]
        if not staged:
            raise ArgumentError("there are no households to write")
        known = [] if base is None else list(base.partitions)
        _check_places(staged, known, replace)
        kept, carried = _without_replaced(root, base, staged, aside) if replace else (known, [])
        staged += carried
        columns = merged_by_table({} if base is None else base.columns, staged)
        _check_ids(root, kept, staged, of_pandas, progress)
        action = "replace" if replace else "write"
        return files_table(commit_staged(root, base, action, columns, kept, staged))


def commit_staged(
    root: Path,
    base: Manifest | None,
    action: str,
    columns: Columns,
    kept: Iterable[Partition],
    staged: Sequence[Staged],
) -> Manifest:
    """Make staged files part of the data set, beside the partitions that are kept."""
    return commit(
        root,
        base,
        action,
        columns=columns,
        partitions=[*kept, *(one.part for one in staged)],
        staged={
            one.part.files[table].path: place
            for one in staged
            for table, place in one.aside.items()
        },
    )


@contextmanager
def staging(root: Path) -> Iterator[Path]:
    """A folder for files that are not part of the data set yet; gone at the end."""
    aside = root / f"{ASIDE}{secrets.token_hex(4)}"
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _parts(tables: dict[str, Any]) -> list[Any]:
    """The tables of each partition; those of pandas are one."""
    of_dask = [isinstance(frame, dd.DataFrame) for frame in tables.values()]
    if not any(of_dask):
        for name, frame in tables.items():
            if not isinstance(frame, pd.DataFrame):
                kind = "None" if frame is None else f"a {type(frame).__name__}"
                raise ArgumentError(
                    f"{name} is {kind}: pass a pandas.DataFrame or a dask.dataframe.DataFrame"
                )
        return [tables]
    if not all(of_dask):
        raise ArgumentError(f"{', '.join(tables)}: pass all as Dask tables, or all as pandas ones")
    parts = {name: frame.to_delayed() for name, frame in tables.items()}
    numbers = {name: len(of) for name, of in parts.items()}
    if len(set(numbers.values())) > 1:
        raise ArgumentError(
            f"the tables have {numbers} partitions: those of one number belong together; see "
            "scale.co_locate"
        )
    return [dict(zip(parts, each, strict=True)) for each in zip(*parts.values(), strict=True)]


def _stage_part(
    tables: dict[str, pd.DataFrame], number: int | None, aside: Path, options: dict[str, Any]
) -> list[Staged]:
    if not len(tables["households"]) and not any(map(len, tables.values())):
        return []  # a partition without rows has nothing to write
    place = "the tables" if number is None else f"partition {number}"
    prefix = aside.name if number is None else f"{aside.name}-{number:05d}"
    return [
        stage(piece, aside, f"{prefix}-{n:05d}")
        for n, piece in enumerate(pieces_of(tables, place=place, **options))
    ]


def _outcome(
    tables: dict[str, pd.DataFrame], number: int, aside: Path, options: dict[str, Any]
) -> PartOutcome:
    """What the writing of a partition gave, or the error that it ended in."""
    try:
        return PartOutcome(_stage_part(tables, number, aside, options), None, ())
    except PovertyError as error:
        return PartOutcome(None, error.with_traceback(None), ())


def raise_of_files(outcomes: Sequence[PartOutcome]) -> None:
    """Raise the error of files that could not be read or written, with those of all partitions."""
    errors = [outcome.error for outcome in outcomes if isinstance(outcome.error, DatasetError)]
    if errors:
        raise _joined(errors)


def _joined(errors: Sequence[DatasetError]) -> DatasetError:
    """One error, of the kind of the first one."""
    return type(errors[0])(pd.concat([e.violations for e in errors], ignore_index=True))


def stage(
    piece: Piece,
    aside: Path,
    name: str,
    *,
    receipt: Mapping[str, Any] | None = None,
    inputs: str = "",
) -> Staged:
    """Write the tables of a piece aside, under a name that no other file has."""
    part, files, places, columns = piece.part, {}, {}, {}
    keys = keys_of(part)
    for table, frame in piece.tables.items():
        path = f"{part.folder(table)}/communes-{name}.parquet"
        columns[table] = columns_of(frame, table, path, KEYS)
        _check_keys(frame, keys, table, path)
        places[table] = aside / path
        files[table] = stage_file(
            frame,
            columns[table],
            table,
            part,
            path=path,
            aside=places[table],
            receipt=receipt,
            inputs=inputs,
        )
    return Staged(part.model_copy(update={"files": FrozenDict(files)}), places, columns)


def _check_keys(frame: pd.DataFrame, keys: Keys, table: str, path: str) -> None:
    """Refuse a column that says something else than the folder."""
    faults = []
    for name in frame.columns.intersection(list(KEYS)):
        values: pd.Series[Any] = frame[name].astype(object)
        differs = values.notna() if keys[name] is None else values != keys[name]
        other = values[differs.to_numpy(dtype=bool)]
        if len(other):
            faults.append(
                dataset_fault(
                    "other_key",
                    path,
                    table=table,
                    column=name,
                    value=other.iloc[0],
                    key=f"{name}={keys[name]}",
                    rows=len(other),
                )
            )
    raise_faults(faults)


def check_size(households_per_file: Any) -> None:
    """Refuse a number of households that is none."""
    is_number = isinstance(households_per_file, int | np.integer)
    if not is_number or isinstance(households_per_file, bool) or households_per_file < 1:
        raise ArgumentError(
            f"households_per_file is {households_per_file!r}: pass 1 or more, as a whole number"
        )


def units_of(part: Partition) -> dict[Unit, Unit]:
    """The communes of a partition: key of the names -> as they are spelt."""
    place = part.standard, part.year
    return {
        (*place, name_key(part.province), unit_key(unit)): (*place, part.province, unit)
        for unit in part.units
    }


def _check_ids(
    root: Path, kept: Iterable[Partition], staged: Sequence[Staged], one_table: bool, progress: bool
) -> None:
    """Refuse a household that stands in two partitions, one of them new."""
    files = [
        HouseholdFile(part, place_of(root, part.files["households"].path), -1, new=False)
        for part in kept
        if "households" in part.files
    ]
    files += [
        HouseholdFile(one.part, one.aside["households"], 0 if one_table else n, new=True)
        for n, one in enumerate(staged)
        if "households" in one.aside
    ]
    raise_faults(repeated_ids(files, progress))


def _check_places(staged: Sequence[Staged], known: Sequence[Partition], replace: bool) -> None:
    """Refuse a commune that stands twice, and two spellings of a province."""
    there = {key for part in known if "households" in part.files for key in units_of(part)}
    new = [one.part for one in staged]
    faults = list(place_faults(new))
    if not replace:
        again = {key: unit for part in new for key, unit in units_of(part).items() if key in there}
        faults += [dataset_fault("commune_there", _unit_text(again[key])) for key in sorted(again)]
    raise_faults([*faults, *(() if faults else _spelling_faults([*known, *new]))])


def place_faults(parts: Sequence[Partition]) -> Iterator[Fault]:
    """A commune that is in two partitions, and a province that has two names."""
    homes = [part for part in parts if "households" in part.files]
    times = Counter(key for part in homes for key in units_of(part))
    spelt = {key: unit for part in homes for key, unit in units_of(part).items() if times[key] > 1}
    for key in sorted(spelt):
        yield dataset_fault("commune_twice", _unit_text(spelt[key]), table="households")
    yield from _spelling_faults(parts)


def _spelling_faults(parts: Sequence[Partition]) -> Iterator[Fault]:
    spellings: dict[tuple[str, int, str], set[str]] = {}
    for part in parts:
        key = part.standard, part.year, name_key(part.province)
        spellings.setdefault(key, set()).add(part.province)
    for (standard, year, _), names in sorted(spellings.items()):
        if len(names) > 1:
            listed = ", ".join(map(repr, sorted(names)))
            path = f"standard={standard}/year={year}"
            yield dataset_fault("province_twice", path, column="province", names=listed)


def _unit_text(unit: Unit) -> str:
    standard, year, province, names = unit
    return f"standard={standard}/year={year}/province={province}/{'/'.join(names)}"


def _without_replaced(
    root: Path, base: Manifest | None, staged: Sequence[Staged], aside: Path
) -> tuple[list[Partition], list[Staged]]:
    """Partitions that keep all their communes, and what is left of the other ones, as new files."""
    if base is None:
        return [], []
    new = {key for one in staged for key in units_of(one.part)}
    kept, carried = [], []
    for n, part in enumerate(base.partitions):
        units = units_of(part)
        replaced = {key[3] for key in units if key in new}
        if not replaced:
            kept.append(part)
        elif "households" in part.files and len(replaced) < len(units):
            rest = without_units(tables_of(root, base.columns, part), replaced)
            carried += restage(part, rest, aside, f"{aside.name}-kept-{n:05d}")
    return kept, carried


def restage(
    part: Partition,
    tables: dict[str, pd.DataFrame],
    aside: Path,
    name: str,
    *,
    households_per_file: int | None = None,
) -> list[Staged]:
    """Households that the data set has already, in new files."""
    pieces = pieces_of(
        tables,
        standard=part.standard,
        year=part.year,
        province=part.province,
        households_per_file=households_per_file or len(tables["households"]),
        place=part.folder("households"),
    )
    return [stage(piece, aside, f"{name}-{n:05d}") for n, piece in enumerate(pieces)]


def merged_by_table(known: Columns, staged: Iterable[Staged]) -> Columns:
    """The columns of each table of each standard, with those of the new files."""
    columns = dict(known)
    for one in staged:
        for table, own in one.columns.items():
            key = f"{one.part.standard}/{table}"
            path = one.part.files[table].path
            columns[key] = merged_columns(columns.get(key, ()), own, table, path)
    return columns


def files_table(manifest: Manifest) -> pd.DataFrame:
    """One row per file of a version of the data set."""
    rows = [
        {
            "table": table,
            **keys_of(part),
            "communes": len(part.units),
            **part.files[table].model_dump(exclude={"inputs"}),
        }
        for part in manifest.partitions
        for table in TABLES
        if table in part.files
    ]
    files = pd.DataFrame(rows)
    files.attrs = {"version": manifest.version}
    return files
