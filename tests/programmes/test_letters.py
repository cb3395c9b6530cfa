"""The data of letters: what is certain is told, and what is not is no row."""

from __future__ import annotations

import pandas as pd

from multidim_poverty import programmes

PREMIUM = "health_insurance_premium"


def letters(poverty_class, **units):
    index = pd.Index(["a"], name="household_id")
    current = pd.DataFrame({"poverty_class": [poverty_class], **units}, index=index)
    rows = programmes.letter(current, on="2024-06-01", language="en")
    return rows[rows["benefit"] == PREMIUM].set_index("rule")


def test_the_highest_amount_that_is_certain_is_told_where_a_higher_one_is_not_decided():
    rows = letters("near_poor")  # where it lives is not known
    assert list(rows.index) == ["premium_near_poor"]
    (row,) = rows.to_dict("records")
    assert row["amount_text"].startswith("at least 70 %")
    assert row["remark"].startswith("more may be due by another rule")


def test_a_higher_amount_that_is_certain_is_told_alone():
    rows = letters("near_poor", province="Đắk Nông", district="Tuy Đức")
    assert list(rows.index) == ["premium_near_poor_in_poor_district"]
    assert rows["remark"].isna().all()


def test_the_lower_amount_is_told_without_remark_where_the_higher_one_does_not_hold():
    rows = letters("near_poor", province="Đắk Nông", district="Cư Jút")
    assert list(rows.index) == ["premium_near_poor"]
    assert rows["remark"].isna().all()


def test_what_is_not_decided_is_no_row():
    assert letters("average").empty  # whether it is a farm household is not known
    assert list(letters("average", farm_household=True).index) == ["premium_farm_household"]


def test_one_allowance_that_two_conditions_open_is_told_once():
    current = pd.DataFrame({"poverty_class": ["poor"]}, index=pd.Index(["a"], name="household_id"))
    person = {"household_id": ["a"], "member_id": [1], "age": [82], "has_pension": [False]}
    for supporter, rule in (
        (False, "elderly_without_supporter"),
        (True, "elderly_without_pension"),
        (None, "elderly_without_pension"),
    ):
        members = pd.DataFrame({**person, "has_supporter": [supporter]})
        rows = programmes.letter(current, members, on="2024-06-01", language="en")
        rows = rows[rows["benefit"] == "elderly_allowance"]
        assert rows["rule"].tolist() == [rule]
        assert rows["remark"].isna().all()
