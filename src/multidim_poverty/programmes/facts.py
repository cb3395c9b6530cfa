"""What the rules of benefits are asked of: the tables of a day, matched and checked once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import read_days
from multidim_poverty.errors import UnknownNameError
from multidim_poverty.identity import (
    append_ids,
    check_ids_meet,
    comparable,
    match,
    nearest_ids,
    rows_at,
)
from multidim_poverty.movement.history import class_faults, dated_faults, decisions_of
from multidim_poverty.programmes.benefit_rules.models import PlaceList
from multidim_poverty.schema.arguments import as_frame, as_tables
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.schema.faults import (
    Fault,
    column_faults,
    fault_at,
    id_faults,
    orphan_faults,
    raise_errors,
)
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.schema.survey_faults import match_members, repeated_members
from multidim_poverty.schema.value_rules import not_boolean
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["Facts", "facts_of"]

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Facts:
    """The tables of a day; households and persons are known by their places.

    Attributes
    ----------
    day : datetime.date
    index : pandas.Index
        The households: those of the households table, then those that the list alone names.
    current, households, members, history : pandas.DataFrame or None
        ``history`` as the decisions of the earlier lists.
    at_current, at_households : numpy.ndarray
        Place of each household in the two tables; -1 where it is not in it.
    home : numpy.ndarray
        Place of the household of each member. Of a household without members, ``members`` has a
        person without id and answers, so that its benefits of members stay open.
    lists : dict of str to PlaceList
    days : mapping of str to datetime.date
        Parameters of unit day that are given.
    """

    day: dt.date
    index: pd.Index[Any]
    current: pd.DataFrame
    at_current: Positions
    households: pd.DataFrame | None
    at_households: Positions
    members: pd.DataFrame | None
    home: Positions
    history: pd.DataFrame | None
    lists: dict[str, PlaceList]
    days: Mapping[str, dt.date]

    def of_list(self, name: str) -> pd.Series[Any] | None:
        """A column of the current list, for each household; None where there is none."""
        return _column(self.current, self.at_current, name, self.index)

    def of_households(self, name: str) -> pd.Series[Any] | None:
        """An answer of each household, from either table; None where neither has the column."""
        own = None
        if self.households is not None:
            own = _column(self.households, self.at_households, name, self.index)
        if own is not None:
            return own
        return None if is_deprivation(self.current, name) else self.of_list(name)

    def of_members(self, name: str) -> pd.Series[Any] | None:
        """An answer of each member; None where there is no such column."""
        if self.members is None or name not in self.members.columns:
            return None
        return self.members[name]

    def alone(self, household_id: Any) -> Facts:
        """The facts of one household; the earlier lists stay whole.

        Raises
        ------
        UnknownNameError
            If there is no such household; names the nearest ids.
        """
        (at,) = match(pd.Series([household_id]), self.index).home
        if at < 0:
            near = ", ".join(map(repr, nearest_ids(self.index, household_id)))
            raise UnknownNameError(
                f"there is no household {household_id!r}"
                + (f"; the nearest are {near}" if near else "")
            )
        current, households = self.current, self.households
        own = np.flatnonzero(self.home == at)
        nobody, first = np.array([-1]), np.array([0])
        in_current, in_households = self.at_current[at] >= 0, self.at_households[at] >= 0
        return replace(
            self,
            index=self.index[[at]],
            current=current.take(self.at_current[[at]]) if in_current else current.iloc[:0],
            at_current=first if in_current else nobody,
            households=households.take(self.at_households[[at]])
            if households is not None and in_households
            else None,
            at_households=first if in_households else nobody,
            members=None if self.members is None else self.members.take(own),
            home=np.zeros(len(own), dtype=np.intp),
        )


def _column(
    frame: pd.DataFrame, at: Positions, name: str, index: pd.Index[Any]
) -> pd.Series[Any] | None:
    if name not in frame.columns:
        return None
    if len(frame) == len(index) and (at == np.arange(len(index))).all():
        return frame[name]
    return rows_at(frame[[name]], at, index)[name]


def is_deprivation(current: pd.DataFrame, name: str) -> bool:
    """Whether a column of the current list is a deprivation, not the answer of that name."""
    column = column_of("households", name)
    return (
        name in current.columns
        and column is not None
        and column.kind != "boolean"
        and pd.api.types.is_bool_dtype(current[name].dtype)
    )


def facts_of(
    current: Any,
    members: Any,
    history: Any,
    households: Any,
    lists: dict[str, PlaceList],
    days: Mapping[str, dt.date],
    day: dt.date,
    columns: Iterable[tuple[str, str]],
) -> Facts:
    """The facts of a day, whose columns that rules read were checked.

    Raises
    ------
    InvalidDataError
        Names every bad row.
    """
    current = as_frame(current, "current")
    if households is not None:
        households, members = as_tables(households, members)
    members = None if members is None else as_frame(members, "members")
    history = None if history is None else as_frame(history, "history")
    faults = [*_faults_of_index(current), *class_faults("current", current)]
    faults += _faults_of_list(current)
    faults += [] if households is None else id_faults(households)
    raise_errors(faults, {"current": current, "households": households})
    if households is not None:
        names = ("current", "households")
        _check_ids(current.index, households.index, names)

    index = current.index.rename("household_id")
    if households is not None:
        alone = match(current.index.to_series(), households.index).home < 0
        index = households.index.rename("household_id")
        if alone.any():
            index = append_ids(index, current.index[alone].rename("household_id"))
    source = current if households is None else households
    faults = list(_faults_of_columns(source, current, members, columns))
    matched = None
    if members is not None:
        homes = pd.DataFrame(index=index)
        matched = match_members(homes, members)
        for name in ("household_id", "member_id"):
            faults += column_faults(members, _of_schema("members", name), needed=True)
        faults += orphan_faults(homes, members, "members")
        faults += repeated_members(members, matched)
    raise_errors(faults, {"households": source, "members": members, "current": current})
    if history is not None:
        history = decisions_of(history)
        raise_errors(dated_faults(history), {"history": history})
        names = ("history", "current")
        _check_ids(history["household_id"], index, names)
    home = np.zeros(0, dtype=np.intp)
    if members is not None and matched is not None:
        members, home = _with_unasked(members, matched.home.astype(np.intp), len(index))
    nowhere = np.full(len(index), -1, dtype=np.intp)
    return Facts(
        day=day,
        index=index,
        current=current,
        at_current=_places(index, current.index),
        households=households,
        at_households=nowhere if households is None else _places(index, households.index),
        members=members,
        home=home,
        history=history,
        lists=lists,
        days=days,
    )


def _check_ids(one: Any, other: Any, names: tuple[str, str]) -> None:
    """Raise if ids of two tables look alike, or can never meet: numbers here and texts there."""
    numbers = {pd.api.types.is_integer_dtype(comparable(ids).dtype) for ids in (one, other)}
    check_ids_meet(one, other, names, must_meet=len(numbers) > 1)


def _with_unasked(
    members: pd.DataFrame, home: Positions, homes: int
) -> tuple[pd.DataFrame, Positions]:
    """Members and their homes; of each household without any, a person of whom nothing is known."""
    unasked = np.flatnonzero(np.bincount(home, minlength=homes) == 0)
    if not len(unasked):
        return members, home
    nullable = {
        name: {"b": "boolean", "i": "Int64", "u": "UInt64"}[dtype.kind]
        for name, dtype in members.dtypes.items()
        if isinstance(dtype, np.dtype) and dtype.kind in "biu"
    }
    rows = np.append(np.arange(len(members)), np.full(len(unasked), -1))
    extended = rows_at(members.astype(nullable), rows, pd.RangeIndex(len(rows)))
    return extended, np.append(home, unasked)


def _of_schema(table: str, name: str) -> Column:
    column = column_of(table, name)
    assert column is not None
    return column


def _places(index: pd.Index[Any], other: pd.Index[Any]) -> Positions:
    if index is other or index.equals(other):
        return np.arange(len(index))
    return match(index.to_series(), other).home.astype(np.intp)


def _faults_of_index(current: pd.DataFrame) -> Iterator[Fault]:
    """What is wrong with the ids of the current list."""
    if current.index.nlevels > 1:
        yield Fault("current", "household_id", "index_of_levels")
        return
    if "household_id" in current.columns and current.index.name != "household_id":
        yield Fault("current", "household_id", "id_not_in_index")
    missing = np.asarray(current.index.isna(), dtype=bool)
    twice = np.asarray(current.index.duplicated(keep=False), dtype=bool) & ~missing
    if missing.any():
        yield fault_at("current", "household_id", "missing_value", missing)
    if twice.any():
        counts = current.index.value_counts()
        rows = counts.reindex(current.index).fillna(0).to_numpy(dtype=np.int64)
        yield fault_at("current", "household_id", "duplicate_id", twice, rows=rows)


def _faults_of_list(current: pd.DataFrame) -> Iterator[Fault]:
    """Values of `review.current_list` or `assess` that cannot be read; absent columns are none."""
    for name in ("class_at_worst", "class_at_best"):
        if name in current.columns:
            unknown = category_codes(current[name], PovertyClass.codes()) < 0
            unknown &= np.asarray(current[name].notna(), dtype=bool)
            yield fault_at("current", name, "not_a_class", unknown)
    for name in ("since", "left_on"):
        if name in current.columns:
            read = read_days(current[name])
            yield fault_at("current", name, "not_a_date", read.not_a_date)
            yield fault_at("current", name, "time_zone", read.time_zone)
    if "listed" in current.columns:
        yield fault_at("current", "listed", "not_boolean", not_boolean(current["listed"]))


def _faults_of_columns(
    households: pd.DataFrame,
    current: pd.DataFrame,
    members: pd.DataFrame | None,
    columns: Iterable[tuple[str, str]],
) -> Iterator[Fault]:
    for table, name in dict.fromkeys(columns):
        column = column_of(table, name)
        if column is None:
            continue
        if table == "members":
            if members is not None:
                yield from column_faults(members, column)
        elif name in households.columns and not is_deprivation(households, name):
            yield from column_faults(households, column)
        elif name in current.columns and not is_deprivation(current, name):
            yield from column_faults(current, column)
