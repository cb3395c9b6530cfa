"""Lists in force as the history of escapes."""

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import movement, review

HOMES = pd.DataFrame({"commune": "X", "village": "A"}, index=["h1", "h2", "h3"])
MEETING = pd.DataFrame({"village": ["A"], "attending": 40, "agreeing": 30, "minutes_copies": 2})


def yearly(year, assessed, previous):
    events = review.open_round(HOMES, previous=pd.Series(previous), on=f"{year}-09-05")
    events = review.record_survey(events, pd.Series(assessed), on=f"{year}-09-20")
    events = review.hold_meetings(events, MEETING, on=f"{year}-09-25")
    events = review.sum_up(review.post(events, on=f"{year}-09-27"), on=f"{year}-10-12")
    events = review.report(events, on=f"{year}-10-12")
    events = review.answer(events, on=f"{year}-10-16", opinion="agrees")
    return review.recognise(events, on=f"{year}-10-20", decision_number=f"{year}/QĐ")


EVENTS = pd.concat(
    [
        yearly(2022, {"h1": "poor", "h2": "average"}, {"h1": "poor", "h2": "near_poor"}),
        yearly(2023, {"h1": "average"}, {"h1": "poor"}),
    ],
    ignore_index=True,
)


def test_lists_of_several_days_give_the_escapes_with_the_days_of_their_decisions():
    lists = pd.concat(
        [review.current_list(EVENTS, on=day) for day in ("2022-09-30", "2023-06-01", "2024-06-01")]
    )
    escaped = movement.newly_escaped(lists, on="2024-06-01")
    assert escaped["escaped_from"].astype(str).to_dict() == {"h1": "poor", "h2": "near_poor"}
    assert escaped["escaped_on"].dt.strftime("%Y-%m-%d").to_dict() == {
        "h1": "2023-10-20",
        "h2": "2022-10-20",
    }
    assert escaped["within"].all()


def test_one_list_alone_shows_no_escape_and_is_not_changed():
    current = review.current_list(EVENTS, on="2024-06-01")
    before = current.copy()
    assert movement.newly_escaped(current, on="2024-06-01").empty
    pd.testing.assert_frame_equal(current, before)


def test_a_decision_with_two_classes_is_refused():
    current = review.current_list(EVENTS, on="2024-06-01")
    other = current.assign(poverty_class="poor")
    with pytest.raises(mdp.InvalidDataError, match="two_on_one_day"):
        movement.newly_escaped(pd.concat([current, other]), on="2024-06-01")


def test_a_decision_without_its_day_is_named_and_not_taken_for_a_given_list():
    current = review.current_list(EVENTS, on="2024-06-01").assign(decided_on=pd.NaT)
    with pytest.raises(mdp.InvalidDataError, match="missing_value"):
        movement.newly_escaped(current, on="2024-06-01")
    with pytest.raises(mdp.InvalidDataError, match="missing_column"):
        movement.newly_escaped(current.drop(columns="poverty_class"), on="2024-06-01")
