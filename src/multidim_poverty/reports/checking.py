"""What does not agree in the tables: sums, formulas, rates, and between one table and another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.language import Language, check_language
from multidim_poverty.reports.between_tables import agreement_faults, source_faults, unit_faults
from multidim_poverty.reports.layouts import agreements_of
from multidim_poverty.reports.read_tables import read_tables
from multidim_poverty.reports.table_faults import faults_within, repeated_rows
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.faults import Fault, report

__all__ = ["check", "cross_foot"]

AREA = "official_tables"  # of the catalogue of messages
PLACES = {"unit": str, "count_of": str}


def check(tables: Any, *, language: Language = "en") -> pd.DataFrame:
    """Everything that does not agree in official tables.

    Parameters
    ----------
    tables : mapping or iterable of pandas.DataFrame
        Tables as the functions of `reports` make them, without labels; or one table. From
        `reports.tables`, or put together from several sources.
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
        - ``rate``: a rate is not that of its counts;
        - ``part``, ``parts``: a part, or parts together, are above the whole, such as the poor and
          near-poor above the resident population;
        - ``missing``: a number is missing that other units have, or that another table gives;
        - ``repeated``: a row stands more than once;
        - ``sum_as_unit``: the population of a unit without poor and near-poor is that of all
          others of its parent together: it looks like a total that was entered as a unit;
        - ``negative``: a count is below 0;
        - ``overlap``: "other" by subtraction in table 8 is not the number of none of the groups;
        - ``agreement``: two tables tell one number in two ways, or a list has not as many
          households as the tables count;
        - ``unit``: a unit stands in one table and not in another of the same levels;
        - ``identity``: two tables come from different data;
        - ``undetermined``, ``unknown``, ``without_reason``: nothing is wrong with the table, but
          its data leave something out. Listed for the lowest units alone.

        Warnings are ``sum_as_unit``, ``overlap`` and the last three; all others are errors.

    Raises
    ------
    ValueError
        If a table does not say which one it is, carries headers in place of ids, has something
        else than numbers where numbers stand, or is given twice.

    Notes
    -----
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
    if isinstance(tables, pd.DataFrame):
        tables = [tables]
    tables = list(tables.values() if isinstance(tables, Mapping) else tables)
    read = read_tables(tables)
    faults: list[Fault] = []
    for table in read.values():
        faults += repeated_rows(table)
        if table.form.rows == "units":
            faults += faults_within(table, language)
    faults += unit_faults(read)
    for agreement in agreements_of(tables):
        faults += agreement_faults(agreement, read, language)
    faults += source_faults(read)
    frames = {table.name: table.frame for table in read.values()}
    return report(faults, frames, language, area=AREA, places=PLACES)


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
        Such as figures in print; its index names the rows.
    sums : mapping
        Column -> signed columns that add up to it: ``{"both": ["+poor", "+near_poor"]}``.
    name : str
        What to call the table.
    language : {"en", "vi"}

    Returns
    -------
    pandas.DataFrame
        As `check`, with the rule ``formula``; ``unit`` is the label of the row. Rows where a number
        is missing are passed over.

    Raises
    ------
    KeyError
        If the table lacks a column.

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
        nothing = pd.Series(0, index=table.index, dtype="Int64")
        added = sum((sign * table[id] for sign, id in signed), nothing)
        differ = (added != table[column]) & added.notna() & table[column].notna()
        rows = np.flatnonzero(differ.fillna(False))
        faults.append(
            Fault(
                name,
                column,
                "formula",
                rows,
                table[column].iloc[rows].to_numpy(object),
                added.iloc[rows].to_numpy(object),
                {
                    "unit": table.index[rows].astype(str).to_numpy(object),
                    "count_of": None,
                    "formula": f"{column}={''.join(terms).removeprefix('+')}",
                },
            )
        )
    return report(faults, {name: table}, language, area=AREA, places=PLACES)
