"""Read the workbooks of the field software, and report everything that could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral

import pandas as pd

from multidim_poverty.base.files import InputFile, Limits, legacy_text
from multidim_poverty.base.files.cells import BrokenCell, SheetCells
from multidim_poverty.base.files.input_file import PathOrFile
from multidim_poverty.errors import ArgumentError, UnreadableFileError
from multidim_poverty.excel.checks import check_citizen_ids, check_part
from multidim_poverty.excel.joined import joined, mark_repeated
from multidim_poverty.excel.layout import Sheet, WorkbookLayout
from multidim_poverty.excel.merged import put_merged_cells
from multidim_poverty.excel.problems import Problems, summary_of
from multidim_poverty.excel.recognition import recognised
from multidim_poverty.excel.row_kinds import KINDS
from multidim_poverty.excel.sheet import Part
from multidim_poverty.excel.visibility import tell_hidden_sheets, tell_unseen
from multidim_poverty.excel.workbook import sheets_of
from multidim_poverty.language import Language, check_language, rule_text

__all__ = ["WorkbookContent", "read_households"]

SHOWN = 5  # problems in the message of an error
UNITS = ("province", "district", "commune", "commune_code", "village")


@dataclass(frozen=True, repr=False)
class WorkbookContent:
    r"""What a workbook holds.

    Parameters
    ----------
    layout : str
        Name of the layout that was recognised.
    households, members, problems, summary, rows : pandas.DataFrame
        See `read_households`.

    Examples
    --------
    >>> import io
    >>> from multidim_poverty import excel
    >>> lines = [
    ...     "Thời gian rà soát,Chủ hộ,Mã hộ,Số nhân khẩu,Phiếu B1,Phiếu B2,Kết quả rà soát,"
    ...     "Người rà soát", "30/11/2023,H' Bia,12,4,135,30,Hộ nghèo,Y Thu"]
    >>> content = excel.read_households(io.BytesIO("\n".join(lines).encode()), year=2023)
    >>> content.layout, content.households["b1"].tolist()
    ('export', [135])
    """

    layout: str
    households: pd.DataFrame
    members: pd.DataFrame
    problems: pd.DataFrame
    summary: pd.DataFrame
    rows: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"WorkbookContent(layout={self.layout!r}, {len(self.households)} households, "
            f"{len(self.members)} members, {len(self.problems)} problems, {len(self.rows)} rows)"
        )


def read_households(
    path: PathOrFile,
    *,
    layout: str | WorkbookLayout | None = None,
    year: int | None = None,
    units: Mapping[str, str] | None = None,
    hidden_sheets: bool = False,
    decode_legacy: bool = False,
    limits: Limits | None = None,
    language: Language = "en",
) -> WorkbookContent:
    """Households of a workbook of the field software, with all that could not be read.

    Parameters
    ----------
    path : path, or open binary file such as io.BytesIO
        ``.xlsx``, ``.xls``, ``.xlsb`` or ``.ods``; a page with tables, which some software names
        ``.xls``; or CSV in UTF-8, UTF-16 or cp1258, with commas, semicolons or tabs.
    layout : str or WorkbookLayout, optional
        ``"export"``: one row per household below machine paths or Vietnamese labels.
        ``"lists"``: three lists of members (current, escaped poverty, escaped near-poverty), with
        the values of a household on the row of its head. One of your own. If not given, it is
        recognised by paths, titles and labels, wherever they stand.
    year : int, optional
        Year of the review; dates of review outside it are reported.
    units : mapping of str to str, optional
        Units of a file that does not have them: ``{"commune": "Xã A"}``; ``province``,
        ``district``, ``commune``, ``commune_code`` or ``village``. They fill what neither a column
        nor a row of its own says.
    hidden_sheets : bool
        Read hidden sheets too; else they are named and left out.
    decode_legacy : bool
        Read texts in TCVN3 or VNI as Unicode; else they are kept, and named with what they say.
    limits : Limits, optional
        How much a file may hold.
    language : {"en", "vi"}
        Of the messages.

    Returns
    -------
    WorkbookContent
        ``households``: index ``household_id`` (string, unique). Columns ``sheet`` (string),
        ``row`` (Int64, first row in the sheet, from 1), ``list`` (category, name of the sheet
        in the layout), then those of the layout: text and codes as string, dates as
        datetime64[s], whole numbers as Int64, marks as boolean (a mark or ``Có``; empty is
        no, but missing where the whole file has none), ``stated_class`` (category poor,
        near_poor, average, not_poor: what the file says, not what the law gives); ``province``,
        ``district``, ``commune`` and ``village`` (string), if the layout does not have them; then
        ``id_from_row`` (see Notes), ``exact_duplicate`` and ``code_reused`` (boolean), and as
        string, under ``other:`` and their heading, the columns that the layout does not know (for
        the lists, in ``members``).

        ``members``: one row per person of the lists: ``household_id``, ``member_id`` (string),
        ``sheet``, ``row``, then the columns of the layout, with ``birth_year`` (Int64) before
        ``birth_date``; empty for an export.

        ``problems``: the table of faults, one row per cell, row or column that could not be read
        or is doubtful, in the order of the file: ``severity`` (``error``: something was not read
        or not understood; ``warning``: it was read anyway), ``rule`` (those of ``workbook`` in
        `schema.rules`), ``table`` (``households``, ``members``, or ``workbook`` for what belongs
        to no column), ``sheet``, ``cell`` (such as ``D12``; a column letter or nothing for what
        has no one cell), ``household_id``, ``column`` (all string), ``value`` (object, as in the
        file), ``expected`` (object), ``message`` and ``citation`` (string; no rule has one).

        ``summary``: the problems by ``severity``, ``rule``, ``sheet`` and ``column`` (string):
        ``problems`` (Int64) [problems], ``first_cell`` (string), ``meaning`` (string); errors
        first, then by number.

        ``rows``: every row of the file that has something in it: ``sheet`` (string), ``row``
        (Int64, from 1), ``kind`` (category: title, heading, numbers, symbols, group, household,
        member, total, signature, unknown; not_read in sheets that were left out). A household of
        the lists begins on the row of its first member.

    Raises
    ------
    MissingFileError
        If there is no such file.
    ArgumentError
        If the year is no whole number, or an argument has another kind or value.
    UnreadableFileError
        If the file is damaged, under a password, of another kind or larger than a limit, or no
        sheet has the layout; or if there is no household in it but problems, which are named. The
        error says where, and never what the cells hold.

    Notes
    -----
    Every row below the headings is looked at: column numbers, symbols, names of villages and
    communes (which fill the households below them), totals and signatures are no households. A
    row that is none of these and no record is an ``unknown_row``. No other row is left out. A cell
    that cannot be read is missing in the frame and a problem with its value.

    Columns are found by their path, or by label and synonyms, in one row or two; those of the
    lists without a known heading by their letter, where the other columns stand by theirs. A
    column that stands twice, or whose heading names another period, is named and not read.

    In the lists a code begins a household. Where it stands on the rows of members too, rows with
    one code are one household, and a mark on any of them is a mark of the household. Of a birth
    that is only a year the year is read.

    Cells with an error or a formula that was never calculated look empty, and so do the cells of
    a merged one but for the first. In ``.xlsx`` they are missing and reported; hidden rows and
    columns and struck out text are named and read. ``.xls``, ``.xlsb`` and ``.ods`` do not show
    any of this: there such a mark is read as no, and one problem says so of the file.

    Text comes in Unicode NFC with single spaces and without signs that do not show; spellings are
    kept. Dates are dates of the workbook, or texts dd/mm/yyyy; nothing else is guessed. A number
    typed as text is read if it has digits alone, and reported, but for files that hold nothing but
    texts.

    Household codes restart in each commune. ``household_id`` is the code, after the code (or
    else the name) of the commune where the file has it or `units` gives it, as ``24697/12``, or
    else after the sheet if several sheets are the same list. If one is used again, the later rows
    get ``#2``, ``#3``: `exact_duplicate` marks those that repeat everything that the layout knows,
    `code_reused` all of a list that share a code and differ. A household without a code is named
    by its sheet and row; in the lists, a head with values of a household and no code is one.

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
        raise ArgumentError(f"year is a whole number such as 2023, not {year!r}")
    given_units = _units(units)
    limits = limits or Limits()
    file = InputFile.of(path, limits)
    sheets = sheets_of(file, limits)
    if decode_legacy:
        sheets = [_decoded(content) for content in sheets]
    visible = [content for content in sheets if hidden_sheets or content.state == "visible"]
    form, chosen = recognised(visible, sheets, layout, file)
    problems = Problems(form, language)
    tell_hidden_sheets(sheets, problems, read=hidden_sheets)
    _tell_sheets(form, chosen, visible, problems)
    parts = [
        _part(content, chosen[content.name], year, given_units, limits, file, problems)
        for content in visible
        if content.name in chosen
    ]
    _empty_marks(parts)
    check_citizen_ids(parts, problems)
    households, members = joined(form, parts)
    mark_repeated(households, members, parts, problems)
    table = problems.table([content.name for content in sheets], households)
    if households.empty and (table["rule"] != "unseen_cells").any():
        raise UnreadableFileError(_nothing_read(file, form, table, language))
    rows = _rows(sheets, parts)
    return WorkbookContent(form.name, households, members, table, summary_of(table, language), rows)


def _units(units: Mapping[str, str] | None) -> dict[str, str]:
    """The units that were given, checked."""
    if units is not None and not isinstance(units, Mapping):
        raise ArgumentError(
            f"units is a mapping such as {{'commune': 'Xã A'}}, not a {type(units).__name__}"
        )
    given = dict(units or {})
    if unknown := [name for name in given if name not in UNITS]:
        raise ArgumentError(f"units has {unknown}, which are none of {', '.join(UNITS)}")
    if empty := [name for name, text in given.items()
                 if not isinstance(text, str) or not text.strip()]:  # fmt: skip
        raise ArgumentError(f"units: {', '.join(empty)} is a text, and not empty")
    return given


def _part(
    content: SheetCells,
    sheet: Sheet,
    year: int | None,
    units: Mapping[str, str],
    limits: Limits,
    file: InputFile,
    problems: Problems,
) -> Part:
    """What is read of one sheet, and what is wrong with it."""
    used = len({at for cells in content.rows.values() for at in cells})
    limits.check("columns", used, file.name, where=f"sheet {content.name!r}")
    for row, cells in content.rows.items():
        for at, value in cells.items():
            if isinstance(value, BrokenCell):
                problems.add(content.name, (row, at), "", value.value, value.rule)
    if not put_merged_cells(content):
        problems.add(content.name, None, "", None, "overlapping_cells")
    part = Part(content, sheet, year, units, problems)
    check_part(part, problems)
    tell_unseen(content, part.kinds.records, problems)
    return part


def _tell_sheets(
    form: WorkbookLayout,
    chosen: Mapping[str, Sheet],
    visible: Sequence[SheetCells],
    problems: Problems,
) -> None:
    """Sheets that the layout does not know or lacks, and what the kind of file does not show."""
    for content in visible:
        if content.name not in chosen and content.rows:
            problems.add(content.name, None, "", None, "unknown_sheet")
    for sheet in form.sheets:
        if sheet not in chosen.values():
            title = sheet.title or sheet.name
            problems.add("", None, "", None, "missing_sheet", sheet_title=title)
    if not all(content.shows_all for content in visible):
        problems.add("", None, "", None, "unseen_cells")
    for content in visible:
        if content.encoding not in (None, "utf-8", "utf-16"):
            problems.add(
                content.name, None, "", None, "guessed_encoding", encoding=content.encoding
            )


def _empty_marks(parts: Sequence[Part]) -> None:
    """A mark that is empty in the whole file was not asked: it is missing, and not "no"."""
    asked = set().union(*(part.asked for part in parts))
    for part in parts:
        for column in part.sheet.columns:
            if column.kind == "flag" and column.name not in asked:
                table = part.members if column.table == "members" else part.households
                table[column.name] = pd.array([None] * len(table[column.name]), dtype="boolean")


def _decoded(content: SheetCells) -> SheetCells:
    """A sheet with the texts of old fonts in Unicode."""
    for cells in content.rows.values():
        for at, value in cells.items():
            if isinstance(value, str) and (legacy := legacy_text(value)) is not None:
                cells[at] = legacy[1]
    return content


def _rows(sheets: Sequence[SheetCells], parts: Sequence[Part]) -> pd.DataFrame:
    """Every row of the file that has something in it, with what it is."""
    kinds = {part.name: part.row_kinds for part in parts}
    lines = [
        (content.name, row + 1, kinds[content.name][row] if content.name in kinds else "not_read")
        for content in sheets
        for row in content.rows
    ]
    frame = pd.DataFrame(lines, columns=["sheet", "row", "kind"])
    return pd.DataFrame(
        {
            "sheet": frame["sheet"].astype("string"),
            "row": frame["row"].astype("Int64"),
            "kind": pd.Categorical(frame["kind"], categories=KINDS),
        }
    )


def _nothing_read(
    file: InputFile, form: WorkbookLayout, problems: pd.DataFrame, language: Language
) -> str:
    """Why there is no household: the places and rules of the first problems, and no contents."""
    lines = []
    for problem in problems.head(SHOWN).to_dict("records"):
        place = [str(problem[name]) for name in ("sheet", "cell") if pd.notna(problem[name])]
        meaning = rule_text("workbook", problem["rule"]).meaning.text(language)
        lines.append(": ".join(filter(None, (" ".join(place).strip(), meaning.removesuffix(".")))))
    more = f"; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    return f"no household was read in {file.name}, layout {form.name!r}: {'; '.join(lines)}{more}"
