"""Indicators: answers at both sides of every age, share, area and list of the law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import product
from random import Random
from typing import Any

from multidim_poverty.law import Indicator, Standard
from multidim_poverty.testing.clauses import LEVELS, POSSIBLE, STATUSES
from multidim_poverty.testing.oracle import deprivations_one
from multidim_poverty.testing.vectors.case import CaseDraft, pick, sources_of
from multidim_poverty.vocabulary import Toilet, WaterSource

__all__ = ["any_household", "indicator_cases"]

Answers = dict[str, Any]
# A household, its members, and the day of the survey.
Situation = tuple[Answers, list[Answers], str | None]
TRUTHS = (True, False, None)
Schooling = tuple[str | None, str | None, bool | None]  # attending, qualification, trained
GROWN = {"age": 40, "sex": "male"}


def indicator_cases(standard: Standard) -> Iterator[CaseDraft]:
    """Each indicator alone, asked at every bound of its rule."""
    year = standard.periods[0].first.year + 1
    for indicator in standard.indicators:
        one = _alone(standard, indicator)
        sources = sources_of(
            [indicator.citation, *(entry.citation for entry in indicator.rule.citations)]
        )
        for household, members, on in _situations(indicator.rule, standard, f"{year}-10-15"):
            truth = deprivations_one(household, in_days(members), standard=one, on=on)[indicator.id]
            yield CaseDraft(
                "indicators",
                standard.name,
                {"household": household, "members": members, "on": on, "indicator": indicator.id},
                {"deprived": truth},
                sources,
            )


def in_days(members: Iterable[Answers]) -> list[Answers]:
    """The members with their days of birth as days, for the oracle."""
    return [
        member | {"birth_date": dt.date.fromisoformat(member["birth_date"])}
        if member.get("birth_date") is not None
        else member
        for member in members
    ]


def _alone(standard: Standard, indicator: Indicator) -> Standard:
    """The standard with one indicator, so that the oracle answers no other."""
    return standard.model_copy(update={"indicators": (indicator,)})


def _situations(rule: Any, standard: Standard, on: str) -> Iterator[Situation]:
    of_members = {
        "employment": lambda: _employment(rule, standard),
        "dependents": lambda: _dependents(rule, on),
        "nutrition": lambda: _members(_nutrition(rule.child_below, on), on),
        "health_insurance": lambda: _members(_insurance(rule.from_age, on), on),
        "medical_access": lambda: _members(({"untreated_illness": t} for t in TRUTHS), on),
        "adult_education": lambda: _members(_adults(rule, on), on),
        "child_schooling": lambda: _members(_children(rule, on), on),
        "telecom": lambda: _telecom(rule, on),
        "housing_quality": lambda: _quality(on),
        "housing_area": lambda: _area(rule.below_m2_per_head, on),
        "persons_per_room_more_than": lambda: _homes([], on),
        "water": lambda: _homes(_codes("water_source", WaterSource.codes()), on),
        "toilet": lambda: _homes(_codes("toilet", Toilet.codes()), on),
        "waste": lambda: _homes(_codes("waste_collected", (True, False)), on),
        "information_devices": lambda: _homes(_devices(rule.means), on),
        "unknown": lambda: _homes([{}], on),
    }
    yield from of_members[rule.kind]()


# -- members ---------------------------------------------------------------------------------


def _members(answers: Iterable[Answers], on: str) -> Iterator[Situation]:
    """Each member alone, and some beside a member of whom nothing is known."""
    unknown: Answers = {"age": None}
    for number, answer in enumerate(answers):
        yield {}, [answer], on
        if number % 7 == 3:
            yield {}, [answer, unknown], on
        if number % 7 == 5:
            yield {"household_size": 2}, [answer], on
        if number % 11 == 2 and answer.get("birth_date") is None:
            yield {}, [answer], None
    yield {}, [], on


def _ages(bounds: Iterable[int], on: str) -> Iterator[Answers]:
    """Ages at both sides of bounds, in years and by birth."""
    yield from _years(bounds)
    yield from _births(bounds, on)


def _years(bounds: Iterable[int]) -> Iterator[Answers]:
    """Ages in completed years at both sides of bounds, and none."""
    beside = {bound + step for bound in bounds for step in (-1, 0, 1)}
    for age in sorted(beside):
        if age >= 0:
            yield {"age": age}
    yield {"age": None}


def _births(bounds: Iterable[int], on: str) -> Iterator[Answers]:
    """Days of birth at both sides of bounds, and years of birth in which a bound lies."""
    day = dt.date.fromisoformat(on)
    for bound in sorted(set(bounds)):
        for days in (-1, 0, 1):
            born = day.replace(year=day.year - bound) + dt.timedelta(days=days)
            yield {"age": None, "birth_date": born.isoformat()}
        yield {"age": None, "birth_year": day.year - bound}


def _nutrition(bound: int, on: str) -> Iterator[Answers]:
    for age, stunted, underweight in product(_ages([bound], on), TRUTHS, TRUTHS):
        yield {**age, "stunted": stunted, "underweight": underweight}


def _insurance(bound: int, on: str) -> Iterator[Answers]:
    for age, insured in product(_ages([bound, 1], on), TRUTHS):
        yield {**age, "has_health_insurance": insured}


def _adults(rule: Any, on: str) -> Iterator[Answers]:
    bounds = [b.from_age for b in rule.brackets]
    bounds += [b.below_age for b in rule.brackets if b.below_age is not None]
    year = int(on[:4])
    bounds += [year - b.born_from for b in rule.brackets if b.born_from is not None]
    pairs: list[Schooling] = [(level, "none", False) for level in (*LEVELS, None)]
    pairs += [("none", level, False) for level in (*POSSIBLE["qualification"], None)]
    pairs += [("none", "none", True), ("none", "none", None), (None, None, False)]
    few: list[Schooling] = [
        pairs[0],
        (rule.brackets[-1].attending[0], "none", False),
        (None, "none", False),
    ]
    ages = [*product(_years(bounds), pairs), *product(_births(bounds, on), few)]
    for age, (attending, qualification, trained) in ages:
        yield {
            **age,
            "attending": attending,
            "qualification": qualification,
            "enterprise_trained": trained,
        }
    for born in (b.born_from for b in rule.brackets if b.born_from is not None):
        for day in (f"{born - 1}-12-31", f"{born}-01-01"):
            none = {"attending": "none", "qualification": "none", "enterprise_trained": False}
            yield {"age": None, "birth_date": day, **none}


def _children(rule: Any, on: str) -> Iterator[Answers]:
    bounds = {bound for b in rule.brackets for bound in (b.from_age, b.below_age)}
    few: tuple[str | None, ...] = ("none", *dict.fromkeys(b.attending[0] for b in rule.brackets))
    levels: tuple[str | None, ...] = (*LEVELS, None)
    ages = [*product(_years(bounds), levels), *product(_births(bounds, on), few)]
    for age, attending in ages:
        yield {**age, "attending": attending}


def _employment(rule: Any, standard: Standard) -> Iterator[Situation]:
    """Each year of the standard and each sex, at both sides of the month and day that ends it."""
    first, last = standard.periods[0].first.year, standard.periods[-1].last.year
    ends = {row.year: row for row in rule.working_age_until}
    for year, sex in product(range(first, last + 1), ("male", "female")):
        months = getattr(ends[min(year, max(ends))], f"{sex}_months")
        for on in (f"{year}-02-28", f"{year}-10-31"):
            day = dt.date.fromisoformat(on)
            for step in (-1, 0, 1):
                years, month = divmod(12 * day.year + day.month - 1 - months - step, 12)
                for of_month in (28, 27) if day.month == 2 else (30, 31, 1):
                    born = _valid(years, month + 1, of_month)
                    yield {}, [_worker("unemployed", sex, birth_date=born.isoformat())], on
        on = f"{year}-10-15"
        for age in (months // 12 - 1, months // 12, months // 12 + 1):
            for work in ("unemployed", "inactive", "wage_without_contract"):
                yield {}, [_worker(work, sex, age=age)], on
            yield {}, [_worker("unemployed", None, age=age)], on
        yield {}, [_worker("unemployed", sex, birth_year=year - months // 12)], on
        young = dt.date(year - rule.working_age_from, 10, 15)
        for days in (-1, 0, 1):
            born = young + dt.timedelta(days=days)
            yield {}, [_worker("unemployed", sex, birth_date=born.isoformat())], on
    for status, any_sex, age in product(
        (*STATUSES, None), ("male", "female", None), (13, 14, 15, 16, 40, 80, None)
    ):
        yield {}, [_worker(status, any_sex, age=age)], f"{first}-10-15"
        if age in (14, 15, 40, None) and any_sex != "female":
            yield {}, [_worker(status, any_sex, age=age)], None
    working = _worker("own_account", "male", age=40)
    yield {}, [working, _worker(None, None, age=None)], f"{first}-10-15"
    yield {"household_size": 2}, [working], f"{first}-10-15"
    yield {}, [], f"{first}-10-15"


def _valid(year: int, month: int, day: int) -> dt.date:
    """A day of a month, or its last one."""
    while True:
        try:
            return dt.date(year, month, day)
        except ValueError:
            day -= 1


def _worker(status: str | None, sex: str | None, **age: Any) -> Answers:
    return {"age": None, **age, "sex": sex, "employment_status": status}


def _dependents(rule: Any, on: str) -> Iterator[Situation]:
    """One person of each kind, then shares at both sides of the bound."""
    for age, disabled, allowance in product(
        _ages([rule.child_below, rule.elderly_from], on), TRUTHS, TRUTHS
    ):
        yield {}, [{**age, "has_disability": disabled, "receives_social_allowance": allowance}], on
    no = {"has_disability": False, "receives_social_allowance": False}
    child, grown = {"age": rule.child_below - 1, **no}, {"age": rule.child_below, **no}
    unknown = {"age": None, "has_disability": None, "receives_social_allowance": None}
    for size in range(1, 9):
        half = size * rule.more_than_percent // 100
        for children in sorted({max(half - 1, 0), half, min(half + 1, size)}):
            yield {}, [child] * children + [grown] * (size - children), on
            if size > children:
                yield {}, [child] * children + [grown] * (size - children - 1) + [unknown], on
                listed = [child] * children + [grown] * (size - children - 1)
                yield {"household_size": size}, listed, on
    children, size = _just_above(rule.more_than_percent)
    yield {}, [child] * children + [grown] * (size - children), on
    yield {"household_size": 3}, [], on


def _just_above(percent: int) -> tuple[int, int]:
    """The smallest share above a percentage that is not above the next one: of so many."""
    return next(
        (part, size)
        for size in range(1, 200)
        for part in range(1, size + 1)
        if percent * size < 100 * part <= (percent + 1) * size
    )


def _telecom(rule: Any, on: str) -> Iterator[Situation]:
    ways = [dict(zip(rule.services, way, strict=True))
            for way in product(TRUTHS, repeat=len(rule.services))]  # fmt: skip
    for way in ways:
        yield {}, [way], on
        yield {"household_size": 2}, [way], on
    for first, second in product(ways, ways):
        yield {}, [first, second], on
    yield {}, [], on


# -- the house -------------------------------------------------------------------------------


def _homes(homes: Iterable[Answers], on: str) -> Iterator[Situation]:
    for home in homes:
        yield home, [], on


def _codes(column: str, codes: Iterable[Any]) -> Iterator[Answers]:
    for code in (*codes, None):
        yield {column: code}


def _quality(on: str) -> Iterator[Situation]:
    for wall, frame, roof in product(TRUTHS, repeat=3):
        yield {"wall_durable": wall, "frame_durable": frame, "roof_durable": roof}, [], on


def _area(bound: int, on: str) -> Iterator[Situation]:
    """Floors at both sides of the bound, for stated sizes and for members counted."""
    for size in (1, 2, 3, 5, 7, 12):
        for step in (-1, -0.1, 0, 0.1, 1):
            floor = bound * size + step
            yield {"floor_area": floor, "household_size": size}, [], on
            if size < 5:
                yield {"floor_area": floor}, [dict(GROWN)] * size, on
                yield {"floor_area": floor, "household_size": size + 1}, [dict(GROWN)] * size, on
    yield {"floor_area": None, "household_size": 3}, [], on
    yield {"floor_area": 10.0, "household_size": None}, [], on


def _devices(means: tuple[str, ...]) -> Iterator[Answers]:
    for other in (False, None):
        yield dict.fromkeys(means, other)
        for one, answer in product(means, TRUTHS):
            yield dict.fromkeys(means, other) | {one: answer}


# -- a whole household -----------------------------------------------------------------------


def any_household(standard: Standard, random: Random) -> Situation:
    """A household with its members, drawn; about one answer in twenty is missing."""

    def answer(options: Any) -> Any:
        return None if random.random() < 0.05 else pick(random, options)

    yes = (True, True, True, False)
    names = [name for i in standard.indicators for _, name in i.rule.reads()]
    home: Answers = {}
    of_member = []
    for name in dict.fromkeys(names):
        if name.startswith(("has_tel", "has_rad", "has_desk", "has_lap", "has_tab", "has_smart")):
            home[name] = answer((False, False, True))
        elif name in ("wall_durable", "frame_durable", "roof_durable", "waste_collected"):
            home[name] = answer(yes)
        elif name == "hears_loudspeaker":
            home[name] = answer((False, True))
        elif name == "water_source":
            home[name] = answer(WaterSource.codes())
        elif name == "toilet":
            home[name] = answer(Toilet.codes())
        elif name not in ("household_size", "floor_area", "age", "birth_date", "birth_year"):
            of_member.append(name)
    members = []
    for _ in range(1 + int(random.random() * 5)):
        member: Answers = {"age": answer(range(90))}
        for name in of_member:
            options = POSSIBLE.get(name, (True, False, False))
            member[name] = answer(yes if name == "has_health_insurance" else options)
        if member["age"] is None or member["age"] >= 16:  # asked of children alone
            member |= {name: None for name in ("stunted", "underweight") if name in member}
        members.append(member)
    size = len(members)
    home["household_size"] = pick(random, (size, size, size, None))
    home["floor_area"] = answer([float(m2) for m2 in range(6 * size, 14 * size)])
    year = standard.periods[0].first.year + 1
    return home, members, f"{year}-10-15"
