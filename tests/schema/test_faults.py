"""The engine: cells, places, order and messages of the table of faults."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import schema
from multidim_poverty.language import Label
from multidim_poverty.schema import fault_table, faults
from multidim_poverty.schema.definitions import Column
from multidim_poverty.schema.faults import (
    Fault,
    broken_rows,
    column_faults,
    fault_at,
    presence_faults,
    raise_errors,
    report,
)
from multidim_poverty.testing.planted_faults import FAULTS
from tests.helpers.faults import errors_of

HOUSEHOLDS = pd.DataFrame(
    {"area": ["city", "rural", "town"], "household_size": [2, 0, 3]}, index=["a", "b", "c"]
)


def test_columns_and_dtypes_are_fixed_with_and_without_faults():
    text = pd.Series(["x"], dtype=str).dtype
    as_is = ("household_id", "member_id", "value", "expected")
    for table in (report([], {}), errors_of(HOUSEHOLDS)):
        assert table.columns.tolist() == [
            *("severity", "rule", "table", "household_id", "member_id", "column", "value"),
            *("expected", "message", "citation"),
        ]
        for name in table:
            assert table[name].dtype == (object if name in as_is else text), name
    assert set(table["severity"]) == {"error"}


def test_rows_then_columns_then_the_order_in_which_they_came():
    table = report(
        [
            Fault("households", "household_size", "negative", np.array([2, 0])),
            Fault("households", "area", "unknown_category", np.array([0])),
            Fault("households", "household_size", "not_whole", np.array([0])),
            Fault("members", "age", "missing_column"),
            Fault("households", "toilet", "duplicate_column"),
        ],
        {"households": HOUSEHOLDS, "members": pd.DataFrame()},
    )
    assert table[["table", "household_id", "rule"]].values.tolist() == [
        ["households", None, "duplicate_column"],
        ["households", "a", "unknown_category"],
        ["households", "a", "negative"],
        ["households", "a", "not_whole"],
        ["households", "c", "negative"],
        ["members", None, "missing_column"],
    ]


def test_faults_of_single_rows_are_as_one_of_all_rows():
    cells = [(0, "x"), (2, "y"), (1, "z")]
    one_by_one = [
        Fault("households", "area", "unknown_category", np.array([row]), expected=text,
              fields={"unit": text}, citation=text)
        for row, text in cells
    ]  # fmt: skip
    rows, texts = zip(*cells, strict=True)
    column = np.array(texts, dtype=object)
    at_once = Fault("households", "area", "unknown_category", np.array(rows), expected=column,
                    fields={"unit": column}, citation=column)  # fmt: skip
    tables, places = {"households": HOUSEHOLDS}, {"household_id": object, "unit": str}
    table = report(one_by_one, tables, places=places)
    pd.testing.assert_frame_equal(table, report([at_once], tables, places=places))
    assert table["unit"].tolist() == table["citation"].tolist() == ["x", "z", "y"]


def test_faults_without_a_table_keep_the_order_in_which_they_came():
    faults = [
        Fault("workbook", "a", rule, values=value, fields={"cell": f"A{value}"})
        for value, rule in enumerate(["negative", "not_whole", "negative"])
    ]
    table = report(faults, {}, places={"cell": str})
    assert table["cell"].tolist() == ["A0", "A1", "A2"]
    assert table["value"].tolist() == [0, 1, 2]


def test_one_value_for_all_rows_or_one_for_each():
    bad = np.array([True, False, True])
    fault = fault_at(
        "households", "household_size", "size_disagrees", bad, expected=np.array([5, 6, 7])
    )
    table = report([fault], {"households": HOUSEHOLDS})
    assert table["value"].tolist() == [2, 3]
    assert table["expected"].tolist() == [5, 7]
    assert table["message"].tolist() == [
        "household_size is 2, but the number of members in the members table is 5; "
        "correct the size, or the list of members",
        "household_size is 3, but the number of members in the members table is 7; "
        "correct the size, or the list of members",
    ]
    table = report([Fault(**{**vars(fault), "expected": 9})], {"households": HOUSEHOLDS}, "vi")
    assert table["message"].str.contains("bảng thành viên có 9 người").all()


def test_places_come_from_fields_positions_columns_or_the_index():
    events = pd.DataFrame({"household_id": ["x", "y"], "event": ["opened", None]})
    faults = [
        Fault("events", "event", "missing_value", np.array([1]), fields={"process": "yearly"}),
        Fault("events", "event", "missing_column", citation="Article 4"),
    ]
    places = {"row": "Int64", "household_id": object, "process": str}
    table = report(faults, {"events": events}, places=places)
    assert table.columns.tolist()[3:7] == ["row", "household_id", "process", "column"]
    assert table["row"].dtype == "Int64"
    assert table.loc[1, ["row", "household_id", "process"]].tolist() == [1, "y", "yearly"]
    assert table.loc[0, ["row", "household_id", "process"]].isna().all()
    assert table["citation"][0] == "Article 4"
    assert pd.isna(table["citation"][1])


def test_braces_and_odd_values_in_the_data_stand_as_they_are():
    names = ["{value}", "a'b", ("t", "u"), 1.0, pd.Timestamp("2023-01-02")]
    frame = pd.DataFrame({"area": pd.Series(names, dtype=object)})
    table = report([Fault("households", "area", "not_text", np.arange(5))], {"households": frame})
    assert [message.split(" is not")[0] for message in table["message"]] == [
        "'{value}'",
        '"a\'b"',
        "('t', 'u')",
        "1",
        "2023-01-02",
    ]
    assert table["value"].tolist() == names


@pytest.mark.parametrize(
    "values",
    [
        ["x", "y", "x", "x'"],
        [True, 1, 1.0, 2.5],
        [0.5, -0.0, 0.0, float("nan")],
        [3, 3, 10**30, 4],
        [None, "a", pd.NA, ("b",)],
        [0.25, 0.25, 0.25, 0.25],
    ],
)
def test_a_value_that_repeats_is_shown_as_each_is_alone(values):
    cells = np.empty(len(values) * 3, dtype=object)
    cells[:] = values * 3
    table = pd.DataFrame({"toilet": pd.Series(cells, dtype=object)})
    rows = np.arange(len(cells))
    ages = (rows % 5).astype(np.float64)

    def faults(rows):
        fields = {"age": ages[rows], "low": rows % 2, "high": cells[rows]}
        yield Fault("households", "toilet", "schooling_against_age", rows, fields=fields)
        yield Fault("households", "toilet", "unknown_category", rows)

    together = report(faults(rows), {"households": table})
    alone = pd.concat([report(faults(rows[row : row + 1]), {"households": table}) for row in rows])
    assert together["message"].tolist() == alone["message"].tolist()
    assert len({*together["message"]}) > 2


def test_warnings_do_not_stop(monkeypatch):
    real = faults.rule_text
    mild = real("tables", "negative").model_copy(update={"severity": "warning"})

    def rule_text(area, rule):
        return mild if rule == "negative" else real(area, rule)

    for module in (faults, fault_table):
        monkeypatch.setattr(module, "rule_text", rule_text)
    doubtful = pd.DataFrame({"area": ["rural", "rural"], "floor_area": [-1.0, 3.0]})
    assert "negative" in mdp.violations(doubtful)["rule"].tolist()
    assert errors_of(doubtful).empty
    assert mdp.validate(doubtful) is None
    split = mdp.split_valid(doubtful)
    assert len(split.households) == 2
    assert split.violations["severity"].unique().tolist() == ["warning"]
    raise_errors([Fault("households", "floor_area", "negative")], {})
    with pytest.raises(mdp.InvalidDataError, match=r"1 fault\(s\) in the data, and 2 warning"):
        mdp.validate(doubtful.assign(area=["rural", "city"]))


def test_broken_rows_and_presence():
    faults = [Fault("members", "age", "negative", np.array([1])), Fault("members", "sex", "x")]
    assert broken_rows(faults, "members", ["age"], 3).tolist() == [False, True, False]
    assert broken_rows(faults, "households", ["age"], 3).tolist() == [False] * 3
    assert broken_rows(faults, "members", ["age", "sex"], 3).all()
    twice = pd.DataFrame([[1, 2, 3]], columns=["a", "a", "b"])
    assert [(f.column, f.rule) for f in presence_faults("t", twice, ["a", "b", "c"])] == [
        ("a", "duplicate_column"),
        ("c", "missing_column"),
    ]


# -- the first cause silences what follows from it -------------------------------------------


def rules_of(households, members=None, **more):
    table = errors_of(households, members, **more)
    return sorted(zip(table["column"], table["rule"], strict=True))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"income_per_capita": np.inf}, ("income_per_capita", "infinite")),
        ({"household_size": 1.5}, ("household_size", "not_whole")),
        ({"income_12m": "36.000.000"}, ("income_12m", "text_number")),
    ],
)
def test_income_does_not_disagree_with_a_bad_value(change, rule):
    households = pd.DataFrame(
        {"area": ["rural"], "income_per_capita": 9.0, "income_12m": 36.0, "household_size": 2}
    )
    assert rules_of(households) == [("income_per_capita", "income_disagrees")]
    assert rules_of(households.assign(**change)) == [rule]


def test_ids_that_are_no_index_leave_nobody_unknown():
    households = pd.DataFrame({"household_id": ["a"], "area": ["rural"]})
    members = pd.DataFrame({"household_id": ["a"], "member_id": [1], "age": [130]})
    assert rules_of(households, members) == [
        ("age", "out_of_range"),
        ("household_id", "id_not_in_index"),
    ]


def test_repeated_members_are_not_too_many_too():
    households = pd.DataFrame({"area": ["rural"], "household_size": 1}, index=["a"])
    members = pd.DataFrame({"household_id": "a", "member_id": [1, 1], "relation": "head"})
    found = errors_of(households, members)
    assert found["rule"].tolist() == ["duplicate_id"] * 2
    assert found["message"][0].startswith("the code 1 stands for 2 rows")


def test_an_id_in_another_unicode_form_is_not_unknown_too():
    households = pd.DataFrame({"area": ["rural"]}, index=["hộ"])
    members = pd.DataFrame({"household_id": ["ho\u0323\u0302"], "member_id": [1]})
    assert rules_of(households, members) == [("household_id", "not_nfc")]


def test_answers_about_children_wait_for_the_age():
    households = pd.DataFrame({"area": ["rural"]}, index=["a"])
    members = pd.DataFrame(
        {
            "household_id": "a",
            "member_id": [1, 2, 3],
            "age": [200, 40, 17],
            "birth_date": pd.to_datetime(["1990-01-01", "2020-01-01", "2006-01-01"]),
            "stunted": True,
        }
    )
    assert rules_of(households, members, on="2023-06-30") == [
        ("age", "age_disagrees"),
        ("age", "out_of_range"),
        ("stunted", "adult_undernourished"),
    ]


def test_messages_name_both_numbers_that_disagree():
    households = pd.DataFrame(
        {
            "area": ["rural"],
            "income_12m": 36_000_000,
            "income_per_capita": 1_000_000,
            "household_size": 3,
        },
        index=["a"],
    )
    members = pd.DataFrame(
        {
            "household_id": "a",
            "member_id": [1, 2],
            "relation": "head",
            "age": [33, 40],
            "birth_date": pd.to_datetime(["1990-01-01", None]),
        }
    )
    found = errors_of(households.assign(household_size=[5]), members, on="2024-06-30")
    assert found[["value", "expected"]].values.tolist() == [
        [1_000_000, 600_000],
        [5, 2],
        [33, 34],
        ["head", "one head"],
        ["head", "one head"],
    ]
    for row in found.itertuples():
        shown = "2 heads" if row.rule == "two_heads" else str(int(row.expected))
        assert shown in row.message
        assert str(row.value) in row.message or row.rule == "two_heads"


@pytest.mark.parametrize(
    ("kind", "values"),
    [("number", pd.Series([1.0, np.nan])), ("boolean", pd.Series([True, None], dtype="boolean"))],
)
def test_a_missing_value_of_a_complete_column_is_seen_at_a_glance(kind, values):
    label = Label(vi="x", en="x")
    column = Column(table="households", name="x", kind=kind, label=label, required=True)
    (fault,) = column_faults(values.to_frame("x"), column)
    assert (fault.rule, fault.rows.tolist()) == ("missing_value", [1])
    assert not [*column_faults(values.to_frame("x"), replace(column, may_be_unknown=True))]


def test_every_rule_is_listed_once():
    rules = schema.rules()
    assert not rules.duplicated(["area", "rule"]).any()
    assert rules.drop(columns=["expected_en", "expected_vi"]).notna().all(axis=None)
    assert set(rules["severity"]) <= {"error", "warning"}
    assert {rule for rule, *_ in FAULTS} <= set(rules["rule"])
