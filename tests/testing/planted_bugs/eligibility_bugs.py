"""Bugs of the rules of benefits: who is entitled to what."""

import pandas as pd

from multidim_poverty import programmes
from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from tests.testing.planted_bugs.catalogue import BENEFITS, bug, with_rule

LISTS = ["poor", "near_poor"]


def eligible(rules=BENEFITS, **tables):
    return programmes.eligible(rules=rules, all=True, **tables)


def wrong_rule(rule_id, **changes):
    """An implementation in which one rule says something else."""
    rules = with_rule(rule_id, **changes)
    return lambda **tables: eligible(rules, **tables)


def wrong_benefit(benefit_id, **changes):
    """An implementation in which the rules of one benefit hang together otherwise."""
    benefits = tuple(
        benefit.model_copy(update=changes) if benefit.id == benefit_id else benefit
        for benefit in BENEFITS.benefits
    )
    rules = BENEFITS.model_copy(update={"benefits": benefits})
    return lambda **tables: eligible(rules, **tables)


def when(text):
    """A condition as it is written in a file of rules."""
    rule = next(rule for rule in BENEFITS.rules if rule.id == "loan_newly_escaped")
    return BenefitRule.model_validate({**rule.model_dump(by_alias=True), "when": text}).when


def planted(group, f, name, what):
    """Put an implementation into the catalogue under a name and with what is wrong."""

    def make(**tables):
        return f(**tables)

    make.__name__, make.__doc__ = name, what
    bug("eligibility", group)(make)


for _group, _name, _what, _rule, _changes in (
    ("ages", "allowance_above_sixty", "The elderly of poor households are above 60.",
     "elderly_without_supporter",
     {"when": when({"all": [{"age": {"at_least": 61}}, {"class_in": ["poor"]},
                            {"not": {"yes": "has_supporter"}}]})}),
    ("ages", "eighty_is_below_eighty", "Who is 80 is still under 80.",
     "elderly_in_special_hardship",
     {"when": when({"all": [{"age": {"at_least": 75, "below": 81}}, {"class_in": LISTS},
                            {"lives_in": ["places_of_special_hardship"]}]})}),
    ("lines", "fifty_kwh_are_too_many", "A household that uses 50 kWh uses too many.",
     "electricity_social_policy",
     {"when": when({"all": [{"not": {"class_in": ["poor"]}}, {"yes": "social_policy_household"},
                            {"number_in": {"column": "electricity_use", "below": 50}}]})}),
    ("lists", "near_poor_forgotten", "Support for farm insurance is for the poor alone.",
     "farm_insurance",
     {"when": when({"all": [{"class_in": ["poor"]}, {"yes": "farm_household"}]})}),
    ("lists", "poor_social_policy", "The poor get electricity by the rule for others.",
     "electricity_social_policy",
     {"when": when({"all": [{"yes": "social_policy_household"},
                            {"number_in": {"column": "electricity_use", "at_most": 50}}]})}),
    ("lists", "whole_province", "Premiums of near-poor households are paid in full everywhere.",
     "premium_near_poor_in_poor_district", {"when": when({"class_in": ["near_poor"]})}),
    ("lists", "exclusion_forgotten", "Support of production is given in new rural communes too.",
     "plan_740_3_1_production", {"exclude": ()}),
    ("lists", "nobody_first", "Nobody comes first.", "plan_740_3_1_production", {"priority": ()}),
    ("lines", "escaped_for_35_months", "A household is newly escaped for 35 months.",
     "loan_newly_escaped", {"when": when({"newly_escaped": {"months": 35}})}),
):  # fmt: skip
    planted(_group, wrong_rule(_rule, **_changes), _name, _what)

for _name, _what, _benefit in (
    ("premiums_add_up", "All rates of the premium that fit are paid.", "health_insurance_premium"),
    ("allowances_add_up", "All allowances of the elderly that fit are paid.", "elderly_allowance"),
):
    planted("combination", wrong_benefit(_benefit, combine="add"), _name, _what)


@bug("eligibility", "combination")
def lowest_premium_counts(**tables):
    """Of several rates of the premium the lowest counts, not the highest."""
    premium = "health_insurance_premium"
    benefits = tuple(
        benefit.model_copy(update={"combine": "first"}) if benefit.id == premium else benefit
        for benefit in BENEFITS.benefits
    )
    update = {"benefits": benefits, "rules": BENEFITS.rules[::-1]}
    return eligible(BENEFITS.model_copy(update=update), **tables)


@bug("eligibility", "days")
def last_day_excluded(on, **tables):
    """On its last day a rule gives nothing any more."""
    table = eligible(on=on, **tables)
    last = [rule.id for rule in BENEFITS.rules if rule.valid_to == on]
    return table[~table["rule"].isin(last)]


@bug("eligibility", "days")
def first_day_excluded(on, **tables):
    """On its first day a rule gives nothing yet."""
    table = eligible(on=on, **tables)
    first = [rule.id for rule in BENEFITS.rules if rule.valid_from == on]
    return table[~table["rule"].isin(first)]


@bug("eligibility", "days")
def gone_households_stay(current, **tables):
    """A household that is no more on the day still gets its benefits."""
    return eligible(current=current.drop(columns="left_on"), **tables)


@bug("eligibility", "ages")
def age_on_the_day_by_the_year(members, on, **tables):
    """Age is the year of the day less that of the birth date."""
    born = pd.to_datetime(members["birth_date"])
    age = members["age"].astype("Float64").fillna((on.year - born.dt.year).astype("Float64"))
    return eligible(members=members.drop(columns="birth_date").assign(age=age), on=on, **tables)


@bug("eligibility", "NA as an answer")
def unknown_is_not_entitled(**tables):
    """Of whom it is not known, nobody is entitled."""
    table = eligible(**tables)
    return table.assign(**{name: table[name].fillna(False) for name in ("eligible", "granted")})


@bug("eligibility", "NA as an answer")
def no_place_is_outside(households, **tables):
    """Who lives in a province that no list names lives in no place of a list."""
    places = tables.pop("places")
    if places is not None:
        units = {"province": households["province"].unique(), "commune": "elsewhere"}
        more = [pd.DataFrame({"list": name, **units}) for name in places["list"].unique()]
        places = pd.concat([places, *more], ignore_index=True)
    return eligible(households=households, places=places, **tables)


@bug("eligibility", "members")
def one_elderly_member_for_all(**tables):
    """What one member is entitled to, all members of the household get."""
    table = eligible(**tables)
    of_home = table.groupby(["household_id", "rule"], observed=True, dropna=False)
    return table.assign(eligible=of_home["eligible"].transform("max"))


@bug("eligibility", "members")
def members_without_their_benefits(members, **tables):
    """Benefits of members are given to the household."""
    return eligible(members=None, **tables)


@bug("eligibility", "order")
def answers_by_place(current, households, **tables):
    """The current list is taken to stand in the order of the households table."""
    return eligible(current=current.set_axis(households.index), households=households, **tables)


@bug("eligibility", "metadata")
def left_on_of_the_caller_dropped(current, **tables):
    """The days on which households left are taken out of the list of the caller."""
    table = eligible(current=current, **tables)
    del current["left_on"]
    return table
