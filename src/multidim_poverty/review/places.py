"""Commune and village of a case, which every event of it must repeat."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from multidim_poverty.dates import NEVER, days_of
from multidim_poverty.identity import name_key
from multidim_poverty.review.cases import CaseTable
from multidim_poverty.review.reading import BrokenRule, Reading

__all__ = ["Places"]

Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
# The one day on which communes changed; `multidim_poverty.units.crosswalk` leads over it.
REFORM = dt.date(2025, 7, 1)
REFORM_DAY = int(days_of([REFORM])[0])


class Places:
    """Keeps the place of each case, and notes the events that name another one."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.broken: list[BrokenRule] = []

    def settle(self, cases: CaseTable, slot: Rows, rows: Rows, done: Flags) -> Flags:
        """Take over the place of new cases; which events name another place than their case."""
        reading = self.reading
        elsewhere = np.zeros(len(rows), dtype=bool)
        moved = np.zeros(len(rows), dtype=bool)  # with the commune, on the day of the reform
        for column, codes, values in (
            ("commune", reading.commune, reading.communes),
            ("village", reading.village, reading.villages),
        ):
            named = done & (codes[rows] >= 0)
            if not named.any():
                continue
            at, said = slot[named], values[codes[rows[named]]]
            known = cases[column][at]
            unknown = np.equal(known, np.array(None, dtype=object))
            cases[column][at[unknown]] = said[unknown]
            differs = ~unknown & np.asarray(known != said, dtype=bool)
            other_keys = [
                name_key(one) != name_key(other)
                for one, other in zip(known[differs], said[differs], strict=True)
            ]
            differs[differs] = other_keys  # another spelling is no other place
            if not differs.any():
                continue
            places = np.flatnonzero(named)[differs]
            began, today = cases["first_day"][slot[places]], reading.day[rows[places]]
            pairs = zip(known[differs], said[differs], began, today, strict=True)
            by_reform = [self._lawful(column, *pair) for pair in pairs]
            lawful = moved[places] | np.array(by_reform, dtype=np.bool_)
            cases[column][slot[places[lawful]]] = said[differs][lawful]
            if column == "commune":
                moved[places[lawful]] = True
            wrong = places[~lawful]
            if len(wrong):
                elsewhere[wrong] = True
                expected = known[differs][~lawful]
                self.broken.append(
                    BrokenRule("another_place", rows[wrong], True, column=column, expected=expected)
                )
        return elsewhere

    def _lawful(self, column: str, known: Any, said: Any, first: int, day: int) -> bool:
        """Whether a case that began before the reform is in the commune that took in its own."""
        crosses = first != NEVER and first < REFORM_DAY <= day
        if column != "commune" or not crosses:
            return False
        if not (_is_code(known) and _is_code(said)):
            return True  # names are never compared
        successors = _successors()
        return not successors or str(said) in successors.get(str(known), ())


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 5 and value.isdigit()


@cache
def _successors() -> dict[str, frozenset[str]]:
    """Old commune -> the new ones on its land; empty where the lists are not installed."""
    from multidim_poverty.units import crosswalk

    try:
        pairs = crosswalk(REFORM - dt.timedelta(days=1), REFORM)
    except ImportError:
        return {}
    return {str(old): frozenset(new) for old, new in pairs.groupby("old")["new"]}
