"""Deliveries of benefits: read and checked against those who were asked about."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import read_days
from multidim_poverty.errors import DataWarning
from multidim_poverty.identity import check_ids_meet, match
from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Label
from multidim_poverty.programmes.claims import Codes, member_codes, unique_ids, with_further_ids
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.definitions import Column
from multidim_poverty.schema.faults import (
    HOUSEHOLD_PLACES,
    Fault,
    column_faults,
    fault_at,
    orphan_faults,
    presence_faults,
    raise_errors,
)
from multidim_poverty.schema.reading import numbers_of

__all__ = ["Deliveries", "deliveries_of"]

NAME = "deliveries"
PLACES = {"row": "Int64", **HOUSEHOLD_PLACES, "benefit": object}


def _column(name: str, kind: Any, vi: str, en: str, **more: Any) -> Column:
    return Column(table="deliveries", name=name, kind=kind, label=Label(vi=vi, en=en), **more)


COLUMNS = (
    _column("household_id", "id", "mã hộ", "household", required=True),
    _column("benefit", "text", "chính sách", "benefit", required=True),
    _column("day", "date", "ngày nhận", "day of the delivery", required=True),
    _column(
        "amount",
        "number",
        "số tiền",
        "amount",
        required=True,
        may_be_unknown=True,
        money=True,
        unit="VND",
    ),
)


@dataclass(frozen=True, eq=False)
class Deliveries:
    """Deliveries whose ids, benefits, days and amounts were checked.

    Attributes
    ----------
    benefit, home, member : numpy.ndarray of int64
        Codes; member -1 where the benefit is of the household.
    day : numpy.ndarray of datetime64[D]
    amount : numpy.ndarray of float64
        [VND]; NaN where it is not given.
    members : pandas.Index
        The ids of members that codes stand for: those who are entitled, then others.
    """

    benefit: Codes
    home: Codes
    member: Codes
    day: npt.NDArray[np.datetime64]
    amount: npt.NDArray[np.float64]
    members: pd.Index[Any]


def deliveries_of(
    deliveries: Any,
    households: pd.DataFrame,
    members: Any,
    benefits: list[str],
    entitled: pd.DataFrame,
) -> Deliveries:
    """The deliveries that a table holds.

    Warns
    -----
    DataWarning
        If one delivery stands twice; both count.

    Raises
    ------
    InvalidDataError
        Names every row whose household, member or benefit is unknown, whose day or amount is
        wrong, or that is before the day from which the class of the household holds.
    """
    table = as_frame(deliveries, NAME)
    members = None if members is None else as_frame(members, "members")
    tables: Mapping[str, pd.DataFrame | None] = {
        "households": households,
        "members": members,
        NAME: table,
    }
    # A fault of ids that do not meet is of the whole column: it hides no row.
    faults = list(presence_faults(NAME, table, [column.name for column in COLUMNS]))
    if members is not None:
        faults += presence_faults("members", members, ["household_id", "member_id"])
    _raise(faults, tables)
    faults = list(orphan_faults(households, table, NAME))
    for column in COLUMNS:
        faults += column_faults(table, column)
    faults += _benefit_faults(table["benefit"], benefits)
    _raise(faults, tables)
    benefit = pd.Index(benefits, dtype=object).get_indexer(
        pd.Index(table["benefit"].astype(object))
    )
    home = match(table["household_id"], households.index).home.astype(np.int64)
    personal = _personal(table, entitled)
    ids, member = _members(table, personal, entitled)
    days = read_days(table["day"]).days
    faults = list(_too_early(days, home, households))
    faults += _member_faults(table, home, member, personal, ids, households, members)
    _raise(faults, tables)
    amount = numbers_of(table["amount"]).astype(np.float64)
    _warn_of_repeated(benefit, home, member, days, amount)
    return Deliveries(benefit.astype(np.int64), home, member, days, amount, ids)


def _raise(faults: list[Fault], tables: Mapping[str, pd.DataFrame | None]) -> None:
    raise_errors(faults, tables, area=NAME, places=PLACES)


def _benefit_faults(column: pd.Series[Any], benefits: list[str]) -> Iterator[Fault]:
    known = np.asarray(column.isin(benefits) | column.isna(), dtype=bool)
    if not known.all():
        yield fault_at(
            NAME, "benefit", "unknown_benefit", ~known, expected=", ".join(benefits) or "none"
        )


def _personal(table: pd.DataFrame, entitled: pd.DataFrame) -> BoolArray:
    """Whether the benefit of each delivery is held by members."""
    names = table["benefit"].astype(object)
    by_members = entitled.loc[entitled["member_id"].notna(), "benefit"].unique()
    personal = names.isin(by_members)
    if "member_id" in table.columns:
        # Of a benefit that nobody may have, the deliveries say whose it is.
        to_members = table["member_id"].notna().groupby(names).transform("all")
        personal |= ~names.isin(entitled["benefit"].unique()) & to_members
    return np.asarray(personal, dtype=bool)


def _members(
    table: pd.DataFrame, personal: BoolArray, entitled: pd.DataFrame
) -> tuple[pd.Index[Any], Codes]:
    """The ids of members, and the code of the member of each delivery."""
    ids, member = unique_ids(entitled["member_id"]), np.full(len(table), -1, dtype=np.int64)
    if "member_id" in table.columns and personal.any():
        own = table.loc[personal, "member_id"]
        check_ids_meet(own, ids, (NAME, "entitled"), must_meet=False)
        ids = with_further_ids(ids, own)
        member[personal] = member_codes(own, ids)
    return ids, member


def _member_faults(
    table: pd.DataFrame,
    home: Codes,
    member: Codes,
    personal: BoolArray,
    ids: pd.Index[Any],
    households: pd.DataFrame,
    members: pd.DataFrame | None,
) -> Iterator[Fault]:
    nobody = personal & (member < 0)
    if nobody.any():
        yield fault_at(NAME, "member_id", "no_member", nobody)
    if members is None:
        return
    at = match(members["household_id"], households.index).home.astype(np.int64)
    width = len(ids) + 1
    known = at * width + member_codes(members["member_id"], ids)
    unknown = (member >= 0) & ~np.isin(home * width + member, known[at >= 0])
    if unknown.any():
        owner = table["household_id"].to_numpy(dtype=object)
        yield fault_at(NAME, "member_id", "unknown_member", unknown, household=owner)


def _too_early(
    days: npt.NDArray[np.datetime64], home: Codes, households: pd.DataFrame
) -> Iterator[Fault]:
    """Deliveries before the first day of the class, where the households say it."""
    if "since" not in households.columns:
        return
    since = read_days(households["since"]).days[home]
    early = days < since  # never where a day is missing
    if early.any():
        expected = np.array([str(day) for day in since], dtype=object)
        yield fault_at(NAME, "day", "before_recognition", early, expected=expected)


def _warn_of_repeated(
    benefit: npt.NDArray[Any],
    home: Codes,
    member: Codes,
    days: npt.NDArray[np.datetime64],
    amount: npt.NDArray[np.float64],
) -> None:
    """One `DataWarning` that points at the caller of the public function."""
    rows = pd.DataFrame(
        {"benefit": benefit, "home": home, "member": member, "day": days, "amount": amount}
    )
    if repeated := int(rows.duplicated().sum()):
        first = np.flatnonzero(rows.duplicated())[:5].tolist()
        warnings.warn(
            f"{repeated} row(s) of deliveries repeat another one, such as rows {first}; both "
            f"count: drop them if the delivery was made once",
            DataWarning,
            stacklevel=5,
        )
