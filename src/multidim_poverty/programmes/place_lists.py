"""Which households live in a place of a list on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import ValidationError

from multidim_poverty.dates import read_days
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.identity import UnitName, unit_name
from multidim_poverty.kleene import Truth
from multidim_poverty.programmes.benefit_rules.models import PlaceList, PlaceOfList
from multidim_poverty.programmes.facts import Facts
from multidim_poverty.schema.arguments import as_frame

__all__ = ["lists_with", "lives_in"]

LEVELS = ("province", "district", "commune", "village")
DAYS = ("valid_from", "valid_to")
Names = tuple[UnitName | None, ...]


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
    force, and where a unit of the household that would decide is not known, or is written so that
    it may be the one of the list (see `identity.UnitName.same_as`).
    """
    n = len(facts.index)
    active = [place for place in places.places if in_force(place, facts.day)]
    if not active:
        return Truth.unknown(n)
    levels = [level for level in LEVELS if any(getattr(place, level) for place in active)]
    codes, addresses = _addresses(facts, levels)
    listed: dict[str | None, _Listed] = {}
    for place in active:
        names = tuple(unit_name(getattr(place, level), level) for level in levels)
        listed.setdefault(_province(names, levels), _Listed()).add(names)
    anywhere = listed.pop(None, _Listed())
    certain, possible = np.zeros((2, len(addresses)), dtype=bool)
    for row, address in enumerate(addresses):
        province = _province(address, levels)
        near = anywhere.near(address)
        if province in listed:
            near = [*near, *listed[province].near(address)]
        elif listed:
            possible[row] = True
        truths = [_is_place(address, place) for place in near]
        certain[row] = True in truths
        possible[row] |= certain[row] or None in truths
    return Truth(certain[codes], possible[codes])


class _Listed:
    """The places of a list in one province, or of those without a province."""

    def __init__(self) -> None:
        self._places: list[Names] = []
        self._by_letters: dict[str | None, list[Names]] = {}  # of the lowest unit
        self._as_code: set[bool] = set()

    def add(self, place: Names) -> None:
        lowest = place[-1]
        self._places.append(place)
        self._by_letters.setdefault(None if lowest is None else lowest.letters, []).append(place)
        if lowest is not None:
            self._as_code.add(lowest.is_code)

    def near(self, address: Names) -> list[Names]:
        """The places that an address may lie in, as far as a look at the lowest unit tells.

        Where a list has both names and codes, those count that are written as the address is.
        """
        lowest, places = address[-1], self._places
        if lowest is not None and (lowest.is_code in self._as_code or not self._as_code):
            letters = self._by_letters
            places = [*letters.get(lowest.letters, []), *letters.get(None, [])]
        for level, unit in enumerate(address):
            if unit is not None:
                alike = [p for p in places if (q := p[level]) is None or q.is_code == unit.is_code]
                places = alike if any(p[level] is not None for p in alike) else places
        return places


def _province(names: Names, levels: list[str]) -> str | None:
    """The province of an address or a place, without the word for its kind."""
    unit = names[0] if levels[0] == "province" else None
    return None if unit is None else unit.bare


def _is_place(address: Names, place: Names) -> bool | None:
    """Whether an address lies in a place; None where it may."""
    answers = [
        None if unit is None else unit.same_as(wanted)
        for unit, wanted in zip(address, place, strict=True)
        if wanted is not None
    ]
    if False in answers:
        return False
    return None if None in answers else True


def _addresses(facts: Facts, levels: list[str]) -> tuple[npt.NDArray[np.intp], list[Names]]:
    """The number of the address of each household, and the names of each address by level."""
    n = len(facts.index)
    columns = {
        level: series for level in levels if (series := facts.of_households(level)) is not None
    }
    code = np.zeros(n, dtype=np.int64)
    distinct: list[Names] = [()]
    for level in levels:
        if level not in columns:
            distinct = [(*names, None) for names in distinct]
            continue
        at, texts = pd.factorize(columns[level])
        units = [*(unit_name(text, level) for text in texts), None]
        code, pairs = _renumbered(code, np.where(at < 0, len(units) - 1, at), len(units))
        distinct = [(*distinct[pair // len(units)], units[pair % len(units)]) for pair in pairs]
    return code.astype(np.intp), distinct


def _renumbered(
    outer: npt.NDArray[np.int64], inner: npt.NDArray[Any], width: int
) -> tuple[npt.NDArray[np.int64], list[int]]:
    numbers, pairs = pd.factorize(outer * width + inner)
    return numbers.astype(np.int64), pairs.tolist()
