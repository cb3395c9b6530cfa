"""Answers as an export writes them: codes or labels in either language, numbers, days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from multidim_poverty.dates import read_days
from multidim_poverty.forms.questionnaire import UNKNOWN
from multidim_poverty.forms.wording import wording
from multidim_poverty.identity import name_key
from multidim_poverty.language import Label
from multidim_poverty.schema.definitions import Column, Kind
from multidim_poverty.schema.labels import answer_reader

__all__ = ["ReadAnswers", "is_yes", "item_column", "read_answers"]

NOT_KNOWN = object()  # an answer that says that it is not known


class ReadAnswers(NamedTuple):
    """The values of a column, None where missing; which rule the others broke, and where."""

    values: list[Any]
    broken: str
    rows: list[int]
    decoded: int


def read_answers(cells: Sequence[Any], column: Column) -> ReadAnswers:
    """The cells of a column as the schema has them; a cell that is not understood stays as it is.

    It is then named by its row, and fails the checks of the schema.
    """
    reader, rule = _reader(column)
    known: dict[Any, Any] = {}  # a column has few distinct cells
    values: list[Any] = []
    rows: list[int] = []
    decoded = 0
    for row, cell in enumerate(cells):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            values.append(None)
            continue
        key = type(cell), cell
        if key not in known:
            known[key] = reader(cell)
        value = known[key]
        if value is None:
            rows.append(row)
            values.append(cell)
            continue
        values.append(None if value is NOT_KNOWN else value)
        decoded += value is NOT_KNOWN or (type(value) is not type(cell) or value != cell)
    return ReadAnswers(values, rule, rows, decoded)


def item_column(name: str, cells: Sequence[Any]) -> Column:
    """How the answers to an item of a sheet are read: as yes or no, as numbers, or as codes."""
    known = [cell for cell in cells if cell is not None and not _says_unknown(cell)]
    kind: Kind = "text"
    if known and all(_number(cell) is not None for cell in known):
        kind = "number"
    elif known and all(is_yes(cell) is not None for cell in known):
        kind = "boolean"
    return _column_of(name, kind)


def _reader(column: Column) -> tuple[Callable[[Any], Any], str]:
    """How one cell of the column is read (None: not understood), and the rule that others break."""
    if column.kind in ("boolean", "category"):
        read = answer_reader(column)
        rule = "not_boolean" if column.kind == "boolean" else "unknown_choice"
        return _or_unknown(lambda cell: read(cell)[0]), rule
    if column.kind in ("integer", "number"):
        return _or_unknown(_number), "not_a_number"
    if column.kind == "date":
        return _day, "not_a_date"
    return _or_unknown(_text), "not_text"


def _or_unknown(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The reader, and "not known" as a missing answer."""
    return lambda cell: NOT_KNOWN if _says_unknown(cell) else read(cell)


def _says_unknown(cell: Any) -> bool:
    return isinstance(cell, str) and name_key(cell) in _unknown()


@cache
def _unknown() -> frozenset[str]:
    """The spellings of "not known"."""
    words = wording().answers[UNKNOWN]
    return frozenset(map(name_key, (UNKNOWN, words.vi, words.en)))


def is_yes(cell: Any) -> bool | None:
    """The truth that a cell says; None where it is none."""
    truth: bool | None = answer_reader(_column_of("", "boolean"))(cell)[0]
    return truth


@cache
def _column_of(name: str, kind: Kind) -> Column:
    """A column that is not one of the schema."""
    return Column(table="households", name=name, kind=kind, label=Label(vi=name, en=name))


def _number(cell: Any) -> Any:
    """A number as software writes it: a point before the decimals, nothing between thousands."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return cell
    try:
        number = float(str(cell))
    except ValueError:
        return None
    return number if pd.notna(number) and abs(number) != float("inf") else None


def _day(cell: Any) -> Any:
    """A day; of a moment without a zone the day."""
    days = read_days(pd.Series([cell], dtype=object))
    day = days.days[0]
    return None if pd.isna(day) else pd.Timestamp(day)


def _text(cell: Any) -> Any:
    """A text; a whole number is written without decimals."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell) if not isinstance(cell, dt.date | bool) else None
