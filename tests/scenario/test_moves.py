"""`scenario.impact`: who moves between two standards, and by which clauses."""

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import scenario
from multidim_poverty.errors import ArgumentError
from multidim_poverty.measures import Design

STANDARD = mdp.standard("decree_07_2021")
SAMPLE = mdp.load_sample()
RESULT = mdp.assess(SAMPLE.households, SAMPLE.members, standard=STANDARD, on="2023-06-30")
MATRIX = RESULT[list(STANDARD.indicator_ids)]
HOMES = pd.DataFrame(
    {
        "area": ["rural", "rural", "urban", "rural"],
        "income_per_capita": [1.5e6, 1.6e6, 1.9e6, None],
    },
    index=list("abcd"),
)
ANSWERS = pd.DataFrame(
    [[True] * number + [False] * (12 - number) for number in (3, 3, 4, 0)],
    index=HOMES.index,
    columns=STANDARD.indicator_ids,
)


def test_the_clauses_of_both_sides_are_named():
    to = scenario.variant(STANDARD, line={"rural": 1_600_000}, cutoff=4)
    moves = scenario.impact(HOMES, ANSWERS, STANDARD, to)
    assert moves["class_from"].tolist()[:3] == ["poor", "average", "poor"]
    assert moves["class_to"].tolist()[:3] == ["near_poor", "near_poor", "poor"]
    assert moves["moved"].tolist() == [True, True, False, pd.NA]
    assert moves["cause"].tolist() == ["rule", "income_band", "", ""]
    assert moves["rule_from"].tolist()[:3] == ["rural.poor", "rural.average", "urban.poor"]
    assert moves["rule_to"].tolist()[:3] == ["rural.near_poor", "rural.near_poor", "urban.poor"]
    assert moves.loc["a", "citation_from"] == "Decree 07/2021/ND-CP, article 3, clause 2"
    assert moves.loc["a", "citation_to"].startswith(
        "Variant (line poverty_line: {'rural': 1600000}; deprived from 4 deprivations on) of Decree"
    )
    assert moves.loc["d", ["class_from", "class_to", "rule_from"]].isna().all()
    vietnamese = scenario.impact(HOMES, ANSWERS, STANDARD, to, language="vi")
    assert vietnamese.loc["a", "citation_from"].startswith("Nghị định")


def test_it_is_classify_and_reasons_by_both_standards():
    to = scenario.variant(STANDARD, line_factor=1.2)
    moves = scenario.impact(SAMPLE.households, MATRIX, STANDARD, to)
    for side, law in (("from", STANDARD), ("to", to)):
        why = mdp.reasons(SAMPLE.households, MATRIX, standard=law)
        for name, column in (
            ("class", "poverty_class"),
            ("rule", "rule"),
            ("citation", "citation"),
        ):
            mine = moves[f"{name}_{side}"].astype(object)
            pd.testing.assert_series_equal(mine, why[column].astype(object), check_names=False)
    assert moves.index.equals(SAMPLE.households.index)
    assert moves["moved"].sum() > 20
    pd.testing.assert_frame_equal(
        moves, scenario.impact(SAMPLE.households, RESULT, STANDARD, to), check_categorical=False
    )
    stay = scenario.impact(SAMPLE.households, MATRIX, STANDARD, STANDARD)
    assert not stay["moved"].fillna(False).any()


def test_another_rule_needs_the_answers_of_the_households():
    stricter = STANDARD.replace(
        name="wide", why="test", rules={"housing_area": {"below_m2_per_head": 12}}
    )
    with pytest.raises(ArgumentError, match=r"another rule .* for housing_area: pass to_depriv"):
        scenario.impact(SAMPLE.households, MATRIX, STANDARD, stricter)
    again = mdp.deprivations(SAMPLE.households, SAMPLE.members, standard=stricter, on="2023-06-30")
    moves = scenario.impact(SAMPLE.households, MATRIX, STANDARD, stricter, to_deprivations=again)
    changed = (MATRIX["housing_area"] != again["housing_area"]).fillna(False)
    assert changed.sum() > 5
    assert (moves["answers"][changed] == "housing_area").all()
    moved = moves[moves["moved"].fillna(False)]
    assert set(moved["cause"]) == {"deprivations"}
    assert set(moved["class_from"]) == {"near_poor"}
    assert set(moved["class_to"]) == {"poor"}
    of_result = mdp.assess(SAMPLE.households, SAMPLE.members, standard=stricter, on="2023-06-30")
    pd.testing.assert_frame_equal(
        scenario.impact(SAMPLE.households, RESULT, STANDARD, stricter, to_deprivations=of_result),
        moves,
        check_categorical=False,
    )


def test_an_indicator_that_is_taken_out_needs_no_other_answers():
    fewer = STANDARD.replace(name="eleven", why="test", indicators={"telecom": None})
    moves = scenario.impact(SAMPLE.households, MATRIX, STANDARD, fewer)
    expected = mdp.classify(SAMPLE.households, MATRIX.drop(columns="telecom"), standard=fewer)[
        "poverty_class"
    ]
    pd.testing.assert_series_equal(moves["class_to"], expected, check_names=False)


def test_the_counts_are_those_of_the_households():
    moves = scenario.impact(
        SAMPLE.households, MATRIX, STANDARD, scenario.variant(STANDARD, cutoff=4)
    )
    area = SAMPLE.households["area"]
    counts = scenario.impact_counts(moves, by=area)
    of_all = counts[counts["level"] == "all"]
    assert of_all["headcount"].sum() == len(moves)
    assert of_all["headcount"].dtype == "int64"
    assert of_all["estimate"].sum() == pytest.approx(1)
    by_hand = moves[moves["moved"].fillna(False)].groupby(["rule_from", "rule_to"], observed=True)
    moved = of_all[of_all["moved"].fillna(False)].set_index(["rule_from", "rule_to"])["headcount"]
    assert moved.to_dict() == by_hand.size().to_dict()
    rural = counts[counts["subgroup"] == "rural"]
    assert rural["headcount"].sum() == (area == "rural").sum()
    sizes, weight = RESULT["household_size"], pd.Series(2.0, index=moves.index)
    weighted = scenario.impact_counts(moves, persons=sizes, design=Design(weight=weight))
    assert weighted["headcount"].sum() == 2 * sizes.sum()
    assert weighted["se"].gt(0).any()
    left = weighted[weighted["class_from"].eq("poor") & weighted["class_to"].eq("near_poor")]
    gone = moves["class_from"].eq("poor") & moves["class_to"].eq("near_poor")
    assert left["headcount"].sum() == 2 * sizes[gone].sum()
    with pytest.raises(ArgumentError, match="no column class_from, class_to"):
        scenario.impact_counts(RESULT)


@pytest.mark.parametrize("argument", ["from_standard", "to_standard"])
def test_a_standard_that_is_none_is_named_by_its_argument(argument):
    given = {"from_standard": STANDARD, "to_standard": STANDARD}
    with pytest.raises(mdp.UnknownNameError, match=f"^{argument}: there is no standard 'decree_7'"):
        scenario.impact(HOMES, ANSWERS, **{**given, argument: "decree_7"})
    with pytest.raises(ArgumentError, match=f"^{argument} cannot be int"):
        scenario.impact(HOMES, ANSWERS, **{**given, argument: 7})
