"""Estimates of a sample in partitions, on a real cluster: those of all households at once."""

from functools import partial
from itertools import pairwise

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import multidim_poverty as mdp
from multidim_poverty import measures, scale
from multidim_poverty.measures import Design
from multidim_poverty.measures.income_ranks import gini_in
from multidim_poverty.measures.merging import sums_of_part
from tests.measures.test_merging import CHOSEN, DESIGNS, drawn_table

TABLE = drawn_table(19, rows=120)
CALLS = {
    "estimate": dict(specification=CHOSEN, k=(1 / 3, 1), missing="bounds"),
    "class_shares": {},
    "fgt": dict(line="line"),
    "watts": dict(line=2.5),
    "gini": {},
    "sen": dict(line="line"),
}
ALONE = Design(strata="strata", psu="psu")


def cut(table, bounds):
    """The table in partitions from each bound to the next."""
    parts = [table.iloc[start:end] for start, end in pairwise(bounds)]
    return dd.from_map(lambda part: part, parts, meta=table.iloc[:0])


@pytest.mark.slow
@pytest.mark.any_version
@pytest.mark.filterwarnings("ignore:.*several spellings")
@pytest.mark.parametrize("name", ["rows", "units", "replicates of units"])
def test_estimates_are_those_of_all_households_at_once(cluster, name):
    """Units and strata lie in all partitions: the rows are in no order."""
    bounds = np.random.default_rng(len(name)).integers(0, 121, 2)
    parted = cut(TABLE, [0, *sorted(bounds), 120])
    for n, (function, options) in enumerate(CALLS.items()):
        scope = dict(design=DESIGNS[name], by=["commune", "area"][n % 2], persons=n < 2)
        found = getattr(scale, function)(parted, **options, **scope)
        expected = getattr(measures, function)(TABLE, **options, **scope)
        assert_frame_equal(found, expected, rtol=1e-12, atol=1e-12)


def test_series_stand_for_columns():
    parted = cut(TABLE, [0, 50, 120])
    bare = parted.drop(columns=["weight", "psu", "line", "area"])
    design = Design(weight=parted["weight"], psu=parted["psu"])
    found = scale.fgt(bare, line=parted["line"], by=TABLE["area"], design=design)
    expected = measures.fgt(
        TABLE, line="line", by="area", design=Design(weight="weight", psu="psu")
    )
    assert_frame_equal(found, expected, rtol=1e-12)
    other = cut(TABLE, [0, 120])["line"]
    with pytest.raises(mdp.ArgumentError, match="households 2 and line 1"):
        scale.fgt(bare, line=other)
    shifted = cut(TABLE.iloc[::-1], [0, 50, 120])["line"]
    with pytest.raises(mdp.ArgumentError, match=r"no id in common.*\(partitions 0, 1"):
        scale.fgt(bare, line=shifted)


def test_gaps_in_partitions():
    gaps = pd.DataFrame(0.25, TABLE.index, CHOSEN.indicators)
    options = dict(specification=CHOSEN, k=1 / 3)
    found = scale.estimate(cut(TABLE, [0, 9, 120]), gaps=cut(gaps, [0, 9, 120]), **options)
    expected = measures.estimate(TABLE, gaps=gaps, **options)
    assert_frame_equal(found, expected, rtol=1e-12)


def faults_of(function, table, **options):
    with pytest.raises(mdp.InvalidDataError) as caught:
        function(table, **options)
    return caught.value.violations


@pytest.mark.parametrize(
    ("changed", "design", "rule"),
    [
        ({}, ALONE, "lonely_unit"),
        ({"weight": 0.0}, Design(weight="weight"), "all_zero"),
        ({"fpc": np.where(TABLE["psu"] == 2, 9.0, 8.0)}, "fpc", "differs_in_stratum"),
        ({"fpc": 2.0}, "fpc", "fewer_than_drawn"),
    ],
)
def test_faults_of_the_whole_sample_name_each_household_and_its_partition(changed, design, rule):
    table = TABLE.assign(**changed)
    if design == "fpc":
        design = Design(strata="strata", psu="psu", fpc="fpc", lonely="adjust")
    found = faults_of(scale.class_shares, cut(table, [0, 70, 120]), design=design)
    expected = faults_of(measures.class_shares, table, design=design)
    assert set(found["rule"]) == {rule}
    assert_frame_equal(found.drop(columns="partition"), expected, check_dtype=False)
    place = table.index.get_indexer(found["household_id"])
    assert found["partition"].tolist() == (place >= 70).astype(int).tolist()


def test_faults_of_one_row_name_its_partition():
    table = TABLE.assign(weight=TABLE["weight"].mask(TABLE.index == "H80", -1.0))
    found = faults_of(scale.fgt, cut(table, [0, 70, 120]), line=2.0, design=Design(weight="weight"))
    assert found[["partition", "household_id", "rule"]].values.tolist() == [[1, "H80", "negative"]]


def test_arguments_are_looked_at_before_any_partition():
    broken = dd.from_map(lambda _: 1 / 0, [0, 1], meta=TABLE.iloc[:0])
    with pytest.raises(mdp.ArgumentError, match="k 33"):
        scale.estimate(broken, CHOSEN, k=33)
    with pytest.raises(mdp.ArgumentError, match="no interval without a design"):
        scale.class_shares(broken, interval="t")
    with pytest.raises(mdp.ArgumentError, match="no column 'district'"):
        scale.watts(broken, line=1.0, by="district")
    with pytest.raises(mdp.ArgumentError, match="rank_of 'first' is not one of"):
        scale.gini(broken, rank_of="first")


def test_incomes_of_which_few_differ_are_handed_on_once_each():
    table = pd.DataFrame({"income_per_capita": np.tile([0.0, 1e6, 2e6], 4000)})
    scope = dict(by=None, persons=None, design=None)
    sums = sums_of_part(partial(gini_in, income=None, rank_of="end"), table, "it", **scope)
    (of_all,) = sums.entries[:1]
    assert of_all.rows[0].weight.tolist() == [[4000.0]] * 3
    expected = measures.gini(table, rank_of="end")
    found = scale.gini(cut(table, [0, 5000, 12000]), rank_of="end")
    assert_frame_equal(found, expected, rtol=1e-12)
