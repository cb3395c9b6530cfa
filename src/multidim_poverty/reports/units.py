"""Administrative units as rows of a table: parents before their children, none left out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import eq
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.identity import one_spelling
from multidim_poverty.language import alphabetical_key
from multidim_poverty.reports.layouts import words
from multidim_poverty.schema.arguments import By, distinct_rows, grouping
from multidim_poverty.schema.faults import Fault, fault_at, report

__all__ = ["LEADING", "NOT_KNOWN", "TOTAL", "Units", "plain_values", "units_of"]

Ints = npt.NDArray[np.int64]
Path = tuple[int, ...]  # positions of the names by level
LEADING = ("number", "level", "unit", "count_of")
TOTAL = "total"
NOT_KNOWN = "not_known"


@dataclass(frozen=True)
class Units:
    """The rows of a table, and which rows of the data each of them covers.

    The lowest units, which have none below them, are numbered in the order of the table, so that
    those of a parent stand together: from `low` up to `high`.
    """

    rows: pd.DataFrame  # number, level, unit, and one column per level
    low: Ints
    high: Ints
    n: int  # lowest units
    of_data: Ints  # number of the lowest unit of each row of the data
    of_population: Ints  # the same of each row of the population; none without one

    def sums(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Sums by row of the table, from those by lowest unit."""
        if values.dtype.kind == "f":  # each by itself: no differences of large sums
            ends = np.column_stack([self.low, self.high]).ravel()
            return np.where(
                self.high > self.low, np.add.reduceat(np.append(values, 0.0), ends)[::2], 0.0
            )
        running = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
        return np.asarray(running[self.high] - running[self.low])


def units_of(
    data: pd.DataFrame,
    by: By,
    *,
    table: str = "households",
    units: pd.DataFrame | None = None,
    population: pd.DataFrame | None = None,
    total: bool = True,
    names: Mapping[Any, str] | None = None,
) -> Units:
    """The rows of a table over data whose columns `by` name units, the largest first.

    Parameters
    ----------
    data : pandas.DataFrame
    by : str, sequence of str or pandas.Series
        The columns, from the largest units down, or the unit of each row. A row of which the unit
        is not known at some level is counted in a unit of its own, the last below its parent, whose
        name is missing.
    table : str
        What the data are, for the words of an error.
    units : pandas.DataFrame, optional
        All units there are: columns `by`; a row with missing lower levels is a unit without
        units below. Its order is that of the rows.
    population : pandas.DataFrame, optional
        The population, by columns `by`: one row per lowest unit.
    total : bool
        Whether the first row is the total.
    names : mapping, optional
        What to write for a unit.

    Returns
    -------
    Units

    Raises
    ------
    InvalidDataError
        If a unit of the data is not in `units`; if one of the population is not in
        `units`, or is the sum of others; or if one of `units` or of the population is below one
        that is missing.
    ArgumentError
        If `by` repeats a column or names one that is absent, or if `by` names a column that every
        table has, or one of numbers and texts that are not the same codes, or if a category without
        rows has a place that is not known.

    Warns
    -----
    UserWarning
        Names units of one key that are spelt in several ways and read as one, in the spelling
        that comes first (in `units`, the data, the population), and units that look alike.
    """
    data, levels = grouping(by, data, table)
    by = tuple(map(str, levels))
    rows_of_data = data.index
    # Each distinct unit is looked at once: `of_row` is the one that each row of the data has.
    data, of_row = distinct_rows(data, levels)
    named = {"units": units, table: data, "population": population}
    frames = {
        what: frame if what == table else grouping(by, frame, what)[0]
        for what, frame in named.items()
        if frame is not None
    }
    _check_by(by)
    spelt = one_spelling([*frames.values()], levels)
    frames = dict(zip(frames, spelt, strict=True))
    _check_values(by, frames, table)
    data, units, population = frames[table], frames.get("units"), frames.get("population")
    order = [_order(name, [*frames.values()], listed=units is not None) for name in by]
    _check_kinds(by, order)
    place = [{value: at for at, value in enumerate(values)} for values in order]

    def paths(frame: pd.DataFrame | None, *, rows: bool = False) -> _UnitPaths:
        """The units of the rows; a level that is missing is -1, in data one more than the last."""
        if frame is None:
            return _UnitPaths.of([], 0)
        missing_codes = [len(values) if rows else -1 for values in order]
        levels = [_codes(frame[name], place[n], missing_codes[n]) for n, name in enumerate(by)]
        return _UnitPaths.of(levels, len(frame))

    of_data, of_units, of_population = paths(data, rows=True), paths(units), paths(population)
    known = {*of_data.distinct, *of_units.distinct, *of_population.distinct}
    if units is not None:
        for what, frame, unit_paths in (
            (table, data, of_data),
            ("population", population, of_population),
        ):
            known_paths = {*of_units.distinct, *_open(unit_paths.distinct, order)}
            if unknown_paths := {*unit_paths.distinct} - known_paths:
                if what == table:
                    frame = data.take(of_row).set_axis(rows_of_data)
                    unit_paths = unit_paths.of_rows(of_row)
                _refuse(what, frame, by, "unknown_unit", unit_paths, unknown_paths)
    above = {path[:depth] for path in known for depth in range(len(path))}
    if sums := {*of_population.distinct} & above:
        _refuse("population", population, by, "sum_of_units", of_population, sums)
    if units is None:
        known |= _empty_categories(data, by, place, known)

    rank: dict[Path, int] = {}
    for path in of_units.distinct:
        for depth in range(1, len(path) + 1):
            rank.setdefault(path[:depth], len(rank))

    def key(path: Path) -> Path:
        """Where a unit stands: in the order of the list, else in that of the values."""
        depths = range(1, len(path) + 1)
        # A unit that is not known is on no list: it comes after those that are.
        return tuple(rank.get(path[:d], len(rank) + path[d - 1]) for d in depths)

    shown = {path[:depth] for path in known for depth in range(1, len(path) + 1)}
    above = {path[:-1] for path in shown}
    leaves = sorted(known - above, key=key)
    # A prefix sorts before what it begins.
    rows = ([()] if total else []) + sorted(shown, key=key)
    keys = [key(path) for path in leaves]
    return Units(
        rows=_named(rows, by, order, names or {}),
        low=np.array([bisect_left(keys, key(row)) for row in rows], dtype=np.int64),
        high=np.array([_end(keys, key(row)) for row in rows], dtype=np.int64),
        n=len(leaves),
        of_data=of_data.numbers(leaves)[of_row],
        of_population=of_population.numbers(leaves),
    )


# -- rows ------------------------------------------------------------------------------------


def _whole(path: Sequence[int]) -> Path:
    """The path without the levels below the unit."""
    return tuple(path[: list(path).index(-1)] if -1 in path else path)


@dataclass(frozen=True)
class _UnitPaths:
    """The units of the rows of data: each distinct path once, and which one each row has."""

    distinct: list[Path]
    at: Ints

    @classmethod
    def of(cls, positions: Sequence[Ints], n: int) -> _UnitPaths:
        """From the positions of the names of `n` rows, one array per level."""
        if not n:
            return cls([], np.zeros(0, dtype=np.int64))
        at = np.zeros(n, dtype=np.int64)
        for level in positions:
            at = pd.factorize(at * (level.max() + 2) + level + 1)[0]
        first = np.empty(at.max() + 1, dtype=np.int64)
        first[at[::-1]] = np.arange(n)[::-1]
        columns = [level[first].tolist() for level in positions]
        paths = zip(*columns, strict=True) if columns else [()]
        return cls([_whole(path) for path in paths], at)

    def of_rows(self, rows: Ints) -> _UnitPaths:
        """The units of these rows of the data."""
        return _UnitPaths(self.distinct, np.take(self.at, rows))

    def numbers(self, leaves: list[Path]) -> Ints:
        """The number of the lowest unit of each row; -1 where it is none of these."""
        number = {path: n for n, path in enumerate(leaves)}
        numbers = [number.get(path, -1) for path in self.distinct]
        return np.array(numbers, dtype=np.int64)[self.at]


def _open(paths: list[Path], order: list[list[Any]]) -> set[Path]:
    """The paths with a level that is not known."""
    beyond = [len(values) for values in order]
    return {path for path in paths if any(map(eq, path, beyond))}


def _end(leaves: list[Path], row: Path) -> int:
    return bisect_left(leaves, (*row[:-1], row[-1] + 1)) if row else len(leaves)


def _named(
    rows: list[Path], by: tuple[str, ...], order: list[list[Any]], names: Mapping[Any, str]
) -> pd.DataFrame:
    counted: dict[Path, int] = {}
    numbers: dict[Path, str] = {(): ""}
    for row in rows:
        if row:
            parent = row[:-1]
            counted[parent] = counted.get(parent, 0) + 1
            start = f"{numbers[parent]}." if parent else ""
            numbers[row] = f"{start}{counted[parent]}"
    values = [_values(row, order) for row in rows]

    def called(value: list[Any]) -> str:
        if not value or value[-1] is None:
            return words(NOT_KNOWN if value else TOTAL).vi
        return str(names.get(value[-1], value[-1]))

    levels = [by[len(row) - 1] if row else TOTAL for row in rows]
    frame = pd.DataFrame(
        {
            "number": pd.array([numbers[row] for row in rows], dtype="string"),
            "level": pd.Categorical(levels, categories=[TOTAL, *by]),
            "unit": pd.array([called(value) for value in values], dtype="string"),
        }
    )
    for level, name in enumerate(by):
        column = [value[level] if level < len(value) else None for value in values]
        codes = order[level] and all(isinstance(value, int) for value in order[level])
        frame[name] = pd.Series(column, dtype=object).astype("Int64" if codes else "string")
    return frame


# -- values ----------------------------------------------------------------------------------


def _values(path: Path, order: list[list[Any]]) -> list[Any]:
    """The names on a path; None for what is not known."""
    return [([*order[level], None])[at] for level, at in enumerate(path)]


def plain_values(series: pd.Series[Any]) -> list[Any]:
    """Values as Python objects, None where missing; a code that pandas made a float is whole."""
    values = [None if value is pd.NA or value != value else value for value in series.tolist()]
    return [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]


def _order(name: str, frames: list[pd.DataFrame], *, listed: bool) -> list[Any]:
    """The values of a level: those of a list as listed, categories as ordered, others sorted.

    Texts are in the order of the Vietnamese alphabet, numbers in them as numbers.
    """
    first: dict[Any, None] = {}
    if listed:
        first.update(dict.fromkeys(plain_values(frames[0][name].drop_duplicates())))
    for frame in frames:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            first.update(dict.fromkeys(frame[name].cat.categories.tolist()))
    rest = {value for frame in frames for value in plain_values(frame[name].drop_duplicates())}
    rest -= {None, *first}
    numbers, texts = (
        {value for value in rest if isinstance(value, str) == is_text} for is_text in (False, True)
    )
    values = [*first, *sorted(numbers), *sorted(texts, key=alphabetical_key)]
    return [value for value in values if value is not None]


def _codes(series: pd.Series[Any], place: dict[Any, int], missing: int) -> npt.NDArray[np.int64]:
    codes, distinct = pd.factorize(series)
    table = np.array([*(place[value] for value in distinct.tolist()), missing], dtype=np.int64)
    return table[codes]


def _empty_categories(
    data: pd.DataFrame, by: tuple[str, ...], place: list[dict[Any, int]], known: set[Path]
) -> set[Path]:
    """Paths of the categories of the first level that no row has."""
    paths: set[Path] = set()
    for level, name in enumerate(by):
        if not isinstance(data[name].dtype, pd.CategoricalDtype):
            continue
        filled = {path[level] for path in known if len(path) > level}
        empty = [v for v in data[name].cat.categories.tolist() if place[level][v] not in filled]
        if level == 0:
            paths |= {(place[0][value],) for value in empty}
        elif empty:
            raise ArgumentError(
                f"column {name} has categories without rows, whose {by[level - 1]} is not known: "
                f"{empty}; say where they are with units=, or drop them with "
                f".cat.remove_unused_categories()"
            )
    return paths


# -- checks ----------------------------------------------------------------------------------


def _check_by(by: tuple[str, ...]) -> None:
    if taken := [name for name in by if name in (*LEADING, TOTAL)]:
        raise ArgumentError(f"by names columns that every table has: {taken}; rename them")


def _check_values(by: tuple[str, ...], tables: Mapping[str, pd.DataFrame], data: str) -> None:
    faults: list[Fault] = []
    for what, frame in tables.items():
        below = np.zeros(len(frame), dtype=bool)
        for name in reversed(by):
            missing = frame[name].isna().to_numpy(dtype=bool)
            # Units and the population may have a row for a unit without units below it; in the
            # data, a unit that is missing is not known.
            wrong = missing if name == by[0] else missing & below
            if what != data and wrong.any():
                faults.append(fault_at(what, name, "missing_value", wrong))
            below |= ~missing
    if faults:
        raise InvalidDataError(report(faults, tables))


def _check_kinds(by: tuple[str, ...], order: list[list[Any]]) -> None:
    """Refuse a level of which some units are codes that are numbers, and others texts."""
    mixed = [
        f"column {name} has numbers and texts"
        for name, values in zip(by, order, strict=True)
        if len({isinstance(value, str) for value in values}) > 1
    ]
    if mixed:
        raise ArgumentError(f"units cannot be told apart: {'; '.join(mixed)}; write all as texts")


def _refuse(
    what: str,
    frame: pd.DataFrame | None,
    by: tuple[str, ...],
    rule: str,
    paths: _UnitPaths,
    refused: set[Path],
) -> None:
    bad = np.array([path in refused for path in paths.distinct], dtype=bool)[paths.at]
    raise InvalidDataError(report([fault_at(what, by[-1], rule, bad)], {what: frame}))
