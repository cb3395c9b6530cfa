"""Eligibility: each rule of a benefit, asked at every bound of its conditions and of its days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any

from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.testing.eligibility_oracle import rules_asked
from multidim_poverty.testing.entitlement_bounds import (
    ONE_DAY,
    Situation,
    bounds_of_days,
    last_day,
    situations,
)
from multidim_poverty.testing.vectors.case import CaseDraft, sources_of

__all__ = ["eligibility_cases"]

AT_MOST = 6  # situations in which a rule gives its benefit


def eligibility_cases(rules: RuleSet) -> Iterator[CaseDraft]:
    """Every version of every rule: at its bounds on a day, and on both sides of its days."""
    for rule in rules.rules:
        days = bounds_of_days([rule])
        random = Random(f"{rule.id} {days[1]}")
        at_bounds = list(situations(rule, rules, days[1], random, at_most=AT_MOST))
        for situation in at_bounds:
            yield _draft(rule, situation, situation.answers("members"))
            yield from _by_birth(rule, situation)
        for day in days:
            on_day = list(situations(rule, rules, day, random, at_most=2))[:2]
            for situation in on_day:
                yield _draft(rule, situation, situation.answers("members"))
        if any(node.named_day for _, tree in rule.conditions() for node in tree.walk()):
            without = Situation(at_bounds[0].facts, days[1], {}, rules)
            yield _draft(rule, without, without.answers("members"))


def _by_birth(rule: BenefitRule, situation: Situation) -> Iterator[CaseDraft]:
    """The same age by a day of birth: on its first day, and on its last."""
    member = situation.answers("members")
    if member.get("age") is not None:
        age = member.pop("age")
        for born in (
            last_day(situation.day, 12 * age),
            last_day(situation.day, 12 * age + 12) + ONE_DAY,
        ):
            yield _draft(rule, situation, {**member, "birth_date": born})


def _draft(rule: BenefitRule, situation: Situation, member: dict[str, Any]) -> CaseDraft:
    rules, day = situation.rules, situation.day
    in_use = rules_asked(rules, day, [one.id for one in rules.rules])
    valid = [one for one in in_use if one.id == rule.id]
    case = situation.case_of(member)
    eligible = case.eligible(valid[0]) if valid else False
    return CaseDraft(
        "eligibility",
        rules.name,
        {
            "rule": rule.id,
            "on": str(day),
            "poverty_class": situation.current["poverty_class"],
            "household": _in_json(situation.answers("households")),
            "member": _in_json(member),
            "history": [
                {"on": str(decided), "poverty_class": cls} for decided, cls in situation.decisions
            ],
            "lists": situation.places,
            "days": _in_json(situation.days),
        },
        {
            "eligible": eligible,
            "granted": case.granted(valid[0], in_use) if valid else False,
            "priority": case.priority(valid[0]) if valid and eligible else None,
        },
        sources_of([rule.citation, *rule.see_also]),
    )


def _in_json(answers: Any) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, dt.date) else value for name, value in answers.items()
    }
