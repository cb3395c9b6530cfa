"""The 2 x 2 of income-poor and deprived: cells, margins, classes, bounds."""

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.measures import Design, income_and_deprivations

STANDARD = mdp.standard("decree_07_2021")
CELLS = ["both", "income_only", "deprivations_only", "neither"]


def classified(rows):
    """Households of (area, income, deprivations known, deprivations unknown)."""
    households = pd.DataFrame(
        {
            "area": [row[0] for row in rows],
            "income_per_capita": pd.array([row[1] for row in rows], dtype="Float64"),
        },
        index=[f"h{n}" for n in range(len(rows))],
    )
    answers = [
        [True] * known + [None] * unknown + [False] * (12 - known - unknown)
        for _, _, known, unknown in rows
    ]
    matrix = pd.DataFrame(answers, index=households.index, columns=STANDARD.indicator_ids).astype(
        "boolean"
    )
    return mdp.classify(households, matrix, standard=STANDARD)


def cells(table, column="estimate"):
    rows = table[table["poverty_class"].isna() & (table["level"] == "all")]
    return rows.set_index("cell")[column].to_dict()


RESULT = classified(
    [
        ("rural", 1_500_000, 3, 0),  # at the line and at the cut-off: both
        ("rural", 1_500_001, 3, 0),
        ("urban", 2_000_000, 2, 0),
        ("urban", 2_000_001, 2, 0),
        ("rural", 4_000_000, 0, 0),
    ]
)


def test_the_comparison_at_line_and_cut_off_is_that_of_the_law():
    table = income_and_deprivations(RESULT, standard=STANDARD)
    assert cells(table) == pytest.approx(
        {"both": 0.2, "income_only": 0.2, "deprivations_only": 0.2, "neither": 0.4,
         "income_poor": 0.4, "deprived": 0.4}
    )  # fmt: skip
    assert (table["bound_lower"] == table["estimate"]).all()
    assert (table["bound_upper"] == table["estimate"]).all()
    assert not table["n_missing"].any()


def test_the_classes_in_a_cell_add_up_to_it_and_over_the_cells_to_the_class_shares():
    table = income_and_deprivations(RESULT, standard=STANDARD)
    inside = table[table["cell"].isin(CELLS)]
    parts = inside[inside["poverty_class"].notna()]
    by_cell = parts.groupby("cell", observed=True)["estimate"].sum().to_dict()
    assert by_cell == pytest.approx({name: cells(table)[name] for name in CELLS})
    shares = mdp.measures.class_shares(RESULT).set_index("poverty_class")["estimate"]
    by_class = parts.groupby("poverty_class", observed=True)["estimate"].sum()
    assert by_class.to_dict() == pytest.approx(shares[list(by_class.index)].to_dict())
    poor = parts[(parts["cell"] == "both") & (parts["poverty_class"] == "poor")]
    assert poor["estimate"].item() == cells(table)["both"]  # article 3, clause 2


def test_an_unknown_answer_leaves_only_the_cells_open_that_the_law_leaves_open():
    result = classified(
        [
            ("rural", 1_000_000, 2, 1),  # both or income_only: poor or near-poor
            (None, 2_500_000, 0, 0),  # average or above: no income band, and neither for sure
            ("rural", None, 5, 0),
            ("rural", 9_000_000, 0, 0),
        ]
    )
    assert result["income_band"].isna().tolist() == [False, True, True, False]
    table = income_and_deprivations(result, standard=STANDARD)
    low, high = cells(table, "bound_lower"), cells(table, "bound_upper")
    assert [(low[name], high[name]) for name in CELLS] == [
        (0, 0.5), (0, 0.25), (0, 0.25), (0.5, 0.5)
    ]  # fmt: skip
    assert (low["income_poor"], high["income_poor"]) == (0.25, 0.5)
    assert (low["deprived"], high["deprived"]) == (0.25, 0.5)
    missing = cells(table, "n_missing")
    assert [missing[name] for name in CELLS] == [2, 1, 1, 0]
    never = table[(table["cell"] == "income_only") & (table["poverty_class"] == "poor")]
    assert never["bound_upper"].item() == 0  # an open class is near-poor there, never poor
    alone = income_and_deprivations(result.iloc[[2]], standard=STANDARD)
    assert np.isnan(cells(alone)["both"])
    assert cells(alone)["income_only"] == 0  # with five deprivations


def test_standard_errors_and_groups_are_those_of_a_share():
    groups = pd.Series(["x", "x", "x", "y", "y"], index=RESULT.index, name="place")
    weights = pd.Series([1.0, 2, 3, 4, 5], index=RESULT.index)
    options = {
        "by": groups,
        "persons": pd.Series(2, RESULT.index),
        "design": Design(weight=weights),
    }
    table = income_and_deprivations(RESULT, standard=STANDARD, **options)
    shares = mdp.measures.class_shares(RESULT, **options)
    for level, subgroup in (("all", None), ("place", "x")):
        rows = (
            frame[(frame["level"] == level) & (frame["poverty_class"] == "poor")]
            for frame in (table[table["cell"] == "both"], shares)
        )
        mine, other = (each[each["subgroup"].eq(subgroup) | (level == "all")] for each in rows)
        for name in ("estimate", "se", "lower", "upper", "df", "unit"):
            assert mine[name].item() == other[name].item(), name
    assert mine["estimate"].item() == pytest.approx(1 / 6)


def test_another_line_and_cut_off():
    table = income_and_deprivations(RESULT, standard=STANDARD, line="average_ceiling", cutoff=2)
    assert cells(table)["both"] == 0.8
    assert income_and_deprivations(RESULT, standard=STANDARD, cutoff=12)["estimate"][0] == 0


@pytest.mark.parametrize("cutoff", [0, 13, 1 / 3, 25.0, True, "3"])
def test_a_cut_off_counts_deprivations(cutoff):
    with pytest.raises(ArgumentError, match="whole number from 1 to 12"):
        income_and_deprivations(RESULT, standard=STANDARD, cutoff=cutoff)


def test_bad_input_is_named():
    with pytest.raises(ArgumentError, match="no column income_band"):
        income_and_deprivations(RESULT.drop(columns="income_band"), standard=STANDARD)
    with pytest.raises(UnknownNameError, match="no line 'line'; its lines: poverty_line"):
        income_and_deprivations(RESULT, standard=STANDARD, line="line")
    with pytest.raises(ArgumentError, match=r"deprivation_count of 1 household.*h1"):
        income_and_deprivations(
            RESULT.assign(deprivation_count=[3, np.nan, 2, 2, 0]), standard=STANDARD
        )
    other = mdp.standard("decision_59_2015")
    with pytest.raises(ArgumentError, match="was made by the standard decree_07_2021"):
        income_and_deprivations(RESULT, standard=other)
    by_hand = RESULT.assign(poverty_class="poor")
    with pytest.raises(ArgumentError, match=r"class of 4 household\(s\) is none.*h1"):
        income_and_deprivations(by_hand, standard=STANDARD)


def test_a_household_without_a_line_is_not_known_to_be_poor():
    households = pd.DataFrame(
        {"area": ["rural", "urban", None, "rural"], "income_per_capita": [1.5e6, 3e6, 1e6, None]}
    )
    lines = STANDARD.lines_for(households)
    row = mdp.measures.fgt(households, line=lines, alpha=0).iloc[0]
    assert (row["estimate"], row["n"], row["n_missing"]) == (0.5, 2, 2)
    assert (row["bound_lower"], row["bound_upper"]) == (0.25, 0.75)
    for measure in (mdp.measures.watts, mdp.measures.sen):
        row = measure(households, line=lines).iloc[0]
        assert (row["n"], row["n_missing"]) == (2, 2)
        known = measure(households.head(2), line=lines.head(2)).iloc[0]
        assert row["estimate"] == known["estimate"]
