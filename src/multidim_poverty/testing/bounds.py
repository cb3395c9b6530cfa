"""Households at every bound of a standard: one on each side of whatever an indicator turns on.

Every value comes from the rules of the standard, so that a variant moves the households with it.
But for what is tried, all answers of a household are plain: they lift every deprivation.
"""

from __future__ import annotations

import datetime as dt
from calendar import isleap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from multidim_poverty.law import Standard
from multidim_poverty.schema.definitions import CHILD_BELOW, OLDEST
from multidim_poverty.testing.clauses import lived
from multidim_poverty.testing.plain_answers import CODES, adult, plain_home, plain_member
from multidim_poverty.vocabulary import EmploymentStatus, Toilet, WaterSource

__all__ = ["Home", "days_at_bounds", "homes_at_bounds"]

Answers = dict[str, Any]


@dataclass(frozen=True)
class Home:
    """A household on one side of a bound: its answers, those of its members, what they try."""

    indicator: str
    answers: Answers
    members: Sequence[Answers] = field(default_factory=tuple)


# -- ages --------------------------------------------------------------------------------------


def days_at_bounds(standard: Standard) -> tuple[dt.date, ...]:
    """Days of a survey: the ends of the periods and of years, the days around 29 February."""
    days = set()
    for period in standard.periods:
        days |= {period.first, period.last}
        for year in range(period.first.year, period.last.year + 1):
            days |= {dt.date(year, *day) for day in ((1, 1), (2, 28), (3, 1), (6, 30), (12, 31))}
            if isleap(year):
                days.add(dt.date(year, 2, 29))
    middle = dt.date(standard.periods[0].first.year, 6, 30)
    return (middle, *sorted(days - {middle}))


def _last_birth(months: int, day: dt.date) -> dt.date:
    """The last day of birth of whoever has completed so many months on a day."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    born = dt.date(year, month + 1, 1)
    while lived(born + dt.timedelta(days=1), day) >= months:
        born += dt.timedelta(days=1)
    return born


def _births(months: int, day: dt.date) -> Iterator[Answers]:
    """Born so many months before a day, the day before and the day after."""
    last = _last_birth(months, day)
    for born in (last + dt.timedelta(days=step) for step in (-1, 0, 1)):
        if born <= day and lived(born, day) < 12 * (OLDEST + 1):
            yield {"birth_date": born}


def _ages(bound: int, day: dt.date) -> Iterator[Answers]:
    """An age on both sides of a bound, as years, as a day of birth and as a year of birth."""
    for age in (bound - 1, bound, bound + 1):
        if 0 <= age <= OLDEST:
            yield {"age": age}
    if bound <= OLDEST:
        yield from _births(12 * bound, day)
        for year in (day.year - bound - 1, day.year - bound, day.year - bound + 1):
            if day.year - OLDEST < year <= day.year:
                yield {"birth_year": year}


def _possible_ages(age: Answers, day: dt.date) -> list[int]:
    """The completed years that stated ages, days and years of birth come to."""
    if "age" in age:
        return [age["age"]]
    if "birth_date" in age:
        return [lived(age["birth_date"], day) // 12]
    ages = {lived(dt.date(age["birth_year"], *end), day) // 12 for end in ((1, 1), (12, 31))}
    return [one for one in sorted(ages) if one >= 0]


def _edges(rule: Any) -> list[int]:
    """The ages at which a rule with brackets turns."""
    edges = {bracket.from_age for bracket in rule.brackets}
    edges |= {bracket.below_age for bracket in rule.brackets if bracket.below_age is not None}
    return sorted(edges)


# -- one function for each kind of rule ----------------------------------------------------------

Case = tuple[Answers, list[Answers]]  # changes of a plain home, and its members; none: one adult


@dataclass(frozen=True)
class TriedRule:
    """A rule of a standard on a day, with a plain adult beside whom members are tried."""

    standard: Standard
    rule: Any
    day: dt.date
    adult: Answers

    def person(self, age: Answers, **answers: Any) -> Answers:
        """A plain member of an age, but for some answers."""
        return plain_member(self.standard, _possible_ages(age, self.day)) | age | answers


def _employment(at: TriedRule) -> Iterator[Case]:
    for status in EmploymentStatus.codes():
        yield {}, [at.adult, at.adult | {"employment_status": status}]
    if not at.rule.without_work:
        return
    idle = str(at.rule.without_work[0])
    for age in _ages(at.rule.working_age_from, at.day):
        yield {}, [at.adult, at.person(age, employment_status=idle)]
    ends = {row.year: row for row in at.rule.working_age_until}
    end = ends[min(max(at.day.year, min(ends)), max(ends))]
    for sex, months in (("male", end.male_months), ("female", end.female_months)):
        years = [{"age": months // 12 + step} for step in (-1, 0, 1)]
        births = [*_births(months, at.day)]
        both = [born | {"age": _possible_ages(born, at.day)[0]} for born in births]
        for age in (*years, *births, *both):
            yield {}, [at.adult, at.person(age, employment_status=idle, sex=sex)]
    for status in at.rule.without_contract:  # at any age
        yield {}, [at.adult, at.person({"age": 75}, employment_status=str(status))]


def _dependents(at: TriedRule) -> Iterator[Case]:
    child = at.person({"age": max(at.rule.child_below - 1, 0)})
    old = {"age": min(at.rule.elderly_from, OLDEST)}
    supported = at.person(old, receives_social_allowance=True)
    disabled = at.adult | {"has_disability": True, "receives_social_allowance": True}
    for size in range(1, 8):
        share = at.rule.more_than_percent * size // 100  # as many are not too many
        for many in {max(share - 1, 0), share, min(share + 1, size)}:
            for one in (child, supported, disabled):
                yield {}, [at.adult] * (size - many) + [one] * many
    # One more or less of three, so that the share turns on this member alone.
    before = at.rule.more_than_percent * 3 // 100
    others = [child] * before + [at.adult] * (2 - before)
    allowance = {"receives_social_allowance": True}
    tried = [at.person(age) for age in _ages(at.rule.child_below, at.day)]
    tried += [at.person(age, **allowance) for age in _ages(at.rule.elderly_from, at.day)]
    tried += [at.person(old), at.adult | {"has_disability": True}, at.adult | allowance]
    for member in tried:
        yield {}, [*others, member]


def _nutrition(at: TriedRule) -> Iterator[Case]:
    for age in _ages(at.rule.child_below, at.day):
        child = max(_possible_ages(age, at.day)) < CHILD_BELOW
        for stunted, underweight in ((True, False), (False, True), (False, None), (None, None)):
            answers = {"stunted": stunted, "underweight": underweight}
            if not child:  # of one who is no child there is no such answer
                answers = dict.fromkeys(answers)
            yield {}, [at.adult, at.person(age, **answers)]


def _health_insurance(at: TriedRule) -> Iterator[Case]:
    for age in _ages(at.rule.from_age, at.day):
        yield {}, [at.adult, at.person(age, has_health_insurance=False)]
    for insured in (True, False):
        yield {}, [at.adult, at.adult, at.adult | {"has_health_insurance": insured}]


def _medical_access(at: TriedRule) -> Iterator[Case]:
    for untreated in (True, False):
        yield {}, [at.adult, at.adult | {"untreated_illness": untreated}]


def _adult_education(at: TriedRule) -> Iterator[Case]:
    nothing = {"attending": "none", "qualification": "none"}
    for edge in _edges(at.rule):
        for age in _ages(edge, at.day):
            yield {}, [at.adult, at.person(age, **nothing)]
        for years in (edge - 1, edge):
            for column in ("attending", "qualification"):
                for level in CODES[column]:
                    if level != "preschool":
                        yield {}, [at.adult, at.adult | nothing | {"age": years, column: level}]
            yield {}, [at.adult, at.adult | nothing | {"age": years, "enterprise_trained": True}]
    for bracket in at.rule.brackets:
        if bracket.born_from is None:
            continue
        for born in (dt.date(bracket.born_from - 1, 12, 31), dt.date(bracket.born_from, 1, 1)):
            if born <= at.day:
                yield {}, [at.adult, at.person({"birth_date": born}, **nothing)]
        for year in (bracket.born_from - 1, bracket.born_from):
            if year < at.day.year:
                yield {}, [at.adult, at.person({"birth_year": year}, **nothing)]


def _child_schooling(at: TriedRule) -> Iterator[Case]:
    for edge in _edges(at.rule):
        for years in (edge - 1, edge):
            for level in CODES["attending"]:
                yield {}, [at.adult, at.person({"age": years}, attending=level)]
        for age in _ages(edge, at.day):
            yield {}, [at.adult, at.person(age, attending="none")]


def _housing_quality(_: TriedRule) -> Iterator[Case]:
    for weak in range(8):
        names = ("wall_durable", "frame_durable", "roof_durable")
        yield {name: not weak >> at & 1 for at, name in enumerate(names)}, []


def _housing_area(at: TriedRule) -> Iterator[Case]:
    for size in (1, 2, 3, 5, 7):
        for step in (-0.4, -0.01, 0, 0.01):
            yield {"floor_area": at.rule.below_m2_per_head * size + step}, [at.adult] * size


def _persons_per_room(at: TriedRule) -> Iterator[Case]:
    for rooms in (1, 2):
        for step in (-1, 0, 1):
            size = at.rule.more_than_persons_per_room * rooms + step
            if size >= 1:
                yield {"rooms": rooms}, [at.adult] * size


def _water(_: TriedRule) -> Iterator[Case]:
    yield from (({"water_source": code}, []) for code in WaterSource.codes())


def _toilet(_: TriedRule) -> Iterator[Case]:
    yield from (({"toilet": code}, []) for code in Toilet.codes())


def _waste(_: TriedRule) -> Iterator[Case]:
    yield from (({"waste_collected": collected}, []) for collected in (True, False))


def _telecom(at: TriedRule) -> Iterator[Case]:
    nobody = at.adult | dict.fromkeys(at.rule.services, False)
    yield {}, [nobody, nobody]
    for service in at.rule.services:
        yield {}, [nobody, nobody | {service: True}]
        yield {}, [nobody | {service: True}, nobody]


def _information_devices(at: TriedRule) -> Iterator[Case]:
    none = dict.fromkeys(at.rule.means, False)
    yield none, []
    for means in at.rule.means:
        yield none | {means: True}, []


MAKERS: Mapping[str, Callable[[TriedRule], Iterator[Case]]] = {
    "employment": _employment,
    "dependents": _dependents,
    "nutrition": _nutrition,
    "health_insurance": _health_insurance,
    "medical_access": _medical_access,
    "adult_education": _adult_education,
    "child_schooling": _child_schooling,
    "housing_quality": _housing_quality,
    "housing_area": _housing_area,
    "persons_per_room_more_than": _persons_per_room,
    "water": _water,
    "toilet": _toilet,
    "waste": _waste,
    "telecom": _telecom,
    "information_devices": _information_devices,
}


@lru_cache(maxsize=64)
def homes_at_bounds(standard: Standard, day: dt.date) -> tuple[Home, ...]:
    """A household on each side of everything that an indicator of the standard turns on."""
    homes = []
    person = adult(standard)
    for indicator in standard.indicators:
        make = MAKERS.get(indicator.rule.kind)
        if make is None:  # a rule that no source gives
            continue
        for changes, members in make(TriedRule(standard, indicator.rule, day, person)):
            people = members or [person]
            home = plain_home(standard, len(people)) | changes
            homes.append(Home(indicator.id, home, tuple(people)))
    return tuple(homes)
