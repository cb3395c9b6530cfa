"""Each indicator: examples from the law, both sides of each bound, and the slow oracle."""

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty.assessment.indicators import employment, survey
from multidim_poverty.identity import ids as matching_ids
from tests.helpers import oracle
from tests.helpers.strategies import AGES, DRAWN, answer, frames, random_survey, surveys

D07, D59, D351 = (
    mdp.standard(n) for n in ("decree_07_2021", "decision_59_2015", "decree_351_2025")
)
LEVELS = oracle.LEVELS


def one(indicator, home=None, members=None, standard=D07, on=None):
    """The answer for one household: True, False or None."""
    households = pd.DataFrame([home or {"area": "rural"}], index=["h"])
    if members is not None:
        members = pd.DataFrame(
            [{"household_id": "h", "member_id": n, **m} for n, m in enumerate(members)],
            columns=["household_id", "member_id", *sorted({k for m in members for k in m})],
        )
    matrix = mdp.deprivations(households, members, standard=standard, on=on)
    value = matrix[indicator].iloc[0]
    return None if pd.isna(value) else bool(value)


def adult(**answers):
    """A member whom no indicator finds deprived."""
    return {
        "age": 40, "sex": "female", "employment_status": "own_account", "has_disability": False,
        "receives_social_allowance": False, "stunted": False, "underweight": False,
        "has_health_insurance": True, "untreated_illness": False, "attending": "none",
        "qualification": "upper_secondary", "enterprise_trained": False, "uses_internet": True,
        "uses_telephone": True, **answers,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("member", "on", "expected"),
    [
        (dict(employment_status="unemployed"), None, True),
        (dict(employment_status="unemployed", age=15), None, True),
        (dict(employment_status="unemployed", age=14), None, False),
        (dict(employment_status="inactive"), None, False),
        (dict(employment_status="own_account"), None, False),
        (dict(employment_status="wage_with_contract"), None, False),
        (dict(employment_status="wage_without_contract"), None, True),
        (dict(employment_status="wage_without_contract", age=70), None, True),
        (dict(employment_status=None), None, None),
        (dict(employment_status="unemployed", age=None), None, None),
        # Women: 55 years 8 months in 2022, 56 in 2023, 57 in 2026; men: 60.5 to 61.5 years.
        (dict(employment_status="unemployed", age=54), None, True),
        (dict(employment_status="unemployed", age=55), None, None),
        (dict(employment_status="unemployed", age=55), "2022-06-30", None),
        (dict(employment_status="unemployed", age=55), "2023-06-30", True),
        (dict(employment_status="unemployed", age=56), "2023-06-30", False),
        (dict(employment_status="unemployed", age=56), None, None),
        (dict(employment_status="unemployed", age=57), None, False),
        (dict(employment_status="unemployed", age=61, sex="male"), None, None),
        (dict(employment_status="unemployed", age=54), "2021-06-30", True),
        (dict(employment_status="unemployed", age=56), "2021-06-30", False),
        (dict(employment_status="unemployed", age=59, sex="male"), None, True),
        (dict(employment_status="unemployed", age=60, sex="male"), None, None),
        (dict(employment_status="unemployed", age=60, sex="male"), "2024-06-30", True),
        (dict(employment_status="unemployed", age=60, sex="male"), "2023-06-30", None),
        (dict(employment_status="unemployed", age=62, sex="male"), None, False),
        (dict(employment_status="unemployed", age=61, sex="male"), "2028-01-01", True),
        (dict(employment_status="unemployed", age=62, sex="male"), "2040-01-01", False),
        (dict(employment_status="unemployed", age=59, sex="female"), "2040-01-01", True),
        (dict(employment_status="unemployed", age=58, sex=None), None, None),
        (dict(employment_status="unemployed", age=54, sex=None), None, True),
        (dict(employment_status="unemployed", age=62, sex=None), None, False),
        (dict(employment_status="unemployed", age=56, sex=None), None, None),
        (dict(employment_status="unemployed", age=55, sex=None), "2022-06-30", None),
        (dict(employment_status="unemployed", age=55, sex=None), "2023-06-30", True),
        (dict(employment_status="unemployed", age=56, sex=None), "2023-06-30", None),
        (dict(employment_status="unemployed", age=60, sex=None), "2023-06-30", None),
        (dict(employment_status="unemployed", age=61, sex=None), "2023-06-30", False),
        # What the retirement age was before the table begins is not known.
        (dict(employment_status="unemployed", age=40), "2019-06-30", None),
        (dict(employment_status="unemployed", age=14), "2019-06-30", False),
    ],
)
def test_employment(member, on, expected):
    assert one("employment", members=[adult(), adult(**member)], on=on) is expected


@pytest.mark.parametrize(
    ("born", "sex", "expected"),
    [
        # On 30 June 2023 working age ends at 60 years 9 months for men, 56 years for women.
        ("1962-10-01", "male", True),
        ("1962-09-30", "male", False),
        ("1967-07-01", "female", True),
        ("1967-06-30", "female", False),
        ("2008-06-30", "male", True),
        ("2008-07-01", "male", False),
        ("1964-01-01", None, None),
        ("1967-07-01", None, True),
        ("1967-06-30", None, None),
        ("1962-10-01", None, None),
        ("1962-09-30", None, False),
    ],
)
def test_working_age_to_the_month_from_the_date_of_birth(born, sex, expected):
    member = dict(employment_status="unemployed", age=None, sex=sex, birth_date=pd.Timestamp(born))
    members = [adult(birth_date=pd.NaT), adult(**member)]
    assert one("employment", members=members, on="2023-06-30") is expected


def people(rows, on=None, years=(2023, 2023)):
    return survey.People(pd.DataFrame(rows), on, years)


def truths(truth):
    assert (truth.possible | ~truth.certain).all()
    return [
        True if sure else None if perhaps else False
        for sure, perhaps in zip(truth.certain, truth.possible, strict=True)
    ]


def agreed(answers):
    found = set(answers)
    return found.pop() if len(found) == 1 else None


BOUNDS = [(600, 600), (600, 612), (605, 611), (606, 640), (611, 613)]


@pytest.mark.parametrize(
    ("male", "female"), list(itertools.product(BOUNDS, BOUNDS)), ids=lambda b: f"{b[0]}-{b[1]}"
)
def test_an_end_of_working_age_is_passed_where_every_month_of_the_age_is_past_it(male, female):
    """For any bounds, against every sex, bound and month that the answers leave."""
    rows = [
        {"age": age, "sex": sex}
        for age in [*range(48, 56), None]
        for sex in ("male", "female", None)
    ]
    expected = [
        None if row["age"] is None
        else agreed(
            12 * row["age"] + more < end
            for sex in ([row["sex"]] if row["sex"] else ["male", "female"])
            for end in (male if sex == "male" else female)
            for more in range(12)
        )
        for row in rows
    ]  # fmt: skip
    assert truths(people(rows).younger_than(male, female)) == expected
    day, born = dt.date(2023, 6, 30), pd.Timestamp("1973-06-15")  # 600 months old
    for months in (598, 599, 600, 604, 605, 606, 610, 611, 612, 639, 640):
        rows = [
            {"birth_date": born - pd.DateOffset(months=months - 600), "sex": sex}
            for sex in ("male", "female", None)
        ]
        ends = [male, female, (*male, *female)]
        expected = [agreed(months < end for end in ends_of) for ends_of in ends]
        assert truths(people(rows, day).younger_than(male, female)) == expected


def test_a_child_born_on_the_day_is_of_no_months():
    day = dt.date(2023, 6, 30)
    born = people([{"birth_date": pd.Timestamp(day), "sex": "male"}], day)
    for end, expected in ((0, False), (1, True), (3, True)):
        assert truths(born.younger_than((end, end), (end, end))) == [expected]


@pytest.mark.parametrize("ages", [[0, 5, 15, 16, 40, 120], [None, 0, 5, 15, 16, 40, 120]])
def test_only_an_age_that_is_missing_is_open(ages):
    found = people([{"age": age} for age in ages])
    for first, below in [(0, None), (0, 16), (5, None), (16, 41), (60, None)]:
        expected = [
            None if age is None else first <= age and (below is None or age < below) for age in ages
        ]
        assert truths(found.aged(first, below)) == expected


@pytest.mark.parametrize("years", [(2018, 2018), (2016, 2021)])
@pytest.mark.parametrize("births", [False, True])
def test_the_year_of_birth_is_as_open_as_the_answers_leave_it(years, births):
    rows = [{"age": age} for age in [None, 0, 1, 2, 30, 31, 32, 33, 34, 35, 36, 120]]
    span = range(years[0], years[1] + 1)
    born = [
        set(range(1, 3000))
        if row["age"] is None
        else {year - row["age"] - birthday for year in span for birthday in (0, 1)}
        for row in rows
    ]
    if births:
        rows = [{**row, "birth_date": pd.NaT} for row in rows]
        for year in (1985, 1986, 1987):
            rows += [{"age": age, "birth_date": pd.Timestamp(year, 12, 31)} for age in (None, 32)]
            born += [{year}] * 2
    for from_year in (1900, 1985, 1986, 2017, 2018, 2021):
        expected = [agreed(year >= from_year for year in possible) for possible in born]
        assert truths(people(rows, years=years).born_from(from_year)) == expected


def test_what_the_retirement_age_was_before_its_table_is_open_for_years_that_begin_before_it():
    rule = D07.indicator("employment").rule
    assert rule.working_age_until[0].year == 2021
    anything = employment.ANY_AGE, employment.ANY_AGE
    assert employment._retirement(rule, (2020, 2022)) == anything
    assert employment._retirement(rule, (2021, 2022)) == ((723, 726), (664, 668))


CHILD, ELDER = dict(age=15), dict(age=60, receives_social_allowance=True)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([CHILD, {}], False),  # one half is not more than one half
        ([CHILD, CHILD, {}], True),
        ([dict(age=16), CHILD, {}], False),
        ([ELDER, CHILD, {}], True),
        ([dict(ELDER, age=59), CHILD, {}], False),
        ([dict(ELDER, receives_social_allowance=False), CHILD, {}], False),
        ([dict(ELDER, receives_social_allowance=None), CHILD, {}], None),
        ([dict(has_disability=True, receives_social_allowance=True), CHILD, {}], True),
        ([dict(has_disability=True), CHILD, {}], False),
        ([dict(has_disability=None, receives_social_allowance=True), CHILD, {}], None),
        ([dict(receives_social_allowance=True), CHILD, {}], False),
        ([dict(age=None), {}, {}], False),
        ([dict(age=None), CHILD, {}], None),
        ([ELDER], True),
        ([{}], False),
    ],
)
def test_dependents(members, expected):
    assert one("dependents", members=[adult(**m) for m in members]) is expected


def test_dependents_just_over_one_half():
    members = [adult(age=15)] * 26 + [adult()] * 25
    assert one("dependents", members=members) is True
    assert one("dependents", members=[*members, adult()]) is False


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (dict(age=15, stunted=True), True),
        (dict(age=15, underweight=True), True),
        (dict(age=0, stunted=True), True),
        (dict(age=16, stunted=True), False),
        (dict(age=5), False),
        (dict(age=5, stunted=None), None),
        (dict(age=5, stunted=None, underweight=True), True),
        (dict(age=16, stunted=None, underweight=None), False),
        (dict(age=None, stunted=True), None),
    ],
)
def test_nutrition(member, expected):
    assert one("nutrition", members=[adult(), adult(**member)]) is expected


@pytest.mark.parametrize("standard", [D07, D59])
@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (dict(age=6, has_health_insurance=False), True),
        (dict(age=5, has_health_insurance=False), False),
        (dict(age=80, has_health_insurance=False), True),
        (dict(age=80), False),
        (dict(age=6, has_health_insurance=None), None),
        (dict(age=5, has_health_insurance=None), False),
        (dict(age=None, has_health_insurance=False), None),
    ],
)
def test_health_insurance(standard, member, expected):
    assert (
        one("health_insurance", members=[adult(), adult(**member)], standard=standard) is expected
    )


YOUNG = dict(age=16, attending="none", qualification="primary")


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (YOUNG, True),
        (dict(YOUNG, age=15), False),
        (dict(YOUNG, attending="primary"), True),
        (dict(YOUNG, attending="lower_secondary"), False),
        (dict(YOUNG, attending="upper_secondary"), False),
        (dict(YOUNG, attending="vocational"), False),
        (dict(YOUNG, attending="higher"), False),
        (dict(YOUNG, qualification="upper_secondary"), False),
        (dict(YOUNG, qualification="higher"), False),
        (dict(YOUNG, qualification="lower_secondary"), False),
        (dict(YOUNG, qualification="vocational"), False),
        (dict(YOUNG, enterprise_trained=True), False),
        (dict(YOUNG, age=17, qualification="lower_secondary"), False),
        (dict(YOUNG, age=18, qualification="lower_secondary"), True),
        (dict(YOUNG, age=18, attending="lower_secondary"), True),
        (dict(YOUNG, age=18, attending="upper_secondary"), False),
        (dict(YOUNG, age=18, attending="vocational"), False),
        (dict(YOUNG, age=18, attending="higher"), False),
        (dict(YOUNG, age=18, qualification="upper_secondary"), False),
        (dict(YOUNG, age=18, qualification="vocational"), False),
        (dict(YOUNG, age=18, qualification="higher"), False),
        (dict(YOUNG, age=30), True),
        (dict(YOUNG, age=31), False),
        (dict(YOUNG, age=30, enterprise_trained=True), False),
        (dict(YOUNG, attending=None), None),
        (dict(YOUNG, qualification=None), None),
        (dict(YOUNG, enterprise_trained=None), None),
        (dict(YOUNG, age=None), None),
        (dict(YOUNG, age=None, qualification="upper_secondary"), False),
        (dict(YOUNG, attending=None, qualification="lower_secondary"), False),
    ],
)
def test_adult_education(member, expected):
    assert one("adult_education", members=[adult(), adult(**member)]) is expected


@pytest.mark.parametrize("age", [3, 5, 6, 11, 12, 15])
@pytest.mark.parametrize("attending", LEVELS)
def test_child_schooling_in_every_bracket_at_every_level(age, attending):
    proper = "preschool" if age < 6 else "primary" if age < 12 else "lower_secondary"
    expected = LEVELS.index(attending) < LEVELS.index(proper)
    child = adult(age=age, attending=attending, qualification="none")
    assert one("child_schooling", members=[adult(), child]) is expected


@pytest.mark.parametrize("age", [2, 16])
def test_child_schooling_asks_nobody_under_3_or_from_16(age):
    assert one("child_schooling", members=[adult(age=age, attending=None)]) is False


def test_child_schooling_unknown():
    assert one("child_schooling", members=[adult(age=7, attending=None)]) is None
    assert one("child_schooling", members=[adult(age=None, attending="preschool")]) is None
    assert one("child_schooling", members=[adult(age=None, attending="lower_secondary")]) is False


@pytest.mark.parametrize("standard", [D07, D59])
@pytest.mark.parametrize("built", list(itertools.product([True, False, None], repeat=3)))
def test_housing_quality(standard, built):
    weak, unknown = built.count(False), built.count(None)
    expected = True if weak >= 2 else None if weak + unknown >= 2 else False
    home = dict(zip(("wall_durable", "frame_durable", "roof_durable"), built, strict=True))
    assert one("housing_quality", home=home, standard=standard) is expected


@pytest.mark.parametrize("standard", [D07, D59])
@pytest.mark.parametrize(
    ("area", "size", "members", "expected"),
    [
        (39.99, 5, None, True),
        (40.0, 5, None, False),
        (40.01, 5, None, False),
        (None, 5, None, None),
        (40.0, None, None, None),
        (16.0, None, 2, False),
        (15.9, None, 2, True),
        (16.0, 3, 2, True),  # the stated size comes first
        (0.0, 1, None, True),
    ],
)
def test_housing_area(standard, area, size, members, expected):
    home = {"floor_area": area, "household_size": size}
    people = None if members is None else [adult()] * members
    assert one("housing_area", home=home, members=people, standard=standard) is expected


@pytest.mark.parametrize("standard", [D07, D59])
def test_water_and_toilet(standard):
    for source in mdp.vocabulary.WaterSource.codes():
        expected = source not in oracle.CLEAN
        assert one("water", home={"water_source": source}, standard=standard) is expected
    for kind in mdp.vocabulary.Toilet.codes():
        assert one("toilet", home={"toilet": kind}, standard=standard) is (
            kind not in oracle.HYGIENIC
        )
    assert one("water", home={"water_source": None}, standard=standard) is None
    assert one("toilet", home={"toilet": None}, standard=standard) is None


def test_telecom():
    no, yes, unknown = (adult(uses_internet=v) for v in (False, True, None))
    assert one("telecom", members=[no, no]) is True
    assert one("telecom", members=[no, yes]) is False
    assert one("telecom", members=[no, unknown]) is None
    assert one("telecom", members=[yes, unknown]) is False
    assert one("telecom", members=[no, no], home={"household_size": 3}) is None


def test_telecom_of_2015_takes_telephone_or_internet():
    neither = adult(uses_internet=False, uses_telephone=False)
    assert one("telecom", members=[neither], standard=D59) is True
    assert one("telecom", members=[dict(neither, uses_telephone=True)], standard=D59) is False
    assert one("telecom", members=[dict(neither, uses_internet=True)], standard=D59) is False
    assert one("telecom", members=[dict(neither, uses_telephone=None)], standard=D59) is None


@pytest.mark.parametrize(
    ("standard", "means", "others"),
    [
        (
            D07,
            ["television", "radio", "desktop", "telephone", "laptop", "tablet", "smartphone"],
            [],
        ),
        (D59, ["television", "radio", "desktop", "laptop"], ["telephone", "tablet", "smartphone"]),
    ],
)
def test_information_devices(standard, means, others):
    nothing = {f"has_{m}": False for m in means + others} | {"hears_loudspeaker": False}
    indicator = "information_devices"
    assert one(indicator, home=nothing, standard=standard) is True
    for name in means:
        assert one(indicator, home=nothing | {f"has_{name}": True}, standard=standard) is False
        assert one(indicator, home=nothing | {f"has_{name}": None}, standard=standard) is None
    for name in others:
        assert one(indicator, home=nothing | {f"has_{name}": True}, standard=standard) is True
    heard = nothing | {"hears_loudspeaker": True}
    assert one(indicator, home=heard, standard=standard) is (standard is D07)


@pytest.mark.parametrize(("ill", "expected"), [(True, True), (False, False), (None, None)])
def test_medical_access(ill, expected):
    members = [adult(), adult(untreated_illness=ill)]
    assert one("medical_access", members=members, standard=D59) is expected


@pytest.mark.parametrize(
    ("member", "on", "expected"),
    [
        (dict(age=15), "2018-06-30", True),
        (dict(age=14), "2018-06-30", False),
        (dict(age=31), "2018-06-30", True),  # born in 1986 or 1987
        (dict(age=32), "2018-06-30", None),  # born in 1985 or 1986
        (dict(age=33), "2018-06-30", False),
        (dict(age=32, birth_date=pd.Timestamp("1986-01-01")), "2018-06-30", True),
        (dict(age=32, birth_date=pd.Timestamp("1985-12-31")), "2018-06-30", False),
        (dict(age=20, attending="primary"), "2018-06-30", False),
        (dict(age=20, attending="preschool"), "2018-06-30", True),
        (dict(age=20, qualification="lower_secondary"), "2018-06-30", False),
        (dict(age=20, enterprise_trained=True), "2018-06-30", True),
        (dict(age=29), None, True),  # whatever the year from 2016 to 2021
        (dict(age=30), None, None),
        (dict(age=36), None, False),
    ],
)
def test_adult_education_of_2015(member, on, expected):
    young = adult(**{"attending": "none", "qualification": "primary", **member})
    assert one("adult_education", members=[adult(), young], standard=D59, on=on) is expected


def test_years_of_birth_of_some_members_do_not_disturb_the_ages_of_others():
    young = adult(age=20, qualification="primary", birth_date=pd.NaT)
    elder = adult(birth_date=pd.Timestamp("1950-01-01"), age=68)
    members = [elder, young]
    assert one("adult_education", members=members, standard=D59, on="2018-06-30") is True
    assert one("adult_education", members=members, standard=D59) is True
    assert one("adult_education", members=[elder], standard=D59) is False


@pytest.mark.parametrize("age", [4, 5, 14, 15])
@pytest.mark.parametrize("attending", ["none", "preschool", "primary"])
def test_child_schooling_of_2015(age, attending):
    expected = age in (5, 14) and attending == "none"
    child = adult(age=age, attending=attending)
    assert one("child_schooling", members=[child], standard=D59) is expected


def test_waste_and_unknown_rules_of_2027():
    assert one("waste", home={"waste_collected": False}, standard=D351) is True
    assert one("waste", home={"waste_collected": True}, standard=D351) is False
    assert one("waste", home={"waste_collected": None}, standard=D351) is None
    never = [i.id for i in D351.indicators if i.rule.kind == "unknown"]
    assert never == [
        "health_insurance",
        "adult_education",
        "child_schooling",
        "housing_area",
        "housing_quality",
        "water",
        "toilet",
    ]
    home = {"floor_area": 4.0, "household_size": 1, "water_source": "other", "toilet": "none"}
    for indicator in never:
        assert one(indicator, home=home, members=[adult()], standard=D351) is None


# -- whole tables ------------------------------------------------------------------------------


def answers_of(matrix):
    return [
        [None if pd.isna(v) else bool(v) for v in row] for row in matrix.itertuples(index=False)
    ]


def expected_answers(survey, standard, year=None):
    return [
        [
            oracle.deprived(standard.name, i, home, members, year)
            for i in oracle.INDICATORS[standard.name]
        ]
        if standard is not D351
        else [
            None
            if standard.indicator(i).rule.kind == "unknown"
            else oracle.deprived(standard.name, i, home, members, year)
            for i in oracle.INDICATORS[standard.name]
        ]
        for home, members in survey
    ]


@given(
    survey=surveys(),
    standard=st.sampled_from([D07, D59, D351]),
    backend=st.sampled_from(["numpy", "object", "pyarrow"]),
    year=st.sampled_from([None, 2018, 2022, 2023, 2029]),
    chunk=st.sampled_from([1, 2, 1000]),
)
def test_every_indicator_agrees_with_the_oracle(survey, standard, backend, year, chunk):
    households, members = frames(survey, backend)
    on = None if year is None else f"{year}-06-30"
    whole = matching_ids.CHUNK
    matching_ids.CHUNK = chunk
    try:
        matrix = mdp.deprivations(households, members, standard=standard, on=on)
    finally:
        matching_ids.CHUNK = whole
    assert matrix.columns.tolist() == oracle.INDICATORS[standard.name]
    assert answers_of(matrix) == expected_answers(survey, standard, year)
    for name, dtype in matrix.dtypes.items():
        missing = matrix[name].isna().any()
        assert dtype == (pd.BooleanDtype() if missing else np.dtype(bool))


@pytest.mark.parametrize("standard", [D07, D59, D351], ids=lambda s: s.name)
@pytest.mark.parametrize(("year", "chunk"), [(None, 1000), (None, 7), (2018, 3), (2023, 7)])
def test_a_survey_of_many_households_agrees_with_the_oracle(standard, year, chunk, monkeypatch):
    monkeypatch.setattr(matching_ids, "CHUNK", chunk)
    survey = random_survey(chunk, 60)
    on = None if year is None else f"{year}-06-30"
    matrix = mdp.deprivations(*frames(survey), standard=standard, on=on)
    assert answers_of(matrix) == expected_answers(survey, standard, year)


@given(data=st.data(), standard=st.sampled_from([D07, D59]))
def test_an_answer_is_known_exactly_where_all_completions_agree(data, standard):
    """Blank one or two answers of a complete survey and compare with filling them every way."""
    home, members = data.draw(surveys(missing=False, sizes=False))[0]
    home = dict(home, household_size=len(members))
    cells = [("home", c) for c in DRAWN["households"] if home[c.name] is not None]
    cells += [(n, c) for n in range(len(members)) for c in DRAWN["members"]]
    cells = [(w, c) for w, c in cells if c.name not in ("area", "household_size", "floor_area")]
    blanks = data.draw(st.lists(st.sampled_from(cells), min_size=1, max_size=2, unique_by=str))

    def filled(values):
        record, people = dict(home), [dict(m) for m in members]
        for (where, column), value in zip(blanks, values, strict=True):
            (record if where == "home" else people[where])[column.name] = value
        return record, people

    def choices(column):
        if column.kind == "category":
            return column.codes
        return AGES if column.name == "age" else (True, False)

    assume(all(c.kind in ("category", "boolean") or c.name == "age" for _, c in blanks))
    ways = list(itertools.product(*(choices(column) for _, column in blanks)))
    # Working age is known to the year only, so an unemployed member near its end stays open.
    open_before = answers_of(
        mdp.deprivations(*frames([filled(way) for way in ways]), standard=standard, on="2020-06-30")
        if standard is D59
        else mdp.deprivations(
            *frames([filled(way) for way in ways]), standard=standard, on="2024-06-30"
        )
    )
    on = "2020-06-30" if standard is D59 else "2024-06-30"
    blanked = answers_of(
        mdp.deprivations(*frames([filled([None] * len(blanks))]), standard=standard, on=on)
    )[0]
    for place, value in enumerate(blanked):
        completions = {row[place] for row in open_before}
        if value is None:
            assert len(completions) > 1 or None in completions
        else:
            assert completions <= {value}


@given(survey=surveys())
def test_order_index_and_concatenation_do_not_matter(survey):
    households, members = frames(survey)
    before = households.copy(deep=True), members.copy(deep=True)
    matrix = mdp.deprivations(households, members, standard=D07)
    shuffled = mdp.deprivations(households.iloc[::-1], members.iloc[::-1], standard=D07)
    pd.testing.assert_frame_equal(shuffled.loc[matrix.index], matrix, check_dtype=False)
    pd.testing.assert_index_equal(shuffled.index, households.index[::-1])
    numbered = mdp.deprivations(*frames(survey, ids=[90, 7, 8, 2][: len(survey)]), standard=D07)
    assert answers_of(numbered) == answers_of(matrix)
    alone = [
        mdp.deprivations(households.loc[[id]], members[members["household_id"] == id], standard=D07)
        for id in households.index
    ]
    assert [a for part in alone for a in answers_of(part)] == answers_of(matrix)
    pd.testing.assert_frame_equal(households, before[0])
    pd.testing.assert_frame_equal(members, before[1])


@pytest.mark.parametrize("chunk", [3, 100_000])
@pytest.mark.parametrize(
    "index",
    [
        pd.RangeIndex(0, 400),
        pd.RangeIndex(10, 2010, 5),
        pd.RangeIndex(0, 800, 2),
        pd.RangeIndex(798, -2, -2),
        pd.RangeIndex(2**60, 2**60 + 400),
        pd.Index(np.arange(1000, 1400)),
        pd.Index(np.arange(400)[::-1]),
        pd.Index([*range(-2, 199), *range(201, 400)]),
        pd.Index([*range(399), 401]),
        pd.Index(np.random.default_rng(0).permutation(400) * 3),
        pd.Index(np.random.default_rng(1).permutation(400) * 10**12),
        pd.Index([f"x{i}" for i in range(400)]),
        pd.Index(np.arange(-200, 200, dtype="int16") * 160),
    ],
    ids=[
        *("range", "stepped", "by twos", "downward", "huge", "joined", "reversed", "a gap within"),
        *("a gap at the end", "shuffled", "far apart", "text", "int16"),
    ],
)
def test_members_find_their_household_by_any_kind_of_id(index, chunk, monkeypatch):
    monkeypatch.setattr(matching_ids, "CHUNK", chunk)
    rng = np.random.default_rng(3)
    households = pd.DataFrame({"area": "rural"}, index=index)
    place = rng.integers(0, 400, 2000)
    uninsured, age = rng.random(2000) < 0.2, rng.integers(0, 80, 2000)
    members = pd.DataFrame(
        {
            "household_id": index[place],
            "member_id": 1,
            "age": age,
            "has_health_insurance": ~uninsured,
        }
    )
    expected = pd.Series(uninsured & (age >= 6)).groupby(place).any().reindex(range(400))
    matrix = mdp.deprivations(households, members, standard=D07)
    found = matrix["health_insurance"].astype(object)
    assert [None if pd.isna(v) else v for v in found] == [
        None if pd.isna(v) else v for v in expected
    ]

    for stranger in (index[0], index[-1]):
        lost = members.copy()
        lost["household_id"] = lost["household_id"].astype(object)
        lost.loc[5, "household_id"] = (
            f"{stranger}?" if isinstance(stranger, str) else int(index.max()) + 1
        )
        if not isinstance(stranger, str):
            lost["household_id"] = lost["household_id"].astype("int64")
        with pytest.raises(mdp.InvalidDataError) as error:
            mdp.deprivations(households, lost, standard=D07)
        faults = error.value.violations
        assert "unknown_household" in set(faults["rule"])


@pytest.mark.parametrize("chunk", [2, 100_000])
@pytest.mark.parametrize(
    "index",
    [
        *(pd.RangeIndex(3, 8), pd.RangeIndex(3, 9, 2), pd.RangeIndex(9, 3, -2)),
        *([3, 4, 5], [5, 4, 3], [3, 7, 5], [-2, 0, 4], [0, 1, 4], [10**12, 5, 10**15]),
    ],
    ids=str,
)
def test_a_member_of_a_household_that_is_not_there_is_refused_whatever_the_id(
    index, chunk, monkeypatch
):
    monkeypatch.setattr(matching_ids, "CHUNK", chunk)
    ids = pd.Index(index)
    households = pd.DataFrame({"area": "rural"}, index=ids)
    for id in [*range(-4, 12), *ids]:
        owners = [*ids, id]
        members = pd.DataFrame({"household_id": owners, "member_id": range(len(owners))})
        found = matching_ids.positions(members["household_id"], households.index)
        if id in ids:
            assert found.tolist() == [*range(len(ids)), list(ids).index(id)]
            assert found.dtype == np.int32
        else:
            assert found is None
            with pytest.raises(mdp.InvalidDataError) as error:
                mdp.deprivations(households, members, standard=D07)
            faults = error.value.violations
            strange = faults[faults["rule"] == "unknown_household"]
            assert strange["value"].tolist() == [id]


def test_households_that_repeat_are_refused():
    members = pd.DataFrame({"household_id": [1], "member_id": [1], "age": [30]})
    for index in ([1, 1], ["a", "a"], [10**12, 10**12]):
        with pytest.raises(mdp.InvalidDataError, match="duplicate_id"):
            mdp.deprivations(
                pd.DataFrame({"area": ["rural"] * 2}, index=index),
                members.assign(household_id=index[0]),
                standard=D07,
            )


def test_absent_tables_and_columns_are_unknown():
    households = pd.DataFrame({"area": ["rural", "urban"]})
    for members in (None, pd.DataFrame({"household_id": [0, 1], "member_id": [1, 1]})):
        matrix = mdp.deprivations(households, members, standard=D07)
        assert matrix.isna().all(axis=None)
        assert (matrix.dtypes == "boolean").all()
    only_size = mdp.deprivations(households.assign(household_size=2), standard=D07)
    assert only_size.isna().all(axis=None)


def test_a_household_without_members_in_the_table_is_unknown():
    households = pd.DataFrame({"area": ["rural", "urban"]}, index=["a", "b"])
    members = pd.DataFrame([{"household_id": "a", "member_id": 1, **adult()}])
    matrix = mdp.deprivations(households, members, standard=D07)
    by_member = [i.id for i in D07.indicators if any(t == "members" for t, _ in i.rule.reads())]
    assert not matrix.loc["a", by_member].isna().any()
    assert matrix.loc["b", by_member].isna().all()


def test_no_households_at_all():
    households = pd.DataFrame({"area": pd.Series([], dtype=object)})
    members = pd.DataFrame({"household_id": [], "member_id": []})
    for people in (None, members):
        result = mdp.assess(households, people, standard=D07)
        assert len(result) == 0
        assert result.columns[:12].tolist() == list(D07.indicator_ids)


def test_ages_from_dates_of_birth():
    day = dt.date(2024, 2, 28)
    births = {"2018-02-28": 6, "2018-02-27": 6, "2018-03-01": 5, "2018-02-29": 5, "2008-02-29": 15}
    births.pop("2018-02-29")
    for born, age in births.items():
        member = adult(birth_date=pd.Timestamp(born), has_health_insurance=False)
        del member["age"]
        assert one("health_insurance", members=[member], on=day) is (age >= 6)
    leap = adult(birth_date=pd.Timestamp("2008-02-29"), age=None, stunted=True)
    assert one("nutrition", members=[leap], on="2024-02-28") is True
    assert one("nutrition", members=[leap], on="2024-02-29") is False
    with pytest.raises(ValueError, match="on='YYYY-MM-DD'"):
        one("health_insurance", members=[member])
    with pytest.raises(mdp.InvalidDataError, match="born_too_early"):
        one("employment", members=[adult(birth_date=pd.Timestamp("1880-01-01"))], on=day)
    with pytest.raises(mdp.InvalidDataError, match="born_later"):
        one("health_insurance", members=[adult(birth_date=pd.Timestamp("2025-01-01"))], on=day)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("age", 121, "out_of_range"),
        ("age", -1, "out_of_range"),
        ("age", 3.5, "not_whole"),
        ("age", "40", "text_number"),
        ("attending", "kindergarten", "unknown_category"),
        ("qualification", "preschool", "unknown_category"),
        ("has_health_insurance", "có", "not_boolean"),
        ("has_health_insurance", 2, "not_boolean"),
        ("sex", 1, "unknown_category"),
    ],
)
def test_values_that_break_the_schema_are_refused_by_name(column, value, rule):
    members = [adult(), adult(**{column: value}), adult()]
    with pytest.raises(mdp.InvalidDataError) as error:
        one("employment", members=members)
    found = error.value.violations
    assert found[["table", "household_id", "member_id", "column", "rule"]].values.tolist() == [
        ["members", "h", 1, column, rule]
    ]


def test_a_replaced_threshold_is_used():
    wider = D07.replace(
        name="wider", why="a test", rules={"housing_area": {"below_m2_per_head": 10}}
    )
    home = {"floor_area": 9.0, "household_size": 1}
    assert one("housing_area", home=home) is False
    assert one("housing_area", home=home, standard=wider) is True
    none_allowed = D07.replace(
        name="strict", why="a test", rules={"dependents": {"more_than_percent": 0}}
    )
    assert one("dependents", members=[adult()], standard=none_allowed) is False
    assert one("dependents", members=[adult(), adult(age=3)], standard=none_allowed) is True


def test_the_2021_rules_can_be_assumed_for_2027():
    unknown = [i.id for i in D351.indicators if i.rule.kind == "unknown"]
    assumed = D351.replace(
        name="assumed",
        why="rules of 2021 assumed",
        rules={i: D07.indicator(i).rule for i in unknown},
    )
    for indicator in unknown:
        assert assumed.indicator(indicator).rule.kind == D07.indicator(indicator).rule.kind
        assert "rules of 2021 assumed" in str(assumed.indicator(indicator).citation)
    assert one("water", home={"water_source": "other"}, standard=assumed) is True


def test_answers_are_drawn_for_every_column_that_a_rule_reads():
    """So that the property tests above see every input of every rule."""
    drawn = {(t, c.name) for t, columns in DRAWN.items() for c in columns}
    births = {("members", "birth_date"), ("members", "birth_year")}
    for standard in mdp.standards():
        for indicator in standard.indicators:
            assert set(indicator.rule.reads()) <= drawn | births
    assert answer(DRAWN["members"][0]) is not None


# -- ages from dates of birth, and faults that are named at once -------------------------------


def one_each(*rows):
    """One household of each member, surveyed on 30 June 2023."""
    members = pd.DataFrame(list(rows)).assign(member_id=1, household_id=range(len(rows)))
    households = pd.DataFrame({"area": "rural"}, index=pd.RangeIndex(len(rows)))
    return households, members


def test_an_age_comes_from_the_date_of_birth_only_where_it_is_not_stated():
    born = ["2023-06-30", "2017-07-01", "2017-06-30", None, "2013-01-01", "2013-01-01"]
    ages = [None, None, None, None, 0, 30]
    households, members = one_each(
        *(
            {"birth_date": pd.Timestamp(day), "age": age, "has_health_insurance": False}
            for day, age in zip(born, ages, strict=True)
        )
    )
    members["age"] = members["age"].astype("Int64")
    found = mdp.deprivations(households, members, standard=D07, on="2023-06-30")
    assert found["health_insurance"].tolist() == [False, False, True, pd.NA, False, True]


def test_a_date_of_birth_that_contradicts_the_age_settles_no_retirement():
    households, members = one_each(
        {
            "birth_date": pd.Timestamp("2013-01-01"),
            "age": 60,
            "sex": "male",
            "employment_status": "unemployed",
        }
    )
    found = mdp.deprivations(households, members, standard=D07, on="2023-06-30")
    assert found["employment"].tolist() == [pd.NA]


@pytest.mark.parametrize(
    ("born", "rule"),
    [
        ("1902-07-01", None),
        ("1903-06-30", None),
        ("2023-06-30", None),
        ("1902-06-30", "born_too_early"),
        ("1902-06-29", "born_too_early"),
        ("2023-07-01", "born_later"),
    ],
)
def test_the_oldest_and_the_youngest(born, rule):
    households, members = one_each(
        {"birth_date": pd.Timestamp(born), "has_health_insurance": False}
    )
    if rule is None:
        found = mdp.deprivations(households, members, standard=D07, on="2023-06-30")
        assert found["health_insurance"].tolist() == [born.startswith("19")]
        return
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.deprivations(households, members, standard=D07, on="2023-06-30")
    assert rule in error.value.violations["rule"].tolist()


def test_faults_of_columns_that_are_read_are_named_at_once():
    households = pd.DataFrame(
        {"area": "rural", "floor_area": ["big"], "household_size": ["four"]}, index=["a"]
    )
    members = pd.DataFrame({"household_id": ["a"], "member_id": [1], "age": ["three"]})
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.deprivations(households, members, standard=D07)
    assert set(error.value.violations["column"]) == {"floor_area", "household_size", "age"}
