"""Tables and groups as they are handed in."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

import multidim_poverty as mdp
from multidim_poverty import measures, movement, plotting, reports
from multidim_poverty.schema.arguments import as_tables, distinct_rows, group_keys, groups_of

SAMPLE = mdp.load_sample()
STANDARD = mdp.standard("decree_07_2021")
RESULT = mdp.assess(SAMPLE, standard=STANDARD)
MATRIX = RESULT[list(STANDARD.indicator_ids)]
WIDE = reports.wide(SAMPLE, RESULT)
UNKNOWN = int(WIDE["commune"].isna().sum())


def test_the_sample_has_households_of_no_known_commune():
    assert UNKNOWN > 0


# -- a law by name, both tables in one ---------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (mdp.deprivations, ()),
        (mdp.assess, ()),
        (mdp.classify, (MATRIX,)),
        (mdp.reasons, (MATRIX,)),
        (mdp.nearest_changes, (MATRIX,)),
    ],
)
def test_names_and_tables_stand_for_what_they_name_and_hold(function, arguments):
    by_name = function(SAMPLE, *arguments, standard="decree_07_2021")
    members = () if arguments else (SAMPLE.members,)
    by_hand = function(SAMPLE.households, *members, *arguments, standard=STANDARD)
    pd.testing.assert_frame_equal(by_name, by_hand)


def test_a_procedure_by_name_is_the_shipped_one():
    by_name = mdp.review.calendar(2023, procedure="decision_24_2021")
    assert by_name.equals(mdp.review.calendar(2023, procedure=mdp.procedure_on("2023-09-05")))
    with pytest.raises(mdp.UnknownNameError, match="there is no procedure 'decision_24_2012'"):
        mdp.review.calendar(2023, procedure="decision_24_2012")


def test_members_are_handed_in_once():
    with pytest.raises(mdp.ArgumentError, match="members are given twice"):
        mdp.assess(SAMPLE, SAMPLE.members, standard=STANDARD)
    households, members = as_tables(SAMPLE)
    assert households is SAMPLE.households
    assert members is SAMPLE.members


# -- groups ------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=12), st.booleans())
def test_keys_number_the_groups_in_order_unknown_last(values, ordered):
    groups = pd.DataFrame({"unit": pd.Series(values, dtype=object)})
    order = ["c", "a", "b"] if ordered else ["a", "b", "c"]
    if ordered:
        groups["unit"] = pd.Categorical(values, categories=order)
    at, keys = group_keys(groups)
    assert [keys[n][0] for n in at] == values
    assert [key for (key,) in keys] == [v for v in [*order, None] if v in values]


def test_keys_of_several_levels_are_the_combinations_that_occur():
    groups = pd.DataFrame({"one": [2, 1, 1, None], "two": ["x", None, "x", "x"]})
    at, keys = group_keys(groups)
    assert keys == [(1, "x"), (1, None), (2, "x"), (None, "x")]
    assert at.tolist() == [2, 1, 0, 3]
    at, keys = group_keys(groups[[]])
    assert (at.tolist(), keys) == ([0] * 4, [()])


@pytest.mark.any_version
@pytest.mark.parametrize("step", [1, 10**9])  # close together, and too far for a table by number
def test_distinct_rows_come_in_their_order_and_tell_which_one_each_row_is(step):
    rows = pd.DataFrame(
        {
            "commune": [2 * step, step, 2 * step, 2 * step, step],
            "village": pd.array(["b", None, "b", "a", None], dtype="string"),
            "commune_code": pd.Categorical(["y", "x", "y", "y", "z"]),
        },
        index=list("pqrst"),
    )
    distinct, at = distinct_rows(rows, ["commune", "village"])
    assert at.tolist() == [0, 1, 0, 2, 3]  # codes tell apart what names do not
    expected = rows.iloc[[0, 1, 3, 4]].reset_index(drop=True)[
        ["commune", "village", "commune_code"]
    ]
    pd.testing.assert_frame_equal(distinct, expected)
    assert [len(part) for part in distinct_rows(rows.iloc[:0], ["commune"])] == [0, 0]
    assert distinct_rows(rows, [])[1].tolist() == [0] * 5


def test_a_series_is_aligned_and_keeps_what_is_not_known():
    data = pd.DataFrame({"x": 1}, index=["a", "b", "c"])
    by = pd.Series({"c": 3, "a": None, "b": 2, "z": 9}, name="unit")
    groups = groups_of(by, data)
    assert groups["unit"].fillna(0).tolist() == [0, 2, 3]
    assert groups.index.tolist() == ["a", "b", "c"]
    assert groups_of(by.rename(None), data).columns.tolist() == ["group"]
    with pytest.raises(mdp.ArgumentError, match=r"rows not in it: 1, such as \['a'\]"):
        groups_of(by.drop("a"), data)
    with pytest.raises(mdp.ArgumentError, match="ids repeat"):
        groups_of(by.set_axis(["a", "b", "c", "c"]), data)


def test_labels_of_a_series_without_a_name_are_groups_by_value_and_names_of_units_by_key():
    data = pd.DataFrame({"xa": ["Xã Hoà", "Xã Hòa", "xã hoà", "Đ"]}, index=list("abcd"))
    labels = pd.Series(data["xa"].to_list(), index=data.index)
    assert groups_of(labels, data)["group"].tolist() == data["xa"].tolist()
    for by in ("xa", ["xa"], data["xa"], labels.rename("commune")):
        with pytest.warns(UserWarning, match="'Xã Hoà' and 'Xã Hòa' and 'xã hoà'"):
            groups = groups_of(by, data)
        assert groups.iloc[:, 0].tolist() == ["Xã Hoà", "Xã Hoà", "Xã Hoà", "Đ"]


def test_codes_of_a_map_are_units_whatever_the_series_is_called():
    some = WIDE.iloc[:3]
    with pytest.warns(UserWarning, match="'067' and '67'"):
        table = plotting.rates(some, by=pd.Series(["067", "67", "68"], index=some.index))
    assert table["base"].tolist() == [2, 1]


def shares(by):
    axes = plotting.class_composition(WIDE, by=by)
    names = [label.get_text() for label in axes.get_yticklabels()]
    plt.close(axes.figure)
    return names


FLOWS = movement.flows(WIDE, WIDE, by="commune")
COUNTS = {
    "headcount": lambda by: measures.headcount(WIDE, by=by),
    "rates": lambda by: plotting.rates(WIDE, by=by),
    "table_1": lambda by: reports.table_1(WIDE, by=by, population="counted"),
    "table_4": lambda by: reports.table_4(WIDE, by=by, standard=STANDARD),
    "flows": lambda by: movement.flows(WIDE, WIDE, by=by),
}


@pytest.mark.parametrize("function", COUNTS.values(), ids=COUNTS)
def test_a_column_a_list_and_a_series_are_one(function):
    by_column = function("commune")
    pd.testing.assert_frame_equal(function(["commune"]), by_column)
    pd.testing.assert_frame_equal(function(WIDE["commune"]), by_column)
    pd.testing.assert_frame_equal(function(SAMPLE.households["commune"].sample(frac=1)), by_column)


def test_households_of_no_known_unit_are_shown_by_all():
    head = measures.headcount(WIDE, by="commune")
    assert head.loc[head["commune"].isna(), "base"].tolist() == [UNKNOWN]
    assert head["base"].sum() == len(WIDE)
    rates = plotting.rates(WIDE, by="commune")
    assert rates["base"].tolist()[-1] == UNKNOWN
    table = reports.table_1(WIDE, by="commune", population="counted")
    assert table["unit"].iloc[-1] == "Chưa rõ"
    assert table["households"].tolist()[-1] == UNKNOWN
    assert table["households"].iloc[1:].sum() == table["households"].iloc[0] == len(WIDE)
    assert FLOWS["commune"].isna().sum() == UNKNOWN
    counted = movement.balance(FLOWS, by="commune").xs("households", level="count_of")
    whole = movement.balance(FLOWS).xs("households", level="count_of")
    assert counted.groupby("list", observed=True)["opening"].sum().equals(whole["opening"])
    assert counted.index.get_level_values("commune").isna().any()
    official = reports.table_2(FLOWS, by="commune")
    assert official["unit"].tolist()[-2:] == ["Chưa rõ"] * 2
    assert shares("commune")[-2] == f"not known ({UNKNOWN})"
    assert shares("commune")[-1] == f"All ({len(WIDE)})"
    profile = plotting.deprivation_profile(WIDE, standard=STANDARD, by=WIDE["commune"])
    labels = [text.get_text() for text in profile.get_legend().get_texts()]
    assert f"not known ({UNKNOWN})" in labels
    plt.close(profile.figure)


def test_several_levels_are_counted_together_everywhere():
    by = ["province", "commune"]
    head = measures.headcount(WIDE, by=by)
    assert plotting.rates(WIDE, by=by)["base"].tolist() == head["base"].tolist()
    assert len(shares(by)) == len(head) + 1
    table = reports.table_1(WIDE, by=by, population="counted")
    lowest = table[table["level"] == "commune"]
    assert lowest["households"].tolist() == head["base"].tolist()


def test_a_household_of_unknown_unit_has_not_moved():
    start = pd.DataFrame(
        {"poverty_class": "poor", "household_size": 3, "commune": ["x", None, None]},
        index=["a", "b", "c"],
    )
    end = start.assign(commune=["y", "y", None])
    flows = movement.flows(start, end, by="commune").fillna({"commune": "?"})
    assert flows[["start_id", "end_id", "commune"]].replace({np.nan: None}).values.tolist() == [
        ["a", None, "x"],
        ["b", "b", "y"],
        ["c", "c", "?"],
        [None, "a", "y"],
    ]
