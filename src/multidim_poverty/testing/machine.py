"""A round played by hypothesis, step by step, against the reference."""

from __future__ import annotations

import datetime as dt
import warnings
from types import ModuleType
from typing import Any, ClassVar

import pandas as pd
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from multidim_poverty import review
from multidim_poverty.errors import ReviewWarning
from multidim_poverty.law import Procedure, procedure_on
from multidim_poverty.testing.events import EVENTS, as_table
from multidim_poverty.testing.reference import CLASSES, Review, clock_days, working_day

__all__ = ["ReviewMachine"]

HOMES = pd.DataFrame(
    {"commune": "X", "village": ["A", "A", "B", "B"]},
    index=pd.Index(["h1", "h2", "h3", "h4"], name="household_id"),
)
LIST = pd.Series({"h1": "poor", "h2": "near_poor", "h3": "poor"})
classes = st.sampled_from(CLASSES)
processes = st.sampled_from(["periodic", "regular", "farm"])
STRAY: dict[str, dict[str, str]] = {
    "complained": {"complaint": "not so"},
    "answered": {"opinion": "objects"},
    "refused": {"reason": "not poor"},
    "closed": {"cause": "no_decision", "reason": "paper of the village"},
}


class ReviewMachine(RuleBasedStateMachine):
    """Plays a review with the step functions and with stray events, and checks the law.

    After each step: the cases equal those of the reference; no case is recognised without
    survey, agreed meeting, full posting, and an answer or an expired deadline where the
    procedure asks for one; a pending complaint stands in the way; the recognised class is the
    last assessed one; other households are as they were; clocks end on working days.

    Examples
    --------
    To check another implementation, set ``steps`` to a module with the same functions:

    >>> class Mine(ReviewMachine):
    ...     steps = review
    >>> TestMine = Mine.TestCase
    """

    steps: ClassVar[ModuleType] = review
    superior: ClassVar[bool] = True

    @initialize(start=st.sampled_from([dt.date(2023, 9, 1), dt.date(2023, 12, 1)]))
    def begin(self, start: dt.date) -> None:
        """The yearly list and two requests in the year."""
        law = procedure_on("2023-09-01")
        self.procedure: Procedure = (
            law if self.superior else law.replace(name="alone", why="no superior", superior="none")
        )
        self.day = start
        self.reference = Review(superior=self.superior)
        self.events: pd.DataFrame = self.steps.empty_events()
        self.before: pd.DataFrame | None = None
        self.touched: set[str] = set()
        yearly = self.steps.open_round(
            HOMES, previous=LIST, requests=["h4"], on=start, procedure=self.procedure
        )
        asked = self.steps.open_round(
            HOMES,
            previous=LIST,
            requests=["h1"],
            on=start,
            process="regular",
            procedure=self.procedure,
        )
        farm = self.steps.open_round(
            HOMES,
            previous=LIST,
            requests=["h2"],
            on=start,
            process="farm",
            procedure=self.procedure,
        )
        self._grow(pd.concat([yearly, asked, farm], ignore_index=True))

    def _fold(self, events: pd.DataFrame) -> pd.DataFrame:
        cases: pd.DataFrame = self.steps.fold(events, procedure=self.procedure, on_violation="keep")
        return cases

    def _grow(self, events: pd.DataFrame) -> None:
        """Take over a longer table, and tell the reference what was added."""
        self.before = self._fold(self.events)
        new = events.iloc[len(self.events) :]
        self.touched = set(new["household_id"])
        for row in new.astype(object).to_dict("records"):
            event: dict[str, Any] = {
                str(name): None if pd.isna(value) else value for name, value in row.items()
            }
            self.reference.add(event | {"on": event["on"].date()})
        self.events = events

    @rule(days=st.sampled_from([1, 1, 2, 3, 4, 7, 15]))
    def wait(self, days: int) -> None:
        """Let days pass."""
        self.day += dt.timedelta(days=days)

    @rule(
        answers=st.dictionaries(st.sampled_from(list(HOMES.index)), classes, min_size=1),
        process=processes,
    )
    def survey(self, answers: dict[str, str], process: str) -> None:
        """Survey some households whose review is on that day."""
        cases = self._fold(self.events)
        day = pd.Timestamp(self.day)
        cases = cases[(cases["process"] == process) & (cases["review_from"] <= day)]
        cases = cases[(cases["review_until"] >= day)]
        asked = pd.Series({h: c for h, c in answers.items() if h in cases.index}, dtype=object)
        self._step("record_survey", asked, process=process)

    @rule(
        agreeing=st.integers(0, 10),
        village=st.sampled_from(["A", "B"]),
        process=st.sampled_from(["periodic", "regular"]),
    )
    def meet(self, agreeing: int, village: str, process: str) -> None:
        """Meet in one village, if any household of it waits for a meeting."""
        waits = self._fold(self.events)
        ready = (waits["state"] == "surveyed") & (waits["village"] == village)
        ready &= waits["process"] == process
        if not ready.any() or (waits.loc[ready, "since"] > pd.Timestamp(self.day)).all():
            return
        meeting = pd.DataFrame(
            {"village": [village], "attending": 10, "agreeing": agreeing, "minutes_copies": 2}
        )
        self._step("hold_meetings", meeting, process=process)

    @rule(village=st.sampled_from(["A", "B", None]), process=processes)
    def post(self, village: str | None, process: str) -> None:
        """Post what was agreed."""
        self._step("post", villages=village, process=process)

    @rule(home=st.sampled_from(list(HOMES.index)))
    def complain(self, home: str) -> None:
        """Complain, if the result of the household is posted on that day."""
        shown = self.steps.notice(self.events, on=self.day, procedure=self.procedure)
        if home in shown.index:
            process = shown.loc[[home], "process"].iloc[0]
            self._step("complain", {home: "not so"}, process=process)

    @rule(
        answer=classes, process=processes, reason=st.sampled_from([None, None, "error of our own"])
    )
    def reverify(self, answer: str, process: str, reason: str | None) -> None:
        """Verify all pending complaints, or with a reason whatever is posted."""
        answers = pd.DataFrame({"poverty_class": answer}, index=HOMES.index)
        days = {"law_on": self.day, "facts_on": self.day}
        self._step("reverify", answers, process=process, reason=reason, **days)

    @rule(name=st.sampled_from(["sum_up", "report", "no_answer"]), process=processes)
    def go_on(self, name: str, process: str) -> None:
        """One of the steps of the commune."""
        self._step(name, process=process)

    @rule(process=processes)
    def recognise(self, process: str) -> None:
        """The commune decides."""
        self._step("recognise", decision_number=self.day.isoformat(), process=process)

    @rule(opinion=st.sampled_from(["agrees", "agrees", "objects"]))
    def answer(self, opinion: str) -> None:
        """The superior answers."""
        self._step("answer", opinion=opinion)

    @rule(home=st.sampled_from(list(HOMES.index)))
    def close(self, home: str) -> None:
        """A household is no more."""
        cases = self._fold(self.events)
        if (cases.loc[cases.index == home, "since"] <= pd.Timestamp(self.day)).all():
            self._step("close", [home], cause="moved_away", reason="paper of the village")

    @rule(
        home=st.sampled_from([*HOMES.index, "stranger"]),
        process=st.sampled_from(["periodic", "regular", "farm"]),
        event=st.sampled_from(EVENTS),
        back=st.sampled_from([0, 0, 40]),
        found=classes,
    )
    def stray(self, home: str, process: str, event: str, back: int, found: str) -> None:
        """Some event that nobody asked for."""
        row: dict[str, Any] = {
            "household_id": home,
            "process": process,
            "event": event,
            "on": self.day - dt.timedelta(days=back),
        }
        if event in ("surveyed", "reverified", "recognised"):
            row["assessed_class"] = found
        if event == "reverified":
            row |= {"law_on": self.day, "facts_on": self.day}
        row |= STRAY.get(event, {})
        self._grow(pd.concat([self.events, as_table([row])], ignore_index=True))

    def _step(self, name: str, *args: Any, **options: Any) -> None:
        step = getattr(self.steps, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReviewWarning)  # many steps find nobody ready
            longer = step(self.events, *args, on=self.day, procedure=self.procedure, **options)
        pd.testing.assert_frame_equal(longer.iloc[: len(self.events)], self.events)
        added = self.steps.violations(longer, procedure=self.procedure)
        added = added.loc[added["row"] >= len(self.events)]
        assert added["counts"].all(), added  # a step adds no event that the law does not allow
        self._grow(longer)

    @invariant()
    @precondition(lambda self: hasattr(self, "events"))
    def agrees_with_the_reference(self) -> None:
        """Cases and faults are those of the reference."""
        cases = self._fold(self.events)
        expected = self.reference.cases
        assert list(cases.index) == [case.household for case in expected]
        for name in ("state", "process", "previous_class", "assessed_class", "final_class"):
            given = cases[name].astype(object).where(cases[name].notna(), None).tolist()
            assert given == [getattr(case, name) for case in expected], name
        for name in ("round", "complaints", "violations"):
            assert cases[name].tolist() == [getattr(case, name) for case in expected], name
        found = self.steps.violations(self.events, procedure=self.procedure)
        assert sorted(zip(found["row"], found["rule"], found["counts"], strict=True)) == sorted(
            self.reference.faults
        )

    @invariant()
    @precondition(lambda self: hasattr(self, "events"))
    def recognised_only_by_the_whole_way(self) -> None:
        """Survey, agreed meeting, full posting, answer or expired deadline."""
        for case in self.reference.cases:
            if case.state != "recognised":
                continue
            done = [event for event, _ in case.history]
            day = dict(case.history)  # the last day of each event
            assert "surveyed" in done
            assert "met" in done or case.process == "farm"
            shown = next(e for e in reversed(done) if e in ("posted", "reposted"))
            after = done[len(done) - done[::-1].index(shown) :]
            if "reverified" not in after:  # else the time of the posting is over
                shown_days = clock_days(case.process, shown)
                assert shown_days is not None
                assert working_day(day[shown], shown_days) < day["summed_up"]
            if "complained" in done:
                last = len(done) - 1 - done[::-1].index("complained")
                assert {"reverified", "summed_up"} <= set(done[last:])
                assert "reposted" in done[last:] or case.process == "farm"
            if case.process == "periodic" and self.superior:
                expired = working_day(day["reported"], 5) < day["recognised"]
                assert "answered" in done or expired
            assert case.final_class == case.assessed_class

    @invariant()
    @precondition(lambda self: getattr(self, "before", None) is not None)
    def others_are_untouched(self) -> None:
        """An event changes nothing for another household."""
        assert self.before is not None
        old = self.before.loc[~self.before.index.isin(self.touched)]
        new = self._fold(self.events)
        others = new.loc[~new.index.isin(self.touched)]
        pd.testing.assert_frame_equal(others, old, check_index_type=False)

    @invariant()
    @precondition(lambda self: hasattr(self, "events"))
    def clocks_end_on_working_days(self) -> None:
        """Where the law counts working days, the last one is worked."""
        cases = self._fold(self.events)
        columns = ["process", "state", "since", "due_on"]
        for process, state, since, due in cases[columns].itertuples(index=False):
            count = clock_days(str(process), str(state))
            if count is not None:
                assert due.date() == working_day(since.date(), count)
