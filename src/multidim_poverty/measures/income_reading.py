"""What the measures of income read: incomes, lines, and who is poor."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.income import per_capita_income
from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.language import Label
from multidim_poverty.measures.design import FloatArray
from multidim_poverty.schema.arguments import values_of
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.schema.fault_table import Fault, report
from multidim_poverty.schema.faults import column_faults, fault_at
from multidim_poverty.schema.reading import numbers_of

__all__ = ["LABELS", "BoolArray", "incomes_of", "labelled", "lines_of", "poor_at"]

BoolArray = npt.NDArray[np.bool_]
LABELS = ("measure", "alpha")
LINE = Label(vi="Chuẩn thu nhập", en="Poverty line")


def incomes_of(
    data: pd.DataFrame,
    income: str | pd.Series[Any] | None,
    *,
    negative: bool = True,
    above_zero: bool = False,
) -> tuple[FloatArray, BoolArray | None]:
    """Incomes, 0 where not known, and which are known (None where all are)."""
    if income is None and "income_per_capita" not in data.columns:
        column = per_capita_income(data)
    else:
        chosen = "income_per_capita" if income is None else income
        column = values_of(chosen, data, "households", "income")
    column = column.rename("income_per_capita")
    table = column.to_frame()
    definition = column_of("households", "income_per_capita")
    assert definition is not None
    faults: list[Fault] = list(column_faults(table, definition))
    if not faults:
        values = numbers_of(column)
        if not negative and (values < 0).any():
            faults.append(fault_at("households", "income_per_capita", "negative", values < 0))
        if above_zero and (values <= 0).any():
            faults.append(
                fault_at("households", "income_per_capita", "not_above_zero", values <= 0)
            )
    if faults:
        raise InvalidDataError(report(faults, {"households": table}))
    known = ~np.isnan(values)
    if known.all():
        return values, None
    return np.where(known, values, 0.0), known


def lines_of(
    data: pd.DataFrame, line: float | str | pd.Series[Any], known: BoolArray | None
) -> tuple[FloatArray, BoolArray | None]:
    """The line of each household, 1 where not known, and whose income and line are known."""
    if not isinstance(line, str | pd.Series):
        if isinstance(line, bool) or not isinstance(line, Real | Decimal):
            raise ArgumentError(
                f"line is a {type(line).__name__}; give a number of VND per person per month, the "
                f"name of a column, or a pandas.Series such as Standard.lines_for gives"
            )
        lines = np.full(len(data), float(line))
        unlined = np.zeros(0, dtype=bool)
    else:
        column = values_of(line, data, "households", "line").rename("line")
        definition = Column(table="households", name="line", kind="number", label=LINE)
        table = column.to_frame()
        if faults := list(column_faults(table, definition)):
            raise InvalidDataError(report(faults, {"households": table}))
        lines = numbers_of(column)
        unlined = np.isnan(lines)
    if unlined.any():
        lines = np.where(unlined, 1.0, lines)
        known = ~unlined if known is None else known & ~unlined
    if not (np.isfinite(lines) & (lines > 0)).all():
        raise ArgumentError("a line is not above 0; give VND per person per month")
    return lines, known


def poor_at(values: FloatArray, lines: FloatArray, inclusive: bool) -> BoolArray:
    """Whether each income is poor, at the line too where `inclusive`."""
    return values <= lines if inclusive else values < lines


def labelled(table: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    """A tidy table with the dtypes of ``measure`` and ``alpha``."""
    return table.assign(
        measure=pd.Categorical(table["measure"], categories=measures),
        alpha=table["alpha"].astype(np.float64),
    )
