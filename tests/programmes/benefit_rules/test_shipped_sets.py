"""The shipped sets of rules say what the oracle types again: days, amounts, whom, on or off."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from multidim_poverty import units
from multidim_poverty.identity import name_key
from multidim_poverty.law import Confidence
from multidim_poverty.programmes import rules_table
from multidim_poverty.programmes.benefit_rules.rule_set import SHIPPED, shipped_rules
from multidim_poverty.programmes.targets import plan
from tests.programmes import eligibility_oracle as oracle

SETS = [shipped_rules(name) for name in SHIPPED]
RULES = [(rules, rule) for rules in SETS for rule in rules.rules]
IDS = sorted({rule.id for _, rule in RULES})


def versions(rule_id):
    return [rule for _, rule in RULES if rule.id == rule_id]


def test_every_shipped_rule_has_an_oracle_and_the_other_way_round():
    assert sorted(oracle.RULES) == IDS


@pytest.mark.parametrize("rule_id", IDS)
def test_days_and_status_of_a_rule_are_those_of_the_oracle(rule_id):
    shipped = [(rule.valid_from, rule.valid_to, rule.status) for rule in versions(rule_id)]
    expected = [
        (days.first, days.last, "on" if days.on else "off")
        for days in oracle.RULES[rule_id].versions
    ]
    assert sorted(shipped, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("rule_id", IDS)
def test_what_a_rule_gives_is_that_of_the_oracle(rule_id):
    expected = oracle.RULES[rule_id]
    for rules, rule in RULES:
        if rule.id != rule_id:
            continue
        assert rule.benefit == expected.benefit
        assert rules.benefit(rule.benefit).whom == expected.whom
        assert bool(rule.priority) == (expected.prior is not None)
        if expected.amount is None:
            assert rule.amount is None
            continue
        bound, value, unit, of, period, *ceiling = expected.amount
        amount = rule.amount
        assert amount is not None
        assert (amount.bound, amount.unit, amount.of, amount.period) == (bound, unit, of, period)
        assert amount.value == Fraction(value)
        assert amount.ceiling == (Fraction(ceiling[0]) if ceiling else None)


@pytest.mark.parametrize(("rules", "rule"), RULES, ids=lambda value: getattr(value, "id", ""))
def test_what_no_text_confirms_is_off_and_says_why(rules, rule):
    unconfirmed = rule.citation.confidence is Confidence.UNCONFIRMED
    assert unconfirmed == (rule.status == "off")
    assert unconfirmed == (rule.why_off is not None)
    assert all(see.confidence is not Confidence.UNCONFIRMED for see in rule.see_also)


@pytest.mark.parametrize("rules", SETS, ids=lambda rules: rules.name)
def test_every_text_is_in_both_languages(rules):
    labels = [rules.title, *(entry.label for entry in rules.benefits + rules.parameters)]
    labels += [entry.label for entry in rules.place_lists + rules.rules]
    labels += [part.label for rule in rules.rules for part in rule.exclude + rule.priority]
    labels += [rule.occasion for rule in rules.rules if rule.occasion]
    labels += [rule.why_off for rule in rules.rules if rule.why_off]
    for label in labels:
        assert label.vi.strip()
        assert label.en.strip()
        assert label.vi != label.en


@pytest.mark.parametrize("rules", SETS, ids=lambda rules: rules.name)
def test_every_parameter_and_every_benefit_is_used(rules):
    assert {rule.benefit for rule in rules.rules} == {entry.id for entry in rules.benefits}
    named = {rule.amount.of for rule in rules.rules if rule.amount and rule.amount.of}
    named |= {
        node.named_day
        for rule in rules.rules
        for _, condition in rule.conditions()
        for node in condition.walk()
        if node.named_day
    }
    assert named == {entry.id for entry in rules.parameters}


def test_the_poor_districts_are_those_of_the_plan_and_of_the_list_of_units():
    expected = {name_key(name) for name in plan("plan_740_dak_nong").projects[0].districts}
    listed = units.units_on("2022-06-01")
    districts = listed[(listed["level"] == "district") & (listed["province"] == "67")]["name"]
    bare = districts.str.removeprefix("Huyện ").str.replace("Đăk", "Đắk")
    codes = {code for code, name in bare.items() if name_key(name) in expected}
    assert codes == {"661", "667"}
    for rules in SETS:
        (entry,) = [entry for entry in rules.place_lists if entry.id == "poor_districts"]
        by_code = {place.district for place in entry.places if place.province == "67"}
        assert by_code == codes
        by_name = {place.district for place in entry.places if place.province == "Đắk Nông"}
        assert expected <= {name_key(name) for name in by_name}
        for place in entry.places:
            assert place.valid_from == dt.date(2021, 1, 1)
            assert place.valid_to == dt.date(2025, 6, 30)


def test_the_rules_of_the_plan_name_its_budget_lines_and_targets():
    printed = plan("plan_740_dak_nong")
    rows = {row.id for row in printed.budget}
    targets = {target.id for target in printed.indicators}
    benefits = shipped_rules("plan_740_dak_nong_rules").benefits
    named = {line for benefit in benefits for line in benefit.budget_lines}
    assert named <= rows
    assert {benefit.target for benefit in benefits if benefit.target} <= targets
    # Totals, and project 7, which is for staff, have no rule.
    assert rows - named == {"1", "3", "4", "4.1", "6", "7", "7.1", "7.2"}


def test_what_the_sets_share_is_the_same_in_both_so_that_they_go_together():
    for part in ("benefits", "parameters", "place_lists", "rules"):
        entries = [entry for rules in SETS for entry in getattr(rules, part)]
        ids = [(entry.id, getattr(entry, "valid_from", None)) for entry in set(entries)]
        assert len(ids) == len(set(ids))


def test_conditions_are_said_so_that_and_and_or_do_not_mix():
    words = {
        language: rules_table(rules=list(SHIPPED), language=language).set_index("rule")[
            "conditions"
        ]
        for language in ("vi", "en")
    }
    assert words["en"]["elderly_without_pension"] == "age: 80 or more; and Receives a pension: no"
    assert words["vi"]["elderly_without_pension"] == ("tuổi: từ 80 trở lên; và Có lương hưu: không")
    assert words["en"]["low_income_worker_training"].startswith(
        "class other than: Poor household, Near-poor household; and "
    )
    training = words["en"]["plan_740_4_1_5_training"]
    assert "; and (class: Poor household, Near-poor household; or off the list" in training
    housing = words["vi"]["plan_740_5_housing"]
    assert "có hiệu lực tại: Ngày dự án 5 có hiệu lực thi hành" in housing


@pytest.mark.parametrize("project", ["2", "3.1", "4.1", "5", "6"])
def test_the_rules_mean_the_households_that_the_plan_names(project):
    (named,) = [entry for entry in plan("plan_740_dak_nong").projects if entry.id == project]
    rules = shipped_rules("plan_740_dak_nong_rules")
    nodes = [
        node
        for rule in rules.rules
        for line in rules.benefit(rule.benefit).budget_lines
        if line == project or line.startswith(f"{project}.")
        for node in rule.when.walk()
    ]
    meant = {str(c) for node in nodes if node.name == "class_in" for c in node.class_in}
    months = {node.newly_escaped.months for node in nodes if node.name == "newly_escaped"}
    meant |= {"newly_escaped"} if months else set()
    households = {word.removeprefix("worker_of_") for word in named.eligible}
    assert meant == households & {"poor", "near_poor", "newly_escaped"}
    assert months <= {36}
    assert named.months_since_escape_at_most in (None, 36)
