"""The cases of a review, column by column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import NEVER, Days

__all__ = ["CaseTable", "Cases"]

Rows = npt.NDArray[np.intp]
Codes = npt.NDArray[np.int8]
Counts = npt.NDArray[np.int32]


@dataclass
class Cases:
    """One entry per household (or member) and review; see `multidim_poverty.review.fold`.

    ``place`` is where the event that opened the case stands, ``decision_row`` and ``gone_row``
    the rows of the decision and of the closing; all are negative for cases of an earlier fold.
    """

    household: pd.Index[Any]
    member: npt.NDArray[np.object_]
    process: Codes
    state: Codes
    since: Days
    first_day: Days
    last_day: Days
    clock_end: Days
    posted_until: Days
    round: Counts
    previous: Codes
    assessed: Codes
    final: Codes
    complaints: Counts
    violations: Counts
    corrections: Counts
    cause: Codes
    gone_on: Days
    commune: npt.NDArray[np.object_]
    village: npt.NDArray[np.object_]
    decision_row: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    gone_row: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    place: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    def take(self, order: Rows | slice) -> Cases:
        """The cases at these places."""
        return Cases(**{name: values[order] for name, values in vars(self).items()})


# Column -> dtype and what a new case holds.
EMPTY: tuple[tuple[str, Any, Any], ...] = (
    ("process", np.int8, 0),
    ("state", np.int8, -1),
    ("since", np.int64, NEVER),
    ("first_day", np.int64, NEVER),
    ("last_day", np.int64, NEVER),
    ("clock_end", np.int64, NEVER),
    ("posted_until", np.int64, NEVER),
    ("round", np.int32, 0),
    ("previous", np.int8, -1),
    ("assessed", np.int8, -1),
    ("final", np.int8, -1),
    ("complaints", np.int32, 0),
    ("violations", np.int32, 0),
    ("corrections", np.int32, 0),
    ("cause", np.int8, -1),
    ("gone_on", np.int64, NEVER),
    ("commune", object, None),
    ("village", object, None),
    ("decision_row", np.intp, -1),
    ("gone_row", np.intp, -1),
)


class CaseTable:
    """Room for all cases that the events can open, filled as the fold goes on."""

    def __init__(self, room: int, events: int, before: Cases | None) -> None:
        self.case_of_row = np.full(events, -1, dtype=np.intp)
        n = self.used = 0 if before is None else len(before.household)
        self.opened_by = np.full(room, -1, dtype=np.intp)
        self.columns: dict[str, npt.NDArray[Any]] = {}
        for name, dtype, empty in EMPTY:
            values = np.zeros(room, dtype) if empty == 0 else np.full(room, empty, dtype=dtype)
            if before is not None and name not in ("decision_row", "gone_row"):
                values[:n] = getattr(before, name)
            self.columns[name] = values

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.columns[name]

    def of(self, name: str, slot: Rows) -> npt.NDArray[Any]:
        """A column for these slots; of no meaning where there is none (-1)."""
        column = self.columns[name]
        return column[slot] if len(column) else np.zeros(len(slot), dtype=column.dtype)

    def open(self, rows: Rows) -> Rows:
        """Slots for new cases."""
        slots = np.arange(self.used, self.used + len(rows))
        self.opened_by[slots] = rows
        self.used += len(rows)
        return slots

    def finish(
        self,
        households: tuple[pd.Index[Any], Rows],
        members: tuple[pd.Index[Any], Rows],
        place_of_row: Rows,
        before: Cases | None,
    ) -> Cases:
        """The cases that were opened, after those from before.

        Households and members are the distinct ids and the code of each row.
        """
        n, used = (0 if before is None else len(before.household)), self.used
        opened = self.opened_by[n:used]
        household = households[0].take(households[1][opened])
        member = np.append(members[0].to_numpy(dtype=object), [None])[members[1][opened]]
        if before is not None:
            household = before.household.astype(object).append(household)
            member = np.append(before.member, member)
        return Cases(
            household=household,
            member=member,
            place=np.append(np.arange(n) - n, place_of_row[opened]),
            **{name: values[:used] for name, values in self.columns.items()},
        )
