"""The survey, the residents' meeting and the posting.

Every step takes the events so far and gives them back with events added; nothing is changed or
taken away. It is taken for the cases in which it is possible on that day: `next_steps` shows
what the others wait for, and a step that finds no case ready warns (`ReviewWarning`). Where
households are named one by one, a step that is not possible for one of them is an error.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import check_ids_meet, match, name_key
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import ProcedureLike, StandardLike, as_procedure, as_standard
from multidim_poverty.law.provenance import check_standard, standards_of
from multidim_poverty.review.assessing import to_assess
from multidim_poverty.review.selection import (
    Names,
    add_events,
    by_household,
    cases_for,
    chosen_rows,
    only_one_process,
    possible_cases,
    ready_cases,
    warn_if_unchanged,
)
from multidim_poverty.review.standards import standard_names
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import ReviewEvent

__all__ = ["hold_meetings", "post", "record_survey"]


def record_survey(
    events: pd.DataFrame,
    assessment: pd.DataFrame | pd.Series[Any],
    *,
    standard: StandardLike | None = None,
    on: DayLike,
    undetermined: Literal["raise", "leave"] = "raise",
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Record the survey of households that wait for it.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    assessment : pandas.DataFrame or pandas.Series
        Result of `multidim_poverty.assess` or `classify` (its ``poverty_class``), or the classes;
        by ``household_id`` (low-income workers: by household and member id). Households that
        wait for no survey are passed over. Of a table those without a case are passed over too;
        a Series names its households, so each must have a case.
    standard : Standard or str, optional
        That the classes were found by; its name is written into the events. By default the one
        that a result of `assess` names, else the one of the review of the case:
        `multidim_poverty.standard_on` of its first day, with ``purpose="periodic_review"`` for a
        yearly review. Another one than that of the review is refused, but
        where it is not certain which standard the review uses; a standard of your own, under a
        name of its own, is recorded, and `violations` names it.
    on : str or datetime.date
        Within the review.
    undetermined : {"raise", "leave"}
        What to do where the class of a household is missing: stop and name them, or leave them
        to be surveyed.
    villages, communes : str or iterable of str, optional
        Only there; everywhere by default.
    process : {"periodic", "regular", "farm"}, optional
        Only in that process; in all by default.
    procedure : Procedure or str, optional
        A variant for the days that it covers; by default each case goes by the law of its days.

    Returns
    -------
    pandas.DataFrame
        The events with ``surveyed`` events added.

    Raises
    ------
    ReviewError
        Names every household whose class is missing (unless they are left), that has no case,
        or whose review is not on that day.
    ArgumentError
        If a household has open cases in several processes and none is chosen, or the result
        names another standard than `standard`.
    NotCoveredError
        If no standard holds on the day.
    InvalidDataError
        As for `fold`.

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
    events = as_frame(events, "events")
    standard = None if standard is None else as_standard(standard)
    procedure = None if procedure is None else as_procedure(procedure)
    cases = cases_for(events, procedure, villages, communes, process)
    ready = to_assess(events, cases, ReviewEvent.SURVEYED, assessment, on, process, procedure)
    names = standard_names(ready.cases, _standard_of(assessment, standard))
    longer = ready.add(events, on, undetermined, procedure, standard=names)
    return warn_if_unchanged(events, longer, "record_survey", on)


def _standard_of(assessment: Any, standard: Standard | None) -> Standard | str | None:
    """The standard that the classes were found by: as given, else the one that they name."""
    if not isinstance(assessment, pd.DataFrame):
        return standard
    if standard is not None:
        check_standard(assessment, standard, "assessment")
        return standard
    names = {name for name, _ in standards_of(assessment)}
    return names.pop() if len(names) == 1 else None


def hold_meetings(
    events: pd.DataFrame,
    meetings: pd.DataFrame,
    *,
    on: DayLike,
    votes: pd.Series[Any] | None = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
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
    process : {"periodic", "regular", "farm"}, optional
        As for `record_survey`.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with a ``met`` event for every surveyed household of these villages.

    Raises
    ------
    ReviewError
        Names each household whose vote is impossible or whose minutes are missing.
    ArgumentError
        If a meeting is of a village without a surveyed household, or of a village whose name
        stands for several; if a vote is of a household that is in no meeting; if a household
        has open cases in several processes and none is chosen.
    InvalidDataError
        As for `fold`.

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
    events = as_frame(events, "events")
    meetings = as_frame(meetings, "meetings")
    procedure = None if procedure is None else as_procedure(procedure)
    if meetings.index.name == "village" and "village" not in meetings.columns:
        meetings = meetings.reset_index()
    ready = ready_cases(events, ReviewEvent.MET, on, procedure, process=process)
    keys = ["commune", "village"] if "commune" in meetings.columns else ["village"]
    places = ready[["commune", "village"]].astype(object)
    if keys == ["village"]:
        names = _by_name(places).drop_duplicates().get_level_values("village")
        repeated = set(names[names.duplicated()])
        shared = {name for name in meetings["village"] if name_key(name) in repeated}
        if shared:
            raise ArgumentError(
                f"villages {sorted(map(str, shared))} are in several communes: add a column "
                f"`commune` to the meetings"
            )
    held, named = _by_name(meetings[keys]), pd.MultiIndex.from_frame(meetings[keys].astype(object))
    if held.has_duplicates:
        raise ArgumentError(
            f"two meetings of the same village: {named[held.duplicated()].tolist()}"
        )
    at = held.get_indexer(_by_name(places[keys]))
    idle = sorted({str(named[n]) for n in set(range(len(held))) - set(at.tolist())})
    if idle:
        raise ArgumentError(f"no household waits for a meeting on {on} in {', '.join(idle)}")
    ready, at = chosen_rows(ready, at >= 0), at[at >= 0]
    payload: dict[str, Any] = {
        name: meetings[name].array[at]
        for name in ("attending", "agreeing", "minutes_copies")
        if name in meetings.columns
    }
    if votes is not None:
        by_home = by_household(votes, "votes")
        check_ids_meet(by_home.index, ready.index, ("votes", "households"))
        strange = by_home.index[match(by_home.index.to_series(), ready.index).home < 0].tolist()
        if strange:
            raise ArgumentError(f"votes: no household in these meetings: {strange}")
        at_vote = match(ready.index.to_series(), by_home.index).home
        own = by_home.reset_index(drop=True).reindex(at_vote).to_numpy()
        payload["agreeing"] = np.where(pd.isna(own), payload["agreeing"], own)
    if "present" in meetings.columns:
        said = [who if isinstance(who, str) else ", ".join(who) for who in meetings["present"]]
        payload["present"] = np.array(said, dtype=object)[at]
    return add_events(events, ready, ReviewEvent.MET, on, procedure, **payload)


def _by_name(places: pd.DataFrame) -> pd.MultiIndex:
    """The units of each row by the keys of their names, which all spellings share."""
    keys = {}
    for name, column in places.items():
        codes, names = pd.factorize(column)
        keys[name] = np.array([*map(name_key, names), None], dtype=object)[codes]
    return pd.MultiIndex.from_frame(pd.DataFrame(keys))


def post(
    events: pd.DataFrame,
    *,
    on: DayLike,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Post the results that were agreed, and post again those that were verified again.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    on : str or datetime.date
        First day of the posting; its working days are counted from the day after.
    villages, communes : str or iterable of str, optional
        As for `record_survey`.
    process : {"periodic", "regular", "farm"}, optional
        As for `record_survey`.
    procedure : Procedure or str, optional
        As for `record_survey`.

    Returns
    -------
    pandas.DataFrame
        The events with ``posted`` and ``reposted`` events added.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice, an answer or a day is none, or there is
        no such procedure.
    ReviewError
        If the events, with the new ones, break a rule of the procedure.

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
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    longer, cases = events, cases_for(events, procedure, villages, communes, process)
    for event in (ReviewEvent.POSTED, ReviewEvent.REPOSTED):
        _, own_accord, today = possible_cases(cases, event, on, procedure)
        chosen = today & ~own_accord
        ready = only_one_process(chosen_rows(cases, chosen), process)
        longer = add_events(longer, ready, event, on, procedure)
        cases = cases.loc[~chosen]  # those just posted are not posted again on that day
    return warn_if_unchanged(events, longer, "post", on)
