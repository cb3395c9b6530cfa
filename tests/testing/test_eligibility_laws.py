"""The oracle, the strategies and the laws of the rules of benefits."""

import datetime as dt
import json
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multidim_poverty import programmes, testing
from multidim_poverty.programmes.benefit_rules.rule_set import SHIPPED, shipped_rules
from multidim_poverty.testing import vectors
from multidim_poverty.testing.eligibility_laws import eligibility_trial
from multidim_poverty.testing.entitlement_bounds import bounds_of_days, first_day, last_day
from multidim_poverty.testing.entitlement_tables import entitlements_at_bounds
from multidim_poverty.testing.table_laws import answers_are_those_of_the_law
from tests.helpers.profile import at_most
from tests.programmes import eligibility_oracle as typed

pytestmark = pytest.mark.any_version

CASES = [
    case
    for case in vectors.read(Path(__file__).parents[2] / "vectors")
    if case.kind == "eligibility"
]
NATIONAL = partial(programmes.eligible, rules="national_2021_2026")
DAY = dt.date(2025, 3, 1)


def row(table, **values):
    """The one row with those values, as values of Python."""
    for name, value in values.items():
        table = table[table[name] == value]
    (one,) = table.to_dict("records")
    return {name: None if pd.isna(value) else value for name, value in one.items()}


# -- the oracle --------------------------------------------------------------------------------


def typed_facts(case):
    """A case of the vectors as the facts that the oracle with numbers of its own takes."""
    asked = case.input
    facts = {**asked["household"], **asked["member"], **asked["lists"], **asked["days"]}
    for name in ("independent_since", "housing_in_effect"):
        if facts.get(name) is not None:
            facts[name] = dt.date.fromisoformat(facts[name])
    facts["on"] = dt.date.fromisoformat(asked["on"])
    facts["poverty_class"] = asked["poverty_class"]
    facts["has_woman"] = {"female": True, "male": False, None: None}[facts.get("sex")]
    if facts.get("birth_date") is not None:
        born = dt.date.fromisoformat(facts["birth_date"])
        passed = (facts["on"].month, facts["on"].day) >= (born.month, born.day)
        facts["age"] = facts["on"].year - born.year - (not passed)
    last = asked["history"][-1]
    listed = {"poor": True, "near_poor": True, None: None}.get(last["poverty_class"], False)
    facts["listed_when_in_effect"] = listed
    if last["poverty_class"] is None:
        facts["escaped_on"] = None
    elif len(asked["history"]) == 1:
        facts["escaped_on"] = typed.NEVER
    else:
        facts["escaped_on"] = dt.date.fromisoformat(last["on"])
    return facts


def test_the_vectors_are_those_of_an_oracle_with_numbers_of_its_own():
    assert {case.input["rule"] for case in CASES} == set(typed.RULES)
    for case in CASES:
        rule, facts = case.input["rule"], typed_facts(case)
        assert case.expected["eligible"] == typed.eligible(rule, facts, off=True), case
        if case.expected["eligible"]:
            first = typed.priority(rule, facts) if typed.RULES[rule].prior else True
            place = {True: 1, False: 2, None: None}[first]
            assert case.expected["priority"] == place, case


def test_each_rule_has_answers_of_every_kind():
    seen = {}
    for case in CASES:
        seen.setdefault(case.input["rule"], set()).add(case.expected["eligible"])
    assert {rule for rule, answers in seen.items() if answers != {True, False, None}} == set()


@pytest.mark.parametrize("name", SHIPPED)
def test_each_day_of_a_rule_is_asked_on_both_sides(name):
    asked = {}
    for case in CASES:
        if case.law == name:
            asked.setdefault(case.input["rule"], {})[case.input["on"]] = case.expected["eligible"]
    for rule in shipped_rules(name).rules:
        days = {str(day) for day in bounds_of_days([rule])}
        assert days <= set(asked[rule.id]), rule.id


def test_an_open_class_is_within_its_bounds_and_the_list():
    current = pd.DataFrame(
        {
            "poverty_class": ["near_poor", None, None, None],
            "class_at_worst": [None, "poor", "near_poor", None],
            "class_at_best": [None, "near_poor", "near_poor", None],
        },
        index=["a", "b", "c", "d"],
    )
    oracle = testing.oracle_eligible(current, on=DAY)
    answers = {id: row(oracle, household_id=id, rule="premium_near_poor")["eligible"]
               for id in current.index}  # fmt: skip
    assert answers == {"a": True, "b": None, "c": True, "d": None}
    listed = current.assign(listed=[True, True, True, False])
    oracle = testing.oracle_eligible(listed, on=DAY)
    assert row(oracle, household_id="d", rule="premium_near_poor")["eligible"] is False
    testing.check_eligibility_laws(NATIONAL, listed, on=DAY)


def test_who_has_left_by_the_day_gets_nothing():
    left = [DAY, DAY + dt.timedelta(days=1)]
    current = pd.DataFrame({"poverty_class": "poor", "left_on": pd.to_datetime(left)})
    oracle = testing.oracle_eligible(current, on=DAY)
    premium = oracle[oracle["rule"] == "premium_poor"]
    assert premium["eligible"].tolist() == [False, True]


def test_amounts_are_exact_and_the_best_of_several_counts():
    current = pd.DataFrame({"poverty_class": ["near_poor"]}, index=["a"])
    homes = pd.DataFrame({"province": ["P"], "district": ["D"]}, index=["a"])
    places = pd.DataFrame({"list": ["poor_districts"], "province": ["P"], "district": ["D"]})
    oracle = testing.oracle_eligible(
        current, places=places, households=homes, on=DAY,
        unit_costs={"health_insurance_premium": 100.1},
    )  # fmt: skip
    whole = row(oracle, rule="premium_near_poor_in_poor_district")
    part = row(oracle, rule="premium_near_poor")
    assert (whole["eligible"], whole["granted"], whole["amount"]) == (True, True, 100.1)
    assert (part["eligible"], part["granted"], part["amount"]) == (True, False, 70.07)


@pytest.mark.parametrize(
    ("until", "first", "last"),
    [
        ("2025-06-15", "2022-06-15", "2022-06-15"),
        ("2023-03-01", "2020-02-29", "2020-03-01"),
        ("2024-02-29", "2021-03-01", "2021-02-28"),
    ],
)
def test_months_are_completed_on_the_same_day_or_the_next(until, first, last):
    day = dt.date.fromisoformat(until)
    assert (str(first_day(day, 36)), str(last_day(day, 36))) == (first, last)


# -- the strategies ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_the_tables_have_both_sides_of_every_bound(name):
    rules = shipped_rules(name)
    day = dt.date(2022, 6, 1) if name.startswith("plan") else DAY
    inputs = entitlements_at_bounds(rules, day, 1, whole=True, missing=True)
    bounds = {"national_2021_2026": (60, 75, 80), "plan_740_dak_nong_rules": (15,)}[name]
    assert {age for bound in bounds for age in (bound - 1, bound)} <= set(inputs.members["age"])
    assert set(inputs.current["poverty_class"].dropna()) == {*typed.CLASSES}
    escaped = set(inputs.history["on"].dt.date)
    since = day.replace(year=day.year - 3)
    assert {since - dt.timedelta(days=1), since} <= escaped
    answers = programmes.eligible(
        inputs.current, inputs.members, history=inputs.history, rules=rules, places=inputs.places,
        unit_costs=inputs.unit_costs, households=inputs.households, on=day, all=True,
    )  # fmt: skip
    for rule, given_answers in answers.groupby("rule", observed=True)["eligible"]:
        assert {True, False} <= set(given_answers.dropna()), rule
        assert given_answers.isna().any(), rule


def test_the_bounds_are_those_of_the_rules_that_are_passed():
    rules = shipped_rules("national_2021_2026")
    elderly = next(rule for rule in rules.rules if rule.id == "elderly_without_pension")
    other = elderly.when.model_copy(
        update={
            "all": (elderly.when.all[0].model_copy(
                update={"age": elderly.when.all[0].age.model_copy(update={"at_least": 85})}
            ), *elderly.when.all[1:])
        }
    )  # fmt: skip
    variant = rules.model_copy(update={"rules": (elderly.model_copy(update={"when": other}),)})
    tables = [entitlements_at_bounds(variant, DAY, seed, whole=True) for seed in range(4)]
    ages = {age for inputs in tables for age in inputs.members["age"].dropna()}
    assert {84, 85, 86} <= ages
    assert not {79, 80} & ages


# -- the laws ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
@at_most(1)
@given(data=st.data())
def test_the_library_keeps_every_law(name, data):
    inputs = data.draw(testing.boundary_entitlements(rules=name, missing=True))
    f = partial(programmes.eligible, rules=name)
    testing.check_eligibility_laws(f, **vars(inputs), rules=name)


def two_homes():
    current = pd.DataFrame({"poverty_class": ["poor", "near_poor"]}, index=["a", "b"])
    members = pd.DataFrame({"household_id": ["a", "b"], "member_id": [1, 1], "age": [60, 59]})
    members["has_supporter"] = pd.array([False, None], dtype="boolean")
    return current, members


def test_a_counterexample_shows_the_household_the_member_and_the_rule():
    def not_yet(current, members, **tables):
        return NATIONAL(current=current, members=members.assign(age=59), **tables)

    with pytest.raises(AssertionError) as error:
        testing.check_eligibility_laws(not_yet, *two_homes(), on=DAY)
    assert str(error.value).splitlines() == [
        "answers_are_those_of_the_law: ('a', 1, 'elderly_without_supporter')",
        "eligible: answered False, by the law True",
        "granted: answered False, by the law True",
        "on: 2025-03-01",
        "current: poverty_class poor",
        "members: household_id a, member_id 1, age 60, has_supporter False",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop(columns="eligible"), "no column eligible"),
        (lambda t: pd.concat([t, t]), "two rows for"),
        (lambda t: t.assign(rule="of_ours"), "an answer for|by the law True|two rows"),
        (lambda t: t.assign(eligible=True), "by the law False"),
        (lambda t: t.assign(member_id=None), "two rows for|no answer|by the law"),
    ],
)
def test_what_comes_back_is_read_strictly(change, words):
    def f(**tables):
        return change(NATIONAL(**tables, all=True))

    with pytest.raises(AssertionError, match=words):
        testing.check_eligibility_laws(f, *two_homes(), on=DAY)


def test_a_list_of_rows_of_the_entitled_is_enough():
    def f(**tables):
        rows = NATIONAL(**tables)[["household_id", "member_id", "rule", "eligible"]]
        return rows.astype(object).where(rows.notna(), None).to_dict("records")

    testing.check_eligibility_laws(f, *two_homes(), on=DAY)


def service(text):
    """A service that answers with the functions of the package."""
    asked = json.loads(text)
    homes = asked["households"]
    assert len(homes) <= 16
    members = [{"household_id": h["household_id"], **m} for h in homes for m in h.pop("members")]
    ids = [home["household_id"] for home in homes]
    current = pd.DataFrame([home.pop("current") for home in homes], index=ids, dtype=object)
    people = pd.DataFrame(members) if members else None
    history = pd.DataFrame(asked["history"])
    tables = {"current": current, "members": people, "history": history}
    places = None if asked["places"] is None else pd.DataFrame(asked["places"])
    households = pd.DataFrame(homes).set_index("household_id")
    table = NATIONAL(
        **tables, places=places, households=households, unit_costs=asked["unit_costs"],
        on=asked["on"],
    )[["household_id", "member_id", "rule", "eligible", "granted", "priority"]]  # fmt: skip
    of_home = {id: [] for id in ids}
    for one in table.astype(object).where(table.notna(), None).to_dict("records"):
        of_home[one.pop("household_id")].append(one)
    answered = [{"household_id": id, "entitlements": of_home[id]} for id in ids[::-1]]
    return json.dumps({"households": answered}, default=lambda value: value.item())


@pytest.mark.slow
def test_an_implementation_may_be_behind_json():
    inputs = entitlements_at_bounds(shipped_rules("national_2021_2026"), DAY, 1, missing=True)
    f = testing.over_json(service, "eligibility", batch=16)
    tables = vars(inputs)
    answers_are_those_of_the_law(
        eligibility_trial(
            f,
            {name: tables[name] for name in ("current", "members", "history", "places",
                                             "households")},
            shipped_rules("national_2021_2026"),
            inputs.unit_costs,
            inputs.on,
        )
    )  # fmt: skip
