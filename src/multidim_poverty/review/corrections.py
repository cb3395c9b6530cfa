"""Corrections: what entries of an append-only log say after they were mended or voided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import NEVER
from multidim_poverty.review.reading import BrokenRule, event_days
from multidim_poverty.review.rulebook import EVENTS
from multidim_poverty.review.table import EVENT_COLUMNS, as_form
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import ReviewEvent

__all__ = ["FIXED", "Mended", "mend"]

CORRECTED, VOIDED = EVENTS.index(ReviewEvent.CORRECTED), EVENTS.index(ReviewEvent.VOIDED)
# What says which entry is meant, and what belongs to the correction itself.
FIXED: tuple[str, ...] = ("household_id", "member_id", "process", "event", "on", "reason")
FIXED += ("entry_event", "entry_on", "recorded_on")
PLACES = ("commune", "village")
KEY = ["household_id", "member_id", "process"]


@dataclass
class Mended:
    """A log as it stands after its corrections.

    Attributes
    ----------
    events : pandas.DataFrame
        The same rows; entries that were corrected hold their new values.
    inert : array of bool
        Rows that are no events of a case: voided ones and the corrections themselves.
    target : array of int
        For each correction, the position of the entry that it is about; else -1.
    broken : list of BrokenRule
    """

    events: pd.DataFrame
    inert: npt.NDArray[np.bool_]
    target: npt.NDArray[np.intp]
    broken: list[BrokenRule] = field(default_factory=list)


def mend(events: pd.DataFrame) -> Mended:
    """Apply the corrections of a log to its entries."""
    n = len(events)
    result = Mended(events, np.zeros(n, dtype=bool), np.full(n, -1, dtype=np.intp))
    names = {"household_id", "process", "event", "on"}
    if not names <= set(events.columns) or events.columns.duplicated().any():
        return result
    kinds = category_codes(events["event"], EVENTS)
    mending = np.flatnonzero((kinds == CORRECTED) | (kinds == VOIDED))
    if not len(mending):
        return result
    log = _Log(events, kinds, mending)
    result.inert[mending] = True
    voided = [row for row in log.in_order(mending) if kinds[row] == VOIDED]
    for row in voided:
        result.target[row] = log.entry_of(row, result.inert, of_log=True)
        if result.target[row] >= 0:
            result.inert[result.target[row]] = True
            log.gone.add(result.target[row])
    changes: dict[str, dict[int, Any]] = {}
    empty: list[int] = []
    for row in log.in_order(mending):
        if kinds[row] != CORRECTED or row in log.gone:
            continue
        at = result.target[row] = log.entry_of(row, result.inert, of_log=False)
        values = log.new_values(row, at)
        if not values:
            empty.append(row)
        elif at >= 0:
            for name, value in values.items():
                changes.setdefault(name, {})[at] = value
    result.events = _with_changes(events, changes)
    standing = np.array([row for row in mending if row not in log.gone], dtype=np.intp)
    lost = standing[result.target[standing] < 0]
    early = standing[(result.target[standing] >= 0) & (log.day[standing] < log.entry_day[standing])]
    no_reason = standing[~log.has_reason[standing]]
    for rule, rows, column, limit in (
        ("incomplete", no_reason, "reason", None),
        ("no_such_entry", lost, "entry_event", None),
        ("nothing_corrected", np.array(empty, dtype=np.intp), "entry_event", None),
        ("before_predecessor", early, "on", log.entry_day),
    ):
        if len(rows):
            days = None if limit is None else limit[rows]
            result.broken.append(BrokenRule(rule, rows, limit=days, column=column))
    return result


def _with_changes(events: pd.DataFrame, changes: dict[str, dict[int, Any]]) -> pd.DataFrame:
    if not changes:
        return events
    mended = {}
    for name, values in changes.items():
        column = events[name]
        cells = column.astype(object).copy()
        cells.iloc[list(values)] = pd.Series(list(values.values()), dtype=object).array
        try:
            mended[name] = cells.astype(column.dtype)
        except (TypeError, ValueError):  # the new value is none of the column: named like any other
            mended[name] = cells
    return events.assign(**mended)


class _Log:
    """The entries of the households that have corrections."""

    def __init__(
        self, events: pd.DataFrame, kinds: npt.NDArray[np.int8], mending: npt.NDArray[np.intp]
    ) -> None:
        self.events, self.kinds = events, kinds
        self.gone: set[int] = set()
        n = len(events)
        self.day = event_days(events)
        missing = np.full(n, NEVER)
        self.entry_day = event_days(events, "entry_on") if "entry_on" in events else missing
        self.entry_kind = (
            category_codes(events["entry_event"], EVENTS)
            if "entry_event" in events
            else np.full(n, -1, dtype=np.int8)
        )
        reasons = events["reason"] if "reason" in events else pd.Series([None] * n)
        said = (reasons.astype(str).str.strip() != "").to_numpy(dtype=bool)
        self.has_reason = said & reasons.notna().to_numpy(dtype=bool)
        self.recorded = event_days(events, "recorded_on") if "recorded_on" in events else None
        self.payload = [
            c.name for c in EVENT_COLUMNS if c.name in events.columns and c.name not in FIXED
        ]
        homes = pd.unique(events["household_id"].iloc[mending])
        rows = np.flatnonzero(events["household_id"].isin(homes).to_numpy())
        self.entries: dict[tuple[Any, ...], list[int]] = {}
        for row, key in zip(rows.tolist(), self._keys(rows), strict=True):
            self.entries.setdefault((*key, kinds[row], self.day[row]), []).append(row)
        self.keys = dict(zip(mending.tolist(), self._keys(mending), strict=True))
        # Cells by row; those of the corrections are all needed, those of single entries seldom.
        self.cells = dict(zip(mending.tolist(), self._cells(mending), strict=True))
        self.places = {
            name: events[name].astype(str).to_numpy(dtype=object)
            for name in PLACES
            if name in self.payload
        }

    def _keys(self, rows: npt.NDArray[np.intp]) -> list[tuple[Any, ...]]:
        parts = []
        for name in KEY:
            if name in self.events.columns:
                column = self.events[name].iloc[rows].astype(object)
                parts.append(column.where(column.notna(), None).tolist())
            else:
                parts.append([None] * len(rows))
        return list(zip(*parts, strict=True))

    def in_order(self, rows: Any) -> list[int]:
        """Rows by the order of their entry: that of the table, or of `recorded_on`."""
        positions = [int(row) for row in rows]
        if self.recorded is None or (self.recorded == NEVER).all():
            return positions
        return sorted(positions, key=self._entered)

    def _entered(self, row: int) -> tuple[Any, ...]:
        assert self.recorded is not None
        return int(self.day[row]), int(self.recorded[row]), self._said(row)

    def _cells(self, rows: npt.NDArray[np.intp]) -> list[list[Any]]:
        """What entries carry; None where it is missing."""
        columns = []
        for name in self.payload:
            cells = self.events[name].iloc[rows].astype(object)
            columns.append(cells.where(cells.notna(), None).tolist())
        return [list(cells) for cells in zip(*columns, strict=True)] or [[] for _ in rows]

    def _said(self, row: int) -> str:
        """What an entry carries, as a text to compare and to sort by."""
        if row not in self.cells:
            self.cells[row] = self._cells(np.array([row]))[0]
        return repr(self.cells[row])

    def _before(self, entry: int, row: int) -> bool:
        """Whether an entry was made before a correction, so that it can be meant."""
        if self.recorded is None or (self.recorded[[entry, row]] == NEVER).any():
            return entry < row
        return bool(self.recorded[entry] <= self.recorded[row])

    def entry_of(self, row: int, inert: npt.NDArray[np.bool_], *, of_log: bool) -> int:
        """The last entry that a correction can be about; -1 where there is none."""
        kind = self.entry_kind[row]
        if kind == VOIDED or (kind == CORRECTED and not of_log):
            return -1
        key = (*self.keys[row], kind, self.entry_day[row])
        rows = [
            entry
            for entry in self.entries.get(key, [])
            if entry not in self.gone
            and (kind == CORRECTED or not inert[entry])
            and self._before(entry, row)
        ]
        if len(rows) > 1 and of_log:  # a void repeats the entry that it strikes out
            rows = [entry for entry in rows if self._said(entry) == self._said(row)] or rows
        if len(rows) > 1:
            rows = self.in_order(rows)
        return rows[-1] if rows else -1

    def new_values(self, row: int, at: int) -> dict[str, Any]:
        """The columns that a correction gives a value; its place is one if it is another."""
        at = at if at >= 0 else row
        same = [name for name, said in self.places.items() if said[row] == said[at]]
        cells = zip(self.payload, self.cells[row], strict=True)
        values = {name: cell for name, cell in cells if cell is not None and name not in same}
        if "form" in values:
            values["form"] = as_form(values["form"])
        return values
