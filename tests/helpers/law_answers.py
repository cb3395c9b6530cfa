"""What a changed law decides, beside the oracles of the tests, which type every number again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import pandas as pd

import multidim_poverty as mdp
from multidim_poverty.errors import PovertyError
from multidim_poverty.law.poverty_standard import Standard
from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from tests.helpers import oracle
from tests.helpers.strategies import AGES, DRAWN, frames, random_survey
from tests.programmes import eligibility_oracle, test_eligibility_oracle
from tests.programmes.eligibility_cases import exhaustive

__all__ = ["differs"]

Truths = list[bool | None]
HOUSEHOLDS = 600
CASES = 400  # of a rule on a day


def differs(name: str, law: Any) -> bool:
    """Whether a law read from a changed file decides otherwise than the oracle of that name."""
    compare: Callable[[str, Any], bool] | None = None
    if isinstance(law, Standard):
        compare = _standard_differs
    elif isinstance(law, RuleSet):
        compare = _rules_differ
    if compare is None:
        return False
    try:
        return compare(name, law)
    except (PovertyError, KeyError, ValueError):
        return True  # a column, class or rule that is not there any more


def as_truths(series: pd.Series) -> Truths:
    return [None if pd.isna(value) else bool(value) for value in series]


# -- standards ---------------------------------------------------------------------------------


def _standard_differs(name: str, standard: Standard) -> bool:
    first, last = oracle.COVERED[name]
    if (standard.periods[0].first, standard.periods[-1].last) != (
        dt.date(first, 1, 1), dt.date(last, 12, 31)
    ):  # fmt: skip
        return True
    if list(standard.indicator_ids) != oracle.INDICATORS[name]:
        return True
    homes, counts, classes = _classes(name)
    matrix = pd.DataFrame(
        [[n < count for n in range(len(standard.indicators))] for count in counts],
        homes.index, columns=list(standard.indicator_ids), dtype="boolean",
    )  # fmt: skip
    if mdp.classify(homes, matrix, standard=standard)["poverty_class"].tolist() != classes:
        return True
    if _indicators_differ(name, standard, None) or _shares_differ(standard):
        return True
    changed_rule = standard.indicators[0].rule != mdp.standard(name).indicators[0].rule
    years = range(2021, 2036) if changed_rule and name != "decision_59_2015" else ()
    return any(
        _indicators_differ(name, standard, year) or _retirement_differs(standard, year)
        for year in years
    )


@cache
def _classes(name: str) -> tuple[pd.DataFrame, list[int], list[str]]:
    """Households at both sides of each line of each standard, with their classes."""
    lines = {
        line for law in mdp.standards() for one in law.lines for line in (one.rural, one.urban)
    }
    incomes = sorted({line + step for line in lines for step in (-1, 0, 1)})
    cases = [(a, y, d) for a in ("rural", "urban") for y in incomes for d in range(5)]
    homes = pd.DataFrame(
        {"area": [a for a, _, _ in cases], "income_per_capita": [float(y) for _, y, _ in cases]},
        index=pd.Index([f"h{n}" for n in range(len(cases))], name="household_id"),
    )
    classes = [oracle.class_of(name, *case) for case in cases]
    return homes, [count for _, _, count in cases], classes


@cache
def _survey() -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    survey = random_survey(17, HOUSEHOLDS)
    # One person of each age, at each school and of each qualification.
    unknown = {table: dict.fromkeys(c.name for c in DRAWN[table]) for table in DRAWN}
    codes = {column.name: column.codes for column in DRAWN["members"]}
    home = unknown["households"] | {"area": "rural", "household_size": 1}
    survey += [
        (
            home,
            [
                unknown["members"]
                | {"age": age, "attending": at, "qualification": of, "enterprise_trained": False}
            ],
        )
        for age, at, of in product(AGES, codes["attending"], codes["qualification"])
    ]
    return survey, *frames(survey)


@cache
def _expected(name: str, indicator: str, year: int | None) -> Truths:
    survey, _, _ = _survey()
    return [oracle.deprived(name, indicator, home, members, year) for home, members in survey]


def _indicators_differ(name: str, standard: Standard, year: int | None) -> bool:
    _, homes, members = _survey()
    on = None if year is None else f"{year}-06-30"
    matrix = mdp.deprivations(homes, members, standard=standard, on=on)
    known = [one.id for one in mdp.standard(name).indicators if one.rule.kind != "unknown"]
    asked = known if year is None else ["employment"]
    if year is None and not matrix.drop(columns=known).isna().all(axis=None):
        return True
    return any(as_truths(matrix[one]) != _expected(name, one, year) for one in asked)


def _shares_differ(standard: Standard) -> bool:
    """Whether another share of dependents counts: just above and at half of many members."""
    if "dependents" not in standard.indicator_ids:
        return False
    sizes = {"above": (51, 26), "at": (50, 25)}
    homes = pd.DataFrame({"area": "rural"}, index=pd.Index(list(sizes), name="household_id"))
    members = pd.DataFrame(
        [
            {"household_id": id, "member_id": n, "age": 10 if n < children else 40}
            for id, (size, children) in sizes.items()
            for n in range(size)
        ]
    ).assign(has_disability=False, receives_social_allowance=False)
    matrix = mdp.deprivations(homes, members, standard=standard)
    return as_truths(matrix["dependents"]) != [True, False]


def _retirement_differs(standard: Standard, year: int) -> bool:
    """Whether working age ends in another month: unemployed people on both sides of it."""
    on = pd.Timestamp(year, 6, 15)
    ends = dict(zip(("male", "female"), oracle.retirement(year), strict=True))
    cases = [(sex, end + step, step < 0) for sex, end in ends.items() for step in (-1, 0, 1)]
    ids = pd.Index([f"h{n}" for n in range(len(cases))], name="household_id")
    members = pd.DataFrame(
        {
            "household_id": ids,
            "member_id": 1,
            "sex": [sex for sex, _, _ in cases],
            "birth_date": [on - pd.DateOffset(months=months) for _, months, _ in cases],
            "employment_status": "unemployed",
        }
    )
    homes = pd.DataFrame({"area": "rural"}, index=ids)
    matrix = mdp.deprivations(homes, members, standard=standard, on=on)
    return as_truths(matrix["employment"]) != [working for _, _, working in cases]


# -- rules of benefits -------------------------------------------------------------------------


@cache
def _shipped(name: str) -> RuleSet:
    return mdp.programmes.rules(name)


@cache
def _cases(rule_id: str, day: dt.date) -> tuple[list[dict[str, Any]], Truths]:
    cases = exhaustive(rule_id, day)
    cases = cases[:: max(1, len(cases) // CASES)]
    return cases, [eligibility_oracle.eligible(rule_id, case, off=True) for case in cases]


def _rules_differ(name: str, rules: RuleSet) -> bool:
    """Whether a rule that was changed answers otherwise; a benefit or a list changes none."""
    before = {(rule.id, rule.valid_from): rule for rule in _shipped(name).rules}
    after = {(rule.id, rule.valid_from): rule for rule in rules.rules}
    changed = {key[0] for key in {*before, *after} if before.get(key) != after.get(key)}
    if changed - {rule_id for rule_id, _ in before}:
        return True
    return any(
        _gives_otherwise(rule, rules) for rule in rules.rules if rule.id in eligibility_oracle.RULES
    ) or any(_rule_differs(rule_id, rules) for rule_id in sorted(changed))


def _gives_otherwise(rule: BenefitRule, rules: RuleSet) -> bool:
    """Whether a version of a rule gives something else, to others or on other days."""
    expected = eligibility_oracle.RULES[rule.id]
    days = [(one.first, one.last, "on" if one.on else "off") for one in expected.versions]
    if (rule.valid_from, rule.valid_to, rule.status) not in days:
        return True
    whom = rules.benefit(rule.benefit).whom
    if (rule.benefit, whom) != (expected.benefit, expected.whom):
        return True
    if expected.amount is None or rule.amount is None:
        return expected.amount is not rule.amount
    bound, value, unit, of, period, *ceiling = expected.amount
    amount = rule.amount
    return (amount.bound, amount.value, amount.unit, amount.of, amount.period, amount.ceiling) != (
        bound, Fraction(value), unit, of, period, Fraction(ceiling[0]) if ceiling else None
    )  # fmt: skip


def _rule_differs(rule_id: str, rules: RuleSet) -> bool:
    known = test_eligibility_oracle.SET_OF
    shipped = known[rule_id]
    known[rule_id] = rules
    try:
        for day in test_eligibility_oracle.days_around(rule_id):
            cases, expected = _cases(rule_id, day)
            result = test_eligibility_oracle.engine([rule_id], cases, day)
            if not eligibility_oracle.RULES[rule_id].in_force(day, off=True):
                if not result.empty:
                    return True
                continue
            result = result.loc[rule_id].sort_index()
            if eligibility_oracle.RULES[rule_id].prior and _others_first(rule_id, cases, result):
                return True
            answers = as_truths(result["eligible"])
            if len(answers) != len(cases) or any(
                answer != right for answer, right in zip(answers, expected, strict=True)
            ):
                return True
        return False
    finally:
        known[rule_id] = shipped


def _others_first(rule_id: str, cases: list[dict[str, Any]], result: pd.DataFrame) -> bool:
    """Whether a rule puts others first than the oracle does."""
    places = zip(cases, result["priority"], strict=True)
    for case, place in places:
        first = eligibility_oracle.priority(rule_id, case)
        if (None if pd.isna(place) else place == 1) != first:
            return True
    return False
