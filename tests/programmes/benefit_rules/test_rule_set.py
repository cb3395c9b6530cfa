"""Sets of rules are read from TOML, typed and cited; each fault is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from multidim_poverty.errors import LawFileError
from multidim_poverty.programmes.benefit_rules.conditions import CONDITIONS
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet, overlaid
from multidim_poverty.schema.definitions import column_of

SMALL = (Path(__file__).parent / "small_rules.toml").read_text(encoding="utf-8")


def broken(*changes):
    """The problems of the small set after some words were replaced, each of which it has."""
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(LawFileError) as error:
        RuleSet.parse(text, name="small_rules.toml")
    assert error.value.name == "small_rules.toml"
    return error.value.problems


FAULTS = {
    "predicate": (
        ('class_in = ["poor"]', 'class_is = ["poor"]'),
        "rule 'premium_poor', when: unknown predicate 'class_is'",
    ),
    "two predicates in one table": (
        ('{ yes = "ethnic_minority" }', '{ yes = "ethnic_minority", listed = true }'),
        "rule 'production_listed', priority.0.when.all.1: a condition is a table of one key",
    ),
    "column": (
        ('yes = "ethnic_minority"', 'yes = "minority"'),
        "priority.0.when.all.1.yes: unknown column 'minority'",
    ),
    "column of another kind": (
        ('yes = "ethnic_minority"', 'yes = "floor_area"'),
        "holds answers of kind number, and this condition reads boolean",
    ),
    "age as a number": (
        ('column = "floor_area", at_least = 200', 'column = "age", at_least = 200'),
        "the condition on ages is `age`",
    ),
    "code": (
        ('codes = ["wage_with_contract"]', 'codes = ["wages"]'),
        "'wages' is no code of column 'employment_status'",
    ),
    "class": (('class_in = ["poor"]', 'class_in = ["rich"]'), "when.class_in.0: Input should be"),
    "bounds that leave nothing": (
        ("at_least = 200", "at_least = 200, below = 200"),
        "no number lies between the bounds",
    ),
    "no bound": (("age = { below = 6 }", "age = {}"), "no bound is given"),
    "unit": (('unit = "kwh"', 'unit = "kw"'), "rule 'electricity_poor', amount.unit: Input should"),
    "unit of the parameter": (
        ('of = "electricity_price_step_1"', 'of = "health_insurance_premium"'),
        "needs a parameter in vnd_per_kwh, and 'health_insurance_premium' is in vnd",
    ),
    "share of nothing": (
        (', of = "health_insurance_premium"', ""),
        "rule 'premium_poor', amount: an amount in share needs the parameter",
    ),
    "parameter": (
        ('of = "health_insurance_premium"', 'of = "premium"'),
        "rule 'premium_poor' names unknown parameter 'premium'",
    ),
    "percent as a share": (('"7/10"', "70"), "70 is more than the whole; write a share of 1"),
    "percent as interest": (('"0.0825"', '"8.25"'), "33/4 is more than the whole"),
    "number that is rounded": (('"0.0825"', "0.0825"), "0.0825 is no exact number"),
    "benefit": (
        ('benefit = "premium"', 'benefit = "premia"'),
        "rule 'premium_poor' names unknown benefit 'premia'",
    ),
    "list of places": (
        ('lives_in = ["poor_districts"]', 'lives_in = ["poor"]'),
        "rule 'production_listed', when, lives_in: unknown list of places 'poor'",
    ),
    "versions that overlap": (
        ("valid_from = 2023-01-01", "valid_from = 2022-12-31"),
        "versions of rule 'electricity_poor' overlap: 2020-01-01 to 2022-12-31, 2022-12-31 to ...",
    ),
    "days in the wrong order": (
        ("valid_to = 2022-12-31", "valid_to = 2019-12-31"),
        "valid to 2019-12-31, before it is valid from 2020-01-01",
    ),
    "no first day and no reason": (
        (', note = "the first day is not known"', ""),
        "rule 'loan_newly_escaped': no valid_from",
    ),
    "no citation": (
        ('citation = { document = "decision_1", article = "4"', 'quote = { article = "4"'),
        "rule 'loan_newly_escaped', citation: Field required",
    ),
    "document": (
        ('document = "decision_1", article = "4"', 'document = "decision_2"'),
        "rule 'loan_newly_escaped', citation.document: unknown document 'decision_2'",
    ),
    "off without a reason": (('status = "off"', 'status = "on"'), "why_off says why a rule is off"),
    "member asked of a household": (
        ('when = { class_in = ["near_poor"] }', "when = { age = { below = 6 } }"),
        "a condition of a member, and the benefit 'electricity' is for a household",
    ),
    "amounts that cannot be compared": (
        ('"7/10", unit = "share", of = "health_insurance_premium"', '7, unit = "vnd"'),
        "rules 'premium_poor' and 'premium_near_poor' of 'premium' have amounts of other units",
    ),
    "the highest of no amount": (
        ('amount = { value = "0.0825", unit = "interest", period = "year", ceiling = 100000000 }',
         ""),
        "rule 'loan_newly_escaped' needs an amount: the highest of 'loan' counts",
    ),
    "day of no parameter": (
        ("listed = true", 'listed_on = "start"'),
        "rule 'electricity_poor', when, listed_on: 'start' is no parameter of unit day",
    ),
    "place without a unit": (
        ('{ province = "Đắk Nông", district = "Tuy Đức", ', "{ "),
        "place list 'poor_districts', places.0: no unit is named",
    ),
    "indicator": (("listed = true", 'deprived_in = ["roof"]'), "'roof' is an indicator of no"),
    "listed as a no": (("listed = true", "listed = false"), "when.all.1.listed: Input should be"),
    "unknown key": (('payer = "state_budget"', 'payed_by = "state"'), "payed_by: Extra inputs"),
    "target without a plan": (
        ('plan = "plan_740_dak_nong"\n', ""),
        "benefit 'production': budget_lines and target need the plan",
    ),
    "format": (("format = 1", "format = 2"), "format: Input should be 1"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named_with_its_place(change, expected):
    assert any(expected in problem for problem in broken(change)), broken(change)


def test_all_faults_are_named_at_once():
    problems = broken(FAULTS["class"][0], FAULTS["unit"][0], FAULTS["number that is rounded"][0])
    assert {problem.partition(",")[0] for problem in problems} == {
        "rule 'premium_poor'",
        "rule 'electricity_poor'",
        "rule 'loan_newly_escaped'",
    }


def test_a_set_is_sound_hashable_and_equal_to_itself():
    rules = RuleSet.parse(SMALL)
    rules.check_sound()
    assert rules == RuleSet.parse(SMALL)
    assert hash(rules) == hash(RuleSet.parse(SMALL))
    assert rules != RuleSet.parse(SMALL.replace("at_least = 200", "at_least = 201"))


def test_every_predicate_reads_columns_that_are_there():
    pairs = {pair for rule in RuleSet.parse(SMALL).rules for pair in rule.reads()}
    assert ("households", "ethnic_minority") in pairs
    tables = {table for table, _ in pairs} - {"current", "history"}
    assert tables == {"households", "members"}
    for table, name in pairs:
        assert table not in tables or column_of(table, name) is not None
    assert {kind.name for kind in CONDITIONS.values()} == set(CONDITIONS)


OVERLAY = """
format = 1
name = "our_province"
title = { vi = "Tỉnh ta", en = "Our province" }
replaces = ["premium_near_poor"]

[documents.resolution_9]
title = { vi = "Nghị quyết 9", en = "Resolution 9" }
signed = 2022-07-01

[[rules]]
id = "premium_near_poor"
benefit = "premium"
label = { vi = "Hộ cận nghèo", en = "Near-poor" }
citation = { document = "resolution_9", confidence = "text", checked_on = 2026-11-23 }
valid_from = 2022-07-01
when = { class_in = ["near_poor"] }
amount = { value = 1, unit = "share", of = "health_insurance_premium", period = "year" }
"""


def test_an_overlay_replaces_and_adds_rules():
    base = RuleSet.parse(SMALL)
    ours = overlaid(base, OVERLAY, "ours.toml")
    assert ours.name == "our_province"
    assert len(ours.rules) == len(base.rules)
    (rule,) = [rule for rule in ours.rules if rule.id == "premium_near_poor"]
    assert str(rule.citation) == "Resolution 9"
    assert {str(r.citation.document.title) for r in ours.rules} == {
        "Decision 1/2020",
        "Resolution 9",
    }
    assert base == RuleSet.parse(SMALL)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('replaces = ["premium_near_poor"]', "", "versions of rule 'premium_near_poor' overlap"),
        ('["premium_near_poor"]', '["premium_rich"]', "replaces: 'premium_rich' is no id of"),
        ('["premium_near_poor"]', '"premium_near_poor"', "replaces: write a list of ids"),
        ('benefit = "premium"', 'benefit = "bonus"', "unknown benefit 'bonus'"),
    ],
)
def test_an_overlay_that_does_not_fit_is_named(old, new, expected):
    assert old in OVERLAY
    with pytest.raises(LawFileError, match=expected) as error:
        overlaid(RuleSet.parse(SMALL), OVERLAY.replace(old, new), "ours.toml")
    assert error.value.name == "ours.toml"
