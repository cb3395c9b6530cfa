"""Newly escaped: from earlier lists alone, counted from the decision, the last day included."""

from __future__ import annotations

import datetime as dt
import inspect

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import programmes, review
from multidim_poverty.programmes.benefit_rules.conditions import NewlyEscaped
from multidim_poverty.programmes.escaped import escapes
from multidim_poverty.programmes.facts import facts_of
from multidim_poverty.programmes.predicates import Evaluation

NODE = NewlyEscaped.model_validate({"newly_escaped": {"months": 36}})


def history(*rows):
    return pd.DataFrame(rows, columns=["household_id", "on", "poverty_class"])


def escaped(lists, on, now="average", **more):
    """Whether household a is newly escaped on a day: true, false or None."""
    current = pd.DataFrame({"poverty_class": [now], **more}, index=["a"])
    facts = facts_of(current, None, lists, None, {}, {}, dt.date.fromisoformat(on), [])
    truth = Evaluation(facts).of(NODE, "household")
    return bool(truth.certain[0]) if truth.certain[0] == truth.possible[0] else None


ESCAPE = history(("a", "2019-12-15", "poor"), ("a", "2020-12-15", "average"))


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2020-12-14", None), ("2020-12-15", True), ("2022-06-01", True), ("2023-12-15", True),
     ("2023-12-16", False)],
)  # fmt: skip
def test_the_months_are_counted_from_the_decision_and_the_last_day_counts(on, expected):
    # Before the decision the household is still on the earlier list, whatever its class now.
    assert escaped(ESCAPE, on) is (False if expected is None else expected)


def test_a_household_on_the_list_is_not_newly_escaped():
    assert escaped(ESCAPE, "2022-06-01", now="poor") is False
    assert escaped(ESCAPE, "2022-06-01", now="near_poor") is False
    assert escaped(None, "2022-06-01", now="near_poor") is False
    again = history(*ESCAPE.to_numpy(), ("a", "2021-12-15", "near_poor"))
    assert escaped(again, "2022-06-01") is False


def test_from_poor_to_near_poor_is_no_escape():
    moved = history(("a", "2019-12-15", "poor"), ("a", "2020-12-15", "near_poor"))
    assert escaped(moved, "2021-06-01", now="near_poor") is False


def test_the_last_escape_counts():
    twice = history(*ESCAPE.to_numpy(), ("a", "2021-12-15", "poor"), ("a", "2022-12-15", "average"))
    assert escaped(twice, "2024-06-01") is True
    assert escaped(twice, "2025-12-15") is True
    assert escaped(twice, "2025-12-16") is False


def test_without_earlier_lists_it_is_open_for_all_off_the_list():
    assert escaped(None, "2022-06-01") is None
    assert escaped(None, "2022-06-01", newly_escaped=[True]) is None  # no flag decides


@pytest.mark.parametrize(
    ("first", "expected"),
    [("2019-06-01", None), ("2019-05-31", False), ("2021-01-01", None)],
)
def test_lists_that_begin_within_the_months_leave_it_open(first, expected):
    """An escape on the first day of all lists itself would still be within the 36 months."""
    of_others = history(("b", first, "poor"))
    assert escaped(of_others, "2022-06-01") is expected
    never_listed = history(("b", first, "poor"), ("a", first, "average"))
    assert escaped(never_listed, "2022-06-01") is expected


def test_an_open_class_after_the_list_leaves_it_open():
    lists = history(("a", "2019-12-15", "poor"), ("a", "2020-12-15", None))
    assert escaped(lists, "2022-06-01") is None
    assert escaped(lists, "2022-06-01", now="poor") is False


def test_the_present_list_is_one_of_the_lists():
    """The decision that took the household off need not stand in the history too."""
    lists = history(("a", "2019-12-15", "poor"))
    assert escaped(lists, "2022-06-01") is False  # no decision took it off
    decided = {"decided_on": ["2021-12-20"], "source": ["yearly_review"]}
    assert escaped(lists, "2022-06-01", **decided) is True
    assert escaped(lists, "2024-12-20", **decided) is True
    assert escaped(lists, "2024-12-21", **decided) is False


def test_from_the_events_of_reviews():
    homes = pd.DataFrame({"village": ["A", "A"]}, index=["a", "b"])
    events = review.open_round(
        homes, previous=pd.Series(["poor", "poor"], ["a", "b"]), on="2023-09-05"
    )
    before = review.current_list(events, on="2023-12-01")
    survey = pd.Series({"a": "average", "b": "poor"})
    meetings = pd.DataFrame(
        {"village": ["A"], "attending": 40, "agreeing": 40, "minutes_copies": 2}
    )
    for step, arguments in (
        (review.record_survey, {"assessed": survey, "on": "2023-09-20"}),
        (review.hold_meetings, {"meetings": meetings, "on": "2023-09-25"}),
        (review.post, {"on": "2023-09-28"}),
        (review.sum_up, {"on": "2023-10-06"}),
        (review.report, {"on": "2023-10-06"}),
        (review.answer, {"opinion": "agrees", "on": "2023-10-10"}),
        (review.recognise, {"on": "2023-10-12", "decision_number": "9"}),
    ):
        names = list(inspect.signature(step).parameters)
        named = {k: v for k, v in arguments.items() if k in names}
        rest = [v for k, v in arguments.items() if k not in names]
        events = step(events, *rest, **named)
    now = review.current_list(events, on="2024-06-01", households=homes)
    rules = programmes.RuleSet.parse(
        """
format = 1
name = "one"
title = { vi = "x", en = "x" }
documents.d = { title = { vi = "x", en = "x" }, signed = 2015-01-01 }
benefits = [{ id = "loan", label = { vi = "x", en = "x" }, whom = "household" }]
[[rules]]
id = "escaped"
benefit = "loan"
label = { vi = "x", en = "x" }
citation = { document = "d", confidence = "text", checked_on = 2026-01-01 }
valid_from = 2016-01-01
when = { newly_escaped = { months = 36 } }
"""
    )
    for lists in (before, pd.concat([before, now])):
        table = programmes.eligible(now, history=lists, rules=rules, on="2024-06-01")
        assert table["household_id"].tolist() == ["a"]
        assert table["eligible"].tolist() == [True]
        letter = programmes.letter(now, history=lists, rules=rules, on="2024-06-01")
        assert letter["first_day"].dt.date.tolist() == [dt.date(2023, 10, 12)]
        assert letter["last_day"].dt.date.tolist() == [dt.date(2026, 10, 12)]
        assert letter["decision_number"].tolist() == ["9"]
        assert letter["remark"].notna().all()


def test_first_and_last_day_of_an_escape():
    current = pd.DataFrame({"poverty_class": ["average", "poor"]}, index=["a", "b"])
    facts = facts_of(current, None, ESCAPE, None, {}, {}, dt.date(2022, 6, 1), [])
    first, last = escapes(facts, 36)
    assert first.astype("datetime64[D]").tolist() == [dt.date(2020, 12, 15), None]
    assert last.astype("datetime64[D]").tolist() == [dt.date(2023, 12, 15), None]


def test_listed_on_another_day():
    rules = programmes.RuleSet.parse(
        """
format = 1
name = "one"
title = { vi = "x", en = "x" }
documents.d = { title = { vi = "x", en = "x" }, signed = 2015-01-01 }
benefits = [{ id = "house", label = { vi = "x", en = "x" }, whom = "household" }]
parameters = [{ id = "in_effect", label = { vi = "x", en = "x" }, unit = "day" }]
[[rules]]
id = "r"
benefit = "house"
label = { vi = "x", en = "x" }
citation = { document = "d", confidence = "text", checked_on = 2026-01-01 }
valid_from = 2016-01-01
when = { listed_on = "in_effect" }
"""
    )
    current = pd.DataFrame({"poverty_class": ["average", "poor", "poor"]}, index=list("abc"))
    lists = history(*ESCAPE.to_numpy(), ("b", "2020-12-15", "poor"), ("c", "2019-12-15", None))

    def eligible(day, lists=lists):
        costs = {} if day is None else {"in_effect": day}
        table = programmes.eligible(
            current, history=lists, rules=rules, unit_costs=costs, on="2022-06-01", all=True
        )
        return [None if pd.isna(value) else value for value in table["eligible"]]

    assert eligible("2019-12-15") == [True, False, None]
    assert eligible("2020-12-14") == [True, False, None]
    assert eligible(dt.date(2020, 12, 15)) == [False, True, None]
    assert eligible("2019-12-14") == [None, None, None]  # before the first list
    assert eligible(None) == [None, None, None]
    assert eligible("2020-12-15", None) == [None, None, None]
    with pytest.raises(mdp.errors.ArgumentError, match="unit_costs: in_effect"):
        eligible("15/12/2020")
