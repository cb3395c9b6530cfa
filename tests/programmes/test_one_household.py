"""The benefits of one household in words, and the data of letters."""

from __future__ import annotations

import itertools
from pathlib import Path

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import programmes

SMALL = programmes.RuleSet.read(Path(__file__).parent / "benefit_rules" / "small_rules.toml")
CURRENT = pd.DataFrame(
    {
        "poverty_class": ["poor", "near_poor", "average", None],
        "listed": [True, True, False, False],
        "since": ["2023-01-01", "2021-01-01", None, None],
        "decision_number": ["7", "5", None, None],
        "commune": "X",
        "village": ["A", "B", "A", "B"],
    },
    index=pd.Index(list("abcd"), name="household_id"),
)
MEMBERS = pd.DataFrame(
    {"household_id": list("aabcd"), "member_id": [1, 2, 1, 1, 1], "age": [40, 3, 60, 2, None]}
)
HISTORY = pd.DataFrame(
    {
        "household_id": ["a", "c", "c"],
        "on": ["2018-12-01", "2018-12-01", "2022-12-01"],
        "poverty_class": ["poor", "poor", "average"],
    }
)
SHARED = {"members": MEMBERS, "history": HISTORY, "rules": SMALL, "on": "2023-06-01"}


def test_the_rows_are_those_of_eligible():
    every = programmes.eligible(CURRENT, **SHARED, all=True)
    for id in CURRENT.index:
        own = every[every["household_id"] == id].reset_index(drop=True)
        rows = programmes.explain(CURRENT, id, **SHARED)
        pd.testing.assert_frame_equal(
            rows[list(own.columns)].astype(object).where(rows[list(own.columns)].notna(), None),
            own.astype(object).where(own.notna(), None),
        )
        assert rows["sentence"].notna().all()


def sentences(id, language="vi", **more):
    rows = programmes.explain(CURRENT, id, **{**SHARED, **more}, language=language)
    return dict(zip(rows["rule"], rows["sentence"], strict=True))


def test_a_poor_household_in_vietnamese():
    said = sentences("a")
    assert said["electricity_poor"] == (
        "Hỗ trợ tiền điện (Hộ nghèo): được hưởng, 46.000 đồng, mỗi tháng "
        "[Quyết định 1/2020, Điều 3]"
    )
    assert said["premium_near_poor"].endswith("; áp dụng quy định khác có mức cao hơn")
    assert "thành viên 2" in said["premium_children"]


def test_a_newly_escaped_household_in_vietnamese():
    assert sentences("c")["loan_newly_escaped"] == (
        "Vay vốn ưu đãi (Hộ mới thoát nghèo): được hưởng, vay lãi suất 8,25 %/năm, không quá "
        "100.000.000 đồng [Quyết định 1/2020, Điều 4]"
    )
    assert sentences("c")["electricity_poor"] == (
        "Hỗ trợ tiền điện (Hộ nghèo): không được hưởng; không đáp ứng: phân loại: Hộ nghèo "
        "[Quyết định 1/2020, Điều 3]"
    )


def test_what_one_more_answer_decides():
    rows = programmes.explain(CURRENT, "d", **SHARED).set_index("rule")
    assert rows.loc["premium_children", "decided_by"] == "age: below 6"
    assert pd.isna(rows.loc["electricity_poor", "decided_by"])
    # Two answers are open: each of them may decide alone, none does whichever way it goes.
    home = programmes.explain(
        CURRENT.assign(province="Đắk Nông", district="Tuy Đức", floor_area=None),
        "a", **SHARED | {"on": "2026-01-01"},
    ).set_index("rule")  # fmt: skip
    open_row = home.loc["production_listed"]
    assert pd.isna(open_row["decided_by"])
    assert open_row["may_be_decided_by"] == (
        "lives in: Poor districts; Floor area (m2): 200 or more"
    )


FLAGS = ("ethnic_minority", "member_of_merit", "female_head")


@pytest.mark.parametrize("answers", list(itertools.product([True, False, None], repeat=3)))
def test_deciding_answers_against_all_answers(answers):
    rules = programmes.RuleSet.parse(
        """
format = 1
name = "one"
title = { vi = "x", en = "x" }
documents.d = { title = { vi = "x", en = "x" }, signed = 2015-01-01 }
benefits = [{ id = "b", label = { vi = "x", en = "x" }, whom = "household" }]
[[rules]]
id = "r"
benefit = "b"
label = { vi = "x", en = "x" }
citation = { document = "d", confidence = "text", checked_on = 2026-01-01 }
valid_from = 2016-01-01
when = { any = [{ all = [{ yes = "ethnic_minority" }, { yes = "member_of_merit" }] },
                { yes = "female_head" }] }
"""
    )

    def outcome(values):
        completions = itertools.product(*([v] if v is not None else [True, False] for v in values))
        found = {(a and b) or c for a, b, c in completions}
        return found.pop() if len(found) == 1 else None

    home = pd.DataFrame({"poverty_class": ["poor"]}, index=["a"]).assign(
        **{n: pd.array([v], dtype="boolean") for n, v in zip(FLAGS, answers, strict=True)}
    )
    row = programmes.explain(home, "a", rules=rules, on="2020-01-01").iloc[0]
    assert (None if pd.isna(row["eligible"]) else row["eligible"]) == outcome(answers)
    labels = {"ethnic_minority": "Ethnic minority", "member_of_merit": "With a member of merit",
              "female_head": "Female head"}  # fmt: skip
    decides, may = [], []
    for n, name in enumerate(FLAGS):
        if answers[n] is None and outcome(answers) is None:
            filled = [outcome([*answers[:n], value, *answers[n + 1 :]]) for value in (True, False)]
            settled = sum(value is not None for value in filled)
            if settled:
                (decides if settled == 2 else may).append(labels[name])
    assert (None if pd.isna(row["decided_by"]) else row["decided_by"]) == (
        "; ".join(decides) or None
    )
    got = None if pd.isna(row["may_be_decided_by"]) else row["may_be_decided_by"]
    assert got == ("; ".join(may) or None)


def test_a_household_that_nobody_knows_is_named():
    with pytest.raises(mdp.errors.UnknownNameError, match="no household 'e'"):
        programmes.explain(CURRENT, "e", **SHARED)


def test_a_letter_says_what_from_when_and_where():
    rows = programmes.letter(CURRENT, **SHARED)
    assert rows["household_id"].tolist() == ["a", "a", "a", "b", "c", "c"]
    electricity = rows.set_index("rule").loc["electricity_poor"]
    assert electricity["amount_text"] == "46.000 đồng, mỗi tháng"
    assert str(electricity["first_day"].date()) == "2023-01-01"
    assert pd.isna(electricity["last_day"])
    assert electricity["decision_number"] == "7"
    assert electricity["village"] == "A"
    premium = rows[rows["rule"] == "premium_poor"]
    assert set(premium["apply_at"]) == {"UBND cấp xã"}
    near_poor = rows[rows["rule"] == "premium_near_poor"].iloc[0]
    assert str(near_poor["first_day"].date()) == "2021-01-01"
    loan = rows[rows["rule"] == "loan_newly_escaped"].iloc[0]
    assert [str(loan[name].date()) for name in ("first_day", "last_day")] == [
        "2022-12-01",
        "2025-12-01",
    ]
    assert "cách hiểu" in loan["remark"]
    assert rows.loc[rows["rule"] != "loan_newly_escaped", "remark"].isna().all()


def test_a_letter_holds_what_is_granted_for_certain_and_ends_with_its_rule():
    table = programmes.eligible(CURRENT, **SHARED)
    granted = table[table["granted"].fillna(value=False)]
    rows = programmes.letter(CURRENT, **SHARED)
    keys = ["household_id", "member_id", "rule"]
    assert set(map(str, rows[keys].to_numpy().tolist())) == set(
        map(str, granted[keys].to_numpy().tolist())
    )
    early = programmes.letter(CURRENT, rules=SMALL, on="2022-06-01", unit_costs={})
    row = early[early["rule"] == "electricity_poor"].iloc[0]
    assert str(row["last_day"].date()) == "2022-12-31"
    assert programmes.letter(CURRENT.iloc[:0], rules=SMALL, on="2022-06-01").shape[0] == 0
