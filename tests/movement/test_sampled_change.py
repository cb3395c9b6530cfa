"""What made the change of a rate, from two samples: errors with covariance, and refusals."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import movement
from multidim_poverty.measures import Design, changes, specification
from multidim_poverty.schema import Tables
from tests.measures.test_sampled_rates import by_hand

D59, D07 = mdp.standard("decision_59_2015"), mdp.standard("decree_07_2021")
DRAWN = Design(weight="weight", strata="strata", psu="psu")
OPTIONS = {"standards": (D59, D07), "undetermined": "worst"}
CAUSES = ["rules", "data", "churn", "area"]


@cache
def surveys():
    """85 households of the sample in two years: 15 left, 15 came, incomes and areas moved."""
    sample = mdp.load_sample()
    homes = sample.households.iloc[:85].assign(
        weight=lambda table: 1.0 + np.arange(85) % 7,
        strata=np.minimum(np.arange(85) // 40, 1),
        psu=np.arange(85) // 5,
    )
    first, last = homes.iloc[:70], homes.iloc[15:]
    last = last.assign(
        income_12m=(last["income_12m"] * np.where(np.arange(70) % 3 == 0, 0.6, 1.1)).round(),
        area=last["area"].where(np.arange(70) % 11 != 0, "urban"),
        weight=last["weight"] * 1.5,
    )
    return tuple(
        Tables(table, sample.members[sample.members["household_id"].isin(table.index)])
        for table in (first, last)
    )


def is_poor(tables, standard):
    result = mdp.assess(tables.households, tables.members, standard=standard)
    return result["class_at_worst"].eq("poor")


def split(first, last, **options):
    return movement.decompose_change(first, last, **{**OPTIONS, **options})


def test_equal_weights_leave_the_contributions_as_they_are():
    first, last = surveys()
    designs = {"design_start": Design(), "design_end": Design()}
    estimated = split(first, last, shared_psus=False, **designs)
    plain = split(first, last)
    assert plain["points"].ne(0).all()
    pd.testing.assert_frame_equal(estimated[["listed", "points"]], plain)
    assert list(estimated) == ["listed", "points", "se", "lower", "upper", "df"]
    census = split(first, last, design_start="census", design_end="census")
    pd.testing.assert_frame_equal(census, plain)


@pytest.mark.parametrize("shared", [True, False])
def test_the_total_is_the_change_of_the_headcount_ratio(shared):
    first, last = surveys()
    frames = [
        tables.households.assign(poor=is_poor(tables, standard))
        for tables, standard in zip((first, last), (D59, D07), strict=True)
    ]
    expected = changes(
        *frames,
        specification({"poor": ["poor"]}),
        k=1,
        shared_psus=shared,
        design_before=DRAWN,
        design_after=DRAWN,
    ).set_index(["measure", "change"])
    expected = expected.loc[("H", "absolute")]
    table = split(first, last, shared_psus=shared, design_start=DRAWN, design_end=DRAWN)
    names = ["se", "lower", "upper"]
    assert table.loc["total", "points"] == pytest.approx(100 * expected["estimate"], rel=1e-12)
    assert table.loc["total", names].tolist() == pytest.approx(
        (100 * expected[names].astype(float)).tolist(), rel=1e-12
    )
    assert table.loc["total", "df"] == expected["df"] == (15 if shared else 24)
    assert table.loc[CAUSES, "points"].sum() == pytest.approx(table.loc["total", "points"])
    assert table.loc[CAUSES, "listed"].sum() == pytest.approx(table.loc["total", "listed"])


def test_of_one_sample_the_rules_have_the_error_of_the_mean_difference():
    first, _ = surveys()
    poor = [is_poor(first, standard).to_numpy() for standard in (D59, D07)]
    ratio, se = by_hand(first.households, poor[1].astype(float) - poor[0])
    table = split(first, first, shared_psus=True, design_start=DRAWN, design_end=DRAWN)
    for cause in ("rules", "total"):
        assert table.loc[cause, ["points", "se"]].tolist() == pytest.approx([100 * ratio, 100 * se])
    assert table.loc[["data", "churn", "area"], ["points", "se"]].to_numpy() == pytest.approx(0)
    apart = split(first, first, shared_psus=False, design_start=DRAWN, design_end=DRAWN)
    assert apart.loc["data", "se"] > 1  # another sample of households could have been poorer


def test_replicates_are_the_same_split_with_other_weights():
    first, last = surveys()
    rng = np.random.default_rng(5)
    names = ["r1", "r2", "r3"]
    weighted = [
        Tables(
            tables.households.assign(
                **{name: tables.households["weight"] * rng.uniform(0.5, 1.5, 70) for name in names}
            ),
            tables.members,
        )
        for tables in (first, last)
    ]
    design = Design(weight="weight", replicates=names, replicate_method="bootstrap")
    table = split(*weighted, shared_psus=True, design_start=design, design_end=design)
    again = []
    for name in names:
        one = Design(weight=name)
        again.append(split(*weighted, shared_psus=True, design_start=one, design_end=one)["points"])
    squares = sum((each - table["points"]) ** 2 for each in again)
    pd.testing.assert_series_equal(table["se"], np.sqrt(squares / 2), check_names=False)
    assert table["df"].tolist() == [2] * 5


def test_persons_are_weighted_with_their_household():
    first, last = surveys()
    design = {"design_start": DRAWN, "design_end": DRAWN, "shared_psus": True}
    table = split(first, last, count_of="persons", **design)
    sized = [
        Tables(
            tables.households.assign(
                weight=tables.households["weight"] * tables.households["household_size"]
            ),
            tables.members,
        )
        for tables in (first, last)
    ]
    pd.testing.assert_frame_equal(table, split(*sized, **design))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"design_start": DRAWN, "shared_psus": True}, "one survey has a design"),
        ({"design_start": DRAWN, "design_end": DRAWN}, "shared_psus"),
        ({"design_start": DRAWN, "design_end": DRAWN, "shared_psus": True, "exact": True}, "exact"),
        ({"interval": "logit"}, "a change is none"),
        ({"interval": "t"}, "no interval without a design"),
        ({"design_start": "census", "design_end": "census", "interval": "t"}, "no sampling error"),
        ({"confidence": 2}, "confidence 2"),
        (
            {"design_start": DRAWN, "design_end": Design(weight="weight"), "shared_psus": True},
            "one wave has strata",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(options, words):
    with pytest.raises(mdp.ArgumentError, match=words):
        split(*surveys(), **options)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("weight", -1.0, "negative"),
        ("weight", np.nan, "missing_value"),
        ("strata", 9, "lonely_unit"),
    ],
)
def test_a_broken_design_names_the_households(column, value, rule):
    first, last = surveys()
    rows = last.households.index[-5:]  # one unit, drawn at the end alone
    broken = last.households.copy()
    broken.loc[rows, column] = value
    design = {"design_start": DRAWN, "design_end": DRAWN, "shared_psus": True}
    with pytest.raises(mdp.InvalidDataError) as caught:
        split(first, Tables(broken, last.members), **design)
    assert caught.value.violations["rule"].unique().tolist() == [rule]
    assert caught.value.violations["household_id"].tolist() == rows.tolist()
    if rule == "lonely_unit":
        design = dict.fromkeys(("design_start", "design_end"), replace(DRAWN, lonely="certainty"))
        table = split(first, Tables(broken, last.members), shared_psus=True, **design)
        assert np.isfinite(table.loc["total", "se"])


def test_surveys_drawn_apart_name_the_strata_and_the_survey():
    first, last = surveys()
    broken = last.households.copy()
    rows = broken.index[-5:]
    broken.loc[rows, "strata"] = 9
    design = {"shared_psus": False, "design_start": DRAWN, "design_end": DRAWN}
    with pytest.raises(mdp.InvalidDataError, match="stratum 9 has one primary") as caught:
        split(first, Tables(broken, last.members), **design)
    faults = caught.value.violations
    assert faults["value"].astype(str).unique().tolist() == ["9"]
    assert faults["table"].unique().tolist() == ["end"]
    assert faults["household_id"].tolist() == rows.tolist()
    alone = {
        "shared_psus": False,
        **dict.fromkeys(("design_start", "design_end"), Design(psu="village")),
    }
    one = Tables(first.households.assign(village="A"), first.members)
    with pytest.raises(mdp.InvalidDataError) as caught:
        split(one, Tables(last.households.assign(village="B"), last.members), **alone)
    assert caught.value.violations["rule"].unique().tolist() == ["one_unit_drawn"]
    assert caught.value.violations["table"].unique().tolist() == ["start"]
    weighted = last.households.assign(weight=-1.0)
    with pytest.raises(mdp.InvalidDataError) as caught:
        split(first, Tables(weighted, last.members), **design)
    assert caught.value.violations["table"].unique().tolist() == ["end"]


@pytest.mark.parametrize("standards", ["decree_07_2021", (D59,), (D59, D07, D07), D59, None])
def test_standards_are_two(standards):
    with pytest.raises(mdp.ArgumentError, match="standards are two"):
        split(*surveys(), standards=standards)


def test_a_standard_that_is_none_is_named_by_its_argument():
    with pytest.raises(mdp.ArgumentError, match=r"^standards: there is no standard 'decree_7'"):
        split(*surveys(), standards=("decision_59_2015", "decree_7"))
    by_name = split(*surveys(), standards=("decision_59_2015", "decree_07_2021"))
    pd.testing.assert_frame_equal(by_name, split(*surveys()))
