"""What could not be read: which rule was broken, and where in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from multidim_poverty.excel.layout import SheetColumn, WorkbookLayout
from multidim_poverty.language import Language, phrase, rule_text
from multidim_poverty.schema.faults import Fault, report

__all__ = ["OTHER", "Ints", "Problems", "shown", "summary_of"]

Ints = npt.NDArray[np.int64]
Place = tuple[int, int]
OTHER = "other: "  # before the heading of a column that the layout does not know
# Rules of rows that belong to no household.
NO_HOME = ("no_household", "repeated_header", "unknown_row", "hidden_rows", "filtered_rows")
PLACES = {"sheet": str, "cell": str, "household_id": str}


def shown(value: Any) -> str:
    """A cell as a text."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


class Unshown:
    """What stands in a message for a value that points at a person."""

    def __init__(self, language: Language) -> None:
        self.text = phrase("unshown_value").text(language)

    def __str__(self) -> str:
        return self.text


class Problem(NamedTuple):
    """A broken rule; the place is row and column from 0, row -1 the column as a whole."""

    sheet: str
    place: Place | None
    column: str
    value: Any
    rule: str
    fields: Mapping[str, Any]

    @property
    def cell(self) -> str | None:
        """The address of the cell, or the letter of the column."""
        if self.place is None:
            return None
        row, at = self.place
        return str(xl_col_to_name(at) if row < 0 else xl_rowcol_to_cell(row, at))


class Problems:
    """The problems of a file: collected one by one, then put into the table of faults."""

    def __init__(self, form: WorkbookLayout, language: Language) -> None:
        self.language: Language = language
        self.columns = {column.name: column for sheet in form.sheets for column in sheet.columns}
        self.other_table = "members" if form.has_members else "households"
        self.problems: list[Problem] = []

    def add(
        self, sheet: str, place: Place | None, column: str, value: Any, rule: str, **fields: Any
    ) -> None:
        """Note a problem; `fields` fill in the message."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # a workbook knows no other numbers than floats
        self.problems.append(Problem(sheet, place, column, value, rule, fields))

    def table(self, sheets: Sequence[str], households: pd.DataFrame) -> pd.DataFrame:
        """All problems as a table of faults, in the order of the file."""
        order = {name: n for n, name in enumerate(sheets)}
        in_order = sorted(
            self.problems,
            key=lambda p: (order.get(p.sheet, len(order)), p.place or (-1, -1), p.rule),
        )
        homes = _homes(in_order, households)
        numbers: dict[tuple[str, str], list[int]] = {}
        for number, problem in enumerate(in_order):
            numbers.setdefault((problem.column, problem.rule), []).append(number)
        faults = [
            self._fault(column, rule, [in_order[n] for n in those], homes[those], those)
            for (column, rule), those in numbers.items()
        ]
        places = {**PLACES, "number": int}
        table = report(faults, {}, self.language, area="workbook", places=places)
        table["column"] = table["column"].mask(table["column"] == "")
        return table.sort_values("number", ignore_index=True).drop(columns="number")

    def _fault(
        self, name: str, rule: str, problems: list[Problem], homes: Any, numbers: list[int]
    ) -> Fault:
        """The problems of one column with one rule."""
        column = self.columns.get(name)
        no_table = self.other_table if name.startswith(OTHER) else "workbook"
        table = no_table if column is None else column.table
        fields: dict[str, Any] = (
            {"label": name} if column is None else _words(column, self.language)
        )
        fields |= {id: _objects([p.fields[id] for p in problems]) for id in problems[0].fields}
        fields |= {
            "sheet": _objects([problem.sheet for problem in problems]),
            "cell": _objects([problem.cell for problem in problems]),
            "household_id": homes,
            "number": np.array(numbers),
        }
        if column is not None and column.is_personal:
            fields["value"] = Unshown(self.language)
        values = _objects([problem.value for problem in problems])
        return Fault(table, name, rule, np.arange(len(problems)), values, fields=fields)


def summary_of(problems: pd.DataFrame, language: Language) -> pd.DataFrame:
    """One line for each rule, sheet and column that problems have, with how many there are."""
    keys = ["severity", "rule", "sheet", "column"]
    groups = problems.fillna({"sheet": "", "column": ""}).groupby(keys, sort=False)
    lines = groups.agg(problems=("rule", "size"), first_cell=("cell", "first")).reset_index()
    for name in ("sheet", "column"):
        lines[name] = lines[name].mask(lines[name] == "")
    meanings = [rule_text("workbook", rule).meaning.text(language) for rule in lines["rule"]]
    lines["meaning"] = pd.Series(meanings, index=lines.index, dtype=str)
    lines["problems"] = lines["problems"].astype("Int64")
    order = np.lexsort((-lines["problems"].to_numpy(np.int64), lines["severity"] != "error"))
    return lines.iloc[order].reset_index(drop=True)


def _words(column: SheetColumn, language: Language) -> dict[str, Any]:
    """What the layout says of a column."""
    bounds = phrase("at_least" if column.high is None else "between").text(language)
    return {
        "label": f"{column.name} ({column.label})",
        "heading": column.label,
        "answers": ", ".join(column.answer_texts),
        "range": bounds.format(low=column.low, high=column.high),
        "step": column.multiple_of or 1,
    }


def _homes(problems: Sequence[Problem], households: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The household that the cell of each problem belongs to."""
    starts = {
        name: (part["row"].to_numpy(np.int64), part.index.to_numpy(object))
        for name, part in households.groupby("sheet", sort=False)
    }
    homes = np.full(len(problems), None, dtype=object)
    for n, problem in enumerate(problems):
        row = -1 if problem.place is None else problem.place[0]
        if row < 0 or problem.sheet not in starts or problem.rule in NO_HOME:
            continue
        rows, ids = starts[problem.sheet]
        before = int(np.searchsorted(rows, row + 1, side="right")) - 1
        homes[n] = ids[before] if before >= 0 else None
    return homes


def _objects(values: list[Any]) -> npt.NDArray[np.object_]:
    return np.fromiter(values, dtype=object, count=len(values))
