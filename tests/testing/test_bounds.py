"""The strategies that aim at the bounds of a standard."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import testing
from multidim_poverty.testing.bounds import days_at_bounds, homes_at_bounds
from tests.helpers.faults import errors_of
from tests.helpers.profile import at_most

D07 = mdp.standard("decree_07_2021")
GENERATE = settings(max_examples=500, database=None, phases=[Phase.generate], deadline=None)
BACKENDS = st.sampled_from(["numpy", "nullable", "pyarrow"])


def one(strategy, wanted=lambda _: True):
    return find(strategy, wanted, settings=GENERATE)


@st.composite
def surveyed(draw):
    standard = draw(testing.standards())
    return standard, draw(
        testing.boundary_rosters(
            standard=standard, whole=False, missing=draw(st.booleans()), backend=draw(BACKENDS)
        )
    )


@at_most(30)
@given(drawn=surveyed())
def test_surveys_at_the_bounds_have_no_fault_and_answers_equal_the_oracle(drawn):
    standard, survey = drawn
    assert errors_of(survey.households, survey.members, on=survey.on).empty
    tables = survey.households, survey.members
    fast = mdp.assess(*tables, standard=standard, on=survey.on)
    slow = testing.oracle_assess(*tables, standard=standard, on=survey.on)
    fast = fast.astype(dict.fromkeys(standard.indicator_ids, "boolean"))
    pd.testing.assert_frame_equal(fast, slow)


@pytest.mark.parametrize("standard", mdp.standards(), ids=lambda s: s.name)
def test_every_indicator_turns_at_its_bounds(standard):
    survey = one(testing.boundary_rosters(standard=standard))
    tables = survey.households, survey.members
    matrix = mdp.deprivations(*tables, standard=standard, on=survey.on)
    homes = homes_at_bounds(standard, survey.on)
    for indicator in standard.indicators:
        if indicator.rule.kind == "unknown":
            continue
        own = np.array([home.indicator == indicator.id for home in homes])
        assert set(matrix.loc[own, indicator.id].dropna()) == {True, False}, indicator.id


def test_the_class_turns_on_what_is_tried():
    survey = one(testing.boundary_rosters(standard=D07, on="2023-06-30"))
    result = mdp.assess(survey.households, survey.members, standard=D07, on=survey.on)
    other = [home.indicator for home in homes_at_bounds(D07, survey.on)]
    beside = [
        sum(bool(row[name]) for name in D07.indicator_ids if name != tried)
        for row, tried in zip(result.to_dict("records"), other, strict=True)
    ]
    assert (np.array(beside) == 2).mean() > 0.4


def ages_of(standard, on):
    days = one(testing.boundary_rosters(standard=standard, on=on)).members
    births = days["birth_date"].dropna().dt.date
    return set(days["age"].dropna().astype(int)), set(births), set(days["birth_year"].dropna())


def test_ages_are_on_both_sides_of_every_bound_of_the_rules():
    ages, births, years = ages_of(D07, "2023-06-30")
    bounds = {3, 6, 12, 15, 16, 18, 31, 60}
    assert {age for bound in bounds for age in (bound - 1, bound)} <= ages
    for age in bounds:  # the day before the birthday, on it and the day after
        assert {dt.date(2023 - age, 6, 29), dt.date(2023 - age, 6, 30)} <= births
        assert dt.date(2023 - age, 7, 1) in births
        assert {2023 - age - 1, 2023 - age} <= years


def test_retirement_is_met_to_the_day():
    _, births, _ = ages_of(D07, "2023-06-30")
    # 60 years 9 months for men, 56 years for women, in 2023.
    assert {dt.date(1962, 9, 30), dt.date(1962, 10, 1)} <= births
    assert {dt.date(1967, 6, 30), dt.date(1967, 7, 1)} <= births


def test_the_29th_of_february_is_met():
    _, births, _ = ages_of(D07, "2022-02-28")
    assert {dt.date(2004, 2, 27), dt.date(2004, 2, 28), dt.date(2004, 2, 29)} <= births
    assert {dt.date(2022, 2, 28), dt.date(2022, 3, 1), dt.date(2024, 2, 29)} <= set(
        days_at_bounds(D07)
    )


def test_shares_and_areas_are_on_both_sides():
    survey = one(testing.boundary_rosters(standard=D07, on="2023-06-30"))
    members, homes = survey.members, survey.households
    child = (members["age"] < 16).to_numpy(dtype=bool, na_value=False)
    shares = (
        pd.Series(child, members["household_id"].to_numpy()).groupby(level=0).agg(["sum", "size"])
    )
    pairs = set(map(tuple, shares.to_numpy().tolist()))
    assert {(1, 2), (2, 2), (2, 4), (3, 4), (1, 3), (2, 3), (3, 6), (4, 6)} <= pairs
    per_head = set(zip(homes["floor_area"], homes["household_size"], strict=True))
    assert {(7.99, 1), (8.0, 1), (55.99, 7), (56.0, 7), (56.01, 7)} <= per_head


def test_a_variant_moves_the_bounds():
    variant = D07.replace(
        name="variant",
        why="a test",
        lines={"poverty_line": {"rural": 1_234_567}},
        rules={"health_insurance": {"from_age": 9}, "housing_area": {"below_m2_per_head": 11}},
    )
    survey = one(testing.boundary_rosters(standard=variant, on="2023-06-30"))
    uninsured = survey.members[~survey.members["has_health_insurance"]]
    assert {8, 9, 10} <= set(uninsured["age"].dropna())
    assert {21.99, 22.0, 22.01} <= set(survey.households["floor_area"])
    assert 1_234_567.3 in set(survey.households["income_per_capita"].dropna())
    classes = one(testing.boundary_households(standard=variant))
    assert 1_234_567.3 in set(classes.households["income_per_capita"])


def test_incomes_are_fractions_of_a_dong_beside_the_line():
    incomes = set(one(testing.boundary_households(standard=D07)).households["income_per_capita"])
    assert {1_499_999, 1_499_999.7, 1_500_000, 1_500_000.03, 1_500_000.3, 1_500_001} <= incomes


def test_incomes_of_the_year_stand_in_the_place_of_income_per_head():
    homes = one(testing.boundary_households(standard=D07, income="year")).households
    assert homes.columns.tolist() == ["area", "income_12m", "household_size"]
    assert (homes["income_12m"] > 2**24).mean() > 0.9
    line = 12 * 1_500_000 * homes["household_size"]
    beside = (homes["income_12m"] - line).round(2)
    assert {-1, -0.3, 0, 0.03, 0.3, 1} <= set(beside)
    either = one(testing.boundary_households(standard=D07, income="either")).households
    known = either[["income_per_capita", "income_12m"]].notna().sum(axis=1)
    assert (known == 1).all()
    with pytest.raises(ValueError, match="income 'month' is not"):
        testing.class_inputs(standard=D07, income="month")


@at_most(30)
@given(
    drawn=st.tuples(
        st.sampled_from(["stated", "year", "either", "decimal"]), st.booleans()
    ).flatmap(lambda how: testing.class_inputs(standard=D07, income=how[0], missing=how[1]))
)
def test_incomes_of_any_kind_agree(drawn):
    assert errors_of(drawn.households).empty
    testing.classes_are_those_of_the_standard(
        lambda h, d: mdp.classify(h, d, standard=D07),
        drawn.households,
        drawn.deprivations,
        standard=D07,
    )


def test_missing_answers_hang_together():
    survey = one(
        testing.boundary_rosters(standard=D07, missing=True),
        lambda survey: survey.households["wall_durable"].isna().any(),
    )
    house = survey.households[["wall_durable", "frame_durable", "roof_durable"]].isna()
    assert house.any(axis=1).equals(house.all(axis=1))
    drawn = one(
        testing.with_missing(testing.households(), together=True),
        lambda table: table["has_radio"].isna().any(),
    )
    devices = drawn.filter(like="has_").isna()
    assert devices.any(axis=1).equals(devices.all(axis=1))
    classes = one(
        testing.boundary_households(standard=D07, missing=True),
        lambda drawn: drawn.deprivations.isna().any(axis=None),
    )
    for dimension in D07.dimensions:
        ids = [i.id for i in D07.indicators if i.dimension == dimension.id]
        gaps = classes.deprivations[ids].isna()
        assert gaps.any(axis=1).equals(gaps.all(axis=1))


def test_few_households_can_be_drawn():
    survey = one(testing.boundary_rosters(standard=D07, whole=False, backend="nullable", ids="int"))
    assert 1 <= len(survey.households) <= 12
    assert survey.members["has_health_insurance"].dtype == "boolean"
    years = one(testing.movement_inputs(whole=False))
    assert len(years.start) <= 13


def test_incomes_are_exact_decimals():
    inputs = one(testing.boundary_households(standard=D07, income="decimal"))
    incomes = inputs.households["income_per_capita"]
    assert Decimal("1500000.3") in set(incomes)
    testing.classes_are_those_of_the_standard(
        lambda h, d: mdp.classify(h, d, standard=D07),
        inputs.households,
        inputs.deprivations,
        standard=D07,
    )
