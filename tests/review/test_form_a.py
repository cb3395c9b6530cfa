"""Form A decides which requests by Form 01 are listed (Decision 2306/QD-BNNMT, Annex II)."""

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import review

HOMES = pd.DataFrame({"village": "A"}, index=[f"h{n}" for n in range(12)])
DAYS = {"periodic": "2023-09-05", "regular": "2024-03-06"}


def listed(events):
    return events.loc[events["event"] == "listed", "household_id"].tolist()


@pytest.mark.parametrize("process", DAYS)
def test_fewer_than_four_of_nine_items_put_a_household_on_the_list(process):
    requests = pd.DataFrame({"form_a_items": range(10)}, index=HOMES.index[:10])
    events = review.open_round(HOMES, requests=requests, on=DAYS[process], process=process)
    assert listed(events) == ["h0", "h1", "h2", "h3"]
    asked = events[events["event"] == "requested"]
    assert asked["form_a_items"].tolist() == list(range(10))
    cases = review.fold(events)
    assert cases.loc[["h3", "h4"], "state"].tolist() == ["listed", "requested"]


def test_form_04_has_no_form_a():
    requests = pd.DataFrame({"form": "04", "form_a_items": [9]}, index=["h1"])
    events = review.open_round(HOMES, requests=requests, on="2024-03-06", process="regular")
    assert listed(events) == ["h1"]


def test_a_household_on_the_list_is_reviewed_whatever_its_items():
    requests = pd.DataFrame({"form_a_items": [9]}, index=["h1"])
    events = review.open_round(
        HOMES, previous=pd.Series({"h1": "poor"}), requests=requests, on="2023-09-05"
    )
    assert listed(events) == ["h1"]
    assert events.loc[events["event"] == "listed", "basis"].tolist() == ["current_list"]


@pytest.mark.parametrize("process", DAYS)
def test_missing_items_are_a_warning_that_names_the_households(process):
    requests = pd.DataFrame({"form_a_items": pd.array([9, None], "Int64")}, index=["h1", "h2"])
    with pytest.warns(mdp.ReviewWarning, match=r"'h2'.*fewer than 4 of 9 items"):
        events = review.open_round(HOMES, requests=requests, on=DAYS[process], process=process)
    assert listed(events) == ["h2"]


@pytest.mark.parametrize("process", ["farm", "low_income"])
def test_farm_households_and_low_income_workers_have_no_form_a(process):
    requests = pd.DataFrame({"form_a_items": [9]}, index=["h1"])
    if process == "low_income":
        requests["member_id"] = 1
    events = review.open_round(HOMES, requests=requests, on="2025-09-15", process=process)
    assert listed(events) == []
    assert review.fold(events)["state"].tolist() == ["requested"]


def test_a_variant_decides_by_its_own_number():
    law = mdp.procedure_on("2023-09-05")
    assert (law.form_a.items, law.form_a.listed_below) == (9, 4)
    assert str(law.form_a.citation).startswith("Decision 2306")
