"""Faults of the two tables of a survey: of each, and between columns, members and tables."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.identity import Match, id_mismatch, inexact_ids, match, rows_by_home
from multidim_poverty.kleene import BoolArray
from multidim_poverty.language import Label
from multidim_poverty.law.standard_parts import VND
from multidim_poverty.schema.ages import (
    BIRTH_COLUMNS,
    AgeRange,
    age_values,
    ages_of_months,
    birth_years,
    months_of_life,
)
from multidim_poverty.schema.definitions import CHILD_BELOW, COLUMNS, OLDEST, replicate_columns
from multidim_poverty.schema.faults import (
    Fault,
    broken_rows,
    column_faults,
    fault_at,
    id_faults,
)
from multidim_poverty.schema.reading import category_codes, numbers_of, once, truth_of
from multidim_poverty.schema.value_rules import not_boolean, not_nfc
from multidim_poverty.vocabulary import Relation

__all__ = ["ID_RULES", "faults_of_survey", "match_members", "nfc_id", "repeated_members"]

HEAD = Relation.codes().index(Relation.HEAD)
# Rules about the ids of both tables as a whole, in place of a fault per household.
ID_RULES = ("id_types_differ", "id_spellings_differ", "no_common_id", "inexact_id")


def match_members(households: pd.DataFrame, members: pd.DataFrame | None) -> Match | None:
    """The household of each member; None where the ids of the tables cannot be compared."""
    if members is None or households.index.nlevels > 1 or not once(members, "household_id"):
        return None
    if "household_id" in households.columns and households.index.name != "household_id":
        return None
    return match(members["household_id"], households.index)


def faults_of_survey(
    households: pd.DataFrame,
    members: pd.DataFrame | None,
    matched: Match | None,
    day: dt.date | None,
    currency: Label = VND,
) -> list[Fault]:
    """All faults of the tables; what only follows from another fault is left out.

    ``matched`` is what `match_members` gives, ``currency`` the unit of money in words.
    """
    faults = [*id_faults(households, matched)]
    if households.index.nlevels == 1:
        ids = households.index.to_series()
        faults.append(fault_at("households", "household_id", "not_nfc", not_nfc(ids)))
    for table, frame in (("households", households), ("members", members)):
        if frame is not None:
            for column in COLUMNS:
                if column.table == table:
                    faults += column_faults(frame, column, needed=column.required)
    faults += _replicate_faults(households)
    faults = [*faults, *_income_faults(households, faults, currency)]
    if members is None:
        return faults
    faults = [*faults, *repeated_members(members, matched)]
    faults = [*faults, *_age_faults(members, faults, day)]
    if matched is None:
        return faults
    return [*faults, *_roster_faults(households, members, matched, faults)]


def _replicate_faults(households: pd.DataFrame) -> Iterator[Fault]:
    """Faults of replicate weights: of each by itself, and households that have some and not all."""
    columns = replicate_columns(households.columns)
    for column in columns:
        yield from column_faults(households, column)
    names = [column.name for column in columns if once(households, column.name)]
    if not names:
        return
    missing = households[names].isna().to_numpy(dtype=bool)
    partly = missing.any(axis=1) & ~missing.all(axis=1)
    for name, lacks in zip(names, missing.T, strict=True):
        if (bad := lacks & partly).any():
            yield fault_at("households", name, "replicate_missing", bad)


def _income_faults(
    households: pd.DataFrame, faults: Sequence[Fault], currency: Label
) -> Iterator[Fault]:
    """Faults that show when several columns of the households are seen together."""
    names = ("income_per_capita", "income_12m", "household_size")
    if not once(households, *names):
        return
    stated, year, size = (numbers_of(households[name]) for name in names)
    with np.errstate(all="ignore"):
        computed = year / (12 * size)
        # A stated figure may have been rounded to the unit of money.
        bad = (np.abs(stated - computed) >= 1) & np.isfinite(year) & (size >= 1)
    if bad.any():
        bad &= ~broken_rows(faults, "households", names, len(households))
        yield fault_at(
            "households",
            "income_per_capita",
            "income_disagrees",
            bad,
            expected=np.rint(computed),
            currency=currency,
        )


# -- members ---------------------------------------------------------------------------------


def repeated_members(members: pd.DataFrame, matched: Match | None) -> Iterator[Fault]:
    """Members of one household with the same id."""
    names = ["household_id", "member_id"]
    if not once(members, *names):
        return
    if matched is not None and _surely_distinct(matched.home, members["member_id"]):
        return
    ids = members[names]
    twice = np.asarray(ids.duplicated(keep=False) & ids.notna().all(axis=1), dtype=bool)
    if twice.any():
        codes = pd.factorize(pd.MultiIndex.from_frame(ids[twice]))[0]
        fields = {"rows": np.bincount(codes)[codes]}
        yield Fault("members", "member_id", "duplicate_id", np.flatnonzero(twice), fields=fields)


def _surely_distinct(home: npt.NDArray[np.int32], member: pd.Series[Any]) -> bool:
    """Whether a look without hashing shows that no household has a member id twice."""
    n = len(home)
    if n == 0 or (home < 0).any():
        return n == 0
    values = member.to_numpy() if isinstance(member.dtype, np.dtype) else None
    if values is None or values.dtype.kind not in "iu":
        values = pd.factorize(member)[0]
    low, high = int(values.min()), int(values.max())
    if low < 0 and not isinstance(member.dtype, np.dtype):
        return False  # some are missing
    offsets, span = values.astype(np.int64) - low, high - low + 1
    if span <= 4 * n and _no_two(offsets, span):  # not even in two households
        return True
    homes = int(home.max()) + 1
    return homes * span <= 16 * n and _no_two(home * np.int64(span) + offsets, homes * span)


def _no_two(numbers: npt.NDArray[np.int64], span: int) -> bool:
    """Whether no number from 0 to the span stands twice."""
    seen = np.zeros(span, dtype=bool)
    seen[numbers] = True
    return int(np.count_nonzero(seen)) == len(numbers)


def _age_faults(
    members: pd.DataFrame, faults: Sequence[Fault], day: dt.date | None
) -> Iterator[Fault]:
    """Faults of ages, dates and years of birth, and the answers about children."""
    n = len(members)
    stated = numbers_of(members["age"]) if once(members, "age") else np.full(n, np.nan)
    broken = broken_rows(faults, "members", ["age", *BIRTH_COLUMNS], n)
    if once(members, *BIRTH_COLUMNS):
        year, of_date = numbers_of(members["birth_year"]), birth_years(members["birth_date"])
        differ = ~np.isnan(year) & ~np.isnan(of_date) & (year != of_date) & ~broken
        yield fault_at("members", "birth_year", "birth_years_differ", differ, expected=of_date)
        broken |= differ
    youngest = stated
    for name in BIRTH_COLUMNS:
        if day is None or not once(members, name):
            continue
        least, most = months_of_life(members[name], day)
        sound = ~broken if name == "birth_year" else np.ones(n, dtype=bool)
        later, early = (most < 0) & sound, (least >= 12 * (OLDEST + 1)) & sound
        yield fault_at("members", name, "born_later", later, day=day)
        yield fault_at("members", name, "born_too_early", early, day=day, oldest=OLDEST)
        broken |= later | early
        ages = ages_of_months(least, most)
        disagree = ((stated < ages.youngest) | (stated > ages.oldest)) & ~broken
        yield _age_fault(members[name], ages, np.flatnonzero(disagree), day)
        broken |= disagree
        youngest = np.where(np.isnan(youngest), ages.youngest, youngest)
    grown = (youngest >= CHILD_BELOW) & ~broken
    for name in ("stunted", "underweight"):
        if once(members, name) and not not_boolean(members[name]).any():
            flagged = truth_of(members[name])(slice(None)).certain & grown
            yield fault_at(
                "members", name, "adult_undernourished", flagged, age=youngest, below=CHILD_BELOW
            )


def _age_fault(
    births: pd.Series[Any], ages: AgeRange, rows: npt.NDArray[np.intp], day: dt.date
) -> Fault:
    """The fault of stated ages that are none of those that the births give."""
    expected = age_values(ages.at(rows))
    born = births.iloc[rows].to_numpy(dtype=object)
    fields = {"source": births.name, "born": born, "day": day}
    return Fault("members", "age", "age_disagrees", rows, expected=expected, fields=fields)


# -- both tables -----------------------------------------------------------------------------


def _roster_faults(
    households: pd.DataFrame, members: pd.DataFrame, matched: Match, faults: Sequence[Fault]
) -> Iterator[Fault]:
    """Faults that only show when both tables, or several members, are seen together."""
    owner, n = members["household_id"], len(households)
    for ids, table in ((owner, "members"), (households.index, "households")):
        inexact = inexact_ids(ids, table)
        if inexact is not None:  # a member may stand in the household of another id
            yield Fault(table, "household_id", inexact.rule, fields=inexact.fields)
            return
    home, first = matched.home, matched.first
    normalised = any(len(f) and (f.column, f.rule) == ("household_id", "not_nfc") for f in faults)
    if normalised:
        # Ids that differ in their Unicode form alone are reported as such, and not as unknown.
        normal = match(owner.map(nfc_id), households.index.map(nfc_id))
        home, first = normal.home, normal.first
    lost = home < 0
    any_lost = bool(lost.any())
    if any_lost:
        mismatch = id_mismatch(owner, households.index, ("members", "households"))
        if mismatch is not None and not mismatch.common and not normalised:
            yield Fault("members", "household_id", mismatch.rule, fields=mismatch.fields)
            return  # else every household and every member would be named
        orphan = lost & owner.notna().to_numpy(dtype=bool)
        yield fault_at("members", "household_id", "unknown_household", orphan)

    def of_homes(marks: BoolArray | None) -> npt.NDArray[np.int32]:
        """How many of some members each household has."""
        rows = home if marks is None else home[np.flatnonzero(marks)]
        return rows_by_home(rows[rows >= 0] if any_lost else rows, n)

    counts = of_homes(None)
    repeated = broken_rows(faults, "members", ["member_id"], len(members))
    spoilt = of_homes(repeated) > 0 if repeated.any() else np.zeros(n, dtype=bool)
    # Of an id that is missing or stands in several rows, nobody knows whose members are listed.
    one_row = np.ones(n, dtype=bool)
    if first is not None:
        one_row = (first >= 0) & (np.bincount(first[first >= 0], minlength=n)[first] == 1)
    yield fault_at("households", "household_id", "no_members", (counts == 0) & one_row)
    if once(households, "household_size"):
        size = numbers_of(households["household_size"])
        disagree = (size != counts) & ~np.isnan(size) & (counts > 0) & ~spoilt & one_row
        if disagree.any():
            disagree &= ~broken_rows(faults, "households", ["household_size"], n)
            yield fault_at(
                "households", "household_size", "size_disagrees", disagree, expected=counts
            )

    if once(members, "relation"):
        head = category_codes(members["relation"], Relation.codes()) == HEAD
        heads = of_homes(head)
        if (heads > 1).any():
            several = head & ~lost & ((heads > 1) & ~spoilt & one_row)[home]
            yield fault_at("members", "relation", "two_heads", several, heads=heads[home])


def nfc_id(value: Any) -> Any:
    """An id with its text in one Unicode form."""
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value
