"""Official tables as arrays: as made, put together, sorted, read from a file, or as printed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import name_key
from multidim_poverty.kleene import BoolArray
from multidim_poverty.reports.assembly import COUNTED
from multidim_poverty.reports.figures import Figures, read_counts, read_decimals, rounding
from multidim_poverty.reports.layouts import Layout, layout_of_counts
from multidim_poverty.reports.suppression import HIDDEN
from multidim_poverty.reports.units import NOT_KNOWN, TOTAL, plain_values

__all__ = ["Numbers", "ReadTable", "UnitPath", "name_of", "read_tables"]

Positions = npt.NDArray[np.intp]
UnitPath = tuple[Any, ...]  # names of a unit from the largest down; empty for the total


@dataclass(frozen=True)
class Numbers:
    """Columns of numbers, one row per row of the table.

    Attributes
    ----------
    columns : tuple of str
    values : numpy.ndarray of int64
        Counts, or rates in millionths of a percent; 0 where `missing`.
    missing, unread : numpy.ndarray of bool
        Cells without a number, and those of them in which something else stands.
    last_decimal : numpy.ndarray of int64
        To what each cell is rounded, in the unit of the values.
    """

    columns: tuple[str, ...]
    values: npt.NDArray[np.int64]
    missing: npt.NDArray[np.bool_]
    unread: npt.NDArray[np.bool_]
    last_decimal: npt.NDArray[np.int64]

    @classmethod
    def of(cls, figures: Mapping[str, Figures], length: int, *, rates: bool = False) -> Numbers:
        """The numbers of these columns, each of this length."""
        columns = list(figures.values())
        last = rounding(columns) if rates else [np.ones(length, dtype=np.int64)] * len(columns)
        shape = (length, len(columns))
        values, last_decimal = np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=np.int64)
        missing, unread = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        for n, column in enumerate(columns):
            values[:, n], missing[:, n] = column.values, column.missing
            unread[:, n], last_decimal[:, n] = column.unread, last[n]
        return cls(tuple(figures), values, missing, unread, last_decimal)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Position of each column."""
        return {name: n for n, name in enumerate(self.columns)}

    @cached_property
    def negative(self) -> npt.NDArray[np.bool_]:
        """Which cells are below 0 and may not be: all but those of a residual."""
        unsigned = np.array([name != "residual" for name in self.columns], dtype=bool)
        negative: npt.NDArray[np.bool_] = (self.values < 0) & ~self.missing & unsigned
        return negative

    def of_column(self, column: str) -> tuple[npt.NDArray[np.int64], BoolArray]:
        """The values of a column, and where they are missing."""
        at = self.position[column]
        return self.values[:, at], self.missing[:, at]


@dataclass(frozen=True)
class UnitTree:
    """The units of all tables that are checked together, and the position of each one's parent.

    Attributes
    ----------
    paths : tuple of tuple
        Names of each unit from the largest down, in the spelling that comes first.
    keys : tuple of tuple
        The same as keys of names.
    parent : numpy.ndarray of int
        -1 for the total, which has none.
    depth : numpy.ndarray of int
        0 for the total.
    """

    paths: tuple[UnitPath, ...]
    keys: tuple[UnitPath, ...]
    parent: Positions
    depth: Positions


class _Units:
    """Units that are read one table after the other: two spellings of a name are one unit."""

    def __init__(self) -> None:
        self.paths: dict[UnitPath, UnitPath] = {}  # by the keys of the names
        self.position: dict[UnitPath, int] = {}
        self.keys: dict[Any, Any] = {None: None}
        self.read: list[tuple[list[pd.Series[Any]], Positions, dict[int, UnitPath]]] = []

    def keys_of(self, names: list[Any]) -> list[Any]:
        """The keys of names, each worked out once."""
        self.keys |= {name: name_key(name) for name in {*names} - self.keys.keys()}
        return [self.keys[name] for name in names]

    def positions(
        self, columns: list[pd.Series[Any]], levels: tuple[str, ...]
    ) -> tuple[Positions, dict[int, UnitPath]]:
        """The position of the unit of each row, and the units that are spelt otherwise than before.

        `columns` are the level and the columns of the levels; most tables have the rows of one
        before.
        """
        for other, positions, spelt in self.read:
            if len(columns) == len(other) and all(map(_same, columns, other)):
                return positions, spelt
        depth = {TOTAL: 0, **{name: n + 1 for n, name in enumerate(levels)}}
        level, *names = map(plain_values, columns)
        empty: list[UnitPath] = [()] * len(level)
        paths = zip(*names, strict=True) if names else empty
        keys = zip(*map(self.keys_of, names), strict=True) if names else empty
        first = list(self.paths.values())
        at, spelt = [], {}
        for path, key_path, name in zip(paths, keys, level, strict=True):
            own = path[: depth[name]]
            unit = self.at(own, key_path[: depth[name]])
            at.append(unit)
            if unit < len(first) and own != first[unit] and _words(own) != _words(first[unit]):
                spelt[unit] = own
        self.read.append((columns, np.array(at, dtype=np.intp), spelt))
        return self.read[-1][1:]

    def at(self, path: UnitPath, keys: UnitPath) -> int:
        """The position of a unit; a new one gets the next."""
        at = self.position.get(keys)
        if at is None:
            at = self.position[keys] = len(self.position)
            self.paths[keys] = path
        return at

    def tree(self) -> UnitTree:
        """The tree of all units and of those above them."""
        for keys in list(self.position):
            for depth in range(len(keys)):
                self.at(self.paths[keys][:depth], keys[:depth])
        parents = [self.position[keys[:-1]] if keys else -1 for keys in self.position]
        return UnitTree(
            tuple(self.paths[keys] for keys in self.position),
            tuple(self.position),
            np.array(parents, dtype=np.intp),
            np.array([len(keys) for keys in self.position], dtype=np.intp),
        )


@dataclass(frozen=True)
class ReadTable:
    """A table, and what each of its rows is about.

    Attributes
    ----------
    form : Layout
    frame : pandas.DataFrame
        As handed over, rows numbered from 0, without attributes.
    sources : mapping
        Source -> hash of the data.
    levels : tuple of str
        Columns of the units, from the largest down.
    tree : UnitTree
    unit : numpy.ndarray of int
        Position in `tree.paths` of the unit of each row.
    count_of : numpy.ndarray of int
        Position in `COUNTED` of what each row counts; 0 where the columns say it.
    counts, rates : Numbers
    spelt : mapping of int to tuple
        Position of a unit -> its names, where an earlier table spells them otherwise.
    """

    form: Layout
    frame: pd.DataFrame
    sources: Mapping[str, str]
    levels: tuple[str, ...]
    tree: UnitTree
    unit: Positions
    count_of: Positions
    counts: Numbers
    rates: Numbers
    spelt: Mapping[int, UnitPath]

    @property
    def name(self) -> str:
        """What the table is called in the table of faults."""
        return f"table_{self.form.number}"

    @cached_property
    def depth(self) -> Positions:
        """How many units stand above the unit of each row."""
        return self.tree.depth[self.unit]

    @cached_property
    def two_rows(self) -> bool:
        """Whether households and persons of a unit have a row each."""
        return "count_of" in self.frame.columns

    def row_of_unit(self, of: str) -> Positions:
        """The row of each unit of the tree, -1 where the table has none."""
        return self._rows_of_units[COUNTED.index(of) if self.two_rows else 0]

    @cached_property
    def _rows_of_units(self) -> list[Positions]:
        """The row of each unit, of households and of persons; of both where there is one."""
        rows_of_units = []
        for n in range(len(COUNTED) if self.two_rows else 1):
            rows = np.flatnonzero(self.count_of == n)
            row = np.full(len(self.tree.paths), -1, dtype=np.intp)
            row[self.unit[rows]] = rows
            rows_of_units.append(row)
        return rows_of_units

    def places(self, rows: Positions) -> dict[str, Any]:
        """Names of the units of these rows, and what the rows count."""
        names = [name_of(self.tree.paths[at]) for at in self.unit[rows].tolist()]
        counted = [COUNTED[at] for at in self.count_of[rows].tolist()] if self.two_rows else None
        return {
            "unit": np.array(names, dtype=object),
            "count_of": None if counted is None else np.array(counted, dtype=object),
        }


def name_of(path: UnitPath) -> str:
    """The names of a unit, the largest first."""
    return " / ".join(NOT_KNOWN if name is None else str(name) for name in path) or TOTAL


def _same(one: pd.Series[Any], other: pd.Series[Any]) -> bool:
    return one.dtype == other.dtype and one.array.equals(other.array)


def _words(path: UnitPath) -> list[str]:
    """The names of a unit as texts with single blanks."""
    return [" ".join(unicodedata.normalize("NFC", str(name)).split()) for name in path]


Books = Mapping[str, Iterable[pd.DataFrame]]


def read_tables(books: Books) -> dict[str, dict[int, ReadTable]]:
    """Tables by their numbers, those of several versions with the same tree of units.

    Raises
    ------
    ArgumentError
        If a table does not say which one it is, carries headers in place of ids, or is given
        twice in a version.
    """
    units = _Units()
    parts = {version: _parts(tables, units) for version, tables in books.items()}
    tree = units.tree()
    return {
        version: {
            form.number: ReadTable(form, frame, sources, levels, tree, *arrays)
            for form, frame, sources, levels, *arrays in of_version
        }
        for version, of_version in parts.items()
    }


def _parts(tables: Iterable[pd.DataFrame], units: _Units) -> list[tuple[Any, ...]]:
    """The parts of each table, but for the tree."""
    forms: dict[int, Layout] = {}
    parts = []
    for table in tables:
        form = layout_of_counts(table, "check")
        if form.number in forms:
            raise ArgumentError(
                f"table {form.number} is given twice; give another version of it, or that of "
                f"another year, as other_version= or year_before="
            )
        forms[form.number] = form
        needed = ["level", *(column.id for column in form.printed)]
        needed += ["household_id", "member_id"] if form.rows == "members" else []
        present = set(table.columns)
        if absent := [id for id in needed if id not in present]:
            raise ArgumentError(
                f"table {form.number} has no columns {', '.join(absent)}: check reads tables with "
                f"ids, made without labels"
            )
        if HIDDEN in present and table[HIDDEN].fillna("").ne("").any():
            raise ArgumentError(
                f"table {form.number} has hidden counts, which nothing can be checked with: check "
                f"the tables before suppress hides any"
            )
        sources = table.attrs.get("sources") or {}
        frame = table.reset_index(drop=True)
        frame.attrs = {}  # pandas copies them at every step
        levels = _levels(frame, form)
        cells = dict(frame.items())
        unit, spelt = units.positions([cells[name] for name in ("level", *levels)], levels)
        numbers = _numbers(cells, form, len(frame))
        parts.append((form, frame, sources, levels, unit, _counted(frame), *numbers, spelt))
    return parts


def _levels(frame: pd.DataFrame, form: Layout) -> tuple[str, ...]:
    level = frame["level"]
    # Parents stand before their children, so that levels first occur from the largest down.
    names = level.cat.categories if isinstance(level.dtype, pd.CategoricalDtype) else level.unique()
    levels = tuple(name for name in names if name != TOTAL)
    if absent := [name for name in levels if name not in frame.columns]:
        absent = [name for name in absent if (level == name).any()]
        levels = tuple(name for name in levels if name in frame.columns)
    if absent:
        raise ArgumentError(f"table {form.number} has no columns {', '.join(absent)} of its levels")
    return levels


def _counted(frame: pd.DataFrame) -> Positions:
    if "count_of" not in frame.columns:
        return np.zeros(len(frame), dtype=np.intp)
    return np.asarray(pd.Index(COUNTED).get_indexer(pd.Index(frame["count_of"])), dtype=np.intp)


def _numbers(
    cells: Mapping[Any, pd.Series[Any]], form: Layout, length: int
) -> tuple[Numbers, Numbers]:
    """The counts and the rates of a table."""
    counts = {
        column.id: read_counts(cells[column.id])
        for column in form.columns
        if column.kind == "count" and column.id in cells
    }
    rates = {
        column.id: read_decimals(cells[column.id])
        for column in form.columns
        if column.kind == "rate" and column.id in cells
    }
    return Numbers.of(counts, length), Numbers.of(rates, length, rates=True)
