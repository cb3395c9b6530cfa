"""`scenario.grid`: each cell counts as `classify` does by the variant of its line and cut-off."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import scenario
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.measures import Design

STANDARD = mdp.standard("decree_07_2021")
OLD = mdp.standard("decision_59_2015")
ALONE = STANDARD.replace(  # deprivations alone decide
    name="counts",
    why="test",
    lines=dict.fromkeys(["poverty_line", "average_ceiling"]),
    class_rules={
        "poor": {"income_at_most": None},
        "near_poor": {"income_at_most": None},
        "average": None,
        "above_average": None,
    },
)
AMOUNTS = [1_400_000, 1_500_000, 1_500_001, 1_800_000, 2_000_000, 2_000_001, 2_250_000, 3_100_000]
HOMES = st.lists(
    st.tuples(
        st.sampled_from(["rural", "urban", "rural", "urban", None]),
        st.sampled_from([*map(float, AMOUNTS), None]),
        st.lists(st.sampled_from([True, False, True, False, None]), min_size=12, max_size=12),
        st.sampled_from(["x", "y"]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=12,
)


def tables(homes, standard=STANDARD):
    area, income, answers, place, weight = map(list, zip(*homes, strict=True))
    households = pd.DataFrame(
        {"area": area, "income_per_capita": pd.array(income, dtype="Float64"), "place": place,
         "weight": np.array(weight, dtype=float), "household_size": 2}
    )  # fmt: skip
    names = standard.indicator_ids
    matrix = pd.DataFrame([row[: len(names)] for row in answers], columns=names)
    return households, matrix.astype("boolean")


def counts_of(result, weight):
    """Of one cell by the definition: class, headcount, at most, undetermined, base."""
    undetermined = weight[result["poverty_class"].isna()].sum()
    for name in result["poverty_class"].cat.categories:
        possible = (result["class_at_worst"] <= name) & (result["class_at_best"] >= name)
        known = weight[result["poverty_class"] == name].sum()
        yield name, known, weight[possible].sum(), undetermined, weight.sum()


def rows_of(table):
    names = ["poverty_class", "headcount", "headcount_at_most", "undetermined", "base"]
    return [tuple(row) for row in table[names].astype(object).to_numpy().tolist()]


@pytest.mark.slow
@pytest.mark.any_version
@given(homes=HOMES, cutoff=st.integers(1, 12), urban=st.sampled_from([1_600_000, 2_000_000]))
@settings(max_examples=10)
def test_each_cell_is_classify_by_the_replaced_standard(homes, cutoff, urban):
    households, matrix = tables(homes)
    lines = [{"rural": 1_500_000, "urban": urban}, {"urban": 2_000_001}, 1_800_000]
    cutoffs = sorted({cutoff, 3})
    table = scenario.grid(
        households, matrix, standard=STANDARD, lines=lines, cutoffs=cutoffs, by="place"
    )
    for line in lines:
        replaced = STANDARD.replace(
            name="cell",
            why="test",
            lines={"poverty_line": line},
            class_rules={"poor": {"deprivations_at_least": cutoff},
                         "near_poor": {"deprivations_at_most": cutoff - 1}},
        )  # fmt: skip
        result = mdp.classify(households, matrix, standard=replaced)
        amounts = replaced.lines[0].rural, replaced.lines[0].urban
        cell = table[
            (table["line_rural"] == amounts[0])
            & (table["line_urban"] == amounts[1])
            & (table["cutoff"] == cutoff)
        ]
        groups = {("all", None): slice(None)}
        groups |= {("place", name): households["place"] == name for name in households["place"]}
        for (level, name), rows in groups.items():
            mine = cell[(cell["level"] == level) & (cell["subgroup"].eq(name) | (level == "all"))]
            one = pd.Series(1, index=households.index)
            assert rows_of(mine) == list(counts_of(result.loc[rows], one.loc[rows]))


@pytest.mark.slow
@pytest.mark.any_version
@given(homes=HOMES, name=st.sampled_from(["decree_07_2021", "decision_59_2015", "counts"]))
@settings(max_examples=15)
def test_the_cell_of_the_standard_itself_is_classify(homes, name):
    law = ALONE if name == "counts" else mdp.standard(name)
    households, matrix = tables(homes, law)
    result = mdp.classify(households, matrix, standard=law)
    options = {"persons": True, "design": Design(weight="weight", lonely="certainty")}
    if not households["weight"].any():
        households["weight"] = 1.0
    table = scenario.grid(households, matrix, standard=law, cutoffs=[3], **options)
    assert rows_of(table) == list(counts_of(result, households["weight"] * 2))
    assert table["unit"].unique().tolist() == ["persons"]
    assert scenario.variant(law, cutoff=3) is law
    headcount = mdp.measures.headcount(result)
    alone = scenario.grid(households, matrix, standard=law, cutoffs=[3])
    assert alone["headcount"][0] == headcount["headcount"].item()


@pytest.mark.slow
@pytest.mark.any_version
@given(homes=HOMES)
@settings(max_examples=10)
def test_a_higher_line_and_a_lower_cut_off_never_lower_the_poor(homes):
    households, matrix = tables(homes)
    factors = [0.9, 1.0, 1.2, 2.0]
    table = scenario.grid(households, matrix, standard=STANDARD, line_factors=factors)
    for column in ("headcount", "headcount_at_most"):
        poor = table[table["poverty_class"] == "poor"][column].to_numpy().reshape(4, 12)
        assert (np.diff(poor, axis=0) >= 0).all()
        assert (np.diff(poor, axis=1) <= 0).all()
        worse = table[table["poverty_class"].isin(["poor", "near_poor"])]
        sums = worse.groupby(["line_factor", "cutoff"])["headcount"].sum().to_numpy()
        assert (np.diff(sums.reshape(4, 12), axis=0) >= 0).all()
    groups = table.groupby(["line_factor", "cutoff"])
    assert (groups["headcount"].sum() + groups["undetermined"].first() == len(households)).all()


def test_the_columns_and_their_dtypes_are_fixed():
    households, matrix = tables([("rural", 1e6, [True] * 12, "x", 1)])
    table = scenario.grid(households, matrix, standard=STANDARD)
    assert table.dtypes.astype(str).to_dict() == {
        "line_rural": "Int64", "line_urban": "Int64", "line_factor": "float64", "cutoff": "Int64",
        "level": "string", "subgroup": "object", "unit": "category", "poverty_class": "category",
        "headcount": "int64", "headcount_at_most": "int64", "undetermined": "int64",
        "base": "int64",
    }  # fmt: skip
    assert table["cutoff"].drop_duplicates().tolist() == list(range(1, 13))
    weighted = scenario.grid(
        households, matrix, standard=STANDARD, design=Design(lonely="certainty")
    )
    assert weighted["headcount"].dtype == "float64"
    of_sample = weighted.dtypes.astype(str).to_dict()
    assert [*of_sample][-6:] == ["base", "estimate", "se", "lower", "upper", "df"]
    assert {of_sample[name] for name in [*of_sample][-5:]} == {"float64"}
    pd.testing.assert_frame_equal(
        table.drop(columns=["headcount", "headcount_at_most", "undetermined", "base"]),
        weighted[[*table.columns.drop(["headcount", "headcount_at_most", "undetermined", "base"])]],
    )
    alone = scenario.grid(households, matrix, standard=ALONE, cutoffs=[12])
    assert alone["line_rural"].isna().all()
    empty = scenario.grid(households.head(0), matrix.head(0), standard=STANDARD, cutoffs=[3])
    assert empty["base"].tolist() == [0, 0, 0, 0]


def test_many_groups_are_counted_a_few_at_a_time(monkeypatch):
    rng = np.random.default_rng(1)
    n = 300
    households = pd.DataFrame(
        {"area": rng.choice(["rural", "urban"], n), "income_per_capita": rng.choice(AMOUNTS, n),
         "place": rng.choice(list("abcdefg"), n)}
    )  # fmt: skip
    matrix = pd.DataFrame(rng.random((n, 12)) < 0.3, columns=STANDARD.indicator_ids)
    matrix = matrix.astype("boolean").mask(rng.random((n, 12)) < 0.1)
    options = {"standard": STANDARD, "line_factors": [1, 1.5], "cutoffs": [2, 3], "by": "place"}
    whole = scenario.grid(households, matrix, **options)
    monkeypatch.setattr("multidim_poverty.scenario.situations.MOST_CELLS", 3000)
    monkeypatch.setattr("multidim_poverty.scenario.situations.CHUNK", 64)
    pd.testing.assert_frame_equal(scenario.grid(households, matrix, **options), whole)
    assert whole["subgroup"].dropna().unique().tolist() == list("abcdefg")


def test_the_line_that_varies_may_be_another_one():
    households, matrix = tables([("rural", 900_000.0, [True] * 12, "x", 1)], OLD)
    table = scenario.grid(
        households,
        matrix,
        standard=OLD,
        line_id="near_poverty_line",
        lines=[{"rural": 800_000}, 1_299_999],
        cutoffs=[1],
    )
    poor = table[table["poverty_class"] == "poor"]
    assert poor["headcount"].tolist() == [0, 1]
    assert poor["line_rural"].tolist() == [800_000, 1_299_999]


HOME, ANSWERS = tables([("rural", 1e6, [True] * 12, "x", 1)])
BAD = {
    "lines and factors": ({"lines": [1_600_000], "line_factors": [1]}, "both given"),
    "percentages": ({"line_factors": [1, 110, 120]}, "110 is not above 0.*120 is not above 0.*1.1"),
    "negative factor": ({"line_factors": [-1]}, "-1 is not above 0"),
    "text": ({"line_factors": ["much"]}, "'much' is no number"),
    "zero": ({"lines": [0, -5, 1_600_000]}, "0 is no amount.*-5 is no amount"),
    "missing": ({"lines": [float("nan")]}, "nan is no amount"),
    "area": ({"lines": [{"rural": 1_600_000, "city": 1}]}, "no area 'city'"),
    "part of a dong": ({"lines": [1_600_000.5]}, "1600000.5"),
    "above the next": ({"lines": [2_400_000, 9_000_000]}, "2250000.*average_ceiling.*9000000"),
    "no line": ({"lines": []}, "no line is given"),
    "no cut-off": ({"cutoffs": []}, "no cut-off is given"),
    "share": ({"cutoffs": [1 / 3]}, "0.333.* is no whole number from 1 to 12.*a third of 12 is 4"),
    "percent": ({"cutoffs": [33]}, "33 is no whole number from 1 to 12"),
    "twice": ({"cutoffs": [3, 3]}, "cut-offs repeat"),
    "by": ({"by": "commune"}, "no column 'commune'"),
    "line": ({"line_id": "ceiling"}, "no line 'ceiling'; its lines: poverty_line"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name):
    options, message = BAD[name]
    error = UnknownNameError if name == "line" else ArgumentError
    with pytest.raises(error, match=message):
        scenario.grid(HOME, ANSWERS, standard=STANDARD, **options)


def test_a_standard_of_two_cut_offs_keeps_its_clauses():
    severe = {"poverty_class": "poor", "income_above": "poverty_line",
              "income_at_most": "average_ceiling", "deprivations_at_least": 8}  # fmt: skip
    rules = {"severe": severe, "average": {"deprivations_at_most": 7}}
    two = STANDARD.replace(name="two", why="test", class_rules=rules)
    table = scenario.grid(HOME, ANSWERS, standard=two)
    assert table["cutoff"].isna().all()
    with pytest.raises(ArgumentError, match="not one cut-off of deprivations, but 3, 8"):
        scenario.grid(HOME, ANSWERS, standard=two, cutoffs=[3])


def test_a_variant_is_one_of_its_standard():
    both = scenario.variant("decree_07_2021", line={"urban": 2_100_000}, cutoff=4)
    assert (both.lines[0].rural, both.lines[0].urban) == (1_500_000, 2_100_000)
    assert both.lines[1] == STANDARD.lines[1].model_copy(
        update={"citation": both.lines[1].citation}
    )
    assert [rule.deprivations_at_least for rule in both.class_rules] == [4, 0, 0, 0]
    assert both.class_rules[1].deprivations_at_most == 3
    assert both.variant.of == "decree_07_2021"
    assert both.variant.why == (
        "line poverty_line: {'urban': 2100000}; deprived from 4 deprivations on"
    )
    assert both.class_rules[0].citation.variant == both.variant.why
    assert scenario.variant(STANDARD, line_factor="11/10").lines[1].urban == 3_300_000
    assert scenario.variant(STANDARD) is STANDARD
    assert scenario.variant(STANDARD, line_factor=1 / 3).lines[0].rural == 500_000


DRAWN = Design(weight="weight", strata="strata", psu="psu", lonely="certainty")


def drawn(number=240):
    """Households of 24 units in 4 strata, of which one has one unit, with some answers missing."""
    rng = np.random.default_rng(7)
    unit = np.arange(number) % 24
    households = pd.DataFrame(
        {
            "area": rng.choice(["rural", "urban"], number),
            "income_per_capita": rng.choice(AMOUNTS, number).astype(float),
            "place": rng.choice(["x", "y", "z"], number),
            "weight": rng.uniform(0, 9, number),
            "household_size": rng.integers(1, 7, number),
            "psu": unit,
            "strata": np.where(unit == 0, 3, unit % 3),
        }
    )
    households.loc[households["psu"] == 0, "place"] = "x"  # strata in which y has nobody
    answers = rng.choice([0.0, 1.0, np.nan], (number, 12), p=[0.7, 0.28, 0.02])
    matrix = pd.DataFrame(answers, columns=STANDARD.indicator_ids).astype("boolean")
    return households, matrix


@pytest.mark.parametrize(
    ("design", "persons"),
    [
        (DRAWN, None),
        (replace(DRAWN, lonely="adjust"), True),
        (replace(DRAWN, lonely="average"), None),
        (Design(weight="weight", strata="psu"), True),
        (Design(), None),
        (replace(DRAWN, psu=None, lonely="adjust", strata="strata", fpc="share"), None),
        ("replicates", True),
        ("census", None),
    ],
)
def test_the_error_of_a_cell_is_that_of_the_class_shares_of_its_variant(design, persons):
    households, matrix = drawn()
    households["share"] = 0.4
    if design == "replicates":
        rng = np.random.default_rng(3)
        weights = households[["weight"]].to_numpy() * rng.uniform(0.5, 1.5, (240, 5))
        design = Design(
            weight="weight", replicates=pd.DataFrame(weights), replicate_method="bootstrap"
        )
    options = {"by": "place", "design": design, "persons": persons}
    table = scenario.grid(
        households, matrix, standard=STANDARD, line_factors=[0.9, 1.3], cutoffs=[2, 4], **options
    )
    labels = ["level", "subgroup", "poverty_class"]
    measured = ["estimate", "se", "lower", "upper", "df"]
    for factor, cutoff in ((0.9, 2), (0.9, 4), (1.3, 2), (1.3, 4)):
        law = scenario.variant(STANDARD, line_factor=factor, cutoff=cutoff)
        result = households.join(mdp.classify(households, matrix, standard=law))
        shares = mdp.measures.class_shares(result, **options).set_index(labels)[measured]
        cells = table[(table["line_factor"] == factor) & (table["cutoff"] == cutoff)]
        cells = cells.set_index(labels)[measured]
        assert len(cells) == 16
        for label, row in cells.iterrows():
            expected = shares.loc[label].to_numpy(dtype=float).ravel()
            np.testing.assert_allclose(row.to_numpy(dtype=float), expected, rtol=1e-9, atol=1e-12)
    assert table["se"].notna().any() == (design != "census")


def test_many_units_are_counted_some_at_a_time(monkeypatch):
    households, matrix = drawn()
    options = {"standard": STANDARD, "line_factors": [0.9, 1.3], "by": "place", "design": DRAWN}
    at_once = scenario.grid(households, matrix, **options)
    monkeypatch.setattr("multidim_poverty.scenario.situations.MOST_CELLS", 3000)
    monkeypatch.setattr("multidim_poverty.scenario.situations.CHUNK", 32)
    some_at_a_time = scenario.grid(households, matrix, **options)
    pd.testing.assert_frame_equal(some_at_a_time, at_once, rtol=1e-12)


def test_a_sample_that_has_no_error_is_refused_as_elsewhere():
    households, matrix = drawn()
    given = {"standard": STANDARD, "cutoffs": [3]}
    with pytest.raises(mdp.InvalidDataError) as caught:
        scenario.grid(households, matrix, design=replace(DRAWN, lonely="raise"), **given)
    assert caught.value.violations["rule"].unique().tolist() == ["lonely_unit"]
    with pytest.raises(ArgumentError, match="no interval without a design"):
        scenario.grid(households, matrix, interval="t", **given)
    with pytest.raises(ArgumentError, match="confidence 95"):
        scenario.grid(households, matrix, design=DRAWN, confidence=95, **given)
    wide = scenario.grid(households, matrix, design=DRAWN, confidence=0.99, interval="t", **given)
    narrow = scenario.grid(households, matrix, design=DRAWN, interval="t", **given)
    known = narrow["se"] > 0
    assert known.any()
    assert (wide["upper"] - wide["lower"])[known].gt(narrow["upper"] - narrow["lower"]).all()
