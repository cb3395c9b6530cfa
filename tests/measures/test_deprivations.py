"""Rates and combinations of deprivations, against a count by hand and the official tables."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import reports
from multidim_poverty.measures import deprivation_combinations, deprivation_rates

SAMPLE = mdp.load_sample()
STANDARDS = {standard.name: standard for standard in mdp.standards()}
RESULTS = {
    name: mdp.assess(SAMPLE.households, SAMPLE.members, standard=standard)
    for name, standard in STANDARDS.items()
}
STANDARD, RESULT = STANDARDS["decree_07_2021"], RESULTS["decree_07_2021"]


def households(rows):
    """A result of area, income and answers of households, with unknown ones."""
    index = pd.Index([f"h{n}" for n in range(len(rows))], name="household_id")
    incomes = pd.Series([income for income, _ in rows], index, dtype="float64")
    answers = [answer for _, answer in rows]
    matrix = pd.DataFrame(answers, index, [*STANDARD.indicator_ids], dtype="boolean")
    homes = pd.DataFrame({"area": "rural", "income_per_capita": incomes}, index)
    return matrix.join(mdp.classify(homes, matrix, standard=STANDARD))


answers = st.lists(st.sampled_from([True, False, None]), min_size=12, max_size=12)
incomes = st.sampled_from([1_000_000.0, 5_000_000.0, None])


def completions(income, answer, position):
    """Every (poor, deprived in an indicator) that the unknown answers leave open."""
    others = [a for n, a in enumerate(answer) if n != position]
    certain, unknown = others.count(True), others.count(None)
    for deprived in [answer[position]] if answer[position] is not None else [True, False]:
        for low in [income < 1_500_000] if income is not None else [True, False]:
            for more in range(unknown + 1):
                yield low and certain + more + deprived >= 3, deprived


@given(st.lists(st.tuples(incomes, answers), max_size=5), st.integers(0, 11))
def test_bounds_are_those_of_all_ways_to_complete_the_answers(rows, position):
    row = deprivation_rates(households(rows), standard=STANDARD).iloc[position]
    open_ways = [set(completions(income, answer, position)) for income, answer in rows]
    deprived = [{d for _, d in ways} for ways in open_ways]
    both = [{p and d for p, d in ways} for ways in open_ways]
    for name, truths in (("uncensored", deprived), ("censored", both)):
        certain, possible = sum(t == {True} for t in truths), sum(True in t for t in truths)
        assert row[f"{name}_headcount"] == certain
        assert row[f"{name}_headcount"] + row[f"{name}_unknown"] == possible
        ratio = row[f"{name}_headcount_ratio"]
        nothing_known = not rows or all(t == {True, False} for t in truths)
        assert np.isnan(ratio) if nothing_known else ratio == 100 * certain / len(rows)
    assert row["base"] == len(rows)


def test_of_the_poor_they_are_the_rates_of_the_official_table_5():
    by = SAMPLE.households["area"]
    wide = reports.wide(SAMPLE.households, RESULT)
    counts = reports.table_4(wide, by=["area"]).set_index("unit")
    printed = reports.table_5(wide, by=["area"]).set_index("unit")
    table = deprivation_rates(RESULT, standard=STANDARD, by=by, of="poor")
    assert table["of"].eq("poor").all()
    for row in table.itertuples():
        assert row.uncensored_headcount == row.censored_headcount
        assert row.censored_headcount == counts.loc[row.area, row.indicator]
        assert row.base == counts.loc[row.area, "poor_households"]
        rate = printed.loc[row.area, f"{row.indicator}_rate"]
        assert rate == pytest.approx(row.censored_headcount_ratio, abs=0.00501)
    unknown = table.groupby("area", observed=False)["censored_unknown"].sum()
    assert unknown.to_dict() == counts.loc[["rural", "urban"], "unknown"].to_dict()


def test_contributions_are_the_shares_of_all_deprivations_of_the_poor():
    table = deprivation_rates(RESULT, standard=STANDARD, by=SAMPLE.households["area"])
    poor = RESULT[RESULT["poverty_class"] == "poor"]
    for area, rows in table.groupby("area", observed=False):
        assert rows["contribution"].sum() == pytest.approx(100)
        members = poor[SAMPLE.households["area"].reindex(poor.index) == area]
        matrix = members[[*STANDARD.indicator_ids]]
        expected = 100 * matrix.sum() / matrix.sum().sum()
        assert rows["contribution"].to_list() == pytest.approx(expected.to_list())


def test_an_indicator_without_any_answer_has_no_ratio_and_no_contribution():
    name = "decree_351_2025"
    table = deprivation_rates(RESULTS[name], standard=name).set_index("indicator")
    silent = RESULTS[name][table.index.tolist()].isna().all()
    assert 7 <= silent.sum() < 12
    for column in ("uncensored_headcount_ratio", "contribution"):
        assert (table[column].isna() == silent).all()


def test_nobody_has_no_ratio():
    table = deprivation_rates(RESULT.iloc[:0], standard=STANDARD)
    ratios = ["uncensored_headcount_ratio", "censored_headcount_ratio", "contribution"]
    assert table[ratios].isna().all(axis=None)
    assert table["indicator"].tolist() == [*STANDARD.indicator_ids]


def test_a_group_whose_name_a_column_has_is_refused():
    by = pd.Series("x", RESULT.index, name="contribution")
    with pytest.raises(ValueError, match="hide a column of the table"):
        deprivation_rates(RESULT, standard=STANDARD, by=by)


@pytest.mark.parametrize("measure", [deprivation_rates, deprivation_combinations])
def test_what_cannot_be_measured_is_said(measure):
    with pytest.raises(ValueError, match="of 'near' is not one of 'all', 'poor'"):
        measure(RESULT, standard=STANDARD, of="near")
    with pytest.raises(ValueError, match="the result has no column toilet"):
        measure(RESULT.drop(columns="toilet"), standard=STANDARD)
    with pytest.raises(mdp.ArgumentError, match="was made by the standard decree_07_2021"):
        measure(RESULT, standard="decision_59_2015")


@pytest.mark.parametrize("name", STANDARDS)
@pytest.mark.parametrize("of", ["all", "poor"])
def test_combinations_are_those_counted_one_by_one(name, of):
    standard, result = STANDARDS[name], RESULTS[name]
    rows = result if of == "all" else result[result["poverty_class"] == "poor"]
    matrix = rows[[*standard.indicator_ids]].astype("boolean")
    asked = matrix.columns[matrix.notna().any()]
    exact = matrix[matrix[asked].notna().all(axis=1)]
    expected = Counter(
        tuple(id for id in asked if row[id]) for row in exact.to_dict(orient="records")
    )
    table = deprivation_combinations(result, standard=standard, of=of)
    known = table[table["indicators"].notna()]
    lists = mdp.unpack_indicators(
        known["indicators"].astype("int64"), standard=standard, to="lists"
    )
    assert dict(zip(map(tuple, lists), known["headcount"], strict=True)) == expected
    assert known["deprivation_count"].tolist() == [len(ids) for ids in lists]
    assert known["headcount"].is_monotonic_decreasing
    assert table["headcount"].sum() == len(rows)
    assert table["base"].eq(len(rows)).all()
    rest = table[table["indicators"].isna()]["headcount"].tolist()
    assert rest == [len(rows) - len(exact)] * (len(rows) > len(exact))


def test_combinations_of_nobody_have_no_rows():
    table = deprivation_combinations(RESULT.iloc[:0], standard=STANDARD)
    assert table.empty
    assert table.dtypes["indicators"] == "Int64"
