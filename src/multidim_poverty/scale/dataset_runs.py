"""From a data set to its results, partition by partition; a run that was broken off goes on."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
from functools import partial
from pathlib import Path

import dask
import pandas as pd
from pydantic import ValidationError

from multidim_poverty.assessment import assess
from multidim_poverty.base import FrozenDict, Model
from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.errors import ArgumentError
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.receipts.values import digest
from multidim_poverty.scale.dataset_pieces import Piece
from multidim_poverty.scale.dataset_reading import chosen
from multidim_poverty.scale.dataset_writing import (
    Staged,
    commit_staged,
    files_table,
    merged_by_table,
    raise_of_files,
    stage,
)
from multidim_poverty.scale.manifest import (
    ASIDE,
    Manifest,
    Partition,
    read_manifest,
    versions_of,
    write_bytes,
)
from multidim_poverty.scale.partitions import (
    computed,
    outcome_of,
    values_of,
    warn_again,
)
from multidim_poverty.scale.stored_columns import StoredColumn
from multidim_poverty.scale.stored_files import LIBRARY_VERSION, Columns, file_faults, tables_of

__all__ = ["assess_dataset"]

RESULT = "result"


class FinishedPartition(Model):
    """What a run notes of a partition whose result is written, to go on from there."""

    part: Partition
    columns: tuple[StoredColumn, ...]

    @property
    def inputs(self) -> str:
        """Hash of what the result was computed from."""
        return self.part.files[RESULT].inputs


def assess_dataset(
    source: str | os.PathLike[str],
    *,
    target: str | os.PathLike[str] | None = None,
    standard: StandardLike,
    on: DayLike | None = None,
    year: int | None = None,
    surveyed_under: StandardLike | None = None,
    resume: bool = True,
    progress: bool = False,
) -> pd.DataFrame:
    """Assess a data set partition by partition, and write the results beside it.

    What was finished when a run was broken off (the worker killed, the disk full, faults in
    another partition) is not computed again: call it again with the same arguments. A finished
    partition counts only while its files, the standard, the day and the version of the library
    are those that it was computed from.

    Parameters
    ----------
    source : str or path-like
        The folder of the data set with households and members.
    target : str or path-like, optional
        The folder of the data set that takes the results; `source` itself if not given.
    standard : Standard or str
        As for `multidim_poverty.assess`.
    on : str or datetime.date, optional
        As for `multidim_poverty.assess`.
    year : int, optional
        The year to assess; needed if there are several.
    surveyed_under : Standard or str, optional
        The standard of the folders to assess; needed if there are several.
    resume : bool
        Whether to go on from what an earlier run has finished. If not, it is computed again.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    pandas.DataFrame
        The files that `target` is made of now: see `dataset_files`.

    Raises
    ------
    InvalidDataError
        If the tables have any fault; its ``violations`` has those of all partitions, each with
        its ``partition``, the row of the manifest. What was finished stays for the next run.
    DatasetError, DiskFullError, ConcurrentWriteError, UnwritableFileError
        As for `write_dataset`; also if a file is not what the manifest says.
    ArgumentError
        If a standard or the day is none, or there are several standards or years, or no households.

    Warns
    -----
    DataWarning
        As `multidim_poverty.assess`, with the partitions; of those that this run computed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> with TemporaryDirectory() as folder:
    ...     _ = mdp.scale.write_dataset(
    ...         folder, sample.households, sample.members, standard="decree_07_2021", year=2023)
    ...     _ = mdp.scale.assess_dataset(folder, standard="decree_07_2021")
    ...     result = mdp.scale.read_dataset(folder).result
    ...     int((result["poverty_class"] == "poor").sum().compute())
    96
    """
    root, place = Path(source), Path(source if target is None else target)
    law, day = as_standard(standard), optional_date(on)
    manifest = read_manifest(root)
    base = read_manifest(place) if versions_of(place) else None
    parts = [part for part in chosen(manifest, surveyed_under, year) if "households" in part.files]
    if not parts:
        raise ArgumentError(f"{source} has no households of this standard and year")
    basis = [law.content_hash, str(day), LIBRARY_VERSION]
    run = place / f"{ASIDE}assess-{digest(basis)[:16]}"
    if not resume:
        shutil.rmtree(run, ignore_errors=True)
    goals = [_goal(part, law, basis) for part in parts]
    written = _written(base) if resume else {}
    open_ = [
        (part, goal, inputs)
        for part, (goal, inputs) in zip(parts, goals, strict=True)
        if written.get(goal.key) != inputs
    ]
    finished = [_finished(run, goal, inputs) for _, goal, inputs in open_]
    tasks = [
        dask.delayed(outcome_of)(
            partial(_assess_part, root, dict(manifest.columns), part, goal, inputs, law, day, run)
        )
        for (part, goal, inputs), done in zip(open_, finished, strict=True)
        if done is None
    ]
    outcomes = computed(tasks, progress)
    raise_of_files(outcomes)
    staged = [_staged(run, done) for done in (*finished, *values_of(outcomes)) if done is not None]
    warn_again(outcomes)
    if not staged and base is not None:
        shutil.rmtree(run, ignore_errors=True)
        return files_table(base)
    columns = merged_by_table({} if base is None else base.columns, staged)
    kept, joined = _joined(base, staged)
    made = commit_staged(place, base, "assess", columns, kept, joined)
    shutil.rmtree(run, ignore_errors=True)
    return files_table(made)


def _goal(part: Partition, law: Standard, basis: list[str]) -> tuple[Partition, str]:
    """The partition that the result is for, and the hash of what it is computed from."""
    hashes = [
        f"{table} {file.sha256}" for table, file in sorted(part.files.items()) if table != RESULT
    ]
    goal = part.model_copy(update={"standard": law.name, "files": FrozenDict({})})
    return goal, digest([*basis, *hashes])


def _written(base: Manifest | None) -> dict[object, str]:
    """What the results that the data set has were computed from, by partition."""
    parts = () if base is None else base.partitions
    return {part.key: part.files[RESULT].inputs for part in parts if RESULT in part.files}


def _note(run: Path, goal: Partition) -> Path:
    return run / f"{digest([repr(goal.key)])[:16]}.json"


def _finished(run: Path, goal: Partition, inputs: str) -> FinishedPartition | None:
    """What an earlier run has finished, if its file is whole and of the same inputs."""
    try:
        noted = FinishedPartition.model_validate_json(_note(run, goal).read_text("utf-8"))
    except (FileNotFoundError, ValidationError):
        return None
    is_same = noted.part.key == goal.key and noted.inputs == inputs
    return noted if is_same and not file_faults(run, noted.part.files[RESULT], RESULT) else None


def _assess_part(
    root: Path,
    columns: Columns,
    part: Partition,
    goal: Partition,
    inputs: str,
    law: Standard,
    day: dt.date | None,
    run: Path,
) -> FinishedPartition:
    tables = tables_of(root, columns, part, ("households", "members"))
    result = assess(tables["households"], tables.get("members"), standard=law, on=day)
    stated = {"standard_hash": law.content_hash, "on": None if day is None else day.isoformat()}
    staged = stage(
        Piece(goal, {RESULT: result.reset_index()}),
        run,
        secrets.token_hex(8),
        receipt=stated,
        inputs=inputs,
    )
    noted = FinishedPartition(part=staged.part, columns=tuple(staged.columns[RESULT]))
    note = _note(run, goal)
    aside = note.with_suffix(f".{secrets.token_hex(4)}")
    write_bytes(aside, noted.model_dump_json().encode())
    aside.replace(note)
    return noted


def _staged(run: Path, noted: FinishedPartition) -> Staged:
    path = noted.part.files[RESULT].path
    return Staged(noted.part, {RESULT: run / path}, {RESULT: list(noted.columns)})


def _joined(base: Manifest | None, staged: list[Staged]) -> tuple[list[Partition], list[Staged]]:
    """Partitions that have no new result, and those that have, with their other files."""
    known = {} if base is None else {part.key: part for part in base.partitions}
    joined = []
    for one in staged:
        other = known.pop(one.part.key, one.part)
        files = FrozenDict({**other.files, **one.part.files})
        joined.append(one._replace(part=other.model_copy(update={"files": files})))
    return list(known.values()), joined
