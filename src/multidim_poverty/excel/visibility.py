"""What a person who opens the workbook does not see, or sees struck out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from multidim_poverty.base.files.cells import SheetCells
from multidim_poverty.excel.problems import Problems

__all__ = ["tell_hidden_sheets", "tell_unseen"]


def tell_hidden_sheets(sheets: Iterable[SheetCells], problems: Problems, *, read: bool) -> None:
    """Name the hidden sheets that hold something, whether they were read or left out."""
    for content in sheets:
        if content.state != "visible" and content.rows:
            rule = "hidden_sheet_read" if read else "hidden_sheet"
            problems.add(content.name, None, "", content.state, rule)


def tell_unseen(content: SheetCells, records: list[int], problems: Problems) -> None:
    """Name hidden or filtered rows and columns, and records in which text is struck out."""
    known = set(records)
    rule = "filtered_rows" if content.is_filtered else "hidden_rows"
    for first, last in runs(sorted(content.hidden_rows & known)):
        problems.add(content.name, (first, 0), "", None, rule, first=first + 1, last=last + 1)
    for at in sorted(content.hidden_columns):
        problems.add(content.name, (-1, at), "", None, "hidden_column")
    struck: dict[int, int] = {}
    for row, at in sorted(content.struck):
        if row in known:
            struck.setdefault(row, at)
    for row, at in struck.items():
        problems.add(content.name, (row, at), "", None, "struck_out", row=row + 1)


def runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of rows that follow each other."""
    first = None
    for n, row in enumerate(rows):
        first = row if first is None else first
        if n + 1 == len(rows) or rows[n + 1] != row + 1:
            yield first, row
            first = None
