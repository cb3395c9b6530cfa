"""Official tables out of workbooks, as `reports.check` takes them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

import pandas as pd

from multidim_poverty.base.files import InputFile, Limits
from multidim_poverty.base.files.cells import SheetCells
from multidim_poverty.base.files.input_file import PathOrFile
from multidim_poverty.errors import (
    ArgumentError,
    DataWarning,
    UnknownNameError,
    UnreadableFileError,
)
from multidim_poverty.excel.table_sheet import TableSheet, title_row
from multidim_poverty.excel.workbook import sheets_of
from multidim_poverty.identity import look_alike_key
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.reports import Layout, ListItem, items_of, layout
from multidim_poverty.reports.assembly import COUNTED, terms_of
from multidim_poverty.reports.layouts import group_named, own_items, spellings
from multidim_poverty.reports.suppression import HIDDEN, HIDDEN_SIGN
from multidim_poverty.reports.units import TOTAL

__all__ = ["read_tables"]

NUMBERS = range(1, 14)  # tables 14 and 15 are lists of people
BY_GROUP = 9
OF_GROUPS = 4  # columns of each half of table 9 that are no group: total, Kinh, minorities, other
ROMAN = re.compile(r"[IVXLC]+\.?", re.I)


def read_tables(
    path: PathOrFile,
    *,
    levels: Sequence[str] = ("district", "commune"),
    sheets: Sequence[str] | None = None,
    standard: StandardLike | None = None,
    limits: Limits | None = None,
) -> dict[int, pd.DataFrame]:
    """Official tables 1 to 13 of a workbook, as they are printed.

    Parameters
    ----------
    path : path, or open binary file such as io.BytesIO
        A workbook of `write_tables`, or as an office prints it: the title of the table above the
        headings, then the rows of the units.
    levels : sequence of str
        Names for the levels of the units, the largest first; as many as the numbers of the rows
        have (``1``, ``1.1``, or ``I``, ``1``).
    sheets : sequence of str, optional
        Which sheets to read; all with a title of one of the tables if not given.
    standard : Standard or str, optional
        Whose indicators tables 4 to 7 have, if they are not those of the form.
    limits : Limits, optional
        How much the file may hold.

    Returns
    -------
    dict
        Number of the table -> table, in the order of the numbers: ``number``, ``level`` (category),
        ``unit``, a column for each level (of a level such as ``area`` the codes), ``count_of`` in
        tables 2, 3 and 8, then the printed columns of `reports.layout`. Counts are Int64 and rates
        Float64 where all cells are numbers, else what stands in the cells; an error or a formula
        without a value is its text. Cells that were hidden (``*``) are missing, and the column
        ``hidden`` names them. ``attrs`` hold ``table``, and ``items`` for the ethnic groups
        or indicators of the headings.

    Raises
    ------
    MissingFileError
        If there is no such file.
    UnreadableFileError
        If it is no workbook, no sheet has a title, or columns or rows of a sheet cannot be told;
        names the sheet.
    ArgumentError
        If `sheets` names one that there is not, two sheets have the same table, or `levels` names
        too few.

    Warns
    -----
    DataWarning
        If headings are not those of the form: the columns are then read by their numbers, or in
        the order of the form.

    Notes
    -----
    Rows that have neither figures nor a number and a name are no data, such as signatures.
    Numbers as texts (``1.057.374``, ``3,15``) are left to `reports.check`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard_on("2023-10-01")
    >>> result = mdp.reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=standard))
    >>> tables = mdp.reports.tables(result, by=["area"], population="counted", numbers=[4, 5])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "tables.xlsx"
    ...     mdp.excel.write_tables(
    ...         tables, path, reporting_unit="Dữ liệu giả lập", period="năm 2023", signers=None)
    ...     printed = mdp.excel.read_tables(path, levels=["area"])
    >>> printed[5][["unit", "poor_households", "toilet_rate"]].values.tolist()
    [['Tổng số', 96, 67.71], ['Nông thôn', 73, 69.86], ['Thành thị', 23, 60.87]]
    >>> printed[5].loc[0, "toilet_rate"] = 76.71
    >>> mdp.reports.check(printed)["message"].tolist()
    ['the rate of the counts is 67.71, not 76.71; compute the rate anew from the counts']
    """
    standard = None if standard is None else as_standard(standard)
    indicators = own_items(standard, None)
    forms = {number: layout(number, standard=standard) for number in (*NUMBERS, 14, 15)}
    titles = {
        text: number for number, form in forms.items() for text in (form.title.vi, form.title.en)
    }
    tables: dict[int, pd.DataFrame] = {}
    sheet_of: dict[int, str] = {}
    limits = limits or Limits()
    file = InputFile.of(path, limits)
    contents = {sheet.name: sheet for sheet in sheets_of(file, limits)}
    if absent := [name for name in sheets or () if name not in contents]:
        raise UnknownNameError(f"{file.name} has no sheet {', '.join(map(repr, absent))}")
    for name, sheet in contents.items():
        title = title_row(sheet, titles)
        if title is None or (sheets is not None and name not in sheets):
            continue
        number = titles[title[1]]
        if number not in NUMBERS:
            continue
        if number in tables:
            raise ArgumentError(
                f"{file.name}: table {number} stands on sheets {sheet_of[number]!r} and {name!r}; "
                f"say which ones to read with sheets="
            )
        sheet_of[number] = name
        tables[number] = _table(sheet, title[0], forms[number], indicators, tuple(levels))
    if not tables:
        raise UnreadableFileError(
            f"{file.name} has no sheet with the title of one of the official tables 1 to 13, such "
            f"as {forms[1].title.vi!r}"
        )
    return dict(sorted(tables.items()))


def _table(
    cells: SheetCells,
    title: int,
    form: Layout,
    indicators: dict[str, tuple[ListItem, ...]],
    level_names: tuple[str, ...],
) -> pd.DataFrame:
    """The table of one sheet."""
    sheet = TableSheet(cells, title, two_rows=form.rows_per_unit == len(COUNTED))
    own = {name: items for name, items in indicators.items() if form.number in (4, 5, 6, 7)}
    if form.number == BY_GROUP:
        groups = _groups(sheet)
        own = {"ethnic_groups": groups}
        form = layout(form.number, groups=groups)
    places, others = sheet.places(form)
    if others:
        warnings.warn(
            f"sheet {cells.name!r}, table {form.number}: headings are not those of the form, and "
            f"columns were read by their numbers or in its order: {'; '.join(others)}",
            DataWarning,
            stacklevel=3,
        )
    rows = sheet.data_rows()
    frame = _leading(sheet, rows, level_names)
    hidden: list[list[str]] = [[] for _ in rows]
    for column in form.printed:
        values = [sheet.value(row, places[column.id]) for row in rows]
        for n, value in enumerate(values):
            if value == HIDDEN_SIGN:
                hidden[n].append(column.id)
                values[n] = None
        frame[column.id] = _column(values, whole=column.kind == "count")
    if any(hidden):
        frame[HIDDEN] = pd.array([" ".join(ids) for ids in hidden], dtype="string")
    frame.attrs = {
        "table": form.number,
        "sources": {},
        "items": {name: [item.model_dump(mode="json") for item in own[name]] for name in own},
    }
    return frame


def _groups(sheet: TableSheet) -> tuple[ListItem, ...]:
    """The ethnic groups of the headings of table 9, known ones in whatever spelling."""
    columns = sheet.value_columns
    half, odd = divmod(len(columns), 2)
    if odd or half < OF_GROUPS:
        raise UnreadableFileError(
            f"sheet {sheet.sheet.name!r}: table {BY_GROUP} has as many columns of the poor as of "
            f"the near-poor, not {len(columns)} in all"
        )
    names = [sheet.bottom_heading(column) for column in columns[OF_GROUPS - 1 : half - 1]]
    again = [sheet.bottom_heading(column) for column in columns[half + OF_GROUPS - 1 : -1]]
    known = items_of("ethnic_groups")
    groups = []
    for n, (name, other) in enumerate(zip(names, again, strict=True)):
        group = group_named(name, known)
        if group is None:
            group = ListItem(id=f"group_{n + 1}", vi=name, en=name)
        if group_named(other, [group]) is None:
            raise UnreadableFileError(
                f"sheet {sheet.sheet.name!r}: table {BY_GROUP} has group {name!r} of the poor "
                f"where it has {other!r} of the near-poor"
            )
        # In the words of the sheet, by which its columns are known.
        groups.append(
            group.model_copy(update={"vi": name, "spellings": (group.vi, *group.spellings)})
        )
    return tuple(groups)


def _leading(sheet: TableSheet, rows: list[int], level_names: tuple[str, ...]) -> pd.DataFrame:
    """The columns that say what each row is about."""
    numbers: list[str] = []
    names: list[str | None] = []
    counted: list[str | None] = []
    for row in rows:
        column = sheet.number_column
        number = sheet.value(row, column) if column is not None else None
        name = sheet.value(row, sheet.unit_column)
        of = None
        if sheet.count_column is not None:
            key = sheet.key(row, sheet.count_column)
            of = next((each for each in COUNTED if key in spellings(each)), None)
            if of is None:
                raise UnreadableFileError(
                    f"sheet {sheet.sheet.name!r}: cell {sheet.cell(row, sheet.count_column)} does "
                    f"not say whether the row is of households or of persons"
                )
            if of == COUNTED[1] and number is None and names and name in (None, names[-1]):
                number, name = numbers[-1], names[-1]
        if name is None:
            raise UnreadableFileError(
                f"sheet {sheet.sheet.name!r}: row {row + 1} has numbers and no name of a unit"
            )
        numbers.append("" if number is None else _number_text(number))
        names.append(str(name))
        counted.append(of)
    depths = _depths(sheet, rows, numbers, names)
    levels = level_names[: max(depths, default=0)]
    if len(levels) < max(depths, default=0):
        raise ArgumentError(
            f"sheet {sheet.sheet.name!r} has {max(depths)} levels of units, and levels= names "
            f"{len(level_names)}: name them all"
        )
    path: list[str | None] = [None] * len(levels)
    columns: dict[str, list[Any]] = {name: [] for name in levels}
    for name, depth in zip(names, depths, strict=True):
        if depth:
            known = name is not None and look_alike_key(name) not in spellings("not_known")
            unit = _code_of(levels[depth - 1], name) if known else None
            path[depth - 1 :] = [unit, *[None] * (len(levels) - depth)]
        for n, level in enumerate(levels):
            columns[level].append(path[n] if n < depth else None)
    frame = pd.DataFrame(
        {
            "number": pd.array(numbers, dtype="string"),
            "level": pd.Categorical(
                [levels[depth - 1] if depth else TOTAL for depth in depths],
                categories=[TOTAL, *levels],
            ),
            "unit": pd.array(names, dtype="string"),
            **{name: pd.array(values, dtype="string") for name, values in columns.items()},
        }
    )
    if sheet.count_column is not None:
        frame["count_of"] = pd.Categorical(counted, categories=COUNTED)
    return frame


def _code_of(level: str, name: str | None) -> str | None:
    """The code that a level of codes, such as ``area``, has for a name; any other name as it is."""
    key = look_alike_key(name or "")
    for term in terms_of(level):
        if key in map(look_alike_key, (term.vi, term.en)):
            return str(term)
    return name


def _depths(
    sheet: TableSheet, rows: list[int], numbers: list[str], names: Sequence[str | None]
) -> list[int]:
    """How deep the unit of each row lies: by the parts of its number; 0 for the total."""
    numbered = any(numbers)
    roman = any(ROMAN.fullmatch(number) for number in numbers)
    depths = []
    for row, number, name in zip(rows, numbers, names, strict=True):
        if look_alike_key(name or "") in spellings("total"):
            depths.append(0)
        elif not numbered:
            depths.append(1)
        elif not number:
            raise UnreadableFileError(
                f"sheet {sheet.sheet.name!r}: row {row + 1}, {name!r}, has no number, and is no "
                f"total: its level is not known"
            )
        elif ROMAN.fullmatch(number):
            depths.append(1)
        else:
            depths.append(number.strip(".").count(".") + 1 + roman)
    return depths


def _number_text(value: Any) -> str:
    """The number of a unit: a number of Excel as it shows it."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _column(values: list[Any], *, whole: bool) -> Any:
    """Cells as numbers where all of them are, else as they are."""
    plain = [value for value in values if value is not None]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in plain):
        return pd.Series(values, dtype=object)
    if not whole:
        return pd.array(values, dtype="Float64")
    if all(float(value).is_integer() for value in plain):
        return pd.array([None if value is None else int(value) for value in values], dtype="Int64")
    return pd.Series(values, dtype=object)
