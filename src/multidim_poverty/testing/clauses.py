"""Each indicator once more, slowly: what the clause of the law may come to for one household.

A missing answer is filled in in every way there is, and every truth that occurs is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

Answers = Mapping[str, Any]
Truths = set[bool]  # what some completion of the missing answers gives

STATUSES = (
    "wage_with_contract",
    "wage_without_contract",
    "own_account",
    "unemployed",
    "inactive",
)
LEVELS = (
    "none",
    "preschool",
    "primary",
    "lower_secondary",
    "upper_secondary",
    "vocational",
    "higher",
)
POSSIBLE: dict[str, tuple[Any, ...]] = {
    "sex": ("male", "female"),
    "employment_status": STATUSES,
    "attending": LEVELS,
    "qualification": tuple(level for level in LEVELS if level != "preschool"),
}
OLDEST = 120


@dataclass(frozen=True)
class SurveyedHousehold:
    """A household and its listed members, in a year in which the survey may have been made."""

    home: Answers
    members: Sequence[Answers]
    year: int
    day: dt.date | None

    @property
    def size(self) -> int:
        """How many members there are: as stated, and at least those who are listed."""
        return max(len(self.members), int(self.home.get("household_size") or 0))

    @property
    def unlisted(self) -> int:
        """How many of them are not listed."""
        return self.size - len(self.members)


def _completions(answers: Answers, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The answers to some questions, in every way that what is missing may be filled in."""
    ways = [
        POSSIBLE.get(name, (False, True)) if answers.get(name) is None else (answers[name],)
        for name in names
    ]
    for way in product(*ways):
        yield dict(zip(names, way, strict=True))


def possible_ages(member: Answers, day: dt.date | None) -> Sequence[int]:
    """Ages in completed years that a member may have."""
    if member.get("age") is not None:
        return [int(member["age"])]
    ages = sorted({months // 12 for months in _months(member, day)})
    return ages or range(OLDEST + 1)


def _months(member: Answers, day: dt.date | None) -> list[int]:
    """Completed months of life that a member may have; none where nothing is known of them."""
    if day is None:
        return []
    return [*_months_since(member.get("birth_date"), member.get("birth_year"), day)]


@lru_cache(maxsize=4096)
def _months_since(birth_date: Any, birth_year: Any, day: dt.date) -> tuple[int, ...]:
    return tuple(sorted({lived(born, day) for born in _births(birth_date, birth_year, day)}))


def _births(birth_date: Any, birth_year: Any, day: dt.date) -> Iterator[dt.date]:
    """Days on which a member may have been born: one, or those of a year, up to the survey."""
    if birth_date is not None:
        yield birth_date
    elif birth_year is not None:
        born = dt.date(int(birth_year), 1, 1)
        while born.year == int(birth_year) and born <= day:
            if lived(born, day) // 12 <= OLDEST:
                yield born
            born += dt.timedelta(days=1)


def lived(born: dt.date, day: dt.date) -> int:
    """Completed months between two days."""
    months = 12 * (day.year - born.year) + day.month - born.month
    return int(months if day.day >= born.day else months - 1)


def _ages_in_months(member: Answers, age: int, day: dt.date | None) -> Sequence[int]:
    """Months of life that go with an age in completed years."""
    months = [months for months in _months(member, day) if months // 12 == age]
    return months or range(12 * age, 12 * age + 12)


def _years_of_birth(member: Answers, age: int, year: int) -> Sequence[int]:
    if member.get("birth_date") is not None:
        return [member["birth_date"].year]
    if member.get("birth_year") is not None:
        return [int(member["birth_year"])]
    return [year - age, year - age - 1]  # the birthday is past, or still to come this year


def _anybody(case: SurveyedHousehold, of: Callable[[Answers], Iterable[bool]]) -> Truths:
    """Whether it is true of one member, given what may be true of each.

    No member's missing answers bind another's: one of whom it may be true makes it possible,
    and it may be false where it may be false of all.
    """
    each = [_truths(of(member)) for member in case.members]
    if case.unlisted or not case.members:
        each.append({False, True})
    occurring: Truths = set()
    if any(True in truths for truths in each):
        occurring.add(True)
    if all(False in truths for truths in each):
        occurring.add(False)
    return occurring


def _truths(completions: Iterable[bool]) -> Truths:
    """The truths that occur; stops once both have."""
    occurring: Truths = set()
    for truth in completions:
        occurring.add(bool(truth))
        if len(occurring) == 2:
            break
    return occurring


def _employment(rule: Any, case: SurveyedHousehold) -> Truths:
    """A member of working age finds no work, or one works for a wage without contract."""
    ends = {row.year: row for row in rule.working_age_until}

    def of(member: Answers) -> Iterator[bool]:
        for a in _completions(member, ["employment_status", "sex"]):
            if a["employment_status"] in rule.without_contract:
                yield True
            elif a["employment_status"] not in rule.without_work:
                yield False
            else:
                yield from working_age(member, a["sex"])

    def working_age(member: Answers, sex: str) -> Iterator[bool]:
        for age in possible_ages(member, case.day):
            if age < rule.working_age_from:
                yield False
            elif case.year < min(ends):  # what held before is not known
                yield from (False, True)
            else:
                end = ends[min(case.year, max(ends))]
                last = end.male_months if sex == "male" else end.female_months
                for months in _ages_in_months(member, age, case.day):
                    yield months < last

    return _anybody(case, of)


def _dependents(rule: Any, case: SurveyedHousehold) -> Truths:
    """Dependents are more than a share of all members."""

    def of(member: Answers) -> Iterator[bool]:
        for a in _completions(member, ["has_disability", "receives_social_allowance"]):
            for age in possible_ages(member, case.day):
                old_or_disabled = age >= rule.elderly_from or a["has_disability"]
                yield age < rule.child_below or bool(
                    old_or_disabled and a["receives_social_allowance"]
                )

    if case.size == 0:
        return {False, True}
    each = [_truths(of(member)) for member in case.members] + [{False, True}] * case.unlisted
    least = sum(1 for truths in each if truths == {True})
    most = sum(1 for truths in each if True in truths)
    return {n * 100 > case.size * rule.more_than_percent for n in range(least, most + 1)}


def _nutrition(rule: Any, case: SurveyedHousehold) -> Truths:
    """A child is stunted or underweight."""

    def of(member: Answers) -> Iterator[bool]:
        for a in _completions(member, ["stunted", "underweight"]):
            for age in possible_ages(member, case.day):
                yield age < rule.child_below and bool(a["stunted"] or a["underweight"])

    return _anybody(case, of)


def _health_insurance(rule: Any, case: SurveyedHousehold) -> Truths:
    """A member of an age or more has no health insurance."""

    def of(member: Answers) -> Iterator[bool]:
        for a in _completions(member, ["has_health_insurance"]):
            for age in possible_ages(member, case.day):
                yield age >= rule.from_age and not a["has_health_insurance"]

    return _anybody(case, of)


def _medical_access(_: Any, case: SurveyedHousehold) -> Truths:
    """A member was so ill as to need care, and did not get it."""

    def of(member: Answers) -> Iterator[bool]:
        for a in _completions(member, ["untreated_illness"]):
            yield bool(a["untreated_illness"])

    return _anybody(case, of)


def _adult_education(rule: Any, case: SurveyedHousehold) -> Truths:
    """An adult neither attends nor has finished what the age asks."""

    def of(member: Answers) -> Iterator[bool]:
        for a in _completions(member, ["attending", "qualification", "enterprise_trained"]):
            for age in possible_ages(member, case.day):
                for born in _years_of_birth(member, age, case.year):
                    yield any(lacks(a, age, born, bracket) for bracket in rule.brackets)

    def lacks(a: Answers, age: int, born: int, bracket: Any) -> bool:
        if age < bracket.from_age or (bracket.below_age is not None and age >= bracket.below_age):
            return False
        if bracket.born_from is not None and born < bracket.born_from:
            return False
        if a["attending"] in bracket.attending or a["qualification"] in bracket.qualification:
            return False
        return not (rule.enterprise_training_counts and a["enterprise_trained"])

    return _anybody(case, of)


def _child_schooling(rule: Any, case: SurveyedHousehold) -> Truths:
    """A child does not attend a level proper for the age."""

    def of(member: Answers) -> Iterator[bool]:
        for a in _completions(member, ["attending"]):
            for age in possible_ages(member, case.day):
                yield any(
                    bracket.from_age <= age < bracket.below_age
                    and a["attending"] not in bracket.attending
                    for bracket in rule.brackets
                )

    return _anybody(case, of)


def _housing_quality(rule: Any, case: SurveyedHousehold) -> Truths:
    """Too many of wall, frame and roof are not durable."""
    return {
        sum(1 for durable in a.values() if not durable) >= rule.not_durable_at_least
        for a in _completions(case.home, ["wall_durable", "frame_durable", "roof_durable"])
    }


def _housing_area(rule: Any, case: SurveyedHousehold) -> Truths:
    """Floor area per head is under a bound; a stated size counts before a counted one."""
    size = case.home.get("household_size")
    heads = len(case.members) if size is None else int(size)
    if case.home.get("floor_area") is None or heads == 0:
        return {False, True}
    return {bool(case.home["floor_area"] < rule.below_m2_per_head * heads)}


def _persons_per_room(rule: Any, case: SurveyedHousehold) -> Truths:
    """More persons to a room than a bound; a stated size counts before a counted one."""
    size = case.home.get("household_size")
    heads = len(case.members) if size is None else int(size)
    if case.home.get("rooms") is None or heads == 0:
        return {False, True}
    return {bool(heads > rule.more_than_persons_per_room * case.home["rooms"])}


def _water(rule: Any, case: SurveyedHousehold) -> Truths:
    """The main source of water is not a clean one."""
    if case.home.get("water_source") is None:
        return {False, True}
    return {case.home["water_source"] not in rule.clean}


def _toilet(rule: Any, case: SurveyedHousehold) -> Truths:
    """The latrine is not a hygienic one."""
    if case.home.get("toilet") is None:
        return {False, True}
    return {case.home["toilet"] not in rule.hygienic}


def _waste(_: Any, case: SurveyedHousehold) -> Truths:
    """Domestic waste is not collected."""
    return {not a["waste_collected"] for a in _completions(case.home, ["waste_collected"])}


def _telecom(rule: Any, case: SurveyedHousehold) -> Truths:
    """No member uses any of the services."""

    def of(member: Answers) -> Iterator[bool]:
        for a in _completions(member, rule.services):
            yield any(a.values())

    return {not used for used in _anybody(case, of)}


def _information_devices(rule: Any, case: SurveyedHousehold) -> Truths:
    """The household has none of the means."""
    return {not any(a.values()) for a in _completions(case.home, rule.means)}


def _no_rule(_: Any, __: SurveyedHousehold) -> Truths:
    """No source gives the rule, so no answer settles it."""
    return {False, True}


Clause = Callable[[Any, SurveyedHousehold], Truths]
CLAUSES: Mapping[str, Clause] = {
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
    "unknown": _no_rule,
}
