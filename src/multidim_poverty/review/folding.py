"""From events to the state of every case."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from multidim_poverty.dates import NEVER, days_of
from multidim_poverty.errors import ArgumentError, ReviewError
from multidim_poverty.identity import check_ids_meet
from multidim_poverty.language import Language, check_language
from multidim_poverty.law import Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.law.procedure_parts import CLOSED
from multidim_poverty.review.cases import Cases
from multidim_poverty.review.faults import as_table, to_dates
from multidim_poverty.review.machine import Folded, run
from multidim_poverty.review.rulebook import CLASSES, PROCESSES, STATES, Rulebook, rulebook
from multidim_poverty.review.standing import LISTED_UP_TO
from multidim_poverty.review.table import as_events, id_dtype
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import Actor, ClosingCause, ReviewProcess, ReviewState

__all__ = ["cases_frame", "cases_of", "fold", "folded", "traced", "violations"]


def fold(
    events: pd.DataFrame,
    *,
    procedure: ProcedureLike | None = None,
    on_violation: Literal["raise", "keep"] = "raise",
    after: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The state of every case, from all that has happened.

    Parameters
    ----------
    events : pandas.DataFrame
        One row per household and event, in the order in which they were recorded; see
        `empty_events` for the columns. Only ``household_id``, ``process``, ``event`` and
        ``on`` are always needed. Households may be interleaved in any way. With days in
        ``recorded_on`` the rows may stand in any order: they are taken by day, and within a day
        in the order that the law allows (see `in_order`).
    procedure : Procedure or str, optional
        A variant, for the days that it covers. By default, and on all other days, each case goes
        by the law in force when its review begins.
    on_violation : {"raise", "keep"}
        What to do with events that break a rule. ``"raise"``: stop, and name them all.
        ``"keep"``: leave out those that can have no effect, let the late ones count, and flag
        their cases.
    after : pandas.DataFrame, optional
        A result of `fold`, to go on from: ``fold(later, after=fold(earlier))`` equals
        ``fold`` of both at once.

    Returns
    -------
    pandas.DataFrame
        One row per case, in the order in which the cases were opened; index ``household_id``
        (repeated where a household has several cases). Columns ``process`` (category),
        ``commune``, ``village`` (string), ``state`` (category), ``since`` (day of the event
        that led to it), ``review_from`` and ``review_until`` (first and last day of the review),
        ``due_on`` (last day of the clock that runs, else of the review; NaT once closed),
        ``next_actor`` (category), ``round`` (Int64, how many times surveyed and met),
        ``previous_class`` (by the decisions of the log, else as listed), ``assessed_class``,
        ``final_class`` (ordered category), ``complaints``, ``violations`` (Int64, counts),
        ``certificate_valid_for`` (Int64, year; NA where there is no certificate),
        ``member_id`` (object; None but for low-income workers), ``posted_until`` (last day of
        the last posting), ``corrections`` (Int64, entries of the case corrected or voided),
        ``cause`` (category, why it was closed) and ``gone_on`` (day of the closing). Days are
        datetime64[s].

    Raises
    ------
    ArgumentError
        If `on_violation` is not one of the two.
    ReviewError
        With ``on_violation="raise"``, if any event breaks a rule; its ``violations`` names them
        all. In any case, if a column that is always needed is absent.
    InvalidDataError
        If `events` names a column twice, or holds what its column cannot.

    Notes
    -----
    A case is one household in one review of one process. It opens with its first event
    (Decision 24/2021/QD-TTg, articles 4 to 6), and a later review opens another. Events of one
    case are taken in the order of the table, not of their dates: an event dated before the one
    that it follows is a fault. An event that leaves a case where it stands, such as a second
    complaint, does not start its clock again.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> events = pd.DataFrame({
    ...     "household_id": "a", "process": "periodic", "event": ["listed", "surveyed"],
    ...     "on": pd.to_datetime(["2023-09-05", "2023-09-20"]), "assessed_class": [None, "poor"]})
    >>> state = mdp.review.fold(events, procedure=mdp.procedure_on("2023-09-01"))
    >>> state.loc["a", ["state", "assessed_class", "next_actor"]].tolist()
    ['surveyed', 'poor', 'village_head']
    """
    events = as_frame(events, "events")
    after = None if after is None else as_frame(after, "after")
    procedure = None if procedure is None else as_procedure(procedure)
    if on_violation not in ("raise", "keep"):
        raise ArgumentError(f"on_violation {on_violation!r} is not 'raise' or 'keep'")
    lookup = rulebook(procedure)
    result = run(events, lookup, _before(after, events, lookup))
    errors = any(not fault.warning for fault in result.broken)
    if not result.readable or (errors and on_violation == "raise"):
        raise ReviewError(as_table(result.broken, events, lookup, "en"))
    dtype = id_dtype(events["household_id"])
    if after is not None and not len(events):
        dtype = after.index.dtype
    return cases_frame(result.cases, lookup, dtype)


def violations(
    events: pd.DataFrame,
    *,
    procedure: ProcedureLike | None = None,
    after: pd.DataFrame | None = None,
    language: Language = "en",
) -> pd.DataFrame:
    """Every event that is illegal, early, late or incomplete, with the rule that it breaks.

    Parameters
    ----------
    events : pandas.DataFrame
        As for `fold`.
    procedure : Procedure or str, optional
        As for `fold`.
    after : pandas.DataFrame, optional
        As for `fold`.
    language : {"en", "vi"}
        Language of messages and citations.

    Returns
    -------
    pandas.DataFrame
        One row per cause, in the order of the events: ``severity`` (``error``, ``warning``),
        ``rule`` (see `rules`), ``table``, ``row`` (Int64, position in `events`; NA where a whole
        column is at fault), ``household_id``, ``member_id`` (object), ``process``, ``event``,
        ``on`` (datetime64[s]), ``column``, ``value`` (object), ``expected``, ``message``,
        ``citation``, ``confidence`` (string) and ``counts`` (bool: the event takes effect all
        the same, as a late one does). What only follows from a fault before it in the same case
        is left out. Empty when all is well.

    Raises
    ------
    ArgumentError, InvalidDataError
        As for `fold`; what breaks the procedure is a row of the table.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> events = pd.DataFrame({
    ...     "household_id": "a", "process": "periodic", "event": ["listed", "posted"],
    ...     "on": pd.to_datetime(["2023-09-05", "2023-09-20"])})
    >>> bad = mdp.review.violations(events, procedure=mdp.procedure_on("2023-09-01"))
    >>> bad[["event", "rule", "expected"]].values.tolist()
    [['posted', 'out_of_order', 'one of: surveyed, withdrawn, closed']]
    """
    events = as_frame(events, "events")
    after = None if after is None else as_frame(after, "after")
    procedure = None if procedure is None else as_procedure(procedure)
    check_language(language)
    lookup = rulebook(procedure)
    result = run(events, lookup, _before(after, events, lookup))
    return as_table(result.broken, events, lookup, language)


def folded(events: pd.DataFrame, procedure: Procedure | None = None) -> tuple[Folded, Rulebook]:
    """All that a fold knows of a table, where illegal events have no effect."""
    lookup = rulebook(procedure)
    result = run(events, lookup)
    if not result.readable:
        raise ReviewError(as_table(result.broken, events, lookup, "en"))
    return result, lookup


def traced(
    events: pd.DataFrame, procedure: Procedure | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases, and the events that took effect, each with the place of its ``case``.

    The events are in the order in which they were taken, with their corrections.
    """
    result, lookup = folded(events, procedure)
    rows = result.order[result.case[result.order] >= 0]
    effective = as_events(result.events.iloc[rows]).assign(case=result.case[rows])
    return cases_frame(result.cases, lookup, id_dtype(events["household_id"])), effective


def cases_frame(cases: Cases, lookup: Rulebook, dtype: Any) -> pd.DataFrame:
    """The cases as the table that `fold` returns."""
    law = np.maximum(lookup.law_of(cases.first_day), 0)
    closed = lookup.closed[cases.state]
    due = np.where(cases.clock_end == NEVER, cases.last_day, cases.clock_end)
    actors = Actor.codes()
    expected = np.full((len(lookup.procedures), len(PROCESSES), len(STATES)), -1, dtype=np.int8)
    for n, procedure in enumerate(lookup.procedures):
        for process in procedure.processes:
            for s, state in enumerate(ReviewState):
                step = None if state in CLOSED else procedure.next_step(process, state)
                if step is not None:
                    actor = actors.index(procedure.actor(step.actor))
                    expected[n, PROCESSES.index(process.id), s] = actor
    next_actor = expected[law, cases.process, cases.state]
    valid = pd.array(_certificate_year(cases, lookup, law), dtype="Int64")
    valid[~_certified(cases)] = pd.NA

    def category(codes: Any, names: tuple[str, ...], ordered: bool = False) -> Any:
        return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(names), ordered))

    index: pd.Index[Any] = pd.Index(cases.household, dtype=dtype, name="household_id")
    return pd.DataFrame(
        {
            "process": category(cases.process, PROCESSES),
            "commune": pd.array(cases.commune, dtype="string"),
            "village": pd.array(cases.village, dtype="string"),
            "state": category(cases.state, STATES),
            "since": to_dates(cases.since),
            "review_from": to_dates(cases.first_day),
            "review_until": to_dates(cases.last_day),
            "due_on": to_dates(np.where(closed, NEVER, due)),
            "next_actor": category(next_actor, actors),
            "round": pd.array(cases.round, dtype="Int64"),
            "previous_class": category(cases.previous, CLASSES, ordered=True),
            "assessed_class": category(cases.assessed, CLASSES, ordered=True),
            "final_class": category(cases.final, CLASSES, ordered=True),
            "complaints": pd.array(cases.complaints, dtype="Int64"),
            "violations": pd.array(cases.violations, dtype="Int64"),
            "certificate_valid_for": valid,
            "member_id": pd.Series(cases.member, index=index, dtype=object),
            "posted_until": to_dates(cases.posted_until),
            "corrections": pd.array(cases.corrections, dtype="Int64"),
            "cause": category(cases.cause, ClosingCause.codes()),
            "gone_on": to_dates(cases.gone_on),
        },
        index=index,
    )


def _certified(cases: Cases) -> Any:
    """Cases that end in a certificate: recognised as poor or near-poor."""
    of_poverty = np.isin(
        cases.process,
        [PROCESSES.index(p) for p in (ReviewProcess.PERIODIC, ReviewProcess.REGULAR)],
    )
    return of_poverty & (cases.final >= 0) & (cases.final <= LISTED_UP_TO)


def _certificate_year(cases: Cases, lookup: Rulebook, law: Any) -> Any:
    """The year of the certificate: after a yearly review, else that of the decision."""
    after = np.array([p.certificate.years_after_review for p in lookup.procedures])[law]
    yearly = cases.process == PROCESSES.index(ReviewProcess.PERIODIC)
    return np.where(yearly, _year(cases.first_day) + after, _year(cases.since))


def _year(days: Any) -> Any:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def _before(after: pd.DataFrame | None, events: pd.DataFrame, lookup: Rulebook) -> Cases | None:
    """The cases of an earlier fold, whose ids must be written as those of the events are."""
    if after is None:
        return None
    if (events.columns == "household_id").sum() == 1:
        check_ids_meet(events["household_id"], after.index, ("events", "after"), must_meet=False)
    return cases_of(after, lookup)


def cases_of(frame: pd.DataFrame, lookup: Rulebook) -> Cases:
    """The cases of a result of `fold`."""
    process = category_codes(frame["process"], PROCESSES)
    state = category_codes(frame["state"], STATES)
    first_day = days_of(frame["review_from"].to_numpy())
    law = np.maximum(lookup.law_of(first_day), 0)
    runs = lookup.clock_days[law, process, state] > 0
    return Cases(
        household=frame.index,
        member=frame["member_id"].astype(object).to_numpy(),
        process=process,
        state=state,
        since=days_of(frame["since"].to_numpy()),
        first_day=first_day,
        last_day=days_of(frame["review_until"].to_numpy()),
        clock_end=np.where(runs, days_of(frame["due_on"].to_numpy()), NEVER),
        round=frame["round"].to_numpy(np.int32),
        previous=category_codes(frame["previous_class"], CLASSES),
        assessed=category_codes(frame["assessed_class"], CLASSES),
        final=category_codes(frame["final_class"], CLASSES),
        complaints=frame["complaints"].to_numpy(np.int32),
        violations=frame["violations"].to_numpy(np.int32),
        posted_until=days_of(frame["posted_until"].to_numpy()),
        corrections=frame["corrections"].to_numpy(np.int32),
        cause=category_codes(frame["cause"], ClosingCause.codes()),
        gone_on=days_of(frame["gone_on"].to_numpy()),
        commune=_texts(frame["commune"]),
        village=_texts(frame["village"]),
        decision_row=np.full(len(frame), -1, dtype=np.intp),
        gone_row=np.full(len(frame), -1, dtype=np.intp),
    )


def _texts(column: pd.Series[Any]) -> Any:
    """A column of texts as objects, None where missing."""
    values = column.astype(object)
    return values.where(values.notna(), None).to_numpy()
