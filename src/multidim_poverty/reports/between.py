"""What does not agree between one table and another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from multidim_poverty.faults import Language
from multidim_poverty.reports.findings import SHOWN, Finding, called, places
from multidim_poverty.reports.layout import Agreement
from multidim_poverty.reports.units import TOTAL

__all__ = ["agree", "same_data", "same_units"]


def same_units(frames: Mapping[int, pd.DataFrame]) -> Iterator[Finding]:
    """Units that stand in one table and not in another of the same levels."""
    first: dict[tuple[str, ...], tuple[int, set[tuple[Any, ...]]]] = {}
    for number, frame in frames.items():
        levels = tuple(name for name in frame["level"].cat.categories if name != TOTAL)
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


def agree(
    agreement: Agreement, frames: Mapping[int, pd.DataFrame], language: Language
) -> Iterator[Finding]:
    """Cells that should hold the number of the first table that has it, and do not."""
    here = [(n, column) for n, column in agreement.cells if n in frames and column in frames[n]]
    if len(here) < 2:
        return
    first, *others = here
    expected = _cells(frames[first[0]], first[1], agreement.of)
    for number, column in others:
        for path, value in _cells(frames[number], column, agreement.of).items():
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
                        "other": str(first[0]),
                        "why": _why(frames[first[0]], frames[number], language),
                    },
                )


def _cells(frame: pd.DataFrame, column: str, of: str) -> dict[tuple[Any, ...], Any]:
    told = zip(places(frame), frame[column].tolist(), strict=True)
    return {path: value for (path, counted), value in told if counted in (None, of)}


def _why(a: pd.DataFrame, b: pd.DataFrame, language: Language) -> str:
    """Whether different data are behind two tables."""
    one, two = a.attrs.get("sources") or {}, b.attrs.get("sources") or {}
    if not any(one[name] != two[name] for name in one.keys() & two.keys()):
        return ""
    if language == "en":
        return "; the tables come from different data"
    return "; hai bảng lấy từ dữ liệu khác nhau"


def same_data(frames: Mapping[int, pd.DataFrame]) -> Iterator[Finding]:
    """Tables whose source is not that of the first table with this source."""
    first: dict[str, tuple[int, str]] = {}
    for number, frame in frames.items():
        for name, hash in (frame.attrs.get("sources") or {}).items():
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
