"""What does not agree between one table and another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from multidim_poverty.language import Language
from multidim_poverty.reports.findings import SHOWN, Finding, called, places
from multidim_poverty.reports.layouts import Agreement
from multidim_poverty.reports.read_tables import Given
from multidim_poverty.reports.units import TOTAL

__all__ = ["agree", "same_data", "same_units"]


Cells = dict[tuple[Any, ...], Any]  # names of a unit from the largest down -> number


def same_units(book: Mapping[int, Given]) -> Iterator[Finding]:
    """Units that stand in one table and not in another of the same levels."""
    first: dict[tuple[str, ...], tuple[int, set[tuple[Any, ...]]]] = {}
    for number, (form, frame, _) in book.items():
        if form.rows != "units":  # a list has no row for a unit without households
            continue
        levels = _levels(frame)
        here = {path for path, _ in places(frame) if path}
        other, there = first.setdefault(levels, (number, here))
        for one, two, lost in ((number, other, there - here), (other, number, here - there)):
            for path in sorted(lost, key=str):
                yield Finding(
                    "unit",
                    one,
                    called(path),
                    None,
                    "unit",
                    called(path),
                    None,
                    {"other": str(two)},
                )


def agree(agreement: Agreement, book: Mapping[int, Given], language: Language) -> Iterator[Finding]:
    """Cells that should hold the number of the first table that has it, and do not."""
    cells = [
        (number, column, _cells(book[number].frame, column, agreement.of))
        for number, column in agreement.cells
        if number in book and column in book[number].frame
    ]
    number = agreement.listed_in
    if number is not None and number in book and cells:
        wanted = [path for path, value in cells[0][2].items() if pd.notna(value)]
        like = _levels(book[cells[0][0]].frame)
        cells.append((number, "household_id", _households(book[number].frame, wanted, like)))
    for number, column, found in cells[1:]:
        first, _, expected = cells[0]
        for path, value in found.items():
            if path not in expected or pd.isna(value) or pd.isna(expected[path]):
                continue
            if value != expected[path]:
                yield Finding(
                    "agreement",
                    number,
                    called(path),
                    agreement.of,
                    column,
                    expected[path],
                    value,
                    {
                        "what": getattr(agreement.what, language),
                        "other": str(first),
                        "why": _why(book[first].sources, book[number].sources, language),
                    },
                )


def _levels(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(name for name in frame["level"].cat.categories if name != TOTAL)


def _cells(frame: pd.DataFrame, column: str, of: str) -> Cells:
    told = zip(places(frame), frame[column].tolist(), strict=True)
    return {path: value for (path, counted), value in told if counted in (None, of)}


def _households(frame: pd.DataFrame, wanted: list[tuple[Any, ...]], like: tuple[str, ...]) -> Cells:
    """How many households a list has in these units; none in one that it does not name."""
    if _levels(frame) != like:
        wanted = [path for path in wanted if not path]
    homes: dict[tuple[Any, ...], set[Any]] = {path: set() for path in wanted}
    for (path, _), id in zip(places(frame), frame["household_id"].tolist(), strict=True):
        for depth in range(len(path) + 1):
            if path[:depth] in homes:
                homes[path[:depth]].add(id)
    return {path: len(ids) for path, ids in homes.items()}


def _why(one: Mapping[str, str], two: Mapping[str, str], language: Language) -> str:
    """Whether different data are behind two tables."""
    if not any(one[name] != two[name] for name in one.keys() & two.keys()):
        return ""
    if language == "en":
        return "; the tables come from different data"
    return "; hai bảng lấy từ dữ liệu khác nhau"


def same_data(book: Mapping[int, Given]) -> Iterator[Finding]:
    """Tables whose source is not that of the first table with this source."""
    first: dict[str, tuple[int, str]] = {}
    for number, table in book.items():
        for name, hash in table.sources.items():
            other, expected = first.setdefault(name, (number, hash))
            if hash != expected:
                yield Finding(
                    "identity",
                    number,
                    "",
                    None,
                    "",
                    expected[:SHOWN],
                    hash[:SHOWN],
                    {"other": name, "first": str(other)},
                )
