"""Logs are folded some cases after the others: no result and no fault says how many."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty.review import machine, parts
from multidim_poverty.review.rulebook import rulebook
from multidim_poverty.testing.events import as_table
from tests.helpers.profile import at_most
from tests.review.test_new_events import logs, outcome, rows, steps_of

review = mdp.review


def assert_same(one, other):
    result, expected = (
        getattr(part, "violations", None) if isinstance(part, mdp.PovertyError) else part
        for part in (one[0], other[0])
    )
    assert type(one[0]) is type(other[0])
    assert one[1] == other[1]
    if expected is not None:
        pd.testing.assert_frame_equal(result, expected, check_exact=True)


def in_parts_of_two(take):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "TRACKS", 2)
        patch.setattr(parts, "TRACKS", 2)
        return take()


@pytest.mark.slow
@pytest.mark.any_version
@at_most(6)
@given(st.data())
def test_two_cases_at_a_time_give_what_all_together_give(data):
    events = data.draw(logs())
    steps = [("violations", events, (), {}), ("fold", events, (), {"on_violation": "keep"})]
    drawn = data.draw(steps_of(events))
    chosen = data.draw(st.sets(st.integers(0, len(drawn) - 1), min_size=2, max_size=3))
    for name, log, args, options in steps + [drawn[n] for n in sorted(chosen)]:
        whole = outcome(name, log, *args, **options)
        assert_same(in_parts_of_two(lambda: outcome(name, log, *args, **options)), whole)  # noqa: B023


@pytest.mark.any_version
@at_most(6)
@given(logs())
def test_the_faults_of_all_parts_are_those_of_the_log(events):
    def as_rows(faults):
        return sorted((row, fault.rule, fault.column) for fault in faults for row in fault.rows)

    lookup = rulebook(None)
    whole = machine.run(events, lookup).broken
    in_parts = in_parts_of_two(lambda: parts.run_in_parts(events, lookup))
    assert as_rows(in_parts) == as_rows(whole)


def test_a_new_round_of_many_households_names_each_stranger(monkeypatch):
    monkeypatch.setattr(parts, "TRACKS", 2)
    homes = pd.DataFrame({"village": list("ABCDE")}, index=[f"h{n}" for n in range(5)])
    listed = pd.Series("poor", index=[f"h{n}" for n in range(7)])
    with pytest.raises(mdp.ReviewError) as raised:
        review.open_round(homes, previous=listed, on="2023-09-05")
    assert raised.value.violations["household_id"].tolist() == ["h5", "h6"]
    with pytest.raises(mdp.ReviewError) as raised:
        review.open_round(homes, previous=listed.head(5), on="2023-05-05")
    assert raised.value.violations["household_id"].tolist() == homes.index.tolist()


def test_a_log_on_another_index_is_mended_as_on_its_positions():
    steps = ("listed", "2023-09-05", {}), ("surveyed", "2023-09-20", {"assessed_class": "poor"})
    events = as_table([*rows("h1", *steps), *rows("h2", *steps)])
    events = review.void(events, ["h2"], event="surveyed", on="2023-09-21", reason="slip")
    moved = events.set_axis(np.arange(len(events))[::-1] + 7)
    pd.testing.assert_frame_equal(review.fold(moved), review.fold(events))
    assert review.violations(moved).empty
    empty = moved.assign(reason=moved["reason"].where(moved["event"] != "voided"))
    faults = review.violations(empty)
    assert faults[["rule", "column", "row"]].values.tolist() == [["incomplete", "reason", 4]]
