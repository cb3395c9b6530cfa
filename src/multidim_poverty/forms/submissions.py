"""Answers in: the exports of KoboToolbox and ODK Central as the two tables of a survey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from multidim_poverty.base.files import InputFile, Limits
from multidim_poverty.base.files.input_file import PathOrFile
from multidim_poverty.errors import ArgumentError, UnreadableFileError
from multidim_poverty.forms.export_part import ExportPart, as_id, other_repeats
from multidim_poverty.forms.exports import ExportTable, all_tables
from multidim_poverty.forms.survey_workbook import XlsForm
from multidim_poverty.language import Language, check_language
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.schema.faults import Fault, report

__all__ = ["Submissions", "read_submissions"]

PLACES = {"file": str, "sheet": str, "row": "Int64"}
Values = Literal["values", "form_a", "form_b1"]
# What the office says of a submission, in ODK Central and in KoboToolbox.
REVIEWS = ("ReviewState", "_validation_status")
NOT_APPROVED = frozenset(
    ["rejected", "hasissues", "not approved", "validation_status_not_approved", "on hold",
     "validation_status_on_hold"]
)  # fmt: skip
COLUMNS_OF_REPORT = {
    "file": str, "sheet": str, "heading": str, "column": str, "action": str,
    "filled": np.int64, "changed": np.int64,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Submissions:
    r"""What stands in an export.

    Parameters
    ----------
    households, members : pandas.DataFrame
        The two tables: index ``household_id``, and one row per person.
    form_a, form_b1 : pandas.DataFrame
        Answers to the items of Form A and Form B1, on the index of `households`; without columns
        where the form did not ask for them.
    columns : pandas.DataFrame
        One row per heading of the files: ``file``, ``sheet``, ``heading`` (string), ``column``
        (string; NA where nothing was read), ``action`` (string: ``read``; ``decoded`` where cells
        were labels, texts or "not known"; ``of_the_form`` for what the software and the form add;
        ``ignored``), ``filled`` and ``changed`` (int64) cells.
    problems : pandas.DataFrame
        One row per cell or row that was not understood: ``severity``, ``rule``, ``table``,
        ``file``, ``sheet`` (string), ``row`` (Int64, as counted in the file), ``column``,
        ``value``, ``expected``, ``message``, ``citation``. What was not understood stands in the
        tables as it stood in the file.

    Examples
    --------
    >>> import io
    >>> from multidim_poverty import forms
    >>> export = io.BytesIO(b"KEY,section_place-area,colour\nk1,rural,red\n")
    >>> content = forms.read_submissions(export)
    >>> content.households["area"].to_dict()
    {'k1': 'rural'}
    >>> content.columns.set_index("heading")["action"].to_dict()
    {'KEY': 'of_the_form', 'section_place-area': 'read', 'colour': 'ignored'}
    """

    households: pd.DataFrame
    members: pd.DataFrame
    form_a: pd.DataFrame
    form_b1: pd.DataFrame
    columns: pd.DataFrame
    problems: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"Submissions({len(self.households)} households, {len(self.members)} members, "
            f"{len(self.problems)} problems)"
        )


def read_submissions(
    files: PathOrFile | Sequence[PathOrFile],
    *,
    form: XlsForm | None = None,
    limits: Limits | None = None,
    language: Language = "en",
) -> Submissions:
    r"""Read the answers to a questionnaire into the two tables.

    Parameters
    ----------
    files : path-like, binary file, or sequence of these
        The workbook that KoboToolbox exports, with a sheet for the repeat; the zip of CSV files of
        ODK Central; both CSV or Parquet files of the two tables; or the XML of submissions. With
        codes or labels as answers, with or without the names of groups in the headings, with
        several answers in one column or in one column each.
    form : XlsForm, optional
        The form that was sent out. Answers to another version of it are then named.
    limits : Limits, optional
        How much of the files is read before they are refused.
    language : {"en", "vi"}
        Language of the messages.

    Returns
    -------
    Submissions
        ``.households`` and ``.members`` for `violations` and `assess`; ``.problems`` names what
        was not understood, with its row; nothing is left out.

    Raises
    ------
    ArgumentError
        If `files` is neither a path nor a file nor a sequence of these.
    MissingFileError
        If there is no such file.
    UnreadableFileError
        If a file is damaged, too large or of another kind, or no file has a table of households.
    MissingExtraError
        If a part is Parquet and pyarrow is not installed.

    Notes
    -----
    The id of a household is the answer to ``household_id``, else the key that the software gave to
    the submission. Members are numbered within their household where the export does not do so.

    Examples
    --------
    >>> import io
    >>> from multidim_poverty import forms
    >>> households = b"KEY,section_place-area,section_dwelling-toilet\nk1,rural,unknown\n"
    >>> members = b"PARENT_KEY,age,sex\nk1,40,female\nk1,7,\n"
    >>> content = forms.read_submissions([io.BytesIO(households), io.BytesIO(members)])
    >>> content.households["area"].to_dict(), content.households["toilet"].isna().to_dict()
    ({'k1': 'rural'}, {'k1': True})
    >>> content.members["member_id"].tolist(), len(content.problems)
    ([1, 2], 0)
    """
    check_language(language)
    if form is not None and not isinstance(form, XlsForm):
        raise ArgumentError(f"form is a {type(form).__name__}: pass what forms.xlsform gives")
    limits = limits or Limits()
    given: list[Any] = [*files] if isinstance(files, list | tuple) else [files]
    if not given:
        raise ArgumentError("files is empty: pass a path, a binary file, or several of these")
    inputs = [InputFile.of(file, limits, "files") for file in given]
    tables = all_tables(inputs, limits)
    not_members = other_repeats(tables)
    parts = [
        part
        for table in tables
        if not (table.hidden or table in not_members) and (part := ExportPart.of(table)) is not None
    ]
    others = [table for table in tables if table not in [part.source for part in parts]]
    homes = [part for part in parts if part.table == "households"]
    people = [part for part in parts if part.table == "members"]
    if not homes:
        raise UnreadableFileError(
            "no table of households is there: every table has a column that names a row of "
            "another; pass all files of the export"
        )
    faults = [fault for part in parts for fault in part.read()]
    for part in homes:
        faults += part.identify()
        faults += _version_faults(part, form)
        faults += _not_approved(part)
    faults += _twice(homes)
    faults += [_not_read(table) for table in others]
    for part in people:
        faults += part.link(homes)
    households = _stacked(homes, "values", "households")
    return Submissions(
        households=households,
        members=_numbered(_stacked(people, "values", "members")),
        form_a=_stacked(homes, "form_a", ""),
        form_b1=_with_size(_stacked(homes, "form_b1", ""), households),
        columns=pd.DataFrame(
            [*(row for part in parts for row in part.headings_read), *_headings_not_read(others)],
            columns=[*COLUMNS_OF_REPORT],
        ).astype(COLUMNS_OF_REPORT),
        problems=report(faults, {}, language, area="submissions", places=PLACES),
    )


# -- checks between rows -----------------------------------------------------------------------


def _version_faults(part: ExportPart, form: XlsForm | None) -> Iterator[Fault]:
    """Submissions of another version of the form, or of several versions."""
    at = [n for n, heading in enumerate(part.headings) if heading.name == "form_version"]
    if not at:
        return
    versions = [row[at[0]] for row in part.source.rows]
    known = [version for version in versions if version is not None]
    expected = form.version if form is not None else max(known, key=known.count, default=None)
    other = [row for row, v in enumerate(versions) if v is not None and v != expected]
    if other:
        fault = part.fault(
            "other_form_version", "form_version", other, [versions[n] for n in other]
        )
        yield replace(fault, expected=expected)


def _not_approved(part: ExportPart) -> Iterator[Fault]:
    """Submissions that the office did not approve, or holds to have issues."""
    for heading in REVIEWS:
        cells = part.cells(heading) or []
        rows = [row for row, cell in enumerate(cells) if str(cell).casefold() in NOT_APPROVED]
        if rows:
            yield part.fault("not_approved", "household_id", rows, [cells[row] for row in rows])


def _not_read(table: ExportTable) -> Fault:
    """A table that is neither of households nor of members."""
    fields = {"file": table.file, "sheet": table.name, "row": None}
    rule = "hidden_sheet" if table.hidden else "table_not_read"
    return Fault("households", "household_id", rule, values=None, fields=fields)


def _headings_not_read(tables: Sequence[ExportTable]) -> Iterator[dict[str, Any]]:
    """The headings of tables that are not read."""
    for table in tables:
        for at, heading in enumerate(table.headings):
            filled = sum(row[at] is not None for row in table.rows)
            place = {"file": table.file, "sheet": table.name, "heading": heading, "column": None}
            if heading or filled:
                yield {**place, "action": "ignored", "filled": filled, "changed": 0}


def _twice(homes: Sequence[ExportPart]) -> Iterator[Fault]:
    """Submissions that were read twice, and households with one id."""
    for rule, keys_of in (("submission_twice", _submission_keys), ("id_twice", lambda p: p.ids)):
        keys = [key for part in homes for key in keys_of(part)]
        repeated = {key for key, n in Counter(keys).items() if n > 1 and key is not None}
        for part in homes:
            rows = [row for row, key in enumerate(keys_of(part)) if key in repeated]
            if rows:
                yield part.fault(rule, "household_id", rows, [keys_of(part)[row] for row in rows])


def _submission_keys(part: ExportPart) -> Sequence[Any]:
    """The key that the software gave to each submission, which no two submissions share."""
    for key in ("KEY", "_uuid"):
        cells = part.cells(key)
        if cells is not None:
            return cells
    return [None] * len(part)


# -- the tables --------------------------------------------------------------------------------


def _stacked(parts: Sequence[ExportPart], values: Values, table: str) -> pd.DataFrame:
    """The values of all parts as one table."""
    names = dict.fromkeys(name for part in parts for name in getattr(part, values))
    columns = {}
    for name in names:
        cells = [
            cell for part in parts for cell in getattr(part, values).get(name, [None] * len(part))
        ]
        column = column_of(table, name)
        columns[name] = _typed(cells, column.kind if column is not None else "", column)
    if table == "members":
        frame = pd.DataFrame(columns)
        first = [name for name in ("household_id", "member_id") if name in frame]
        return frame[[*first, *(name for name in frame if name not in first)]]
    ids = [id for part in parts for id in part.ids]
    index = pd.Index(pd.Series(ids, dtype=object).infer_objects(), name="household_id")
    return pd.DataFrame(columns, index=index) if columns else pd.DataFrame(index=index)


def _typed(cells: Sequence[Any], kind: str, column: Column | None) -> Any:
    """The cells in the dtype of the column, or as objects where one was not understood."""
    values = np.fromiter(cells, dtype=object, count=len(cells))
    types = {type(cell) for cell in cells if cell is not None}
    if types <= {bool} and (kind == "boolean" or (not kind and types)):
        return pd.array(values, dtype="boolean")
    if kind == "category" and column is not None and {*cells} <= {*column.codes, None}:
        return pd.Categorical(values, categories=list(column.codes))
    if kind in ("integer", "number") and types <= {int, float}:
        numbers = pd.Series(values, dtype="float64")
        whole = kind == "integer" and not (numbers.dropna() % 1).any()
        return (numbers.astype("Int64") if whole else numbers).array
    if kind == "date" and types <= {pd.Timestamp}:
        return pd.Series(values, dtype="datetime64[ns]").array
    if kind == "text" and types <= {str}:
        return pd.Series(values, dtype=str).array
    return pd.Series(values).infer_objects().array


def _numbered(members: pd.DataFrame) -> pd.DataFrame:
    """The members with ids: their numbers within the household where the export gives none."""
    if "household_id" not in members:
        return pd.DataFrame({"household_id": [], "member_id": []})
    if "member_id" not in members:
        number = members.groupby("household_id", dropna=False, sort=False).cumcount() + 1
        members.insert(1, "member_id", number)
        return members
    texts = [str(as_id(value)) for value in members["member_id"]]
    if texts and all(text.isdecimal() and str(int(text)) == text for text in texts):
        return members.assign(member_id=np.array(texts, dtype=np.int64))
    return members


def _with_size(items: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    """The items of Form B1 with the size of the household, which the form counts itself."""
    if len(items.columns) and "household_size" in households and "household_size" not in items:
        return items.assign(household_size=households["household_size"])
    return items
