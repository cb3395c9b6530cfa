"""Links: what became of households whose id alone does not say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import read_days
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import check_ids_meet, comparable, match
from multidim_poverty.movement.chains import FormerIds, OneStep, circles, levels_by_id, one_step
from multidim_poverty.schema.faults import Fault, fault_at, presence_faults, raise_errors

__all__ = ["CAUSES", "Pairs", "pair", "renamed", "with_latest_ids"]

# Kind -> whether it needs an id at the start and one at the end; None where it may be missing.
KINDS: dict[str, tuple[bool | None, bool | None]] = {
    "same": (True, True),
    "moved_away": (True, False),
    "died": (True, False),
    "merged": (True, None),
    "split": (None, True),
    "moved_in": (False, True),
}
CAUSES = ("moved_in", "moved_away", "died", "split", "merged", "members_changed")
LEAVING = ("moved_away", "died", "merged")
COMING = ("moved_in", "split", "merged")

Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Which household of the start is which of the end.

    Attributes
    ----------
    end_of : numpy.ndarray
        Per household of the start its position at the end, -1 where it is there no more.
    exit_cause, entry_cause : numpy.ndarray
        Per household of the start, and of the end, the link that explains why it is there no
        more, or was not there before; None where none does.
    former : FormerIds
        Ids that changed before the start.
    """

    end_of: Ints
    exit_cause: npt.NDArray[np.object_]
    entry_cause: npt.NDArray[np.object_]
    former: FormerIds


def pair(
    start: pd.Index[Any],
    end: pd.Index[Any],
    links: pd.DataFrame | None,
    *,
    history_ids: pd.Series[Any] | None = None,
    start_on: pd.Timestamp | None = None,
    end_on: pd.Timestamp | None = None,
) -> Pairs:
    """Pair households by their ids and the links; nothing is guessed.

    Raises
    ------
    InvalidDataError
        Names every link that is not one, or that contradicts the tables or another link.
    ArgumentError
        If the links have days and there is no `start_on`, or their ids do not meet the tables.
    """
    if links is None:
        links = pd.DataFrame({"kind": [], "start_id": [], "end_id": []}, dtype=object)
    read = _read(links, start_on)
    for ids, other, name in (
        (links["start_id"], start, "start"),
        (links["end_id"], end, "end"),
        (links["start_id"], history_ids, "history"),
    ):
        if other is not None:
            check_ids_meet(ids, other, ("links", name), must_meet=False)
    faults = [*read.faults]
    rows = read.sound
    in_start, in_end = (
        (match(links["start_id"], index).home >= 0, match(links["end_id"], index).home >= 0)
        for index in (start, end)
    )
    if read.days is None:
        earlier, nobodys = _before_the_start(read, in_start, history_ids)
        faults.append(fault_at("links", "start_id", "not_in_the_table", nobodys))
        inner = rows & ~earlier & ~in_start[1] & ~in_end[1] & (read.kind != "merged")
        levels = levels_by_id(read.kind, read.start_id, read.end_id, inner)
    else:
        assert start_on is not None
        earlier = rows & (read.days <= np.datetime64(start_on, "D"))
        levels = np.unique(read.days, return_inverse=True)[1].reshape(-1)
        faults.append(_lost(read, earlier, in_start[1], history_ids))
    later = np.zeros(len(rows), dtype=bool)
    if read.days is not None and end_on is not None:
        later = read.days > np.datetime64(end_on, "D")
    now = np.flatnonzero(rows & ~earlier & ~later)
    step = one_step(read.kind, read.start_id, read.end_id, now, levels[now])
    changed = np.flatnonzero(earlier & np.isin(read.kind, ("same", *LEAVING)))
    now_is = [
        to if what == "same" else None for what, to in zip(read.kind, read.end_id, strict=True)
    ]
    former = FormerIds.of(read.start_id, now_is, changed, read.days)
    return _paired(start, end, links, step, faults, former)


def with_latest_ids(
    history: pd.DataFrame, days: Any, links: pd.DataFrame, until: pd.Timestamp
) -> pd.DataFrame:
    """A history whose households have the ids that hold on a day, by links of one or many years."""
    read = _read(links, until)
    check_ids_meet(
        links["start_id"], history["household_id"], ("links", "history"), must_meet=False
    )
    _refuse(links, read.faults)
    changed = read.kind == "same"
    if read.days is not None:
        changed &= read.days <= np.datetime64(until, "D")
    former = FormerIds.of(read.start_id, read.end_id, np.flatnonzero(changed), read.days)
    return history.assign(household_id=renamed(history["household_id"], former, days))


def renamed(ids: pd.Series[Any], former: FormerIds, days: Any = None) -> pd.Series[Any]:
    """Ids of a history as they are now."""
    if not former.onward:
        return ids
    return pd.Series(former.latest(_objects(ids), days), index=ids.index, dtype=object)


# -- the links by themselves -------------------------------------------------------------------


@dataclass(frozen=True)
class _Read:
    """Links as they are written: ids are None where there is none, days None where none is."""

    kind: npt.NDArray[np.object_]
    start_id: list[Any]
    end_id: list[Any]
    days: npt.NDArray[np.datetime64] | None
    faults: list[Fault]

    @property
    def sound(self) -> Mask:
        """Rows without a fault."""
        sound = np.ones(len(self.kind), dtype=bool)
        for fault in self.faults:
            sound[fault.rows] = False
        return sound


def _read(links: pd.DataFrame, day: pd.Timestamp | None) -> _Read:
    """The links and their faults, but for those with regard to the tables."""
    _refuse(links, presence_faults("links", links, ("kind", "start_id", "end_id")))
    dated = "on" in links.columns
    if dated and day is None:
        raise ArgumentError(
            "links have days (column on); pass start_on, the day of the lists at the start, which "
            "tells the links of earlier years from those between start and end"
        )
    kind = links["kind"].to_numpy(dtype=object)
    read = read_days(links["on"]) if dated else None
    ids = [_objects(links["start_id"]), _objects(links["end_id"])]
    days = None if read is None else read.days
    faults = [*_form_faults(links, kind, read)]
    faults += _faults_between(_Read(kind, ids[0], ids[1], days, faults))
    return _Read(kind, ids[0], ids[1], days, faults)


def _objects(ids: pd.Series[Any]) -> list[Any]:
    """Ids as objects of which equal ones are equal; None where one is missing."""
    alike = comparable(ids).astype(object)
    return alike.where(alike.notna(), None).tolist()


def _refuse(links: pd.DataFrame, faults: Iterable[Fault]) -> None:
    raise_errors(faults, {"links": links}, places={"row": "Int64"})


def _form_faults(links: pd.DataFrame, kind: Any, read: Any) -> Iterator[Fault]:
    strange = ~np.asarray(links["kind"].isin(list(KINDS)), dtype=bool)
    yield fault_at("links", "kind", "not_a_link", strange)
    for end, name in enumerate(("start_id", "end_id")):
        missing = links[name].isna().to_numpy(dtype=bool)
        needs = np.array([KINDS.get(each, (None, None))[end] for each in kind], object)
        for rule, bad in (
            ("missing_value", missing & (needs == True)),  # noqa: E712
            ("id_not_wanted", ~missing & (needs == False)),  # noqa: E712
        ):
            yield fault_at("links", name, rule, bad, kind=kind)
    if read is not None:
        for rule in ("missing", "not_a_date", "time_zone"):
            bad = getattr(read, rule)
            yield fault_at("links", "on", "missing_value" if rule == "missing" else rule, bad)
    if "accepted" in links.columns:
        accepted = np.asarray(links["accepted"].isin([True, "True", "TRUE", "true"]), dtype=bool)
        yield fault_at("links", "accepted", "link_not_accepted", ~accepted)


def _faults_between(read: _Read) -> Iterator[Fault]:
    """Links that contradict themselves or each other, whatever the tables hold."""
    sound, kind = read.sound, read.kind
    itself = [first is not None and first == last for first, last in _pairs(read)]
    to_itself = sound & np.isin(kind, ("merged", "split")) & np.array(itself, dtype=bool)
    yield fault_at("links", "end_id", "link_to_itself", to_itself)
    sound &= ~to_itself
    days = np.zeros(len(kind)) if read.days is None else read.days.astype(np.int64)
    keys = pd.DataFrame({"day": days, "start": read.start_id, "end": read.end_id}, dtype=object)
    # A household leaves once, and comes once; but several may merge into one.
    leaves, comes = ("same", *LEAVING), ("same", "moved_in", "split")
    both = sound & keys[["start", "end"]].notna().all(axis=1).to_numpy(dtype=bool)
    again = {
        "start_id": _again(keys[["day", "start"]], sound & np.isin(kind, leaves)),
        "end_id": _again(keys[["day", "end"]], sound & np.isin(kind, comes)),
    }
    again["end_id"] |= _again(keys, both) & ~again["start_id"]
    for name, bad in again.items():
        yield fault_at("links", name, "two_links", bad)
    circling = np.zeros(len(kind), dtype=bool)
    onward = both & np.isin(kind, ("same", "merged")) & ~np.any([*again.values()], axis=0)
    for day in np.unique(days[onward]):
        rows = np.flatnonzero(onward & (days == day)).tolist()
        circling[circles([(read.start_id[row], read.end_id[row], row) for row in rows])] = True
    yield fault_at("links", "end_id", "links_in_a_circle", circling)


def _pairs(read: _Read) -> Iterable[tuple[Any, Any]]:
    return zip(read.start_id, read.end_id, strict=True)


def _again(keys: pd.DataFrame, rows: Mask) -> Mask:
    """Those of some rows whose keys another of them has too."""
    again = rows.copy()
    again[rows] = keys[rows].duplicated(keep=False).to_numpy()
    return again


# -- earlier years -----------------------------------------------------------------------------


def _before_the_start(
    read: _Read, in_start: tuple[Mask, Mask], history_ids: pd.Series[Any] | None
) -> tuple[Mask, Mask]:
    """Links without days that lead to an id of the start, and those that begin with nobody's."""
    same = read.sound & (read.kind == "same")
    earlier = same & ~in_start[0] & in_start[1]
    by_start = {read.start_id[row]: row for row in np.flatnonzero(same & ~in_start[0]).tolist()}
    made_by = {read.end_id[row]: row for row in by_start.values()}
    for row in np.flatnonzero(earlier).tolist():  # back from the start, along the chain
        before = made_by.get(read.start_id[row])
        while before is not None and not earlier[before]:
            earlier[before] = True
            before = made_by.get(read.start_id[before])
    listed = set() if history_ids is None else {*_objects(history_ids)}
    oldest = [id not in made_by and id not in listed for id in read.start_id]
    return earlier, earlier & np.array(oldest, dtype=bool)


def _lost(
    read: _Read, earlier: Mask, end_in_start: Mask, history_ids: pd.Series[Any] | None
) -> Fault:
    """Changes before the start to an id that nobody has, then, before or later."""
    known = {*read.start_id} | (set() if history_ids is None else {*_objects(history_ids)})
    unknown = np.array([id not in known for id in read.end_id], dtype=bool)
    lost = earlier & (read.kind == "same") & ~end_in_start & unknown
    return fault_at("links", "end_id", "not_in_the_table", lost)


# -- the links and the tables ------------------------------------------------------------------


def _paired(
    start: pd.Index[Any],
    end: pd.Index[Any],
    links: pd.DataFrame,
    step: OneStep,
    faults: list[Fault],
    former: FormerIds,
) -> Pairs:
    """Pair households by the links of one step, if these and those before have no fault."""
    kind = np.array(step.kind, dtype=object)
    at_start, at_end = _places(step.start_id, start), _places(step.end_id, end)
    place_faults = [*_place_faults(kind, at_start, at_end)]
    bad = np.zeros(len(kind), dtype=bool)
    for _, _, rows in place_faults:
        bad |= rows
    # What is nobody's, or stands twice, says nothing; the others may still contradict.
    kind, at_start, at_end = kind[~bad], at_start[~bad], at_end[~bad]

    end_of = match(start.to_series(), end).home.astype(np.intp)
    exit_cause = np.full(len(start), None, dtype=object)
    entry_cause = np.full(len(end), None, dtype=object)
    split = kind == "split"
    leaves, comes = np.isin(kind, LEAVING), np.isin(kind, COMING) & (at_end >= 0)
    exit_cause[at_start[leaves]] = kind[leaves]
    entry_cause[at_end[comes]] = kind[comes]
    recoded = kind == "same"
    end_of[at_start[leaves]] = -1
    end_of[at_start[recoded]] = at_end[recoded]
    table_faults = [*place_faults]
    for name, rule, rows in _contradictions(kind, at_start, at_end, start, end, end_of):
        all_rows = np.zeros(len(bad), dtype=bool)
        all_rows[~bad] = rows
        table_faults.append((name, rule, all_rows))
    for name, rule, rows in table_faults:
        of_links = np.zeros(len(links), dtype=bool)
        rows_of_id = step.start_row if name == "start_id" else step.end_row
        of_links[np.array(rows_of_id, dtype=np.intp)[rows]] = True
        faults.append(fault_at("links", name, rule, of_links))
    _refuse(links, faults)
    # A household that split up wholly is there no more, and the split explains it.
    parents = at_start[split & (at_start >= 0)]
    dissolved = parents[(end_of[parents] < 0) & (exit_cause[parents] == None)]  # noqa: E711
    exit_cause[dissolved] = "split"
    continues = np.zeros(len(end), dtype=bool)
    continues[end_of[end_of >= 0]] = True
    entry_cause[continues] = None  # another household merged into it
    return Pairs(end_of, exit_cause, entry_cause, former)


def _places(ids: list[Any], index: pd.Index[Any]) -> Ints:
    """Positions of ids: -1 where there is no such household, -2 where no id is given."""
    series = pd.Series(ids, dtype=object)
    places = match(series, index).home.astype(np.intp)
    places[series.isna().to_numpy(dtype=bool)] = -2
    return places


def _place_faults(kind: Any, at_start: Ints, at_end: Ints) -> Iterator[tuple[str, str, Mask]]:
    for name, places in (("start_id", at_start), ("end_id", at_end)):
        yield name, "not_in_the_table", places == -1
    for name, places, kinds in (
        ("start_id", at_start, ("same", *LEAVING)),
        ("end_id", at_end, ("same", "moved_in", "split")),
    ):
        rows = np.isin(kind, kinds) & (places >= 0)
        yield name, "two_links", _again(pd.DataFrame({"place": places}), rows)


def _contradictions(
    kind: Any,
    at_start: Ints,
    at_end: Ints,
    start: pd.Index[Any],
    end: pd.Index[Any],
    end_of: Ints,
) -> Iterator[tuple[str, str, Mask]]:
    positions = pd.Series(end_of).where(end_of >= 0)
    owners = positions.groupby(positions).size()
    # Two households of the start cannot be one of the end: one of them is so by its id.
    bad = (kind == "same") & np.isin(at_end, owners[owners > 1].index.to_numpy(dtype=np.intp))
    continues = np.isin(at_end, end_of[end_of >= 0])
    bad |= np.isin(kind, ("moved_in", "split")) & continues & (at_end >= 0)
    yield "end_id", "also_there_before", bad
    # Gone by a link, and there by its id: the id of another household, which no link explains.
    explained = at_end[np.isin(kind, ("same", *COMING)) & (at_end >= 0)]
    still = match(start.to_series(), end).home.astype(np.intp)
    of_link = np.where(at_start >= 0, still[np.maximum(at_start, 0)] if len(still) else -1, -1)
    gone = np.isin(kind, ("same", *LEAVING)) & (of_link >= 0)
    itself = (kind == "same") & (of_link == at_end)
    yield "start_id", "still_there", gone & ~itself & ~np.isin(of_link, explained)
