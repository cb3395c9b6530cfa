"""The parts of a review procedure: clocks, steps, processes, meeting, reports and forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from multidim_poverty.base import FrozenDict, Identifier
from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.parts import LawPart, repeated
from multidim_poverty.vocabulary import (
    Actor,
    PostingPlace,
    PovertyClass,
    ReviewEvent,
    ReviewProcess,
    ReviewState,
)

__all__ = [
    "CLOSED",
    "NEW",
    "After",
    "Certificate",
    "Clock",
    "Cycle",
    "Form",
    "FormA",
    "FormField",
    "LegalBasis",
    "Meeting",
    "Process",
    "Report",
    "Step",
    "Superior",
    "Superiors",
    "actor_of",
]

NEW = "new"  # where a case stands before its first event
CLOSED = (
    ReviewState.RECOGNISED,
    ReviewState.REFUSED,
    ReviewState.WITHDRAWN,
    ReviewState.CLOSED,
)
SUPERIORS = {"district": Actor.DISTRICT_CHAIR, "province": Actor.PROVINCE_CHAIR}

Superior = Literal["district", "province", "none"]
Days = Annotated[int, Field(strict=True, ge=1, le=366)]
Positive = Annotated[int, Field(strict=True, ge=1)]


def _month_day(text: Any) -> Any:
    try:
        dt.date.fromisoformat(f"2000-{text}")
    except ValueError:
        raise ArgumentError(f"{text!r} is not a month and a day such as 09-01") from None
    return text


def _state(value: Any) -> Any:
    return {"state": value} if isinstance(value, str) else value


class Cycle(LawPart):
    """When a process runs: each year between two days, or each month from a day on.

    Attributes
    ----------
    every : {"year", "month"}
    first_day : str
        ``"09-01"`` for a year; ``"15"`` for a month.
    last_day : str or None
        Last day, for a year.
    days : int or None
        For a month: calendar days from the first day to the decision; the first day itself is
        not counted.
    """

    every: Literal["year", "month"]
    first_day: str
    last_day: str | None = None
    days: Days | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.every == "year":
            if self.last_day is None or self.days is not None:
                raise ArgumentError("a yearly cycle has last_day and no days")
            if _month_day(self.last_day) < _month_day(self.first_day):
                raise ArgumentError("a yearly cycle ends before it begins")
        else:
            if self.days is None or self.last_day is not None:
                raise ArgumentError("a monthly cycle has days and no last_day")
            if not (self.first_day.isdigit() and 1 <= int(self.first_day) <= 28):
                raise ArgumentError("a monthly cycle begins on a day from 1 to 28")
        return self

    def text(self) -> str:
        """The cycle in words."""
        if self.every == "year":
            return f"{self.first_day} to {self.last_day}"
        return f"from day {self.first_day} of the month, {self.days} calendar days"


class Clock(LawPart):
    """A time that runs from the day after an event."""

    id: Identifier
    label: Label
    days: Days
    unit: Literal["working", "calendar"]
    citation: Citation

    def text(self) -> str:
        """The time in words."""
        return f"{self.days} {self.unit} days"


class After(LawPart):
    """A state that a step may follow.

    Attributes
    ----------
    state : str
        A ``ReviewState``, or ``"new"`` for a household without an open case.
    when : {"any", "within", "during", "over"}
        What the clock of that state must say: see the head of the law file.
    superior : bool or None
        Only where there is (or is not) a superior whose opinion is asked.
    own_accord : bool
        The step is not expected there; whoever takes it gives a reason.
    """

    state: ReviewState | Literal["new"]
    when: Literal["any", "within", "during", "over"] = "any"
    superior: bool | None = None
    own_accord: bool = False


class Step(LawPart):
    """One event of a process: who acts, after which states, and what must be written down.

    A step that posts a result says at which ``places``.
    """

    event: ReviewEvent
    actor: Actor | Literal["superior"]
    after: tuple[Annotated[After, BeforeValidator(_state)], ...] = Field(min_length=1)
    state: ReviewState
    otherwise: ReviewState | None = None
    requires: tuple[str, ...] = ()
    places: tuple[PostingPlace, ...] = ()
    optional: bool = False
    any_day: bool = False
    citation: Citation

    def afters(self, superior: Superior) -> tuple[After, ...]:
        """The states that the step may follow, given who the superior is."""
        exists = superior != "none"
        return tuple(after for after in self.after if after.superior in (None, exists))

    def text(self) -> str:
        """The states that the step follows, in words."""
        return f"after {', '.join(str(after.state) for after in self.after)}"


class Process(LawPart):
    """One process: its cycle, its steps in legal order, and the clock of each waiting state.

    Attributes
    ----------
    id : ReviewProcess
    first, last : datetime.date or None
        Days on which it is in force, where not on all those of the procedure.
    cycle : Cycle
    clocks : FrozenDict
        State -> id of the clock that begins with it.
    recognises : tuple of PovertyClass
        The only classes that it can recognise; all, where it is empty.
    steps : tuple of Step
    citation : Citation
    """

    id: ReviewProcess
    first: dt.date | None = None
    last: dt.date | None = None
    cycle: Cycle
    clocks: FrozenDict[ReviewState, str]
    recognises: tuple[PovertyClass, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)
    citation: Citation

    def covers(self, date: dt.date) -> bool:
        """Whether the process is in force on a day of its procedure."""
        first, last = self.first or dt.date.min, self.last or dt.date.max
        return first <= date <= last

    def step(self, event: str) -> Step | None:
        """The step of that event, if the process has it."""
        return next((step for step in self.steps if step.event == event), None)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = repeated("step", [str(step.event) for step in self.steps])
        entered = {s for step in self.steps for s in (step.state, step.otherwise) if s}
        left: dict[str, list[str]] = {}
        for step in self.steps:
            for after in step.after:
                left.setdefault(str(after.state), []).append(f"{step.event}")
                if after.state in CLOSED:
                    problems.append(f"step {step.event!s} follows {after.state!s}, which is an end")
                elif after.state not in (NEW, *entered):
                    problems.append(
                        f"step {step.event!s} follows {after.state!s}, which no step enters"
                    )
                if after.when != "any" and after.state not in self.clocks:
                    problems.append(
                        f"step {step.event!s} asks for the clock of {after.state!s}, which has none"
                    )
            problems += [
                f"{step.event!s}: {p}"
                for p in repeated("state", [str(after.state) for after in step.after])
            ]
            can_fail = (ReviewEvent.MET, ReviewEvent.ANSWERED)
            if (step.event is ReviewEvent.MET and step.otherwise is None) or (
                step.otherwise is not None and step.event not in can_fail
            ):
                problems.append(
                    f"step {step.event!s}: `otherwise` is the state after a meeting that did not "
                    f"agree, or after an objection of the superior"
                )
        problems += [f"no step begins a case: none follows {NEW!r}"] if NEW not in left else []
        problems += [
            f"state {state!s} has no step that leaves it"
            for state in ReviewState
            if state in entered and state not in CLOSED and str(state) not in left
        ]
        problems += [
            f"clock of {state!s}, which no step enters"
            for state in self.clocks
            if state not in entered
        ]
        if problems:
            raise ArgumentError("; ".join(problems))
        return self


class FormA(LawPart):
    """Whether a household that files a request is listed: by the items of Form A that it has.

    Attributes
    ----------
    items : int
        How many items the form has.
    listed_below : int
        A household with fewer items than this is put on the list.
    forms : tuple of str
        Requests by these forms are decided so; others are listed without Form A.
    processes : tuple of ReviewProcess
    citation : Citation
    """

    items: Positive
    listed_below: Positive
    forms: tuple[str, ...] = Field(min_length=1)
    processes: tuple[ReviewProcess, ...] = Field(min_length=1)
    citation: Citation

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.listed_below > self.items:
            raise ArgumentError(f"listed_below is {self.listed_below}, of {self.items} items")
        return self

    def text(self) -> str:
        """The rule in words."""
        return f"fewer than {self.listed_below} of {self.items} items"


class Meeting(LawPart):
    """The residents' meeting: who chairs and attends, the quorum, and the minutes."""

    agreeing_percent_at_least: Annotated[int, Field(strict=True, ge=1, le=100)]
    chair: Actor
    present: tuple[Actor, ...]
    invited: tuple[Actor, ...] = ()
    minutes_copies: Positive
    signed_by: tuple[Actor, ...]
    kept_by: tuple[Actor, ...]
    citation: Citation

    def values(self) -> Iterator[tuple[str, str, str, Citation]]:
        """Part, name, value in words, and citation of the values."""
        quorum = f"at least {self.agreeing_percent_at_least} % of those attending"
        yield "meeting", "agreement", quorum, self.citation
        yield "meeting", "minutes", f"{self.minutes_copies} copies", self.citation


class Certificate(LawPart):
    """For which year a certificate holds."""

    years_after_review: Annotated[int, Field(strict=True, ge=0, le=5)]
    citation: Citation

    def text(self) -> str:
        """The year in words."""
        return f"{self.years_after_review} after the review"


class Report(LawPart):
    """A report that is due on a day of some months."""

    id: Identifier
    label: Label
    sender: Actor | Literal["superior"] = Field(alias="from")
    receiver: Actor | Literal["superior"] = Field(alias="to")
    months: tuple[Annotated[int, Field(strict=True, ge=1, le=12)], ...] = Field(min_length=1)
    day: Annotated[int, Field(strict=True, ge=1, le=28)]
    includes_day: bool
    citation: Citation

    def text(self) -> str:
        """When the report is due, in words."""
        by, months = "by" if self.includes_day else "before", ", ".join(map(str, self.months))
        return f"{by} day {self.day}, month {months}"


class FormField(Label):
    """A field of a form: its id, its label and, if it is a table, its columns."""

    id: Identifier
    columns: tuple[FormField, ...] = ()


class Form(LawPart):
    """A form of the annex, its fields, and the symbol after its number."""

    id: str
    title: Label
    symbol: str | None = None
    fields: tuple[FormField, ...]
    citation: Citation


class LegalBasis(LawPart):
    """A document that the decision names as its legal basis: the one that is cited.

    Attributes
    ----------
    processes : tuple of ReviewProcess
        Only in decisions on these; in all, where it is empty.
    first, last : datetime.date or None
        Only in decisions of these days.
    citation : Citation
    """

    processes: tuple[ReviewProcess, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    citation: Citation

    def holds(self, process: str, on: dt.date | None) -> bool:
        """Whether a decision on that process names it on a day; of no day, where it always does."""
        if self.processes and process not in self.processes:
            return False
        if on is None:
            return self.first is None and self.last is None
        return (self.first or dt.date.min) <= on <= (self.last or dt.date.max)

    def text(self) -> str:
        """Of which processes and days it is a basis, in words."""
        words = ", ".join(self.processes) or "all processes"
        words += f", from {self.first}" if self.first else ""
        return words + (f", until {self.last}" if self.last else "")


class Superiors(LawPart):
    """Whose opinion may be asked on the days of a period."""

    first: dt.date
    last: dt.date
    choices: tuple[Superior, ...] = Field(min_length=1)
    citation: Citation


def actor_of(who: Actor | str, superior: Superior) -> Actor:
    """The actor by name, with the superior resolved."""
    if who == "superior":
        return SUPERIORS.get(superior, Actor.COMMUNE_CHAIR)
    return Actor.of(who)
