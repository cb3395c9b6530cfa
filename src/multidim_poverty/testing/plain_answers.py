"""Answers of a household that lacks nothing under a standard, and those that lack something."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from multidim_poverty.law import Standard
from multidim_poverty.schema.definitions import COLUMNS, OLDEST
from multidim_poverty.vocabulary import EmploymentStatus, Sex, Toilet, WaterSource

__all__ = ["CODES", "adult", "deprived_beside", "plain_home", "plain_member"]

Answers = dict[str, Any]
PLAIN_AGE = 40
CODES = {column.name: column.codes for column in COLUMNS if column.kind == "category"}


@cache
def _levels(standard: Standard, ages: frozenset[int], column: str) -> tuple[str, ...]:
    """Levels of schooling, or diplomas, that lift the deprivation at all of some ages."""
    asked = [
        set(map(str, getattr(bracket, column)))
        for indicator in standard.indicators
        for bracket in getattr(indicator.rule, "brackets", ())
        if hasattr(bracket, column) and any(_within(bracket, age) for age in ages)
    ]
    common = [code for code in CODES[column] if all(code in codes for codes in asked)]
    return tuple(common or CODES[column][-1:])


def _within(bracket: Any, age: int) -> bool:
    return bool(bracket.from_age <= age and (bracket.below_age is None or age < bracket.below_age))


def plain_member(standard: Standard, ages: Iterable[int] = (PLAIN_AGE,)) -> Answers:
    """A member of whom nothing is lacking at any of some ages; the age itself is not there."""
    ages = frozenset(ages)
    idle = {
        str(status)
        for indicator in standard.indicators
        for name in ("without_work", "without_contract")
        for status in getattr(indicator.rule, name, ())
    }
    at_work = [code for code in EmploymentStatus.codes() if code not in idle]
    in_school = min(ages) < PLAIN_AGE
    return {
        "sex": str(Sex.FEMALE),
        "employment_status": at_work[-1 if in_school else 0] if at_work else None,
        "has_disability": False,
        "receives_social_allowance": False,
        "stunted": False,
        "underweight": False,
        "has_health_insurance": True,
        "untreated_illness": False,
        "attending": _levels(standard, ages, "attending")[0] if in_school else "none",
        "qualification": "none" if in_school else _levels(standard, ages, "qualification")[0],
        "enterprise_trained": False,
        "uses_internet": True,
        "uses_telephone": True,
    }


def adult(standard: Standard) -> Answers:
    """A plain member who is no child under any rule."""
    bounds = [getattr(i.rule, "child_below", 0) for i in standard.indicators]
    age = min(max([PLAIN_AGE, *bounds]), OLDEST)
    return plain_member(standard, [age]) | {"age": age}


def plain_home(standard: Standard, size: int) -> Answers:
    """Answers of a household of so many members that is deprived in nothing by itself."""
    home: Answers = {
        "wall_durable": True,
        "frame_durable": True,
        "roof_durable": True,
        "floor_area": 100.0 * size,
        "rooms": 2 * size,
        "water_source": str(WaterSource.PIPED),
        "toilet": str(Toilet.SEPTIC),
        "waste_collected": True,
        "household_size": size,
    }
    for rule in (indicator.rule for indicator in standard.indicators):
        if rule.kind == "water":
            home["water_source"] = str(rule.clean[0])
        elif rule.kind == "toilet":
            home["toilet"] = str(rule.hygienic[0])
        elif rule.kind == "housing_area":
            home["floor_area"] = float(2 * rule.below_m2_per_head * size)
        elif rule.kind == "information_devices":
            home |= {str(means): means == rule.means[0] for means in rule.means}
    return home


def _lacking(rule: Any, size: int) -> Answers | None:
    """Answers of a household of so many members that make it deprived; None without members."""
    match rule.kind:
        case "housing_quality":
            return dict.fromkeys(("wall_durable", "frame_durable", "roof_durable"), False)
        case "housing_area":
            return {"floor_area": rule.below_m2_per_head * size - 0.5}
        case "water":
            return _other_code("water_source", rule.clean)
        case "toilet":
            return _other_code("toilet", rule.hygienic)
        case "information_devices":
            return dict.fromkeys(rule.means, False)
        case "waste":
            return {"waste_collected": False}
    return None


def _other_code(column: str, codes: Iterable[Any]) -> Answers:
    """An answer that is none of some codes; no answer where all are among them."""
    others = set(CODES[column]) - set(map(str, codes))
    return {column: min(others)} if others else {}


def deprived_beside(standard: Standard, indicator: str, size: int, many: int) -> Answers:
    """Answers that make a household deprived in `many` indicators beside one of them."""
    lacking = [
        change
        for other in standard.indicators
        if other.id != indicator and (change := _lacking(other.rule, size))
    ]
    answers: Answers = {}
    for change in lacking[:many]:
        answers |= change
    return answers
