"""Checks on the two tables: one row per fault, nothing lost, nothing mended silently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import as_date, completed_months
from multidim_poverty.errors import InvalidDataError
from multidim_poverty.language import Language
from multidim_poverty.law import standards
from multidim_poverty.schema.definitions import (
    CHILD_BELOW,
    COLUMNS,
    OLDEST,
    Column,
    Table,
    category_codes,
    not_boolean,
    numbers_of,
    rules_for,
    too_coarse,
    truth_of,
)
from multidim_poverty.schema.faults import MESSAGES, Fault, column_faults, fault_at, report

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = [
    "Split",
    "Tables",
    "check_columns",
    "columns",
    "pandera_schema",
    "rules",
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


def columns() -> pd.DataFrame:
    """All columns of all tables, as the page of columns shows them.

    Returns
    -------
    pandas.DataFrame
        Columns ``table``, ``column``, ``label_vi``, ``label_en``, ``dtype``, ``unit``,
        ``answers``, ``required``, ``read_by`` (standard: indicators that read it).

    Examples
    --------
    >>> from multidim_poverty import schema
    >>> c = schema.columns().set_index("column")
    >>> c.loc["floor_area", ["unit", "label_vi"]].tolist()
    ['m2/household', 'Diện tích nhà ở']
    """
    rows = [
        {
            "table": column.table,
            "column": column.name,
            "label_vi": column.label.vi,
            "label_en": column.label.en,
            "dtype": column.dtype,
            "unit": column.unit,
            "answers": ", ".join(column.codes),
            "required": column.required,
            "read_by": _read_by(column),
        }
        for column in COLUMNS
    ]
    return pd.DataFrame(rows)


def _read_by(column: Column) -> str:
    found = []
    for standard in standards():
        names = [i.id for i in standard.indicators if (column.table, column.name) in i.rule.reads()]
        if names:
            found.append(f"{standard.name}: {', '.join(names)}")
    return "; ".join(found)


def rules() -> pd.DataFrame:
    """All rules that `violations` checks, with what each says to a clerk.

    Returns
    -------
    pandas.DataFrame
        Columns ``rule``, ``message_en``, ``message_vi`` (string). A message holds ``{value}``
        and other fields in braces, which are filled in for each fault.

    Examples
    --------
    >>> from multidim_poverty import schema
    >>> schema.rules().set_index("rule").loc["negative", "message_en"]
    '{value} is negative'
    """
    rows = [(rule, english, vietnamese) for rule, (english, vietnamese) in MESSAGES.items()]
    return pd.DataFrame(rows, columns=["rule", "message_en", "message_vi"])


@cache
def pandera_schema(table: Table) -> pa.DataFrameSchema:
    """The rules for single values as a pandera schema, for use in other pipelines.

    Parameters
    ----------
    table : {"households", "members", "accounts", "events"}

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Each check is named by its rule. Label, unit and answers stand in ``title`` and
        ``metadata`` of each column. Extra columns are allowed.

    Examples
    --------
    >>> from multidim_poverty import schema
    >>> schema.pandera_schema("households").columns["floor_area"].metadata["unit"]
    'm2/household'
    """
    import pandera.pandas as pa

    fields = {}
    for column in COLUMNS:
        if column.table != table:
            continue
        checks = {rule: _passes(check) for rule, check in rules_for(column).items()}
        if column.required:
            checks["missing_value"] = lambda series: series.notna()
        fields[column.name] = pa.Column(
            None,
            checks=[
                pa.Check(check, name=rule, error=rule, ignore_na=False)
                for rule, check in checks.items()
            ],
            nullable=True,
            required=column.required,
            title=column.label.vi,
            description=column.label.en,
            metadata={"unit": column.unit, "answers": column.codes, "dtype": column.dtype},
        )
    return pa.DataFrameSchema(fields, name=table)


def _passes(check: Any) -> Any:
    return lambda series: pd.Series(~check(series), index=series.index)


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
        Columns ``table`` (string), ``household_id``, ``member_id``, ``value`` (object, as in
        the input; None where the fault is of the whole column), ``column``, ``rule`` and
        ``message`` (string). Empty when all is well.

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
    faults = [*_table_faults("households", households), *_pandera_faults("households", households)]
    if members is not None:
        faults += [*_table_faults("members", members), *_pandera_faults("members", members)]
    faults += _household_faults(households)
    shapeless = any(
        fault.rule in ("duplicate_column", "index_of_levels")
        or (fault.table == "members" and fault.rule == "missing_column")
        for fault in faults
    )
    if members is not None and not shapeless:
        faults += _roster_faults(households, members, day)
    return report(faults, {"households": households, "members": members}, language)


def validate(
    households: pd.DataFrame,
    members: pd.DataFrame | None = None,
    *,
    on: str | dt.date | None = None,
    language: Language = "en",
) -> None:
    """Raise if there is any fault in the two tables.

    Parameters
    ----------
    households, members, on, language
        As for `violations`.

    Raises
    ------
    InvalidDataError
        Its ``violations`` is the whole table of faults.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> mdp.validate(sample.households, sample.members)
    """
    found = violations(households, members, on=on, language=language)
    if len(found):
        raise InvalidDataError(found)


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
        ``.rejected.members`` are the rest, untouched; ``.violations`` says why. A fault of a
        whole column (a required one is absent) rejects every row.

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
    found = violations(households, members, on=on, language=language)
    if found["rule"].isin(WHOLE_TABLE).any():
        bad = np.ones(len(households), dtype=bool)
        lost = np.ones(0 if members is None else len(members), dtype=bool)
    else:
        bad_ids = pd.Index(found["household_id"].dropna().unique())
        bad = np.asarray(households.index.isin(bad_ids) | households.index.isna())
        owner = pd.Series() if members is None else members["household_id"]
        lost = np.asarray(owner.isin(bad_ids) | ~owner.isin(households.index), dtype=bool)
    good_members = None if members is None else members.loc[~lost]
    bad_members = None if members is None else members.loc[lost]
    return Split(
        households=households.loc[~bad],
        members=good_members,
        rejected=Tables(households.loc[bad], bad_members),
        violations=found,
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
    if faults:
        raise InvalidDataError(report(faults, {"households": households, "members": members}))


def _table_faults(table: Table, frame: pd.DataFrame) -> Iterator[Fault]:
    """Faults of the shape of a table: its columns and its ids."""
    for column in COLUMNS:
        if column.table != table:
            continue
        here = int((frame.columns == column.name).sum())
        if here > 1:
            yield Fault(table, column.name, "duplicate_column")
        elif here == 0 and column.required:
            yield Fault(table, column.name, "missing_column")
        elif here == 1 and too_coarse(frame[column.name], column):
            yield Fault(table, column.name, "too_coarse")
    if table == "households":
        if frame.index.nlevels > 1:
            yield Fault(table, "household_id", "index_of_levels")
            return
        if "household_id" in frame.columns and frame.index.name != "household_id":
            yield Fault(table, "household_id", "id_not_in_index")
        ids = frame.index.to_series().reset_index(drop=True)
        yield from _id_faults(
            table, "household_id", ids, np.asarray(frame.index.duplicated(keep=False))
        )
    elif {"household_id", "member_id"} <= set(frame.columns):
        twice = frame.duplicated(["household_id", "member_id"], keep=False)
        twice &= frame["member_id"].notna() & frame["household_id"].notna()
        if twice.any():
            yield fault_at(table, "member_id", "duplicate_id", np.asarray(twice))


def _id_faults(
    table: Table, name: str, ids: pd.Series[Any], twice: npt.NDArray[np.bool_]
) -> Iterator[Fault]:
    missing = np.asarray(ids.isna())
    if missing.any():
        yield fault_at(table, name, "missing_value", missing)
    if (twice & ~missing).any():
        yield fault_at(table, name, "duplicate_id", twice & ~missing)
    id_column = next(c for c in COLUMNS if c.kind == "id")
    for rule, check in rules_for(id_column).items():
        bad = check(ids)
        if bad.any():
            yield fault_at(table, name, rule, bad)


def _pandera_faults(table: Table, frame: pd.DataFrame) -> Iterator[Fault]:
    import pandera.pandas as pa

    names = [c.name for c in COLUMNS if c.table == table and (frame.columns == c.name).sum() == 1]
    # Positions for labels: ids may repeat, and pandera turns integer labels into floats.
    positional = frame[names].set_axis(pd.RangeIndex(len(frame)), axis=0)
    schema = pandera_schema(table).remove_columns(
        [name for name in pandera_schema(table).columns if name not in names]
    )
    try:
        schema.validate(positional, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        for (name, rule), rows in cases.groupby(["column", "check"], sort=False)["index"]:
            yield Fault(table, name, rule, np.unique(rows.to_numpy().astype(np.intp)))


def _household_faults(households: pd.DataFrame) -> Iterator[Fault]:
    needed = ("income_per_capita", "income_12m", "household_size")
    if all((households.columns == name).sum() == 1 for name in needed):
        stated, year, size = (numbers_of(households[name]) for name in needed)
        with np.errstate(all="ignore"):
            # A stated figure may have been rounded to the VND.
            bad = (np.abs(stated - year / (12 * size)) >= 1) & (year >= 0) & (size >= 1)
        if bad.any():
            yield fault_at("households", "income_per_capita", "income_disagrees", bad)


def _roster_faults(
    households: pd.DataFrame, members: pd.DataFrame, day: dt.date | None
) -> Iterator[Fault]:
    """Faults that only show when both tables, or several members, are seen together."""
    owner = members["household_id"]
    known = np.asarray(owner.isin(households.index), dtype=bool)
    orphan = ~known & np.asarray(owner.notna())
    if orphan.any():
        yield fault_at("members", "household_id", "unknown_household", orphan)

    ids = households.index
    counts = owner.value_counts().reindex(ids.unique(), fill_value=0)[ids].to_numpy()
    if (counts == 0).any():
        yield fault_at("households", "household_id", "no_members", counts == 0)
    if "household_size" in households.columns:
        size = numbers_of(households["household_size"])
        disagree = (size != counts) & ~np.isnan(size) & (counts > 0)
        if disagree.any():
            yield fault_at("households", "household_size", "size_disagrees", disagree)

    if "relation" in members.columns:
        head = np.asarray(category_codes(members["relation"], ("head",)) == 0)
        heads = owner[head].value_counts()
        several = owner.isin(heads.index[heads > 1]).to_numpy(dtype=bool) & head
        if several.any():
            yield fault_at("members", "relation", "two_heads", several)

    age = numbers_of(members["age"]) if "age" in members.columns else np.full(len(members), np.nan)
    if day is not None and "birth_date" in members.columns:
        birth = members["birth_date"]
        from_birth = completed_months(birth, day) // 12
        later = from_birth < 0
        if later.any():
            yield fault_at("members", "birth_date", "born_later", later)
        early = from_birth > OLDEST
        if early.any():
            yield fault_at("members", "birth_date", "born_too_early", early)
        disagree = ~np.isnan(age) & ~np.isnan(from_birth) & (age != from_birth) & ~later & ~early
        if disagree.any():
            yield fault_at("members", "age", "age_disagrees", disagree)
        age = np.where(np.isnan(age), from_birth, age)
    for name in ("stunted", "underweight"):
        if name in members.columns and not not_boolean(members[name]).any():
            flagged = truth_of(members[name])(slice(None)).certain & (age >= CHILD_BELOW)
            if flagged.any():
                yield fault_at("members", name, "adult_undernourished", flagged)
