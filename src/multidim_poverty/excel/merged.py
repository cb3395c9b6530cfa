"""Merged cells: only the first has a value, and the others are told apart from empty ones."""

from __future__ import annotations

import bisect

from xlsxwriter.utility import xl_rowcol_to_cell

from multidim_poverty.base.files.cells import BrokenCell, SheetCells

__all__ = ["put_merged_cells"]


def put_merged_cells(content: SheetCells) -> bool:
    """Put a broken cell where a sheet looks empty but is merged with a cell that has a value.

    Only rows and columns in which something stands count. Returns whether all ranges lie apart,
    as they do in every sound workbook; the rest of those that overlap is left out, so the work is
    bounded by the size of the sheet.
    """
    rows = list(content.rows)
    columns = sorted({at for cells in content.rows.values() for at in cells})
    left_to_do = len(rows) * len(columns)
    for top, left, bottom, right in content.merged:
        value = content.rows.get(top, {}).get(left)
        if value is None or isinstance(value, BrokenCell):
            continue
        inside_rows = rows[bisect.bisect_left(rows, top) : bisect.bisect_right(rows, bottom)]
        inside = columns[bisect.bisect_left(columns, left) : bisect.bisect_right(columns, right)]
        left_to_do -= len(inside_rows) * len(inside)
        if left_to_do < 0:
            return False
        area = f"{xl_rowcol_to_cell(top, left)}:{xl_rowcol_to_cell(bottom, right)}"
        cell = BrokenCell(area, "merged_cell", (top, left))
        for row in inside_rows:
            cells = content.rows[row]
            for at in inside:
                if at not in cells:
                    cells[at] = cell
    return True
