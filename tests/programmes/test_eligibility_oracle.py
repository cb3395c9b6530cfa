"""The engine against the oracle: each shipped rule, on every case at both sides of its bounds."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import product
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multidim_poverty import programmes
from multidim_poverty.programmes.benefit_rules.rule_set import SHIPPED, shipped_rules
from tests.programmes import eligibility_oracle as oracle
from tests.programmes.eligibility_cases import IN_EFFECT, ONE_DAY, exhaustive, tables, values

SET_OF = {rule.id: shipped_rules(name) for name in SHIPPED for rule in shipped_rules(name).rules}
IDS = sorted(SET_OF)
LATER = dt.date(2026, 12, 31)  # a day of the rules without a last one


def days_around(rule_id: str) -> list[dt.date]:
    """Both ends of each validity, and the days beside them."""
    days = set()
    for version in oracle.RULES[rule_id].versions:
        last = version.last or LATER
        days |= {version.first - ONE_DAY, version.first, last, last + ONE_DAY}
    return sorted(days)


def engine(
    rule_ids: list[str], cases: list[dict[str, Any]], day: dt.date, *, include: bool = True
) -> pd.DataFrame:
    """The rows of some rules of one set, by rule and by number of the case."""
    rules = SET_OF[rule_ids[0]]
    given_tables = tables(cases)
    known = [entry.id for entry in rules.place_lists]
    places = given_tables.places[given_tables.places["list"].isin(known)]
    in_effect = {case.get("housing_in_effect") for case in cases} - {None}
    result = programmes.eligible(
        given_tables.current,
        given_tables.members,
        history=given_tables.history,
        rules=rules,
        places=places if len(places) else None,
        unit_costs=dict.fromkeys(["housing_in_effect"] if in_effect else [], IN_EFFECT),
        households=given_tables.households,
        on=day,
        include=rule_ids if include else (),
        all=True,
    )
    result = result[result["rule"].isin(rule_ids)]
    number = result["household_id"].str.removeprefix("H").astype(int)
    return result.assign(case=number, rule=result["rule"].astype(str)).set_index(["rule", "case"])


def as_truth(series: pd.Series) -> list[bool | None]:
    return [None if pd.isna(value) else bool(value) for value in series]


@pytest.mark.slow
@pytest.mark.parametrize("rule_id", IDS)
def test_every_case_is_answered_as_the_oracle_does(rule_id):
    asked = 0
    for day in days_around(rule_id):
        cases = exhaustive(rule_id, day)
        expected = [oracle.eligible(rule_id, case, off=True) for case in cases]
        result = engine([rule_id], cases, day)
        if not oracle.RULES[rule_id].in_force(day, off=True):
            assert result.empty
            assert not any(expected)
            continue
        given_answers = as_truth(result.loc[rule_id].sort_index()["eligible"])
        assert len(given_answers) == len(cases)
        for case, answer, right in zip(cases, given_answers, expected, strict=True):
            assert answer == right, case
        asked += len(cases)
    assert asked > 0


@pytest.mark.slow
@pytest.mark.parametrize("rule_id", [r for r in IDS if oracle.RULES[r].prior])
def test_who_comes_first_is_as_the_oracle_says(rule_id):
    (version,) = oracle.RULES[rule_id].versions
    cases = exhaustive(rule_id, version.first)
    result = engine([rule_id], cases, version.first).loc[rule_id].sort_index()
    for case, place in zip(cases, result["priority"], strict=True):
        first = oracle.priority(rule_id, case)
        if pd.isna(place):
            assert first is None, case
        else:
            assert place == (1 if first else 2), case
            assert first is not None


@pytest.mark.parametrize("rule_id", IDS)
def test_a_rule_that_is_off_gives_nothing_unless_asked_for(rule_id):
    for version in oracle.RULES[rule_id].versions:
        cases = exhaustive(rule_id, version.first)[:1]
        assert engine([rule_id], cases, version.first, include=False).empty == (not version.on)
        assert not engine([rule_id], cases, version.first, include=True).empty


@pytest.mark.parametrize("rule_id", IDS)
def test_a_member_is_asked_where_the_benefit_is_theirs(rule_id):
    first = oracle.RULES[rule_id].versions[0].first
    result = engine([rule_id], exhaustive(rule_id, first)[:3], first)
    of_members = oracle.RULES[rule_id].whom in ("member", "worker")
    assert result["member_id"].notna().all() == of_members
    assert result["member_id"].isna().all() == (not of_members)


# -- the highest of several ---------------------------------------------------------------------


def facts_of(benefit: str, day: dt.date) -> list[str]:
    own = [name for name, rule in oracle.RULES.items() if rule.benefit == benefit]
    return list(dict.fromkeys(fact for name in own for fact in oracle.reads(name, day)))


HIGHEST = sorted(
    {b.id for name in SHIPPED for b in shipped_rules(name).benefits if b.combine == "highest"}
)


def complete_cases(benefit: str, day: dt.date) -> list[dict[str, Any]]:
    """Every combination of known values of the facts that the rules of a benefit read."""
    names = facts_of(benefit, day)
    known = [[value for value in values(name, day) if value is not None] for name in names]
    return [{"on": day, **dict(zip(names, case, strict=True))} for case in product(*known)]


def granted_by_case(result: pd.DataFrame) -> dict[int, list[str]]:
    """The rules that count, of each case."""
    granted = result[result["granted"].fillna(False).astype(bool)]
    by_case: dict[int, list[str]] = {}
    for rule, case in granted.index:
        by_case.setdefault(case, []).append(rule)
    return by_case


@pytest.mark.slow
@pytest.mark.parametrize("benefit", HIGHEST)
def test_the_highest_of_several_is_that_of_brute_force(benefit):
    own = [name for name, rule in oracle.RULES.items() if rule.benefit == benefit]
    compared = 0
    for day in sorted({day for name in own for day in days_around(name)}):
        valid = [name for name in own if oracle.RULES[name].in_force(day, off=True)]
        cases = complete_cases(benefit, day)
        granted = granted_by_case(engine(own, cases, day))
        for number, case in enumerate(cases):
            worth = {
                name: Fraction(oracle.RULES[name].amount[1])
                for name in valid
                if oracle.eligible(name, case, off=True)
            }
            chosen = granted.get(number, [])
            assert len(chosen) == min(1, len(worth)), case
            if worth:
                assert worth[chosen[0]] == max(worth.values()), case
                compared += 1
    assert compared > 0


# -- laws ---------------------------------------------------------------------------------------

MONOTONE = sorted(
    {b.id for name in SHIPPED for b in shipped_rules(name).benefits if b.never_less_for_poorer}
)


@pytest.mark.slow
@pytest.mark.parametrize("benefit", MONOTONE)
def test_a_poorer_class_never_has_less_of_the_same_benefit(benefit):
    own = [name for name, rule in oracle.RULES.items() if rule.benefit == benefit]
    day = oracle.RULES[own[0]].versions[0].first
    cases = complete_cases(benefit, day)
    granted = granted_by_case(engine(own, cases, day))
    by_rest: dict[Any, dict[str, Fraction]] = {}
    for number, case in enumerate(cases):
        amounts = [oracle.RULES[name].amount or (None, "1") for name in granted.get(number, [])]
        rest = tuple(value for name, value in case.items() if name != "poverty_class")
        total = sum((Fraction(amount[1]) for amount in amounts), Fraction(0))
        by_rest.setdefault(rest, {})[case["poverty_class"]] = total
    for rest, totals in by_rest.items():
        worth = [totals[poverty_class] for poverty_class in oracle.CLASSES]
        assert worth == sorted(worth, reverse=True), rest


@st.composite
def _cases(draw, rule_id):
    version = draw(st.sampled_from(oracle.RULES[rule_id].versions))
    last = version.last or LATER
    day = draw(st.dates(version.first, last))
    names = oracle.reads(rule_id, day)
    rows = st.fixed_dictionaries({name: st.sampled_from(values(name, day)) for name in names})
    cases = draw(st.lists(rows, min_size=1, max_size=8))
    in_effect = draw(st.sampled_from([IN_EFFECT, None]))
    if "housing_in_effect" in names:
        for case in cases:
            case["housing_in_effect"] = in_effect
            if in_effect is None:
                case["listed_when_in_effect"] = None
    return day, [{**case, "on": day} for case in cases]


@pytest.mark.slow
@pytest.mark.parametrize("rule_id", IDS)
@settings(max_examples=10)
@given(data=st.data())
def test_on_any_day_what_is_determined_is_what_every_completion_says(rule_id, data):
    day, cases = data.draw(_cases(rule_id))
    result = engine([rule_id], cases, day).loc[rule_id].sort_index()
    for case, answer in zip(cases, as_truth(result["eligible"]), strict=True):
        right = oracle.eligible(rule_id, case, off=True)
        assert answer == right


@pytest.mark.slow
@settings(max_examples=40)
@given(data=st.data())
def test_one_more_answer_never_turns_what_is_determined(data):
    rule_id = data.draw(st.sampled_from(IDS))
    day, cases = data.draw(_cases(rule_id))
    filled = []
    for case in cases:
        gaps = [name for name, value in case.items() if value is None]
        gaps = [n for n in gaps if n not in ("housing_in_effect", "listed_when_in_effect")]
        fill = {n: data.draw(st.sampled_from([v for v in values(n, day) if v is not None]))
                for n in gaps[:1]}  # fmt: skip
        filled.append({**case, **fill})
    before = as_truth(engine([rule_id], cases, day).loc[rule_id].sort_index()["eligible"])
    after = as_truth(engine([rule_id], filled, day).loc[rule_id].sort_index()["eligible"])
    for old, new in zip(before, after, strict=True):
        assert old is None or old == new


def test_the_days_of_the_oracle_are_those_of_both_ends():
    assert days_around("plan_740_2_livelihoods") == [
        dt.date(2021, 12, 31), dt.date(2022, 1, 1), dt.date(2022, 12, 31), dt.date(2023, 1, 1),
    ]  # fmt: skip
    assert all(len(days_around(rule_id)) >= 4 for rule_id in IDS)


# -- the list of places that ships --------------------------------------------------------------


@pytest.mark.parametrize(
    ("province", "district", "expected"),
    [
        ("Đắk Nông", "Tuy Đức", True),
        ("Đăk Nông", "Đăk Glong", True),
        ("Đắk Nông", "Đắk Glong", True),
        ("Tỉnh Đắk Nông", "Huyện Tuy Đức", True),
        ("67", "661", True),
        ("67", "667", True),
        ("Đắk Nông", "Cư Jút", False),
        ("67", "662", False),
        ("Đắk Nông", None, None),
        ("Lâm Đồng", "Đam Rông", None),
        (None, "Tuy Đức", None),
    ],
)
def test_the_poor_districts_are_known_in_dak_nong_alone(province, district, expected):
    index = pd.Index(["a"], name="household_id")
    current = pd.DataFrame({"poverty_class": ["poor"]}, index=index)
    homes = pd.DataFrame(
        {"province": pd.array([province], "string"), "district": pd.array([district], "string")},
        index=index,
    )
    result = programmes.eligible(
        current, rules="plan_740_dak_nong_rules", households=homes, on="2022-06-01", all=True
    )
    (answer,) = as_truth(result.loc[result["rule"] == "plan_740_1_1_infrastructure", "eligible"])
    assert answer is expected


@pytest.mark.parametrize("name", SHIPPED)
def test_a_list_without_places_tells_nothing(name):
    empty = {entry.id for entry in shipped_rules(name).place_lists if not entry.places}
    index = pd.Index(["a"], name="household_id")
    homes = pd.DataFrame({"province": ["Đắk Nông"], "commune": ["Đắk R'Măng"]}, index=index)
    current = pd.DataFrame({"poverty_class": ["near_poor"]}, index=index)
    members = pd.DataFrame({"household_id": ["a"], "member_id": [1], "age": [77]})
    result = programmes.eligible(
        current, members, rules=name, households=homes, on="2022-06-01", all=True,
        include=[rule.id for rule in shipped_rules(name).rules],
    ).set_index("rule")  # fmt: skip
    asked = {"places_of_special_hardship": "elderly_in_special_hardship"} | {
        "coastal_communes": "plan_740_1_2_coast_and_islands",
        "extremely_difficult_communes": "plan_740_6_1_difficult_communes",
        "minority_mountain_areas": "plan_740_3_1_production",
        "new_rural_communes": "plan_740_3_1_production",
    }
    assert empty
    for entry in empty:
        assert pd.isna(result.loc[asked[entry], "eligible"]), entry
