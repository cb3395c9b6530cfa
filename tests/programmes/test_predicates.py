"""Conditions are true, false or unknown as plain Python says; nothing unknown is called known."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from multidim_poverty.programmes.benefit_rules.conditions import CONDITIONS, Node
from multidim_poverty.programmes.facts import facts_of
from multidim_poverty.programmes.predicates import Evaluation

DAY = dt.date(2024, 6, 1)
READ = TypeAdapter(Node)
COLUMNS = [("households", name) for name in ("ethnic_minority", "floor_area", "toilet")]
COLUMNS += [("members", name) for name in ("has_disability", "age", "sex")]
VALUES = {
    "poverty_class": ["poor", "near_poor", "average", "above_average", "not_poor"],
    "ethnic_minority": [True, False],
    "floor_area": [29.0, 30.0, 31.0],
    "toilet": ["septic", "none"],
    "has_disability": [True, False],
    "age": [5, 6, 15, 16],
    "sex": ["male", "female"],
}

HOUSEHOLD_LEAVES = st.sampled_from(
    [
        {"class_in": ["poor"]},
        {"class_in": ["poor", "near_poor"]},
        {"class_in": ["average", "above_average"]},
        {"yes": "ethnic_minority"},
        {"number_in": {"column": "floor_area", "at_least": 30}},
        {"number_in": {"column": "floor_area", "above": 29, "below": 31}},
        {"one_of": {"column": "toilet", "codes": ["none"]}},
    ]
)
MEMBER_LEAVES = st.sampled_from(
    [
        {"yes": "has_disability"},
        {"age": {"at_least": 6}},
        {"age": {"at_least": 6, "below": 16}},
        {"one_of": {"column": "sex", "codes": ["female"]}},
    ]
)


def trees(leaves):
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda part: {"not": part}, inner),
        ),
        max_leaves=5,
    )


OF_MEMBERS = trees(MEMBER_LEAVES)
OF_HOUSEHOLDS = trees(
    st.one_of(HOUSEHOLD_LEAVES, st.builds(lambda part: {"some_member": part}, OF_MEMBERS))
)


def evaluated(condition, households, members, level="household"):
    current = households[["poverty_class"]]
    facts = facts_of(current, members, None, households, {}, {}, DAY, COLUMNS)
    truth = Evaluation(facts).of(READ.validate_python(condition), level)
    return [bool(c) if c == p else None for c, p in zip(truth.certain, truth.possible, strict=True)]


def said(condition, home, people, person=None):
    """Whether a condition holds, in plain Python, where every answer is known."""
    ((name, value),) = condition.items()
    facts = home if person is None else {**home, **person}
    match name:
        case "all":
            return all(said(part, home, people, person) for part in value)
        case "any":
            return any(said(part, home, people, person) for part in value)
        case "not":
            return not said(value, home, people, person)
        case "some_member":
            return any(said(value, home, people, one) for one in people)
        case "class_in":
            return home["poverty_class"] in value
        case "yes":
            return facts[value]
        case "one_of":
            return facts[value["column"]] in value["codes"]
        case "number_in":
            number = facts[value["column"]]
            return (
                number >= value.get("at_least", -np.inf)
                and number > value.get("above", -np.inf)
                and number < value.get("below", np.inf)
            )
        case "age":
            return value.get("at_least", 0) <= facts["age"] < value.get("below", 999)
    raise AssertionError(name)


def tables(homes, people):
    households = pd.DataFrame(homes).astype({"floor_area": "Float64", "ethnic_minority": "boolean"})
    households.index = pd.Index([f"h{n}" for n in range(len(homes))], name="household_id")
    members = pd.DataFrame(
        [
            {"household_id": f"h{home}", "member_id": n, **one}
            for n, (home, one) in enumerate(people)
        ]
    ).astype({"age": "Int64", "has_disability": "boolean"})
    return households, members


def answers(*names, missing):
    values = {
        name: st.sampled_from(VALUES[name]) | st.none()
        if missing
        else st.sampled_from(VALUES[name])
        for name in names
    }
    return st.fixed_dictionaries(values)


HOME = ("poverty_class", "ethnic_minority", "floor_area", "toilet")
PERSON = ("has_disability", "age", "sex")


@given(
    OF_HOUSEHOLDS,
    st.lists(answers(*HOME, missing=False), min_size=2, max_size=3),
    st.lists(st.tuples(st.integers(0, 1), answers(*PERSON, missing=False)), min_size=0, max_size=4),
)
def test_known_answers_are_what_plain_python_says(condition, homes, people):
    # Every household has a member: of one without any it is not known who they are.
    people = [*people, *((n, {"has_disability": False, "age": 40, "sex": "male"})
                         for n in range(len(homes)))]  # fmt: skip
    expected = [
        said(condition, home, [one for at, one in people if at == n])
        for n, home in enumerate(homes)
    ]
    assert evaluated(condition, *tables(homes, people)) == expected


@given(
    OF_MEMBERS,
    answers(*HOME, missing=False),
    st.lists(answers(*PERSON, missing=False), min_size=1, max_size=3),
)
def test_a_condition_is_asked_of_each_member(condition, home, people):
    mixed = {"all": [condition, {"class_in": ["poor", "near_poor"]}]}
    expected = [said(mixed, home, people, one) for one in people]
    table = tables([home], [(0, one) for one in people])
    assert evaluated(mixed, *table, level="member") == expected


def completions(homes, people):
    """Both tables with every way to fill what is missing."""
    holes = [(row, name) for row in [*homes, *(one for _, one in people)]
             for name, value in row.items() if value is None]  # fmt: skip
    for filling in itertools.product(*(VALUES[name] for _, name in holes)):
        filled = {(id(row), name): value for (row, name), value in zip(holes, filling, strict=True)}

        def full(row, filled=filled):
            return {name: filled.get((id(row), name), value) for name, value in row.items()}

        yield [full(home) for home in homes], [(at, full(one)) for at, one in people]


@settings(max_examples=60)
@given(
    OF_HOUSEHOLDS,
    answers(*HOME, missing=True),
    st.lists(answers(*PERSON, missing=True), min_size=1, max_size=2),
)
def test_what_is_determined_holds_in_every_completion(condition, home, people):
    rows = [(0, one) for one in people]
    holes = sum(value is None for row in (home, *people) for value in row.values())
    if holes > 5:
        return
    (determined,) = evaluated(condition, *tables([home], rows))
    every = {
        said(condition, homes[0], [one for _, one in full])
        for homes, full in completions([home], rows)
    }
    if determined is not None:
        assert every == {determined}
    elif not holes:
        pytest.fail("unknown, although every answer is known")


@pytest.mark.parametrize("name", sorted(set(CONDITIONS) - {"all", "any", "not", "some_member"}))
def test_a_table_that_cannot_answer_gives_unknown_never_no(name):
    condition = {
        "class_in": ["poor"],
        "listed": True,
        "listed_on": dt.date(2023, 1, 1),
        "newly_escaped": {"months": 36},
        "deprived_in": ["water"],
        "lives_in": ["nowhere"],
        "independent_for": {"years": 3},
        "yes": "ethnic_minority",
        "one_of": {"column": "toilet", "codes": ["none"]},
        "named_in": {"column": "ethnic_group", "names": ["Mạ"]},
        "number_in": {"column": "floor_area", "below": 30},
        "age": {"below": 6},
    }
    current = pd.DataFrame({"poverty_class": [None, None]}, index=["a", "b"])
    places = {"nowhere": type("Empty", (), {"places": ()})()}
    facts = facts_of(current, None, None, None, places, {}, DAY, [])
    truth = Evaluation(facts).of(READ.validate_python({name: condition[name]}), "household")
    assert not truth.certain.any()
    assert truth.possible.all()


def test_a_class_between_two_is_known_where_both_are_meant():
    current = pd.DataFrame(
        {
            "poverty_class": [None, None, "poor"],
            "class_at_worst": ["poor", "near_poor", "poor"],
            "class_at_best": ["near_poor", "average", "poor"],
        },
        index=list("abc"),
    )
    facts = facts_of(current, None, None, None, {}, {}, DAY, [])
    listed = Evaluation(facts).of(
        READ.validate_python({"class_in": ["poor", "near_poor"]}), "household"
    )
    poor = Evaluation(facts).of(READ.validate_python({"class_in": ["poor"]}), "household")
    assert listed.certain.tolist() == [True, False, True]
    assert listed.possible.tolist() == [True, True, True]
    assert poor.certain.tolist() == [False, False, True]
    assert poor.possible.tolist() == [True, False, True]


def test_who_is_not_on_the_list_is_not_poor_whatever_else_they_are():
    current = pd.DataFrame(
        {"poverty_class": [None, None], "listed": [False, True]}, index=list("ab")
    )
    homes = pd.DataFrame({"area": "rural"}, index=list("abc"))
    facts = facts_of(current, None, None, homes, {}, {}, DAY, [])
    poor = Evaluation(facts).of(
        READ.validate_python({"class_in": ["poor", "near_poor"]}), "household"
    )
    average = Evaluation(facts).of(READ.validate_python({"class_in": ["average"]}), "household")
    assert poor.certain.tolist() == [False, True, False]  # c: the log does not name it
    assert poor.possible.tolist() == [False, True, False]
    assert average.possible.tolist() == [True, False, True]


def test_a_birth_counts_before_an_age_of_another_day():
    members = pd.DataFrame(
        {
            "household_id": "a",
            "member_id": range(4),
            "age": [5, 5, None, None],
            "birth_date": ["2018-06-01", None, "2018-06-02", None],
            "birth_year": [2018, None, 2018, 2018],
        }
    )
    current = pd.DataFrame({"poverty_class": ["poor"]}, index=["a"])
    facts = facts_of(current, members, None, None, {}, {}, DAY, [])
    truth = Evaluation(facts).of(READ.validate_python({"age": {"at_least": 6}}), "member")
    assert truth.certain.tolist() == [True, False, False, False]
    assert truth.possible.tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("since", "expected"),
    [("2021-06-01", True), ("2021-06-02", False), ("2030-01-01", False), (None, None)],
)
def test_the_years_of_independence_are_completed(since, expected):
    homes = pd.DataFrame({"poverty_class": ["poor"], "independent_since": [since]}, index=["a"])
    facts = facts_of(homes, None, None, None, {}, {}, DAY, [])
    node = READ.validate_python({"independent_for": {"years": 3}})
    truth = Evaluation(facts).of(node, "household")
    assert (truth.certain[0], truth.possible[0]) == (expected is True, expected is not False)
    up_to = {"independent_for": {"years": 3, "by": dt.date(2024, 6, 2)}}
    later = Evaluation(facts).of(READ.validate_python(up_to), "household")
    assert later.certain[0] == (since in ("2021-06-01", "2021-06-02"))


def test_names_are_compared_in_any_spelling():
    homes = pd.DataFrame(
        {"poverty_class": "poor", "ethnic_group": ["M’Nông", "mạ ", "Kinh", None]},
        index=list("abcd"),
    )
    facts = facts_of(homes, None, None, None, {}, {}, DAY, [])
    node = {"named_in": {"column": "ethnic_group", "names": ["Mnông", "Mạ"]}}
    truth = Evaluation(facts).of(READ.validate_python(node), "household")
    assert truth.certain.tolist() == [True, True, False, False]
    assert truth.possible.tolist() == [True, True, False, True]


def test_farm_households_are_known_from_the_list_too():
    current = pd.DataFrame(
        {"poverty_class": "average", "source": ["farm", "yearly_review"]}, index=list("ab")
    )
    facts = facts_of(current, None, None, None, {}, {}, DAY, [])
    truth = Evaluation(facts).of(READ.validate_python({"yes": "farm_household"}), "household")
    assert truth.certain.tolist() == [True, False]
    assert truth.possible.tolist() == [True, True]


def test_a_household_of_whom_nobody_was_asked_is_open():
    current = pd.DataFrame({"poverty_class": ["poor", "poor"]}, index=list("ab"))
    members = pd.DataFrame({"household_id": ["a"], "member_id": [1], "has_disability": [False]})
    facts = facts_of(current, members, None, None, {}, {}, DAY, [])
    node = READ.validate_python({"some_member": {"yes": "has_disability"}})
    truth = Evaluation(facts).of(node, "household")
    assert truth.certain.tolist() == [False, False]
    assert truth.possible.tolist() == [False, True]


def test_the_answer_and_the_deprivation_of_one_name_are_told_apart():
    result = pd.DataFrame({"poverty_class": "poor", "toilet": [True, False]}, index=list("ab"))
    facts = facts_of(result, None, None, None, {}, {}, DAY, [("households", "toilet")])
    kind = READ.validate_python({"one_of": {"column": "toilet", "codes": ["none"]}})
    lack = READ.validate_python({"deprived_in": ["toilet", "water"]})
    assert Evaluation(facts).of(kind, "household").possible.all()
    assert not Evaluation(facts).of(kind, "household").certain.any()
    assert Evaluation(facts).of(lack, "household").certain.tolist() == [True, False]
