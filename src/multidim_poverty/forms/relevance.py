"""Of which members a question is asked: the ages at which a rule of the standard reads its answer.

A question that is skipped stays unanswered, and its answer could not have changed any indicator.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import singledispatch
from typing import NamedTuple

from multidim_poverty.law import Standard
from multidim_poverty.law.rules import (
    AdultEducationRule,
    ChildSchoolingRule,
    DependentsRule,
    EmploymentRule,
    HealthInsuranceRule,
    NutritionRule,
    Rule,
)

__all__ = ["AskedOf", "asked_of"]


class AskedOf(NamedTuple):
    """Members of an age [completed years]: from one age on, below another.

    With ``said_yes``, those of them alone who answered yes to that question.
    """

    from_age: int = 0
    below: int | None = None
    said_yes: str | None = None


def asked_of(standard: Standard, on: dt.date) -> Mapping[str, tuple[AskedOf, ...]]:
    """For each column of the members that the standard reads, of whom it is asked.

    An empty tuple stands for all members.
    """
    parts: dict[str, list[AskedOf]] = {}
    for indicator in standard.indicators:
        for column, members in _read_of(indicator.rule, on):
            parts.setdefault(column, []).append(members)
    return {column: _joined(members) for column, members in parts.items()}


def _joined(parts: list[AskedOf]) -> tuple[AskedOf, ...]:
    """The parts with ages that meet put together; empty where they are all members."""
    plain = sorted(
        (p.from_age, float("inf") if p.below is None else p.below)
        for p in parts
        if p.said_yes is None
    )
    merged: list[tuple[int, float]] = []
    for first, below in plain:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], below))
        else:
            merged.append((first, below))
    if merged and merged[0] == (0, float("inf")):
        return ()
    ages = [
        AskedOf(first, None if below == float("inf") else int(below)) for first, below in merged
    ]
    return (*ages, *dict.fromkeys(part for part in parts if part.said_yes is not None))


@singledispatch
def _read_of(rule: Rule, _on: dt.date) -> Iterator[tuple[str, AskedOf]]:
    """The columns of the members that a rule reads, and of whom; all members unless it says."""
    for table, column in rule.reads():
        if table == "members" and column not in ("age", "birth_date", "birth_year"):
            yield column, AskedOf()


@_read_of.register
def _(rule: EmploymentRule, on: dt.date) -> Iterator[tuple[str, AskedOf]]:
    years = rule.working_age_until
    row = min(years, key=lambda row: abs(row.year - on.year))
    months = max(row.male_months, row.female_months)
    everybody = bool(rule.without_contract)  # a wage worker without contract counts at any age
    working_age = AskedOf(rule.working_age_from, -(-months // 12))
    yield "employment_status", AskedOf() if everybody else working_age
    yield "sex", AskedOf()


@_read_of.register
def _(rule: DependentsRule, _on: dt.date) -> Iterator[tuple[str, AskedOf]]:
    yield "has_disability", AskedOf(rule.child_below, rule.elderly_from)
    yield "receives_social_allowance", AskedOf(rule.elderly_from)
    yield (
        "receives_social_allowance",
        AskedOf(rule.child_below, rule.elderly_from, said_yes="has_disability"),
    )


@_read_of.register
def _(rule: NutritionRule, _on: dt.date) -> Iterator[tuple[str, AskedOf]]:
    for column in ("stunted", "underweight"):
        yield column, AskedOf(0, rule.child_below)


@_read_of.register
def _(rule: HealthInsuranceRule, _on: dt.date) -> Iterator[tuple[str, AskedOf]]:
    yield "has_health_insurance", AskedOf(rule.from_age)


@_read_of.register
def _(rule: AdultEducationRule, _on: dt.date) -> Iterator[tuple[str, AskedOf]]:
    for bracket in rule.brackets:
        for column in ("attending", "qualification", "enterprise_trained"):
            yield column, AskedOf(bracket.from_age, bracket.below_age)


@_read_of.register
def _(rule: ChildSchoolingRule, _on: dt.date) -> Iterator[tuple[str, AskedOf]]:
    for bracket in rule.brackets:
        yield "attending", AskedOf(bracket.from_age, bracket.below_age)
