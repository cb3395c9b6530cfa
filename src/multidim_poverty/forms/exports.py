"""The tables of an export: workbooks of KoboToolbox, zips of ODK Central, CSV, Parquet, XML."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import pandas as pd

from multidim_poverty.base.files import InputFile, Limits, Parts, csv_rows, xlsx_sheets
from multidim_poverty.base.files.cells import BrokenCell
from multidim_poverty.base.files.parts import parse_xml
from multidim_poverty.base.files.xlsx import is_xlsx
from multidim_poverty.errors import UnreadableFileError, optional_imports

__all__ = ["ExportTable", "export_tables"]

PARQUET = b"PAR1"
REPEAT = "members"  # the repeat of the form


@dataclass(frozen=True, eq=False)
class ExportTable:
    """One table of a file: its headings, and the cells of its rows.

    Attributes
    ----------
    file, name : str
        The file, and the sheet or the part of the file.
    headings : list of str
    rows : list of list
        As long as `headings`; None where nothing stands.
    numbers : list of int
        The number of each row as a person counts it in the file.
    hidden : bool
        Whether it is a sheet that nobody sees.
    """

    file: str
    name: str
    headings: list[str]
    rows: list[list[Any]]
    numbers: list[int]
    hidden: bool = False

    def __repr__(self) -> str:
        return f"ExportTable({self.file!r}, {self.name!r}, {len(self.rows)} rows)"


def export_tables(file: InputFile, limits: Limits) -> list[ExportTable]:
    """All tables of a file.

    Raises
    ------
    UnreadableFileError
        If the file is of none of the kinds, damaged, or larger than the limits.
    """
    if file.content.startswith(PARQUET):
        return [_of_parquet(file)]
    if file.kind == "zip":
        return _of_parts(Parts(file, limits), limits)
    if file.kind == "xml" or file.content.lstrip()[:1] == b"<":
        return _of_xml(file)
    if file.kind == "text":
        return [_of_rows(file.name, PurePath(file.name).name, csv_rows(file, limits))]
    raise UnreadableFileError(
        f"{file.name} is no export: pass an .xlsx, a .zip of CSV files, a .csv, a .parquet, or the "
        f"XML of a submission"
    )


def _of_parts(parts: Parts, limits: Limits) -> list[ExportTable]:
    file = parts.file
    if is_xlsx(parts):
        sheets = [sheet for sheet in xlsx_sheets(parts) if sheet.rows]
        tables_of_sheets = [_of_cells(file.name, sheet.name, sheet.rows) for sheet in sheets]
        return [
            replace(table, hidden=sheet.state != "visible")
            for table, sheet in zip(tables_of_sheets, sheets, strict=True)
        ]
    tables: list[ExportTable] = []
    for name in parts.names:
        kind = PurePath(name).suffix.casefold()
        content = InputFile(name, parts.read(name)) if kind in (".csv", ".xml") else None
        if content is not None and kind == ".csv":
            tables.append(_of_rows(file.name, PurePath(name).name, csv_rows(content, limits)))
        elif content is not None:
            tables += _of_xml(content)
    if not tables:
        raise file.unreadable("it has neither a workbook nor CSV files in it; export it again")
    return tables


def _of_cells(file: str, name: str, rows: dict[int, dict[int, Any]]) -> ExportTable:
    """A sheet: its first row that is not empty holds the headings."""
    head = min(rows)
    columns = sorted(rows[head])
    beside = sorted({column for row in rows.values() for column in row} - set(columns))
    headings = [str(rows[head][column]).strip() for column in columns] + [""] * len(beside)
    numbers = [number for number in sorted(rows) if number != head]
    cells = [[_plain(rows[n].get(column)) for column in (*columns, *beside)] for n in numbers]
    return ExportTable(file, name, headings, cells, [number + 1 for number in numbers])


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, BrokenCell) else value


def _of_rows(file: str, name: str, rows: Sequence[Sequence[str]]) -> ExportTable:
    """A CSV file: its first line holds the headings."""
    head = [text.strip() for text in rows[0]] if rows else []
    width = max(map(len, rows), default=0)
    filled = [(n, row) for n, row in enumerate(rows[1:], start=2) if any(map(str.strip, row))]
    cells = [[*(text or None for text in row), *[None] * (width - len(row))] for _, row in filled]
    headings = [*head, *[""] * (width - len(head))]
    return ExportTable(file, name, headings, cells, [number for number, _ in filled])


def _of_parquet(file: InputFile) -> ExportTable:
    with optional_imports():
        frame = pd.read_parquet(io.BytesIO(file.content), engine="pyarrow")
    if frame.index.name is not None:
        frame = frame.reset_index()
    missing = frame.isna().to_numpy()
    cells = [
        [None if empty else value for value, empty in zip(row, gaps, strict=True)]
        for row, gaps in zip(frame.astype(object).to_numpy().tolist(), missing, strict=True)
    ]
    name = PurePath(file.name).name
    return ExportTable(file.name, name, [*map(str, frame)], cells, [*range(1, len(cells) + 1)])


def _of_xml(file: InputFile) -> list[ExportTable]:
    """One submission as a device sends it: the household, and its repeat."""
    household: dict[str, str] = {}
    members: list[dict[str, str]] = []
    path: list[str] = []
    texts: list[str] = []
    has_parts = [False]

    def start(name: str, _attributes: dict[str, str]) -> None:
        path.append(name.rpartition(":")[2])
        has_parts[-1] = True
        has_parts.append(False)
        texts.clear()
        if path[-1] == REPEAT:
            members.append({})

    def end(_: str) -> None:
        name, text = path.pop(), "".join(texts).strip()
        texts.clear()
        if not has_parts.pop() and path:
            row = members[-1] if REPEAT in path else household
            row[name] = text

    parse_xml(file, file.name, file.stream(), start=start, end=end, text=texts.append)
    key = household.get("instanceID") or file.name
    name = PurePath(file.name).name
    return [
        _of_records(file.name, name, [{"KEY": key, **household}]),
        _of_records(file.name, f"{name}/{REPEAT}", [{"PARENT_KEY": key, **m} for m in members]),
    ]


def _of_records(file: str, name: str, records: Sequence[dict[str, str]]) -> ExportTable:
    headings = [*dict.fromkeys(heading for record in records for heading in record)]
    if not records:
        headings = ["PARENT_KEY"]
    cells = [[record.get(heading) or None for heading in headings] for record in records]
    return ExportTable(file, name, headings, cells, [*range(1, len(cells) + 1)])


def all_tables(files: Iterable[InputFile], limits: Limits) -> list[ExportTable]:
    """The tables of several files."""
    return [table for file in files for table in export_tables(file, limits)]
