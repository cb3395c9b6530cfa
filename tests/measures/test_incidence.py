"""One definition of every headcount ratio, against a count by hand."""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import plotting, population, reports
from multidim_poverty.measures import headcount
from multidim_poverty.programmes import targets
from multidim_poverty.schema import Tables

CLASSES = ("poor", "near_poor", "average", "above_average")
CATEGORY = pd.CategoricalDtype(list(CLASSES), ordered=True)
OPTIONS = ("in_base", "left_out", "worst", "best")


def result_of(rows):
    """Households of (unit, class at worst, class at best, size)."""
    frame = pd.DataFrame(
        rows, columns=["commune", "class_at_worst", "class_at_best", "household_size"]
    )
    same = frame["class_at_worst"] == frame["class_at_best"]
    frame["poverty_class"] = frame["class_at_worst"].where(same)
    types = dict.fromkeys(["poverty_class", "class_at_worst", "class_at_best"], CATEGORY)
    return frame.astype({**types, "household_size": "Int64", "commune": "string"})


@st.composite
def households(draw):
    worst, best = sorted(draw(st.tuples(*[st.integers(0, 3)] * 2)))
    unit = draw(st.sampled_from(["A", "B", None]))
    return unit, CLASSES[worst], CLASSES[best], draw(st.integers(1, 9))


def share(rows, of, undetermined, persons):
    """Headcount, base, undetermined and ratio in plain Python."""
    counted = base = unknown = 0
    for _, worst, best, size in rows:
        weight = size if persons else 1
        determined = worst == best
        unknown += 0 if determined else weight
        if determined or undetermined != "left_out":
            base += weight
        poverty_class = {"worst": worst, "best": best}.get(undetermined, worst)
        if poverty_class in of and (determined or undetermined in ("worst", "best")):
            counted += weight
    nobody = base == 0 or (undetermined == "in_base" and unknown == base)
    return counted, base, unknown, None if nobody else Fraction(100 * counted, base)


@given(
    st.lists(households(), max_size=8),
    st.sampled_from([("poor",), ("poor", "near_poor"), ("average",)]),
    st.sampled_from(OPTIONS),
)
def test_headcounts_are_those_of_a_count_by_hand(rows, of, undetermined):
    result = result_of(rows)
    before = result.copy()
    table = headcount(result, by="commune", of=of, persons=True, undetermined=undetermined)
    pd.testing.assert_frame_equal(result, before)
    units = sorted({u for u, *_ in rows if u}) + [None] * any(u is None for u, *_ in rows)
    expected = [(unit, count_of) for count_of in ("households", "persons") for unit in units]
    found = [
        (None if pd.isna(u) else u, c)
        for u, c in zip(table["commune"], table["count_of"], strict=True)
    ]
    assert found == expected
    for (unit, count_of), row in zip(expected, table.itertuples(), strict=True):
        mine = [one for one in rows if one[0] == unit]
        *counts, ratio = share(mine, of, undetermined, count_of == "persons")
        assert [row.headcount, row.base, row.undetermined] == counts
        if ratio is None:
            assert np.isnan(row.headcount_ratio)
        else:
            assert row.headcount_ratio == pytest.approx(float(ratio))
    assert set(table["of"]) <= {" + ".join(of)}


@given(st.lists(households(), min_size=1, max_size=8), st.sampled_from(["poor"]))
def test_the_worst_and_the_best_are_bounds(rows, of):
    result = result_of(rows)
    ratio = {
        option: headcount(result, of=of, undetermined=option)["headcount_ratio"].iloc[0]
        for option in OPTIONS
    }
    assert ratio["best"] <= ratio["worst"]
    if not np.isnan(ratio["in_base"]):
        assert ratio["best"] <= ratio["in_base"] <= ratio["worst"]


def test_the_table_has_fixed_columns_and_types():
    table = headcount(result_of([("A", "poor", "poor", 4)]), by=["commune"])
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == {
        "commune": "string",
        "count_of": "category",
        "of": "string",
        "headcount": "int64",
        "base": "int64",
        "undetermined": "int64",
        "headcount_ratio": "float64",
    }
    empty = headcount(result_of([]), by=["commune"], persons=True)
    assert empty.empty
    assert empty.dtypes.equals(table.dtypes)
    assert headcount(result_of([]))["headcount_ratio"].isna().all()


def test_categories_without_households_and_households_without_a_group_have_a_row():
    result = result_of([(None, "poor", "poor", 4), (None, "average", "average", 2)])
    area = pd.Series(pd.Categorical(["rural", None], ["rural", "urban"]), name="area")
    table = headcount(result, by=area)
    assert table["area"].tolist()[:2] == ["rural", "urban"]
    assert pd.isna(table["area"].iloc[2])
    assert table["base"].tolist() == [1, 0, 1]
    assert table["headcount_ratio"].fillna(-1).tolist() == [100, -1, 0]


def test_several_columns_give_the_combinations_that_occur():
    result = result_of([("B", "poor", "poor", 1), ("A", "average", "average", 2)])
    result["area"] = pd.Categorical(["rural", "urban"], ["rural", "urban"])
    table = headcount(result, by=["commune", "area"])
    assert table[["commune", "area", "headcount"]].values.tolist() == [
        ["A", "urban", 0],
        ["B", "rural", 1],
    ]


def test_a_series_is_read_by_household_id():
    result = result_of([("A", "poor", "poor", 1), ("A", "average", "average", 2)])
    group = pd.Series({1: "x", 0: "y", 7: "z"})
    table = headcount(result, by=group)
    assert table[["group", "headcount"]].values.tolist() == [["x", 0], ["y", 1]]
    with pytest.raises(ValueError, match=r"rows not in it: 1, such as \[1\]"):
        headcount(result, by=group.drop(1))
    with pytest.raises(
        ValueError, match="ids of result are whole numbers, such as 0, 1, and those of by are text"
    ):
        headcount(result, by=group.set_axis(["1", "0", "7"]))


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"of": "rich"}, "not a list of classes, or one class; classes are poor"),
        ({}, {"of": []}, "not a list of classes, or one class"),
        ({}, {"undetermined": "drop"}, "'drop' is not one of 'in_base', 'left_out'"),
        ({}, {"by": "village"}, "result has no column 'village'"),
        ({}, {"by": ["commune", "commune"]}, "by repeats a column"),
        ({"poverty_class": ["Hộ nghèo", "poor"]}, {}, "holds 'Hộ nghèo'; classes are poor"),
        ({"class_at_worst": None}, {"undetermined": "worst"}, "1 households have neither"),
        ({"base": 1}, {"by": "base"}, "hide a column of the table"),
    ],
)
def test_what_cannot_be_counted_is_refused(change, options, message):
    result = result_of([("A", "poor", "near_poor", 1), ("A", "average", "average", 2)])
    with pytest.raises(ValueError, match=message):
        headcount(result.assign(**change), **options)


def test_a_result_without_classes_or_bounds_is_refused():
    with pytest.raises(ValueError, match="has no column poverty_class"):
        headcount(pd.DataFrame({"class": ["poor"]}))
    twice = pd.DataFrame([["poor", "poor"]], columns=["poverty_class"] * 2)
    with pytest.raises(ValueError, match=r"poverty_class \[duplicate_column\]: the column"):
        headcount(twice)
    with pytest.raises(ValueError, match="has no column class_at_best"):
        headcount(pd.DataFrame({"poverty_class": ["poor"]}), undetermined="best")


def test_persons_need_every_size_and_all_missing_ones_are_named():
    result = result_of([("A", "poor", "poor", n) for n in (3, None, None)])
    with pytest.raises(mdp.InvalidDataError) as caught:
        headcount(result, persons=True)
    assert caught.value.violations["household_id"].tolist() == [1, 2]
    with pytest.raises(mdp.InvalidDataError) as caught:
        headcount(result.drop(columns="household_size"), persons=True)
    assert caught.value.violations["rule"].tolist() == ["missing_column"]
    assert headcount(result)["base"].tolist() == [3]


def test_the_poor_rate_of_the_sample_is_one_figure():
    standard, sample = mdp.standard("decree_07_2021"), mdp.load_sample()
    assessed = mdp.assess(sample.households, sample.members, standard=standard)
    result = reports.wide(sample.households, assessed).assign(country="VN")
    table = reports.table_1(result, population="counted")
    measure = {"standard": standard, "period": "2023"}
    measured = targets.measure(result, **measure).set_index("indicator")
    printed = targets.measure_tables({1: table}, **measure).set_index("indicator")
    bars = plotting.class_composition(assessed).containers[0]
    plt.close("all")
    totals = population.Totals(households=500, poor=0, near_poor=0, minority=0, minority_poor=0)
    drawn = Tables(sample.households.assign(ethnic_minority=False), sample.members)
    checked = population.check(drawn, totals, standard=standard).set_index("total")["counted"]
    rates = {
        "headcount": headcount(result)["headcount_ratio"].iloc[0],
        "table_1": table["poor_households_rate"].iloc[0],
        "rates": plotting.rates(result, by="country")["rate"].iloc[0],
        "class_composition": bars.patches[0].get_width(),
        "measure": measured.loc["poor_rate", "value"],
        "measure_tables": printed.loc["poor_rate", "value"],
        "check": 100 * checked["poor"] / checked["households"],
    }
    assert {name: round(float(rate), 6) for name, rate in rates.items()} == dict.fromkeys(
        rates, 19.2
    )
    assert measured.loc["poor_rate", "undetermined"] == checked["undetermined"] == 10
