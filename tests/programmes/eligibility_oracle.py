"""Who is entitled to what, slowly: plain Python on one household or one member at a time.

Shares no code and no data file with the package. Each shipped rule is one small function, named as
the rule, and every number, class and day is typed here again, so that a change of the rule, of its
data or of the engine makes the two disagree.

The facts of a case are a dict; ``None`` is a missing answer. A rule reads facts as if all were
known. Where one is missing, `answer` tries everything that it could be: what all completions agree
on is the answer, else ``None``. So the oracle knows nothing of three-valued logic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

NEVER = "never"  # of the day of an escape: it has not come
CLASSES = ("poor", "near_poor", "average", "above_average")
LISTED = ("poor", "near_poor")
AT_WORK = ("wage_with_contract", "wage_without_contract", "own_account")
SEEKING = "unemployed"
BOOLEAN = (True, False)

# What a missing fact could be: at least one value on each side of every bound that a rule knows.
POSSIBLE: dict[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]] = {
    "poverty_class": lambda facts: CLASSES,
    "age": lambda facts: tuple(range(121)),
    "escaped_on": lambda facts: (NEVER, facts["on"]),
    "independent_since": lambda facts: (dt.date(1900, 1, 1), facts["on"]),
    "sex": lambda facts: ("male", "female"),
    "attending": lambda facts: (
        "none", "preschool", "primary", "lower_secondary", "upper_secondary", "vocational",
        "higher",
    ),
    "employment_status": lambda facts: (*AT_WORK, SEEKING, "inactive"),
    "house_damage": lambda facts: ("none", "damaged", "destroyed"),
    "electricity_use": lambda facts: (0, 50, 51),
    # the day on which project 5 took effect, which no text at hand gives: it may be still to come
    "housing_in_effect": lambda facts: (dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
}  # fmt: skip


class _UnknownError(Exception):
    """A rule read a fact that is missing."""


class _Facts(dict[str, Any]):
    def __getitem__(self, name: str) -> Any:
        value = self.get(name)
        if value is None:
            raise _UnknownError(name)
        return value


@dataclass(frozen=True)
class Days:
    """Days of validity, both included, and whether the rule is on by itself on them."""

    first: dt.date
    last: dt.date | None = None
    on: bool = True

    def include(self, day: dt.date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Rule:
    """A rule, its versions by days, what it gives, and whom it puts first."""

    holds: Callable[[Mapping[str, Any]], bool]
    benefit: str
    whom: str
    versions: tuple[Days, ...]
    amount: tuple[Any, ...] | None
    prior: Callable[[Mapping[str, Any]], bool] | None

    def in_force(self, day: dt.date, *, off: bool) -> bool:
        """Whether a version holds on a day; one that is off where asked for."""
        return any(days.include(day) and (off or days.on) for days in self.versions)


RULES: dict[str, Rule] = {}


def answer(holds: Callable[[Mapping[str, Any]], bool], facts: Mapping[str, Any]) -> bool | None:
    """What every completion of the missing facts agrees on, else ``None``."""
    try:
        return holds(_Facts(facts))
    except _UnknownError as missing:
        (name,) = missing.args
        possible = POSSIBLE[name](facts) if name in POSSIBLE else BOOLEAN
        answers = {answer(holds, {**facts, name: value}) for value in possible}
        return answers.pop() if len(answers) == 1 else None


def reads(rule_id: str, day: dt.date) -> list[str]:
    """Every fact that a rule may read on a day, for its answer or for its priority."""
    rule = RULES[rule_id]
    names: dict[str, None] = {}

    def explore(holds: Callable[[Mapping[str, Any]], bool], facts: Mapping[str, Any]) -> None:
        try:
            holds(_Facts(facts))
        except _UnknownError as missing:
            (name,) = missing.args
            names[name] = None
            for value in POSSIBLE[name](facts) if name in POSSIBLE else BOOLEAN:
                explore(holds, {**facts, name: value})

    for holds in (rule.holds, rule.prior):
        if holds is not None:
            explore(holds, {"on": day})
    return list(names)


def eligible(rule_id: str, facts: Mapping[str, Any], *, off: bool = False) -> bool | None:
    """Whether a rule gives its benefit on the day ``facts["on"]``; False outside its days."""
    rule = RULES[rule_id]
    return rule.in_force(facts["on"], off=off) and answer(rule.holds, facts)


def priority(rule_id: str, facts: Mapping[str, Any]) -> bool | None:
    """Whether a case comes first, of a rule that puts some first."""
    prior = RULES[rule_id].prior
    return None if prior is None else answer(prior, facts)


def _rule(
    benefit: str,
    whom: str,
    versions: tuple[Days, ...],
    *,
    amount: tuple[Any, ...] | None = None,
    prior: Callable[[Mapping[str, Any]], bool] | None = None,
) -> Callable[[Callable[[Mapping[str, Any]], bool]], Callable[[Mapping[str, Any]], bool]]:
    def keep(holds: Callable[[Mapping[str, Any]], bool]) -> Callable[[Mapping[str, Any]], bool]:
        RULES[holds.__name__] = Rule(holds, benefit, whom, versions, amount, prior)
        return holds

    return keep


# -- parts that several rules share ------------------------------------------------------------


def _same_day(day: dt.date, years: int) -> dt.date:
    """The same day of a later year; of 29 February, 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


def _newly_escaped(facts: Mapping[str, Any]) -> bool:
    """Off the lists, for at most 36 months from the decision, the last day included."""
    if facts["poverty_class"] in LISTED or facts["escaped_on"] == NEVER:
        return False
    return facts["escaped_on"] <= facts["on"] <= _same_day(facts["escaped_on"], 3)


def _listed_or_escaped(facts: Mapping[str, Any]) -> bool:
    return facts["poverty_class"] in LISTED or _newly_escaped(facts)


def _worker(facts: Mapping[str, Any]) -> bool:
    return facts["age"] >= 15 and facts["employment_status"] in (*AT_WORK, SEEKING)


# -- health insurance --------------------------------------------------------------------------

AMENDED = dt.date(2023, 12, 3)  # Decree 75/2023 in force
# Decree 188/2025 may have come in the place of Decree 146/2018 on 1 July 2025.
PREMIUM = (
    Days(AMENDED, dt.date(2025, 6, 30)),
    Days(dt.date(2025, 7, 1), on=False),
)
PREMIUM_IN_POOR_DISTRICTS = PREMIUM[:1]  # districts ended on 30 June 2025
SINCE_2022 = (Days(dt.date(2022, 1, 1)),)  # first day of the classes of Decree 07/2021
UNREAD = (Days(dt.date(2022, 1, 1), on=False),)


@_rule(
    "health_insurance_premium",
    "member",
    PREMIUM,
    amount=("exact", "1", "share", "health_insurance_premium", "year"),
)
def premium_poor(facts):
    return facts["poverty_class"] == "poor"


@_rule(
    "health_insurance_premium",
    "member",
    PREMIUM_IN_POOR_DISTRICTS,
    amount=("exact", "1", "share", "health_insurance_premium", "year"),
)
def premium_near_poor_in_poor_district(facts):
    return facts["poverty_class"] == "near_poor" and facts["poor_districts"]


@_rule(
    "health_insurance_premium",
    "member",
    PREMIUM,
    amount=("at_least", "0.7", "share", "health_insurance_premium", "year"),
)
def premium_near_poor(facts):
    return facts["poverty_class"] == "near_poor"


@_rule(
    "health_insurance_premium",
    "member",
    PREMIUM,
    amount=("at_least", "0.3", "share", "health_insurance_premium", "year"),
)
def premium_farm_household(facts):
    return facts["poverty_class"] == "average" and facts["farm_household"]


@_rule(
    "health_costs_covered",
    "member",
    SINCE_2022,
    amount=("exact", "1", "share", "treatment_costs", "year"),
)
def health_costs_poor(facts):
    return facts["poverty_class"] == "poor" and facts["has_health_insurance"]


@_rule(
    "health_costs_covered",
    "member",
    SINCE_2022,
    amount=("exact", "0.95", "share", "treatment_costs", "year"),
)
def health_costs_near_poor(facts):
    return facts["poverty_class"] == "near_poor" and facts["has_health_insurance"]


@_rule(
    "health_costs_covered",
    "member",
    SINCE_2022,
    amount=("exact", "0.8", "share", "treatment_costs", "year"),
)
def health_costs_others(facts):
    return facts["poverty_class"] not in LISTED and facts["has_health_insurance"]


# -- electricity -------------------------------------------------------------------------------

SIGNED_14_2025 = (Days(dt.date(2025, 5, 29)),)


@_rule(
    "electricity",
    "household",
    SIGNED_14_2025,
    amount=("exact", "30", "kwh", "electricity_price_step_1", "month"),
)
def electricity_poor(facts):
    return facts["poverty_class"] == "poor"


@_rule(
    "electricity",
    "household",
    SIGNED_14_2025,
    amount=("exact", "30", "kwh", "electricity_price_step_1", "month"),
)
def electricity_social_policy(facts):
    return (
        facts["poverty_class"] != "poor"
        and facts["social_policy_household"]
        and facts["electricity_use"] <= 50
    )


# -- loans of the Social Policy Bank -----------------------------------------------------------

LOANS_READ = (Days(dt.date(2025, 1, 1)),)


@_rule(
    "loan",
    "household",
    LOANS_READ,
    amount=("exact", "0.066", "interest", None, "year", 100_000_000),
)
def loan_poor(facts):
    return facts["poverty_class"] == "poor"


@_rule(
    "loan",
    "household",
    LOANS_READ,
    amount=("exact", "0.0792", "interest", None, "year", 100_000_000),
)
def loan_near_poor(facts):
    return facts["poverty_class"] == "near_poor"


@_rule("loan", "household", LOANS_READ, amount=("exact", "0.0825", "interest", None, "year"))
def loan_newly_escaped(facts):
    return _newly_escaped(facts)


@_rule("student_loan", "member", LOANS_READ, amount=("exact", "0.066", "interest", None, "year"))
def loan_student(facts):
    return facts["poverty_class"] in ("poor", "near_poor", "average") and facts["attending"] in (
        "vocational",
        "higher",
    )


# -- disaster, farm insurance, legal aid -------------------------------------------------------


@_rule(
    "housing_after_disaster",
    "household",
    SINCE_2022,
    amount=("at_least", "40000000", "vnd", None, "once"),
)
def disaster_rebuild(facts):
    return facts["poverty_class"] in LISTED and facts["house_damage"] == "destroyed"


@_rule(
    "housing_after_disaster",
    "household",
    SINCE_2022,
    amount=("at_least", "20000000", "vnd", None, "once"),
)
def disaster_repair(facts):
    return facts["poverty_class"] in LISTED and facts["house_damage"] == "damaged"


@_rule(
    "farm_insurance",
    "household",
    SINCE_2022,
    amount=("at_most", "0.9", "share", "farm_insurance_premium", "year"),
)
def farm_insurance(facts):
    return facts["poverty_class"] in LISTED and facts["farm_household"]


@_rule("legal_aid", "member", SINCE_2022)
def legal_aid_near_poor(facts):
    return facts["poverty_class"] == "near_poor"


@_rule("legal_aid", "member", UNREAD)
def legal_aid_poor(facts):
    return facts["poverty_class"] == "poor"


# -- pupils ------------------------------------------------------------------------------------

BEFORE_238 = (Days(dt.date(2022, 1, 1), dt.date(2025, 8, 31), on=False),)
SINCE_238 = (Days(dt.date(2025, 9, 1), on=False),)
PUPILS = ("primary", "lower_secondary", "upper_secondary")


def _disabled_pupil(facts):
    return (
        facts["poverty_class"] in LISTED
        and facts["has_disability"]
        and facts["attending"] in PUPILS
    )


@_rule(
    "disabled_pupils",
    "member",
    SINCE_2022,
    amount=("exact", "0.8", "share", "base_wage_in_a_year", "year"),
)
def disabled_pupil_allowance(facts):
    return _disabled_pupil(facts)


@_rule("disabled_pupils", "member", SINCE_2022, amount=("exact", "1000000", "vnd", None, "year"))
def disabled_pupil_supplies(facts):
    return _disabled_pupil(facts)


@_rule("tuition", "member", BEFORE_238, amount=("exact", "1", "share", "tuition", "year"))
def tuition_poor(facts):
    return facts["poverty_class"] == "poor" and facts["attending"] in ("preschool", *PUPILS)


@_rule("tuition", "member", BEFORE_238, amount=("exact", "0.5", "share", "tuition", "year"))
def tuition_near_poor(facts):
    return facts["poverty_class"] == "near_poor" and facts["attending"] in (
        "preschool", *PUPILS
    )  # fmt: skip


@_rule("tuition", "member", SINCE_238, amount=("exact", "1", "share", "tuition", "year"))
def tuition_free_for_all(facts):
    return facts["attending"] in ("preschool", *PUPILS)


# -- the elderly, low-income workers -----------------------------------------------------------


@_rule("elderly_allowance", "member", SINCE_2022)
def elderly_without_supporter(facts):
    return facts["age"] >= 60 and facts["poverty_class"] == "poor" and not facts["has_supporter"]


@_rule("elderly_allowance", "member", SINCE_2022)
def elderly_in_special_hardship(facts):
    return (
        75 <= facts["age"] < 80
        and facts["poverty_class"] in LISTED
        and facts["places_of_special_hardship"]
    )


@_rule("elderly_allowance", "member", SINCE_2022)
def elderly_without_pension(facts):
    return facts["age"] >= 80 and not facts["has_pension"]


@_rule("low_income_training", "worker", (Days(dt.date(2025, 2, 24), dt.date(2026, 12, 31)),))
def low_income_worker_training(facts):
    return facts["poverty_class"] not in LISTED and facts["low_income_worker"]


# -- Plan 740 of Dak Nong, year 2022 -----------------------------------------------------------

YEAR = (Days(dt.date(2022, 1, 1), dt.date(2022, 12, 31)),)
NO_MONEY = (Days(dt.date(2022, 1, 1), dt.date(2022, 12, 31), on=False),)


@_rule("plan_740_1_1", "place", YEAR)
def plan_740_1_1_infrastructure(facts):
    return facts["poor_districts"]


@_rule("plan_740_1_2", "place", NO_MONEY)
def plan_740_1_2_coast_and_islands(facts):
    return facts["coastal_communes"]


@_rule(
    "plan_740_2", "household", YEAR, amount=("exact", "1", "share", "livelihood_support", "once")
)
def plan_740_2_livelihoods(facts):
    return _listed_or_escaped(facts)


def _left_out_of_3_1(facts):
    return facts["minority_mountain_areas"] or facts["new_rural_communes"]


def _first_in_3_1(facts):
    return facts["poverty_class"] == "poor" and (
        facts["ethnic_minority"] or facts["member_of_merit"] or facts["has_woman"]
    )


@_rule(
    "plan_740_3_1",
    "household",
    YEAR,
    prior=_first_in_3_1,
    amount=("exact", "1", "share", "production_support", "once"),
)
def plan_740_3_1_production(facts):
    return _listed_or_escaped(facts) and not _left_out_of_3_1(facts)


@_rule(
    "plan_740_3_1_disability",
    "member",
    YEAR,
    amount=("exact", "1", "share", "production_support_disability", "once"),
)
def plan_740_3_1_disability(facts):
    return (
        facts["has_disability"] and not facts["stable_livelihood"] and not _left_out_of_3_1(facts)
    )


@_rule("plan_740_3_2", "place", YEAR)
def plan_740_3_2_nutrition(facts):
    return facts["poor_districts"]


@_rule("plan_740_4_1_1", "place", YEAR)
def plan_740_4_1_1_facilities(facts):
    return facts["poor_districts"]


@_rule("plan_740_4_1_2", "place", YEAR)
def plan_740_4_1_2_programmes(facts):
    return facts["poor_districts"]


@_rule("plan_740_4_1_3", "place", YEAR)
def plan_740_4_1_3_orientation(facts):
    return facts["poor_districts"]


@_rule("plan_740_4_1_4", "place", YEAR)
def plan_740_4_1_4_enterprises(facts):
    return facts["poor_districts"]


@_rule("plan_740_4_1_5", "worker", YEAR, amount=("exact", "1", "share", "training_support", "once"))
def plan_740_4_1_5_training(facts):
    return _worker(facts) and (_listed_or_escaped(facts) or facts["low_income_worker"])


@_rule("plan_740_4_1_5", "worker", YEAR, amount=("exact", "1", "share", "training_support", "once"))
def plan_740_4_1_5_training_in_poor_areas(facts):
    return _worker(facts) and (facts["poor_districts"] or facts["extremely_difficult_communes"])


@_rule(
    "plan_740_4_2",
    "worker",
    YEAR,
    prior=_listed_or_escaped,
    amount=("exact", "1", "share", "work_abroad_support", "once"),
)
def plan_740_4_2_work_abroad(facts):
    return _worker(facts) and facts["poor_districts"]


@_rule("plan_740_4_3", "worker", YEAR, amount=("exact", "1", "share", "job_support", "once"))
def plan_740_4_3_jobs(facts):
    return _worker(facts)


@_rule("plan_740_5", "household", YEAR, amount=("exact", "1", "share", "housing_support", "once"))
def plan_740_5_housing(facts):
    return (
        facts["poverty_class"] in LISTED
        and facts["poor_districts"]
        and not facts["minority_programme"]
        and facts["listed_when_in_effect"]
        and _same_day(facts["independent_since"], 3) <= facts["housing_in_effect"]
    )


@_rule(
    "plan_740_6_1", "household", YEAR, amount=("exact", "1", "share", "information_support", "once")
)
def plan_740_6_1_information(facts):
    return _listed_or_escaped(facts)


@_rule("plan_740_6_1_places", "place", YEAR)
def plan_740_6_1_difficult_communes(facts):
    return facts["extremely_difficult_communes"]


@_rule(
    "plan_740_6_2", "household", YEAR, amount=("exact", "1", "share", "communication_cost", "once")
)
def plan_740_6_2_communication(facts):
    return _listed_or_escaped(facts)
