"""Which households live in a place of a list on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import ValidationError

from multidim_poverty.dates import read_days
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.identity import unit_key
from multidim_poverty.kleene import Truth
from multidim_poverty.programmes.benefit_rules.models import PlaceList, PlaceOfList
from multidim_poverty.programmes.facts import Facts
from multidim_poverty.schema.arguments import as_frame

__all__ = ["lists_with", "lives_in"]

LEVELS = ("province", "district", "commune", "village")
DAYS = ("valid_from", "valid_to")
Key = tuple[Any, ...]


def lists_with(lists: Iterable[PlaceList], places: Any, day: dt.date) -> dict[str, PlaceList]:
    """The lists of a set of rules by id, those of a table in the place of the shipped ones.

    Raises
    ------
    UnknownNameError
        If the table has a list that no rule can name.
    ArgumentError
        If a column is unknown or absent, a row names no unit or has days in the wrong order, or
        no place of a given list is in force on the day. Names every row.
    """
    known = {entry.id: entry for entry in lists}
    if places is None:
        return known
    places = as_frame(places, "places")
    columns = ("list", *LEVELS, *DAYS)
    extra = [str(name) for name in places.columns if name not in columns]
    if extra or "list" not in places.columns:
        raise ArgumentError(
            f"places has the columns list, {', '.join(LEVELS)}, {' and '.join(DAYS)}; "
            + (f"it has no column for {', '.join(extra)}" if extra else "list is absent")
        )
    names = [None if pd.isna(name) else str(name) for name in places["list"]]
    strange = sorted({str(name) for name in names if name not in known})
    if strange:
        raise UnknownNameError(
            f"places: no rule knows a list {', '.join(strange)}; there are "
            f"{', '.join(sorted(known)) or 'none'}"
        )
    given: dict[str, list[PlaceOfList]] = {}
    problems: list[str] = []
    for row, (name, values) in enumerate(zip(names, _rows(places, problems), strict=True)):
        try:
            given.setdefault(str(name), []).append(PlaceOfList.model_validate(values))
        except ValidationError as error:
            problems += [
                f"row {row}: {fault['msg'].removeprefix('Value error, ')}"
                for fault in error.errors()
            ]
    for name, entries in given.items():
        if not any(in_force(place, day) for place in entries) and not problems:
            rows = [str(row) for row, other in enumerate(names) if other == name]
            problems.append(
                f"no place of list {name!r} is in force on {day}: rows {', '.join(rows[:5])}"
            )
    if problems:
        raise ArgumentError(f"places: {'; '.join(problems)}")
    return known | {
        name: known[name].model_copy(update={"places": tuple(entries)})
        for name, entries in given.items()
    }


def _rows(places: pd.DataFrame, problems: list[str]) -> list[dict[str, Any]]:
    columns: dict[str, list[Any]] = {}
    for name in LEVELS:
        if name in places.columns:
            columns[name] = [None if pd.isna(v) else str(v) for v in places[name]]
    for name in DAYS:
        if name in places.columns:
            read = read_days(places[name])
            bad = np.flatnonzero(read.not_a_date | read.time_zone)
            problems += [f"row {row}: {name} is not a date" for row in bad]
            columns[name] = [None if pd.isna(day) else day.item() for day in read.days]
    return [{name: values[row] for name, values in columns.items()} for row in range(len(places))]


def in_force(place: PlaceOfList, day: dt.date) -> bool:
    """Whether a place is listed on a day, both ends included."""
    return (place.valid_from or day) <= day <= (place.valid_to or day)


def lives_in(facts: Facts, places: PlaceList) -> Truth:
    """Whether each household lives in a place of a list on the day.

    Open where the list does not cover the province of the household, where no place of it is in
    force, and where a unit of the household that would decide is not known.
    """
    n = len(facts.index)
    active = [place for place in places.places if in_force(place, facts.day)]
    if not active:
        return Truth.unknown(n)
    codes, keys = _addresses(facts)
    by_levels: dict[tuple[int, ...], set[Key]] = {}
    covered: set[Any] = set()
    for place in active:
        named = [unit_key(getattr(place, level)) for level in LEVELS]
        at = tuple(level for level, key in enumerate(named) if key is not None)
        by_levels.setdefault(at, set()).add(tuple(named[level] for level in at))
        covered.add(named[0])
    everywhere = covered == {None}
    certain = np.zeros(len(keys), dtype=bool)
    possible = np.zeros(len(keys), dtype=bool)
    for row, key in enumerate(keys):
        certain[row] = any(
            tuple(key[level] for level in at) in places_at for at, places_at in by_levels.items()
        )
        possible[row] = (
            certain[row]
            or (not everywhere and (key[0] not in covered or key[0] is None))
            or _may_be(key, by_levels)
        )
    return Truth(certain[codes], possible[codes])


def _may_be(key: Key, by_levels: Mapping[tuple[int, ...], set[Key]]) -> bool:
    """Whether an address of which something is not known may be a place of the list."""
    for at, places in by_levels.items():
        unknown = [key[level] is None for level in at]
        if any(unknown) and any(
            all(
                gap or key[level] == name
                for gap, level, name in zip(unknown, at, place, strict=True)
            )
            for place in places
        ):
            return True
    return False


def _addresses(facts: Facts) -> tuple[npt.NDArray[np.intp], list[Key]]:
    """The number of the address of each household, and the keys of each address by level."""
    n = len(facts.index)
    columns = {
        level: series for level in LEVELS if (series := facts.of_households(level)) is not None
    }
    code = np.zeros(n, dtype=np.int64)
    distinct: list[Key] = [()]
    for level in LEVELS:
        if level not in columns:
            distinct = [(*key, None) for key in distinct]
            continue
        at, names = pd.factorize(columns[level])
        keys = [*(unit_key(name) for name in names), None]
        code, pairs = _renumbered(code, np.where(at < 0, len(keys) - 1, at), len(keys))
        distinct = [(*distinct[pair // len(keys)], keys[pair % len(keys)]) for pair in pairs]
    return code.astype(np.intp), distinct


def _renumbered(
    outer: npt.NDArray[np.int64], inner: npt.NDArray[Any], width: int
) -> tuple[npt.NDArray[np.int64], list[int]]:
    numbers, pairs = pd.factorize(outer * width + inner)
    return numbers.astype(np.int64), pairs.tolist()
