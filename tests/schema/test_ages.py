"""Ages of members: stated, from a date of birth, or from a year of birth to within a year."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import reports, schema
from multidim_poverty.dates import completed_months, months_of_birth_year
from multidim_poverty.schema import ages
from tests.helpers.faults import errors_of

DAYS = ["2023-06-30", "2023-12-31", "2023-12-30", "2023-01-01", "2024-02-29", "2023-02-28"]
HOME = pd.DataFrame({"area": "rural", "income_per_capita": 1e6}, index=["A"])


def births_in(year, day):
    """Every day of a year, up to the day of the survey."""
    days = pd.date_range(dt.date(year, 1, 1), min(dt.date(year, 12, 31), day))
    return [born.date() for born in days]


def roster(**columns):
    """Members of household A."""
    frame = pd.DataFrame(columns)
    return frame.assign(household_id="A", member_id=range(len(frame)))


def faults_of(members, on="2023-06-30", **more):
    """Errors of the members."""
    return errors_of(HOME, members, on=on, **more)


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("year", [1904, 1960, 2000, 2008, 2022, 2023])
def test_a_year_of_birth_bounds_the_months_of_every_birth_in_it(on, year):
    day = dt.date.fromisoformat(on)
    lived = completed_months(pd.Series(births_in(year, day), dtype=object), day)
    least, most = months_of_birth_year(np.array([float(year), np.nan]), day)
    assert [least[0], most[0]] == [lived.min(), lived.max()]
    assert np.isnan([least[1], most[1]]).all()
    found = ages.ages_of({"birth_year": pd.Series([year], name="birth_year")}, 1, day)
    aged = [
        day.year - born.year - ((born.month, born.day) > (day.month, day.day))
        for born in births_in(year, day)
    ]
    assert [found.youngest[0], found.oldest[0]] == [min(aged), max(aged)]


def test_two_ages_on_all_days_but_the_last_of_a_year():
    years = pd.Series([1990, 2023, None], name="birth_year")
    for on, expected in (("2023-12-30", [32, 33]), ("2023-12-31", [33, 33])):
        found = ages.ages_of({"birth_year": years}, 3, dt.date.fromisoformat(on))
        assert [found.youngest[0], found.oldest[0]] == expected
        assert [found.youngest[1], found.oldest[1]] == [0, 0]
        assert np.isnan(found.youngest[2])


def test_an_age_is_as_stated_else_of_the_date_else_of_the_year():
    births = pd.to_datetime(["1990-01-01", "1990-01-01", None])
    columns = {
        "age": pd.Series([40, None, None], name="age"),
        "birth_date": pd.Series(births, name="birth_date"),
        "birth_year": pd.Series([1990, 1990, 1990], name="birth_year"),
    }
    found = ages.ages_of(columns, 3, dt.date(2023, 6, 30))
    assert found.youngest.tolist() == [40, 33, 32]
    assert found.oldest.tolist() == [40, 33, 33]
    unknown = ages.ages_of({"birth_year": columns["birth_year"]}, 3, None)
    assert np.isnan(unknown.youngest).all()


@pytest.mark.parametrize(
    ("age", "year", "on", "expected"),
    [
        (32, 1990, "2023-06-30", None),
        (33, 1990, "2023-06-30", None),
        (31, 1990, "2023-06-30", "32-33"),
        (34, 1990, "2023-06-30", "32-33"),
        (32, 1990, "2023-12-31", 33),
        (0, 2023, "2023-06-30", None),
        (1, 2023, "2023-06-30", 0),
        (120, 1902, "2023-06-30", None),
        (31, 1990, None, None),
    ],
)
def test_an_age_that_the_year_of_birth_cannot_give(age, year, on, expected):
    found = faults_of(roster(age=[age], birth_year=[year]), on=on)
    if expected is None:
        assert found.empty
        return
    row = found.iloc[0]
    assert row[["rule", "column"]].tolist() == ["age_disagrees", "age"]
    assert row[["value", "expected"]].tolist() == [age, expected]
    for number in (age, f"birth_year {year}", expected, on):
        assert str(number) in row["message"]


def test_a_year_that_is_not_that_of_the_date_of_birth():
    births = pd.to_datetime(["1990-05-01", "1991-05-01", None])
    members = roster(birth_date=births, birth_year=[1990, 1990, 1990])
    found = faults_of(members, on=None)
    assert found[["rule", "column", "member_id", "value", "expected"]].values.tolist() == [
        ["birth_years_differ", "birth_year", 1, 1990, 1991]
    ]
    assert "1990" in found["message"].iloc[0]
    assert "1991" in found["message"].iloc[0]
    # What follows from it is not listed, whichever of the two the age agrees with.
    for age in (32, 60):
        found = faults_of(members.assign(age=[33, age, 33]))
        assert found["rule"].tolist() == ["birth_years_differ"]


def test_an_age_that_contradicts_date_and_year_is_one_fault():
    members = roster(age=[20], birth_date=[pd.Timestamp("1990-05-01")], birth_year=[1990])
    found = faults_of(members)
    assert found["rule"].tolist() == ["age_disagrees"]
    assert "birth_date 1990-05-01" in found["message"].iloc[0]


@pytest.mark.parametrize(
    ("year", "on", "rule"),
    [
        (2023, "2023-01-01", None),
        (2024, "2023-12-31", "born_later"),
        (1902, "2023-12-30", None),
        (1902, "2023-12-31", "born_too_early"),
        (1901, "2023-06-30", "born_too_early"),
        (1901, None, None),
        (90, "2023-06-30", "out_of_range"),
        (20230, "2023-06-30", "out_of_range"),
        (1990.5, "2023-06-30", "not_whole"),
        ("1990", "2023-06-30", "text_number"),
    ],
)
def test_years_in_which_no_member_was_born(year, on, rule):
    members = roster(birth_year=[year, 1990], has_health_insurance=[False, True])
    found = faults_of(members, on=on)
    assert found[["rule", "member_id", "column", "value"]].values.tolist() == (
        [] if rule is None else [[rule, 0, "birth_year", year]]
    )
    if rule is None:
        return
    assert str(year) in found["message"].iloc[0]
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.deprivations(HOME, members, standard="decree_07_2021", on=on)
    assert error.value.violations["rule"].tolist() == [rule]


def test_the_day_is_asked_for_where_ages_come_from_years_of_birth():
    with pytest.raises(ValueError, match="on is needed where ages come from birth_year"):
        mdp.assess(HOME, roster(birth_year=[1990]), standard="decree_07_2021")
    stated = roster(birth_year=[1990], age=[33])
    assert len(mdp.assess(HOME, stated, standard="decree_07_2021")) == 1


@pytest.mark.parametrize(("year", "fault"), [(2006, True), (2007, False), (2008, False)])
def test_only_who_is_grown_at_both_ages_has_an_answer_about_children_too_many(year, fault):
    found = faults_of(roster(birth_year=[year], stunted=[True]))
    assert found["rule"].tolist() == ["adult_undernourished"] * fault


def test_a_doubt_needs_both_ages():
    def doubts(**columns):
        return mdp.violations(HOME, roster(**columns), on="2023-06-30")

    spouse = {"relation": ["head", "spouse"]}
    assert doubts(birth_year=[1980, 2011], **spouse)["rule"].tolist() == ["spouse_too_young"]
    assert "11-12" in doubts(birth_year=[1980, 2011], **spouse)["message"].iloc[0]
    assert doubts(birth_year=[1980, 2010], **spouse).empty  # 12 or 13
    child = {"relation": ["head", "child"]}
    assert doubts(birth_year=[1990, 1990], **child).empty
    older = doubts(birth_year=[1990, 1988], **child)
    assert older["rule"].tolist() == ["child_older_than_parents"]
    assert "34-35" in older["message"].iloc[0]
    assert "32-33" in older["message"].iloc[0]
    parent = {"relation": ["head", "parent"]}
    assert doubts(birth_year=[1990, 1990], **parent).empty
    younger = doubts(birth_year=[1990, 1992], **parent)
    assert younger["rule"].tolist() == ["parent_too_young"]
    school = {"relation": ["head", "other"], "attending": ["none", "primary"]}
    assert doubts(birth_year=[1980, 2019], **school).empty  # 3 or 4
    assert doubts(birth_year=[1980, 2020], **school)["rule"].tolist() == ["schooling_against_age"]


def test_years_of_birth_that_are_no_years_of_grown_people():
    members = roster(birth_year=[2015] * 20)
    found = mdp.violations(HOME, members, on="2023-06-30")
    assert found[["rule", "column"]].values.tolist() == [["other_unit_of_age", "birth_year"]]


def test_children_of_table_11_are_those_who_are_children_at_both_ages():
    result = pd.DataFrame({"poverty_class": ["poor"]}, index=pd.Index(["A"], name="household_id"))
    answers = dict(stunted=False, underweight=False, has_health_insurance=False, attending="none")
    members = roster(birth_year=[2006, 2007, 2008, 2017], **answers)
    table = reports.table_11(result, members=members, standard="decree_07_2021", on="2023-06-30")
    # Born in 2007: 15 or 16. Born in 2017: 5 or 6, insured from 6 on.
    row = table.iloc[0]
    assert row[["poor_children", "poor_health_insurance", "unknown"]].tolist() == [2, 1, 2]
    assert row["poor_child_schooling"] == 2
    with pytest.raises(ValueError, match="on is needed"):
        reports.table_11(result, members=members, standard="decree_07_2021")


def test_lists_print_the_year_of_the_date_else_the_year_itself():
    result = pd.DataFrame({"poverty_class": ["poor"]}, index=pd.Index(["A"], name="household_id"))
    births = pd.to_datetime(["1980-05-01", None, None])
    members = roster(birth_date=births, birth_year=[None, 2001, None], sex="male")
    for given in (members, members.assign(birth_date=births.strftime("%Y-%m-%d"))):
        table = reports.table_15(result, members=given)
        assert table["birth_year_male"].tolist() == [1980, 2001, pd.NA]
    alone = reports.table_15(result, members=members.drop(columns="birth_date"))
    assert alone["birth_year_male"].tolist() == [pd.NA, 2001, pd.NA]


def test_a_record_takes_a_year_of_birth():
    home = mdp.Household(
        household_id="a",
        area="rural",
        members=[{"member_id": 1, "birth_year": 2017, "has_health_insurance": False}],
    )
    one = mdp.assess_one(home, standard="decree_07_2021", on="2023-06-30")
    assert one.deprivations["health_insurance"] is None  # 5 or 6: asked from 6 on
    last = mdp.assess_one(home, standard="decree_07_2021", on="2023-12-31")
    assert last.deprivations["health_insurance"] is True
    described = mdp.schema.Member.model_json_schema()["properties"]["birth_year"]
    assert described["description"] == "Year of birth (Năm sinh) [calendar year]"
    with pytest.raises(ValueError, match="1800"):
        mdp.schema.Member(member_id=1, birth_year=85)


def test_every_rule_that_reads_an_age_reads_years_of_birth():
    columns = schema.columns().set_index(["table", "column"])["read_by"]
    assert columns["members", "birth_year"] == columns["members", "age"] != ""
