"""A plan as data: what is printed, where, and how it is read. Frozen models over TOML files."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import Field, model_validator

from multidim_poverty.base import FrozenDict, Model
from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.language import Label, Language
from multidim_poverty.law.reading import checked, text_of
from multidim_poverty.programmes.printed_numbers import Cell, Printed

__all__ = [
    "BASES",
    "COLUMNS",
    "FUNDS",
    "PARTS",
    "UNITS",
    "AnnexTotal",
    "BudgetLine",
    "Plan",
    "PlanIndicator",
    "PlanPeriod",
    "PrintedPlace",
    "ProgressColumn",
    "ProgressRow",
    "Project",
    "Role",
    "Source",
    "Statement",
    "TextTarget",
    "Unit",
    "printed_cells",
    "shipped_plan",
    "unit_of",
]

SHIPPED = ("plan_740_dak_nong",)
BASES = ("households", "minority_households", "local_minority_households")
FUNDS = ("central", "local", "other")
PARTS = ("investment", "recurrent")
COLUMNS = tuple(f"{fund}_{kind}" for fund in FUNDS for kind in ("total", *PARTS))


class Unit(StrEnum):
    """What a value is counted in; percent and percentage points are two units."""

    HOUSEHOLDS = "households"
    PERCENT = "percent"
    PERCENTAGE_POINTS = "percentage_points"
    DISTRICTS = "districts"
    PERSONS = "persons"


UNITS = pd.CategoricalDtype([str(unit) for unit in Unit])


class Role(StrEnum):
    """What a column of a plan holds."""

    RESULT = "result"
    INTERIM = "interim"  # a result before the year is over
    ESTIMATE = "estimate"
    TARGET = "target"


class Source(Model):
    """A part of the plan: an annex, or the text."""

    id: str
    label: Label


class PrintedPlace(Model):
    """Where in a source something is printed."""

    source: str
    row: str | None = None
    section: str | None = None
    column: str | None = None


class PlanPeriod(Model):
    """A column of the table of indicators: when, and whether result, estimate or target.

    ``at`` is the year, or the month where a result is taken before the year is over; ``base`` is
    the one that a change is counted from; ``standard`` the standard of poverty that counts it.
    """

    id: str
    at: Annotated[str, Field(pattern=r"^\d{4}(-\d{2})?$")]
    role: Role
    column: str
    label: Label
    base: str | None = None
    standard: str | None = None

    @model_validator(mode="after")
    def _a_target_has_a_base(self) -> Self:
        if self.role in (Role.TARGET, Role.ESTIMATE) and self.base is None:
            raise ArgumentError(f"a column of role {self.role} needs the base of its changes")
        return self


class PlanIndicator(Model):
    """A row of the table of indicators.

    ``printed_unit`` is as printed (None where empty), ``unit`` our reading. ``numerator`` and
    ``denominator`` (an indicator or one of `BASES`) make a rate computable; ``part_of`` is the
    count that contains it. ``aim`` says on which side of a target it is met.
    ``by_standard``: the value depends on the standard of poverty.
    """

    id: str
    label: Label
    unit: Unit
    place: PrintedPlace | None = None
    printed_unit: str | None = None
    aim: Literal["at_most", "at_least"] | None = None
    by_standard: bool = False
    numerator: str | None = None
    denominator: str | None = None
    part_of: str | None = None
    cells: FrozenDict[str, Printed] = FrozenDict()
    note: str | None = None


class TextTarget(Model):
    """A target that the text of the plan states."""

    indicator: str
    period: str
    printed: Printed
    place: PrintedPlace


class Project(Model):
    """A project of the programme: who and where it is for. Codes, not rules."""

    id: str
    label: Label
    eligible: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    months_since_escape_at_most: Annotated[int, Field(strict=True, ge=0)] | None = None


class BudgetLine(Model):
    """A line of the budget [million VND]; ``part_of`` is the line that it adds up to."""

    id: str
    row: str
    label: str
    part_of: str | None = None
    cells: FrozenDict[str, Printed] = FrozenDict()


class Statement(Model):
    """Amounts of a budget line as another part of the plan prints them [million VND].

    ``note`` says where it is our reading that they belong to the line, as it must be said where
    the heading above them is lost.
    """

    line: str
    place: PrintedPlace
    cells: FrozenDict[str, Printed]
    label: str | None = None
    note: Label | None = None
    heading_lost: bool = False

    @model_validator(mode="after")
    def _a_lost_heading_has_a_note(self) -> Self:
        if self.heading_lost and self.note is None:
            raise ArgumentError("heading_lost needs a note that says how the line was read")
        return self


class AnnexTotal(Model):
    """The row of totals of an annex whose rows are statements [million VND].

    ``columns`` are the columns of the budget that the row has; one that is printed empty is
    absent from ``cells``.
    """

    place: PrintedPlace
    columns: tuple[str, ...] = Field(min_length=1)
    cells: FrozenDict[str, Printed] = FrozenDict()


class ProgressColumn(Model):
    """A column of an annex that shows how far a line of the budget got.

    ``of`` is the column of the plan that a percentage is a share of, ``done`` the column that
    says how much was done.
    """

    id: str
    column: str
    label: Label
    unit: Literal["million_vnd", "percent"]
    of: str | None = None
    done: str | None = None


class ProgressRow(Model):
    """How far a line of the budget got, as an annex prints it."""

    line: str
    place: PrintedPlace
    cells: FrozenDict[str, Printed]


class Plan(Model):
    """A plan: its indicators and targets, projects and budget, each as printed.

    Read one with `multidim_poverty.programmes.plan` or
    `multidim_poverty.programmes.read`.

    Parameters
    ----------
    name : str
        Name of the plan.
    title : Label
        Its name in words.
    number : str
        With its symbol, as printed.
    issued_by : str
        Who issued it.
    signed : datetime.date
        The day of the signature.
    sources : tuple of Source
        Its parts: annexes and the text.
    periods : tuple of PlanPeriod
        The columns of its table of indicators: results, estimates, targets.
    indicators : tuple of PlanIndicator
        The rows of that table.
    text_targets : tuple of TextTarget
        Targets that its text states.
    projects : tuple of Project
        Who and where each project is for.
    budget : tuple of BudgetLine
        Lines of the budget [million VND].
    statements : tuple of Statement
        The same amounts as other parts of the plan print them [million VND].
    annex_totals : tuple of AnnexTotal
        Rows of totals of the annexes [million VND].
    progress_columns : tuple of ProgressColumn
        Columns of an annex that shows how far the budget got.
    progress_rows : tuple of ProgressRow
        Rows of that annex.
    budget_source : str
        Id of the source that prints the budget.
    notes : tuple of str
        What a reader must know.

    Examples
    --------
    >>> from multidim_poverty import programmes
    >>> plan = programmes.plan("plan_740_dak_nong")
    >>> print(plan.number, plan.signed, len(plan.indicators))
    740/KH-UBND 2021-10-28 13
    """

    name: str
    title: Label
    number: str
    issued_by: str
    signed: dt.date
    sources: tuple[Source, ...] = Field(min_length=1)
    periods: tuple[PlanPeriod, ...] = Field(min_length=1)
    indicators: tuple[PlanIndicator, ...] = Field(min_length=1)
    text_targets: tuple[TextTarget, ...] = ()
    projects: tuple[Project, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    statements: tuple[Statement, ...] = ()
    annex_totals: tuple[AnnexTotal, ...] = ()
    progress_columns: tuple[ProgressColumn, ...] = ()
    progress_rows: tuple[ProgressRow, ...] = ()
    budget_source: str = "annex_iii"
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        problems = [*self._repeated(), *self._unknown()]
        if problems:
            raise ArgumentError("; ".join(problems))
        return self

    def _repeated(self) -> Iterator[str]:
        for kind in ("sources", "periods", "indicators", "projects", "budget", "progress_columns"):
            counted = Counter(entry.id for entry in getattr(self, kind))
            yield from (f"{kind}: {id!r} stands twice" for id, n in counted.items() if n > 1)

    def _unknown(self) -> Iterator[str]:
        sources = {source.id for source in self.sources}
        periods = {period.id for period in self.periods}
        indicators = {indicator.id for indicator in self.indicators}
        lines = {line.id for line in self.budget}
        places = [indicator.place for indicator in self.indicators if indicator.place]
        places += [target.place for target in self.text_targets]
        places += [s.place for s in self.statements] + [t.place for t in self.annex_totals]
        places += [row.place for row in self.progress_rows]
        named = [("source", place.source, sources) for place in places]
        if self.budget:
            named.append(("source", self.budget_source, sources))
        for indicator in self.indicators:
            named += [("period", id, periods) for id in indicator.cells]
            counts = [indicator.numerator, indicator.part_of]
            named += [("indicator", id, indicators) for id in counts if id]
            if indicator.denominator:
                named.append(("base", indicator.denominator, indicators | set(BASES)))
        for target in self.text_targets:
            named += [("indicator", target.indicator, indicators)]
            named += [("period", target.period, periods)]
        named += [("budget line", line.part_of, lines) for line in self.budget if line.part_of]
        amounts = [line.cells for line in self.budget] + [s.cells for s in self.statements]
        amounts += [total.cells for total in self.annex_totals]
        named += [("budget column", c, set(COLUMNS)) for t in self.annex_totals for c in t.columns]
        columns = {column.id for column in self.progress_columns}
        shown = [name for row in self.progress_rows for name in row.cells]
        shown += [name for c in self.progress_columns for name in (c.of, c.done) if name]
        named += [("progress column", name, columns) for name in shown]
        named += [("budget line", row.line, lines) for row in self.progress_rows]
        named += [("budget column", name, set(COLUMNS)) for cells in amounts for name in cells]
        named += [("budget line", statement.line, lines) for statement in self.statements]
        for kind, id, known in dict.fromkeys((k, i, frozenset(n)) for k, i, n in named):
            if id not in known:
                yield f"unknown {kind} {id!r}; known: {', '.join(sorted(known))}"

    @classmethod
    def parse(cls, toml: str, *, name: str = "plan") -> Plan:
        """A plan from the text of a TOML file; see `multidim_poverty.programmes.read`."""
        return checked(cls, parse_toml(toml, name), {}, name)

    @classmethod
    def read(cls, path: str | Path) -> Plan:
        """A plan from a file; see `multidim_poverty.programmes.read`."""
        return cls.parse(text_of(Path(path)), name=str(path))

    def indicator(self, id: str) -> PlanIndicator | None:
        """The indicator of that id, if there is one."""
        return next((i for i in self.indicators if i.id == id), None)

    def progress_column(self, id: str | None) -> ProgressColumn | None:
        """The column of progress of that id, if there is one."""
        return next((column for column in self.progress_columns if column.id == id), None)

    def period(self, id: str) -> PlanPeriod:
        """The column of that id."""
        return next(period for period in self.periods if period.id == id)

    def where(
        self, place: PrintedPlace | None, *, column: str | None = None, language: Language = "en"
    ) -> str:
        """A place in words, in English or Vietnamese."""
        if place is None:
            return ""
        label = next(source.label for source in self.sources if source.id == place.source)
        words = {"row": "dòng", "section": "mục", "column": "cột"}
        parts = {"row": place.row, "section": place.section, "column": column or place.column}
        named = [
            f"{words[kind] if language == 'vi' else kind} {value}"
            for kind, value in parts.items()
            if value
        ]
        return ", ".join([label.text(language), *named])


def unit_of(indicator: PlanIndicator, cell: Cell) -> Unit:
    """The unit of a cell; a change of a rate is in percentage points."""
    points = cell.is_change and indicator.unit == Unit.PERCENT
    return Unit.PERCENTAGE_POINTS if points else indicator.unit


def printed_cells(plan: Plan) -> Iterator[tuple[PlanIndicator, PlanPeriod, Cell, str]]:
    """Every cell that is not empty, then every target of the text, with its place."""
    for row in plan.indicators:
        for period in plan.periods:
            if period.id in row.cells:
                yield row, period, row.cells[period.id], plan.where(row.place, column=period.column)
    for target in plan.text_targets:
        indicator = plan.indicator(target.indicator)
        assert indicator is not None
        yield indicator, plan.period(target.period), target.printed, plan.where(target.place)


@cache
def shipped_plan(name: str) -> Plan:
    """A shipped plan by name."""
    if name not in SHIPPED:
        raise UnknownNameError(f"no plan {name!r}; there are {', '.join(SHIPPED)}")
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return Plan.parse(text, name=f"{name}.toml")
