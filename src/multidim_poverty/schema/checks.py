"""Checks on the two tables: one row per fault, nothing lost, nothing mended silently."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.errors import DataWarning, InvalidDataError
from multidim_poverty.identity import Match
from multidim_poverty.language import Language, check_language
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.standard_parts import VND
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_tables
from multidim_poverty.schema.definitions import COLUMNS
from multidim_poverty.schema.faults import (
    Fault,
    column_faults,
    has_error,
    raise_errors,
    report,
)
from multidim_poverty.schema.soft_checks import warnings_of_survey
from multidim_poverty.schema.survey_faults import ID_RULES, faults_of_survey, match_members
from multidim_poverty.schema.tables import Split, Tables

__all__ = [
    "check_columns",
    "doubt_counts",
    "matched_members",
    "split_valid",
    "summary",
    "validate",
    "violations",
    "warn_of_counts",
    "warn_of_doubts",
]


def violations(
    households: TablesLike,
    members: pd.DataFrame | None = None,
    *,
    standard: StandardLike | None = None,
    on: DayLike | None = None,
    language: Language = "en",
) -> pd.DataFrame:
    """Every fault in the two tables, one row each: errors, and warnings of what is hardly true.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        Index ``household_id``; columns as on the page of columns, all but ``area`` optional.
        Columns of other names are ignored; one that resembles an absent column gets a warning.
    members : pandas.DataFrame, optional
        One row per person with ``household_id`` and ``member_id``. A column ``citizen_id`` is
        looked at for persons who are listed twice.
    standard : Standard or str, optional
        What the tables are for: under one without income lines no income is missed, and messages
        name its currency.
    on : str or datetime.date, optional
        Day of the survey; with it, dates and years of birth are checked against it and against
        ``age``.
    language : {"en", "vi"}
        Language of the messages.

    Returns
    -------
    pandas.DataFrame
        Columns ``severity`` (``error``, or ``warning``, which stops nothing), ``rule``, ``table``
        (string), ``household_id``, ``member_id`` (object, as in the input), ``column`` (string),
        ``value`` (object, as in the input; None where the fault is of the whole column),
        ``expected`` (object: a number or a phrase), ``message`` and ``citation`` (string). In the
        order of the tables, their rows and their columns; empty when all is well. A fault that
        only follows from another one of the same cells is not listed. `schema.rules` lists all
        rules.

    Raises
    ------
    ArgumentError
        If a table is no DataFrame, `on` is no day, or there is no such standard or language.
    InvalidDataError
        If a table names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame(
    ...     {"area": ["rural", "city"], "income_per_capita": 2e6, "floor_area": [-1.0, 40.0]},
    ...     index=["a", "b"])
    >>> mdp.violations(households)[["household_id", "column", "rule"]].values.tolist()
    [['a', 'floor_area', 'negative'], ['b', 'area', 'unknown_category']]
    """
    check_language(language)
    day = optional_date(on)
    households, members = as_tables(households, members, repeated=True)
    matched = match_members(households, members)
    law = None if standard is None else as_standard(standard)
    currency = VND if law is None else law.currency
    faults = faults_of_survey(households, members, matched, day, currency)
    faults += warnings_of_survey(households, members, matched, day, law)
    return report(faults, {"households": households, "members": members}, language)


def summary(violations: pd.DataFrame) -> pd.DataFrame:
    """A table of faults in short: one row per rule and column, the most frequent first.

    Parameters
    ----------
    violations : pandas.DataFrame
        As `violations` gives it, or the ``.violations`` of an error.

    Returns
    -------
    pandas.DataFrame
        Columns ``severity``, ``rule``, ``table``, ``column`` (string), ``count`` (int64) of rows,
        ``examples`` (object: a list of at most three distinct values) and ``message`` (string)
        of the first row. Errors before warnings; empty when all is well.

    Raises
    ------
    ArgumentError, InvalidDataError
        If `violations` is no DataFrame, or names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import schema
    >>> households = pd.DataFrame(
    ...     {"area": ["city", "city", "town"], "income_per_capita": 1e6}, index=["a", "b", "c"])
    >>> short = schema.summary(mdp.violations(households))
    >>> short[["rule", "column", "count", "examples"]].values.tolist()
    [['unknown_category', 'area', 3, ['city', 'town']]]
    """
    violations = as_frame(violations, "violations")
    keys = ["severity", "rule", "table", "column"]
    groups = violations.groupby(keys, sort=False, dropna=False)
    short = groups.agg(
        count=("message", "size"),
        examples=("value", _examples),
        message=("message", "first"),
    ).reset_index()
    short = short.astype({"count": "int64", "examples": object})
    order = short.sort_values(["severity", "count"], ascending=[True, False], kind="stable")
    return order.reset_index(drop=True)


def _examples(values: pd.Series) -> list[object]:
    known = values.dropna()
    return known[~known.astype(str).duplicated()].head(3).tolist()


def validate(
    households: TablesLike,
    members: pd.DataFrame | None = None,
    *,
    on: DayLike | None = None,
    language: Language = "en",
) -> None:
    """Raise if there is an error in the two tables; warnings do not stop.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        As for `violations`.
    members : pandas.DataFrame, optional
        As for `violations`.
    on : str or datetime.date, optional
        As for `violations`.
    language : {"en", "vi"}
        As for `violations`.

    Raises
    ------
    InvalidDataError
        Its ``violations`` is the whole table of faults, warnings too.
    ArgumentError
        If a table is no DataFrame, or an argument is of no kind that `violations` takes.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> mdp.validate(sample.households, sample.members)
    """
    check_language(language)
    households, members = as_tables(households, members, repeated=True)
    matched_members(households, members, on=on, language=language)


def matched_members(
    households: pd.DataFrame,
    members: pd.DataFrame | None = None,
    *,
    on: DayLike | None = None,
    standard: Standard | None = None,
    language: Language = "en",
) -> Match | None:
    """Check the two tables as `validate` does; the household of each member for further use."""
    check_language(language)
    day = optional_date(on)
    matched = match_members(households, members)
    currency = VND if standard is None else standard.currency
    faults = faults_of_survey(households, members, matched, day, currency)
    if has_error(faults):
        faults += warnings_of_survey(households, members, matched, day, standard)
        tables = {"households": households, "members": members}
        raise InvalidDataError(report(faults, tables, language))
    return matched


def warn_of_doubts(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    matched: Match | None,
    day: dt.date | None,
    standard: Standard | None = None,
) -> None:
    """One `DataWarning` with the count of each rule, if tables without an error have warnings.

    It points at the caller of the public function, whose work is done by the one that calls this.
    """
    warn_of_counts(doubt_counts(households, members, matched, day, standard), stacklevel=5)


def doubt_counts(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    matched: Match | None,
    day: dt.date | None,
    standard: Standard | None = None,
) -> dict[str, int]:
    """How many warnings of each rule the tables have."""
    counts: dict[str, int] = {}
    for fault in warnings_of_survey(households, members, matched, day, standard):
        if len(fault):
            counts[fault.rule] = counts.get(fault.rule, 0) + len(fault)
    return counts


def warn_of_counts(counts: Mapping[str, int], stacklevel: int = 3) -> None:
    """One `DataWarning` with the count of each rule, where there is any."""
    if counts:
        listing = ", ".join(f"{rule} {count}" for rule, count in counts.items())
        warnings.warn(
            f"{sum(counts.values())} warning(s) in the tables ({listing}); "
            "see violations(households, members)",
            DataWarning,
            stacklevel=stacklevel,
        )


def split_valid(
    households: TablesLike,
    members: pd.DataFrame | None = None,
    *,
    on: DayLike | None = None,
    language: Language = "en",
) -> Split:
    """Part good households from bad ones; a household goes whole, with its members.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        As for `violations`.
    members : pandas.DataFrame, optional
        As for `violations`.
    on : str or datetime.date, optional
        As for `violations`.
    language : {"en", "vi"}
        As for `violations`.

    Returns
    -------
    Split
        ``.households`` and ``.members`` can be assessed; ``.rejected.households`` and
        ``.rejected.members`` are the rest, untouched; ``.violations`` says why. A household with
        warnings alone is not rejected. A fault of a whole column (a required one is absent)
        rejects every row.

    Raises
    ------
    ArgumentError
        If a table is no DataFrame, `on` is no day, or there is no such standard.
    InvalidDataError
        If a table names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame(
    ...     {"area": ["rural", "city"], "income_per_capita": [1e6, 2e6]}, index=["a", "b"])
    >>> split = mdp.split_valid(households)
    >>> split.households.index.tolist(), split.rejected.households.index.tolist()
    (['a'], ['b'])
    """
    households, members = as_tables(households, members, repeated=True)
    faults = violations(households, members, on=on, language=language)
    errors = faults[faults["severity"] == "error"]
    if errors["rule"].isin(WHOLE_TABLE).any():
        bad = np.ones(len(households), dtype=bool)
        lost = np.ones(0 if members is None else len(members), dtype=bool)
    else:
        bad_ids = pd.Index(errors["household_id"].dropna().unique())
        bad = np.asarray(households.index.isin(bad_ids) | households.index.isna())
        owner = pd.Series() if members is None else members["household_id"]
        lost = np.asarray(owner.isin(bad_ids) | ~owner.isin(households.index), dtype=bool)
    good_members = None if members is None else members.loc[~lost]
    bad_members = None if members is None else members.loc[lost]
    return Split(
        households=households.loc[~bad],
        members=good_members,
        rejected=Tables(households.loc[bad], bad_members),
        violations=faults,
    )


WHOLE_TABLE = (
    "missing_column",
    "duplicate_column",
    "id_not_in_index",
    "index_of_levels",
    "too_coarse",
    *ID_RULES,
)


def check_columns(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    read: Iterable[tuple[str, str]],
    required: Iterable[tuple[str, str]] = (),
) -> None:
    """Raise `InvalidDataError` if a value of the columns about to be read breaks a rule.

    The quick check of the functions that compute: it looks only at the columns they read, and
    not across tables. A column that is `required` must be there.
    """
    wanted, needed = set(read), set(required)
    faults: list[Fault] = []
    for table, frame in (("households", households), ("members", members)):
        if frame is None:
            continue
        for column in COLUMNS:
            if column.table != table or (table, column.name) not in wanted:
                continue
            must = column.required or (column.table, column.name) in needed
            faults += column_faults(frame, column, needed=must)
    raise_errors(faults, {"households": households, "members": members})
