"""Who may hold which benefit: the rows of `eligible`, one entry per benefit and holder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import UnknownNameError
from multidim_poverty.identity import append_ids, comparable, match
from multidim_poverty.kleene import BoolArray
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.faults import (
    Fault,
    fault_at,
    orphan_faults,
    presence_faults,
    raise_errors,
)
from multidim_poverty.schema.reading import truth_of
from multidim_poverty.schema.value_rules import not_boolean

__all__ = [
    "Claims",
    "benefit_category",
    "benefit_names",
    "checked_benefit",
    "checked_rows",
    "claims_of",
    "counted",
    "keys_of",
    "known_households",
    "member_codes",
    "merged_keys",
    "unique_ids",
    "with_further_ids",
]

COLUMNS = ("household_id", "member_id", "benefit", "eligible")
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Claims:
    """One entry per benefit and holder that is entitled, or may be.

    Attributes
    ----------
    benefits : list of str
        Those that were asked for, also where nobody is entitled.
    households, members : pandas.Index
        The ids that the codes stand for.
    benefit, home, member : numpy.ndarray of int64
        Codes of each entry; member -1 where the household holds it.
    certain : numpy.ndarray of bool
        Whether the holder is entitled for certain.
    source : pandas.DataFrame
        The rows of `eligible` that may hold.
    row_certain : numpy.ndarray of bool
        Whether each of these rows holds for certain.
    of_row : numpy.ndarray of int64
        The entry of each of these rows.
    """

    benefits: list[str]
    households: pd.Index[Any]
    members: pd.Index[Any]
    benefit: Codes
    home: Codes
    member: Codes
    certain: BoolArray
    source: pd.DataFrame
    row_certain: BoolArray
    of_row: Codes

    @property
    def keys(self) -> Codes:
        """One number per entry, in order."""
        return keys_of(self, self.benefit, self.home, self.member)

    @property
    def personal(self) -> BoolArray:
        """Whether members hold each benefit."""
        by_members = np.zeros(len(self.benefits), dtype=bool)
        by_members[self.benefit[self.member >= 0]] = True
        return by_members

    def ids(self, home: Codes, member: Codes) -> dict[str, Any]:
        """The columns ``household_id`` and ``member_id`` of some codes."""
        ids = self.members.array
        if (isinstance(ids.dtype, np.dtype) and ids.dtype.kind in "iu") or not len(ids):
            ids = pd.array(ids, dtype="Int64")
        return {
            "household_id": self.households.take(home).array,
            "member_id": ids.take(member, allow_fill=True),
        }


def keys_of(claims: Claims, benefit: Codes, home: Codes, member: Codes) -> Codes:
    """One number per benefit and holder."""
    width = len(claims.members) + 1
    key: Codes = (benefit * len(claims.households) + home) * width + member + 1
    return key


def merged_keys(keys: Codes, more: Codes) -> tuple[Codes, BoolArray]:
    """The keys of both in order, each once, and which of them are in `more` alone.

    `keys` are in order and differ; those of `more` stand in any order.
    """
    more = np.sort(more)  # what is looked up in order is found quickly
    others = pd.unique(more[np.append(keys, -1)[np.searchsorted(keys, more)] != more])
    places = np.searchsorted(keys, others)
    added = np.insert(np.zeros(len(keys), dtype=bool), places, True)
    return np.insert(keys, places, others), added


def claims_of(
    entitled: Any,
    households: pd.Index[Any] | None = None,
    members: pd.Index[Any] | None = None,
    *,
    argument: str = "entitled",
    more: Iterable[str] = (),
    benefits: Sequence[str] | None = None,
) -> Claims:
    """The claims that the rows of `eligible` are.

    Parameters
    ----------
    entitled : pandas.DataFrame
        From `multidim_poverty.programmes.eligible`; rows that are false are not read.
    households, members : pandas.Index, optional
        Ids that codes are places in; those of the table by default.
    argument : str
        Name of the argument, for messages.
    more : iterable of str
        Further columns that must be there.
    benefits : sequence of str, optional
        Benefits by the places that codes are; those of the table by default.

    Raises
    ------
    InvalidDataError
        If a column is absent, an id is missing, or ``eligible`` is no truth.
    """
    entitled = checked_rows(entitled, argument, more)
    own = benefit_names(entitled)
    names = list(own if benefits is None else benefits)
    truth = truth_of(entitled["eligible"])(slice(None))
    certain = truth.certain
    if not truth.possible.all():
        entitled, certain = entitled[truth.possible], certain[truth.possible]
    benefit = _benefit_codes(entitled["benefit"], own, names)
    if households is None:
        households = unique_ids(entitled["household_id"])
    if members is None:
        members = unique_ids(entitled["member_id"])
    home = match(entitled["household_id"], households).home.astype(np.int64)
    member = member_codes(entitled["member_id"], members)
    width = len(members) + 1
    key = (benefit * len(households) + home) * width + member + 1
    if (np.diff(key) > 0).all():
        first = of_row = np.arange(len(key))
        held = certain
    else:
        order = np.argsort(key, kind="stable")  # quick, as most rows stand so
        in_order = key[order]
        is_new = np.append(True, in_order[1:] != in_order[:-1])
        first = order[is_new]
        of_row = np.empty_like(order)
        of_row[order] = np.cumsum(is_new) - 1
        held = np.zeros(len(first), dtype=bool)
        held[of_row[certain]] = True
    return Claims(
        benefits=names,
        households=households,
        members=members,
        benefit=benefit[first],
        home=home[first],
        member=member[first],
        certain=held,
        source=entitled,
        row_certain=certain,
        of_row=of_row,
    )


def benefit_names(entitled: pd.DataFrame) -> list[str]:
    """The benefits that were asked for, also where nobody is entitled."""
    column = entitled["benefit"]
    own = column if isinstance(column.dtype, pd.CategoricalDtype) else column.astype("category")
    return [str(name) for name in own.cat.categories]


def _benefit_codes(column: pd.Series[Any], own: list[str], names: list[str]) -> Codes:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(pd.CategoricalDtype(pd.Index(own, dtype=object)))
    at = np.array([names.index(name) for name in own], dtype=np.int64)
    codes: Codes = at[column.cat.codes.to_numpy()] if len(column) else np.zeros(0, dtype=np.int64)
    return codes


def benefit_category(names: Sequence[str], codes: Codes) -> Any:
    """Benefits as a category, in the order of the table of `eligible`."""
    dtype = pd.CategoricalDtype(pd.Index(names, dtype=object))
    return pd.Categorical.from_codes(codes.astype(np.int16), dtype=dtype)


def checked_benefit(benefit: str, names: Sequence[str]) -> int:
    """The place of a benefit.

    Raises
    ------
    UnknownNameError
        If it is none of those that were asked for.
    """
    if benefit not in names:
        raise UnknownNameError(
            f"entitled has no benefit {benefit!r}; there are {', '.join(names) or 'none'}"
        )
    return list(names).index(benefit)


def checked_rows(entitled: Any, argument: str, more: Iterable[str] = ()) -> pd.DataFrame:
    """The rows of `eligible`, whose columns were checked."""
    rows: pd.DataFrame = as_frame(entitled, argument)
    tables = {argument: rows}
    raise_errors(presence_faults(argument, rows, [*COLUMNS, *more]), tables)
    complete = ("household_id", "benefit", *(name for name in more if name == "rule"))
    raise_errors(list(_faults(rows, argument, complete)), tables)
    return rows


def _faults(entitled: pd.DataFrame, argument: str, complete: Iterable[str]) -> Iterator[Fault]:
    for name in complete:
        missing = np.asarray(entitled[name].isna(), dtype=bool)
        if missing.any():
            yield fault_at(argument, name, "missing_value", missing)
    wrong = not_boolean(entitled["eligible"])
    if wrong.any():
        yield fault_at(argument, "eligible", "not_boolean", wrong)


def known_households(entitled: pd.DataFrame, households: pd.DataFrame, argument: str) -> None:
    """Raise `InvalidDataError` if a household of a table is not among the households."""
    tables = {"households": households, argument: entitled}
    raise_errors(orphan_faults(households, entitled, argument), tables)


def unique_ids(ids: pd.Series[Any]) -> pd.Index[Any]:
    """The ids of a column, each once, in the order in which they come."""
    index: pd.Index[Any] = pd.Index(comparable(ids).dropna().unique())
    return index


def with_further_ids(index: pd.Index[Any], ids: pd.Series[Any]) -> pd.Index[Any]:
    """Unique ids, and behind them those of a column that are not among them."""
    further = unique_ids(ids)
    alone = further[match(further.to_series(), index).home < 0]
    return append_ids(index, alone) if len(alone) else index


def member_codes(ids: pd.Series[Any], members: pd.Index[Any]) -> Codes:
    """The place of each member id; -1 where it is missing or unknown."""
    if not len(members):
        return np.full(len(ids), -1, dtype=np.int64)
    missing = np.asarray(ids.isna(), dtype=bool)
    if isinstance(ids.dtype, pd.Int64Dtype) and isinstance(members.dtype, pd.Int64Dtype):
        # Plain whole numbers are matched without a hash of each.
        ids = pd.Series(ids.to_numpy(dtype=np.int64, na_value=0))
        members = pd.Index(members.to_numpy(dtype=np.int64))
    codes = match(ids, members).home.astype(np.int64)
    codes[missing] = -1
    return codes


def counted(values: npt.NDArray[np.float64]) -> Any:
    """Counts as Int64, NA where one is not known."""
    unknown = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(unknown, 0, values).astype(np.int64), unknown)
