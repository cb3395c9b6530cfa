"""Which cases a step can be taken for, and how events are added to a table."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import DayLike, as_date, as_timestamp, days_of
from multidim_poverty.errors import ArgumentError, ReviewError, ReviewWarning
from multidim_poverty.identity import ascending, check_ids_meet, match, name_key
from multidim_poverty.law import Procedure
from multidim_poverty.review.faults import as_table
from multidim_poverty.review.folding import cases_of, fold
from multidim_poverty.review.ordering import keeps_entry_days
from multidim_poverty.review.parts import next_events, run_in_parts
from multidim_poverty.review.reading import BrokenRule, event_days
from multidim_poverty.review.rulebook import EVENTS, PROCESSES, STATES, WHEN, rulebook
from multidim_poverty.review.table import as_events, repeated_code
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import ReviewEvent, ReviewProcess

__all__ = [
    "Names",
    "add_events",
    "append_rows",
    "by_household",
    "cases_for",
    "check_named_ids",
    "chosen_rows",
    "demand_lawful",
    "matching",
    "named_cases",
    "only_one_process",
    "possible_cases",
    "ready_cases",
    "warn_if_unchanged",
]


Names = Iterable[str] | str | None
Flags = npt.NDArray[np.bool_]
# Faults of an event that a step may add: it was done, and is marked.
TOLERATED = {"late", "after_the_review", "absent_from_meeting", "unknown_standard"}


def by_household(values: Any, what: str) -> pd.Series[Any]:
    """Values by household id (or household and member id), which must not repeat."""
    series = pd.Series(values, dtype=object)
    twice = series.index[:0]
    if not ascending(series.index):
        twice = series.index[series.index.duplicated()].unique()
    if len(twice):
        raise ArgumentError(f"{what}: households given more than once: {list(twice)}")
    return series


def latest_cases(events: pd.DataFrame, procedure: Procedure | None) -> pd.DataFrame:
    """The newest case of each household (or member) in each process."""
    cases = fold(events, procedure=procedure, on_violation="keep")
    index = cases.index
    if ascending(index) or pd.factorize(index)[0].max(initial=-1) + 1 == len(cases):
        return cases  # each household has one
    keys = pd.MultiIndex.from_arrays(
        [cases.index, cases["member_id"].array, cases["process"].array]
    )
    return cases.loc[~keys.duplicated(keep="last")]


def check_named_ids(
    ids: pd.Index[Any],
    events: pd.DataFrame,
    what: str = "households",
    *,
    all_matched: bool = False,
) -> None:
    """Raise `ArgumentError` if ids look like those of the log and are not the same (1, "1").

    Ids that the log does not have at all are left to be named one by one. Where each id has been
    matched with a case, only decimal numbers, which may be too large to be exact, are looked at.
    """
    homes = ids if ids.nlevels == 1 else ids.get_level_values(0)
    dtypes = homes.dtype, events["household_id"].dtype
    if all_matched and not any(map(pd.api.types.is_float_dtype, dtypes)):
        return
    check_ids_meet(homes, events["household_id"], (what, "events"), must_meet=False)


def matching(cases: pd.DataFrame, ids: pd.Index[Any]) -> npt.NDArray[np.intp]:
    """For each case, the place of its household (or household and member) in `ids`; else -1."""
    if ids.nlevels == 1:
        return match(cases.index.to_series(), ids).home.astype(np.intp)
    keys = pd.MultiIndex.from_arrays([cases.index, cases["member_id"]])
    return np.asarray(ids.get_indexer(keys), dtype=np.intp)


def possible_cases(
    cases: pd.DataFrame, event: ReviewEvent, on: DayLike, procedure: Procedure | None
) -> tuple[Flags, Flags, Flags]:
    """Cases whose state allows an event, those that do so by own accord alone, those of today."""
    lookup = rulebook(procedure)
    day, e = days_of([as_date(on)])[0], EVENTS.index(event)
    p, s = category_codes(cases["process"], PROCESSES), category_codes(cases["state"], STATES)
    begin = days_of(cases["review_from"].to_numpy())
    law = np.maximum(lookup.law_of(begin), 0)
    due = days_of(cases["due_on"].to_numpy())
    when = lookup.when[law, p, e, s]
    possible = lookup.to[law, p, e, s] >= 0
    today = possible & (days_of(cases["since"].to_numpy()) <= day)
    today &= (when != WHEN.index("over")) | (day > due)
    today &= (when != WHEN.index("during")) | (day <= due)
    today &= lookup.any_day[law, p, e] | (day >= begin)
    return possible, lookup.own_accord[law, p, e, s], today


def cases_for(
    events: pd.DataFrame,
    procedure: Procedure | None,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
) -> pd.DataFrame:
    """The newest cases of these villages, communes and process; names that no case has raise."""
    if process is not None and process not in PROCESSES:
        raise ArgumentError(f"process {process!r} is none of {', '.join(PROCESSES)}")
    cases = latest_cases(events, procedure)
    chosen = np.ones(len(cases), dtype=bool)
    for name, wanted in (("village", villages), ("commune", communes)):
        if wanted is None:
            continue
        keys = {name_key(one): one for one in ([wanted] if isinstance(wanted, str) else wanted)}
        codes, places = pd.factorize(cases[name])
        of_places = [name_key(place) for place in places]
        strange = sorted(str(one) for key, one in keys.items() if key not in of_places)
        if strange:
            known = ", ".join(sorted(map(str, places))[:20])
            raise ArgumentError(f"no case is in {name} {', '.join(strange)}; there are: {known}")
        chosen &= np.array([*(key in keys for key in of_places), False], dtype=bool)[codes]
    if process is not None:
        chosen &= (cases["process"] == process).to_numpy(dtype=bool)
    return chosen_rows(cases, chosen)


def ready_cases(
    events: pd.DataFrame,
    event: ReviewEvent,
    on: DayLike,
    procedure: Procedure | None,
    villages: Names = None,
    communes: Names = None,
    process: str | None = None,
) -> pd.DataFrame:
    """The cases in which an event is expected and possible on a day."""
    cases = cases_for(events, procedure, villages, communes, process)
    _, own_accord, today = possible_cases(cases, event, on, procedure)
    return only_one_process(chosen_rows(cases, today & ~own_accord), process)


def chosen_rows(table: pd.DataFrame, chosen: Flags) -> pd.DataFrame:
    """The rows that are marked; the table itself where all are."""
    return table if chosen.all() else table.loc[chosen]


def only_one_process(cases: pd.DataFrame, process: str | None) -> pd.DataFrame:
    """The cases; raises where a household has several and no process was chosen."""
    if cases["process"].nunique() < 2:
        return cases
    keys = pd.MultiIndex.from_arrays([cases.index, cases["member_id"]])
    twice = keys.duplicated(keep=False)
    if process is None and twice.any():
        several = cases["process"].astype(str)[twice].groupby(level=0, sort=False).agg(list)
        said = "; ".join(f"{id}: {' and '.join(p)}" for id, p in several.head(5).items())
        raise ArgumentError(
            f"{len(several)} household(s) have open cases in several processes ({said}): choose "
            f"one with process="
        )
    return cases


def named_cases(
    events: pd.DataFrame,
    ids: pd.Index[Any],
    event: ReviewEvent,
    on: DayLike,
    process: str | None,
    procedure: Procedure | None,
    newest: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The cases of these households: those that are ready, else whatever they are in.

    `newest` are the newest cases of the process, if they are known already.

    Households without a case come last, so that the event about them is named as a fault.
    """
    cases = cases_for(events, procedure, process=process) if newest is None else newest
    at = matching(cases, ids)
    lost = ids[~np.isin(np.arange(len(ids)), at)]
    check_named_ids(ids, events, all_matched=not len(lost))
    cases = chosen_rows(cases, at >= 0)
    possible, _, today = possible_cases(cases, event, on, procedure)
    ready = only_one_process(chosen_rows(cases, today), process)
    if today.all() and not len(lost):
        return ready
    is_ready = cases.index.isin(ready.index)
    rest = cases.loc[~is_ready & possible]
    others = ~is_ready & ~cases.index.isin(rest.index)
    rest = pd.concat([rest, cases.loc[others]])
    rest = rest.loc[~rest.index.duplicated(keep="last")]
    lost = (lost if lost.nlevels == 1 else lost.get_level_values(0)).unique()
    none = pd.DataFrame({"process": process or ReviewProcess.PERIODIC}, index=lost)
    return pd.concat([part for part in (ready, rest, none) if len(part)] or [ready])


def add_events(
    events: pd.DataFrame,
    cases: pd.DataFrame,
    event: ReviewEvent,
    on: DayLike,
    procedure: Procedure | None,
    **payload: Any,
) -> pd.DataFrame:
    """The events with one more for each of these cases."""
    if not len(cases):
        return events
    if keeps_entry_days(events):
        payload.setdefault("recorded_on", as_timestamp(on))
    n = len(cases)
    copied = [name for name in ("commune", "village", "member_id") if name in cases]
    columns = {
        "household_id": cases.index.array,
        "process": cases["process"].array,
        "event": repeated_code("event", event, n),
        "on": as_timestamp(on),
        **{name: cases[name].array for name in copied},
        **payload,
    }
    new = as_events(pd.DataFrame(columns, index=range(n)), events.columns)
    return append_rows(events, new, procedure, cases if _follows(events, new, cases) else None)


def _follows(events: pd.DataFrame, new: pd.DataFrame, cases: pd.DataFrame) -> bool:
    """Whether the new rows, one per case, depend on the states of the cases alone.

    They do not where the order of entries is by day, where a household has no case, and where the
    log may hold other rows of the same meeting or decision.
    """
    if keeps_entry_days(events) or "state" not in cases or cases["state"].isna().any():
        return False
    event = new["event"].iloc[0]
    if event == ReviewEvent.MET:
        same_day = event_days(events) == event_days(new.iloc[:1])[0]
        return not (events["event"].iloc[np.flatnonzero(same_day)] == event).any()
    if event == ReviewEvent.RECOGNISED and "decision_number" in events.columns:
        numbers = new["decision_number"].dropna().unique()
        return not events["decision_number"].isin(numbers).any()
    return True


def append_rows(
    events: pd.DataFrame,
    rows: pd.DataFrame,
    procedure: Procedure | None,
    cases: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The events with these rows, which must be lawful; columns that say nothing are left out.

    With `cases`, the newest case of each row, the log is folded again only to name the faults.
    """
    empty = [name for name in rows if name not in events.columns and rows[name].isna().all()]
    new = rows.drop(columns=empty)
    if new.get("member_id") is not None and new["member_id"].isna().all():
        new = new.assign(member_id=np.full(len(new), None, dtype=object))
    lawful = cases is not None and _are_lawful(new, cases, procedure)
    longer = pd.concat([_filled_as(events, new), _filled_as(new, events)], ignore_index=True)
    if not lawful:
        demand_lawful(longer, len(events), procedure)
    return longer


def _are_lawful(new: pd.DataFrame, cases: pd.DataFrame, procedure: Procedure | None) -> bool:
    """Whether one more event of each of these cases breaks no rule."""
    lookup = rulebook(procedure)
    placeless = cases.assign(commune=None, village=None)  # the rows repeat the places
    broken = next_events(new, lookup, cases_of(placeless, lookup))
    return all(_tolerated(fault) for fault in broken)


def _tolerated(fault: BrokenRule) -> bool:
    return fault.warning or (fault.counts and fault.rule in TOLERATED)


def _filled_as(table: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The table with the dtypes of the other where its own columns are empty."""
    empty = {
        name: other[name].dtype
        for name in table.columns.intersection(other.columns)
        if table[name].dtype != other[name].dtype
        and table[name].isna().all()
        and not other[name].isna().all()
        and not (isinstance(other[name].dtype, np.dtype) and other[name].dtype.kind in "biu")
        and not isinstance(other[name].dtype, pd.CategoricalDtype)
    }
    return table.astype(empty) if empty else table


def warn_if_unchanged(
    before: pd.DataFrame, after: pd.DataFrame, step: str, on: DayLike
) -> pd.DataFrame:
    """The events after a step; warns where the step found no case that was ready."""
    if len(before) and len(after) == len(before):
        warnings.warn(
            f"{step} added nothing on {as_date(on)}: no case was ready for it there; "
            f"review.next_steps says what the cases wait for",
            ReviewWarning,
            stacklevel=3,
        )
    return after


def demand_lawful(
    events: pd.DataFrame,
    first: int,
    procedure: Procedure | None,
    more: Iterable[BrokenRule] = (),
) -> None:
    """Raise if one of the events from `first` on breaks a rule; old faults are not named again."""
    lookup = rulebook(procedure)
    broken = [fault for fault in more if len(fault.rows)]
    for fault in run_in_parts(events, lookup):
        if _tolerated(fault):
            continue
        chosen = fault.rows >= first
        if chosen.any():
            broken.append(fault.of(chosen))
    if broken:
        raise ReviewError(as_table(broken, events, lookup, "en"))
