"""The golden numbers of Alkire and Foster (2011), of mpindex, mpitbR, and R's survey package."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.measures import Design, estimate, specification

ACHIEVED = np.array([[13.1, 14, 4, 1], [15.2, 7, 5, 0], [12.5, 10, 1, 0], [20, 11, 3, 1]])
NEEDED = np.array([13, 12, 3, 1])
NAMES = ["income", "schooling", "health", "sanitation"]
FOUR = specification({name: [name] for name in NAMES})


def worked_example():
    deprived = pd.DataFrame(ACHIEVED < NEEDED, columns=NAMES)
    gaps = pd.DataFrame(np.maximum(1 - ACHIEVED / NEEDED, 0), columns=NAMES)
    return deprived, gaps


def values(table, measure, level="all"):
    rows = table[(table["measure"] == measure) & (table["level"] == level)]
    return rows["estimate"].to_numpy()


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, (3 / 4, 7 / 12, 7 / 16, 263 / 1248, 0.16589106673241288)),
        (2, (1 / 2, 3 / 4, 3 / 8, 171 / 832, 0.16545703895463512)),
        (3, (1 / 4, 1, 1 / 4, 73 / 624, 0.09210634451019066)),
        (4, (1 / 4, 1, 1 / 4, 73 / 624, 0.09210634451019066)),
    ],
)
def test_the_worked_example(count, expected):
    deprived, gaps = worked_example()
    table = estimate(deprived, FOUR, k=f"{count} of 4", gaps=gaps)
    for measure, value in zip(("H", "A", "M0", "M1", "M2"), expected, strict=True):
        assert values(table, measure).item() == pytest.approx(value, rel=1e-12), measure


def test_the_parts_of_the_worked_example():
    deprived, gaps = worked_example()
    table = estimate(deprived, FOUR, k=0.5, gaps=gaps, design=Design())
    assert values(table, "hd").tolist() == [1 / 4, 3 / 4, 1 / 4, 1 / 2]
    assert values(table, "hdk").tolist() == [1 / 4, 1 / 2, 1 / 4, 1 / 2]
    shares = table[(table["measure"] == "pctb") & table["indicator"].notna()]
    assert shares["estimate"].tolist() == pytest.approx([1 / 6, 1 / 3, 1 / 6, 1 / 3], rel=1e-12)
    assert shares["se"].tolist() == pytest.approx([0.09072] * 4, abs=1e-5)
    se = table.set_index("measure")["se"]
    for measure, value in (("M0", 0.2393567769), ("M1", 0.1209137447), ("M2", 0.0967463704)):
        assert se[measure] == pytest.approx(value, abs=1e-9)


def test_nested_weights():
    deprived, _ = worked_example()
    nested = specification(
        {"money": ["income"], "rest": NAMES[1:]}, weights={"money": Fraction(1, 2), "rest": "1/2"}
    )
    table = estimate(deprived, nested, k=0.5)
    assert (values(table, "H").item(), values(table, "M0").item()) == (1 / 4, 1 / 4)


def test_mpindex_and_mpitb_examples():
    four = specification({name: [name] for name in ("a1", "a2", "b1", "b2")})
    frame = pd.DataFrame(
        {"a1": [0, 1, 1, 0], "a2": [0, 0, 1, 1], "b1": [0, 0, 1, 0], "b2": [0, 1, 1, 0]}
    ).astype(bool)
    table = estimate(frame, four, k=1 / 2)
    found = [values(table, measure).item() for measure in ("H", "A", "M0")]
    assert found == [0.5, 0.75, 0.375]
    rows = ["1010", "0100", "0111", "1000", "1010"]
    frame = pd.DataFrame([[c == "1" for c in row] for row in rows], columns=four.indicators)
    frame["region"] = ["North", "North", "South", "South", "South"]
    table = estimate(frame, four, k=1 / 2, by="region")
    assert [values(table, measure).item() for measure in ("H", "A", "M0")] == pytest.approx(
        [3 / 5, 7 / 12, 7 / 20], rel=1e-12
    )
    assert values(table, "hd").tolist() == [0.6, 0.4, 0.6, 0.2]
    assert values(table, "hdk").tolist() == [0.4, 0.2, 0.6, 0.2]
    shares = table[(table["measure"] == "pctb") & table["indicator"].notna()]
    assert shares[shares["level"] == "all"]["estimate"].tolist() == pytest.approx(
        [2 / 7, 1 / 7, 3 / 7, 1 / 7], rel=1e-12
    )
    assert values(table, "M0", "region").tolist() == pytest.approx([1 / 4, 5 / 12], rel=1e-12)
    assert values(table, "population_share", "region").tolist() == [0.4, 0.6]


# -- 24 households, R survey 4.1 --------------------------------------------------------------

X = specification({name: [name] for name in ("x1", "x2", "x3", "x4")})
DRAWN = Design(weight="weight", strata="strata", psu="psu")


def survey():
    i = np.arange(24)
    return pd.DataFrame(
        {
            "strata": i // 12 + 1,
            "psu": i // 4 + 1,
            "weight": np.array([10, 10, 20, 20, 30, 30])[i // 4] + i % 4.0,
            "g": np.where(i % 2 == 0, "a", "b"),
            "x1": (7 * i + 3) % 5 < 2,
            "x2": (5 * i + 1) % 7 < 3,
            "x3": (3 * i + 2) % 4 < 1,
            "x4": (11 * i + 5) % 6 < 3,
        }
    )


def figures(table, measure, subgroup=None):
    rows = table[(table["measure"] == measure) & table["dimension"].isna()]
    if measure in ("hd", "hdk", "pctb"):
        rows = table[(table["measure"] == measure) & table["indicator"].notna()]
    rows = rows[rows["subgroup"] == subgroup if subgroup else rows["level"] == "all"]
    return rows["estimate"].tolist(), rows["se"].tolist()


GOLDEN = [
    ("poor", None, [279], [78.892331693264]),
    ("H", None, [279 / 516], [0.099562247241]),
    ("A", None, [0.596774193548], [0.046024923171]),
    ("M0", None, [0.322674418605], [0.051751232250]),
    (
        "hd",
        None,
        [0.374031007752, 0.401162790698, 0.255813953488, 0.542635658915],
        [0.064763115484, 0.057607676391, 0.000637377665, 0.103529318579],
    ),
    (
        "hdk",
        None,
        [0.288759689922, 0.356589147287, 0.232558139535, 0.412790697674],
        [0.055938328286, 0.068793301876, 0.023998602198, 0.115013435286],
    ),
    (
        "pctb",
        None,
        [0.223723723724, 0.276276276276, 0.180180180180, 0.319819819820],
        [0.032251905047, 0.035345285237, 0.021931266993, 0.050143523272],
    ),
    ("H", "a", [0.634920634921], [0.137017647032]),
    ("M0", "a", [0.371031746032], [0.069985463457]),
    ("A", "a", [0.584375], [0.053784026975]),
    ("H", "b", [0.450757575758], [0.142812080540]),
    ("M0", "b", [0.276515151515], [0.094943573776]),
    ("A", "b", [0.613445378151], [0.058849840459]),
]


@pytest.mark.parametrize(("measure", "subgroup", "estimates", "errors"), GOLDEN)
def test_estimates_and_standard_errors_are_those_of_r_survey(measure, subgroup, estimates, errors):
    table = estimate(survey(), X, k="2 of 4", by="g", design=DRAWN)
    found = figures(table, measure, subgroup)
    assert found[0] == pytest.approx(estimates, abs=1e-11)
    assert found[1] == pytest.approx(errors, abs=1e-11)
    assert table["df"].tolist() == [4] * len(table)
    assert figures(table, "population_share", "a")[0] == pytest.approx([0.488372093023], abs=1e-11)


@pytest.mark.parametrize(
    ("measure", "interval", "bounds", "tolerance"),
    [
        ("H", "t", (0.264268560404, 0.817126788434), 1e-11),
        ("H", "normal", (0.345559255606, 0.735836093231), 1e-11),
        ("H", "logit", (0.278897035757, 0.781809496494), 1e-11),
        # R fits a model and stops at a change of 1e-8; the formula itself is 3e-10 away.
        ("M0", "logit", (0.197985068919, 0.478992151204), 1e-9),
    ],
)
def test_intervals_are_those_of_r_survey(measure, interval, bounds, tolerance):
    table = estimate(survey(), X, k=0.5, design=DRAWN, interval=interval).set_index("measure")
    found = table.loc[measure, ["lower", "upper"]].tolist()
    assert found == pytest.approx(list(bounds), abs=tolerance)


@pytest.mark.parametrize(
    ("design", "se"),
    [
        (Design(), {"H": 0.104257207029, "M0": 0.065557749646}),
        (Design(weight="weight", strata="strata", psu="psu", fpc="fpc"), {"M0": 0.044711631114}),
        (Design(weight="weight", strata="moved", psu="psu", lonely="certainty"),
         {"M0": 0.054279001325}),
        (Design(weight="weight", strata="moved", psu="psu", lonely="adjust"),
         {"M0": 0.054347445873}),
        (Design(weight="weight", strata="moved", psu="psu", lonely="average"),
         {"M0": 0.066477928497}),
    ],
)  # fmt: skip
def test_other_designs_are_those_of_r_survey(design, se):
    frame = survey()
    frame["fpc"] = np.where(frame["strata"] == 1, 10, 20)
    frame["moved"] = np.where(frame["psu"] == 6, 3, frame["strata"])
    table = estimate(frame, X, k=0.5, design=design).set_index("measure")
    for measure, value in se.items():
        assert table.loc[measure, "se"] == pytest.approx(value, abs=1e-11)


def test_a_lonely_unit_is_an_error_unless_a_policy_is_chosen():
    frame = survey()
    frame["strata"] = np.where(frame["psu"] == 6, 3, frame["strata"])
    with pytest.raises(mdp.InvalidDataError, match="stratum 3 has one primary") as caught:
        estimate(frame, X, k=0.5, design=DRAWN)
    assert caught.value.violations["household_id"].tolist() == [20, 21, 22, 23]


@pytest.mark.parametrize(("rows", "psu", "value"), [(2, "psu", 1), (1, None, None)])
def test_one_unit_without_strata_is_an_error_in_words(rows, psu, value):
    frame = survey().iloc[:rows]
    with pytest.raises(mdp.InvalidDataError) as caught:
        estimate(frame, X, k=0.5, design=Design(psu=psu))
    faults = caught.value.violations
    assert faults["rule"].tolist() == ["one_unit_drawn"] * rows
    assert faults["value"].tolist() == [value] * rows
    assert faults["message"].str.startswith("the whole sample has one primary").all()
    chosen = estimate(frame, X, k=0.5, design=Design(psu=psu, lonely="certainty"))
    assert (chosen["se"].dropna() == 0).all()


# -- incomes ----------------------------------------------------------------------------------

INCOMES = pd.DataFrame(
    {
        "income_per_capita": [400, 900, 1500, 1501, 700, 2250, 3000, 1499.5, 0, 1200],
        "weight": [1.0, 2, 1, 3, 2, 1, 1, 2, 1, 2],
    }
)


def test_incomes_are_those_of_convey():
    table = mdp.measures.fgt(INCOMES, line=1500, design=Design(weight="weight"))
    assert table["estimate"].tolist() == pytest.approx(
        [0.6875, 0.250041666667, 0.156666680556], abs=1e-11
    )
    assert table["se"].tolist() == pytest.approx(
        [0.174983723201, 0.098086260903, 0.077082357169], abs=1e-11
    )
    strict = mdp.measures.fgt(INCOMES, line=1500, design=Design(weight="weight"), inclusive=False)
    assert strict["estimate"].tolist() == pytest.approx(
        [0.625, 0.250041666667, 0.156666680556], abs=1e-11
    )
    gini = mdp.measures.gini(INCOMES, design=Design(weight="weight"), rank_of="end")
    assert gini["estimate"].item() == pytest.approx(0.342805648825, abs=1e-11)
    assert gini["se"].item() == pytest.approx(0.057733899190, abs=1e-11)


def test_incomes_of_one_to_two_thousand():
    frame = pd.DataFrame({"income_per_capita": np.arange(1.0, 2001)})
    strict = mdp.measures.fgt(frame, line=10, inclusive=False)["estimate"].tolist()
    assert strict == pytest.approx([0.0045, 0.00225, 0.001425], rel=1e-12)
    assert mdp.measures.fgt(frame, line=10)["estimate"].tolist() == pytest.approx(
        [0.005, 0.00225, 0.001425], rel=1e-12
    )
    factorial = 362_880
    expected = np.log(10**9 / factorial) / 2000
    assert mdp.measures.watts(frame, line=10)["estimate"].item() == pytest.approx(
        expected, rel=1e-12
    )


def test_the_middle_rank_makes_a_weight_the_same_as_rows():
    rows = INCOMES.loc[INCOMES.index.repeat(INCOMES["weight"].astype(int))].reset_index(drop=True)
    weighted = mdp.measures.gini(INCOMES, design=Design(weight="weight"))["estimate"].item()
    assert weighted == pytest.approx(mdp.measures.gini(rows)["estimate"].item(), rel=1e-12)
    both = [
        mdp.measures.sen(INCOMES, line=1500, design=Design(weight="weight")),
        mdp.measures.sen(rows, line=1500),
    ]
    assert both[0]["estimate"].item() == pytest.approx(both[1]["estimate"].item(), rel=1e-12)


@pytest.mark.parametrize("measure", ["gini", "sen"])
def test_influences_are_the_slopes_in_the_weights(measure):
    frame = INCOMES.assign(income_per_capita=INCOMES["income_per_capita"] + 1)
    more = {} if measure == "gini" else {"line": 1500.0}
    function = getattr(mdp.measures, measure)

    def value(weights):
        design = Design(weight=pd.Series(weights, index=frame.index))
        return function(frame, design=design, **more)["estimate"].item()

    weights = frame["weight"].to_numpy()
    step = 1e-5
    slopes = np.array(
        [
            (value(weights + step * unit) - value(weights - step * unit)) / (2 * step)
            for unit in np.eye(len(weights))
        ]
    )
    spread = weights * slopes
    expected = np.sqrt(10 / 9 * ((spread - spread.mean()) ** 2).sum())
    found = function(frame, design=Design(weight="weight"), **more)["se"].item()
    assert found == pytest.approx(expected, rel=1e-6)


def test_what_is_no_answer_is_named_in_each_wave():
    right, wrong = survey(), survey().assign(x1="True")
    for waves in ((right, wrong), (wrong, right)):
        with pytest.raises(mdp.InvalidDataError, match="not_boolean") as caught:
            mdp.measures.changes(*waves, X, k=0.5, shared_psus=False)
        assert len(caught.value.violations) == 24


def test_the_difference_of_two_groups_is_that_of_r_survey():
    frame = survey()
    waves = frame[frame["g"] == "a"], frame[frame["g"] == "b"]
    table = mdp.measures.changes(
        *waves, X, k=0.5, shared_psus=True, design_before=DRAWN, design_after=DRAWN
    ).set_index(["measure", "change"])
    found = table.loc[("M0", "absolute")]
    assert found["estimate"] == pytest.approx(-0.09451659452, abs=1e-10)
    assert found["se"] == pytest.approx(0.13175, abs=1e-5)
    covariance = (0.069985463457**2 + 0.094943573776**2 - found["se"] ** 2) / 2
    assert covariance == pytest.approx(-0.00172312730465, abs=1e-11)
