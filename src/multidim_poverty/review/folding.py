"""From events to the state of every case."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from multidim_poverty.dates import NEVER, days_of
from multidim_poverty.errors import ReviewError
from multidim_poverty.language import Language
from multidim_poverty.law import Procedure
from multidim_poverty.law.procedure_parts import CLOSED
from multidim_poverty.review.faults import as_table
from multidim_poverty.review.machine import Cases, run, to_dates
from multidim_poverty.review.rulebook import CLASSES, PROCESSES, STATES, Rulebook, rulebook
from multidim_poverty.review.table import as_events
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import Actor, ReviewState

__all__ = ["fold", "traced", "violations"]


def fold(
    events: pd.DataFrame,
    *,
    procedure: Procedure,
    on_violation: Literal["raise", "keep"] = "raise",
    after: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The state of every case, from all that has happened.

    Parameters
    ----------
    events : pandas.DataFrame
        One row per household and event, in the order in which they were recorded; see
        `empty_events` for the columns. Only ``household_id``, ``process``, ``event`` and
        ``on`` are always needed. Households may be interleaved in any way.
    procedure : Procedure
        From `procedure_on`.
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
        ``previous_class``, ``assessed_class``, ``final_class`` (ordered category),
        ``complaints``, ``violations`` (Int64, counts) and ``certificate_valid_for`` (Int64,
        year). Days are datetime64[s].

    Raises
    ------
    ReviewError
        With ``on_violation="raise"``, if any event breaks a rule; its ``violations`` names them
        all. In any case, if a column that is always needed is absent.

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
    if on_violation not in ("raise", "keep"):
        raise ValueError(f"on_violation {on_violation!r} is not 'raise' or 'keep'")
    book = rulebook(procedure)
    cases, found, _ = run(events, book, None if after is None else _cases(after, book))
    unreadable = any(not len(fault.rows) for fault in found)  # a whole column is at fault
    if found and (on_violation == "raise" or unreadable):
        raise ReviewError(as_table(found, events, book, "en"))
    ids = events["household_id"] if len(events) or after is None else after.index
    return _frame(cases, book, ids.dtype)


def violations(
    events: pd.DataFrame,
    *,
    procedure: Procedure,
    after: pd.DataFrame | None = None,
    language: Language = "en",
) -> pd.DataFrame:
    """Every event that is illegal, early, late or incomplete, with the rule that it breaks.

    Parameters
    ----------
    events, procedure, after
        As for `fold`.
    language : {"en", "vi"}
        Language of messages and citations.

    Returns
    -------
    pandas.DataFrame
        One row per fault, in the order of the events: ``row`` (Int64, position in `events`;
        NA where a whole column is at fault), ``household_id``, ``process``, ``event``, ``on``
        (datetime64[s]), ``rule`` (see `rules`), ``value`` (object), ``expected``, ``citation``,
        ``confidence`` (string), ``counts`` (bool: the event takes effect all the same, as a late
        one does) and ``message``. Empty when all is well.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> events = pd.DataFrame({
    ...     "household_id": "a", "process": "periodic", "event": ["listed", "posted"],
    ...     "on": pd.to_datetime(["2023-09-05", "2023-09-20"])})
    >>> bad = mdp.review.violations(events, procedure=mdp.procedure_on("2023-09-01"))
    >>> bad[["event", "rule", "expected"]].values.tolist()
    [['posted', 'out_of_order', 'one of: surveyed, withdrawn']]
    """
    book = rulebook(procedure)
    _, found, _ = run(events, book, None if after is None else _cases(after, book))
    return as_table(found, events, book, language)


def traced(events: pd.DataFrame, procedure: Procedure) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases, and the events that took effect, each with the place of its ``case``."""
    book = rulebook(procedure)
    cases, found, place = run(events, book)
    if any(not len(fault.rows) for fault in found):
        raise ReviewError(as_table(found, events, book, "en"))
    effective = as_events(events.loc[place >= 0]).assign(case=place[place >= 0])
    return _frame(cases, book, events["household_id"].dtype), effective


def _frame(cases: Cases, book: Rulebook, dtype: Any) -> pd.DataFrame:
    procedure = book.procedure
    closed = book.closed[cases.state]
    due = np.where(cases.clock_end == NEVER, cases.last_day, cases.clock_end)
    actors, next_actor = Actor.codes(), np.full(len(cases.state), -1, dtype=np.int8)
    for process in procedure.processes:
        of_process = cases.process == PROCESSES.index(process.id)
        for s, state in enumerate(ReviewState):
            step = None if state in CLOSED else procedure.next_step(process, state)
            if step is not None:
                here = of_process & (cases.state == s)
                next_actor[here] = actors.index(procedure.actor(step.actor))
    year = to_dates(cases.first_day).astype("datetime64[Y]").astype(np.int64) + 1970
    valid = pd.array(year + procedure.certificate.years_after_review, dtype="Int64")
    valid[cases.final < 0] = pd.NA

    def category(codes: Any, names: tuple[str, ...], ordered: bool = False) -> Any:
        return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(names), ordered))

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
        },
        index=pd.Index(cases.household, dtype=dtype, name="household_id"),
    )


def _cases(frame: pd.DataFrame, book: Rulebook) -> Cases:
    """The cases of a result of `fold`."""
    process = category_codes(frame["process"], PROCESSES)
    state = category_codes(frame["state"], STATES)
    runs = book.clock_days[process, state] > 0
    return Cases(
        household=np.asarray(frame.index, dtype=object),
        process=process,
        state=state,
        since=days_of(frame["since"].to_numpy()),
        first_day=days_of(frame["review_from"].to_numpy()),
        last_day=days_of(frame["review_until"].to_numpy()),
        clock_end=np.where(runs, days_of(frame["due_on"].to_numpy()), NEVER),
        round=frame["round"].to_numpy(np.int64),
        previous=category_codes(frame["previous_class"], CLASSES),
        assessed=category_codes(frame["assessed_class"], CLASSES),
        final=category_codes(frame["final_class"], CLASSES),
        complaints=frame["complaints"].to_numpy(np.int64),
        violations=frame["violations"].to_numpy(np.int64),
        commune=frame["commune"].astype(object).to_numpy(),
        village=frame["village"].astype(object).to_numpy(),
    )
