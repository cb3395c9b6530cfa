"""Warnings: what is possible and hardly true is named, and stops nothing."""

import warnings

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import reports, schema
from multidim_poverty.language import catalogue

STANDARD = mdp.standard("decree_07_2021")
SAMPLE = mdp.load_sample()
HOUSEHOLDS, MEMBERS = SAMPLE.households, SAMPLE.members


def warned(households, members=None, **more):
    """Rule, table, column and message of each warning; no error is there."""
    found = mdp.violations(households, members, **more)
    assert found["severity"].eq("warning").all(), found["message"].tolist()
    return found


def rules_of(households, members=None, **more):
    return warned(households, members, **more)["rule"].tolist()


def home(**columns):
    return pd.DataFrame({"area": "rural", "income_per_capita": 1e6, **columns}, index=["A"])


def roster(*persons, **more):
    """Members of household A: relation, age and sex of each."""
    frame = pd.DataFrame(persons, columns=["relation", "age", "sex"]).assign(**more)
    return frame.assign(household_id="A", member_id=range(len(frame)))


def test_the_sample_and_its_wide_table_have_no_warning():
    assert mdp.violations(HOUSEHOLDS, MEMBERS, on="2023-06-30").empty
    result = mdp.assess(HOUSEHOLDS, MEMBERS, standard=STANDARD)
    assert mdp.violations(HOUSEHOLDS.join(result["poverty_class"]), MEMBERS).empty
    wide = reports.wide(HOUSEHOLDS, result)
    assert "unread_column" not in mdp.violations(wide, MEMBERS)["rule"].tolist()


@pytest.mark.parametrize(
    ("name", "meant"),
    [("incom_12m", "income_12m"), ("Income 12m", "income_12m"), ("income-12m", "income_12m")],
)
def test_a_column_that_resembles_an_absent_one_is_named(name, meant):
    found = warned(HOUSEHOLDS.rename(columns={meant: name}), MEMBERS)
    assert found["rule"].tolist() == ["no_income", "unread_column"] or found["rule"].tolist() == [
        "unread_column",
        "no_income",
    ]
    row = found.set_index("rule").loc["unread_column"]
    assert row["column"] == row["value"] == name
    assert repr(name) in row["message"]
    assert meant in row["message"]


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("Diện tích nhà ở", "floor_area"),
        ("DIỆN  TÍCH NHÀ Ở", "floor_area"),
        ("Floor area", "floor_area"),
        ("Thôn", "village"),
        ("thôn", "village"),
    ],
)
def test_a_label_in_place_of_a_name_is_named(heading, meant):
    found = warned(HOUSEHOLDS.rename(columns={meant: heading}), MEMBERS)
    assert found[["rule", "column"]].values.tolist() == [["unread_column", heading]]
    assert f"{meant} may be meant" in found["message"].iloc[0]


@pytest.mark.parametrize("name", ["income_12m", "toilet", "floor_area", "village"])
def test_a_column_of_households_that_only_members_have_is_named(name):
    members = MEMBERS.join(HOUSEHOLDS[name], on="household_id")
    assert mdp.violations(HOUSEHOLDS, members).empty
    found = warned(HOUSEHOLDS.drop(columns=name), members)
    row = found.set_index("rule").loc["unread_column"]
    assert row[["table", "column"]].tolist() == ["members", name]
    assert f"{name} (households) may be meant" in row["message"]


def test_other_columns_are_no_matter():
    extra = HOUSEHOLDS.assign(address="x", commune_code="001", income_12m_2022=1.0, note=None)
    assert mdp.violations(extra, MEMBERS.assign(name="x", birth_place="y")).empty


def test_a_name_on_the_first_row_of_its_group_is_noticed():
    names = HOUSEHOLDS.dropna(subset="village").sort_values("village")
    first = names["village"] != names["village"].shift()
    merged = names.assign(village=names["village"].where(first))
    members = MEMBERS[MEMBERS["household_id"].isin(names.index)]
    found = warned(merged, members)
    assert found[["rule", "column"]].values.tolist() == [["first_row_only", "village"]]
    assert f"{first.sum()} rows" in found["message"].iloc[0]
    assert mdp.violations(merged.assign(village=merged["village"].ffill()), members).empty
    scattered = merged.assign(village=names["village"].where(np.arange(len(names)) % 3 < 2))
    assert mdp.violations(scattered, members).empty


def test_a_name_that_stands_once_may_have_a_group_of_one_row():
    names = ["A", None, None, "B", "C", None, None, None, "D", None]
    households = pd.concat([home()] * 10).set_axis(range(10))
    assert rules_of(households.assign(village=names)) == ["first_row_only"]
    returns = ["A", None, None, "B", "A", None, None, None, "D", None]
    assert rules_of(households.assign(village=returns)) == []
    empty = ["" if name is None else name for name in names]
    for dtype in (object, "string", "category"):
        blank = households.assign(village=pd.Series(empty, dtype=object).astype(dtype).array)
        assert rules_of(blank) == ["first_row_only"]
    later = [None, *names[1:]]
    assert rules_of(households.assign(village=later)) == []


def test_neither_way_to_an_income():
    without = HOUSEHOLDS.drop(columns="income_12m")
    assert rules_of(without, MEMBERS) == ["no_income"]
    assert rules_of(HOUSEHOLDS.drop(columns="household_size"), MEMBERS) == []
    assert rules_of(HOUSEHOLDS.drop(columns="household_size")) == ["no_income"]


def test_a_column_without_a_value():
    found = warned(HOUSEHOLDS.assign(floor_area=np.nan), MEMBERS.assign(attending=None))
    assert found[["table", "rule", "column"]].values.tolist() == [
        ["households", "all_missing", "floor_area"],
        ["members", "all_missing", "attending"],
    ]
    assert str(len(HOUSEHOLDS)) in found["message"].iloc[0]
    assert mdp.violations(HOUSEHOLDS.iloc[:0].assign(floor_area=np.nan)).empty


@pytest.mark.parametrize(
    ("column", "factor", "rule"),
    [
        ("income_12m", 1 / 1000, "in_thousands"),
        ("income_12m", 1 / 40, "month_as_year"),
        ("income_12m", 1 / 12, "month_as_year"),
        ("income_12m", 12, "year_as_month"),
        ("income_12m", 1, None),
        ("floor_area", 100, "other_unit_of_area"),
        ("floor_area", 1 / 100, "other_unit_of_area"),
    ],
)
def test_another_order_of_magnitude(column, factor, rule):
    found = warned(HOUSEHOLDS.assign(**{column: HOUSEHOLDS[column] * factor}), MEMBERS)
    assert found["rule"].tolist() == ([] if rule is None else [rule])


def test_another_order_of_magnitude_of_income_per_head():
    stated = mdp.per_capita_income(HOUSEHOLDS)
    plain = HOUSEHOLDS.drop(columns="income_12m")
    for factor, expected in ((1, []), (1e-3, ["in_thousands"]), (12, ["year_as_month"])):
        assert rules_of(plain.assign(income_per_capita=stated * factor), MEMBERS) == expected
    few = plain.iloc[:9].assign(income_per_capita=stated * 1e-3)
    assert rules_of(few) == []  # nine households say nothing


def test_ages_that_are_no_years():
    ages = warned(
        HOUSEHOLDS, MEMBERS.assign(age=MEMBERS["age"] // 10)[["household_id", "member_id", "age"]]
    )
    assert ages[["rule", "column"]].values.tolist() == [["other_unit_of_age", "age"]]


def test_a_household_without_a_head():
    none = roster(("spouse", 30, "female"), ("child", 5, "male"))
    found = warned(home(), none)
    assert found[["rule", "household_id"]].values.tolist() == [["no_head", "A"]]
    unknown = none.assign(relation=["spouse", None])
    assert rules_of(home(), unknown) == []


@pytest.mark.parametrize(
    ("said", "sex", "expected"),
    [(True, "male", 1), (False, "female", 1), (True, "female", 0), (False, "male", 0),
     (None, "male", 0), (True, None, 0)],
)  # fmt: skip
def test_the_sex_of_the_head(said, sex, expected):
    households = pd.concat([home(female_head=True), home(female_head=said).set_axis(["B"])])
    persons = roster(("head", 40, "female"))
    persons = pd.concat([persons, roster(("head", 40, sex)).assign(household_id="B")])
    found = warned(households.convert_dtypes(), persons)
    listed = found[["rule", "household_id", "value"]].values.tolist()
    assert listed == [["head_sex_disagrees", "B", said]] * expected
    if expected:
        assert sex in found["message"].iloc[0]
        assert str(said) in found["message"].iloc[0]


@pytest.mark.parametrize(
    ("persons", "expected"),
    [
        ([("head", 40, "male"), ("spouse", 12, "female")], ["spouse_too_young"]),
        ([("head", 40, "male"), ("spouse", 13, "female")], []),
        ([("head", 40, "male"), ("spouse", 30, "female"), ("child", 40, "male")],
         ["child_older_than_parents"]),
        ([("head", 40, "male"), ("spouse", 30, "female"), ("child", 39, "male")], []),
        ([("head", 40, "male"), ("parent", 40, "male")], ["parent_too_young"]),
        ([("head", 40, "male"), ("parent", 41, "male")], []),
        ([("head", 70, "male"), ("spouse", 30, "female"), ("parent", 50, "male")], []),
        ([("head", None, "male"), ("parent", 5, "male"), ("child", 90, "male")], []),
    ],
)  # fmt: skip
def test_ages_within_a_household(persons, expected):
    found = warned(home(), roster(*persons))
    assert found["rule"].tolist() == expected
    for message in found["message"]:
        assert sum(str(age) in message for _, age, _ in persons if age) >= 1


@pytest.mark.parametrize(
    ("column", "level", "age", "doubtful"),
    [
        ("attending", "primary", 3, True),
        ("attending", "primary", 4, False),
        ("attending", "primary", 60, False),
        ("attending", "preschool", 9, True),
        ("attending", "preschool", 5, False),
        ("attending", "higher", 15, True),
        ("qualification", "higher", 17, True),
        ("qualification", "higher", 18, False),
        ("qualification", "none", 0, False),
        ("qualification", None, 3, False),
        ("attending", "higher", None, False),
    ],
)
def test_schooling_against_age(column, level, age, doubtful):
    persons = roster(("head", 40, "male"), ("other", age, "male"))
    persons[column] = ["none", level]
    found = warned(home(), persons)
    assert found["rule"].tolist() == ["schooling_against_age"] * doubtful
    if doubtful:
        assert found["value"].tolist() == [level]
        assert str(age) in found["message"].iloc[0]


def test_ages_come_from_dates_of_birth_too():
    persons = roster(("head", 40, "male"), ("spouse", 30, "female")).drop(columns="age")
    persons["birth_date"] = pd.to_datetime(["1980-01-01", "2020-01-01"])
    assert rules_of(home(), persons) == []
    assert rules_of(home(), persons, on="2023-01-01") == ["spouse_too_young"]


def test_one_citizen_id_for_several_members():
    households = pd.concat([home(), home().set_axis(["B"])])
    persons = roster(("head", 40, "male"), ("other", 30, "male"), ("other", 20, "male"))
    persons = pd.concat([persons, persons.assign(household_id="B")])
    persons["citizen_id"] = ["1", "1", "2", "2", "3", None]
    found = warned(households, persons)
    listed = found[["rule", "household_id", "value"]].values.tolist()
    assert listed == [
        ["citizen_id_twice", "A", "1"],
        ["citizen_id_twice", "A", "1"],
        ["citizen_id_twice", "A", "2"],
        ["member_of_two_households", "A", "2"],
        ["citizen_id_twice", "B", "2"],
        ["member_of_two_households", "B", "2"],
    ]
    other_ways = ["012 345", 12345, 12345.0, "012345", "", " "]
    found = warned(households, persons.assign(citizen_id=pd.Series(other_ways, dtype=object).array))
    twice = found[found["rule"] == "citizen_id_twice"]
    assert twice["value"].tolist() == other_ways[:4]
    assert found["rule"].tolist().count("member_of_two_households") == 4
    missing = persons.assign(citizen_id=[None, None, "1", None, "2", None])
    assert rules_of(households, missing) == []


def test_assess_counts_the_warnings_and_goes_on():
    doubtful = HOUSEHOLDS.assign(income_12m=HOUSEHOLDS["income_12m"] / 1000, floor_area=np.nan)
    with pytest.warns(mdp.DataWarning, match=r"2 warning.*all_missing 1, in_thousands 1") as caught:
        result = mdp.assess(doubtful, MEMBERS, standard=STANDARD)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert len(result) == len(doubtful)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mdp.assess(HOUSEHOLDS, MEMBERS, standard=STANDARD)


def test_warnings_reject_nothing_and_stand_beside_the_errors():
    doubtful = HOUSEHOLDS.assign(floor_area=np.nan)
    mdp.validate(doubtful, MEMBERS)
    split = mdp.split_valid(doubtful, MEMBERS)
    assert split.rejected.households.empty
    assert len(split.violations) == 1
    with pytest.raises(mdp.InvalidDataError, match=r"500 fault\(s\).*1 warning") as caught:
        mdp.validate(doubtful.assign(area="city"), MEMBERS)
    assert caught.value.violations["severity"].value_counts().to_dict() == {
        "error": 500,
        "warning": 1,
    }


def test_the_summary_has_one_row_per_rule_and_column():
    bad = HOUSEHOLDS.assign(area="city", toilet=["hole", "hut"] * 250, floor_area=np.nan)
    found = mdp.violations(bad, MEMBERS)
    short = schema.summary(found)
    assert short[["severity", "rule", "table", "column", "count"]].values.tolist() == [
        ["error", "unknown_category", "households", "area", 500],
        ["error", "unknown_category", "households", "toilet", 500],
        ["warning", "all_missing", "households", "floor_area", 1],
    ]
    assert short["examples"].tolist() == [["city"], ["hole", "hut"], []]
    assert short["message"].iloc[0] == found.loc[found["column"] == "area", "message"].iloc[0]
    none = schema.summary(found.iloc[:0])
    assert none.empty
    assert none.columns.tolist() == short.columns.tolist()


def homes(n=20, **columns):
    """Households of one member each, of an ordinary income."""
    return pd.DataFrame({"area": "rural", "income_per_capita": 2e6, **columns}, index=range(n))


def persons(n=20, **columns):
    frame = pd.DataFrame({"relation": "head", **columns}, index=range(n))
    return frame.assign(household_id=range(n), member_id=1)


COUPLE = [("head", 40, "male"), ("spouse", 38, "female")]


@pytest.mark.parametrize(
    ("households", "members", "rule", "numbers"),
    [
        (home(incom_12m=1.0), None, "unread_column", ["incom_12m", "income_12m"]),
        (homes(floor_area=np.nan), None, "all_missing", ["20 rows"]),
        (homes(village=["A", *[None] * 19]), None, "first_row_only", ["1 rows", "19"]),
        (homes(income_per_capita=1500.0), None, "in_thousands", ["1,500", "20,000"]),
        (homes(income_12m=3e6, household_size=5).drop(columns="income_per_capita"), None,
         "month_as_year", ["3,000,000", "50,000", "200,000"]),
        (homes(income_per_capita=45e6), None, "year_as_month", ["45,000,000", "20,000,000"]),
        (homes(income_12m=36e8, household_size=4).drop(columns="income_per_capita"), None,
         "year_as_month", ["3,600,000,000", "75,000,000", "20,000,000"]),
        (homes(floor_area=[*[6000.0] * 15, *[60.0] * 5]), None, "other_unit_of_area",
         ["15 of 20", "6,000", "below 3 ", "1,000"]),
        (homes(), persons(age=4), "other_unit_of_age", ["20 members", "is 4,", "13"]),
        (home(), roster(("spouse", 38, "female"), ("child", 9, "male")), "no_head", ["2 members"]),
        (home(female_head=True), roster(*COUPLE), "head_sex_disagrees", ["True", "male"]),
        (home(), roster(COUPLE[0], ("spouse", 3, "female")), "spouse_too_young", ["3 ", "13"]),
        (home(), roster(*COUPLE, ("parent", 30, "male")), "parent_too_young", ["30", "38"]),
        (home(), roster(*COUPLE, ("child", 41, "male")), "child_older_than_parents", ["41", "40"]),
        (home(), roster(*COUPLE, ("child", 3, "male"), attending=["none", "none", "primary"]),
         "schooling_against_age", ["primary", "age 3", "4 to 120"]),
        (home(), roster(*COUPLE, ("child", 9, "male"), attending=["none", "none", "preschool"]),
         "schooling_against_age", ["preschool", "age 9", "0 to 8"]),
        (home(), roster(*COUPLE, citizen_id="066"), "citizen_id_twice", ["066", "2 members"]),
        (pd.concat([home(), home().set_axis(["B"])]),
         roster(COUPLE[0], ("head", 41, "male"), citizen_id="066").assign(household_id=["A", "B"]),
         "member_of_two_households", ["066", "2 households"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_warning_names_the_numbers_that_disagree(households, members, rule, numbers):
    for language in ("en", "vi"):
        found = mdp.violations(households, members, language=language)
        message = found.set_index("rule")["message"].loc[[rule]].iloc[0]
        for number in numbers if language == "en" else ():
            assert number in message
        digits = {word.strip(",.;:()'") for word in message.split()}
        for number in numbers:
            bare = [part for part in number.strip(", ").split() if part[0].isdigit()]
            assert set(bare) <= digits, (number, message)
    found = mdp.violations(households, members)
    assert rule in found["rule"].tolist()
    assert found["severity"].eq("warning").all()


def test_a_file_with_other_codes_is_few_rows_in_short():
    def other_codes(frame):
        codes = {}
        for name in frame.columns:
            if isinstance(frame[name].dtype, pd.CategoricalDtype):
                codes[name] = frame[name].cat.codes + 1
            elif frame[name].dtype in (bool, "boolean"):
                codes[name] = np.where(frame[name].fillna(False), "yes", "no")
        return frame.assign(**codes), len(codes)

    (households, in_homes), (members, in_members) = map(other_codes, (HOUSEHOLDS, MEMBERS))
    found = mdp.violations(households, members)
    assert len(found) > 25_000
    short = schema.summary(found)
    errors = short[short["severity"] == "error"]
    assert len(errors) == in_homes + in_members
    assert errors["count"].sum() == (found["severity"] == "error").sum()
    assert errors["examples"].map(len).between(1, 3).all()
    assert short["count"].sum() == len(found)
    assert len(short) < 45


def test_the_catalogue_says_that_they_are_warnings():
    rules = catalogue()["tables"]
    soft = [
        "unread_column", "first_row_only", "no_income", "all_missing", "in_thousands",
        "month_as_year", "year_as_month", "other_unit_of_area", "other_unit_of_age", "no_head",
        "head_sex_disagrees", "spouse_too_young", "parent_too_young", "child_older_than_parents",
        "schooling_against_age", "citizen_id_twice", "member_of_two_households",
    ]  # fmt: skip
    assert {rules[rule].severity for rule in soft} == {"warning"}
