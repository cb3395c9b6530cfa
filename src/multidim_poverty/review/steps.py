"""The steps of a review, each for whole villages or communes at once.

Every function takes the events so far and gives them back with events added; nothing is
changed or taken away. A step is taken for the cases in which it is possible on that day;
`next_steps` shows what the others wait for. Where households are named one by one, a step that
is not possible for one of them is an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.columns import category_codes
from multidim_poverty.errors import ReviewError
from multidim_poverty.law import Procedure, procedure_on
from multidim_poverty.law.catalog import as_date
from multidim_poverty.review.faults import as_table
from multidim_poverty.review.fold import fold, violations
from multidim_poverty.review.machine import Found
from multidim_poverty.review.rulebook import EVENTS, PROCESSES, STATES, WHEN, rulebook
from multidim_poverty.review.table import as_events
from multidim_poverty.vocabulary import ListingBasis, PovertyClass, ReviewEvent, ReviewProcess
from multidim_poverty.workdays import days_of

__all__ = [
    "answer",
    "complain",
    "hold_meetings",
    "on_a_list",
    "open_round",
    "post",
    "recognise",
    "record_survey",
    "report",
    "reverify",
    "sum_up",
    "withdraw",
]

Date = str | dt.date
Names = Iterable[str] | str | None
LISTED = (PovertyClass.POOR, PovertyClass.NEAR_POOR)


def open_round(
    households: pd.DataFrame,
    previous: pd.Series[Any] | None = None,
    requests: pd.DataFrame | Iterable[Any] | None = None,
    *,
    on: Date,
    spotted: Iterable[Any] = (),
    process: str = "periodic",
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Begin a review: the list of a yearly review, or requests in the year.

    Parameters
    ----------
    households : pandas.DataFrame
        Index ``household_id``; ``commune`` and ``village`` are copied to the events.
    previous : pandas.Series, optional
        Class of households on the current list, by ``household_id``. In a yearly review the
        poor and the near-poor among them are listed.
    requests : pandas.DataFrame or iterable of household ids, optional
        Households that filed Form 01 or 04. As a table: index ``household_id``, columns
        ``on`` (day of filing, by default the day of the list), ``form`` (``"01"`` by default)
        and ``reason``, all optional.
    on : str or datetime.date
        Day of the list.
    spotted : iterable of household ids, optional
        Households in hardship that the commune found itself (yearly review).
    process : {"periodic", "regular", "farm"}
    procedure : Procedure, optional
        By default the one in force on that day.

    Returns
    -------
    pandas.DataFrame
        An event table: ``requested`` events, and in a yearly review ``listed`` events with their
        ``basis``.

    Raises
    ------
    ReviewError
        If a household is not in `households`, or the day is outside the review.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 1 (yearly) and articles 5 and 6 (on request).

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A", "A", "B"]}, index=["h1", "h2", "h3"])
    >>> events = mdp.review.open_round(
    ...     homes, previous=pd.Series({"h1": "poor"}), requests=["h3"], on="2023-09-05")
    >>> events[["household_id", "event", "basis"]].astype(object).fillna("").values.tolist()
    [['h3', 'requested', ''], ['h1', 'listed', 'current_list'], ['h3', 'listed', 'request']]
    """
    procedure = procedure or procedure_on(on)
    day = pd.Timestamp(as_date(on))
    known = pd.Series(dtype=object) if previous is None else previous.astype(object).dropna()
    filed = _requests(requests, day)
    parts = [filed.assign(event=ReviewEvent.REQUESTED)]
    if process == ReviewProcess.PERIODIC:
        current = known[known.isin([str(c) for c in LISTED])].index
        listed = dict.fromkeys(spotted, ListingBasis.SPOTTED)
        listed |= dict.fromkeys(filed["household_id"], ListingBasis.REQUEST)
        listed |= dict.fromkeys(current, ListingBasis.CURRENT_LIST)
        order = [*current, *filed["household_id"], *spotted]
        ids = list(dict.fromkeys(order))
        parts.append(
            pd.DataFrame(
                {
                    "household_id": pd.Series(ids, dtype=object),
                    "basis": pd.Series([str(listed[id]) for id in ids], dtype=object),
                    "on": day,
                    "event": ReviewEvent.LISTED,
                }
            )
        )
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    ids = pd.Index(rows["household_id"], dtype=object)
    rows["process"] = str(process)
    rows["previous_class"] = known[~known.index.duplicated()].reindex(ids).to_numpy()
    at: npt.NDArray[np.intp] = households.index.astype(object).get_indexer(ids)
    homes = households.iloc[np.where(at < 0, 0, at)] if len(households) else households.reindex(ids)
    for name in ("commune", "village"):
        if name in households.columns:
            rows[name] = homes[name].astype(object).to_numpy()
    if (at >= 0).all():
        rows["household_id"] = rows["household_id"].astype(households.index.dtype)
    events = as_events(rows)
    _demand(events, 0, procedure, [Found("not_in_households", np.flatnonzero(at < 0))])
    return events


def _requests(requests: Any, day: pd.Timestamp) -> pd.DataFrame:
    if not isinstance(requests, pd.DataFrame):
        ids = pd.Index([] if requests is None else list(requests), dtype=object)
        requests = pd.DataFrame(index=ids)
    ids = requests.index.astype(object)
    on = pd.to_datetime(requests["on"]).to_numpy() if "on" in requests else day
    form = requests["form"].to_numpy() if "form" in requests else "01"
    reason = requests["reason"].to_numpy() if "reason" in requests else None
    return pd.DataFrame(
        {"household_id": np.asarray(ids), "on": on, "form": form, "reason": reason},
        index=range(len(ids)),
    )


def record_survey(
    events: pd.DataFrame,
    assessment: pd.DataFrame | pd.Series[Any],
    *,
    on: Date,
    undetermined: Literal["raise", "leave"] = "raise",
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Record the survey of households that wait for it.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    assessment : pandas.DataFrame or pandas.Series
        Result of `multidim_poverty.assess` or `classify` (its ``poverty_class``), or the classes;
        by ``household_id``. Households that wait for no survey are passed over.
    on : str or datetime.date
    undetermined : {"raise", "leave"}
        What to do where the class of a household is missing: stop and name them, or leave them
        to be surveyed.
    villages, communes : str or iterable of str, optional
        Only there; everywhere by default.
    process : {"periodic", "regular", "farm"}, optional
        Only in that process; in all by default.
    procedure : Procedure, optional
        By default the one in force on that day.

    Returns
    -------
    pandas.DataFrame
        The events with ``surveyed`` events added.

    Raises
    ------
    ReviewError
        Names every household whose class is missing (unless they are left).

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 2.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A", "A"]}, index=["h1", "h2"])
    >>> events = mdp.review.open_round(homes, requests=["h1", "h2"], on="2023-09-05").pipe(
    ...     mdp.review.record_survey, pd.Series({"h1": "poor", "h2": "average"}), on="2023-09-20")
    >>> events["event"].tolist()[-2:], events["assessed_class"].tolist()[-2:]
    (['surveyed', 'surveyed'], ['poor', 'average'])
    """
    procedure = procedure or procedure_on(on)
    ready = _ready(events, ReviewEvent.SURVEYED, on, procedure, villages, communes, process)
    return _assessed(events, ready, ReviewEvent.SURVEYED, assessment, on, undetermined, procedure)


def _assessed(
    events: pd.DataFrame,
    ready: pd.DataFrame,
    event: ReviewEvent,
    assessment: Any,
    on: Date,
    undetermined: str,
    procedure: Procedure,
    **payload: Any,
) -> pd.DataFrame:
    classes = assessment["poverty_class"] if isinstance(assessment, pd.DataFrame) else assessment
    classes = classes.astype(object)
    ready = ready.loc[ready.index.isin(classes.index)]
    given = classes.reindex(ready.index).to_numpy()
    if undetermined == "leave":
        ready, given = ready.loc[~pd.isna(given)], given[~pd.isna(given)]
    elif undetermined != "raise":
        raise ValueError(f"undetermined {undetermined!r} is not 'raise' or 'leave'")
    return _add(events, ready, event, on, procedure, assessed_class=given, **payload)


def hold_meetings(
    events: pd.DataFrame,
    meetings: pd.DataFrame,
    *,
    on: Date,
    votes: pd.Series[Any] | None = None,
    process: str | None = None,
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Record residents' meetings, one per village.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    meetings : pandas.DataFrame
        One row per meeting: ``village``, ``attending`` and ``agreeing`` (persons),
        ``minutes_copies``; ``commune`` where two communes have a village of that name;
        ``present`` (codes of `multidim_poverty.vocabulary.Actor`, as a list or separated by
        commas) to have the attendance checked.
    on : str or datetime.date
        Day of the meetings.
    votes : pandas.Series, optional
        Persons agreeing for single households, by ``household_id``, in place of the village's
        number.
    process, procedure
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with a ``met`` event for every surveyed household of these villages.

    Raises
    ------
    ReviewError
        Names each household whose vote is impossible or whose minutes are missing.
    ValueError
        If a meeting is of a village without a surveyed household, or of a village whose name
        stands for several.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 3: a result stands with the agreement of at least
    50 % of those attending; below that, the household is surveyed and met about again.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A", "A"]}, index=["h1", "h2"])
    >>> events = (
    ...     mdp.review.open_round(homes, requests=["h1", "h2"], on="2023-09-05")
    ...     .pipe(mdp.review.record_survey, pd.Series("poor", ["h1", "h2"]), on="2023-09-20")
    ...     .pipe(mdp.review.hold_meetings, pd.DataFrame({
    ...         "village": ["A"], "attending": 40, "agreeing": 40, "minutes_copies": 2}),
    ...         on="2023-09-25", votes=pd.Series({"h2": 19})))
    >>> mdp.review.fold(events, procedure=mdp.procedure_on("2023-09-01"))["state"].tolist()
    ['agreed', 'disagreed']
    """
    procedure = procedure or procedure_on(on)
    if meetings.index.name == "village" and "village" not in meetings.columns:
        meetings = meetings.reset_index()
    ready = _ready(events, ReviewEvent.MET, on, procedure, None, None, process)
    keys = ["commune", "village"] if "commune" in meetings.columns else ["village"]
    places = ready[["commune", "village"]].astype(object)
    if keys == ["village"]:
        names = places.drop_duplicates()["village"]
        shared = set(names[names.duplicated()]) & set(meetings["village"])
        if shared:
            raise ValueError(
                f"villages {sorted(map(str, shared))} are in several communes: add a column "
                f"`commune` to the meetings"
            )
    held = pd.MultiIndex.from_frame(meetings[keys].astype(object))
    if held.has_duplicates:
        raise ValueError(f"two meetings of the same village: {held[held.duplicated()].tolist()}")
    at = held.get_indexer(pd.MultiIndex.from_frame(places[keys]))
    idle = sorted({str(held[n]) for n in set(range(len(held))) - set(at.tolist())})
    if idle:
        raise ValueError(f"no household waits for a meeting on {on} in {', '.join(idle)}")
    ready, at = ready.loc[at >= 0], at[at >= 0]
    payload: dict[str, Any] = {
        name: meetings[name].array[at]
        for name in ("attending", "agreeing", "minutes_copies")
        if name in meetings.columns
    }
    if votes is not None:
        own = votes.reindex(ready.index).to_numpy()
        payload["agreeing"] = np.where(pd.isna(own), payload["agreeing"], own)
    if "present" in meetings.columns:
        said = [who if isinstance(who, str) else ", ".join(who) for who in meetings["present"]]
        payload["present"] = np.array(said, dtype=object)[at]
    return _add(events, ready, ReviewEvent.MET, on, procedure, **payload)


def post(
    events: pd.DataFrame,
    *,
    on: Date,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Post the results that were agreed, and post again those that were verified again.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
        First day of the posting; its working days are counted from the day after.
    villages, communes, process, procedure
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``posted`` and ``reposted`` events added.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 4; that the three days are working days is
    unconfirmed.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.review.post(mdp.review.empty_events(), on="2023-10-02"))
    0
    """
    procedure = procedure or procedure_on(on)
    for event in (ReviewEvent.POSTED, ReviewEvent.REPOSTED):
        ready = _ready(events, event, on, procedure, villages, communes, process)
        events = _add(events, ready, event, on, procedure)
    return events


def complain(
    events: pd.DataFrame,
    complaints: Mapping[Any, str] | pd.Series[Any],
    *,
    on: Date,
    process: str | None = None,
    procedure: Procedure | None = None,
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
    process, procedure
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``complained`` events added.

    Raises
    ------
    ReviewError
        Names each household whose result is not posted on that day.

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
    procedure = procedure or procedure_on(on)
    said = pd.Series(complaints, dtype=object)
    cases = _named(events, said.index, ReviewEvent.COMPLAINED, on, process, procedure)
    text = said.reindex(cases.index).to_numpy()
    return _add(events, cases, ReviewEvent.COMPLAINED, on, procedure, complaint=text)


def reverify(
    events: pd.DataFrame,
    assessment: pd.DataFrame | pd.Series[Any],
    *,
    on: Date,
    law_on: Date,
    facts_on: Date,
    process: str | None = None,
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Record the new verification of households with a pending complaint.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    assessment : pandas.DataFrame or pandas.Series
        As for `record_survey`. Households without a pending complaint are passed over.
    on : str or datetime.date
        Day of the verification.
    law_on : str or datetime.date
        Day whose law was applied (the standard of `multidim_poverty.standard_on`).
    facts_on : str or datetime.date
        Day whose facts were verified. Both are kept on the event, so that a later reader sees
        which law and which facts decided.
    process, procedure
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``reverified`` events added.

    Raises
    ------
    ReviewError
        Names every household whose class is missing.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 4: within 3 working days of receipt
    (unconfirmed). A later one counts and is marked as late.

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
    procedure = procedure or procedure_on(on)
    event = ReviewEvent.REVERIFIED
    ready = _ready(events, event, on, procedure, None, None, process)
    clocks = {"law_on": pd.Timestamp(as_date(law_on)), "facts_on": pd.Timestamp(as_date(facts_on))}
    return _assessed(events, ready, event, assessment, on, "raise", procedure, **clocks)


def sum_up(
    events: pd.DataFrame,
    *,
    on: Date,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Sum up the results whose posting is over, without a pending complaint.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
    villages, communes, process, procedure
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``summed_up`` events added.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 4 (unconfirmed).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.review.sum_up(mdp.review.empty_events(), on="2023-10-06"))
    0
    """
    return _simple(
        events,
        ReviewEvent.SUMMED_UP,
        on,
        villages,
        communes,
        process,
        procedure or procedure_on(on),
    )


def report(
    events: pd.DataFrame,
    *,
    on: Date,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Report summed-up results to the superior for an opinion.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
    villages, communes, process, procedure
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``reported`` events added.

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
    return _simple(
        events, ReviewEvent.REPORTED, on, villages, communes, process, procedure or procedure_on(on)
    )


def answer(
    events: pd.DataFrame,
    *,
    on: Date,
    opinion: str,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Record the superior's answer.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
    opinion : str
        What the superior answered.
    villages, communes, process, procedure
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``answered`` events added.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 5: in writing, within 5 working days (the number
    is unconfirmed). When they have run out, `recognise` is possible without an answer.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.review.answer(mdp.review.empty_events(), on="2023-10-12", opinion="agreed"))
    0
    """
    procedure = procedure or procedure_on(on)
    ready = _ready(events, ReviewEvent.ANSWERED, on, procedure, villages, communes, process)
    return _add(events, ready, ReviewEvent.ANSWERED, on, procedure, opinion=opinion)


def recognise(
    events: pd.DataFrame,
    *,
    on: Date,
    decision_number: str | None = None,
    reason: str | None = None,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Decide every case that is ready: recognise it, or refuse it with a reason.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
        Day of the decision.
    decision_number : str, optional
    reason : str, optional
        Reason of a refusal; by default the result of the review.
    villages, communes, process, procedure
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``recognised`` and ``refused`` events added. In the processes on
        request, a household that would go on no list is refused: one that is found neither poor
        nor near-poor and was not so before, one that asked by Form 04 and has not escaped, or a
        farm household outside the average band.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 6, and articles 5 and 6.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.review.recognise(mdp.review.empty_events(), on="2023-10-16"))
    0
    """
    procedure = procedure or procedure_on(on)
    ready = _ready(events, ReviewEvent.RECOGNISED, on, procedure, villages, communes, process)
    refusable = _ready(events, ReviewEvent.REFUSED, on, procedure, villages, communes, process)
    worthy = on_a_list(ready, _forms(events, ready))
    may_be_refused = ready["process"].isin(refusable["process"].unique()).to_numpy()
    accepted, refused = ready.loc[worthy | ~may_be_refused], ready.loc[~worthy & may_be_refused]
    event = ReviewEvent.RECOGNISED
    events = _add(events, accepted, event, on, procedure, decision_number=decision_number)
    why = [reason or f"Kết quả rà soát: {PovertyClass.of(c).vi}" for c in refused["assessed_class"]]
    return _add(events, refused, ReviewEvent.REFUSED, on, procedure, reason=why)


def on_a_list(cases: pd.DataFrame, forms: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """Whether the result of each case puts its household on a list of the decision."""
    now = category_codes(cases["assessed_class"], PovertyClass.codes())
    was = category_codes(cases["previous_class"], PovertyClass.codes())
    last = PovertyClass.codes().index(PovertyClass.NEAR_POOR)
    escaped = (was >= 0) & (was <= last) & (now > was)
    listed = (now >= 0) & (now <= last) & (forms != "04")
    average = now == PovertyClass.codes().index(PovertyClass.AVERAGE)
    farm = np.asarray(cases["process"] == ReviewProcess.FARM)
    return np.asarray(np.where(farm, average, listed | escaped), dtype=bool)


def _forms(events: pd.DataFrame, cases: pd.DataFrame) -> npt.NDArray[np.object_]:
    if "form" not in events.columns or not len(cases):
        return np.full(len(cases), None, dtype=object)
    asked = events.loc[events["event"] == ReviewEvent.REQUESTED]
    asked = asked.drop_duplicates(["household_id", "process"], keep="last")
    keys = pd.MultiIndex.from_arrays([asked["household_id"], asked["process"].astype(object)])
    at = keys.get_indexer(pd.MultiIndex.from_arrays([cases.index, cases["process"].astype(object)]))
    form = np.append(asked["form"].astype(object).to_numpy(), [None])
    return np.asarray(form[at], dtype=object)


def withdraw(
    events: pd.DataFrame,
    households: Iterable[Any],
    *,
    on: Date,
    reason: str | None = None,
    process: str | None = None,
    procedure: Procedure | None = None,
) -> pd.DataFrame:
    """Record that households withdraw.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    households : iterable of household ids
    on : str or datetime.date
    reason : str, optional
    process, procedure
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``withdrawn`` events added.

    Raises
    ------
    ReviewError
        Names each household that cannot withdraw, such as one with a pending complaint.

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
    procedure = procedure or procedure_on(on)
    event = ReviewEvent.WITHDRAWN
    cases = _named(events, pd.Index(list(households), dtype=object), event, on, process, procedure)
    return _add(events, cases, event, on, procedure, reason=reason)


# -- which cases, and how events are added ---------------------------------------------------


def _simple(
    events: pd.DataFrame,
    event: ReviewEvent,
    on: Date,
    villages: Names,
    communes: Names,
    process: str | None,
    procedure: Procedure,
) -> pd.DataFrame:
    ready = _ready(events, event, on, procedure, villages, communes, process)
    return _add(events, ready, event, on, procedure)


def _latest(events: pd.DataFrame, procedure: Procedure) -> pd.DataFrame:
    cases = fold(events, procedure=procedure, on_violation="keep")
    twice = pd.MultiIndex.from_arrays([cases.index, cases["process"]]).duplicated(keep="last")
    return cases.loc[~twice]


def _ready(
    events: pd.DataFrame,
    event: ReviewEvent,
    on: Date,
    procedure: Procedure,
    villages: Names,
    communes: Names,
    process: str | None,
) -> pd.DataFrame:
    """The cases in which an event is possible on a day."""
    cases, book = _latest(events, procedure), rulebook(procedure)
    day, e = days_of([as_date(on)])[0], EVENTS.index(event)
    p, s = category_codes(cases["process"], PROCESSES), category_codes(cases["state"], STATES)
    due = days_of(cases["due_on"].to_numpy())
    when = book.when[p, e, s]
    ready = (book.to[p, e, s] >= 0) & (days_of(cases["since"].to_numpy()) <= day)
    ready &= (when != WHEN.index("over")) | (day > due)
    ready &= (when != WHEN.index("during")) | (day <= due)
    ready &= book.any_day[p, e] | (day >= days_of(cases["review_from"].to_numpy()))
    for name, wanted in (("village", villages), ("commune", communes), ("process", process)):
        if wanted is not None:
            here = {wanted} if isinstance(wanted, str) else set(wanted)
            ready &= cases[name].isin(here).to_numpy(dtype=bool)
    chosen: pd.DataFrame = cases.loc[ready]
    return chosen


def _named(
    events: pd.DataFrame,
    ids: pd.Index[Any],
    event: ReviewEvent,
    on: Date,
    process: str | None,
    procedure: Procedure,
) -> pd.DataFrame:
    """The cases of these households: those that are ready, else whatever they are in."""
    cases = _latest(events, procedure)
    cases = cases.loc[cases.index.isin(ids) & ((cases["process"] == process) | (process is None))]
    ready = _ready(events, event, on, procedure, None, None, process)
    ready = ready.loc[ready.index.isin(ids)]
    rest = cases.loc[~cases.index.isin(ready.index)]
    rest = rest.loc[~rest.index.duplicated(keep="last")]
    lost = ids[~ids.isin(cases.index)].unique()
    none = pd.DataFrame({"process": process or ReviewProcess.PERIODIC}, index=lost)
    return pd.concat([part for part in (ready, rest, none) if len(part)] or [ready])


def _add(
    events: pd.DataFrame,
    cases: pd.DataFrame,
    event: ReviewEvent,
    on: Date,
    procedure: Procedure,
    **payload: Any,
) -> pd.DataFrame:
    """The events with one more for each of these cases."""
    if not len(cases):
        return events
    rows = pd.DataFrame(
        {
            "household_id": cases.index.array,
            "process": np.asarray(cases["process"], dtype=object),
            "event": str(event),
            "on": pd.Timestamp(as_date(on)),
            **{name: cases[name].array for name in ("commune", "village") if name in cases},
            **payload,
        },
        index=range(len(cases)),
    )
    new = as_events(rows)
    empty = [name for name in new if name not in events.columns and new[name].isna().all()]
    longer = pd.concat([events, new.drop(columns=empty)], ignore_index=True)
    _demand(longer, len(events), procedure)
    return longer


def _demand(
    events: pd.DataFrame, first: int, procedure: Procedure, more: Iterable[Found] = ()
) -> None:
    """Raise if one of the events from `first` on can have no effect."""
    found = violations(events, procedure=procedure)
    also = as_table([f for f in more if len(f.rows)], events, rulebook(procedure), "en")
    bad = pd.concat([part for part in (also, found) if len(part)] or [found])
    bad = bad.loc[(bad["row"] >= first) & ~bad["counts"]]
    if len(bad):
        raise ReviewError(bad.reset_index(drop=True))
