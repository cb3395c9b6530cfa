"""The cells of a workbook, and those that hold something that readers do not see."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

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
        workbook = CalamineWorkbook.from_path(str(path))
        return {
            name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in workbook.sheet_names
        }
    except (CalamineError, OSError) as error:
        raise ValueError(
            f"{path} is not a workbook that can be read (xlsx, xls, xlsb, ods, without a "
            f"password): {error}"
        ) from error


def broken_cells(path: str | Path, sheets: dict[str, Rows]) -> dict[str, list[Broken]] | None:
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
            broken = {}
            for sheet in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter():
                if sheet.tag.endswith("}sheet"):
                    # The namespace of this attribute is another in "strict" workbooks.
                    link = next(value for key, value in sheet.items() if key.endswith("}id"))
                    target = targets[link].removeprefix("/xl/")
                    content = parts.read(f"xl/{target}")
                    name = str(sheet.get("name"))
                    broken[name] = _broken(content, sheets.get(name, []))
        except (ElementTree.ParseError, expat.ExpatError) as error:
            raise ValueError(f"{path} is not a workbook that can be read: {error}") from error
        return broken


def _broken(content: bytes, rows: Rows) -> list[Broken]:
    # UTF-16 begins with a mark and has other bytes for the signs.
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and not any(
        sign in content for sign in SIGNS
    ):
        return []
    sheet = _SheetXml(content)
    height, width = len(rows), max((len(row) for row in rows), default=0)
    covered = [cell for area in sheet.merged for cell in _covered(area, height, width)]
    return sheet.broken + covered


class _SheetXml:
    """Cells of a sheet with an error or a formula without a value, and its merged ranges.

    Calls of the parser, of which nearly all end at once: a tree of elements takes four times as
    long.
    """

    def __init__(self, content: bytes) -> None:
        self.broken: list[Broken] = []
        self.merged: list[str] = []
        self.row, self.column = -1, -1
        self.where: str | None = None  # place of the cell; else it is the one after the last
        self.type: str | None = None
        self.texts: dict[str, str] | None = None  # of formula and value, if they matter
        self.inside = ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.Parse(content, True)

    def _start(self, name: str, has: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            where = has.get("r")
            if where is None:
                self.column = self._column() + 1
            self.where, self.type = where, has.get("t")
            if self.type == "e":
                self._watch()
        elif tag == "v" or tag == "f":
            if tag == "f" and self.texts is None:
                self._watch()
            if self.texts is not None:
                self.texts[tag] = ""
                self.inside = tag
        elif tag == "row":
            self.row = int(has.get("r", self.row + 2)) - 1
            self.column, self.where = -1, None
        elif tag == "mergeCell":
            self.merged.append(has["ref"])

    def _watch(self) -> None:
        self.texts = {}
        self.parser.CharacterDataHandler = self._text
        self.parser.EndElementHandler = self._end

    def _text(self, text: str) -> None:
        if self.inside and self.texts is not None:
            self.texts[self.inside] += text

    def _end(self, name: str) -> None:
        self.inside = ""
        if name.rpartition(":")[2] == "c" and self.texts is not None:
            fault = _fault(self.type, self.texts.get("f"), self.texts.get("v"))
            if fault is not None:
                self.broken.append(Broken(self.row, self._column(), *fault))
            self.texts = self.parser.CharacterDataHandler = self.parser.EndElementHandler = None

    def _column(self) -> int:
        return self.column if self.where is None else int(xl_cell_to_rowcol(self.where)[1])


def _fault(type_: str | None, formula: str | None, value: str | None) -> tuple[str, str] | None:
    """What a cell holds, and the rule that it breaks."""
    if type_ == "e":
        return value or "", "error_cell"
    if formula is None or value or (type_ == "str" and value is not None):
        return None  # a formula of type "str" without text gave the empty text
    # A shared formula stands in the first of its cells alone.
    return f"={formula or '...'}", "not_calculated"


def _covered(area: str, height: int, width: int) -> Iterator[Broken]:
    """The cells of a merged one but for its first, as far as the sheet goes."""
    start, _, end = area.partition(":")
    first = top, left = xl_cell_to_rowcol(start)
    bottom, right = xl_cell_to_rowcol(end or start)
    for row in range(top, min(bottom + 1, height)):
        for column in range(left, min(right + 1, width)):
            if (row, column) != first:
                yield Broken(row, column, area, "merged_cell", first)
