"""Chains of links: ids that changed several times, put together to one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["FormerIds", "OneStep", "circles", "levels_by_id", "one_step"]

Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.object_]
Ids = Sequence[Any]  # None where there is none


@dataclass
class OneStep:
    """Links between the two years that are compared, each of one link or of a chain of them.

    Attributes
    ----------
    kind, start_id, end_id : list
    start_row, end_row : list of int
        The rows of the links in which either id stands.
    """

    kind: list[str] = field(default_factory=list)
    start_id: list[Any] = field(default_factory=list)
    end_id: list[Any] = field(default_factory=list)
    start_row: list[int] = field(default_factory=list)
    end_row: list[int] = field(default_factory=list)

    def add(self, kind: str, start: tuple[Any, int], end: tuple[Any, int]) -> int:
        """Add a link, of ids and the rows in which they stand; returns its place."""
        self.kind.append(kind)
        self.start_id.append(start[0])
        self.end_id.append(end[0])
        self.start_row.append(start[1])
        self.end_row.append(end[1])
        return len(self.kind) - 1

    def without(self, places: set[int]) -> OneStep:
        """The links that are not at some places."""
        kept = [at for at in range(len(self.kind)) if at not in places]
        return OneStep(*([values[at] for at in kept] for values in vars(self).values()))


def one_step(kind: Kinds, start_id: Ids, end_id: Ids, rows: Ints, levels: Ints) -> OneStep:
    """Put links of several steps together to links of one.

    Links of one level are one step, in which an id at the start and the same id at the end may be
    two households. What an id of one level stands for is followed to the next: a household that
    changed its id twice is one link, one that came and left again is none.
    """
    step = OneStep()
    holder: dict[Any, int] = {}  # id at this level -> the link that brought it
    takers: dict[Any, list[int]] = {}  # id at this level -> the mergers into it
    brief: set[int] = set()  # households that came and left
    for level in np.unique(levels):
        brought: dict[Any, int] = {}
        gone: set[Any] = set()
        moved: dict[Any, tuple[Any, int]] = {}
        merged: list[tuple[Any, int]] = []
        for row in rows[levels == level].tolist():
            what, first, last = kind[row], start_id[row], end_id[row]
            at = None if first is None else holder.get(first)
            if what == "split" and at is not None:
                at_start = step.start_id[at], step.start_row[at]
                brought[last] = step.add("split", at_start, (last, row))
                continue
            if at is None:
                place = step.add(what, (first, row), (last, row))
            else:
                place = at
                gone.add(first)
                step.end_id[at], step.end_row[at] = last, row
                if step.kind[at] == "same":
                    step.kind[at] = what
                elif what != "same":
                    brief.add(at)
            if what == "merged" and last is not None:
                merged.append((last, place))
            elif last is not None:
                brought[last] = place
            if first is not None and what != "split":
                moved[first] = (last, row)
        follow = {id: takers.pop(id) for id in moved if id in takers}
        for id, mergers in follow.items():
            last, row = moved[id]
            for place in mergers:
                step.end_id[place], step.end_row[place] = last, row
            if last is not None:
                takers.setdefault(last, []).extend(mergers)
        for last, place in merged:
            takers.setdefault(last, []).append(place)
        for id in gone:
            del holder[id]
        holder |= brought
    return step.without(brief)


def levels_by_id(kind: Kinds, start_id: Ids, end_id: Ids, inner: Mask) -> Ints:
    """The level of each link whose day is not known, from the ids that are in neither year.

    `inner` marks links whose id at the end is in neither year: what starts with that id is later.
    """
    maker = {end_id[row]: row for row in np.flatnonzero(inner).tolist() if kind[row] != "merged"}
    levels = np.zeros(len(kind), dtype=np.intp)
    for row, first in enumerate(start_id):
        seen = {row}
        while first is not None and (before := maker.get(first)) not in (None, *seen):
            assert before is not None
            seen.add(before)
            first = start_id[before]
        levels[row] = len(seen) - 1
    return levels


def circles(edges: Sequence[tuple[Any, Any, int]]) -> list[int]:
    """The rows of the edges (from, to, row) that run in a circle of several."""
    onward = {start: (end, row) for start, end, row in edges}
    state: dict[Any, int] = {}
    rows: list[int] = []
    for number, start in enumerate(onward):
        path, at = [], start
        while at in onward and at not in state:
            state[at] = number
            path.append(at)
            at = onward[at][0]
        if state.get(at) == number and at in path:
            circle = path[path.index(at) :]
            if len(circle) > 1:
                rows += [onward[id][1] for id in circle]
    return rows


@dataclass(frozen=True)
class FormerIds:
    """Ids that changed, each with the days from which another one holds.

    Attributes
    ----------
    onward : dict
        Id -> pairs of day and next id, by day; the day is None where it is not known, the id
        where the household is no more.
    """

    onward: dict[Any, list[tuple[Any, Any]]]

    @classmethod
    def of(cls, start_id: Ids, end_id: Ids, rows: Ints, days: Any) -> FormerIds:
        """The changes of some links."""
        onward: dict[Any, list[tuple[Any, Any]]] = {}
        order = rows if days is None else rows[np.argsort(days[rows], kind="stable")]
        numbers = _day_numbers(days, len(start_id))
        for row in order.tolist():
            onward.setdefault(start_id[row], []).append((numbers[row], end_id[row]))
        return cls(onward)

    def latest(self, ids: Ids, days: Any = None) -> list[Any]:
        """The id that each household has now, which had one of `ids` on the day beside it."""
        return [
            self._latest(id, day) if id in self.onward else id
            for id, day in zip(ids, _day_numbers(days, len(ids)), strict=True)
        ]

    def _latest(self, id: Any, day: Any) -> Any:
        seen = set()
        while True:
            later = [
                (when, to)
                for when, to in self.onward.get(id, ())
                if (id, when) not in seen and (when is None or day is None or when > day)
            ]
            if not later:
                return id
            when, to = later[0]
            seen.add((id, when))
            id, day = to, when if when is not None else day


def _day_numbers(days: Any, count: int) -> list[int | None]:
    """Days as whole numbers, which compare fast; None where none is known."""
    if days is None:
        return [None] * count
    numbers: list[int | None] = days.astype("datetime64[D]").astype(np.int64).tolist()
    return numbers
