"""Read the workbooks of the field software, and report everything that could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path

import pandas as pd

from multidim_poverty.excel.joined import joined, mark_repeated
from multidim_poverty.excel.layout import Sheet, WorkbookLayout, layouts
from multidim_poverty.excel.positions import row_of, title_at
from multidim_poverty.excel.problems import Problems
from multidim_poverty.excel.sheet import Part
from multidim_poverty.excel.workbook import Broken, Rows, broken_cells, sheets_of
from multidim_poverty.identity import look_alike_key
from multidim_poverty.language import Language, check_language

__all__ = ["WorkbookContent", "read_households"]

SHOWN = 5  # problems in the message of an error


@dataclass(frozen=True)
class WorkbookContent:
    """What a workbook holds.

    Attributes
    ----------
    layout : str
        Name of the layout that was recognised.
    households, members, problems : pandas.DataFrame
        See `read_households`.
    """

    layout: str
    households: pd.DataFrame
    members: pd.DataFrame
    problems: pd.DataFrame


def read_households(
    path: str | Path,
    *,
    layout: str | WorkbookLayout | None = None,
    year: int | None = None,
    language: Language = "en",
) -> WorkbookContent:
    """Households of a workbook of the field software, with all that could not be read.

    Parameters
    ----------
    path : str or pathlib.Path
        ``.xlsx``, ``.xls``, ``.xlsb`` or ``.ods``.
    layout : str or WorkbookLayout, optional
        ``"export"``: one row per household under two header rows, machine path and Vietnamese
        label. ``"lists"``: three lists of members (current, escaped poverty, escaped
        near-poverty), with the values of a household on the row of its head. One of your own.
        If not given, it is recognised by paths and titles.
    year : int, optional
        Year of the review; dates of review outside it are reported.
    language : {"en", "vi"}
        Of the messages.

    Returns
    -------
    WorkbookContent
        ``households``: index ``household_id`` (string, unique). Columns ``sheet`` (string),
        ``row`` (Int64, first row in the sheet, from 1), ``list`` (category, name of the sheet
        in the layout), then those of the layout: text and codes as string, dates as
        datetime64[s], whole numbers as Int64, marks as boolean (a mark or ``Có``; empty is
        no), ``stated_class`` (category poor, near_poor, not_poor: what the file says, not
        what the law gives); then ``id_from_row`` (boolean; see Notes), ``exact_duplicate``
        and ``code_reused`` (boolean), and as
        string, under ``other:`` and their heading, the columns that the layout does not know
        (for the lists, in ``members``).

        ``members``: one row per person of the lists: ``household_id``, ``member_id`` (string),
        ``sheet``, ``row``, then the columns of the layout; empty for an export.

        ``problems``: the table of faults, one row per cell, row or column that could not be read
        or is doubtful, in the order of the file: ``severity`` (``error``: something was not read
        or not understood; ``warning``: it was read anyway), ``rule`` (those of ``workbook`` in
        `schema.rules`), ``table`` (``households``, ``members``, or ``workbook`` for what belongs
        to no column), ``sheet``, ``cell`` (such as ``D12``; a column letter or nothing for what
        has no one cell), ``household_id``, ``column`` (all string), ``value`` (object, as in the
        file), ``expected`` (object), ``message`` and ``citation`` (string; no rule has one).

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If the year is no whole number.
    ValueError
        If it is no workbook, no sheet of it has the layout, or there is no household in it but
        problems, which are named.

    Notes
    -----
    All sheets with the paths or a title of the layout are read; the title may have more words or
    stand in another row. No row is dropped, but empty ones and header rows that stand among the
    data, which are reported. A cell that cannot be read is missing in the frame and a problem
    with its value.

    Cells with an error or a formula that was never calculated look empty, and so do the cells of
    a merged one but for the first. In ``.xlsx`` they are missing and reported. ``.xls``,
    ``.xlsb`` and ``.ods`` do not show them: there such a mark is read as no, and one problem
    says so of the file.

    Text comes in Unicode NFC with single spaces; spellings are kept. Dates are dates of the
    workbook, or texts dd/mm/yyyy; nothing else is guessed. A number typed as text is read if
    it has digits alone, and reported.

    Household codes restart in each commune. ``household_id`` is the code, after the code (or
    else the name) of the commune where the file has it, as ``24697/12``, or else after the sheet
    if several sheets are the same list. If one is used again, the later rows get ``#2``, ``#3``:
    `exact_duplicate` marks those that repeat everything that the layout knows, `code_reused` all
    of a list that share a code and differ. A household without a code is named by its sheet and
    row; in the lists, a head with values of a household and no code is one.

    ``id_from_row`` marks ids that the file made from the order of its rows: codes that are used
    again, households without a code, and all ids of the lists, where the code is a number in
    order. They tell the households of this file apart and say nothing of those of another file,
    so what compares two files (`multidim_poverty.movement.flows` and others) refuses them.

    The layouts are in ``reading_layouts.toml``; the export was read from real files, the lists
    only from the code of an importer.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> from multidim_poverty import excel
    >>> paths = ["date", "family.hostName", "family.code", "family.numberOfMembers", "b1Point",
    ...          "b2Point", "classify", "reviewer"]
    >>> labels = ["Thời gian rà soát", "Chủ hộ", "Mã hộ", "Số nhân khẩu", "Phiếu B1", "Phiếu B2",
    ...           "Kết quả rà soát", "Người rà soát"]
    >>> row = ["31/11/2023", "H' Bia", "12", 4, 135, 30, "Hộ nghèo", "Y Thu"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "export.xlsx"
    ...     pd.DataFrame([paths, labels, row]).to_excel(
    ...         path, header=False, index=False, engine="xlsxwriter")
    ...     reading = excel.read_households(path, year=2023)
    >>> reading.households[["b1", "b2", "stated_class"]].T["12"].tolist()
    [135, 30, 'poor']
    >>> reading.problems[["cell", "value", "rule"]].values.tolist()[-1]
    ['A3', '31/11/2023', 'not_a_date']
    """
    check_language(language)
    if year is not None and (isinstance(year, bool) or not isinstance(year, Integral)):
        raise TypeError(f"year is a whole number such as 2023, not {year!r}")
    content = sheets_of(path)
    form, sheets = _recognised(content, layout, path)
    problems = Problems(form, language)
    for name in set(content) - set(sheets):
        if content[name]:
            problems.add(name, None, "", None, "unknown_sheet")
    for sheet in form.sheets:
        if sheet not in sheets.values():
            title = sheet.title or sheet.name
            problems.add("", None, "", None, "missing_sheet", sheet_title=title)
    broken = broken_cells(path, content)
    if broken is None:
        problems.add("", None, "", None, "unseen_cells")
    for name, cells in (broken or {}).items():
        for cell in cells:
            if cell.rule != "merged_cell":  # those matter only where they are read
                problems.add(name, (cell.row, cell.column), "", cell.value, cell.rule)
            if name in sheets:
                _put(cell, content[name])
    parts = [Part(name, content[name], sheet, year, problems) for name, sheet in sheets.items()]
    households, members = joined(form, parts)
    mark_repeated(households, members, parts, problems)
    table = problems.table(list(content), households)
    problems_of_cells = table[table["rule"] != "unseen_cells"]
    if households.empty and len(problems_of_cells):
        lines = (
            problems_of_cells[["sheet", "cell", "message"]]
            .fillna("")
            .to_numpy(str)[:SHOWN]
            .tolist()
        )
        described = [
            ": ".join(filter(None, (f"{sheet} {cell}".strip(), m))) for sheet, cell, m in lines
        ]
        more = (
            f"; and {len(problems_of_cells) - SHOWN} more" if len(problems_of_cells) > SHOWN else ""
        )
        raise ValueError(
            f"no household was read in {path}, layout {form.name!r}: {'; '.join(described)}{more}"
        )
    return WorkbookContent(form.name, households, members, table)


def _put(cell: Broken, rows: Rows) -> None:
    """Put a broken cell where the reader of the file saw nothing."""
    if cell.first is not None:
        top, left = cell.first
        # All of an empty range is empty, and so is what has a value behind it: no doubt there.
        if not row_of(rows, top)[left : left + 1] or rows[top][left] == "":
            return
        if row_of(rows, cell.row)[cell.column : cell.column + 1] == [""]:
            rows[cell.row][cell.column] = cell
        return
    rows.extend([] for _ in range(cell.row + 1 - len(rows)))
    row = rows[cell.row]
    row.extend([""] * (cell.column + 1 - len(row)))
    row[cell.column] = cell


# -- which layout -----------------------------------------------------------------------------


def _recognised(
    content: Mapping[str, Rows], layout: str | WorkbookLayout | None, path: str | Path
) -> tuple[WorkbookLayout, dict[str, Sheet]]:
    """The layout, and which sheet of the workbook is which of its sheets."""
    known = {form.name: form for form in layouts()}
    if isinstance(layout, str) and layout not in known:
        raise ValueError(f"layout {layout!r} is not one of {', '.join(known)}")
    forms = list(known.values()) if layout is None else [known.get(str(layout), layout)]
    for form in forms:
        assert isinstance(form, WorkbookLayout)
        sheets: dict[str, Sheet] = {}
        for name, rows in content.items():
            fit = [sheet for sheet in form.sheets if _is(sheet, rows)]
            # A title may begin as another one does; a page of contents has all of them.
            best = max(fit, key=lambda sheet: len(_title(sheet)), default=None)
            if best is not None and all(_title(sheet) in _title(best) for sheet in fit):
                sheets[name] = best
        if sheets:
            return form, sheets
    expected = [
        _mark(sheet) for form in forms if isinstance(form, WorkbookLayout) for sheet in form.sheets
    ]
    first_cells = {
        name: [v for row in rows[:6] for v in row if v != ""][:6] for name, rows in content.items()
    }
    raise ValueError(
        f"{path} has none of the known layouts. Looked for: {'; '.join(expected)}. The sheets "
        f"begin with: {first_cells}"
    )


def _mark(sheet: Sheet) -> str:
    if sheet.title:
        return f"the title {sheet.title!r} above row {sheet.first_row}"
    paths = [column.path for column in sheet.columns if column.path and column.required]
    return f"the paths {', '.join(map(str, paths))} in row {sheet.path_row}"


def _title(sheet: Sheet) -> str:
    return look_alike_key(sheet.title or "")


def _is(sheet: Sheet, rows: Rows) -> bool:
    if sheet.title is not None:
        return title_at(sheet, rows) is not None
    assert sheet.path_row is not None
    row_paths = {str(value).strip() for value in row_of(rows, sheet.path_row - 1)}
    paths = [column.path for column in sheet.columns if column.path]
    return sum(path in row_paths for path in paths) * 2 > len(paths)
