"""Every fault is named, all at once, with its row; and nothing is lost."""

import subprocess
import sys
import unicodedata
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import schema
from multidim_poverty.schema.definitions import COLUMNS
from tests.helpers.faults import errors_of
from tests.helpers.strategies import frames, surveys


def good():
    households = pd.DataFrame(
        {
            "area": ["rural", "urban", "rural"],
            "province": "Đắk Nông",
            "income_per_capita": [1_400_000.0, 2_500_000.0, np.nan],
            "household_size": [2, 1, 1],
            "floor_area": [40.0, np.nan, 12.5],
            "water_source": ["piped", None, "other"],
            "has_radio": [True, None, False],
        },
        index=pd.Index(["a", "b", "c"], name="household_id"),
    )
    members = pd.DataFrame(
        {
            "household_id": ["a", "a", "b", "c"],
            "member_id": [1, 2, 1, 1],
            "age": [40, 12, 70, 33],
            "relation": ["head", "child", "head", "head"],
            "stunted": [None, True, None, None],
        }
    )
    return households, members


def rules(households, members=None, **more):
    found = errors_of(households, members, **more)
    return [
        (f.table, f.household_id, f.member_id, f.column, f.rule)
        for f in found.itertuples(index=False)
    ]


def test_good_tables_have_no_fault():
    households, members = good()
    found = errors_of(households, members)
    assert len(found) == 0
    assert found.columns.tolist() == [
        "severity",
        "rule",
        "table",
        "household_id",
        "member_id",
        "column",
        "value",
        "expected",
        "message",
        "citation",
    ]
    assert mdp.validate(households, members) is None
    assert mdp.validate(households) is None


HOUSEHOLD_FAULTS = [
    ("area", "city", "unknown_category"),
    ("area", "Rural", "unknown_category"),
    ("province", 67, "not_text"),
    ("income_per_capita", float("inf"), "infinite"),
    ("income_per_capita", float("-inf"), "infinite"),
    ("income_per_capita", "1.500.000", "text_number"),
    ("income_per_capita", "1,500,000", "text_number"),
    ("income_per_capita", "1500000", "text_number"),
    ("income_per_capita", "nhiều", "not_a_number"),
    ("income_per_capita", "", "not_a_number"),
    ("income_per_capita", True, "not_a_number"),
    ("household_size", 0, "out_of_range"),
    ("household_size", 1.5, "not_whole"),
    ("floor_area", -0.5, "negative"),
    ("water_source", "river", "unknown_category"),
    ("has_radio", "x", "not_boolean"),
    ("has_radio", 2, "not_boolean"),
    ("has_radio", "True", "not_boolean"),
]


@pytest.mark.parametrize(("column", "value", "rule"), HOUSEHOLD_FAULTS)
def test_a_household_fault_is_named(column, value, rule):
    households, _ = good()
    bad = households.astype(object)
    bad["income_12m"] = None
    bad.loc["b", column] = value
    found = errors_of(bad)
    assert rules(bad) == [("households", "b", None, column, rule)]
    assert found["value"].iloc[0] is value or found["value"].iloc[0] == value or pd.isna(value)
    assert errors_of(bad, language="vi")["message"].iloc[0] != found["message"].iloc[0]


MEMBER_FAULTS = [
    ("age", 121, "out_of_range"),
    ("age", -1, "out_of_range"),
    ("age", 30.5, "not_whole"),
    ("age", "33", "text_number"),
    ("relation", "boss", "unknown_category"),
    ("stunted", "no", "not_boolean"),
    ("stunted", True, "adult_undernourished"),
    ("birth_date", "01/01/1990", "not_a_date"),
    ("birth_date", pd.Timestamp("1990-01-01", tz="UTC"), "time_zone"),
    ("birth_date", 1990, "not_a_date"),
    ("household_id", "z", "unknown_household"),
    ("household_id", None, "missing_value"),
    ("member_id", None, "missing_value"),
]


@pytest.mark.parametrize(("column", "value", "rule"), MEMBER_FAULTS)
def test_a_member_fault_is_named(column, value, rule):
    households, members = good()
    extra = members.iloc[[0]].assign(member_id=3, age=33, relation="child")
    bad = pd.concat([members, extra], ignore_index=True).astype(object)
    bad["birth_date"] = None
    bad.loc[4, column] = value
    households["household_size"] = None
    household = value if column == "household_id" else "a"
    member = value if column == "member_id" else 3
    assert rules(households, bad) == [("members", household, member, column, rule)]


def test_faults_across_tables():
    households, members = good()
    lonely = pd.concat([households, households.iloc[[0]].set_axis(["d"])])
    assert rules(lonely, members) == [("households", "d", None, "household_id", "no_members")]
    wrong = households.assign(household_size=[3, 1, 1])
    assert rules(wrong, members) == [("households", "a", None, "household_size", "size_disagrees")]
    heads = members.assign(relation=["head", "head", "head", "head"])
    assert rules(households, heads) == [
        ("members", "a", 1, "relation", "two_heads"),
        ("members", "a", 2, "relation", "two_heads"),
    ]
    twice = members.assign(member_id=1)
    assert [r[-1] for r in rules(households, twice)] == ["duplicate_id", "duplicate_id"]
    adult = members.assign(underweight=[True, True, None, None])
    assert rules(households, adult) == [("members", "a", 1, "underweight", "adult_undernourished")]


def test_an_id_that_repeats_or_is_missing_has_no_consequences():
    households, members = good()
    wrong = households.assign(household_size=[3, 1, 9])
    heads = members.assign(relation="head")
    for ids, broken in ((["a", "b", "a"], ["duplicate_id"] * 2), (["a", "b", None], None)):
        of_others = heads[heads["household_id"].isin(["a", "b"])]
        rules_now = rules(wrong.set_axis(ids), of_others)
        if broken is None:  # household a has its own faults still
            broken = ["size_disagrees", "missing_value", "two_heads", "two_heads"]
        assert [rule for *_, rule in rules_now] == broken


def test_a_column_of_days_in_a_time_zone_is_a_fault_whatever_its_dtype():
    households, members = good()
    days = members.assign(birth_date=pd.Timestamp("1990-01-01", tz="Asia/Ho_Chi_Minh"))
    typed = days["birth_date"].dtype
    assert isinstance(typed, pd.DatetimeTZDtype)
    for dtype in (typed, object, "category", pd.ArrowDtype(pa.timestamp("ns", "UTC"))):
        faults = rules(households, days.astype({"birth_date": dtype}))
        assert [rule for *_, rule in faults] == ["time_zone"] * len(members), dtype


def test_sixteen_is_where_questions_about_children_end():
    households, members = good()
    for age, faults in ((15, 0), (16, 1)):
        assert len(rules(households, members.assign(age=[40, age, 70, 33]))) == faults


def test_household_ids():
    households, _ = good()
    assert (
        rules(households.set_axis(["a", "a", "c"]))
        == [("households", "a", None, "household_id", "duplicate_id")] * 2
    )
    missing = errors_of(households.set_axis(["a", None, "c"]))
    assert missing["rule"].tolist() == ["missing_value"]
    as_column = households.reset_index()
    assert rules(as_column) == [("households", None, None, "household_id", "id_not_in_index")]
    decomposed = households.set_axis([unicodedata.normalize("NFD", "hộ 1"), "b", "c"])
    assert errors_of(decomposed)["rule"].tolist() == ["not_nfc"]


def test_integer_ids_stay_integers():
    households, members = good()
    households.index = [10, 20, 30]
    members["household_id"] = [10, 10, 20, 99]
    found = errors_of(households, members)
    assert found["household_id"].tolist() == [30, 99]
    assert not any(isinstance(id, float) for id in found["household_id"])


def test_whole_columns():
    households, members = good()
    assert rules(households.drop(columns="area")) == [
        ("households", None, None, "area", "missing_column")
    ]
    assert rules(households, members.drop(columns=["member_id"])) == [
        ("members", None, None, "member_id", "missing_column")
    ]
    coarse = households.assign(income_per_capita=households["income_per_capita"].astype("float32"))
    assert rules(coarse) == [("households", None, None, "income_per_capita", "too_coarse")]
    twice = pd.concat([households, households[["floor_area"]]], axis=1)
    assert rules(twice) == [("households", None, None, "floor_area", "duplicate_column")]
    with pytest.raises(mdp.InvalidDataError, match="duplicate_column"):
        mdp.deprivations(twice, members, standard=mdp.standard("decree_07_2021"))
    levels = households.set_index("province", append=True)
    assert [r[-1] for r in rules(levels, members)] == ["index_of_levels"]
    assert len(mdp.split_valid(levels, members).households) == 0


def test_an_absent_area_does_not_hide_faults_across_tables():
    households, members = good()
    members.loc[3, "household_id"] = "z"
    found = errors_of(households.drop(columns="area"), members)
    assert set(found["rule"]) == {
        "missing_column",
        "no_members",
        "unknown_household",
    }


def test_dates_of_birth_against_the_day_of_the_survey():
    households, members = good()
    births = pd.to_datetime(["1983-07-01", "2011-06-30", "1953-01-01", "1990-01-01"])
    members = members.assign(birth_date=births)
    assert rules(households, members) == []
    assert rules(households, members, on="2023-06-30") == [
        ("members", "a", 1, "age", "age_disagrees")
    ]
    old = members.assign(age=None, birth_date=pd.Timestamp("1902-06-30"))
    assert {r[-1] for r in rules(households, old, on="2023-06-30")} == {
        "born_too_early",
    }
    oldest = old.assign(birth_date=pd.Timestamp("1902-07-01"), stunted=None)
    assert rules(households, oldest, on="2023-06-30") == []
    members.loc[1, ["birth_date", "age"]] = [pd.Timestamp("2023-07-01"), None]
    members.loc[0, "birth_date"] = pd.Timestamp("1983-06-30")
    assert rules(households, members, on="2023-06-30") == [
        ("members", "a", 2, "birth_date", "born_later")
    ]


def test_income_stated_twice_must_agree():
    households = pd.DataFrame(
        {
            "area": "rural",
            "income_12m": [36_000_000.0, 36_000_007.0, 36_000_000.0, np.nan, -24_000_000.0, -24e6],
            "household_size": 2,
            "income_per_capita": [1_500_000.0, 1_500_000.0, 1_500_001.0, 7.0, -1e6, -1_000_001.0],
        }
    )
    assert rules(households) == [
        ("households", row, None, "income_per_capita", "income_disagrees") for row in (2, 5)
    ]


def test_all_faults_at_once_in_the_order_of_the_tables():
    households, members = good()
    bad = households.astype(object)
    bad.loc["c", "floor_area"] = "12,5"
    bad.loc["a", "area"] = "town"
    bad.loc["a", "floor_area"] = -3
    members = members.assign(age=[200, 12, 70, 33])
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.validate(bad, members)
    found = error.value.violations
    assert list(zip(found["household_id"], found["column"], strict=True)) == [
        ("a", "area"),
        ("a", "floor_area"),
        ("c", "floor_area"),
        ("a", "age"),
    ]
    text = str(error.value)
    assert "4 fault(s)" in text
    assert "households, household c, column floor_area [text_number]" in text
    assert (
        "members, household a, member 1, column age [out_of_range]: 200 is outside 0 to 120" in text
    )


def test_the_error_keeps_its_table_between_processes():
    import pickle

    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.validate(pd.DataFrame({"area": ["city"] * 30, "income_per_capita": 1e6}))
    again = pickle.loads(pickle.dumps(error.value))
    pd.testing.assert_frame_equal(again.violations, error.value.violations)
    assert "20 more" in str(again)


def test_messages_in_both_languages_name_the_answers():
    households = pd.DataFrame({"area": ["thành phố"]})
    english, vietnamese = (
        errors_of(households, language=language)["message"].iloc[0] for language in ("en", "vi")
    )
    assert (
        english == "'thành phố' is not an answer of area (Area of residence); answers: rural, "
        "urban; write one of these codes"
    )
    assert (
        vietnamese == "'thành phố' không phải giá trị của area (Khu vực); các giá trị: rural, "
        "urban; hãy ghi một trong các mã này"
    )
    with pytest.raises(ValueError, match="'fr' is not"):
        errors_of(households, language="fr")


def test_split_parts_households_whole_and_loses_nothing():
    households, members = good()
    bad = households.astype({"income_per_capita": object})
    bad.loc["b", "income_per_capita"] = "2.500.000"
    members.loc[1, "age"] = 200  # of household a
    stranger = members.iloc[[0]].assign(household_id="z")
    members = pd.concat([members, stranger], ignore_index=True)
    split = mdp.split_valid(bad, members)
    assert split.households.index.tolist() == ["c"]
    assert split.members["household_id"].tolist() == ["c"]
    assert split.rejected.households.index.tolist() == ["a", "b"]
    assert split.rejected.members["household_id"].tolist() == ["a", "a", "b", "z"]
    assert split.rejected.households.loc["b", "income_per_capita"] == "2.500.000"
    assert set(split.violations["rule"]) == {
        "text_number",
        "out_of_range",
        "unknown_household",
    }
    pd.testing.assert_frame_equal(
        pd.concat([split.households, split.rejected.households]).loc[bad.index], bad
    )
    pd.testing.assert_frame_equal(
        pd.concat([split.members, split.rejected.members]).sort_index(), members
    )
    standard = mdp.standard("decree_07_2021")
    assert mdp.assess(split.households, split.members, standard=standard).index.tolist() == ["c"]


def test_split_without_members_and_with_a_column_that_is_absent():
    households, members = good()
    split = mdp.split_valid(households)
    assert split.members is None
    assert split.rejected.members is None
    pd.testing.assert_frame_equal(split.households, households)
    for broken in (
        mdp.split_valid(households.drop(columns="area"), members),
        mdp.split_valid(households, members.drop(columns="household_id")),
    ):
        assert len(broken.households) == len(broken.members) == 0
        assert len(broken.rejected.households) == 3
        assert len(broken.rejected.members) == 4


@given(survey=surveys(sizes=False), backend=st.sampled_from(["numpy", "object", "pyarrow"]))
def test_split_leaves_only_households_that_pass(survey, backend):
    households, members = frames(survey, backend)
    before = households.copy(deep=True), members.copy(deep=True)
    split = mdp.split_valid(households, members)
    mdp.validate(split.households, split.members)
    assert sorted([*split.households.index, *split.rejected.households.index]) == sorted(
        households.index
    )
    pd.testing.assert_frame_equal(households, before[0])
    pd.testing.assert_frame_equal(members, before[1])


def test_assess_refuses_bad_data_and_names_it():
    households, members = good()
    members.loc[0, "household_id"] = "z"
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.assess(households, members, standard=mdp.standard("decree_07_2021"))
    assert set(error.value.violations["rule"]) == {"unknown_household", "size_disagrees"}


def test_every_column_is_described():
    table = schema.columns()
    names = table["column"].tolist()
    assert names.pop(names.index("fpc") + 1) == "replicate_*"  # any number of columns
    assert names == [c.name for c in COLUMNS]
    assert table["label_vi"].str.len().gt(0).all()
    assert (table.loc[table["column"] == "water_source", "read_by"] == (
        "decision_59_2015: water; decree_07_2021: water"
    )).all()  # fmt: skip
    money = table[table["column"].str.startswith("income")]
    assert money["unit"].str.startswith("VND/").all()


HEAVY = ["pandera", "holidays", "matplotlib", "hypothesis", "pyarrow", "pydantic"]


def test_importing_the_package_loads_nothing_heavy():
    script = (
        "import sys, pandas; before = set(sys.modules); import multidim_poverty as mdp; "
        "assert dir(mdp) and not set(sys.modules) & (set(sys.argv[1:]) - before); "
        "mdp.standard_on('2023-01-01'); "
        "sample = mdp.load_sample(); mdp.validate(sample.households, sample.members); "
        "assert not {'pandera', 'holidays', 'matplotlib'} & (set(sys.modules) - before)"
    )
    subprocess.run([sys.executable, "-c", script, *HEAVY], check=True)


def test_every_public_name_is_there():
    for name in mdp.__all__:
        assert getattr(mdp, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'rich'"):
        mdp.rich  # noqa: B018


def test_tables_and_splits_are_shown_by_their_sizes():
    sample = mdp.load_sample()
    assert repr(sample) == "Tables(households: 500 rows, members: 1,843 rows)"
    homes = sample.households.head(3).assign(household_size=[0, 2, 3])
    split = mdp.split_valid(homes)
    assert repr(split) == (
        "Split(households: 2 rows, members: none, "
        "rejected: Tables(households: 1 row, members: none), violations: 1 row)"
    )
    html = split._repr_html_()
    assert html.startswith("<table")
    assert "<td>2 rows</td>" in html
    assert "SYN-0001" not in html


@pytest.mark.parametrize(
    ("value", "money", "area", "size"),
    [
        (Decimal("1500000.3"), [], [], ["not_whole"]),
        (Decimal("1500000.00000000000001"), ["inexact"], ["inexact"], ["inexact"]),
        (Decimal(4), [], [], []),
        (np.float32(1_500_000.25), ["inexact"], [], ["not_whole"]),
        (np.longdouble(4), [], [], []),
        (np.longdouble(1) + np.longdouble(2) ** -60, ["inexact"], ["inexact"], ["inexact"]),
        (2**53, [], [], []),
        (2**53 + 1, ["inexact"], ["inexact"], ["inexact"]),
        (2**63, [], [], ["inexact"]),
        pytest.param(
            *(10**400, ["inexact"], ["inexact"], ["inexact"]),
            marks=pytest.mark.skipif(
                pd.__version__.startswith("2"), reason="pandas 2 cannot hold it"
            ),
        ),
    ],
    ids=range(10),
)
@pytest.mark.parametrize("dtype", [object, None])
def test_numbers_that_float64_does_not_hold_are_named(value, money, area, size, dtype):
    expected = {"income_per_capita": money, "floor_area": area, "household_size": size}
    for column, rules in expected.items():
        values = pd.Series(np.array([value, value], dtype=dtype), index=["a", "b"])
        coarse = values.dtype.kind == "f" and values.dtype != "float64"
        if coarse and column == "income_per_capita":
            rules = ["too_coarse"] if values.dtype == "float32" else sorted([*rules, "too_coarse"])
        homes = pd.DataFrame({"area": "rural", column: values})
        faults = mdp.violations(homes).query("severity == 'error' and column == @column")
        assert sorted(set(faults["rule"])) == rules, (column, values.dtype)
        if rules == ["inexact"]:
            assert faults["household_id"].tolist() == ["a", "b"]


def test_an_amount_in_decimals_is_compared_exactly():
    incomes = [Decimal(1_500_000), Decimal("1500000.3"), Decimal("1500000.0")]
    homes = pd.DataFrame({"area": "rural", "income_per_capita": incomes}, index=list("abc"))
    standard = mdp.standard("decree_07_2021")
    matrix = pd.DataFrame(True, index=homes.index, columns=list(standard.indicator_ids))
    result = mdp.classify(homes, matrix, standard=standard)
    assert result["poverty_class"].tolist() == ["poor", "average", "poor"]


def test_replicate_weights_are_columns_with_rules():
    households = pd.DataFrame(
        {
            "area": "rural",
            "replicate_1": [1.0, -2.0, 3.0, np.nan],
            "replicate_2": [1.0, 2.0, np.nan, np.nan],
            "replicate_x": ["a", "b", "c", "d"],
        },
        index=list("abcd"),
    )
    faults = mdp.violations(households)
    faults = faults[faults["column"].str.startswith("replicate_")]
    assert faults[["household_id", "column", "rule", "severity"]].to_numpy().tolist() == [
        ["b", "replicate_1", "negative", "error"],
        ["c", "replicate_2", "replicate_missing", "error"],
    ]
    assert "replicate_*" in mdp.schema.columns()["column"].tolist()
