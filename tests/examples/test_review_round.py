"""The example of three reviews: its numbers, its papers, and the ten planted faults."""

import runpy
from pathlib import Path

import pandas as pd
import pytest

import multidim_poverty as mdp

pytestmark = pytest.mark.slow  # the examples run whole

ROOT = Path(__file__).parents[2]
EXAMPLE = runpy.run_path(str(ROOT / "examples" / "review_round.py"))
PROCEDURE = EXAMPLE["YEARLY"]
EVENTS = EXAMPLE["play"]()
CASES = mdp.review.fold(EVENTS, procedure=PROCEDURE)
YEARLY = EVENTS[EVENTS["process"] == "periodic"].reset_index(drop=True)


def of(process: str) -> pd.DataFrame:
    return CASES[CASES["process"] == process]


def test_the_whole_play_breaks_no_rule():
    assert len(EVENTS) == 704
    assert mdp.review.violations(EVENTS, procedure=PROCEDURE).empty


def test_the_yearly_review_ends_with_every_case_recognised():
    assert len(of("periodic")) == 79
    assert of("periodic")["state"].eq("recognised").all()
    assert of("periodic")["certificate_valid_for"].eq(2024).all()


def test_the_village_that_did_not_agree_met_twice():
    again = of("periodic").loc[lambda cases: cases["round"] == 2, "village"]
    assert len(again) == 16
    assert set(again) == {EXAMPLE["DISAGREEING"]}


def test_exactly_half_is_enough():
    votes = mdp.review.minutes(EVENTS, procedure=PROCEDURE)
    here = votes[votes["village"] == EXAMPLE["DISAGREEING"]].drop_duplicates("on")
    assert here[["attending", "agreeing", "passed"]].values.tolist() == [
        [42, 20, False],
        [40, 20, True],
    ]


def test_households_with_missing_answers_are_surveyed_on_the_second_visit():
    tables = EXAMPLE["commune"]()
    first = EXAMPLE["classes"](tables, "2023-09-20")
    open_ = first.index[first.isna()].intersection(of("periodic").index)
    surveyed = EVENTS[EVENTS["event"].eq("surveyed") & EVENTS["household_id"].isin(open_)]
    assert len(open_) == 4
    assert surveyed["on"].astype(str).tolist() == ["2023-10-02"] * 4


def test_the_complaint_changes_a_class_and_keeps_both_clocks():
    complained = of("periodic").loc[lambda cases: cases["complaints"] > 0]
    events = EVENTS[EVENTS["household_id"].isin(complained.index)].set_index("event")
    assert len(complained) == 1
    assert events.loc["surveyed", "assessed_class"] == "poor"
    assert events.loc["reverified", "assessed_class"] == "average"
    assert complained["final_class"].tolist() == ["average"]
    assert str(events.loc["reverified", "law_on"].date()) == "2023-10-02"
    assert str(events.loc["reverified", "facts_on"].date()) == "2023-09-20"


def test_the_lists():
    lists = mdp.review.recognition_lists(EVENTS, procedure=PROCEDURE)
    counts = lists.groupby(["process", "list"], observed=True).size().to_dict()
    assert counts == {
        ("periodic", "poor"): 29,
        ("periodic", "near_poor"): 28,
        ("periodic", "escaped_poor"): 5,
        ("periodic", "escaped_near_poor"): 16,
        ("regular", "poor"): 1,
        ("regular", "escaped_near_poor"): 1,
        ("farm", "farm"): 1,
    }


def test_the_classes_recognised_are_those_of_the_standard():
    tables = EXAMPLE["commune"]()
    given = EXAMPLE["classes"](EXAMPLE["completed"](tables), "2023-10-02")
    final = of("periodic").loc[lambda cases: cases["complaints"] == 0, "final_class"]
    assert final.astype(str).equals(given.loc[final.index].astype(str))


def test_form_01_and_form_04_in_the_year():
    forms = EVENTS[EVENTS["process"].eq("regular") & EVENTS["event"].eq("requested")]
    by_form = of("regular")["final_class"].groupby(forms.set_index("household_id")["form"])
    assert by_form.first().to_dict() == {"01": "poor", "04": "average"}


def test_one_farm_household_is_recognised_and_one_refused():
    assert of("farm")["state"].tolist() == ["recognised", "refused"]
    homes = EXAMPLE["farmers"](EXAMPLE["commune"](), YEARLY)
    table = EXAMPLE["farm_table"](homes)
    assert table["average_living_standard"].tolist() == [True, False]
    assert table["income_per_capita"].tolist() == [1_800_000, 2_600_000]
    assert table["left_out"].tolist() == [6_000_000, 0]


def test_each_planted_fault_is_found_by_its_rule_and_nothing_else():
    bad, planted = EXAMPLE["plant"](YEARLY)
    found = mdp.review.violations(bad, procedure=PROCEDURE)
    assert planted["household_id"].nunique() == len(planted) == 10
    assert sorted(zip(found["household_id"], found["rule"], strict=True)) == sorted(
        zip(planted["household_id"], planted["rule"], strict=True)
    )
    assert found.loc[found["counts"], "rule"].tolist() == ["late"]


def test_planting_changes_nothing_of_the_round_itself():
    before = YEARLY.copy(deep=True)
    bad, _ = EXAMPLE["plant"](YEARLY)
    pd.testing.assert_frame_equal(YEARLY, before)
    assert len(bad) == len(before) + 15


def test_the_rest_of_the_round_goes_on():
    bad, planted = EXAMPLE["plant"](YEARLY)
    kept = mdp.review.fold(bad, procedure=PROCEDURE, on_violation="keep")
    clean = of("periodic")
    assert kept["state"].eq("recognised").all()
    assert kept["final_class"].loc[clean.index].equals(clean["final_class"])
    assert kept.index[kept["violations"] > 0].isin(planted["household_id"]).all()
    assert kept["violations"].sum() == 9  # the household that nobody listed has no case


def test_a_fold_that_raises_names_them_all():
    bad, planted = EXAMPLE["plant"](YEARLY)
    with pytest.raises(mdp.ReviewError) as caught:
        mdp.review.fold(bad, procedure=PROCEDURE)
    assert sorted(caught.value.violations["rule"]) == sorted(planted["rule"])


def test_the_example_prints_and_writes(tmp_path, capsys):
    pytest.importorskip("docx")
    EXAMPLE["main"](tmp_path)
    printed = capsys.readouterr().out
    assert "704 events, 0 violations" in printed
    assert "The rest goes on: {'recognised': 79}" in printed
    assert (tmp_path / "review_round.png").read_bytes().startswith(b"\x89PNG")
    written = {path.name for path in tmp_path.glob("*.docx")}
    assert written == {"minutes.docx", "notice.docx", "decision.docx", "certificates.docx"}
    assert all(path.read_bytes().startswith(b"PK") for path in tmp_path.glob("*.docx"))
