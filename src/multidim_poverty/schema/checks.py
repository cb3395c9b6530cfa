"""Checks on the two tables: one row per fault, nothing lost, nothing mended silently."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import as_date, completed_months
from multidim_poverty.errors import InvalidDataError
from multidim_poverty.language import Language
from multidim_poverty.schema.definitions import CHILD_BELOW, COLUMNS, OLDEST, Table
from multidim_poverty.schema.faults import (
    Fault,
    broken_rows,
    column_faults,
    fault_at,
    id_faults,
    raise_errors,
    report,
    times,
)
from multidim_poverty.schema.reading import category_codes, numbers_of, truth_of
from multidim_poverty.schema.value_rules import not_boolean, not_nfc

__all__ = [
    "Split",
    "Tables",
    "check_columns",
    "split_valid",
    "validate",
    "violations",
]


class _Shapes:
    """How a set of tables is shown: the size of each, not its rows."""

    def _shapes(self) -> dict[str, str]:
        return {name: _shape(table) for name, table in vars(self).items()}

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name}: {shape}" for name, shape in self._shapes().items())
        return f"{type(self).__name__}({shapes})"

    def _repr_html_(self) -> str:
        html: str = pd.Series(self._shapes()).to_frame().to_html(header=False, border=0)
        return html


def _shape(table: pd.DataFrame | _Shapes | None) -> str:
    if table is None:
        return "none"
    if isinstance(table, pd.DataFrame):
        return f"{len(table):,} row{'s' * (len(table) != 1)}"
    return repr(table)


@dataclass(frozen=True, repr=False)
class Tables(_Shapes):
    """The two tables of a survey."""

    households: pd.DataFrame
    members: pd.DataFrame | None = None


@dataclass(frozen=True, repr=False)
class Split(_Shapes):
    """Good rows, rejected rows and the reasons; good and rejected together are the input.

    Attributes
    ----------
    households, members : pandas.DataFrame
        Rows of households without any fault.
    rejected : Tables
        The other rows (``.households`` and ``.members``), untouched.
    violations : pandas.DataFrame
    """

    households: pd.DataFrame
    members: pd.DataFrame | None
    rejected: Tables
    violations: pd.DataFrame


def violations(
    households: pd.DataFrame,
    members: pd.DataFrame | None = None,
    *,
    on: str | dt.date | None = None,
    language: Language = "en",
) -> pd.DataFrame:
    """Every fault in the two tables, one row each.

    Parameters
    ----------
    households : pandas.DataFrame
        Index ``household_id``; columns as on the page of columns, all but ``area`` optional.
        Columns of other names are ignored.
    members : pandas.DataFrame, optional
        One row per person with ``household_id`` and ``member_id``.
    on : str or datetime.date, optional
        Day of the survey; with it, dates of birth are checked against it and against ``age``.
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

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame(
    ...     {"area": ["rural", "city"], "income_per_capita": [-1.0, 2e6]}, index=["a", "b"])
    >>> mdp.violations(households)[["household_id", "column", "rule"]].values.tolist()
    [['a', 'income_per_capita', 'negative'], ['b', 'area', 'unknown_category']]
    """
    day = None if on is None else as_date(on)
    faults = [*_table_faults("households", households)]
    if members is not None:
        faults += _table_faults("members", members)
    faults = [*faults, *_household_faults(households, faults)]
    if members is not None:
        faults = [*faults, *_age_faults(members, faults, day)]
        if _linked(members, faults):
            faults = [*faults, *_roster_faults(households, members, faults)]
    return report(faults, {"households": households, "members": members}, language)


def validate(
    households: pd.DataFrame,
    members: pd.DataFrame | None = None,
    *,
    on: str | dt.date | None = None,
    language: Language = "en",
) -> None:
    """Raise if there is an error in the two tables; warnings do not stop.

    Parameters
    ----------
    households, members, on, language
        As for `violations`.

    Raises
    ------
    InvalidDataError
        Its ``violations`` is the whole table of faults, warnings too.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> mdp.validate(sample.households, sample.members)
    """
    faults = violations(households, members, on=on, language=language)
    if faults["severity"].eq("error").any():
        raise InvalidDataError(faults)


def split_valid(
    households: pd.DataFrame,
    members: pd.DataFrame | None = None,
    *,
    on: str | dt.date | None = None,
    language: Language = "en",
) -> Split:
    """Part good households from bad ones; a household goes whole, with its members.

    Parameters
    ----------
    households, members, on, language
        As for `violations`.

    Returns
    -------
    Split
        ``.households`` and ``.members`` can be assessed; ``.rejected.households`` and
        ``.rejected.members`` are the rest, untouched; ``.violations`` says why. A household with
        warnings alone is not rejected. A fault of a whole column (a required one is absent)
        rejects every row.

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


def _table_faults(table: Table, frame: pd.DataFrame) -> Iterator[Fault]:
    """Faults of the ids of a table, its columns and their values."""
    if table == "households":
        yield from id_faults(frame)
        if frame.index.nlevels == 1:
            bad = not_nfc(frame.index.to_series())
            if bad.any():
                yield fault_at(table, "household_id", "not_nfc", bad)
    for column in COLUMNS:
        if column.table == table:
            yield from column_faults(frame, column, needed=column.required)
    if table == "members" and _once(frame, "household_id", "member_id"):
        ids = frame[["household_id", "member_id"]]
        twice = np.asarray(ids.duplicated(keep=False) & ids.notna().all(axis=1), dtype=bool)
        if twice.any():
            rows = times(pd.MultiIndex.from_frame(ids[twice]))
            yield Fault(
                table, "member_id", "duplicate_id", np.flatnonzero(twice), fields={"rows": rows}
            )


def _once(frame: pd.DataFrame, *names: str) -> bool:
    return all((frame.columns == name).sum() == 1 for name in names)


def _linked(members: pd.DataFrame, faults: Sequence[Fault]) -> bool:
    """Whether the ids of the two tables can be compared at all."""
    unlinked = ("index_of_levels", "id_not_in_index")
    return _once(members, "household_id") and not any(f.rule in unlinked for f in faults)


def _household_faults(households: pd.DataFrame, faults: Sequence[Fault]) -> Iterator[Fault]:
    """Faults that show when several columns of the households are seen together."""
    names = ("income_per_capita", "income_12m", "household_size")
    if not _once(households, *names):
        return
    stated, year, size = (numbers_of(households[name]) for name in names)
    with np.errstate(all="ignore"):
        computed = year / (12 * size)
        # A stated figure may have been rounded to the VND.
        bad = (np.abs(stated - computed) >= 1) & (year >= 0) & (size >= 1)
    if bad.any():
        bad &= ~broken_rows(faults, "households", names, len(households))
        yield fault_at(
            "households", "income_per_capita", "income_disagrees", bad, expected=np.rint(computed)
        )


def _roster_faults(
    households: pd.DataFrame, members: pd.DataFrame, faults: Sequence[Fault]
) -> Iterator[Fault]:
    """Faults that only show when both tables, or several members, are seen together."""
    owner, ids = members["household_id"], households.index
    if any(fault.rule == "not_nfc" and fault.column == "household_id" for fault in faults):
        # Ids that differ in their Unicode form alone are reported as such, and not as unknown.
        owner, ids = owner.map(_nfc), ids.map(_nfc)
    orphan = np.asarray(~owner.isin(ids) & owner.notna(), dtype=bool)
    if orphan.any():
        yield fault_at("members", "household_id", "unknown_household", orphan)

    counts = owner.value_counts().reindex(ids.unique(), fill_value=0)[ids].to_numpy()
    empty = np.asarray((counts == 0) & ids.notna(), dtype=bool)
    if empty.any():
        yield fault_at("households", "household_id", "no_members", empty)
    repeated = owner[broken_rows(faults, "members", ["member_id"], len(members))]
    if _once(households, "household_size"):
        size = numbers_of(households["household_size"])
        disagree = (size != counts) & ~np.isnan(size) & (counts > 0)
        if disagree.any():
            disagree &= ~broken_rows(faults, "households", ["household_size"], len(households))
            disagree &= ~np.asarray(ids.isin(repeated), dtype=bool)
            yield fault_at(
                "households", "household_size", "size_disagrees", disagree, expected=counts
            )

    if _once(members, "relation"):
        head = np.asarray(category_codes(members["relation"], ("head",)) == 0)
        heads = owner[head].value_counts()
        several = owner.isin(heads.index[heads > 1]).to_numpy(dtype=bool) & head
        if several.any():
            several &= ~owner.isin(repeated).to_numpy(dtype=bool)
            number = heads.reindex(owner[several]).to_numpy()
            rows = np.flatnonzero(several)
            yield Fault("members", "relation", "two_heads", rows, fields={"heads": number})


def _nfc(value: Any) -> Any:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _age_faults(
    members: pd.DataFrame, faults: Sequence[Fault], day: dt.date | None
) -> Iterator[Fault]:
    """Faults of ages, dates of birth and the answers about children."""
    n = len(members)
    age = numbers_of(members["age"]) if _once(members, "age") else np.full(n, np.nan)
    broken = broken_rows(faults, "members", ["age", "birth_date"], n)
    if day is not None and _once(members, "birth_date"):
        from_birth = completed_months(members["birth_date"], day) // 12
        later, early = from_birth < 0, from_birth > OLDEST
        if later.any():
            yield fault_at("members", "birth_date", "born_later", later, day=day)
        if early.any():
            yield fault_at("members", "birth_date", "born_too_early", early, day=day, oldest=OLDEST)
        broken |= later | early
        disagree = ~np.isnan(age) & ~np.isnan(from_birth) & (age != from_birth) & ~broken
        if disagree.any():
            yield fault_at(
                "members", "age", "age_disagrees", disagree, expected=from_birth, day=day
            )
        broken |= disagree
        age = np.where(np.isnan(age), from_birth, age)
    for name in ("stunted", "underweight"):
        if _once(members, name) and not not_boolean(members[name]).any():
            flagged = truth_of(members[name])(slice(None)).certain & (age >= CHILD_BELOW) & ~broken
            if flagged.any():
                yield fault_at(
                    "members", name, "adult_undernourished", flagged, age=age, below=CHILD_BELOW
                )
