"""Invented answers: households and members as a survey would find them.

One hidden number per household, its hardship, makes deprivations go together, as they do in any
survey. No probability in here describes a real place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.vocabulary import (
    EducationLevel,
    EmploymentStatus,
    Relation,
    Sex,
    Term,
    Toilet,
    WaterSource,
)

__all__ = ["Draft", "draw_answers", "terms"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ADULT, OLD, ALLOWANCE_AGE = 16, 60, 80
M2_PER_ROOM = 12
LAST_SEEKER = 54  # nobody older looks for work, so no retirement age leaves an answer open


@dataclass(frozen=True)
class Draft:
    """Households numbered from 0 on, and members whose ``household_id`` is that number."""

    homes: pd.DataFrame
    members: pd.DataFrame


def draw_answers(
    rng: np.random.Generator,
    hardship: Floats,
    minority: Bools,
    groups: Mapping[str, bool],
    on: dt.date,
) -> Draft:
    """Households of these hardships (0 to 1), with their members."""
    size = np.clip(1 + rng.poisson(2.3 + 1.2 * hardship + 0.4 * minority), 1, 11).astype(np.int64)
    home = np.repeat(np.arange(len(size)), size)
    members = _members(rng, home, size, hardship, on)
    homes = _homes(rng, hardship, size)
    head = members["relation"].eq(str(Relation.HEAD)).to_numpy()
    homes["female_head"] = members["sex"].eq(str(Sex.FEMALE)).to_numpy()[head]
    able = (members["age"].between(15, OLD - 1) & ~members["has_disability"]).to_numpy()
    homes["no_labour_capacity"] = np.bincount(home, weights=able, minlength=len(size)) == 0
    homes = pd.concat([_ethnicity(rng, minority, groups), homes], axis=1)
    return Draft(homes, members)


def _homes(rng: np.random.Generator, hardship: Floats, size: Ints) -> pd.DataFrame:
    n = len(size)

    def has(share: float, effect: float) -> Bools:
        answers: Bools = rng.random(n) < share - effect * hardship
        return answers

    clean = has(1.03, 0.55)
    hygienic = has(1.05, 0.95)
    water = np.where(clean, rng.integers(0, len(WaterSource) - 1, n), len(WaterSource) - 1)
    toilet = np.where(hygienic, rng.integers(0, 5, n), rng.integers(5, 7, n))
    per_head = np.maximum(3.0, rng.normal(21 - 17 * hardship, 4.5))
    return pd.DataFrame(
        {
            "household_size": size,
            "wall_durable": has(1.0, 0.85),
            "frame_durable": has(1.0, 0.8),
            "roof_durable": has(1.05, 0.45),
            "floor_area": np.round(size * per_head, 1),
            "rooms": np.maximum(1, size * per_head // M2_PER_ROOM).astype(np.int64),
            "water_source": terms(WaterSource, water),
            "toilet": terms(Toilet, toilet),
            "has_television": has(1.0, 0.6),
            "has_radio": has(0.15, 0.1),
            "has_desktop": has(0.2, 0.35),
            "has_telephone": has(0.1, 0.1),
            "has_laptop": has(0.25, 0.45),
            "has_tablet": has(0.15, 0.25),
            "has_smartphone": has(1.1, 0.85),
            "hears_loudspeaker": has(0.8, 0.2),
            "waste_collected": has(0.7, 0.6),
            "member_of_merit": has(0.05, 0.0),
        }
    )


def _ethnicity(
    rng: np.random.Generator, minority: Bools, groups: Mapping[str, bool]
) -> pd.DataFrame:
    names = np.array([*groups, "Kinh"], dtype=object)
    local = np.array([*groups.values(), False])
    group = np.where(minority, rng.integers(0, max(len(groups), 1), len(minority)), len(groups))
    return pd.DataFrame(
        {
            "ethnic_group": names[group],
            "ethnic_minority": minority,
            "local_minority": local[group],
        }
    )


def _members(
    rng: np.random.Generator, home: Ints, size: Ints, hardship: Floats, on: dt.date
) -> pd.DataFrame:
    n = len(home)
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    position = np.arange(n) - first[home]
    h = hardship[home]
    relation = _relations(rng, position, size, home)
    age, male = _ages_and_sexes(rng, relation, first, home)
    attending, qualification = _schooling(rng, age, h)
    status = _employment(rng, age, attending, h)
    child = age < ADULT
    disabled = rng.random(n) < 0.015 + 0.0005 * age
    return pd.DataFrame(
        {
            "household_id": home,
            "member_id": position + 1,
            "age": age,
            "birth_date": _birth_dates(rng, age, on),
            "sex": terms(Sex, np.where(male, 0, 1)),
            "relation": terms(Relation, relation),
            "employment_status": terms(EmploymentStatus, status),
            "has_disability": disabled,
            "receives_social_allowance": (age >= ALLOWANCE_AGE)
            | (disabled & (rng.random(n) < 0.6)),
            "stunted": child & (rng.random(n) < 0.02 + 0.22 * h),
            "underweight": child & (rng.random(n) < 0.01 + 0.14 * h),
            "has_health_insurance": (age < 6) | (rng.random(n) < 1.0 - 0.18 * h),
            "untreated_illness": rng.random(n) < 0.005 + 0.05 * h,
            "attending": terms(EducationLevel, attending),
            "qualification": terms(EducationLevel, qualification).remove_categories(
                [str(EducationLevel.PRESCHOOL)]
            ),
            "enterprise_trained": (age >= ADULT) & (age <= 30) & (rng.random(n) < 0.06),
            "uses_internet": (age >= 8) & (age < 75) & (rng.random(n) < 0.97 - 0.6 * h),
            "uses_telephone": (age >= 12) & (rng.random(n) < 0.95 - 0.35 * h),
        }
    )


def _relations(rng: np.random.Generator, position: Ints, size: Ints, home: Ints) -> Ints:
    """Head first, then mostly a spouse, children, and sometimes a parent last."""
    code = {relation: n for n, relation in enumerate(Relation)}
    n = len(size)
    married = (rng.random(n) < 0.88)[home]
    with_parent = ((rng.random(n) < 0.15) & (size >= 3))[home]
    relation = np.full(len(position), code[Relation.CHILD])
    relation[position == 0] = code[Relation.HEAD]
    relation[(position == 1) & married] = code[Relation.SPOUSE]
    last = (position == size[home] - 1) & (position >= 2) & with_parent
    relation[last] = code[Relation.PARENT]
    return relation


def _ages_and_sexes(
    rng: np.random.Generator, relation: Ints, first: Ints, home: Ints
) -> tuple[Ints, Bools]:
    code = {relation: n for n, relation in enumerate(Relation)}
    n = len(relation)
    head = rng.triangular(21, 40, 84, len(first)).astype(np.int64)
    head_of = head[home]
    age = head_of.copy()
    spouse = relation == code[Relation.SPOUSE]
    age[spouse] = np.clip(head_of + rng.integers(-7, 5, n), 18, 95)[spouse]
    child = relation == code[Relation.CHILD]
    age[child] = np.clip(head_of - rng.integers(19, 39, n), 0, 70)[child]
    parent = relation == code[Relation.PARENT]
    age[parent] = np.clip(head_of + rng.integers(19, 33, n), 45, 99)[parent]
    male = rng.random(n) < 0.5
    head_male = (rng.random(len(first)) < 0.78)[home]
    is_head = relation == code[Relation.HEAD]
    male[is_head] = head_male[is_head]
    male[spouse] = ~head_male[spouse]
    return age, male


def _schooling(rng: np.random.Generator, age: Ints, h: Floats) -> tuple[Ints, Ints]:
    """Level attended, and highest qualification."""
    level = {level: n for n, level in enumerate(EducationLevel)}
    n = len(age)
    attending = np.zeros(n, dtype=np.int64)
    out = rng.random(n)
    for from_age, below, name, leaves, effect in (
        (3, 6, EducationLevel.PRESCHOOL, 0.05, 0.35),
        (6, 11, EducationLevel.PRIMARY, 0.0, 0.06),
        (11, 15, EducationLevel.LOWER_SECONDARY, 0.01, 0.2),
        (15, 18, EducationLevel.UPPER_SECONDARY, 0.08, 0.7),
        (18, 22, EducationLevel.HIGHER, 0.55, 0.6),
    ):
        pupils = (age >= from_age) & (age < below) & (out >= leaves + effect * h)
        attending[pupils] = level[name]
    reached = rng.random(n) - 0.55 * h
    qualification = np.zeros(n, dtype=np.int64)
    for from_age, at_least, name in (
        (11, -0.45, EducationLevel.PRIMARY),
        (15, -0.1, EducationLevel.LOWER_SECONDARY),
        (18, 0.25, EducationLevel.UPPER_SECONDARY),
        (20, 0.6, EducationLevel.VOCATIONAL),
        (22, 0.75, EducationLevel.HIGHER),
    ):
        qualification[(age >= from_age) & (reached >= at_least)] = level[name]
    return attending, qualification


def _employment(rng: np.random.Generator, age: Ints, attending: Ints, h: Floats) -> Ints:
    code = {status: n for n, status in enumerate(EmploymentStatus)}
    chance = rng.random(len(age))
    status = np.full(len(age), code[EmploymentStatus.OWN_ACCOUNT])
    contract = 0.28 - 0.24 * h
    status[chance < contract] = code[EmploymentStatus.WAGE_WITH_CONTRACT]
    without = (chance >= contract) & (chance < contract + 0.04 + 0.14 * h)
    status[without] = code[EmploymentStatus.WAGE_WITHOUT_CONTRACT]
    none = (chance > 0.99 - 0.04 * h) & (age <= LAST_SEEKER)
    status[none] = code[EmploymentStatus.UNEMPLOYED]
    status[(age < 15) | (attending > 0) | (age >= 65)] = code[EmploymentStatus.INACTIVE]
    return status


def _birth_dates(rng: np.random.Generator, age: Ints, on: dt.date) -> pd.Series[Any]:
    """Dates of birth that give these ages on that day."""
    year = (on.year - age - 1970).astype("datetime64[Y]").astype("datetime64[M]")
    day = min(on.day, 28) if on.month == 2 else on.day  # 29 February is not in every year
    month = year + np.timedelta64(on.month - 1, "M")
    birthday = month.astype("datetime64[D]") + np.timedelta64(day - 1, "D")
    return pd.Series(birthday - rng.integers(0, 365, len(age))).astype("datetime64[s]")


def terms(vocabulary: type[Term], codes: Ints) -> pd.Categorical[Any]:
    """Positions in a vocabulary as a category column."""
    dtype = pd.CategoricalDtype(list(vocabulary.codes()))
    return pd.Categorical.from_codes(codes, dtype=dtype)
