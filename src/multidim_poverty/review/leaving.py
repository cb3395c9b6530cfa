"""Cases that end without a decision: withdrawn, or closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike
from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.review.selection import (
    add_events,
    cases_for,
    check_named_ids,
    matching,
    named_cases,
    possible_cases,
)
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import ClosingCause, ReviewEvent

__all__ = ["close", "withdraw"]


def withdraw(
    events: pd.DataFrame,
    households: Iterable[Any],
    *,
    on: DayLike,
    reason: str | None = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Record that households withdraw.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    households : iterable of household ids
        Which households.
    on : str or datetime.date
        The day of the step.
    reason : str, optional
        Why, in words; kept with the event.
    process : {"periodic", "regular", "farm"}, optional
        As for `record_survey`.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``withdrawn`` events added.

    Raises
    ------
    ReviewError
        Names each household that cannot withdraw, such as one with a pending complaint.
    ArgumentError
        If a household has open cases in several processes and none is chosen.
    InvalidDataError
        As for `fold`.

    Notes
    -----
    No text on withdrawal was seen; the step is unconfirmed.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A"]}, index=["h1"])
    >>> events = mdp.review.open_round(homes, requests=["h1"], on="2023-09-05")
    >>> mdp.review.withdraw(events, ["h1"], on="2023-09-08")["event"].iloc[-1]
    'withdrawn'
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    event = ReviewEvent.WITHDRAWN
    ids = _ids(households)
    cases = named_cases(events, ids, event, on, process, procedure)
    return add_events(events, cases, event, on, procedure, reason=reason)


def close(
    events: pd.DataFrame,
    households: Iterable[Any],
    *,
    on: DayLike,
    cause: str,
    reason: str,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Close cases that nobody decided, or all cases of households that are no more.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    households : iterable of household ids
        Which households.
    on : str or datetime.date
        The day of the step.
    cause : {"no_decision", "died", "moved_away", "split", "merged"}
        ``"no_decision"``: the open cases of the household end without a decision, and its class
        stays as it was. The others: the household is no more, and stands on no list from that
        day on.
    reason : str
        In words, such as the paper that says it.
    process : str, optional
        Only cases of that process; all of them by default.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with a ``closed`` event for each open case of these households; for a
        household that is no more and has no open case, one for its last case.

    Raises
    ------
    ArgumentError
        If `cause` is none of `ClosingCause`, or a day or an id is not one.
    ReviewError
        Names each household that has no case that could be closed.
    InvalidDataError
        As for `fold`.

    Notes
    -----
    No text says how such cases end: this is a reading of the library.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A"]}, index=["h1"])
    >>> events = mdp.review.open_round(homes, requests=["h1"], on="2023-09-05")
    >>> events = mdp.review.close(
    ...     events, ["h1"], on="2024-01-10", cause="no_decision", reason="the village did not meet")
    >>> mdp.review.fold(events)["state"].tolist()
    ['closed']
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    event, ids = ReviewEvent.CLOSED, _ids(households)
    if cause not in ClosingCause.codes():
        raise ArgumentError(f"cause {cause!r} is none of {', '.join(ClosingCause.codes())}")
    check_named_ids(ids, events)
    newest = cases_for(events, procedure, process=process)
    cases = newest.loc[matching(newest, ids) >= 0]
    possible, _, _ = possible_cases(cases, event, on, procedure)
    open_cases = cases.loc[possible]
    rest = ids[~np.isin(np.arange(len(ids)), matching(open_cases, ids))]
    others = None
    if len(rest):
        others = named_cases(events, rest, event, on, process, procedure, newest)
    chosen = [part for part in (open_cases, others) if part is not None and len(part)]
    return add_events(
        events,
        pd.concat(chosen or [open_cases]),
        event,
        on,
        procedure,
        reason=reason,
        cause=cause,
    )


def _ids(households: Iterable[Any]) -> pd.Index[Any]:
    """Household ids (or pairs of household and member), each of them once."""
    if isinstance(households, str):
        raise ArgumentError(f"households is a text, {households!r}: pass a list of household ids")
    ids = list(households)
    index: pd.Index[Any] = (
        pd.MultiIndex.from_tuples(ids)
        if ids and isinstance(ids[0], tuple)
        else pd.Index(ids, dtype=object)
    )
    twice = index[index.duplicated()].unique()
    if len(twice):
        raise ArgumentError(f"households given more than once: {list(twice)}")
    return index
