"""The sheets of any workbook, HTML page or CSV file that offices send."""

from __future__ import annotations

from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from multidim_poverty.base.files import (
    InputFile,
    Limits,
    Parts,
    csv_rows,
    decode,
    html_rows,
    xlsx_sheets,
)
from multidim_poverty.base.files.cells import BrokenCell, SheetCells, is_blank
from multidim_poverty.base.files.input_file import PathOrFile
from multidim_poverty.base.files.xlsx import is_xlsx
from multidim_poverty.errors import UnreadableFileError
from multidim_poverty.excel.extents import check_ods, check_xlsb
from multidim_poverty.excel.xls_extents import check_xls

__all__ = ["BrokenCell", "PathOrFile", "SheetCells", "read_sheets", "sheets_of"]

KINDS = "xlsx, xls, xlsb, ods, CSV, or a page with tables"
PANIC = "pyo3_runtime"  # module of the errors that a panic raises
STATES = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "very_hidden"}


def read_sheets(file: PathOrFile, limits: Limits | None = None) -> list[SheetCells]:
    """The sheets of a file in their order, hidden ones too, with the cells that hold something.

    Parameters
    ----------
    file : path, or open binary file such as `io.BytesIO`
        A workbook (xlsx, xls, xlsb, ods), a page with tables (which some software names .xls), or
        a CSV file.
    limits : Limits, optional

    Raises
    ------
    MissingFileError
        If there is no such file.
    UnreadableFileError
        If it is damaged, under a password, of another kind, or larger than a limit.
    """
    limits = limits or Limits()
    return sheets_of(InputFile.of(file, limits), limits)


def sheets_of(file: InputFile, limits: Limits) -> list[SheetCells]:
    """The sheets of a file whose bytes are there."""
    match file.kind:
        case "zip":
            parts = Parts(file, limits)
            if is_xlsx(parts):
                return xlsx_sheets(parts)
            if "xl/workbook.bin" in parts:
                check_xlsb(parts)
            elif "content.xml" in parts:
                check_ods(parts)
            else:
                raise file.unreadable(f"it is packed, but holds no workbook ({KINDS})")
            return _by_calamine(file, limits)
        case "compound":
            if file.has_password:
                raise file.unreadable("it has a password; take the password off and save it")
            check_xls(file, limits)
            return _by_calamine(file, limits)
        case "html":
            return [_of_texts("HTML", html_rows(file, limits), decode(file).encoding)]
        case "xml":
            raise file.unreadable(
                "it is XML, perhaps an XML spreadsheet of 2003; open it in Excel and save it as "
                ".xlsx"
            )
        case _:
            return [_of_texts("CSV", csv_rows(file, limits), decode(file).encoding)]


def _of_texts(name: str, rows: list[list[str]], encoding: str) -> SheetCells:
    cells = {
        at: filled
        for at, row in enumerate(rows)
        if (filled := {n: text for n, text in enumerate(row) if not is_blank(text)})
    }
    return SheetCells(name, cells, is_typed=False, encoding=encoding)


def _by_calamine(file: InputFile, limits: Limits) -> list[SheetCells]:
    """Sheets of the formats that show neither errors, formulas, merged cells nor hidden rows."""
    try:
        workbook = CalamineWorkbook.from_filelike(file.stream())
        sheets = []
        for about in workbook.sheets_metadata:
            rows = workbook.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
            limits.check("cells", sum(map(len, rows)), file.name, where=f"sheet {about.name!r}")
            cells = {at: filled for at, row in enumerate(rows) if (filled := _filled(row))}
            state: Any = STATES.get(str(about.visible).rpartition(".")[2], "visible")
            sheets.append(SheetCells(about.name, cells, state, shows_all=False))
    except UnreadableFileError:
        raise
    except BaseException as error:
        # A panic of the reader's Rust code is no Exception, and its class cannot be imported.
        panic = type(error).__module__ == PANIC
        if not panic and not isinstance(error, CalamineError | OSError | ValueError | LookupError):
            raise
        raise file.unreadable(
            f"expected is {KINDS}, without a password ({type(error).__name__})"
        ) from error
    return sheets


def _filled(row: list[Any]) -> dict[int, Any]:
    return {
        at: value
        for at, value in enumerate(row)
        if value != "" and not (isinstance(value, str) and is_blank(value))
    }
