"""Facts that stand in several rows: one meeting, one decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.identity import name_key
from multidim_poverty.review.reading import MET, BrokenRule, Reading
from multidim_poverty.review.rulebook import EVENTS
from multidim_poverty.review.table import numbered, numbers, texts
from multidim_poverty.vocabulary import ReviewEvent

__all__ = ["repeated_facts"]

Rows = npt.NDArray[np.intp]
RECOGNISED = EVENTS.index(ReviewEvent.RECOGNISED)


def repeated_facts(events: pd.DataFrame, reading: Reading, case: Rows) -> list[BrokenRule]:
    """Rows that say something else than the other rows of the same meeting or decision.

    Of two sayings the one of more rows is taken for right, of as many the first.
    """
    effective = case >= 0
    return [
        *_meetings(events, reading, np.flatnonzero(effective & (reading.event == MET))),
        *_decisions(events, reading, np.flatnonzero(effective & (reading.event == RECOGNISED))),
    ]


def _meetings(events: pd.DataFrame, reading: Reading, rows: Rows) -> Iterator[BrokenRule]:
    placed = rows[(reading.village[rows] >= 0)]
    commune, village = (
        _units(reading.commune, reading.communes),
        _units(reading.village, reading.villages),
    )
    keys: list[npt.NDArray[Any]] = [reading.process, commune, village, reading.day]
    meeting = _groups(keys, placed)
    for column in ("attending", "minutes_copies"):
        values = numbers(events, column)[placed]
        yield from _different("meeting_differs", column, placed, meeting, values)
    present = texts(events, "present")[0][placed].astype(np.float64)
    known = present >= 0
    yield from _different(
        "meeting_differs", "present", placed[known], meeting[known], present[known], events
    )


def _decisions(events: pd.DataFrame, reading: Reading, rows: Rows) -> Iterator[BrokenRule]:
    codes, decision_numbers = texts(events, "decision_number")
    rows = rows[codes[rows] >= 0]
    year = reading.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    commune = _units(reading.commune, reading.communes)
    number = _groups([commune, codes, year], rows)
    days = reading.day[rows].astype(np.float64)
    for fault in _different("number_of_another_day", "decision_number", rows, number, days):
        days_expected = np.array([_day(value) for value in _listed(fault.expected)], dtype=object)
        yield BrokenRule(fault.rule, fault.rows, True, column=fault.column, expected=days_expected)
    decision = _groups([reading.process, commune, reading.day], rows)
    said = codes[rows].astype(np.float64)
    for fault in _different("two_numbers_on_a_day", "decision_number", rows, decision, said):
        names = [str(decision_numbers[int(value)]) for value in _listed(fault.expected)]
        yield BrokenRule(
            fault.rule,
            fault.rows,
            True,
            True,
            column=fault.column,
            expected=np.array(names, dtype=object),
        )


def _units(codes: npt.NDArray[np.int32], names: npt.NDArray[np.object_]) -> npt.NDArray[np.intp]:
    """The number of the unit of each row, which all spellings of its name share; -1 for none."""
    numbers = pd.factorize(np.array([*map(name_key, names), None], dtype=object))[0]
    return np.asarray(numbers[codes])


def _groups(keys: list[npt.NDArray[Any]], rows: Rows) -> npt.NDArray[np.intp]:
    """A number for each combination of keys, by row."""
    return numbered(key[rows] for key in keys)[1]


def _different(
    rule: str,
    column: str,
    rows: Rows,
    group: npt.NDArray[np.intp],
    values: npt.NDArray[np.float64],
    events: pd.DataFrame | None = None,
) -> Iterator[BrokenRule]:
    """Rows whose value is not the one that most rows of their group have."""
    if not len(rows):
        return
    low, high = (np.full(int(group.max()) + 1, edge) for edge in (np.inf, -np.inf))
    np.fmin.at(low, group, values)
    np.fmax.at(high, group, values)
    mixed = np.flatnonzero(low < high)
    if not len(mixed):
        return
    inside = np.flatnonzero(np.isin(group, mixed) & ~np.isnan(values))
    counted = pd.DataFrame({"group": group[inside], "value": values[inside], "row": rows[inside]})
    said = counted.groupby(["group", "value"])["row"].agg(["size", "min"]).reset_index()
    said = said.sort_values(["group", "size", "min"], ascending=[True, False, True])
    usual = said.drop_duplicates("group").set_index("group")["value"]
    expected = usual.reindex(counted["group"]).to_numpy()
    wrong = counted["value"].to_numpy() != expected
    right: Any = expected[wrong]
    if events is not None:
        right = [texts(events, column)[1][int(value)] for value in right]
    else:
        right = [int(value) for value in right]
    yield BrokenRule(
        rule,
        counted["row"].to_numpy()[wrong],
        True,
        column=column,
        expected=np.array(right, dtype=object),
    )


def _listed(values: npt.NDArray[Any] | None) -> list[Any]:
    return [] if values is None else values.tolist()


def _day(value: Any) -> str:
    return str(np.datetime64(int(value), "D"))
