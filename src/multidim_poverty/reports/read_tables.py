"""Official tables as arrays: handed over as made, put together, sorted, or read from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.kleene import BoolArray
from multidim_poverty.reports.assembly import COUNTED
from multidim_poverty.reports.layouts import Layout, layout_of
from multidim_poverty.reports.units import NOT_KNOWN, TOTAL, plain_values

__all__ = ["Numbers", "ReadTable", "UnitPath", "name_of", "read_tables"]

Positions = npt.NDArray[np.intp]
UnitPath = tuple[Any, ...]  # names of a unit from the largest down; empty for the total


@dataclass(frozen=True)
class Numbers:
    """Columns of numbers: `values`, one row per row of the table, 0 where `missing`."""

    columns: tuple[str, ...]
    values: npt.NDArray[Any]
    missing: BoolArray

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

    def of(self, column: str) -> tuple[npt.NDArray[Any], BoolArray]:
        """The values of a column, and where they are missing."""
        at = self.position[column]
        return self.values[:, at], self.missing[:, at]


@dataclass(frozen=True)
class UnitTree:
    """The units of all tables that are checked together, and the position of each one's parent."""

    paths: tuple[UnitPath, ...]
    parent: Positions  # -1 for the total, which has none

    @classmethod
    def of(cls, position: Mapping[UnitPath, int]) -> UnitTree:
        """The tree of these units and of all those above them."""
        position = dict(position)
        for path in list(position):
            for depth in range(len(path)):
                position.setdefault(path[:depth], len(position))
        parents = [position[path[:-1]] if path else -1 for path in position]
        return cls(tuple(position), np.array(parents, dtype=np.intp))


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
        Int64 and float64.
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

    @property
    def name(self) -> str:
        """What the table is called in the table of faults."""
        return f"table_{self.form.number}"

    @property
    def two_rows(self) -> bool:
        """Whether households and persons of a unit have a row each."""
        return "count_of" in self.frame.columns

    def row_of_unit(self, of: str) -> Positions:
        """The row of each unit of the tree, -1 where the table has none."""
        rows = np.arange(len(self.unit))
        if self.two_rows:
            rows = rows[self.count_of == COUNTED.index(of)]
        row = np.full(len(self.tree.paths), -1, dtype=np.intp)
        row[self.unit[rows]] = rows
        return row

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


def read_tables(tables: Iterable[pd.DataFrame]) -> dict[int, ReadTable]:
    """Tables by their numbers.

    Raises
    ------
    ValueError
        If a table does not say which one it is, carries headers in place of ids, has something
        else than numbers where numbers stand, or is given twice.
    """
    forms: dict[int, Layout] = {}
    parts: list[tuple[Any, ...]] = []
    position: dict[UnitPath, int] = {}
    for table in tables:
        form = layout_of(table)
        if form.number in forms:
            raise ValueError(f"table {form.number} is given twice")
        forms[form.number] = form
        needed = ["level", *(column.id for column in form.printed)]
        needed += ["household_id", "member_id"] if form.rows == "members" else []
        present = set(table.columns)
        if absent := [id for id in needed if id not in present]:
            raise ValueError(
                f"table {form.number} has no columns {', '.join(absent)}: check reads tables with "
                f"ids, made without labels"
            )
        sources = table.attrs.get("sources") or {}
        frame = table.reset_index(drop=True)
        frame.attrs = {}  # pandas copies them at every step
        levels = _levels(frame, form)
        unit = _units(frame, levels, position)
        parts.append((form, frame, sources, levels, unit, _counted(frame), *_numbers(frame, form)))
    tree = UnitTree.of(position)
    return {
        form.number: ReadTable(form, frame, sources, levels, tree, *arrays)
        for form, frame, sources, levels, *arrays in parts
    }


def _levels(frame: pd.DataFrame, form: Layout) -> tuple[str, ...]:
    level = frame["level"]
    # Parents stand before their children, so that levels first occur from the largest down.
    names = level.cat.categories if isinstance(level.dtype, pd.CategoricalDtype) else level.unique()
    levels = tuple(name for name in names if name != TOTAL)
    if absent := [name for name in levels if name not in frame.columns]:
        raise ValueError(f"table {form.number} has no columns {', '.join(absent)} of its levels")
    return levels


def _units(
    frame: pd.DataFrame, levels: tuple[str, ...], position: dict[UnitPath, int]
) -> Positions:
    """The position of the unit of each row; new units get the next ones."""
    depth = {TOTAL: 0, **{name: n + 1 for n, name in enumerate(levels)}}
    names = [plain_values(frame[name]) for name in levels]
    rows = zip(*names, strict=True) if names else [()] * len(frame)
    at = [
        position.setdefault(row[: depth[level]], len(position))
        for row, level in zip(rows, frame["level"].tolist(), strict=True)
    ]
    return np.array(at, dtype=np.intp)


def _counted(frame: pd.DataFrame) -> Positions:
    if "count_of" not in frame.columns:
        return np.zeros(len(frame), dtype=np.intp)
    return np.asarray(pd.Index(COUNTED).get_indexer(pd.Index(frame["count_of"])), dtype=np.intp)


def _numbers(frame: pd.DataFrame, form: Layout) -> tuple[Numbers, Numbers]:
    """The counts and the rates of a table."""
    wrong: list[str] = []
    blocks = []
    for kind, dtype in (("count", pd.Int64Dtype()), ("rate", pd.Float64Dtype())):
        names = [c.id for c in form.columns if c.kind == kind and c.id in frame.columns]
        plain = np.int64 if kind == "count" else np.float64
        values = np.zeros((len(frame), len(names)), dtype=plain)
        missing = np.zeros((len(frame), len(names)), dtype=bool)
        for n, name in enumerate(names):
            try:
                cells = frame[name].array.astype(dtype)
            except (TypeError, ValueError):
                wrong.append(name)
                continue
            missing[:, n] = cells.isna()
            values[:, n] = cells.to_numpy(plain, na_value=0)
        blocks.append(Numbers(tuple(names), values, missing))
    if wrong:
        raise ValueError(f"table {form.number} has no numbers in columns {', '.join(wrong)}")
    return blocks[0], blocks[1]
