"""The laws of the measures of Alkire and Foster; their planted bugs are in `planted_bugs`."""

from fractions import Fraction

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import testing
from tests.testing.planted_bugs.catalogue import measures

HALF = Fraction(1, 2)
TABLE = pd.DataFrame({"income": [1, 9, 4], "school": [2, 3, 4]})
GIVEN = {
    "lines": {"income": 5, "school": 3},
    "weights": {"income": HALF, "school": HALF},
    "k": HALF,
}


def test_the_oracle_counts_the_worked_example_of_alkire_and_foster():
    table = pd.DataFrame(
        {"income": [131, 152, 125, 200], "schooling": [14, 7, 10, 11],
         "health": [4, 5, 1, 3], "sanitation": [1, 0, 0, 1]}
    )  # fmt: skip
    lines = {"income": 130, "schooling": 12, "health": 3, "sanitation": 1}
    found = testing.oracle_measures(
        table, lines, dict.fromkeys(lines, Fraction(1, 4)), HALF, pd.Series([1] * 4)
    )
    assert [found[name] for name in ("H", "A", "M0", "M1")] == [
        HALF, Fraction(3, 4), Fraction(3, 8), Fraction(171, 832),
    ]  # fmt: skip
    assert list(found["hdk"].values()) == [Fraction(n, 4) for n in (1, 2, 1, 2)]
    assert list(found["pctb"].values()) == [Fraction(n, 6) for n in (1, 2, 1, 2)]


def test_our_own_measures_keep_every_law_with_weights():
    testing.check_measure_laws(
        measures, TABLE, **GIVEN, household_weights=pd.Series([2, 1, 3], index=TABLE.index)
    )


def test_what_an_implementation_does_not_give_is_not_checked():
    def m0_alone(*inputs):
        return {"M0": testing.oracle_measures(*inputs)["M0"]}

    testing.check_measure_laws(m0_alone, TABLE, **GIVEN)
    with pytest.raises(AssertionError, match="no M0 among"):
        testing.check_measure_laws(lambda *inputs: {"H": 0.5}, TABLE, **GIVEN)


def test_a_broken_law_shows_the_table_and_the_figures():
    def doubled(*inputs):
        return {"M0": 2 * testing.oracle_measures(*inputs)["M0"]}

    with pytest.raises(AssertionError, match=r"M0 is 1\.0 and should be 0\.5") as caught:
        testing.check_measure_laws(doubled, TABLE, **GIVEN)
    assert "income: line 5, weight 1/2" in str(caught.value)


def test_tables_without_rows_or_lines_are_refused():
    with pytest.raises(mdp.ArgumentError, match="achievements need a row"):
        testing.check_measure_laws(measures, TABLE[:0], **GIVEN)
    with pytest.raises(mdp.ArgumentError, match="'income', 'school'"):
        testing.check_measure_laws(measures, TABLE, **{**GIVEN, "lines": {"income": 5}})
