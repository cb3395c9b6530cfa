"""An event table as arrays, with the faults that a row has by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import NEVER, Days, dates_of, days_of
from multidim_poverty.review.rulebook import CLASSES, EVENTS, LOG_EVENTS, PROCESSES, Rulebook
from multidim_poverty.review.table import FORMS, numbers, table_faults, texts
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.schema.value_rules import not_nfc
from multidim_poverty.vocabulary import Actor, ClosingCause, Opinion, ReviewEvent

__all__ = ["BrokenRule", "Reading", "event_days"]

Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
NO_ROWS = np.zeros(0, dtype=np.intp)
NEEDED = ("household_id", "process", "event", "on")
MET = EVENTS.index(ReviewEvent.MET)
IS_LOG_EVENT = np.append(np.isin(EVENTS, LOG_EVENTS), [False])  # the last one serves -1


@dataclass(frozen=True)
class BrokenRule:
    """Rows that break one rule, with what the report says about them.

    Attributes
    ----------
    rule : str
    rows : array of int
        Positions in the event table; empty where a whole column is at fault.
    counts : bool
        Whether the events take effect all the same, as late ones do.
    warning : bool
    state : array of int, optional
        Where each case stood.
    limit : array of int, optional
        The day that was kept or missed.
    column : str
    expected : array of str, optional
        What was expected, where the rule alone does not say it.
    """

    rule: str
    rows: Rows
    counts: bool = False
    warning: bool = False
    state: npt.NDArray[np.integer[Any]] | None = None
    limit: Days | None = None
    column: str = ""
    expected: npt.NDArray[np.object_] | None = None

    def of(self, chosen: Flags) -> BrokenRule:
        """The rule for some of the rows."""
        parts: dict[str, Any] = {
            name: None if values is None else values[chosen]
            for name in ("rows", "state", "limit", "expected")
            for values in [getattr(self, name)]
        }
        return replace(self, **parts)

    def at(self, rows: Rows) -> BrokenRule:
        """The rule for a table of which these rows were looked at."""
        return replace(self, rows=rows[self.rows])


def event_days(events: pd.DataFrame, column: str = "on") -> Days:
    """A column of days as days since 1970-01-01; NEVER where there is none."""
    return days_of(dates_of(events[column]).to_numpy().astype("datetime64[D]"))


class Reading:
    """The events as arrays.

    ``bad`` marks rows that can have no effect, ``usable`` those that belong to a case that can
    be told, ``noted`` those with a fault that counts.
    """

    def __init__(self, events: pd.DataFrame, lookup: Rulebook, inert: Flags) -> None:
        n = len(events)
        self.broken: list[BrokenRule] = []
        self.bad = np.zeros(n, dtype=bool)
        self.noted = np.zeros(n, dtype=bool)
        lost = inert.copy()
        self.readable = True
        for fault in table_faults(events):
            if fault.rows is None:
                self.broken.append(BrokenRule(fault.rule, NO_ROWS, column=fault.column))
                self.readable &= fault.column not in NEEDED
                continue
            self.broken.append(BrokenRule(fault.rule, fault.rows, column=fault.column))
            self.bad[fault.rows] = True
            if fault.column in ("household_id", "process"):
                lost[fault.rows] = True
        self.usable = ~lost & self.readable
        if not self.readable:
            self.process = self.event = self.law = np.zeros(n, dtype=np.int8)
            self.day = np.zeros(n, dtype=np.int64)
            self.member = np.full(n, -1)
            return
        self.process = category_codes(events["process"], PROCESSES)
        self.event = category_codes(events["event"], EVENTS)
        day = event_days(events)
        self.day = np.where(day == NEVER, 0, day)  # such rows are bad already
        self.usable &= ~IS_LOG_EVENT[self.event]
        law = lookup.law_of(self.day)
        self._mark("not_in_force", ~self.bad & (law < 0))
        self.law = np.maximum(law, 0).astype(np.int8)
        absent = np.full(n, -1, dtype=np.int8)
        self.previous, self.assessed, opinion, self.cause = (
            category_codes(events[name], codes) if name in events.columns else absent
            for name, codes in (
                ("previous_class", CLASSES),
                ("assessed_class", CLASSES),
                ("opinion", Opinion.codes()),
                ("cause", ClosingCause.codes()),
            )
        )
        self.objects = opinion == Opinion.codes().index(Opinion.OBJECTS)
        self.commune, self.communes = texts(events, "commune")
        self.village, self.villages = texts(events, "village")
        self.member, self.members = texts(events, "member_id")
        self.has_reason = _present(events, "reason")
        self._own_faults(events, lookup)

    def _own_faults(self, events: pd.DataFrame, lookup: Rulebook) -> None:
        known = self.event >= 0
        possible = lookup.has[self.law, self.process, self.event]
        self._mark("not_in_process", known & ~possible)
        for column in sorted({c for p in lookup.procedures for c in _required(p)}):
            wanted = np.zeros(lookup.has.shape, dtype=bool)
            for n, procedure in enumerate(lookup.procedures):
                for process in procedure.processes:
                    for step in process.steps:
                        if column in step.requires:
                            place = PROCESSES.index(process.id), EVENTS.index(step.event)
                            wanted[n, *place] = True
            required = known & possible & wanted[self.law, self.process, self.event]
            if required.any():
                missing = required & ~_present(events, column)
                self._mark("incomplete", missing, column=column)
        self._meetings(events, lookup, possible)
        self._requests(events)
        for_members = self.process == _position(PROCESSES, "low_income")
        if "member_id" in events.columns or for_members.any():
            self._mark("incomplete", for_members & (self.member < 0), column="member_id")
            self._mark("member_not_expected", ~for_members & (self.member >= 0), column="member_id")
        for column in ("commune", "village"):
            if column in events.columns:
                self._mark("name_not_nfc", not_nfc(events[column]), column=column, warning=True)
        if "recorded_on" in events.columns:
            recorded = event_days(events, "recorded_on")
            early = recorded < self.day
            self._mark("recorded_before", early, column="recorded_on", limit=self.day, counts=True)

    def _meetings(self, events: pd.DataFrame, lookup: Rulebook, possible: Flags) -> None:
        met = (self.event == MET) & possible
        attending, agreeing, copies = (
            numbers(events, name) for name in ("attending", "agreeing", "minutes_copies")
        )
        with np.errstate(invalid="ignore"):
            self._mark(
                "impossible_vote",
                met & ((agreeing > attending) | (attending < 1)),
                column="agreeing",
            )
            self._mark(
                "too_few_minutes", met & (copies < lookup.copies[self.law]), column="minutes_copies"
            )
            self.agreed = agreeing * 100 >= attending * lookup.quorum[self.law]
        if "present" in events.columns and met.any():
            self._mark_absent(events, met, lookup.procedures[0].meeting.present)

    def _mark_absent(self, events: pd.DataFrame, met: Flags, expected: tuple[Actor, ...]) -> None:
        codes, values = pd.factorize(events["present"])
        wanted = {str(actor) for actor in expected}
        short = [not wanted <= {who.strip() for who in str(text).split(",")} for text in values]
        absent = np.append(short, [False]).astype(bool)[codes] & met
        self._mark("absent_from_meeting", absent, column="present", counts=True)

    def _requests(self, events: pd.DataFrame) -> None:
        self.form, forms = texts(events, "form")
        strange = np.append([form not in FORMS for form in forms], [False]).astype(bool)
        self._mark("unknown_form", strange[self.form], column="form")

    def _mark(
        self,
        rule: str,
        wrong: Any,
        column: str = "",
        *,
        counts: bool = False,
        warning: bool = False,
        limit: Days | None = None,
    ) -> None:
        mask = np.asarray(wrong) & self.usable
        if counts:
            mask &= ~self.bad
        rows = np.flatnonzero(mask)
        if len(rows):
            days = None if limit is None else limit[rows]
            self.broken.append(
                BrokenRule(rule, rows, counts or warning, warning, limit=days, column=column)
            )
            if not warning:
                (self.noted if counts else self.bad)[rows] = True


def _required(procedure: Any) -> set[str]:
    return {c for process in procedure.processes for step in process.steps for c in step.requires}


def _position(codes: tuple[str, ...], prefix: str) -> int:
    """Place of the code with this beginning; -2, which no row has, where there is none."""
    return next((n for n, code in enumerate(codes) if code.startswith(prefix)), -2)


def _present(events: pd.DataFrame, column: str) -> Flags:
    """Rows where a column holds something; an empty text is nothing."""
    if column not in events.columns:
        return np.zeros(len(events), dtype=bool)
    values = events[column]
    present = np.array(values.notna(), dtype=bool)
    if isinstance(values.dtype, pd.StringDtype) or values.dtype == object:
        codes, distinct = pd.factorize(values)
        empty = [isinstance(value, str) and not value.strip() for value in distinct]
        present &= ~np.append(empty, [True]).astype(bool)[codes]
    return present
