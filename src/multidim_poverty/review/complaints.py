"""What follows a posting: complaints, and the new verification of a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike, as_timestamp
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.review.assessing import to_assess
from multidim_poverty.review.selection import (
    add_events,
    by_household,
    cases_for,
    matching,
    named_cases,
    warn_if_unchanged,
)
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import ReviewEvent

__all__ = ["complain", "reverify"]


def complain(
    events: pd.DataFrame,
    complaints: Mapping[Any, str] | pd.Series[Any],
    *,
    on: DayLike,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Record complaints that came in during a posting.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    complaints : mapping or pandas.Series
        Household id -> what the complaint says.
    on : str or datetime.date
        Day of receipt.
    process : {"periodic", "regular", "farm"}, optional
        As for `record_survey`.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``complained`` events added.

    Raises
    ------
    ReviewError
        Names each household whose result is not posted on that day.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice, an answer or a day is none, or there is
        no such procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 4 (unconfirmed).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> try:
    ...     mdp.review.complain(mdp.review.empty_events(), {"h1": "owns a lorry"}, on="2023-10-03")
    ... except mdp.ReviewError as error:
    ...     print(error.violations["rule"].tolist())
    ['unknown_household']
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    said = by_household(complaints, "complaints")
    cases = named_cases(events, said.index, ReviewEvent.COMPLAINED, on, process, procedure)
    text = np.append(said.to_numpy(), [None])[matching(cases, said.index)]
    return add_events(events, cases, ReviewEvent.COMPLAINED, on, procedure, complaint=text)


def reverify(
    events: pd.DataFrame,
    assessment: pd.DataFrame | pd.Series[Any],
    *,
    on: DayLike,
    law_on: DayLike,
    facts_on: DayLike,
    reason: str | None = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Record the new verification of households with a pending complaint.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    assessment : pandas.DataFrame or pandas.Series
        As for `record_survey`. Households without a pending complaint, and without an objection
        of the superior, are passed over.
    on : str or datetime.date
        Day of the verification.
    law_on : str or datetime.date
        Day whose law was applied (the standard of `multidim_poverty.standard_on`).
    facts_on : str or datetime.date
        Day whose facts were verified. Both are kept on the event, so that a later reader sees
        which law and which facts decided.
    reason : str, optional
        Why the committee verifies again of its own accord, where it has found an error after
        the posting and nobody complained. With a reason the results that are posted, summed up,
        reported or answered are verified too, and posted again.
    process : {"periodic", "regular", "farm"}, optional
        As for `record_survey`.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``reverified`` events added.

    Raises
    ------
    ReviewError
        Names every household whose class is missing.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice, an answer or a day is none, or there is
        no such procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 4; the procedure holds the days. A later one
    counts and is marked as late. That the committee may verify again of its own accord is a
    reading of the library: no text names it, and none forbids it.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> events = mdp.review.reverify(
    ...     mdp.review.empty_events(), pd.Series(dtype=object), on="2023-10-05",
    ...     law_on="2023-10-05", facts_on="2023-09-01")
    >>> len(events)
    0
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    event = ReviewEvent.REVERIFIED
    cases = cases_for(events, procedure, process=process)
    ready = to_assess(
        events, cases, event, assessment, on, process, procedure, own_accord=reason is not None
    )
    days = {
        "law_on": as_timestamp(law_on, "law_on"),
        "facts_on": as_timestamp(facts_on, "facts_on"),
    }
    verified = ready.add(events, on, "raise", procedure, reason=reason, **days)
    return warn_if_unchanged(events, verified, "reverify", on)
