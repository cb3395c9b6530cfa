"""Income per head: exact at every line, whatever the size of the household."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp


@given(
    line=st.one_of(
        st.sampled_from(
            [x.amount(a) for s in mdp.standards() for x in s.lines for a in mdp.vocabulary.Area]
        ),
        st.integers(1, 10**8),
    ),
    size=st.integers(1, 40),
)
def test_exact_at_a_line_and_one_vnd_a_year_above_it(line, size):
    year = line * size * 12
    households = pd.DataFrame({"income_12m": [year - 1, year, year + 1], "household_size": size})
    for dtype in ("int64", "float64", "Int64"):
        income = mdp.per_capita_income(households.astype({"income_12m": dtype}))
        assert (income <= line).tolist() == [True, True, False]
        assert income.iloc[1] == line
    assert income.dtype == np.dtype("float64")
    assert income.name == "income_per_capita"


def test_missing_stays_missing_and_the_index_is_kept():
    households = pd.DataFrame(
        {"income_12m": [24e6, None, 24e6], "household_size": pd.array([2, 2, None], dtype="Int64")},
        index=["x", "y", "z"],
    )
    before = households.copy(deep=True)
    income = mdp.per_capita_income(households)
    assert income["x"] == 1_000_000
    assert income[["y", "z"]].isna().all()
    assert income.index.tolist() == ["x", "y", "z"]
    pd.testing.assert_frame_equal(households, before)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"income_12m": [-np.inf]}, "infinite"),
        ({"income_12m": ["24.000.000"]}, "text_number"),
        ({"income_12m": np.array([24e6], dtype="float32")}, "too_coarse"),
        ({"household_size": [0]}, "out_of_range"),
        ({"household_size": [2.5]}, "not_whole"),
    ],
)
def test_bad_values_are_named(change, rule):
    households = pd.DataFrame({"income_12m": [24e6], "household_size": [2]}).assign(**change)
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.per_capita_income(households)
    assert error.value.violations["rule"].tolist() == [rule]


def test_absent_columns_are_named_together():
    with pytest.raises(mdp.InvalidDataError) as error:
        mdp.per_capita_income(pd.DataFrame({"area": ["rural"]}))
    assert error.value.violations["column"].tolist() == ["income_12m", "household_size"]


def test_assess_counts_the_members_where_no_size_is_stated():
    households = pd.DataFrame({"area": ["rural"] * 2, "income_12m": 36_000_000.0}, index=["a", "b"])
    members = pd.DataFrame({"household_id": ["a", "a", "b"], "member_id": [1, 2, 1]})
    result = mdp.assess(households, members, standard=mdp.standard("decree_07_2021"))
    assert result["income_band"].tolist() == ["up_to_poverty_line", "above_average_ceiling"]
    for dtype in ("Int64", "float64", "object"):
        partly = households.assign(
            household_size=pd.Series([None, 1], households.index, dtype=dtype)
        )
        again = mdp.assess(partly, members, standard=mdp.standard("decree_07_2021"))
        pd.testing.assert_series_equal(again["income_band"], result["income_band"])
