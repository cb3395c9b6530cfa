"""Official tables as a workbook that an office can print, sign and send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from multidim_poverty.base.files.xlsx_writing import new_workbook
from multidim_poverty.errors import ArgumentError
from multidim_poverty.excel.sheet_writing import Frame, Looks, write_sheet
from multidim_poverty.excel.signers import Signers, place_and_day
from multidim_poverty.excel.table_form import TableForm
from multidim_poverty.language import Language, check_language
from multidim_poverty.reports.layouts import layout_of_counts
from multidim_poverty.reports.suppression import suppress as hide_small_counts
from multidim_poverty.schema.arguments import as_frame

__all__ = ["write_tables"]

NOBODY = Signers(place=None, on=None, prepared_by=None, head=None)


def write_tables(
    tables: pd.DataFrame | Mapping[int, pd.DataFrame] | Iterable[pd.DataFrame],
    path: str | Path,
    *,
    reporting_unit: str | None = None,
    period: str | None = None,
    signers: Signers | None = None,
    language: Language = "vi",
    suppress: int | None = None,
) -> None:
    """Write official tables to a workbook that an office can send.

    One sheet per table: reporting unit and number of the table, title, period, merged headers, the
    line of column numbers, the rows with parents in bold, notes, and the place of the signatures.
    Printed on A4 landscape with headers on every page, and no letter smaller than 8 points: what
    does not fit across a page then goes over several, each with the names of the units. All rows
    have the height that their texts need.

    Columns that are no part of the form (unknown answers, residuals, the counts behind shares,
    codes of units) stand to its right in grey, outside what is printed.

    Parameters
    ----------
    tables : pandas.DataFrame, or mapping or iterable of them
        As `multidim_poverty.reports.tables` and its single functions make them, without
        ``labels``. Sheets are in the order of the numbers.
    path : str or pathlib.Path
        Ends in ``.xlsx``; a file that is there is replaced.
    reporting_unit : str, optional
        Who reports, such as ``"Ủy ban nhân dân xã Ea Pô"``; above each title. Without it there are
        dots to be filled in by hand, as for the next two.
    period : str, optional
        What the tables are about, such as ``"năm 2023"``; below each title.
    signers : Signers, optional
        Who prepared the tables and who heads the unit, place and day; below each table.
    language : {"vi", "en"}
        Of all that is printed: titles, headers, units and notes.
    suppress : int, optional
        Hide counts from 1 to under this one, and those from which they could be computed, in all
        tables together, as `multidim_poverty.reports.suppress` does.

    Raises
    ------
    ArgumentError
        If `reporting_unit` or `period` is no text, or an empty one, or ``signers`` is something
        else, or its day is none; or if there is no table, one does not say which it is, carries
        headers in place of ids, lacks columns of its form, or two have the same number. Nothing is
        written then.
    MissingFileError, UnwritableFileError
        If there is no such folder, or the file cannot be replaced.
    InvalidDataError
        If a table names a column twice.

    Notes
    -----
    A rate, or a sum of columns, is a live formula that holds the value too, so that readers
    that do not calculate see it. The formula stands only where it gives the value of the table.
    Where it does not (the closing stock of tables 2 and 3 is a count), the cell has the value
    of the table, a comment gives what the formula would, and a letter leads to the note below. So
    does a letter behind an "other" of table 8 that is no number of households, as where it is
    negative. The cell holds the number alone.

    The same tables and arguments give the same bytes.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard_on("2023-10-01")
    >>> result = mdp.reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=standard))
    >>> tables = mdp.reports.tables(result, by=["area"], population="counted", numbers=[1, 4, 5])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "tables.xlsx"
    ...     mdp.excel.write_tables(
    ...         tables, path, reporting_unit="Dữ liệu giả lập", period="năm 2023", signers=None)
    ...     sheet = pd.read_excel(path, sheet_name="Biểu 1", header=None, engine="calamine")
    >>> sheet.iloc[1, 0]
    'TỔNG HỢP KẾT QUẢ CHÍNH THỨC RÀ SOÁT HỘ NGHÈO; HỘ CẬN NGHÈO; HỘ LÀM NÔNG, LÂM, NGƯ NGHIỆP CÓ \
MỨC SỐNG TRUNG BÌNH'
    """
    check_language(language)
    frame = _frame(reporting_unit, period, signers)
    if Path(path).suffix.casefold() != ".xlsx":
        raise ArgumentError(f"{path} does not end in .xlsx")
    if isinstance(tables, pd.DataFrame):
        tables = [tables]
    given = tables.values() if isinstance(tables, Mapping) else tables
    frames = [as_frame(table, "tables") for table in given]
    if not frames:
        raise ArgumentError("there is no table to write")
    numbers = sorted(layout_of_counts(table, "a workbook of the forms").number for table in frames)
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise ArgumentError(f"tables given twice: {', '.join(map(str, twice))}")
    if suppress is not None:
        frames = [*hide_small_counts(dict(enumerate(frames)), below=suppress).values()]
    forms = [TableForm.of(table, language) for table in frames]
    with new_workbook(path) as workbook:
        looks = Looks(workbook)
        for form in sorted(forms, key=lambda form: form.layout.number):
            write_sheet(workbook, looks, form, frame)


def _frame(reporting_unit: str | None, period: str | None, signers: Signers | None) -> Frame:
    """What is printed around each table, looked through."""
    for name, text in (("reporting_unit", reporting_unit), ("period", period)):
        if text is not None and not (isinstance(text, str) and text.strip()):
            raise ArgumentError(
                f"{name} is {text!r}, which is no text; pass one, or None for dots to be filled in "
                f"by hand"
            )
    if signers is not None and not isinstance(signers, Signers):
        raise ArgumentError(
            f"signers is {type(signers).__name__}; pass excel.Signers(place=, on=, prepared_by=, "
            f"head=), or None for a place to be filled in by hand"
        )
    signers = signers or NOBODY
    place_and_day(signers, "vi")  # refuses what is no day
    return Frame(reporting_unit, period, signers)
