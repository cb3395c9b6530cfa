"""How a review ends: summing up, the superior's opinion, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import DayLike
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.review.selection import (
    Names,
    add_events,
    by_household,
    cases_for,
    matching,
    named_cases,
    only_one_process,
    possible_cases,
    ready_cases,
    warn_if_unchanged,
)
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import PovertyClass, ReviewEvent, ReviewProcess

__all__ = [
    "answer",
    "no_answer",
    "on_a_list",
    "recognise",
    "report",
    "sum_up",
]


def sum_up(
    events: pd.DataFrame,
    *,
    on: DayLike,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Sum up the results whose posting is over, without a pending complaint.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
        The day of the step.
    villages, communes : str or iterable of str, optional
        As for `record_survey`.
    process : {"periodic", "regular", "farm"}, optional
        As for `record_survey`.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``summed_up`` events added.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice, an answer or a day is none, or there is
        no such procedure.
    ReviewError
        If the events, with the new ones, break a rule of the procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 4 (unconfirmed).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.review.sum_up(mdp.review.empty_events(), on="2023-10-06"))
    0
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    ready = ready_cases(events, ReviewEvent.SUMMED_UP, on, procedure, villages, communes, process)
    longer = add_events(events, ready, ReviewEvent.SUMMED_UP, on, procedure)
    return warn_if_unchanged(events, longer, "sum_up", on)


def report(
    events: pd.DataFrame,
    *,
    on: DayLike,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Report summed-up results to the superior for an opinion.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
        The day on which the report is sent.
    villages, communes : str or iterable of str, optional
        As for `record_survey`.
    process : {"periodic", "regular", "farm"}, optional
        As for `record_survey`.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``reported`` events added.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice, an answer or a day is none, or there is
        no such procedure.
    ReviewError
        If the events, with the new ones, break a rule of the procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 5; only in a yearly review, and only where there
    is a superior.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.review.report(mdp.review.empty_events(), on="2023-10-09"))
    0
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    ready = ready_cases(events, ReviewEvent.REPORTED, on, procedure, villages, communes, process)
    longer = add_events(events, ready, ReviewEvent.REPORTED, on, procedure)
    return warn_if_unchanged(events, longer, "report", on)


def answer(
    events: pd.DataFrame,
    *,
    on: DayLike,
    opinion: str | Mapping[Any, str] | pd.Series[Any],
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Record the superior's answer.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
        The day of the step.
    opinion : {"agrees", "objects"}, or a mapping or pandas.Series by household id
        What the superior answered, for all reported cases or for each of these households. The
        labels in both languages are read too.
    villages, communes : str or iterable of str, optional
        As for `record_survey`.
    process : {"periodic", "regular", "farm"}, optional
        As for `record_survey`.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``answered`` events added.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice, an answer or a day is none, or there is
        no such procedure.
    ReviewError
        If the events, with the new ones, break a rule of the procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 5: in writing, within 5 working days. An
    objection leads back to the survey or to a new verification (`reverify`), and the case cannot
    be recognised before. When the days have run out, `no_answer` says so, and `recognise` is
    possible without an answer.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.review.answer(mdp.review.empty_events(), on="2023-10-12", opinion="agrees"))
    0
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    event = ReviewEvent.ANSWERED
    if isinstance(opinion, str):
        ready = ready_cases(events, event, on, procedure, villages, communes, process)
        said: Any = opinion
    else:
        by_home = by_household(opinion, "opinion")
        ready = named_cases(events, by_home.index, event, on, process, procedure)
        said = np.append(by_home.to_numpy(), [None])[matching(ready, by_home.index)]
    longer = add_events(events, ready, event, on, procedure, opinion=said)
    return warn_if_unchanged(events, longer, "answer", on)


def no_answer(
    events: pd.DataFrame,
    *,
    on: DayLike,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Record that the superior has not answered within the time.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
        A day after the last one for the answer.
    villages, communes : str or iterable of str, optional
        As for `record_survey`.
    process : {"periodic", "regular", "farm"}, optional
        As for `record_survey`.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``unanswered`` events added. The case can be recognised then; an answer
        that still comes is recorded with `answer`.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice, an answer or a day is none, or there is
        no such procedure.
    ReviewError
        If the events, with the new ones, break a rule of the procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 5. What holds when no answer comes is not said
    anywhere: this is a reading of the library.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.review.no_answer(mdp.review.empty_events(), on="2023-10-19"))
    0
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    event = ReviewEvent.UNANSWERED
    ready = ready_cases(events, event, on, procedure, villages, communes, process)
    longer = add_events(events, ready, event, on, procedure)
    return warn_if_unchanged(events, longer, "no_answer", on)


def recognise(
    events: pd.DataFrame,
    *,
    on: DayLike,
    decision_number: str | None = None,
    reason: str | None = None,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Decide every case that is ready: recognise it, or refuse it with a reason.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
        Day of the decision.
    decision_number : str
        Number of the decision; a refusal has none.
    reason : str, optional
        Reason of a refusal; by default the result of the review.
    villages, communes : str or iterable of str, optional
        As for `record_survey`.
    process : {"periodic", "regular", "farm"}, optional
        As for `record_survey`.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``recognised`` and ``refused`` events added. In the processes on
        request, a household that would go on no list is refused: one that is found neither poor
        nor near-poor and was not so before, one that asked by Form 04 and has not escaped, or a
        farm household outside the average band.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice, an answer or a day is none, or there is
        no such procedure.
    ReviewError
        If the events, with the new ones, break a rule of the procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 6, and articles 5 and 6.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.review.recognise(mdp.review.empty_events(), on="2023-10-16"))
    0
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    cases = cases_for(events, procedure, villages, communes, process)
    _, _, today = possible_cases(cases, ReviewEvent.RECOGNISED, on, procedure)
    _, _, refusable = possible_cases(cases, ReviewEvent.REFUSED, on, procedure)
    ready = only_one_process(cases.loc[today], process)
    worthy = on_a_list(ready, _forms(events, ready))
    may_be_refused = ready["process"].isin(cases["process"][refusable].unique()).to_numpy()
    accepted, refused = ready.loc[worthy | ~may_be_refused], ready.loc[~worthy & may_be_refused]
    event = ReviewEvent.RECOGNISED
    longer = add_events(events, accepted, event, on, procedure, decision_number=decision_number)
    why = [reason or f"Kết quả rà soát: {PovertyClass.of(c).vi}" for c in refused["assessed_class"]]
    longer = add_events(longer, refused, ReviewEvent.REFUSED, on, procedure, reason=why)
    return warn_if_unchanged(events, longer, "recognise", on)


def on_a_list(cases: pd.DataFrame, forms: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """Whether the result of each case puts its household on a list of the decision."""
    now = category_codes(cases["assessed_class"], PovertyClass.codes())
    was = category_codes(cases["previous_class"], PovertyClass.codes())
    last = PovertyClass.codes().index(PovertyClass.NEAR_POOR)
    escaped = (was >= 0) & (was <= last) & (now > was)
    listed = (now >= 0) & (now <= last) & (forms != "04")
    average = now == PovertyClass.codes().index(PovertyClass.AVERAGE)
    of_income = cases["process"].isin([ReviewProcess.FARM, ReviewProcess.LOW_INCOME]).to_numpy()
    return np.asarray(np.where(of_income, average, listed | escaped), dtype=bool)


def _forms(events: pd.DataFrame, cases: pd.DataFrame) -> npt.NDArray[np.object_]:
    if "form" not in events.columns or not len(cases):
        return np.full(len(cases), None, dtype=object)
    asked = events.loc[events["event"] == ReviewEvent.REQUESTED]
    asked = asked.drop_duplicates(["household_id", "process"], keep="last")
    keys = pd.MultiIndex.from_arrays([asked["household_id"], asked["process"].astype(object)])
    at = keys.get_indexer(pd.MultiIndex.from_arrays([cases.index, cases["process"].astype(object)]))
    form = np.append(asked["form"].astype(object).to_numpy(), [None])
    return np.asarray(form[at], dtype=object)
