"""The list in force on a day: one row per household that the log names."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import NEVER, as_date, days_of
from multidim_poverty.identity import check_ids_meet, match
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.review.cases import Cases
from multidim_poverty.review.faults import to_dates
from multidim_poverty.review.folding import folded
from multidim_poverty.review.machine import Folded
from multidim_poverty.review.reading import event_days
from multidim_poverty.review.rulebook import CLASSES, PROCESSES, STATES, Rulebook
from multidim_poverty.review.standing import LISTED_UP_TO, decisions_of
from multidim_poverty.review.table import id_dtype
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import ClosingCause, ReviewEvent, ReviewProcess

__all__ = ["LEFT", "SOURCES", "current_list", "events_until", "texts_at"]

# What the class of a household stands on.
SOURCES = pd.CategoricalDtype(["yearly_review", "review_in_the_year", "farm", "given_list"])
YEARLY, IN_THE_YEAR, FARM, GIVEN = range(4)
# Causes by which a household is no more.
LEFT = tuple(n for n, cause in enumerate(ClosingCause.codes()) if cause != ClosingCause.NO_DECISION)
UNITS = ("area", "province", "district", "commune", "village")


def events_until(events: pd.DataFrame, on: Any) -> pd.DataFrame:
    """The events up to and with a day; those without a day stay, so that they are named."""
    day = days_of([as_date(on)])[0]
    if "on" not in events.columns:
        return events
    days = event_days(events)
    past: pd.DataFrame = events.loc[(days <= day) | (days == NEVER)]
    return past


def current_list(
    events: pd.DataFrame,
    *,
    on: Any,
    procedure: ProcedureLike | None = None,
    households: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The class of every household that the log names, as it holds on a day.

    Parameters
    ----------
    events : pandas.DataFrame
        Later events than `on` are left out; illegal ones have no effect.
    on : str or datetime.date
        The day on which the list is asked for.
    procedure : Procedure or str, optional
        A variant, for the days that it covers.
    households : pandas.DataFrame, optional
        Index ``household_id``. Its ``household_size`` and units are added, so that the table
        goes into `multidim_poverty.movement.flows` as it is.

    Returns
    -------
    pandas.DataFrame
        One row per household of which a decision was made, or which stood on the list that the
        log began with; index ``household_id``, in the order of the log:

        - ``poverty_class`` (ordered category; NA where the first decision does not hold yet);
        - ``listed`` (bool: poor or near-poor on that day);
        - ``since`` (datetime64[s], first day of that class; NaT for a list that was given);
        - ``source`` (category): ``yearly_review`` (holds from 1 January after the review),
          ``review_in_the_year`` (from its decision; both are readings of the notes on Form 03),
          ``farm``, or ``given_list`` (no decision of the log, but the class that it was listed
          with);
        - ``decided_on`` (datetime64[s]), ``decision_number`` (string): of that decision;
        - ``left_on`` (datetime64[s]) and ``cause`` (category): when and why the household was
          closed as being no more; it is not listed from then on;
        - ``commune``, ``village`` (string), ``open_cases`` (string: process and state of each
          case that is not decided, empty where there is none).

    Raises
    ------
    ArgumentError, InvalidDataError, ReviewError
        As for `fold`; ArgumentError too if there is no such procedure.

    Notes
    -----
    Of several decisions that hold, the one made last counts. A certificate ends on 31 December;
    the listing does not: only a later decision, or the end of the household, changes it.

    Decision 24/2021/QD-TTg, articles 4 and 5, and notes on Form 03.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A"]}, index=["h1"])
    >>> events = mdp.review.open_round(homes, previous=pd.Series({"h1": "poor"}), on="2023-09-05")
    >>> current = mdp.review.current_list(events, on="2024-06-01")
    >>> current.loc["h1", ["poverty_class", "source"]].tolist(), bool(current["listed"].all())
    (['poor', 'given_list'], True)
    """
    events = as_frame(events, "events")
    households = None if households is None else as_frame(households, "households")
    procedure = None if procedure is None else as_procedure(procedure)
    day = int(days_of([as_date(on)])[0])
    result, lookup = folded(events_until(events, on), procedure)
    cases = result.cases
    decisions, household, names = decisions_of(cases)
    homes = np.arange(len(names))
    at = decisions.in_force(homes, np.full(len(homes), day))
    decided = at >= 0
    code = _at(decisions.classes, at, -1)
    since, decided_on = _at(decisions.effective, at, NEVER), _at(decisions.day, at, NEVER)
    case = _at(decisions.case, at, -1)
    source = np.where(
        _at(cases.process, case, -1) == _process(ReviewProcess.PERIODIC), YEARLY, IN_THE_YEAR
    )
    source[~decided] = -1
    given = _given_classes(result, household, len(names))
    from_list = ~decided & (given >= 0)
    code[from_list], source[from_list] = given[from_list], GIVEN
    farm = _last_farm_case(cases, household, len(names))
    farming = ~decided & ~from_list & (farm >= 0)
    code[farming], source[farming] = cases.final[farm[farming]], FARM
    case[farming] = farm[farming]
    since[farming] = decided_on[farming] = cases.since[farm[farming]]
    named = (
        from_list
        | farming
        | (np.append(decisions.count, 0)[np.minimum(homes, len(decisions.count))] > 0)
    )

    left_on, cause = _left(cases, household, len(names))
    left_on[(left_on < decided_on) & (decided_on != NEVER)] = NEVER
    cause[left_on == NEVER] = -1
    newest = np.full(len(names), -1, dtype=np.intp)
    newest[household] = np.arange(len(household))
    rows = _at(cases.decision_row, case, -1)
    table = pd.DataFrame(
        {
            "poverty_class": pd.Categorical.from_codes(
                code, dtype=pd.CategoricalDtype(list(CLASSES), ordered=True)
            ),
            "listed": (code >= 0) & (code <= LISTED_UP_TO) & (left_on == NEVER),
            "since": to_dates(since),
            "source": pd.Categorical.from_codes(source, dtype=SOURCES),
            "decided_on": to_dates(decided_on),
            "decision_number": texts_at(result.events, "decision_number", rows),
            "left_on": to_dates(left_on),
            "cause": pd.Categorical.from_codes(
                cause, dtype=pd.CategoricalDtype(list(ClosingCause.codes()))
            ),
            "commune": pd.array(_at(cases.commune, newest, None), dtype="string"),
            "village": pd.array(_at(cases.village, newest, None), dtype="string"),
            "open_cases": _open_cases(cases, household, len(names), lookup),
        },
        index=pd.Index(names, dtype=id_dtype(events["household_id"]), name="household_id"),
    ).loc[named]
    if households is None:
        return table
    tables = ("events", "households")
    check_ids_meet(events["household_id"], households.index, tables, must_meet=False)
    return _with_households(table, households)


def _process(name: str) -> int:
    return PROCESSES.index(name)


def _at(values: npt.NDArray[Any], place: npt.NDArray[np.intp], empty: Any) -> npt.NDArray[Any]:
    """Values at some places; `empty` where the place is -1."""
    taken = np.append(values, np.array([empty], dtype=values.dtype))[place]
    return np.asarray(taken).copy()


def _given_classes(
    result: Folded, household: npt.NDArray[np.intp], count: int
) -> npt.NDArray[np.int8]:
    """The listed class that each household came into the log with; -1 for none."""
    given = np.full(count, -1, dtype=np.int8)
    events = result.events
    if "previous_class" not in events.columns:
        return given
    said = category_codes(events["previous_class"], CLASSES)
    listing = events["event"].isin([ReviewEvent.REQUESTED, ReviewEvent.LISTED]).to_numpy()
    rows = result.order
    rows = rows[(result.case[rows] >= 0) & listing[rows]]
    rows = rows[(said[rows] >= 0) & (said[rows] <= LISTED_UP_TO)]
    given[household[result.case[rows]]] = said[rows]
    return given


def _last_farm_case(
    cases: Cases, household: npt.NDArray[np.intp], count: int
) -> npt.NDArray[np.intp]:
    farm = np.flatnonzero((cases.process == _process(ReviewProcess.FARM)) & (cases.final >= 0))
    last = np.full(count, -1, dtype=np.intp)
    last[household[farm]] = farm
    return last


def _left(
    cases: Cases, household: npt.NDArray[np.intp], count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int8]]:
    """The last day on which each household was said to be no more, and why."""
    gone = np.flatnonzero(np.isin(cases.cause, LEFT))
    gone = gone[np.argsort(cases.gone_on[gone], kind="stable")]
    left_on, cause = np.full(count, NEVER), np.full(count, -1, dtype=np.int8)
    left_on[household[gone]] = cases.gone_on[gone]
    cause[household[gone]] = cases.cause[gone]
    return left_on, cause


def texts_at(events: pd.DataFrame, column: str, rows: npt.NDArray[np.intp]) -> Any:
    """The texts of a column at some rows; missing where the row is -1."""
    if column not in events.columns:
        return pd.array([pd.NA] * len(rows), dtype="string")
    return events[column].astype("string").array.take(rows, allow_fill=True)


def _open_cases(cases: Cases, household: npt.NDArray[np.intp], count: int, lookup: Rulebook) -> Any:
    texts = np.full(count, "", dtype=object)
    for place in np.flatnonzero(~lookup.closed[cases.state]):
        said = f"{PROCESSES[cases.process[place]]}: {STATES[cases.state[place]]}"
        home = household[place]
        texts[home] = f"{texts[home]}, {said}" if texts[home] else said
    return pd.array(texts, dtype="string")


def _with_households(table: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    """The table with the size and the units of each household that is still known."""
    at = match(table.index.to_series(), households.index).home
    added = {}
    for name in ("household_size", *UNITS):
        if name not in households.columns:
            continue
        values = households[name].take(np.maximum(at, 0)) if len(households) else None
        if values is None:
            continue
        values = values.set_axis(table.index).where(at >= 0)
        if name in table.columns:
            values = values.astype("string").fillna(table[name])
        added[name] = values.astype("Int64") if name == "household_size" else values
    return table.assign(**added)
