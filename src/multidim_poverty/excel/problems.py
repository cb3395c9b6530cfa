"""What could not be read: rules with their messages, and where in the file each was broken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from multidim_poverty.language import Language

__all__ = ["RULES", "Ints", "Problems", "shown"]

Ints = npt.NDArray[np.int64]
OUTPUT = ("sheet", "cell", "household_id", "column", "value", "rule", "message")
NO_HOME = ("no_household", "repeated_header")

# rule -> message; {value} and {column} are filled in.
RULES: dict[str, tuple[str, str]] = {
    "unknown_sheet": (
        "the sheet has no title and no paths of the layout; it was not read",
        "trang tính không có tiêu đề hoặc mã cột của mẫu, không được đọc",
    ),
    "missing_sheet": (
        "the workbook has no sheet {column!r} of this layout",
        "tệp thiếu trang tính {column!r} của mẫu",
    ),
    "unseen_cells": (
        "files of this kind do not show which cells hold errors, formulas without a value or are "
        "merged: they look empty; save the file as .xlsx to see them",
        "tệp loại này không cho biết ô nào báo lỗi, chưa tính hoặc bị gộp: các ô đó được coi là "
        "trống; hãy lưu tệp dạng .xlsx để kiểm tra",
    ),
    "title_elsewhere": (
        "the title stands in another row than in the layout; check which row is the first of data",
        "tiêu đề nằm ở dòng khác với mẫu; hãy kiểm tra dòng dữ liệu đầu tiên",
    ),
    "heading_differs": (
        "{value!r} is the heading of another column of the layout; the column was read as {column}",
        "{value!r} là tiêu đề của cột khác trong mẫu; cột này đã được đọc là {column}",
    ),
    "missing_column": ("the sheet has no column {column}", "trang tính thiếu cột {column}"),
    "unknown_column": (
        "the layout does not know this column; it is kept as text under 'other: {column}'",
        "cột không thuộc mẫu; giữ nguyên dạng chữ trong 'other: {column}'",
    ),
    "repeated_header": (
        "the row repeats the headings and was left out",
        "dòng lặp lại tiêu đề, đã bỏ qua",
    ),
    "no_household": (
        "the row stands before the first household, so it belongs to none",
        "dòng nằm trước hộ đầu tiên nên không thuộc hộ nào",
    ),
    "not_the_heads": (
        "{value!r} differs from what the row of the head says of the household, which was taken",
        "{value!r} khác với giá trị ở dòng chủ hộ; đã lấy giá trị ở dòng chủ hộ",
    ),
    "error_cell": ("the cell holds the error {value}", "ô báo lỗi {value}"),
    "not_calculated": (
        "the formula {value} has no value; open the file in Excel and save it",
        "công thức {value} chưa có giá trị; hãy mở tệp bằng Excel rồi lưu lại",
    ),
    "merged_cell": (
        "the cell is merged with others ({value}), so its own value is not known",
        "ô bị gộp với ô khác ({value}) nên không rõ giá trị",
    ),
    "head_without_code": (
        "the head of a household without a {column} that can be read; it was read as a household "
        "of its own",
        "chủ hộ không có {column} đọc được; đã đọc thành một hộ riêng",
    ),
    "missing_value": ("{column} is missing", "thiếu {column}"),
    "not_a_date": (
        "{value!r} is not a date; write dd/mm/yyyy",
        "{value!r} không phải ngày tháng; hãy ghi dd/mm/yyyy",
    ),
    "outside_the_year": (
        "{value} is not in the year of the review",
        "{value} không thuộc năm rà soát",
    ),
    "not_boolean": (
        "{value!r} is not a mark (x or Có, or nothing)",
        "{value!r} không phải dấu x, Có hoặc để trống",
    ),
    "unknown_category": (
        "{value!r} is not an answer of {column}",
        "{value!r} không phải giá trị của {column}",
    ),
    "not_a_number": ("{value!r} is not a whole number", "{value!r} không phải số nguyên"),
    "text_number": (
        "{value!r} is a number typed as text; it was read as a number",
        "{value!r} là số nhập dạng chữ; đã đọc thành số",
    ),
    "not_whole": ("{value} is not a whole number", "{value} không phải số nguyên"),
    "out_of_range": ("{value} is out of range", "{value} nằm ngoài khoảng cho phép"),
    "not_a_multiple": (
        "{value} is no number of points that this form gives",
        "{value} không phải số điểm mà phiếu này cho",
    ),
    "not_text": ("{value} is not a text", "{value} không phải là chữ"),
    "digits_lost": (
        "{value} was typed as a number, so digits at its start or end may be lost",
        "{value} nhập dạng số nên có thể mất chữ số",
    ),
    "not_a_citizen_id": (
        "{value!r} is no identity number: 12 digits, or 9 of the old card",
        "{value!r} không phải số định danh: 12 chữ số, hoặc 9 chữ số với thẻ cũ",
    ),
    "test_record": (
        "{value!r} looks like a record made to try the software",
        "{value!r} có vẻ là bản ghi thử phần mềm",
    ),
    "no_head": ("no member of the household is its head", "hộ không có chủ hộ"),
    "two_heads": ("the household has more than one head", "hộ có nhiều hơn một chủ hộ"),
    "group_disagrees": (
        "{value!r} is not an ethnic minority, but the household is marked as one",
        "{value!r} không phải dân tộc thiểu số nhưng hộ được đánh dấu là dân tộc thiểu số",
    ),
    "no_reason": (
        "a poor or near-poor household without a reason",
        "hộ nghèo, hộ cận nghèo nhưng thiếu nguyên nhân",
    ),
    "exact_duplicate": (
        "the household repeats another one in every column of the layout; it was kept and marked",
        "hộ trùng với một hộ khác ở mọi cột của mẫu; vẫn giữ và đánh dấu",
    ),
    "code_reused": (
        "code {value!r} stands for households that differ; all were kept and marked",
        "mã {value!r} dùng cho nhiều hộ khác nhau; vẫn giữ tất cả và đánh dấu",
    ),
    "code_in_two_lists": (
        "code {value!r} stands in more than one list of the workbook; all were kept",
        "mã {value!r} có trong nhiều danh sách của tệp; vẫn giữ tất cả",
    ),
}


def message(rule: str, column: str, value: str | None, language: Language) -> str:
    """The message of a rule about one value."""
    text = RULES[rule][0 if language == "en" else 1]
    return text.format(column=column, value=value)


def shown(value: Any) -> str:
    """A cell as a text."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@dataclass
class Problems:
    """What was found, to be worded and put in the order of the file."""

    language: Language
    found: list[tuple[str, tuple[int, int] | None, str, Any, str]] = field(default_factory=list)

    def add(
        self, sheet: str, place: tuple[int, int] | None, column: str, value: Any, rule: str
    ) -> None:
        """Note a problem. The place is row and column from 0; row -1 is the column as a whole."""
        self.found.append((sheet, place, column, value, rule))

    def table(self, sheets: list[str], households: pd.DataFrame) -> pd.DataFrame:
        """All problems as a table."""
        starts = {
            name: (part["row"].to_numpy(np.int64), part.index.to_numpy(object))
            for name, part in households.groupby("sheet", sort=False)
        }
        lines = []
        order = {name: n for n, name in enumerate(sheets)}
        for sheet, place, column, value, rule in self.found:
            row, at = place if place is not None else (-1, -1)
            cell = None
            if place is not None:
                cell = xl_col_to_name(at) if row < 0 else xl_rowcol_to_cell(row, at)
            home = None
            if row >= 0 and sheet in starts:
                rows, ids = starts[sheet]
                before = int(np.searchsorted(rows, row + 1, side="right")) - 1
                home = ids[before] if before >= 0 and rule not in NO_HOME else None
            text = None if value is None else shown(value)
            words = message(rule, column, text, self.language)
            key = order.get(sheet, len(order)), row, at, rule
            lines.append((key, (sheet, cell, home, column or None, text, rule, words)))
        lines.sort(key=lambda line: line[0])
        rows_out = [line for _, line in lines]
        return pd.DataFrame(
            {
                name: pd.array([line[n] for line in rows_out], dtype="string")
                for n, name in enumerate(OUTPUT)
            }
        )
