"""What `assess` computed on the way is what everything later reads."""

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp

STANDARD = mdp.standard("decree_07_2021")
SAMPLE = mdp.load_sample()


@pytest.fixture
def counted():
    """A household whose size only the table of members gives."""
    index = pd.Index(["a", "b"], name="household_id")
    households = pd.DataFrame({"area": ["rural"] * 2, "income_12m": [48e6, None]}, index=index)
    members = pd.DataFrame({"household_id": ["a"] * 4 + ["b"], "member_id": [1, 2, 3, 4, 1]})
    return households, mdp.assess(households, members, standard=STANDARD)


def test_income_and_size_are_handed_on(counted):
    _, result = counted
    assert result.columns[-4:-2].tolist() == ["income_per_capita", "household_size"]
    assert result["income_per_capita"].tolist()[0] == 1_000_000
    assert np.isnan(result["income_per_capita"].iloc[1])
    assert result["household_size"].tolist() == [4, 1]
    assert [str(dtype) for dtype in result.dtypes[-4:-2]] == ["float64", "Int64"]


def test_a_stated_income_and_size_stay_as_they_are():
    result = mdp.assess(SAMPLE.households, SAMPLE.members, standard=STANDARD)
    sizes = SAMPLE.households["household_size"].to_numpy()
    assert (result["household_size"] == sizes).all()
    stated = mdp.assess(
        pd.DataFrame({"area": ["rural"], "income_per_capita": [7.0]}), standard=STANDARD
    )
    assert stated["income_per_capita"].tolist() == [7.0]
    assert stated["household_size"].isna().tolist() == [True]
    assert str(stated["household_size"].dtype) == "Int64"


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_explanations_read_the_income_that_was_classified(counted, order):
    households, result = counted
    result = result.iloc[order]
    said = mdp.explain(households, result, "a", standard=STANDARD, language="en").text()
    assert "Income is 1,000,000 VND per person per month" in said
    assert (
        "Income is not known"
        in mdp.explain(households, result, "b", standard=STANDARD, language="en").text()
    )
    why = mdp.reasons(households, result, standard=STANDARD)
    assert why.index.tolist() == ["a", "b"]
    assert why["open_questions"].gt(0).tolist() == [True, True]
    income = 1 << len(STANDARD.indicators)
    assert (why["open_questions"] & income).gt(0).tolist() == [False, True]
    again = mdp.classify(households, result, standard=STANDARD)
    expected = result.loc[["a", "b"], again.columns]
    pd.testing.assert_frame_equal(again, expected)
    changes = mdp.nearest_changes(households, result, standard=STANDARD)
    matrix = result[list(STANDARD.indicator_ids)]
    stated = households.assign(household_size=[4, 1])
    pd.testing.assert_frame_equal(changes, mdp.nearest_changes(stated, matrix, standard=STANDARD))


def test_another_income_than_the_one_that_was_classified_is_refused(counted):
    households, result = counted
    changed = households.assign(income_per_capita=[2e6, None])
    with pytest.raises(ValueError, match=r"1 households have another income .* such as \['a'\]"):
        mdp.reasons(changed, result, standard=STANDARD)


def test_low_income_is_read_from_the_result(counted):
    households, result = counted
    stated = households.assign(household_size=[4, 1])
    members = pd.DataFrame({"household_id": ["a", "b"], "employment_status": "own_account"})
    income = result[["income_per_capita", "household_size"]]
    average = income.assign(class_at_worst="average", class_at_best="average")
    workers = {"members": members, "result": average, "standard": STANDARD}
    found = mdp.low_income_workers(households=households, **workers)
    assert found.iloc[0]
    assert pd.isna(found.iloc[1])
    pd.testing.assert_series_equal(found, mdp.low_income_workers(households=stated, **workers))
