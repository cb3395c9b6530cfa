"""Tables of households and members that hold the facts of the oracle, one household a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import pandas as pd

from multidim_poverty.vocabulary import PovertyClass
from tests.programmes import eligibility_oracle as oracle
from tests.programmes.eligibility_oracle import NEVER

LISTS = (
    "poor_districts", "extremely_difficult_communes", "minority_mountain_areas",
    "new_rural_communes", "coastal_communes", "places_of_special_hardship",
)  # fmt: skip
YES_NO = (
    "ethnic_minority", "member_of_merit", "farm_household", "social_policy_household",
    "minority_programme", "has_disability", "has_health_insurance", "has_pension",
    "has_supporter", "stable_livelihood", "low_income_worker",
)  # fmt: skip
HOUSEHOLD_ANSWERS = (
    "ethnic_minority", "member_of_merit", "farm_household", "social_policy_household",
    "electricity_use", "house_damage", "minority_programme", "independent_since",
)  # fmt: skip
MEMBER_ANSWERS = (
    "age", "sex", "attending", "employment_status", "has_disability", "has_health_insurance",
    "has_pension", "has_supporter", "stable_livelihood", "low_income_worker",
)  # fmt: skip
# Both sides of every bound of an age: 15, 60, 75, 80.
AGES = (14, 15, 16, 59, 60, 61, 74, 75, 76, 79, 80, 81)
LONG_AGO = dt.date(1999, 1, 1)
ONE_DAY = dt.timedelta(days=1)
IN_EFFECT = dt.date(2022, 3, 1)  # made up: the day on which project 5 took effect


class Tables(NamedTuple):
    """What `programmes.eligible` is asked with, for some cases."""

    current: pd.DataFrame
    households: pd.DataFrame
    members: pd.DataFrame
    history: pd.DataFrame
    places: pd.DataFrame


def three_years_before(day: dt.date) -> dt.date:
    """The day on whose third anniversary `day` is."""
    return day.replace(year=day.year - 3)


def values(name: str, day: dt.date) -> tuple[Any, ...]:
    """What a fact is in the exhaustive cases: all answers, both sides of bounds, missing."""
    since, independent = three_years_before(day), three_years_before(IN_EFFECT)
    return {
        "age": (*AGES, None),
        "electricity_use": (0, 50, 50.5, None),
        "escaped_on": (since - ONE_DAY, since, since + ONE_DAY, day, NEVER, None),
        "independent_since": (independent, independent + ONE_DAY, None),
        "poverty_class": (*oracle.CLASSES, None),
        "sex": ("male", "female", None),
        "housing_in_effect": (IN_EFFECT,),
    }.get(name) or (
        (*oracle.POSSIBLE[name]({"on": day}), None)
        if name in oracle.POSSIBLE
        else (True, False, None)
    )


def exhaustive(rule_id: str, day: dt.date) -> list[dict[str, Any]]:
    """Every combination of the values of the facts that a rule reads."""
    names = oracle.reads(rule_id, day)
    combinations = product(*(values(name, day) for name in names))
    return [{"on": day, **dict(zip(names, case, strict=True))} for case in combinations]


def tables(cases: Sequence[Mapping[str, Any]]) -> Tables:
    """The tables of some cases of one day; a household has one member."""
    index = pd.Index([f"H{n}" for n in range(len(cases))], name="household_id")

    def column(name: str) -> list[Any]:
        return [case.get(name) for case in cases]

    current = pd.DataFrame(
        {"poverty_class": pd.Categorical(column("poverty_class"), PovertyClass.codes())},
        index=index,
    )
    # Each combination of places has a province of its own; a list is complete for a province
    # that it names, so that one which a case leaves open does not name it.
    placed = [tuple(case.get(name) for name in LISTS) for case in cases]
    number = {place: f"P{n}" for n, place in enumerate(dict.fromkeys(placed))}
    households = pd.DataFrame(
        {"province": [number[place] for place in placed], "commune": "A"}, index=index
    )
    members = pd.DataFrame({"household_id": index, "member_id": 1})
    for frame, names in ((households, HOUSEHOLD_ANSWERS), (members, MEMBER_ANSWERS)):
        for name in names:
            answers = column(name)
            if name == "sex":
                woman = column("has_woman")
                answers = [
                    {True: "female", False: "male", None: sex}[w]
                    for sex, w in zip(answers, woman, strict=True)
                ]
            if name in YES_NO:
                frame[name] = pd.array(answers, dtype="boolean")
            elif name == "independent_since":
                frame[name] = pd.to_datetime(pd.Series(answers, dtype=object)).to_numpy()
            elif name == "age":
                frame[name] = pd.array(answers, dtype="Int64")
            elif name == "electricity_use":
                frame[name] = pd.array(answers, dtype="Float64")
            else:
                frame[name] = pd.Series(answers, dtype=object).to_numpy()
    places = pd.DataFrame(
        [
            {"list": name, "province": province, "commune": "A" if inside else "B"}
            for place, province in number.items()
            for name, inside in zip(LISTS, place, strict=True)
            if inside is not None
        ],
        columns=["list", "province", "commune"],
    )
    history = pd.DataFrame(
        [
            {"household_id": household, "on": pd.Timestamp(on), "poverty_class": poverty_class}
            for household, case in zip(index, cases, strict=True)
            for on, poverty_class in _decisions(case)
        ]
    )
    return Tables(current, households, members, history, places)


def _decisions(case: Mapping[str, Any]) -> list[tuple[dt.date, str | None]]:
    """Decisions of earlier lists that say of a household what a case says."""
    if "listed_when_in_effect" in case:
        listed = case["listed_when_in_effect"]
        return [(LONG_AGO, {True: "poor", False: "average", None: None}[listed])]
    escaped = case.get("escaped_on")
    if escaped == NEVER:
        return [(LONG_AGO, "average")]
    if escaped is None:
        return [(LONG_AGO, "poor"), (LONG_AGO + ONE_DAY, None)]
    return [(LONG_AGO, "poor"), (escaped, "average")]
