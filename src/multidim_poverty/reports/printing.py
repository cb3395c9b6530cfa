"""Tables as the form prints them: texts, trailing zeros dropped."""

from __future__ import annotations

from typing import Any

import pandas as pd

from multidim_poverty.language import Language, check_language, rounded_text
from multidim_poverty.reports.assembly import code_words, labelled, unit_names
from multidim_poverty.reports.layouts import TableColumn, layout_of
from multidim_poverty.schema.arguments import as_frame

__all__ = ["printed"]


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
        zeros (``25``, ``59.8``), marks as ``x``, nothing where a value is missing.

    Raises
    ------
    ValueError
        If the table does not say which one it is, or carries headers in place of ids.

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
        raise ValueError(
            f"table {form.number} has no columns {', '.join(absent)}: make it without labels, and "
            f"give labels to printed"
        )
    language = labels or "vi"
    cells = {column.id: table[column.id] for column in columns}
    if "level" in table.columns:
        names = unit_names(table, language)
        cells["unit"] = pd.Series(names, index=table.index, dtype="string")
    texts = {column.id: _texts(cells[column.id], column, decimal, language) for column in columns}
    as_texts = pd.DataFrame(texts, index=table.index)
    as_texts.attrs = dict(table.attrs)
    return as_texts if labels is None else labelled(as_texts, language=labels)


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
    return code_words(column.id, value, language)
