"""A review step looks at its new events alone, and finds what folding the whole log again finds."""

import warnings

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty.review import selection
from multidim_poverty.testing.events import as_table, event_streams
from tests.helpers.profile import at_most

review = mdp.review
DAY = pd.Timestamp("2023-09-20")
CLASSES = ["poor", "near_poor", "average", "above_average"]
PLACES = {"h1": ("X", "A"), "h2": ("X", "A"), "h3": ("Y", "A")}
MEETING = {"commune": "X", "village": "A", "attending": 40, "agreeing": 30, "minutes_copies": 2}


def outcome(name, events, *args, **options):
    """The table that a step returns or its error, and its warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = getattr(review, name)(events, *args, **options)
        except mdp.PovertyError as error:
            result = error
    return result, [(warning.category, str(warning.message)) for warning in caught]


def outcomes(step):
    """What a step does with its quick check, and where each step folds the whole log again."""
    name, events, args, options = step
    before = events.copy()
    quick = outcome(name, events, *args, **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "_follows", lambda *_: False)
        whole = outcome(name, events, *args, **options)
    pd.testing.assert_frame_equal(events, before)
    return quick, whole


def assert_same(step):
    (result, said), (expected, said_before) = outcomes(step)
    assert said == said_before
    assert type(result) is type(expected), (step[0], result, expected)
    if isinstance(expected, mdp.PovertyError):
        assert str(result) == str(expected)
        result, expected = (getattr(error, "violations", None) for error in (result, expected))
    if expected is not None:
        pd.testing.assert_frame_equal(result, expected, check_exact=True)
    return expected


# -- any log, any step -----------------------------------------------------------------------


@st.composite
def logs(draw):
    """Logs with faults, of several places, some with mended entries or with days of entry."""
    events = draw(event_streams(max_events=draw(st.sampled_from([8, 16, 32]))))
    if not len(events):
        return events
    homes = events["household_id"]
    for n, column in enumerate(("commune", "village")):
        events[column] = homes.map(lambda home, n=n: PLACES[home][n]).astype("string")
    elsewhere = draw(st.sampled_from([None, *range(len(events))]))
    if elsewhere is not None:
        events.loc[elsewhere, "village"] = "B"
    for event in draw(st.lists(st.sampled_from(["voided", "corrected"]), max_size=2)):
        entry = events.iloc[[draw(st.integers(0, len(events) - 1))]]
        days = {"entry_event": entry["event"].astype(object), "entry_on": entry["on"]}
        row = entry.assign(event=event, **days, reason="typed wrongly", on=events["on"].max())
        if event == "corrected":
            row["assessed_class"] = draw(st.sampled_from(CLASSES))
        events = as_table(pd.concat([events, row]).astype(object).to_dict("records"))
    if draw(st.integers(0, 4)) == 0:
        late = pd.to_timedelta(draw(st.integers(0, 3)), unit="D")
        events["recorded_on"] = events["on"] + late
    if draw(st.booleans()):
        events["household_id"] = events["household_id"].map({h: int(h[1:]) for h in PLACES})
    return events


@st.composite
def steps_of(draw, events):
    """Each step once: on some day, for some households and some process."""
    days = sorted(events["on"].dropna().unique()) or [DAY]
    later = pd.to_timedelta(draw(st.sampled_from([0, 0, 1, 4, 8, 60])), unit="D")
    on = pd.Timestamp(draw(st.sampled_from(days[-3:]))) + later
    homes = draw(st.permutations(events["household_id"].unique().tolist()))
    named = homes[: draw(st.integers(0, 3))] + draw(st.sampled_from([[], [], [], ["stranger"]]))
    classes = pd.Series([draw(st.sampled_from([*CLASSES, CLASSES[0]])) for _ in named], named)
    classes = classes.astype(object)
    process = draw(st.sampled_from([None, "periodic", "regular", "farm"]))
    every = {"on": on, "process": process}
    numbers = [None, "1"]
    if "decision_number" in events:
        numbers += events["decision_number"].dropna().unique().tolist()
    reason = draw(st.sampled_from([None, "error of our own"]))
    standard = draw(st.sampled_from([None, None, "decree_07_2021", "decision_59_2015"]))
    attending = draw(st.integers(0, 9))
    held = {"attending": attending, "agreeing": draw(st.integers(0, 9)), "minutes_copies": 2}
    places = pd.DataFrame(sorted(set(PLACES.values())), columns=["commune", "village"])
    meetings = places.iloc[: draw(st.integers(1, 2))].assign(**held)
    opinion = draw(st.sampled_from(["agrees", "objects"]))
    cause = draw(st.sampled_from(["no_decision", "died"]))
    verified = {"law_on": on, "facts_on": on, "reason": reason}
    table = classes.to_frame("poverty_class")
    return [
        ("record_survey", events, (classes,), every | {"standard": standard}),
        ("record_survey", events, (table,), every),
        ("hold_meetings", events, (meetings,), every),
        ("post", events, (), every),
        ("complain", events, (dict.fromkeys(named, "owns a lorry"),), every),
        ("reverify", events, (table,), every | verified),
        ("sum_up", events, (), every),
        ("report", events, (), every),
        ("answer", events, (), every | {"opinion": opinion}),
        ("answer", events, (), every | {"opinion": dict.fromkeys(named, opinion)}),
        ("no_answer", events, (), every),
        ("recognise", events, (), every | {"decision_number": draw(st.sampled_from(numbers))}),
        ("withdraw", events, (named,), every),
        ("close", events, (named,), every | {"cause": cause, "reason": "paper"}),
    ]


@pytest.mark.any_version
@at_most(6)
@given(st.data())
def test_a_step_does_what_folding_the_whole_log_again_does(data):
    events = data.draw(logs())
    steps = data.draw(steps_of(events))
    for n in data.draw(st.sets(st.integers(0, len(steps) - 1), min_size=3, max_size=4)):
        assert_same(steps[n])


# -- each rule of the fold -------------------------------------------------------------------


def rows(home, *steps, process="periodic", **facts):
    commune, village = PLACES[home]
    return [
        {"household_id": home, "process": process, "event": event, "on": pd.Timestamp(on)}
        | {"commune": commune, "village": village}
        | payload
        | facts
        for event, on, payload in steps
    ]


WAY = [
    ("listed", "2023-09-05", {"previous_class": "poor", "basis": "current_list"}),
    ("surveyed", "2023-09-20", {"assessed_class": "near_poor", "standard": "decree_07_2021"}),
    ("met", "2023-09-25", {"attending": 40, "agreeing": 30, "minutes_copies": 2}),
    ("posted", "2023-09-28", {}),
    ("summed_up", "2023-10-04", {}),
    ("reported", "2023-10-05", {}),
    ("answered", "2023-10-10", {"opinion": "agrees"}),
    ("recognised", "2023-10-11", {"decision_number": "12/QĐ-UBND"}),
]
COMPLAINED = ("complained", "2023-10-03", {"complaint": "owns a lorry"})
EARLY = ("summed_up", "2023-09-29", {})  # while the results are posted: it has no effect
MISTAKE = {"entry_event": "surveyed", "entry_on": DAY, "reason": "typed wrongly"}
MEMBER = {"process": "low_income", "member_id": "m1"}
WORKER = [
    ("requested", "2025-03-06", {}),
    ("surveyed", "2025-03-17", {"assessed_class": "average"}),
]
OVER_THE_REFORM = [
    ("requested", "2025-06-10", {"form": "01"}),
    ("surveyed", "2025-06-20", {"assessed_class": "poor"}),
    ("met", "2025-07-02", MEETING | {"commune": "Z"}),
]
MET_BY_ONE = rows("h1", *WAY[:3]) + rows("h2", *WAY[:2])
DECIDED_BY_ONE = rows("h1", *WAY) + rows("h2", *WAY[:7])
OTHER_VOTE = pd.DataFrame([MEETING | {"agreeing": 41}])
ONE_COPY = pd.DataFrame([MEETING | {"minutes_copies": 1}])
ABSENT = pd.DataFrame([MEETING | {"present": "village_head"}])
OTHER_ATTENDANCE = pd.DataFrame([MEETING | {"attending": 41}])
POOR = pd.Series("poor", ["h1"], dtype=object)
UNKNOWN = pd.Series([None], ["h1"], dtype=object)
PAPER = {"cause": "died", "reason": "paper"}
AGAIN = {"law_on": DAY, "facts_on": DAY}

# name -> log, step, what it is given, its day, further options, rules that its events break
SITUATIONS = {
    "a meeting": (MET_BY_ONE, "hold_meetings", [pd.DataFrame([MEETING])], "2023-09-25", {}, []),
    "another attendance than in the log": (
        MET_BY_ONE, "hold_meetings", [OTHER_ATTENDANCE], "2023-09-25", {}, ["meeting_differs"],
    ),
    "another attendance on another day": (
        MET_BY_ONE, "hold_meetings", [OTHER_ATTENDANCE], "2023-09-26", {}, [],
    ),
    "an impossible vote": (
        MET_BY_ONE, "hold_meetings", [OTHER_VOTE], "2023-09-26", {}, ["impossible_vote"],
    ),
    "one copy of the minutes": (
        MET_BY_ONE, "hold_meetings", [ONE_COPY], "2023-09-26", {}, ["too_few_minutes"],
    ),
    "somebody absent": (MET_BY_ONE, "hold_meetings", [ABSENT], "2023-09-26", {}, []),
    "a number of another day": (
        DECIDED_BY_ONE, "recognise", [], "2023-10-12", {"decision_number": "12/QĐ-UBND"},
        ["number_of_another_day"],
    ),
    "a number of the same day": (
        DECIDED_BY_ONE, "recognise", [], "2023-10-11", {"decision_number": "12/QĐ-UBND"}, [],
    ),
    "two numbers on a day": (
        DECIDED_BY_ONE, "recognise", [], "2023-10-11", {"decision_number": "13/QĐ-UBND"}, [],
    ),
    "no number": (DECIDED_BY_ONE, "recognise", [], "2023-10-12", {}, ["incomplete"]),
    "a late decision": (
        DECIDED_BY_ONE, "recognise", [], "2024-02-12", {"decision_number": "3/QĐ-UBND"}, [],
    ),
    "a complaint": (rows("h1", *WAY[:4]), "complain", [{"h1": "x"}], "2023-10-03", {}, []),
    "a complaint too late": (
        rows("h1", *WAY[:4]), "complain", [{"h1": "x"}], "2023-10-04", {}, ["clock_run_out"],
    ),
    "a complaint of a stranger": (
        rows("h1", *WAY[:4]), "complain", [{"h1": "x", "no": "x"}], "2023-10-03", {},
        ["unknown_household"],
    ),
    "a complaint before the posting": (
        rows("h1", *WAY[:3]), "complain", [{"h1": "x"}], "2023-09-27", {}, ["out_of_order"],
    ),
    "a complaint without words": (
        rows("h1", *WAY[:4]), "complain", [{"h1": None}], "2023-10-03", {}, ["incomplete"],
    ),
    "a complaint too late, after a fault of the log": (
        rows("h1", *WAY[:4], EARLY), "complain", [{"h1": "x"}], "2023-10-04", {}, [],
    ),
    "a second complaint after the posting": (
        rows("h1", *WAY[:4], COMPLAINED), "complain", [{"h1": "x"}], "2023-10-04", {},
        ["clock_run_out"],
    ),
    "leaving while a complaint is pending": (
        rows("h1", *WAY[:4], COMPLAINED), "withdraw", [["h1"]], "2023-10-04", {},
        ["complaint_pending"],
    ),
    "a late verification": (
        rows("h1", *WAY[:4], COMPLAINED), "reverify", [POOR], "2023-11-20", AGAIN, [],
    ),
    "leaving after the decision": (
        rows("h1", *WAY), "withdraw", [["h1"]], "2023-10-12", {}, ["already_closed"],
    ),
    "a closing dated before": (
        rows("h1", *WAY[:3]), "close", [["h1"]], "2023-09-24", PAPER, ["before_predecessor"],
    ),
    "a decided household that is no more": (
        rows("h1", *WAY), "close", [["h1"]], "2023-12-01", PAPER, [],
    ),
    "a survey": (rows("h1", *WAY[:1]), "record_survey", [POOR], "2023-09-20", {}, []),
    "a survey by another standard": (
        rows("h1", *WAY[:1]), "record_survey", [POOR], "2023-09-20",
        {"standard": "decision_59_2015"}, ["another_standard"],
    ),
    "a survey without a class": (
        rows("h1", *WAY[:1]), "record_survey", [UNKNOWN], "2023-09-20", {}, ["incomplete"],
    ),
    "a survey anew after a void": (
        rows("h1", *WAY[:2], ("voided", "2023-09-21", MISTAKE)), "record_survey", [POOR],
        "2023-09-20", {}, [],
    ),
    "an answer to two, one of whom was not reported": (
        rows("h1", *WAY[:6]) + rows("h2", *WAY[:4]), "answer", [], "2023-10-10",
        {"opinion": {"h1": "agrees", "h2": "agrees"}}, ["out_of_order"],
    ),
    "one process of two": (
        rows("h1", *WAY[:4]) + rows("h1", *WAY[:4], process="regular"), "complain",
        [{"h1": "x"}], "2023-10-03", {"process": "periodic"}, [],
    ),
    "a member": (
        rows("h1", *WORKER, **MEMBER), "post", [], "2025-03-18", {"process": "low_income"}, [],
    ),
    "an older place in the log": (
        rows("h1", *WAY[:3]) + rows("h1", WAY[3], village="B"), "sum_up", [], "2023-10-04", {}, [],
    ),
    "a commune of the reform": (
        rows("h1", *OVER_THE_REFORM, process="regular"), "post", [], "2025-07-03", {}, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_each_rule_is_found_in_the_new_events(name):
    log, step, args, on, options, rules = SITUATIONS[name]
    events = as_table(log)
    result = assert_same((step, events, args, {"on": on} | options))
    assert sorted(set(result.get("rule", []))) == rules
    assert rules or len(result) == len(events) + 1


def test_a_lawful_step_does_not_fold_the_log_again(monkeypatch):
    def refuse(*_):
        raise AssertionError("the whole log was folded again")

    monkeypatch.setattr(selection, "demand_lawful", refuse)
    events, number = as_table(rows("h1", *WAY[:1])), {"decision_number": "12/QĐ-UBND"}
    for name, args, on, options in (
        ("record_survey", [POOR], "2023-09-20", {}),
        ("hold_meetings", [pd.DataFrame([MEETING])], "2023-09-25", {}),
        ("post", [], "2023-09-28", {}),
        ("complain", [{"h1": "x"}], "2023-10-03", {}),
        ("reverify", [POOR], "2023-10-06", AGAIN),
        ("post", [], "2023-10-06", {}),
        ("sum_up", [], "2023-10-12", {}),
        ("report", [], "2023-10-12", {}),
        ("answer", [], "2023-10-17", {"opinion": "agrees"}),
        ("recognise", [], "2023-10-18", number),
    ):
        events = getattr(review, name)(events, *args, on=on, **options)
    assert review.fold(events)["state"].tolist() == ["recognised"]


@pytest.mark.parametrize("in_log", [True, False])
def test_ids_too_large_to_be_exact_are_refused_where_all_have_a_case(in_log):
    events, large = as_table(rows("h1", *WAY[:1])), 2**53 + 2
    ids = pd.Index([large], dtype="int64" if in_log else "float64")
    events["household_id"] = pd.Series([large], dtype="float64" if in_log else "int64")
    for name in ("record_survey", "complain"):
        with pytest.raises(mdp.ArgumentError, match="too large to be exact"):
            getattr(review, name)(events, pd.Series("poor", ids), on="2023-09-20")
