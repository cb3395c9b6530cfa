"""What comes next: steps, deadlines and the calendar of a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, overload

import numpy as np
import pandas as pd

from multidim_poverty.dates import (
    NEVER,
    DayLike,
    as_date,
    as_timestamp,
    days_of,
    strict_dates_of,
)
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import respelt
from multidim_poverty.language import Language, check_language
from multidim_poverty.law import Citation, Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.law.procedure_parts import CLOSED, Process, Step
from multidim_poverty.review.current import events_until
from multidim_poverty.review.earliest import earliest_decision
from multidim_poverty.review.faults import to_dates
from multidim_poverty.review.folding import fold
from multidim_poverty.review.reports_due import reports_due
from multidim_poverty.review.rulebook import Rulebook, rulebook
from multidim_poverty.review.workdays import term_end, working_days
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import Actor, ReviewState

__all__ = ["add_working_days", "calendar", "next_steps", "overdue"]

DAY = np.timedelta64(1, "D")


def _outlook(
    events: pd.DataFrame, day: pd.Timestamp, procedure: Procedure | None, language: Language
) -> pd.DataFrame:
    """One row per open case as it stood at the end of a day, by the law of its review."""
    cases = fold(events_until(events, day), procedure=procedure, on_violation="keep")
    lookup = rulebook(procedure)
    law = np.maximum(lookup.law_of(days_of(cases["review_from"].to_numpy())), 0)
    parts = [
        _expected(waiting, step, by.process(str(process)), str(state), by, day, language)
        for (n, process, state), group in cases.groupby([law, "process", "state"], observed=True)
        if state not in CLOSED
        for by in [lookup.procedures[int(str(n))]]
        for kept in [_can_be_kept(group, day, lookup, int(str(n)))]
        for step, waiting in _steps(kept, by.process(str(process)), str(state), by, day)
    ]
    columns = ["process", "commune", "village", "state", "step", "actor", "not_before", "due_on"]
    columns += ["can_be_kept", "citation", "confidence"]
    due = reports_due(events_until(events, day), cases, day, lookup, language)
    if len(due):
        text = pd.Series(pd.NA, index=due.index, dtype="string")
        state = pd.Series(None, index=due.index, dtype=cases["state"].dtype)
        kept = due["due_on"] >= day
        rows = due.assign(commune=text, village=text, state=state, can_be_kept=kept)
        parts.append(rows.set_index(pd.Index([None] * len(due), dtype=object)))
    if parts:
        return pd.concat([part.astype({"process": str}) for part in parts])[columns]
    none = cases.iloc[:0].rename(columns={"next_actor": "actor"})
    none = none.assign(step="", not_before=none["due_on"], can_be_kept=True)
    return none.assign(citation="", confidence="")[columns]


def _can_be_kept(
    cases: pd.DataFrame, day: pd.Timestamp, lookup: Rulebook, law: int
) -> pd.DataFrame:
    """The cases, each with whether its review can still be decided on its last day."""
    if cases["state"].iloc[0] in CLOSED:
        return cases
    ends = earliest_decision(cases, day, lookup, law)
    return cases.assign(can_be_kept=ends <= days_of(cases["review_until"].to_numpy()))


def _steps(
    cases: pd.DataFrame, process: Process, state: str, procedure: Procedure, day: pd.Timestamp
) -> Iterator[tuple[Step, pd.DataFrame]]:
    """The step that each case waits for; another one where the time of the first has run out."""
    first = procedure.next_step(process, state)
    assert first is not None
    instead = next(
        (s for s in process.steps if not s.optional and _after(procedure, s, state) == "over"),
        first,
    )
    if instead is first:
        yield first, cases
        return
    passed = cases["due_on"] < day
    yield first, cases.loc[~passed]
    late = cases.loc[passed]
    if state == ReviewState.REPORTED:  # nobody wrote it down, but the answer did not come
        states = late["state"].array
        late = late.assign(
            state=pd.Categorical([ReviewState.UNANSWERED] * len(late), dtype=states.dtype)
        )
    yield instead, late


def _after(procedure: Procedure, step: Step, state: str) -> str | None:
    """What the clock of the state must say for the step; None where it cannot follow."""
    return next((str(a.when) for a in procedure.afters(step) if a.state == state), None)


def _expected(
    cases: pd.DataFrame,
    step: Step,
    process: Process,
    state: str,
    procedure: Procedure,
    day: pd.Timestamp,
    language: Language,
) -> pd.DataFrame:
    when, citation = _after(procedure, step, state), process.citation
    not_before, due = cases["since"], cases["review_until"]
    if when == "over":
        not_before = cases["due_on"] + DAY
    elif not step.any_day:
        not_before = not_before.where(not_before >= cases["review_from"], cases["review_from"])
    if when == "within":
        due = cases["due_on"]
        citation = procedure.clock(process.clocks[ReviewState.of(state)]).citation
    return cases.assign(
        step=str(step.event),
        actor=str(procedure.actor(step.actor)),
        not_before=not_before,
        due_on=due,
        can_be_kept=cases["can_be_kept"] & (due >= day),
        citation=citation.text(language),
        confidence=str(citation.confidence),
    )


def next_steps(
    events: pd.DataFrame,
    *,
    on: DayLike,
    procedure: ProcedureLike | None = None,
    language: Language = "en",
) -> pd.DataFrame:
    """Who must do what by when, by village.

    Parameters
    ----------
    events : pandas.DataFrame
        Later events than `on` are left out; illegal ones have no effect.
    on : str or datetime.date
        The day on which the question is asked.
    procedure : Procedure, optional
        A variant, for the days that it covers.
    language : {"en", "vi"}
        Language of the citations.

    Returns
    -------
    pandas.DataFrame
        One row per commune, village, process, step and pair of days, sorted by ``due_on``:
        ``commune``, ``village``, ``process``, ``step``, ``actor`` (string), ``not_before``
        (first day on which the step is possible), ``due_on`` (last day; datetime64[s]),
        ``overdue`` (bool), ``can_be_kept`` (bool), ``households`` (int64), ``citation`` of the
        deadline and its ``confidence``. ``can_be_kept`` is False where the term has passed, or
        where the review cannot end on its last day even if every further step is taken on its
        first lawful day: a result verified anew after a complaint late in the month must still be
        posted for 3 working days. The decision is lawful all the same, and late. Where the
        answer of the superior is due and the time has run out, the next step is the recognition.
        Reports of article 7 that are due in that month or before and were not sent
        (`send_report`) stand there too, with the process ``report`` and no households.

    Raises
    ------
    ArgumentError, InvalidDataError, ReviewError
        As for `fold`; ArgumentError too if there is no such procedure.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A", "A", "B"]}, index=["h1", "h2", "h3"])
    >>> events = mdp.review.open_round(homes, requests=["h1", "h2", "h3"], on="2023-09-05")
    >>> steps = mdp.review.next_steps(
    ...     events, on="2023-09-10", procedure=mdp.procedure_on("2023-09-01"))
    >>> steps[["village", "step", "actor", "households"]].values.tolist()
    [['A', 'surveyed', 'reviewers', 2], ['B', 'surveyed', 'reviewers', 1]]
    """
    events, day = as_frame(events, "events"), as_timestamp(on)
    law = None if procedure is None else as_procedure(procedure)
    check_language(language)
    cases = _outlook(events, day, law, language).astype({"process": str})
    cases = respelt(cases, ["commune", "village"])
    keys = ["due_on", "commune", "village", "process", "step", "actor", "not_before"]
    keys += ["can_be_kept", "citation", "confidence"]
    table = (
        cases.groupby(keys, dropna=False, observed=True).size().rename("households").reset_index()
    )
    table.loc[table["process"] == "report", "households"] = 0
    table["overdue"] = table["due_on"] < day
    order = ["commune", "village", "process", "step", "actor", "not_before", "due_on", "overdue"]
    return table[[*order, "can_be_kept", "households", "citation", "confidence"]]


def overdue(
    events: pd.DataFrame,
    *,
    on: DayLike,
    procedure: ProcedureLike | None = None,
    language: Language = "en",
) -> pd.DataFrame:
    """The cases whose next step should have been taken before a day.

    Parameters
    ----------
    events : pandas.DataFrame
        As for `next_steps`.
    on : str or datetime.date
        As for `next_steps`.
    procedure : Procedure, optional
        As for `next_steps`.
    language : {"en", "vi"}
        As for `next_steps`.

    Returns
    -------
    pandas.DataFrame
        One row per case, the latest first; index ``household_id``; ``process``, ``commune``,
        ``village``, ``state``, ``step``, ``actor``, ``due_on`` (datetime64[s]), ``days_late``
        (int64, calendar days), ``citation`` and ``confidence`` of the deadline. Reports that
        were not sent stand there too, with the process ``report`` and no household.

    Raises
    ------
    ArgumentError, InvalidDataError, ReviewError
        As for `fold`; ArgumentError too if there is no such procedure.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A"]}, index=["h1"])
    >>> events = mdp.review.open_round(homes, requests=["h1"], on="2023-09-05")
    >>> late = mdp.review.overdue(
    ...     events, on="2023-12-20", procedure=mdp.procedure_on("2023-09-01"))
    >>> late[["step", "days_late"]].values.tolist()
    [['report_sent preliminary', 36], ['surveyed', 6], ['report_sent official', 1]]
    """
    events, day = as_frame(events, "events"), as_timestamp(on)
    law = None if procedure is None else as_procedure(procedure)
    check_language(language)
    cases = _outlook(events, day, law, language)
    cases = cases.loc[cases["due_on"] < day].drop(columns=["not_before", "can_be_kept"])
    late = (day - cases["due_on"]).dt.days.astype("int64")
    cases.insert(list(cases.columns).index("citation"), "days_late", late)
    return cases.sort_values("days_late", ascending=False, kind="stable")


@overload
def add_working_days(dates: DayLike, count: int, *, procedure: ProcedureLike) -> pd.Timestamp: ...
@overload
def add_working_days(
    dates: pd.Series[Any], count: int, *, procedure: ProcedureLike
) -> pd.Series[pd.Timestamp]: ...
def add_working_days(dates: Any, count: int, *, procedure: ProcedureLike) -> Any:
    """The working day that comes so many working days after each day.

    Parameters
    ----------
    dates : str, datetime.date or pandas.Series
        The day itself is not counted.
    count : int
        1 or more.
    procedure : Procedure
        Gives the working week and a province's own days.

    Returns
    -------
    pandas.Timestamp or pandas.Series
        As given in.

    Raises
    ------
    ArgumentError
        If `count` is below 1, a day is no day, or the calendar does not reach so far.

    Notes
    -----
    The days off and the days worked instead of 2021 to 2026 are those of
    ``law/days_off.toml``. From the year after ``procedure.holidays_decided_until`` on they are
    projected from the Labour Code by the package ``holidays``, without the substitutions that
    the government decides each year.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> procedure = mdp.procedure_on("2024-04-26")
    >>> mdp.review.add_working_days("2024-04-26", 1, procedure=procedure)  # 29 April was off
    Timestamp('2024-05-02 00:00:00')
    """
    procedure = as_procedure(procedure)
    if count < 1:
        raise ArgumentError(f"count {count} is not 1 or more")
    single = not isinstance(dates, pd.Series)
    read = [as_date(dates, "dates")] if single else strict_dates_of(dates, "dates").to_numpy()
    days = days_of(read)
    table = working_days(procedure)
    known = days != NEVER
    lost = days[known & ~table.reaches(days, count)]
    if len(lost):
        raise ArgumentError(
            f"the calendar of {procedure.name} does not reach "
            f"{to_dates(lost)[0].astype('datetime64[D]')} and {count} working days after it"
        )
    ends = to_dates(np.where(known, table.after(np.where(known, days, table.first), count), days))
    return pd.Timestamp(ends[0]) if single else pd.Series(ends, index=dates.index, name=dates.name)


def calendar(year: int, *, procedure: ProcedureLike, language: Language = "en") -> pd.DataFrame:
    """The legal dates of a year, as a table.

    Parameters
    ----------
    year : int
        The calendar year.
    procedure : Procedure
        The procedure, whose steps and terms are read.
    language : {"en", "vi"}
        Language of labels and citations.

    Returns
    -------
    pandas.DataFrame
        One row per span, sorted by first day: ``first_day`` and ``last_day`` (datetime64[s];
        the same for a report), ``last_working_day`` (the last one up to ``last_day``),
        ``process``, ``what``, ``actor``, ``citation``, ``confidence`` (string) and ``projected``
        (bool: the public holidays of that year are not decided yet, so ``last_working_day``
        may move).

    Raises
    ------
    ArgumentError
        If the procedure is in force on no day of the year.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> dates = mdp.review.calendar(2023, procedure=mdp.procedure_on("2023-09-01"))
    >>> yearly = dates[dates.process == "periodic"]
    >>> yearly[["first_day", "last_day"]].astype(str).values.tolist()
    [['2023-09-01', '2023-12-14']]
    """
    procedure = as_procedure(procedure)
    check_language(language)
    first, last = procedure.periods[0].first, procedure.periods[-1].last
    if not first.year <= year <= last.year:
        raise ArgumentError(f"{procedure.name} is in force from {first} to {last}, not in {year}")
    rows: list[tuple[dt.date, dt.date, str, str, str, Citation]] = []
    label = "vi" if language == "vi" else "en"
    for process in procedure.processes:
        cycle = process.cycle
        what = getattr(process.id, label)
        who = str(Actor.STEERING_COMMITTEE)
        if cycle.every == "year":
            begin, end = (
                dt.date.fromisoformat(f"{year}-{day}") for day in (cycle.first_day, cycle.last_day)
            )
            rows.append((begin, end, str(process.id), what, who, process.citation))
            continue
        for month in range(1, 13):
            begin = dt.date(year, month, int(cycle.first_day))
            if not process.covers(begin):
                continue
            (end,) = (
                to_dates(term_end(days_of([begin]), cycle.days or 0, procedure))
                .astype("datetime64[D]")
                .tolist()
            )
            rows.append((begin, end, str(process.id), what, who, process.citation))
    for report in procedure.reports:
        for month in report.months:
            end = dt.date(year, month, report.day)
            if not report.includes_day:
                end -= dt.timedelta(days=1)
            what, who = getattr(report.label, label), str(procedure.actor(report.sender))
            rows.append((end, end, "report", what, who, report.citation))
    rows = sorted((row for row in rows if first <= row[1] and row[0] <= last), key=lambda r: r[:3])
    ends = days_of([row[1] for row in rows])
    days = working_days(procedure)
    return pd.DataFrame(
        {
            "first_day": to_dates(days_of([row[0] for row in rows])),
            "last_day": to_dates(ends),
            "last_working_day": to_dates(days.on_or_before(ends)),
            "process": [row[2] for row in rows],
            "what": [row[3] for row in rows],
            "actor": [row[4] for row in rows],
            "citation": [row[5].text(language) for row in rows],
            "confidence": [str(row[5].confidence) for row in rows],
            "projected": [row[1].year > procedure.holidays_decided_until for row in rows],
        }
    )
