"""With a year of birth alone, every rule gives what all births in that year have in common."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import testing
from multidim_poverty.identity import ids
from multidim_poverty.schema.definitions import COLUMNS
from tests.helpers.profile import at_most

DAYS = {
    "decision_59_2015": ["2018-06-30", "2020-02-29", "2020-12-31"],
    "decree_07_2021": ["2022-01-01", "2023-06-15", "2023-12-30", "2024-02-29", "2026-12-31"],
    "decree_351_2025": ["2027-03-31", "2030-12-31"],
}
ANSWERS = [
    column
    for column in COLUMNS
    if column.table == "members" and column.kind in ("category", "boolean")
]
PROFILES = 8
AGE = ("members", "age")


def profiles(rng, n):
    """Answers of `n` members, one in five of them missing."""
    answers = {}
    for column in ANSWERS:
        values = np.array([*(column.codes or (False, True)), None], dtype=object)
        odds = np.array([0.8 / (len(values) - 1)] * (len(values) - 1) + [0.2])
        answers[column.name] = rng.choice(values, n, p=odds)
    return pd.DataFrame(answers)


def alone(members):
    """Each member as the only one of a household."""
    return members.assign(household_id=members.index, member_id=1)


def matrix(members, standard, on):
    homes = pd.DataFrame({"area": "rural"}, index=members.index)
    found = mdp.deprivations(homes, alone(members), standard=standard, on=on)
    return found.astype("boolean")


def in_common(found, owner):
    """True or False where all rows of an owner say so, else NA."""
    truths = found.astype("boolean")
    every = truths.fillna(False).groupby(owner).all().astype("boolean")
    some = truths.fillna(True).groupby(owner).any().astype("boolean")
    return every.where(every | ~some)


def births_of(years, on):
    """Every possible birth in the year of each row: position of the row and the day."""
    day = pd.Timestamp(on)
    days = pd.date_range(f"{years.min()}-01-01", min(pd.Timestamp(f"{years.max()}-12-31"), day))
    days = days[days > day - pd.DateOffset(years=121)]
    of_year = pd.DataFrame({"birth_year": days.year, "birth_date": days})
    rows = pd.DataFrame({"birth_year": years.to_numpy(), "row": years.index})
    return rows.merge(of_year, on="birth_year")


CASES = [(standard, on) for standard, days in DAYS.items() for on in days]


@pytest.mark.parametrize(("standard", "on"), CASES)
@pytest.mark.parametrize("aged", [False, True], ids=["year alone", "year and age"])
def test_every_rule_gives_what_all_births_of_the_year_have_in_common(standard, on, aged):
    """Exhaustive: each year of birth that is possible, and in it each day."""
    day = pd.Timestamp(on)
    first = day.year - 121 if on[5:] != "12-31" else day.year - 120
    years = np.repeat(np.arange(first, day.year + 1), PROFILES)
    members = profiles(np.random.default_rng(int(on[:4])), len(years)).assign(birth_year=years)
    births = births_of(members["birth_year"], on)
    completed = members.drop(columns="birth_year").loc[births["row"]].reset_index(drop=True)
    completed["birth_date"] = births["birth_date"]
    owner = births["row"]
    if aged:
        passed = births["birth_date"].dt.strftime("%m%d") <= day.strftime("%m%d")
        completed["age"] = day.year - births["birth_year"] - 1 + passed
        members["age"] = completed.groupby(owner)["age"].agg("max" if day.day % 2 else "min")
        same = completed["age"].to_numpy() == members["age"].reindex(owner).to_numpy()
        completed, owner = (
            completed[same].reset_index(drop=True),
            owner[same].reset_index(drop=True),
        )
    expected = in_common(matrix(completed, standard, on), owner)
    found = matrix(members, standard, on)
    pd.testing.assert_frame_equal(found, expected, check_names=False)
    by_age = [i for i in mdp.standard(standard).indicators if AGE in i.rule.reads()]
    for indicator in by_age:
        answers = found[indicator.id]
        assert answers.isna().any() or aged, indicator.id
        assert answers.notna().any(), indicator.id


def test_two_brackets_of_one_rule_do_not_leave_open_what_both_ages_say():
    # 17 or 18: the level of neither bracket is there, so the adult is deprived at both ages.
    members = pd.DataFrame(
        {"birth_year": [2005, 2005], "attending": "none", "enterprise_trained": False,
         "qualification": ["primary", "lower_secondary"]}
    )  # fmt: skip
    found = matrix(members, "decree_07_2021", "2023-06-30")
    assert found["adult_education"].tolist() == [True, pd.NA]


def test_the_end_of_working_age_is_found_to_the_month():
    members = pd.DataFrame(
        {"birth_year": [1961, 1962, 1963], "sex": "male", "employment_status": "unemployed"}
    )
    found = [
        matrix(members, "decree_07_2021", on)["employment"].tolist()
        for on in ("2022-01-01", "2023-06-15", "2026-12-31")
    ]
    # At 60 years 6 months in 2022, 60 years 9 months in 2023, 61 years 6 months in 2026.
    assert found == [[pd.NA, True, True], [False, pd.NA, True], [False, False, False]]


@given(data=st.data())
@settings(at_most(60))
def test_years_of_birth_in_whole_rosters_agree_with_the_slow_oracle(data):
    standard = data.draw(st.sampled_from(list(DAYS)))
    on = data.draw(st.sampled_from(DAYS[standard]))
    tables = data.draw(testing.rosters(on=on, missing=data.draw(st.booleans()), max_members=4))
    dropped = data.draw(st.sampled_from([["age", "birth_date"], ["age"], ["birth_date"]]))
    members = tables.members.drop(columns=dropped)
    fast = mdp.deprivations(tables.households, members, standard=standard, on=on)
    slow = testing.oracle_deprivations(tables.households, members, standard=standard, on=on)
    pd.testing.assert_frame_equal(fast.astype("boolean"), slow)


@given(data=st.data())
@settings(at_most(30))
def test_what_is_known_with_years_of_birth_is_so_with_the_dates(data):
    standard = data.draw(st.sampled_from(list(DAYS)))
    on = data.draw(st.sampled_from(DAYS[standard]))
    tables = data.draw(testing.rosters(on=on))
    homes = tables.households
    years = mdp.deprivations(
        homes, tables.members.drop(columns=["age", "birth_date"]), standard=standard, on=on
    )
    dates = mdp.deprivations(
        homes, tables.members.drop(columns=["age", "birth_year"]), standard=standard, on=on
    )
    known = years.notna()
    assert (
        (years.astype(object)[known] == dates.astype(object)[known])
        .where(known, True)
        .all(axis=None)
    )
    result = mdp.assess(
        homes, tables.members.drop(columns=["age", "birth_date"]), standard=standard, on=on
    )
    exact = mdp.assess(homes, tables.members, standard=standard, on=on)
    determined = result["poverty_class"].notna()
    same = result["poverty_class"].astype(object) == exact["poverty_class"].astype(object)
    assert same[determined].all()


def test_chunks_with_and_without_years_of_birth_stand_in_one_table(monkeypatch):
    monkeypatch.setattr(ids, "CHUNK", 3)
    members = profiles(np.random.default_rng(3), 30).assign(age=np.arange(30))
    members["birth_year"] = (2023 - members["age"]).where(members.index % 4 == 0)
    members["age"] = members["age"].mask(members.index % 4 == 0).astype("Int64")
    found = matrix(members, "decree_07_2021", "2023-06-30")
    each = [matrix(members.loc[[n]], "decree_07_2021", "2023-06-30") for n in members.index]
    pd.testing.assert_frame_equal(found, pd.concat(each))
