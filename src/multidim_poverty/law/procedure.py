"""A review procedure: processes, steps, clocks, meeting, reports and forms, read from TOML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import Field, field_validator, model_validator

from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import ArgumentError, LawFileError, UnknownNameError
from multidim_poverty.language import Label, Language, check_language
from multidim_poverty.law.documents import law_text
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.parts import repeated
from multidim_poverty.law.procedure_parts import (
    After,
    Certificate,
    Clock,
    Form,
    FormA,
    LegalBasis,
    Meeting,
    Process,
    Report,
    Step,
    Superior,
    Superiors,
    actor_of,
)
from multidim_poverty.law.reading import checked, text_of
from multidim_poverty.law.standard_parts import Period
from multidim_poverty.law.tables import CitedValue, procedure_steps, spans_cited
from multidim_poverty.vocabulary import Actor

__all__ = ["SHIPPED", "Procedure", "shipped_procedure"]

SHIPPED = "decision_24_2021"


class Procedure(LawObject):
    """A review procedure: who does what, when, and under which article.

    Get one with `procedure_on` or `Procedure.read`; change one with `Procedure.replace`. It is
    frozen, and every value in it carries its citation.

    Parameters
    ----------
    name : str
        Name of the procedure, such as ``"decision_24_2021"``.
    title : Label
        Its name in words.
    notes : tuple of str
        What a user must know.
    periods : tuple of Period
        Days on which it is in force.
    superiors : tuple of Superiors
        Which bodies may be the superior, by days.
    successor : Label or None
        What is known of the law after the last period.
    superior : {"district", "province", "none"}
        Whose opinion is asked before a yearly list is recognised.
    calendar_terms : {"same_day", "next_working_day"}
        When a term counted in calendar days ends that would end on a day off.
    working_week : tuple of int
        ISO weekdays (1 is Monday).
    holidays_decided_until : int
        Last year whose substituted days off and make-up days were decided; later years are
        projected from the Labour Code.
    days_off, days_worked : tuple of datetime.date
        A province's own days, beside the public holidays.
    form_a : FormA or None
        Which households that file a request are put on the list.
    meeting : Meeting
        Who must attend a meeting, and how many must agree.
    certificate : Certificate
        What a certificate of a class says, and for how long.
    clocks : tuple of Clock
        The terms, in days.
    processes : tuple of Process
        The reviews, each with its steps.
    reports : tuple of Report
        What is sent to whom by when.
    forms : tuple of Form
        The printed forms.
    bases : tuple of LegalBasis
        What its decisions name as their legal bases, in this order.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> procedure = mdp.procedure_on("2023-09-01")
    >>> procedure.clock("posting").days, procedure.clock("posting").unit
    (3, 'working')
    """

    periods: tuple[Period, ...] = Field(min_length=1)
    superiors: tuple[Superiors, ...] = Field(min_length=1)
    successor: Label | None = None
    superior: Superior = "none"
    calendar_terms: Literal["same_day", "next_working_day"] = "same_day"
    working_week: tuple[Annotated[int, Field(strict=True, ge=1, le=7)], ...] = Field(min_length=1)
    holidays_decided_until: Annotated[int, Field(strict=True, ge=2000)]
    days_off: tuple[dt.date, ...] = ()
    days_worked: tuple[dt.date, ...] = ()
    form_a: FormA | None = None
    meeting: Meeting
    certificate: Certificate
    clocks: tuple[Clock, ...]
    processes: tuple[Process, ...] = Field(min_length=1)
    reports: tuple[Report, ...] = ()
    forms: tuple[Form, ...] = ()
    bases: tuple[LegalBasis, ...] = ()

    # -- what must hold for a file to be a procedure ------------------------------------

    @field_validator("periods", "superiors")
    @classmethod
    def _follow_each_other(cls, spans: tuple[Any, ...]) -> tuple[Any, ...]:
        for span in spans:
            if span.last < span.first:
                raise ArgumentError(
                    f"a period ends on {span.last}, before it begins on {span.first}"
                )
        for earlier, later in pairwise(spans):
            if later.first != earlier.last + dt.timedelta(days=1):
                raise ArgumentError(
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
            raise ArgumentError("; ".join(problems))
        return self

    # -- what the mechanics ask ---------------------------------------------------------

    def covers(self, date: DayLike) -> bool:
        """Whether the procedure is in force on a day."""
        return self.periods[0].first <= as_date(date, "date") <= self.periods[-1].last

    def clock(self, id: str) -> Clock:
        """The clock of that name; `KeyError` lists the names there are."""
        for clock in self.clocks:
            if clock.id == id:
                return clock
        names = ", ".join(clock.id for clock in self.clocks)
        raise UnknownNameError(f"{self.name} has no clock {id!r}; it has {names}")

    def process(self, id: str) -> Process:
        """The process of that name; `KeyError` lists the names there are."""
        for process in self.processes:
            if process.id == id:
                return process
        names = ", ".join(str(process.id) for process in self.processes)
        raise UnknownNameError(f"{self.name} has no process {id!r}; it has {names}")

    def form(self, id: str) -> Form:
        """The form of that number; `KeyError` lists the numbers there are."""
        for form in self.forms:
            if form.id == id:
                return form
        raise UnknownNameError(
            f"{self.name} has no form {id!r}; it has {', '.join(f.id for f in self.forms)}"
        )

    def afters(self, step: Step) -> tuple[After, ...]:
        """The states that a step may follow, given who the superior is."""
        return step.afters(self.superior)

    def actor(self, who: Actor | str) -> Actor:
        """The actor by name, with the superior resolved."""
        return actor_of(who, self.superior)

    def next_step(self, process: Process, state: str) -> Step | None:
        """The step that is expected next in a state, if any."""
        return next(
            (
                step
                for step in process.steps
                if not step.optional
                and any(a.state == state and not a.own_accord for a in self.afters(step))
            ),
            None,
        )

    # -- what a reader asks -------------------------------------------------------------

    def steps(self, language: Language = "en") -> pd.DataFrame:
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
        check_language(language)
        self.check_sound()
        return procedure_steps(self.processes, self.superior, language)

    def _summary(self) -> Iterator[tuple[str, object]]:
        yield "days", f"{self.periods[0].first} to {self.periods[-1].last}"
        yield "superior", self.superior
        yield "processes", [str(process.id) for process in self.processes]

    def _repr_html_(self) -> str:
        """The processes and their deadlines, for notebooks."""
        self.check_sound()
        rows = [
            {
                "process": f"{process.id.vi} ({process.id.en})",
                "runs": process.cycle.text(),
                "clocks": "; ".join(self.clock(id).text() for id in process.clocks.values()),
                "citation": process.citation.text(),
            }
            for process in self.processes
        ]
        html: str = pd.DataFrame(rows).to_html(index=False, border=0)
        title = f"{self.title.vi} ({self.title.en})"
        return f"<p><code>{escape(repr(self))}</code><br>{escape(title)}</p>{html}"

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
        return cls.parse(text_of(path), name=path.name)

    @classmethod
    def parse(cls, toml: str, *, name: str = "procedure") -> Procedure:
        """Read a procedure from the text of a TOML file; see `read`."""
        raw = parse_toml(toml, name)
        return checked(cls, raw, raw.pop("documents", {}), name)

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[Procedure, ...]:
        return _shipped_variants() if name == SHIPPED else ()

    def replace(
        self,
        *,
        name: str,
        why: str,
        superior: Superior | None = None,
        calendar_terms: Literal["same_day", "next_working_day"] | None = None,
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
            On all days; ``"none"`` drops the opinion of a superior, which the law asks for.
        calendar_terms : {"same_day", "next_working_day"}, optional
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
        raw = self._variant(name, why)
        raw["days_off"] = (*self.days_off, *days_off)
        raw["days_worked"] = (*self.days_worked, *days_worked)
        for clock, old in zip(raw["clocks"], self.clocks, strict=True):
            if clock["id"] in changed:
                clock["days"] = changed[clock["id"]]
                clock["citation"] = old.citation.as_variant(why).model_dump()
        if agreeing_percent_at_least is not None:
            raw["meeting"]["agreeing_percent_at_least"] = agreeing_percent_at_least
            raw["meeting"]["citation"] = self.meeting.citation.as_variant(why).model_dump()
        if calendar_terms is not None:
            raw["calendar_terms"] = calendar_terms
        if superior is not None:
            raw["superior"] = superior
            for span, one in zip(raw["superiors"], self.superiors, strict=True):
                span["choices"] = (superior,)
                span["citation"] = one.citation.as_variant(why).model_dump()
        return self._validated(raw)

    def on(self, date: dt.date, *, superior: Superior | None = None) -> Procedure:
        """The procedure of a day: its superior, and the processes that are in force.

        Raises
        ------
        ArgumentError
            If the superior is not possible on that day.
        """
        period = next((s for s in self.superiors if s.first <= date <= s.last), None)
        if period is None:
            raise LawFileError(self.name, [f"no superior is given for {date}"])
        if superior is not None and superior not in period.choices:
            raise ArgumentError(
                f"superior {superior!r} is not possible on {date}: choose "
                f"{' or '.join(map(repr, period.choices))} ({period.citation}), or make a variant "
                f"with Procedure.replace(superior={superior!r})"
            )
        return self.model_copy(
            update={
                "superior": superior or period.choices[0],
                "processes": tuple(p for p in self.processes if p.covers(date)),
            }
        )

    def spans(self) -> tuple[tuple[dt.date, dt.date, Procedure], ...]:
        """First day, last day and procedure of each run of days with one law, in order."""
        starts = {period.first for period in self.superiors}
        for process in self.processes:
            starts |= {process.first} if process.first else set()
            starts |= {process.last + dt.timedelta(days=1)} if process.last else set()
        first_days = sorted(day for day in starts if self.covers(day))
        last_days = [day - dt.timedelta(days=1) for day in first_days[1:]]
        last_days.append(self.periods[-1].last)
        return tuple(
            (first, last, self.on(first, superior=self._chosen_on(first)))
            for first, last in zip(first_days, last_days, strict=True)
        )

    def _chosen_on(self, date: dt.date) -> Superior | None:
        """The superior of this procedure, where it is possible on a day."""
        possible = {c for s in self.superiors if s.first <= date <= s.last for c in s.choices}
        return self.superior if self.superior in possible else None

    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""
        yield from spans_cited(self.periods, self.superiors)
        for process in self.processes:
            yield f"process {process.id}", "cycle", process.cycle.text(), process.citation
        if self.form_a is not None:
            yield "form A", "listed", self.form_a.text(), self.form_a.citation
        yield from self.meeting.values()
        for clock in self.clocks:
            yield f"clock {clock.id}", "days", clock.text(), clock.citation
        yield "certificate", "year", self.certificate.text(), self.certificate.citation
        for report in self.reports:
            yield f"report {report.id}", "due", report.text(), report.citation
        for process in self.processes:
            for step in process.steps:
                yield f"process {process.id}", f"step {step.event}", step.text(), step.citation
        for form in self.forms:
            yield f"form {form.id}", "title", form.title.en, form.citation
        for basis in self.bases:
            yield "legal basis", basis.citation.document.title.en, basis.text(), basis.citation


@cache
def shipped_procedure() -> Procedure:
    """The shipped procedure, before the superior of a day is chosen."""
    return Procedure.parse(law_text(SHIPPED), name=f"{SHIPPED}.toml")


@cache
def _shipped_variants() -> tuple[Procedure, ...]:
    shipped = shipped_procedure()
    return (shipped, *(law for _, _, law in shipped.spans()))
