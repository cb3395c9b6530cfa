"""Measures of a table in parts are those of the table."""

from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from multidim_poverty.measures import (
    Design,
    class_shares,
    estimate,
    fgt,
    gini,
    sen,
    specification,
    watts,
)
from multidim_poverty.measures.classes import shares_in
from multidim_poverty.measures.estimation import estimates_in
from multidim_poverty.measures.income_gaps import fgt_in, watts_in
from multidim_poverty.measures.income_ranks import gini_in, sen_in
from multidim_poverty.measures.merging import merged_measure, sums_of_part

CHOSEN = specification({"health": ["ill", "hungry"], "school": ["absent"]})
OPTIONS = {
    estimate: dict(
        specification=CHOSEN,
        k=("1/3", "2/3"),
        missing="bounds",
        gaps=None,
        vulnerable_from="1/5",
        severe_from="1/2",
    ),
    class_shares: {},
    fgt: dict(line="line", income=None, alpha=(0, 1, 2), inclusive=True),
    watts: dict(line=2.0, income=None),
    gini: dict(income=None, rank_of="end"),
    sen: dict(line="line", income=None),
}
OF_PARTS = {
    estimate: estimates_in,
    class_shares: shares_in,
    fgt: fgt_in,
    watts: watts_in,
    gini: gini_in,
    sen: sen_in,
}
DESIGNS = {
    "none": None,
    "census": "census",
    "rows": Design(),
    "units": Design(weight="weight", strata="strata", psu="psu", fpc="fpc", lonely="average"),
    "strata": Design(weight="weight", strata="strata", lonely="adjust"),
    "replicates": Design(
        weight="weight", replicates=["r1", "r2", "r3"], replicate_method="bootstrap"
    ),
    "replicates of units": Design(
        strata="strata",
        psu="psu",
        replicates=["r1", "r2", "r3"],
        replicate_method="fay",
        fay=0.3,
        lonely="certainty",
    ),
}


def drawn_table(seed, rows=60):
    """Households of some strata and units in no order, with open answers and incomes."""
    random = np.random.default_rng(seed)
    strata = random.integers(0, 4, rows)
    strata[0] = 9  # alone
    table = pd.DataFrame(
        {
            "weight": random.choice([0.0, 1.5, 2.25, 7.0], rows),
            "strata": strata,
            "psu": random.integers(0, 4, rows),
            "fpc": np.where(strata == 9, 1.0, 0.25),
            "area": pd.Categorical(
                random.choice(["rural", "urban"], rows), ["island", "urban", "rural"]
            ),
            "commune": random.choice(["Ea T'ling", "An", "ea t'ling", None], rows),
            "household_size": random.integers(1, 9, rows),
            "income_per_capita": random.choice([1.0, 2.0, 2.5, 9.0], rows),
            "line": random.choice([2.0, 3.0], rows),
            "poverty_class": random.choice(["poor", "near_poor", "average", None], rows),
            "class_at_worst": "poor",
            "class_at_best": random.choice(["near_poor", "average"], rows),
        },
        index=[f"H{n}" for n in range(rows)],
    )
    for name in CHOSEN.indicators:
        table[name] = pd.array(random.choice([True, False], rows), dtype="boolean")
        table.loc[random.random(rows) < 0.1, name] = pd.NA
    table.loc[table.index[random.integers(0, rows)], "income_per_capita"] = np.nan
    for name in ("r1", "r2", "r3"):
        table[name] = table["weight"] * random.choice([0.5, 1.5], rows) + 0.1
    return table


def merged(function, table, bounds, *, by=None, persons=None, design=None, interval=None):
    """The measure from the parts of a table between some bounds."""
    options = {k: v for k, v in OPTIONS[function].items() if k != "gaps" or v is not None}
    measure = partial(OF_PARTS[function], **OPTIONS[function])
    scope = dict(by=by, persons=persons, design=design)
    parts = [sums_of_part(measure, table.iloc[a:b], "it", **scope) for a, b in pairwise(bounds)]
    found = merged_measure(
        measure, table.iloc[:0], parts, "it", **scope, interval=interval, confidence=0.9
    )
    expected = function(table, **options, **scope, interval=interval, confidence=0.9)
    return found, expected


@pytest.mark.any_version
@pytest.mark.filterwarnings("ignore:.*several spellings")
@pytest.mark.parametrize("name", DESIGNS)
def test_measures_of_parts_are_those_of_all_rows(name):
    design = DESIGNS[name]
    for seed, function in enumerate(OF_PARTS):
        table, inner = drawn_table(seed), np.random.default_rng(seed).integers(0, 61, 3)
        options = dict(
            by=[None, "area", "commune", table["commune"].rename(None)][seed % 4],
            persons=[None, True][seed % 2],
            design=design,
            interval="t" if isinstance(design, Design) else None,
        )
        found, expected = merged(function, table, [0, 0, *sorted(inner), len(table)], **options)
        assert_frame_equal(found, expected, rtol=1e-12, atol=1e-12)
