"""What does not agree in the tables: sums, formulas, rates, and between one table and another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.language import Language, check_language
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.reports.between_tables import (
    AbsentUnits,
    agreement_faults,
    source_faults,
    spelling_faults,
)
from multidim_poverty.reports.between_versions import opening_faults, version_faults
from multidim_poverty.reports.deprivation_counts import deprivation_faults
from multidim_poverty.reports.figures import number_in, shown, thousands_sign
from multidim_poverty.reports.layouts import NUMBERS, agreements_of
from multidim_poverty.reports.rate_faults import partners_of, rate_faults
from multidim_poverty.reports.read_tables import read_tables
from multidim_poverty.reports.table_faults import faults_within, faulty_counts, repeated_rows
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.faults import Fault, report

__all__ = ["check", "cross_foot"]

AREA = "official_tables"  # of the catalogue of messages
PLACES = {"unit": str, "count_of": str}
PRECISION = 9  # decimals to which exact numbers are compared


def check(
    tables: Any,
    *,
    standard: StandardLike | None = None,
    year_before: Any = None,
    other_version: Any = None,
    language: Language = "en",
) -> pd.DataFrame:
    """Everything that does not agree in official tables, made by the library or by others.

    Parameters
    ----------
    tables : mapping or iterable of pandas.DataFrame
        Tables as the functions of `reports` make them, without labels; or one table. From
        `reports.tables`, from a workbook by `excel.read_tables`, or put together: the columns
        ``level`` (name of the column that has the unit of a row, or ``total``), those columns,
        ``count_of`` in tables 2, 3 and 8, the printed ones of `layout`, and the number of the
        table as ``attrs["table"]``, or as its key in the mapping where a file has lost them.
        Numbers may be texts as they are printed: ``1.057.374``, ``3,15``, ``3.15 %``, and a dash
        or nothing where nothing is entered.
    standard : Standard or str, optional
        By which the households were classified: then the deprivations of tables 4 to 7 are held
        against those that it takes for the class.
    year_before : mapping or iterable of pandas.DataFrame, optional
        Tables of the year before, whose closing counts tables 2 and 3 open with.
    other_version : mapping or iterable of pandas.DataFrame, optional
        The same tables from elsewhere, such as the approved ones, or those of a larger unit: each
        number is held against that of the table of the same number, in the units of both; of the
        lists, tables 14 and 15, each person, by household and member id.
    language : {"en", "vi"}
        Language of the messages.

    Returns
    -------
    pandas.DataFrame
        The table of faults; no row where all agrees. Columns ``severity`` (``"error"`` or
        ``"warning"``), ``rule``, ``table`` (``"table_4"``), ``unit`` (names from the largest
        down), ``count_of`` (``households`` or ``persons`` in tables with two rows per unit),
        ``column``, ``value`` (what the table has), ``expected``, ``message``, ``citation``; in the
        order of the tables and their rows. Rules:

        - ``children``: a unit is not the sum of the units below it, or the total of all;
        - ``formula``: a column is not what its formula gives (``1=2+3``, the incidents);
        - ``balance``: the closing count of table 2 or 3 is not what column 9 gives; says
          whether the unlinked households explain it;
        - ``rate``: a rate is not that of its counts, in its table or in another (shares of tables
          5 and 7 of the counts in 4 and 6), by more than its rounding;
        - ``share_range``: a rate is below 0 or above 100, and its counts do not say why;
        - ``part``, ``parts``: a part, or parts together, are above the whole, such as the poor and
          near-poor above the resident population;
        - ``missing``: a number is missing that other units have, or that another table gives;
        - ``repeated``: a row stands more than once;
        - ``sum_as_unit``: the population of a unit without poor and near-poor is that of all
          others of its parent together: it looks like a total that was entered as a unit;
        - ``negative``: a count is below 0;
        - ``not_a_number``: something else stands where a number should;
        - ``nothing_entered``: a column of a balance is blank, and counts as none;
        - ``not_checked``: what cannot be checked, and why; once for each table;
        - ``few_deprivations``, ``many_deprivations``: fewer or more than the standard takes for as
          many households of the class;
        - ``carried_over``: an opening count is not that with which the year before closed;
        - ``version``: the other version has another number, or one of the two has none;
        - ``overlap``: "other" by subtraction in table 8 is not the number of none of the groups;
        - ``agreement``: two tables tell one number in two ways, or a list has not as many
          households as the tables count;
        - ``unit``: a unit stands in one table and not in another of the same levels;
        - ``name_spelt_twice``: a unit is spelt in two ways, and read as one;
        - ``identity``: two tables come from different data;
        - ``undetermined``, ``unknown``, ``without_reason``: nothing is wrong with the table, but
          its data leave something out. Listed for the lowest units alone.

        Warnings are ``sum_as_unit``, ``overlap``, ``nothing_entered``, ``not_checked``,
        ``name_spelt_twice`` and the last three; all others are errors.

    Raises
    ------
    ArgumentError
        If a table does not say which one it is, carries headers in place of ids, or is given
        twice.
    InvalidDataError
        If a table names a column twice.

    Notes
    -----
    A rate is in order if rounding the exact one, at the decimals that are printed, can give it;
    decimals are compared as whole numbers. Forms drop zeros at the end, so a table is printed
    with as many decimals as most of its rates with decimals have. What a cell, a blank or a unit
    that is named already makes differ is not named again. Names of units are compared by
    `identity.name_key`.

    In an agreement, the first table that holds the number is the one that is expected; which of
    the two is right the tables cannot tell. Of the lists, tables 14 and 15, the households are
    counted; a number that is missing in all of a column was not asked for, and is no fault.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> made = reports.tables(result, by=["area"], population="counted", numbers=[1, 4])
    >>> made[4].loc[1, "poor_households"] -= 1
    >>> faults = reports.check(made)
    >>> faults = faults[faults["severity"] == "error"]
    >>> faults[["rule", "table", "unit", "column", "value", "expected"]]
            rule    table   unit           column value expected
    2   children  table_4  total  poor_households    96       95
    5  agreement  table_4  rural  poor_households    72       73
    """
    check_language(language)
    standard = None if standard is None else as_standard(standard)
    books = {
        "": _listed(tables, "tables"),
        "year_before": _listed(year_before, "year_before"),
        "other_version": _listed(other_version, "other_version"),
    }
    versions = read_tables(books)
    read = versions[""]
    agreements = agreements_of(books[""])
    partners, absent = partners_of(agreements), AbsentUnits.of(read)
    faults: list[Fault] = []
    for table in read.values():
        faults += repeated_rows(table)
        if table.form.rows == "units":
            faulty = faulty_counts(table)
            faults += faults_within(table, faulty, absent.parents(table), language)
            faults += rate_faults(table, faulty, read, partners, language)
            if standard is not None:
                faults += deprivation_faults(table, faulty, standard)
    faults += absent.faults()
    faults += spelling_faults(read.values())
    for agreement in agreements:
        faults += agreement_faults(agreement, read, absent, language)
    faults += source_faults(read)
    if year_before is not None:
        faults += opening_faults(read, versions["year_before"], agreements, language)
    if other_version is not None:
        faults += version_faults(read, versions["other_version"], language)
    frames = {table.name: table.frame for table in read.values()}
    return report(faults, frames, language, area=AREA, places=PLACES)


def _listed(tables: Any, argument: str) -> list[pd.DataFrame]:
    """Tables as a list."""
    if tables is None:
        return []
    if isinstance(tables, pd.DataFrame):
        return [as_frame(tables, argument)]
    if not isinstance(tables, Mapping):
        return [as_frame(table, argument) for table in tables]
    return [_numbered(as_frame(table, argument), number) for number, table in tables.items()]


def _numbered(table: Any, number: Any) -> Any:
    """A table with its number; one that came back from a CSV file has lost it."""
    if not isinstance(table, pd.DataFrame) or "table" in table.attrs or number not in NUMBERS:
        return table
    table = table.copy(deep=False)
    table.attrs = table.attrs | {"table": number}
    return table


def cross_foot(
    table: pd.DataFrame,
    sums: Mapping[str, Sequence[str]],
    *,
    name: str = "",
    language: Language = "en",
) -> pd.DataFrame:
    """Which columns of any table are not the sums that they should be.

    Parameters
    ----------
    table : pandas.DataFrame
        Such as figures in print, as numbers or texts (``1.057.374``, ``3,15``); its index names
        the rows. Whole numbers are exact; decimals may differ by what their rounding allows.
    sums : mapping
        Column -> signed columns that add up to it: ``{"both": ["+poor", "+near_poor"]}``.
    name : str
        What to call the table.
    language : {"en", "vi"}
        Language of the words.

    Returns
    -------
    pandas.DataFrame
        As `check`, with the rule ``formula``; ``unit`` is the label of the row. Rows where a number
        is missing are passed over.

    Raises
    ------
    UnknownNameError
        If the table lacks a column.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import reports
    >>> printed = pd.DataFrame({"a": [1, 2], "b": [1, 3], "all": [2, 6]}, index=["x", "y"])
    >>> reports.cross_foot(printed, {"all": ["+a", "+b"]})["message"].tolist()
    ['all=a+b gives 5, not 6; correct the column or its terms']
    """
    table = as_frame(table, "table")
    check_language(language)
    faults = []
    for column, terms in sums.items():
        signed = [(-1 if term[:1] == "-" else 1, term.lstrip("+-")) for term in terms]
        ids = [column, *(id for _, id in signed)]
        sign_of_thousands = thousands_sign(text for id in ids for text in table[id])
        cells = [[number_in(cell, sign_of_thousands) for cell in table[id]] for id in ids]
        rows, values, added = [], [], []
        for row, (total, *parts) in enumerate(zip(*cells, strict=True)):
            if total is None or None in parts:
                continue
            sum_of_parts = sum(
                (sign * part for (sign, _), part in zip(signed, parts, strict=True)), Decimal(0)
            )
            # Each number in print stands for one that is nearer than half of its last decimal.
            halves = [_half(number) for number in (total, *parts)]
            if abs(sum_of_parts - total) >= max(sum(halves), Decimal(1).scaleb(-PRECISION)):
                rows.append(row)
                values.append(table[column].iloc[row])
                added.append(shown(sum_of_parts))
        at = np.array(rows, dtype=np.intp)
        faults.append(
            Fault(
                name,
                column,
                "formula",
                at,
                pd.Series(values, dtype=object).to_numpy(),
                pd.Series(added, dtype=object).to_numpy(),
                {
                    "unit": table.index[at].astype(str).to_numpy(object),
                    "count_of": None,
                    "formula": f"{column}={''.join(terms).removeprefix('+')}",
                },
            )
        )
    return report(faults, {name: table}, language, area=AREA, places=PLACES)


def _half(number: Decimal) -> Decimal:
    """Half of the last decimal; a whole number is exact."""
    decimals = -int(number.as_tuple().exponent)
    return Decimal(5).scaleb(-decimals - 1) if decimals > 0 else Decimal(0)
