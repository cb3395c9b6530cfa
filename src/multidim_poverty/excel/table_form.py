"""An official table with its layout, as it is written to a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label, Language
from multidim_poverty.reports import Layout, TableColumn, layout_of, rates
from multidim_poverty.reports.assembly import column_label, total_of, unit_names
from multidim_poverty.reports.remarks import marks_of
from multidim_poverty.reports.suppression import HIDDEN, hidden_columns

__all__ = ["TableForm", "formula_text", "header_groups", "unit_of"]


@dataclass(frozen=True)
class TableForm:
    """A table with its layout: which columns are printed, and which stand beside."""

    table: pd.DataFrame
    layout: Layout
    language: Language
    printed: tuple[TableColumn, ...]
    beside: tuple[TableColumn, ...]

    @classmethod
    def of(cls, table: pd.DataFrame, language: Language) -> TableForm:
        """The form of a table that `multidim_poverty.reports` made."""
        layout = layout_of(table)
        of_members = layout.rows == "members"  # their units are rows of their own
        printed = (*(() if of_members else layout.leading), *layout.printed)
        needed = [column.id for column in (*layout.leading, *layout.columns)]
        if absent := [id for id in needed if id not in table.columns]:
            raise ArgumentError(
                f"table {layout.number} has no columns {', '.join(absent)}: make it without labels"
            )
        known = {column.id: column for column in layout.columns}
        others = [
            id for id in table.columns if id not in {*(c.id for c in printed), "level", HIDDEN}
        ]
        beside = [
            known.get(id) or _text_column(id) for id in others if id not in ("number", "unit")
        ]
        # A copy with plain row numbers: what a user did to the index does not matter here.
        return cls(table.reset_index(drop=True), layout, language, printed, tuple(beside))

    def text(self, label: Label) -> str:
        """A label in the language of the workbook."""
        return label.text(self.language)

    @cached_property
    def _bare(self) -> pd.DataFrame:
        """The table without its attributes, which pandas would copy with every column."""
        bare = self.table.copy(deep=False)
        bare.attrs = {}
        return bare

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The cells as Python values, None where missing; a unit by its name in words."""
        clean = self._bare.astype(object).where(self._bare.notna(), None)
        clean["unit"] = unit_names(self.table, self.language)
        return [dict(zip(clean.columns, row, strict=True)) for row in clean.to_numpy().tolist()]

    @cached_property
    def hidden(self) -> list[set[str]]:
        """The columns of each row whose cells are hidden."""
        return hidden_columns(self.table)

    @cached_property
    def marks(self) -> dict[tuple[int, str], str]:
        """The letters of notes behind numbers, by row and column."""
        return marks_of(self.table)

    @cached_property
    def parents(self) -> list[bool]:
        """Whether a row has others below it."""
        levels = self.table["level"]
        deepest = levels.cat.categories[-1]
        return [bool(level != deepest) for level in levels]

    @cached_property
    def zero_base(self) -> Literal["zero", "blank"]:
        """What rates over a base of 0 are in this table; it was chosen when it was made."""
        for column in self.layout.columns:
            if column.kind == "rate":
                none = (self.table[str(column.denominator)] == 0).fillna(value=False)
                none &= self.table[str(column.numerator)].notna()
                if none.any():
                    return "zero" if self.table[column.id][none].notna().any() else "blank"
        return self.layout.zero_base

    @cached_property
    def by_formula(self) -> dict[str, list[Any]]:
        """What each rate and each sum of columns is by its formula."""
        computed = {}
        values = {id: self._bare[id] for id in self._bare.columns}
        for column in self.layout.columns:
            if column.terms:
                series = total_of(column, values)
            elif column.kind == "rate":
                counts, base = values[str(column.numerator)], values[str(column.denominator)]
                series = rates(counts, base, zero_base=self.zero_base)
            else:
                continue
            computed[column.id] = series.astype(object).where(series.notna(), None).tolist()
        return computed


def unit_of(row: Mapping[str, Any]) -> tuple[Any, Any]:
    """Number and name of the unit of a row."""
    return row["number"], row["unit"]


def _text_column(id: str) -> TableColumn:
    """A column of a table that is no part of the form."""
    return TableColumn(id=id, header=column_label(id), kind="text")


def formula_text(
    column: TableColumn, names: Mapping[str, str], *, zero_base: Literal["zero", "blank"]
) -> str:
    """The formula of a rate or a sum, of the cells by id; empty where one of them is."""
    incomplete = f"COUNT({','.join(names.values())})<{len(names)}"
    if column.kind == "rate":
        count, base = names[str(column.numerator)], names[str(column.denominator)]
        nothing = "0" if zero_base == "zero" else '""'
        return f'=IF({incomplete},"",IF({base}=0,{nothing},ROUND(100*{count}/{base},2)))'
    return f'=IF({incomplete},"",{"".join(_signed(column, names)).removeprefix("+")})'


def _signed(column: TableColumn, names: Mapping[str, str]) -> Iterator[str]:
    for sign, id in column.signed_terms:
        yield f"{'-' if sign < 0 else '+'}{names[id]}"


def header_groups(
    columns: Sequence[TableColumn], level: int
) -> Iterator[tuple[Label, list[TableColumn]]]:
    """The merged headers of a level, with the columns below each."""
    for group, members in groupby(columns, key=lambda column: column.group[: level + 1]):
        if len(group) == level + 1:
            yield group[level], list(members)
