"""The fold itself: all cases at once, one event of each case at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import NEVER, Days
from multidim_poverty.identity import ascending, chunks
from multidim_poverty.review.cases import Cases, CaseTable
from multidim_poverty.review.corrections import mend
from multidim_poverty.review.ordering import entry_order, keeps_entry_days
from multidim_poverty.review.places import Places
from multidim_poverty.review.reading import BrokenRule, Reading
from multidim_poverty.review.repeated import repeated_facts
from multidim_poverty.review.rulebook import (
    EVENTS,
    NEW_STATE,
    PROCESSES,
    STATES,
    WHEN,
    Rulebook,
)
from multidim_poverty.review.standards import standard_faults
from multidim_poverty.review.standing import listings
from multidim_poverty.review.table import numbered, with_codes
from multidim_poverty.vocabulary import ClosingCause, ReviewEvent, ReviewState

__all__ = ["TRACKS", "Folded", "Turns", "run"]

Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
OVER, DURING, WITHIN = (WHEN.index(w) for w in ("over", "during", "within"))
SURVEYED, REVERIFIED, COMPLAINED, RECOGNISED, MET, ANSWERED, CLOSING = (
    EVENTS.index(e)
    for e in (
        ReviewEvent.SURVEYED,
        ReviewEvent.REVERIFIED,
        ReviewEvent.COMPLAINED,
        ReviewEvent.RECOGNISED,
        ReviewEvent.MET,
        ReviewEvent.ANSWERED,
        ReviewEvent.CLOSED,
    )
)
PENDING = STATES.index(ReviewState.COMPLAINED)
POSTINGS = np.isin([*STATES, ""], [ReviewState.POSTED, ReviewState.REPOSTED])
# Rules that an event can break only because one before it had no effect.
FOLLOWING = {"clock_still_runs", "clock_run_out", "incomplete"}
TRACKS = 1 << 15  # cases that are taken together, so that their arrays stay small
NO_DECISION = ClosingCause.codes().index(ClosingCause.NO_DECISION)


@dataclass
class Folded:
    """What a fold knows of an event table.

    Attributes
    ----------
    cases : Cases
        In the order in which they were opened.
    broken : list of BrokenRule
    case : array of int
        Place of the case that each row took effect in; -1 for none.
    state : array of int
        State of that case after the row; -1 for none.
    events : pandas.DataFrame
        The table with its corrections applied.
    target : array of int
        For each correction, the row that it is about; else -1.
    inert : array of bool
        Corrections, and rows that are voided.
    """

    cases: Cases
    broken: list[BrokenRule]
    case: Rows
    state: npt.NDArray[np.int8]
    events: pd.DataFrame
    target: Rows
    inert: Flags
    readable: bool
    order: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.intp))


def run(events: pd.DataFrame, lookup: Rulebook, before: Cases | None = None) -> Folded:
    """Fold the events onto the cases there were before."""
    log = mend(with_codes(events))
    reading = Reading(log.events, lookup, log.inert)
    turns = Turns(log.events, reading, lookup, before)
    turns.follow(log.events)
    turns.play()
    cases, case = turns.finish()
    broken = [*log.broken, *reading.broken, *turns.broken]
    if reading.readable:
        corrected = np.flatnonzero((log.target >= 0) & reading.readable)
        _count_corrections(cases, case, log.target[corrected], turns)
        broken += listings(cases, case, reading, turns.order)
        broken += repeated_facts(log.events, reading, case)
        broken += standard_faults(log.events, reading, cases, case)
    return Folded(
        cases=cases,
        broken=broken,
        case=case,
        state=turns.state_after,
        events=log.events,
        target=log.target,
        inert=log.inert,
        readable=reading.readable,
        order=turns.order,
    )


class Turns:
    """Takes one event of each case after the other."""

    def __init__(
        self, events: pd.DataFrame, reading: Reading, lookup: Rulebook, before: Cases | None
    ) -> None:
        self.reading, self.lookup, self.before = reading, lookup, before
        self.broken: list[BrokenRule] = []
        n = len(events)
        self.state_after = np.full(n, -1, dtype=np.int8)
        self.n_before = 0 if before is None else len(before.household)
        self.order = np.arange(n)
        rows = self.rows = np.flatnonzero(reading.usable)
        opening = lookup.opens[reading.law[rows], reading.process[rows], reading.event[rows]]
        self.cases = CaseTable(self.n_before + int(opening.sum()), n, before)
        self.places = Places(reading)

    def follow(self, events: pd.DataFrame) -> None:
        """Find out which events are of one household (or member) and process."""
        reading, before, n = self.reading, self.before, len(events)
        if reading.readable and keeps_entry_days(events):
            self.order = entry_order(events, reading, self.lookup)
            self.rows = self.order[reading.usable[self.order]]
        rows = self.rows
        households = (
            events["household_id"] if reading.readable else pd.Series([None] * n, dtype=object)
        )
        self.household, self.names = _codes(
            households, None if before is None else before.household
        )
        members = None
        if (reading.member >= 0).any():
            members = np.append(reading.members, [None])[reading.member]  # the last one serves -1
        self.member, self.member_names = _codes(
            pd.Series(members, dtype=object) if members is not None else None,
            None if before is None else before.member,
            length=n + self.n_before,
        )
        old = np.zeros(0, dtype=np.int8) if before is None else before.process
        process, in_use = _codes_in_use(reading.process[rows], old)
        track_codes = self.household * (len(self.member_names) + 1)
        track_codes += self.member + 1
        track_codes *= in_use
        track_of_row = track_codes[self.n_before :][rows]
        track_of_row += process[reading.process[rows]]
        first, self.track = numbered([track_of_row])
        self.tracks = track_of_row[first]
        self.current = np.full(len(self.tracks), -1, dtype=np.intp)
        self.astray = np.zeros(len(self.tracks), dtype=bool)
        if before is not None:
            _resume(self.current, self.tracks, track_codes[: self.n_before] + process[old])

    def play_next(self) -> None:
        """One event of each of the cases before; the rows stand in their order."""
        self.current = np.arange(self.n_before)
        self.astray = np.zeros(self.n_before, dtype=bool)
        for part in chunks(len(self.rows), TRACKS):
            self._turn(self.rows[part], self.rows[part])

    def play(self) -> None:
        """All events: the first one of each track, the second one, and so on."""
        by_track = np.argsort(self.track, kind="stable")
        length = np.bincount(self.track, minlength=len(self.tracks))
        start = np.cumsum(length) - length
        longest_first = np.argsort(-length, kind="stable")
        for turn in range(int(length.max(initial=0))):
            stop = np.searchsorted(-length[longest_first], -turn, side="left")
            for part in chunks(int(stop), TRACKS):
                tracks = longest_first[part]
                self._turn(tracks, self.rows[by_track[start[tracks] + turn]])

    def finish(self) -> tuple[Cases, Rows]:
        """The cases in the order of their opening, and the case of each row."""
        household, member = self.household[self.n_before :], self.member[self.n_before :]
        homes, names = (self.names, household), (self.member_names, member)
        cases = self.cases.finish(homes, names, _inverse(self.order), self.before)
        self.broken += self.places.broken
        if (np.diff(cases.place) > 0).all():
            return cases, self.cases.case_of_row
        order = np.argsort(cases.place, kind="stable")
        place = np.append(_inverse(order), [-1])  # the last one serves -1
        return cases.take(order), place[self.cases.case_of_row]

    def _turn(self, tracks: Rows, rows: Rows) -> None:
        """One event of each of these tracks."""
        reading, lookup, cases = self.reading, self.lookup, self.cases
        p, e, day = reading.process[rows], reading.event[rows], reading.day[rows]
        slot = self.current[tracks]
        has = slot >= 0
        state = np.where(has, cases.of("state", slot), NEW_STATE)
        closed = lookup.closed[state]
        law = reading.law[rows]
        opens = lookup.opens[law, p, e]
        first, last = np.full(len(rows), NEVER), np.full(len(rows), NEVER)
        if opens.any():
            opened = law[opens], p[opens], day[opens]
            any_day = lookup.any_day[law, p, e][opens]
            first[opens], last[opens] = lookup.window(*opened, any_day)
        case_first = np.where(has, cases.of("first_day", slot), NEVER)
        case_last = np.where(has, cases.of("last_day", slot), NEVER)
        # A later review begins a case of its own, once the earlier one is decided or over.
        begins = opens & (~has | ((first > case_first) & (closed | (day > case_last))))
        first, last = np.where(begins, first, case_first), np.where(begins, last, case_last)
        of_review = lookup.law_of(np.where(first == NEVER, day, first))
        law = np.where(of_review >= 0, of_review, law)  # the law of the days of the case
        source = np.where(begins, NEW_STATE, state)
        target = lookup.to[law, p, e, source].astype(np.int64)
        gone = (e == CLOSING) & has & closed & (reading.cause[rows] != NO_DECISION)
        target[gone] = state[gone]  # a household that is no more; its case was decided before

        bad = reading.bad[rows]
        blocked = bad | (target < 0)
        wrong = (target < 0) & lookup.has[law, p, e] & ~bad
        silent = self.astray[tracks]  # what follows a fault of the same case is no other fault
        for rule, chosen in (
            ("unknown_household", ~has),
            ("already_closed", has & closed),
            ("already_open", has & ~closed & opens),
            ("complaint_pending", has & (state == PENDING) & ~opens),
            ("out_of_order", has & ~closed & (state != PENDING) & ~opens),
        ):
            self._note(rule, rows, wrong & chosen & ~silent, state=state)

        when = lookup.when[law, p, e, source]
        open_case = has & ~begins
        due = np.where(open_case, cases.of("clock_end", slot), NEVER)
        since = np.where(open_case, cases.of("since", slot), -NEVER)
        posted_until = np.where(open_case, cases.of("posted_until", slot), NEVER)
        dated = ~lookup.any_day[law, p, e]
        assessed = np.where(open_case, cases.of("assessed", slot), -1)
        recognised = e == RECOGNISED
        again = (e == COMPLAINED) & (source == PENDING)
        given = reading.assessed[rows]
        no_reason = lookup.own_accord[law, p, e, source] & ~reading.has_reason[rows]
        checked = ~blocked
        for rule, chosen, limit, column in (
            ("before_predecessor", day < since, since, ""),
            ("before_the_review", dated & (day < first), first, ""),
            ("clock_still_runs", (when == OVER) & (day <= due), due, ""),
            ("clock_run_out", (when == DURING) & (day > due), due, ""),
            ("clock_run_out", again & (day > posted_until), posted_until, ""),
            ("class_not_assessed", recognised & (given >= 0) & (given != assessed), None, ""),
            ("class_not_recognised", recognised & ~lookup.recognises[law, p, assessed], None, ""),
            ("incomplete", no_reason, None, "reason"),
        ):
            chosen = chosen & checked
            named = chosen & ~silent if rule in FOLLOWING else chosen
            self._note(rule, rows, named, state=source, limit=limit, column=column)
            blocked |= chosen
        done = ~blocked
        late = done & (when == WITHIN) & (day > due)
        self._note("late", rows, late, counts=True, state=source, limit=due)
        past = done & dated & (day > last) & ~late & ~gone
        self._note("after_the_review", rows, past, counts=True, state=source, limit=last)

        flagged = slot[open_case & blocked]
        cases["violations"][flagged] += 1
        self.astray[tracks] = blocked

        new = done & begins
        slot = slot.copy()
        slot[new] = cases.open(rows[new])
        self.current[tracks[new]] = slot[new]
        cases["process"][slot[new]] = p[new]
        cases["first_day"][slot[new]] = first[new]
        cases["last_day"][slot[new]] = last[new]

        cases.case_of_row[rows[done]] = slot[done]
        apart = (e == MET) & ~reading.agreed[rows]
        apart |= (e == ANSWERED) & reading.objects[rows] & (lookup.otherwise[law, p, e] >= 0)
        reached = np.where(apart, lookup.otherwise[law, p, e], target).astype(np.int8)
        moved = done & (reached != source)
        self.state_after[rows[done]] = reached[done]
        at = slot[moved]
        cases["state"][at] = reached[moved]
        cases["since"][at] = day[moved]
        ends = lookup.clock_end(law[moved], p[moved], reached[moved], day[moved])
        cases["clock_end"][at] = ends
        showing = POSTINGS[reached[moved]]
        cases["posted_until"][at[showing]] = ends[showing]
        cases["round"][slot[done & (e == SURVEYED)]] += 1
        cases["complaints"][slot[done & (e == COMPLAINED)]] += 1
        classed = done & ((e == SURVEYED) | (e == REVERIFIED))
        cases["assessed"][slot[classed]] = given[classed]
        final = done & recognised
        cases["final"][slot[final]] = assessed[final]
        cases["decision_row"][slot[final]] = rows[final]
        left = done & (e == CLOSING)
        cases["cause"][slot[left]] = reading.cause[rows][left]
        cases["gone_on"][slot[left]] = day[left]
        cases["gone_row"][slot[left]] = rows[left]
        elsewhere = self.places.settle(cases, slot, rows, done)
        cases["violations"][slot[done & (late | past | reading.noted[rows] | elsewhere)]] += 1

    def _note(
        self,
        rule: str,
        rows: Rows,
        chosen: Flags,
        *,
        counts: bool = False,
        state: npt.NDArray[Any],
        limit: Days | None = None,
        column: str = "",
    ) -> None:
        if chosen.any():
            days = None if limit is None else limit[chosen]
            self.broken.append(
                BrokenRule(rule, rows[chosen], counts, False, state[chosen], days, column)
            )


def _codes(
    values: pd.Series[Any] | None, known: Any, length: int | None = None
) -> tuple[Rows, pd.Index[Any]]:
    """Codes of the values of earlier cases and of these rows, and the distinct values."""
    if values is None and (known is None or pd.isna(known).all()):
        return np.broadcast_to(np.intp(-1), length or 0), pd.Index([], dtype=object)
    if values is None:
        values = pd.Series([None] * ((length or 0) - len(known or ())), dtype=object)
    if known is not None and len(known):
        values = pd.concat([pd.Series(known, dtype=object), values.astype(object)])
    if ascending(values):
        return np.arange(len(values)), pd.Index(values)
    return pd.factorize(values)


def _codes_in_use(codes: npt.NDArray[np.int8], others: npt.NDArray[np.int8]) -> tuple[Rows, int]:
    """The place of each process among those that rows or earlier cases have, and how many have."""
    in_use = np.zeros(len(PROCESSES), dtype=bool)
    in_use[codes] = in_use[others] = True
    return np.cumsum(in_use) - 1, int(in_use.sum())


def _inverse(order: Rows) -> Rows:
    """Where each position stands in an order of all of them."""
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return places


def _resume(current: Rows, tracks: npt.NDArray[Any], old: npt.NDArray[Any]) -> None:
    """Point each track at its newest case from before."""
    if not len(tracks):
        return
    at = np.minimum(np.searchsorted(tracks, old), len(tracks) - 1)
    same = tracks[at] == old
    current[at[same]] = np.flatnonzero(same)


def _count_corrections(cases: Cases, case: Rows, targets: Rows, turns: Turns) -> None:
    """Add each correction to the case of the entry that it is about."""
    counted = case[targets]
    lost = np.flatnonzero(counted < 0)  # a voided entry has no case: the one around it
    if len(lost):
        by_track = pd.Series(turns.household[turns.n_before :][targets[lost]])
        homes = turns.names.take(by_track.to_numpy())
        newest = pd.Series(np.arange(len(cases.household)), index=cases.household)
        newest = newest[~newest.index.duplicated(keep="last")]
        counted[lost] = newest.reindex(homes).fillna(-1).to_numpy(np.intp)
    np.add.at(cases.corrections, counted[counted >= 0], 1)
