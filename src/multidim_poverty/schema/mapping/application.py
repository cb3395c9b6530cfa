"""A mapping applied: the two tables, what was read, and what was not understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import name_key
from multidim_poverty.language import Label, Language, check_language
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.schema.fault_table import Fault, report
from multidim_poverty.schema.mapping.days import day_of
from multidim_poverty.schema.mapping.mapped_column import MappedColumn, MappingTable
from multidim_poverty.schema.mapping.no_records import no_records
from multidim_poverty.schema.mapping.numbers import number_of
from multidim_poverty.schema.records import typed
from multidim_poverty.schema.words import NOT_KNOWN, as_text, words
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["Mapped", "read_file"]

PLACES = {"row": "Int64", "heading": str}


@dataclass(frozen=True, eq=False)
class Mapped:
    """A file read through a mapping.

    Attributes
    ----------
    households : pandas.DataFrame
        Index ``household_id``. Where the file has no ids, they are the numbers of its rows, and
        ``id_from_row`` is True.
    members : pandas.DataFrame or None
        None where a row of the file is a household.
    columns : pandas.DataFrame
        One row per heading: ``heading``, ``table``, ``column``, ``action`` (``read``, ``decoded``
        where cells were changed, ``ignored``), ``filled``, ``changed`` and ``not_read`` (int64)
        cells.
    problems : pandas.DataFrame
        Errors: cells that were not understood, with their ``row`` (position, from 0) and
        ``heading``; such a cell stands in the tables as it stood in the file. Warnings: doubts that
        the mapping still has.
    """

    households: pd.DataFrame
    members: pd.DataFrame | None
    columns: pd.DataFrame
    problems: pd.DataFrame

    def __repr__(self) -> str:
        members = 0 if self.members is None else len(self.members)
        return (
            f"Mapped({len(self.households)} households, {members} members, "
            f"{len(self.problems)} problems)"
        )


def read_file(
    frame: pd.DataFrame,
    table: MappingTable,
    columns: Sequence[MappedColumn],
    ignored: Sequence[str],
    language: Language,
) -> Mapped:
    """The two tables of a file; see `Mapping.apply`."""
    check_language(language)
    frame = as_frame(frame, "frame")
    _check_headings(frame, columns)
    read = [_ReadColumn(column, frame[column.heading]) for column in columns]
    faults = [*doubts_of(columns), *(fault for each in read for fault in each.faults())]
    homes = {each.name: each for each in read if each.of.table == "households"}
    people = {each.name: each for each in read if each.of.table == "members"}
    ids, from_row = _ids(homes.get("household_id") or people.get("household_id"), len(frame))
    faults += no_records(frame, "households" if table == "households" else "members", ids)
    if not {*homes, *people} - {"household_id", "member_id"}:
        nowhere = {"row": None, "heading": None}
        rows_are = "households" if table == "households" else "members"
        faults.append(Fault(rows_are, "household_id", "nothing_read", fields=nowhere))
    if from_row and table != "households":
        nowhere = {"row": None, "heading": None}
        faults.append(Fault("households", "household_id", "no_household_id", fields=nowhere))
    members = None
    if table == "households":
        households = _frame_of(homes, pd.Index(ids, name="household_id"))
    else:
        faults += _disagreements(homes, ids)
        households = _one_row_each(_frame_of(homes, pd.RangeIndex(len(frame))), ids)
        members = _frame_of(people, frame.index).reset_index(drop=True)
        members.insert(0, "household_id", ids)
        if "member_id" not in members:
            number = members.groupby("household_id", dropna=False, sort=False).cumcount() + 1
            members.insert(1, "member_id", number)
    if from_row:
        households["id_from_row"] = True
    tables = {"households": frame, "members": frame, "both": frame}
    return Mapped(
        households=households,
        members=members,
        columns=_report_of(read, ignored, frame),
        problems=report(faults, tables, language, area="mapping", places=PLACES),
    )


def _check_headings(frame: pd.DataFrame, columns: Sequence[MappedColumn]) -> None:
    """Raise `ArgumentError` for headings that are absent."""
    wanted = [column.heading for column in columns]
    absent = [heading for heading in wanted if heading not in frame.columns]
    if absent:
        raise ArgumentError(
            f"frame has no heading {', '.join(map(repr, absent))} of the mapping: propose a "
            f"mapping for this file, or set column=None for what it lacks"
        )


def doubts_of(columns: Sequence[MappedColumn]) -> Iterator[Fault]:
    """The doubts that a mapping still has, as warnings."""
    for column in columns:
        for doubt in column.doubts:
            fields = {"row": None, "heading": column.heading, "column": column.column}
            yield Fault(column.table, column.column, doubt, fields=fields)


@dataclass(eq=False)
class _ReadColumn:
    """A heading whose cells are read: values, None where missing, and rows by broken rule."""

    of: MappedColumn
    cells: pd.Series[Any]
    values: list[Any] = field(default_factory=list)
    broken: dict[str, list[int]] = field(default_factory=dict)
    changed: int = 0
    filled: int = 0

    def __post_init__(self) -> None:
        answers = {name_key(text): code for text, code in self.of.answers.items()}
        known: dict[Any, tuple[Any, str]] = {}  # a column has few distinct cells
        for row, cell in enumerate(self.cells.tolist()):
            if _is_nothing(cell):
                self.values.append(None)
                continue
            self.filled += 1
            key = type(cell), cell
            if key not in known:
                known[key] = self._read(cell, answers)
            value, rule = known[key]
            if rule:
                self.broken.setdefault(rule, []).append(row)
                value = cell
            self.values.append(value)
            self.changed += value is not cell and (type(value) is not type(cell) or value != cell)
        if self.column.kind == "id" and any(isinstance(value, str) for value in self.values):
            # 7 and "7" are one id: a spreadsheet keeps some of a column as numbers
            self.values = [None if value is None else str(value) for value in self.values]

    @property
    def name(self) -> str:
        """The column of the schema."""
        return self.of.column

    @property
    def column(self) -> Column:
        """The column of the schema; ids, and classes, which it has not as an answer."""
        known = column_of(self.of.table, self.of.column)
        label = Label(vi=self.of.heading, en=self.of.heading)
        if known is not None:
            return known
        is_class = self.of.column == "poverty_class"
        return Column(
            table=self.of.table,
            name=self.of.column,
            kind="category" if is_class else "id",
            label=label,
            terms=tuple(PovertyClass) if is_class else (),
        )

    def _read(self, cell: Any, answers: dict[Any, Any]) -> tuple[Any, str]:
        """The value of a cell, and the rule that it breaks."""
        key, kind = name_key(as_text(cell)), self.column.kind
        if key in answers:
            return (None if answers[key] == NOT_KNOWN else answers[key]), ""
        if key in _unknown_words():
            return None, ""
        value: Any
        match kind:
            case "boolean":
                value = bool(cell) if isinstance(cell, bool | np.bool_) else None
                return value, "" if value is not None else "answer_not_read"
            case "category":
                return None, "answer_not_read"
            case "integer" | "number":
                value = number_of(cell, self.of.decimal or None, self.of.multiply)
                return value, "" if value is not None else "not_a_number"
            case "date":
                value = day_of(cell, self.of.day_first)
                return value, "" if value is not None else "not_a_date"
            case "id":
                whole = isinstance(cell, float) and cell.is_integer()
                return (int(cell) if whole else cell.strip() if isinstance(cell, str) else cell), ""
            case _:
                return as_text(cell), ""

    def faults(self) -> Iterator[Fault]:
        """The cells that were not understood."""
        for rule, rows in self.broken.items():
            values = np.fromiter((self.cells.iloc[row] for row in rows), object, len(rows))
            at = np.array(rows, dtype=np.intp)
            fields = {"row": at.astype(object), "heading": self.of.heading}
            yield Fault(self.of.table, self.name, rule, at, values, fields=fields)

    def array(self) -> Any:
        """The values in the dtype of the column; as objects where one was not understood."""
        values: Any = np.fromiter(self.values, dtype=object, count=len(self.values))
        if self.broken:
            return values
        kind = self.column.kind
        known = [value for value in self.values if value is not None]
        if kind == "id" or (kind == "integer" and any(value % 1 for value in known)):
            return pd.Series(values).infer_objects().array
        return typed(self.values, self.column)


def _is_nothing(cell: Any) -> bool:
    return not cell.strip() if isinstance(cell, str) else bool(pd.isna(cell))


@cache
def _unknown_words() -> frozenset[Any]:
    return frozenset(map(name_key, words().unknown))


# -- the tables --------------------------------------------------------------------------------


def _ids(column: _ReadColumn | None, n: int) -> tuple[Any, bool]:
    """The id of the household of each row; the numbers of the rows where the file has none."""
    if column is None:
        return np.arange(1, n + 1), True
    return pd.Series(column.values, dtype=object).infer_objects().array, False


def _frame_of(columns: dict[str, _ReadColumn], index: pd.Index[Any]) -> pd.DataFrame:
    arrays = {name: each.array() for name, each in columns.items() if name != "household_id"}
    return pd.DataFrame(arrays, index=index)


def _one_row_each(households: pd.DataFrame, ids: Any) -> pd.DataFrame:
    """One row per household: the first answer that stands on any of its rows."""
    grouped = households.groupby(pd.Series(ids, name="household_id"), sort=False, dropna=False)
    return grouped.first()


def _disagreements(homes: dict[str, _ReadColumn], ids: Any) -> Iterator[Fault]:
    """Rows of one household that answer a question about it in another way than its first row."""
    by = pd.Series(ids)
    for name, each in homes.items():
        if name == "household_id":
            continue
        values = pd.Series(each.values, dtype=object)
        first = values.groupby(by, sort=False, dropna=False).transform("first")
        other = values.notna() & (values != first)
        rows = np.flatnonzero(other)
        if len(rows):
            fields = {"row": rows.astype(object), "heading": each.of.heading}
            yield Fault(
                "households", name, "household_disagrees", rows, values.to_numpy()[rows],
                expected=first.to_numpy()[rows], fields=fields,
            )  # fmt: skip


def _report_of(
    read: Sequence[_ReadColumn], ignored: Sequence[str], frame: pd.DataFrame
) -> pd.DataFrame:
    """What was read, changed and ignored, by heading."""
    rows: list[dict[str, Any]] = [
        {
            "heading": each.of.heading,
            "table": each.of.table,
            "column": each.name,
            "action": "decoded" if each.changed else "read",
            "filled": each.filled,
            "changed": each.changed,
            "not_read": sum(map(len, each.broken.values())),
        }
        for each in read
    ]
    mapped = {each.of.heading for each in read}
    for heading in dict.fromkeys([*ignored, *map(str, frame.columns)]):
        if heading not in mapped and heading in frame.columns:
            filled = int(np.count_nonzero(frame[heading].notna().to_numpy()))
            rows.append({"heading": heading, "action": "ignored", "filled": filled})
    dtypes = {"heading": str, "table": str, "column": str, "action": str}
    counts = dict.fromkeys(("filled", "changed", "not_read"), "int64")
    table = pd.DataFrame(rows, columns=[*dtypes, *counts])
    return table.fillna(dict.fromkeys(counts, 0)).astype({**dtypes, **counts})
