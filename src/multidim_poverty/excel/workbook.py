"""The cells of a workbook, and those that hold an error or a formula without a value."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

__all__ = ["Broken", "cells_of", "sheets_of"]

# A cell of type "e" holds an error; one with a formula and no value was never calculated.
ERROR = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*\bt="e"[^>]*>(?:<f[^>]*>[^<]*</f>)?<v>([^<]*)</v>')
UNCALCULATED = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"[^>]*><f[^>]*>([^<]*)</f>(?:<v\s*/>|<v></v>|</c>)'
)
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Broken:
    """A cell that readers see as empty, though it is not."""

    sheet: str
    cell: str
    value: str
    rule: str


def sheets_of(path: str | Path) -> dict[str, list[list[Any]]]:
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


def cells_of(path: str | Path) -> Iterator[Broken]:
    """Cells with an error or an uncalculated formula; they can be told in ``.xlsx`` alone."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as parts:
        if "xl/_rels/workbook.xml.rels" not in parts.namelist():
            return
        if "xl/workbook.xml" not in parts.namelist():
            return
        links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
        targets = {link.get("Id"): str(link.get("Target")) for link in links}
        for sheet in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter():
            if not sheet.tag.endswith("}sheet"):
                continue
            target = targets[sheet.get(RELATION)].removeprefix("/xl/")
            content = parts.read(f"xl/{target}")
            for pattern, rule in ((ERROR, "error_cell"), (UNCALCULATED, "not_calculated")):
                for cell, value in pattern.findall(content):
                    text = value.decode() if rule == "error_cell" else f"={value.decode()}"
                    yield Broken(str(sheet.get("name")), cell.decode(), text, rule)
