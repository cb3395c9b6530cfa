"""A review procedure: processes, steps, clocks, meeting, reports and forms, read from TOML."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from multidim_poverty.base import Identifier, Model
from multidim_poverty.errors import LawFileError
from multidim_poverty.language import Label
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.documents import read_documents, shipped_documents
from multidim_poverty.law.poverty_standard import Period, problems_of, repeated
from multidim_poverty.vocabulary import (
    Actor,
    PovertyClass,
    ReviewEvent,
    ReviewProcess,
    ReviewState,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "After",
    "Clock",
    "Cycle",
    "Form",
    "FormField",
    "Meeting",
    "Procedure",
    "Process",
    "Report",
    "Step",
]

NEW = "new"  # where a case stands before its first event
CLOSED = (ReviewState.RECOGNISED, ReviewState.REFUSED, ReviewState.WITHDRAWN)
SUPERIORS = {"district": Actor.DISTRICT_CHAIR, "province": Actor.PROVINCE_CHAIR}

Superior = Literal["district", "province", "none"]
Days = Annotated[int, Field(strict=True, ge=1, le=366)]
Positive = Annotated[int, Field(strict=True, ge=1)]


def _month_day(text: Any) -> Any:
    try:
        dt.date.fromisoformat(f"2000-{text}")
    except ValueError:
        raise ValueError(f"{text!r} is not a month and a day such as 09-01") from None
    return text


def _state(value: Any) -> Any:
    return {"state": value} if isinstance(value, str) else value


class Cycle(Model):
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
                raise ValueError("a yearly cycle has last_day and no days")
            if _month_day(self.last_day) < _month_day(self.first_day):
                raise ValueError("a yearly cycle ends before it begins")
        else:
            if self.days is None or self.last_day is not None:
                raise ValueError("a monthly cycle has days and no last_day")
            if not (self.first_day.isdigit() and 1 <= int(self.first_day) <= 28):
                raise ValueError("a monthly cycle begins on a day from 1 to 28")
        return self


class Clock(Model):
    """A time that runs from the day after an event."""

    id: Identifier
    label: Label
    days: Days
    unit: Literal["working", "calendar"]
    citation: Citation


class After(Model):
    """A state that a step may follow.

    Attributes
    ----------
    state : str
        A ``ReviewState``, or ``"new"`` for a household without an open case.
    when : {"any", "within", "during", "over"}
        What the clock of that state must say: see the head of the law file.
    superior : bool or None
        Only where there is (or is not) a superior whose opinion is asked.
    """

    state: ReviewState | Literal["new"]
    when: Literal["any", "within", "during", "over"] = "any"
    superior: bool | None = None


class Step(Model):
    """One event of a process: who acts, after which states, and what must be written down."""

    event: ReviewEvent
    actor: Actor | Literal["superior"]
    after: tuple[Annotated[After, BeforeValidator(_state)], ...] = Field(min_length=1)
    state: ReviewState
    otherwise: ReviewState | None = None
    requires: tuple[str, ...] = ()
    optional: bool = False
    any_day: bool = False
    citation: Citation


class Process(Model):
    """One process: its cycle, its steps in legal order, and the clock of each waiting state.

    ``recognises`` are the only classes that it can recognise; all, where it is empty.
    """

    id: ReviewProcess
    cycle: Cycle
    clocks: Mapping[ReviewState, str]
    recognises: tuple[PovertyClass, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)
    citation: Citation

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
            if (step.event is ReviewEvent.MET) != (step.otherwise is not None):
                problems.append(
                    f"step {step.event!s}: `otherwise` is the state of a meeting that did not agree"
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
            raise ValueError("; ".join(problems))
        return self


class Meeting(Model):
    """The residents' meeting: who chairs and attends, the quorum, and the minutes."""

    agreeing_percent_at_least: Annotated[int, Field(strict=True, ge=1, le=100)]
    chair: Actor
    present: tuple[Actor, ...]
    invited: tuple[Actor, ...] = ()
    minutes_copies: Positive
    signed_by: tuple[Actor, ...]
    kept_by: tuple[Actor, ...]
    citation: Citation


class Certificate(Model):
    """For which year a certificate holds."""

    years_after_review: Annotated[int, Field(strict=True, ge=0, le=5)]
    citation: Citation


class Report(Model):
    """A report that is due on a day of some months."""

    id: Identifier
    label: Label
    sender: Actor | Literal["superior"] = Field(alias="from")
    receiver: Actor | Literal["superior"] = Field(alias="to")
    months: tuple[Annotated[int, Field(strict=True, ge=1, le=12)], ...] = Field(min_length=1)
    day: Annotated[int, Field(strict=True, ge=1, le=28)]
    includes_day: bool
    citation: Citation


class FormField(Label):
    """A field of a form: its id, its label and, if it is a table, its columns."""

    id: Identifier
    columns: tuple[FormField, ...] = ()


class Form(Model):
    """A form of the annex and its fields."""

    id: str
    title: Label
    fields: tuple[FormField, ...]
    citation: Citation


class Superiors(Model):
    """Whose opinion may be asked on the days of a period."""

    first: dt.date
    last: dt.date
    choices: tuple[Superior, ...] = Field(min_length=1)
    citation: Citation


class Procedure(Model):
    """A review procedure: who does what, when, and under which article.

    Get one with `procedure_on` or `Procedure.read`; change one with `Procedure.replace`. It is
    frozen, and every value in it carries its citation.

    Attributes
    ----------
    name : str
    title : Label
    notes : tuple of str
        What a user must know.
    periods : tuple of Period
        Days on which it is in force.
    superior : {"district", "province", "none"}
        Whose opinion is asked before a yearly list is recognised.
    working_week : tuple of int
        ISO weekdays (1 is Monday).
    holidays_decided_until : int
        Last year whose substituted days off and make-up days were decided; later years are
        projected from the Labour Code.
    days_off, days_worked : tuple of datetime.date
        A province's own days, beside the public holidays.
    meeting : Meeting
    certificate : Certificate
    clocks : tuple of Clock
    processes : tuple of Process
    reports : tuple of Report
    forms : tuple of Form

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> procedure = mdp.procedure_on("2023-09-01")
    >>> procedure.clock("posting").days, procedure.clock("posting").unit
    (3, 'working')
    """

    name: Identifier
    title: Label
    notes: tuple[str, ...] = ()
    periods: tuple[Period, ...] = Field(min_length=1)
    superiors: tuple[Superiors, ...] = Field(min_length=1)
    superior: Superior = "none"
    working_week: tuple[Annotated[int, Field(strict=True, ge=1, le=7)], ...] = Field(min_length=1)
    holidays_decided_until: Annotated[int, Field(strict=True, ge=2000)]
    days_off: tuple[dt.date, ...] = ()
    days_worked: tuple[dt.date, ...] = ()
    meeting: Meeting
    certificate: Certificate
    clocks: tuple[Clock, ...]
    processes: tuple[Process, ...] = Field(min_length=1)
    reports: tuple[Report, ...] = ()
    forms: tuple[Form, ...] = ()

    # -- what must hold for a file to be a procedure ------------------------------------

    @field_validator("periods", "superiors")
    @classmethod
    def _follow_each_other(cls, spans: tuple[Any, ...]) -> tuple[Any, ...]:
        for span in spans:
            if span.last < span.first:
                raise ValueError(f"a period ends on {span.last}, before it begins on {span.first}")
        for earlier, later in pairwise(spans):
            if later.first != earlier.last + dt.timedelta(days=1):
                raise ValueError(
                    f"periods must follow each other without gap or overlap: one ends on "
                    f"{earlier.last}, the next begins on {later.first}"
                )
        return spans

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        clocks = {clock.id for clock in self.clocks}
        problems = [
            *repeated("clock", [clock.id for clock in self.clocks]),
            *repeated("process", [str(process.id) for process in self.processes]),
            *repeated("report", [report.id for report in self.reports]),
            *repeated("form", [form.id for form in self.forms]),
            *(
                fault
                for form in self.forms
                for owner in (form.fields, *(field.columns for field in form.fields))
                for fault in repeated(f"field of form {form.id}", [field.id for field in owner])
            ),
            *(
                f"process {process.id!s}: the clock {clock!r} of {state!s} is not described"
                for process in self.processes
                for state, clock in process.clocks.items()
                if clock not in clocks
            ),
            *(
                f"{day} is both a day off and a day worked"
                for day in sorted(set(self.days_off) & set(self.days_worked))
            ),
        ]
        if self.superiors[0].first != self.periods[0].first or (
            self.superiors[-1].last != self.periods[-1].last
        ):
            problems.append("the periods of `superiors` must cover the same days as `periods`")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    # -- what the mechanics ask ---------------------------------------------------------

    def covers(self, date: dt.date) -> bool:
        """Whether the procedure is in force on a day."""
        return self.periods[0].first <= date <= self.periods[-1].last

    def clock(self, id: str) -> Clock:
        """The clock of that name; `KeyError` lists the names there are."""
        for clock in self.clocks:
            if clock.id == id:
                return clock
        names = ", ".join(clock.id for clock in self.clocks)
        raise KeyError(f"{self.name} has no clock {id!r}; it has {names}")

    def process(self, id: str) -> Process:
        """The process of that name; `KeyError` lists the names there are."""
        for process in self.processes:
            if process.id == id:
                return process
        names = ", ".join(str(process.id) for process in self.processes)
        raise KeyError(f"{self.name} has no process {id!r}; it has {names}")

    def form(self, id: str) -> Form:
        """The form of that number; `KeyError` lists the numbers there are."""
        for form in self.forms:
            if form.id == id:
                return form
        raise KeyError(
            f"{self.name} has no form {id!r}; it has {', '.join(f.id for f in self.forms)}"
        )

    def afters(self, step: Step) -> tuple[After, ...]:
        """The states that a step may follow, given who the superior is."""
        has = self.superior != "none"
        return tuple(after for after in step.after if after.superior in (None, has))

    def actor(self, who: Actor | str) -> Actor:
        """The actor by name, with the superior resolved."""
        if who == "superior":
            return SUPERIORS.get(self.superior, Actor.COMMUNE_CHAIR)
        return Actor.of(who)

    def next_step(self, process: Process, state: str) -> Step | None:
        """The step that is expected next in a state, if any."""
        return next(
            (
                step
                for step in process.steps
                if not step.optional and any(a.state == state for a in self.afters(step))
            ),
            None,
        )

    # -- what a reader asks -------------------------------------------------------------

    def steps(self, language: str = "en") -> pd.DataFrame:
        """Every step of every process, with its source.

        Parameters
        ----------
        language : {"en", "vi"}
            Language of the labels and citations.

        Returns
        -------
        pandas.DataFrame
            One row per step, in legal order: ``process``, ``event``, ``label``, ``actor``,
            ``after`` (states), ``state``, ``requires``, ``clock`` (that begins), ``citation``,
            ``confidence``, ``note`` (all string).

        Examples
        --------
        >>> import multidim_poverty as mdp
        >>> steps = mdp.procedure_on("2023-09-01").steps()
        >>> steps[steps.process == "regular"].event.tolist()[:4]
        ['requested', 'listed', 'surveyed', 'met']
        """
        from multidim_poverty.law.tables import procedure_steps

        return procedure_steps(self, language)

    def provisions(self, language: str = "en") -> pd.DataFrame:
        """Every value of the procedure with its source, as `Standard.provisions` gives it.

        Parameters
        ----------
        language : {"en", "vi"}
            Language of the citations.

        Returns
        -------
        pandas.DataFrame
            One row per value: ``part``, ``value_name``, ``value``, ``citation``,
            ``confidence``, ``checked_on``, ``note``.

        Examples
        --------
        >>> import multidim_poverty as mdp
        >>> p = mdp.procedure_on("2023-09-01").provisions()
        >>> p.loc[p.part == "clock answer", "value"].item()
        '5 working days'
        """
        from multidim_poverty.law.tables import procedure_provisions

        return procedure_provisions(self, language)

    # -- making one ---------------------------------------------------------------------

    @classmethod
    def read(cls, path: str | Path) -> Procedure:
        """Read a procedure from a TOML file of the layout of ``law/decision_24_2021.toml``.

        Raises
        ------
        LawFileError
            Names every problem: unknown or repeated keys, wrong dates, missing citations,
            steps that follow a state no step enters, clocks that are not described.
        """
        path = Path(path)
        return cls.parse(path.read_text(encoding="utf-8"), name=path.name)

    @classmethod
    def parse(cls, toml: str, name: str = "procedure") -> Procedure:
        """Read a procedure from the text of a TOML file; see `read`."""
        try:
            raw = tomllib.loads(toml)
            documents = {**shipped_documents(), **read_documents(raw.pop("documents", {}))}
            return cls.model_validate(raw, context={"documents": documents})
        except tomllib.TOMLDecodeError as error:
            raise LawFileError(name, [f"not valid TOML: {error}"]) from error
        except ValidationError as error:
            raise LawFileError(name, problems_of(error)) from error

    def replace(
        self,
        *,
        name: str,
        why: str,
        superior: Superior | None = None,
        clocks: Mapping[str, int] | None = None,
        agreeing_percent_at_least: int | None = None,
        days_off: Iterable[dt.date | str] = (),
        days_worked: Iterable[dt.date | str] = (),
    ) -> Procedure:
        """A variant of the procedure, such as one with a province's own days off.

        Parameters
        ----------
        name : str
            Name of the variant.
        why : str
            What it is and where its values come from; every replaced value is cited as a
            variant with these words.
        superior : {"district", "province", "none"}, optional
        clocks : mapping, optional
            Clock id -> days.
        agreeing_percent_at_least : int, optional
            Quorum of the residents' meeting, in % of those attending.
        days_off, days_worked : iterable of dates, optional
            Added to those of this procedure.

        Returns
        -------
        Procedure

        Raises
        ------
        LawFileError
            If the result would not be a procedure, or a clock is unknown.

        Examples
        --------
        >>> import multidim_poverty as mdp
        >>> ours = mdp.procedure_on("2023-09-01").replace(
        ...     name="ours", why="flood of 2023", days_off=["2023-10-16"])
        >>> mdp.review.add_working_days("2023-10-13", 1, procedure=ours)
        Timestamp('2023-10-17 00:00:00')
        """
        changed = dict(clocks or {})
        unknown = sorted(set(changed) - {clock.id for clock in self.clocks})
        if unknown:
            raise LawFileError(name, [f"no clock {id!r}" for id in unknown])
        raw = self.model_dump(by_alias=True)
        raw["name"] = name
        raw["title"] = {
            "vi": f"Biến thể ({why}): {self.title.vi}",
            "en": f"Variant ({why}): {self.title.en}",
        }
        raw["notes"] = (*self.notes, f"Variant of {self.name}: {why}")
        raw["days_off"] = (*self.days_off, *days_off)
        raw["days_worked"] = (*self.days_worked, *days_worked)
        for clock, old in zip(raw["clocks"], self.clocks, strict=True):
            if clock["id"] in changed:
                clock["days"] = changed[clock["id"]]
                clock["citation"] = old.citation.as_variant(why).model_dump()
        if agreeing_percent_at_least is not None:
            raw["meeting"]["agreeing_percent_at_least"] = agreeing_percent_at_least
            raw["meeting"]["citation"] = self.meeting.citation.as_variant(why).model_dump()
        if superior is not None:
            raw["superior"] = superior
        try:
            return Procedure.model_validate(raw)
        except ValidationError as error:
            raise LawFileError(name, problems_of(error)) from error

    def on(self, date: dt.date, superior: Superior | None = None) -> Procedure:
        """The procedure with the superior of a day; see `procedure_on`."""
        period = next(s for s in self.superiors if s.first <= date <= s.last)
        if superior is not None and superior not in period.choices:
            raise ValueError(
                f"superior {superior!r} is not possible on {date}: choose "
                f"{' or '.join(map(repr, period.choices))} ({period.citation})"
            )
        return self.model_copy(update={"superior": superior or period.choices[0]})

    def values(self) -> Iterator[tuple[str, str, str, Citation]]:
        """Part, name, value in words, and citation of everything that has a source."""
        for period in self.periods:
            yield "period", "days", f"{period.first} to {period.last}", period.citation
        for s in self.superiors:
            choices = " or ".join(s.choices)
            yield "superior", f"{s.first} to {s.last}", choices, s.citation
        for process in self.processes:
            cycle = process.cycle
            words = (
                f"{cycle.first_day} to {cycle.last_day}"
                if cycle.every == "year"
                else f"from day {cycle.first_day} of the month, {cycle.days} calendar days"
            )
            yield f"process {process.id}", "cycle", words, process.citation
        meeting = self.meeting
        yield (
            "meeting",
            "agreement",
            f"at least {meeting.agreeing_percent_at_least} % of those attending",
            meeting.citation,
        )
        yield "meeting", "minutes", f"{meeting.minutes_copies} copies", meeting.citation
        for clock in self.clocks:
            yield f"clock {clock.id}", "days", f"{clock.days} {clock.unit} days", clock.citation
        certificate = self.certificate
        yield (
            "certificate",
            "year",
            f"{certificate.years_after_review} after the review",
            certificate.citation,
        )
        for report in self.reports:
            by = "by" if report.includes_day else "before"
            months = ", ".join(map(str, report.months))
            yield (
                f"report {report.id}",
                "due",
                f"{by} day {report.day}, month {months}",
                report.citation,
            )
        for process in self.processes:
            for step in process.steps:
                after = ", ".join(str(a.state) for a in step.after)
                yield (
                    f"process {process.id}",
                    f"step {step.event}",
                    f"after {after}",
                    step.citation,
                )
        for form in self.forms:
            yield f"form {form.id}", "title", form.title.en, form.citation
