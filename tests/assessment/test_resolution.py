"""Undetermined households decided over the ages that their members may have."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp

STANDARD = mdp.standard("decree_07_2021")
ORDER = ["poor", "near_poor", "average", "above_average"]
DAY = "2023-10-15"


def at_each_age(households, members):
    """The assessments of a household with its first member at each age that the schema allows."""
    ages = range(121)
    homes = pd.concat([households.set_axis([age]) for age in ages])
    people = pd.concat(
        [members.assign(household_id=age, age=[age, *members["age"].iloc[1:]]) for age in ages],
        ignore_index=True,
    )
    split = mdp.split_valid(homes, people)
    return mdp.assess(split.households, split.members, standard=STANDARD)


HOMES = st.fixed_dictionaries(
    {
        "area": st.sampled_from(["rural", "urban"]),
        "income_per_capita": st.sampled_from([1e6, 1.9e6]),
        "water_source": st.sampled_from(["other", "piped", None]),
        "toilet": st.sampled_from(["none", "septic"]),
        "floor_area": st.sampled_from([10.0, 100.0]),
        "wall_durable": st.just(True),
        "frame_durable": st.just(True),
        "roof_durable": st.just(True),
        "has_television": st.sampled_from([True, False]),
    }
)
MEMBERS = st.fixed_dictionaries(
    {
        "sex": st.sampled_from(["male", "female", None]),
        "employment_status": st.sampled_from(
            ["unemployed", "inactive", "own_account", "wage_without_contract", None]
        ),
        "has_disability": st.sampled_from([True, False, None]),
        "receives_social_allowance": st.sampled_from([True, False, None]),
        "stunted": st.sampled_from([None, True, False]),
        "has_health_insurance": st.sampled_from([True, False, None]),
        "attending": st.sampled_from(["none", "primary", "lower_secondary", None]),
        "qualification": st.sampled_from(["none", "primary", "upper_secondary", None]),
        "uses_internet": st.sampled_from([True, False]),
    }
)


@pytest.mark.filterwarnings("ignore::multidim_poverty.DataWarning")
@given(HOMES, MEMBERS, MEMBERS, st.sampled_from([5, 40, 70]))
def test_every_age_tried_by_hand_gives_the_same_bounds(home, unknown, other, age):
    households = pd.DataFrame([home], index=pd.Index(["a"], name="household_id"))
    members = pd.DataFrame([{**unknown, "age": None}, {**other, "age": age, "stunted": None}])
    members = members.assign(household_id="a", member_id=[1, 2])
    if (mdp.violations(households, members)["severity"] == "error").any():
        return
    whole = mdp.assess(households, members, standard=STANDARD).iloc[0]
    resolved = mdp.resolve(households, members, standard=STANDARD)
    assert resolved.index.tolist() == ([] if pd.notna(whole["poverty_class"]) else ["a"])
    if resolved.empty:
        return
    one = resolved.iloc[0]
    each = at_each_age(households, members)
    worst = min(map(ORDER.index, each["class_at_worst"]))
    best = max(map(ORDER.index, each["class_at_best"]))
    assert (one["class_at_worst"], one["class_at_best"]) == (ORDER[worst], ORDER[best])
    assert pd.isna(one["poverty_class"]) == (worst != best)
    assert ORDER.index(whole["class_at_worst"]) <= worst <= best
    assert best <= ORDER.index(whole["class_at_best"])
    assert 0 < one["completions"] <= 121


def test_an_age_that_decides_two_indicators_one_way_or_the_other():
    """Deprived of work at working age, a dependent at every other age: poor at every age."""
    households = pd.DataFrame(
        {"area": "rural", "income_per_capita": 1e6, "water_source": "other", "toilet": "none"},
        index=["a", "b"],
    )
    members = pd.DataFrame(
        {
            "household_id": ["a", "b"],
            "member_id": 1,
            "age": None,
            "sex": "male",
            "employment_status": "unemployed",
            "has_disability": False,
            "receives_social_allowance": [True, False],
        }
    )
    before = households.copy(), members.copy()
    whole = mdp.assess(households, members, standard=STANDARD, on=DAY)
    assert whole["poverty_class"].isna().all()
    resolved = mdp.resolve(households, members, standard=STANDARD, on=DAY)
    assert resolved["poverty_class"].fillna("above_average").tolist() == ["poor", "above_average"]
    assert resolved["class_at_worst"].tolist() == ["poor", "poor"]
    assert resolved["class_at_best"].tolist() == ["poor", "near_poor"]
    assert resolved["poverty_class"].dtype == whole["poverty_class"].dtype
    pd.testing.assert_frame_equal(households, before[0])
    pd.testing.assert_frame_equal(members, before[1])


def test_a_year_of_birth_is_tried_by_its_days():
    """Of 2007: fifteen or sixteen on the day, a child or of working age."""
    households = pd.DataFrame(
        {"area": "rural", "income_per_capita": 1e6, "water_source": "other", "toilet": "none"},
        index=["a"],
    )
    members = pd.DataFrame(
        {
            "household_id": ["a"],
            "member_id": 1,
            "birth_year": 2007,
            "employment_status": "unemployed",
            "has_disability": False,
            "receives_social_allowance": False,
            "stunted": False,
            "underweight": False,
        }
    )
    resolved = mdp.resolve(households, members, standard=STANDARD, on=DAY)
    at = [
        mdp.assess(
            households,
            members.drop(columns="birth_year").assign(birth_date=dt.date(2007, month, day)),
            standard=STANDARD,
            on=DAY,
        )["poverty_class"].iloc[0]
        for month, day in ((1, 1), (10, 15), (10, 16), (12, 31))
    ]
    whole = mdp.assess(households, members, standard=STANDARD, on=DAY)["poverty_class"]
    assert list(resolved.index) == list(whole.index[whole.isna()])
    for answer in resolved["poverty_class"].dropna():
        assert set(at) == {answer}


def test_too_many_combinations_are_left_as_they_are():
    households = pd.DataFrame({"area": "rural", "income_per_capita": 1e6}, index=["a"])
    members = pd.DataFrame({"household_id": "a", "member_id": range(9), "age": None})
    members["employment_status"] = "unemployed"
    whole = mdp.assess(households, members, standard=STANDARD)
    resolved = mdp.resolve(households, members, standard=STANDARD, completions_at_most=100)
    assert resolved["completions"].isna().all()
    for name in ("class_at_worst", "class_at_best"):
        assert resolved[name].tolist() == whole[name].tolist()


def test_nothing_is_left_where_every_class_is_known():
    sample = mdp.load_sample()
    resolved = mdp.resolve(sample.households, sample.members, standard=STANDARD)
    whole = mdp.assess(sample.households, sample.members, standard=STANDARD)
    assert resolved.index.equals(whole.index[whole["poverty_class"].isna()])
    assert resolved.columns.tolist() == [
        "poverty_class",
        "class_at_worst",
        "class_at_best",
        "completions",
    ]
