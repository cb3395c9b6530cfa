"""Steps that mend a log: correct an entry, or void one that was no event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike, as_timestamp, dates_of
from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.review.corrections import FIXED, mend
from multidim_poverty.review.ordering import keeps_entry_days
from multidim_poverty.review.selection import append_rows, check_named_ids
from multidim_poverty.review.table import EVENT_COLUMNS, as_events
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import ReviewEvent

__all__ = ["correct", "void"]

CORRECTABLE = tuple(c.name for c in EVENT_COLUMNS if c.name not in FIXED)


def correct(
    events: pd.DataFrame,
    values: Mapping[Any, Mapping[str, Any]],
    *,
    event: str,
    on: DayLike,
    reason: str,
    of: DayLike | None = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Correct what an entry says; the entry itself stays in the log.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    values : mapping
        Household id (or pair of household and member id) -> column -> the right value. The day
        of an entry is not corrected: `void` it and record it anew.
    event : str
        The event of the entry, such as ``"surveyed"``.
    on : str or datetime.date
        Day of the correction.
    reason : str
        Why, in words; kept with the event.
    of : str or datetime.date, optional
        Day of the entry; needed where a household has several of that event.
    process : str, optional
        Process of the entry; needed where a household has it in several.
    procedure : Procedure or str, optional
        A variant, for the days that it covers.

    Returns
    -------
    pandas.DataFrame
        The events with a ``corrected`` event for each household.

    Raises
    ------
    ArgumentError
        If a household has no such entry, or several; or if a column is none that an entry can
        carry. Names every household.
    ReviewError
        If the correction is dated before its entry.
    InvalidDataError
        As for `fold`.

    Notes
    -----
    For slips of the pen: the paper is right, the log is not. Where the result itself was wrong,
    the committee verifies it again (`reverify` with a reason). No text deals with the log.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A"]}, index=["h1"])
    >>> events = mdp.review.open_round(homes, previous=pd.Series({"h1": "poor"}), on="2023-09-05")
    >>> events = mdp.review.record_survey(events, pd.Series({"h1": "poor"}), on="2023-09-20")
    >>> events = mdp.review.correct(events, {"h1": {"assessed_class": "near_poor"}},
    ...     event="surveyed", reason="typed wrongly", on="2023-09-21")
    >>> mdp.review.fold(events)[["assessed_class", "corrections"]].values.tolist()
    [['near_poor', 1]]
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    names = {name for columns in values.values() for name in columns}
    strange = sorted(names - set(CORRECTABLE))
    if strange:
        raise ArgumentError(
            f"no entry can be corrected in {', '.join(strange)}: choose from "
            f"{', '.join(CORRECTABLE)}; void an entry of a wrong day and record it anew"
        )
    entries = _entries(events, values, event, of, process)
    rows = _mending_rows(events, entries, ReviewEvent.CORRECTED, reason, on)
    rows = rows.drop(columns=[name for name in rows if name in CORRECTABLE])
    for name in sorted(names):
        rows[name] = pd.Series(
            [columns.get(name) for columns in values.values()], index=rows.index, dtype=object
        )
    return append_rows(events, as_events(rows), procedure)


def void(
    events: pd.DataFrame,
    households: Iterable[Any],
    *,
    event: str,
    on: DayLike,
    reason: str,
    of: DayLike | None = None,
    process: str | None = None,
    procedure: ProcedureLike | None = None,
) -> pd.DataFrame:
    """Void entries that were no events; they stay in the log and have no effect any more.

    Parameters
    ----------
    events : pandas.DataFrame
        The events so far.
    households : iterable of household ids
        Which households.
    event : str
        As for `correct`.
    on : str or datetime.date
        As for `correct`.
    reason : str
        As for `correct`.
    of : str or datetime.date, optional
        As for `correct`.
    process : str, optional
        As for `correct`.
    procedure : Procedure or str, optional
        As for `correct`.

    Returns
    -------
    pandas.DataFrame
        The events with a ``voided`` event for each household, which repeats the entry.

    Raises
    ------
    ArgumentError
        If a household has no such entry, or several.
    InvalidDataError, ReviewError
        As for `fold`.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A"]}, index=["h1"])
    >>> events = mdp.review.open_round(homes, previous=pd.Series({"h1": "poor"}), on="2023-09-05")
    >>> events = mdp.review.record_survey(events, pd.Series({"h1": "poor"}), on="2023-09-20")
    >>> events = mdp.review.void(
    ...     events, ["h1"], event="surveyed", reason="of another household", on="2023-09-21")
    >>> mdp.review.fold(events)["state"].tolist()
    ['listed']
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    if isinstance(households, str):
        raise ArgumentError(f"households is a text, {households!r}: pass a list of household ids")
    entries = _entries(events, dict.fromkeys(households), event, of, process)
    rows = _mending_rows(events, entries, ReviewEvent.VOIDED, reason, on)
    return append_rows(events, as_events(rows), procedure)


def _entries(
    events: pd.DataFrame,
    ids: Mapping[Any, Any],
    event: str,
    of: DayLike | None,
    process: str | None,
) -> pd.DataFrame:
    """The entry of each of these households; raises where there is none or more than one."""
    if event not in ReviewEvent.codes():
        raise ArgumentError(f"event {event!r} is none of {', '.join(ReviewEvent.codes())}")
    homes_named = [id[0] if isinstance(id, tuple) else id for id in ids]
    check_named_ids(pd.Index(homes_named, dtype=object), events)
    entries = events.loc[_standing(events) & (events["event"] == event).to_numpy(dtype=bool)]
    if of is not None:
        entries = entries.loc[(dates_of(entries["on"]) == as_timestamp(of, "of")).to_numpy()]
    if process is not None:
        entries = entries.loc[(entries["process"] == process).to_numpy(dtype=bool)]
    entries = entries.loc[entries["household_id"].isin(homes_named).to_numpy(dtype=bool)]
    homes = entries["household_id"].astype(object)
    members = entries["member_id"] if "member_id" in entries else pd.Series(None, entries.index)
    positions: list[int] = []
    problems: list[str] = []
    by_home = homes.groupby(homes, sort=False).indices
    for id in ids:
        home, member = id if isinstance(id, tuple) else (id, None)
        places = by_home.get(home, np.zeros(0, dtype=np.intp))
        if member is not None:
            places = places[(members.iloc[places] == member).to_numpy(dtype=bool)]
        if len(places) == 1:
            positions.append(int(places[0]))
        elif len(places):
            days = entries.iloc[places][["process", "on"]].astype(str).agg(" ".join, axis=1)
            problems.append(f"{id} has several ({'; '.join(days)}): choose with of= and process=")
        else:
            problems.append(f"{id} has none")
    if problems:
        raise ArgumentError(f"entries {event!r}: " + "; ".join(problems))
    return entries.iloc[positions]


def _standing(events: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Rows that were not voided."""
    log = mend(events)
    kinds = events["event"].astype(object).to_numpy()
    standing = np.ones(len(events), dtype=bool)
    standing[log.target[(log.target >= 0) & (kinds == ReviewEvent.VOIDED)]] = False
    return standing


def _mending_rows(
    events: pd.DataFrame, entries: pd.DataFrame, event: ReviewEvent, reason: str, on: DayLike
) -> pd.DataFrame:
    """A correction of each entry that repeats what it says."""
    if not str(reason or "").strip():
        raise ArgumentError("reason is empty: say why the entry is mended")
    rows = entries.reset_index(drop=True)
    rows = rows.assign(
        event=str(event),
        entry_event=entries["event"].astype(object).to_numpy(),
        entry_on=dates_of(entries["on"]).to_numpy(),
        on=as_timestamp(on),
        reason=reason,
    )
    day = as_timestamp(on) if keeps_entry_days(events) else pd.NaT
    return rows.assign(recorded_on=pd.Series(day, index=rows.index, dtype="datetime64[s]"))
