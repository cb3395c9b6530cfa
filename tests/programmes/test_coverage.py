"""Reach, coverage, overlaps: by hand, totals over groups, every completion in the interval."""

from itertools import product

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import multidim_poverty as mdp
from multidim_poverty import programmes
from multidim_poverty.programmes.claims import merged_keys

BENEFITS = ["rice", "school"]  # the first of households, the second of members
HOMES = ["a", "b", "c"]
SIZES = {"a": 2, "b": 1, "c": 3}


def entitled(rows):
    """Rows of household, member, benefit, eligible, as `eligible` gives them."""
    frame = pd.DataFrame(rows, columns=["household_id", "member_id", "benefit", "eligible"])
    return frame.astype(
        {"household_id": object, "member_id": "Int64", "eligible": "boolean"}
    ).assign(benefit=pd.Categorical(frame["benefit"], BENEFITS))


def delivered(rows):
    """Rows of household, member, benefit."""
    frame = pd.DataFrame(rows, columns=["household_id", "member_id", "benefit"])
    return frame.assign(day="2022-05-04", amount=1e6).astype(
        {"household_id": object, "member_id": "Int64"}
    )


def households(**more):
    return pd.DataFrame(
        {"household_size": [SIZES[home] for home in HOMES], **more},
        index=pd.Index(HOMES, name="household_id"),
    )


def members():
    rows = [(home, n + 1) for home in HOMES for n in range(SIZES[home])]
    return pd.DataFrame(rows, columns=["household_id", "member_id"])


ROWS = [
    ("a", None, "rice", True),
    ("b", None, "rice", None),
    ("a", 1, "school", True),
    ("a", 2, "school", None),
    ("c", 2, "school", True),
    ("c", 3, "school", False),
]
DELIVERED = [("a", None, "rice"), ("b", None, "rice"), ("a", 2, "school"), ("c", 3, "school")]


def test_each_state_is_told():
    table = programmes.reach(entitled(ROWS), delivered(DELIVERED), households(), members())
    assert [
        (
            row.household_id,
            None if pd.isna(row.member_id) else row.member_id,
            row.benefit,
            row.state,
        )
        for row in table.itertuples()
    ] == [
        ("a", None, "rice", "reached"),
        ("b", None, "rice", "reached_open"),
        ("a", 1, "school", "left_out"),
        ("a", 2, "school", "reached_open"),
        ("c", 2, "school", "left_out"),
        ("c", 3, "school", "leakage"),
    ]
    assert table["deliveries"].tolist() == [1, 1, 0, 1, 0, 1]
    assert table["amount"].isna().tolist() == [False, False, True, False, True, False]
    assert table["first_day"].dt.date.astype(str).iloc[0] == "2022-05-04"


def test_a_benefit_under_several_rules_is_held_once():
    rows = [("a", None, "rice", None), ("a", None, "rice", True), ("b", None, "rice", None)]
    table = programmes.reach(entitled(rows), delivered([]), households())
    assert table["state"].tolist() == ["left_out", "perhaps_left_out"]


def test_amounts_and_days_of_several_deliveries_come_together():
    twice = pd.concat([delivered([("a", None, "rice")])] * 2, ignore_index=True)
    twice["day"], twice["amount"] = ["2022-06-01", "2022-05-01"], [1e6, 2e6]
    row = programmes.reach(entitled(ROWS[:1]), twice, households()).iloc[0]
    assert (row["deliveries"], row["amount"], row["first_day"]) == (
        2,
        3e6,
        pd.Timestamp("2022-05-01"),
    )


def test_one_delivery_that_stands_twice_is_said_and_both_count():
    twice = pd.concat([delivered(DELIVERED[:1])] * 2, ignore_index=True)
    with pytest.warns(mdp.errors.DataWarning, match="repeat another one") as caught:
        table = programmes.reach(entitled(ROWS), twice, households())
    assert caught[0].filename == __file__
    assert table["deliveries"].iloc[0] == 2


def counts(table, benefit, count_of="households"):
    rows = table[(table["benefit"] == benefit) & (table["count_of"] == count_of)]
    return rows.iloc[0].drop(["benefit", "count_of"]).to_dict()


def test_coverage_by_hand():
    table = programmes.coverage(
        entitled(ROWS), households(), deliveries=delivered(DELIVERED), members=members()
    )
    assert counts(table, "rice") == {
        "base": 3,
        "eligible_at_least": 1,
        "eligible_at_most": 2,
        "reached_at_least": 1,
        "reached_at_most": 2,
        "leakage_at_least": 0,
        "leakage_at_most": 1,
        "left_out_at_least": 0,
        "left_out_at_most": 0,
        "coverage_at_least": 100.0,
        "coverage_at_most": 100.0,
    }
    persons = counts(table, "school", "persons")
    assert (persons["base"], persons["eligible_at_least"], persons["eligible_at_most"]) == (6, 2, 3)
    assert (persons["coverage_at_least"], persons["coverage_at_most"]) == (
        0.0,
        pytest.approx(100 / 3),
    )
    assert (persons["leakage_at_least"], persons["leakage_at_most"]) == (1, 2)
    assert counts(table, "rice", "persons")["eligible_at_most"] == 3


def test_a_rate_of_nobody_is_missing_and_not_zero():
    table = programmes.coverage(entitled([]), households(), deliveries=delivered(DELIVERED[:1]))
    assert table[["coverage_at_least", "coverage_at_most"]].isna().all(axis=None)
    assert counts(table, "rice")["leakage_at_least"] == 1


def test_without_deliveries_only_the_entitled_are_counted():
    table = programmes.coverage(entitled(ROWS), households())
    row = counts(table, "rice")
    assert (row["eligible_at_least"], row["eligible_at_most"]) == (1, 2)
    assert pd.isna(row["reached_at_least"])
    assert pd.isna(row["left_out_at_most"])
    assert str(table["reached_at_least"].dtype) == "Int64"


def test_persons_of_households_without_a_size_are_not_known():
    homes = households().drop(columns="household_size")
    table = programmes.coverage(
        entitled(ROWS), homes, deliveries=delivered(DELIVERED), members=members()
    )
    assert pd.isna(counts(table, "rice", "persons")["eligible_at_least"])
    assert counts(table, "school", "persons")["eligible_at_least"] == 2


def test_groups_of_several_levels_add_up_and_the_unknown_group_is_last():
    homes = households(district=["X", "X", None], commune=["1", "2", "3"])
    table = programmes.coverage(
        entitled(ROWS),
        homes,
        deliveries=delivered(DELIVERED),
        members=members(),
        by=["district", "commune"],
    )
    assert table["commune"].drop_duplicates().tolist() == ["1", "2", "3"]
    assert table["district"].isna().tolist()[-1]
    whole = programmes.coverage(
        entitled(ROWS), homes, deliveries=delivered(DELIVERED), members=members()
    ).drop(columns=["coverage_at_least", "coverage_at_most"])
    keys = ["benefit", "count_of"]
    sums = table.groupby(keys, observed=True)[whole.columns[2:].tolist()].sum().reset_index()
    merged = whole.set_index(keys).astype("int64").sort_index()
    pd.testing.assert_frame_equal(
        sums.set_index(keys).astype("int64").sort_index(), merged, check_index_type=False
    )


def test_a_category_without_households_and_no_households_at_all():
    nobody = households().iloc[:0].assign(district=pd.Series([], dtype=object))
    assert programmes.coverage(entitled([]), nobody, by="district").empty
    assert programmes.coverage(entitled([]), nobody)["base"].tolist() == [0] * 4


# -- every completion ------------------------------------------------------------------------

STATES = st.sampled_from([True, False, None])
HOLDERS = [("a", None, "rice"), ("b", None, "rice"), ("c", None, "rice")] + [
    (home, member, "school") for home, member in [("a", 1), ("a", 2), ("b", 1), ("c", 1)]
]


def brute(truth, got, benefit, count_of):
    """Eligible, reached, leaked and left out of one completion, in plain Python."""

    def size(holders):
        if count_of == "households":
            return len({home for home, _, _ in holders})
        return sum(SIZES[home] if member is None else 1 for home, member, _ in holders)

    own = [holder for holder in HOLDERS if holder[2] == benefit]
    eligible = [h for h in own if truth[h]]
    return (
        size(eligible),
        size([h for h in eligible if h in got]),
        size([h for h in own if h in got and not truth[h]]),
        size([h for h in eligible if h not in got]),
    )


@pytest.mark.slow
@settings(max_examples=25)
@given(
    answers=st.lists(STATES, min_size=len(HOLDERS), max_size=len(HOLDERS)),
    got=st.sets(st.sampled_from(HOLDERS)),
)
def test_every_completion_lies_in_the_interval_and_some_meet_its_ends(answers, got):
    known = dict(zip(HOLDERS, answers, strict=True))
    rows = [(*holder, answer) for holder, answer in known.items() if answer is not False]
    frame = entitled([(home, member, benefit, e) for home, member, benefit, e in rows])
    # Of a benefit that nobody may have the deliveries say whose it is.
    table = programmes.coverage(
        frame, households(), deliveries=delivered(sorted(got, key=str)), members=members()
    )
    states = programmes.reach(frame, delivered(sorted(got, key=str)), households(), members())
    assert not states.duplicated(["household_id", "member_id", "benefit"]).any()
    assert len(states) == len({h for h in HOLDERS if known[h] is not False} | got)
    open_holders = [holder for holder in HOLDERS if known[holder] is None]
    completions = [
        known | dict(zip(open_holders, choice, strict=True))
        for choice in product([True, False], repeat=len(open_holders))
    ]
    for benefit, count_of in product(BENEFITS, ["households", "persons"]):
        row = counts(table, benefit, count_of)
        values = [brute(truth, got, benefit, count_of) for truth in completions]
        for name, column in zip(
            ["eligible", "reached", "leakage", "left_out"], zip(*values, strict=True), strict=True
        ):
            assert row[f"{name}_at_least"] == min(column)
            assert row[f"{name}_at_most"] == max(column)
        rates = [100 * reached / eligible for eligible, reached, _, _ in values if eligible]
        if not rates:
            assert np.isnan(row["coverage_at_least"])
            assert np.isnan(row["coverage_at_most"])
        else:
            assert row["coverage_at_least"] == pytest.approx(min(rates))
            assert row["coverage_at_most"] == pytest.approx(max(rates))


@settings(max_examples=25)
@given(answers=st.lists(STATES, min_size=len(HOLDERS), max_size=len(HOLDERS)))
def test_overlaps_are_those_of_the_households(answers):
    rows = [(*h, e) for h, e in zip(HOLDERS, answers, strict=True)]

    def holding(benefit, kinds):
        return {home for home, _, name, e in rows if name == benefit and e in kinds}

    table = programmes.overlaps(entitled(rows))
    expected = [
        len(holding("rice", kinds) & holding("school", kinds)) for kinds in ([True], [True, None])
    ]
    found = table[["households_at_least", "households_at_most"]].to_numpy().tolist()
    assert found == ([expected] if expected[1] else [])


# -- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"household_id": "z"}, "unknown_household"),
        ({"household_id": None}, "missing_value"),
        ({"benefit": "bread"}, "unknown_benefit"),
        ({"benefit": None}, "missing_value"),
        ({"benefit": "school", "member_id": 9}, "unknown_member"),
        ({"benefit": "school", "member_id": None}, "no_member"),
        ({"day": "2022-05-04T10:00"}, "not_a_date"),
        ({"day": None}, "missing_value"),
        ({"day": pd.Timestamp("2022-05-04", tz="Asia/Ho_Chi_Minh")}, "time_zone"),
        ({"amount": -1.0}, "negative"),
        ({"amount": "1 000"}, "text_number"),
        ({"day": "2021-12-31"}, "before_recognition"),
    ],
)
def test_a_delivery_that_is_not_in_order_is_named(row, rule):
    good = {"household_id": "a", "member_id": 1, "benefit": "school", "day": "2022-05-04",
            "amount": 1e6}  # fmt: skip
    table = pd.DataFrame([good, {**good, "day": "2022-06-04", **row}, {**good, "member_id": 2}])
    homes = households(since=pd.to_datetime(["2022-01-01", None, "2022-01-01"]))
    with pytest.raises(mdp.InvalidDataError) as caught:
        programmes.reach(entitled(ROWS), table.astype(object), homes, members())
    faults = caught.value.violations
    assert faults[["row", "rule", "table"]].to_numpy().tolist() == [[1, rule, "deliveries"]]


def test_all_bad_rows_are_named_at_once():
    table = delivered([("z", None, "rice"), ("a", None, "bread"), ("a", None, "rice")])
    table.loc[2, "amount"] = -5.0
    with pytest.raises(mdp.InvalidDataError) as caught:
        programmes.reach(entitled(ROWS), table, households())
    assert sorted(caught.value.violations["rule"]) == [
        "negative", "unknown_benefit", "unknown_household",
    ]  # fmt: skip


def test_an_entitled_household_that_is_not_there_is_named():
    with pytest.raises(mdp.InvalidDataError, match="unknown_household"):
        programmes.coverage(entitled(ROWS), households().iloc[:2])


@pytest.mark.parametrize("column", ["household_id", "benefit", "eligible"])
def test_a_table_that_eligible_did_not_make_is_named(column):
    with pytest.raises(mdp.InvalidDataError, match="missing_column"):
        programmes.overlaps(entitled(ROWS).drop(columns=column))
    broken = entitled(ROWS).astype(object)
    broken.loc[0, column] = "perhaps" if column == "eligible" else None
    with pytest.raises(mdp.InvalidDataError, match=r"not_boolean|missing_value"):
        programmes.overlaps(broken)


def test_the_input_stays_as_it_is():
    frames = [entitled(ROWS), delivered(DELIVERED), households(), members()]
    copies = [frame.copy(deep=True) for frame in frames]
    programmes.reach(*frames)
    programmes.coverage(frames[0], frames[2], deliveries=frames[1], members=frames[3])
    for frame, copy in zip(frames, copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


@pytest.mark.any_version
@pytest.mark.parametrize(
    ("keys", "more"), [([2, 5, 9], [9, 1, 7, 7, 12, 5]), ([], [3, 1, 3]), ([4], []), ([], [])]
)
def test_keys_are_merged_in_order_and_tell_which_are_added(keys, more):
    every, added = merged_keys(*(np.array(values, dtype=np.int64) for values in (keys, more)))
    assert every.tolist() == sorted({*keys, *more})
    assert every[added].tolist() == sorted({*more} - {*keys})
