"""The two tables as the indicators read them: chunk by chunk, three-valued, by household.

A condition is a function of some rows of a table (`Answers`, `People`) that gives a `Truth`.
`Survey` evaluates it over all rows and brings what is true of members to their
households. Working in chunks keeps the temporaries in the cache: 50 million members need no
array of their own length but the household of each and the age of each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import InvalidDataError
from multidim_poverty.identity import chunks, count_into, counting_chunk, positions, rows_by_home
from multidim_poverty.kleene import BoolArray, Truth
from multidim_poverty.schema.ages import (
    BIRTH_COLUMNS,
    birth_years,
    first_known,
    months_of_life,
)
from multidim_poverty.schema.checks import violations
from multidim_poverty.schema.definitions import COLUMNS, OLDEST
from multidim_poverty.schema.reading import codes_of, numbers_of, truth_of
from multidim_poverty.vocabulary import Sex, Term

__all__ = ["Answers", "People", "Survey"]

CODES = {column.name: column.codes for column in COLUMNS if column.kind == "category"}
Ints = npt.NDArray[np.int32]
ANY_MONTHS = np.iinfo(np.int16).max  # an upper bound that leaves the months of life open


class Answers:
    """Some rows of a table; a column that is absent is unknown in every row."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._readers: dict[str, Callable[[slice], Any]] = {}
        self.rows = slice(0, len(frame))

    def part(self, rows: slice) -> Self:
        """The same answers for fewer rows."""
        part = object.__new__(type(self))
        part.__dict__.update(self.__dict__, rows=rows)
        return part

    def __len__(self) -> int:
        return int(self.rows.stop - self.rows.start)

    def _read(self, name: str, make: Callable[[], Callable[[slice], Any]]) -> Any:
        if name not in self._readers:
            self._readers[name] = make()
        return self._readers[name](self.rows)

    def truth(self, name: str) -> Truth:
        """Whether a yes-no question was answered yes."""
        if name not in self._frame.columns:
            return Truth.unknown(len(self))
        read: Truth = self._read(name, lambda: truth_of(self._frame[name]))
        return read

    def codes(self, name: str) -> npt.NDArray[np.int8]:
        """Positions of the answers among the codes of the column, -1 where missing."""
        if name not in self._frame.columns:
            return np.full(len(self), -1, dtype=np.int8)
        read: npt.NDArray[np.int8] = self._read(
            name, lambda: codes_of(self._frame[name], CODES[name])
        )
        return read

    def one_of(self, name: str, terms: tuple[Term, ...]) -> Truth:
        """Whether the answer is one of some terms."""
        codes = self.codes(name)
        certain = np.zeros(len(self), dtype=bool)
        for term in terms:
            certain |= codes == CODES[name].index(str(term))
        missing = codes < 0
        return Truth(certain, certain | missing) if missing.any() else Truth.known(certain)

    def number(self, name: str) -> npt.NDArray[np.float64]:
        """Numbers, NaN where missing."""
        if name not in self._frame.columns:
            return np.full(len(self), np.nan)
        return numbers_of(pd.Series(self._frame[name].array[self.rows]))  # no part of the index


class People(Answers):
    """Some members, with their ages.

    ``years`` are the first and last calendar year in which the survey can have been made:
    the year of ``on``, or else all the years of the standard.
    """

    def __init__(self, frame: pd.DataFrame, on: dt.date | None, years: tuple[int, int]) -> None:
        super().__init__(frame)
        self.years = years
        self._ages, self._oldest, self._months, self._birth_year = _ages(frame, on)
        self._all_aged = not (self._ages < 0).any()

    @property
    def ages(self) -> npt.NDArray[np.int8]:
        """Age in completed years, the younger of two that a year of birth leaves; -1 if unknown."""
        return self._ages[self.rows]

    @property
    def older(self) -> People | None:
        """The same members at the other age, where a year of birth leaves two; else None."""
        if self._oldest is self._ages or (self._oldest[self.rows] == self.ages).all():
            return None
        other = self.part(self.rows)
        other._ages = self._oldest
        return other

    def aged(self, from_age: int = 0, below: int | None = None) -> Truth:
        """Whether the age is `from_age` or more, and under `below`."""
        ages = self.ages
        certain = ages >= from_age
        if below is not None:
            certain &= ages < below
        if self._all_aged:
            return Truth.known(certain)
        return Truth(certain, certain | (ages < 0))

    def younger_than(self, male: tuple[int, int], female: tuple[int, int]) -> Truth:
        """Whether the age in months is under a bound for the sex.

        Each bound is given as the lowest and the highest that it may be. Where the date of
        birth is not known, a member of completed years may be up to 11 months older.
        """
        sex = self.codes("sex")
        is_male, is_female = sex == list(Sex).index(Sex.MALE), sex == list(Sex).index(Sex.FEMALE)
        either = ~(is_male | is_female)
        ages = self.ages
        least = ages * np.int16(12)
        most = least + np.int16(11)
        if self._months is not None:
            least = np.maximum(least, self._months[0][self.rows])
            most = np.minimum(most, self._months[1][self.rows])

        def under(months: npt.NDArray[np.int16], *bounds: int) -> BoolArray:
            of_male, of_female, of_either = bounds
            by_sex: BoolArray = (
                ((months < of_male) & is_male)
                | ((months < of_female) & is_female)
                | ((months < of_either) & either)
            )
            return by_sex

        certain = under(most, male[0], female[0], min(male[0], female[0]))
        possible = under(least, male[1], female[1], max(male[1], female[1]))
        unknown = ages < 0
        return Truth(certain & ~unknown, possible | unknown)

    def born_from(self, year: int) -> Truth:
        """Whether the year of birth is `year` or later."""
        ages = self.ages.astype(np.int16)
        earliest, latest = self.years[0] - ages - 1, self.years[1] - ages
        if self._birth_year is not None:
            born = self._birth_year[self.rows]
            earliest, latest = np.where(born > 0, born, earliest), np.where(born > 0, born, latest)
            unknown = (ages < 0) & (born <= 0)
        else:
            unknown = ages < 0
        return Truth((earliest >= year) & ~unknown, (latest >= year) | unknown)


@dataclass(frozen=True)
class Survey:
    """Households and their members, ready for the indicators.

    Attributes
    ----------
    households : Answers
    people : People or None
    home : numpy.ndarray of int32 or None
        For each member, the position of the household.
    counted : numpy.ndarray of int32
        Members of each household in the table of members.
    unlisted : numpy.ndarray of int32
        Members that ``household_size`` states beyond those of the table of members.
    """

    households: Answers
    people: People | None
    home: Ints | None
    counted: Ints
    unlisted: Ints

    @classmethod
    def of(
        cls,
        households: pd.DataFrame,
        members: pd.DataFrame | None,
        on: dt.date | None,
        years: tuple[int, int],
        home: Ints | None = None,
    ) -> Survey:
        """Link members to households, unless ``home`` says where each member belongs.

        Raises
        ------
        InvalidDataError
            If a household id is not unique, a member has no household, or a birth is later than
            `on` or more than 120 years before it.
        """
        n = len(households)
        answers = Answers(households)
        stated = np.zeros(n, dtype=np.int32)
        if "household_size" in households.columns:
            stated = _integers(households["household_size"], missing=0, dtype=np.int32)
        if members is None:
            return cls(answers, None, None, np.zeros(n, dtype=np.int32), stated)
        if home is None and "household_id" in members.columns:
            home = positions(members["household_id"], households.index)
        if home is None:
            raise InvalidDataError(violations(households, members, on=on))
        counted = rows_by_home(home, n)
        try:
            people = People(members, on, years)
        except _ImpossibleBirthError:
            raise InvalidDataError(violations(households, members, on=on)) from None
        return cls(answers, people, home, counted, np.maximum(stated - counted, 0))

    def sizes(self, home: Answers) -> npt.NDArray[np.float64]:
        """Members of some households: as stated, else as counted; NaN where neither is known."""
        stated = home.number("household_size")
        unstated = np.isnan(stated)
        if not unstated.any():
            return stated
        counted = self.counted[home.rows]
        return np.where(unstated, np.where(counted > 0, counted, np.nan), stated)

    def homes_where(self, condition: Callable[[Answers], Truth]) -> Truth:
        """Evaluate a condition on the households."""
        n = len(self.households)
        certain = np.empty(n, dtype=bool)
        possible = certain
        for rows in chunks(n):
            truth = condition(self.households.part(rows))
            certain[rows] = truth.certain
            if possible is certain and not truth.complete:
                possible = certain.copy()
            if possible is not certain:
                possible[rows] = truth.possible
        return Truth(certain, possible)

    def any_member(self, condition: Callable[[People], Truth]) -> Truth:
        """Whether a condition holds for at least one member of the household.

        Of a household whose members are not all in the table, and of one with none, it is not
        known that nobody meets the condition.
        """
        n = len(self.households)
        certain = np.zeros(n, dtype=bool)
        if self.people is None or self.home is None:
            return Truth.unknown(n)
        possible = certain
        for rows in chunks(len(self.home)):
            truth = _of_members(self.people.part(rows), condition)
            home = self.home[rows]
            if possible is certain and not truth.complete:
                possible = certain.copy()
            certain[home[np.flatnonzero(truth.certain)]] = True
            if possible is not certain:
                possible[home[np.flatnonzero(truth.possible)]] = True
        incomplete = (self.unlisted > 0) | (self.counted == 0)
        return (
            Truth(certain, possible | incomplete) if incomplete.any() else Truth(certain, possible)
        )

    def count_members(self, condition: Callable[[People], Truth]) -> tuple[Ints, Ints]:
        """How many members meet a condition: at least, and at most."""
        n = len(self.households)
        if self.people is None or self.home is None:
            return np.zeros(n, dtype=np.int32), self.unlisted
        least = np.zeros(n, dtype=np.int32)
        most = least
        for rows in chunks(len(self.home), counting_chunk(self.home, n)):
            truth = _of_members(self.people.part(rows), condition)
            home = self.home[rows]
            if most is least and not truth.complete:
                most = least.copy()
            count_into(least, home[truth.certain])
            if most is not least:
                count_into(most, home[truth.possible])
        return least, most + self.unlisted if self.unlisted.any() else most


class _ImpossibleBirthError(Exception):
    """A birth after the day of the survey, or longer before it than anybody lives."""


def _of_members(people: People, condition: Callable[[People], Truth]) -> Truth:
    """A condition of some members, as open as the two ages of a year of birth leave it."""
    truth, older = condition(people), people.older
    return truth if older is None else truth.either(condition(older))


def _integers(series: pd.Series[Any], missing: int, dtype: type) -> npt.NDArray[Any]:
    """Whole numbers in a small dtype, without a temporary of the length of the table."""
    out: npt.NDArray[Any] = np.empty(len(series), dtype=dtype)
    plain = isinstance(series.dtype, np.dtype) and series.dtype.kind in "iu"
    for rows in chunks(len(series)):
        part = pd.Series(series.array[rows])
        out[rows] = part.to_numpy() if plain else np.nan_to_num(numbers_of(part), nan=missing)
    return out


def _ages(
    frame: pd.DataFrame, on: dt.date | None
) -> tuple[
    npt.NDArray[np.int8],
    npt.NDArray[np.int8],
    tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]] | None,
    npt.NDArray[np.int16] | None,
]:
    """Youngest and oldest age, the bounds of the months of life, and the year of birth.

    The ages are one array where each member has one age at most.
    """
    ages = np.full(len(frame), -1, dtype=np.int8)
    if "age" in frame.columns:
        ages = _integers(frame["age"], missing=-1, dtype=np.int8)
    births = [frame[name] for name in BIRTH_COLUMNS if name in frame.columns]
    if not births:
        return ages, ages, None, None
    year = np.nan_to_num(first_known([birth_years(column) for column in births])).astype(np.int16)
    if on is None:
        return ages, ages, None, year
    bounds = zip(*(months_of_life(column, on) for column in births), strict=True)
    least, most = map(first_known, bounds)
    if (most < 0).any() or (least >= 12 * (OLDEST + 1)).any():
        raise _ImpossibleBirthError
    # From here on -1 is no birth, which is no age either.
    fewest = np.nan_to_num(least, nan=-1).astype(np.int16)
    highest = fewest if most is least else np.nan_to_num(most, nan=-1).astype(np.int16)
    youngest, oldest = fewest // np.int16(12), np.minimum(highest // np.int16(12), OLDEST)
    unstated = ages < 0
    eldest = np.where(unstated, oldest, ages).astype(np.int8)
    ages = np.where(unstated, youngest, ages).astype(np.int8)
    # A stated age that the birth contradicts is a fault that `violations` reports; the months
    # then serve nobody.
    agree = (youngest <= ages) & (ages <= oldest) & (fewest >= 0)
    months = np.where(agree, fewest, 0), np.where(agree, highest, ANY_MONTHS).astype(np.int16)
    return ages, ages if (eldest == ages).all() else eldest, months, year
