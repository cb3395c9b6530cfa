"""The units of a later day: the households of a year in new partitions, under their new units."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import dask
import pandas as pd

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.scale.dataset_faults import raise_faults
from multidim_poverty.scale.dataset_pieces import (
    Piece,
    groups_of_units,
    household_rows,
    pieces_of,
    rows_of,
)
from multidim_poverty.scale.dataset_reading import chosen
from multidim_poverty.scale.dataset_writing import (
    Staged,
    check_size,
    commit_staged,
    files_table,
    merged_by_table,
    place_faults,
    raise_of_files,
    restage,
    stage,
    staging,
)
from multidim_poverty.scale.manifest import (
    TABLES,
    Partition,
    parsed_manifest,
    read_manifest,
    versions_of,
)
from multidim_poverty.scale.partitions import computed, outcome_of, values_of
from multidim_poverty.scale.stored_files import Columns, frame_of, keys_of, tables_of
from multidim_poverty.units.lookup import Split, check_split, crosswalk, recode, units_on

__all__ = ["recode_dataset"]

ID = "household_id"
ACTION = "recode"
NUMBERS: Mapping[str, Any] = MappingProxyType(
    {"i": pd.Int64Dtype(), "u": pd.Int64Dtype(), "f": pd.Float64Dtype()}
)
Unit = tuple[str, ...]  # codes of province, district and commune; empty where there is none


@dataclass(frozen=True)
class Recoding:
    """From the units of one day to those of another one."""

    on: dt.date
    to: dt.date
    split: Split

    def units(self, households: pd.DataFrame, part: Partition) -> pd.DataFrame:
        """Codes of the new province, district and commune of each household of a partition."""
        days: dict[str, Any] = {"on": self.on, "to": self.to}
        recoded = recode(households, **days, split=self.split)
        province = recoded["province"]
        if (without := recoded["change"].isna()).any():  # no commune: its province is known
            of_folder = pd.DataFrame(
                {"province": part.province or None}, index=households.index[without.to_numpy()]
            )
            known = recode(of_folder, **days, column="province", level="province")["code"]
            province = province.mask(without, known.iloc[0])
        district = units_on(self.to)["district"].reindex(pd.Index(recoded["code"]))
        return pd.DataFrame(
            {
                "province": province,
                "district": pd.array(district.to_numpy(), dtype="string"),
                "commune": recoded["code"],
            }
        )


def recode_dataset(
    path: str | os.PathLike[str],
    *,
    standard: StandardLike | None = None,
    on: DayLike,
    to: DayLike,
    year: int,
    split: Split = "error",
    households_per_file: int = 100_000,
    progress: bool = False,
) -> pd.DataFrame:
    """Bring a year of a data set to the units of a later day, such as 1 July 2025.

    The partitions of the year are replaced by new ones: each household under the province and
    commune of `multidim_poverty.units.recode`, without a district where the later list has none.
    Communes that became one are in one file, whichever files they were in. The files under the
    old units stay with those of the earlier versions.

    Parameters
    ----------
    path : str or path-like
        The folder of the data set. Its column ``commune`` holds codes of the list of `on`.
    standard : Standard or str, optional
        Of the households to recode; needed if there are several.
    on : str (YYYY-MM-DD) or datetime.date
        The day of whose list the codes are.
    to : str (YYYY-MM-DD) or datetime.date
        The day whose list is wanted.
    year : int
        The year to recode.
    split : {"error", "missing", "default"}
        What becomes of the households of a split commune: as for `multidim_poverty.units.recode`.
        Those that get no commune are in their new province.
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
    InvalidDataError
        If a code is not in the list of `on`, or a commune was split: every such household, as
        `multidim_poverty.units.recode` names it, with its ``path`` and ``partition`` (the file
        of its households, and its place among those of the year). Then nothing was written.
    DatasetError, DiskFullError, ConcurrentWriteError, UnwritableFileError
        As for `write_dataset`; also if a file is not what the manifest says.
    NotCoveredError
        If no crosswalk leads from `on` to `to`.
    ArgumentError
        If both days have one list, `to` is the earlier one, the year was recoded before, there
        are several standards, or an argument is another.
    MissingExtraError
        If the extra ``units`` is not installed.

    Notes
    -----
    Area and class stay those of the survey: results go with their households, those under
    another standard too. Where some households of a new file have no result, the file has none:
    call `assess_dataset` again.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import multidim_poverty as mdp
    >>> homes = mdp.load_sample().households
    >>> homes = homes.assign(province="67", commune=["24640", "24655"] * 250)
    >>> with TemporaryDirectory() as folder:
    ...     old = mdp.scale.write_dataset(
    ...         folder, homes, standard="decree_07_2021", year=2024, households_per_file=250)
    ...     new = mdp.scale.recode_dataset(folder, on="2025-06-30", to="2025-07-01", year=2024)
    >>> [files[["province", "rows"]].values.tolist() for files in (old, new)]
    [[['67', 250], ['67', 250]], [['68', 500]]]
    """
    root, law = Path(path), None if standard is None else as_standard(standard)
    recoding = Recoding(as_date(on, "on"), as_date(to, "to"), split)
    check_split(split)
    check_size(households_per_file)
    crosswalk(on, to)  # raises where there is none
    if units_on(on).equals(units_on(to)):
        raise ArgumentError(f"one list of units holds on {on} and on {to}: pass two other days")
    base = read_manifest(root)
    homes = tuple(part for part in base.partitions if "households" in part.files)
    parts = chosen(base.model_copy(update={"partitions": homes}), law, year)
    _check_not_recoded(root, parts[0])
    columns: Columns = dict(base.columns)
    tasks = [
        dask.delayed(outcome_of)(partial(_households_by_unit, root, columns, part, recoding))
        for part in parts
    ]
    outcomes = computed(tasks, progress)
    raise_of_files(outcomes)
    by_unit = values_of(outcomes)
    alone = [
        part for part in base.partitions if part.year == year and "households" not in part.files
    ]
    results = _of_these_units(alone, parts)
    with staging(root) as aside:
        writing = [
            dask.delayed(_regrouped)(
                root,
                columns,
                [
                    part
                    for part, of in zip(parts, by_unit, strict=True)
                    if not of.keys().isdisjoint(units)
                ],
                results,
                units,
                recoding,
                aside,
                f"{aside.name}-{n:05d}",
            )
            for n, units in enumerate(_groups(by_unit, households_per_file))
        ]
        staged = [one for of_group in computed(writing, progress) for one in of_group]
        gone = {part.key for part in (*parts, *results)}
        kept = [part for part in base.partitions if part.key not in gone]
        raise_faults(place_faults([*kept, *(one.part for one in staged)]))
        merged = merged_by_table(columns, staged)
        return files_table(commit_staged(root, base, ACTION, merged, kept, staged))


def _check_not_recoded(root: Path, part: Partition) -> None:
    """Refuse a year that an earlier version recoded: a code may stand in both lists."""
    before: set[str] = set()
    for version in versions_of(root):
        manifest = parsed_manifest(root, version)
        if manifest is None:
            continue
        added = [one for one in manifest.partitions if not before.issuperset(_paths(one))]
        if manifest.action == ACTION and any(
            (one.standard, one.year) == (part.standard, part.year) for one in added
        ):
            raise ArgumentError(
                f"version {version} has recoded {part.year} already: bring households that came "
                "later to the new units with units.recode before you write them"
            )
        before = manifest.paths()


def _paths(part: Partition) -> set[str]:
    return {file.path for file in part.files.values()}


def _households_by_unit(
    root: Path, columns: Columns, part: Partition, recoding: Recoding
) -> dict[Unit, int]:
    """How many households of a partition each new unit has; its faults name the file."""
    file = part.files["households"]
    stored = columns[f"{part.standard}/households"]
    wanted = [column for column in stored if column.name in (ID, "commune")]
    households = frame_of(root, file, "households", wanted, keys_of(part))
    try:
        units = recoding.units(households, part)
    except InvalidDataError as error:
        faults = error.violations.copy(deep=False)
        faults.insert(list(faults.columns).index("table") + 1, "path", file.path)
        raise InvalidDataError(faults) from None
    sizes = units.fillna("").groupby(list(units.columns)).size()
    return dict(zip(sizes.index.to_list(), sizes.to_list(), strict=True))


def _groups(by_unit: Sequence[dict[Unit, int]], limit: int) -> Iterator[set[Unit]]:
    """The new units of each new partition."""
    households: Counter[Unit] = Counter()
    for of_part in by_unit:
        households.update(of_part)
    units = sorted(households)
    sizes = [households[unit] for unit in units]
    for positions in groups_of_units([unit[0] for unit in units], sizes, limit):
        yield {units[n] for n in positions}


def _regrouped(
    root: Path,
    columns: Columns,
    parts: Sequence[Partition],
    results: Sequence[Partition],
    units: set[Unit],
    recoding: Recoding,
    aside: Path,
    name: str,
) -> list[Staged]:
    """The households of some new units, out of the partitions that they were in, in new files."""
    frames, codes = [], []
    for part in parts:
        tables = tables_of(root, columns, part)
        of_part = recoding.units(tables["households"], part)
        is_of_group = pd.MultiIndex.from_frame(of_part.fillna("")).isin(list(units))
        frames.append(rows_of(tables, is_of_group))
        codes.append(of_part[is_of_group])
    goal = parts[0].model_copy(update={"province": next(iter(units))[0]})
    joined = _with_units(_joined(frames), pd.concat(codes))
    staged = restage(goal, joined, aside, name)
    households = joined["households"]
    for standard in sorted({part.standard for part in results}):
        own = [part for part in _of_these_units(results, parts) if part.standard == standard]
        stored = [tables_of(root, columns, part)["result"] for part in own]
        rows = [frame[frame.index.isin(households.index)] for frame in stored]
        if sum(map(len, rows)) == len(households):
            tables = {"households": households, "result": pd.concat(rows)}
            tables = _with_units(tables, pd.concat(codes))
            staged += _stage_results(goal, standard, tables, aside, name)
    return staged


def _joined(frames: Sequence[dict[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """The tables of several partitions as one; the result only where each of them has it."""
    tables = {}
    for table in TABLES:
        parts = [of[table] for of in frames if table in of]
        if parts and (table != "result" or len(parts) == len(frames)):
            tables[table] = pd.concat(parts, ignore_index=table == "members")
    return tables


def _with_units(tables: dict[str, pd.DataFrame], codes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables with the new codes in the columns of units that they have."""
    homes = household_rows(tables, "the data set")
    return {
        table: frame.assign(
            **{
                name: _as_stored(codes[name].iloc[homes[table]].set_axis(frame.index), frame[name])
                for name in codes.columns.intersection(frame.columns)
            }
        )
        for table, frame in tables.items()
    }


def _as_stored(codes: pd.Series[Any], stored: pd.Series[Any]) -> pd.Series[Any]:
    """The codes as the kind of the column that holds the old ones: text, category or number.

    A code that begins with 0 is no number: then the column is refused as one of another kind.
    """
    if isinstance(stored.dtype, pd.CategoricalDtype):
        return codes.astype("category")
    kind = stored.dtype.kind
    is_number = kind in NUMBERS and not codes.str.startswith("0").any()
    return codes.astype(NUMBERS[kind]) if is_number else codes


def _of_these_units(results: Sequence[Partition], parts: Sequence[Partition]) -> list[Partition]:
    """The results of households of the old units of some partitions."""
    units = {(part.province, unit) for part in parts for unit in part.units}
    return [
        part
        for part in results
        if not units.isdisjoint((part.province, unit) for unit in part.units)
    ]


def _stage_results(
    goal: Partition, standard: str, tables: dict[str, pd.DataFrame], aside: Path, name: str
) -> list[Staged]:
    """Results under another standard than that of their households, which are not written."""
    pieces = pieces_of(
        tables,
        standard=standard,
        year=goal.year,
        province=goal.province,
        households_per_file=len(tables["households"]),
        place=goal.folder("households"),
    )
    return [
        stage(Piece(piece.part, {"result": piece.tables["result"]}), aside, name)
        for piece in pieces
    ]
