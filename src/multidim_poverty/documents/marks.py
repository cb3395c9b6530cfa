"""The deprivations of each year, as a certificate marks them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from multidim_poverty.documents.words import text_of, word
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import check_ids_meet
from multidim_poverty.law import standards
from multidim_poverty.law.procedure_parts import FormField
from multidim_poverty.schema.faults import fault_at, raise_errors
from multidim_poverty.schema.reading import truth_of
from multidim_poverty.schema.value_rules import not_boolean

__all__ = ["YEAR", "Marks", "marks_by_year"]

YEAR = "year"  # the column of the form that is no indicator
Marks = dict[tuple[Any, str], dict[str, str]]  # by household and year: indicator -> mark


def marks_by_year(
    deprivations: pd.DataFrame | None, rows: pd.DataFrame, columns: tuple[FormField, ...]
) -> Marks:
    """The marks of each certificate in `rows`; blanks where nothing is known.

    Raises
    ------
    ArgumentError
        If the table has an indicator that the form does not have, no year where one is needed, or
        two rows for a household and year.
    InvalidDataError
        If a deprivation is neither true, false nor missing.
    """
    indicators = [column.id for column in columns if column.id != YEAR]
    years = [text_of(year) for year in rows["valid_for"]]
    certificates = list(zip(rows["household_id"], years, strict=True))
    marks: Marks = dict.fromkeys(certificates, dict.fromkeys(indicators, ""))
    if deprivations is None:
        return marks
    table = deprivations
    if "household_id" in table.columns:
        table = table.set_index("household_id")
    check_ids_meet(table.index, rows["household_id"], ("deprivations", "certificates"))
    known = [id for id in indicators if id in table.columns]
    _check_columns(table, known, indicators)
    if "valid_for" in table.columns:
        keys = [(id, text_of(year)) for id, year in table["valid_for"].items()]
    else:
        if len({id for id, _ in marks}) < len(marks):
            raise ArgumentError(
                "deprivations has no column valid_for, and there are households with certificates "
                "of several years: give the year of each row in valid_for"
            )
        only_year = {id: year for id, year in marks}  # noqa: C416
        keys = [(id, only_year.get(id, "")) for id in table.index]
    repeated = pd.Index(keys, tupleize_cols=False)
    repeated = repeated[repeated.duplicated()]
    if len(repeated):
        id, year = repeated[0]
        raise ArgumentError(
            f"deprivations has more than one row for household {id} in {year}: keep one of them"
        )
    texts = {id: _marks(table[id]) for id in known}
    for position, key in enumerate(keys):
        if key in marks:
            marks[key] = marks[key] | {id: texts[id][position] for id in known}
    return marks


def _check_columns(table: pd.DataFrame, known: list[str], indicators: list[str]) -> None:
    """Raise for indicators that the form does not have, for none at all, and for other values."""
    shipped = {id for standard in standards() for id in standard.indicator_ids}
    others = [str(name) for name in table.columns if name in shipped and name not in indicators]
    if others or not known:
        raise ArgumentError(
            f"deprivations has {', '.join(others) or 'no indicator'}, the form of the certificate "
            f"has {', '.join(indicators)}: leave out the columns that it does not have, or give a "
            f"procedure with another form"
        )
    faults = [
        fault_at("deprivations", id, "not_a_deprivation", not_boolean(table[id])) for id in known
    ]
    raise_errors(faults, {"deprivations": table})


def _marks(column: pd.Series[Any]) -> list[str]:
    """The mark of each row: deprived, not deprived, or a blank where it is not known."""
    truth = truth_of(column)(slice(None))
    marks = (word("not_deprived"), "", word("deprived"))
    return [marks[at] for at in truth.certain.astype(int) + truth.possible.astype(int)]
