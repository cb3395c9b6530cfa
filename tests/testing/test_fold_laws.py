"""Laws of the fold, and the fold and its faults against the plain reference."""

from functools import partial

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

import multidim_poverty as mdp
from multidim_poverty.testing import FOLD_LAWS, LIST_LAWS, ReviewMachine, event_streams, play
from multidim_poverty.testing.events import as_table, records
from multidim_poverty.testing.reference import clock_days, flow
from tests.helpers.profile import at_most

DISTRICT = mdp.procedure_on("2023-09-01")
WITH_WORKERS = mdp.procedure_on("2025-03-01")
ALONE = DISTRICT.replace(name="alone", why="no superior", superior="none")
fold = partial(mdp.review.fold, procedure=DISTRICT, on_violation="keep")


@pytest.mark.slow
@pytest.mark.parametrize("law", FOLD_LAWS, ids=lambda law: law.__name__)
@at_most(40)
@given(events=event_streams(max_events=25))
def test_laws_of_the_fold(law, events):
    law(fold, events)


@pytest.mark.slow
@pytest.mark.parametrize("law", LIST_LAWS, ids=lambda law: law.__name__)
@settings(max_examples=20)
@given(events=event_streams(max_events=25))
def test_laws_of_the_list_in_force(law, events):
    law(mdp.review.current_list, events)


def reachable(edges):
    """The transitions that a case can come to; without a superior nobody answers."""
    states = {"new", "disagreed", "objected"}
    while more := {to for (source, _), (to, _) in edges.items() if source in states} - states:
        states |= more
    return {edge: to for edge, to in edges.items() if edge[0] in states}


@pytest.mark.parametrize(
    ("procedure", "process"),
    [
        *((p, name) for p in (DISTRICT, ALONE) for name in ("periodic", "regular", "farm")),
        (WITH_WORKERS, "low_income"),
    ],
    ids=lambda p: getattr(p, "superior", p),
)
def test_every_transition_is_that_of_the_reference(procedure, process):
    law = procedure.process(process)
    ours = {
        (str(after.state), str(step.event)): (str(step.state), after.when.replace("any", ""))
        for step in law.steps
        for after in procedure.afters(step)
    }
    theirs = flow(process, procedure.superior != "none")
    assert reachable(ours) == reachable(theirs)
    any_day = {str(step.event) for step in law.steps if step.any_day}
    listed = ["listed"] if process != "periodic" else []
    assert any_day == {"requested", "withdrawn", "closed", *listed}
    for step in law.steps:
        assert step.otherwise == {"met": "disagreed", "answered": "objected"}.get(step.event)
    days = {str(state): procedure.clock(id).days for state, id in law.clocks.items()}
    states = {to for to, _ in reachable(flow(process, superior=True)).values()}
    known = {state: clock_days(process, state) for state in states}
    assert days == {state: count for state, count in known.items() if count is not None}


@given(st.data(), st.booleans())
def test_fold_and_faults_equal_the_reference(data, superior):
    rows = data.draw(records(superior=superior))
    procedure = DISTRICT if superior else ALONE
    events = as_table(rows)
    review = play(rows, superior=superior)
    found = mdp.review.violations(events, procedure=procedure)
    assert sorted(zip(found["row"], found["rule"], found["counts"], strict=True)) == sorted(
        review.faults
    )
    cases = mdp.review.fold(events, procedure=procedure, on_violation="keep")
    assert list(cases.index) == [case.household for case in review.cases]
    for ours, case in zip(cases.itertuples(), review.cases, strict=True):
        assert (ours.state, ours.process, ours.round) == (case.state, case.process, case.round)
        assert ours.since.date() == case.since
        assert ours.review_from.date() == case.first_day
        assert ours.review_until.date() == case.last_day
        assert (ours.complaints, ours.violations) == (case.complaints, case.violations)
        for name in ("previous_class", "assessed_class", "final_class"):
            value = getattr(ours, name)
            assert (None if pd.isna(value) else value) == getattr(case, name)
        due = None if case.closed else (case.clock_end or case.last_day)
        assert (None if pd.isna(ours.due_on) else ours.due_on.date()) == due
        certified = case.process != "farm" and case.final_class in ("poor", "near_poor")
        year = case.first_day.year + 1 if case.process == "periodic" else case.since.year
        year = year if certified else None
        valid = ours.certificate_valid_for
        assert (None if pd.isna(valid) else valid) == year


@given(event_streams(lawful=True))
def test_lawful_events_all_count(events):
    assert mdp.review.violations(events, procedure=DISTRICT)["counts"].all()


@given(event_streams(max_events=15))
def test_raising_names_what_keeping_leaves_out(events):
    found = mdp.review.violations(events, procedure=DISTRICT)
    if not len(found):
        kept = fold(events)
        pd.testing.assert_frame_equal(mdp.review.fold(events, procedure=DISTRICT), kept)
        return
    with pytest.raises(mdp.ReviewError) as error:
        mdp.review.fold(events, procedure=DISTRICT)
    pd.testing.assert_frame_equal(error.value.violations, found)
    ignored = found.loc[~found["counts"], "row"].unique()
    left = events.drop(index=events.index[ignored.astype(int)])
    pd.testing.assert_frame_equal(
        fold(left).drop(columns="violations"), fold(events).drop(columns="violations")
    )


class Alone(ReviewMachine):
    superior = False


@pytest.mark.slow
@pytest.mark.parametrize("machine", [ReviewMachine, Alone])
def test_rounds_played_step_by_step(machine):
    chosen = settings()
    examples = max(5, chosen.max_examples // 8)
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=25, deadline=None)
    )
