"""Tables as the form prints them: texts, trailing zeros dropped, and the notes below."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language, check_language, rounded, rounded_text
from multidim_poverty.reports.assembly import code_words, labelled, unit_names
from multidim_poverty.reports.layouts import TableColumn, layout_of, note_words
from multidim_poverty.reports.remarks import marks_of, remarks_of
from multidim_poverty.reports.suppression import HIDDEN_SIGN, hidden_columns
from multidim_poverty.reports.units import TOTAL
from multidim_poverty.schema.arguments import as_frame

__all__ = ["notes", "printed"]


def printed(
    table: pd.DataFrame, *, labels: Language | None = None, decimal: str = "."
) -> pd.DataFrame:
    """A table as the form prints it.

    Parameters
    ----------
    table : pandas.DataFrame
        From one of the functions that make a table, without `labels`.
    labels : {"vi", "en"}, optional
        Give the headers and numbers of the form in place of ids; see `labelled`.
    decimal : str
        Decimal sign. The exports that were read have a point.

    Returns
    -------
    pandas.DataFrame
        The columns of the form alone, all string: counts in digits, rates without trailing
        zeros (``25``, ``59.8``), marks as ``x``, nothing where a value is missing, ``*`` where
        `suppress` hid it. A letter behind a number (``-1 (a)``) is that of a note of `notes`;
        `check` reads the number without it.

    Raises
    ------
    ArgumentError
        If the table does not say which one it is, or carries headers in place of ids.
    InvalidDataError
        If a table names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> table = reports.table_1(result, by=["area"], population="counted")
    >>> reports.printed(table)["poor_households_rate"].tolist()
    ['19.2', '20.51', '15.97']
    """
    table = as_frame(table, "table")
    check_language(labels or "vi")
    form = layout_of(table)
    columns = [*form.leading, *form.printed]
    if absent := [column.id for column in columns if column.id not in table.columns]:
        raise ArgumentError(
            f"table {form.number} has no columns {', '.join(absent)}: make it without labels, and "
            f"give labels to printed"
        )
    language = labels or "vi"
    cells = {column.id: table[column.id] for column in columns}
    if "level" in table.columns:
        names = unit_names(table, language)
        cells["unit"] = pd.Series(names, index=table.index, dtype="string")
    texts = {column.id: _texts(cells[column.id], column, decimal, language) for column in columns}
    for row, hidden in enumerate(hidden_columns(table)):
        for id in hidden & texts.keys():
            texts[id].iloc[row] = HIDDEN_SIGN
    for (row, id), mark in marks_of(table).items():
        texts[id].iloc[row] += f" {mark}"
    as_texts = pd.DataFrame(texts, index=table.index)
    as_texts.attrs = dict(table.attrs)
    return as_texts if labels is None else labelled(as_texts, language=labels)


def notes(table: pd.DataFrame, *, language: Language = "vi") -> list[str]:
    """What is printed under a table.

    Parameters
    ----------
    table : pandas.DataFrame
        From one of the functions that make a table, or from `suppress`.
    language : {"vi", "en"}
        Language of the words.

    Returns
    -------
    list of str
        How many households have no class, where there are some; which numbers are marked, and
        why: a negative "other" of table 8, a count that its formula does not give; how many cells
        are hidden, where some are; the identity of the data; and whether the layout was only
        inferred.

    Raises
    ------
    ArgumentError
        If the table does not say which one it is.
    InvalidDataError
        If a table names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import reports
    >>> homes = pd.DataFrame({"poverty_class": ["poor", None, None], "household_size": 4})
    >>> reports.notes(reports.table_1(homes), language="en")[0]
    'Households without a class, which are in none of the classes here: 2'
    """
    check_language(language)
    table = as_frame(table, "table")
    form = layout_of(table)
    below: dict[str, dict[str, Any]] = {}
    unknown = {
        name: _in_all(table, name)
        for name in ("undetermined", "undetermined_start", "undetermined_end")
    }
    if unknown["undetermined"] != "0":
        below["undetermined"] = {"n": unknown["undetermined"]}
    if {unknown["undetermined_start"], unknown["undetermined_end"]} != {"0"}:
        below["undetermined_flows"] = {
            "start": unknown["undetermined_start"],
            "end": unknown["undetermined_end"],
        }
    if hidden := sum(map(len, hidden_columns(table))):
        below["hidden"] = {"n": hidden, "below": table.attrs.get("hidden_below", "?")}
    if "identity" in table.attrs:
        below["identity"] = {"identity": table.attrs["identity"]}
    if "design" in table.attrs and not any(column.kind == "rate" for column in form.columns):
        below["sample_counts"] = {}
    elif "design" in table.attrs:
        confidence = rounded_text(100 * table.attrs["design"]["confidence"], language)
        below["sample"] = {"confidence": confidence}
    if form.confidence == "C":
        below["inferred"] = {}
    said = [note_words(name).text(language).format(**fields) for name, fields in below.items()]
    counted = sum(name.startswith("undetermined") for name in below)
    said[counted:counted] = [remark.text(table, language) for remark in remarks_of(table)]
    return said


def _in_all(table: pd.DataFrame, name: str) -> str:
    """The households of a column in all units together; a list has their number by itself."""
    if name not in table.columns:
        return str(table.attrs.get(name, 0))
    levels = table["level"].tolist()
    largest = TOTAL if TOTAL in levels else next(iter(levels), TOTAL)
    rows = np.array([level == largest for level in levels], dtype=bool)
    if "count_of" in table.columns:
        rows &= np.asarray(table["count_of"] == "households", dtype=bool)
    if any(
        name in columns for columns, row in zip(hidden_columns(table), rows, strict=True) if row
    ):
        return HIDDEN_SIGN
    return str(rounded(float(table.loc[rows, name].sum()), 0))


def _texts(
    values: pd.Series[Any], column: TableColumn, decimal: str, language: Language
) -> pd.Series[Any]:
    known = zip(values.tolist(), values.notna().tolist(), strict=True)
    texts = [
        _text(value, column, decimal, language) if is_known else "" for value, is_known in known
    ]
    return pd.Series(texts, index=values.index, dtype="string")


def _text(value: Any, column: TableColumn, decimal: str, language: Language) -> str:
    if column.kind == "rate":
        return rounded_text(value, "en").replace(",", "").replace(".", decimal)
    if column.kind == "mark":
        return "x" if value else ""
    if isinstance(value, float):  # a weighted count
        return str(rounded(value, 0))
    return code_words(column.id, value, language)
