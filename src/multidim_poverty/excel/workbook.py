"""The cells of a workbook, and those that hold something that readers do not see."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.utility import xl_cell_to_rowcol

__all__ = ["Broken", "Rows", "broken_cells", "sheets_of"]

Rows = list[list[Any]]
# Without any of these a sheet has no error, formula or merged cell, and need not be parsed: that
# takes longer than all the rest.
SIGNS = (b'"e"', b"'e'", b"<f", b":f", b"mergeCell")


@dataclass(frozen=True)
class Broken:
    """A cell that readers see as empty, though it is not, or may not be.

    Attributes
    ----------
    row, column : int
        From 0.
    value : str
        The error, the formula, or the range of a merged cell.
    rule : str
        ``error_cell``; ``not_calculated``; ``merged_cell``, one below or beside the first cell
        of the range, which alone has the value.
    first : tuple of int, optional
        The first cell of the range.
    """

    row: int
    column: int
    value: str
    rule: str
    first: tuple[int, int] | None = None

    def __str__(self) -> str:
        return self.value


def sheets_of(path: str | Path) -> dict[str, Rows]:
    """The cells of each sheet, by rows from A1; an empty cell is ``""``."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        book = CalamineWorkbook.from_path(str(path))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
    except (CalamineError, OSError) as error:
        raise ValueError(
            f"{path} is not a workbook that can be read (xlsx, xls, xlsb, ods, without a "
            f"password): {error}"
        ) from error


def broken_cells(path: str | Path) -> dict[str, list[Broken]] | None:
    """Broken cells of each sheet; None if the format (all but ``.xlsx``) does not show them."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as parts:
        names = set(parts.namelist())
        if not {"xl/_rels/workbook.xml.rels", "xl/workbook.xml"} <= names:
            return None
        try:
            links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
            targets = {link.get("Id"): str(link.get("Target")) for link in links}
            found = {}
            for sheet in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter():
                if _tag(sheet) == "sheet":
                    # The namespace of this attribute is another in "strict" workbooks.
                    link = next(value for key, value in sheet.items() if key.endswith("}id"))
                    target = targets[link].removeprefix("/xl/")
                    content = parts.read(f"xl/{target}")
                    found[str(sheet.get("name"))] = list(_broken(content))
        except ElementTree.ParseError as error:
            raise ValueError(f"{path} is not a workbook that can be read: {error}") from error
        return found


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _broken(content: bytes) -> Iterator[Broken]:
    # UTF-16 begins with a mark and has other bytes for the signs.
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and not any(
        sign in content for sign in SIGNS
    ):
        return
    row = width = 0
    for _, element in ElementTree.iterparse(io.BytesIO(content)):
        if element.tag.endswith("}row"):
            # A row or a cell without a number of its own follows the one before.
            row, column = int(element.get("r", row + 1)), -1
            for cell in element:
                where = cell.get("r")
                column = xl_cell_to_rowcol(where)[1] if where else column + 1
                fault = _fault(cell)
                if fault is not None:
                    yield Broken(row - 1, column, *fault)
            width = max(width, column + 1)
            element.clear()
        elif element.tag.endswith("}mergeCell"):  # after all rows
            yield from _covered(element.get("ref", ""), row, width)


def _fault(cell: ElementTree.Element) -> tuple[str, str] | None:
    """What a cell holds, and the rule that it breaks."""
    if len(cell) == 1 and cell.get("t") != "e" and cell[0].tag.endswith("}v"):
        return None  # nearly all cells
    inside = {_tag(child): child for child in cell}
    value, formula = inside.get("v"), inside.get("f")
    if cell.get("t") == "e":
        return (value.text or "" if value is not None else ""), "error_cell"
    if formula is None or (value is not None and (value.text or cell.get("t") == "str")):
        return None  # a formula of type "str" without text gave the empty text
    # A shared formula stands in the first of its cells alone.
    return f"={formula.text or '...'}", "not_calculated"


def _covered(area: str, height: int, width: int) -> Iterator[Broken]:
    """The cells of a merged one but for its first, as far as the sheet goes."""
    start, _, end = area.partition(":")
    first = top, left = xl_cell_to_rowcol(start)
    bottom, right = xl_cell_to_rowcol(end or start)
    for row in range(top, min(bottom + 1, height)):
        for column in range(left, min(right + 1, width)):
            if (row, column) != first:
                yield Broken(row, column, area, "merged_cell", first)
