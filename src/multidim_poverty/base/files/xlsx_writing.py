"""Workbooks for others: written aside, and every text of the data stays a text.

Needs the extra ``excel``.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from multidim_poverty.base.files.writing import replace_file, without_controls
from multidim_poverty.errors import ArgumentError, optional_imports

with optional_imports():
    import xlsxwriter
    from xlsxwriter.utility import xl_rowcol_to_cell
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

__all__ = ["merge_text", "new_workbook", "write_exactly", "write_rows", "write_text"]

LONGEST = 32_767  # characters that a cell of Excel holds
CREATED = dt.datetime(2000, 1, 1)  # in place of the second in which it is written
# Kept in memory: a workbook that fails leaves no sheet with people in the folder of the system.
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


@contextmanager
def new_workbook(path: str | os.PathLike[str] | IO[bytes]) -> Iterator[Workbook]:
    """A workbook to be filled; it takes the place of the file at `path` when it is whole.

    The same content gives the same bytes.
    """
    if isinstance(path, str | os.PathLike):
        with replace_file(path) as aside:
            workbook = _workbook(str(aside))
            yield workbook
            workbook.close()  # only a workbook that is filled is written
    else:
        workbook = _workbook(path)
        yield workbook
        workbook.close()


def _workbook(target: str | IO[bytes]) -> Workbook:
    workbook = xlsxwriter.Workbook(target, OPTIONS)
    workbook.set_properties({"created": CREATED})
    return workbook


def write_text(sheet: Worksheet, row: int, column: int, text: str, look: Any = None) -> None:
    """Write a text of the data: never a formula or a link, and without control characters."""
    write_exactly(sheet, row, column, without_controls(text), look)


def write_exactly(sheet: Worksheet, row: int, column: int, text: str, look: Any = None) -> None:
    """Write a text that is read again, with every character that it has.

    Raises
    ------
    ArgumentError
        If it is longer than a cell of Excel holds.
    """
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST:
        raise ArgumentError(
            f"sheet {sheet.get_name()!r}, cell {xl_rowcol_to_cell(row, column)}: a text of "
            f"{len(text):,} characters is longer than the {LONGEST:,} that a cell of Excel holds; "
            f"shorten it"
        )
    if text.startswith("<r>") and text.endswith("</r>"):  # looks like XML of xlsxwriter
        looks = () if look is None else (look,)
        sheet.write_rich_string(row, column, text[:1], text[1:-1], text[-1:], *looks)
    elif text:
        sheet.write_string(row, column, text, look)
    else:
        sheet.write_blank(row, column, None, look)


def merge_text(
    sheet: Worksheet, top: int, left: int, bottom: int, right: int, text: str, look: Any = None
) -> None:
    """Merge cells, and write a text of the data into them; one cell stays as it is."""
    if (top, left) != (bottom, right):
        sheet.merge_range(top, left, bottom, right, "", look)
    write_text(sheet, top, left, text, look)


def write_rows(
    path: str | os.PathLike[str] | IO[bytes], name: str, rows: Iterable[Iterable[str]]
) -> None:
    """Write a workbook of one sheet, all of its cells texts with every character that they have."""
    with new_workbook(path) as workbook:
        sheet = workbook.add_worksheet(name)
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                write_exactly(sheet, row, column, text)
