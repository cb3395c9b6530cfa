"""Look after a data set: what is wrong with its files, and small files made into larger ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import dask
import pandas as pd

from multidim_poverty.language import Language, check_language
from multidim_poverty.scale.dataset_faults import dataset_fault, fault_table
from multidim_poverty.scale.dataset_ids import HouseholdFile, repeated_ids
from multidim_poverty.scale.dataset_writing import (
    Staged,
    check_size,
    commit_staged,
    files_table,
    merged_by_table,
    place_faults,
    restage,
    staging,
)
from multidim_poverty.scale.manifest import (
    ASIDE,
    TABLES,
    Manifest,
    Partition,
    StoredFile,
    manifest_path,
    parsed_manifest,
    place_of,
    read_manifest,
    versions_of,
)
from multidim_poverty.scale.partitions import computed
from multidim_poverty.scale.stored_files import Columns, file_faults, tables_of
from multidim_poverty.schema.fault_table import Fault

__all__ = ["compact", "verify_dataset"]


def verify_dataset(
    path: str | os.PathLike[str], *, language: Language = "en", progress: bool = False
) -> pd.DataFrame:
    """What is wrong with a data set: every file of every version is read and its hash compared.

    Parameters
    ----------
    path : str or path-like
        The folder of the data set.
    language : {"en", "vi"}
        Language of the messages.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        One row per fault, none if all is well: ``severity``, ``rule``, ``table`` (string),
        ``path`` (object), ``column`` (string), ``value``, ``expected`` (object), ``message``,
        ``citation`` (string). The rules are on the page of rules.

    Raises
    ------
    DatasetError
        If there is no manifest, or the newest one is torn.
    ArgumentError
        If the language is another.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import multidim_poverty as mdp
    >>> households = mdp.load_sample().households
    >>> with TemporaryDirectory() as folder:
    ...     files = mdp.scale.write_dataset(
    ...         folder, households, standard="decree_07_2021", year=2023)
    ...     Path(folder, files["path"][0]).write_bytes(b"")
    ...     mdp.scale.verify_dataset(folder)["rule"].tolist()
    0
    ['file_torn']
    """
    check_language(language)
    root = Path(path)
    newest = read_manifest(root)
    faults: list[Fault] = []
    files: dict[str, tuple[str, StoredFile]] = {}
    before: Manifest | None = None
    versions = versions_of(root)
    every = range(1, versions[-1] + 1)
    faults += [
        dataset_fault("file_missing", manifest_path(version))
        for version in sorted({*every} - {*versions})
    ]
    for version in versions:
        manifest = parsed_manifest(root, version)
        if manifest is None:
            faults.append(dataset_fault("torn_manifest", manifest_path(version)))
        else:
            faults += _faults_of_chain(before, manifest)
            files |= {
                file.path: (table, file)
                for part in manifest.partitions
                for table, file in part.files.items()
            }
        before = manifest
    tasks = [dask.delayed(file_faults)(root, file, table) for table, file in files.values()]
    of_files = dict(zip(files, computed(tasks, progress), strict=True))
    faults += [fault for of_file in of_files.values() for fault in of_file]
    whole = [
        HouseholdFile(part, place_of(root, part.files["households"].path), n, new=True)
        for n, part in enumerate(newest.partitions)
        if "households" in part.files and not of_files[part.files["households"].path]
    ]
    faults += repeated_ids(whole, progress)
    faults += [*place_faults(newest.partitions), *_strays(root, newest)]
    return fault_table(faults, language)


def _faults_of_chain(before: Manifest | None, manifest: Manifest) -> Iterator[Fault]:
    """A version names the one that it was made from by its hash; the first one names none."""
    if before is not None and manifest.previous != before.content_hash():
        yield dataset_fault(
            "other_previous",
            manifest_path(manifest.version),
            value=manifest.previous,
            expected=before.content_hash(),
        )


def _strays(root: Path, newest: Manifest) -> Iterator[Fault]:
    """Files in the tree that the newest manifest does not name, and writing that did not end."""
    named = newest.paths()
    for table in TABLES:
        for place in sorted((root / table).rglob("*.parquet")):
            path = place.relative_to(root).as_posix()
            if path not in named:
                yield dataset_fault("not_in_manifest", path, table=table)
    for place in sorted(root.glob(f"{ASIDE}*")):
        yield dataset_fault("unfinished", place.relative_to(root).as_posix())


def compact(
    path: str | os.PathLike[str],
    *,
    households_per_file: int = 100_000,
    progress: bool = False,
) -> pd.DataFrame:
    """Put small files of a province together, up to a number of households; the rows stay equal.

    The small files stay with those of earlier versions.

    Parameters
    ----------
    path : str or path-like
        The folder of the data set.
    households_per_file : int
        Partitions of fewer households are put together with others of their province and year.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The files that the data set is made of now: see `dataset_files`.

    Raises
    ------
    DatasetError, DiskFullError, ConcurrentWriteError, UnwritableFileError
        As for `write_dataset`; also if a file is not what the manifest says.
    InvalidDataError
        If two of the files have a household of the same id.
    ArgumentError
        If the number is less than 1.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import multidim_poverty as mdp
    >>> households = mdp.load_sample().households
    >>> parts = households.assign(commune=["A", "B"] * 250)
    >>> with TemporaryDirectory() as folder:
    ...     small = mdp.scale.write_dataset(
    ...         folder, parts, standard="decree_07_2021", year=2023,
    ...         households_per_file=250)
    ...     large = mdp.scale.compact(folder)
    >>> small["rows"].tolist(), large["rows"].tolist()
    ([3, 248, 249], [3, 497])
    """
    root = Path(path)
    check_size(households_per_file)
    base = read_manifest(root)
    groups = list(_small(base, households_per_file))
    if not groups:
        return files_table(base)
    columns: Columns = base.columns
    with staging(root) as aside:
        tasks = [
            dask.delayed(_together)(root, columns, group, aside, n, households_per_file)
            for n, group in enumerate(groups)
        ]
        staged = [one for of_group in computed(tasks, progress) for one in of_group]
        gone = {part.key for group in groups for part in group}
        kept = [part for part in base.partitions if part.key not in gone]
        columns = merged_by_table(columns, staged)
        return files_table(commit_staged(root, base, "compact", columns, kept, staged))


def _small(manifest: Manifest, limit: int) -> Iterator[list[Partition]]:
    """Partitions to be put together: of one folder, with the same tables."""
    folders: dict[tuple[object, ...], list[Partition]] = {}
    for part in manifest.partitions:
        if "households" in part.files:
            key = part.standard, part.year, part.province, tuple(sorted(part.files))
            folders.setdefault(key, []).append(part)
    for parts in folders.values():
        group: list[Partition] = []
        rows = 0
        for part in parts:
            size = part.files["households"].rows
            if group and rows + size > limit:
                if len(group) > 1:
                    yield group
                group, rows = [], 0
            group.append(part)
            rows += size
        if len(group) > 1:
            yield group


def _together(
    root: Path,
    columns: Columns,
    parts: list[Partition],
    aside: Path,
    number: int,
    households_per_file: int,
) -> list[Staged]:
    frames = [tables_of(root, columns, part) for part in parts]
    tables = {
        name: pd.concat([of[name] for of in frames], ignore_index=name == "members")
        for name in frames[0]
    }
    return restage(
        parts[0],
        tables,
        aside,
        f"{aside.name}-{number:05d}",
        households_per_file=households_per_file,
    )
