"""`scenario.robustness`: rank correlations and robust comparisons of areas."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from multidim_poverty import scenario
from multidim_poverty.errors import ArgumentError
from multidim_poverty.measures import Design, estimate, specification
from multidim_poverty.measures.tidy import read_scope
from multidim_poverty.scenario.rankings import _ranked

NAMES = list("abcd")
EQUAL = specification({name: [name] for name in NAMES})
UNEQUAL = specification(
    {name: [name] for name in NAMES},
    weights=dict(zip(NAMES, ["1/2", "1/4", "1/8", "1/8"], strict=True)),
    name="unequal",
)
K = ["1 of 4", "2 of 4"]


def survey(n=400, areas=12, seed=1):
    rng = np.random.default_rng(seed)
    area = rng.integers(0, areas, n)
    frame = pd.DataFrame({name: rng.random(n) < 0.2 + 0.04 * area for name in NAMES})
    return frame.assign(area=area, psu=rng.integers(0, 80, n), weight=rng.integers(1, 4, n))


def figures(data, **options):
    """M0 of each area under each specification, by `measures.estimate`."""
    table = estimate(data, [EQUAL, UNEQUAL], k=K, by="area", **options)
    table = table[(table["measure"] == "M0") & (table["level"] == "area")]
    return table.pivot_table(index="subgroup", columns=["weighting", "k"], values="estimate")


def test_correlations_and_robust_pairs_are_those_of_the_estimates():
    data = survey()
    table = scenario.robustness(data, [EQUAL, UNEQUAL], k=K, by="area")
    wide = figures(data)
    assert (table["n_areas"] == 12).all()
    assert (table["n_pairs"] == 66).all()
    pairs = table[table["other_weighting"].notna()]
    assert len(pairs) == 12
    for row in pairs.itertuples():
        one = wide[row.weighting, row.k].round(12)
        other = wide[row.other_weighting, row.other_k].round(12)
        test = stats.spearmanr if row.statistic == "spearman" else stats.kendalltau
        assert row.estimate == pytest.approx(test(one, other).statistic)
    values = wide.to_numpy().round(12)
    signs = [np.sign(values[i] - values[j]) for i, j in combinations(range(12), 2)]
    robust = np.mean([len(set(each)) == 1 and each[0] != 0 for each in signs])
    assert 0 < robust < 1
    row = table[table["statistic"] == "robust"]
    assert row["estimate"].item() == pytest.approx(robust)
    assert row[["weighting", "other_weighting", "k"]].isna().all(axis=None)
    assert "significant" not in table["statistic"].tolist()


def test_significance_is_that_of_the_difference_of_two_areas():
    data = survey()
    design = Design(weight="weight", strata="area", psu="psu", lonely="certainty")
    table = scenario.robustness(data, EQUAL, k="1 of 4", by="area", measure="H", design=design)
    rows = estimate(data, EQUAL, k="1 of 4", by="area", design=design)
    rows = rows[(rows["measure"] == "H") & (rows["level"] == "area")].reset_index(drop=True)
    df = len(data[["area", "psu"]].drop_duplicates()) - 12
    quantile = stats.t.ppf(0.975, df)
    apart = []  # areas are strata, so that they are independent
    for one, other in combinations(rows.itertuples(), 2):
        least = quantile * np.hypot(one.se, other.se)
        apart.append(abs(one.estimate - other.estimate) > least)
    by_name = table.set_index("statistic")["estimate"]
    assert 0 < by_name["significant"] < 1
    assert by_name["significant"] == pytest.approx(np.mean(apart))
    assert by_name["robust_significant"] == by_name["significant"]  # of one specification
    assert by_name["robust"] >= by_name["robust_significant"]
    surer = scenario.robustness(
        data, EQUAL, k="1 of 4", by="area", measure="H", design=design, confidence=0.5
    )
    assert surer.set_index("statistic").loc["significant", "estimate"] > by_name["significant"]


def test_units_that_areas_share_make_them_covary():
    data = survey(n=900, areas=3)
    design = Design(psu="psu")  # each unit has households of all areas
    options = {"by": "area", "persons": None, "interval": None, "confidence": 0.95}
    scope = read_scope(data, "deprivations", design=design, **options)
    (ranked,) = _ranked(data, EQUAL, "2 of 4", "M0", scope)
    values = []
    for unit in range(80):
        rest = data[data["psu"] != unit]
        again = read_scope(rest, "deprivations", design=None, **options)
        values.append(next(_ranked(rest, EQUAL, "2 of 4", "M0", again)).values)
    jackknife = np.cov(np.array(values).T, bias=True) * 79
    assert ranked.covariance == pytest.approx(jackknife, rel=0.1, abs=2e-6)
    weights = {f"w{unit}": np.where(data["psu"] == unit, 0, 80 / 79) for unit in range(80)}
    replicated = Design(
        replicates=pd.DataFrame(weights),
        replicate_method="jackknife",
        replicate_scales=[79 / 80] * 80,
    )
    scope = read_scope(data, "deprivations", design=replicated, **options)
    (again,) = _ranked(data, EQUAL, "2 of 4", "M0", scope)
    assert again.covariance == pytest.approx(jackknife, rel=0.02, abs=1e-7)


def test_areas_that_are_level_or_unknown_are_in_no_robust_pair():
    data = pd.DataFrame(
        {"a": pd.array([True, True, False, False, None], dtype="boolean"), "b": False,
         "area": ["x", "y", "z", None, "w"]}
    )  # fmt: skip
    two = specification({"a": ["a"], "b": ["b"]})
    table = scenario.robustness(data, two, k=[0.5, 1], by="area").set_index("statistic")
    assert table["n_areas"].tolist() == [3, 3, 3]  # not w, whose answer is not known
    assert table.loc["robust", "estimate"] == 0  # nobody has both: all are level at k = 1
    assert table.loc[["spearman", "kendall"], "estimate"].isna().all()
    lower = scenario.robustness(data, two, k=0.5, by="area").set_index("statistic")
    assert lower.loc["robust", "estimate"] == pytest.approx(2 / 3)  # x and y are level
    alone = scenario.robustness(data.head(1), two, k=0.5, by="area")
    assert alone["n_pairs"].tolist() == [0]
    assert alone["estimate"].isna().all()


def test_bad_input_is_named():
    data = survey(n=20)
    for options, message in (
        ({"by": "commune"}, "no column 'commune'"),
        ({"by": None}, "by is None"),
        ({"measure": "M1"}, "measure 'M1' is not one of"),
        ({"k": 33}, "k 33 is not above 0"),
        ({"confidence": 95}, "confidence 95"),
    ):
        with pytest.raises(ArgumentError, match=message):
            scenario.robustness(data, EQUAL, **{"k": 0.5, "by": "area", **options})
    for chosen in ([], [EQUAL, "equal"], None):
        with pytest.raises(ArgumentError, match="specification is what"):
            scenario.robustness(data, chosen, k=0.5, by="area")
    with pytest.raises(ArgumentError, match="one name"):
        scenario.robustness(data, [EQUAL, EQUAL], k=0.5, by="area")
