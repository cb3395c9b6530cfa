"""Arguments and answers of the measures that are not as they are meant."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.measures import Design
from multidim_poverty.measures.specifications import cut_off

measures, scenario = mdp.measures, mdp.scenario
TWELVE = [f"x{number}" for number in range(12)]
SPECIFICATION = measures.specification({"all": TWELVE})
FOUR_OF_12 = pd.DataFrame([[place < 4 for place in range(12)]] * 2, columns=TWELVE)


@pytest.mark.parametrize(
    ("k", "share"),
    [
        (np.float32(1 / 3), Fraction(1, 3)),
        (np.float32(0.1), Fraction(1, 10)),
        (np.float16(0.25), Fraction(1, 4)),
        (np.linspace(0, 1, 11)[3], Fraction(3, 10)),
        (0.1 + 0.2, Fraction(3, 10)),
        (7 * (1 / 12), Fraction(7, 12)),
        (sum([0.05] * 14), Fraction(7, 10)),
        (0.333, Fraction(333, 1000)),
        (np.float32(0.333), Fraction(333, 1000)),
        (0.3333333343, Fraction("0.3333333343")),
        (Decimal("0.25"), Fraction(1, 4)),
        ("4  of 12", Fraction(1, 3)),
        ("4 OF 12", Fraction(1, 3)),
    ],
)
def test_a_cut_off_that_was_computed_is_the_fraction_that_was_meant(k, share):
    assert cut_off(k, 12) == share


@pytest.mark.parametrize(
    "k", [np.float32(1 / 3), np.array([1 / 3], dtype=np.float32), pd.Series([4 * (1 / 12)])]
)
def test_who_lacks_exactly_the_cut_off_is_poor_whatever_the_type(k):
    table = measures.estimate(FOUR_OF_12, SPECIFICATION, k=k).set_index("measure")
    assert table.loc["H", "estimate"] == 1.0


def test_weights_of_a_coarse_type_sum_to_one():
    third = np.float32(1 / 3)
    chosen = measures.specification(
        {"a": ["x"], "b": ["y"], "c": ["z"]}, weights={"a": third, "b": third, "c": third}
    )
    assert set(chosen.weights.values()) == {Fraction(1, 3)}


@pytest.mark.parametrize("k", [True, np.True_, None, pd.NA, float("nan"), b"1/3", "33 %"])
def test_what_is_no_cut_off_is_named(k):
    with pytest.raises(ArgumentError, match=r"k .* is no number and no fraction"):
        measures.estimate(FOUR_OF_12, SPECIFICATION, k=k)


def test_the_other_cut_offs_are_named_by_their_argument():
    for name in ("vulnerable_from", "severe_from"):
        with pytest.raises(ArgumentError, match=f"^{name} 20 is not above 0"):
            measures.estimate(FOUR_OF_12, SPECIFICATION, k=0.5, **{name: 20})


@pytest.mark.parametrize("dimensions", [{"a": None}, {"a": 5}, {"a": [1]}, {1: ["x"], "1": ["y"]}])
def test_dimensions_and_indicators_are_names(dimensions):
    with pytest.raises(ArgumentError, match="dimensions are a mapping"):
        measures.specification(dimensions)


@pytest.mark.parametrize("weights", [[0.5, 0.5], "equal"])
def test_weights_of_indicators_are_a_mapping(weights):
    with pytest.raises(ArgumentError, match="are no mapping"):
        measures.specification({"a": ["x"], "b": ["y"]}, weights=weights)


@pytest.mark.parametrize("specification", [None, 5, "decree_07_2021", []])
def test_a_specification_is_one(specification):
    calls = [
        lambda: measures.estimate(FOUR_OF_12, specification, k=0.5),
        lambda: measures.changes(FOUR_OF_12, FOUR_OF_12, specification, k=0.5, shared_psus=True),
        lambda: scenario.robustness(FOUR_OF_12, specification, k=0.5, by="x0"),
    ]
    for call in calls:
        with pytest.raises(ArgumentError, match=r"specification is what measures\.specification"):
            call()


@pytest.mark.parametrize("dtype", ["float64", "Float64", "float32"])
def test_gaps_in_per_cent_are_refused(dtype):
    gaps = pd.DataFrame({name: pd.Series([0.5, 35.0], dtype=dtype) for name in TWELVE})
    with pytest.raises(InvalidDataError) as raised:
        measures.estimate(FOUR_OF_12, SPECIFICATION, k=0.5, gaps=gaps)
    faults = raised.value.violations
    assert set(faults["rule"]) == {"out_of_range"}
    assert faults["column"].tolist() == TWELVE
    assert set(faults["household_id"]) == {1}


def test_a_headcount_of_persons_is_of_the_household_size():
    result = pd.DataFrame({"poverty_class": ["poor"], "household_size": [4], "adults": [2]})
    with pytest.raises(ArgumentError, match="persons 'adults' is neither True nor False"):
        measures.headcount(result, persons="adults")


@pytest.mark.parametrize(
    "arguments",
    [
        {"by": ["x0"]},
        {"by": FOUR_OF_12["x0"]},
        {"persons": FOUR_OF_12["x0"]},
        {"persons": 1},
        {"years": "5"},
        {"years": np.inf},
        {"shared_psus": None},
    ],
)
def test_what_two_waves_share_is_named(arguments):
    with pytest.raises(ArgumentError, match=next(iter(arguments))):
        measures.changes(
            FOUR_OF_12, FOUR_OF_12, SPECIFICATION, k=0.5, **{"shared_psus": True, **arguments}
        )


HOMES = pd.DataFrame({"income_per_capita": [1000.0, 3000.0], "weight": [1.0, 2.0]})


@pytest.mark.parametrize(
    "arguments",
    [
        {"line": None},
        {"line": True},
        {"line": [2000]},
        {"line": {"rural": 2000}},
        {"line": pd.NA},
        {"alpha": "01"},
        {"alpha": True},
        {"alpha": None},
        {"alpha": [None]},
        {"confidence": "0.95"},
        {"confidence": None},
        {"design": HOMES["weight"]},
        {"design": HOMES},
    ],
)
def test_an_argument_of_another_kind_is_named(arguments):
    with pytest.raises(ArgumentError, match=next(iter(arguments))):
        measures.fgt(HOMES, **{"line": 2000, **arguments})


def test_a_power_that_is_repeated_is_measured_once():
    assert measures.fgt(HOMES, line=2000, alpha=[0, 0.0])["alpha"].tolist() == [0]


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"replicates": ["weight", "weight"], "replicate_method": "brr"}, "each once"),
        ({"replicates": 5, "replicate_method": "brr"}, "replicates are"),
        ({"replicates": HOMES[[]], "replicate_method": "brr"}, "replicates are"),
        (
            {
                "replicates": ["weight"],
                "replicate_method": "jackknife",
                "replicate_scales": ["a"],
            },
            "replicate_scales hold",
        ),
        ({"replicates": ["weight"], "replicate_method": "fay", "fay": "x"}, "fay 'x'"),
    ],
)
def test_replicates_of_another_kind_are_named(parts, word):
    with pytest.raises(ArgumentError, match=word):
        measures.fgt(HOMES, line=2000, design=Design(**parts))


def test_a_stratum_of_which_all_was_drawn_is_not_lonely():
    """Nothing of it varies, whichever policy is chosen: the figures of R's survey."""
    frame = pd.DataFrame(
        {
            "income_per_capita": [1000.0, 3000.0, 1000.0, 1000.0, 3000.0],
            "strata": ["all", "some", "some", "some", "some"],
            "fpc": [1.0, 10, 10, 10, 10],
        }
    )
    poor = frame["income_per_capita"] <= 2000
    influence = (poor - poor.mean())[1:] / 5
    expected = np.sqrt((1 - 4 / 10) * 4 * influence.var(ddof=1))
    for lonely in ("raise", "certainty", "adjust", "average"):
        design = Design(strata="strata", fpc="fpc", lonely=lonely)
        for level in ("all", "area"):
            table = measures.fgt(
                frame.assign(area="one"), line=2000, alpha=0, design=design, by="area"
            )
            se = table.set_index("level").loc[level, "se"]
            assert se == pytest.approx(expected, rel=1e-12), (lonely, level)
    census = frame.head(1)
    table = measures.fgt(
        census, line=2000, alpha=0, design=Design(strata="strata", fpc="fpc", lonely="average")
    )
    assert table["se"].tolist() == [0.0]


def test_tables_without_rows_are_measured_as_such():
    sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    homes = sample.households.head(0)
    matrix = mdp.deprivations(sample.households, sample.members, standard=standard).head(0)
    cells = scenario.grid(homes, matrix, standard=standard, cutoffs=[3], by="area")
    assert (cells["base"] == 0).all()
    moves = scenario.impact(homes, matrix, standard, scenario.variant(standard, cutoff=4))
    assert scenario.impact_counts(moves).empty
    compared = scenario.robustness(
        FOUR_OF_12.head(0), SPECIFICATION, k=0.5, by="x0", design=Design()
    )
    assert compared["estimate"].isna().all()
    assert (compared["n_areas"] == 0).all()
