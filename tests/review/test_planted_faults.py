"""More than forty planted faults: each named with household, rule and article, in one row."""

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.testing.events import as_table

review = mdp.review
DAY = pd.Timestamp("2023-09-20")
VOTE = {"attending": 40, "agreeing": 30, "minutes_copies": 2}
NUMBER = {"decision_number": "12/QĐ-UBND"}
AGAIN = {"assessed_class": "average", "law_on": DAY, "facts_on": DAY}
FULL = ", ".join(mdp.procedure_on("2023-09-01").meeting.present)

YEARLY = [
    ("listed", "2023-09-05", {"previous_class": "poor", "basis": "current_list"}),
    ("surveyed", "2023-09-20", {"assessed_class": "near_poor"}),
    ("met", "2023-09-25", VOTE),
    ("posted", "2023-09-28", {}),
    ("summed_up", "2023-10-04", {}),
    ("reported", "2023-10-05", {}),
    ("answered", "2023-10-10", {"opinion": "agrees"}),
    ("recognised", "2023-10-11", NUMBER),
]
COMPLAINT = [
    *YEARLY[:4],
    ("complained", "2023-10-03", {"complaint": "owns a lorry"}),
    ("reverified", "2023-10-06", AGAIN),
    ("reposted", "2023-10-06", {}),
    ("summed_up", "2023-10-12", {}),
    ("reported", "2023-10-12", {}),
    ("answered", "2023-10-17", {"opinion": "agrees"}),
    ("recognised", "2023-10-18", {"decision_number": "13/QĐ-UBND"}),
]
REQUEST = [
    ("requested", "2024-03-06", {"form": "01"}),
    ("surveyed", "2024-03-15", {"assessed_class": "poor"}),
    ("met", "2024-03-18", VOTE),
    ("posted", "2024-03-19", {}),
    ("summed_up", "2024-03-25", {}),
    ("recognised", "2024-03-26", {"decision_number": "31/QĐ-UBND"}),
]
FARM = [
    ("requested", "2024-03-06", {"form": "01"}),
    ("surveyed", "2024-03-15", {"assessed_class": "average"}),
    ("posted", "2024-03-18", {}),
    ("summed_up", "2024-03-26", {}),
    ("recognised", "2024-03-28", {"decision_number": "44/QĐ-UBND"}),
]


def put(steps, at, *new):
    """The steps with others in the place of the one at `at`."""
    return [*steps[:at], *new, *steps[at + 1 :]]


def without(steps, at, column):
    event, on, payload = steps[at]
    return put(steps, at, (event, on, {k: v for k, v in payload.items() if k != column}))


def say(steps, at, **values):
    event, on, payload = steps[at]
    return put(steps, at, (event, on, payload | values))


def dated(steps, at, on):
    return put(steps, at, (steps[at][0], on, steps[at][2]))


def mending(event, entry, entry_on, **values):
    reason = {"reason": "typed wrongly"} | values
    return (
        event,
        "2023-11-01",
        {"entry_event": entry, "entry_on": pd.Timestamp(entry_on), **reason},
    )


# name -> process, steps, rule, article, whether the event counts all the same
PLANTED = {
    "more agree than attend": (
        "periodic",
        say(YEARLY, 2, agreeing=41),
        "impossible_vote",
        "4",
        False,
    ),
    "nobody attends": (
        "periodic",
        say(YEARLY, 2, attending=0, agreeing=0),
        "impossible_vote",
        "4",
        False,
    ),
    "no number of those attending": (
        "periodic",
        without(YEARLY, 2, "attending"),
        "incomplete",
        "4",
        False,
    ),
    "no number of those agreeing": (
        "periodic",
        without(YEARLY, 2, "agreeing"),
        "incomplete",
        "4",
        False,
    ),
    "no minutes": ("periodic", without(YEARLY, 2, "minutes_copies"), "incomplete", "4", False),
    "one copy of the minutes": (
        "periodic",
        say(YEARLY, 2, minutes_copies=1),
        "too_few_minutes",
        "4",
        False,
    ),
    "village head absent": (
        "periodic",
        say(YEARLY, 2, present="reviewers"),
        "absent_from_meeting",
        "4",
        True,
    ),
    "listed in August": (
        "periodic",
        dated(YEARLY, 0, "2023-08-31"),
        "before_the_review",
        "3",
        False,
    ),
    "surveyed before it was listed": (
        "periodic",
        dated(YEARLY, 1, "2023-09-04"),
        "before_predecessor",
        "4",
        False,
    ),
    "survey without a class": (
        "periodic",
        without(YEARLY, 1, "assessed_class"),
        "incomplete",
        "4",
        False,
    ),
    "never listed": ("periodic", YEARLY[1:], "unknown_household", "4", False),
    "listed twice": ("periodic", put(YEARLY, 1, YEARLY[1], YEARLY[0]), "already_open", "4", False),
    "posted without a meeting": ("periodic", put(YEARLY, 2), "out_of_order", "4", False),
    "posted after a failed vote": (
        "periodic",
        say(YEARLY, 2, agreeing=10),
        "out_of_order",
        "4",
        False,
    ),
    "summed up while posted": (
        "periodic",
        dated(YEARLY, 4, "2023-10-03"),
        "clock_still_runs",
        "4",
        False,
    ),
    "complaint after the posting": (
        "periodic",
        put(YEARLY, 4, ("complained", "2023-10-04", {"complaint": "late"}), YEARLY[4]),
        "clock_run_out",
        "4",
        False,
    ),
    "second complaint after the posting": (
        "periodic",
        put(COMPLAINT, 5, ("complained", "2023-10-05", {"complaint": "late"}), COMPLAINT[5]),
        "clock_run_out",
        "4",
        False,
    ),
    "complaint without a text": (
        "periodic",
        without(COMPLAINT, 4, "complaint"),
        "incomplete",
        "4",
        False,
    ),
    "summed up while a complaint is pending": (
        "periodic",
        put(COMPLAINT, 5, ("summed_up", "2023-10-05", {}), COMPLAINT[5]),
        "complaint_pending",
        "4",
        False,
    ),
    "verified again too late": (
        "periodic",
        [*put(COMPLAINT, 5, ("reverified", "2023-10-16", AGAIN))[:6]],
        "late",
        "4",
        True,
    ),
    "verified again without the law": (
        "periodic",
        without(COMPLAINT, 5, "law_on"),
        "incomplete",
        "4",
        False,
    ),
    "verified again without the facts": (
        "periodic",
        without(COMPLAINT, 5, "facts_on"),
        "incomplete",
        "4",
        False,
    ),
    "verified again without a reason": (
        "periodic",
        put(YEARLY, 4, ("reverified", "2023-10-03", AGAIN), YEARLY[4]),
        "incomplete",
        "4",
        False,
    ),
    "answered without an opinion": (
        "periodic",
        without(YEARLY, 6, "opinion"),
        "incomplete",
        "4",
        False,
    ),
    "opinion that is none": (
        "periodic",
        say(YEARLY, 6, opinion="maybe"),
        "unknown_category",
        "",
        False,
    ),
    "answered too late": (
        "periodic",
        [*YEARLY[:6], ("answered", "2023-10-13", {"opinion": "agrees"})],
        "late",
        "4",
        True,
    ),
    "recognised after an objection": (
        "periodic",
        say(YEARLY, 6, opinion="objects"),
        "out_of_order",
        "4",
        False,
    ),
    "recognised before the answer": ("periodic", put(YEARLY, 6), "clock_still_runs", "4", False),
    "said to be unanswered too early": (
        "periodic",
        put(YEARLY, 6, ("unanswered", "2023-10-12", {}))[:7],
        "clock_still_runs",
        "4",
        False,
    ),
    "decision without a number": (
        "periodic",
        without(YEARLY, 7, "decision_number"),
        "incomplete",
        "4",
        False,
    ),
    "decision with an empty number": (
        "periodic",
        say(YEARLY, 7, decision_number=" "),
        "incomplete",
        "4",
        False,
    ),
    "recognised in another class": (
        "periodic",
        say(YEARLY, 7, assessed_class="poor"),
        "class_not_assessed",
        "4",
        False,
    ),
    "recognised twice": (
        "periodic",
        [*YEARLY, ("recognised", "2023-10-20", {"decision_number": "14"})],
        "already_closed",
        "4",
        False,
    ),
    "recognised after the review": (
        "periodic",
        put(YEARLY, 7, ("recognised", "2023-12-15", {"decision_number": "99/QĐ-UBND"})),
        "after_the_review",
        "3",
        True,
    ),
    "refused in a yearly review": (
        "periodic",
        [*YEARLY[:7], ("refused", "2023-10-11", {"reason": "no"})],
        "not_in_process",
        "3",
        False,
    ),
    "before the decision was in force": (
        "periodic",
        [("listed", "2021-08-31", {})],
        "not_in_force",
        "1",
        False,
    ),
    "decided in another village": (
        "periodic",
        say(YEARLY, 7, village="Z"),
        "another_place",
        "4",
        True,
    ),
    "surveyed in another commune": (
        "periodic",
        say(YEARLY, 1, commune="Y"),
        "another_place",
        "4",
        True,
    ),
    "number of another day": (
        "periodic",
        [*put(YEARLY, 7, ("recognised", "2023-10-12", NUMBER))],
        "number_of_another_day",
        "4",
        True,
    ),
    "another number of attending": (
        "periodic",
        say(YEARLY, 2, attending=41),
        "meeting_differs",
        "4",
        True,
    ),
    "listed against the decision": (
        "periodic",
        [*YEARLY, ("listed", "2024-09-05", {"previous_class": "poor"})],
        "list_contradicts_decision",
        "4",
        True,
    ),
    "closed without a cause": (
        "periodic",
        [*YEARLY[:2], ("closed", "2024-02-01", {"reason": "?"})],
        "incomplete",
        "",
        False,
    ),
    "closed without a reason": (
        "periodic",
        [*YEARLY[:2], ("closed", "2024-02-01", {"cause": "died"})],
        "incomplete",
        "",
        False,
    ),
    "correction of no entry": (
        "periodic",
        [*YEARLY, mending("corrected", "surveyed", "2023-09-19", assessed_class="poor")],
        "no_such_entry",
        "3",
        False,
    ),
    "correction without a value": (
        "periodic",
        [*YEARLY, mending("corrected", "surveyed", "2023-09-20")],
        "nothing_corrected",
        "3",
        False,
    ),
    "correction without a reason": (
        "periodic",
        [*YEARLY, mending("corrected", "met", "2023-09-25", agreeing=29, reason=None)],
        "incomplete",
        "3",
        False,
    ),
    "void of no entry": (
        "periodic",
        [*YEARLY, mending("voided", "met", "2023-09-20")],
        "no_such_entry",
        "3",
        False,
    ),
    "member in a yearly review": (
        "periodic",
        say(YEARLY, 0, member_id="m1")[:1],
        "member_not_expected",
        "4",
        False,
    ),
    "form 99": ("regular", say(REQUEST, 0, form="99"), "unknown_form", "5", False),
    "surveyed before day 15": (
        "regular",
        dated(REQUEST, 1, "2024-03-14"),
        "before_the_review",
        "5",
        False,
    ),
    "decided after 15 days": (
        "regular",
        put(REQUEST, 5, ("recognised", "2024-04-01", {"decision_number": "40/QĐ-UBND"})),
        "after_the_review",
        "5",
        True,
    ),
    "refused without a reason": (
        "regular",
        [*REQUEST[:5], ("refused", "2024-03-26", {})],
        "incomplete",
        "5",
        False,
    ),
    "opinion asked on request": (
        "regular",
        [*REQUEST[:5], ("reported", "2024-03-26", {})],
        "not_in_process",
        "5",
        False,
    ),
    "farm household that is poor": (
        "farm",
        say(FARM, 1, assessed_class="poor"),
        "class_not_recognised",
        "6",
        False,
    ),
    "meeting about a farm household": (
        "farm",
        put(FARM, 2, ("met", "2024-03-18", VOTE), FARM[2]),
        "not_in_process",
        "6",
        False,
    ),
    "withdrawn by nobody": (
        "farm",
        [("withdrawn", "2024-03-06", {})],
        "unknown_household",
        "",
        False,
    ),
}


def rows_of(household, process, steps):
    return [
        {
            "household_id": household,
            "process": process,
            "event": event,
            "on": pd.Timestamp(on),
            "commune": "X",
            "village": "A",
        }
        | payload
        for event, on, payload in steps
    ]


def round_with_faults():
    """A clean round of 60 households, and one household for each fault."""
    clean = [row for n in range(60) for row in rows_of(f"clean {n}", "periodic", YEARLY)]
    planted = [
        row
        for name, (process, steps, *_) in PLANTED.items()
        for row in rows_of(name, process, steps)
    ]
    frame = pd.DataFrame([*clean, *planted])
    return frame.assign(on=pd.to_datetime(frame["on"]))


EVENTS = round_with_faults()
FAULTS = review.violations(EVENTS)


def test_there_are_at_least_forty():
    assert len(PLANTED) >= 40


@pytest.mark.parametrize("name", PLANTED)
def test_each_fault_is_named_in_one_row(name):
    process, _, rule, article, counts = PLANTED[name]
    faults = FAULTS[FAULTS["household_id"] == name]
    assert faults["rule"].tolist() == [rule], faults[["rule", "message"]].to_string()
    fault = faults.iloc[0]
    assert (fault["severity"], fault["table"]) == ("error", "events")
    assert fault["process"] == process
    assert fault["counts"] == counts
    if article:
        assert f"article {article}" in fault["citation"], fault["citation"]
    assert fault["message"]
    assert EVENTS["household_id"].iloc[int(fault["row"])] == name


def test_the_rest_of_the_round_is_unharmed():
    clean = EVENTS[EVENTS["household_id"].str.startswith("clean")].reset_index(drop=True)
    alone = review.fold(clean)
    kept = review.fold(EVENTS, on_violation="keep")
    with_faults = kept.loc[kept.index.str.startswith("clean")]
    pd.testing.assert_frame_equal(with_faults, alone)
    assert alone["state"].eq("recognised").all()
    assert not FAULTS["household_id"].str.startswith("clean").any()


def test_the_table_of_faults_has_the_columns_of_all_such_tables():
    assert FAULTS.columns.tolist() == [
        "severity",
        "rule",
        "table",
        "row",
        "household_id",
        "member_id",
        "process",
        "event",
        "on",
        "column",
        "value",
        "expected",
        "message",
        "citation",
        "confidence",
        "counts",
    ]
    assert set(FAULTS["rule"]) <= set(mdp.schema.rules()["rule"])
    vietnamese = review.violations(EVENTS, language="vi")
    assert (vietnamese["message"] != FAULTS["message"]).all()
    assert vietnamese["rule"].tolist() == FAULTS["rule"].tolist()


def test_a_step_does_not_word_old_faults_again():
    with pytest.raises(mdp.ReviewError) as error:
        review.complain(EVENTS, {"clean 0": "too late"}, on="2023-11-20")
    assert error.value.violations["household_id"].tolist() == ["clean 0"]


def test_an_entry_is_not_made_before_its_event():
    rows = rows_of("a", "periodic", YEARLY)
    days = {row["event"]: row["on"] for row in rows}
    early = as_table([row | {"recorded_on": row["on"]} for row in rows])
    early.loc[3, "recorded_on"] = days["met"]
    faults = review.violations(early)
    assert faults[["rule", "event", "counts"]].values.tolist() == [
        ["recorded_before", "posted", True]
    ]


def test_decisions_of_several_days_with_one_number_are_all_named():
    days = ["2023-10-11", "2023-10-11", "2023-10-12", "2023-10-13"]
    events = as_table(
        [
            row
            for n, day in enumerate(days)
            for row in rows_of(f"h{n}", "periodic", put(YEARLY, 7, ("recognised", day, NUMBER)))
        ]
    )
    faults = review.violations(events)
    assert faults[["household_id", "rule", "expected"]].values.tolist() == [
        ["h2", "number_of_another_day", "2023-10-11"],
        ["h3", "number_of_another_day", "2023-10-11"],
    ]


def test_warnings_do_not_stop_a_fold():
    two = as_table(rows_of("a", "periodic", YEARLY) + rows_of("b", "periodic", YEARLY))
    two.loc[two.index[-1], "decision_number"] = "77/QĐ-UBND"
    faults = review.violations(two)
    assert faults[["severity", "rule"]].values.tolist() == [["warning", "two_numbers_on_a_day"]]
    assert review.fold(two)["state"].tolist() == ["recognised"] * 2
    assert as_table([]).empty
    assert np.array_equal(review.fold(two)["violations"], [0, 0])
